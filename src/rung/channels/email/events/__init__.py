from rung.channels.email.events.consent import ConsentEnded, ConsentGiven, OAuthClientChanged
from rung.channels.email.events.key import KeyEntered, KeyWithdrawn
from rung.channels.email.events.letter import LetterRefused, LetterReplayed
from rung.channels.email.events.mailbox import (
    BrakeReleased,
    HistoryAsked,
    HistoryEnded,
    MailboxAdded,
    MailboxBraked,
    MailboxChanged,
    MailboxClosed,
    MailboxFailed,
    MailboxLive,
    MailboxPaused,
    MailboxRecovered,
    MailboxReopened,
)
from rung.channels.email.events.sender import SenderBlocked, SenderForgotten, SenderTrusted
from rung.channels.email.events.standing import SigningBegun, SigningEnded, SigningPrepared

__all__ = [
    "BrakeReleased",
    "ConsentEnded",
    "ConsentGiven",
    "HistoryAsked",
    "HistoryEnded",
    "KeyEntered",
    "KeyWithdrawn",
    "LetterRefused",
    "LetterReplayed",
    "MailboxAdded",
    "MailboxBraked",
    "MailboxChanged",
    "MailboxClosed",
    "MailboxFailed",
    "MailboxLive",
    "MailboxPaused",
    "MailboxRecovered",
    "MailboxReopened",
    "OAuthClientChanged",
    "SenderBlocked",
    "SenderForgotten",
    "SenderTrusted",
    "SigningBegun",
    "SigningEnded",
    "SigningPrepared",
]
