"""What a letter brought along besides text and files, as a touchpoint keeps it and the thread shows it."""

from datetime import datetime

from rung.channels.email.passages import passages_of
from rung.channels.email.reading import Person, Reading
from rung.channels.email.reading.findings import Forwarded, Invitation, Protection
from rung.core.text import storable
from rung.touchpoints.incoming import IncomingFile

MAX_FILES = 50
MAX_TEXT = 20_000
"""Characters that are kept of each letter passed on; what is attached is also there as a file."""
MAX_BEGINNING = 400


def brought_by(reading: Reading, *, repeats: bool = False) -> dict[str, object]:
    """Values for JSON: moments as ISO 8601 in UTC, people as "name" and "address". Empty for most letters."""
    brought: dict[str, object] = {}
    if reading.automatic is not None or repeats:
        brought["automatic"] = {
            "kind": reading.automatic.value if reading.automatic is not None else "repeated",
            "until": reading.absence_until.isoformat() if reading.absence_until is not None else "",
            "link": reading.challenge_link,
        }
    if reading.forwarded:
        brought["forwarded"] = [_forwarded(letter) for letter in reading.forwarded]
        if begins := _beginning(reading):
            brought["begins"] = begins
    if reading.invitation is not None:
        brought["invitation"] = _invitation(reading.invitation)
    if (protection := reading.protection) is not None:
        brought["protection"] = protection_as_json(protection)
        if protection.is_encrypted and "-----BEGIN PGP MESSAGE" in reading.text:
            brought["begins"] = reading.subject
    return brought


def protection_as_json(protection: Protection) -> dict[str, object]:
    return {
        "by": protection.by,
        "is_signed": protection.is_signed,
        "is_encrypted": protection.is_encrypted,
        "seal": protection.seal.value,
        "signer": protection.signer,
        "key": protection.key,
    }


def files_passed_on(reading: Reading) -> tuple[IncomingFile, ...]:
    """The files of attached letters, so that nobody has to open the letter in another program to see them."""
    files = [file for letter in reading.forwarded for file in letter.files if not file.is_inline]
    own = {file.content for file in reading.files}
    return tuple(file for file in files[:MAX_FILES] if file.content not in own)


def _beginning(reading: Reading) -> str:
    """The first words of a letter that passes others on within its text: its writer's, or else those of the first inside,
    but not its header."""
    count = sum(not letter.is_attached for letter in reading.forwarded)
    pieces = passages_of(reading.text, "", count) if count else ()
    return next((storable(piece.text[:MAX_BEGINNING]) for piece in pieces if piece.text), "")


def _forwarded(letter: Forwarded) -> dict[str, object]:
    return {
        "from": _person(letter.sender),
        "to": [_person(each) for each in letter.to[:20]],
        "subject": letter.subject,
        "sent_at": _moment(letter.sent_at),
        "sent": letter.sent,
        "is_within": not letter.is_attached,
        # A letter passed on within the text stands there already.
        "text": letter.text[:MAX_TEXT] if letter.is_attached else "",
    }


def _invitation(invitation: Invitation) -> dict[str, object]:
    return {
        "method": invitation.method,
        "is_cancelled": invitation.is_cancelled,
        "title": invitation.title,
        "starts_at": _moment(invitation.starts_at),
        "ends_at": _moment(invitation.ends_at),
        "time_zone": invitation.time_zone,
        "first_day": invitation.first_day.isoformat() if invitation.first_day else "",
        "last_day": invitation.last_day.isoformat() if invitation.last_day else "",
        "place": invitation.place,
        "organiser": _person(invitation.organiser),
        "attendees": [{**_person(each.person), "answer": each.answer} for each in invitation.attendees[:50]],
        "repeats": bool(invitation.repeats),
    }


def _person(person: Person | None) -> dict[str, str]:
    return {"name": person.name, "address": person.address} if person else {"name": "", "address": ""}


def _moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
