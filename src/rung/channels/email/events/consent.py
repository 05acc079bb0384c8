from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("oauth_client.changed")
class OAuthClientChanged:
    """It was entered how a provider of mailboxes knows this installation."""

    provider: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("entered how %(provider)s knows this installation") % {"provider": self.provider}


@event("consent.given")
class ConsentGiven:
    """Somebody let us into a mailbox at its provider."""

    mailbox: int
    provider: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("connected a mailbox at its provider")


@event("consent.ended")
class ConsentEnded:
    """A provider does not let us into a mailbox any more; somebody has to connect it again."""

    mailbox: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("found that a mailbox has to be connected again")
