"""Do customers stay with us?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Measure, Result, share, total
from rung.insight.outsiders import BY_DEFINITION, TABLE, colleagues
from rung.insight.statistics import Estimate

# There is no contract that could be cancelled, so activity stands for it. A quarter of silence is long enough for most who
# still deal with us to have written, called or bought; a shorter window would call every satisfied customer lost.
ACTIVE_DAYS = 90

# One pass over the moments of each customer answers for all spans. The contact recorded last of all names their team and
# channel, as a conversation counts for the team that holds it now. Who complained is asked beside it: as one more kind of
# moment it was looked for in each of them, and there are three hundred for each complaint. Who was a colleague at any time
# from 90 days before the start to the end was not free to stay or leave as others are.
STATEMENT = f"""
SELECT span, team, channel,
       SUM(was_active * is_outside) AS cohort, SUM(was_active * is_active * is_outside) AS kept,
       SUM((1 - was_active) * is_active * is_outside) AS joined,
       SUM(was_active * is_active * is_outside * has_complained) AS kept_complaining,
       SUM(was_active * (1 - is_outside)) AS inside
FROM (
    SELECT s.span AS span,
           CASE WHEN l.team IS NULL THEN 0 ELSE l.team END AS team,
           CASE WHEN l.channel IS NULL THEN '' ELSE l.channel END AS channel,
           CASE s.span <<WHEN :span THEN p.was_active_:span>> ELSE 0 END AS was_active,
           CASE s.span <<WHEN :span THEN p.is_active_:span>> ELSE 0 END AS is_active,
           CASE WHEN c.customer IS NULL THEN 0
                ELSE CASE s.span <<WHEN :span THEN c.has_complained_:span>> ELSE 0 END END AS has_complained,
           CASE WHEN g.customer IS NULL THEN 1
                ELSE CASE s.span <<WHEN :span THEN g.is_outside_:span>> ELSE 1 END END AS is_outside
    FROM (
        SELECT customer, MAX(touchpoint) AS touchpoint
               <<, MAX(CASE WHEN moment_ms >= :from_ms - :active_ms AND moment_ms < :from_ms THEN 1 ELSE 0 END)
                       AS was_active_:span,
                   MAX(CASE WHEN moment_ms >= :to_ms - :active_ms AND moment_ms < :to_ms THEN 1 ELSE 0 END)
                       AS is_active_:span>>
        FROM (
            SELECT customer, occurred_ms AS moment_ms, touchpoint
            FROM insight_touchpointfact[:earliest_ms - :active_ms, :latest_ms]
            WHERE is_contact = 1 AND occurred_ms >= :earliest_ms - :active_ms AND occurred_ms < :latest_ms
            UNION ALL
            SELECT customer, placed_ms, -1
            FROM insight_orderfact[:earliest_ms - :active_ms, :latest_ms]
            WHERE placed_ms >= :earliest_ms - :active_ms AND placed_ms < :latest_ms
        ) moments
        GROUP BY customer
    ) p
    LEFT JOIN (
        SELECT customer
               <<, MAX(CASE WHEN received_ms >= :from_ms AND received_ms < :to_ms THEN 1 ELSE 0 END)
                       AS has_complained_:span>>
        FROM insight_complaintfact[:earliest_ms, :latest_ms]
        WHERE received_ms >= :earliest_ms AND received_ms < :latest_ms
        GROUP BY customer
    ) c ON c.customer = p.customer
    LEFT JOIN (
        SELECT customer
               <<, MIN(CASE WHEN began_ms < :to_ms AND ended_ms > :from_ms - :active_ms THEN 0 ELSE 1 END)
                       AS is_outside_:span>>
        FROM {TABLE}[, :latest_ms]
        WHERE began_ms < :latest_ms
        GROUP BY customer
    ) g ON g.customer = p.customer
    LEFT JOIN insight_touchpointfact[:earliest_ms - :active_ms, :latest_ms] l
        ON l.touchpoint = p.touchpoint AND l.is_contact = 1
        AND l.occurred_ms >= :earliest_ms - :active_ms AND l.occurred_ms < :latest_ms
    CROSS JOIN (
        SELECT MIN(first_ms) AS first_ms
        FROM (
            SELECT first_ms FROM (
                SELECT occurred_ms AS first_ms FROM insight_touchpointfact[, :latest_ms]
                WHERE is_contact = 1 ORDER BY occurred_ms LIMIT 1
            ) contact
            UNION ALL
            SELECT first_ms FROM (
                SELECT placed_ms AS first_ms FROM insight_orderfact[, :latest_ms] ORDER BY placed_ms LIMIT 1
            ) bought
        ) firsts
    ) records
    CROSS JOIN :spans s
    WHERE records.first_ms <= s.from_ms - :active_ms
) person
WHERE was_active + is_active > 0 AND :scope
GROUP BY span, team, channel
"""  # noqa: S608 - a name of ours

BEHIND = f"""
SELECT conversation, moment_ms
FROM (
    SELECT t.conversation AS conversation, t.team AS team, t.channel AS channel, t.occurred_ms AS moment_ms,
           s.to_ms AS to_ms,
           MAX(CASE WHEN t.occurred_ms < s.from_ms THEN 1 ELSE 0 END) OVER (PARTITION BY t.customer) AS was_active,
           ROW_NUMBER() OVER (PARTITION BY t.customer ORDER BY t.occurred_ms DESC, t.touchpoint DESC) AS newest
    FROM insight_touchpointfact t CROSS JOIN :spans s
    WHERE t.is_contact = 1 AND t.occurred_ms >= s.from_ms - :active_ms AND t.occurred_ms < s.to_ms
      AND t.customer NOT IN (
          SELECT o.customer FROM insight_orderfact o CROSS JOIN :spans p
          WHERE o.placed_ms >= p.to_ms - :active_ms AND o.placed_ms < p.to_ms
      )
      AND t.customer NOT IN (
          SELECT g.customer FROM {TABLE} g CROSS JOIN :spans p
          WHERE g.began_ms < p.to_ms AND g.ended_ms > p.from_ms - :active_ms
      )
) lasts
WHERE newest = 1 AND was_active = 1 AND moment_ms < to_ms - :active_ms AND :scope
ORDER BY moment_ms DESC, conversation
LIMIT :most
"""  # noqa: S608 - as above


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
            colleagues(total(rows, "inside")),
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
        BY_DEFINITION,
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
    behind_words=lazy("The last conversation with each customer who fell silent; who only ordered has none."),
    remark=lambda row: _("last heard of then"),
    numbers=(("active_ms", ACTIVE_DAYS * 86_400_000),),
    series="rolling",
)
