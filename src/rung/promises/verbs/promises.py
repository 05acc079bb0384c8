"""A promise: made, kept, broken, given another day, taken back, and each of it undone."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.access import agents_by_key
from rung.core.actor import Actor
from rung.core.clock import epoch_ms
from rung.core.text import one_line
from rung.customers.access import Customer
from rung.customers.acquaintances import hold
from rung.journal.verbs import record
from rung.promises.events import (
    PromiseBroken,
    PromiseDue,
    PromiseKept,
    PromiseMade,
    PromiseMoved,
    PromiseNearing,
    PromiseReopened,
    PromiseWithdrawn,
)
from rung.promises.models import Move, Promise
from rung.promises.verbs.ahead import look_ahead
from rung.promises.warning import warned_from
from rung.touchpoints.access import Conversation, Touchpoint

FARTHEST = timedelta(days=3 * 366)
BATCH = 200


@transaction.atomic
def make_promise(
    customer: Customer,
    what: str,
    *,
    due_at: datetime,
    is_day: bool = True,
    conversation: Conversation | None = None,
    letter: int | None = None,
    by: Actor,
    at: datetime,
) -> Promise:
    """Note that one of us promised a customer something; `letter` is the touchpoint it was said in, by key. The same
    promise, open there already, is returned as it is.

    Raises ValidationError when it says nothing, its moment is past or years away, or they were forgotten a moment ago.
    """
    what = one_line(what, 300)
    if not what:
        raise ValidationError({"what": _("Say what is promised.")})
    _check_moment(due_at, at)
    if letter is None:  # else its conversation is locked already, and nobody forgets what is in it
        hold(customer)
    same = Promise.objects.open().filter(customer=customer, conversation=conversation, what=what, due_at=due_at)
    if (known := same.first()) is not None:
        if letter is not None and letter != known.letter:
            # Its letter was taken back and is sent anew.
            Promise.objects.filter(pk=known.pk).update(letter=letter)
            known.letter = letter
        return known
    promise = Promise(
        customer=customer,
        conversation=conversation,
        letter=letter,
        what=what,
        due_at=due_at,
        is_day=is_day,
        first_due_at=due_at,
        made_by_id=by.agent_key,
        made_at=at,
    )
    promise.warn_at = _warn_at(promise, made_at=at)
    promise.save(force_insert=True)
    record(PromiseMade(**_named(promise), day=is_day), by=by, at=at)
    look_ahead([promise.conversation_id])
    return promise


@transaction.atomic
def keep_promise(promise: Promise, *, by: Actor, at: datetime) -> None:
    """It is done. Nothing happens when it is no longer open."""
    if _end(promise, "kept_at", by=by, at=at):
        fact = PromiseKept(**_named(promise), moved=promise.moved_count, in_time=at <= promise.due_at)
        record(fact, by=by, at=at)


@transaction.atomic
def break_promise(promise: Promise, *, told: str = "", by: Actor, at: datetime) -> None:
    """It will not be kept, and this is what the customer was told. Nothing happens when it is no longer open."""
    told = one_line(told, 500)
    if _end(promise, "broken_at", told=told, by=by, at=at):
        record(PromiseBroken(**_named(promise), moved=promise.moved_count, told=told), by=by, at=at)


@transaction.atomic
def withdraw_promise(promise: Promise, *, by: Actor, at: datetime) -> None:
    """It was none: noted by mistake, or its letter never left. Nothing happens when it is no longer open."""
    if _end(promise, "withdrawn_at", by=by, at=at):
        record(PromiseWithdrawn(**_named(promise)), by=by, at=at)


@transaction.atomic
def move_promise(promise: Promise, *, due_at: datetime, is_day: bool = True, by: Actor, at: datetime) -> None:
    """Give it another moment, by agreement with the customer; that is counted. The same moment changes nothing.

    Raises ValidationError when the moment is past or years away, or the promise is no longer open.
    """
    promise.refresh_from_db(from_queryset=Promise.objects.select_for_update())
    if not promise.is_open():
        raise ValidationError(_("This promise is no longer open."))
    if due_at == promise.due_at:
        return
    _check_moment(due_at, at)
    Move.objects.create(
        promise=promise,
        from_at=promise.due_at,
        from_day=promise.is_day,
        to_at=due_at,
        moved_by_id=by.agent_key,
        moved_at=at,
    )
    _date(promise, due_at, is_day, moved_count=promise.moved_count + 1, by=by, at=at)


@transaction.atomic
def unmove_promise(promise: Promise, *, by: Actor, at: datetime) -> None:
    """Take the last other moment back: it has its former one, and that time does not count. Nothing happens when it never
    had one, or is no longer open."""
    promise.refresh_from_db(from_queryset=Promise.objects.select_for_update())
    last = promise.moves.filter(taken_back_at__isnull=True).order_by("-pk").first()
    if last is None or not promise.is_open():
        return
    Move.objects.filter(pk=last.pk).update(taken_back_at=at)
    _date(promise, last.from_at, last.from_day, moved_count=promise.moved_count - 1, taken_back=True, by=by, at=at)


@transaction.atomic
def reopen_promise(promise: Promise, *, by: Actor, at: datetime) -> None:
    """Take back that it was kept, broken or withdrawn. Nothing happens when it is open."""
    promise.refresh_from_db(from_queryset=Promise.objects.select_for_update())
    ends = {"kept": promise.kept_at, "broken": promise.broken_at, "withdrawn": promise.withdrawn_at}
    former = next((name for name, moment in ends.items() if moment is not None), "")
    if not former:
        return
    promise.kept_at = promise.broken_at = promise.withdrawn_at = None
    promise.ended_by, promise.told = None, ""
    promise.save(update_fields=["kept_at", "broken_at", "withdrawn_at", "ended_by", "told"])
    record(PromiseReopened(**_named(promise), former=former), by=by, at=at)
    look_ahead([promise.conversation_id])


@transaction.atomic
def withdraw_unsent(conversation: int, *, by: Actor, at: datetime) -> None:
    """Take back the promises of letters that never left: they are gone from their conversation."""
    told = Promise.objects.open().filter(conversation=conversation, letter__isnull=False)
    standing = list(told.order_by("pk"))
    if not standing:
        return
    left = set(Touchpoint.objects.filter(pk__in=[each.letter for each in standing]).values_list("pk", flat=True))
    for promise in standing:
        if promise.letter not in left:
            withdraw_promise(promise, by=by, at=at)


@transaction.atomic
def take_promises_along(conversation: int, *, into: int, by: Actor, at: datetime) -> None:
    """What was promised in one conversation stands in the one that it has joined."""
    theirs = Promise.objects.filter(conversation=conversation)
    theirs.filter(came_from__isnull=True).update(came_from=conversation)
    theirs.update(conversation=into)
    look_ahead([conversation, into])


@transaction.atomic
def give_promises_back(conversation: int, *, into: int, by: Actor, at: datetime) -> None:
    """The conversation stands by itself again, and with it what had been promised there."""
    Promise.objects.filter(conversation=into, came_from=conversation).update(conversation=conversation, came_from=None)
    look_ahead([conversation, into])


@transaction.atomic
def split_promises(conversation: int, *, into: int, by: Actor, at: datetime) -> None:
    """What was promised in letters that were put into a conversation of their own goes with them."""
    theirs = Promise.objects.filter(conversation=conversation, letter__isnull=False)
    letters = [letter for letter in theirs.values_list("letter", flat=True) if letter is not None]
    moved = Touchpoint.objects.filter(pk__in=letters, conversation=into).values_list("pk", flat=True)
    if letters and theirs.filter(letter__in=list(moved)).update(conversation=into):
        look_ahead([conversation, into])


@transaction.atomic
def announce_promises(*, by: Actor, at: datetime) -> bool:
    """Tell of promises that are due before long, and of those whose moment has passed; whether there may be more."""
    passed = list(Promise.objects.open().filter(due_at__lt=at, passed_at__isnull=True).order_by("due_at")[:BATCH])
    for promise in passed:
        if Promise.objects.open().filter(pk=promise.pk, passed_at__isnull=True).update(passed_at=at, warned_at=at):
            fact = PromiseDue(**_named(promise), moved=promise.moved_count)
            record(fact, by=by, at=promise.due_at, recorded_at=at)
    near = Promise.objects.open().filter(warn_at__lte=at, warned_at__isnull=True)
    nearing = list(near.order_by("warn_at")[:BATCH])
    for promise in nearing:
        if near.filter(pk=promise.pk).update(warned_at=at):
            record(PromiseNearing(**_named(promise)), by=by, at=at)
    return BATCH in (len(passed), len(nearing))


def _check_moment(due_at: datetime, at: datetime) -> None:
    if due_at <= at:
        raise ValidationError({"due": _("Choose a moment that is still to come.")})
    if due_at > at + FARTHEST:
        raise ValidationError({"due": _("That is years away.")})


def _end(promise: Promise, column: str, *, by: Actor, at: datetime, **also: Any) -> bool:
    """Whether it was open until now."""
    ended = Promise.objects.open().filter(pk=promise.pk).update(**{column: at}, ended_by=by.agent_key, **also)
    if not ended:
        return False
    promise.refresh_from_db()
    look_ahead([promise.conversation_id])
    return True


def _date(
    promise: Promise,
    due_at: datetime,
    is_day: bool,
    *,
    moved_count: int,
    taken_back: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    former = promise.due_at
    promise.due_at, promise.is_day, promise.moved_count = due_at, is_day, moved_count
    promise.warn_at, promise.warned_at = _warn_at(promise, made_at=at), None
    promise.passed_at = promise.passed_at if due_at <= at else None
    promise.save(update_fields=["due_at", "is_day", "moved_count", "warn_at", "warned_at", "passed_at"])
    fact = PromiseMoved(
        **_named(promise), from_ms=epoch_ms(former), moved=moved_count, day=is_day, taken_back=taken_back
    )
    record(fact, by=by, at=at)
    look_ahead([promise.conversation_id])


def _warn_at(promise: Promise, *, made_at: datetime) -> datetime | None:
    """By the clock of whoever promised it."""
    agent = agents_by_key([promise.made_by_id]).get(promise.made_by_id or 0)
    zone = agent.zone if agent is not None else ZoneInfo("UTC")
    return warned_from(promise.due_at, is_day=promise.is_day, zone=zone, made_at=made_at)


def _named(promise: Promise) -> dict[str, Any]:
    """What every fact about a promise carries."""
    return {
        "promise": promise.pk,
        "customer": promise.customer_id,
        "conversation": promise.conversation_id,
        "what": promise.what,
        "due_ms": epoch_ms(promise.due_at),
    }
