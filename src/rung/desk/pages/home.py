"""A person's own page: first their customers, then their day. Nothing on it compares them with anybody (R02, R31)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.accounts.access import Agent
from rung.channels.email.access.mailbox import visible_mailboxes
from rung.channels.email.access.troubles import Trouble, troubles_told
from rung.core.text import snippet
from rung.desk.levels import service_in
from rung.desk.pages.due import PromiseLine, due_words, promise_line
from rung.desk.pages.labels import chips_of
from rung.desk.pages.naming import know_addresses, name_of
from rung.desk.pages.rows import COLUMNS, Row, conversation_href, rows_of, with_readings
from rung.promises.access import Promise, promised_by
from rung.surveys.access import content_in
from rung.touchpoints.access import Conversation, ConversationQuerySet, State, Touchpoint, visible_conversations
from rung.touchpoints.own import Note, Resolution, calls_to, has_reached, planned_by, settled_by, thanks_to, whose

SHOWN = 6
DONE, THANKS, ASKED, TODAY, PROMISED = 4, 4, 5, 8, 12
# Counting stops here; beyond it the exact number helps nobody and costs time.
COUNT_UP_TO = 99
# What was settled before is remembered elsewhere.
LATELY = timedelta(days=28)
# So many of somebody's last matters are looked at.
SETTLED = 80


@dataclass(frozen=True, slots=True)
class Done:
    """A matter in which a customer reached what they wanted; `is_confirmed` by themselves."""

    customer: str
    subject: str
    href: str
    at: datetime
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Thanks:
    customer: str
    words: str
    href: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A note that calls somebody."""

    who: str
    customer: str
    subject: str
    words: str
    href: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """Something of today. `what`: "back", a conversation that comes back, or "leaves", a letter that is written."""

    what: str
    customer: str
    subject: str
    href: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Promised:
    """Something this agent promised that is due by tonight."""

    customer: str
    line: PromiseLine


@dataclass(frozen=True)
class HomePage:
    greeting: str
    lead: str
    waiting: tuple[Row, ...]
    waiting_count: str
    done: tuple[Done, ...]
    thanks: tuple[Thanks, ...]
    asked: tuple[Asked, ...]
    today: tuple[Due, ...]
    promised: tuple[Promised, ...]
    service: str
    is_new: bool
    nobody_waiting: bool
    needs_mailbox: bool  # nothing can come in, and it is theirs to change that
    opens_queue_first: bool
    troubles: tuple[Trouble, ...]  # with mailboxes that are theirs to look after


def home_page(agent: Agent, *, at: datetime, opens_queue_first: bool) -> HomePage:
    """The query count does not depend on how much there is."""
    visible = visible_conversations(agent)
    waiting, count = _waiting(visible, agent, at)
    settled = [each for each in settled_by(agent, limit=SETTLED) if each.resolved_at > at - LATELY]
    reached = [each for each in settled if has_reached(each)]
    thanked = thanks_to(agent, since=at - LATELY, limit=THANKS)
    calls = list(calls_to(agent).select_related("note")[: 2 * ASKED])
    planned = planned_by(agent, until=_midnight(agent, at), limit=TODAY)
    back = _back_today(agent, at)
    promised = promised_by(agent, until=_midnight(agent, at), limit=PROMISED)
    concerned = {each.conversation_id for each in reached[: 2 * DONE]} | back.keys()
    concerned |= {each.conversation_id for each in (*thanked, *planned)}
    concerned |= {each.conversation_id for each in promised if each.conversation_id is not None}
    known = _known(visible, concerned | {call.note.conversation_id for call in calls})
    done = _done([each for each in reached if each.conversation_id in known][:DONE], known)
    page_is_empty = not (waiting or done or thanked or calls or planned or back or promised)
    is_new = page_is_empty and not visible.filter(assignee=agent.pk).order_by().exists()
    return HomePage(
        greeting=_greeting(agent, at),
        lead=_lead(waiting, count),
        waiting=waiting,
        waiting_count=_("%(n)s+") % {"n": COUNT_UP_TO} if count > COUNT_UP_TO else str(count),
        done=done,
        thanks=tuple(_thanks(each, known) for each in thanked if each.conversation_id in known),
        asked=tuple(_asked(call.note, known) for call in calls if call.note.conversation_id in known)[:ASKED],
        today=tuple(sorted([*_coming(back, known), *_leaving(planned, known)], key=lambda due: due.at))[:TODAY],
        promised=_promised(promised, known, agent, at),
        service=service_in({each.conversation_id for each in settled}) if settled else "",
        is_new=is_new,
        nobody_waiting=not waiting and not visible.open().unassigned().order_by().exists(),
        needs_mailbox=is_new and agent.may("settings.mailboxes") and not visible_mailboxes(agent).exists(),
        opens_queue_first=opens_queue_first,
        troubles=troubles_told(agent),
    )


