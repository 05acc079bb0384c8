"""The mirror holds the facts, all of them once, whatever happens to whoever keeps it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.core.management import call_command
from django.utils import translation

from rung.insight import engines, mirroring
from rung.insight import mirror as mirror_module
from rung.insight.access import Scope
from rung.insight.days import calendar
from rung.insight.engine import OwnDatabase, Question
from rung.insight.engines import Mirrored, chosen_engine
from rung.insight.kpis import KPIS
from rung.insight.mirror import TABLES, Mirror, State, Table, connected
from rung.insight.mirroring import keep_mirror, note_changed, own_mirror
from rung.insight.models import (
    AnswerFact,
    ComplaintFact,
    ConversationFact,
    MirrorLine,
    OrderFact,
    SpellFact,
    TouchpointFact,
    Unmirrored,
)
from rung.insight.periods import last_days
from rung.insight.reckoning import reckon
from rung.insight.remembered import reckoned
from rung.insight.spans import Span
from rung.journal.ringing import ERRANDS
from tests.insight.conftest import Story


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def mirror(tmp_path: Path, settings: Any) -> Iterator[Mirror]:
    settings.NUMBERS = "duckdb"
    settings.DATA_DIR = tmp_path
    yield own_mirror()
    Mirrored._duck = None


HOUR_MS, DAY_MS = 3_600_000, 86_400_000
START_MS = 1_767_225_600_000  # 2026-01-01
NOW_MS = START_MS + 130 * DAY_MS


def plant(number: int, *, days: float, us_ms: int = 0) -> None:
    """The facts of one conversation, made as the folding makes them, in place of those it had."""
    opened_ms = START_MS + int(days * DAY_MS)
    who = {"conversation": number, "customer": number % 7, "channel": "email", "team": number % 3}
    unplant(number)
    ConversationFact.objects.create(
        **who, opened_ms=opened_ms, **calendar(opened_ms), opened_by="customer", is_resolved=0, reopen_count=0,
        us_ms=us_ms, customer_ms=0,
    )  # fmt: skip
    SpellFact.objects.create(
        **who, ordinal=0, turn="us", opened_ms=opened_ms, began_ms=opened_ms, ended_ms=opened_ms + us_ms + 1
    )
    for n in range(2):
        TouchpointFact.objects.create(
            **who, touchpoint=number * 10 + n, direction="in", phase="during", is_contact=1,
            occurred_ms=opened_ms + n * 20 * DAY_MS, **calendar(opened_ms + n * 20 * DAY_MS),
        )  # fmt: skip
    if number % 3 == 0:
        ComplaintFact.objects.create(**who, received_ms=opened_ms, **calendar(opened_ms), escalated_ms=opened_ms + 1)
        AnswerFact.objects.create(
            **who, invitation=number, question="csat", offered_ms=opened_ms, is_last=0
        )  # fmt: skip
    note_changed("conversation", [number])


def unplant(number: int) -> None:
    for table in TABLES:
        if table.subject == "conversation":
            table.model._default_manager.filter(conversation=number).delete()
    note_changed("conversation", [number])


def order(number: int, *, days: float) -> None:
    placed_ms = START_MS + int(days * DAY_MS)
    OrderFact.objects.update_or_create(
        placed_order=number,
        defaults={"customer": number, "amount_cents": 100, "placed_ms": placed_ms, **calendar(placed_ms)},
    )
    note_changed("placed_order", [number])


@pytest.fixture
def lived(mirror: Mirror, db: None) -> Mirror:
    """Four months of facts, and a mirror of them."""
    for n in range(1, 13):
        plant(n, days=n * 10)
        order(n, days=n * 9)
    Unmirrored.objects.all().delete()  # as if noted before there was a mirror
    kept(mirror)
    return mirror


def kept(mirror: Mirror, ms: int = NOW_MS) -> None:
    """The worker, until nothing more is to be done."""
    while keep_mirror(mirror, at_ms=ms):
        pass


def state_of(mirror: Mirror) -> State:
    state = mirror.state()
    assert state is not None
    return state


def mirrored(mirror: Mirror, table: Table) -> list[tuple[Any, ...]]:
    state = mirror.state()
    assert state is not None
    return sorted(connected().execute(mirror.rows_of(state, table)).fetchall(), key=str)


def facts(table: Table) -> list[tuple[Any, ...]]:
    return sorted(table.model._default_manager.values_list(*table.columns), key=str)


def assert_same(mirror: Mirror) -> None:
    for table in TABLES:
        assert mirrored(mirror, table) == facts(table), table.name


def test_the_mirror_holds_the_facts(lived: Mirror) -> None:
    assert [table.name for table in TABLES if not facts(table)] == [
        "insight_clockfact", "insight_resolutionfact", "insight_deadlinefact", "insight_signalfact",
        "insight_leftoutfact", "insight_callfact", "insight_promisefact",
        "insight_colleaguefact",
    ]  # fmt: skip
    assert_same(lived)
    months = set(TouchpointFact.objects.values_list("month", flat=True))
    assert {int(month) for month in state_of(lived).base["touchpointfact"]} == months
    assert len(months) > 3


def test_what_changes_is_laid_over_and_nothing_else_is_written(lived: Mirror) -> None:
    before = state_of(lived)
    plant(3, days=30, us_ms=5)
    plant(30, days=128)
    unplant(4)
    order(2, days=60)
    kept(lived, NOW_MS)
    after = state_of(lived)
    assert_same(lived)
    assert (after.base, after.waiting) == (before.base, 4)
    plant(4, days=41)
    kept(lived, NOW_MS + 1)
    assert_same(lived)
    assert state_of(lived).waiting == 4
    kept(lived, NOW_MS + 2)
    assert state_of(lived).step == after.step + 1


def test_many_changes_are_settled_into_their_months(lived: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state_of(lived)
    monkeypatch.setattr(mirroring, "SETTLE_AT", 2)
    plant(3, days=30, us_ms=5)
    unplant(4)
    order(2, days=200)
    kept(lived)
    after = state_of(lived)
    assert (after.changed, after.fresh) == ("", {})
    assert_same(lived)
    same = {month for month, path in after.base["conversationfact"].items() if path in before.files()}
    assert len(same) == len(after.base["conversationfact"]) - 2


def test_what_leaves_the_facts_is_off_the_disk_within_the_hour(lived: Mirror) -> None:
    unplant(4)
    kept(lived)
    assert 4 not in {row[0] for row in mirrored(lived, TABLES[0])}
    kept(lived, NOW_MS + HOUR_MS)
    kept(lived, NOW_MS + HOUR_MS + 120_000)
    for path in lived.folder.rglob("*.parquet"):
        found = connected().execute(f"SELECT * FROM read_parquet('{path}')")
        names = [column[0] for column in found.description or ()]
        if "conversation" in names:
            assert 4 not in {row[names.index("conversation")] for row in found.fetchall()}, path


def test_files_that_somebody_may_be_about_to_read_stay_for_two_minutes(lived: Mirror) -> None:
    plant(4, days=40, us_ms=7)
    kept(lived)
    former = state_of(lived).files()
    plant(4, days=40, us_ms=8)
    kept(lived, NOW_MS + 5_000)
    assert all((lived.folder / path).exists() for path in former)
    kept(lived, NOW_MS + 130_000)
    left = {path.relative_to(lived.folder).as_posix() for path in lived.folder.rglob("*.parquet")}
    assert left == state_of(lived).files()


def test_made_anew_by_one_command(lived: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state_of(lived)
    monkeypatch.setattr(mirroring, "PIECE", 7)
    TouchpointFact.objects.filter(conversation=5).delete()  # behind the mirror's back
    call_command("remirror", verbosity=0)
    assert state_of(lived).line != before.line
    assert_same(lived)


def die_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Die at the n-th of all the points at which something reaches the disk or the database: before it, or after it."""
    passed = [0]

    def dying(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            passed[0] += 1
            if passed[0] == number:
                raise Killed
            result = call(*args, **kwargs)
            passed[0] += 1
            if passed[0] == number:
                raise Killed
            return result

        return called

    rows = type(Unmirrored.objects.all())
    for where, name in (
        (Path, "replace"),
        (Path, "touch"),
        (mirroring, "_take_over"),
        (rows, "delete"),
        (rows, "update"),
    ):
        monkeypatch.setattr(where, name, dying(getattr(where, name)))


@pytest.mark.parametrize("settle_at", [5_000, 2])
def test_killed_at_any_point_it_loses_and_doubles_nothing(
    lived: Mirror, monkeypatch: pytest.MonkeyPatch, settle_at: int
) -> None:
    monkeypatch.setattr(mirroring, "SETTLE_AT", settle_at)
    monkeypatch.setattr(mirroring, "TABLES", (TABLES[0], TABLES[3], TABLES[6]))
    monkeypatch.setattr(mirror_module, "_on_disk", lambda folder: None)  # slow, and no point at which anything differs
    watched = (TABLES[0], TABLES[3])
    for number in range(1, 120, 3):
        plant(number % 9 + 1, days=10 * (number % 9 + 1), us_ms=number)
        unplant(10 + number % 2)
        before = {table.name: mirrored(lived, table) for table in watched}
        with monkeypatch.context() as patched:
            die_at(patched, number)
            try:
                keep_mirror(lived, at_ms=NOW_MS)
                is_over = True
            except Killed:
                is_over = False
        # Whatever was on its way, what can be read is the former state or the new one, whole.
        for table in watched:
            assert mirrored(lived, table) in (before[table.name], facts(table))
        kept(lived)
        for table in watched:
            assert mirrored(lived, table) == facts(table)
        if is_over:
            assert number > 10
            return
    raise AssertionError("there were more points than expected")


def test_killed_while_it_is_made_anew_it_goes_on(lived: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirroring, "PIECE", 8)
    monkeypatch.setattr(mirroring, "TABLES", (TABLES[0], TABLES[3], TABLES[6]))
    monkeypatch.setattr(mirror_module, "_on_disk", lambda folder: None)  # as above
    for number in range(2, 200, 7):
        mirroring.ask_for_rebuilding()
        with monkeypatch.context() as patched:
            die_at(patched, number)
            try:
                kept(lived)
                is_over = True
            except Killed:
                is_over = False
        kept(lived)
        for table in (TABLES[0], TABLES[3], TABLES[6]):
            assert mirrored(lived, table) == facts(table)
        if is_over:
            assert number > 20
            return
    raise AssertionError("there were more points than expected")


def test_a_database_put_back_from_a_copy_gets_a_new_mirror(lived: Mirror) -> None:
    plant(3, days=30, us_ms=5)
    kept(lived)
    plant(3, days=30, us_ms=6)
    kept(lived)
    MirrorLine.objects.update(step=0)
    SpellFact.objects.filter(conversation=2).delete()
    assert isinstance(chosen_engine(at(NOW_MS)), OwnDatabase)
    kept(lived)
    assert_same(lived)


def test_while_another_keeps_it_one_leaves_it_alone(lived: Mirror) -> None:
    plant(3, days=30, us_ms=5)
    with lived.held() as is_ours:
        assert is_ours
        assert not keep_mirror(lived, at_ms=NOW_MS)
        assert Unmirrored.objects.exists()
    kept(lived)
    assert not Unmirrored.objects.exists()


def at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def test_what_is_known_of_files_that_are_gone_is_forgotten(lived: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "STATES_KNOWN", 2)
    Mirrored._known.clear()
    seen = []
    for step in range(4):
        seen.append(Mirrored(lived, replace(state_of(lived), step=step))._shared())
        seen.append(Mirrored(lived, replace(state_of(lived), step=step))._shared())
    assert [one is other for one, other in pairwise(seen)] == [True, True, True, False, True, True, True]


def test_a_screen_asks_the_mirror_unless_it_is_behind(lived: Mirror) -> None:
    now = at(NOW_MS)
    assert isinstance(chosen_engine(now), Mirrored)
    Unmirrored.objects.create(subject="conversation", number=1)
    manifest = lived.folder / "manifest.json"
    for seconds, engine in ((10, Mirrored), (40, OwnDatabase)):
        os.utime(manifest, (NOW_MS / 1000 - seconds, NOW_MS / 1000 - seconds))
        assert isinstance(chosen_engine(now), engine)
    Unmirrored.objects.all().delete()
    assert isinstance(chosen_engine(now), Mirrored)


def test_a_spoilt_file_is_no_error_and_the_mirror_is_made_anew(lived: Mirror) -> None:
    for path in (lived.folder / "base" / "conversationfact").glob("*.parquet"):
        path.write_bytes(b"nothing")
    now = at(NOW_MS)
    reckoned = reckon(KPIS["resolution_time"], last_days(90, now), Scope(None), engine=chosen_engine(now))
    assert reckoned.result.headline.n > 5
    kept(lived)
    assert_same(lived)
    assert isinstance(chosen_engine(now), Mirrored)


def test_who_does_without_a_mirror_keeps_none(lived: Mirror, settings: Any) -> None:
    settings.NUMBERS = "database"
    plant(3, days=30, us_ms=5)
    kept(lived)
    assert lived.state() is None
    assert not Unmirrored.objects.exists()
    settings.NUMBERS = "duckdb"
    kept(lived)
    assert_same(lived)


def test_what_happens_is_in_the_mirror_after_one_round_of_one_errand(mirror: Mirror, story: Story) -> None:
    """Swept every five seconds, it folds and mirrors in the same round: an event is in the numbers within ten seconds."""
    assert ERRANDS["insight.fold_entries"].every <= timedelta(seconds=5)
    story.answer(story.writes(story.person(), 1), 2, resolve=True)
    story.order(story.person(), 1)
    story.work(at=story.moment(3))
    assert facts(TABLES[2])
    assert_same(mirror)
    story.answer(story.writes(story.person(), 3), 4)
    story.work(at=story.moment(5))
    assert len(facts(TABLES[0])) == 2
    assert_same(mirror)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that are really put to the mirror."""
    put: list[str] = []
    answered = Mirrored.answered

    def counted(self: Mirrored, statement: str, *args: Any) -> Any:
        put.append(statement)
        return answered(self, statement, *args)

    monkeypatch.setattr(Mirrored, "answered", counted)
    return put


def overview(now: datetime, scope: Scope = Scope(None)) -> int:  # noqa: B008 - a frozen value
    kpis = [KPIS["resolution_time"], KPIS["active_issues"]]
    found = reckoned(kpis, last_days(120, now), scope, channel="", engine=chosen_engine(now))
    return found[0].result.headline.n


def test_what_was_reckoned_is_told_again_until_a_fact_changes(lived: Mirror, asked: list[str]) -> None:
    now = at(NOW_MS)
    manifest = lived.folder / "manifest.json"
    os.utime(manifest, (NOW_MS / 1000 - 5_000, NOW_MS / 1000 - 5_000))
    before = overview(now)
    first = len(asked)
    assert before
    assert first >= 2
    assert overview(now + timedelta(minutes=14)) == before
    assert len(asked) == first
    # Another scope, another language and another quarter of an hour are other questions.
    overview(now, Scope((0,)))
    with translation.override("de"):
        overview(now)
    assert len(asked) == 3 * first
    overview(now + timedelta(minutes=16))
    assert len(asked) == 4 * first
    # An event is in the numbers as soon as it is in the mirror, not when a time has passed.
    later = now + timedelta(minutes=17)
    plant(40, days=(NOW_MS - START_MS) / DAY_MS + 16.5 / 1440)
    kept(lived, NOW_MS + 17 * 60_000)
    os.utime(manifest, (later.timestamp(), later.timestamp()))
    assert overview(later) == before + 1


def test_what_does_not_fit_into_memory_is_put_aside_on_disk_by_each_process(lived: Mirror) -> None:
    left = lived.folder / "spilling" / str(2**22 + 1)  # more than any system gives as the number of a process
    left.mkdir(parents=True)
    overview(at(NOW_MS))
    assert not left.exists()
    with Mirrored(lived, state_of(lived))._shared().cursor() as cursor:
        found = cursor.execute("SELECT current_setting('temp_directory')").fetchone()
    assert found == (str(lived.folder / "spilling" / str(os.getpid())),)


def test_a_question_too_large_for_it_is_answered_by_the_database(lived: Mirror) -> None:
    engine = Mirrored(lived, state_of(lived))
    question = Question((Span(0, START_MS, NOW_MS),), NOW_MS)
    expected = OwnDatabase().rows(KPIS["resolved_issues"].statement, question, **dict(KPIS["resolved_issues"].numbers))
    with engine._shared().cursor() as cursor:
        cursor.execute("SET temp_directory = ''")
        cursor.execute("SET memory_limit = '100KB'")
    found = engine.rows(KPIS["resolved_issues"].statement, question, **dict(KPIS["resolved_issues"].numbers))
    assert sorted(map(str, found)) == sorted(map(str, expected))
    assert isinstance(chosen_engine(at(NOW_MS)), Mirrored)


def test_an_engine_that_lost_its_way_is_made_anew_and_the_database_answers(
    lived: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(_self: Mirrored, _text: str, _values: object) -> list[dict[str, Any]]:
        raise duckdb.InternalException("INTERNAL Error: a dictionary changed identity")

    engine, kpi = Mirrored(lived, state_of(lived)), KPIS["resolved_issues"]
    question = Question((Span(0, START_MS, NOW_MS),), NOW_MS)
    expected = engine.rows(kpi.statement, question, **dict(kpi.numbers))
    former = engine._shared()
    with monkeypatch.context() as broken:
        broken.setattr(Mirrored, "_asked", lost)
        found = engine.rows(kpi.statement, question, **dict(kpi.numbers))
    assert sorted(map(str, found)) == sorted(map(str, expected))
    assert engine._shared() is not former
    assert lived.state() is not None  # its files are well


@pytest.mark.parametrize("broken", ["nothing", "a file", "every other answer"])
def test_what_is_asked_together_is_what_each_comes_to_alone(
    lived: Mirror, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """In the words of whoever asks, and from the database within their transaction where the files do not answer."""
    now, scope, kpis = at(NOW_MS), Scope(None), [kpi for kpi in KPIS.values() if kpi.is_named]
    period = replace(last_days(120, now), now=now)
    expected = {
        language: [told_in(language, lambda kpi=kpi: reckon(kpi, period, scope)) for kpi in kpis]
        for language in ("en", "fr")
    }
    engine = Mirrored(lived, state_of(lived))
    if broken == "a file":
        (lived.folder / max(engine.state.files())).unlink()
    elif broken == "every other answer":
        turns, answered = iter(range(1_000_000)), Mirrored.answered
        monkeypatch.setattr(
            Mirrored, "answered", lambda self, *args: answered(self, *args) if next(turns) % 2 else None
        )
    os.utime(lived.folder / "manifest.json", (NOW_MS / 1000, NOW_MS / 1000))
    for language, alone in expected.items():
        found = told_in(language, lambda: reckoned(kpis, period, scope, channel="", engine=engine))
        assert [each.result for each in found] == [each.result for each in alone]
        assert [each.points for each in found] == [each.points for each in alone]
    assert expected["en"] != expected["fr"]


def told_in(language: str, tell: Callable[[], Any]) -> Any:
    with translation.override(language):
        return tell()


def test_whoever_asks_has_what_was_set_for_all(mirror: Mirror) -> None:
    """A cursor is a connection of its own: a setting of the one it comes from is not its own unless it is set for all."""
    asked = Mirrored(mirror, State(line="any", step=0, base={}))._shared().cursor()
    names = ("nested_loop_join_threshold", "parquet_metadata_cache")
    found = dict(asked.execute(f"SELECT name, value FROM duckdb_settings() WHERE name IN {names}").fetchall())
    assert found == {"nested_loop_join_threshold": "200", "parquet_metadata_cache": "true"}
