"""What the list of letters shows: every letter that came, found by whatever is known of it, as fast among a million."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qs, urlencode

from django.db.models import Q
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.channels.email.access.automatic import held_dispatches
from rung.channels.email.access.letter import visible_letters
from rung.channels.email.access.mailbox import mailbox_names
from rung.channels.email.models import Fate, Letter, LetterQuerySet, Reason
from rung.channels.email.pages.letter import fate_shown, what_became
from rung.channels.email.words import MOST, letters_with
from rung.core.given import given_day, given_key, given_place

PER_PAGE = 50
COUNT_UP_TO = 999
SKEW = 100
"""Letters are kept by several processes: a key that is so much larger may still belong to an earlier moment."""
_TEXTS = ("q", "sender", "recipient", "subject")


@dataclass(frozen=True)
class LetterFilters:
    """What the list is narrowed to; `fate` is "" for all, "trouble" for what is in no conversation, "spam" for Spam. `q` is
    looked for anywhere, days are those of the agent's zone."""

    fate: str = ""
    q: str = ""
    sender: str = ""
    recipient: str = ""
    subject: str = ""
    reason: str = ""
    mailbox: int | None = None
    since: date | None = None
    until: date | None = None
    before: str = ""
    after: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "LetterFilters":
        fate, reason = asked.get("fate", ""), asked.get("reason", "")
        return cls(
            fate=fate if fate in ("trouble", "spam", *Fate.values) else "",
            **{name: asked.get(name, "").replace("\x00", "").strip()[:200] for name in _TEXTS},
            reason=reason if reason in Reason.values else "",
            mailbox=given_key(asked.get("mailbox", "")),
            since=given_day(asked.get("since", "")),
            until=given_day(asked.get("until", "")),
            before=asked.get("before", "")[:60],
            after=asked.get("after", "")[:60],
        )

    def link(self, **changes: str) -> str:
        """The query string of the same list, changed; without its place in the pages unless that is what changes."""
        asked: dict[str, object] = {
            **{name: getattr(self, name) for name in ("fate", *_TEXTS, "reason", "mailbox", "since", "until")},
            **changes,
        }
        return "?" + urlencode({name: value for name, value in asked.items() if value})

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The same as fields of a form."""
        return [(name, value) for name, values in parse_qs(self.link()[1:]).items() for value in values]

    @property
    def wanted(self) -> list[tuple[str, str]]:
        """The words looked for, each with the field they stand in."""
        pairs = (("", self.q), ("sender", self.sender), ("recipients", self.recipient), ("subject", self.subject))
        return [(field, text) for field, text in pairs if text]

    @property
    def is_narrow(self) -> bool:
        """Whether anything is looked for, beside a fate."""
        return bool(self.wanted or self.reason or self.mailbox or self.since or self.until)

    @property
    def is_detailed(self) -> bool:
        """Whether more is looked for than the one field that is always shown."""
        return bool(self.wanted and self.wanted != [("", self.q)]) or bool(
            self.reason or self.mailbox or self.since or self.until
        )


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
    tabs: tuple[tuple[str, str, bool, str | None], ...]
    newer: str
    older: str
    has_any: bool
    mailboxes: tuple[tuple[str, str], ...]
    reasons: tuple[tuple[str, str], ...]
    held_back: int

    @property
    def clear(self) -> str:
        """The query string of the same tab, with nothing looked for."""
        return f"?{urlencode({'fate': self.filters.fate})}" if self.filters.fate else ""

    @property
    def can_replay(self) -> bool:
        return any(row.letter.is_troubled() for row in self.rows)


def letters_page(agent: Agent, filters: LetterFilters) -> LettersPage:
    """One page of the letters, the newest first. Keyset paging: as fast on the last page as on the first."""
    all_letters = visible_letters(agent)
    shown, newer, older = _paged(agent, all_letters, filters)
    counts = {fate: _count(all_letters.filter(fate=fate)) for fate in (Fate.KEPT, Fate.HELD)}
    trouble = _count(all_letters.troubled())
    tabs = [
        (filters.link(fate=""), _("All letters"), filters.fate == "", None),
        (filters.link(fate="trouble"), _("In no conversation"), filters.fate == "trouble", trouble),
        (filters.link(fate=Fate.KEPT), _("Waiting to be read"), filters.fate == Fate.KEPT, counts[Fate.KEPT]),
        (filters.link(fate=Fate.READ), _("Read"), filters.fate == Fate.READ, None),
        (filters.link(fate="spam"), _("Spam"), filters.fate == "spam", None),
    ]
    if counts[Fate.HELD] or filters.fate == Fate.HELD:
        tabs.insert(3, (filters.link(fate=Fate.HELD), _("Held"), filters.fate == Fate.HELD, counts[Fate.HELD]))
    return LettersPage(
        filters=filters,
        rows=tuple(
            LetterRow(letter, *fate_shown(letter), what_became(letter) if letter.is_troubled() else letter.spam_reason)
            for letter in shown
        ),
        tabs=tuple(tabs),
        newer=newer,
        older=older,
        has_any=bool(shown) or all_letters.exists(),
        mailboxes=tuple((str(pk), address) for pk, address in mailbox_names()),
        reasons=tuple((value, str(label)) for value, label in Reason.choices if value),
        held_back=held_dispatches(agent).order_by()[:COUNT_UP_TO].count(),
    )


def found_letters(agent: Agent, filters: LetterFilters) -> LetterQuerySet:
    """The letters the filters let through, whatever page of them is shown; of those found by words the newest MOST."""
    letters = _narrowed(agent, visible_letters(agent), filters)
    return letters.filter(pk__in=letters_with(filters.wanted)) if filters.wanted else letters


def _count(letters: LetterQuerySet) -> str | None:
    number = letters.order_by()[: COUNT_UP_TO + 1].count()
    return (_("%(n)s+") % {"n": COUNT_UP_TO} if number > COUNT_UP_TO else str(number)) if number else None


def _narrowed(agent: Agent, letters: LetterQuerySet, filters: LetterFilters) -> LetterQuerySet:
    if filters.fate == "trouble":
        letters = letters.troubled()
    elif filters.fate == "spam":
        letters = letters.spam()
    elif filters.fate:
        letters = letters.filter(fate=filters.fate)
    if filters.reason:
        letters = letters.filter(reason=filters.reason).exclude(reason="")
    if filters.mailbox is not None:
        letters = letters.filter(mailbox=filters.mailbox)
    if filters.since is not None:
        letters = letters.filter(kept_at__gte=_begin(agent, filters.since))
    if filters.until is not None:
        letters = letters.filter(kept_at__lt=_begin(agent, filters.until + timedelta(days=1)))
    return letters


def _begin(agent: Agent, day: date) -> datetime:
    return datetime.combine(day, time(), agent.zone)


def _paged(agent: Agent, all_letters: LetterQuerySet, filters: LetterFilters) -> tuple[list[Letter], str, str]:
    """The letters of a page, and the links to the newer and the older one, "" where there is none."""
    letters = _narrowed(agent, all_letters, filters).select_related("mailbox", "touchpoint")
    after = _place(filters.after)
    before = None if after else _place(filters.before)
    candidates: list[int] = []
    if filters.wanted:
        below, above = _bounds(agent, all_letters, filters, before, after)
        candidates = letters_with(filters.wanted, below=below, above=above)
        letters = letters.filter(pk__in=candidates)
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
    if not older and not after and len(candidates) >= MOST:
        # Words so frequent that the other wishes left few of the newest: the search goes on behind them.
        last = all_letters.filter(pk=candidates[-1]).first()
        older = filters.link(before=_named(last)) if last is not None else ""
    return rows, newer, older


def _bounds(
    agent: Agent,
    all_letters: LetterQuerySet,
    filters: LetterFilters,
    before: tuple[datetime, int] | None,
    after: tuple[datetime, int] | None,
) -> tuple[int | None, int | None]:
    """Between which keys the letters lie that can be on this page: words are looked for by key alone."""
    if after:
        return None, after[1] - SKEW
    if before:
        return before[1] + SKEW, None
    if filters.until is None:
        return None, None
    end = _begin(agent, filters.until + timedelta(days=1))
    last = all_letters.filter(kept_at__lt=end).order_by("-kept_at", "-pk").values_list("pk", flat=True).first()
    return (last or 0) + SKEW, None


def _beyond(place: tuple[datetime, int], side: str) -> Q:
    moment, pk = place
    # The first condition follows from the second, and leads the databases into their index.
    return Q(**{f"kept_at__{side}e": moment}) & (
        Q(**{f"kept_at__{side}": moment}) | Q(**{"kept_at": moment, f"pk__{side}": pk})
    )


def _named(letter: Letter) -> str:
    return urlsafe_b64encode(f"{letter.kept_at.isoformat()} {letter.pk}".encode()).decode().rstrip("=")


def _place(name: str) -> tuple[datetime, int] | None:
    try:
        return given_place(urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode(), " ")
    except ValueError:
        return None
