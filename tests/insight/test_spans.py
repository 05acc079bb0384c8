"""What a statement is turned into for the spans asked for: fewer things to read, and the same answers."""

from rung.insight.engine import Question, compiled
from rung.insight.mirror import months_between
from rung.insight.spans import Span, bounded, repeated

ONE = (Span(0, 100, 200),)
THREE = (Span(0, 100, 200), Span(1, 50, 100), Span(2, 150, 300))
JOINED = "SELECT x FROM :spans s CROSS JOIN facts f WHERE f.a_ms >= s.from_ms - :days AND f.a_ms < s.to_ms"


def text(statement: str, spans: tuple[Span, ...], **numbers: int) -> str:
    return compiled(statement, Question(spans, 1_000), numbers, placeholder="?")[0]


def test_of_one_span_the_number_stands_where_its_edge_was() -> None:
    assert text(JOINED, ONE, days=7).endswith("WHERE f.a_ms >= 93 AND f.a_ms < 200")


def test_of_several_the_outermost_edge_stands_beside_each_comparison() -> None:
    written = text(JOINED, THREE, days=7)
    assert "(f.a_ms >= s.from_ms - 7 AND f.a_ms >= 43)" in written
    assert "(f.a_ms < s.to_ms AND f.a_ms < 300)" in written


def test_what_has_to_come_after_an_edge_comes_after_the_earliest_of_them() -> None:
    written = text("SELECT x FROM :spans s CROSS JOIN f WHERE f.b_ms > s.to_ms AND f.a_ms <= s.to_ms", THREE)
    assert "(f.b_ms > s.to_ms AND f.b_ms > 100)" in written
    assert "(f.a_ms <= s.to_ms AND f.a_ms <= 300)" in written


def test_what_is_no_plain_comparison_is_left_alone() -> None:
    for kept in (
        "WHERE f.a_ms + 5 >= s.from_ms",
        "WHERE f.a_ms >= s.from_ms - f.b_ms",
        "WHERE f.a_ms >= s.from_ms - 7 * f.b_ms",
        "WHERE f.a_ms >= p.from_ms",
        "GROUP BY s.from_ms",
        "SELECT s.to_ms - s.from_ms AS lasted_ms",
    ):
        assert bounded(kept, {"s"}, THREE) == kept


def test_what_is_marked_is_written_once_for_each_span() -> None:
    assert repeated("SELECT 1<<, MAX(m_ms < :to_ms) AS at_:span>> FROM f", THREE) == (
        "SELECT 1, MAX(m_ms < 200) AS at_0 , MAX(m_ms < 100) AS at_1 , MAX(m_ms < 300) AS at_2 FROM f"
    )


def test_the_ends_of_all_spans_are_parameters() -> None:
    assert text("a_ms >= :earliest_ms AND a_ms < :latest_ms", THREE) == "a_ms >= 50 AND a_ms < 300"


def test_a_table_may_say_which_moments_are_needed_of_it() -> None:
    asked = "SELECT x FROM insight_orderfact[:earliest_ms - :days, :latest_ms] o, insight_spellfact[, :latest_ms] x"
    told: list[object] = []

    def source(name: str, from_ms: int | None, to_ms: int | None) -> str:
        told.append((name, from_ms, to_ms))
        return "files"

    assert text(asked, THREE, days=7) == "SELECT x FROM insight_orderfact o, insight_spellfact x"
    written, _ = compiled(asked, Question(THREE, 1_000), {"days": 7}, placeholder="?", source=source)
    assert written == "SELECT x FROM files o, files x"
    assert told == [("insight_orderfact", 43, 300), ("insight_spellfact", None, 300)]


def test_of_a_mirror_the_months_are_read_that_reach_into_what_is_needed() -> None:
    months = ["670", "671", "672", "673"]  # November 2025 to February 2026
    december, february = 1_764_547_200_000, 1_769_904_000_000
    assert months_between(months, december, february) == ["671", "672", "673"]
    assert months_between(months, december - 1, february - 1) == ["670", "671", "672"]
    assert months_between(months, None, december - 1) == ["670"]
    assert months_between(months, february, None) == ["673"]
    assert months_between(months, None, None) == months
