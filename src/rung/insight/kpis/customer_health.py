"""How likely are our customers to be customers still in a year?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from rung.insight import kpi
from rung.insight.days import calendar
from rung.insight.engine import Row
from rung.insight.health import FEWEST, Foretold, health
from rung.insight.kpi import Measure, Result, share, total
from rung.insight.outsiders import BY_DEFINITION, IS_COLLEAGUE, TABLE, colleagues
from rung.insight.statistics import Estimate
from rung.ui.figures import figure

YEAR_MS = 365 * 86_400_000
MOST_ORDERS = 40

# One row for each state that occurs: how many orders, the month of the first and the last. `is_past` 1: as it stood a year
# before the end, with how many of these people bought in that year. Only the period and the one before: each is a fit.
_PEOPLE = """
    SELECT s.span AS span, o.customer AS customer, MAX(s.to_ms) AS closes_ms, COUNT(*) AS all_n,
           MIN(o.month) AS first_month, MAX(o.month) AS last_month, MAX(o.placed_ms) AS moment_ms,
           SUM(CASE WHEN o.placed_ms < s.to_ms - :year_ms THEN 1 ELSE 0 END) AS old_n,
           MAX(CASE WHEN o.placed_ms < s.to_ms - :year_ms THEN o.month ELSE 0 END) AS old_last_month,
           MAX(CASE WHEN o.placed_ms >= s.to_ms - :year_ms THEN 1 ELSE 0 END) AS has_come
    FROM :spans s CROSS JOIN insight_orderfact o
    WHERE s.span <= 1 AND o.placed_ms < s.to_ms
    GROUP BY s.span, o.customer
"""
_PLACED = f"""
    SELECT p.span AS span, p.closes_ms AS closes_ms, p.all_n AS all_n, p.first_month AS first_month,
           p.last_month AS last_month, p.old_n AS old_n, p.old_last_month AS old_last_month, p.has_come AS has_come,
           p.moment_ms AS moment_ms, {IS_COLLEAGUE} AS is_colleague,
           CASE WHEN l.team IS NULL THEN 0 ELSE l.team END AS team,
           CASE WHEN l.channel IS NULL THEN '' ELSE l.channel END AS channel,
           CASE WHEN l.conversation IS NULL THEN 0 ELSE l.conversation END AS conversation
    FROM ({_PEOPLE}) p
    LEFT JOIN (
        SELECT customer, conversation, team, channel,
               ROW_NUMBER() OVER (PARTITION BY customer ORDER BY opened_ms DESC, conversation DESC) AS newest
        FROM insight_conversationfact
    ) l ON l.customer = p.customer AND l.newest = 1
    LEFT JOIN {TABLE}[, :latest_ms] g
        ON g.customer = p.customer AND g.began_ms < p.closes_ms AND g.ended_ms >= p.closes_ms AND g.began_ms < :latest_ms
"""  # noqa: S608 - both halves are constants of this file

STATEMENT = f"""
SELECT span, team, channel, is_past, is_colleague, orders_n, first_month, last_month, MAX(closes_ms) AS closes_ms,
       COUNT(*) AS people, SUM(came_n) AS came
