from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen, differences
from rung.core.text import folded, one_line
from rung.journal.verbs import record
from rung.touchpoints.events import (
    ConversationTagged,
    ConversationUntagged,
    TagChanged,
    TagCreated,
    TagDeleted,
    TagMerged,
)
from rung.touchpoints.models import Conversation, Tag, TagColour, Tagging

MOST_LETTERS = 40


@transaction.atomic
def tag_conversation(conversation: Conversation, tag: Tag, *, by: Actor, at: datetime) -> None:
    """Put a tag on a conversation. It carries it already: nothing happens."""
    conversation.lock()
    _tagging, is_new = Tagging.objects.get_or_create(
        conversation=conversation, tag=tag, defaults={"agent_id": by.agent_key, "tagged_at": at}
    )
    if is_new:
        record(ConversationTagged(conversation=conversation.pk, tag=tag.pk, name=tag.name), by=by, at=at)


@transaction.atomic
def untag_conversation(conversation: Conversation, tag: Tag, *, by: Actor, at: datetime) -> None:
    """Take a tag off a conversation. Nothing happens when it does not carry it."""
    conversation.lock()
    taken_off, _rows = Tagging.objects.filter(conversation=conversation, tag=tag).delete()
    if taken_off:
        record(ConversationUntagged(conversation=conversation.pk, tag=tag.pk, name=tag.name), by=by, at=at)


@transaction.atomic
def create_tag(name: str, *, colour: str = TagColour.GREY, by: Actor, at: datetime) -> Tag:
    """A tag of this name: the one there is, however it is spelt, or a new one. Raises ValidationError without a name."""
    name = _said(name)
    present = Tag.objects.in_use().filter(name_folded=folded(name)).first()
    if present is not None:
        return present
    tag = Tag.objects.create(
        name=name,
        name_folded=folded(name),
        colour=TagColour(colour),
        created_by_id=by.agent_key,
        created_at=at,
    )
    record(TagCreated(tag=tag.pk, name=tag.name), by=by, at=at)
    return tag


@transaction.atomic
def change_tag(tag: Tag, *, name: str, colour: str, seen: Seen = UNSEEN, by: Actor, at: datetime) -> None:
    """Give a tag another name, another colour, or both. Raises ValidationError when another tag has that name, Overtaken
    when somebody else was quicker."""
    tag.refresh_from_db(from_queryset=Tag.objects.select_for_update())
    former, present = tag.name, {"name": tag.name, "colour": str(tag.colour)}
    settled = seen.settled({"name": _said(name), "colour": str(colour)}, present)
    name, colour = settled["name"], settled["colour"]
    if Tag.objects.in_use().filter(name_folded=folded(name)).exclude(pk=tag.pk).exists():
        raise ValidationError({"name": _("There is a tag of that name: make the two one instead.")})
    if (name, colour) == (tag.name, tag.colour):
        return
    tag.name, tag.name_folded, tag.colour = name, folded(name), TagColour(colour)
    tag.save(update_fields=["name", "name_folded", "colour"])
    values = differences(settled, present)
    record(TagChanged(tag=tag.pk, name=name, former=former, values=values), by=by, at=at)


@transaction.atomic
def merge_tags(tag: Tag, *, into: Tag, by: Actor, at: datetime) -> None:
    """Make two tags one: what carried the first carries the other. Raises ValidationError when they are the same."""
    if tag.pk == into.pk:
        raise ValidationError(_("Choose another tag."))
    carried = Tagging.objects.filter(tag=tag)
    both = Tagging.objects.filter(tag=into).values("conversation")
    carried.exclude(conversation__in=both).update(tag=into)
    carried.delete()
    Tag.objects.filter(pk=tag.pk).update(deleted_at=at)
    record(TagMerged(tag=tag.pk, name=tag.name, into=into.pk, into_name=into.name), by=by, at=at)


@transaction.atomic
def delete_tag(tag: Tag, *, by: Actor, at: datetime) -> None:
    """Do away with a tag. Nothing happens when it is gone already."""
    if Tag.objects.in_use().filter(pk=tag.pk).update(deleted_at=at):
        record(TagDeleted(tag=tag.pk, name=tag.name), by=by, at=at)


def _said(name: str) -> str:
    name = one_line(name, MOST_LETTERS).strip().lstrip("#")
    if not folded(name):
        raise ValidationError({"name": _("A tag needs a name.")})
    return name
