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
    """A mailbox was set up differently; `changed` names the fields, never their values."""

    mailbox: int
    changed: list[str]
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
