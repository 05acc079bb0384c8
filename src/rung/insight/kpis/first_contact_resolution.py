"""Is one contact enough?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Result, share, total
from rung.insight.resampling import by_customer

SETTLED_DAYS, QUIET_DAYS = 7, 7
DAY_MS = 86_400_000

# From each opening by a customer one sees that person's next opening.
_LOOKED = """
    SELECT s.span AS span, l.conversation AS conversation, l.team AS team, l.channel AS channel, l.opened_ms AS moment_ms,
           CASE WHEN l.contacts <= 1 AND l.first_resolved_ms <= l.opened_ms + :settled_ms THEN 1 ELSE 0 END AS is_once,
           CASE WHEN l.reopen_count > 0 THEN 1 ELSE 0 END AS is_reopened,
           CASE WHEN l.next_ms < l.first_resolved_ms + :quiet_ms THEN 1 ELSE 0 END AS is_repeated,
           CASE WHEN l.contacts > 1 THEN 1 ELSE 0 END AS is_more
    FROM :spans s CROSS JOIN (
        SELECT conversation, team, channel, opened_ms, first_resolved_ms, contacts, reopen_count,
               LEAD(CASE WHEN opened_by = 'customer' THEN opened_ms END, 1) OVER (
                   PARTITION BY customer ORDER BY opened_ms, conversation) AS next_ms
        FROM insight_conversationfact
        WHERE opened_by = 'customer' AND opened_ms >= :earliest_ms
    ) l
    WHERE l.opened_ms >= s.from_ms AND l.opened_ms < s.to_ms
"""

STATEMENT = f"""
SELECT span, team, channel, COUNT(*) AS needs, SUM(is_once) AS once_n,
       SUM(is_once * (1 - is_reopened) * (1 - is_repeated)) AS held,
       SUM(is_once * is_reopened) AS reopened,
       SUM(is_once * (1 - is_reopened) * is_repeated) AS repeated,
       SUM(is_more) AS more_n
FROM ({_LOOKED}) looked
WHERE :scope
GROUP BY span, team, channel
"""  # noqa: S608 - both halves are constants of this file

BEHIND = f"""
SELECT conversation, moment_ms, is_once * (1 - is_reopened) * (1 - is_repeated) AS is_held,
       is_once * (is_reopened + is_repeated) AS came_back, is_more AS took_more
FROM ({_LOOKED}) looked
WHERE :scope
ORDER BY is_held, came_back DESC, moment_ms DESC, conversation
LIMIT :most
"""  # noqa: S608 - both halves are constants of this file

CLUSTERS = by_customer("""
    SELECT s.span AS span, l.team AS team, l.channel AS channel, l.customer AS customer,
           CASE WHEN l.contacts <= 1 AND l.first_resolved_ms <= l.opened_ms + :settled_ms AND l.reopen_count = 0
                 AND (l.next_ms IS NULL OR l.next_ms >= l.first_resolved_ms + :quiet_ms) THEN 1 ELSE 0 END AS amount,
           1 AS one_n
    FROM :spans s CROSS JOIN (
        SELECT conversation, customer, team, channel, opened_ms, first_resolved_ms, contacts, reopen_count,
               LEAD(CASE WHEN opened_by = 'customer' THEN opened_ms END, 1) OVER (
                   PARTITION BY customer ORDER BY opened_ms, conversation) AS next_ms
        FROM insight_conversationfact
        WHERE opened_by = 'customer' AND opened_ms >= :earliest_ms
    ) l
    WHERE l.opened_ms >= s.from_ms AND l.opened_ms < s.to_ms
""")


def finish(rows: Sequence[Row]) -> Result:
    needs, once = total(rows, "needs"), total(rows, "once_n")
    noun = _("conversations customers began")
    return Result(
        headline=share(_("Settled in the first contact, and quiet since"), total(rows, "held"), needs, noun=noun),
        parts=(
            share(_("Settled after one contact, whatever came later (“one-touch”)"), once, needs, noun=noun),
            share(_("Took more than one contact"), total(rows, "more_n"), needs, noun=noun),
        ),
        counter=share(
            _("Came back within 7 days, of those settled after one contact"),
            total(rows, "reopened") + total(rows, "repeated"), once, noun=_("settled after one contact"),
        ),
        excluded=(
            Excluded(_("settled after one contact, but reopened"), total(rows, "reopened")),
            Excluded(_("settled after one contact, but the customer began another within 7 days"),
                     total(rows, "repeated")),
        ),
        remark=_(
            "This is what we see. What customers say of it is not asked yet; where it is, they say it of far fewer."
        ),
    )  # fmt: skip


def _remark(row: Row) -> str:
    if row["is_held"]:
        return _("settled in the first contact")
    if row["came_back"]:
        return _("settled after one contact, and came back")
    return _("took more than one contact") if row["took_more"] else _("not settled within 7 days")


KPI = kpi.KPI(
    name="first_contact_resolution",
    order=11,
    title=lazy("First contact resolution"),
    question=lazy("Of the matters customers brought to us, how many were settled in the first contact?"),
    population=lazy("Conversations customers began in the period, as far as one conversation is one need."),
    unit="share",
    unit_words=lazy(
        "per cent: settled within 7 days with a single contact of the customer, not reopened, and without another"
        " conversation of theirs from its beginning until 7 days after it was settled, divided by all"
    ),
    clock=lazy("Calendar time. Only those whose 14 days have passed: the period is moved back."),
    exclusions=(
        lazy("Conversations we or a machine began."),
        lazy("Conversations whose 14 days have not passed."),
    ),
    uncertainty=lazy(
        "Wilson’s 95 % interval; where customers count more than once, at each end whichever reaches further of it and"
        " 2,000 draws of whole customers (cluster bootstrap)."
    ),
    counter_metric=lazy("Share of those settled after one contact that came back: settled is quickly said."),
    outcome=lazy("Asking once is enough."),
    side="customers",
    unmeasured=lazy("no customer began a conversation in this period whose 14 days have passed."),
    better="more",
    statement=STATEMENT,
    clusters=CLUSTERS,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Those that were not settled in the first contact first."),
    remark=_remark,
    numbers=(("settled_ms", SETTLED_DAYS * DAY_MS), ("quiet_ms", QUIET_DAYS * DAY_MS)),
    follow_up_days=SETTLED_DAYS + QUIET_DAYS,
    is_named=False,
)
