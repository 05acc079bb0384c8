"""How old is what lies open?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Measure, Result, share, total
from rung.insight.statistics import kaplan_meier
from rung.insight.still_open import DAY_MS, STILL_OPEN, whose_turn

TARGET_DAYS = 7
# Exact ages for the period itself; for the points of the series ages by the day of opening, a few hundred rows each.
STATEMENT = """
SELECT span, team, channel, since_ms, since_day, kind_of, MAX(closes_ms) AS ends_ms, COUNT(*) AS conversations,
       SUM(is_back) AS came, SUM(is_stood) AS stood
FROM (
    SELECT s.span AS span, x.team AS team, x.channel AS channel, s.to_ms AS closes_ms, 0 AS kind_of, 0 AS is_back,
           0 AS is_stood,
           CASE WHEN s.span = 0 THEN x.opened_ms ELSE 0 END AS since_ms,
           CASE WHEN s.span = 0 THEN 0 ELSE c.day END AS since_day
    FROM :spans s
    CROSS JOIN insight_spellfact x
    JOIN insight_conversationfact c ON c.conversation = x.conversation
    WHERE x.began_ms <= s.to_ms AND x.ended_ms > s.to_ms
    UNION ALL
    SELECT s.span, r.team, r.channel, s.to_ms, 1, CASE WHEN r.reopened_ms <= :now_ms THEN 1 ELSE 0 END,
           CASE WHEN r.reopened_ms > s.to_ms THEN 1 ELSE 0 END, 0, 0
    FROM :spans s CROSS JOIN insight_resolutionfact r
    WHERE s.span = 0 AND r.resolved_ms >= s.from_ms AND r.resolved_ms < s.to_ms
) aged
WHERE :scope
GROUP BY span, team, channel, since_ms, since_day, kind_of
"""

# Of those whose team keeps working hours: how much of these has passed since they were opened.
IN_HOURS = """
SELECT span, team, channel, age_ms, COUNT(*) AS conversations
FROM (
    SELECT s.span AS span, x.team AS team, x.channel AS channel, k.to_worked_ms - c.opened_worked_ms AS age_ms
    FROM :spans s
    CROSS JOIN insight_spellfact x
    JOIN insight_clockfact c ON c.conversation = x.conversation
    JOIN :clocks k ON k.team = c.team AND k.hours = c.hours
    WHERE k.span = s.span AND x.began_ms <= s.to_ms AND x.ended_ms > s.to_ms
) aged
WHERE :scope
GROUP BY span, team, channel, age_ms
"""


def finish(rows: Sequence[Row]) -> Result:
    aged = [row for row in rows if row["kind_of"] == 0]
    resolutions = [row for row in rows if row["kind_of"] == 1]
    ages = [(_minutes(row), int(row["conversations"])) for row in aged]
    n = sum(count for _age, count in ages)
    curve = kaplan_meier((age, True, count) for age, count in ages) if ages else None
    noun = _("open conversations")
    late = sum(count for age, count in ages if age > TARGET_DAYS * 1440)
    return Result(
        headline=Measure(_("Median age of what is open"), "minutes", n, curve.quantile(0.5) if curve else None, noun),
        parts=(
            Measure(_("Age that 1 of 10 exceeds (P90)"), "minutes", n, curve.quantile(0.9) if curve else None, noun),
            share(_("Older than 7 days"), late, n, noun=noun),
        ),
        counter=share(
            _("Reopened since, of the resolutions in the period"), total(resolutions, "came"),
            total(resolutions, "conversations"), noun=_("resolutions"),
        ),
        excluded=(
            Excluded(_("settled in the period and so at its end, also those reopened later"), total(resolutions, "stood")),
        ),
    )  # fmt: skip


def in_hours(rows: Sequence[Row]) -> tuple[Measure, ...]:
    n, noun = total(rows, "conversations"), _("open conversations")
    if not n:
        return ()
    curve = kaplan_meier((max(0.0, int(row["age_ms"]) / 60_000), True, int(row["conversations"])) for row in rows)
    return (
        Measure(_("In working hours: median age of what is open"), "minutes", n, curve.quantile(0.5), noun),
        Measure(_("In working hours: age that 1 of 10 exceeds (P90)"), "minutes", n, curve.quantile(0.9), noun),
    )


def _minutes(row: Row) -> float:
    # Those of the points are taken for noon of the day they were opened on.
    since_ms = int(row["since_ms"]) or int(row["since_day"]) * DAY_MS + DAY_MS // 2
    return max(0.0, (int(row["ends_ms"]) - since_ms) / 60_000)


KPI = kpi.KPI(
    name="backlog_age",
    order=14,
    title=lazy("Backlog age"),
    question=lazy("How old were the conversations that were open at the end of the period?"),
    population=lazy("Conversations opened by that moment and not resolved at it, laid aside or not."),
    unit="minutes",
    unit_words=lazy(
        "calendar time since the conversation was opened. Beside it, where the team keeps working hours, the time in these"
    ),
    clock=lazy("The ages at one instant: the end of the period, or now. In the series they are good to half a day."),
    exclusions=(
        lazy("Conversations that stood resolved at that instant, even if they were reopened later."),
        lazy("Those that are open at the desk only for a letter that says thank you and no more."),
    ),
    uncertainty=lazy(
        "95 % limits of a quantile after Brookmeyer and Crowley, from the distribution of the ages themselves: how far it"
        " varies by chance alone."
    ),
    counter_metric=lazy("Share of resolutions reopened: a backlog looks young once the old is closed unsettled."),
    outcome=lazy("No customer is forgotten."),
    side="service",
    unmeasured=lazy("no conversation was open in this period."),
    better="less",
    statement=STATEMENT,
    further=kpi.Further(IN_HOURS, in_hours),
    finish=finish,
    behind=STILL_OPEN,
    behind_words=lazy("The oldest first."),
    remark=whose_turn,
    is_named=False,
)
