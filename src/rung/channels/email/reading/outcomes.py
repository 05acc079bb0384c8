"""What a machine wrote to us, and what it reports of a letter of ours, as frozen values."""

from dataclasses import dataclass
from enum import StrEnum


class Automatic(StrEnum):
    """Why a letter is held to be written by a machine."""

    BOUNCE = "bounce"
    DELAY = "delay"
    DELIVERED = "delivered"
    RECEIPT = "receipt"
    COMPLAINT = "complaint"
    ABSENCE = "absence"
    CHALLENGE = "challenge"
    CALENDAR = "calendar"
    REPLY = "reply"
    BULK = "bulk"
    OTHER = "other"


class BounceReason(StrEnum):
    """Why a letter did not arrive, as far as a mail system says; the closed list."""

    UNKNOWN_USER = "unknown_user"
    UNKNOWN_HOST = "unknown_host"
    NO_MAIL_HOST = "no_mail_host"
    MOVED = "moved"
    INACTIVE = "inactive"
    MAILBOX_FULL = "mailbox_full"
    REFUSED = "refused"
    RELAY_DENIED = "relay_denied"
    SENDER_REFUSED = "sender_refused"
    BLOCKED = "blocked"
    REPUTATION = "reputation"
    REVERSE_DNS = "reverse_dns"
    AUTHENTICATION = "authentication"
    SPAM = "spam"
    VIRUS = "virus"
    CONTENT = "content"
    MALFORMED = "malformed"
    TOO_BIG = "too_big"
    POLICY = "policy"
    SECURITY = "security"
    NO_TLS = "no_tls"
    RATE = "rate"
    NETWORK = "network"
    EXPIRED = "expired"
    SERVER = "server"
    SERVER_FULL = "server_full"
    PROGRAM = "program"
    SYNTAX = "syntax"
    SUPPRESSED = "suppressed"
    FEEDBACK = "feedback"
    UNKNOWN = "unknown"


# The address itself is no good, so that no other letter to it will arrive either.
HARD = frozenset({BounceReason.UNKNOWN_USER, BounceReason.UNKNOWN_HOST, BounceReason.NO_MAIL_HOST, BounceReason.MOVED})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter at one address.

    `action` is "failed", "delayed", "delivered", "relayed", "expanded" (RFC 3464), "displayed", "deleted", "processed",
    "denied" (RFC 8098) or "complained" (RFC 5965). `status` such as "5.1.1" and `code` such as "550" are empty where none
    is said. `said` is the other side's word, `server` who said it. `meant` is the address the letter was sent to, where that
    led on to another one.
    """

    address: str
    action: str
    status: str = ""
    code: str = ""
    reason: BounceReason = BounceReason.UNKNOWN
    said: str = ""
    server: str = ""
    meant: str = ""

    @property
    def is_final(self) -> bool:
        """Nobody will try again with this letter."""
        return self.action == "failed"

    @property
    def is_hard(self) -> bool:
        """No other letter to this address will arrive either. A host that takes no mail for now may take some later."""
        is_passing = (self.status or self.code).startswith("4")
        return self.is_final and self.reason in HARD and not (self.reason == BounceReason.NO_MAIL_HOST and is_passing)


@dataclass(frozen=True, slots=True)
class Report:
    """What a machine reports about a letter of ours: a bounce or delay, a delivery, a receipt, a complaint.

    `message_id` (with angle brackets), `subject`, `addresses` and `tokens` are clues to the letter it is about. The
    properties speak of the first address at which something went wrong, or of the first at all.
    """

    kind: Automatic
    outcomes: tuple[Outcome, ...] = ()
    message_id: str = ""
    subject: str = ""
    addresses: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()

    @property
    def first(self) -> Outcome:
        wrong = (outcome for outcome in self.outcomes if outcome.action in ("failed", "delayed"))
        return next(wrong, self.outcomes[0] if self.outcomes else Outcome("", ""))

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(outcome.address for outcome in self.outcomes if outcome.address))

    @property
    def is_final(self) -> bool:
        return self.kind is Automatic.BOUNCE

    @property
    def is_hard(self) -> bool:
        return any(outcome.is_hard for outcome in self.outcomes)

    @property
    def status(self) -> str:
        return self.first.status

    @property
    def code(self) -> str:
        return self.first.code

    @property
    def reason(self) -> BounceReason:
        return self.first.reason

    @property
    def said(self) -> str:
        return self.first.said

    @property
    def server(self) -> str:
        return self.first.server
