"""When customers complain, do we settle it before it goes further?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Result, share, total
from rung.insight.resampling import by_customer

WITHIN_DAYS = 30

STATEMENT = """
SELECT span, team, channel, SUM(complaints) AS complaints, SUM(escalated) AS escalated, SUM(later) AS later,
       SUM(opened) AS opened
FROM (
    SELECT s.span AS span, k.team AS team, k.channel AS channel, COUNT(*) AS complaints,
           SUM(CASE WHEN k.escalated_ms < k.received_ms + :within_ms THEN 1 ELSE 0 END) AS escalated,
           SUM(CASE WHEN k.escalated_ms >= k.received_ms + :within_ms AND k.escalated_ms <= :now_ms THEN 1 ELSE 0 END)
               AS later,
           0 AS opened
    FROM :spans s CROSS JOIN insight_complaintfact[:earliest_ms, :latest_ms] k
    WHERE k.received_ms >= s.from_ms AND k.received_ms < s.to_ms AND :scope
    GROUP BY s.span, k.team, k.channel
    UNION ALL
    SELECT s.span, c.team, c.channel, 0, 0, 0, COUNT(*)
    FROM :spans s CROSS JOIN insight_conversationfact[:earliest_ms, :latest_ms] c
    WHERE c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms AND :scope
    GROUP BY s.span, c.team, c.channel
) counted
GROUP BY span, team, channel
"""

BEHIND = """
SELECT conversation, received_ms AS moment_ms,
       CASE WHEN k.escalated_ms < k.received_ms + :within_ms THEN 1 ELSE 0 END AS escalated
FROM insight_complaintfact k CROSS JOIN :spans s
WHERE k.received_ms >= s.from_ms AND k.received_ms < s.to_ms AND :scope
ORDER BY escalated DESC, received_ms DESC, conversation
LIMIT :most
"""

CLUSTERS = by_customer("""
    SELECT s.span AS span, k.team AS team, k.channel AS channel, k.customer AS customer,
           CASE WHEN k.escalated_ms < k.received_ms + :within_ms THEN 1 ELSE 0 END AS amount, 1 AS one_n
    FROM :spans s CROSS JOIN insight_complaintfact[:earliest_ms, :latest_ms] k
    WHERE k.received_ms >= s.from_ms AND k.received_ms < s.to_ms
""")


def finish(rows: Sequence[Row]) -> Result:
    complaints, opened = total(rows, "complaints"), total(rows, "opened")
    return Result(
        headline=share(_("Escalated within 30 days"), total(rows, "escalated"), complaints, noun=_("complaints")),
        counter=share(
            _("Complaints noted, of all conversations opened"),
            min(complaints, opened),
            opened,
            noun=_("conversations opened"),
        ),
        excluded=(
            Excluded(
                _("escalations later than 30 days after the complaint, which counts as not escalated"),
                total(rows, "later"),
            ),
        ),
    )


KPI = kpi.KPI(
    name="complaint_escalation_rate",
    order=5,
    title=lazy("Complaint escalation rate"),
    question=lazy("Of the complaints received, how many were taken further within 30 days?"),
    population=lazy(
        "Conversations in which the customer complained, once each, by the day of the first complaint. A complaint is an"
        " expression of dissatisfaction that asks for a response, said outright or not; an agent marks it at the"
        " touchpoint. An escalation marked where no complaint was counts as both."
    ),
    unit="share",
    unit_words=lazy("per cent: complaints with an escalation or a public negative review within 30 days, of all"),
    clock=lazy(
        "Calendar time from the complaint. Only complaints whose 30 days have passed: the period is moved back."
    ),
    exclusions=(
        lazy("Complaints whose 30 days have not passed."),
        lazy("Signals that were withdrawn."),
        lazy("Handing a conversation to another team: that is no escalation."),
    ),
    uncertainty=lazy(
        "Wilson’s 95 % interval; where customers count more than once, at each end whichever reaches further of it and"
        " 2,000 draws of whole customers (cluster bootstrap)."
    ),
    counter_metric=lazy("Complaints noted of all conversations: who notes no complaints has none escalated."),
    outcome=lazy("Whoever is dissatisfied is put right by the first who hears of it."),
    side="customers",
    unmeasured=lazy("no complaint whose 30 days have passed was noted in this period."),
    better="less",
    statement=STATEMENT,
    clusters=CLUSTERS,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Those that were escalated first."),
    remark=lambda row: _("escalated within 30 days") if row["escalated"] else _("not escalated within 30 days"),
    numbers=(("within_ms", WITHIN_DAYS * 86_400_000),),
    follow_up_days=WITHIN_DAYS,
)
