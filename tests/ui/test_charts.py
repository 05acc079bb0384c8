"""Drawings: what is where, and that every one of them can be heard as well as seen."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders
from django.template import engines

from rung.ui.charts import GUTTERS, WHOLE_PER_CENT, Bar, Point, bar_chart, line_chart, scale, whisker
from rung.ui.paper import bars_of


def drawn(macro: str, chart: object) -> str:
    env = engines["rooms"].env  # type: ignore[attr-defined]  # BaseEngine does not declare it
    return str(getattr(env.globals["ui"], macro)(chart))


POINTS = [
    Point("1 Nov", 0.5, 0.4, 0.6),
    Point("8 Nov", None),
    Point("15 Nov", 0.7, 0.6, 0.8),
    Point("22 Nov", 0.8, 0.7, 0.9),
]
LINE = line_chart("l", "Satisfied", POINTS, write=lambda share: f"{share:.0%}", lowest=0.0, highest=1.0)
BARS = bar_chart(
    "b",
    "By team",
    [Bar("Support", 30, 20, 40, before=25), Bar("Billing <&>", 10), Bar("Nobody", None)],
    write="{:.0f}".format,
)
WHISKER = whisker("w", "3.2, 2.8 to 3.6", 3.2, 2.8, 3.6, lowest=1, highest=6)


@pytest.mark.parametrize(("macro", "chart"), [("line_chart", LINE), ("bar_chart", BARS), ("whisker", WHISKER)])
def test_a_drawing_is_an_image_with_a_title_and_no_style(macro: str, chart: object) -> None:
    text = drawn(macro, chart)
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img"
    titles = {node.get("id"): node.text for node in root.iter() if node.tag in ("title", "desc") and node.get("id")}
    for identity in (root.get("aria-labelledby") or "").split():
        assert titles[identity]
    assert "style" not in text
    assert not re.search(r"\bon[a-z]+=", text)


def test_a_gap_breaks_the_line() -> None:
    assert len(LINE.lines) == 1
    assert LINE.lines[0].count("L") == 1
    assert len(LINE.bands) == 2
    assert len(LINE.dots) == 3


def test_a_value_without_an_interval_has_no_band() -> None:
    chart = line_chart("x", "x", [Point("a", 1.0), Point("b", 2.0)], write=str)
    assert not chart.bands
    assert chart.lines


def test_higher_values_stand_higher_and_all_within_the_plot() -> None:
    ys = [dot.y for dot in LINE.dots]
    assert ys == sorted(ys, reverse=True)
    assert all(LINE.plot_top <= y <= LINE.plot_top + LINE.plot_height for y in ys)


def test_labels_are_few_enough_for_a_phone() -> None:
    chart = line_chart("x", "x", [Point(str(n), float(n)) for n in range(13)], write=str)
    assert [label.text for label in chart.labels] == ["0", "4", "8", "12"]
    assert chart.labels[0].anchor == "start"
    assert chart.labels[-1].anchor == "end"


@pytest.mark.parametrize(
    "points", [[], [Point("a", None)], [Point("a", 3.0, 2.0, 4.0)], [Point("a", 0.0), Point("b", 0.0)]]
)
def test_few_points_are_no_crash(points: list[Point]) -> None:
    ElementTree.fromstring(drawn("line_chart", line_chart("x", "x", points, write=str, description="none")))


def test_bars_keep_their_proportions_and_say_what_they_are() -> None:
    assert [row.width for row in BARS.rows] == ["75.00%", "25.00%", "0%"]
    assert (BARS.rows[0].low, BARS.rows[0].high, BARS.rows[0].before) == ("50.00%", "100.00%", "62.50%")
    assert BARS.rows[1].low == ""
    assert BARS.rows[2].text == "–"
    assert "Billing &lt;&amp;&gt;" in drawn("bar_chart", BARS)


def test_a_long_name_is_cut_by_the_page_and_its_figure_is_not() -> None:
    name = "Donaudampfschifffahrtsgesellschaft " * 4
    root = ElementTree.fromstring(drawn("bar_chart", bar_chart("x", "x", [Bar(name, 3.0, note="n = 7")], write=str)))
    words = next(each for each in root.iter() if each.get("class") == "chart-words")
    assert [each.text for each in words] == [name, "3.0 (n = 7)"]
    assert [each.get("class") for each in words] == ["chart-name", "chart-value"]
    styles = Path(str(finders.find("ui/css/components/charts.css"))).read_text()
    assert re.search(r"\.chart-name \{[^}]*text-overflow: ellipsis", styles)
    assert re.search(r"\.chart-value \{ flex: none; \}", styles)


def test_bars_begin_at_nothing_and_an_interval_is_seen_to_reach_below_it() -> None:
    bars = [Bar("NPS", 0.0), Bar("more", 20.0, -10.0, 50.0), Bar("less", -40.0)]
    chart = bar_chart("x", "x", bars, write=str, lowest=-100, highest=100)
    assert [(row.begins, row.width) for row in chart.rows] == [
        ("50.00%", "0.00%"), ("50.00%", "10.00%"), ("30.00%", "20.00%")
    ]  # fmt: skip
    assert {row.zero for row in chart.rows} == {"50.00%"}
    assert (chart.rows[1].low, chart.rows[1].high) == ("45.00%", "75.00%")
    assert drawn("bar_chart", chart).count('class="chart-zero"') == 3
    assert {row.zero for row in BARS.rows} == {""}
    told = bars_of(chart).rows
    assert [(row.pieces[0].begins, row.pieces[0].width, row.zero) for row in told] == [
        (500.0, 0.0, 500.0), (500.0, 100.0, 500.0), (300.0, 200.0, 500.0)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, (0, 0.5, 1.0)),
        (0, 10, (0, 5, 10)),
        (3, 47, (0, 20, 40, 60)),
        (-100, 100, (-100, -50, 0, 50, 100)),
        (5, 5, (5, 5.5, 6)),
    ],
)
def test_scales_are_round(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert scale(low, high) == pytest.approx(expected)


def test_a_scale_of_time_is_marked_in_hours_and_days() -> None:
    assert scale(0, 5000, steps=(60, 720, 1440, 2880)) == (0, 1440, 2880, 4320, 5760)
    assert scale(0, 100_000, steps=(60,)) == (0, 50_000, 100_000)


@pytest.mark.parametrize(("low", "high"), [(0.98, 1.0), (0.991, 0.994), (0.0, 0.004), (0.4, 0.43), (0.0, 1.0)])
def test_no_two_marks_of_shares_read_alike(low: float, high: float) -> None:
    told = [f"{mark:.0%}" for mark in scale(low, high, steps=WHOLE_PER_CENT)]
    assert len(set(told)) == len(told) >= 2


def test_the_words_of_a_scale_stand_beside_the_drawing_in_room_that_the_stylesheet_makes() -> None:
    svg = ElementTree.fromstring(drawn("line_chart", LINE))
    words = [text for text in svg.iter() if text.get("class") == "chart-scale"]
    assert words
    assert all(float(text.get("x", "0")) < 0 and text.get("text-anchor") == "end" for text in words)
    assert f"chart-gutter-{LINE.gutter}" in svg.get("class", "").split()
    assert max(len(text.text or "") for text in words) <= LINE.gutter
    styles = Path(str(finders.find("ui/css/components/charts.css"))).read_text()
    assert all(f".chart-gutter-{width} {{ --gutter: {width}ch; }}" in styles for width in GUTTERS)
