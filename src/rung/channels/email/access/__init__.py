from rung.channels.email.access.dispatch import dispatch_named
from rung.channels.email.access.mailbox import (
    mailbox_for,
    mailbox_for_addresses,
    mailbox_of,
    own_addresses,
    visible_mailboxes,
)
from rung.channels.email.access.standing import signs_for

__all__ = [
    "dispatch_named",
    "mailbox_for",
    "mailbox_for_addresses",
    "mailbox_of",
    "own_addresses",
    "signs_for",
    "visible_mailboxes",
]
