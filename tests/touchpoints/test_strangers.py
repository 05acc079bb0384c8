"""The law: no letter from somebody who takes no part changes what a conversation shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import recognise_customer
from rung.journal.models import Entry
from rung.touchpoints.incoming import Incoming, Parties, Party
from rung.touchpoints.models import Conversation, Note, Participant, Resolution, Snooze, Spam, Touchpoint
from rung.touchpoints.verbs import (
    answer_conversation,
    mark_spam,
    receive_touchpoint,
    resolve_conversation,
    snooze_conversation,
)

PEOPLE = [f"{name}@example.org" for name in ("ann", "ben", "cem", "dora", "eve")]
SUBJECTS = ["My table has not come", "Re: My table has not come", "Re: Order 48213", "Re: Hi", ""]
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Act:
    """One letter, or one thing an agent does. Numbers choose among what there is by then."""

    who: int
    copies: tuple[int, ...]
    subject: int
    refers: tuple[int, ...]
    token: int | None
    hint: int | None
    is_automatic: bool
    is_archived: bool
    is_spam: bool
    ours: str


ACTS = st.lists(
    st.builds(
        Act,
        who=st.integers(0, 4),
        copies=st.tuples() | st.tuples(st.integers(0, 4)),
        subject=st.integers(0, len(SUBJECTS) - 1),
        refers=st.tuples() | st.tuples(st.integers(0, 20)) | st.tuples(st.integers(0, 20), st.integers(0, 20)),
        token=st.none() | st.integers(0, 20),
        hint=st.none() | st.integers(0, 20),
        is_automatic=st.booleans(),
        is_archived=st.booleans(),
        is_spam=st.sampled_from([False, False, True]),
        ours=st.sampled_from(["", "", "", "answer", "resolve", "snooze", "spam"]),
    ),
    min_size=2,
    max_size=10,
)


def shown(pk: int) -> list[object]:
    """Everything there is about a conversation."""
    rows: list[object] = [list(Conversation.objects.filter(pk=pk).values())]
    for model in (Touchpoint, Participant, Note, Resolution, Snooze, Spam):
        rows.append(list(model._default_manager.filter(conversation=pk).order_by("pk").values()))
    rows.append(list(Entry.objects.filter(conversation=pk).order_by("pk").values_list("pk", flat=True)))
    return rows


def takes_part(customer: Customer, pk: int) -> bool:
    return (
        Conversation.objects.filter(pk=pk, customer=customer).exists()
        or Touchpoint.objects.filter(conversation=pk, customer=customer).exists()
        or Participant.objects.filter(
            conversation=pk, address__in=customer.addresses.values_list("value", flat=True)
        ).exists()
    )


def receive(act: Act, number: int, at: datetime) -> Customer:
    sender = PEOPLE[act.who]
    customer = recognise_customer(sender, by=SYSTEM, at=at)
    names = list(Touchpoint.objects.exclude(reference="").order_by("pk").values_list("reference", flat=True))
    keys = list(Conversation.objects.order_by("pk").values_list("pk", flat=True))
    incoming = Incoming(
        channel="email",
        reference=f"<{number}@example.org>",
        subject=SUBJECTS[act.subject],
        text=f"Letter {number}.",
        occurred_at=at,
        references=tuple(names[each % len(names)] for each in act.refers) if names else (),
        conversation=keys[act.token % len(keys)] if keys and act.token is not None else None,
        hints=(keys[act.hint % len(keys)],) if keys and act.hint is not None else (),
        is_automatic=act.is_automatic,
        is_archived=act.is_archived,
        is_spam=act.is_spam,
        parties=Parties(sender=sender, cc=tuple(Party(PEOPLE[each]) for each in act.copies)),
    )
    receive_touchpoint(customer, incoming, by=customer.actor, at=at)
    return customer


def do_ours(act: Act, ada: Agent, at: datetime) -> None:
    matter = Conversation.objects.order_by("-pk").first()
    if matter is None or (matter.is_spam() and act.ours != "answer"):
        return
    if act.ours == "answer":
        answer_conversation(matter, text="Yes.", by=ada.actor, at=at)
    elif act.ours == "resolve":
        resolve_conversation(matter, by=ada.actor, at=at)
    elif act.ours == "snooze" and not matter.is_resolved():
        snooze_conversation(matter, until=at + timedelta(days=9), by=ada.actor, at=at)
    elif act.ours == "spam":
        mark_spam(matter, by=ada.actor, at=at)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_no_stranger_changes_what_a_conversation_shows(acts: list[Act], ada: Agent, at: datetime) -> None:
    with transaction.atomic():
        for number, act in enumerate(acts):
            moment = at + number * MINUTE
            known = recognise_customer(PEOPLE[act.who], by=SYSTEM, at=moment)
            strange = [pk for pk in Conversation.objects.values_list("pk", flat=True) if not takes_part(known, pk)]
            before = {pk: shown(pk) for pk in strange}
            receive(act, number, moment)
            assert {pk: shown(pk) for pk in strange} == before
            if act.ours:
                do_ours(act, ada, moment + MINUTE / 2)
        transaction.set_rollback(True)
