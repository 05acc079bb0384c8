"""How many callers are answered soon?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.calls import CALLS_BEHIND, called
from rung.insight.engine import Row
from rung.insight.exclusions import OF_CALLS
from rung.insight.kpi import Excluded, Result, share, total
from rung.insight.resampling import by_customer

WITHIN_S, SHORT_S = 20, 5
_OFFERED = """
    SELECT s.span AS span, k.team AS team, k.channel AS channel,
           CASE WHEN k.customer = 0 THEN 0 - k.phone_call ELSE k.customer END AS customer, k.is_answered AS is_answered,
           CASE WHEN k.is_answered = 1 AND k.rang_s < :within_s THEN 1 ELSE 0 END AS is_soon,
           CASE WHEN k.is_answered = 0 AND k.rang_s < :short_s THEN 1 ELSE 0 END AS is_short,
           CASE WHEN k.rang_s IS NULL THEN 1 ELSE 0 END AS is_unknown
    FROM :spans s CROSS JOIN insight_callfact[:earliest_ms, :latest_ms] k
    WHERE k.way = 'in' AND (k.is_over = 1 OR k.is_answered = 1) AND k.began_ms >= s.from_ms AND k.began_ms < s.to_ms
"""

STATEMENT = f"""
SELECT span, team, channel, SUM((1 - is_short) * (1 - is_unknown)) AS offered, SUM(is_soon) AS soon,
       SUM((1 - is_short) * (1 - is_unknown) * (1 - is_answered)) AS lost, SUM(is_short) AS short_n,
       SUM((1 - is_short) * is_unknown) AS unknown_n
FROM ({_OFFERED}) offers
WHERE :scope
GROUP BY span, team, channel
"""  # noqa: S608 - both halves are constants of this file

CLUSTERS = by_customer(
    f"SELECT span, team, channel, customer, is_soon AS amount, 1 AS one_n FROM ({_OFFERED}) offers"  # noqa: S608 - constants
    " WHERE is_short = 0 AND is_unknown = 0"
)


def finish(rows: Sequence[Row]) -> Result:
    offered, noun = total(rows, "offered"), _("calls offered")
    return Result(
        headline=share(_("Answered within 20 seconds"), total(rows, "soon"), offered, noun=noun),
        parts=(
            share(
                _("The same, of those answered at all"), total(rows, "soon"), offered - total(rows, "lost"),
                noun=_("calls answered"),
            ),
        ),
        counter=share(_("Never answered, of the same calls"), total(rows, "lost"), offered, noun=noun),
        excluded=(
            Excluded(_("given up within 5 seconds"), total(rows, "short_n")),
            Excluded(_("announced only once they were taken or over"), total(rows, "unknown_n")),
        ),
    )  # fmt: skip


KPI = kpi.KPI(
    name="service_level",
    order=19,
    title=lazy("Service level"),
    question=lazy("Of the calls offered to us, how many were answered within 20 seconds?"),
    population=lazy("Calls to us that a telephone system announced while they rang, begun in the period."),
    unit="share",
    unit_words=lazy(
        "per cent: answered within 20 seconds, divided by all offered; calls given up count as not answered"
    ),
    clock=lazy("From the first announcement of the call to the answer, in seconds."),
    exclusions=(
        lazy("Calls given up within 5 seconds: nobody could have answered."),
        lazy("Calls announced only once they were taken or over: how long they rang is not known."),
        lazy("Calls we made."),
    ),
    uncertainty=lazy(
        "Wilson’s 95 % interval; where callers count more than once, at each end whichever reaches further of it and 2,000"
        " draws of whole customers (cluster bootstrap). An unknown caller is somebody else each time."
    ),
    counter_metric=lazy(
        "Share never answered. To answer and put on hold would better this number and nothing else: see how long customers"
        " wait for us in all, under resolution time."
    ),
    outcome=lazy("Whoever calls is spoken to soon."),
    side="service",
    unmeasured=lazy("no telephone system announced a call in this period."),
    better="more",
    statement=STATEMENT,
    left_out=OF_CALLS,
    clusters=CLUSTERS,
    finish=finish,
    behind=CALLS_BEHIND.replace(":which", "(k.rang_s IS NULL OR k.rang_s >= :within_s)"),
    behind_words=lazy(
        "Calls that rang longer, the longest first: their own thread, or what the caller wrote or said since."
    ),
    remark=called,
    numbers=(("within_s", WITHIN_S), ("short_s", SHORT_S)),
    is_named=False,
)
