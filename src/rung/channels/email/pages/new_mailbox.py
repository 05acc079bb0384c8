from dataclasses import dataclass

from django.conf import settings
from django.forms import Form


@dataclass(frozen=True)
class NewMailboxPage:
    """The beginning of a mailbox; `door` is where our own mail door listens."""

    form: Form

    @property
    def door(self) -> str:
        return settings.SMTP_LISTEN or settings.LMTP_LISTEN