def _waiting(visible: ConversationQuerySet, agent: Agent, at: datetime) -> tuple[tuple[Row, ...], int]:
    """Those of this agent's customers who wait for us, the longest first, and how many they are, up to one beyond the
    limit."""
    wait = visible.open().assigned_to(agent.pk).filter(awaits_us_since_at__isnull=False)
    lines = with_readings(wait, agent.pk).select_related("customer__company", "assignee", "team").only(*COLUMNS)
    shown = list(lines.order_by("awaits_us_since_at", "pk")[:SHOWN])
    count = wait.order_by()[: COUNT_UP_TO + 1].count() if len(shown) == SHOWN else len(shown)
    keys = [each.pk for each in shown]
    return rows_of(shown, agent, "mine", chips_of(keys), due_words(shown, agent, at=at)), count


def _back_today(agent: Agent, at: datetime) -> dict[int, datetime]:
    """Which of what this agent looks after comes back today, and when. What may be shown of it, `_known` says: asked for
    together, a database would walk through all that their team ever had."""
    snoozed = Conversation.objects.snoozed().filter(snoozed_until_at__lt=_midnight(agent, at))
    found = whose(snoozed, "assignee", agent).order_by("snoozed_until_at", "pk")
    return {pk: until for pk, until in found.values_list("pk", "snoozed_until_at")[:TODAY] if until}


def _known(visible: ConversationQuerySet, wanted: Iterable[int]) -> dict[int, Conversation]:
    """Those of these conversations that may be shown, with whose they are. Two queries, or none."""
    keys = list(wanted)
    if not keys:
        return {}
    shown = visible.filter(pk__in=keys).exclude(state__in=(State.SPAM, State.JOINED))
    known = {each.pk: each for each in shown.select_related("customer")}
    know_addresses(each.customer for each in known.values())
    return known


def _done(reached: list[Resolution], known: dict[int, Conversation]) -> tuple[Done, ...]:
    content = content_in(each.conversation_id for each in reached)
    latest = {each.conversation_id: each for each in reversed(reached)}
    return tuple(
        Done(
            customer=name_of(known[pk].customer),
            subject=_subject(known[pk]),
            href=conversation_href(pk),
            at=each.resolved_at,
            is_confirmed=pk in content,
        )
        for pk, each in sorted(latest.items(), key=lambda item: item[1].resolved_at, reverse=True)
    )


def _promised(
    promises: list[Promise], known: dict[int, Conversation], agent: Agent, at: datetime
) -> tuple[Promised, ...]:
    """The most overdue first. What was promised in a conversation that is no longer theirs to see is left out."""
    shown = [each for each in promises if each.conversation_id is None or each.conversation_id in known]
    know_addresses(each.customer for each in shown)
    return tuple(Promised(name_of(each.customer), promise_line(each, agent, at=at)) for each in shown)


def _thanks(touchpoint: Touchpoint, known: dict[int, Conversation]) -> Thanks:
    return Thanks(
        customer=name_of(known[touchpoint.conversation_id].customer),
        words=snippet(touchpoint.text, 220),
        href=f"{conversation_href(touchpoint.conversation_id)}?touchpoint={touchpoint.pk}",
        at=touchpoint.occurred_at,
    )


def _asked(note: Note, known: dict[int, Conversation]) -> Asked:
    conversation = known[note.conversation_id]
    return Asked(
        who=note.agent.name if note.agent else _("A former colleague"),
        customer=name_of(conversation.customer),
        subject=_subject(conversation),
        words=snippet(note.text, 200),
        href=conversation_href(conversation.pk),
        at=note.written_at,
    )


def _coming(back: dict[int, datetime], known: dict[int, Conversation]) -> list[Due]:
    return [_due("back", known[pk], until) for pk, until in back.items() if pk in known]


def _leaving(planned: Iterable[Touchpoint], known: dict[int, Conversation]) -> list[Due]:
    mine = [each for each in planned if each.conversation_id in known]
    return [_due("leaves", known[each.conversation_id], each.due_at) for each in mine if each.due_at]


def _due(what: str, conversation: Conversation, at: datetime) -> Due:
    return Due(what, name_of(conversation.customer), _subject(conversation), conversation_href(conversation.pk), at)


def _subject(conversation: Conversation) -> str:
    return conversation.subject or _("(no subject)")


def _midnight(agent: Agent, at: datetime) -> datetime:
    """When this agent's day ends."""
    local = at.astimezone(agent.zone)
    return datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), agent.zone).astimezone(at.tzinfo)


def _greeting(agent: Agent, at: datetime) -> str:
    hour, name = timezone.localtime(at, agent.zone).hour, agent.name.split(" ")[0]
    if 4 <= hour < 12:
        return _("Good morning, %(name)s") % {"name": name}
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}


def _lead(waiting: tuple[Row, ...], count: int) -> str:
    if not waiting:
        return _("None of your customers is waiting for you.")
    first = waiting[0].customer
    if count == 1:
        return _("%(name)s is waiting for you.") % {"name": first}
    if count > COUNT_UP_TO:
        return _("%(name)s and many others are waiting for you.") % {"name": first}
    rest = count - 1
    words = ngettext(
        "%(name)s and %(n)d other person are waiting for you.",
        "%(name)s and %(n)d others are waiting for you.",
        rest,
    )
    return words % {"name": first, "n": rest}
