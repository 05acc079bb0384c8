from datetime import datetime

from django.db import transaction

from rung.core.actor import Actor
from rung.journal.verbs import record
from rung.touchpoints.events import PhaseSet, SignalNoted, SignalWithdrawn
from rung.touchpoints.models import Phase, Signal, SignalKind, Touchpoint


@transaction.atomic
def place_in_phase(touchpoint: Touchpoint, phase: str, *, by: Actor, at: datetime) -> None:
    """Say whether a touchpoint came before, during or after what the customer came for."""
    phase = Phase(phase).value
    if not Touchpoint.objects.filter(pk=touchpoint.pk).exclude(phase=phase).update(phase=phase):
        return
    touchpoint.phase = phase
    fact = PhaseSet(
        touchpoint=touchpoint.pk,
        conversation=touchpoint.conversation_id,
        customer=touchpoint.customer_id,
        phase=phase,
    )
    record(fact, by=by, at=at)


@transaction.atomic
def note_signal(touchpoint: Touchpoint, kind: str, *, by: Actor, at: datetime) -> Signal:
    """Note what a touchpoint tells of the service before it. Noted already: nothing happens."""
    signal, is_new = Signal.objects.get_or_create(
        touchpoint=touchpoint,
        kind=SignalKind(kind).value,
        withdrawn_at=None,
        defaults={"noted_by_id": by.agent_key, "noted_at": at},
    )
    if is_new:
        record(SignalNoted(**_about(touchpoint), signal=signal.kind), by=by, at=at)
    return signal


@transaction.atomic
def withdraw_signal(touchpoint: Touchpoint, kind: str, *, by: Actor, at: datetime) -> None:
    """Take back a signal that was noted by mistake. Nothing happens when there is none."""
    standing = Signal.objects.filter(touchpoint=touchpoint, kind=SignalKind(kind).value, withdrawn_at__isnull=True)
    if standing.update(withdrawn_at=at):
        record(SignalWithdrawn(**_about(touchpoint), signal=str(kind)), by=by, at=at)


def _about(touchpoint: Touchpoint) -> dict[str, int]:
    return {
        "touchpoint": touchpoint.pk,
        "conversation": touchpoint.conversation_id,
        "customer": touchpoint.customer_id,
    }
