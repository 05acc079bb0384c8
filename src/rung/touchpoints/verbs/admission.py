from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.clock import epoch_ms
from rung.fields.verbs import give_values_back, take_values
from rung.journal.verbs import record
from rung.touchpoints.events import ConversationJoined, ConversationParted, TouchpointJoined, TouchpointParted
from rung.touchpoints.models import (
    Admission,
    Conversation,
    Direction,
    Draft,
    Link,
    Participant,
    Role,
    State,
    Tagging,
)
from rung.touchpoints.verbs.moving import move_touchpoints, standing_signals, sum_up
from rung.touchpoints.verbs.receiving import tell_of_opening
from rung.touchpoints.verbs.resolution import unsettle_conversation
from rung.touchpoints.verbs.snooze import wake_conversation
from rung.touchpoints.verbs.spam import clear_spam
from rung.touchpoints.verbs.taking_back import look_ahead


@transaction.atomic
def admit_to_conversation(conversation: Conversation, *, by: Actor, at: datetime) -> Conversation:
    """Let whoever opened a conversation join the one it mentions: what stands in it moves there, and they take part.

    Returns that conversation, which waits for us if they do, and is taken up again if it was settled. Raises
    ValidationError when nothing is mentioned, or the two have become one already.
    """
    if conversation.mentions is None:
        raise ValidationError(_("This conversation mentions no other."))
    return merge_conversations(conversation, conversation.mentions, by=by, at=at)


@transaction.atomic
def merge_conversations(conversation: Conversation, into: Conversation, *, by: Actor, at: datetime) -> Conversation:
    """Put what stands in one conversation into another, with who takes part, its tags and what is being written in it.

    Returns the other, which waits for us if the one did, and is taken up again if it was settled. Raises ValidationError
    when they are the same, have become one already, or the other is spam.
    """
    _both_locked(conversation, into)
    if conversation.state == State.JOINED or into.state in (State.JOINED, State.SPAM):
        raise ValidationError(_("These two cannot be put together any more."))
    clear_spam(conversation, by=by, at=at)
    moved = list(conversation.touchpoints.order_by("occurred_at", "pk"))
    notes = list(conversation.notes.values_list("pk", flat=True))
    waited = conversation.awaits_us_since_at
    said = [touchpoint for touchpoint in moved if touchpoint.due_at is None]
    if said and into.touch_count == 0:  # begun with a letter that is still to leave
        tell_of_opening(into, said[0], by=by)
    admission = Admission(
        conversation=conversation,
        into=into,
        agent_id=by.agent_key,
        admitted_at=at,
        touchpoints=[touchpoint.pk for touchpoint in moved],
        notes=notes,
        participants=_take_along(conversation, into, at),
        tags=_tags_along(conversation, into, at),
        values=take_values("conversation", conversation.pk, into.pk, by=by, at=at),
        links=_links_along(conversation, into),
        drafts=_drafts_along(conversation, into),
        former_state=conversation.state,
        awaited_us_since_at=waited,
        into_awaited_us_since_at=into.awaits_us_since_at,
    )
    admission.save(force_insert=True)
    conversation.state, conversation.awaits_us_since_at = State.JOINED, None
    conversation.save(update_fields=["state", "awaits_us_since_at"])
    record(
        ConversationJoined(conversation=conversation.pk, customer=conversation.customer_id, into=into.pk), by=by, at=at
    )
    if waited is not None:
        unsettle_conversation(into, by=by, at=at)
        wake_conversation(into, by=by, at=at)
        into.awaits_us_since_at = min(waited, into.awaits_us_since_at or waited)
    move_touchpoints(moved, notes, into)
    sum_up(into)
    look_ahead(into)
    look_ahead(conversation)
    signals = standing_signals(moved)
    for touchpoint in moved:
        fact = TouchpointJoined(
            touchpoint=touchpoint.pk,
            conversation=into.pk,
            customer=touchpoint.customer_id,
            channel=touchpoint.channel,
            phase=touchpoint.phase,
            direction=touchpoint.direction,
            automatic=touchpoint.is_automatic,
            archived=touchpoint.is_archived or touchpoint.due_at is not None,
            occurred_ms=epoch_ms(touchpoint.occurred_at),
            former=conversation.pk,
            signals=signals.get(touchpoint.pk, ()),
            owed=waited is not None,
        )
        record(fact, by=by, at=at)
    return into


