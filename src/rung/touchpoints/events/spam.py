from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("spam.marked")
class SpamMarked:
    """A conversation was declared spam, by one of us or by a verdict on its letter: until that is taken back, nothing in it
    counts anywhere."""

    conversation: int
    customer: int
    reason: str
    personal: ClassVar[tuple[str, ...]] = ("reason",)

    def describe(self) -> str:
        return _("marked it as spam: %(reason)s") % {"reason": self.reason} if self.reason else _("marked it as spam")


@event("spam.unmarked")
class SpamUnmarked:
    """A conversation held to be spam was none: it is what it was, and everything in it counts from when it happened."""

    conversation: int
    customer: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took it out of spam")


@event("spam.removed")
class SpamRemoved:
    """A conversation that had been spam for long was removed with all that was in it."""

    conversation: int
    customer: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("removed spam")
