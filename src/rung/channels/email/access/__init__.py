from rung.channels.email.access.dispatch import dispatch_named
from rung.channels.email.access.mailbox import (
    mailbox_for,
    mailbox_for_addresses,
    mailbox_of,
    own_addresses,
    visible_mailboxes,
)

__all__ = [
    "dispatch_named",
    "mailbox_for",
    "mailbox_for_addresses",
    "mailbox_of",
    "own_addresses",
    "visible_mailboxes",
]
