from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("request.made")
class RequestMade:
    """A colleague asked a team of ours, in this conversation, for the sake of the customer of the conversation `parent`, who
    waits for it from now on."""

    conversation: int
    parent: int
    team: int
    customer: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("asked for the sake of #%(number)s") % {"number": self.parent}


@event("request.answered")
class RequestAnswered:
    """A team answered what it was asked for the sake of this conversation, in the conversation `request`. `waited_ms`: how
    long, in calendar milliseconds, the customer had waited for that team by then; None where it had answered before."""

    conversation: int
    request: int
    touchpoint: int
    team: int | None
    asked_by: int | None
    waited_ms: int | None = None
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("answered what was asked in #%(number)s") % {"number": self.request}
