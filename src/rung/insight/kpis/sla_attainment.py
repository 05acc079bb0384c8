"""Do we do what we owe by our targets of service, in time?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.core.proportion import TOLD_FROM
from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Measure, Result, share, total
from rung.insight.resampling import by_customer
from rung.touchpoints.access import Priority

STATEMENT = """
SELECT span, team, channel, owed, priority, SUM(CASE WHEN is_met < 2 THEN 1 ELSE 0 END) AS deadlines,
       SUM(CASE WHEN is_met = 1 THEN 1 ELSE 0 END) AS met,
       SUM(CASE WHEN is_met < 2 AND paused_s > 0 THEN 1 ELSE 0 END) AS paused,
       SUM(CASE WHEN is_met = 2 THEN 1 ELSE 0 END) AS dropped
FROM (
    SELECT s.span AS span, d.team AS team, d.channel AS channel, d.owed AS owed, d.priority AS priority,
           d.is_met AS is_met, d.paused_s AS paused_s
    FROM :spans s CROSS JOIN insight_deadlinefact[:earliest_ms, :latest_ms] d
    WHERE d.settled_ms >= s.from_ms AND d.settled_ms < s.to_ms
) owing
WHERE :scope
GROUP BY span, team, channel, owed, priority
"""

BEHIND = """
SELECT conversation, settled_ms AS moment_ms, owed, is_met
FROM insight_deadlinefact[:earliest_ms, :latest_ms] d CROSS JOIN :spans s
WHERE d.is_met < 2 AND d.settled_ms >= s.from_ms AND d.settled_ms < s.to_ms AND :scope
ORDER BY is_met, settled_ms DESC, conversation
LIMIT :most
"""

CLUSTERS = by_customer("""
    SELECT s.span AS span, d.team AS team, d.channel AS channel, d.customer AS customer, d.is_met AS amount, 1 AS one_n
    FROM :spans s CROSS JOIN insight_deadlinefact[:earliest_ms, :latest_ms] d
    WHERE d.is_met < 2 AND d.settled_ms >= s.from_ms AND d.settled_ms < s.to_ms
""")


def finish(rows: Sequence[Row]) -> Result:
    n, noun = total(rows, "deadlines"), _("met or missed")
    return Result(
        headline=share(_("Done in time"), total(rows, "met"), n, noun=noun),
        parts=(
            *(_part(rows, "owed", value, label) for value, label in _owed().items()),
            *(
                _part(rows, "priority", value, _("Of priority “%(priority)s”") % {"priority": _name(value)})
                for value in sorted({str(row["priority"]) for row in rows if row["priority"] and row["deadlines"]})
            ),
        ),
        counter=share(_("Stood still for a while, of the same clocks"), total(rows, "paused"), n, noun=noun),
        excluded=(
            Excluded(
                _("owed no longer: settled without, or the target was taken off the list"), total(rows, "dropped")
            ),
        ),
        remark=_("What a resolution time of the calendar says beside it no pause can better."),
    )


def _name(priority: str) -> str:
    return str(dict(Priority.choices).get(priority, priority))


def _owed() -> dict[str, str]:
    return {"first": _("First replies"), "next": _("Next replies"), "resolution": _("Resolutions")}


def _part(rows: Sequence[Row], column: str, value: str, label: str) -> Measure:
    own = [row for row in rows if row[column] == value]
    return share(label, total(own, "met"), total(own, "deadlines"), noun=_("met or missed"))


def worst(rows: Sequence[Row]) -> tuple[Measure, ...]:
    """The customer with the smallest share among those to whom enough was owed to say so."""
    told = [row for row in rows if int(row["count_n"]) >= TOLD_FROM]
    if not told:
        return ()
    least = min(told, key=lambda row: (int(row["amount_n"]) / int(row["count_n"]), -int(row["count_n"])))
    label = _("The customer worst off, of those owed at least %(n)s") % {"n": TOLD_FROM}
    return (share(label, int(least["amount_n"]), int(least["count_n"]), noun=_("met or missed")),)


def _remark(row: Row) -> str:
    what = _owed().get(str(row["owed"]), str(row["owed"]))
    return _("%(what)s: in time") % {"what": what} if row["is_met"] else _("%(what)s: too late") % {"what": what}


KPI = kpi.KPI(
    name="sla_attainment",
    order=13,
    title=lazy("SLA attainment"),
    question=lazy("Of all that was owed by a target of service, how much was done in time?"),
    population=lazy(
        "First replies, next replies and resolutions owed by a target, met in the period or missed in it, done later or not"
        " at all."
    ),
    unit="share",
    unit_words=lazy(
        "per cent: met, divided by met and missed; by the clock each target names, working hours or calendar"
    ),
    clock=lazy("The moment it was met; for what was missed, the moment it was due."),
    exclusions=(
        lazy("What is open and not due yet."),
        lazy("What was owed no longer: settled without, joined to another, spam, or its target taken off the list."),
    ),
    uncertainty=lazy(
        "Wilson’s 95 % interval; where customers count more than once, at each end whichever reaches further of it and"
        " 2,000 draws of whole customers (cluster bootstrap)."
    ),
    counter_metric=lazy(
        "Share of the clocks that stood still for a while: waiting for the customer stops them, and is quickly set."
    ),
    outcome=lazy("Customers get what they were told they could count on."),
    side="service",
    unmeasured=lazy("nothing was owed by a target of service in this period."),
    better="more",
    statement=STATEMENT,
    clusters=CLUSTERS,
    further=kpi.Further(CLUSTERS, worst),
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Those too late first."),
    remark=_remark,
    is_named=False,
)
