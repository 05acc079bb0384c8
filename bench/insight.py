"""Are the numbers right where the truth is planted, how long do they take, and how long does hand-written SQL take beside?

--size counts touchpoints. The facts are planted by arithmetic, so every value is known; the mirror is that of the product,
a file a table and month; DuckDB has two cores and answers warm. Both sides read the same files in the same process.
"""

import atexit
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.measure import MIB, Report, median, parser, tell

ROUNDS = 3
DAY = 86_400_000


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], 1_000_000)
    arguments.add_argument("--data", type=Path, help="keep the files in this folder, or measure on those in it")
    given = arguments.parse_args()
    with_django()
    from tests.planted import Truth

    conversations = max(1, round(given.size / 5 / 3600)) * 3600
    report = Report("insight", conversations * 5)
    folder = given.data or Path(tempfile.mkdtemp(prefix="rung-insight-"))
    try:
        engine = planted(report, folder, conversations)
        Bench(report, engine, Truth(conversations)).run()
    finally:
        if given.data is None:
            shutil.rmtree(folder, ignore_errors=True)
    report.add(
        "peak memory of this process", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB", at_most=600
    )
    report.print(given.json)


def with_django() -> None:
    """The product's settings. Nothing is kept in the data folder: the facts are planted without a database."""
    os.environ["RUNG_DATA"] = tempfile.mkdtemp(prefix="rung-insight-data-")
    atexit.register(shutil.rmtree, os.environ["RUNG_DATA"], ignore_errors=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "rung.config.settings"
    import django

    django.setup()


def planted(report: Report, folder: Path, conversations: int) -> Any:
    """The planted facts in a mirror, as the product lays them, and its engine over them."""
    from rung.insight.engines import Mirrored
    from rung.insight.mirror import TABLES, Mirror, State, connected, write_parquet
    from rung.insight.mirroring import month_of
    from tests.planted import query_of

    mirror = Mirror(folder / str(conversations))
    if mirror.state() is None:
        tell(f"planting {conversations:,} conversations")
        began = time.perf_counter()
        duck = connected(spill=mirror.folder / "spill")
        base: dict[str, dict[str, str]] = {}
        for table in TABLES:
            whole = mirror.folder / f"{table.file}.parquet"
            columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in table.types.items())
            write_parquet(duck, f"SELECT {columns} FROM ({query_of(table.file, conversations)}) q", whole)
            read = f"read_parquet('{whole}')"
            base[table.file] = {}
            for (month,) in duck.execute(f"SELECT DISTINCT {month_of(table)} FROM {read} q ORDER BY 1").fetchall():
                path = f"base/{table.file}/{month}.parquet"
                query = f"SELECT * FROM {read} q WHERE {month_of(table)} = {month} ORDER BY {table.moment}"
                write_parquet(duck, query, mirror.folder / path)
                base[table.file][str(month)] = path
            whole.unlink()
        duck.close()
        mirror.publish(State(line="planted", step=0, base=base), at_ms=0)
        report.add("planted and written", time.perf_counter() - began, "s")
    state = mirror.state()
    assert state is not None
    report.add("on disk", sum((mirror.folder / path).stat().st_size for path in state.files()) / MIB, "MiB")
    return Mirrored(mirror, state)


