"""How conversations stand to each other, and what it means for those that wait when what they wait for is settled."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.journal.verbs import record
from rung.touchpoints.events import ConversationLinked, ConversationUnlinked, RequestSettled
from rung.touchpoints.models import Conversation, Link, LinkKind, State
from rung.touchpoints.verbs.snooze import wake_conversation

BY_HAND = (LinkKind.RELATED, LinkKind.DUPLICATE, LinkKind.WAITS_FOR)


@transaction.atomic
def link_conversations(one: Conversation, other: Conversation, *, kind: str, by: Actor, at: datetime) -> Link:
    """Say how `one` stands to `other`; what was said of the two before holds no longer. Said already: nothing happens.

    Raises ValidationError when they are the same, one of them is spam or has joined another, or they would wait for each
    other.
    """
    wanted = LinkKind(kind)
    if wanted not in BY_HAND:
        raise ValidationError(_("That is not said by hand."))
    if one.pk == other.pk:
        raise ValidationError(_("Choose another conversation."))
    one.lock_with([other])
    if {one.state, other.state} & {State.SPAM.value, State.JOINED.value}:
        raise ValidationError(_("One of the two stands under Spam or has joined another."))
    if wanted is LinkKind.WAITS_FOR and one.pk == other.beside_id:
        raise ValidationError(_("It was asked beside this one, so it is waited for already."))
    between = Q(one=one, other=other) | Q(one=other, other=one)
    standing = list(Link.objects.filter(between, ended_at__isnull=True))
    for link in standing:
        if link.kind == wanted and (link.one_id == one.pk or wanted is LinkKind.RELATED):
            return link
        if link.kind == LinkKind.SPLIT_FROM:
            raise ValidationError(_("One was split off from the other; that stands already."))
    for link in standing:
        _end(link, by=by, at=at)
    link = Link.objects.create(one=one, other=other, kind=wanted, agent_id=by.agent_key, linked_at=at)
    record(ConversationLinked(conversation=one.pk, other=other.pk, how=wanted.value), by=by, at=at)
    record(ConversationLinked(conversation=other.pk, other=one.pk, how=_seen_from_there(wanted)), by=by, at=at)
    return link


@transaction.atomic
def unlink_conversations(link: Link, *, by: Actor, at: datetime) -> None:
    """Take away what was said by hand of two conversations. Nothing happens when it is gone already."""
    if link.kind in BY_HAND:
        _end(link, by=by, at=at)


def _end(link: Link, *, by: Actor, at: datetime) -> None:
    if Link.objects.filter(pk=link.pk, ended_at__isnull=True).update(ended_at=at):
        for here, there in ((link.one_id, link.other_id), (link.other_id, link.one_id)):
            record(ConversationUnlinked(conversation=here, other=there), by=by, at=at)


def _seen_from_there(kind: LinkKind) -> str:
    return kind.value if kind is LinkKind.RELATED else f"{kind.value}_by"


def waiting_for(conversation: Conversation) -> list[Conversation]:
    """Those that wait for this one: the one it was asked beside, and those linked so; by their numbers. Not a verb: nothing
    is written here."""
    linked = Link.objects.filter(other=conversation, kind=LinkKind.WAITS_FOR, ended_at__isnull=True)
    keys = {pk for pk in (conversation.beside_id, *linked.values_list("one", flat=True)) if pk is not None}
    return list(Conversation.objects.filter(pk__in=keys).order_by("pk")) if keys else []


def tell_of_settling(waiting: Iterable[Conversation], request: Conversation, *, by: Actor, at: datetime) -> None:
    """What some conversations wait for is settled: each says so, and comes back when it was laid aside for that.

    They are locked. Not a verb: it is always part of one.
    """
    for each in waiting:
        if each.state in (State.OPEN, State.SNOOZED):
            wake_conversation(each, by=by, at=at)
            record(RequestSettled(conversation=each.pk, request=request.pk), by=by, at=at)
