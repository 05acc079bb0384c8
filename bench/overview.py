"""How long the overview of the numbers takes over a mirror that is there: through the real WSGI application, signed in.

It has no figures of its own to print; `bench.insight` asks it. The days shown lie in the middle of the planted year, so
that the period, the one before and all thirteen points of each series have something in them.
"""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.measure import Report, counting, median, quantile, tell

GOAL_MS = 150.0
REQUESTS = 40
FIRST_READINGS = 3


def measure_overview(report: Report, folder: Path, start_ms: int, *, has_goal: bool) -> None:
    """Add the figures. `folder`: that of the mirror. The data folder of the settings gets tables and a link to it."""
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
        note=f"once a fact has changed: 15 stretches of each KPI, {min(worked[1:]):.2f} s of processors;"
        f" the first of the process {first[0]:.2f} s",
    )  # fmt: skip


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
    own.folder.symlink_to(folder.resolve())
    state = own.state()
    assert state is not None
    MirrorLine.objects.update_or_create(pk=1, defaults={"line": state.line, "step": state.step, "building": ""})
    assert settings.NUMBERS == "duckdb"
    team = create_team("Support", by=SYSTEM, at=now())
    lead = create_agent(email="lead@bench.example", name="Lin Lead", role="lead", teams=[team], by=SYSTEM, at=now())
    return int(lead.pk)
