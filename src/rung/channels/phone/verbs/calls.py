"""A call from its first ring to the touchpoint it becomes."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.channels.phone.events import CallAnnounced, CallAnswered, CallEnded, CallerRecognised
from rung.channels.phone.models import Call, Ring, Telephone, Way
from rung.channels.phone.numbers import is_internal, number_said
from rung.core.actor import Actor
from rung.core.text import storable
from rung.customers.access import AddressKind, Customer, forgotten_at
from rung.customers.acquaintances import hold, owners_of_number
from rung.customers.addresses import normalised
from rung.customers.verbs import add_address, recognise_customer
from rung.journal.verbs import record
from rung.touchpoints.access import Conversation
from rung.touchpoints.incoming import Logged
from rung.touchpoints.verbs import log_touchpoint, reword_touchpoint

MOST_NOTES = 20_000
LONGEST_S = 24 * 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a telephone system says of a call. `name`: what it calls it; `state`: "ringing", "answered" or "ended";
    `seconds`: of speaking, where it knows; `agent`: whom it rings for, or who took it."""

    name: str
    state: str
    number: str = ""
    way: str = "in"
    seconds: int | None = None
    agent: Agent | None = None


@transaction.atomic
def announce_call(telephone: Telephone, announced: Announced, *, by: Actor, at: datetime) -> Call:
    """Keep what a telephone system says of a call; the call. The same again changes nothing, and neither does what comes
    after it is known to be further: announcements overtake each other. Within somebody's transaction raises IntegrityError
    when the same call is announced for the first time twice at once: try again."""
    Telephone.objects.filter(pk=telephone.pk).update(heard_at=at)
    call = _known(telephone, announced)
    is_new = call is None
    if call is None:
        call = _begin(telephone, announced, at)
    rings_anew = _ring_for(call, announced.agent) if announced.state == "ringing" else False
    if call.is_ringing() and (is_new or rings_anew):
        whom = _whom(call)
        fact = CallAnnounced(call=call.pk, way=call.way, caller=call.customer_id, agents=whom, team=call.team_id)
        record(fact, by=by, at=at)
    if announced.state == "answered" or (announced.state == "ended" and announced.seconds):
        answer_call(call, announced.agent or _only_one_called(call), by=by, at=at, seconds_ago=announced.seconds or 0)
    if announced.state == "ended":
        end_call(call, seconds=announced.seconds, by=by, at=at)
    return call


def _known(telephone: Telephone, announced: Announced) -> Call | None:
    return Call.objects.filter(telephone=telephone.pk, name=announced.name).first()


def _begin(telephone: Telephone, announced: Announced, at: datetime) -> Call:
    call = Call(
        telephone=telephone,
        name=announced.name,
        number=number_said(announced.number),
        way=Way(announced.way).value,
        team=telephone.team if announced.agent is None else None,
        is_for_all=announced.agent is None and telephone.team_id is None,
        added_at=at,
        began_at=at - timedelta(seconds=announced.seconds or 0),
    )
    owners = owners_of_number(call.number)
    call.customer = owners[0] if len(owners) == 1 else None
    call.save(force_insert=True)
    return call


def _ring_for(call: Call, agent: Agent | None) -> bool:
    """Whether it rings for somebody by name for whom it did not ring before."""
    if agent is None:
        return False
    _ring, is_new = Ring.objects.get_or_create(call=call, agent=agent)
    return is_new


def _whom(call: Call) -> list[int] | None:
    """On whose screens it is, as primary keys; None for everybody's."""
    if call.is_for_all:
        return None
    whom = set(call.rings.values_list("agent_id", flat=True))
    if call.team is not None:
        whom |= set(call.team.agents.filter(is_active=True).values_list("pk", flat=True))
    return sorted(whom | ({call.agent_id} if call.agent_id else set()))


def _only_one_called(call: Call) -> Agent | None:
    rings = list(call.rings.select_related("agent")[:2])
    return rings[0].agent if len(rings) == 1 and call.team_id is None and not call.is_for_all else None


@transaction.atomic
def answer_call(call: Call, agent: Agent | None, *, by: Actor, at: datetime, seconds_ago: int = 0) -> None:
    """Somebody takes it. Taken already: nothing happens, but for who speaks, where nobody knew so far. Over: nothing."""
    _lock(call)
    standing = Call.objects.filter(pk=call.pk, ended_at__isnull=True)
    answered_at = max(at - timedelta(seconds=seconds_ago), call.began_at)
    is_first = bool(standing.filter(answered_at__isnull=True).update(answered_at=answered_at))
    if is_first:
        call.answered_at = answered_at
    takes = agent is not None and bool(standing.filter(agent__isnull=True).update(agent=agent))
    if takes:
        call.agent = agent
    if is_first or takes:
        waited_s = _rang_s(call, answered_at, at) if is_first else None
        record(CallAnswered(call=call.pk, agent=call.agent_id, agents=_whom(call), waited_s=waited_s), by=by, at=at)


