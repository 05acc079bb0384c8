"""FTS5: the words without the text. What is to be taken out has to be said once more, so it is kept, compressed, beside."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from django.db import connection, transaction

from rung.search.expression import Adjacent, AllOf, AnyOf, Expression, NoneOf, Term
from rung.search.indexes import Addition, Entry, Sought, Stretch

# A character that no word holds; it keeps the last word of one text and the first of the next from being a phrase.
BREAK = "|"
# Bytes of a sheet, compressed, up to which it is added to: about a hundred thousand words.
MOST_ADDED_TO = 200_000
# So many pieces of a size are merged by whoever writes; four, as FTS5 has it, while nothing waits. Some letter pays for the
# words of thousands before it then, so it is seldom; of sixteen FTS5 would make one in one go, however large they are.
MERGED = 12
# Pages of 4 kB that are merged in one transaction: a twentieth of a second of the processor, in which nobody else writes.
STEP = 500
SETUP = (
    """CREATE VIRTUAL TABLE search_words
    USING fts5 (words, content='', columnsize=0, tokenize="ascii tokenchars '@._+-:|'")""",
    "CREATE TABLE search_sheet (place INTEGER PRIMARY KEY, words BLOB NOT NULL)",
)
TEARDOWN = ("DROP TABLE search_words", "DROP TABLE search_sheet")


def _text(entry: Entry) -> str:
    return " ".join([*[word or BREAK for word in entry.words], BREAK, *entry.terms])


def _quoted(words: Iterable[str], is_begun: bool) -> str:
    joined = " ".join(words).replace('"', "")
    return f'"{joined}" *' if is_begun else f'"{joined}"'


def rendered(wanted: Expression) -> str:
    """An expression in FTS5's own words."""
    match wanted:
        case Term(text, is_begun):
            return _quoted((text,), is_begun)
        case Adjacent(words, is_begun):
            return _quoted(words, is_begun)
        case AnyOf(parts):
            return f"({' OR '.join(rendered(part) for part in parts)})"
        case AllOf(parts):
            wished = " AND ".join(rendered(part) for part in parts if not isinstance(part, NoneOf))
            refused = "".join(f" NOT {rendered(part.part)}" for part in parts if isinstance(part, NoneOf))
            return f"(({wished}){refused})" if refused else f"({wished})"
        case NoneOf():
            raise ValueError("nothing can be found by what it is not")


