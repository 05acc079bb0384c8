from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("conversation.linked")
class ConversationLinked:
    """Somebody said how this conversation stands to another. `how`: "related", "duplicate" (this one is), "duplicate_by"
    (the other is), "waits_for" (this one does) or "waits_for_by" (the other does)."""

    conversation: int
    other: int
    how: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        other = {"number": self.other}
        match self.how:
            case "duplicate":
                return _("called it a duplicate of #%(number)s") % other
            case "duplicate_by":
                return _("called #%(number)s a duplicate of it") % other
            case "waits_for":
                return _("let it wait for #%(number)s") % other
            case "waits_for_by":
                return _("let #%(number)s wait for it") % other
            case _related:
                return _("linked it with #%(number)s") % other


@event("conversation.unlinked")
class ConversationUnlinked:
    """What was said of this conversation and another holds no longer."""

    conversation: int
    other: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took away its link with #%(number)s") % {"number": self.other}


@event("request.settled")
class RequestSettled:
    """Something this conversation waits for was settled: the conversation `request`, asked beside it or linked so."""

    conversation: int
    request: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("settled #%(number)s, which this waits for") % {"number": self.request}
