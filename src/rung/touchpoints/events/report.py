from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("outcome.reported")
class OutcomeReported:
    """A machine told what became of something we wrote: failed, delayed, delivered, opened, discarded unread, or complained
    of as spam. `reason`: why it failed or waits; `is_hard`: the address itself is no good."""

    touchpoint: int
    conversation: int
    customer: int
    came: str
    reason: str = ""
    is_hard: bool = False
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("heard what became of the letter: %(came)s") % {"came": self.came}
