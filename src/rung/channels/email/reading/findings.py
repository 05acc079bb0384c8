"""What a letter encloses or brings along besides its text, as frozen values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rung.channels.email.reading.person import Person
from rung.touchpoints.incoming import IncomingFile


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A letter inside the letter: passed on within its text, or attached whole.

    `sent_at` in UTC; where the text names no time zone, the one of the letter around it is taken. `sent` is the date as
    it stands there. `files` are those of an attached letter. `is_attached` when it came as a letter of its own, not as text.
    """

    sender: Person | None = None
    to: tuple[Person, ...] = ()
    subject: str = ""
    sent_at: datetime | None = None
    sent: str = ""
    text: str = ""
    files: tuple[IncomingFile, ...] = ()
    is_attached: bool = False


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody invited, and what the calendar says they answered: "accepted", "declined", "tentative", "needs-action" …"""

    person: Person
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a calendar file says of its first event.

    `method` is "request", "cancel", "reply", "publish", "counter" …, or empty. `starts_at` and `ends_at` are moments in UTC;
    `time_zone` is the one the writer used. An event of whole days has `first_day` and `last_day` instead. `repeats` is the
    rule as it stands in the file (RFC 5545 RRULE).
    """

    method: str = ""
    title: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_zone: str = ""
    first_day: date | None = None
    last_day: date | None = None
    place: str = ""
    organiser: Person | None = None
    attendees: tuple[Attendee, ...] = ()
    description: str = ""
    repeats: str = ""
    status: str = ""
    uid: str = ""

    @property
    def is_cancelled(self) -> bool:
        return self.method == "cancel" or self.status == "cancelled"


class Seal(StrEnum):
    """What is known of a signature."""

    NONE = ""
    # Nobody here knows the key.
    UNVERIFIED = "unverified"
    # Nothing was changed since it was signed, but nobody vouches for the signer's certificate.
    INTACT = "intact"
    # Unchanged, and signed by the sender with a certificate that is trusted here.
    VERIFIED = "verified"
    # What is signed is unchanged, but it is not all of the letter.
    PARTLY = "partly"
    # Changed after signing, or signed by another than the sender.
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Protection:
    """How a letter is signed or encrypted. `by` is "smime" or "pgp"; `signer` is whom the certificate names, or for
    whom the key was entered; `key` its fingerprint, or what the signature calls it, in hexadecimal."""

    by: str
    is_encrypted: bool = False
    is_signed: bool = False
    seal: Seal = Seal.NONE
    signer: str = ""
    detail: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mail server on the way found out about where a letter comes from (RFC 8601, RFC 8617, RFC 7208).

    `server` is who says so, and must be one of ours to be believed: anybody can write such a header. `method` is "spf",
    "dkim", "dmarc", "arc" …, `result` "pass", "fail", "softfail" …, `domain` what was checked. `properties` are the rest,
    by names such as "header.d". `source` is the header's name in lower case.
    """

    server: str
    method: str
    result: str
    domain: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    source: str = "authentication-results"