class Bench:
    """The eight named KPIs over the whole year and over one month: right, and how fast."""

    def __init__(self, report: Report, engine: Any, truth: Any) -> None:
        from rung.insight.kpis import KPIS

        self.report, self.engine, self.truth = report, engine, truth
        self.kpis = {name: kpi for name, kpi in KPIS.items() if kpi.is_named}
        self.others = {name: kpi for name, kpi in KPIS.items() if not kpi.is_named}

    def run(self) -> None:
        from tests.planted import END_MS, START_MS

        year, month = (START_MS, END_MS), (START_MS + 240 * DAY, START_MS + 270 * DAY)
        self.check(START_MS, END_MS)
        for name, (from_ms, to_ms) in (("the year", year), ("one month", month)):
            tell(f"timing {name}")
            ours, hand = self.timed(from_ms, to_ms)
            goal = 3.0 if name == "the year" else 0.3
            self.report.add(
                f"{name}: eight KPIs, one statement each", sum(ours.values()), "s", at_most=goal,
                note=", ".join(f"{kpi} {seconds:.2f}" for kpi, seconds in ours.items()),
            )  # fmt: skip
            both = [kpi for kpi in hand if kpi in ours]
            self.report.add(
                f"{name}: the same by hand-written SQL", sum(hand.values()), "s",
                note=", ".join(f"{kpi} {seconds:.2f}" for kpi, seconds in hand.items()),
            )  # fmt: skip
            ratio = sum(ours[kpi] for kpi in both) / sum(hand.values())
            self.report.add(f"{name}: ours over hand-written", ratio, "×", at_most=1.2)
            further = sum(self.asked(kpi, from_ms, to_ms)[0] for kpi in self.others.values())
            self.report.add(f"{name}: the ten further KPIs, once", further, "s")

    def asked(self, kpi: Any, from_ms: int, to_ms: int) -> tuple[float, Any]:
        from rung.insight.engine import Question
        from rung.insight.spans import Span

        question = Question((Span(0, from_ms, to_ms),), self.now_ms)
        began = time.perf_counter()
        result = kpi.finish(self.engine.rows(kpi.statement, question, **dict(kpi.numbers)))
        return time.perf_counter() - began, result

    @property
    def now_ms(self) -> int:
        from tests.planted import END_MS

        return END_MS + 100 * DAY

    # Right?

    def check(self, start_ms: int, end_ms: int) -> None:
        truth = self.truth
        found = {name: self.asked(kpi, start_ms, end_ms)[1] for name, kpi in (self.kpis | self.others).items()}
        for name, planted_value in truth.values.items():
            if name in found:
                self.equal(name, (found[name].headline.count, found[name].headline.n), planted_value)
        promoters, detractors, answers = truth.net_promoters
        nps = found["net_promoter_score"]
        self.equal("answers to the NPS", nps.headline.n, answers)
        self.equal(
            "plain NPS", round(nps.parts[0].estimate.value, 9), round(100 * (promoters - detractors) / answers, 9)
        )
        self.equal("resolved", found["resolved_issues"].headline.n, truth.resolved)
        self.equal("active at the end", found["active_issues"].headline.n, truth.active_at_the_end)
        self.equal("how many are aged", found["backlog_age"].headline.n, truth.active_at_the_end)
        middle = truth.first_minutes[(len(truth.first_minutes) + 1) // 2 - 1]
        self.equal("median minutes to resolution", found["resolution_time"].headline.estimate.value, middle)
        reply = found["first_reply_time"].parts[1]
        self.equal("answered", (reply.count, reply.n), truth.values["first_reply"])
        contacts = found["contacts_per_need"].headline.estimate.value
        self.equal("contacts per need", round(contacts, 9), round(truth.contacts_per_need, 9))
        kept = self.asked(self.kpis["customer_retention"], start_ms + 200 * DAY, start_ms + 350 * DAY)[1].headline
        self.equal("customers kept, day 200 to 350", (kept.count, kept.n), truth.retained(200, 350))
        self.report.add(
            "values that are not the planted ones", self.wrong, "", at_most=0, note=f"of {self.checked} checked"
        )

    wrong = checked = 0

    def equal(self, what: str, found: Any, planted_value: Any) -> None:
        self.checked += 1
        if found != planted_value:
            self.wrong += 1
            self.report.add(f"WRONG: {what}", 1, "", note=f"{found} for {planted_value}")

    # Fast?

    def timed(self, from_ms: int, to_ms: int) -> tuple[dict[str, float], dict[str, float]]:
        ours = {
            name: median([self.asked(kpi, from_ms, to_ms)[0] for _ in range(ROUNDS)]) for name, kpi in self.kpis.items()
        }
        hand = {}
        for name, text in by_hand(self.source, from_ms, to_ms, self.now_ms).items():
            hand[name] = median([self.by_hand_once(text) for _ in range(ROUNDS)])
        return ours, hand

    def by_hand_once(self, text: str) -> float:
        began = time.perf_counter()
        with self.engine._shared().cursor() as cursor:
            cursor.execute(text).fetchall()
        return time.perf_counter() - began

    @property
    def source(self) -> Callable[[str], str]:
        from rung.insight.mirror import TABLES

        files = {table.file: self.engine.mirror.base_of(self.engine.state, table) for table in TABLES}
        return files.__getitem__


def by_hand(source: Callable[[str], str], from_ms: int, to_ms: int, now_ms: int) -> dict[str, str]:
    """What somebody who knows DuckDB and the question would write for the same headline, parts and counter-metric, by team
    and channel: no spans, its own functions, filters on the scan."""
    when = f"BETWEEN {from_ms} AND {to_ms - 1}"
    week, month_ms, quarter = 7 * DAY, 30 * DAY, 90 * DAY
    return {
        "overall_satisfaction": f"""
            SELECT team, channel, count(*) FILTER (answered_ms {when} AND is_last = 1 AND answer >= 4),
                   count(*) FILTER (answered_ms {when} AND is_last = 1), avg(answer) FILTER (answered_ms {when}),
                   count(*) FILTER (offered_ms {when}), count(*) FILTER (offered_ms {when} AND answered_ms IS NOT NULL),
                   (SELECT count(*) FROM {source("resolutionfact")} WHERE resolved_ms {when})
            FROM {source("answerfact")} WHERE question = 'csat' GROUP BY ALL""",
        "net_promoter_score": f"""
            SELECT team, channel, count(*) FILTER (answered_ms {when} AND answer >= 9),
                   count(*) FILTER (answered_ms {when} AND answer BETWEEN 7 AND 8),
                   count(*) FILTER (answered_ms {when} AND answer <= 6), count(*) FILTER (offered_ms {when})
            FROM {source("answerfact")} WHERE question = 'nps' GROUP BY ALL""",
        "complaint_escalation_rate": f"""
            SELECT team, channel, count(*), count(*) FILTER (escalated_ms < received_ms + {month_ms}),
                   (SELECT count(*) FROM {source("conversationfact")} WHERE opened_ms {when})
            FROM {source("complaintfact")} WHERE received_ms {when} GROUP BY ALL""",
        "resolution_time": f"""
            SELECT team, channel, minutes, count(*), sum(us_ms), sum(customer_ms), sum(reopen_count)
            FROM (SELECT team, channel, us_ms, customer_ms, reopen_count,
                         unnest([coalesce(first_minutes, -1), if(is_resolved = 1, full_minutes, -1)]) AS minutes
                  FROM {source("conversationfact")} WHERE opened_by = 'customer' AND opened_ms {when})
            GROUP BY ALL""",
        "active_issues": f"""
            SELECT team, channel, count(*) FILTER (began_ms <= {to_ms} AND ended_ms > {to_ms}),
                   sum(least(ended_ms, {to_ms}) - greatest(began_ms, {from_ms}))
            FROM {source("spellfact")} WHERE began_ms <= {to_ms} AND ended_ms > {from_ms} GROUP BY ALL
            UNION ALL
            SELECT team, channel, count(*) FILTER (opened_ms {when}), count(*) FILTER (is_resolved = 1)
            FROM {source("conversationfact")} WHERE opened_ms {when} OR last_resolved_ms {when} GROUP BY ALL
            UNION ALL
            SELECT team, channel, count(*), count(*) FILTER (reopened_ms <= {now_ms})
            FROM {source("resolutionfact")} WHERE resolved_ms {when} GROUP BY ALL""",
        "resolved_issues": f"""
            WITH r AS (SELECT conversation, customer, team, channel, resolved_ms, reopened_ms
                       FROM {source("resolutionfact")} WHERE resolved_ms {when}),
                 o AS (SELECT customer, opened_ms, team, channel,
                              lag(opened_ms) OVER (PARTITION BY customer ORDER BY opened_ms) AS before_ms
                       FROM {source("conversationfact")}
                       WHERE opened_by = 'customer' AND opened_ms BETWEEN {from_ms - week} AND {to_ms + week})
            SELECT r.team, r.channel, count(*), count(*) FILTER (r.reopened_ms < r.resolved_ms + {week}),
                   count(*) FILTER (o.opened_ms < r.resolved_ms + {week}),
                   (SELECT count(*) FILTER (before_ms > opened_ms - {week}) FROM o WHERE opened_ms {when})
            FROM r ASOF LEFT JOIN o ON o.customer = r.customer AND o.opened_ms > r.resolved_ms GROUP BY ALL""",
        "conversion_rate": f"""
            WITH first AS (SELECT customer, min(occurred_ms) AS asked_ms, arg_min(team, occurred_ms) AS team,
                                  arg_min(channel, occurred_ms) AS channel, count(*) AS contacts
                           FROM {source("touchpointfact")}
                           WHERE phase = 'before' AND is_contact = 1 AND occurred_ms {when} GROUP BY customer)
            SELECT f.team, f.channel, count(DISTINCT f.customer), count(DISTINCT o.customer), sum(contacts)
            FROM first f LEFT JOIN {source("orderfact")} o
              ON o.customer = f.customer AND o.placed_ms >= f.asked_ms AND o.placed_ms < f.asked_ms + {month_ms}
            GROUP BY ALL""",
        "customer_retention": f"""
            WITH moments AS (
                SELECT customer, occurred_ms AS ms, team, channel FROM {source("touchpointfact")}
                WHERE is_contact = 1 AND occurred_ms BETWEEN {from_ms - quarter} AND {to_ms - 1}
                UNION ALL
                SELECT customer, placed_ms, NULL, NULL FROM {source("orderfact")}
                WHERE placed_ms BETWEEN {from_ms - quarter} AND {to_ms - 1}),
            people AS (
                SELECT customer, bool_or(ms < {from_ms}) AS was_active, bool_or(ms >= {to_ms - quarter}) AS is_active,
                       arg_max(team, ms) AS team, arg_max(channel, ms) AS channel
                FROM moments GROUP BY customer)
            SELECT team, channel, count(*) FILTER (was_active), count(*) FILTER (was_active AND is_active),
                   count(*) FILTER (is_active AND NOT was_active)
            FROM people GROUP BY ALL""",
    }


if __name__ == "__main__":
    main()
