"""What customers wrote, conversation by conversation, as words; and whose names must not become words of a topic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from rung.accounts.access import Agent
from rung.customers.access import Customer
from rung.patterns.wording import conversation_text, names_in, words_in
from rung.touchpoints.access import Conversation, Direction, Participant, State, Touchpoint

LEFT_OUT = (State.SPAM, State.JOINED)
TEXTS_READ = 6
"""Of what a customer wrote in one conversation; what it is about is said at its beginning."""
CUT = 3000
NAMES_AT_ONCE = 5000


def batched(names: Iterable[str], size: int) -> Iterator[list[str]]:
    """Lists of at most ``size``. `itertools.batched` came with Python 3.12."""
    rest = iter(names)
    while batch := list(islice(rest, size)):
        yield batch


@dataclass(frozen=True, slots=True)
class Told:
    """What the customer said in one conversation."""

    conversation: int
    customer: int
    language: str
    words: tuple[str, ...]
    until: datetime


def known_names() -> frozenset[str]:
    """The words of every name of a customer, of somebody who took part, or of one of us. A name that is a word as well is no
    word of a topic either."""
    found: set[str] = set()
    for model in (Customer, Participant, Agent):
        names = model._default_manager.exclude(name="").order_by().values_list("name", flat=True)
        found.update(*map(names_in, batched(names.iterator(NAMES_AT_ONCE), NAMES_AT_ONCE)))
    return frozenset(found)


def told_in(conversations: Sequence[int]) -> list[Told]:
    """What customers said in these conversations; those in which they said nothing are left out, as are spam, conversations
    that have joined others, and our own questions beside one. Two queries."""
    rows = Conversation.objects.filter(pk__in=conversations, beside__isnull=True).exclude(state__in=LEFT_OUT)
    about = {
        pk: (customer, language, subject)
        for pk, customer, language, subject in rows.values_list("pk", "customer_id", "customer__language", "subject")
    }
    texts: dict[int, list[str]] = defaultdict(list)
    until: dict[int, datetime] = {}
    touchpoints = Touchpoint.objects.filter(
        conversation__in=about, direction=Direction.IN, is_automatic=False
    ).order_by("conversation", "occurred_at", "pk")
    for pk, text, occurred_at in touchpoints.values_list("conversation_id", "text", "occurred_at"):
        if len(texts[pk]) < TEXTS_READ:
            texts[pk].append(text[:CUT])
        until[pk] = occurred_at
    return [
        Told(pk, *about[pk][:2], tuple(words_in(conversation_text(about[pk][2], said))), until[pk])
        for pk, said in texts.items()
    ]
