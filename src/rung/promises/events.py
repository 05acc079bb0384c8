from dataclasses import field
from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


def _owed(kind: str) -> str:
    """What a target is for, within a sentence."""
    match kind:
        case "first":
            return _("first reply")
        case "next":
            return _("next reply")
        case _rest:
            return _("resolution")


@event("promise.made")
class PromiseMade:
    """One of us promised a customer something by a moment; `due_ms` in milliseconds since 1970 UTC. `day`: they named a day
    and no hour, and the moment is the last minute of it."""

    promise: int
    customer: int
    conversation: int | None
    what: str
    due_ms: int
    day: bool = True
    personal: ClassVar[tuple[str, ...]] = ("what",)

    def describe(self) -> str:
        return _("promised: %(what)s") % {"what": self.what}


@event("promise.kept")
class PromiseKept:
    """A promise was kept, when the entry says it was; in time when that is not after `due_ms`. `moved`: how often it had
    been given another day."""

    promise: int
    customer: int
    conversation: int | None
    what: str
    due_ms: int
    moved: int = 0
    in_time: bool = True
    personal: ClassVar[tuple[str, ...]] = ("what",)

    def describe(self) -> str:
        if self.in_time:
            return _("kept the promise: %(what)s") % {"what": self.what}
        return _("kept a promise late: %(what)s") % {"what": self.what}


@event("promise.broken")
class PromiseBroken:
    """A promise will not be kept. `told`: the customer was told so by us, and what."""

    promise: int
    customer: int
    conversation: int | None
    what: str
    due_ms: int
    moved: int = 0
    told: str = ""
    personal: ClassVar[tuple[str, ...]] = ("what", "told")

    def describe(self) -> str:
        return _("could not keep the promise: %(what)s") % {"what": self.what}


@event("promise.withdrawn")
class PromiseWithdrawn:
    """A promise was none: noted by mistake, or the letter it stood in did not leave. No number counts it."""

    promise: int
    customer: int
    conversation: int | None
    what: str
    due_ms: int
    personal: ClassVar[tuple[str, ...]] = ("what",)

    def describe(self) -> str:
        return _("took back the promise: %(what)s") % {"what": self.what}


@event("promise.moved")
class PromiseMoved:
    """A promise got another moment, by agreement. `moved`: how often that was by now; with `taken_back` it has its former
    moment again, and the last time does not count."""

    promise: int
    customer: int
    conversation: int | None
    what: str
    from_ms: int
    due_ms: int
    moved: int
    day: bool = True
    taken_back: bool = False
    personal: ClassVar[tuple[str, ...]] = ("what",)

    def describe(self) -> str:
        return _("gave a promise another day: %(what)s") % {"what": self.what}


@event("promise.reopened")
class PromiseReopened:
    """That a promise had been kept, broken or taken back (`former`) was taken back: it stands as it did."""

    promise: int
    customer: int
    conversation: int | None
    what: str
    due_ms: int
    former: str
    personal: ClassVar[tuple[str, ...]] = ("what",)

    def describe(self) -> str:
        return _("took up the promise again: %(what)s") % {"what": self.what}


@event("promise.nearing")
class PromiseNearing:
    """A promise is due before long."""

    promise: int
    customer: int
    conversation: int | None
    what: str
    due_ms: int
    personal: ClassVar[tuple[str, ...]] = ("what",)

    def describe(self) -> str:
        return _("reminds of a promise: %(what)s") % {"what": self.what}


@event("promise.due")
class PromiseDue:
    """The moment of a promise passed, and nobody had said that it was kept. The entry's moment is that one."""

    promise: int
    customer: int
    conversation: int | None
    what: str
    due_ms: int
    moved: int = 0
    personal: ClassVar[tuple[str, ...]] = ("what",)

    def describe(self) -> str:
        return _("saw the time of a promise pass: %(what)s") % {"what": self.what}


@event("deadline.nearing")
class DeadlineNearing:
    """What is owed in a conversation by a target is due before long; `due_ms` in milliseconds since 1970 UTC. `owed`:
    "first", "next" (replies) or "resolution"."""

    deadline: int
    conversation: int
    customer: int
    target: int
    owed: str
    due_ms: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("reminds that the %(owed)s is due before long") % {"owed": _owed(self.owed)}


@event("deadline.met")
class DeadlineMet:
    """What was owed by a target was done in time: `owed` "first", "next" (replies) or "resolution"; by `due_ms`, in
    milliseconds since 1970 UTC. `paused_s`: how long the clock stood still, in calendar seconds. Of several facts
    about one deadline the last holds."""

    deadline: int
    conversation: int
    customer: int
    target: int
    owed: str
    due_ms: int
    team: int | None = None
    priority: str = ""
    paused_s: int = 0
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("saw the %(owed)s come within its target") % {"owed": _owed(self.owed)}


@event("deadline.missed")
class DeadlineMissed:
    """The moment passed by which something was owed by a target; the entry's moment is that one. Fields as for
    deadline.met."""

    deadline: int
    conversation: int
    customer: int
    target: int
    owed: str
    due_ms: int
    team: int | None = None
    priority: str = ""
    paused_s: int = 0
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("saw the target for the %(owed)s pass") % {"owed": _owed(self.owed)}


@event("deadline.reopened")
class DeadlineReopened:
    """What had been met is owed again, because the matter turned out not to be settled; until it is met or missed anew it
    counts as neither."""

    deadline: int
    conversation: int
    customer: int
    target: int
    owed: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("reopened the target for the %(owed)s") % {"owed": _owed(self.owed)}


@event("deadline.dropped")
class DeadlineDropped:
    """Something is owed by a target no longer, and counts neither as met nor as missed: the matter was settled without,
    joined another, was spam, or the target was taken off the list."""

    deadline: int
    conversation: int
    customer: int
    target: int
    owed: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("closed the target for the %(owed)s: none is needed any more") % {"owed": _owed(self.owed)}


@event("target.made")
class TargetMade:
    """There is a new target of service; `values` holds field, from and to."""

    target: int
    name: str
    values: list[list[str]] = field(default_factory=list)
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("set the target “%(name)s”") % {"name": self.name}


@event("target.changed")
class TargetChanged:
    """A target says something else from now on, for what is open; `values` holds field, from and to."""

    target: int
    name: str
    values: list[list[str]] = field(default_factory=list)
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("changed the target “%(name)s”") % {"name": self.name}


@event("target.ended")
class TargetEnded:
    """A target was taken off the list; what was open by it is owed no longer."""

    target: int
    name: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took the target “%(name)s” off the list") % {"name": self.name}
