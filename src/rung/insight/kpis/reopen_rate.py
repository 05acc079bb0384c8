"""What we called settled: does it come back?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.exclusions import WITH_SETTLED_BY_RULE
from rung.insight.kpi import Excluded, Result, share, total
from rung.insight.resampling import by_customer

WITHIN_DAYS = 7
DAY_MS = 86_400_000

# The first resolution of a conversation by a person within the period speaks for it; `again` counts the others. For the
# counter-metric it matters only that the customer came back, not who had settled the matter.
STATEMENT = """
SELECT span, team, channel,
       SUM(is_first) AS settled, SUM((1 - is_opening) * by_agent * (1 - is_first)) AS again_n,
       SUM(is_first * came_7) AS within_7,
       SUM(is_first * is_14) AS mature_14, SUM(is_first * is_14 * came_14) AS within_14,
       SUM(is_first * is_30) AS mature_30, SUM(is_first * is_30 * came_30) AS within_30,
       SUM(is_opening) AS opened, SUM(is_repeat) AS repeats
FROM (
    SELECT s.span AS span, l.team AS team, l.channel AS channel, l.is_opening AS is_opening,
           l.by_agent AS by_agent,
           CASE WHEN l.is_opening = 0 AND l.by_agent = 1
                 AND ROW_NUMBER() OVER (
                     PARTITION BY s.span, l.conversation, l.is_opening, l.by_agent ORDER BY l.moment_ms) = 1
                THEN 1 ELSE 0 END AS is_first,
           CASE WHEN l.reopened_ms < l.moment_ms + 604800000 THEN 1 ELSE 0 END AS came_7,
           CASE WHEN l.reopened_ms < l.moment_ms + 1209600000 THEN 1 ELSE 0 END AS came_14,
           CASE WHEN l.reopened_ms < l.moment_ms + 2592000000 THEN 1 ELSE 0 END AS came_30,
           CASE WHEN l.moment_ms + 1209600000 <= :now_ms THEN 1 ELSE 0 END AS is_14,
           CASE WHEN l.moment_ms + 2592000000 <= :now_ms THEN 1 ELSE 0 END AS is_30,
           CASE WHEN l.is_opening = 1 AND l.settled_before_ms > l.moment_ms - :within_ms THEN 1 ELSE 0 END AS is_repeat
    FROM :spans s CROSS JOIN (
        SELECT conversation, customer, team, channel, moment_ms, reopened_ms, is_opening, by_agent,
               MAX(CASE WHEN is_opening = 0 THEN moment_ms END) OVER (
                   PARTITION BY customer ORDER BY moment_ms, is_opening, conversation
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS settled_before_ms
        FROM (
            SELECT conversation, customer, team, channel, resolved_ms AS moment_ms, reopened_ms, 0 AS is_opening,
                   by_agent
            FROM insight_resolutionfact
            WHERE resolved_ms >= :earliest_ms - :within_ms
            UNION ALL
            SELECT conversation, customer, team, channel, opened_ms, 0, 1, 0
            FROM insight_conversationfact
            WHERE opened_by = 'customer' AND opened_ms >= :earliest_ms
        ) moments
    ) l
    WHERE l.moment_ms >= s.from_ms AND l.moment_ms < s.to_ms
) judged
WHERE :scope
GROUP BY span, team, channel
"""

BEHIND = """
SELECT conversation, resolved_ms AS moment_ms, reopened_ms - resolved_ms AS after_ms,
       CASE WHEN reopened_ms < resolved_ms + :within_ms THEN 1 ELSE 0 END AS came_back
FROM (
    SELECT r.conversation AS conversation, r.team AS team, r.channel AS channel, r.resolved_ms AS resolved_ms,
           r.reopened_ms AS reopened_ms,
           ROW_NUMBER() OVER (PARTITION BY r.conversation ORDER BY r.resolved_ms) AS nth
    FROM insight_resolutionfact r CROSS JOIN :spans s
    WHERE r.by_agent = 1 AND r.resolved_ms >= s.from_ms AND r.resolved_ms < s.to_ms
) firsts
WHERE nth = 1 AND :scope
ORDER BY came_back DESC, moment_ms DESC, conversation
LIMIT :most
"""

CLUSTERS = by_customer("""
    SELECT span, team, channel, customer, amount, 1 AS one_n
    FROM (
        SELECT s.span AS span, r.team AS team, r.channel AS channel, r.customer AS customer,
               CASE WHEN r.reopened_ms < r.resolved_ms + :within_ms THEN 1 ELSE 0 END AS amount,
               ROW_NUMBER() OVER (PARTITION BY s.span, r.conversation ORDER BY r.resolved_ms) AS nth
        FROM :spans s CROSS JOIN insight_resolutionfact r
        WHERE r.by_agent = 1 AND r.resolved_ms >= s.from_ms AND r.resolved_ms < s.to_ms
    ) firsts
    WHERE nth = 1
""")


def finish(rows: Sequence[Row]) -> Result:
    noun = _("resolved conversations")
    settled, opened = total(rows, "settled"), total(rows, "opened")
    return Result(
        headline=share(_("Reopened within 7 days"), total(rows, "within_7"), settled, noun=noun),
        parts=(
            share(_("Reopened within 14 days"), total(rows, "within_14"), total(rows, "mature_14"), noun=noun,
                  missing=_("their 14 days have not passed")),
            share(_("Reopened within 30 days"), total(rows, "within_30"), total(rows, "mature_30"), noun=noun,
                  missing=_("their 30 days have not passed")),
        ),
        counter=share(
            _("Opened by a customer whose last matter had been settled in the 7 days before"),
            total(rows, "repeats"), opened, noun=_("conversations opened"),
        ),
        excluded=(Excluded(_("further resolutions of the same conversations"), total(rows, "again_n")),),
    )  # fmt: skip


def _remark(row: Row) -> str:
    if row["came_back"]:
        return _("reopened after %(n).1f days") % {"n": int(row["after_ms"]) / DAY_MS}
    return _("not reopened within 7 days")


KPI = kpi.KPI(
    name="reopen_rate",
    order=10,
    title=lazy("Reopen rate"),
    question=lazy("Of the conversations resolved in the period, how many were open again within 7 days?"),
    population=lazy("Conversations a person resolved in the period, once each, by their first such resolution in it."),
    unit="share",
    unit_words=lazy("per cent: reopened within 7 days of that resolution, divided by all"),
    clock=lazy("Calendar time from the resolution. Only those whose 7 days have passed: the period is moved back."),
    exclusions=(
        lazy("Resolutions whose 7 days have not passed."),
        lazy("Further resolutions of the same conversation in the period."),
        lazy("What a rule settled and not a person."),
        lazy(
            "Letters of machines, and those that say thank you and no more: they reopen nothing here. At the desk the"
            " conversation comes back, so that somebody reads it."
        ),
    ),
    uncertainty=lazy(
        "Wilson’s 95 % interval; where customers count more than once, at each end whichever reaches further of it and"
        " 2,000 draws of whole customers (cluster bootstrap)."
    ),
    counter_metric=lazy(
        "Share of conversations opened by a customer whose last matter was settled in the 7 days before: a new one"
        " instead of the old one reopened. Without topics any conversation of theirs counts."
    ),
    outcome=lazy("What is settled stays settled."),
    side="service",
    unmeasured=lazy("nothing was resolved in this period whose 7 days have passed."),
    better="less",
    statement=STATEMENT,
    left_out=WITH_SETTLED_BY_RULE,
    clusters=CLUSTERS,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Those that came back first."),
    remark=_remark,
    numbers=(("within_ms", WITHIN_DAYS * DAY_MS),),
    follow_up_days=WITHIN_DAYS,
    is_named=False,
)
