"""Do people who ask us before buying then buy?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Result, share, total
from rung.insight.outsiders import BY_DEFINITION, IS_COLLEAGUE, colleagues, who_were_colleagues

WITHIN_DAYS = 30

# Team and channel are those of the contact that was recorded first.
STATEMENT = f"""
SELECT span, team, channel,
       SUM(1 - is_colleague) AS people, SUM((1 - is_colleague) * has_ordered) AS ordered,
       SUM((1 - is_colleague) * contacts) AS contacts,
       SUM((1 - is_colleague) * has_ordered * has_complained) AS ordered_complaining, SUM(is_colleague) AS inside
FROM (
    SELECT f.span AS span, f.customer AS customer, l.team AS team, l.channel AS channel, f.contacts AS contacts,
           MAX(CASE WHEN o.customer IS NULL THEN 0 ELSE 1 END) AS has_ordered,
           MAX(CASE WHEN k.customer IS NULL THEN 0 ELSE 1 END) AS has_complained, MAX({IS_COLLEAGUE}) AS is_colleague
    FROM (
        SELECT s.span AS span, t.customer AS customer, MIN(t.touchpoint) AS touchpoint, MIN(t.occurred_ms) AS asked_ms,
               COUNT(*) AS contacts
        FROM :spans s CROSS JOIN insight_touchpointfact[:earliest_ms, :latest_ms] t
        WHERE t.phase = 'before' AND t.is_contact = 1 AND t.occurred_ms >= s.from_ms AND t.occurred_ms < s.to_ms
        GROUP BY s.span, t.customer
    ) f
    JOIN insight_touchpointfact[:earliest_ms, :latest_ms] l
        ON l.touchpoint = f.touchpoint AND l.is_contact = 1
        AND l.occurred_ms >= :earliest_ms AND l.occurred_ms < :latest_ms
    LEFT JOIN insight_orderfact[:earliest_ms, :latest_ms + :within_ms] o
        ON o.customer = f.customer AND o.placed_ms >= f.asked_ms AND o.placed_ms < f.asked_ms + :within_ms
        AND o.placed_ms >= :earliest_ms AND o.placed_ms < :latest_ms + :within_ms
    LEFT JOIN insight_complaintfact[:earliest_ms, :latest_ms + :within_ms] k
        ON k.customer = f.customer AND k.received_ms >= f.asked_ms AND k.received_ms < f.asked_ms + :within_ms
        AND k.received_ms >= :earliest_ms AND k.received_ms < :latest_ms + :within_ms
    {who_were_colleagues("f.customer", "f.asked_ms")}
    GROUP BY f.span, f.customer, l.team, l.channel, f.contacts
) person
WHERE :scope
GROUP BY span, team, channel
"""  # noqa: S608 - constants of ours

BEHIND = f"""
SELECT conversation, moment_ms, has_ordered
FROM (
    SELECT f.conversation AS conversation, f.team AS team, f.channel AS channel, f.asked_ms AS moment_ms,
           MAX(CASE WHEN o.placed_ms >= f.asked_ms AND o.placed_ms < f.asked_ms + :within_ms THEN 1 ELSE 0 END)
               AS has_ordered
    FROM (
        SELECT t.customer AS customer, t.conversation AS conversation, t.team AS team, t.channel AS channel,
               t.occurred_ms AS asked_ms,
               ROW_NUMBER() OVER (PARTITION BY t.customer ORDER BY t.occurred_ms, t.touchpoint) AS nth
        FROM :spans s CROSS JOIN insight_touchpointfact t
        WHERE t.phase = 'before' AND t.is_contact = 1 AND t.occurred_ms >= s.from_ms AND t.occurred_ms < s.to_ms
    ) f
    LEFT JOIN insight_orderfact o ON o.customer = f.customer
    {who_were_colleagues("f.customer", "f.asked_ms")}
    WHERE f.nth = 1 AND g.customer IS NULL
    GROUP BY f.conversation, f.team, f.channel, f.asked_ms
) person
WHERE :scope
ORDER BY has_ordered, moment_ms DESC, conversation
LIMIT :most
"""  # noqa: S608 - as above


def finish(rows: Sequence[Row]) -> Result:
    people, ordered = total(rows, "people"), total(rows, "ordered")
    return Result(
        headline=share(_("Ordered within 30 days"), ordered, people, noun=_("people who asked before buying")),
        counter=share(
            _("Complained within the same 30 days, of those who ordered"),
            total(rows, "ordered_complaining"),
            ordered,
            noun=_("people who ordered"),
        ),
        excluded=(
            Excluded(_("further contacts of the same people"), total(rows, "contacts") - people),
            colleagues(total(rows, "inside")),
        ),
        remark=_(
            "This says who ordered after asking, not because of it: for that, some would have to be left unanswered by"
            " chance."
        ),
    )


KPI = kpi.KPI(
    name="conversion_rate",
    order=4,
    title=lazy("Conversion rate"),
    question=lazy("Of the people who were in contact with us before buying, how many ordered within 30 days?"),
    population=lazy(
        "People, not contacts: each who wrote, called or was visited in the phase “before” in the period, once, by their"
        " first such contact."
    ),
    unit="share",
    unit_words=lazy("per cent: people who ordered within 30 days of that contact, divided by all of them"),
    clock=lazy(
        "Calendar time from the first contact. Only people whose 30 days have passed: the period is moved back."
    ),
    exclusions=(
        lazy("People whose 30 days have not passed."),
        lazy("Further contacts of the same person in the period."),
        lazy("What we sent, and automatic letters."),
        BY_DEFINITION,
    ),
    uncertainty=lazy("Wilson’s 95 % interval; differences by Newcombe’s."),
    counter_metric=lazy("Share of those who ordered and complained within the same 30 days: pressure sells once."),
    outcome=lazy("People find out whether what we have is right for them."),
    side="customers",
    unmeasured=lazy("nobody whose 30 days have passed was in contact before buying in this period."),
    better="more",
    statement=STATEMENT,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Where each person first asked, those who have not ordered first."),
    remark=lambda row: _("ordered within 30 days") if row["has_ordered"] else _("has not ordered within 30 days"),
    numbers=(("within_ms", WITHIN_DAYS * 86_400_000),),
    follow_up_days=WITHIN_DAYS,
)
