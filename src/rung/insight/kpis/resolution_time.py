"""How long until a customer's matter is settled?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.exclusions import OF_CONVERSATIONS
from rung.insight.kpi import Excluded, Measure, Result, share, total
from rung.insight.statistics import Estimate, SurvivalCurve, kaplan_meier
from rung.insight.words import stretch

# One row for each minute that occurs, so that ten million conversations are no more rows than ten thousand; teams and
# channels are kept apart for the period itself only, and only there the full time is asked for.
# `whole` 0: until the first resolution; 1: until the last; 2: left out; 3: what came of those resolved, which no curve needs
# and would be summed for each minute. Minutes are those of the ended; the still open have their age in milliseconds.
# Whatever is older than the longest that ended took is at risk whenever something ends: these are one row, and only the
# oldest of them is told apart. What a rule settled (`is_resolved` 2) is in neither curve. Minutes have 32 bits, too few for
# the milliseconds of more than 24 days: added to a number beyond them they have 64, on every engine.
STATEMENT = """
SELECT span, team_shown AS team, channel_shown AS channel, 0 AS whole, minutes, age_ms, 0 AS by_us,
       MAX(open_ms) AS oldest_ms, COUNT(*) AS conversations, 0 AS reopened, 0 AS us_ms, 0 AS customer_ms
FROM (
    SELECT s.span AS span, CASE WHEN s.span = 0 THEN c.team ELSE 0 END AS team_shown,
           CASE WHEN s.span = 0 THEN c.channel ELSE '' END AS channel_shown,
           CASE WHEN c.first_minutes IS NULL THEN -1 ELSE c.first_minutes END AS minutes,
           CASE WHEN c.first_minutes IS NOT NULL THEN 0
                WHEN :now_ms - c.opened_ms > known.longest_ms THEN known.longest_ms + 1
                ELSE :now_ms - c.opened_ms END AS age_ms,
           CASE WHEN c.first_minutes IS NULL THEN :now_ms - c.opened_ms ELSE 0 END AS open_ms
    FROM :spans s CROSS JOIN insight_conversationfact[:earliest_ms, :latest_ms] c
    CROSS JOIN (SELECT (4294967296 + MAX(full_minutes) - 4294967296) * 60000 AS longest_ms
                FROM insight_conversationfact[:earliest_ms, :latest_ms]
                WHERE opened_ms >= :earliest_ms AND opened_ms < :latest_ms) known
    WHERE c.opened_by = 'customer' AND (c.first_minutes IS NOT NULL OR c.is_resolved = 0)
      AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms AND :scope
) firsts
GROUP BY span, team_shown, channel_shown, minutes, age_ms
UNION ALL
SELECT span, team, channel, 1, minutes, age_ms, 0, MAX(open_ms), COUNT(*), 0, 0, 0
FROM (
    SELECT s.span AS span, c.team AS team, c.channel AS channel,
           CASE WHEN c.is_resolved = 0 THEN -1 ELSE c.full_minutes END AS minutes,
           CASE WHEN c.is_resolved <> 0 THEN 0
                WHEN :now_ms - c.opened_ms > known.longest_ms THEN known.longest_ms + 1
                ELSE :now_ms - c.opened_ms END AS age_ms,
           CASE WHEN c.is_resolved = 0 THEN :now_ms - c.opened_ms ELSE 0 END AS open_ms
    FROM :spans s CROSS JOIN insight_conversationfact[:earliest_ms, :latest_ms] c
    CROSS JOIN (SELECT (4294967296 + MAX(full_minutes) - 4294967296) * 60000 AS longest_ms
                FROM insight_conversationfact[:earliest_ms, :latest_ms]
                WHERE opened_ms >= :earliest_ms AND opened_ms < :latest_ms) known
    WHERE s.span = 0 AND c.opened_by = 'customer' AND c.is_resolved <= 1
      AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms AND :scope
) wholes
GROUP BY span, team, channel, minutes, age_ms
UNION ALL
SELECT span, team_shown, channel_shown, 3, 0, 0, 0, 0, COUNT(*), SUM(reopened), SUM(us_ms), SUM(customer_ms)
FROM (
    SELECT s.span AS span, CASE WHEN s.span = 0 THEN c.team ELSE 0 END AS team_shown,
           CASE WHEN s.span = 0 THEN c.channel ELSE '' END AS channel_shown,
           CASE WHEN c.reopen_count > 0 THEN 1 ELSE 0 END AS reopened, c.us_ms AS us_ms, c.customer_ms AS customer_ms
    FROM :spans s CROSS JOIN insight_conversationfact[:earliest_ms, :latest_ms] c
    WHERE c.opened_by = 'customer' AND c.first_minutes IS NOT NULL AND c.opened_ms >= s.from_ms
      AND c.opened_ms < s.to_ms AND :scope
) settled
GROUP BY span, team_shown, channel_shown
UNION ALL
SELECT s.span, c.team, c.channel, 2, 0, 0, CASE WHEN c.opened_by = 'us' THEN 1 ELSE 0 END, 0, COUNT(*), 0, 0, 0
FROM :spans s CROSS JOIN insight_conversationfact[:earliest_ms, :latest_ms] c
WHERE s.span = 0 AND c.opened_by <> 'customer' AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms AND :scope
GROUP BY s.span, c.team, c.channel, c.opened_by
"""

BEHIND = """
SELECT c.conversation AS conversation, c.opened_ms AS moment_ms, c.full_minutes AS minutes, c.is_resolved AS is_resolved,
       CASE WHEN c.is_resolved = 0 THEN :now_ms - c.opened_ms ELSE c.last_resolved_ms - c.opened_ms END AS taken_ms
