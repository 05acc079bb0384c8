"""What the macros write, and that templates name only what there is."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.template import engines
from django.utils import timezone

from rung.ui import moments
from rung.ui.components import ICONS
from rung.ui.jinja import BEHAVIOURS, STYLESHEETS, hue, initials, paragraphs

SOURCE = Path(moments.__file__).parent
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def drawn(source: str) -> str:
    return str(engines["rooms"].from_string(source).render({}))


def test_plain_text_becomes_paragraphs_and_nothing_in_it_runs() -> None:
    html = str(paragraphs("Hello <b>you</b>\nthere\n\nSee https://example.org/a?b=1&c=2.\n"))
    assert html.startswith("<p>Hello &lt;b&gt;you&lt;/b&gt;<br>there</p>")
    assert '<a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer nofollow" target="_blank">' in html
    assert html.endswith(".</p>")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Carla Díaz Pérez", "CP"),
        ("carla.ruiz@example.org", "CR"),
        ("王小明", "王"),
        ("", "?"),
        ("<script>", "?"),
        ("O'Brien", "O"),
        ("Dr. Ida Nørgaard (Purchasing, EMEA)", "IN"),
        ("Prof. Dr. Wei", "W"),
        ("J. R. Tolkien", "JT"),
        ("Dr.", "D"),
        ("(Ida)", "?"),
    ],
)
def test_initials_come_from_the_name(name: str, letters: str) -> None:
    assert initials(name) == letters
    assert 0 <= hue(name) < 8


def test_every_symbol_a_template_names_is_drawn() -> None:
    sprite = (SOURCE / "static/ui/icons.svg").read_text()
    there = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named: dict[str, str] = dict.fromkeys(ICONS, "ui/components.py")
    for path in [*SOURCE.parent.rglob("templates/**/*.html"), *SOURCE.parent.rglob("*.py")]:
        for name in re.findall(r"""(?:\bicon\(|\bsymbol=|\bicon=)["']([a-z_-]+)["']""", path.read_text()):
            named[name] = path.name
    assert {name: where for name, where in named.items() if name not in there} == {}


def test_every_style_sheet_and_behaviour_is_loaded_and_is_there() -> None:
    static = SOURCE / "static/ui"
    sheets = {str(path.relative_to(static / "css").with_suffix("")) for path in static.glob("css/**/*.css")}
    assert sheets == set(STYLESHEETS)
    assert {path.stem for path in static.glob("behaviours/*.js")} == set(BEHAVIOURS)


def test_a_level_is_a_word_with_its_rungs_never_colour_alone() -> None:
    chip = drawn('{{ ui.level_chip(2, "Basic", 1, 3, "Criminal to Expected") }}')
    assert "Basic" in chip
    assert "(Criminal to Expected)" in chip
    assert chip.count("rung-within") == 2
    assert chip.count("rung-here") == 1
    assert "Not enough evidence" in drawn("{{ ui.level_chip(none) }}")


def test_a_component_that_does_not_exist_says_where_to_look() -> None:
    with pytest.raises(AttributeError, match="README"):
        engines["rooms"].env.globals["ui"].buton  # type: ignore[attr-defined]  # noqa: B018 - asking is the test


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "today 06:00"),
        (timedelta(hours=20), "yesterday 13:00"),
        (timedelta(days=3), "Sat 09:00"),
        (timedelta(days=30), "8 Feb"),
        (timedelta(days=400), "3 Feb 2025"),
        (-timedelta(days=1), "tomorrow 09:00"),
    ],
)
def test_a_moment_is_said_as_people_say_it(ago: timedelta, words: str) -> None:
    seen = moments.rendered_at.set(NOW)
    try:
        with timezone.override(UTC):
            html = moments.moment(NOW - ago)
    finally:
        moments.rendered_at.reset(seen)
    assert f">{words}</time>" in html
    assert (NOW - ago).isoformat() in html


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (61, "1 min"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (90000, "1 day"),
        (200000, "2 days"),
        (None, ""),
    ],
)
def test_a_length_of_time_takes_the_largest_unit(seconds: float | None, words: str) -> None:
    assert moments.duration(seconds) == words


def test_sizes_are_said_as_file_managers_do() -> None:
    assert [moments.size(n) for n in (1, 999, 14_200, 2_340_000)] == ["1 byte", "999 bytes", "14 kB", "2.3 MB"]
