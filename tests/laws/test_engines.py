"""The same text gives the same numbers on every engine: DuckDB over the mirror, PostgreSQL or SQLite, and ClickHouse's own.

Each KPI's statement, and the list of what is behind it, is put to all of them over the same 100,000 facts.
"""

import json
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from rung.insight.clickhouse import _typed
from rung.insight.engine import Clock, Engine, OwnDatabase, Question, Source, compiled
from rung.insight.engines import Mirrored
from rung.insight.kpi import KPI
from rung.insight.kpis import KPIS
from rung.insight.mirror import TABLES, Mirror, State, Table, connected, write_parquet
from rung.insight.mirroring import month_of
from rung.insight.spans import Span
from tests import planted

CONVERSATIONS = 10_800
FACTS = 100_000
DAY = planted.DAY
SPANS = (
    Span(0, planted.START_MS + 120 * DAY, planted.START_MS + 300 * DAY),
    Span(1, planted.START_MS, planted.START_MS + 120 * DAY),
    *(Span(2 + n, planted.START_MS + (200 + n * 7) * DAY, planted.START_MS + (207 + n * 7) * DAY) for n in range(13)),
)
NOW_MS = planted.START_MS + 310 * DAY
CLOCKS = tuple(
    Clock(team, hours, span.number, (NOW_MS - planted.START_MS) // 3, (span.to_ms - planted.START_MS) // 3)
    for team, hours in ((1, planted.HOURS), (2, planted.HOURS), (3, planted.HOURS - 1))  # those of team 3 were changed
    for span in SPANS
)
QUESTIONS = {
    "all": Question(SPANS, NOW_MS, clocks=CLOCKS),
    "two teams by phone": Question(SPANS, NOW_MS, teams=(0, 1), channel="phone", clocks=CLOCKS),
    "one span": Question(SPANS[:1], NOW_MS, teams=(1,), clocks=CLOCKS[:1]),
}


class ClickHouse:
    """ClickHouse's engine in this process, over the mirror's own rows in columns of the kinds a server is given: of one that
    may hold no NULL, LEAD beyond the last row is 0 there."""

    # What makes it agree with the standard about joins and sums over nothing.
    _SETTINGS = (
        "join_use_nulls = 1, aggregate_functions_null_for_empty = 1, output_format_json_quote_64bit_integers = 0"
    )

    def __init__(self, mirror: Mirror) -> None:
        chdb = pytest.importorskip("chdb")
        self.asked = chdb.connect(":memory:")
        for table in TABLES:
            columns = ", ".join(f"{column} {kind}" for column, kind in _typed(table).items())
            self.asked.query(f"CREATE TABLE {table.name} ({columns}) ENGINE = Memory")
            told = f"SELECT {', '.join(table.columns)} FROM file('{_whole(mirror, table)}', Parquet)"
            self.asked.query(f"INSERT INTO {table.name} ({', '.join(table.columns)}) {told}")

    def rows(self, statement: str, question: Question, **numbers: int) -> list[dict[str, Any]]:
        text, _given = compiled(statement, question, numbers, placeholder=f"'{question.channel}'")
        answer = json.loads(bytes(self.asked.query(f"{text} SETTINGS {self._SETTINGS}", "JSONCompact").bytes()))
        names = [column["name"] for column in answer["meta"]]
        return [dict(zip(names, row, strict=True)) for row in answer["data"]]


def _with_a_long_one(file: str, asked: str) -> str:
    """Some that took a month and more: of these minutes, which have 32 bits, the milliseconds have not."""
    if file != "conversationfact":
        return asked
    long = "CASE WHEN conversation % 997 = 0 AND full_minutes IS NOT NULL THEN 50000 ELSE full_minutes END"
    return f"SELECT * REPLACE ({long} AS full_minutes) FROM ({asked}) q"


def _whole(mirror: Mirror, table: Table) -> Path:
    return mirror.folder / f"{table.file}.parquet"


@pytest.fixture(scope="module")
def engines(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Engine]]:
    mirror = Mirror(Path(tmp_path_factory.mktemp("mirror")))
    duck = connected()
    base: dict[str, dict[str, str]] = {}
    facts = 0
    with django_db_blocker.unblock():
        for table in TABLES:
            whole = _whole(mirror, table)
            columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in table.types.items())
            asked = _with_a_long_one(table.file, planted.query_of(table.file, CONVERSATIONS))
            write_parquet(duck, f"SELECT {columns} FROM ({asked}) q", whole)
            # By month, as the product lays them: a statement that names too few of them gives other numbers here.
            base[table.file] = {}
            for (month,) in duck.execute(f"SELECT DISTINCT {month_of(table)} FROM {mirror.read(whole)} q").fetchall():
                path = base[table.file][str(month)] = f"base/{table.file}/{month}.parquet"
                own = f"SELECT * FROM {mirror.read(whole)} q WHERE {month_of(table)} = {month} ORDER BY {table.order}"
                write_parquet(duck, own, mirror.folder / path)
            rows = duck.execute(f"SELECT * FROM {mirror.read(whole)}").fetchall()
            facts += len(rows)
            table.model._default_manager.bulk_create(
                [table.model(**dict(zip(table.columns, row, strict=True))) for row in rows], batch_size=2_000
            )
        assert facts >= FACTS
        state = State(line="planted", step=0, base=base)
        yield {"database": OwnDatabase(), "duckdb": Mirrored(mirror, state), "clickhouse": ClickHouse(mirror)}
        for table in TABLES:
            table.model._default_manager.all().delete()
    Mirrored._duck = None


