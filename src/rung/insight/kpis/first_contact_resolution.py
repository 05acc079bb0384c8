"""Is one contact enough?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.exclusions import OF_CONVERSATIONS
from rung.insight.kpi import Result, share, total
from rung.insight.resampling import by_customer

SETTLED_DAYS, QUIET_DAYS = 7, 7
DAY_MS = 86_400_000

# Of each matter: how often the customer turned to us until it was settled, and when again after that, in the same
# conversation or in a new one of theirs. Nothing counts that comes later than both windows after the opening, so that what
# is said of a matter once stands. Only where there was more than one contact are they looked at one by one. A thank-you and
# no more is no contact in the facts, and reopens nothing there. What only a rule settled in its time is left out: whether
# one contact was enough nobody has said. What it settles later changes nothing.
_LOOKED = """
    SELECT s.span AS span, l.conversation AS conversation, l.customer AS customer, l.team AS team, l.channel AS channel,
           l.opened_ms AS moment_ms,
           CASE WHEN l.first_resolved_ms <= l.opened_ms + :settled_ms AND (m.until_n IS NULL OR m.until_n <= 1)
                THEN 1 ELSE 0 END AS is_once,
           CASE WHEN r.back_ms < l.first_resolved_ms + :quiet_ms OR m.again_ms < l.first_resolved_ms + :quiet_ms
                THEN 1 ELSE 0 END AS is_reopened,
           CASE WHEN l.next_ms < l.first_resolved_ms + :quiet_ms THEN 1 ELSE 0 END AS is_repeated,
           CASE WHEN m.until_n > 1 THEN 1 ELSE 0 END AS is_more,
           CASE WHEN a.resolved_ms <= l.opened_ms + :settled_ms
                 AND (l.first_resolved_ms IS NULL OR l.first_resolved_ms > l.opened_ms + :settled_ms)
                THEN 1 ELSE 0 END AS is_ruled
    FROM :spans s CROSS JOIN (
        SELECT conversation, customer, team, channel, opened_ms, first_resolved_ms,
               LEAD(CASE WHEN opened_by = 'customer' THEN opened_ms END, 1) OVER (
                   PARTITION BY customer ORDER BY opened_ms, conversation) AS next_ms
        FROM insight_conversationfact[:earliest_ms, :latest_ms + :settled_ms + :quiet_ms]
        WHERE opened_by = 'customer' AND opened_ms >= :earliest_ms
          AND opened_ms < :latest_ms + :settled_ms + :quiet_ms
    ) l
    LEFT JOIN (
        SELECT conversation, resolved_ms, MIN(reopened_ms) AS back_ms
        FROM insight_resolutionfact[:earliest_ms, :latest_ms + :settled_ms]
        WHERE by_agent = 1 AND resolved_ms >= :earliest_ms AND resolved_ms < :latest_ms + :settled_ms
          AND reopened_ms < resolved_ms + :quiet_ms
        GROUP BY conversation, resolved_ms
    ) r ON r.conversation = l.conversation AND r.resolved_ms = l.first_resolved_ms
    LEFT JOIN (
        SELECT conversation, resolved_ms
        FROM insight_resolutionfact[:earliest_ms, :latest_ms + :settled_ms]
        WHERE ordinal = 0 AND by_agent = 0 AND resolved_ms >= :earliest_ms AND resolved_ms < :latest_ms + :settled_ms
    ) a ON a.conversation = l.conversation
    LEFT JOIN (
        SELECT c.conversation AS conversation,
               SUM(CASE WHEN c.first_resolved_ms IS NULL OR t.occurred_ms <= c.first_resolved_ms THEN 1 ELSE 0 END)
                   AS until_n,
               MIN(CASE WHEN t.occurred_ms > c.first_resolved_ms THEN t.occurred_ms END) AS again_ms
        FROM insight_conversationfact[:earliest_ms, :latest_ms] c
        JOIN insight_touchpointfact[:earliest_ms, :latest_ms + :settled_ms + :quiet_ms] t
          ON t.conversation = c.conversation
        WHERE c.contacts > 1 AND c.opened_by = 'customer' AND c.opened_ms >= :earliest_ms AND c.opened_ms < :latest_ms
          AND t.is_contact = 1 AND t.occurred_ms >= :earliest_ms
          AND t.occurred_ms < :latest_ms + :settled_ms + :quiet_ms
          AND t.occurred_ms < c.opened_ms + :settled_ms + :quiet_ms
        GROUP BY c.conversation
    ) m ON m.conversation = l.conversation
    WHERE l.opened_ms >= s.from_ms AND l.opened_ms < s.to_ms
