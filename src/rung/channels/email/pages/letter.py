from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.channels.email.access.letter import visible_letters
from rung.channels.email.models import Fate, Letter, LetterQuerySet, RawLetter, Reason
from rung.channels.email.reading import Reading, read
from rung.channels.email.steps import STEPS
from rung.core.given import given_place

PER_PAGE = 50
MAX_SHOWN_HEADERS = 200


@dataclass(frozen=True)
class LetterFilters:
    """What the list is narrowed to; `fate` is "" for all and "trouble" for what is in no conversation."""

    fate: str = ""
    query: str = ""
    before: str = ""
    after: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "LetterFilters":
        fate = asked.get("fate", "")
        return cls(
            fate=fate if fate in ("trouble", *Fate.values) else "",
            query=asked.get("q", "").replace("\x00", "").strip()[:100],
            before=asked.get("before", "")[:60],
            after=asked.get("after", "")[:60],
        )

    def link(self, **changes: str) -> str:
        """The query string of the same list, changed; without its place in the pages unless that is what changes."""
        asked = {"fate": self.fate, "q": self.query} | changes
        return "?" + urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True)
class LetterRow:
    """A letter in the list; `tone` and `word` say what became of it, `why` in a sentence where it is in no conversation."""

    letter: Letter
    tone: str
    word: str
    why: str

    @property
    def who(self) -> str:
        return self.letter.sender_name or self.letter.sender or _("nobody named")


@dataclass(frozen=True)
class LettersPage:
    filters: LetterFilters
    rows: tuple[LetterRow, ...]
    tabs: tuple[tuple[str, str, bool, int | None], ...]
    newer: str
    older: str
    has_any: bool


def letters_page(agent: Agent, filters: LetterFilters) -> LettersPage:
    """One page of the letters, the newest first. Keyset paging: as fast on the last page as on the first."""
    all_letters = visible_letters(agent)
    found = _narrowed(all_letters, filters)
    shown, newer, older = _paged(found.select_related("mailbox", "touchpoint"), filters)
    counts = dict(all_letters.exclude(fate=Fate.READ).order_by().values_list("fate").annotate(Count("pk")))
    trouble = counts.get(Fate.REFUSED, 0) + counts.get(Fate.UNREADABLE, 0)
    tabs = (
        (filters.link(fate=""), _("All letters"), filters.fate == "", None),
        (filters.link(fate="trouble"), _("In no conversation"), filters.fate == "trouble", trouble or None),
        (
            filters.link(fate=Fate.KEPT),
            _("Waiting to be read"),
            filters.fate == Fate.KEPT,
            counts.get(Fate.KEPT) or None,
        ),
        (filters.link(fate=Fate.READ), _("Read"), filters.fate == Fate.READ, None),
    )
    return LettersPage(
        filters=filters,
        rows=tuple(
            LetterRow(letter, *_fate(letter), _what(letter) if letter.is_troubled() else "") for letter in shown
        ),
        tabs=tabs,
        newer=newer,
        older=older,
        has_any=bool(shown) or all_letters.exists(),
    )


def _narrowed(letters: LetterQuerySet, filters: LetterFilters) -> LetterQuerySet:
    if filters.fate == "trouble":
        letters = letters.troubled()
    elif filters.fate:
        letters = letters.filter(fate=filters.fate)
    for word in filters.query.split()[:5]:
        letters = letters.filter(
            Q(sender__icontains=word) | Q(sender_name__icontains=word) | Q(subject__icontains=word)
        )
    return letters


def _paged(letters: LetterQuerySet, filters: LetterFilters) -> tuple[list[Letter], str, str]:
    """The letters of a page, and the links to the newer and the older one, "" where there is none."""
    after = _place(filters.after)
    before = None if after else _place(filters.before)
    if after:
        ordered = letters.filter(_beyond(after, "gt")).order_by("kept_at", "pk")
    elif before:
        ordered = letters.filter(_beyond(before, "lt")).order_by("-kept_at", "-pk")
    else:
        ordered = letters.order_by("-kept_at", "-pk")
    rows = list(ordered[: PER_PAGE + 1])
    has_more, rows = len(rows) > PER_PAGE, rows[:PER_PAGE]
    if after:
        rows.reverse()
    has_newer, has_older = (has_more, True) if after else (before is not None, has_more)
    newer = filters.link(after=_named(rows[0])) if rows and has_newer else ""
    older = filters.link(before=_named(rows[-1])) if rows and has_older else ""
    return rows, newer, older


def _beyond(place: tuple[datetime, int], side: str) -> Q:
    moment, pk = place
    return Q(**{f"kept_at__{side}": moment}) | Q(**{"kept_at": moment, f"pk__{side}": pk})


def _named(letter: Letter) -> str:
    return urlsafe_b64encode(f"{letter.kept_at.isoformat()} {letter.pk}".encode()).decode().rstrip("=")


def _place(name: str) -> tuple[datetime, int] | None:
    try:
        return given_place(urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode(), " ")
    except ValueError:
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
    treat_as_from: str = ""
    errors: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.letter.subject or _("A letter without subject")

    @property
    def conversation(self) -> str:
        """Where the letter went, as a link; "" when it went nowhere."""
        touchpoint = self.letter.touchpoint
        return f"/conversations/{touchpoint.conversation_id}#touchpoint-{touchpoint.pk}" if touchpoint else ""

    @property
    def asks_for_sender(self) -> bool:
        return self.letter.reason in (Reason.NO_SENDER, Reason.BAD_SENDER)


def letter_page(letter: Letter, *, treat_as_from: str = "", errors: tuple[str, ...] = ()) -> LetterPage:
    """What the screen of one letter shows. The letter is read again for it, which changes nothing."""
    raw = RawLetter.objects.filter(pk=letter.pk).first()
    reading = read(raw.whole()) if raw is not None else None
    return LetterPage(
        letter=letter,
        reading=reading,
        tone=_fate(letter)[0],
        word=_fate(letter)[1],
        what=_what(letter),
        advice=_advice(letter),
        steps=tuple(
            (step, letter.timings[step])
            for step in ("read", *(step.__name__ for step in STEPS))
            if step in letter.timings
        ),
        headers=reading.headers[:MAX_SHOWN_HEADERS] if reading else (),
        recipients=tuple(person.address for person in (*reading.to, *reading.cc))[:50] if reading else (),
        files=tuple((file.name, file.media_type, len(file.content)) for file in reading.files) if reading else (),
        treat_as_from=treat_as_from or letter.treat_as_from,
        errors=errors,
    )


def _fate(letter: Letter) -> tuple[str, str]:
    tones = {Fate.KEPT: "info", Fate.READ: "good", Fate.REFUSED: "warn", Fate.UNREADABLE: "bad"}
    return tones[Fate(letter.fate)], str(Fate(letter.fate).label)


def _what(letter: Letter) -> str:
    if letter.fate == Fate.KEPT:
        return _("It is kept and waits to be read. That usually takes less than a second.")
    if letter.fate == Fate.READ:
        if letter.touchpoint is None:
            return _("It was read; the conversation it was filed with is gone.")
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
