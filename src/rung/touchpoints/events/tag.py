from dataclasses import field
from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("conversation.tagged")
class ConversationTagged:
    """A tag was put on a conversation; `name` as the tag was called then."""

    conversation: int
    tag: int
    name: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("put on the tag %(name)s") % {"name": self.name}


@event("conversation.untagged")
class ConversationUntagged:
    """A tag was taken off a conversation."""

    conversation: int
    tag: int
    name: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took off the tag %(name)s") % {"name": self.name}


@event("conversation.priority_set")
class PrioritySet:
    """Somebody said how pressing a conversation is: "low", "normal", "high" or "urgent"; `former` what it was before."""

    conversation: int
    priority: str
    former: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("set the priority to %(priority)s") % {"priority": self.priority}


@event("tag.created")
class TagCreated:
    """There is a new tag."""

    tag: int
    name: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("made the tag %(name)s") % {"name": self.name}


@event("tag.changed")
class TagChanged:
    """A tag got another name or colour; `former` is the name it had."""

    tag: int
    name: str
    former: str
    values: list[list[str]] = field(default_factory=list)
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        if self.name == self.former:
            return _("gave the tag %(name)s another colour") % {"name": self.name}
        return _("renamed the tag %(former)s to %(name)s") % {"former": self.former, "name": self.name}


@event("tag.merged")
class TagMerged:
    """Everything a tag was on carries the tag `into` now."""

    tag: int
    name: str
    into: int
    into_name: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("made the tag %(name)s one with %(into)s") % {"name": self.name, "into": self.into_name}


@event("tag.deleted")
class TagDeleted:
    """A tag is no more; what it was on carries it no longer."""

    tag: int
    name: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("deleted the tag %(name)s") % {"name": self.name}
