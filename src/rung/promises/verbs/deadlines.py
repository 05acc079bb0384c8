"""Deadlines by the targets of service: reckoned from what was said, and told of when they are near, met or missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from rung.business.access import Hours, hours_kept
from rung.core.actor import Actor
from rung.core.clock import epoch_ms
from rung.journal.gathering import gathered
from rung.journal.verbs import record
from rung.promises.events import (
    DeadlineDropped,
    DeadlineMet,
    DeadlineMissed,
    DeadlineNearing,
    DeadlineReopened,
)
from rung.promises.models import Clock, Deadline, Kind, Target
from rung.promises.reckoning import (
    History,
    Owed,
    Reckoned,
    Said,
    Span,
    due_had_it_run_on,
    paused_seconds,
    reckon,
    replies_owed,
    resolution_owed,
    waits_in,
)
from rung.promises.verbs.ahead import look_ahead
from rung.touchpoints.access import Conversation, Direction, State, Touchpoint
from rung.touchpoints.doors import door
from rung.touchpoints.own import Resolution

BATCH = 200
_CHANGING = (
    *("target", "due_at", "paused_at", "pauses", "warn_at", "warned_at", "met_at", "missed_at", "ended_at", "is_stale"),
)


@transaction.atomic
def reckon_deadlines(conversations: Collection[int], *, by: Actor, at: datetime) -> None:
    """Bring the deadlines of these conversations up to what was said in them by now. One statement where nobody has set a
    target, and about ten for all of them together where somebody has.

    What was met or missed stays so; a deadline that had been met is owed again when the matter is taken up again.
    """
    targets = list(Target.objects.in_use().select_related("calendar"))
    if not targets or not conversations:
        return
    # Locked before anything is read: of two who reckon the same conversation, the second sees what the first has seen.
    rows = Deadline.objects.filter(conversation__in=conversations).order_by("pk").select_for_update()
    known: dict[int, dict[tuple[str, datetime], Deadline]] = defaultdict(dict)
    for row in rows:
        known[row.conversation_id][row.kind, row.begun_at] = row
    matters = Conversation.objects.in_bulk(list(conversations))
    histories = _histories(matters)
    kept = hours_kept() if any(target.clock == Clock.TEAM for target in targets) else {}
    work = _Work(by, at)
    for pk, matter in matters.items():
        target = _target_for(matter, targets)
        owed = _owed(matter, histories[pk], target)
        hours = _hours(target, matter, kept) if target is not None else None
        _bring_up_to(matter, target, owed, known[pk], hours, work)
    work.write()


@transaction.atomic
def drop_deadlines(target: Target, *, by: Actor, at: datetime) -> None:
    """What is owed by a target that has ended is owed no longer."""
    rows = list(Deadline.objects.running().filter(target=target).select_related("conversation"))
    with gathered():
        for row in rows:
            if row.missed_at is None:
                record(DeadlineDropped(**_named(row, row.conversation)), by=by, at=at)
    Deadline.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=at)
    for start in range(0, len(rows), BATCH):
        look_ahead(row.conversation_id for row in rows[start : start + BATCH])


@transaction.atomic
def announce_deadlines(*, by: Actor, at: datetime) -> bool:
    """Reckon again what is due by now or waits to be, and tell of what is due before long; whether there may be more."""
    due = Deadline.objects.running().filter(missed_at__isnull=True, due_at__lte=at).order_by("due_at")
    stale = Deadline.objects.filter(is_stale=True).order_by("pk")
    passed = list(due.values_list("conversation", flat=True)[:BATCH])
    waiting = list(stale.values_list("conversation", flat=True)[:BATCH])
    if passed or waiting:
        reckon_deadlines({*passed, *waiting}, by=by, at=at)
        Deadline.objects.filter(is_stale=True, conversation__in=waiting).update(is_stale=False)
    near = Deadline.objects.running().filter(warn_at__lte=at, warned_at__isnull=True, missed_at__isnull=True)
    nearing = list(near.select_related("conversation").order_by("warn_at")[:BATCH])
    with gathered():
        for row in nearing:
            if row.due_at is not None and near.filter(pk=row.pk).update(warned_at=at):
                fact = DeadlineNearing(**_named(row, row.conversation), due_ms=epoch_ms(row.due_at))
                record(fact, by=by, at=at)
    return BATCH in (len(passed), len(waiting), len(nearing))


@dataclass
class _Work:
    """The rows and facts of one reckoning, written together."""

    by: Actor
    at: datetime
    new: list[Deadline] = field(default_factory=list)
    changed: list[Deadline] = field(default_factory=list)
    facts: list[tuple[type[Any], Deadline, Conversation, datetime, dict[str, Any]]] = field(default_factory=list)

    def tell(self, fact: type[Any], row: Deadline, matter: Conversation, at: datetime, **said: Any) -> None:
        self.facts.append((fact, row, matter, at, said))

    def write(self) -> None:
        if not self.new and not self.changed:
            return
        Deadline.objects.bulk_create(self.new)
        if self.changed:
            Deadline.objects.bulk_update(self.changed, list(_CHANGING))
        with gathered():
            for fact, row, matter, at, said in self.facts:
                record(fact(**_named(row, matter), **said), by=self.by, at=at, recorded_at=self.at)
        look_ahead(row.conversation_id for row in (*self.new, *self.changed))


def _bring_up_to(
    matter: Conversation,
    target: Target | None,
    owed: Mapping[tuple[str, datetime], Owed],
    known: Mapping[tuple[str, datetime], Deadline],
    hours: Hours | None,
    work: _Work,
) -> None:
    for key, row in known.items():
        if key not in owed and row.met_at is None and row.ended_at is None:
            _drop(row, matter, work)
            work.changed.append(row)
    if target is None:
        return
    for (kind, begun_at), each in owed.items():
        row_known = known.get((kind, begun_at))
        if row_known is None:
            row = Deadline(conversation=matter, target=target, kind=kind, begun_at=begun_at)
            _settle(row, matter, target, each, hours, work)
            if row.met_at is not None or row.missed_at is not None or each.is_owed:
                work.new.append(row)
            continue
        before = [getattr(row_known, name) for name in _CHANGING]
        _settle(row_known, matter, target, each, hours, work)
        if before != [getattr(row_known, name) for name in _CHANGING]:
            work.changed.append(row_known)


def _settle(row: Deadline, matter: Conversation, target: Target, owed: Owed, hours: Hours | None, work: _Work) -> None:
    """Set a row to what is owed, and tell of what that changes."""
    is_done, is_over = owed.done_at is not None, row.met_at is not None or row.ended_at is not None
    if is_over and not owed.is_owed and (is_done is (row.met_at is not None)):
        return
    if is_over and owed.is_owed:
        row.met_at = row.ended_at = None
        if row.missed_at is None:
            work.tell(DeadlineReopened, row, matter, work.at)
    if row.missed_at is not None:
        row.met_at = owed.done_at
        row.ended_at = None if is_done or owed.is_owed else work.at
        return
    minutes = target.minutes_for(row.kind)
    assert minutes is not None
    found = reckon(owed, minutes * 60, hours)
    _date(row, target, found)
    told = {"team": matter.team_id, "priority": matter.priority, "paused_s": paused_seconds(found.pauses)}
    if found.due_at is not None and (not owed.is_owed or found.due_at <= work.at):
        row.missed_at, row.met_at = found.due_at, owed.done_at
        row.ended_at = None if is_done or owed.is_owed else work.at
        work.tell(DeadlineMissed, row, matter, found.due_at, due_ms=epoch_ms(found.due_at), **told)
    elif not is_done and not owed.is_owed:
        if row.pk is not None:
            _drop(row, matter, work)
    elif owed.done_at is not None:
        row.ended_at = None
        row.met_at, row.paused_at = owed.done_at, None
        row.due_at = due_had_it_run_on(owed, minutes * 60, hours) or owed.done_at
        work.tell(DeadlineMet, row, matter, owed.done_at, due_ms=epoch_ms(row.due_at), **told)


def _date(row: Deadline, target: Target, found: Reckoned) -> None:
    row.target = target
    if row.warned_at is not None and found.near_at is not None and found.near_at > row.warned_at:
        row.warned_at = None  # it has more time by now: they are told again when that is nearly over
    row.due_at, row.paused_at, row.warn_at = found.due_at, found.paused_at, found.near_at
    row.pauses = [[epoch_ms(begin), epoch_ms(end) if end is not None else None] for begin, end in found.pauses]


def _drop(row: Deadline, matter: Conversation, work: _Work) -> None:
    row.ended_at, row.paused_at = work.at, None
    if row.missed_at is None:
        work.tell(DeadlineDropped, row, matter, work.at)


def _owed(matter: Conversation, history: History, target: Target | None) -> dict[tuple[str, datetime], Owed]:
    """What is owed in a conversation by its target, by kind and beginning. Nothing under Spam, after it joined another, or
    where we are the ones who ask."""
    if target is None or matter.state in (State.SPAM, State.JOINED) or matter.beside_id is not None:
        return {}
    waits = waits_in(history)
    found: list[tuple[str, Owed]] = []
    if target.first_minutes is not None:
        found += [(Kind.FIRST.value, each) for each in replies_owed(waits, first=True)]
    if target.next_minutes is not None:
        found += [(Kind.NEXT.value, each) for each in replies_owed(waits, first=False)]
    if target.resolution_minutes is not None:
        whole = resolution_owed(history, waits, pauses=target.pauses)
        found += [(Kind.RESOLUTION.value, whole)] if whole is not None else []
    return {(kind, each.begun_at): each for kind, each in found if each.begun_at >= target.begins_at}


def _target_for(matter: Conversation, targets: Iterable[Target]) -> Target | None:
    """The one that says most closely whom it is for; of equals, the eldest."""

    def closeness(target: Target) -> tuple[int, int]:
        return sum((target.team_id is not None, target.priority != "", target.channel != "")), -target.pk

    fitting = [
        target
        for target in targets
        if target.team_id in (None, matter.team_id)
        and target.priority in ("", matter.priority)
        and target.channel in ("", matter.channel)
    ]
    return max(fitting, key=closeness, default=None)


def _hours(target: Target, matter: Conversation, kept: Mapping[int, Hours]) -> Hours | None:
    """None: around the clock. So it is also where a team keeps no calendar."""
    if target.clock == Clock.CALENDAR and target.calendar is not None:
        return target.calendar.hours
    return kept.get(matter.team_id or 0) if target.clock == Clock.TEAM else None


def _histories(matters: Mapping[int, Conversation]) -> dict[int, History]:
    """What was said in each, and when it was settled. Two queries."""
    said: dict[int, list[Said]] = defaultdict(list)
    spoken = Touchpoint.objects.filter(
        conversation__in=list(matters), is_automatic=False, is_archived=False, due_at__isnull=True
    )
    for pk, at, direction, channel in spoken.order_by("occurred_at", "pk").values_list(
        "conversation", "occurred_at", "direction", "channel"
    ):
        said[pk].append(Said(at, direction == Direction.OUT or door(channel).both_speak))
    settled: dict[int, list[Span]] = defaultdict(list)
    resolutions = Resolution.objects.filter(conversation__in=list(matters)).order_by("resolved_at", "pk")
    for pk, begin, end in resolutions.values_list("conversation", "resolved_at", "reopened_at"):
        settled[pk].append((begin, end))
    return {
        pk: History(
            said[pk],
            settled[pk],
            matter.awaits_us_since_at if matter.state in (State.OPEN, State.SNOOZED) else None,
        )
        for pk, matter in matters.items()
    }


def _named(row: Deadline, matter: Conversation) -> dict[str, Any]:
    """What every fact about a deadline carries."""
    return {
        "deadline": row.pk,
        "conversation": matter.pk,
        "customer": matter.customer_id,
        "target": row.target_id,
        "owed": row.kind,
    }
