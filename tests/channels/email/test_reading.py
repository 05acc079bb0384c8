"""Each letter of tests/letters is read as the table beside it says."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rung.channels.email.reading import Person, Reading, understand
from rung.channels.email.reading.findings import Forwarded, Invitation
from rung.channels.email.reading.identity import identity_of
from rung.channels.email.reading.outcomes import Report
from rung.channels.email.reading.reports import signs

LETTERS = Path(__file__).parents[2] / "letters"
NAMES = sorted(path.stem for path in LETTERS.glob("*.eml"))


def described(report: Report) -> dict[str, Any]:
    """A report with what it says of its first failure, and of each address in `outcomes`."""
    names = ("is_final", "is_hard", "status", "code", "reason", "said", "server", "message_id", "subject")
    plain = {name: getattr(report, name) for name in names}
    outcomes = [[each.address, each.action, each.status, each.code, each.reason.value] for each in report.outcomes]
    tuples = {"recipients": list(report.recipients), "tokens": list(report.tokens)}
    return plain | tuples | {"outcomes": outcomes}


def person(someone: Person | None) -> Any:
    return [someone.address, someone.name] if someone else None


def letter_inside(letter: Forwarded) -> Any:
    return {
        "from": person(letter.sender),
        "to": [each.address for each in letter.to],
        "subject": letter.subject,
        "sent_at": letter.sent_at.isoformat() if letter.sent_at else None,
        "text": letter.text,
        "files": [file.name for file in letter.files],
        "attached": letter.is_attached,
    }


def invitation(event: Invitation | None) -> Any:
    if event is None:
        return None
    said = {name: getattr(event, name) for name in (*event.__slots__, "is_cancelled")}
    for name in ("starts_at", "ends_at", "first_day", "last_day"):
        said[name] = said[name].isoformat() if said[name] else None
    said["organiser"] = person(event.organiser)
    said["attendees"] = [[*person(each.person), each.answer] for each in event.attendees]
    return said


def agrees(said: Any, wanted: Any) -> bool:
    """Of a dictionary only what is wanted of it counts, of a list every element; None in a list stands for anything."""
    if isinstance(wanted, dict):
        return isinstance(said, dict) and all(agrees(said[name], wanted[name]) for name in wanted)
    if isinstance(wanted, list):
        return len(said) == len(wanted) and all(
            each is None or agrees(one, each) for one, each in zip(said, wanted, strict=True)
        )
    return bool(said == wanted)


def found(reading: Reading, key: str) -> Any:
    """What a table names `key`, as JSON would say it."""
    sender = reading.sender
    bounce = reading.bounce
    protection = reading.protection
    special: dict[str, Callable[[], Any]] = {
        "sender": lambda: [sender.address, sender.name] if sender else None,
        "to": lambda: [person.address for person in reading.to],
        "cc": lambda: [person.address for person in reading.cc],
        "sent_at": lambda: reading.sent_at.isoformat() if reading.sent_at else None,
        "references": lambda: list(reading.references),
        "automatic": lambda: reading.automatic.value if reading.automatic else None,
        "sender_address": lambda: sender.address if sender else None,
        "to_names": lambda: [person.name for person in reading.to],
        "file_names": lambda: [file.name for file in reading.files],
        "forwarded": lambda: [letter_inside(letter) for letter in reading.forwarded],
        "invitation": lambda: invitation(reading.invitation),
        "protection": lambda: protection and {name: getattr(protection, name) for name in protection.__slots__},
        "authentication": lambda: [
            [each.server, each.method, each.result, each.domain, each.source] for each in reading.authentication
        ],
        "files": lambda: [[file.name, file.media_type, len(file.content), file.is_inline] for file in reading.files],
        "remarks": lambda: list(reading.remarks),
        "interleaved": lambda: reading.is_interleaved,
        "report": lambda: reading.report and described(reading.report),
        "bounce": lambda: bounce and described(bounce),
        "absence_until": lambda: reading.absence_until.isoformat() if reading.absence_until else None,
    }
    return special[key]() if key in special else getattr(reading, key)


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_is_read_as_its_table_says(name: str) -> None:
    reading = understand((LETTERS / f"{name}.eml").read_bytes())
    wanted = json.loads((LETTERS / f"{name}.json").read_text())
    for key, value in wanted.items():
        what, _, how = key.rpartition("_")
        if how in ("has", "have"):
            whole = " ".join(found(reading, what)) if what == "remarks" else found(reading, what)
            assert [each for each in value if each not in whole] == [], (key, whole)
        elif how == "lacks":
            assert [each for each in value if each in found(reading, what)] == [], (key, found(reading, what))
        elif key in ("bounce", "report"):
            report = found(reading, key)
            assert report
            assert value == {name: report[name] for name in value}
        else:
            assert agrees(found(reading, key), value), (key, found(reading, key))


@pytest.mark.parametrize("name", NAMES)
def test_zones_cover_the_body_and_lose_nothing(name: str) -> None:
    reading = understand((LETTERS / f"{name}.eml").read_bytes())
    position = 0
    for zone in reading.zones:
        assert zone.start == position
        position = zone.end
    assert position == len(reading.body)
    shown = f"{reading.text}\n{reading.quoted}\n{reading.signature}\n{reading.fine_print}"
    for line in reading.body.split("\n"):
        assert line.strip() in shown


@pytest.mark.parametrize("name", NAMES)
def test_a_list_shows_of_a_letter_what_its_page_does(name: str) -> None:
    raw = (LETTERS / f"{name}.eml").read_bytes()
    reading, kept = understand(raw), identity_of(raw)
    assert (kept.sender, kept.subject, kept.message_id, kept.sent_at) == (
        reading.sender, reading.subject[:300], reading.message_id, reading.sent_at,
    )  # fmt: skip


@pytest.mark.parametrize("change", [str.lower, str.upper])
def test_the_quick_look_at_a_subject_misses_no_failure(change: Callable[[str], str]) -> None:
    subjects = [change(understand((LETTERS / f"{name}.eml").read_bytes()).subject) for name in NAMES]
    failed = [subject for subject in subjects if signs._FAILED_SUBJECT.search(subject)]
    assert len(failed) > 50
    assert [subject for subject in failed if not signs.says_undelivered(subject)] == []


def test_there_are_enough_letters() -> None:
    assert len(NAMES) >= 150
    assert all((LETTERS / f"{name}.json").exists() for name in NAMES)
