"""How long the overview of the numbers takes over a mirror that is there: through the real WSGI application, signed in.

It has no figures of its own to print; `bench.insight` asks it. The days shown lie in the middle of the planted year, so
that the period, the one before and all thirteen points of each series have something in them. Then the clock is set to a day
near its end, and facts are written as the product writes them: one of that day, one of a conversation opened long before.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.measure import Report, counting, median, quantile, tell

GOAL_MS = 150.0
REQUESTS = 40
FIRST_READINGS = 3
DAY_MS = 86_400_000
ENDLESS_MS = 253_402_300_799_000


def measure_overview(report: Report, folder: Path, start_ms: int, *, has_goal: bool) -> None:
    """Add the figures. `folder`: that of the mirror. The data folder of the settings gets tables and a copy of it."""
    from django.core.management import call_command

    from bench.desk import Browser, Screen, sign_in
    from rung.insight import remembered

    tell("the overview: making tables")
    call_command("migrate", verbosity=0, skip_checks=True)
    agent = _lead(folder)
    middle = datetime.fromtimestamp(start_ms / 1000, UTC) + timedelta(days=241)
    screen = Screen("overview", (f"/numbers?from={middle.date()}&to={(middle + timedelta(days=29)).date()}",))
    browser = Browser({screen.by: sign_in(agent)})

    tell("the overview: first readings")
    first, worked = [], []
    for _ in range(FIRST_READINGS):
        remembered._kept.clear()
        remembered._spans.clear()
        began, cpu = time.perf_counter(), time.process_time()
        answer = browser.get(screen.paths[0], screen)
        first.append(time.perf_counter() - began)
        worked.append(time.process_time() - cpu)
        if answer.status != 200 or b"numbers-card" not in answer.body:
            report.add("the overview", 0, "", note=f"answered {answer.status}: not measured")
            return
        # Whatever the mirror does not answer the database would, and it is empty here.
        if empty := [each.kpi.name for each in remembered._kept.values() if not each.result.headline.n]:
            report.add("the overview", 0, "", note=f"nothing in {', '.join(empty)}: not measured")
            return
    again = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        browser.get(screen.paths[0], screen)
        again.append(1000 * (time.perf_counter() - began))
    with counting() as counted:
        browser.get(screen.paths[0], screen)
    report.add(
        "overview of a month, warm", median(again), "ms", at_most=GOAL_MS if has_goal else None,
        note=f"p95 {quantile(again, 0.95):.1f}, {counted.queries} queries, {len(answer.body) / 1024:.0f} kB; no fact has"
        " changed since somebody opened it",
    )  # fmt: skip
    report.add(
        "overview of a month, first reading", min(first[1:]), "s",
        note=f"nothing of it known: 15 stretches of each KPI, {min(worked[1:]):.2f} s of processors;"
        f" the first of the process {first[0]:.2f} s",
    )  # fmt: skip
    days = screen.paths[0].removeprefix("/numbers")
    _pages(report, browser, screen, days, has_goal=has_goal)
    fragment = replace(screen, is_fragment=True)
    ways = [lambda: browser.get("/numbers", screen), lambda: browser.get("/numbers", fragment)]
    _after_facts(report, ways, start_ms, has_goal=has_goal)


def _pages(report: Report, browser: Any, screen: Any, days: str, *, has_goal: bool) -> None:
    """The page of the dearest number and the comparison, first and again."""
    tell("the overview: pages of one number, comparison")
    for name, path in (
        ("page of customer retention", "/numbers/customer_retention"),
        ("comparison", "/numbers/compared"),
    ):
        times = []
        for _ in range(1 + REQUESTS // 4):
            began = time.perf_counter()
            answer = browser.get(path + days, screen)
            times.append(1000 * (time.perf_counter() - began))
            if answer.status != 200:
                report.add(f"{name} of a month", 0, "", note=f"answered {answer.status}: not measured")
                return
        report.add(
            f"{name} of a month, warm", median(times[1:]), "ms", at_most=GOAL_MS if has_goal else None,
            note=f"first {times[0] / 1000:.2f} s; no fact has changed since somebody opened it",
        )  # fmt: skip


def _after_facts(report: Report, ways: list[Callable[[], Any]], start_ms: int, *, has_goal: bool) -> None:
    """The last thirty days, opened for the first time after something has happened: the page, which may come as it was
    before, and then what it asks for to follow."""
    from rung.core import clock

    today = start_ms + 340 * DAY_MS
    facts = (
        ("after a fact of today", lambda n: today + 50_000_000 + n * 5_000),
        ("after a fact of a matter three months old", lambda _n: today - 90 * DAY_MS),
    )
    moment = datetime.fromtimestamp((today + 50_000_000) / 1000, UTC)
    real = clock.now
    try:
        clock.now = lambda: moment
        ways[0]()
        for number, (name, opened_ms) in enumerate(facts):
            tell(f"the overview: {name}")
            shown, followed, worked, stretches = [], [], [], []
            for n in range(FIRST_READINGS):
                moment += timedelta(seconds=5)
                _happens(10**9 + 10 * number + n, opened_ms(n), int(moment.timestamp() * 1000))
                with _stretches() as asked:
                    cpu, began = time.process_time(), time.perf_counter()
                    page = ways[0]()
                    shown.append(1000 * (time.perf_counter() - began))
                    if b'hx-trigger="load"' in page.body:
                        ways[1]()
                    followed.append(1000 * (time.perf_counter() - began))
                    worked.append(time.process_time() - cpu)
                stretches.append(sum(asked))
            report.add(
                f"overview of 30 days, {name}: shown as it was", min(shown), "ms",
                at_most=GOAL_MS if has_goal else None, note="with the moment it was so",
            )  # fmt: skip
            report.add(
                f"overview of 30 days, {name}: with it", min(followed), "ms",
                note=f"{max(stretches)} stretches asked, {min(worked):.2f} s of processors",
            )  # fmt: skip
    finally:
        clock.now = real


def _happens(number: int, opened_ms: int, at_ms: int) -> None:
    """A conversation that nobody has answered yet comes into the facts and into the mirror."""
    from rung.insight.days import calendar
    from rung.insight.mirroring import keep_mirror, note_changed, own_mirror
    from rung.insight.models import ConversationFact, SpellFact, TouchpointFact

    who = {"conversation": number, "customer": number, "channel": "email", "team": 1}
    ConversationFact.objects.create(
        **who, opened_ms=opened_ms, **calendar(opened_ms), opened_by="customer", is_resolved=0, reopen_count=0, us_ms=0,
        customer_ms=0, contacts=1,
    )  # fmt: skip
    SpellFact.objects.create(**who, ordinal=0, turn="us", opened_ms=opened_ms, began_ms=opened_ms, ended_ms=ENDLESS_MS)
    TouchpointFact.objects.create(
        **who, touchpoint=number, direction="in", phase="during", is_contact=1, occurred_ms=opened_ms,
        **calendar(opened_ms),
    )  # fmt: skip
    note_changed("conversation", [number])
    while keep_mirror(own_mirror(), at_ms=at_ms):
        pass


@contextmanager
def _stretches() -> Iterator[list[int]]:
    """How many stretches each statement put to the mirror asks for."""
    from rung.insight.engines import Mirrored

    asked: list[int] = []
    answered = Mirrored.answered

    def counted(self: Any, statement: str, question: Any, numbers: Any) -> Any:
        asked.append(len(question.spans))
        return answered(self, statement, question, numbers)

    Mirrored.answered = counted
    try:
        yield asked
    finally:
        Mirrored.answered = answered


def _linked(one: str, other: str) -> None:
    try:
        os.link(one, other)
    except OSError:
        shutil.copyfile(one, other)


def _lead(folder: Path) -> int:
    """A lead who sees everything, in an installation whose mirror is that in `folder`."""
    from django.conf import settings

    from rung.accounts.verbs import create_agent, create_team
    from rung.core.actor import SYSTEM
    from rung.core.clock import now
    from rung.insight.mirroring import own_mirror
    from rung.insight.models import MirrorLine

    own = own_mirror()
    own.folder.parent.mkdir(parents=True, exist_ok=True)
    # What happens here does not happen to the planted files.
    shutil.copytree(folder, own.folder, copy_function=_linked, ignore=shutil.ignore_patterns("spilling", "lock"))
    state = own.state()
    assert state is not None
    MirrorLine.objects.update_or_create(pk=1, defaults={"line": state.line, "step": state.step, "building": ""})
    assert settings.NUMBERS == "duckdb"
    team = create_team("Support", by=SYSTEM, at=now())
    lead = create_agent(email="lead@bench.example", name="Lin Lead", role="lead", teams=[team], by=SYSTEM, at=now())
    return int(lead.pk)
