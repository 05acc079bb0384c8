"""The same is found on both databases, in every language we know how to cut into words."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import recognise_customer
from rung.search import access, found
from rung.search.indexes import newest
from rung.search.pages import search_page
from rung.search.vocabulary import Vocabulary
from rung.touchpoints.models import Attachment, Conversation
from rung.touchpoints.verbs import assign_conversation, resolve_conversation, write_note
from tests.cast import written

Finds = Callable[..., list[int]]


ASKED = (
    ("table ", "late"),
    ("tab", "late"),
    ("TABLE", "late"),
    ("order table ", "late"),
    ("table order -oak ", ""),
    ("table OR invoice ", "invoice late"),
    ('"oak table"', "late"),
    ('"table oak"', ""),
    ('"the order number"', "late"),
    ("R-1234", "late"),
    ("r1234", "late"),
    ("1234", "late"),
    ("R-12", "late"),
    ("billing@office.example", "invoice"),
    ("office.example", "invoice"),
    ("billing@off", "invoice"),
    ("grosser", "german"),
    ("größer", "german"),
    ("Mueller", "german"),
    ("Muller", "german"),
    ("creme brulee", "french"),
    ("crème brûlée", "french"),
    ("订购", "chinese"),
    ("桌子还没有收到", "chinese"),
    ("北京", "chinese"),
    ("京", "japanese chinese"),
    ("椅子", "japanese"),
    ("東京都", "japanese"),
    ("京都庁", "japanese"),
    ("배송", "korean"),
    ("책상", "korean"),
    ("طلب", "arabic"),
    ("الطلب", "arabic"),
    ("مكتبه", "arabic"),
    ("القاهرة", "arabic"),
    ("שלום", "hebrew"),
    ("ההזמנה", "hebrew"),
    ("елка", "russian"),
    ("деньги", "russian"),
    ("german@writers.example", "german"),
    ("from:french", "french"),
    ("from:hebrew@writers.example", "hebrew"),
    ("from:korean is:open", "korean"),
    ("to:support@desk.example table", "late"),
    ("to:nobody table", ""),
    ("is:resolved table", ""),
    ("is:unassigned table", "late"),
    ("has:attachment", ""),
    ("channel:email table", "late"),
    ("xyzzy", ""),
    ("table xyzzy", ""),
    ("-from:french Livraison ", ""),
)


def test_each_is_found_by_what_may_be_typed(corpus: dict[str, Conversation], lin: Agent, finds: Finds) -> None:
    numbers = {conversation.pk: name for name, conversation in corpus.items()}
    found = {typed: " ".join(numbers[pk] for pk in finds(lin, typed)) for typed, _ in ASKED}
    assert found == dict(ASKED)


def test_an_address_with_a_number_in_it_finds_whose_it_is(
    corpus: dict[str, Conversation], lin: Agent, finds: Finds, at: datetime, work: Callable[..., None]
) -> None:
    nora = recognise_customer("nora24@writers.example", name="Nora Writer", by=SYSTEM, at=at)
    hers = written(nora, at=at + timedelta(hours=20), subject="A lamp", text="It flickers.")
    work(at + timedelta(days=1))
    assert finds(lin, "from:nora24@writers.example") == finds(lin, "nora24@writers.example") == [hers.pk]
    assert finds(lin, "from:nora24@writers.exam") == [hers.pk]


@pytest.mark.parametrize("sort", ["newest", "relevant"])
def test_a_file_is_found_by_any_piece_of_its_name(
    sort: str, lin: Agent, carla: Customer, at: datetime, work: Callable[..., None]
) -> None:
    matter = written(carla, at=at, subject="Papers", text="Enclosed.")
    names = ("invoice_2026-11_final.pdf", "MyFinalReport.docx", "scan (3) of contract.PDF", "发票_2026.pdf")
    for name in names:
        Attachment.objects.create(
            touchpoint=matter.touchpoints.get(), name=name, media_type="application/pdf", size=1, digest="0"
        )
    work(at)
    for typed in (
        *("2026", "final ", "invoice 2026", "2026-11", "2026-11 ", "2026_11_fi", "11_final.pdf ", "invoice_2026 final"),
        *("INVOICE_2026-11_FINAL.PDF", '"2026-11"', "report", "finalrep", "contract.pdf", "发票", "发票_2026", "pdf "),
    ):
        page = search_page(lin, typed, sort=sort, at=at)
        assert [each.number for each in page.conversations] == [matter.pk], typed
        assert "<mark>" in page.conversations[0].passage, typed
    for typed in ("2026-12 ", "11_2026 ", "final_2026 ", "nal", "invoice-final "):
        assert search_page(lin, typed, sort=sort, at=at).conversations == (), typed


def test_a_phrase_is_no_phrase_because_a_heading_has_its_words(
    lin: Agent, carla: Customer, at: datetime, work: Callable[..., None]
) -> None:
    written(carla, at=at, subject="A table of oak", text="It creaks.", reference="<1@writers.example>")
    right = written(carla, at=at, subject="Creaking", text="The oak table.", reference="<2@writers.example>")
    work(at)
    assert [each.number for each in search_page(lin, '"oak table"', at=at).conversations] == [right.pk]


def test_everything_is_found_by_what_it_is_not(corpus: dict[str, Conversation], lin: Agent, finds: Finds) -> None:
    assert finds(lin, "-table ") == [each.pk for name, each in reversed(corpus.items()) if name != "late"]


def test_the_newest_comes_first_and_days_narrow(
    corpus: dict[str, Conversation], lin: Agent, finds: Finds, at: datetime
) -> None:
    everything = [each.pk for each in reversed(corpus.values())]
    assert finds(lin, "is:open") == everything
    assert finds(lin, "is:open after:2026-03-10") == everything
    assert finds(lin, "is:open before:2026-03-10") == []
    assert finds(lin, "table after:2026-04") == []
    assert finds(lin, "is:open before:tomorrow") == finds(lin, "is:open after:10.3.2026") == everything
    assert finds(lin, "is:open after:today") == finds(lin, "is:open after:2026-03-11")


def test_a_heading_is_told_apart_from_a_letter(corpus: dict[str, Conversation], lin: Agent, finds: Finds) -> None:
    assert finds(lin, "table ", heading=True) == [corpus["late"].pk]
    assert finds(lin, "oak ", heading=True) == []


def test_what_changes_is_found_as_it_is_then(
    corpus: dict[str, Conversation],
    ada: Agent,
    lin: Agent,
    finds: Finds,
    at: datetime,
    work: Callable[..., None],
) -> None:
    late, later = corpus["late"], at + timedelta(days=2)
    write_note(late, "The carrier lost it near Łódź.", by=ada.actor, at=later)
    assign_conversation(late, agent=ada, team=None, by=lin.actor, at=later)
    work(later)
    assert finds(lin, "lodz carrier ") == [late.pk]
    assert finds(ada, "is:mine") == finds(lin, "assignee:ada") == [late.pk]
    assert finds(lin, "table is:unassigned") == []
    resolve_conversation(late, by=ada.actor, at=later)
    assert finds(lin, "table is:open") == []  # at once, whatever the index still says
    work(later)
    assert finds(lin, "table is:resolved") == [late.pk]


def test_a_long_conversation_is_found_by_all_its_letters(
    corpus: dict[str, Conversation], lin: Agent, finds: Finds, at: datetime, work: Callable[..., None]
) -> None:
    late = corpus["late"]
    first = late.touchpoints.get()
    again = written(
        late.customer, at=at + timedelta(days=1), text="Still nothing: zwölf Wochen!", references=(first.reference,)
    )
    work(at + timedelta(days=2))
    assert again.pk == late.pk
    assert finds(lin, "table zwolf ") == [late.pk]
    assert finds(lin, "is:open")[0] == late.pk  # the newest now


def test_a_touchpoint_unread_is_unread(corpus: dict[str, Conversation], lin: Agent, finds: Finds, at: datetime) -> None:
    from rung.touchpoints.verbs import mark_read

    assert len(finds(lin, "is:unread")) == len(corpus)
    mark_read(corpus["late"], agent=lin, by=lin.actor, at=at + timedelta(days=1))
    assert finds(lin, "table is:unread") == []
    assert finds(lin, "table -is:unread") == [corpus["late"].pk]


def test_the_same_is_found_however_common_it_is(
    lin: Agent,
    ada: Agent,
    carla: Customer,
    billing: Team,
    finds: Finds,
    at: datetime,
    work: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What stands everywhere is looked for in parts, the newest first; of those with all words each is read for a phrase."""
    texts = ("a lantern falcon", "a falcon lantern", "falcon, no lantern")
    years = [
        written(
            carla,
            at=at - timedelta(weeks=4 * n),
            subject=f"Matter {n}",
            text=texts[n % 3],
            team=billing if n % 4 == 0 else None,
            reference=f"<{n}@years.example>",
        ).pk
        for n in range(30)
    ]
    work(at)
    asked = ("falcon lantern ", '"falcon lantern"', "falcon before:2025-06 ", "falcon after:2025-01 before:2025-06 ")
    found = [finds(who, typed) for typed in asked for who in (lin, ada)]
    assert found[0] == years
    assert found[1] == [key for n, key in enumerate(years) if n % 4]
    assert found[2] == years[1::3]
    assert 0 < len(found[6]) < len(found[4]) < 30
    monkeypatch.setattr(Vocabulary, "commonness", lambda *_: 1 << 20)
    monkeypatch.setattr(Vocabulary, "likely", lambda *_: 1 << 20)
    for first, read in ((1, 0), (7, 3), (1000, 0), (1000, 7)):
        monkeypatch.setattr(access, "FIRST", first)
        monkeypatch.setattr(newest, "READ", read)
        assert [finds(who, typed) for typed in asked for who in (lin, ada)] == found


