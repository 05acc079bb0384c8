from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("conversation.opened")
class ConversationOpened:
    """A new matter: the first touchpoint of a conversation came in, went out or was logged. `archived`: it is history,
    imported as settled; its clocks never ran. `beside`: it is no customer's matter but our own question to a supplier or a
    colleague, for the sake of the conversation of that number; no number of service counts it."""

    conversation: int
    customer: int
    channel: str
    team: int | None = None
    archived: bool = False
    beside: int | None = None
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("opened the conversation")


@event("touchpoint.received")
class TouchpointReceived:
    """The customer reached us. `automatic`: a machine wrote it, such as an out-of-office answer. `archived`: it is history,
    imported with its own date, and no number counts it."""

    touchpoint: int
    conversation: int
    customer: int
    channel: str
    phase: str
    automatic: bool = False
    archived: bool = False
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("wrote to us")


@event("conversation.answered")
class ConversationAnswered:
    """One of us wrote to the customer. `waited_ms`: how long, in calendar milliseconds, the customer had waited for it;
    None when they were not waiting. `proactive`: we wrote without being asked."""

    touchpoint: int
    conversation: int
    customer: int
    channel: str
    phase: str
    agent: int | None
    proactive: bool
    waited_ms: int | None = None
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("answered")


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


@event("touchpoint.logged")
class TouchpointLogged:
    """A call, a visit or a paper letter was entered by hand. `direction`: who began it. `waited_ms` as in
    conversation.answered: a call in which both speak ends the customer's wait."""

    touchpoint: int
    conversation: int
    customer: int
    channel: str
    phase: str
    direction: str
    agent: int | None
    waited_ms: int | None = None
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("logged a contact")


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


@event("note.written")
class NoteWritten:
    """A colleague left a note beside the conversation, unseen by the customer."""

    conversation: int
    note: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("left a note")


@event("conversation.assigned")
class ConversationAssigned:
    """The conversation passed to an agent, a team, both or nobody, and from whom."""

    conversation: int
    customer: int
    agent: int | None
    team: int | None
    from_agent: int | None
    from_team: int | None
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        if self.agent is None and self.team is None:
            return _("gave the conversation back")
        return _("assigned the conversation")


@event("conversation.snoozed")
class ConversationSnoozed:
    """Laid aside until a moment; `until_ms` in milliseconds since 1970 UTC."""

    conversation: int
    until_ms: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("snoozed the conversation")


@event("snooze.ended")
class SnoozeEnded:
    """A conversation laid aside came back: its time had come, the customer wrote, or somebody took it up."""

    conversation: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("brought the conversation back")


@event("conversation.resolved")
class ConversationResolved:
    """An agent declared the customer's matter settled, and whether the customer reached what they wanted."""

    conversation: int
    customer: int
    agent: int | None
    outcome: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("resolved the conversation")


@event("conversation.reopened")
class ConversationReopened:
    """A settled matter turned out not to be: the customer came back to it, or an agent took it up again."""

    conversation: int
    customer: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("reopened the conversation")


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


@event("touchpoint.phase_set")
class PhaseSet:
    """Somebody said whether a touchpoint came before, during or after what the customer came for."""

    touchpoint: int
    conversation: int
    customer: int
    phase: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("set the phase to %(phase)s") % {"phase": self.phase}


@event("signal.noted")
class SignalNoted:
    """A touchpoint tells something of the service before it: a complaint, its escalation, a negative review, a
    recommendation, or thanks unasked."""

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
