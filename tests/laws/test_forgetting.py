"""Who is forgotten is forgotten by every room: no table holds a word of theirs any more."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client

from rung.accounts.models import Agent, Team
from rung.channels.email.models import Fate, RawLetter
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.reading import read_letters
from rung.channels.email.words import letters_with
from rung.core.actor import SYSTEM
from rung.customers.access import forgotten_at
from rung.customers.models import Address, Customer, Forgetting
from rung.customers.verbs import (
    add_address,
    forget_customer,
    meet_customer,
    merge_customers,
    part_customers,
    place_order,
    recognise_customer,
)
from rung.insight.models import ConversationFact, OrderFact, TouchpointFact, Unmirrored
from rung.journal.errands import deliver_entries
from rung.journal.models import Entry
from rung.ladder.models import Expectation, Grade
from rung.ladder.verbs import grade_customers
from rung.touchpoints.addresses import FORGOTTEN, recipients_of
from rung.touchpoints.incoming import Incoming, Parties, Party
from rung.touchpoints.models import Conversation, LooseFile, Touchpoint
from rung.touchpoints.verbs import answer_conversation, note_signal, receive_touchpoint
from tests.cast import written
from tests.laws.world import NAME, WORD, secret_world

# What tells of our own house, or is a thing of its own: an order's number is the shop's, and stays for the books.
OURS = {"canned.CannedAnswer", "queues.SavedView", "training.Opportunity", "training.Training"}
STAYS = {("customers.Order", "number")}


@pytest.fixture
def ours(support: Team, karim: Customer, at: datetime) -> Conversation:
    return written(karim, at=at, subject="Ours", team=support, reference="<own@example.com>")


def words_left(*words: str) -> list[str]:
    """Where any of these still stands, as "table.column"."""
    sought = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    found = set()
    house = {entry.pk for entry in Entry.objects.all() if entry.kind.startswith(("canned.", "view."))}
    for model in apps.get_models():
        if model._meta.label in OURS:
            continue
        columns = [field.attname for field in model._meta.concrete_fields]
        rows = model._default_manager.order_by()
        for row in (rows.exclude(pk__in=house) if model is Entry else rows).values_list(*columns):
            for column, value in zip(columns, row, strict=True):
                said = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
                if sought.search(said) and (model._meta.label, column) not in STAYS:
                    found.add(f"{model._meta.label}.{column}: {said[:60]}")
    return sorted(found)


def test_no_table_holds_a_word_of_whoever_was_forgotten(
    ours: Conversation, billing: Team, bo: Agent, lin: Agent, root: Agent, at: datetime, work: Callable[..., None]
) -> None:
    world = secret_world(ours=ours, billing=billing, bo=bo, lin=lin, at=at, work=work)
    person, later = Customer.objects.get(pk=world["person"]), at + timedelta(minutes=3)
    touched = Touchpoint.objects.count()
    # Something we wrote is still on its way: nothing is forgotten, anywhere, before it has left.
    Touchpoint.objects.filter(conversation=world["matter"], direction="out").update(delivery="waiting")
    with pytest.raises(ValidationError):
        forget_customer(person, by=root.actor, at=later)
    assert words_left(NAME)
    assert letters_with([("", WORD)])
    assert not Forgetting.objects.exists()
    Touchpoint.objects.filter(delivery="waiting").update(delivery="sent")
    forget_customer(person, by=root.actor, at=later)
    work(later)
    left = words_left(NAME, WORD, "holunder@")
    assert not left, "\n".join(left)
    assert {bytes(raw.content) for raw in RawLetter.objects.all()} == {b""}
    assert not letters_with([("", WORD)]) + letters_with([("", "holunder")])
    assert letters_with([("message_id", "secret@example.com")]), "by which it is known again"
    # That it happened stays.
    assert Touchpoint.objects.count() == touched
    assert Entry.objects.get(kind="customer.forgotten").actor_key == root.pk
    assert LooseFile.objects.exists()


def test_forgetting_twice_is_once_and_whoever_was_merged_is_forgotten_where_they_are_kept(
    carla: Customer, root: Agent, at: datetime
) -> None:
    twin = meet_customer(name="Carla R.", by=SYSTEM, at=at)
    merge_customers(carla, twin, by=root.actor, at=at)
    twin.refresh_from_db()
    with pytest.raises(ValidationError, match="merged"):
        forget_customer(twin, by=root.actor, at=at)
    forget_customer(carla, by=root.actor, at=at)
    forget_customer(carla, by=root.actor, at=at)
    assert Entry.objects.filter(kind="customer.forgotten").count() == 1
    assert not Customer.objects.exclude(name="").filter(pk__in=(carla.pk, twin.pk)).exists()


def test_a_record_of_which_something_is_known_again_can_be_forgotten_again(
    carla: Customer, root: Agent, at: datetime
) -> None:
    forget_customer(carla, by=root.actor, at=at)
    merge_customers(carla, recognise_customer("dora@example.org", name="Dora", by=SYSTEM, at=at), by=root.actor, at=at)
    assert forgotten_at(carla) is None
    later = at + timedelta(days=1)
    forget_customer(carla, by=root.actor, at=later)
    assert forgotten_at(carla) == later
    assert not Customer.objects.exclude(name="").filter(pk=carla.pk).exists()
    assert not words_left("dora")


def test_no_word_stays_in_what_merges_remember(carla: Customer, root: Agent, at: datetime) -> None:
    """Of a merge into a record that was merged itself, and of one into somebody else that was taken back."""
    other, nameless, last = (
        recognise_customer(f"{who}@example.net", by=SYSTEM, at=at) for who in ("other", "nameless", "last")
    )
    name = carla.name
    part_customers(merge_customers(other, carla, by=root.actor, at=at), by=root.actor, at=at)
    merge_customers(nameless, carla, by=root.actor, at=at)
    merge_customers(last, nameless, by=root.actor, at=at)
    forget_customer(last, by=root.actor, at=at)
    assert not words_left(name)


def test_a_letter_that_nobody_has_read_yet_is_not_lost(carla: Customer, root: Agent, at: datetime) -> None:
    address = Address.objects.filter(customer=carla).values_list("value", flat=True)[0]
    raw = f"From: {address}\r\nTo: help@desk.example\r\nSubject: New\r\nMessage-ID: <n@x>\r\n\r\nHere again.\r\n"
    keep_letter(raw.encode(), mailbox=None, by=SYSTEM, at=at)
    forget_customer(carla, by=root.actor, at=at)
    while read_letters(by=SYSTEM, at=at):
        pass
    touchpoint = Touchpoint.objects.get()
    assert touchpoint.text == "Here again."
    assert touchpoint.customer_id != carla.pk


def test_who_writes_again_is_somebody_new(carla: Customer, root: Agent, at: datetime) -> None:
    address = Address.objects.filter(customer=carla).values_list("value", flat=True)[0]
    forget_customer(carla, by=root.actor, at=at)
    assert recognise_customer(address, by=SYSTEM, at=at).pk != carla.pk


def test_others_keep_theirs(carla: Customer, karim: Customer, root: Agent, at: datetime) -> None:
    written(karim, at=at, subject="Karim's", text="Mine.", reference="<k@example.org>")
    written(carla, at=at, subject="Carla's", text="Hers.", reference="<c@example.org>")
    forget_customer(carla, by=root.actor, at=at)
    assert sorted(Touchpoint.objects.values_list("text", flat=True)) == ["", "Mine."]
    assert sorted(Conversation.objects.values_list("subject", flat=True)) == ["", "Karim's"]
    karim.refresh_from_db()
    assert karim.name


def test_whom_others_wrote_to_names_them_no_more(
    karim: Customer, carla: Customer, root: Agent, lin: Agent, at: datetime, client_of: Callable[[Agent], Client]
) -> None:
    """Also where they were in copy before we knew them, and where the letter spells their domain as DNS does."""
    theirs, unknown = "jo@müller.example", "jo@xn--mller-kva.example"
    people = Parties("karim@example.net", to=(Party("help@desk.example", is_ours=True),), cc=(Party(unknown, "Jo"),))
    said = Incoming(channel="email", reference="<1@x>", subject="Two", text="Both.", occurred_at=at, parties=people)
    conversation = receive_touchpoint(karim, said, by=SYSTEM, at=at).conversation
    add_address(carla, theirs, kind="email", by=SYSTEM, at=at)
    forget_customer(carla, by=root.actor, at=at)
    touchpoint = Touchpoint.objects.get()
    assert touchpoint.text == "Both."
    assert touchpoint.parties == {
        "from": "karim@example.net", "to": ["help@desk.example"], "cc": [FORGOTTEN], "names": {},
    }  # fmt: skip
    assert sorted(conversation.participants.values_list("address", flat=True)) == ["karim@example.net"]
    assert recipients_of(touchpoint.parties).cc == ()
    page = client_of(lin).get(f"/conversations/{conversation.number}").content.decode()
    assert "somebody who was forgotten" in page
    assert unknown not in page


def test_a_letter_whose_sender_is_spelled_as_dns_does_is_forgotten(carla: Customer, root: Agent, at: datetime) -> None:
    add_address(carla, "carla@müller.example", kind="email", by=SYSTEM, at=at)
    raw = b"From: Carla <carla@xn--mller-kva.example>\r\nTo: help@desk.example\r\nSubject: Hello\r\n\r\nHi.\r\n"
    letter = keep_letter(raw, mailbox=None, by=SYSTEM, at=at)
    assert letter.sender == "carla@xn--mller-kva.example"
    letter.fate = Fate.REFUSED
    letter.save()
    forget_customer(carla, by=root.actor, at=at)
    letter.refresh_from_db()
    assert (letter.sender, letter.sender_name, letter.subject) == ("", "", "")


def test_the_numbers_stay_and_their_months_in_the_mirror_are_written_anew(
    carla: Customer, ada: Agent, root: Agent, at: datetime, work: Callable[..., None], settings: Any
) -> None:
    conversation = written(carla, at=at, subject="Wheel")
    answer_conversation(conversation, text="Here.", by=ada.actor, at=at + timedelta(hours=1))
    Touchpoint.objects.update(delivery="sent")
    note_signal(Touchpoint.objects.earliest("pk"), "complaint", by=ada.actor, at=at + timedelta(hours=1))
    order = place_order(
        carla, number="1", title="A wheel", amount_cents=1, currency="EUR", placed_at=at, by=SYSTEM, at=at
    )
    work(at + timedelta(hours=2))

    def facts() -> list[object]:
        models = (ConversationFact, TouchpointFact, OrderFact, Grade, Expectation)
        rows = [model._default_manager.order_by("pk").values() for model in models]
        return [[{**row, "id": None} for row in of_one] for of_one in rows]

    before = facts()
    assert all(before)
    settings.NUMBERS = "duckdb"
    forget_customer(carla, by=root.actor, at=at + timedelta(hours=3))
    while deliver_entries(at=at + timedelta(hours=3)):
        pass
    assert ("conversation", conversation.pk) in set(Unmirrored.objects.values_list("subject", "number"))
    assert ("placed_order", order.pk) in set(Unmirrored.objects.values_list("subject", "number"))
    settings.NUMBERS = "database"
    later = at + timedelta(hours=3)
    work(later)
    assert facts() == before
    # The same again where all of it is reckoned anew, from the journal as it is now.
    for derived in (ConversationFact, TouchpointFact, Grade, Expectation):
        derived._default_manager.all().delete()
    call_command("refold", stdout=StringIO())
    grade_customers([carla.pk], by=SYSTEM, at=later)
    assert facts() == before


def test_only_who_may_and_has_confirmed_it_forgets(
    carla: Customer, ada: Agent, root: Agent, client_of: Callable[[Agent], Client]
) -> None:
    path, write = f"/customers/{carla.pk}/forgetting", f"/conversations/new?customer={carla.pk}"
    assert write in client_of(root).get(f"/customers/{carla.pk}").content.decode()
    assert client_of(ada).post(path, {"sure": "yes"}).status_code == 403
    asked = client_of(root).get(path).content.decode()
    assert "What stays" in asked
    assert client_of(root).post(path).status_code == 422
    assert not Forgetting.objects.exists()
    assert client_of(root).post(path, {"sure": "yes"}).status_code == 302
    assert Forgetting.objects.filter(customer=carla.pk, agent=root.pk).exists()
    assert "was forgotten" in client_of(root).get(path).content.decode()
    nobody = client_of(root).get(f"/customers/{carla.pk}").content.decode()
    assert "Who they were and what they wrote is gone" in nobody
    assert write not in nobody
