"""What is remembered of single spans is what asking everything anew would give, whatever has happened since."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db.models import Model

from rung.insight import mirror as mirror_module
from rung.insight import remembered
from rung.insight.access import Scope
from rung.insight.days import calendar
from rung.insight.engine import OwnDatabase, Question, reach
from rung.insight.engines import Mirrored
from rung.insight.facts import conversation_facts
from rung.insight.kpis import KPIS
from rung.insight.mirror import DAY_MS, TABLES, Mirror, State
from rung.insight.mirroring import ask_for_rebuilding, keep_mirror, note_changed, own_mirror
from rung.insight.models import OrderFact
from rung.insight.periods import last_days
from rung.insight.reckoning import Reckoning, behind, over, reckon
from rung.insight.remembered import behind_it, reckoned, reckoned_whole, told_over
from rung.insight.spans import Span

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 240
# A full quarter of an hour: what nothing has touched is looked at from there.
NOW = START + timedelta(days=DAYS, hours=12)
NAMED = [kpi for kpi in KPIS.values() if kpi.is_named]


@dataclass
class Entry:
    """One entry of a journal, as far as folding reads it."""

    kind: str
    occurred_at: datetime
    data: dict[str, Any]
    actor_kind: str = "agent"


@dataclass
class Company:
    """What happened to each conversation. Every change is folded and noted as the product does."""

    random: Random
    entries: dict[int, list[Entry]] = field(default_factory=dict)
    orders: dict[int, tuple[int, float]] = field(default_factory=dict)

    def opens(self, number: int, days: float) -> None:
        who = {"conversation": number, "customer": self.random.randrange(40), "channel": "email"}
        moment = START + timedelta(days=days)
        team = self.random.randrange(3)
        self.entries[number] = [
            Entry("conversation.opened", moment, {**who, "team": team}),
            Entry("touchpoint.received", moment, self.touch(number, who, "before" if number % 3 else "during")),
        ]
        self.fold(number)

    def touch(self, number: int, who: dict[str, Any], phase: str = "during") -> dict[str, Any]:
        self.touches += 1
        return {**who, "touchpoint": number * 1_000 + self.touches, "direction": "in", "phase": phase, "agent": 1}

    touches: int = 0
    is_told: bool = False

    def goes_on(self, number: int, kind: str, days: float) -> None:
        """One more entry, now or long ago: a journal is not told in the order things happened."""
        told = self.entries[number]
        moment = max(START + timedelta(days=days), told[0].occurred_at)
        who = {key: told[0].data[key] for key in ("conversation", "customer", "channel")}
        data: dict[str, Any] = {"outcome": "settled", "team": self.random.randrange(3)}
        if kind in ("touchpoint.received", "conversation.answered"):
            data = self.touch(number, who)
        elif kind.startswith("survey."):
            question = ("csat", "nps")[number % 2]
            data = {**who, "invitation": number, "question": question, "value": self.random.randrange(1, 6)}
        elif kind == "signal.noted":
            signal = self.random.choice(("complaint", "escalation"))
            data = {**who, "touchpoint": told[1].data["touchpoint"], "signal": signal}
        told.append(Entry(kind, moment, data))
        self.fold(number)

    def becomes(self, number: int, customer: int) -> None:
        """Its customer turned out to be somebody else."""
        for entry in self.entries[number]:
            if "customer" in entry.data:
                entry.data["customer"] = customer
        self.fold(number)

    def is_forgotten(self, number: int) -> None:
        self.entries[number] = []
        self.fold(number)

    def orders_something(self, number: int, days: float) -> None:
        placed_ms = ms_of(START + timedelta(days=days))
        told = {"customer": number % 40, "amount_cents": 100, "placed_ms": placed_ms, **calendar(placed_ms)}
        OrderFact.objects.update_or_create(placed_order=number, defaults=told)
        note_changed("placed_order", [number])

    def fold(self, *numbers: int) -> None:
        if not self.is_told:
            return
        facts: dict[type[Model], list[Model]] = defaultdict(list)
        for number in numbers:
            for fact in conversation_facts(sorted(self.entries[number], key=lambda entry: entry.occurred_at)):
                facts[type(fact)].append(fact)
        for table in TABLES:
            if table.subject == "conversation":
                table.model._default_manager.filter(conversation__in=numbers).delete()
                table.model._default_manager.bulk_create(facts[table.model])
        note_changed("conversation", numbers)

    def lives(self, days: float) -> None:
        """Anything, at any conversation."""
        numbers = [number for number, told in self.entries.items() if told]
        number = self.random.choice(numbers)
        new = max(self.entries) + 1
        kinds = (
            "touchpoint.received", "conversation.answered", "conversation.resolved", "conversation.reopened",
            "survey.offered", "survey.answered", "signal.noted", "conversation.assigned", "spam.marked",
        )  # fmt: skip
        self.random.choice([
            lambda: self.opens(new, days),
            lambda: self.opens(new, self.random.uniform(0, days)),
            lambda: self.becomes(number, self.random.randrange(40)),
            lambda: self.is_forgotten(number),
            lambda: self.orders_something(self.random.randrange(60), self.random.uniform(0, days)),
            *(lambda kind=kind: self.goes_on(number, kind, days) for kind in kinds),
            *(lambda kind=kind: self.goes_on(number, kind, self.random.uniform(0, days)) for kind in kinds),
        ])()  # fmt: skip


def ms_of(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@pytest.fixture
def mirror(tmp_path: Path, settings: Any, db: None) -> Iterator[Mirror]:
    settings.NUMBERS = "duckdb"
    settings.DATA_DIR = tmp_path
    remembered._spans.clear()
    remembered._kept.clear()
    yield own_mirror()
    Mirrored._duck = None
    remembered._spans.clear()
    remembered._kept.clear()


def company(mirror: Mirror, seed: int = 0) -> Company:
    """Eight months of a small company, and a mirror of them."""
    made = Company(Random(seed))
    for number in range(1, 240):
        begins = DAYS * number / 240
        made.opens(number, begins)
        for kind in ("conversation.answered", "conversation.resolved", "survey.offered", "survey.answered"):
            if made.random.random() < 0.8:
                begins += made.random.random() * 3
                made.goes_on(number, kind, min(begins, DAYS))
    made.is_told = True
    made.fold(*made.entries)
    for number in range(30):
        made.orders_something(number, DAYS * number / 30)
    bring_up(mirror)
    return made


def bring_up(mirror: Mirror, now: datetime = NOW) -> Mirrored:
    while keep_mirror(mirror, at_ms=ms_of(now)):
        pass
    state = mirror.state()
    assert state is not None
    return Mirrored(mirror, state)


def remembering(engine: Mirrored, scope: Scope, now: datetime = NOW) -> list[Reckoning]:
    # As seen when the clock of the story says so, not that of the machine.
    engine.published_s = now.timestamp()
    return reckoned(NAMED, last_days(30, now), scope, channel="", engine=engine)


def shown(found: Reckoning) -> tuple[Any, ...]:
    return found.kpi.name, found.result, found.before, found.points, found.effect


@pytest.mark.parametrize(
    ("seed", "scope"), [(1, Scope(None)), (2, Scope(None)), (3, Scope((0, 1)))], ids=["one", "another", "two teams"]
)
def test_whatever_happens_the_numbers_are_those_of_asking_anew(mirror: Mirror, seed: int, scope: Scope) -> None:
    story, period = company(mirror, seed), last_days(30, NOW)
    remembering(bring_up(mirror), scope)
    for _ in range(6):
        story.lives(DAYS + 0.4)
        engine = bring_up(mirror)
        found = [shown(each) for each in remembering(engine, scope)]
        for asked in (engine, OwnDatabase()):
            assert found == [shown(reckon(kpi, period, scope, engine=asked)) for kpi in NAMED], type(asked)


@pytest.mark.parametrize(("seed", "scope"), [(4, Scope(None)), (5, Scope((0, 1)))], ids=["everything", "two teams"])
def test_whatever_happens_the_pages_show_what_asking_anew_would(mirror: Mirror, seed: int, scope: Scope) -> None:
    story, period = company(mirror, seed), last_days(30, NOW)
    former = replace(period, from_day=period.from_day - timedelta(days=30), to_day=period.from_day - timedelta(days=1))
    for _ in range(2):
        engine = bring_up(mirror)
        remembering(engine, scope)  # what the overview knows is there too
        where: dict[str, Any] = {"channel": "", "engine": engine}
        for kpi in KPIS.values():
            page = reckoned_whole(kpi, period, scope, **where)
            for asked in (engine, OwnDatabase()):
                assert page == reckon(kpi, period, scope, engine=asked, is_whole=True), (kpi.name, type(asked))
            assert behind_it(kpi, period, scope, most=50, **where) == behind(kpi, period, scope, most=50, engine=engine)
            for side in (period, former):
                assert told_over(kpi, side, scope, **where) == over(kpi, side, scope, **where), kpi.name
        story.lives(DAYS + 0.4)
        story.lives(DAYS + 0.4)


def test_a_page_is_asked_once_while_nothing_happens_and_then_for_what_may_differ(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: list[int] = []
    rows = Mirrored.rows

    def counted(self: Mirrored, statement: str, question: Question, **numbers: int) -> Any:
        put.append(len(question.spans))
        return rows(self, statement, question, **numbers)

    monkeypatch.setattr(Mirrored, "rows", counted)
    story, period, scope = company(mirror), last_days(30, NOW), Scope(None)
    kpi = KPIS["resolution_time"]

    def opened() -> int:
        put.clear()
        engine = bring_up(mirror)
        engine.published_s = NOW.timestamp()
        reckoned_whole(kpi, period, scope, channel="", engine=engine)
        behind_it(kpi, period, scope, most=50, channel="", engine=engine)
        told_over(kpi, period, scope, channel="", engine=engine)
        return sum(put)

    everything = opened()
    assert opened() == 0
    story.opens(500, DAYS + 0.1)
    assert 0 < opened() < everything
    assert opened() == 0


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Span, ...]]]:
    """The KPIs that are really asked of the mirror, and for which of their spans."""
    put: list[tuple[str, tuple[Span, ...]]] = []
    answered = Mirrored.answered
    names = {kpi.statement: kpi.name for kpi in NAMED} | {kpi.clusters: f"{kpi.name} by customer" for kpi in NAMED}

    def counted(self: Mirrored, statement: str, question: Question, numbers: Any) -> Any:
        put.append((names[statement], question.spans))
        return answered(self, statement, question, numbers)

    monkeypatch.setattr(Mirrored, "answered", counted)
    return put


def test_a_fact_of_today_has_the_running_spans_asked_anew_and_no_others(
    mirror: Mirror, asked: list[tuple[str, tuple[Span, ...]]]
) -> None:
    story = company(mirror)
    remembering(bring_up(mirror), Scope(None))
    everything = sum(len(spans) for _name, spans in asked)
    assert everything > 80
    for n in range(3):
        asked.clear()
        story.opens(500 + n, DAYS + 0.1)
        now = NOW + timedelta(seconds=5 * (n + 1))
        remembering(bring_up(mirror), Scope(None), now)
        # What is judged only after 30 days has nothing to say of today.
        assert {"conversion_rate", "complaint_escalation_rate"}.isdisjoint(name for name, _spans in asked)
        assert len(asked) >= 6
        # The period, the last point of its series, and the last but one of what is judged after 7 days.
        assert all(span.to_ms > ms_of(now) - 7 * DAY_MS for _name, spans in asked for span in spans)
        assert sum(len(spans) for _name, spans in asked) < everything / 5


def test_a_fact_of_an_old_month_has_asked_anew_what_reads_it(
    mirror: Mirror, asked: list[tuple[str, tuple[Span, ...]]]
) -> None:
    story = company(mirror)
    before = remembering(bring_up(mirror), Scope(None))
    asked.clear()
    story.goes_on(200, "conversation.reopened", DAYS - 1)
    opened = story.entries[200][0].occurred_at
    remembering(bring_up(mirror), Scope(None))
    spans = next(each.cut.spans for each in before if each.kpi.name == "resolution_time")
    around = {span.number for span in spans if span.from_ms <= ms_of(opened) < span.to_ms}
    assert around
    anew = {span.number for name, told in asked if name == "resolution_time" for span in told}
    assert around <= anew < {span.number for span in spans}


def test_writing_the_changed_into_their_months_has_nothing_asked_anew(
    mirror: Mirror, asked: list[tuple[str, tuple[Span, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    story = company(mirror)
    story.opens(500, DAYS + 0.1)
    found = remembering(bring_up(mirror), Scope(None))
    asked.clear()
    settled = bring_up(mirror, NOW + timedelta(hours=1))
    assert settled.state.changed == ""
    assert [shown(each) for each in remembering(settled, Scope(None))] == [shown(each) for each in found]
    assert asked == []


def test_of_a_mirror_made_anew_everything_is_asked_anew(
    mirror: Mirror, asked: list[tuple[str, tuple[Span, ...]]]
) -> None:
    company(mirror)
    remembering(bring_up(mirror), Scope(None))
    first = len(asked)
    ask_for_rebuilding()
    remembering(bring_up(mirror), Scope(None))
    assert len(asked) == 2 * first


def test_of_a_mirror_that_noted_no_days_nothing_is_believed(
    mirror: Mirror, asked: list[tuple[str, tuple[Span, ...]]]
) -> None:
    company(mirror)
    engine = bring_up(mirror)
    remembering(engine, Scope(None))
    first = len(asked)
    unnoted = replace(engine.state, step=engine.state.step + 1, touched={}, touched_since=-1)
    remembering(Mirrored(mirror, unnoted), Scope(None))
    assert len(asked) == 2 * first


def test_what_is_remembered_is_bounded(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST_SPANS", 20)
    company(mirror)
    engine = bring_up(mirror)
    found = [shown(each) for each in remembering(engine, Scope(None))]
    assert len(remembered._spans) == 20
    remembered._kept.clear()
    assert [shown(each) for each in remembering(engine, Scope(None))] == found
    assert len(remembered._spans) == 20


@pytest.mark.parametrize("most", [3, 1_000])
def test_no_touched_day_is_forgotten_before_what_was_known_of_it(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror_module, "TOUCHED_DAYS", most)
    random, log = Random(7), []
    state = State(line="any", step=0, base={}, touched_since=0)
    for step in range(1, 60):
        days = {random.randrange(20) for _ in range(random.randrange(3))}
        touched, since = state.touching(days, step)
        assert len(touched) <= most
        state = replace(state, step=step, touched=touched, touched_since=since)
        log.append(days)
        for known in range(step):
            first, end = sorted((random.randrange(21), random.randrange(21)))
            really = any(first <= day < end for days in log[known:] for day in days)
            said = state.is_touched(known, first * DAY_MS, end * DAY_MS)
            assert said or not really
            # And with room for all days it is no excuse for asking everything.
            assert most == 3 or said == really


def test_what_a_statement_reads_of_a_span_is_told_by_what_it_names() -> None:
    told: Callable[[str], Any] = lambda name: reach(KPIS[name].statement, KPIS[name].numbers)  # noqa: E731 - short
    assert told("conversion_rate") == (None, 30 * DAY_MS)  # who was a colleague may have been one for years
    assert told("resolved_issues") == (-7 * DAY_MS, 7 * DAY_MS)
    assert told("customer_retention") == (None, 0)
    assert told("backlog_age") == (None, None)
    for kpi in NAMED:
        assert told(kpi.name)[1] is not None, f"{kpi.name}: any fact would have its whole series asked anew"
