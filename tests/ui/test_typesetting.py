from datetime import UTC, datetime

from rung.ui.paper import paper_of, table
from rung.ui.typesetting import pdf_of

AT = datetime(2026, 3, 10, tzinfo=UTC)


def test_a_name_that_no_font_has_letters_for_does_not_keep_the_report_back() -> None:
    """As a team's in Chinese on a server without such a font; U+FFFE is in none."""
    for team in ("Support", "Sup\ufffeport", "\uf8ff Support", "\ufeffSupport"):
        parts = [table(team, [team], [[team]])]
        paper = paper_of("Numbers", parts, company=team, lead=[team], href="/x", at=AT)
        assert pdf_of(paper).startswith(b"%PDF-")
