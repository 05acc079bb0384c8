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


@event("note.written")
class NoteWritten:
    """A colleague left a note beside the conversation, unseen by the customer."""

    conversation: int
    note: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("left a note")


@event("note.corrected")
class NoteCorrected:
    """The author of a note put it right; how it read before is kept with it."""

    conversation: int
    note: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("corrected a note")


@event("colleague.called")
class ColleagueCalled:
    """A note calls a colleague by name, so that they look at it; `agent` is who is called."""

    conversation: int
    note: int
    agent: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("called a colleague")


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
    """A settled matter turned out not to be: the customer came back to it, or an agent took it up again. `thanks`: the
    customer said thank you and no more; it lies open to be read, and no number counts that as coming back."""

    conversation: int
    customer: int
    thanks: bool = False
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        if self.thanks:
            return _("reopened the conversation for a thank-you and no more")
        return _("reopened the conversation")


@event("thanks.recognised")
class ThanksRecognised:
    """A letter reopened a settled matter at `reopened_ms`, in milliseconds since 1970 UTC, and says thank you and no more:
    found later, where it came before that was noted at once."""

    touchpoint: int
    conversation: int
    customer: int
    reopened_ms: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("found that a letter had said thank you and no more")


@event("conversation.joined")
class ConversationJoined:
    """An agent let whoever opened this conversation join another: what stood in it stands in `into` now, and by itself it
    counts nowhere."""

    conversation: int
    customer: int
    into: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("let it join conversation #%(number)s") % {"number": self.into}


@event("conversation.parted")
class ConversationParted:
    """That was taken back: the conversation stands by itself again."""

    conversation: int
    customer: int
    into: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took it out of conversation #%(number)s again") % {"number": self.into}


@event("conversation.split")
class ConversationSplit:
    """What is about another matter was put from this conversation into a new one, `into`."""

    conversation: int
    customer: int
    into: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("split off conversation #%(number)s") % {"number": self.into}
