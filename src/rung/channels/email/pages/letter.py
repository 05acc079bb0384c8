"""What the screen of one letter shows: what became of it, what it says, and the way it took."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from django.utils.translation import gettext as _

from rung.channels.email.models import Fate, Letter, RawLetter, Reason
from rung.channels.email.reading import Reading, read
from rung.channels.email.steps import STEPS

MAX_SHOWN_HEADERS = 200
MAX_HOPS = 50
_FROM = re.compile(r"\bfrom\s+([^\s;()]+)", re.IGNORECASE)
_BY = re.compile(r"\bby\s+([^\s;()]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Hop:
    """One server on the way, as a Received line tells it; `took_s` seconds since the one before, None where unknown."""

    came_from: str
    by: str
    moment: datetime | None
    took_s: float | None


def hops(headers: Sequence[tuple[str, str]]) -> tuple[Hop, ...]:
    """The servers a letter went through, the first one first. What a server wrote may be untrue."""
    found: list[Hop] = []
    before: datetime | None = None
    lines = [value for name, value in headers if name.lower() == "received"][:MAX_HOPS]
    for line in reversed(lines):
        words, _semicolon, date = line.rpartition(";")
        moment = _moment(date)
        came_from, by = _FROM.search(words[:1000]), _BY.search(words[:1000])
        took = (moment - before).total_seconds() if moment and before else None
        found.append(Hop(came_from.group(1) if came_from else "", by.group(1) if by else "", moment, took))
        before = moment or before
    return tuple(found)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(" ".join(text.split())[:100])
        return moment if moment.tzinfo is not None and moment.utctimetuple().tm_year > 1980 else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@dataclass(frozen=True)
class LetterPage:
    """`what` says what became of the letter, `advice` what one can do about it, each in a sentence."""

    letter: Letter
    reading: Reading | None
    tone: str
    word: str
    what: str
    advice: str
    steps: tuple[tuple[str, int], ...]
    headers: tuple[tuple[str, str], ...]
    recipients: tuple[str, ...]
    files: tuple[tuple[str, str, int], ...]
    hops: tuple[Hop, ...] = ()
    treat_as_from: str = ""
    errors: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.letter.subject or _("A letter without subject")

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was odd about it: what reading says now, in the words of whoever asks, and then what the steps said."""
        read_now = self.reading.remarks if self.reading else ()
        return (*read_now, *self.letter.remarks[len(read_now) :])

    @property
    def conversation(self) -> str:
        """Where the letter went, as a link; "" when it went nowhere."""
        touchpoint = self.letter.touchpoint
        return f"/conversations/{touchpoint.conversation_id}#touchpoint-{touchpoint.pk}" if touchpoint else ""


def letter_page(letter: Letter, *, treat_as_from: str = "", errors: tuple[str, ...] = ()) -> LetterPage:
    """What the screen of one letter shows. The letter is read again for it, which changes nothing."""
    raw = RawLetter.objects.filter(pk=letter.pk).first()
    reading = read(raw.whole()) if raw is not None else None
    return LetterPage(
        letter=letter,
        reading=reading,
        tone=fate_shown(letter)[0],
        word=fate_shown(letter)[1],
        what=what_became(letter),
        advice=_advice(letter),
        steps=tuple(
            (step, letter.timings[step])
            for step in ("read", *(step.__name__ for step in STEPS))
            if step in letter.timings
        ),
        headers=reading.headers[:MAX_SHOWN_HEADERS] if reading else (),
        recipients=tuple(person.address for person in (*reading.to, *reading.cc))[:50] if reading else (),
        files=tuple((file.name, file.media_type, len(file.content)) for file in reading.files) if reading else (),
        hops=hops(reading.headers) if reading else (),
        treat_as_from=treat_as_from or letter.treat_as_from,
        errors=errors,
    )


def fate_shown(letter: Letter) -> tuple[str, str]:
    """A tone and a word for what became of a letter."""
    if letter.spam_reason:
        return "warn", _("spam")
    tones = {Fate.KEPT: "info", Fate.HELD: "info", Fate.READ: "good", Fate.REFUSED: "warn", Fate.UNREADABLE: "bad"}
    return tones[Fate(letter.fate)], str(Fate(letter.fate).label)


def what_became(letter: Letter) -> str:
    """What became of a letter, in a sentence."""
    if letter.fate == Fate.HELD:
        return _("It is kept, and will be read as soon as its mailbox is live.")
    if letter.spam_reason and letter.touchpoint is not None:
        return _("It lies in Spam. %(reason)s") % {"reason": letter.spam_reason}
    if letter.fate == Fate.KEPT:
        return _("It is kept and waits to be read. That usually takes less than a second.")
    if letter.fate == Fate.READ:
        if letter.touchpoint is None and letter.spam_reason:
            return _("It was spam, and was removed from there after its time. %(reason)s") % {
                "reason": letter.spam_reason
            }
        if letter.touchpoint is None:
            return _("It was read; the conversation it was filed with is gone.")
        if letter.touchpoint.direction == "out" and letter.touchpoint.is_archived:
            return _("It is one that we wrote before this desk, and is in its conversation as ours.")
        if letter.touchpoint.direction == "out":
            return _("It is a machine's report about a letter of ours, and was filed with that letter.")
        return _("It was read and is in a conversation.")
    return {
        Reason.OWN_ECHO: _("One of our own letters came back to us. It is in its conversation already."),
        Reason.NO_SENDER: _("The letter does not say who wrote it, so no customer could be recognised."),
        Reason.BAD_SENDER: _("Its sender is no address that one could answer to."),
        Reason.STRAY_BOUNCE: _("It reports that a letter was not delivered, but we sent no such letter."),
        Reason.STRAY_REPORT: _("It is a machine's report, such as a receipt, about no letter of ours."),
        Reason.FAILED: _("Rung failed over this letter. That is a fault of Rung; nothing of the letter is lost."),
        Reason.READER_DIED: _("The reading process died over this letter several times, so it was laid aside."),
    }.get(Reason(letter.reason), _("It was laid aside."))


def _advice(letter: Letter) -> str:
    """What a lead can do, for letters that are in no conversation."""
    if not letter.is_troubled():
        return ""
    return {
        Reason.OWN_ECHO: _("There is nothing to do. If it comes again and again, look which mailbox forwards to us."),
        Reason.NO_SENDER: _("If you can tell from the text who wrote it, enter the address and have it read again."),
        Reason.BAD_SENDER: _("If you know the right address, enter it and have the letter read again."),
        Reason.STRAY_BOUNCE: _(
            "Usually somebody else used our address as the sender of theirs. If it matters to a customer, enter their"
            " address and have it read as a letter of theirs."
        ),
        Reason.STRAY_REPORT: _("There is nothing to do."),
        Reason.FAILED: _(
            "Have it read again once Rung has been updated, or now if the cause has passed. Download the letter to show"
            " it to whoever looks after Rung."
        ),
        Reason.READER_DIED: _("Download the letter and show it to whoever looks after Rung; then have it read again."),
    }.get(Reason(letter.reason), "")