@transaction.atomic
def part_from_conversation(conversation: Conversation, *, by: Actor, at: datetime) -> None:
    """Take an admission back: what was moved stands in `conversation` again, as it did. A matter that was taken up again
    for it stays open.

    Raises ValidationError when the admitted have written in the other since. Nothing happens when it has joined none.
    """
    admission = conversation.admissions.filter(ended_at__isnull=True).select_related("into").first()
    if admission is None:
        return
    into = admission.into
    _both_locked(conversation, into)
    moved = list(into.touchpoints.filter(pk__in=admission.touchpoints))
    writers = {touchpoint.customer_id for touchpoint in moved if touchpoint.direction == Direction.IN}
    later = into.touchpoints.filter(customer__in=writers, direction=Direction.IN, recorded_at__gt=admission.admitted_at)
    if later.exclude(pk__in=admission.touchpoints).exists():
        raise ValidationError(_("They have written in it since, so it stays as it is."))
    Admission.objects.filter(pk=admission.pk).update(ended_at=at)
    Participant.objects.filter(conversation=into, pk__in=admission.participants).delete()
    Tagging.objects.filter(conversation=into, tag__in=admission.tags).delete()
    _links_back(admission.links, conversation, into)
    # Written to one, it must not stand in the answer to the other. Where two were put together, they stay so.
    Draft.objects.filter(pk__in=admission.drafts, conversation=into).update(conversation=conversation)
    since = admission.admitted_at
    give_values_back("conversation", conversation.pk, into.pk, admission.values, since=since, by=by, at=at)
    move_touchpoints(moved, admission.notes, conversation)
    look_ahead(into)
    look_ahead(conversation)
    waited = admission.awaited_us_since_at
    if waited is not None and into.awaits_us_since_at == min(waited, admission.into_awaited_us_since_at or waited):
        into.awaits_us_since_at = admission.into_awaited_us_since_at
    sum_up(into)
    conversation.state, conversation.awaits_us_since_at = State(admission.former_state), waited
    sum_up(conversation)
    for touchpoint in moved:
        fact = TouchpointParted(touchpoint=touchpoint.pk, conversation=into.pk, customer=touchpoint.customer_id)
        record(fact, by=by, at=at)
    record(
        ConversationParted(conversation=conversation.pk, customer=conversation.customer_id, into=into.pk), by=by, at=at
    )


def _both_locked(conversation: Conversation, into: Conversation) -> None:
    if into.pk == conversation.pk:
        raise ValidationError(_("Choose another conversation."))
    conversation.lock_with([into])


def _take_along(conversation: Conversation, into: Conversation, at: datetime) -> list[int]:
    """Let the participants of one take part in the other; the keys of those who did not yet."""
    present = set(into.participants.values_list("address", flat=True))
    fresh = [each for each in conversation.participants.order_by("pk") if each.address not in present]
    joined = [
        Participant(
            conversation=into,
            customer_id=each.customer_id,
            address=each.address,
            name=each.name,
            role=_role(each, into),
            joined_at=at,
        )
        for each in fresh
    ]
    return [each.pk for each in Participant.objects.bulk_create(joined)]


def _tags_along(conversation: Conversation, into: Conversation, at: datetime) -> list[int]:
    """Put the tags of one on the other; the keys of those it did not carry yet."""
    carried = Tagging.objects.filter(conversation=into).values("tag")
    fresh = list(Tagging.objects.filter(conversation=conversation).exclude(tag__in=carried))
    Tagging.objects.bulk_create(
        Tagging(conversation=into, tag_id=each.tag_id, agent_id=each.agent_id, tagged_at=at) for each in fresh
    )
    return [each.tag_id for each in fresh]


def _links_along(conversation: Conversation, into: Conversation) -> list[int]:
    """Let links that lead to or from one lead to or from the other, unless that would be itself or one there is already;
    the keys of those."""
    standing = Link.objects.filter(ended_at__isnull=True)
    linked = {link.one_id + link.other_id - into.pk for link in standing.filter(Q(one=into) | Q(other=into))}
    moved = []
    for link in standing.filter(Q(one=conversation) | Q(other=conversation)).order_by("pk"):
        far = link.one_id + link.other_id - conversation.pk
        if far == into.pk or far in linked:
            continue
        here = "one" if link.one_id == conversation.pk else "other"
        Link.objects.filter(pk=link.pk).update(**{here: into})
        linked.add(far)
        moved.append(link.pk)
    return moved


def _links_back(keys: list[int], conversation: Conversation, into: Conversation) -> None:
    Link.objects.filter(pk__in=keys, one=into).update(one=conversation)
    Link.objects.filter(pk__in=keys, other=into).update(other=conversation)


def _drafts_along(conversation: Conversation, into: Conversation) -> list[int]:
    """Let everybody go on writing; words of one person in both conversations stand below each other. The keys of those that
    came along whole."""
    moved = []
    present = {(draft.agent_id, draft.is_aside): draft for draft in Draft.objects.filter(conversation=into)}
    for draft in Draft.objects.filter(conversation=conversation):
        other = present.get((draft.agent_id, draft.is_aside))
        if other is None:
            draft.conversation = into
            draft.save(update_fields=["conversation"])
            moved.append(draft.pk)
            continue
        draft.files.update(draft=other)
        other.text, other.version = f"{other.text}\n\n{draft.text}".strip(), other.version + 1
        other.save(update_fields=["text", "version"])
        draft.delete()
    return moved


def _role(participant: Participant, into: Conversation) -> str:
    if participant.customer_id is not None and participant.customer_id == into.customer_id:
        return Role.CUSTOMER.value
    return Role.COPIED.value if participant.role == Role.CUSTOMER else participant.role
