from rung.channels.email.verbs.dispatch import retry_dispatch
from rung.channels.email.verbs.letter import Arrival, keep_letter, keep_letters, replay_letter
from rung.channels.email.verbs.mailbox import add_mailbox, change_mailbox, close_mailbox, reopen_mailbox

__all__ = [
    "Arrival",
    "add_mailbox",
    "change_mailbox",
    "close_mailbox",
    "keep_letter",
    "keep_letters",
    "reopen_mailbox",
    "replay_letter",
    "retry_dispatch",
]
