from dataclasses import field
from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("mailbox.added")
class MailboxAdded:
    """An address of ours was set up, to receive letters and to answer from."""

    mailbox: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("added a mailbox")


@event("mailbox.changed")
class MailboxChanged:
    """A mailbox was set up differently; `changed` names the fields. `values` holds field, from and to, never of what opens
    it: passwords and certificates."""

    mailbox: int
    changed: list[str]
    values: list[list[str]] = field(default_factory=list)
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("changed a mailbox: %(fields)s") % {"fields": ", ".join(self.changed)}


@event("mailbox.closed")
class MailboxClosed:
    """A mailbox was deactivated: nothing is fetched or sent through it any more, its history stays."""

    mailbox: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("closed a mailbox")


@event("mailbox.reopened")
class MailboxReopened:
    """A deactivated mailbox works again."""

    mailbox: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("opened a mailbox again")


@event("mailbox.failed")
class MailboxFailed:
    """A mailbox that worked does not any more; `side` is "incoming" or "outgoing", `reason` is in words."""

    mailbox: int
    side: str
    reason: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("found that a mailbox does not work: %(reason)s") % {"reason": self.reason}


@event("mailbox.recovered")
class MailboxRecovered:
    """A mailbox that had failed works again; `side` as in mailbox.failed."""

    mailbox: int
    side: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("found that a mailbox works again")


@event("mailbox.paused")
class MailboxPaused:
    """A mailbox was paused, or put back to its set-up: nothing new is taken in as long as it is."""

    mailbox: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("paused a mailbox")


@event("mailbox.live")
class MailboxLive:
    """A mailbox went live: what comes to it from now on becomes conversations."""

    mailbox: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("let a mailbox go live")


@event("mailbox.history_asked")
class HistoryAsked:
    """The import of a mailbox's history was begun, or let go on."""

    mailbox: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("began to import a mailbox's history")


@event("mailbox.history_ended")
class HistoryEnded:
    """The import of a mailbox's history is done, was stopped or failed; `fresh` letters were new."""

    mailbox: int
    state: str
    fresh: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("ended the import of a mailbox's history: %(n)d new letters") % {"n": self.fresh}


@event("mailbox.braked")
class MailboxBraked:
    """More automatic letters were about to leave than the mailbox's limit for an hour; from here on they wait.
    `conversation`: where the first of them stands; 0 where that was not told yet. `to_one`: more than the limit for one
    address, and only those to that address wait."""

    mailbox: int
    limit: int
    conversation: int = 0
    to_one: bool = False
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        if self.to_one:
            return _("held back automatic letters: more than %(n)d to one address in an hour") % {"n": self.limit}
        return _("held back automatic letters: more than %(n)d in an hour") % {"n": self.limit}


@event("mailbox.brake_released")
class BrakeReleased:
    """A lead dealt with the automatic letters that were held back: `sent` go out, `dropped` never do."""

    mailbox: int
    sent: int
    dropped: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("released the flood brake: %(sent)d sent, %(dropped)d dropped") % {
            "sent": self.sent,
            "dropped": self.dropped,
        }
