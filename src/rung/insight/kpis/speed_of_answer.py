"""How long do callers wait until somebody speaks?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.calls import CALLS_BEHIND, called
from rung.insight.engine import Row
from rung.insight.exclusions import OF_CALLS
from rung.insight.kpi import Excluded, Measure, Result, share, total
from rung.insight.resampling import by_customer
from rung.insight.statistics import Estimate, nearest_rank, student_mean_of_counts

STATEMENT = """
SELECT span, team, channel, is_answered, rang_s, COUNT(*) AS calls
FROM (
    SELECT s.span AS span, k.team AS team, k.channel AS channel, k.is_answered AS is_answered,
           CASE WHEN k.is_answered = 0 OR k.rang_s IS NULL THEN -1 ELSE k.rang_s END AS rang_s
    FROM :spans s CROSS JOIN insight_callfact[:earliest_ms, :latest_ms] k
    WHERE k.way = 'in' AND (k.is_over = 1 OR k.is_answered = 1) AND k.began_ms >= s.from_ms AND k.began_ms < s.to_ms
) taken
WHERE :scope
GROUP BY span, team, channel, is_answered, rang_s
"""

CLUSTERS = by_customer("""
    SELECT s.span AS span, k.team AS team, k.channel AS channel,
           CASE WHEN k.customer = 0 THEN 0 - k.phone_call ELSE k.customer END AS customer,
           k.rang_s AS amount, 1 AS one_n
    FROM :spans s CROSS JOIN insight_callfact[:earliest_ms, :latest_ms] k
    WHERE k.way = 'in' AND k.is_answered = 1 AND k.rang_s IS NOT NULL AND k.began_ms >= s.from_ms AND k.began_ms < s.to_ms
""")


def finish(rows: Sequence[Row]) -> Result:
    answered = [row for row in rows if row["is_answered"]]
    timed = [(float(row["rang_s"]), int(row["calls"])) for row in answered if int(row["rang_s"]) >= 0]
    n, noun = sum(count for _seconds, count in timed), _("calls answered")
    offered = total(rows, "calls")
    mean = student_mean_of_counts(timed) if n else None
    p90 = Estimate.exactly(nearest_rank(timed, 0.9)) if n else None
    return Result(
        headline=Measure(_("Mean time until a call is answered"), "seconds", n, mean, noun),
        parts=(Measure(_("Time within which 9 of 10 are answered (P90)"), "seconds", n, p90, noun),),
        counter=share(
            _("Never answered, of all calls offered"),
            offered - total(answered, "calls"),
            offered,
            noun=_("calls offered"),
        ),
        excluded=(
            Excluded(_("answered, but announced only then"), total(answered, "calls") - n),
            Excluded(_("never answered"), offered - total(answered, "calls")),
        ),
    )


KPI = kpi.KPI(
    name="speed_of_answer",
    order=20,
    title=lazy("Speed of answer"),
    question=lazy("Of the calls that were answered, how long did they ring?"),
    population=lazy("Calls to us that a telephone system announced while they rang, begun in the period and answered."),
    unit="seconds",
    unit_words=lazy("seconds from the first announcement of the call to the answer"),
    clock=lazy("Counted for the moment the call began to ring."),
    exclusions=(
        lazy("Calls never answered: they waited in vain, and are counted beside it."),
        lazy("Calls announced only once they were taken."),
        lazy("Calls we made."),
    ),
    uncertainty=lazy(
        "Student’s 95 % interval of the mean; where callers count more than once, at each end whichever reaches further of"
        " it and 2,000 draws of whole customers (cluster bootstrap)."
    ),
    counter_metric=lazy("Share never answered: those who waited longest are not in the mean, because they gave up."),
    outcome=lazy("Whoever calls is spoken to soon."),
    side="service",
    unmeasured=lazy("no telephone system announced a call in this period that was answered."),
    better="less",
    statement=STATEMENT,
    left_out=OF_CALLS,
    clusters=CLUSTERS,
    finish=finish,
    behind=CALLS_BEHIND.replace(":which", "k.is_answered = 1 AND k.rang_s IS NOT NULL"),
    behind_words=lazy("Those that rang longest first."),
    remark=called,
    is_named=False,
)
