"""Do customers stay with us?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Measure, Result, share, total
from rung.insight.statistics import Estimate

# There is no contract that could be cancelled, so activity stands for it. A quarter of silence is long enough for most who
# still deal with us to have written, called or bought; a shorter window would call every satisfied customer lost.
ACTIVE_DAYS = 90

# The person's last contact before the period names their team and channel.
STATEMENT = """
SELECT span, team, channel,
       COUNT(*) AS people, SUM(was_active) AS cohort, SUM(was_active * is_active) AS kept,
       SUM((1 - was_active) * is_active) AS joined, SUM(was_active * is_active * has_complained) AS kept_complaining
FROM (
    SELECT span, customer,
           MAX(CASE WHEN newest = 1 THEN team ELSE 0 END) AS team,
           MAX(CASE WHEN newest = 1 THEN channel ELSE '' END) AS channel,
           MAX(was_active) AS was_active, MAX(is_active) AS is_active, MAX(has_complained) AS has_complained
    FROM (
        SELECT s.span AS span, d.customer AS customer, d.team AS team, d.channel AS channel,
               CASE WHEN d.moment_ms < s.from_ms AND d.is_complaint = 0 THEN 1 ELSE 0 END AS was_active,
               CASE WHEN d.moment_ms >= s.to_ms - :active_ms AND d.is_complaint = 0 THEN 1 ELSE 0 END AS is_active,
               CASE WHEN d.moment_ms >= s.from_ms AND d.is_complaint = 1 THEN 1 ELSE 0 END AS has_complained,
               ROW_NUMBER() OVER (
                   PARTITION BY s.span, d.customer
                   ORDER BY CASE WHEN d.moment_ms < s.from_ms THEN 0 ELSE 1 END, d.is_order, d.moment_ms DESC,
                            d.team, d.channel
               ) AS newest
        FROM :spans s
        CROSS JOIN (
            SELECT MIN(first_ms) AS first_ms
            FROM (
                SELECT MIN(occurred_ms) AS first_ms FROM insight_touchpointfact WHERE is_contact = 1
                UNION ALL
                SELECT MIN(placed_ms) AS first_ms FROM insight_orderfact
            ) firsts
        ) records
        CROSS JOIN (
            SELECT customer, team, channel, occurred_ms AS moment_ms, 0 AS is_order, 0 AS is_complaint
            FROM insight_touchpointfact
            WHERE is_contact = 1
            UNION ALL
            SELECT customer, 0, '', placed_ms, 1, 0 FROM insight_orderfact
            UNION ALL
            SELECT customer, team, channel, received_ms, 0, 1 FROM insight_complaintfact
        ) d
        WHERE d.moment_ms >= s.from_ms - :active_ms AND d.moment_ms < s.to_ms
          AND records.first_ms <= s.from_ms - :active_ms
    ) moments
    GROUP BY span, customer
) person
WHERE :scope
GROUP BY span, team, channel
"""

BEHIND = """
SELECT conversation, moment_ms
FROM (
    SELECT t.conversation AS conversation, t.team AS team, t.channel AS channel, t.occurred_ms AS moment_ms,
           s.from_ms AS from_ms, s.to_ms AS to_ms,
           ROW_NUMBER() OVER (PARTITION BY t.customer ORDER BY t.occurred_ms DESC, t.touchpoint DESC) AS newest
    FROM insight_touchpointfact t CROSS JOIN :spans s
    WHERE t.is_contact = 1 AND t.occurred_ms >= s.from_ms - :active_ms AND t.occurred_ms < s.to_ms
      AND t.customer NOT IN (
          SELECT o.customer FROM insight_orderfact o CROSS JOIN :spans p
          WHERE o.placed_ms >= p.to_ms - :active_ms AND o.placed_ms < p.to_ms
      )
) lasts
WHERE newest = 1 AND moment_ms < from_ms AND moment_ms < to_ms - :active_ms AND :scope
ORDER BY moment_ms DESC
LIMIT :most
"""


def finish(rows: Sequence[Row]) -> Result:
    cohort, kept, joined = (total(rows, column) for column in ("cohort", "kept", "joined"))
    lost = Estimate(cohort - kept, cohort - kept, cohort - kept)
    return Result(
        headline=share(_("Customers kept"), kept, cohort, noun=_("customers active at the start")),
        parts=(
            share(_("Customers lost (churn)"), cohort - kept, cohort, noun=_("customers active at the start")),
            Measure(_("Lost, in number"), "count", cohort, lost, _("customers")),
        ),
        counter=share(
            _("Complained in the period, of those kept"),
            total(rows, "kept_complaining"),
            kept,
            noun=_("customers kept"),
        ),
        excluded=(
            Excluded(_("customers new or back in the period: they were not active at its start"), joined),
            Excluded(_("customers active for a while within the period only"), total(rows, "people") - cohort - joined),
        ),
    )


KPI = kpi.KPI(
    name="customer_retention",
    order=2,
    title=lazy("Customer retention"),
    question=lazy("Of the customers who were active when the period began, how many still were when it ended?"),
    population=lazy(
        "Customers active at the start. There is no contract to go by, so this is inferred: a customer is active at a"
        " moment if they ordered, wrote, called or were visited in the 90 days before it. A satisfied customer who needs"
        " nothing for 90 days counts as lost until they come back."
    ),
    unit="share",
    unit_words=lazy("per cent: active at the start and at the end, divided by active at the start (cohort form)"),
    clock=lazy("Calendar time. Each point of the series stands for a period of the chosen length that ends there."),
    exclusions=(
        lazy("Customers who became active after the start, or came back."),
        lazy("What we sent without an answer, and automatic letters: they are not the customer’s activity."),
    ),
    uncertainty=lazy("Wilson’s 95 % interval."),
    counter_metric=lazy("Share of the customers kept who complained: those who cannot leave are kept too."),
    outcome=lazy("Customers come back because they want to."),
    side="customers",
    unmeasured=lazy("the records do not reach back 90 days before the period began, or nobody was active then."),
    better="more",
    statement=STATEMENT,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("The last conversation with each customer who fell silent."),
    remark=lambda row: _("last heard of then"),
    numbers=(("active_ms", ACTIVE_DAYS * 86_400_000),),
    series="rolling",
)
