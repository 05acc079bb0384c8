"""The index follows what happens, forgets what is forgotten, and can be built again from nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import (
    add_address,
    create_company,
    describe_customer,
    meet_customer,
    place_order,
    recognise_customer,
)
from rung.journal.models import Entry
from rung.journal.reacting import Told
from rung.journal.ringing import InOtherHands
from rung.search import access, verbs, words
from rung.search.access import found_companies, found_people
from rung.search.documents import Gathered
from rung.search.expression import Adjacent, AllOf, AnyOf, NoneOf, Term
from rung.search.indexes import index, postgresql
from rung.search.meaning import Meaning, Reader
from rung.search.models import Document, Kind, Waiting, Word
from rung.search.places import place_at
from rung.search.query import read_query
from rung.search.reactions import index_conversation
from rung.search.verbs import await_indexing, await_what_is_missing, index_waiting, settle_index
from rung.search.vocabulary import Vocabulary
from rung.touchpoints.models import Attachment, Conversation, Touchpoint
from rung.touchpoints.verbs import create_tag, resolve_conversation, tag_conversation
from tests.cast import written

Finds = Callable[..., list[int]]
Work = Callable[..., None]


@pytest.fixture
def meant(lin: Agent, at: datetime) -> Callable[[str], Meaning]:
    return lambda typed: Reader(lin, Vocabulary(), at=at).read(read_query(typed))


def people(agent: Agent, meaning: Meaning) -> list[int]:
    assert meaning.people is not None
    return list(found_people(agent, meaning.people, Vocabulary(), at_most=10).keys)


def test_a_batch_of_letters_costs_one_statement(lin: Agent, carla: Customer, at: datetime, work: Work) -> None:
    matter = written(carla, at=at)
    entry = Entry.objects.get(kind="touchpoint.received")
    index_conversation([Told(entry.event, entry)])
    work(at)
    from django.db import transaction

    with transaction.atomic():
        index_conversation([Told(entry.event, entry)])  # rings the bell for the whole batch
        with CaptureQueriesContext(connection) as queries:
            index_conversation([Told(entry.event, entry)] * 3)
    assert [each["sql"][:26] for each in queries if "SAVEPOINT" not in each["sql"]] == ["INSERT INTO search_waiting"]
    assert Waiting.objects.get().key == matter.pk


def test_hours_full_of_letters_are_passed_in_few_steps(carla: Customer, at: datetime, work: Work) -> None:
    """Ten thousand conversations began within five hours; another that came in the first minute lies behind them all."""
    full = range(place_at(at), place_at(at) + 10_000)
    Document.objects.bulk_create(
        Document(place=place, kind=Kind.CONVERSATION, key=1_000_000 + place - full.start) for place in full
    )
    matters = [written(carla, at=at, reference=f"<{number}@example.org>") for number in range(3)]
    with CaptureQueriesContext(connection) as queries:
        work(at)
    theirs = {matter.pk for matter in matters}
    places = Document.objects.filter(kind=Kind.CONVERSATION, key__in=theirs).values_list("place", flat=True)
    assert sorted(places) == [full.stop, full.stop + 1, full.stop + 2]
    assert sum('"search_document"."place"' in each["sql"] for each in queries) < 30


def test_what_changes_while_it_is_written_is_written_again(
    lin: Agent, carla: Customer, at: datetime, work: Work
) -> None:
    matter = written(carla, at=at)
    work(at)
    await_indexing(Kind.CONVERSATION, [matter.pk], by=SYSTEM, at=at)
    await_indexing(Kind.CONVERSATION, [matter.pk, matter.pk], by=SYSTEM, at=at)
    assert Waiting.objects.get().turn == 2
    assert index_waiting(by=SYSTEM, at=at) == 1
    assert not Waiting.objects.exists()


def test_people_are_found_by_all_that_is_known_of_them(
    lin: Agent, carla: Customer, karim: Customer, meant: Callable[[str], Meaning], at: datetime, work: Work
) -> None:
    company = create_company("Öztürk & Söhne", domain="oztuerk.example", by=SYSTEM, at=at)
    describe_customer(carla, role_title="Head of purchasing", company=company, by=SYSTEM, at=at)
    add_address(carla, "+49 (0)30 1234 5678", kind="phone", by=SYSTEM, at=at)
    place_order(carla, number="R-77123", title="Oak table", amount_cents=1, placed_at=at, by=SYSTEM, at=at)
    alone = meet_customer(name="Zoë Quux", by=SYSTEM, at=at)
    work(at)
    for typed in (
        *("carla", "car", "ruiz", "RUIZ carla", "carla@example.org", "carla@ex", "ozturk", "sohne ruiz", "purchasing"),
        *("R-77123", "77123", "R-771", "oak table", "+493012345678", "030 1234 5678", "030 1234", "5678", "12345678"),
    ):
        assert people(lin, meant(typed)) == [carla.pk], typed
    assert people(lin, meant("zoe")) == [alone.pk]  # entered by hand, and found missing by the sweep
    assert people(lin, meant("haddad karim")) == [karim.pk]
    assert people(lin, meant("carla haddad")) == []
    companies = meant("sohne").companies
    assert companies is not None
    assert found_companies(lin, companies, at_most=5).keys == (company.pk,)


def test_the_newest_of_very_many_with_a_name_are_found_first(
    lin: Agent, at: datetime, work: Work, meant: Callable[[str], Meaning], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "FEW", 0)
    monkeypatch.setattr(postgresql, "PEOPLE_READ", 3)
    many = []
    for number in range(12):
        create_company(f"Baker {number}", domain=f"baker{number}.example", by=SYSTEM, at=at)
        many.append(recognise_customer(f"n{number}@a.example", name=f"Ann {number} Baker", by=SYSTEM, at=at).pk)
        recognise_customer(f"n{number}@b.example", name=f"Bob {number} Cook", by=SYSTEM, at=at)
    work(at)
    assert people(lin, meant("baker")) == people(lin, meant("ann baker")) == many[:1:-1]
    assert people(lin, meant("ann 7 baker")) == [many[7]]
    assert people(lin, meant("bob baker")) == []


def test_each_choice_is_a_condition_of_its_own_but_beside_words_whose_places_are_asked() -> None:
    one, other, place = Term("one"), Term("other"), AnyOf((Term("w:1"), Term("w:2")))
    both = AnyOf((one, other))
    assert postgresql.conditions(both) == [both]
    assert postgresql.conditions(AllOf((one, both, NoneOf(other), place))) == [AllOf((one, NoneOf(other))), both, place]
    assert postgresql.conditions(AllOf((both, NoneOf(other)))) == [NoneOf(other), both]
    beside = AllOf((Adjacent(("one", "other")), place))
    assert postgresql.conditions(beside) == [beside]


def test_a_new_name_is_found_at_their_conversations_too(
    lin: Agent, carla: Customer, finds: Finds, at: datetime, work: Work
) -> None:
    matter = written(carla, at=at)
    work(at)
    describe_customer(carla, name="Carla Newlywed", by=SYSTEM, at=at)
    work(at + timedelta(hours=1))
    assert finds(lin, "newlywed") == [matter.pk]
    assert finds(lin, "from:newlywed") == [matter.pk]
    assert finds(lin, "Ruiz") == []


def test_what_is_forgotten_leaves_no_word_behind(
    lin: Agent, carla: Customer, finds: Finds, at: datetime, work: Work
) -> None:
    matter = written(carla, at=at, text="My illness is called Wernicke.")
    work(at)
    assert finds(lin, "wernicke") == [matter.pk]
    Touchpoint.objects.update(text="")
    await_indexing(Kind.CONVERSATION, [matter.pk], by=SYSTEM, at=at)
    work(at)
    assert finds(lin, "wernicke") == []
    assert not Word.objects.filter(word="wernicke").exists()
    assert "wernicke" not in dict(index().counts())


def test_what_is_gone_is_taken_out(lin: Agent, carla: Customer, at: datetime, work: Work) -> None:
    matter = written(carla, at=at)
    work(at)
    key = matter.pk
    Touchpoint.objects.all().delete()
    Conversation.objects.filter(pk=key).delete()
    await_indexing(Kind.CONVERSATION, [key], by=SYSTEM, at=at)
    work(at)
    assert not Document.objects.filter(kind=Kind.CONVERSATION).exists()


def test_building_anew_makes_the_same_index(
    corpus: dict[str, Conversation], lin: Agent, finds: Finds, at: datetime
) -> None:
    before = sorted(index().counts()), sorted(Word.objects.values_list("word", "documents"))
    places = list(Document.objects.order_by("place").values_list("place", "kind", "key"))
    said = StringIO()
    call_command("reindex", stdout=said)
    assert "documents in" in said.getvalue()
    assert (sorted(index().counts()), sorted(Word.objects.values_list("word", "documents"))) == before
    assert list(Document.objects.order_by("place").values_list("place", "kind", "key")) == places
    assert finds(lin, "tab") == [corpus["late"].pk]


@pytest.mark.django_db(transaction=True)
def test_postgresql_makes_the_index_that_a_building_dropped_before_it_was_killed(at: datetime) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps its index while it is built")

    def stands() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('search_words_gin') IS NOT NULL")
            return bool(cursor.fetchone()[0])

    def settled_elsewhere() -> None:
        with ThreadPoolExecutor(1) as another:
            another.submit(_settle_and_leave, at).result()

    with index().building():
        assert not stands()
        settled_elsewhere()
        assert not stands()  # whoever builds makes it at the end
    assert stands()
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX search_words_gin")
    settled_elsewhere()
    assert stands()


def _settle_and_leave(at: datetime) -> None:
    try:
        with transaction.atomic():
            settle_index(most=0, by=SYSTEM, at=at)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_one_worker_at_a_time_looks_for_places(carla: Customer, at: datetime) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    written(carla, at=at, subject="Crowd")
    await_what_is_missing(limit=10, by=SYSTEM, at=at)
    waiting = Waiting.objects.count()
    with ThreadPoolExecutor(1) as another:
        with index().placing():
            assert another.submit(_index_and_leave, at).result() == "in other hands"
            assert (Waiting.objects.count(), Document.objects.count()) == (waiting, 0)
        assert another.submit(_index_and_leave, at).result() == waiting
    assert Document.objects.count() == waiting
    index().clear()  # no model's tables, and so not emptied after this test


def _index_and_leave(at: datetime) -> int | str:
    try:
        return index_waiting(by=SYSTEM, at=at)
    except InOtherHands:
        return "in other hands"
    finally:
        connection.close()


def test_answers_make_the_same_index_as_building_anew(
    corpus: dict[str, Conversation], lin: Agent, karim: Customer, finds: Finds, at: datetime, work: Work
) -> None:
    """What an answer is added to is not read again."""
    late = corpus["late"]
    later = at + timedelta(days=1)
    resolve_conversation(corpus["german"], by=SYSTEM, at=later)
    work(later)
    assert finds(lin, "is:resolved tisch") == [corpus["german"].pk]
    texts = {
        "late": "Still no oakwood, dear bookkeepers.",
        "german": "Müßiggang",
        "korean": "아직 책상이",
        "arabic": "بعد",
    }
    for name, text in texts.items():
        matter = corpus[name]
        copied = ("someone.else@writers.example",)
        written(matter.customer, at=later, subject="Re: Weiter", text=text, conversation=matter.pk, copied=copied)
    answer = Touchpoint.objects.filter(conversation=late).latest("pk")
    Attachment.objects.create(touchpoint=answer, name="receipt.pdf", media_type="application/pdf", size=1, digest="0")
    before = Touchpoint.objects.filter(conversation=late).earliest("pk")
    Touchpoint.objects.filter(pk=before.pk).update(text="Overwritten unheard.")
    work(later)
    assert finds(lin, "overwritten") == []
    Touchpoint.objects.filter(pk=before.pk).update(text=before.text)
    assert finds(lin, "is:resolved tisch") == []
    assert (
        finds(lin, '"dear bookkeepers" R-1234 receipt')
        == finds(lin, "someone.else@writers.example oakwood")
        == [late.pk]
    )
    kept = sorted(index().counts()), sorted(Word.objects.values_list("word", "documents"))
    call_command("reindex", stdout=StringIO())
    assert (sorted(index().counts()), sorted(Word.objects.values_list("word", "documents"))) == kept
    tag_conversation(late, create_tag("urgent", by=SYSTEM, at=later), by=SYSTEM, at=later)
    Touchpoint.objects.filter(pk=before.pk).update(text="Overwritten and heard.")
    written(late.customer, at=later, text="Once more.", conversation=late.pk, reference="<more@writers.example>")
    work(later)
    assert finds(lin, "overwritten") == [late.pk]  # where anything else has changed, all is read


def test_no_phrase_goes_over_from_what_was_there_to_what_is_added(
    lin: Agent, carla: Customer, finds: Finds, at: datetime, work: Work
) -> None:
    matter = written(carla, at=at, text="It ends in wood", reference="<1@writers.example>")
    work(at)
    written(carla, at=at, text="chips and more", conversation=matter.pk, reference="<2@writers.example>")
    work(at)
    assert finds(lin, '"chips and"') == finds(lin, '"in wood"') == finds(lin, "wood chips") == [matter.pk]
    assert finds(lin, '"wood chips"') == []


def test_what_was_to_be_added_to_an_index_that_was_built_anew_is_read_as_a_whole(
    lin: Agent, carla: Customer, finds: Finds, at: datetime, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = written(carla, at=at, text="Oakwood", reference="<1@writers.example>")
    work(at)
    written(carla, at=at, text="Beechwood", conversation=matter.pk, reference="<2@writers.example>")
    read = verbs.grown

    def read_while_it_is_cleared(since: dict[int, int]) -> list[Gathered]:
        found = list(read(since))
        if since:
            index().clear()
        return found

    monkeypatch.setattr(verbs, "grown", read_while_it_is_cleared)
    work(at)  # finds that it lies there no more
    work(at)
    assert finds(lin, "oakwood beechwood") == [matter.pk]


def test_a_missing_index_is_caught_up(
    corpus: dict[str, Conversation], lin: Agent, finds: Finds, at: datetime, work: Work
) -> None:
    index().clear()
    Document.objects.all().delete()
    Word.objects.all().delete()
    assert finds(lin, "tab") == []
    assert await_what_is_missing(limit=3, by=SYSTEM, at=at) == 3 + 3
    work(at)
    assert finds(lin, "tab") == [corpus["late"].pk]
    assert not Waiting.objects.exists()


def test_many_at_the_same_minute_find_places(
    lin: Agent, carla: Customer, finds: Finds, at: datetime, work: Work
) -> None:
    numbers = [written(carla, at=at, subject="Crowd", reference=f"<{n}@crowd.example>").pk for n in range(70)]
    work(at)
    assert sorted(finds(lin, "crowd")) == numbers
    await_indexing(Kind.CONVERSATION, numbers, by=SYSTEM, at=at)
    work(at)
    assert sorted(finds(lin, "crowd")) == numbers


def test_that_the_index_is_behind_is_said_until_it_is_not(
    carla: Customer, at: datetime, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "BEHIND", 2)
    for n in range(3):
        written(carla, at=at, subject="Crowd", reference=f"<{n}@crowd.example>")
    assert access.is_behind()
    work(at)
    assert not access.is_behind()


def test_what_was_indexed_before_names_had_pieces_is_indexed_anew(
    corpus: dict[str, Conversation], lin: Agent, finds: Finds, at: datetime, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {"late": "MyFinalReport.docx", "german": "report_final.docx", "french": "PDFExport.csv"}
    for name, file in named.items():
        touchpoint = Touchpoint.objects.get(conversation=corpus[name])
        Attachment.objects.create(touchpoint=touchpoint, name=file, media_type="text/csv", size=1, digest="0")
        await_indexing(Kind.CONVERSATION, [corpus[name].pk], by=SYSTEM, at=at)
    with monkeypatch.context() as before:
        before.setattr(words, "_pieces", lambda run: ())
        words._written.cache_clear()
        words._met.cache_clear()
        work(at)
    words._written.cache_clear()
    words._met.cache_clear()
    assert finds(lin, "report ") == [corpus["german"].pk]
    import_module("rung.search.migrations.0004_pieces_of_names").await_pieces(apps, connection.schema_editor())
    assert set(Waiting.objects.values_list("key", flat=True)) == {corpus["late"].pk, corpus["french"].pk}
    work(at)
    assert finds(lin, "report ") == [corpus["german"].pk, corpus["late"].pk]
    assert finds(lin, "export ") == [corpus["french"].pk]
