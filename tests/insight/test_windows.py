"""Reopening and the first contact at the edges of their windows, counted by hand, on every engine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rung.insight.access import Scope
from rung.insight.engine import Engine, OwnDatabase
from rung.insight.engines import Mirrored
from rung.insight.kpi import Measure, Result
from rung.insight.kpis import KPIS
from rung.insight.mirror import TABLES, Mirror, State, connected, write_parquet
from rung.insight.mirroring import month_of
from rung.insight.periods import Period
from rung.insight.reckoning import reckon
from rung.touchpoints.verbs import merge_conversations
from tests.insight.conftest import DAY, Story
from tests.laws.test_engines import ClickHouse, _whole

SECOND = 1 / 86_400
THANKS = "Perfect, thank you very much!"


def quiet(story: Story) -> None:
    story.answer(story.writes(story.person(), 0.5), 1, resolve=True)


def thanked(story: Story) -> None:
    matter = story.writes(story.person(), 0.5)
    story.answer(matter, 1, resolve=True)
    story.writes_again(matter, 2, THANKS)
    story.resolve(matter, 2.1)


def thanked_then_complained(story: Story) -> None:
    matter = story.writes(story.person(), 0.5)
    story.answer(matter, 1, resolve=True)
    story.writes_again(matter, 2, THANKS)
    story.writes_again(matter, 3, "Thanks, but now it is broken.")
    story.answer(matter, 4, resolve=True)


def back_within(story: Story) -> None:
    _back(story, 8 - SECOND)


def back_after(story: Story) -> None:
    _back(story, 8 + SECOND)


def _back(story: Story, days: float) -> None:
    """Again in the same conversation, seven days after it was settled, more or less."""
    matter = story.writes(story.person(), 0.5)
    story.answer(matter, 1, resolve=True)
    story.writes_again(matter, days)
    story.answer(matter, days + 0.2, resolve=True)


def anew_within(story: Story) -> None:
    _anew(story, 8 - SECOND)


def anew_after(story: Story) -> None:
    _anew(story, 8 + SECOND)


def _anew(story: Story, days: float) -> None:
    matter = story.writes(story.person(), 0.5)
    story.answer(matter, 1, resolve=True)
    story.writes(matter.customer, days)


def asked_twice(story: Story) -> None:
    matter = story.writes(story.person(), 0.5)
    story.writes_again(matter, 0.7)
    story.answer(matter, 1, resolve=True)


def asked_twice_and_back_late(story: Story) -> None:
    matter = story.writes(story.person(), 0.5)
    story.writes_again(matter, 0.7)
    story.answer(matter, 1, resolve=True)
    story.writes_again(matter, 30)


def settled_in_time(story: Story) -> None:
    story.answer(story.writes(story.person(), 0.5), 7.5, resolve=True)


def settled_too_late(story: Story) -> None:
    story.answer(story.writes(story.person(), 0.5), 7.5 + SECOND, resolve=True)


def never_settled(story: Story) -> None:
    story.writes(story.person(), 0.5)


def joined_within(story: Story) -> None:
    _joined(story, 5)


def joined_after(story: Story) -> None:
    _joined(story, 9)


def _joined(story: Story, days: float) -> None:
    """What was settled by itself is put into the first: one need, and one contact more. Nothing was reopened."""
    matter = story.writes(story.person(), 0.5)
    story.answer(matter, 1, resolve=True)
    other = story.writes(matter.customer, days)
    story.answer(other, days + 0.1, resolve=True)
    merge_conversations(other, matter, by=story.agent.actor, at=story.moment(days + 1))


def reopened_by_us(story: Story) -> None:
    matter = story.writes(story.person(), 0.5)
    story.answer(matter, 1, resolve=True)
    story.reopen(matter, 3)


# Within seven days: reopened, of how many settled; held in the first contact, of how many needs.
CASES: list[tuple[Callable[[Story], None], tuple[int, int], tuple[int, int]]] = [
    (quiet, (0, 1), (1, 1)),
    (thanked, (0, 1), (1, 1)),
    (thanked_then_complained, (1, 1), (0, 1)),
    (back_within, (1, 1), (0, 1)),
    (back_after, (0, 1), (1, 1)),
    (anew_within, (0, 1), (0, 1)),
    (anew_after, (0, 1), (1, 1)),
    (asked_twice, (0, 1), (0, 1)),
    (asked_twice_and_back_late, (0, 1), (0, 1)),
    (settled_in_time, (0, 0), (1, 1)),
    (settled_too_late, (0, 0), (0, 1)),
    (never_settled, (0, 0), (0, 1)),
    (joined_within, (0, 1), (0, 1)),
    (joined_after, (0, 1), (1, 1)),
    (reopened_by_us, (1, 1), (0, 1)),
]


@pytest.fixture
def engines_of(tmp_path: Path) -> Iterator[Callable[[], dict[str, Engine]]]:
    """The facts there are, on every engine."""

    def copied() -> dict[str, Engine]:
        mirror, duck = Mirror(tmp_path), connected()
        base: dict[str, dict[str, str]] = {}
        for table in TABLES:
            columns = ", ".join(f"{name} {kind}" for name, kind in table.types.items())
            duck.execute(f"CREATE OR REPLACE TEMP TABLE copied ({columns})")
            if rows := list(table.model._default_manager.values_list(*table.columns)):
                duck.executemany(f"INSERT INTO copied VALUES ({', '.join('?' * len(table.columns))})", rows)
            write_parquet(duck, "SELECT * FROM copied", _whole(mirror, table))
            base[table.file] = {}
            for (month,) in duck.execute(f"SELECT DISTINCT {month_of(table)} FROM copied q").fetchall():
                path = base[table.file][str(month)] = f"base/{table.file}/{month}.parquet"
                own = f"SELECT * FROM copied q WHERE {month_of(table)} = {month} ORDER BY {table.order}"
                write_parquet(duck, own, mirror.folder / path)
        state = State(line="copied", step=0, base=base)
        return {"database": OwnDatabase(), "duckdb": Mirrored(mirror, state), "clickhouse": ClickHouse(mirror)}

    yield copied
    Mirrored._duck = None


def counted(measure: Measure) -> tuple[int, int]:
    return measure.count or 0, measure.n


def test_every_engine_counts_what_was_counted_by_hand(
    story: Story, engines_of: Callable[[], dict[str, Engine]]
) -> None:
    for case, _reopened, _held in CASES:
        case(story)
    story.folded(100)
    days = (story.moment(0).date(), story.moment(4).date() - DAY)

    def result(name: str, engine: Engine) -> Result:
        return reckon(KPIS[name], Period(*days, story.moment(100)), Scope(None), engine=engine).result

    for name, engine in engines_of().items():
        reopened = tuple(sum(case[1][n] for case in CASES) for n in (0, 1))
        held = tuple(sum(case[2][n] for case in CASES) for n in (0, 1))
        assert counted(result("reopen_rate", engine).headline) == reopened == (3, 12), name
        assert counted(result("first_contact_resolution", engine).headline) == held == (6, 15), name


@pytest.mark.parametrize(("case", "reopened", "held"), CASES, ids=[case[0].__name__ for case in CASES])
def test_each_by_itself(
    story: Story, case: Callable[[Story], None], reopened: tuple[int, int], held: tuple[int, int]
) -> None:
    case(story)
    assert counted(story.result("reopen_rate", 0, 4, now=100).headline) == reopened
    assert counted(story.result("first_contact_resolution", 0, 4, now=100).headline) == held
