"""tsvector and GIN. GIN knows no order: where very many are found, the newest weeks are looked through first.

A row that changes has GIN take in every word of it anew, however few are new. So what changes lies in front of the index, in
`search_recent`: few rows, and of the words of each an index has no more than a signature, so that some are read in vain.
They are taken in together, those first that were longest not in touch. Each document lies in one of the two tables, under
the same place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from rung.journal.ringing import InOtherHands
from rung.search.expression import Adjacent, AllOf, AnyOf, Expression, NoneOf, Term, all_of, any_of
from rung.search.indexes import MOST_CHECKED, Addition, Entry, Sought, Stretch
from rung.search.indexes.newest import newest_person, read_through, weeks_there
from rung.search.places import WEEK
from rung.search.words import is_paired

# A narrow table with the words out of line: what is found is counted and put in order without reading any of them.
SETUP = (
    "CREATE TABLE search_words (place bigint PRIMARY KEY, words tsvector NOT NULL) WITH (toast_tuple_target = 128)",
    "ALTER TABLE search_words ALTER words SET STORAGE EXTERNAL",
    "CREATE INDEX IF NOT EXISTS search_words_gin ON search_words USING gin (words)",
)
TEARDOWN = ("DROP TABLE search_words",)
# The words within the row, as far as a page holds them: a search reads many of them.
SETUP_RECENT = (
    "CREATE TABLE search_recent (place bigint PRIMARY KEY, words tsvector NOT NULL) WITH (toast_tuple_target = 8160)",
    "ALTER TABLE search_recent ALTER words SET STORAGE EXTERNAL",
    "CREATE INDEX search_recent_gist ON search_recent USING gist (words tsvector_ops (siglen = 512))",
)
TEARDOWN_RECENT = (
    "INSERT INTO search_words (place, words) SELECT place, words FROM search_recent",
    "DROP TABLE search_recent",
)

# The locks of PostgreSQL's that say that somebody builds the index, and that somebody looks for places in it; numbers of our
# own choice.
BUILDING = 0x52_55_4E_47
PLACING = BUILDING + 1

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
# People have few words. To read so many takes a millisecond, to find all who have a common name or provider fifty.
PEOPLE_READ = 1000
# Of documents with words that are to stand beside each other one in so many is expected to have them so. For a whole page
# that is all that are checked at most, asked for at once: to find them costs as much each time.
BESIDE = 6


def _make_index(cursor: CursorWrapper) -> None:
    cursor.execute("SET maintenance_work_mem = '512MB'")
    cursor.execute(SETUP[2])
    cursor.execute("RESET maintenance_work_mem")
    cursor.execute("ANALYZE search_words")


def _index_what_was_cut_off(cursor: CursorWrapper) -> None:
    """Make the index where a building dropped it and was killed; each search would read the whole table without it."""
    cursor.execute("SELECT to_regclass('search_words_gin') IS NULL")
    if not cursor.fetchone()[0]:
        return
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [BUILDING])
    if cursor.fetchone()[0]:
        _make_index(cursor)


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
        case Adjacent((*before, last), is_begun=True):
            # PostgreSQL knows no place of a word that is begun once any word that begins so has none, as pieces of names
            # have: while the last one is typed it may stand anywhere.
            return f"({rendered(Adjacent(tuple(before)))} & {_literal(last)}:*)"
        case Adjacent(words):
            return "(" + " <-> ".join(map(_literal, words)) + ")"
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


def _is_likely_beside(wanted: Expression) -> bool:
    """Whether what stands in one document stands beside each other there: pairs of characters, each of which begins with the
    last of the one before."""
    match wanted:
        case Adjacent(words):
            return all(is_paired(one) and one[-1] == other[0] for one, other in pairwise(words))
        case AllOf(parts) | AnyOf(parts):
            return all(_is_likely_beside(part) for part in parts)
        case _:
            return True


def conditions(asked: Expression) -> list[Expression]:
    """The same as several conditions that hold together, each choice by itself.

    For each document GIN asks one condition about all its words at once, and walks the list of every one of which any will
    do. Of several conditions it skips in the lists of each to where the others can hold. One that knows places of words is
    left as it is: those words are read from the row once for each condition.
    """
    parts = asked.parts if isinstance(asked, AllOf) and loosened(asked) == asked else (asked,)
    together = [part for part in parts if not isinstance(part, AnyOf)]
    return [*([all_of(*together)] if together else []), *(part for part in parts if isinstance(part, AnyOf))]


class PostgresIndex:
    # GIN walks the shortest list and skips in the others: a longer one is about free.
    narrowed_from = 1000

    @contextmanager
    def placing(self, *, waits: bool = False) -> Iterator[None]:
        # Held by the transaction: a pooler may give the next one another connection.
        with transaction.atomic():
            with connection.cursor() as cursor:
                if waits:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PLACING])
                else:
                    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [PLACING])
                    if not cursor.fetchone()[0]:
                        raise InOtherHands
            yield

    def write(self, entries: Iterable[Entry], *, again: bool = False) -> None:
        table = "search_recent" if again else "search_words"
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} (place, words) FROM STDIN") as copy:
            for entry in entries:
                copy.write_row((entry.place, vector(entry)))

    def take_out(self, places: Sequence[int]) -> dict[int, set[str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH settled AS (DELETE FROM search_words WHERE place = ANY(%s) RETURNING place, words),"
                " recent AS (DELETE FROM search_recent WHERE place = ANY(%s) RETURNING place, words)"
                " SELECT place, tsvector_to_array(words) FROM settled"
                " UNION ALL SELECT place, tsvector_to_array(words) FROM recent",
                [list(places)] * 2,
            )
            return {place: set(words) for place, words in cursor.fetchall()}

    def growable(self, places: Sequence[int]) -> set[int]:
        short = "SELECT place FROM {} WHERE place = ANY(%s) AND pg_column_size(words) <= %s"
        with connection.cursor() as cursor:
            cursor.execute(
                f"{short.format('search_words')} UNION ALL {short.format('search_recent')}",
                [list(places), MOST_ADDED_TO] * 2,
            )
            return {place for (place,) in cursor.fetchall()}

    def grow(self, additions: Sequence[Addition], without: Sequence[str]) -> dict[int, set[str]]:
        # `||` lays what is new behind the last word that is there. A word that is none stands between the two, so that
        # nothing is a phrase across them.
        told = [(one.was, one.place, vector(Entry(one.place, (None, *one.words), one.terms))) for one in additions]
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH told AS MATERIALIZED (SELECT was, place, added::tsvector AS added"
                " FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS t(was, place, added)),"
                " settled AS (DELETE FROM search_words WHERE place = ANY(%s) RETURNING place AS was, words),"
                " recent AS (DELETE FROM search_recent WHERE place = ANY(%s) RETURNING place AS was, words),"
                " old AS MATERIALIZED (SELECT * FROM (SELECT * FROM settled UNION ALL SELECT * FROM recent) o"
                " JOIN told USING (was)),"
                " grown AS (INSERT INTO search_recent (place, words) SELECT place, ts_delete(words, ARRAY("
                "SELECT t FROM unnest(tsvector_to_array(words)) t WHERE t LIKE ANY (%s))) || added FROM old)"
                " SELECT was, tsvector_to_array(ts_delete(added, tsvector_to_array(words))) FROM old",
                [
                    *map(list, zip(*told, strict=True)),
                    *[[one.was for one in additions]] * 2,
                    [f"{beginning}%" for beginning in (*without, "w:")],
                ],
            )
            return {was: set(words) for was, words in cursor.fetchall()}

    def settle(self, *, most: int, at_once: int) -> int:
        with connection.cursor() as cursor:
            _index_what_was_cut_off(cursor)
            cursor.execute("SELECT count(*) FROM search_recent")
            if (left := min(cursor.fetchone()[0] - most, at_once)) <= 0:
                return 0
            # Whoever changes something waits: else it is looked for in one table while it goes to the other.
            cursor.execute("LOCK TABLE search_recent IN SHARE ROW EXCLUSIVE MODE")
            # In one go, word by word, each of which is looked up once for all that have it.
            cursor.execute("SET LOCAL gin_pending_list_limit = '256MB'")
            cursor.execute(
                "WITH settled AS (DELETE FROM search_recent WHERE place IN"
                " (SELECT place FROM search_recent ORDER BY place LIMIT %s) RETURNING place, words)"
                " INSERT INTO search_words (place, words) SELECT place, words FROM settled",
                [left],
            )
            settled = int(cursor.rowcount)
            # There is none while the index is built.
            cursor.execute("SELECT gin_clean_pending_list(to_regclass('search_words_gin'))")
            return settled

    def merge(self) -> bool:
        return False  # GIN has no pieces

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE search_words, search_recent")

    @contextmanager
    def building(self) -> Iterator[None]:
        # Made at the end in one go, in a quarter of the time and half the space.
        with connection.cursor() as cursor:
            # Held by the connection, and so let go when the process is killed.
            cursor.execute("SELECT pg_advisory_lock(%s)", [BUILDING])
            cursor.execute("DROP INDEX IF EXISTS search_words_gin")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                _make_index(cursor)
                cursor.execute("SELECT pg_advisory_unlock(%s)", [BUILDING])

    def stretches(
        self, wanted: Expression, *, lowest: int, highest: int, commonness: int, share: int, sought: Sought | None
    ) -> Iterator[Stretch]:
        # GIN knows which words a document has and not where: each that has them all is read, where there are many not all.
        apart = loosened(wanted)
        is_loose = commonness > MOST_CHECKED and apart != wanted
        asked = apart if is_loose else wanted
        beside = BESIDE if is_loose and not _is_likely_beside(wanted) else 1
        many = commonness
        if highest > 0 and commonness > FEW * share and sought is not None:
            many = min(sought.likely(), commonness)
            for stretch in read_through(wanted, lowest, highest, many, sought) if share == 1 else ():
                yield stretch
                highest = stretch.lowest
        if highest <= 0 and many > FEW * share:
            # A company lies beside each.
            lower = max(newest_person() - 2 * PEOPLE_READ, lowest)
            yield Stretch(wanted, asked, lower, highest, is_read=True)
            highest = lower
        elif many > FEW * share:
            oldest, newest = weeks_there()
            week, first = min((highest - 1) // WEEK, newest), max(lowest // WEEK, oldest)
            fewest = max(FEWEST_WEEKS, ENOUGH * share * (newest - oldest + 1) // many)
            for weeks in (fewest, fewest * WIDER):
                if weeks > MOST_WEEKS or week - weeks <= first:
                    break
                lower = (week - weeks + 1) * WEEK
                yield Stretch(
                    wanted, all_of(asked, _of_weeks(week - weeks + 1, week)), lower, highest, is_loose, beside
                )
                week -= weeks
                highest = lower
            if week < first:
                return  # nothing lies there
            if week - first < MOST_WEEKS:
                asked = all_of(asked, _of_weeks(first, week))
        if highest > lowest:
            yield Stretch(wanted, asked, lowest, highest, is_loose, beside)

    def candidates(self, stretch: Stretch, *, kind: int, limit: int) -> list[tuple[int, int, bool]]:
        # The words are read of those only that are left, and by the function: for its sign `@@` the index would be asked.
        if stretch.is_read:
            read = (
                "SELECT place, true AS holds FROM {} WHERE ts_match_vq(words, %s::tsquery)"
                " AND place >= %s AND place < %s ORDER BY place DESC LIMIT %s"
            )
            given = (rendered(stretch.wanted), stretch.lowest, stretch.highest, limit)
            if stretch.highest <= 0:
                return self._documents(read.format("search_words"), given, kind)
            both = f"({read.format('search_words')}) UNION ALL ({read.format('search_recent')})"
            return self._documents(f"{both} ORDER BY place DESC LIMIT %s", (*given, *given, limit), kind)
        wanted, asked = rendered(stretch.wanted), [rendered(each) for each in conditions(stretch.asked)]
        lies = (stretch.lowest, stretch.highest, limit)
        # `+ 0`: or the order is read off the primary key, row by row, with the words of each.
        found = (
            "SELECT place + 0 AS place, {}words FROM {} WHERE {}"
            " AND place + 0 >= %s AND place + 0 < %s ORDER BY place + 0 DESC LIMIT %s"
        )
        matches = " AND ".join(["words @@ %s::tsquery"] * len(asked))
        recent = f"SELECT place, true FROM ({found.format('', 'search_recent', 'words @@ %s::tsquery')}) r"  # noqa: S608  # our own words
        if stretch.is_loose:
            # Read in the order in which the words lie on the disk, where what is next to each other is had together.
            apart = (
                f"SELECT * FROM ({found.format('ctid AS lies, ', 'search_words', matches)}) w ORDER BY lies OFFSET 0"  # noqa: S608  # our own words
            )
            checked = f"SELECT place, ts_match_vq(words, %s::tsquery) AS holds FROM ({apart}) a"  # noqa: S608  # our own words
            values = (wanted, *asked, *lies)
            if stretch.highest > 0:
                checked, values = f"{checked} UNION ALL {recent}", (*values, wanted, *lies)
            return self._held(checked, (*values, limit), kind)
        sql = f"SELECT place, true AS holds FROM ({found.format('', 'search_words', matches)}) w"  # noqa: S608  # our own words
        values = (*asked, *lies)
        if stretch.highest > 0:
            sql, values = f"({sql}) UNION ALL ({recent}) ORDER BY place DESC LIMIT %s", (*values, wanted, *lies, limit)
        return self._documents(sql, values, kind)

    def _held(self, places: str, values: tuple[Any, ...], kind: int) -> list[tuple[int, int, bool]]:
        """Of places those first that are highest; the documents are looked up of those only that hold."""
        with connection.cursor() as cursor:
            key = "(SELECT key FROM search_document d WHERE d.place = f.place AND kind = %s)"
            those = f"SELECT * FROM ({places}) p ORDER BY place DESC LIMIT %s"  # noqa: S608  # our own words
            cursor.execute(
                f"SELECT place, CASE WHEN holds THEN {key} END FROM ({those}) f ORDER BY place DESC",  # noqa: S608  # our own words
                (kind, *values),
            )
            return [(place, key or 0, key is not None) for place, key in cursor.fetchall()]

    def _documents(self, places: str, values: tuple[Any, ...], kind: int) -> list[tuple[int, int, bool]]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT f.place, d.key, f.holds FROM ({places}) f"  # noqa: S608  # our own words
                " JOIN search_document d ON d.place = f.place AND d.kind = %s ORDER BY f.place DESC",
                (*values, kind),
            )
            return list(cursor.fetchall())

    def counts(self) -> Iterator[tuple[str, int]]:
        with connection.cursor() as cursor:
            both = "SELECT words FROM search_words UNION ALL SELECT words FROM search_recent"
            cursor.execute("SELECT word, ndoc FROM ts_stat(%s)", [both])
            yield from iter(cursor.fetchone, None)

    def bytes_on_disk(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'search%%'"
            )
            return int(cursor.fetchone()[0] or 0)


def _of_weeks(first: int, last: int) -> Expression:
    return any_of(*(Term(f"w:{week}") for week in range(last, first - 1, -1)))
