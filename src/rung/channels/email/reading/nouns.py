"""What a letter says, as frozen values."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from rung.channels.email.reading.findings import Forwarded, Invitation, Protection, Verdict
from rung.channels.email.reading.outcomes import Automatic as Automatic
from rung.channels.email.reading.outcomes import Report
from rung.channels.email.reading.person import Person as Person
from rung.touchpoints.incoming import IncomingFile


class ZoneKind(StrEnum):
    """What a stretch of a letter is: new, quoted, words of parting, the block of name and addresses below them, what a
    list or a program adds, a legal notice."""

    REPLY = "reply"
    QUOTATION = "quotation"
    CLOSING = "closing"
    SIGNATURE = "signature"
    FOOTER = "footer"
    LEGAL = "legal"


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of `Reading.body`, from character `start` up to and without `end`."""

    kind: ZoneKind
    start: int
    end: int


def is_interleaved(zones: Iterable[Zone]) -> bool:
    """Whether two stretches of new text stand below quotations."""
    kinds = [zone.kind for zone in zones]
    first = kinds.index(ZoneKind.QUOTATION) if ZoneKind.QUOTATION in kinds else len(kinds)
    return kinds[first:].count(ZoneKind.REPLY) >= 2


@dataclass(frozen=True, slots=True)
class Reading:
    """A letter, understood as far as it can be.

    `body` is all its text, cut by `zones`; `text` is what the writer wrote anew, `quoted` what is repeated, `signature`
    the closing and signature, `fine_print` the footers and legal notices.
    `html` and `quoted_html` are the same cut through the cleaned HTML, new and quoted; both are empty when it has none.
    `html_in_context` is filled when answers stand between what they answer: both together.
    Message-IDs keep their angle brackets. `sent_at` is aware, in UTC, None where no date can be believed.
    `report` is what a machine reports about a letter of ours; `absence_until` the day an out-of-office note names for the
    return, or the last one of the absence; `challenge_link` where a person has to show that they are one.
    `remarks` are plain sentences about everything that was not as it should be.
    """

    sender: Person | None = None
    reply_to: tuple[Person, ...] = ()
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    delivered_to: tuple[str, ...] = ()
    return_path: str | None = None
    subject: str = ""
    sent_at: datetime | None = None
    received_at: datetime | None = None
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    body: str = ""
    zones: tuple[Zone, ...] = ()
    text: str = ""
    quoted: str = ""
    signature: str = ""
    fine_print: str = ""
    html: str = ""
    quoted_html: str = ""
    html_in_context: str = ""
    files: tuple[IncomingFile, ...] = ()
    forwarded: tuple[Forwarded, ...] = ()
    invitation: Invitation | None = None
    protection: Protection | None = None
    authentication: tuple[Verdict, ...] = ()
    automatic: Automatic | None = None
    is_list: bool = False
    wants_no_answer: bool = False
    report: Report | None = None
    absence_until: date | None = None
    challenge_link: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    remarks: tuple[str, ...] = ()

    @property
    def is_automatic(self) -> bool:
        """Nobody sat and wrote this: it must never be answered automatically."""
        return self.automatic is not None

    @property
    def bounce(self) -> Report | None:
        """The report of a failure or a delay; receipts, deliveries and complaints are none."""
        return self.report if self.automatic in (Automatic.BOUNCE, Automatic.DELAY) else None

    @property
    def is_bounce(self) -> bool:
        return self.bounce is not None

    @property
    def is_interleaved(self) -> bool:
        """Answers stand between the lines they answer, so that they are only understood together with those."""
        return is_interleaved(self.zones)

    def header(self, name: str) -> str:
        """The first value of a header, decoded; empty when the letter has none of that name."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")
