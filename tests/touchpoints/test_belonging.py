"""Who writes, what they know, where it goes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import add_address, recognise_customer
from rung.touchpoints.incoming import Incoming, Parties, Party
from rung.touchpoints.models import Conversation, Touchpoint
from rung.touchpoints.verbs import (
    answer_conversation,
    mark_spam,
    name_touchpoint,
    receive_touchpoint,
    resolve_conversation,
)
from tests.cast import written

DAY = timedelta(days=1)
SUBJECT = "My table has not come"
THEIRS, OURS = "<first@example.org>", "<ours@desk.example>"


@dataclass(frozen=True)
class Knows:
    """What the next letter gives away."""

    token: bool = False
    hint: bool = False
    reference: str = ""
    subject: str = "Something else entirely"
    days_later: int = 1


TOKEN, HINT = Knows(token=True), Knows(hint=True)
THEIR_ID, OUR_ID, UNKNOWN_ID = Knows(reference=THEIRS), Knows(reference=OURS), Knows(reference="<nobody@example>")
ANSWER = Knows(subject=f"Aw: [ext] {SUBJECT}")
NOTHING = Knows()

RULES = [
    ("carla", TOKEN, "joins"),
    ("carla", HINT, "joins"),
    ("carla", THEIR_ID, "joins"),
    ("carla", OUR_ID, "joins"),
    ("carla", ANSWER, "joins"),
    ("carla", replace(ANSWER, reference=UNKNOWN_ID.reference), "joins"),
    ("carla", replace(ANSWER, days_later=40), "opens"),
    ("carla", replace(ANSWER, subject=SUBJECT), "opens"),
    ("carla", replace(ANSWER, subject=f"Fwd: {SUBJECT}"), "opens"),
    ("carla", UNKNOWN_ID, "opens"),
    ("carla", NOTHING, "opens"),
    ("carla's second address", TOKEN, "joins"),
    ("carla's second address", ANSWER, "joins"),
    ("copied", TOKEN, "joins"),
    ("copied", HINT, "joins"),
    ("copied", THEIR_ID, "joins"),
    ("copied", OUR_ID, "joins"),
    # Whoever is copied could have copied us: a subject alone is too little to let their partners read the answer.
    ("copied", ANSWER, "mentions"),
    ("copied", NOTHING, "opens"),
    ("stranger", TOKEN, "mentions"),
    ("stranger", HINT, "mentions"),
    ("stranger", THEIR_ID, "mentions"),
    ("stranger", OUR_ID, "mentions"),
    ("stranger", ANSWER, "opens"),
    ("stranger", UNKNOWN_ID, "opens"),
    ("colleague", TOKEN, "mentions"),
    ("colleague", OUR_ID, "mentions"),
]


@pytest.fixture
def matter(carla: Customer, ada: Agent, at: datetime) -> Conversation:
    """Carla wrote with Karim in copy, and Ada has answered."""
    matter = written(carla, at=at, subject=SUBJECT, reference=THEIRS, copied=("karim@example.net",))
    answer = answer_conversation(matter, text="On Friday.", by=ada.actor, at=at + timedelta(hours=1))
    name_touchpoint(answer, OURS, by=SYSTEM, at=at)
    return Conversation.objects.get(pk=matter.pk)


def person(who: str, at: datetime) -> tuple[Customer, str]:
    address = {
        "carla": "carla@example.org",
        "carla's second address": "carla@work.example",
        "copied": "karim@example.net",
        "stranger": "zoe@elsewhere.example",
        "colleague": "bo@desk.example",
    }[who]
    if who == "carla's second address":
        carla = recognise_customer("carla@example.org", by=SYSTEM, at=at)
        add_address(carla, address, kind="email", by=SYSTEM, at=at)
    return recognise_customer(address, by=SYSTEM, at=at), address


def letter(
    customer: Customer, address: str, knows: Knows, matter: Conversation, at: datetime, **more: bool
) -> Touchpoint:
    moment = at + knows.days_later * DAY
    incoming = Incoming(
        channel="email",
        reference=f"<{address}-{moment.timestamp()}>",
        subject=knows.subject,
        text="Hello again.",
        occurred_at=moment,
        references=(knows.reference,) if knows.reference else (),
        conversation=matter.pk if knows.token else None,
        hints=(matter.pk,) if knows.hint else (),
        parties=Parties(sender=address, to=(Party("support@desk.example", is_ours=True),)),
        **more,
    )
    return receive_touchpoint(customer, incoming, by=customer.actor, at=moment)


def where(touchpoint: Touchpoint, matter: Conversation) -> str:
    if touchpoint.conversation_id == matter.pk:
        return "joins"
    return "mentions" if touchpoint.conversation.mentions_id == matter.pk else "opens"


@pytest.mark.parametrize(("who", "knows", "expected"), RULES, ids=lambda value: str(value)[:60])
def test_who_writes_and_what_they_know_decides(
    who: str, knows: Knows, expected: str, matter: Conversation, at: datetime
) -> None:
    customer, address = person(who, at)
    assert where(letter(customer, address, knows, matter, at), matter) == expected


@pytest.mark.parametrize("knows", [TOKEN, THEIR_ID, ANSWER])
def test_what_is_held_to_be_spam_joins_nothing_but_spam(
    knows: Knows, matter: Conversation, carla: Customer, at: datetime
) -> None:
    found = letter(carla, "carla@example.org", knows, matter, at, is_spam=True)
    assert found.conversation_id != matter.pk
    assert found.conversation.is_spam()
    mark_spam(matter, by=SYSTEM, at=at + DAY)
    if knows is not ANSWER:
        later = replace(knows, days_later=2)
        assert where(letter(carla, "carla@example.org", later, matter, at, is_spam=True), matter) == "joins"


def test_a_subject_that_says_little_leads_nowhere_and_is_mentioned(carla: Customer, at: datetime) -> None:
    matter = written(carla, at=at, subject="My order")
    found = letter(carla, "carla@example.org", Knows(subject="Re: My order"), matter, at)
    assert where(found, matter) == "mentions"


def test_two_conversations_under_one_subject_are_a_doubt(carla: Customer, at: datetime) -> None:
    written(carla, at=at, subject=SUBJECT)
    second = written(carla, at=at + timedelta(hours=1), subject=SUBJECT)
    found = letter(carla, "carla@example.org", ANSWER, second, at)
    assert where(found, second) == "mentions"


def test_of_many_matters_of_one_moment_the_youngest_are_looked_through(carla: Customer, at: datetime) -> None:
    brought = [
        written(carla, at=at, subject=f"My table number {n} has not come", reference=f"<old{n}@example.org>")
        for n in range(25)
    ]
    again = written(carla, at=at + DAY, subject="Re: My table number 24 has not come")
    assert again.pk == brought[-1].pk
    other = written(carla, at=at + DAY, subject="Re: My table number 0 has not come", reference="<other@example.org>")
    assert other.pk not in {each.pk for each in brought}


def test_a_stranger_is_not_told_of_a_subject(matter: Conversation, at: datetime) -> None:
    zoe, address = person("stranger", at)
    found = letter(zoe, address, ANSWER, matter, at)
    assert found.conversation.mentions is None


def test_a_strangers_second_letter_joins_their_own_conversation(matter: Conversation, at: datetime) -> None:
    zoe, address = person("stranger", at)
    first = letter(zoe, address, THEIR_ID, matter, at)
    second = letter(zoe, address, replace(THEIR_ID, days_later=2, hint=False), matter, at)
    assert second.conversation.mentions_id == matter.pk
    third = Knows(reference=first.reference, days_later=3)
    assert letter(zoe, address, third, matter, at).conversation_id == first.conversation_id


def test_who_was_copied_by_a_stranger_does_not_bring_the_stranger_in(
    matter: Conversation, carla: Customer, at: datetime
) -> None:
    """A stranger copies Carla on a letter with her own subject: her answer goes to her own conversation, not to theirs."""
    zoe, _address = person("stranger", at)
    theirs = written(zoe, at=at + timedelta(hours=2), subject=SUBJECT, copied=("carla@example.org",))
    found = letter(carla, "carla@example.org", ANSWER, matter, at)
    assert found.conversation_id == matter.pk != theirs.pk


def test_an_answer_by_subject_takes_a_settled_matter_up_again(
    matter: Conversation, carla: Customer, ada: Agent, at: datetime
) -> None:
    resolve_conversation(matter, by=ada.actor, at=at + timedelta(hours=2))
    letter(carla, "carla@example.org", ANSWER, matter, at)
    matter.refresh_from_db()
    assert (matter.state, matter.reopen_count) == ("open", 1)
