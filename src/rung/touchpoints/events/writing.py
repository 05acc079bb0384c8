from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("answer.planned")
class AnswerPlanned:
    """A letter was written that leaves later, at `due_ms` (milliseconds since 1970 UTC) unless it is taken back. Until then
    nobody was answered."""

    touchpoint: int
    conversation: int
    customer: int
    due_ms: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("wrote an answer that leaves later")


@event("answer.taken_back")
class AnswerTakenBack:
    """A letter that had not left yet became a draft again."""

    conversation: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took an answer back before it left")


@event("answer.stopped")
class AnswerStopped:
    """A letter that was to leave later did not, because the customer wrote first; it became a draft again."""

    conversation: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("kept a planned answer back: the customer wrote first")


@event("aside.opened")
class AsideOpened:
    """For the sake of this conversation somebody else was asked, a supplier or a colleague; `aside` is that conversation."""

    conversation: int
    aside: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("asked somebody else about it")


@event("aside.answered")
class AsideAnswered:
    """Whoever was asked beside this conversation answered, in the conversation `aside`."""

    conversation: int
    aside: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("answered what was asked beside")


@event("notice.given")
class NoticeGiven:
    """Rung itself wrote to the customer, such as a survey. No person answered, so it ends nobody's wait."""

    touchpoint: int
    conversation: int
    customer: int
    channel: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("sent a notice")


@event("touchpoint.delivered")
class TouchpointDelivered:
    """The next mail server took over what we wrote; `kept`: no server is configured, it lies in the outbox folder."""

    touchpoint: int
    conversation: int
    kept: bool = False
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("sent the letter")


@event("touchpoint.undelivered")
class TouchpointUndelivered:
    """What we wrote did not arrive, for good; `reason` is the other side's word."""

    touchpoint: int
    conversation: int
    reason: str
    personal: ClassVar[tuple[str, ...]] = ("reason",)

    def describe(self) -> str:
        return _("could not deliver the letter: %(reason)s") % {"reason": self.reason}


@event("sending.asked_again")
class SendingAskedAgain:
    """Somebody wants what could not be delivered to be tried once more."""

    touchpoint: int
    conversation: int
    channel: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("asked for the letter to be sent again")
