from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("sender.blocked")
class SenderBlocked:
    """What a sender writes to a mailbox goes to Spam from now on; `who` is an address or `@domain`."""

    mailbox: int
    who: str
    personal: ClassVar[tuple[str, ...]] = ("who",)

    def describe(self) -> str:
        return _("blocked %(who)s") % {"who": self.who}


@event("sender.trusted")
class SenderTrusted:
    """What a sender writes to a mailbox never goes to Spam from now on."""

    mailbox: int
    who: str
    personal: ClassVar[tuple[str, ...]] = ("who",)

    def describe(self) -> str:
        return _("let %(who)s past the spam filter") % {"who": self.who}


@event("sender.forgotten")
class SenderForgotten:
    """A mailbox has no opinion of a sender any more."""

    mailbox: int
    who: str
    personal: ClassVar[tuple[str, ...]] = ("who",)

    def describe(self) -> str:
        return _("took %(who)s off the list of senders") % {"who": self.who}
