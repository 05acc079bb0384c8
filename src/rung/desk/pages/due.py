"""What is due, in words: promises with whom they were made by and where, and the clocks of a conversation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.addresses import reverse
from rung.customers.access import Customer
from rung.desk.pages.rows import Line, conversation_href
from rung.promises.access import Deadline, Promise, deadlines_in, due, promises_to
from rung.touchpoints.access import Conversation, State
from rung.ui.moments import duration

# A promise that ended so lately can be taken up again where it stands.
LATELY = timedelta(days=1)
SHOWN = 6

Matter = Conversation | Line


@dataclass(frozen=True, slots=True)
class DueWord:
    """`words` are for a glance, `title` says the whole moment in the zone of whoever reads it. `tone`: "" while there is
    time, "near", "past", or "still" while the clock stands."""

    words: str
    title: str
    tone: str
    is_promise: bool
    at: datetime | None

    @property
    def mark(self) -> tuple[datetime | None, bool]:
        """What it says, but for the passing of time."""
        return self.at, self.is_promise


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """`state`: "open", "kept", "late" (kept, and too late) or "broken". `who`, `made_at` and `href` are where it comes
    from; `first_day` the day it was made for, where that has changed since."""

    pk: int
    what: str
    state: str
    due: DueWord
    who: str
    made_at: datetime
    href: str
    subject: str
    moved_count: int
    first_day: str
    told: str
    ended_at: datetime | None
    may_undo: bool
    act_href: str
    number: int | None


def due_words(lines: Iterable[Matter], agent: Agent, *, at: datetime) -> dict[int, DueWord]:
    """What is due next in each of these conversations, where anything is. One query, or none."""
    matters = {each.pk: each for each in lines}
    return {
        key: due_word(each.what, each.due_at, is_day=each.is_day, near_at=each.near_at, at=at, zone=agent.zone)
        for key, each in due(matters).items()
        if _may_be_owed(each.what, matters[key])
    }


def next_due_at(matter: Matter) -> datetime | None:
    """When what is due next in it is. One query."""
    found = due([matter.pk]).get(matter.pk)
    return found.due_at if found is not None and _may_be_owed(found.what, matter) else None


def _may_be_owed(what: str, matter: Matter) -> bool:
    """Whether something can be owed as the conversation stands. The clocks follow what was done within seconds; until then
    nobody is to read that a reply is due to whom they have just answered."""
    if what == "promise":
        return True
    return matter.state in (State.OPEN, State.SNOOZED) and (
        what == "resolution" or matter.awaits_us_since_at is not None
    )


def due_word(
    what: str, due_at: datetime, *, is_day: bool = False, near_at: datetime | None = None, at: datetime, zone: ZoneInfo
) -> DueWord:
    """`what`: "promise", or what is owed by a target: "first", "next" (replies) or "resolution"."""
    is_past = due_at <= at
    tone = "past" if is_past else "near" if near_at is not None and near_at <= at else ""
    local = due_at.astimezone(zone)
    when = _day(local.date(), at.astimezone(zone).date())
    if not is_day:
        left = (due_at - at).total_seconds()
        clock = f"{local:%H:%M}"
        if 0 < left < 3600:
            when = _("in %(time)s") % {"time": duration(left)}
        else:
            when = clock if local.date() == at.astimezone(zone).date() else f"{when} {clock}"
    day = date_format(local, "l j F Y")
    full = day if is_day else f"{day}, {local:%H:%M}"
    if what == "promise":
        return DueWord(
            _("promised for %(when)s") % {"when": when}, _("Promised for %(day)s") % {"day": full}, tone, True, due_at
        )
    over = duration((at - due_at).total_seconds())
    if what == "resolution":
        words = _("to settle, %(time)s over") % {"time": over} if is_past else _("settle by %(when)s") % {"when": when}
        return DueWord(words, _("To be settled by %(day)s") % {"day": full}, tone, False, due_at)
    words = _("reply %(time)s overdue") % {"time": over} if is_past else _("reply due %(when)s") % {"when": when}
    title = _("The first reply is due %(day)s") if what == "first" else _("A reply is due %(day)s")
    return DueWord(words, title % {"day": full}, tone, False, due_at)


def clocks_of(conversation: Conversation, agent: Agent, *, at: datetime) -> tuple[DueWord, ...]:
    """What is owed in a conversation by targets, the next first. One query."""
    owed = [each for each in deadlines_in(conversation.pk) if _may_be_owed(each.kind, conversation)]
    return tuple(_clock(each, agent, at=at) for each in owed)


def _clock(deadline: Deadline, agent: Agent, *, at: datetime) -> DueWord:
    if deadline.due_at is None:
        title = _("By the target “%(name)s”: while it is their turn, the clock stands still.")
        return DueWord(_("time to settle stands still"), title % {"name": deadline.target.name}, "still", False, None)
    word = due_word(deadline.kind, deadline.due_at, near_at=deadline.warn_at, at=at, zone=agent.zone)
    title = _("%(when)s, by the target “%(name)s”") % {"when": word.title, "name": deadline.target.name}
    return DueWord(word.words, title, word.tone, False, deadline.due_at)


def promises_of(customer: Customer, agent: Agent, *, at: datetime, limit: int = SHOWN) -> tuple[PromiseLine, ...]:
    """What a customer was promised, as far as the agent may see it: what is open, the next first, then what ended. One
    query and the gate's."""
    return tuple(promise_line(each, agent, at=at) for each in promises_to(customer.pk, agent, limit=limit))


def promise_line(promise: Promise, agent: Agent, *, at: datetime) -> PromiseLine:
    ended_at = promise.kept_at or promise.broken_at
    state = "open"
    if promise.kept_at is not None:
        state = "kept" if promise.kept_at <= promise.due_at else "late"
    elif promise.broken_at is not None:
        state = "broken"
    href = reverse("desk:customer", args=[promise.customer_id])
    if promise.conversation_id is not None:
        href = conversation_href(promise.conversation_id) + (f"?touchpoint={promise.letter}" if promise.letter else "")
    first = promise.first_due_at.astimezone(agent.zone)
    return PromiseLine(
        pk=promise.pk,
        what=promise.what,
        state=state,
        due=due_word(
            "promise",
            promise.due_at,
            is_day=promise.is_day,
            near_at=promise.warn_at or promise.made_at,
            at=at,
            zone=agent.zone,
        ),
        who=_("you") if promise.made_by_id == agent.pk else promise.made_by.name if promise.made_by else "",
        made_at=promise.made_at,
        href=href,
        subject=(promise.conversation.subject or _("(no subject)")) if promise.conversation else "",
        moved_count=promise.moved_count,
        first_day=date_format(first, "j M") if promise.moved_count else "",
        told=promise.told,
        ended_at=ended_at,
        may_undo=ended_at is not None and at - ended_at < LATELY,
        act_href=reverse("desk:promise", args=[promise.pk]),
        number=promise.conversation_id,
    )


def _day(day: date, today: date) -> str:
    apart = (day - today).days
    if apart == 0:
        return _("today")
    if apart == 1:
        return _("tomorrow")
    if apart == -1:
        return _("yesterday")
    if 0 < apart < 7:
        return date_format(day, "D")
    return date_format(day, "j M") if day.year == today.year else date_format(day, "j M Y")
