from rung.channels.email.events.letter import LetterRefused, LetterReplayed
from rung.channels.email.events.mailbox import (
    MailboxAdded,
    MailboxChanged,
    MailboxClosed,
    MailboxFailed,
    MailboxRecovered,
    MailboxReopened,
)

__all__ = [
    "LetterRefused",
    "LetterReplayed",
    "MailboxAdded",
    "MailboxChanged",
    "MailboxClosed",
    "MailboxFailed",
    "MailboxRecovered",
    "MailboxReopened",
]