FROM insight_conversationfact c CROSS JOIN :spans s
WHERE c.opened_by = 'customer' AND c.is_resolved <= 1
  AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms AND :scope
ORDER BY taken_ms DESC, conversation
LIMIT :most
"""

# The same in the working hours of the team that holds it, where it keeps any. Of what is still open the question's own
# clock says how much has been worked since.
IN_HOURS = """
SELECT span, team, channel, whole, minutes, age_ms, COUNT(*) AS conversations, SUM(us_minutes) AS us_n
FROM (
    SELECT s.span AS span, c.team AS team, c.channel AS channel, 0 AS whole,
           CASE WHEN c.first_minutes IS NULL THEN -1 ELSE c.first_minutes END AS minutes,
           CASE WHEN c.first_minutes IS NULL THEN k.now_worked_ms - c.opened_worked_ms ELSE 0 END AS age_ms,
           c.us_minutes AS us_minutes
    FROM :spans s CROSS JOIN insight_clockfact c JOIN :clocks k ON k.team = c.team AND k.hours = c.hours
    WHERE k.span = s.span AND c.opened_by = 'customer' AND (c.first_minutes IS NOT NULL OR c.is_resolved = 0)
      AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms
    UNION ALL
    SELECT s.span AS span, c.team AS team, c.channel AS channel, 1,
           CASE WHEN c.is_resolved = 0 THEN -1 ELSE c.full_minutes END,
           CASE WHEN c.is_resolved = 0 THEN k.now_worked_ms - c.opened_worked_ms ELSE 0 END, 0
    FROM :spans s CROSS JOIN insight_clockfact c JOIN :clocks k ON k.team = c.team AND k.hours = c.hours
    WHERE k.span = s.span AND c.opened_by = 'customer' AND c.is_resolved <= 1
      AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms
) timed
WHERE :scope
GROUP BY span, team, channel, whole, minutes, age_ms
"""

# What a rule settled, for the first time or, after a person had, for the last.
LEFT_OUT = f"""
{OF_CONVERSATIONS}
UNION ALL
SELECT 'rule' AS reason, COUNT(*) AS cases
FROM :spans s CROSS JOIN insight_conversationfact[:earliest_ms, :latest_ms] c
WHERE c.opened_by = 'customer' AND c.is_resolved = 2 AND c.first_minutes IS NULL
  AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms AND :scope
UNION ALL
SELECT 'rule_last' AS reason, COUNT(*) AS cases
FROM :spans s CROSS JOIN insight_conversationfact[:earliest_ms, :latest_ms] c
WHERE c.opened_by = 'customer' AND c.is_resolved = 2 AND c.first_minutes IS NOT NULL
  AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms AND :scope