def _let_merge(pieces: int) -> None:
    """Have FTS5 merge so many pieces of a size when it writes, from now on and in whichever process; none for 0."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT v FROM search_words_config WHERE k = 'automerge'")
        if cursor.fetchone() != (pieces,):
            cursor.execute("INSERT INTO search_words (search_words, rank) VALUES ('automerge', %s)", [pieces])


def _put_together(pages: int) -> bool:
    """Merge so many pages of pieces of like size, or as many of all that there are where it is below nought; whether there
    was something to merge."""
    with connection.cursor() as cursor:
        raw = cursor.connection
        before = raw.total_changes
        cursor.execute("INSERT INTO search_words (search_words, rank) VALUES ('merge', %s)", [pages])
        # Its own row is one, as the documentation of the command has it.
        return bool(raw.total_changes - before > 1)


def _make_one_piece() -> None:
    # FTS5's own "optimize" does it in one go, in which nobody else can write, and with a log as large as the index.
    pages = -STEP
    while True:
        began = time.monotonic()
        with transaction.atomic():
            if not _put_together(pages):
                return
        pages = STEP
        time.sleep(time.monotonic() - began)  # whoever waits for the database looks again only now and then


class SqliteIndex:
    narrowed_from = 20_000

    def __init__(self) -> None:
        self._is_building = False

    def placing(self, *, waits: bool = False) -> AbstractContextManager[None]:
        return nullcontext()  # there is one writer

    def write(self, entries: Iterable[Entry], *, again: bool = False) -> None:
        if self._is_building:
            _let_merge(0)  # somebody else may have taken this building for one that was cut off
        self._insert([(entry.place, _text(entry)) for entry in entries])

    def _insert(self, rows: Sequence[tuple[int, str]]) -> None:
        with connection.cursor() as cursor:
            raw = cursor.connection.cursor()  # past Django's translation of placeholders, which costs as much again
            raw.executemany("INSERT INTO search_words (rowid, words) VALUES (?, ?)", rows)
            raw.executemany(
                "INSERT INTO search_sheet (place, words) VALUES (?, ?)",
                [(place, zlib.compress(text.encode(), 1)) for place, text in rows],
            )

    def take_out(self, places: Sequence[int]) -> dict[int, set[str]]:
        sheets = self._sheets(places)
        self._remove(sheets)
        return {place: set(words.split(" ")) - {BREAK} for place, words in sheets}

    def _remove(self, sheets: Sequence[tuple[int, str]]) -> None:
        with connection.cursor() as cursor:
            raw = cursor.connection.cursor()
            raw.executemany("INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', ?, ?)", sheets)
            raw.executemany("DELETE FROM search_sheet WHERE place = ?", [(place,) for place, _ in sheets])

    def growable(self, places: Sequence[int]) -> set[int]:
        with connection.cursor() as cursor:
            raw = cursor.connection.cursor()
            marks = ", ".join("?" * len(places))
            short = f"SELECT place FROM search_sheet WHERE place IN ({marks}) AND length(words) <= {MOST_ADDED_TO}"  # noqa: S608  # marks only
            return {place for (place,) in raw.execute(short, list(places)).fetchall()}

    def grow(self, additions: Sequence[Addition], without: Sequence[str]) -> dict[int, set[str]]:
        of = {addition.was: addition for addition in additions}
        sheets, grown, news = self._sheets(list(of)), [], {}
        for was, sheet in sheets:
            addition = of[was]
            said, _break, terms = f" {sheet}".rpartition(f" {BREAK}")
            standing = {term for term in terms.split() if not term.startswith(tuple(without))}
            words = [word or BREAK for word in addition.words]
            news[was] = {*words, *addition.terms}.difference(sheet.split(" "), (BREAK,))
            if said:
                words = [said[1:], BREAK, *words] if words else [said[1:]]
            grown.append((addition.place, " ".join([*words, BREAK, *sorted(standing.union(addition.terms))])))
        self._remove(sheets)
        self._insert(grown)
        return news

    def _sheets(self, places: Sequence[int]) -> list[tuple[int, str]]:
        with connection.cursor() as cursor:
            raw = cursor.connection.cursor()
            marks = ", ".join("?" * len(places))
            sheets = raw.execute(f"SELECT place, words FROM search_sheet WHERE place IN ({marks})", list(places))  # noqa: S608  # marks only
            return [(place, zlib.decompress(words).decode()) for place, words in sheets.fetchall()]

    def settle(self, *, most: int, at_once: int) -> int:
        """Nothing: what is written lies in pieces beside the others. Where a building was cut off FTS5 is told again to
        merge them when they become many, or both writing and finding would be slower from day to day."""
        _let_merge(MERGED)
        return 0

    def merge(self) -> bool:
        return _put_together(STEP)

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_words (search_words) VALUES ('delete-all')")
            cursor.execute("DELETE FROM search_sheet")

    @contextmanager
    def building(self) -> Iterator[None]:
        # Larger pieces, merged seldom while much is written, and once at the end.
        _let_merge(0)
        self._is_building = True
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-200000")
        try:
            yield
            _make_one_piece()
        finally:
            self._is_building = False
            _let_merge(MERGED)
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA cache_size=-20000")

    def stretches(
        self, wanted: Expression, *, lowest: int, highest: int, commonness: int, share: int, sought: Sought | None
    ) -> Iterator[Stretch]:
        """One: FTS5 walks its lists from the newest on, and stops when it has enough."""
        yield Stretch(wanted, wanted, lowest, highest)

    def candidates(self, stretch: Stretch, *, kind: int, limit: int) -> list[tuple[int, int, bool]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT f.rowid, d.key, 1 FROM search_words f CROSS JOIN search_document d ON d.place = f.rowid"
                " WHERE f.words MATCH %s AND f.rowid >= %s AND f.rowid < %s AND d.kind = %s"
                " ORDER BY f.rowid DESC LIMIT %s",
                (rendered(stretch.asked), stretch.lowest, stretch.highest, kind, limit),
            )
            return list(cursor.fetchall())

    def counts(self) -> Iterator[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute("CREATE VIRTUAL TABLE temp.search_counts USING fts5vocab(main, 'search_words', 'row')")
            try:
                yield from cursor.cursor.execute("SELECT term, doc FROM temp.search_counts")
            finally:
                cursor.execute("DROP TABLE temp.search_counts")

    def bytes_on_disk(self) -> int:
        # Name by name: asked for names that are alike, it reads every page of the database.
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'search%%' AND rootpage > 0")
            total = 0
            for (name,) in cursor.fetchall():
                cursor.execute("SELECT pgsize FROM dbstat WHERE aggregate = 1 AND name = %s", [name])
                total += int(cursor.fetchone()[0])
        return total
