"""tsvector and GIN. GIN knows no order: where very many are found, the newest weeks are looked through first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from rung.search.expression import Adjacent, AllOf, AnyOf, Expression, NoneOf, Term, all_of, any_of
from rung.search.indexes import MOST_CHECKED, Addition, Entry, Stretch
from rung.search.places import WEEK

# A narrow table with the words out of line: what is found is counted and put in order without reading any of them.
SETUP = (
    "CREATE TABLE search_words (place bigint PRIMARY KEY, words tsvector NOT NULL) WITH (toast_tuple_target = 128)",
    "ALTER TABLE search_words ALTER words SET STORAGE EXTERNAL",
    "CREATE INDEX search_words_gin ON search_words USING gin (words)",
)
TEARDOWN = ("DROP TABLE search_words",)

# PostgreSQL keeps positions up to this one, 255 of a word, and a megabyte of words for each document.
LAST_POSITION = 16383
MOST_POSITIONS = 255
MOST_BYTES = 900_000
# Up to so many bytes a document is added to.
MOST_ADDED_TO = 300_000
# Up to so many finds are put in order as a whole. Of more, the newest weeks are looked through that have about ENOUGH, then
# so many times as many; but each week is a word more to look up.
FEW, ENOUGH = 2000, 1000
FEWEST_WEEKS, WIDER, MOST_WEEKS = 2, 7, 64


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def vector(entry: Entry) -> str:
    """An entry as the text that PostgreSQL reads as a tsvector."""
    positions: dict[str, list[int]] = {}
    for position, word in enumerate(entry.words, 1):
        if word is not None:
            positions.setdefault(word, []).append(min(position, LAST_POSITION))
    room, parts = MOST_BYTES, []
    week = () if entry.place < 0 else (f"w:{entry.place // WEEK}",)
    for term in dict.fromkeys((*week, *entry.terms)):
        if term not in positions:
            room -= len(term.encode()) + 8
            parts.append(_literal(term))
    for word, found in positions.items():
        room -= len(word.encode()) + 8 + 2 * min(len(found), MOST_POSITIONS)
        if room < 0:
            break
        parts.append(f"{_literal(word)}:{','.join(map(str, dict.fromkeys(found[:MOST_POSITIONS])))}")
    return " ".join(parts)


def rendered(wanted: Expression) -> str:
    """An expression as a tsquery."""
    match wanted:
        case Term(text, is_begun):
            return _literal(text) + (":*" if is_begun else "")
        case Adjacent(words, is_begun):
            return "(" + " <-> ".join(map(_literal, words)) + (":*)" if is_begun else ")")
        case AnyOf(parts):
            return f"({' | '.join(rendered(part) for part in parts)})"
        case AllOf(parts):
            return f"({' & '.join(rendered(part) for part in parts)})"
        case NoneOf(part):
            return f"!{rendered(part)}"


def loosened(wanted: Expression) -> Expression:
    """The same, with words that are to stand beside each other standing anywhere."""
    match wanted:
        case Adjacent(words, is_begun):
            return AllOf(tuple(Term(word, is_begun and word is words[-1]) for word in words))
        case AllOf(parts):
            return AllOf(tuple(loosened(part) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(loosened(part) for part in parts))
        case _:
            return wanted


class PostgresIndex:
    def write(self, entries: Iterable[Entry]) -> None:
        with connection.cursor() as cursor, cursor.copy("COPY search_words (place, words) FROM STDIN") as copy:
            for entry in entries:
                copy.write_row((entry.place, vector(entry)))

    def take_out(self, places: Sequence[int]) -> dict[int, set[str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM search_words WHERE place = ANY(%s) RETURNING place, tsvector_to_array(words)",
                [list(places)],
            )
            return {place: set(words) for place, words in cursor.fetchall()}

    def growable(self, places: Sequence[int]) -> set[int]:
        with connection.cursor() as cursor:
            short = "SELECT place FROM search_words WHERE place = ANY(%s) AND pg_column_size(words) <= %s"
            cursor.execute(short, [list(places), MOST_ADDED_TO])
            return {place for (place,) in cursor.fetchall()}

    def grow(self, additions: Sequence[Addition], without: Sequence[str]) -> dict[int, set[str]]:
        # `||` lays what is new behind the last word that is there. A word that is none stands between the two, so that
        # nothing is a phrase across them.
        told = [(one.was, one.place, vector(Entry(one.place, (None, *one.words), one.terms))) for one in additions]
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH old AS MATERIALIZED (SELECT w.place AS was, g.place, w.words, g.added::tsvector AS added,"
                " ARRAY(SELECT t FROM unnest(tsvector_to_array(w.words)) t WHERE t LIKE ANY (%s)) AS gone"
                " FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS g(was, place, added)"
                " JOIN search_words w ON w.place = g.was)"
                " UPDATE search_words w SET place = old.place, words = ts_delete(old.words, old.gone) || old.added"
                " FROM old WHERE w.place = old.was RETURNING old.was, ARRAY(SELECT unnest(tsvector_to_array(old.added))"
                " EXCEPT SELECT unnest(tsvector_to_array(old.words)))",
                [[f"{beginning}%" for beginning in (*without, "w:")], *map(list, zip(*told, strict=True))],
            )
            return {was: set(words) for was, words in cursor.fetchall()}

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE search_words")

    @contextmanager
    def building(self) -> Iterator[None]:
        # Made at the end in one go, in a quarter of the time and half the space.
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS search_words_gin")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET maintenance_work_mem = '512MB'")
                cursor.execute(SETUP[2])
                cursor.execute("RESET maintenance_work_mem")
                cursor.execute("ANALYZE search_words")

    def stretches(
        self, wanted: Expression, *, lowest: int, highest: int, commonness: int, share: int
    ) -> Iterator[Stretch]:
        # GIN knows which words a document has and not where: each that has them all is read, where there are many not all.
        apart = loosened(wanted)
        checked = wanted if commonness > MOST_CHECKED and apart != wanted else None
        asked = apart if checked else wanted
        if commonness > FEW * share:
            oldest, newest = _weeks()
            week, first = min((highest - 1) // WEEK, newest), max(lowest // WEEK, oldest)
            many = max(FEWEST_WEEKS, ENOUGH * share * (newest - oldest + 1) // commonness)
            for weeks in (many, many * WIDER):
                if weeks > MOST_WEEKS or week - weeks <= first:
                    break
                those = range(week, week - weeks, -1)
                week -= weeks
                lower = (week + 1) * WEEK
                yield Stretch(all_of(asked, any_of(*(Term(f"w:{each}") for each in those))), lower, highest, checked)
                highest = lower
        if highest > lowest:
            yield Stretch(asked, lowest, highest, checked)

    def candidates(self, stretch: Stretch, *, kind: int, limit: int) -> list[tuple[int, int, bool]]:
        # The words are read of those only that are left, and by the function: for its sign `@@` the index would be asked.
        holds = "true" if stretch.checked is None else "ts_match_vq(w.words, %s::tsquery)"
        values = () if stretch.checked is None else (rendered(stretch.checked),)
        with connection.cursor() as cursor:
            # `+ 0`: or the order is read off the primary key, row by row, with the words of each.
            cursor.execute(
                f"SELECT w.place, d.key, {holds} FROM (SELECT place + 0 AS place, words FROM search_words"  # noqa: S608  # our own words
                " WHERE words @@ %s::tsquery AND place + 0 >= %s AND place + 0 < %s ORDER BY place + 0 DESC LIMIT %s) w"
                " JOIN search_document d ON d.place = w.place AND d.kind = %s ORDER BY w.place DESC",
                (*values, rendered(stretch.asked), stretch.lowest, stretch.highest, limit, kind),
            )
            return list(cursor.fetchall())

    def counts(self) -> Iterator[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT word, ndoc FROM ts_stat('SELECT words FROM search_words')")
            yield from iter(cursor.fetchone, None)

    def bytes_on_disk(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'search%%'"
            )
            return int(cursor.fetchone()[0] or 0)


def _weeks() -> tuple[int, int]:
    """The oldest and the newest week in which a conversation lies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT min(place) FROM search_words WHERE place >= 0), max(place) FROM search_words")
        oldest, newest = cursor.fetchone()
        return (oldest or 0) // WEEK, max(newest or 0, 0) // WEEK
