"""How much is open now, and whose turn is it?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Measure, Result, Slice, share, total
from rung.insight.statistics import Estimate, poisson
from rung.insight.still_open import DAY_MS, STILL_OPEN, whose_turn

# What only the period itself is asked for, its mean and its counter-metric, is not worked out for the series.
STATEMENT = """
SELECT span, team, channel, MAX(lasted_ms) AS lasted_ms,
       SUM(ours) AS ours, SUM(theirs) AS theirs,
       SUM(under_1) AS under_1, SUM(under_3) AS under_3, SUM(under_7) AS under_7, SUM(under_30) AS under_30,
       SUM(older) AS older, SUM(open_ms) AS open_ms, SUM(opened) AS opened, SUM(settled) AS settled,
       SUM(settled_ms) AS settled_ms, SUM(resolutions) AS resolutions, SUM(reopened) AS reopened, SUM(stood) AS stood
FROM (
    SELECT s.span AS span, x.team AS team, x.channel AS channel, MAX(s.to_ms - s.from_ms) AS lasted_ms,
           SUM(CASE WHEN x.turn = 'us' THEN 1 ELSE 0 END) AS ours,
           SUM(CASE WHEN x.turn = 'customer' THEN 1 ELSE 0 END) AS theirs,
           SUM(CASE WHEN s.to_ms - x.opened_ms < 86400000 THEN 1 ELSE 0 END) AS under_1,
           SUM(CASE WHEN s.to_ms - x.opened_ms >= 86400000 AND s.to_ms - x.opened_ms < 259200000
                    THEN 1 ELSE 0 END) AS under_3,
           SUM(CASE WHEN s.to_ms - x.opened_ms >= 259200000 AND s.to_ms - x.opened_ms < 604800000
                    THEN 1 ELSE 0 END) AS under_7,
           SUM(CASE WHEN s.to_ms - x.opened_ms >= 604800000 AND s.to_ms - x.opened_ms < 2592000000
                    THEN 1 ELSE 0 END) AS under_30,
           SUM(CASE WHEN s.to_ms - x.opened_ms >= 2592000000 THEN 1 ELSE 0 END) AS older,
           0 AS open_ms, 0 AS opened, 0 AS settled, 0 AS settled_ms, 0 AS resolutions, 0 AS reopened,
           0 AS stood
    FROM :spans s CROSS JOIN insight_spellfact[, :latest_ms + 1] x
    WHERE x.began_ms <= s.to_ms AND x.ended_ms > s.to_ms AND :scope
    GROUP BY s.span, x.team, x.channel
    UNION ALL
    SELECT s.span, x.team, x.channel, MAX(s.to_ms - s.from_ms), 0, 0, 0, 0, 0, 0, 0,
           SUM(CASE WHEN x.ended_ms < s.to_ms THEN x.ended_ms ELSE s.to_ms END
               - CASE WHEN x.began_ms > s.from_ms THEN x.began_ms ELSE s.from_ms END),
           0, 0, 0, 0, 0, 0
    FROM :spans s CROSS JOIN insight_spellfact[, :latest_ms + 1] x
    WHERE s.span = 0 AND x.began_ms <= s.to_ms AND x.ended_ms > s.from_ms AND :scope
    GROUP BY s.span, x.team, x.channel
    UNION ALL
    SELECT s.span, c.team, c.channel, MAX(s.to_ms - s.from_ms), 0, 0, 0, 0, 0, 0, 0, 0, COUNT(*), 0, 0, 0, 0, 0
    FROM :spans s CROSS JOIN insight_conversationfact[:earliest_ms, :latest_ms] c
    WHERE s.span = 0 AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms AND :scope
    GROUP BY s.span, c.team, c.channel
    UNION ALL
    SELECT s.span, c.team, c.channel, MAX(s.to_ms - s.from_ms), 0, 0, 0, 0, 0, 0, 0, 0, 0, COUNT(*),
           SUM(c.us_ms + c.customer_ms), 0, 0, 0
    FROM :spans s CROSS JOIN insight_conversationfact[, :latest_ms] c
    WHERE s.span = 0 AND c.is_resolved <> 0 AND c.last_resolved_ms >= s.from_ms AND c.last_resolved_ms < s.to_ms
      AND :scope
    GROUP BY s.span, c.team, c.channel
    UNION ALL
    SELECT s.span, r.team, r.channel, MAX(s.to_ms - s.from_ms), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, COUNT(*),
           SUM(CASE WHEN r.reopened_ms <= :now_ms THEN 1 ELSE 0 END),
           SUM(CASE WHEN r.reopened_ms > s.to_ms THEN 1 ELSE 0 END)
    FROM :spans s CROSS JOIN insight_resolutionfact[:earliest_ms, :latest_ms] r
    WHERE s.span = 0 AND r.resolved_ms >= s.from_ms AND r.resolved_ms < s.to_ms AND :scope
    GROUP BY s.span, r.team, r.channel
) counted
GROUP BY span, team, channel
"""


def finish(rows: Sequence[Row]) -> Result:
    ours, theirs = total(rows, "ours"), total(rows, "theirs")
    active = ours + theirs
    lasted_ms = max((int(row["lasted_ms"]) for row in rows), default=0)
    conversations = _("conversations")
    return Result(
        headline=Measure(_("Active at the end of the period"), "count", active, poisson(active), conversations),
        parts=(
            share(_("Waiting for us"), ours, active, noun=conversations),
            share(_("Waiting for the customer"), theirs, active, noun=conversations),
            Measure(_("Mean number active over the period"), "count", active, _mean_active(rows, lasted_ms)),
            Measure(
                _("Opened a day × mean days open: what Little’s law expects that mean to be"),
                "count",
                total(rows, "settled"),
                _little(rows, lasted_ms),
                missing=_("nothing was resolved in the period"),
            ),
        ),
        counter=share(
            _("Reopened since, of the resolutions in the period"),
            total(rows, "reopened"),
            total(rows, "resolutions"),
            noun=_("resolutions"),
        ),
        excluded=(
            Excluded(_("settled in the period and so at its end, also those reopened later"), total(rows, "stood")),
        ),
        distribution=(
            Slice(_("younger than a day"), total(rows, "under_1")),
            Slice(_("1 to 3 days"), total(rows, "under_3")),
            Slice(_("3 to 7 days"), total(rows, "under_7")),
            Slice(_("7 to 30 days"), total(rows, "under_30")),
            Slice(_("older than 30 days"), total(rows, "older")),
        ),
        remark=_(
            "Little’s law holds when as much is resolved as is opened. When the two means differ much, the backlog is"
            " growing or shrinking."
        ),
    )


def _mean_active(rows: Sequence[Row], lasted_ms: int) -> Estimate | None:
    return Estimate.exactly(total(rows, "open_ms") / lasted_ms) if lasted_ms else None


def _little(rows: Sequence[Row], lasted_ms: int) -> Estimate | None:
    settled = total(rows, "settled")
    if not lasted_ms or not settled:
        return None
    a_day = total(rows, "opened") / (lasted_ms / DAY_MS)
    days_open = total(rows, "settled_ms") / settled / DAY_MS
    return Estimate.exactly(a_day * days_open)


KPI = kpi.KPI(
    name="active_issues",
    order=7,
    title=lazy("Active issues"),
    question=lazy("How many conversations were open at the end of the period, and whose turn was it?"),
    population=lazy("Conversations opened by that moment and not resolved at it, laid aside or not."),
    unit="count",
    unit_words=lazy("conversations"),
    clock=lazy("A count at one instant: the end of the period, or now. Each point of the series is the end of a week."),
    exclusions=(
        lazy("Conversations that stood resolved at that instant, even if they were reopened later."),
        lazy("Those that are open at the desk only for a letter that says thank you and no more."),
    ),
    uncertainty=lazy(
        "Poisson, 95 %, exact: how far such a count varies by chance alone. Two instants share conversations, so their"
        " difference is surer than its interval says."
    ),
    counter_metric=lazy("Share of resolutions reopened: a backlog is quickly emptied by closing what is not settled."),
    outcome=lazy("No customer is forgotten."),
    side="service",
    unmeasured=lazy("no conversation was open in this period."),
    better="neither",
    statement=STATEMENT,
    finish=finish,
    behind=STILL_OPEN,
    behind_words=lazy("The oldest first."),
    remark=whose_turn,
)