@transaction.atomic
def end_call(call: Call, *, seconds: int | None = None, by: Actor, at: datetime) -> None:
    """It is over: answered, it becomes a touchpoint of whoever called, once that is known; else it was missed. `seconds` of
    speaking, where somebody measured. Twice is once."""
    _lock(call)
    if call.ended_at is not None:
        return
    call.ended_at = at
    if call.answered_at is not None:
        measured = (at - call.answered_at).total_seconds() if seconds is None else seconds
        call.duration_s = min(max(round(measured), 0), LONGEST_S)
    # Whoever missed a call finds it in the list; there is nothing to write down about it.
    call.closed_at = at if call.answered_at is None else None
    call.save(update_fields=["ended_at", "duration_s", "closed_at"])
    if call.answered_at is not None:
        _become_touchpoint(call, by, at)
    fact = CallEnded(
        call=call.pk,
        agent=call.agent_id,
        agents=_whom(call),
        seconds=call.duration_s,
        rang_s=_rang_s(call, at, at) if call.answered_at is None else None,
        matter=call.touchpoint.conversation_id if call.touchpoint is not None else None,
    )
    record(fact, by=by, at=at)


def _rang_s(call: Call, until: datetime, at: datetime) -> int | None:
    """Seconds from the first ring; None where we heard of the call only when it rang no more."""
    return max(round((until - call.began_at).total_seconds()), 0) if call.added_at < at else None


def _lock(call: Call) -> None:
    """Whoever calls first, as forgetting and merging do: a person, then what is theirs."""
    if call.customer is not None:
        with suppress(ValidationError):  # whose call it is now, the row will say
            hold(call.customer)
    whole = Call.objects.select_for_update(of=("self",)).select_related("customer", "agent", "team", "matter")
    call.refresh_from_db(from_queryset=whole)


def _become_touchpoint(call: Call, by: Actor, at: datetime) -> None:
    """Put an answered call on the thread. Of several people who share the number somebody has to say who it was; a number
    that nobody has is a person of whom we know nothing else yet, but for an internal one: it is no customer's."""
    if call.touchpoint_id is not None or call.answered_at is None or call.ended_at is None:
        return
    is_outside = bool(call.number) and not is_internal(call.number)
    if call.customer is None and is_outside and not owners_of_number(call.number):
        call.customer = recognise_customer(call.number, kind=AddressKind.PHONE, by=by, at=at)
    # Who was forgotten while they spoke stays so: what was noted since must not stand under their number.
    if call.customer is None or forgotten_at(call.customer) is not None:
        return
    call.touchpoint = log_touchpoint(
        call.customer,
        Logged(
            channel="phone",
            direction=call.way,
            text=_words(call),
            occurred_at=call.answered_at,
            duration_s=call.duration_s,
        ),
        conversation=call.matter,
        by=call.agent.actor if call.agent is not None else by,
        at=at,
    )
    call.save(update_fields=["customer", "touchpoint"])


def _words(call: Call) -> str:
    return call.notes.strip() or _("A call. Nothing was noted.")


@transaction.atomic
def recognise_caller(call: Call, customer: Customer, *, by: Actor, at: datetime) -> None:
    """Say who is calling. Somebody who was not known by the number is from now on. Once the call stands on a thread nothing
    happens any more: there the person is changed by merging."""
    _lock(call)
    if call.touchpoint_id is not None or call.customer_id == customer.pk:
        return
    if call.matter is not None and call.matter.customer_id != customer.pk:
        call.matter = None
    call.customer = customer
    call.save(update_fields=["customer", "matter"])
    if normalised(call.number, AddressKind.PHONE):
        add_address(customer, call.number, kind=AddressKind.PHONE, by=by, at=at)
    record(CallerRecognised(call=call.pk, caller=customer.pk, agents=_whom(call)), by=by, at=at)
    _become_touchpoint(call, by, at)


@transaction.atomic
def place_call(call: Call, matter: Conversation | None, *, by: Actor, at: datetime) -> None:
    """Say which of their matters it is about; None: a new one. Once it stands on a thread nothing happens any more.

    Raises ValidationError when the matter is another person's.
    """
    if matter is not None and matter.customer_id != call.customer_id:
        raise ValidationError(_("This is somebody else's matter."))
    Call.objects.filter(pk=call.pk, touchpoint__isnull=True).update(matter=matter)
    call.refresh_from_db(fields=["matter"])


@transaction.atomic
def note_call(call: Call, notes: str, *, by: Actor, at: datetime) -> None:
    """Keep what was written down so far. Once the call is closed nothing happens any more.

    Raises ValidationError when it is too much.
    """
    notes = storable(notes)
    if len(notes) > MOST_NOTES:
        raise ValidationError(_("Notes on a call have at most %(most)s letters.") % {"most": f"{MOST_NOTES:,}"})
    if Call.objects.filter(pk=call.pk, closed_at__isnull=True).update(notes=notes):
        call.notes = notes


@transaction.atomic
def close_call(call: Call, *, by: Actor, at: datetime) -> None:
    """Whoever spoke is done with it: it leaves the screen, and the thread has the notes as they are now. A call that is not
    over is ended first. Twice is once."""
    end_call(call, by=by, at=at)
    if not Call.objects.filter(pk=call.pk, closed_at__isnull=True).update(closed_at=at):
        return
    call.refresh_from_db()
    if call.touchpoint is not None and call.notes.strip():
        reword_touchpoint(call.touchpoint, call.notes, by=by, at=at)
