"""The SQL of the KPIs, put to an engine.

The text is the same on every engine. It names its parameters `:so`, all of them whole numbers but for the channel, and
three words stand for text that differs by question, not by engine:

`:spans`  a table of the stretches of time asked for: span (its number), from_ms, to_ms (left out)
`:scope`  the condition that keeps rows of the teams and the channel asked for, on columns `team` and `channel`
`:teams`  the numbers of those teams
`:clocks` a table of what the working hours of each team show: team, hours (their name), span, now_worked_ms, to_worked_ms

`<<…>>`   is written once for each span, with `:span`, `:from_ms` and `:to_ms` its own: see `spans`

`:now_ms`, `:earliest_ms` and `:latest_ms`, the beginning of the earliest span and the end of the latest, are always given.

A table's name may be followed by the first moment its rows are needed of and the first they are not, as in
`insight_orderfact[:earliest_ms, :latest_ms]`; either may be left out. It is the table's own moment that is meant
(`mirror.TABLES`), and the condition still has to be written: an engine that keeps the table in pieces leaves those out that
lie beyond, all others read the name alone. What is remembered of a span stands as long as no row between these moments has
changed (`remembered`), so no row beyond them may matter.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from django.db import connection

from rung.insight.spans import Span, bounded, names_of_spans, repeated

Row = Mapping[str, Any]

_WORD = re.compile(r":([a-z_]+)")
_TABLE = re.compile(r"\b(insight_\w+fact)\b(?:\[([^\],]*),([^\]]*)\])?")
_SCOPE = "((:every_team = 1 OR team IN (:teams)) AND (:channel = '' OR channel = :channel))"


@dataclass(frozen=True, slots=True)
class Clock:
    """A team's working time (see `clocks`) now and at the end of a span. `hours` names the hours it is counted by."""

    team: int
    hours: int
    span: int
    now_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a statement. `teams` None: every team. `channel` empty: every channel. `clocks`: only those of teams
    that keep hours, and only where the statement asks for them."""

    spans: tuple[Span, ...]
    now_ms: int
    teams: tuple[int, ...] | None = None
    channel: str = ""
    clocks: tuple[Clock, ...] = ()


class Engine(Protocol):
    """Whatever answers a statement with rows."""

    def rows(self, statement: str, question: Question, **numbers: int) -> list[dict[str, Any]]:
        """The rows of a statement. `numbers` are its further parameters. Raises KeyError for one that is not given."""
        ...


class OwnDatabase:
    """The database the desk works on, SQLite or PostgreSQL."""

    def rows(self, statement: str, question: Question, **numbers: int) -> list[dict[str, Any]]:
        text, values = compiled(statement, question, numbers, placeholder="%s")
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


# A table's name, and the first and last moment needed of it (None: no end), to what an engine reads.
Source = Callable[[str, int | None, int | None], str]


def compiled(
    statement: str,
    question: Question,
    numbers: Mapping[str, int],
    *,
    placeholder: str,
    source: Source = lambda name, _from_ms, _to_ms: name,
) -> tuple[str, Sequence[str]]:
    """The text an engine is given, and the values for its placeholders. Numbers are written into the text: they are whole
    numbers of our own, and every engine then plans with them."""
    given: dict[str, str] = {
        "spans": _spans(question.spans),
        "clocks": _clocks(question.clocks),
        "now_ms": str(int(question.now_ms)),
        "earliest_ms": str(min(span.from_ms for span in question.spans)),
        "latest_ms": str(max(span.to_ms for span in question.spans)),
        "every_team": "1" if question.teams is None else "0",
        "teams": ", ".join(str(int(team)) for team in question.teams or (-1,)),
        **{name: str(int(number)) for name, number in numbers.items()},
    }
    values: list[str] = []

    def written(found: re.Match[str]) -> str:
        if found[1] == "channel":
            values.append(question.channel)
            return placeholder
        return given[found[1]]

    is_narrowed = question.teams is not None or bool(question.channel)
    text = repeated(statement, question.spans).replace(":scope", _SCOPE if is_narrowed else "1 = 1")
    text = bounded(_WORD.sub(written, text), names_of_spans(statement), question.spans)
    return _TABLE.sub(lambda found: source(found[1], _moment(found[2]), _moment(found[3])), text), values


@lru_cache(maxsize=1_000)
def reach(statement: str, numbers: tuple[tuple[str, int], ...]) -> tuple[int | None, int | None]:
    """What a statement reads of a span, all tables together: from how many milliseconds after its beginning to how many
    after its end. None on the side where a table names no such moment."""
    given = dict(numbers) | {"earliest_ms": 0, "latest_ms": 0}
    first: list[int | None] = []
    last: list[int | None] = []
    for _table, begins, ends in _TABLE.findall(statement):
        for found, text, edge in ((first, begins, ":earliest_ms"), (last, ends, ":latest_ms")):
            is_told = text.strip().startswith(edge)
            found.append(_moment(_WORD.sub(lambda word: str(given[word[1]]), text)) if is_told else None)
    return (
        min((each for each in first if each is not None), default=None) if None not in first else None,
        max((each for each in last if each is not None), default=None) if None not in last else None,
    )


def _moment(text: str | None) -> int | None:
    """What "17 - 3 + 1" comes to; None for nothing."""
    terms = re.findall(r"([-+]?) *(\d+)", text or "")
    return sum(int(sign + digits) for sign, digits in terms) if terms else None


def _spans(spans: Sequence[Span]) -> str:
    rows = [f"SELECT {s.number} AS span, {s.from_ms} AS from_ms, {s.to_ms} AS to_ms" for s in spans]
    return "(" + " UNION ALL ".join(rows) + ")"


def _clocks(clocks: Sequence[Clock]) -> str:
    rows = [
        f"SELECT {c.team} AS team, {c.hours} AS hours, {c.span} AS span, {c.now_ms} AS now_worked_ms,"
        f" {c.to_ms} AS to_worked_ms"
        for c in clocks or (Clock(-1, -1, -1, 0, 0),)
    ]
    return "(" + " UNION ALL ".join(rows) + ")"