FROM (
    SELECT span, team, channel, closes_ms, 0 AS is_past, is_colleague, all_n AS orders_n, first_month, last_month,
           0 AS came_n
    FROM ({_PLACED}) present
    UNION ALL
    SELECT span, team, channel, closes_ms, 1, is_colleague, old_n, first_month, old_last_month, has_come
    FROM ({_PLACED}) past
    WHERE old_n > 0 AND is_colleague = 0
) states
WHERE :scope
GROUP BY span, team, channel, is_past, is_colleague, orders_n, first_month, last_month
"""  # noqa: S608 - as above

BEHIND = f"""
SELECT conversation, moment_ms, all_n, has_come
FROM ({_PLACED}) placed
WHERE conversation > 0 AND is_colleague = 0 AND span = 0 AND old_n > 1 AND :scope
ORDER BY has_come, all_n DESC, moment_ms DESC, conversation
LIMIT :most
"""  # noqa: S608 - as above


def finish(rows: Sequence[Row]) -> Result:
    inside = [row for row in rows if row["is_colleague"]]
    now = [row for row in rows if not row["is_past"] and not row["is_colleague"]]
    past = [row for row in rows if row["is_past"]]
    n, known = total(now, "people"), total(past, "people")
    closes = calendar(int(rows[0]["closes_ms"]))["month"] if rows else 0
    found = health(
        [_state(row, closes) for row in now], [Foretold(_state(row, closes - 12), int(row["came"])) for row in past]
    )
    noun = _("customers who ever ordered")
    missing = _("fewer than %(n)s were customers a year before, or none of them had ordered twice by then") % {
        "n": FEWEST
    }
    estimate = Estimate(*found.mean) if found else None
    young = share(
        _("Customers for less than a year: nothing of theirs can be held against what came"), n - known, n, noun=noun
    )
    parts: tuple[Measure, ...] = ()
    if found is not None:
        gain = _gain(found.calibration.brier, found.calibration.brier_of_the_mean)
        better = _("Better than the same chance for everybody (Brier score %(ours)s against %(theirs)s)")
        worse = _("Worse than the same chance for everybody (Brier score %(ours)s against %(theirs)s)")
        parts = (
            Measure(
                (better if gain >= 0 else worse)
                % {
                    "ours": figure(found.calibration.brier, ".3f"),
                    "theirs": figure(found.calibration.brier_of_the_mean, ".3f"),
                },
                "share", known, Estimate.exactly(abs(gain)),
                _("customers a year ago"),
            ),
            *(
                share(
                    _("Ordered in the year, of those given %(low).0f to %(high).0f %% a year ago (%(mean).0f %% on average)")
                    % {"low": 100 * band.low, "high": 100 * band.high, "mean": 100 * band.told},
                    band.came, band.n, noun=_("customers a year ago"),
                )
                for band in found.calibration.bands
            ),
        )  # fmt: skip
    return Result(
        headline=Measure(_("Mean chance to order within 12 months"), "share", n, estimate, noun, missing=missing),
        parts=(*parts, young),
        counter=share(
            _("Ordered in the last 12 months, of those who were customers before"), total(past, "came"), known,
            noun=_("customers a year ago"),
        ),
        excluded=(colleagues(total(inside, "people")),),
        remark=_(
            "The bands are the reliability curve: what was told a year ago from what was known then, beside what came. Where"
            " the chances are worse than the same one for everybody, believe the mean and not who differs from it. A chance"
            " is no verdict on anybody, and nobody is shown theirs."
        ),
    )  # fmt: skip


def _state(row: Row, closes: int) -> tuple[int, float, float, int]:
    """Repeats, the month of the last, months watched, people; somebody's first month counts for half."""
    first = int(row["first_month"])
    return (
        min(int(row["orders_n"]), MOST_ORDERS) - 1,
        float(int(row["last_month"]) - first),
        max(closes - first, int(row["last_month"]) - first) + 0.5,
        int(row["people"]),
    )


def _gain(brier: float, of_the_mean: float) -> float:
    return 1 - brier / of_the_mean if of_the_mean else 0.0


KPI = kpi.KPI(
    name="customer_health",
    order=29,
    title=lazy("Customer health"),
    question=lazy("How likely is a customer to order again within the next 12 months?"),
    population=lazy("Everybody who ever ordered, as they stood at the end of the period."),
    unit="share",
    unit_words=lazy("the mean of the customers’ chances to order at least once in the next 12 months"),
    clock=lazy("Months since somebody’s first order, and between it and the last, at the end of the period."),
    exclusions=(
        lazy("People who never ordered."),
        BY_DEFINITION,
        lazy("What they said, how they felt, how often they wrote: it is no weighted sum of other numbers."),
    ),
    uncertainty=lazy(
        "The model of Fader, Hardie and Lee (BG/NBD) is fitted to what was known a year before and held against what came;"
        " the odds of today’s chances are moved by as much as would have made those right on average. The interval is what"
        " Wilson’s interval of what came leaves open in that. It takes next year to be like the last."
    ),
    counter_metric=lazy("Share of those who were customers a year ago and did order since: the plain count."),
    outcome=lazy("Customers come back because they want to."),
    side="customers",
    unmeasured=lazy("nobody has ordered yet."),
    better="more",
    statement=STATEMENT,
    left_out="",
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Those who ordered most often before, and not in the last 12 months, first."),
    remark=lambda row: (
        (
            ngettext("%(n)s order; also this year", "%(n)s orders; also this year", row["all_n"])
            if row["has_come"]
            else ngettext("%(n)s order; none in 12 months", "%(n)s orders; none in 12 months", row["all_n"])
        )
        % {"n": row["all_n"]}
    ),
    numbers=(("year_ms", YEAR_MS),),
    is_named=False,
)
