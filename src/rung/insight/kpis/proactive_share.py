"""Do we speak up before we are asked?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Result, share, total
from rung.insight.resampling import by_customer

STATEMENT = """
SELECT span, team, channel, SUM(is_ours) AS ours, SUM(is_theirs) AS theirs, SUM(is_machine) AS machines,
       SUM(is_ours * has_complained) AS ours_complaining
FROM (
    SELECT s.span AS span, c.team AS team, c.channel AS channel,
           CASE WHEN c.opened_by = 'us' THEN 1 ELSE 0 END AS is_ours,
           CASE WHEN c.opened_by = 'customer' THEN 1 ELSE 0 END AS is_theirs,
           CASE WHEN c.opened_by = 'machine' THEN 1 ELSE 0 END AS is_machine,
           CASE WHEN k.conversation IS NULL THEN 0 ELSE 1 END AS has_complained
    FROM :spans s CROSS JOIN insight_conversationfact c
    LEFT JOIN insight_complaintfact k ON k.conversation = c.conversation
    WHERE c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms
) counted
WHERE :scope
GROUP BY span, team, channel
"""

BEHIND = """
SELECT c.conversation AS conversation, c.opened_ms AS moment_ms, c.contacts AS contacts_n
FROM insight_conversationfact c CROSS JOIN :spans s
WHERE c.opened_by = 'us' AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms AND :scope
ORDER BY opened_ms DESC, conversation
LIMIT :most
"""

CLUSTERS = by_customer("""
    SELECT s.span AS span, c.team AS team, c.channel AS channel, c.customer AS customer,
           CASE WHEN c.opened_by = 'us' THEN 1 ELSE 0 END AS amount, 1 AS one_n
    FROM :spans s CROSS JOIN insight_conversationfact c
    WHERE c.opened_by <> 'machine' AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms
""")


def finish(rows: Sequence[Row]) -> Result:
    ours, theirs = total(rows, "ours"), total(rows, "theirs")
    return Result(
        headline=share(_("Begun by us"), ours, ours + theirs, noun=_("conversations between people")),
        counter=share(
            _("Complained in it, of those we began"), total(rows, "ours_complaining"), ours, noun=_("begun by us")
        ),
        excluded=(Excluded(_("conversations begun by an automatic letter"), total(rows, "machines")),),
    )


KPI = kpi.KPI(
    name="proactive_share",
    order=31,
    title=lazy("Proactive share"),
    question=lazy("Of all conversations between people, how many did we begin?"),
    population=lazy("Conversations opened in the period, by a customer or by one of us."),
    unit="share",
    unit_words=lazy("per cent: begun by us, divided by all"),
    clock=lazy("The day the conversation was opened."),
    exclusions=(
        lazy("Conversations begun by an automatic letter."),
        lazy("Questions we put to suppliers or colleagues beside a conversation."),
        lazy("Surveys and other notices: nobody is helped by them."),
    ),
    uncertainty=lazy(
        "Wilson’s 95 % interval; where customers count more than once, at each end whichever reaches further of it and"
        " 2,000 draws of whole customers (cluster bootstrap)."
    ),
    counter_metric=lazy(
        "Share of the conversations we began in which the customer complained: unasked is not welcome."
    ),
    outcome=lazy("Customers hear from us before they have to ask."),
    side="service",
    unmeasured=lazy("no conversation was begun in this period."),
    better="neither",
    statement=STATEMENT,
    clusters=CLUSTERS,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("The newest first."),
    remark=lambda row: _("the customer replied") if row["contacts_n"] else _("no reply"),
    is_named=False,
)
