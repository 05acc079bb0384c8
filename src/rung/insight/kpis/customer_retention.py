"""Do customers stay with us?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Measure, Result, share, total
from rung.insight.models import ENDLESS
from rung.insight.statistics import Estimate

# There is no contract that could be cancelled, so activity stands for it. A quarter of silence is long enough for most who
# still deal with us to have written, called or bought; a shorter window would call every satisfied customer lost.
ACTIVE_DAYS = 90

# Each moment of activity is good until the next one, so exactly one of a person's moments holds at any instant. The last
# contact of all names their team and channel, as a conversation counts for the team that holds it now.
STATEMENT = """
SELECT span, team, channel,
       SUM(was_active) AS cohort, SUM(was_active * is_active) AS kept,
       SUM((1 - was_active) * is_active) AS joined, SUM(was_active * is_active * has_complained) AS kept_complaining
FROM (
    SELECT p.span AS span, p.customer AS customer,
           MAX(CASE WHEN l.team IS NULL THEN 0 ELSE l.team END) AS team,
           MAX(CASE WHEN l.channel IS NULL THEN '' ELSE l.channel END) AS channel,
           MAX(p.was_active) AS was_active, MAX(p.is_active) AS is_active,
           MAX(CASE WHEN k.received_ms >= p.from_ms AND k.received_ms < p.to_ms THEN 1 ELSE 0 END) AS has_complained
    FROM (
        SELECT s.span AS span, s.from_ms AS from_ms, s.to_ms AS to_ms, g.customer AS customer,
               CASE WHEN g.moment_ms < s.from_ms AND g.next_ms >= s.from_ms
                     AND g.moment_ms >= s.from_ms - :active_ms THEN 1 ELSE 0 END AS was_active,
               CASE WHEN g.moment_ms < s.to_ms AND g.next_ms >= s.to_ms
                     AND g.moment_ms >= s.to_ms - :active_ms THEN 1 ELSE 0 END AS is_active
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
            SELECT customer, moment_ms,
                   LEAD(moment_ms, 1, :endless_ms) OVER (PARTITION BY customer ORDER BY moment_ms) AS next_ms
            FROM (
                SELECT customer, occurred_ms AS moment_ms
                FROM insight_touchpointfact
                WHERE is_contact = 1 AND occurred_ms >= :earliest_ms - :active_ms
                UNION ALL
                SELECT customer, placed_ms AS moment_ms
                FROM insight_orderfact
                WHERE placed_ms >= :earliest_ms - :active_ms
            ) moments
        ) g
        WHERE records.first_ms <= s.from_ms - :active_ms
          AND (   (g.moment_ms < s.from_ms AND g.next_ms >= s.from_ms AND g.moment_ms >= s.from_ms - :active_ms)
               OR (g.moment_ms < s.to_ms AND g.next_ms >= s.to_ms AND g.moment_ms >= s.to_ms - :active_ms))
    ) p
    LEFT JOIN (
        SELECT customer, team, channel
        FROM (
            SELECT customer, team, channel,
                   ROW_NUMBER() OVER (PARTITION BY customer ORDER BY occurred_ms DESC, touchpoint DESC) AS newest
            FROM insight_touchpointfact
            WHERE is_contact = 1 AND occurred_ms >= :earliest_ms - :active_ms
        ) contacts
        WHERE newest = 1
    ) l ON l.customer = p.customer
    LEFT JOIN insight_complaintfact k ON k.customer = p.customer
    GROUP BY p.span, p.customer
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
        excluded=(Excluded(_("customers new or back in the period: they were not active at its start"), joined),),
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
    numbers=(("active_ms", ACTIVE_DAYS * 86_400_000), ("endless_ms", ENDLESS)),
    series="rolling",
)