def normal(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Rows as an unordered set of whole numbers and words; engines name the kinds of their numbers differently."""
    return sorted(
        tuple(
            (name, cell if cell is None or isinstance(cell, str) else int(cell)) for name, cell in sorted(row.items())
        )
        for row in rows
    )


@pytest.mark.django_db
@pytest.mark.parametrize("asked", QUESTIONS)
@pytest.mark.parametrize("kpi", KPIS.values(), ids=KPIS)
def test_every_engine_gives_the_same_numbers(engines: dict[str, Engine], kpi: KPI, asked: str) -> None:
    given = {
        name: engine.rows(kpi.statement, QUESTIONS[asked], **dict(kpi.numbers)) for name, engine in engines.items()
    }
    assert given["duckdb"] or asked != "all", "nothing to compare"
    for name in ("duckdb", "clickhouse"):
        assert normal(given[name]) == normal(given["database"]), f"{kpi.name} on {name}"


class ToTheMoment(Mirrored):
    """A mirror without any row beyond the moments that a statement names for its table."""

    def _source(self, named: Container[str]) -> Source:
        whole, moments = super()._source(named), {table.name: table.moment for table in TABLES}

        def written(name: str, from_ms: int | None, to_ms: int | None) -> str:
            first, end = -(2**62) if from_ms is None else from_ms, 2**62 if to_ms is None else to_ms
            within = f"{moments[name]} >= {first} AND {moments[name]} < {end}"
            return f"(SELECT * FROM {whole(name, None, None)} q WHERE {within})"

        return written


@pytest.mark.django_db
@pytest.mark.parametrize("kpi", KPIS.values(), ids=KPIS)
def test_no_row_beyond_the_moments_a_statement_names_matters(engines: dict[str, Engine], kpi: KPI) -> None:
    """What is remembered of a span stands until a row between them changes."""
    mirror = engines["duckdb"]
    assert isinstance(mirror, Mirrored)
    narrow = ToTheMoment(mirror.mirror, mirror.state)
    for span in (SPANS[0], SPANS[1], SPANS[5]):
        question = Question((span,), NOW_MS, clocks=tuple(clock for clock in CLOCKS if clock.span == span.number))
        for statement in filter(None, (kpi.statement, kpi.clusters)):
            found = narrow.rows(statement, question, **dict(kpi.numbers))
            assert normal(found) == normal(mirror.rows(statement, question, **dict(kpi.numbers))), span


@pytest.mark.django_db
@pytest.mark.parametrize("kpi", KPIS.values(), ids=KPIS)
def test_every_engine_gives_the_same_beside_them(engines: dict[str, Engine], kpi: KPI) -> None:
    for statement in (kpi.clusters, kpi.further.statement if kpi.further else "", kpi.left_out):
        if not statement:
            continue
        given = {
            name: normal(engine.rows(statement, QUESTIONS["all"], **dict(kpi.numbers)))
            for name, engine in engines.items()
        }
        assert given["duckdb"], "nothing to compare"
        assert given["duckdb"] == given["clickhouse"] == given["database"], kpi.name


@pytest.mark.django_db
@pytest.mark.parametrize("kpi", [kpi for kpi in KPIS.values() if kpi.clusters], ids=lambda kpi: kpi.name)
def test_what_customers_brought_is_what_the_headline_counts(engines: dict[str, Engine], kpi: KPI) -> None:
    by_span: dict[int, list[Any]] = {}
    for row in engines["duckdb"].rows(kpi.statement, QUESTIONS["all"], **dict(kpi.numbers)):
        by_span.setdefault(row["span"], []).append(row)
    brought = engines["duckdb"].rows(kpi.clusters, QUESTIONS["all"], **dict(kpi.numbers))
    for span, rows in by_span.items():
        headline = kpi.finish(rows).headline
        theirs = [row for row in brought if row["span"] == span]
        assert sum(row["count_n"] * row["people"] for row in theirs) == headline.n
        if headline.unit == "share":
            assert sum(row["amount_n"] * row["people"] for row in theirs) == headline.count


@pytest.mark.django_db
@pytest.mark.parametrize("kpi", KPIS.values(), ids=KPIS)
def test_every_engine_finds_the_same_conversations(engines: dict[str, Engine], kpi: KPI) -> None:
    # All of them: which come first among equals is nobody's promise.
    numbers = {**dict(kpi.numbers), "most": 1_000_000}
    given = {
        name: {int(row["conversation"]) for row in engine.rows(kpi.behind, QUESTIONS["one span"], **numbers)}
        for name, engine in engines.items()
    }
    assert given["duckdb"] == given["clickhouse"] == given["database"]
