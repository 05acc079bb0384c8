"""The words of letters, by which leads find them: of who wrote, to whom, about what, and the Message-ID.

An index of the database's own beside the letters (FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL), written in
the transaction that keeps a letter. Words are made here, the same for both: no case, no accents, an address in its parts,
each character of a script without spaces a word of its own.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

from rung.core.text import folded

if TYPE_CHECKING:
    from rung.channels.email.models import Letter

FIELDS = ("sender", "recipients", "subject", "message_id")
MOST = 1000
"""So many of the newest letters with the words that are looked for are gone through at a time."""

_WORD = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\W_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_LETTERS = dict(zip(FIELDS, "ABCD", strict=True))
_MOST_WORDS = 400

_FTS5 = """
CREATE VIRTUAL TABLE email_letterwords USING fts5
(sender, recipients, subject, message_id, content='', columnsize=0, tokenize='unicode61 remove_diacritics 0')
"""
SETUP = {
    "sqlite": (_FTS5,),
    "postgresql": (
        "CREATE TABLE email_letterwords (letter_id bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX email_letterwords_words ON email_letterwords USING gin (words)",
    ),
}


class Sheet(NamedTuple):
    """What a letter is found by: its key, and the text of each of FIELDS."""

    letter: int
    sender: str
    recipients: str
    subject: str
    message_id: str


def words_of(text: str) -> list[str]:
    return [word[:40] for word in _WORD.findall(folded(text))][:_MOST_WORDS]


def sheet_of(letter: "Letter") -> Sheet:
    return Sheet(
        letter.pk, f"{letter.sender} {letter.sender_name}", letter.recipients, letter.subject, letter.message_id
    )


def blank_sheets(sheets: Sequence[Sheet]) -> None:
    """Let letters be found by their Message-ID alone. `sheets` as they were written: the index of SQLite holds words without
    their letters, and takes out what it is told."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO email_letterwords (email_letterwords, rowid, sender, recipients, subject, message_id)"
                " VALUES ('delete', %s, %s, %s, %s, %s)",
                _rows(sheets),
            )
    write_sheets(Sheet(sheet.letter, "", "", "", sheet.message_id) for sheet in sheets)


def _rows(sheets: Iterable[Sheet]) -> list[tuple[int | str, ...]]:
    return [(sheet.letter, *(" ".join(words_of(text)) for text in sheet[1:])) for sheet in sheets]


def write_sheets(sheets: Iterable[Sheet]) -> None:
    """Let letters be found. Each once: a letter's header does not change, unless whoever wrote it is forgotten."""
    rows = _rows(sheets)
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                "INSERT INTO email_letterwords (rowid, sender, recipients, subject, message_id)"
                " VALUES (%s, %s, %s, %s, %s)",
                rows,
            )
            return
        weighed = " || ".join(f"setweight(to_tsvector('simple', %s), '{weight}')" for weight in _LETTERS.values())
        cursor.executemany(
            f"INSERT INTO email_letterwords (letter_id, words) VALUES (%s, {weighed})"  # noqa: S608  # letters of ours
            " ON CONFLICT (letter_id) DO UPDATE SET words = excluded.words",
            rows,
        )


def letters_with(wanted: Sequence[tuple[str, str]], *, below: int | None = None, above: int | None = None) -> list[int]:
    """The keys of the newest MOST letters that hold all of it, the newest first; with `above` of the oldest ones above.

    `wanted` are pairs of a field ("" for any) and a text, each of whose words begins a word there, or is one if it is short.
    """
    terms = [(field, word) for field, text in wanted for word in words_of(text)]
    if not terms:
        return []
    key, match, asked = ("rowid", "email_letterwords MATCH %s", _fts5(terms))
    if connection.vendor != "sqlite":
        key, match, asked = ("letter_id", "words @@ %s::tsquery", _tsquery(terms))
    parameters: list[int | str] = [asked]
    for place, sign in ((below, "<"), (above, ">")):
        if place is not None:
            match += f" AND {key} {sign} %s"
            parameters.append(place)
    order = "ASC" if above is not None else "DESC"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key} FROM email_letterwords WHERE {match} ORDER BY {key} {order} LIMIT {MOST}",  # noqa: S608  # names of ours
            parameters,
        )
        return sorted((row[0] for row in cursor.fetchall()), reverse=True)


def _fts5(terms: Sequence[tuple[str, str]]) -> str:
    quoted = [(field, f'"{word}" *' if _may_go_on(word) else f'"{word}"') for field, word in terms]
    return " AND ".join(f"{field} : {word}" if field else word for field, word in quoted)


def _tsquery(terms: Sequence[tuple[str, str]]) -> str:
    marks = [("*" if _may_go_on(word) else "") + _LETTERS.get(field, "") for field, word in terms]
    return " & ".join(f"'{word}':{mark}" if mark else f"'{word}'" for (_, word), mark in zip(terms, marks, strict=True))


def _may_go_on(word: str) -> bool:
    """Whether it is looked for as the beginning of a word: with two characters half of all words begin."""
    return len(word) > 2
