"""How much was settled, and did it stay settled?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.exclusions import WITH_STANDING_BY_RULE
from rung.insight.kpi import Excluded, Measure, Result, share, total
from rung.insight.statistics import poisson

DURABLE_DAYS = 7

_MOMENTS = """
            SELECT conversation, customer, team, channel, resolved_ms AS moment_ms, reopened_ms, 0 AS is_opening
            FROM insight_resolutionfact[:earliest_ms, :latest_ms]
            WHERE by_agent = 1 AND resolved_ms >= :earliest_ms AND resolved_ms < :latest_ms
            UNION ALL
            SELECT conversation, customer, team, channel, opened_ms, 0, 1
            FROM insight_conversationfact[:earliest_ms - :durable_ms, :latest_ms + :durable_ms]
            WHERE opened_by = 'customer' AND opened_ms >= :earliest_ms - :durable_ms
              AND opened_ms < :latest_ms + :durable_ms
"""

# The moments of each customer in order: from each resolution one sees the next opening, from each opening the last. Sorting
# them is what this costs, so nothing is carried along that is only counted; of two openings in the same millisecond either
# may be the later one.
_JUDGED = f"""
    SELECT s.span AS span, team, channel, moment_ms, is_opening,
           CASE WHEN is_opening = 0 AND reopened_ms >= s.to_ms THEN 1 ELSE 0 END AS stands,
           CASE WHEN is_opening = 0 AND moment_ms + :durable_ms <= :now_ms THEN 1 ELSE 0 END AS is_mature,
           CASE WHEN is_opening = 0 AND reopened_ms < moment_ms + :durable_ms THEN 1 ELSE 0 END AS is_back,
           CASE WHEN is_opening = 0 AND next_ms < moment_ms + :durable_ms THEN 1 ELSE 0 END AS is_repeated,
           CASE WHEN is_opening = 1 AND before_ms > moment_ms - :durable_ms THEN 1 ELSE 0 END AS is_again
    FROM :spans s CROSS JOIN (
        SELECT team, channel, moment_ms, reopened_ms, is_opening,
               MIN(CASE WHEN is_opening = 1 THEN moment_ms END) OVER (
                   PARTITION BY customer ORDER BY moment_ms, is_opening
                   ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next_ms,
               MAX(CASE WHEN is_opening = 1 THEN moment_ms END) OVER (
                   PARTITION BY customer ORDER BY moment_ms, is_opening
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_ms
        FROM ({_MOMENTS}) moments
    ) looked
    WHERE moment_ms >= s.from_ms AND moment_ms < s.to_ms
"""  # noqa: S608 - constants of this file

STATEMENT = f"""
SELECT span, team, channel,
       SUM(1 - is_opening) AS resolutions,
       SUM(stands) AS resolved, SUM(stands * is_mature) AS mature,
       SUM(stands * is_mature * (1 - is_back) * (1 - is_repeated)) AS durable,
       SUM(stands * is_mature * is_back) AS came_back,
       SUM(stands * is_mature * (1 - is_back) * is_repeated) AS was_repeated,
       SUM(is_opening) AS opened, SUM(is_again) AS opened_again
FROM ({_JUDGED}) judged
WHERE :scope
GROUP BY span, team, channel
"""  # noqa: S608 - constants of this file

BEHIND = f"""
SELECT conversation, moment_ms, is_mature, is_back AS came_back, is_repeated AS was_repeated
FROM (
    SELECT conversation, team, channel, moment_ms,
           CASE WHEN moment_ms + :durable_ms <= :now_ms THEN 1 ELSE 0 END AS is_mature,
           CASE WHEN reopened_ms < moment_ms + :durable_ms THEN 1 ELSE 0 END AS is_back,
           CASE WHEN next_ms < moment_ms + :durable_ms THEN 1 ELSE 0 END AS is_repeated
    FROM :spans s CROSS JOIN (
        SELECT conversation, team, channel, moment_ms, reopened_ms, is_opening,
               MIN(CASE WHEN is_opening = 1 THEN moment_ms END) OVER (
                   PARTITION BY customer ORDER BY moment_ms, is_opening, conversation
                   ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next_ms
        FROM ({_MOMENTS}) moments
    ) looked
    WHERE is_opening = 0 AND moment_ms >= s.from_ms AND moment_ms < s.to_ms AND reopened_ms >= s.to_ms
) judged
WHERE :scope
ORDER BY is_back + is_repeated DESC, moment_ms DESC, conversation
LIMIT :most
"""  # noqa: S608 - constants of this file


def finish(rows: Sequence[Row]) -> Result:
    resolved, mature, resolutions = (total(rows, column) for column in ("resolved", "mature", "resolutions"))
    noun = _("resolved conversations")
    return Result(
        headline=Measure(_("Resolved at the end of the period"), "count", resolved, poisson(resolved), noun),
        parts=(
            share(
                _("Durable: not reopened and no new conversation of the same customer within 7 days"),
                total(rows, "durable"),
                mature,
                noun=noun,
            ),
            share(_("Reopened within 7 days"), total(rows, "came_back"), mature, noun=noun),
            share(_("A new conversation within 7 days instead"), total(rows, "was_repeated"), mature, noun=noun),
        ),
        counter=share(
            _("Opened by a customer who had opened another in the 7 days before"),
            total(rows, "opened_again"),
            total(rows, "opened"),
            noun=_("conversations opened"),
        ),
        excluded=(
            Excluded(_("resolutions taken back within the period"), resolutions - resolved),
            Excluded(
                _("resolved too lately to say whether it lasts: left out of the durable share alone"), resolved - mature
            ),
        ),
    )


def _remark(row: Row) -> str:
    if row["came_back"]:
        return _("reopened within 7 days")
    if row["was_repeated"]:
        return _("the customer opened another within 7 days")
    return _("held for 7 days") if row["is_mature"] else _("too early to say")


KPI = kpi.KPI(
    name="resolved_issues",
    order=8,
    title=lazy("Resolved issues"),
    question=lazy("How many conversations were brought to an end in the period, and how many of them for good?"),
    population=lazy(
        "Distinct conversations whose last state in the period is resolved, as a person declared it. Resolving one twice"
        " counts once; how often “resolve” was pressed is another number."
    ),
    unit="count",
    unit_words=lazy("conversations; the durable share in per cent"),
    clock=lazy("The moment of resolution. The durable share looks only at those whose 7 days have passed."),
    exclusions=(
        lazy("Resolutions taken back within the period."),
        lazy(
            "What a rule settled, by itself or after some time of silence: nobody has said that the matter is resolved."
            " It is closed all the same, and no active issue."
        ),
        lazy("For the durable share: resolutions less than 7 days old."),
        lazy(
            "Letters that say thank you and no more: they reopen nothing here, and settling once more counts for nothing."
        ),
    ),
    uncertainty=lazy("Poisson, 95 %, exact, for the number; Wilson’s 95 % interval for the durable share."),
    counter_metric=lazy(
        "Share of conversations opened by somebody who had opened another in the 7 days before: splitting one matter"
        " into several multiplies what is resolved. Without topics, any further conversation counts as a repeat."
    ),
    outcome=lazy("What is settled stays settled."),
    side="service",
    unmeasured=lazy("no conversation was resolved in this period."),
    better="neither",
    statement=STATEMENT,
    left_out=WITH_STANDING_BY_RULE,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Those that did not last first."),
    remark=_remark,
    numbers=(("durable_ms", DURABLE_DAYS * 86_400_000),),
)
