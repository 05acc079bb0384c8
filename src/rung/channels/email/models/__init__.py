from rung.channels.email.models.dispatch import Dispatch, DispatchState
from rung.channels.email.models.folder import Folder, Straggler
from rung.channels.email.models.letter import Fate, Letter, LetterQuerySet, RawLetter, Reason, Source
from rung.channels.email.models.mailbox import Incoming, Mailbox, MailThread, OnceKept, Outgoing, Security

__all__ = [
    "Dispatch",
    "DispatchState",
    "Fate",
    "Folder",
    "Incoming",
    "Letter",
    "LetterQuerySet",
    "MailThread",
    "Mailbox",
    "OnceKept",
    "Outgoing",
    "RawLetter",
    "Reason",
    "Security",
    "Source",
    "Straggler",
]
