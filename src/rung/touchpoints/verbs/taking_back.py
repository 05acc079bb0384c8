"""Letters that did not leave: somebody thought better of it, or the customer wrote first."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from rung.core.actor import SYSTEM, Actor
from rung.core.text import one_line
from rung.journal.verbs import record
from rung.touchpoints.addresses import as_typed, recipients_of
from rung.touchpoints.events import AnswerStopped, AnswerTakenBack
from rung.touchpoints.incoming import KeptFile
from rung.touchpoints.models import Conversation, Delivery, Draft, DraftKind, Touchpoint
from rung.touchpoints.planned import taken_back_already
from rung.touchpoints.verbs.drafts import give_back
from rung.touchpoints.verbs.notes import write_note


@transaction.atomic
def take_back_answer(touchpoint: Touchpoint, *, by: Actor, at: datetime) -> Draft:
    """Make a letter that is not due yet its writer's draft again. Raises ValidationError when it has left, or was taken back
    a moment ago."""
    conversation = touchpoint.conversation.lock()
    planned = planned_letter(touchpoint)
    if planned is None:
        if not Touchpoint.objects.filter(pk=touchpoint.pk).exists():
            raise ValidationError(taken_back_already())
        raise ValidationError(_("It has left already and cannot be taken back."))
    draft = _give_back(planned, conversation, because="", at=at)
    record(AnswerTakenBack(conversation=conversation.pk), by=by, at=at)
    return draft


@transaction.atomic
def rewrite_answer(touchpoint: Touchpoint, *, by: Actor, at: datetime) -> Draft:
    """Lay what could not be delivered before its reader once more, to be changed and sent anew; what failed stays as it is.

    Raises ValidationError when it has not failed.
    """
    conversation = touchpoint.conversation.lock()
    if touchpoint.delivery != Delivery.FAILED or by.agent_key is None:
        raise ValidationError(_("Only what could not be delivered is written anew."))
    because = _("It could not be delivered: %(reason)s") % {"reason": touchpoint.delivery_detail}
    return _as_draft(touchpoint, conversation, agent_pk=by.agent_key, send_at=None, because=because, at=at)


def stop_postings(conversation: Conversation, *, name: str, at: datetime) -> None:
    """The customer wrote first: what was to stop then becomes a draft again, and a note tells everybody. The conversation
    is locked. Not a verb: it is always part of one."""
    stopping = Touchpoint.objects.filter(
        conversation=conversation, due_at__isnull=False, posting__stops_if_they_write=True
    ).select_related("posting", "agent")
    for planned in stopping.order_by("due_at", "pk"):
        words = {"name": name, "agent": planned.agent.name if planned.agent else _("somebody")}
        because = _("Not sent, because %(name)s wrote before it was due.") % words
        _give_back(planned, conversation, because=because, at=at)
        record(AnswerStopped(conversation=conversation.pk), by=SYSTEM, at=at)
        note = _("The letter planned by %(agent)s was not sent, because %(name)s wrote first. It lies in their drafts.")
        write_note(conversation, note % words, by=SYSTEM, at=at)


def hold_back(planned: Touchpoint, conversation: Conversation, *, because: str, at: datetime) -> None:
    """It is due and is not to leave any more: it becomes a draft again. The conversation is locked. Not a verb: it is always
    part of one."""
    _give_back(planned, conversation, because=because, at=at)
    record(AnswerTakenBack(conversation=conversation.pk), by=SYSTEM, at=at)


def give_up_on(planned: Touchpoint, conversation: Conversation, *, reason: str, at: datetime) -> None:
    """It was due and could not leave, however often it was tried: it becomes a draft again, and a note calls its writer. The
    conversation is locked. Not a verb: it is always part of one."""
    agent = planned.agent.name if planned.agent else _("somebody")
    because = _("It could not leave, and is not tried any more: %(reason)s") % {"reason": reason}
    hold_back(planned, conversation, because=because, at=at)
    note = _(
        "@%(agent)s the letter you had planned could not leave, and is not tried any more. It lies in your drafts. The "
        "reason: %(reason)s"
    )
    write_note(conversation, note % {"agent": agent, "reason": one_line(reason, 300)}, by=SYSTEM, at=at)


def planned_letter(touchpoint: Touchpoint) -> Touchpoint | None:
    """A letter that is still to leave, with its `posting`; None when it has left or was taken back."""
    planned = Touchpoint.objects.select_related("posting", "agent", "customer", "conversation")
    return planned.filter(pk=touchpoint.pk, due_at__isnull=False, delivery=Delivery.WAITING).first()


def _give_back(planned: Touchpoint, conversation: Conversation, *, because: str, at: datetime) -> Draft:
    assert planned.agent_id is not None
    send_at = planned.due_at if because else None
    draft = _as_draft(planned, conversation, agent_pk=planned.agent_id, send_at=send_at, because=because, at=at)
    planned.delete()
    look_ahead(conversation)
    return draft


def _as_draft(
    touchpoint: Touchpoint,
    conversation: Conversation,
    *,
    agent_pk: int,
    send_at: datetime | None,
    because: str,
    at: datetime,
) -> Draft:
    recipients = recipients_of(touchpoint.parties)
    return give_back(
        conversation,
        agent_pk=agent_pk,
        kind=DraftKind.ANSWER,
        text=touchpoint.text,
        to=as_typed(recipients.to),
        cc=as_typed(recipients.cc),
        bcc=as_typed(recipients.bcc),
        files=tuple(
            KeptFile(name=file.name, media_type=file.media_type, size=file.size, digest=file.digest)
            for file in touchpoint.attachments.order_by("pk")
        ),
        forwards=touchpoint.forwards_id,
        send_at=send_at,
        because=because,
        at=at,
    )


def look_ahead(conversation: Conversation) -> None:
    """Keep on a locked conversation when the next letter of ours leaves. Not a verb: it is always part of one."""
    planned = conversation.touchpoints.filter(due_at__isnull=False)
    conversation.answer_due_at = planned.aggregate(next=Min("due_at"))["next"]
    conversation.save(update_fields=["answer_due_at"])
