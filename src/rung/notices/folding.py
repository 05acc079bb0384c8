"""What somebody was told, as lines: one for each conversation, however much happened in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.accounts.access import Agent, names_of_colleagues
from rung.channels.email.access.mailbox import mailboxes_looked_after
from rung.customers.access import Customer
from rung.journal.access import Entry, entries_numbered
from rung.notices.access import Kind, Notice, asked_beside, conversations_told_of

SYMBOLS = {
    Kind.MENTIONED: "note",
    Kind.ASSIGNED: "user",
    Kind.TEAM: "team",
    Kind.CUSTOMER: "email",
    Kind.COLLEAGUE: "users",
    Kind.PROMISE: "calendar",
    Kind.DEADLINE: "clock",
    Kind.SNOOZE: "snooze",
    Kind.UNDELIVERED: "warning",
    Kind.RULE: "robot",
    Kind.BRAKE: "outbox",
    Kind.MAILBOX: "mailbox",
    Kind.OPPORTUNITY: "up",
}
# So many sentences of a line are said; the number beside it says how many there are.
SAID = 3


@dataclass(frozen=True, slots=True)
class Line:
    """`sentences`: what happened, the latest first, each once; `number` of the conversation, 0 for what is about themselves
    or a mailbox; `count` of the facts. `place`: where it leads, when not to the conversation."""

    number: int
    subject: str
    customer: str
    company: str
    sentences: tuple[str, ...]
    symbol: str
    count: int
    is_unread: bool
    latest_at: datetime
    place: str = ""
    mailbox: int = 0

    @property
    def href(self) -> str:
        return self.place or reverse("desk:conversation", args=[self.number])

    @property
    def key(self) -> str:
        """What it is about, as an id of the page."""
        return f"m{self.mailbox}" if self.mailbox else f"n{self.number}"


def fold(notices: Iterable[Notice], agent: Agent) -> tuple[Line, ...]:
    """The latest first. What is no longer for this agent's eyes is left out. Seven queries, or none; two more
    where somebody asked beside has answered."""
    notices = sorted(notices, key=lambda each: each.pk, reverse=True)
    own = [each for each in notices if each.conversation_id is None]
    conversations = conversations_told_of(agent, {each.conversation_id for each in notices if each.conversation_id})
    together: dict[int, list[Notice]] = {}
    for each in notices:
        if each.conversation_id is not None and each.conversation_id in conversations:
            together.setdefault(each.conversation_id, []).append(each)
    besides = _of_mailboxes([each for each in own if each.kind == Kind.MAILBOX], agent)
    if themselves := [each for each in own if each.kind != Kind.MAILBOX]:
        besides.append(_of_themselves(themselves))
    if not together:
        return tuple(sorted(besides, key=lambda line: line.latest_at, reverse=True))
    nameless = [each.customer for each in conversations.values() if not each.customer.name]
    if nameless:
        prefetch_related_objects(nameless, "addresses")
    facts = {entry.pk: entry for entry in entries_numbered(each.entry for some in together.values() for each in some)}
    names = names_of_colleagues()
    outside = _customers({entry.actor_key for entry in facts.values() if entry.actor_kind == "customer"})
    asked = asked_beside({entry.data["aside"] for entry in facts.values() if entry.kind == "aside.answered"})
    lines = [
        Line(
            number=number,
            subject=conversations[number].subject or _("(no subject)"),
            customer=_called(conversations[number].customer),
            company=company.name if (company := conversations[number].customer.company) else "",
            sentences=tuple(
                dict.fromkeys(_sentence(each, facts.get(each.entry), agent, names, outside, asked) for each in some)
            )[:SAID],
            symbol=SYMBOLS[Kind(some[0].kind)],
            count=len(some),
            is_unread=any(each.read_at is None for each in some),
            latest_at=some[0].happened_at,
            # The latest is that automatic letters wait: what to do about it is done where all of them stand.
            place=reverse("email:held") if some[0].kind == Kind.BRAKE else "",
        )
        for number, some in together.items()
    ]
    if besides:
        lines += besides
        lines.sort(key=lambda line: line.latest_at, reverse=True)
    return tuple(lines)


def _of_themselves(own: list[Notice]) -> Line:
    """What somebody is told about themselves. It says no more than where to look: a letter may carry it."""
    return Line(
        number=0,
        subject=_("only you are told"),
        customer=_("My training"),
        company="",
        sentences=(_("Something new was found in what you do: what could go better, or what you could show others"),),
        symbol=SYMBOLS[Kind.OPPORTUNITY],
        count=len(own),
        is_unread=any(each.read_at is None for each in own),
        latest_at=own[0].happened_at,
        place=reverse("training:mine"),
    )


def _of_mailboxes(notices: list[Notice], agent: Agent) -> list[Line]:
    """A line for each mailbox that failed and that this agent looks after; two queries, or none."""
    if not notices:
        return []
    facts = {entry.pk: entry for entry in entries_numbered(each.entry for each in notices)}
    together: dict[int, list[Notice]] = {}
    for each in notices:
        if each.entry in facts:
            together.setdefault(facts[each.entry].data["mailbox"], []).append(each)
    mailboxes = mailboxes_looked_after(agent).in_bulk(list(together))
    may_mend = agent.may("settings.mailboxes")
    return [
        Line(
            number=0,
            subject=mailboxes[pk].name,
            customer=mailboxes[pk].address,
            company="",
            sentences=tuple(dict.fromkeys(_failure(facts[each.entry]) for each in some))[:SAID],
            symbol=SYMBOLS[Kind.MAILBOX],
            count=len(some),
            is_unread=any(each.read_at is None for each in some),
            latest_at=some[0].happened_at,
            place=reverse("email:mailbox", args=[pk]) if may_mend else reverse("desk:home"),
            mailbox=pk,
        )
        for pk, some in together.items()
        if pk in mailboxes
    ]


def _failure(fact: Entry) -> str:
    if fact.kind == "consent.ended":
        return _("Its provider does not let us in any more; somebody has to connect it again")
    if fact.data["side"] == "outgoing":
        return _("Answers do not leave: %(reason)s") % {"reason": fact.data["reason"]}
    return _("No letters come in: %(reason)s") % {"reason": fact.data["reason"]}


def _clock(fact: Entry | None) -> str:
    """What a target says of it."""
    is_past = fact is not None and fact.kind == "deadline.missed"
    if fact is not None and fact.data.get("owed") == "resolution":
        return _("The time to settle it is over") if is_past else _("It should be settled soon")
    return _("The time for a reply is over") if is_past else _("A reply is due soon")


def _called(customer: Customer) -> str:
    """By name, else by the address they write from, which is fetched already."""
    if customer.name:
        return customer.name
    address = next(iter(customer.addresses.all()), None)
    return address.value if address else str(customer)


def _customers(keys: set[int | None]) -> dict[int, str]:
    wanted = [key for key in keys if key is not None]
    return {each.pk: str(each) for each in Customer.objects.filter(pk__in=wanted)} if wanted else {}


def _who(fact: Entry, names: dict[int, str], outside: dict[int, str]) -> str:
    if fact.actor_kind == "agent":
        return names.get(fact.actor_key or 0, _("A former colleague"))
    if fact.actor_kind == "system" and fact.actor_key is not None:
        return _("A rule")
    return (outside.get(fact.actor_key or 0, "") if fact.actor_kind == "customer" else "") or _("Somebody")


_ALWAYS = {
    Kind.SNOOZE: gettext_lazy("It is back: its time has come"),
    Kind.UNDELIVERED: gettext_lazy("Something we wrote could not be delivered"),
    Kind.BRAKE: gettext_lazy("Automatic letters are held back, this one first: too many within an hour"),
}


def _rule_says(fact: Entry) -> str:
    name, words = fact.data["name"], fact.data.get("words") or fact.data.get("why", "")
    if fact.kind == "rule.held":
        return _("The rule “%(name)s” is held back: %(why)s") % {"name": name, "why": words}
    if words:
        return _("The rule “%(name)s” says: %(words)s") % {"name": name, "words": words}
    return _("The rule “%(name)s” tells you of it") % {"name": name}


def _sentence(
    notice: Notice,
    fact: Entry | None,
    agent: Agent,
    names: dict[int, str],
    outside: dict[int, str],
    asked: dict[int, Customer],
) -> str:
    match notice.kind:
        case Kind.SNOOZE | Kind.UNDELIVERED | Kind.BRAKE:
            return str(_ALWAYS[Kind(notice.kind)])
        case Kind.PROMISE:
            is_past = fact is not None and fact.kind == "promise.due"
            return _("The time of a promise has passed") if is_past else _("A promise is due soon")
        case Kind.DEADLINE:
            return _clock(fact)
    if fact is None:
        return _("Something happened")
    if notice.kind == Kind.RULE:
        return _rule_says(fact)
    # A machine took that letter in; somebody wrote it.
    wrote = asked.get(fact.data["aside"]) if fact.kind == "aside.answered" else None
    who = _called(wrote) if wrote is not None else _who(fact, names, outside)
    match notice.kind:
        case Kind.MENTIONED:
            return _("%(who)s calls you in a note") % {"who": who}
        case Kind.ASSIGNED:
            return _("%(who)s gave it to you") % {"who": who}
        case Kind.TEAM:
            return _("%(who)s gave it to your team") % {"who": who}
    if fact.kind == "conversation.assigned":
        new = fact.data.get("agent")
        if new == fact.actor_key:
            return _("%(who)s took it on") % {"who": who}
        to = names.get(new or 0, "")
        return (
            _("%(who)s gave it to %(to)s") % {"who": who, "to": to} if to else _("%(who)s gave it back") % {"who": who}
        )
    did = fact.event.describe()
    # Their name stands above it already.
    return did[:1].upper() + did[1:] if fact.actor_kind == "customer" else f"{who} {did}"
