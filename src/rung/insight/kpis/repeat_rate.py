"""Who bought once: do they buy again?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Result, share, total
from rung.insight.outsiders import BY_DEFINITION, IS_COLLEAGUE, colleagues, who_were_colleagues

WITHIN_DAYS = 90
DAY_MS = 86_400_000

# Orders belong to no team; the team and channel of a person are those of their last conversation, or none.
_BUYERS = """
    SELECT b.customer AS customer, b.placed_ms AS placed_ms, b.next_ms AS next_ms,
           CASE WHEN l.team IS NULL THEN 0 ELSE l.team END AS team,
           CASE WHEN l.channel IS NULL THEN '' ELSE l.channel END AS channel,
           CASE WHEN l.conversation IS NULL THEN 0 ELSE l.conversation END AS conversation
    FROM (
        SELECT customer, placed_ms,
               ROW_NUMBER() OVER (PARTITION BY customer ORDER BY placed_ms, placed_order) AS nth,
               LEAD(CASE WHEN placed_ms > 0 THEN placed_ms END, 1) OVER (
                   PARTITION BY customer ORDER BY placed_ms, placed_order) AS next_ms
        FROM insight_orderfact
    ) b
    LEFT JOIN (
        SELECT customer, conversation, team, channel,
               ROW_NUMBER() OVER (PARTITION BY customer ORDER BY opened_ms DESC, conversation DESC) AS newest
        FROM insight_conversationfact
    ) l ON l.customer = b.customer AND l.newest = 1
    WHERE b.nth = 1
"""

STATEMENT = f"""
SELECT span, team, channel, SUM(is_outside) AS buyers, SUM(is_outside * repeated) AS repeated,
       SUM(is_outside * later) AS later, SUM(is_outside * complained) AS complained, SUM(1 - is_outside) AS inside
FROM (
    SELECT span, team, channel, is_outside,
           CASE WHEN next_ms < placed_ms + :within_ms THEN 1 ELSE 0 END AS repeated,
           CASE WHEN next_ms >= placed_ms + :within_ms AND next_ms <= :now_ms THEN 1 ELSE 0 END AS later,
           CASE WHEN next_ms < placed_ms + :within_ms THEN has_complained ELSE 0 END AS complained
    FROM (
        SELECT s.span AS span, p.customer AS customer, p.team AS team, p.channel AS channel, p.placed_ms AS placed_ms,
               MAX(p.next_ms) AS next_ms, MIN(1 - {IS_COLLEAGUE}) AS is_outside,
               MAX(CASE WHEN k.received_ms >= p.placed_ms AND k.received_ms < p.placed_ms + :within_ms THEN 1 ELSE 0 END)
                   AS has_complained
        FROM :spans s CROSS JOIN ({_BUYERS}) p
        LEFT JOIN insight_complaintfact k ON k.customer = p.customer
        {who_were_colleagues("p.customer", "p.placed_ms")}
        WHERE p.placed_ms >= s.from_ms AND p.placed_ms < s.to_ms
        GROUP BY s.span, p.customer, p.team, p.channel, p.placed_ms
    ) person
) counted
WHERE :scope
GROUP BY span, team, channel
"""  # noqa: S608 - both halves are constants of this file

BEHIND = f"""
SELECT conversation, placed_ms AS moment_ms, CASE WHEN next_ms < placed_ms + :within_ms THEN 1 ELSE 0 END AS has_repeated
FROM ({_BUYERS}) p CROSS JOIN :spans s
{who_were_colleagues("p.customer", "p.placed_ms")}
WHERE g.customer IS NULL AND p.placed_ms >= s.from_ms AND p.placed_ms < s.to_ms AND conversation > 0 AND :scope
ORDER BY has_repeated, moment_ms DESC, conversation
LIMIT :most
"""  # noqa: S608 - both halves are constants of this file


def finish(rows: Sequence[Row]) -> Result:
    buyers, repeated = total(rows, "buyers"), total(rows, "repeated")
    return Result(
        headline=share(_("Bought again within 90 days"), repeated, buyers, noun=_("people who bought for the first time")),
        counter=share(
            _("Complained within the same 90 days, of those who bought again"), total(rows, "complained"), repeated,
            noun=_("people who bought again"),
        ),
        excluded=(
            Excluded(
                _("second orders later than 90 days after the first, whose buyers count as not having bought again"),
                total(rows, "later"),
            ),
            colleagues(total(rows, "inside")),
        ),
    )  # fmt: skip


KPI = kpi.KPI(
    name="repeat_rate",
    order=28,
    title=lazy("Repeat rate"),
    question=lazy("Of the people who bought for the first time, how many bought again within 90 days?"),
    population=lazy("People whose first order, as far as the records reach, was placed in the period."),
    unit="share",
    unit_words=lazy("per cent: a second order within 90 days of the first, divided by all with a first"),
    clock=lazy("Calendar time from the first order. Only people whose 90 days have passed: the period is moved back."),
    exclusions=(
        lazy("People whose 90 days have not passed."),
        lazy("Orders after the second, and second orders later than 90 days."),
        BY_DEFINITION,
    ),
    uncertainty=lazy("Wilson’s 95 % interval. Everybody counted has had the whole 90 days, so nothing is cut off."),
    counter_metric=lazy("Share of those who bought again and complained in the same time: a replacement is no repeat."),
    outcome=lazy("Customers come back because they want to."),
    side="customers",
    unmeasured=lazy("nobody placed a first order in this period whose 90 days have passed."),
    better="more",
    statement=STATEMENT,
    left_out="",
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("The last conversation with each, those who have not bought again first."),
    remark=lambda row: (
        _("bought again within 90 days") if row["has_repeated"] else _("has not bought again within 90 days")
    ),
    numbers=(("within_ms", WITHIN_DAYS * DAY_MS),),
    follow_up_days=WITHIN_DAYS,
    is_named=False,
)
