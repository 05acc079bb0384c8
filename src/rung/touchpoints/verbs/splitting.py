from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.clock import epoch_ms
from rung.core.text import one_line
from rung.journal.verbs import record
from rung.touchpoints.addresses import people_in
from rung.touchpoints.events import ConversationOpened, ConversationSplit, TouchpointJoined, TouchpointParted
from rung.touchpoints.models import Conversation, Direction, Link, LinkKind, Participant, Role, State, Touchpoint
from rung.touchpoints.subjects import title_of
from rung.touchpoints.verbs.admission import merge_conversations
from rung.touchpoints.verbs.moving import look_again, move_touchpoints, standing_signals
from rung.touchpoints.verbs.taking_back import look_ahead

HIDDEN = (State.SPAM, State.JOINED)


@transaction.atomic
def split_conversation(
    touchpoint: Touchpoint, *, with_later: bool = False, subject: str = "", by: Actor, at: datetime
) -> Conversation:
    """Put a touchpoint into a conversation of its own, with all that came after it where `with_later` says so.

    Returns the new conversation: open, in the same hands, and waiting for us if what stands there was not answered.
    Raises ValidationError when nothing would be left, and under Spam.
    """
    conversation = touchpoint.conversation.lock()
    if conversation.state in HIDDEN:
        raise ValidationError(_("This conversation cannot be split."))
    said = list(conversation.touchpoints.select_related("customer").order_by("occurred_at", "pk"))
    place = next((place for place, each in enumerate(said) if each.pk == touchpoint.pk), None)
    if place is None:
        raise ValidationError(_("It stands in another conversation by now."))
    moved = said[place:] if with_later else [said[place]]
    left = [each for each in said if each not in moved]
    if not any(each.due_at is None for each in left):
        raise ValidationError(_("Nothing would be left in this conversation."))
    if moved[0].due_at is not None:
        raise ValidationError(_("This letter has not left yet."))
    notes = conversation.notes.filter(written_at__gte=moved[0].occurred_at) if with_later else conversation.notes.none()
    new = _begun(conversation, moved, subject, at)
    Link.objects.create(one=new, other=conversation, kind=LinkKind.SPLIT_FROM, agent_id=by.agent_key, linked_at=at)
    _take_part(conversation, new, moved, at)
    move_touchpoints(moved, list(notes.values_list("pk", flat=True)), new)
    for each, there in ((conversation, left), (new, moved)):
        look_again(each, there)
        look_ahead(each)
    _tell(conversation, new, moved, by=by, at=at)
    return new


@transaction.atomic
def unsplit_conversation(conversation: Conversation, *, by: Actor, at: datetime) -> Conversation:
    """Take a split back: everything that stands in `conversation` goes to where it was split from, which is returned.

    Raises ValidationError when it was split from none, that was taken back, or that one can take nothing any more.
    """
    split = Link.objects.filter(one=conversation, kind=LinkKind.SPLIT_FROM, ended_at__isnull=True)
    link = split.select_related("other").first()
    if link is None:
        raise ValidationError(_("There is nothing to take back."))
    Link.objects.filter(pk=link.pk).update(ended_at=at)
    return merge_conversations(conversation, link.other, by=by, at=at)


def _begun(conversation: Conversation, moved: list[Touchpoint], subject: str, at: datetime) -> Conversation:
    first = moved[0]
    writer = next((each.customer for each in moved if each.direction == Direction.IN), first.customer)
    titles = (subject, title_of(first.subject), conversation.subject)
    new = Conversation(
        subject=next((title for each in titles if (title := one_line(each, 300))), ""),
        customer=writer,
        channel=first.channel,
        opened_at=first.occurred_at,
        last_touch_at=first.occurred_at,
        team_id=conversation.team_id,
        assignee_id=conversation.assignee_id,
        undelivered_at=conversation.undelivered_at,
        beside_id=conversation.beside_id,
    )
    new.save(force_insert=True)
    return new


def _take_part(conversation: Conversation, new: Conversation, moved: list[Touchpoint], at: datetime) -> None:
    """Those take part in the new conversation who wrote, or were written to, in what was moved."""
    parties = [each.parties or {} for each in moved]
    present = {str(each.get("from") or "") for each in parties}
    present |= {party.address for each in parties for part in ("to", "cc") for party in people_in(each, part)}
    known = conversation.participants.filter(address__in=present).order_by("pk")
    Participant.objects.bulk_create(
        Participant(
            conversation=new,
            customer_id=each.customer_id,
            address=each.address,
            name=each.name,
            role=_role(each, new),
            joined_at=at,
        )
        for each in known
    )


def _role(participant: Participant, new: Conversation) -> str:
    if participant.customer_id is not None and participant.customer_id == new.customer_id:
        return Role.CUSTOMER.value
    return Role.COPIED.value if participant.role == Role.CUSTOMER else participant.role


def _tell(conversation: Conversation, new: Conversation, moved: list[Touchpoint], *, by: Actor, at: datetime) -> None:
    opened = ConversationOpened(
        conversation=new.pk,
        customer=new.customer_id,
        channel=new.channel,
        team=new.team_id,
        archived=all(each.is_archived for each in moved),
        beside=new.beside_id,
    )
    record(opened, by=by, at=moved[0].occurred_at, recorded_at=at)
    for touchpoint in moved:
        fact = TouchpointParted(
            touchpoint=touchpoint.pk, conversation=conversation.pk, customer=touchpoint.customer_id, split=True
        )
        record(fact, by=by, at=at)
    signals = standing_signals(moved)
    for touchpoint in moved:
        came = TouchpointJoined(
            touchpoint=touchpoint.pk,
            conversation=new.pk,
            customer=touchpoint.customer_id,
            channel=touchpoint.channel,
            phase=touchpoint.phase,
            direction=touchpoint.direction,
            automatic=touchpoint.is_automatic,
            archived=touchpoint.is_archived or touchpoint.due_at is not None,
            occurred_ms=epoch_ms(touchpoint.occurred_at),
            former=conversation.pk,
            split=True,
            agent=touchpoint.agent_id,
            signals=signals.get(touchpoint.pk, ()),
        )
        record(came, by=by, at=at)
    split = ConversationSplit(conversation=conversation.pk, customer=conversation.customer_id, into=new.pk)
    record(split, by=by, at=at)