"""  # noqa: S608 - constants


def finish(rows: Sequence[Row]) -> Result:
    parts: tuple[list[Row], ...] = ([], [], [], [])
    for row in rows:
        parts[row["whole"]].append(row)
    first, whole, left_out, ended = parts
    n, settled = total(first, "conversations"), total(ended, "conversations")
    n_whole = total(whole, "conversations")
    curves = _curve(first), _curve(whole)
    conversations = _("conversations")
    return Result(
        headline=_quantile(_("Median time to the first resolution"), curves[0], 0.5, n),
        parts=(
            _quantile(_("Time by which 9 of 10 are resolved first (P90)"), curves[0], 0.9, n),
            _mean(_("Mean time to the first resolution"), curves[0], n),
            _quantile(_("Median time to the last resolution (full)"), curves[1], 0.5, n_whole),
            _quantile(_("Time by which 9 of 10 are resolved for good so far (P90, full)"), curves[1], 0.9, n_whole),
            _mean(_("Mean time to the last resolution (full)"), curves[1], n_whole),
            _waited(_("Mean time the customer waited for us"), ended, "us_ms", settled),
            _waited(_("Mean time we waited for the customer"), ended, "customer_ms", settled),
            Measure(_("Still never resolved"), "count", n, Estimate.exactly(n - settled), conversations),
        ),
        counter=share(_("Reopened since, of those resolved"), total(ended, "reopened"), settled, noun=_("resolved")),
        excluded=(
            Excluded(
                _("conversations we began ourselves"),
                sum(int(row["conversations"]) for row in left_out if row["by_us"]),
            ),
            Excluded(
                _("conversations begun by an automatic letter"),
                sum(int(row["conversations"]) for row in left_out if not row["by_us"]),
            ),
        ),
        remark=_("The means are taken up to the longest time seen: what is still open adds what it has taken so far."),
    )


def in_hours(rows: Sequence[Row]) -> tuple[Measure, ...]:
    first, whole = ([row for row in rows if row["whole"] == which] for which in (0, 1))
    n = total(first, "conversations")
    if not n:
        return ()
    ended = [row for row in first if row["minutes"] >= 0]
    curves, settled = (_curve(first), _curve(whole)), total(ended, "conversations")
    waited = Estimate.exactly(total(ended, "us_n") / settled) if settled else None
    missing = _("nothing is resolved yet")
    return (
        _quantile(_("In working hours: median time to the first resolution"), curves[0], 0.5, n),
        _quantile(_("In working hours: P90 to the first resolution"), curves[0], 0.9, n),
        _mean(_("In working hours: mean time to the first resolution"), curves[0], n),
        _quantile(
            _("In working hours: median time to the last resolution (full)"), curves[1], 0.5, total(whole, "conversations")
        ),
        Measure(_("In working hours: mean time the customer waited for us"), "minutes", settled, waited, _("resolved"),
                missing=missing),
    )  # fmt: skip


def _curve(rows: Sequence[Row]) -> SurvivalCurve | None:
    durations: list[tuple[float, bool, int]] = []
    for row in rows:
        count = int(row["conversations"])
        if row["minutes"] >= 0:
            durations.append((float(row["minutes"]), True, count))
        else:
            oldest_ms = int(row.get("oldest_ms", row["age_ms"]))
            durations += [(oldest_ms / 60_000, False, 1), (int(row["age_ms"]) / 60_000, False, count - 1)]
    return kaplan_meier(durations) if durations else None


def _quantile(label: str, curve: SurvivalCurve | None, at_share: float, n: int) -> Measure:
    estimate = curve.quantile(at_share) if curve else None
    return Measure(label, "minutes", n, estimate, _("conversations"), missing=_("too many are still open to know it"))


def _mean(label: str, curve: SurvivalCurve | None, n: int) -> Measure:
    estimate = Estimate.exactly(curve.restricted_mean()) if curve and curve.ended else None
    return Measure(label, "minutes", n, estimate, _("conversations"), missing=_("nothing is resolved yet"))


def _waited(label: str, rows: Sequence[Row], column: str, n: int) -> Measure:
    estimate = Estimate.exactly(total(rows, column) / n / 60_000) if n else None
    return Measure(label, "minutes", n, estimate, _("resolved"), missing=_("nothing is resolved yet"))


def _remark(row: Row) -> str:
    taken = stretch(int(row["taken_ms"]) / 60_000)
    return (_("resolved after %(time)s") if row["is_resolved"] else _("open for %(time)s")) % {"time": taken}


KPI = kpi.KPI(
    name="resolution_time",
    order=6,
    title=lazy("Resolution time"),
    question=lazy("From the moment a customer first wrote, how long until the matter was resolved?"),
    population=lazy("Conversations that customers began in the period, resolved by a person or still open."),
    unit="minutes",
    unit_words=lazy(
        "calendar time, to the minute; nights and weekends count, as they do for the customer. Beside it, where the team"
        " keeps working hours, the time in these"
    ),
    clock=lazy(
        "From the customer’s first touchpoint to the first resolution; the full time runs to the last one. Counted for the"
        " day the conversation was opened, with all that is known now."
    ),
    exclusions=(
        lazy("Conversations we began ourselves."),
        lazy("Conversations begun by an automatic letter."),
        lazy(
            "What a rule settled and no person: when it was resolved, if it was, nobody has said. What one of us resolved"
            " and a rule settled once more counts for the first time only."
        ),
    ),
    uncertainty=lazy(
        "Kaplan and Meier’s curve, so that what is still open counts with the time it has taken so far; 95 % limits of a"
        " quantile after Brookmeyer and Crowley, on the log(-log) scale."
    ),
    counter_metric=lazy("Share reopened: resolving early is easy, and comes back."),
    outcome=lazy("Customers wait as short as the matter allows."),
    side="service",
    unmeasured=lazy("no customer began a conversation in this period, or too few are resolved to know the median."),
    better="less",
    statement=STATEMENT,
    left_out=LEFT_OUT,
    further=kpi.Further(IN_HOURS, in_hours),
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Those that took longest first."),
    remark=_remark,
)
