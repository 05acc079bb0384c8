"""What the search screen and the palette say, and what they cost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import create_company
from rung.search.meaning import Reader
from rung.search.pages import search_page
from rung.search.query import read_query
from rung.search.snippets import Marks, marked, marks_of, passage
from rung.search.vocabulary import Vocabulary, distance, mistypings
from rung.touchpoints.incoming import Logged
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import create_tag, log_touchpoint
from tests.cast import Desk, written

Work = Callable[..., None]


def text_of(client: Any, address: str, **headers: str) -> str:
    answer = client.get(address, **headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_people_come_first_and_then_conversations_with_what_was_found(
    corpus: dict[str, Conversation], lin: Agent, client_of: Desk
) -> None:
    text = text_of(client_of(lin), "/search?q=german")
    assert text.index("seek-person") < text.index("seek-conversation")
    assert "<mark>German</mark> Writer" in text
    assert "<mark>Tisch</mark>" in text_of(client_of(lin), "/search?q=tisch")
    assert f"/conversations/{corpus['german'].pk}" in text


def test_a_passage_names_whose_words_it_is_and_drops_the_marks_of_quoting(
    carla: Customer, lin: Agent, ada: Agent, client_of: Desk, at: datetime, work: Work
) -> None:
    written(carla, at=at, subject="Spoke", text="Well.\n> > the brass kettle\n> was dented")
    call = Logged(channel="phone", direction="in", text="a copper teapot, she says", occurred_at=at)
    log_touchpoint(carla, call, by=ada.actor, at=at)
    work(at + timedelta(days=1))
    desk = client_of(lin)
    assert "the brass <mark>kettle</mark> was dented" in text_of(desk, "/search?q=kettle")
    assert f"{ada.name}:" in text_of(desk, "/search?q=teapot").split("seek-passage")[1]


def test_what_comes_back_for_htmx_is_only_what_was_found(
    corpus: dict[str, Conversation], lin: Agent, client_of: Desk
) -> None:
    text = text_of(client_of(lin), "/search?q=table", HTTP_HX_REQUEST="true")
    assert "<html" not in text
    assert "<mark>table</mark>" in text


@pytest.mark.parametrize("words", ["level:²", "after:9999y", "before:9999y", "#²"])
def test_what_nobody_can_mean_is_no_error(words: str, lin: Agent, client_of: Desk) -> None:
    assert client_of(lin).get("/search", {"q": words}).status_code == 200


def test_the_empty_page_says_what_can_be_asked(lin: Agent, client_of: Desk) -> None:
    text = text_of(client_of(lin), "/search")
    assert "level:&lt;expected" in text
    assert "Nothing is found" not in text


MISUNDERSTOOD = {
    "before:soon": "“soon” in “before:soon” is no day. Write it like before:2026-03-10",
    "table -after:2026-02-30": "“2026-02-30” in “after:2026-02-30” is no day. Write it like after:2026-03-10",
    "level:great": "“great” in “level:great” is no level",
    "table level:7": "is no level",
    "in:nowhere": "no team called “nowhere”, but Billing, Support",
    "assignee:nobody-we-know": "No colleague is called",
    "channel:pigeon": "no channel called “pigeon”, but",
    "is:great": "is no state",
    "has:patience": "write has:attachment or has:promise",
    "table OR is:unread": "“is:unread” narrows everything: it cannot stand beside OR",
    "table OR before:2026-01": "“before:2026-01” narrows everything: it cannot stand beside OR",
    "tag:nobody-gave-this": "no tag called “nobody-gave-this”, nor any other yet",
    "table after:2026-05 before:2026-01": "before the other: after:2026-05 before:2026-01.",
    "from:": "Behind “from:” something has to follow, such as from:carla",
    "is: open": "Behind “is:” its value follows without a space, such as is:open",
    "subject:table": "“subject:” narrows nothing here",
    "asignee:me": "“asignee:” narrows nothing here",
    '"': "Nothing in",
    "😀 ✨": "Nothing in",
    "OR": "Nothing in",
    "table " * 200: "Only the first 1,000 characters",
}


def test_what_is_not_understood_is_said(lin: Agent, billing: Team, support: Team, at: datetime) -> None:
    for typed, said in MISUNDERSTOOD.items():
        (problem,) = search_page(lin, typed, at=at).problems
        assert said in problem


def test_what_is_no_operator_is_no_problem(corpus: dict[str, Conversation], lin: Agent, at: datetime) -> None:
    for typed in (
        "Re: table",
        "https://office.example/in",
        "at 12:30",
        "table from:",
        "order:",
        "note: table",
        "mailto:a@b.c",
    ):
        assert search_page(lin, typed, at=at).problems == (), typed


def test_what_narrows_and_is_not_understood_finds_nothing(
    corpus: dict[str, Conversation], lin: Agent, at: datetime
) -> None:
    """Everything, beside the number of it, would look like an answer."""
    for typed in ("table before:soon", "table level:great", "level:7", "-before:soon", "table -level:nine"):
        page = search_page(lin, typed, at=at)
        assert (page.conversations, page.suggestions) == ((), ())
        assert len(page.problems) == 1


def test_what_is_not_understood_is_told_apart_from_what_is_not_there(lin: Agent, client_of: Desk) -> None:
    desk = client_of(lin)
    assert "Fewer or other words" in text_of(desk, "/search?q=xyzzy")
    text = text_of(desk, "/search?q=xyzzy+before:soon")
    assert "is no day" in text
    assert "Fewer or other words" not in text


def test_a_tag_that_is_not_there_is_told_of_by_those_that_are_like_it(lin: Agent, at: datetime) -> None:
    for name in ("wholesale", "press", "guarantee", "long standing"):
        create_tag(name, by=SYSTEM, at=at)
    assert "but press, " in search_page(lin, "tag:pres", at=at).problems[0]
    assert '"long standing"' in search_page(lin, "tag:longstandin", at=at).problems[0]


def test_a_mistyped_word_is_asked_about(corpus: dict[str, Conversation], lin: Agent, at: datetime) -> None:
    page = search_page(lin, "invioce ", at=at)
    assert [str(each.html) for each in page.suggestions] == ["<mark>invoice</mark>"]
    assert [str(each.html) for each in search_page(lin, "oak tabel ", at=at).suggestions] == ["oak <mark>table</mark>"]
    assert search_page(lin, "invoice ", at=at).suggestions == ()


def test_a_word_that_is_found_is_taken_for_no_slip(
    corpus: dict[str, Conversation], carla: Customer, lin: Agent, at: datetime, work: Callable[..., None]
) -> None:
    written(carla, at=at, subject="Cable", text="The plug came off.")
    work(at + timedelta(days=1))

    def suggested(typed: str) -> list[str]:
        return [str(each.html) for each in search_page(lin, typed, at=at).suggestions]

    assert suggested("oak tabel ") == ["oak <mark>table</mark>"]
    assert suggested("plug cabel ") == ["plug <mark>cable</mark>"]
    assert suggested("oak cable ") == suggested("plug table ") == []
    assert suggested("oka tabel ") == []  # whichever is put right, the other one is nowhere
    assert suggested("carla tabel ") == []
    assert suggested(" ".join(["oak"] * 8 + ["tabel "])) == []


def test_letters_are_shown_and_never_run(
    lin: Agent, carla: Customer, client_of: Desk, at: datetime, work: Work
) -> None:
    written(carla, at=at, subject="<script>alert(1)</script> bad", text="bad <img src=x onerror=alert(2)> things")
    work(at)
    text = text_of(client_of(lin), "/search?q=bad")
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "<mark>bad</mark>" in text


def test_the_cost_does_not_grow_with_what_is_found(lin: Agent, carla: Customer, at: datetime, work: Work) -> None:
    counts = []
    for round_ in range(2):
        for n in range(12):
            written(
                carla, at=at + timedelta(minutes=n), subject="Crowd table", reference=f"<{round_}.{n}@crowd.example>"
            )
        work(at + timedelta(hours=1))
        with CaptureQueriesContext(connection) as queries:
            page = search_page(lin, "crowd table", at=at)
        assert len(page.conversations) == 12 if not round_ else 20
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 17


def test_more_than_a_page_can_be_leafed_through(lin: Agent, carla: Customer, at: datetime, work: Work) -> None:
    for n in range(45):
        written(carla, at=at + timedelta(minutes=n), subject="Crowd", reference=f"<{n}@crowd.example>")
    work(at + timedelta(hours=1))
    seen = []
    for number in (1, 2, 3):
        page = search_page(lin, "crowd", page=number, at=at)
        seen += [each.number for each in page.conversations]
        assert page.count == "45"
        assert bool(page.next_href) is (number < 3)
    assert len(set(seen)) == 45
    assert seen == sorted(seen, reverse=True)
    assert search_page(lin, "crowd", page=99, at=at).conversations == page.conversations


def test_chips_take_out_and_put_in(corpus: dict[str, Conversation], lin: Agent, at: datetime) -> None:
    page = search_page(lin, "table is:open -in:support", at=at)
    assert [chip.label for chip in page.chips] == ["is:open", "-in:support"] or page.problems
    page = search_page(lin, "table is:open ", at=at)
    assert [(chip.label, chip.href) for chip in page.chips] == [("is:open", "/search?q=table")]
    assert "has:attachment" in [chip.label for chip in page.offers]


def test_a_company_leads_to_its_page_from_the_palette_and_the_search(
    lin: Agent, client_of: Desk, work: Callable[..., None], at: datetime
) -> None:
    firm = create_company("Beekeepers' Union", by=SYSTEM, at=at)
    work(at + timedelta(hours=1))
    for address in ("/palette?q=beek", "/search?q=beekeepers"):
        assert f'href="/companies/{firm.pk}"' in text_of(client_of(lin), address), address


def test_the_palette_finds_people_conversations_and_screens(
    corpus: dict[str, Conversation], lin: Agent, client_of: Desk
) -> None:
    client = client_of(lin)
    assert "German <mark>" not in text_of(client, "/palette")
    assert "/queue" in text_of(client, "/palette")
    text = text_of(client, "/palette?q=germ")
    assert "Writer" in text
    assert f"/conversations/{corpus['german'].pk}" in text
    number = corpus["late"].pk
    assert f"/conversations/{number}" in text_of(client, f"/palette?q=%23{number}")
    for wanted, place in (
        ("cust", "/customers"),
        ("unass", "/queue/unassigned"),
        ("mentioned", "/queue/mentioned"),
        ("settings", "/settings"),
        ("settings tags", "/settings/tags"),  # by what it belongs to
        ("time zone", "/account/profile"),  # by what the screen is for
    ):
        assert f'href="{place}"' in text_of(client, f"/palette?q={wanted}"), wanted
    with CaptureQueriesContext(connection) as queries:
        text_of(client, "/palette?q=germ")
    assert len(queries) <= 13


def test_every_page_offers_the_field_and_the_palette(lin: Agent, client_of: Desk) -> None:
    text = text_of(client_of(lin), "/customers")
    assert 'action="/search"' in text
    assert 'data-asks="/palette"' in text


MARKS = Marks(
    frozenset({"table", "京都", "自転", "転車", "r1234", "weeks"}), ("deliv", "車"), {"京都": 2, "自転": 3, "転車": 3}
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("The TABLE came", "The <mark>TABLE</mark> came"),
        ("tables", "tables"),
        ("undelivered, delivered", "undelivered, <mark>delivered</mark>"),
        ("東京都庁", "東<mark>京都</mark>庁"),
        ("自転車、転車", "<mark>自転車</mark>、転車"),
        ("駅の車で車", "駅の<mark>車</mark>で<mark>車</mark>"),
        ("see R-1234!", "see <mark>R-1234</mark>!"),
        ("a <b> & table", "a &lt;b&gt; &amp; <mark>table</mark>"),
        ("", ""),
    ],
)
def test_what_was_meant_is_marked(text: str, html: str) -> None:
    assert str(marked(text, MARKS).html) == html


def test_the_passage_in_which_most_stands_is_shown() -> None:
    text = "table " + "and so on " * 60 + "the table after two weeks delivered late " + "and so on " * 60
    found = passage(text, MARKS)
    assert found.score == 3
    assert "<mark>weeks</mark> <mark>delivered</mark>" in found.html
    assert found.html.startswith("… ")
    assert len(found.html.striptags()) < 200


@pytest.mark.parametrize(
    ("typed", "text", "html"),
    [
        ("2026", "invoice_2026-11_final.pdf", "invoice_<mark>2026</mark>-11_final.pdf"),
        ("2026-11 ", "invoice_2026-11_final.pdf", "invoice_<mark>2026-11</mark>_final.pdf"),
        ("2026_11_fin", "invoice_2026-11_final.pdf", "invoice_<mark>2026-11_final</mark>.pdf"),
        ("final.pdf ", "invoice_2026-11_final.pdf", "invoice_2026-11_<mark>final.pdf</mark>"),
        ("report ", "MyFinalReport2026.pdf", "MyFinal<mark>Report</mark>2026.pdf"),
        ("finalrep", "MyFinalReport2026.pdf", "My<mark>FinalReport2026</mark>.pdf"),
        ("größe-märz ", "Rechnung_Größe-März.pdf", "Rechnung_<mark>Größe-März</mark>.pdf"),
        ("e-mail ", "my e-mail, by email: no mail", "my <mark>e-mail</mark>, by <mark>email</mark>: no mail"),
    ],
)
def test_a_part_of_what_is_written_together_is_marked(
    typed: str, text: str, html: str, lin: Agent, at: datetime
) -> None:
    meaning = Reader(lin, Vocabulary(), at=at).read(read_query(typed))
    assert str(marked(text, marks_of(meaning.expression)).html) == html


@pytest.mark.parametrize(
    ("one", "other", "slips"), [("table", "tabel", 1), ("table", "able", 1), ("table", "cable", 1), ("table", "tab", 2)]
)
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    assert distance(one, other) == slips
    assert (other in mistypings(one)) is (slips == 1)
