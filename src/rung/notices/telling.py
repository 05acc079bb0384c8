"""Who is told of a fact, and why. Nobody is told of what they did themselves."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rung.accounts.access import Agent, agents_who_may
from rung.channels.email.access.mailbox import agents_looking_after
from rung.channels.email.events import MailboxBraked
from rung.channels.inhouse.events import RequestAnswered, RequestMade
from rung.journal.access import Entry, entries
from rung.notices.models import Kind
from rung.promises.access import who_promised
from rung.promises.events import DeadlineMissed, DeadlineNearing, PromiseDue, PromiseNearing
from rung.rules.events import RuleHeld, RuleTold
from rung.touchpoints.access import Conversation, State, Touchpoint
from rung.touchpoints.events import (
    AsideAnswered,
    ColleagueCalled,
    ConversationAnswered,
    ConversationAssigned,
    NoteWritten,
    RequestSettled,
    SnoozeEnded,
    TouchpointReceived,
    TouchpointUndelivered,
)
from rung.touchpoints.own import agent_who_snoozed, called_in

Told = dict[int, Kind]


HandedOn = Mapping[int, Sequence[tuple[int, int | None]]]
"""By conversation: the entries that tell of its being handed on, in their order, and who had it until then."""


def handings_on(since: Iterable[Entry]) -> HandedOn:
    """What was handed on since any of these entries, in their conversations; one query."""
    firsts: dict[int, int] = {}
    for entry in since:
        if entry.conversation is not None:
            firsts[entry.conversation] = min(firsts.get(entry.conversation, entry.pk), entry.pk)
    if not firsts:
        return {}
    later = entries().filter(conversation__in=firsts, kind="conversation.assigned", pk__gt=min(firsts.values()))
    found: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for pk, conversation, data in later.order_by("pk").values_list("pk", "conversation", "data"):
        former = data.get("from_agent")
        found[conversation or 0].append((pk, int(former) if former is not None else None))
    return found


def told_of(event: Any, entry: Entry, conversation: Conversation, handed_on: HandedOn) -> Told:
    """Who is told of a fact that may concern somebody, by the key of the agent, and why; the most personal reason
    where there are several."""
    if isinstance(event, MailboxBraked):  # whoever leads, and nobody for the conversation's sake
        return _to(agents_who_may("letters.see"), Kind.BRAKE)
    told = _reasons(event, entry, conversation, handed_on)
    doer = entry.actor_key if entry.actor_kind == "agent" else None
    return {agent: kind for agent, kind in told.items() if agent != doer}


def told_of_mailbox(mailbox: int) -> Told:
    """Who is told that a mailbox, by primary key, fails: whoever can mend it, and whoever sees how letters arrive."""
    return _to(agents_looking_after(mailbox), Kind.MAILBOX)


def may_concern(event: Any, conversation: Conversation) -> bool:
    """Whether anybody may be to be told of it, as far as that is known without asking."""
    if conversation.state in (State.SPAM, State.JOINED):
        return False
    # Most letters are in conversations that nobody has yet, and what is told to others is not about letters.
    return conversation.assignee_id is not None or not isinstance(event, TouchpointReceived | ConversationAnswered)


def _reasons(event: Any, entry: Entry, conversation: Conversation, handed_on: HandedOn) -> Told:
    owner = _owner_then(conversation, entry, handed_on)
    match event:
        case ColleagueCalled():
            return {event.agent: Kind.MENTIONED}
        case ConversationAssigned():
            return _handed_on(event)
        case TouchpointReceived():
            beside = conversation.beside_id is not None  # whoever asked hears of the answer where they asked for it
            return {} if event.automatic or event.archived or beside else _to([owner], Kind.CUSTOMER)
        case AsideAnswered():
            return _to([owner], Kind.CUSTOMER)
        case RequestMade() | RequestAnswered() | RequestSettled():
            return _asked_of_teams(event, owner)
        case RuleTold() | RuleHeld():
            return _to(event.agents, Kind.RULE)
        case TouchpointUndelivered():
            wrote = Touchpoint.objects.filter(pk=event.touchpoint, is_automatic=False).values_list("agent", flat=True)
            return _to([wrote[0], owner], Kind.UNDELIVERED) if wrote else {}
        case PromiseNearing() | PromiseDue():
            return _to([owner, who_promised(event.promise)], Kind.PROMISE)
        case DeadlineNearing() | DeadlineMissed():
            return _to([owner], Kind.DEADLINE)
        case SnoozeEnded() if entry.actor_kind == "system":
            return _to([owner or agent_who_snoozed(conversation)], Kind.SNOOZE)
        case NoteWritten():
            return {} if owner in called_in(event.note) else _to([owner], Kind.COLLEAGUE)
        case _:
            return _to([owner], Kind.COLLEAGUE) if entry.actor_kind == "agent" else {}


def _asked_of_teams(event: RequestMade | RequestAnswered | RequestSettled, owner: int | None) -> Told:
    """The team that is asked; of what comes of it whoever asked, and whoever looks after the customer who waits."""
    match event:
        case RequestMade():
            return _to(Agent.objects.active().filter(teams=event.team).values_list("pk", flat=True), Kind.TEAM)
        case RequestAnswered():
            return _to([owner, event.asked_by], Kind.COLLEAGUE)
        case _settled:
            return _to([owner], Kind.COLLEAGUE)


def _owner_then(conversation: Conversation, entry: Entry, handed_on: HandedOn) -> int | None:
    """Who looked after it when it happened: whoever took it on because of a letter need not be told of the letter."""
    for pk, former in handed_on.get(conversation.pk, ()):
        if pk > entry.pk:
            return former
    return conversation.assignee_id


def _handed_on(event: ConversationAssigned) -> Told:
    """Who has it now, who had it, and else the team that has it now."""
    told: Told = {}
    # Where somebody looks after it already, the team need not.
    if event.agent is None and event.team is not None and event.team != event.from_team:
        told = _to(Agent.objects.active().filter(teams=event.team).values_list("pk", flat=True), Kind.TEAM)
    if event.agent != event.from_agent:
        told |= _to([event.from_agent], Kind.COLLEAGUE) | _to([event.agent], Kind.ASSIGNED)
    return told


def _to(agents: Iterable[int | None], kind: Kind) -> Told:
    return {agent: kind for agent in agents if agent is not None}
