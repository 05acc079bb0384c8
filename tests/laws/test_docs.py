"""The documentation is true: what the code can say is written by it, and every link leads somewhere."""

import re
from pathlib import Path

import pytest

from rung.config.documentation import pages
from tests.laws.house import ROOT, verdict
from tests.laws.test_text import files

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.M)


@pytest.mark.parametrize("path", sorted(pages()))
def test_what_the_code_can_say_is_said_by_it(path: str) -> None:
    page = ROOT / "docs" / path
    said = page.read_text(encoding="utf-8") if page.exists() else ""
    assert said == pages()[path], f"docs/{path} is not what the code says. Instead: run `python -m rung docs`."


def anchors(page: Path) -> set[str]:
    """The anchors that a forge makes of a page's headings."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    return {re.sub(r"[^\w\- ]", "", found.lower()).strip().replace(" ", "-") for found in HEADING.findall(text)}


def test_every_link_leads_somewhere() -> None:
    found = []
    for page in (path for path in files() if path.suffix == ".md"):
        text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.S)
        for link in LINK.findall(text):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
                found.append(f"{page.relative_to(ROOT)} links to {link}")
    verdict(found, "mend the link, or write the page.")


def test_every_record_is_listed_and_numbered_once() -> None:
    folder = ROOT / "docs" / "records"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    numbers = [name[:3] for name in records]
    verdict(
        [f"docs/records/{name} is not in the list" for name in records if f"({name})" not in listed]
        + [f"number {number} is used twice" for number in sorted(set(numbers)) if numbers.count(number) > 1],
        "add the record to docs/records/README.md, with the next free number.",
    )
