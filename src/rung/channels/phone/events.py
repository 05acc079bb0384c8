from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("call.announced")
class CallAnnounced:
    """A telephone system said that it rings. `agents`: for whom, as primary keys; None for everybody. `caller`: the one
    person known by the number, where it is one. `team`: the one it rings for, where it is a team."""

    call: int
    way: str
    caller: int | None
    agents: list[int] | None
    team: int | None = None
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("announced a call")


@event("call.answered")
class CallAnswered:
    """Somebody took a call; `agents` as when it was announced, and whoever took it. `waited_s`: for how many seconds it had
    rung; None where it was not announced before it was taken."""

    call: int
    agent: int | None
    agents: list[int] | None
    waited_s: int | None = None
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took a call")


@event("call.ended")
class CallEnded:
    """A call is over after `seconds` of speaking; None where it was never answered. `rang_s`: for how many seconds one that
    was never answered had rung, where that is known. `matter`: the conversation it stands in."""

    call: int
    agent: int | None
    agents: list[int] | None
    seconds: int | None
    rang_s: int | None = None
    matter: int | None = None
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("ended a call") if self.seconds is not None else _("let a call ring in vain")


@event("call.recognised")
class CallerRecognised:
    """Somebody said who is calling; `caller` is that person."""

    call: int
    caller: int
    agents: list[int] | None
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("said who is calling")


@event("telephone.added")
class TelephoneAdded:
    """A telephone system may announce calls from now on."""

    telephone: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("let a telephone system announce calls")


@event("telephone.ended")
class TelephoneEnded:
    """The token of a telephone system opens nothing any more."""

    telephone: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took a telephone system's token away")


@event("telephone.extension_set")
class ExtensionSet:
    """Somebody said under which numbers an agent's telephone rings inside the house; `numbers` are all of them now."""

    agent: int
    numbers: list[str]
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("set whose extension is which")