"""

STATEMENT = f"""
SELECT span, team, channel, COUNT(*) AS needs, SUM(is_once) AS once_n,
       SUM(is_once * (1 - is_reopened) * (1 - is_repeated)) AS held,
       SUM(is_once * is_reopened) AS reopened,
       SUM(is_once * (1 - is_reopened) * is_repeated) AS repeated,
       SUM(is_more) AS more_n
FROM ({_LOOKED}) looked
WHERE is_ruled = 0 AND :scope
GROUP BY span, team, channel
"""  # noqa: S608 - both halves are constants of this file

BEHIND = f"""
SELECT conversation, moment_ms, is_once * (1 - is_reopened) * (1 - is_repeated) AS is_held,
       is_once * (is_reopened + is_repeated) AS came_back, is_more AS took_more
FROM ({_LOOKED}) looked
WHERE is_ruled = 0 AND :scope
ORDER BY is_held, came_back DESC, moment_ms DESC, conversation
LIMIT :most
"""  # noqa: S608 - both halves are constants of this file

CLUSTERS = by_customer(f"""
    SELECT span, team, channel, customer, is_once * (1 - is_reopened) * (1 - is_repeated) AS amount, 1 AS one_n
    FROM ({_LOOKED}) looked
    WHERE is_ruled = 0
""")  # noqa: S608 - a constant of this file

LEFT_OUT = f"""
{OF_CONVERSATIONS}
UNION ALL
SELECT 'rule' AS reason, SUM(is_ruled) AS cases
FROM ({_LOOKED}) looked
WHERE :scope
UNION ALL
SELECT 'not_theirs' AS reason, COUNT(*) AS cases
FROM :spans s CROSS JOIN insight_conversationfact[:earliest_ms, :latest_ms] c
WHERE c.opened_by <> 'customer' AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms AND :scope
"""  # noqa: S608 - constants


def finish(rows: Sequence[Row]) -> Result:
    needs, once = total(rows, "needs"), total(rows, "once_n")
    noun = _("conversations customers began")
    return Result(
        headline=share(_("Settled in the first contact, and quiet since"), total(rows, "held"), needs, noun=noun),
        parts=(
            share(_("Settled after one contact, whatever came later (“one-touch”)"), once, needs, noun=noun),
            share(_("Took more than one contact"), total(rows, "more_n"), needs, noun=noun),
            share(
                _("Settled after one contact, but taken up again within 7 days"), total(rows, "reopened"), needs, noun=noun
            ),
            share(
                _("Settled after one contact, but the customer began another within 7 days"), total(rows, "repeated"),
                needs, noun=noun,
            ),
        ),
        counter=share(
            _("Came back within 7 days, of those settled after one contact"),
            total(rows, "reopened") + total(rows, "repeated"), once, noun=_("settled after one contact"),
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
        "per cent: settled within 7 days after a single contact of the customer, then for 7 days neither reopened nor"
        " followed by a contact through any channel, and without another conversation of theirs until these have passed,"
        " divided by all"
    ),
    clock=lazy(
        "Calendar time. A matter has 7 days to be settled and 7 to stay quiet; what happens later changes nothing. Only"
        " those whose 14 days have passed are judged: the period is moved back."
    ),
    exclusions=(
        lazy("Conversations we or a machine began."),
        lazy("Conversations whose 14 days have not passed."),
        lazy(
            "Conversations that within their 7 days a rule settled and no person: silence is no answer to whether one"
            " contact was enough."
        ),
        lazy("As contacts: a letter that says thank you and no more after the matter was settled."),
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
    left_out=LEFT_OUT,
    clusters=CLUSTERS,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Those that were not settled in the first contact first."),
    remark=_remark,
    numbers=(("settled_ms", SETTLED_DAYS * DAY_MS), ("quiet_ms", QUIET_DAYS * DAY_MS)),
    follow_up_days=SETTLED_DAYS + QUIET_DAYS,
    is_named=False,
)
