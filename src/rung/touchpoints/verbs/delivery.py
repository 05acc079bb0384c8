from datetime import datetime

from django.db import transaction

from rung.core.actor import Actor
from rung.core.text import one_line
from rung.journal.verbs import record
from rung.touchpoints.addresses import recipients_of
from rung.touchpoints.events import SendingAskedAgain, TouchpointDelivered, TouchpointUndelivered
from rung.touchpoints.incoming import Parties, Party
from rung.touchpoints.models import Conversation, Delivery, Touchpoint


@transaction.atomic
def mark_delivered(touchpoint: Touchpoint, *, kept: bool = False, detail: str = "", by: Actor, at: datetime) -> None:
    """The next server took it over; `kept`: it lies in the outbox folder instead. `detail`: what else whoever wrote it
    should know of the way it took."""
    state = Delivery.KEPT if kept else Delivery.SENT
    detail = one_line(detail, 400)
    changed = (
        Touchpoint.objects.filter(pk=touchpoint.pk)
        .exclude(delivery=state)
        .update(delivery=state, delivery_detail=detail, delivered_at=at)
    )
    if changed:
        touchpoint.delivery, touchpoint.delivery_detail, touchpoint.delivered_at = state, detail, at
        record(
            TouchpointDelivered(touchpoint=touchpoint.pk, conversation=touchpoint.conversation_id, kept=kept),
            by=by,
            at=at,
        )


@transaction.atomic
def mark_undelivered(touchpoint: Touchpoint, reason: str, *, final: bool, by: Actor, at: datetime) -> None:
    """Say why something we wrote has not arrived. Not `final`: it is still being tried, and the reason is only shown."""
    reason = one_line(reason, 400)
    state = Delivery.FAILED if final else Delivery.WAITING
    changed = (
        Touchpoint.objects.filter(pk=touchpoint.pk)
        .exclude(delivery=state, delivery_detail=reason)
        .update(delivery=state, delivery_detail=reason)
    )
    if changed:
        touchpoint.delivery, touchpoint.delivery_detail = state, reason
        if final:
            record(
                TouchpointUndelivered(touchpoint=touchpoint.pk, conversation=touchpoint.conversation_id, reason=reason),
                by=by,
                at=at,
            )


@transaction.atomic
def send_again(touchpoint: Touchpoint, *, to: tuple[Party, ...] = (), by: Actor, at: datetime) -> None:
    """Have its door try once more what could not be delivered, to other addresses where `to` names some. Nothing happens
    to anything else."""
    failed = Touchpoint.objects.filter(pk=touchpoint.pk, delivery=Delivery.FAILED)
    if failed.update(delivery=Delivery.WAITING, delivery_detail=""):
        if to:
            kept = recipients_of(touchpoint.parties)
            touchpoint.parties = Parties(to=to, cc=kept.cc, bcc=kept.bcc).as_json()
            touchpoint.save(update_fields=["parties"])
        touchpoint.delivery, touchpoint.delivery_detail = Delivery.WAITING, ""
        Conversation.objects.filter(pk=touchpoint.conversation_id).update(undelivered_at=None)
        fact = SendingAskedAgain(
            touchpoint=touchpoint.pk, conversation=touchpoint.conversation_id, channel=touchpoint.channel
        )
        record(fact, by=by, at=at)


@transaction.atomic
def name_touchpoint(touchpoint: Touchpoint, reference: str, *, by: Actor, at: datetime) -> None:
    """Give what we wrote the name under which answers will refer to it (its Message-ID), before it leaves."""
    if Touchpoint.objects.filter(pk=touchpoint.pk, reference="").update(reference=reference[:400]):
        touchpoint.reference = reference[:400]
