from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("signal.noted")
class SignalNoted:
    """A touchpoint tells something of the service before it: a complaint, its escalation, a negative review, a
    recommendation, or thanks unasked; or what caused it, a failure of ours or something new they wanted."""

    touchpoint: int
    conversation: int
    customer: int
    signal: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("noted: %(signal)s") % {"signal": self.signal.replace("_", " ")}


@event("signal.withdrawn")
class SignalWithdrawn:
    """A signal was noted by mistake."""

    touchpoint: int
    conversation: int
    customer: int
    signal: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("withdrew: %(signal)s") % {"signal": self.signal.replace("_", " ")}
