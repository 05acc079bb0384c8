from rung.channels.email.models.consent import Consent, OAuthClient
from rung.channels.email.models.dispatch import Dispatch, DispatchState
from rung.channels.email.models.folder import Folder, Straggler
from rung.channels.email.models.intake import GOING, History, Rehearsal, RunState
from rung.channels.email.models.key import KeyKind, PersonKey
from rung.channels.email.models.letter import Fate, Letter, LetterQuerySet, RawLetter, Reason, Source
from rung.channels.email.models.mailbox import (
    Incoming,
    Mailbox,
    MailThread,
    OnceKept,
    Outgoing,
    Quoting,
    Security,
    SignIn,
    Stage,
)
from rung.channels.email.models.naming import ThreadName
from rung.channels.email.models.sender import KnownSender, Treatment
from rung.channels.email.models.standing import Algorithm, SendingDomain, SigningKey

__all__ = [
    "GOING",
    "Algorithm",
    "Consent",
    "Dispatch",
    "DispatchState",
    "Fate",
    "Folder",
    "History",
    "Incoming",
    "KeyKind",
    "KnownSender",
    "Letter",
    "LetterQuerySet",
    "MailThread",
    "Mailbox",
    "OAuthClient",
    "OnceKept",
    "Outgoing",
    "PersonKey",
    "Quoting",
    "RawLetter",
    "Reason",
    "Rehearsal",
    "RunState",
    "Security",
    "SendingDomain",
    "SignIn",
    "SigningKey",
    "Source",
    "Stage",
    "Straggler",
    "ThreadName",
    "Treatment",
]
