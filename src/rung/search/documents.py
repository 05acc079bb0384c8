"""By what each thing can be found: rows of the rooms below, turned into words and terms. A few queries for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from rung.accounts.access import Agent
from rung.customers.access import Address, AddressKind, Company, Customer, Order
from rung.fields.access import Subject, values_of
from rung.search.models import Kind
from rung.search.words import all_words_in, fold, is_paired, written
from rung.touchpoints.access import Conversation, Touchpoint, tags_of

# Of one touchpoint and of one conversation: beyond it there are logs and tables, not sentences.
MOST_WORDS_OF_A_TEXT = 20_000
MOST_WORDS = 100_000
# A phone number is also found by how it ends, from so many digits on.
SHORTEST_ENDING = 4


@dataclass(slots=True)
class Gathered:
    """What can be said of one thing, as it is gathered. `moment`: when it was last in touch."""

    kind: Kind
    key: int
    moment: datetime
    words: list[str | None] = field(default_factory=list)
    terms: set[str] = field(default_factory=set)

    def read(self, text: str) -> None:
        """Take in a text: its words in their order, and whatever else they can be found by."""
        if not text or len(self.words) > MOST_WORDS:
            return
        if self.words:
            self.words.append(None)
        for one in written(text)[:MOST_WORDS_OF_A_TEXT]:
            self.words += one.words
            if one.also:
                self.terms.update(one.also)

    def name(self, mark: str, *texts: str) -> None:
        """Take in words that are asked for by their place: those in the heading, of who wrote, of who was written to."""
        for text in texts:
            self.terms.update(_marked(mark, text))


@lru_cache(maxsize=1 << 16)
def _marked(mark: str, text: str) -> tuple[str, ...]:
    """Names and addresses come again and again, our own in every letter."""
    return tuple(f"{mark}:{word}" for word in all_words_in((text,)))


def gathered(kind: int, keys: Sequence[int]) -> Iterator[Gathered]:
    """What can be said of these things of one kind; those that are gone are left out."""
    if kind == Kind.CONVERSATION:
        return _conversations(keys)
    return _people(keys) if kind == Kind.PERSON else _companies(keys)


_CONVERSATION = (
    *("pk", "subject", "state", "channel", "team_id", "assignee_id", "last_touch_at", "customer_id"),
    *("customer__name", "customer__company__name"),
)
_TOUCHPOINT = (
    *(
        "conversation_id",
        "id",
        "customer_id",
        "direction",
        "agent_id",
        "channel",
        "subject",
        "text",
        "signature",
        "quoted",
    ),
    *("place", "parties"),
)


def _conversations(keys: Sequence[int]) -> Iterator[Gathered]:
    found: dict[int, Gathered] = {}
    customers: dict[int, set[int]] = defaultdict(set)
    subjects: dict[int, str] = {}
    for pk, subject, state, channel, team, assignee, moment, customer, name, company in Conversation.objects.filter(
        pk__in=keys
    ).values_list(*_CONVERSATION):
        one = found[pk] = Gathered(Kind.CONVERSATION, pk, moment)
        subjects[pk] = subject
        customers[customer].add(pk)
        for text in (subject, name, company or ""):
            one.read(text)
        one.name("s", subject, name)
        one.name("f", name)
        one.terms.update(("k:c", f"n:{pk}", str(pk), f"ch:{channel}", *_standing(state, team, assignee)))
    _take_in_touchpoints(found, subjects, customers)
    for pk, tags in tags_of(found).items():
        found[pk].terms.update(tag_term(tag.name) for tag in tags)
    for pk, said in _values(Subject.CONVERSATION, found):
        found[pk].read(said)
    of_these = Conversation.objects.filter(pk__in=found)
    for pk, text in of_these.filter(notes__isnull=False).values_list("pk", "notes__text").order_by("notes__pk"):
        found[pk].read(text)
    _take_in_files(found)
    _take_in_people(found, customers)
    return iter(found.values())


# By what a conversation is found today and maybe not tomorrow.
STANDING = ("st:", "te:", "as:")
NOTHING_SAID = 2**62
"""The first touchpoint that is not in the index, where all are."""


def _standing(state: str, team: int | None, assignee: int | None) -> tuple[str, ...]:
    return (f"st:{state}", f"te:{team or 0}", f"as:{assignee or 0}")


def grown(since: Mapping[int, int]) -> Iterator[Gathered]:
    """What the index does not have of conversations that it has: what came with their touchpoints `since`, whose they are
    and how they stand now, in place of their terms that begin as STANDING does. What an answer costs here does not depend on
    what it answers."""
    if not since:
        return
    found: dict[int, Gathered] = {}
    owners: dict[int, int] = {}
    subjects: dict[int, str] = {}
    columns = ("pk", "subject", "state", "team_id", "assignee_id", "last_touch_at", "customer_id")
    rows = Conversation.objects.filter(pk__in=since).values_list(*columns)
    for pk, subject, state, team, assignee, moment, customer in rows:
        found[pk] = Gathered(Kind.CONVERSATION, pk, moment, terms=set(_standing(state, team, assignee)))
        subjects[pk], owners[pk] = subject, customer
    spoken = {pk: one for pk, one in found.items() if since[pk] != NOTHING_SAID}
    if spoken:
        customers: dict[int, set[int]] = defaultdict(set)
        _take_in_touchpoints(spoken, subjects, customers, since)
        _take_in_files(spoken, min(since.values()))
        others = {pk: theirs - {key for key in theirs if owners[key] == pk} for pk, theirs in customers.items()}
        _take_in_people(spoken, {pk: theirs for pk, theirs in others.items() if theirs})
    yield from found.values()


def _take_in_files(found: dict[int, Gathered], first: int = 0) -> None:
    """The files of their touchpoints, from the `first` on."""
    files = Touchpoint.objects.filter(conversation__in=found, pk__gte=first, attachments__isnull=False)
    for pk, name in files.values_list("conversation_id", "attachments__name").order_by("attachments__pk"):
        found[pk].read(name)
        found[pk].terms.add("at:1")


def _take_in_people(found: dict[int, Gathered], customers: Mapping[int, set[int]]) -> None:
    """Who takes part, and by what addresses those `customers` are known in whose conversations they wrote."""
    taking_part = Conversation.objects.filter(pk__in=found, participants__isnull=False)
    for pk, address, name in taking_part.values_list("pk", "participants__address", "participants__name"):
        found[pk].terms.update(all_words_in((address, name)))
    if not customers:
        return
    for customer, address in Address.objects.filter(customer__in=customers).values_list("customer_id", "value"):
        words = all_words_in((address,))
        for pk in customers[customer]:
            found[pk].terms.update(words)
            found[pk].terms.update(f"f:{word}" for word in words)


def _values(subject: str, keys: Iterable[int]) -> Iterator[tuple[int, str]]:
    """What custom fields say of these; one query where no field is in use, else two."""
    for pk, values in values_of(subject, keys).items():
        yield from ((pk, value.shown) for value in values if value.shown)


def _take_in_touchpoints(
    found: dict[int, Gathered],
    subjects: dict[int, str],
    customers: dict[int, set[int]],
    since: Mapping[int, int] | None = None,
) -> None:
    """What was said in them; `since` some touchpoint of each, and then it was begun before."""
    agents = dict(Agent.objects.values_list("pk", "name"))
    begun: set[int] = set(since or ())
    # In the order of the index they are read by; sorted here, because a sort of the texts goes through a file.
    rows = Touchpoint.objects.filter(conversation__in=found).order_by("conversation", "occurred_at", "id")
    if since:
        rows = rows.filter(pk__gte=min(since.values()))
    for (
        pk,
        number,
        customer,
        direction,
        agent,
        channel,
        subject,
        text,
        signature,
        quoted,
        place,
        parties,
    ) in rows.values_list(*_TOUCHPOINT):
        if since and number < since[pk]:
            continue
        one = found[pk]
        if subject != subjects[pk]:
            one.read(subject)
        one.read(text)
        one.read(signature)
        if pk not in begun:
            begun.add(pk)
            one.read(quoted)  # what later ones quote stands in those before them
        one.read(place)
        one.terms.add(f"ch:{channel}")
        if direction == "in":
            customers[customer].add(pk)
            one.name("f", *_people_in(parties, "from"))
            one.name("t", *_people_in(parties, "to"), *_people_in(parties, "cc"))
        else:
            one.name("f", agents.get(agent, ""))
            one.name("t", *_people_in(parties, "to"), *_people_in(parties, "cc"), *_people_in(parties, "bcc"))


def _people_in(parties: Mapping[str, Any], part: str) -> Iterator[str]:
    """Addresses in a part of `Touchpoint.parties`, and the names they stood with."""
    names = parties.get("names") or {}
    said = parties.get(part) or ()
    for address in (said,) if isinstance(said, str) else said:
        yield address
        yield names.get(address, "")


def _people(keys: Sequence[int]) -> Iterator[Gathered]:
    found: dict[int, Gathered] = {}
    columns = ("pk", "name", "company__name", "role_title", "about", "first_seen_at")
    for pk, name, company, role, about, moment in Customer.objects.filter(
        pk__in=keys, merged_into__isnull=True
    ).values_list(*columns):
        one = found[pk] = Gathered(Kind.PERSON, pk, moment)
        one.terms.add("k:p")
        one.name("p", name, company or "")
        one.name("q", role, about)
    for pk, kind, address in Address.objects.filter(customer__in=found).values_list("customer_id", "kind", "value"):
        found[pk].name("p", address)
        if kind == AddressKind.PHONE:
            found[pk].terms.update(f"p:{ending}" for ending in endings_of(address))
    for pk, number, title in Order.objects.filter(customer__in=found).values_list("customer_id", "number", "title"):
        found[pk].name("p", number)
        found[pk].name("q", title)
    for pk, said in _values(Subject.CUSTOMER, found):
        found[pk].name("q", said)
    return iter(found.values())


def endings_of(number: str) -> Iterator[str]:
    """A phone number's digits, and what is left of them without the first, the second …"""
    digits = "".join(letter for letter in number if letter.isdigit())
    return (digits[start:] for start in range(max(1, len(digits) - SHORTEST_ENDING + 1)))


def _companies(keys: Sequence[int]) -> Iterator[Gathered]:
    for pk, name, domain in Company.objects.filter(pk__in=keys).values_list("pk", "name", "domain"):
        one = Gathered(Kind.COMPANY, pk, datetime.min.replace(tzinfo=UTC))
        one.terms.add("k:o")
        one.name("o", name, domain)
        yield one


def countable(words: Iterable[str | None]) -> set[str]:
    """Those words whose documents are counted: no terms, no long numbers, no pairs."""
    return {word for word in set(words) if word and _is_countable(word)}


@lru_cache(maxsize=1 << 18)
def _is_countable(word: str) -> bool:
    if word.isdigit():
        return len(word) <= 4
    return 2 <= len(word) <= 24 and word.isalpha() and not is_paired(word)


def tag_term(tag: str) -> str:
    """The term of a conversation's tag: its words without the spaces between them."""
    return "tg:" + "".join(fold(word) for one in written(tag) for word in one.words)
