"""How many callers give up before anybody speaks to them?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.calls import CALLS_BEHIND, called, not_taken
from rung.insight.engine import Row
from rung.insight.exclusions import OF_CALLS
from rung.insight.kpi import Excluded, Measure, Result, share, total
from rung.insight.resampling import by_customer
from rung.insight.statistics import Estimate, nearest_rank

SHORT_S = 5
STATEMENT = """
SELECT span, team, channel, is_answered, rang_s, COUNT(*) AS calls
FROM (
    SELECT s.span AS span, k.team AS team, k.channel AS channel, k.is_answered AS is_answered,
           CASE WHEN k.is_answered = 1 OR k.rang_s IS NULL THEN -1 ELSE k.rang_s END AS rang_s
    FROM :spans s CROSS JOIN insight_callfact[:earliest_ms, :latest_ms] k
    WHERE k.way = 'in' AND (k.is_over = 1 OR k.is_answered = 1) AND k.began_ms >= s.from_ms AND k.began_ms < s.to_ms
) offered
WHERE :scope
GROUP BY span, team, channel, is_answered, rang_s
"""

CLUSTERS = by_customer("""
    SELECT s.span AS span, k.team AS team, k.channel AS channel,
           CASE WHEN k.customer = 0 THEN 0 - k.phone_call ELSE k.customer END AS customer,
           1 - k.is_answered AS amount, 1 AS one_n
    FROM :spans s CROSS JOIN insight_callfact[:earliest_ms, :latest_ms] k
    WHERE k.way = 'in' AND (k.is_over = 1 OR k.is_answered = 1) AND k.began_ms >= s.from_ms AND k.began_ms < s.to_ms
      AND (k.is_answered = 1 OR k.rang_s IS NULL OR k.rang_s >= :short_s)
""")


def finish(rows: Sequence[Row]) -> Result:
    short = [row for row in rows if not row["is_answered"] and 0 <= int(row["rang_s"]) < SHORT_S]
    counted = [row for row in rows if row not in short]
    lost = [row for row in counted if not row["is_answered"]]
    n, noun = total(counted, "calls"), _("calls offered")
    rang = [(float(row["rang_s"]), int(row["calls"])) for row in lost if int(row["rang_s"]) >= 0]
    known = sum(count for _seconds, count in rang)
    patience = Estimate.exactly(nearest_rank(rang, 0.5)) if rang else None
    return Result(
        headline=share(_("Gave up, or were not answered"), total(lost, "calls"), n, noun=noun),
        parts=(
            Measure(_("Median time they let it ring"), "seconds", known, patience, _("given up")),
            share(_("Hung up within 5 seconds"), total(short, "calls"), total(rows, "calls"), noun=_("calls")),
        ),
        counter=not_taken(lost),
        excluded=(Excluded(_("hung up within 5 seconds: shown apart"), total(short, "calls")),),
    )


KPI = kpi.KPI(
    name="abandonment",
    order=18,
    title=lazy("Abandonment"),
    question=lazy("Of the calls offered to us, how many ended before anybody spoke?"),
    population=lazy("Calls to us that a telephone system announced, begun in the period and answered or over."),
    unit="share",
    unit_words=lazy("per cent: over without an answer, divided by all offered"),
    clock=lazy("The moment it began to ring. Given up and missed cannot be told apart, and are one for the caller."),
    exclusions=(
        lazy("Calls that rang for less than 5 seconds and were given up: they are shown apart."),
        lazy("Calls we made."),
        lazy("Calls a telephone system does not announce: blocked and busy ones never reach us."),
    ),
    uncertainty=lazy(
        "Wilson’s 95 % interval; where callers count more than once, at each end whichever reaches further of it and 2,000"
        " draws of whole customers (cluster bootstrap). An unknown caller is somebody else each time."
    ),
    counter_metric=lazy(
        "Of those given up, how many rang for so short a time that it is not known, or were announced too late: a telephone"
        " system that tells less makes the number look better. Ask it for busy and blocked calls too."
    ),
    outcome=lazy("Whoever calls is spoken to."),
    side="customers",
    unmeasured=lazy("no telephone system announced a call in this period."),
    better="less",
    statement=STATEMENT,
    left_out=OF_CALLS,
    clusters=CLUSTERS,
    finish=finish,
    behind=CALLS_BEHIND.replace(":which", "k.is_answered = 0"),
    behind_words=lazy("What those who gave up wrote to us or said since, the longest ring first."),
    remark=called,
    numbers=(("short_s", SHORT_S),),
    is_named=False,
)
