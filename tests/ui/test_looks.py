"""What the design promises of itself."""

import re
from pathlib import Path

import pytest
from django.template import engines

from rung.accounts.models import Agent
from rung.ui.components import ICONS
from rung.ui.tokens import tokens
from tests.cast import Desk
from tests.laws.house import RUNG, verdict

SHEETS = sorted(RUNG.rglob("static/**/*.css"))
ONE_SIDED = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|(?:left|right|top|bottom)|float|"
    r"(?:min-|max-)?(?:width|height))\s*:|text-align:\s*(?:left|right)|border-(?:top|bottom)-(?:left|right)"
)
UI = RUNG / "ui"


def rules(sheet: Path) -> str:
    """A sheet without its comments, and without what it asks of the window."""
    return re.sub(r"/\*.*?\*/|@(?:media|container)[^{]*\{", "", sheet.read_text(encoding="utf-8"), flags=re.S)


def test_no_sheet_knows_left_from_right() -> None:
    found = [
        f"{sheet.relative_to(RUNG)}: {part.strip()[:80]}"
        for sheet in SHEETS
        for part in re.split(r"[;{}]", rules(sheet))
        if ONE_SIDED.search(part)
    ]
    verdict(
        found, "logical properties, such as margin-inline-start and inline-size, hold for every direction of script."
    )


CHOSEN = re.compile(r"(\[aria-current\]|\[aria-selected=\"true\"\]|:checked \+ span)$")
SEEN_ANYWAY = ("font-weight: 6", "text-decoration", "outline", "display")


def test_what_is_chosen_is_marked_where_the_system_chooses_the_colours() -> None:
    """In forced colours backgrounds, shadows and border colours of ours are gone: a mark made of these alone is none."""
    found = []
    for sheet in SHEETS:
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S)
        forced = " ".join(re.findall(r"@media \(forced-colors: active\) \{(.*?\})\s*\}", text, flags=re.S))
        for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
            marks = [each.strip() for each in selectors.split(",") if CHOSEN.search(each.strip())]
            unseen = marks and not any(each in body for each in SEEN_ANYWAY)
            found += [f"{sheet.relative_to(RUNG)}: {each}" for each in marks if unseen and each not in forced]
    verdict(found, "say in @media (forced-colors: active) how it is seen, in system colours such as Highlight.")


def test_the_living_page_shows_every_token_component_and_symbol(client_of: Desk, ada: Agent) -> None:
    page = client_of(ada).get("/ui").content.decode()
    shown = [each.name for each in tokens().colours] + [
        each.name for some in tokens().lengths.values() for each in some
    ]
    assert len(shown) > 80
    missing = [name for name in shown if f"--{name}" not in page]
    assert missing == []
    assert len(ICONS) > 50
    env = engines["rooms"].env  # type: ignore[attr-defined]  # BaseEngine does not declare it
    used = (UI / "templates/ui/components.html").read_text() + (UI / "templates/ui/base.html").read_text()
    used += "".join(path.read_text() for path in (UI / "templates/ui/macros").glob("*.html"))
    env.globals["ui"].button  # noqa: B018 - asking for one component loads them all
    unseen = [name for name in env.globals["ui"]._macros if not re.search(rf"\bui\.{name}\(|[^\w.]{name}\(", used)]
    assert unseen == []


@pytest.mark.parametrize(("theme", "scheme"), [("dark", "dark"), ("light", "light"), ("system", "light dark")])
def test_a_page_is_dark_before_its_first_sheet_has_come(client_of: Desk, ada: Agent, theme: str, scheme: str) -> None:
    browser = client_of(ada)
    browser.cookies["rung_theme"] = theme
    head = browser.get("/home").content.decode().split("<link", 1)[0]
    assert f'<meta name="color-scheme" content="{scheme}">' in head
    assert f'data-theme="{theme}"' in head


def test_no_sheet_moves_for_those_who_want_no_motion() -> None:
    reset = (UI / "static/ui/css/reset.css").read_text()
    block = reset.split("prefers-reduced-motion: reduce", 1)[1]
    assert "transition-duration: 0ms !important" in block
    assert "animation-duration: 1ms !important" in block
    layers = (UI / "static/ui/css/layers.css").read_text()
    assert re.search(r"@layer reset,", layers), "important wins from the first layer only"