def test_the_newest_of_a_long_conversation_is_looked_through_for_a_passage(
    lin: Agent, carla: Customer, at: datetime, work: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "LONG", 2)
    matter = written(carla, at=at, subject="Papers", text="The falcon – größer als gedacht – is enclosed.")
    Attachment.objects.create(
        touchpoint=matter.touchpoints.get(), name="quill.pdf", media_type="application/pdf", size=1, digest="0"
    )
    for number, text in enumerate(("And a lantern.", "Anything else?"), 1):
        later = at + timedelta(minutes=number)
        written(carla, at=later, text=text, conversation=matter.pk, reference=f"<long{number}@papers.example>")
    work(at + timedelta(hours=1))
    for typed, where, said_by, html in (
        (
            "groesser falcon ",
            "",
            carla.name,
            "The <mark>falcon</mark> – <mark>größer</mark> als gedacht – is enclosed.",
        ),
        ("lantern falcon ", "", carla.name, "And a <mark>lantern</mark>."),
        ("quill ", "File", "", "<mark>quill</mark>.pdf"),
    ):
        (one,) = search_page(lin, typed, at=at + timedelta(hours=1)).conversations
        assert (one.where, one.said_by, str(one.passage)) == (where, said_by, html)
        assert "?touchpoint=" in one.href
