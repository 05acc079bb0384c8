from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("touchpoint.received")
class TouchpointReceived:
    """The customer reached us. `automatic`: a machine wrote it, such as an out-of-office answer. `archived`: it is history,
    imported with its own date, and no number counts it; with `ours` it is what one of us wrote to the customer then.
    `thanks`: the matter was settled, and it says thank you and no more."""

    touchpoint: int
    conversation: int
    customer: int
    channel: str
    phase: str
    automatic: bool = False
    archived: bool = False
    ours: bool = False
    thanks: bool = False
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took in what we had written before") if self.ours else _("wrote to us")


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


@event("touchpoint.reworded")
class TouchpointReworded:
    """What was said in a call, a visit or a paper letter was written down better."""

    touchpoint: int
    conversation: int
    customer: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("wrote down better what was said")


@event("touchpoint.joined")
class TouchpointJoined:
    """What was said in the conversation `former` came into this one. `occurred_ms`: when it was said, in milliseconds since
    1970 UTC; the other fields as when it was received. `split`: it was put here because it is about another matter, so it
    counts here from when it was said, and no longer there. `agent`: who of us wrote it. `signals`: what somebody had read
    from it by then. `owed`: whether `former` still waited for us when it joined."""

    touchpoint: int
    conversation: int
    customer: int
    channel: str
    phase: str
    direction: str
    automatic: bool
    archived: bool
    occurred_ms: int
    former: int
    split: bool = False
    agent: int | None = None
    signals: tuple[str, ...] = ()
    owed: bool = True
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("let a letter from conversation #%(number)s join") % {"number": self.former}


@event("touchpoint.parted")
class TouchpointParted:
    """What had come from another conversation went back there; or with `split`, it was put into one of its own."""

    touchpoint: int
    conversation: int
    customer: int
    split: bool = False
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took a letter out again")


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
