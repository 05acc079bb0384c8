"""How long until one of us answers a customer for the first time?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Measure, Result, share, total
from rung.insight.statistics import Estimate, SurvivalCurve, kaplan_meier
from rung.insight.words import stretch

# One row for each minute that occurs. `minutes` -1: not answered yet, and `age_ms` how old; a conversation that stands
# resolved without a reply gets none, and is told apart by `is_silent`; taken up again, it waits as before.
STATEMENT = """
SELECT span, team, channel, minutes, age_ms, is_silent, is_ours,
       COUNT(*) AS conversations, SUM(contacts_n) AS contacts, SUM(was_settled) AS settled
FROM (
    SELECT s.span AS span, c.team AS team, c.channel AS channel,
           CASE WHEN c.opened_by <> 'customer' OR c.first_reply_ms IS NULL THEN -1 ELSE c.reply_minutes END AS minutes,
           CASE WHEN c.opened_by = 'customer' AND c.first_reply_ms IS NULL AND c.is_resolved = 0
                THEN :now_ms - c.opened_ms ELSE 0 END AS age_ms,
           CASE WHEN c.opened_by = 'customer' AND c.first_reply_ms IS NULL AND c.is_resolved <> 0
                THEN 1 ELSE 0 END AS is_silent,
           CASE WHEN c.opened_by = 'customer' THEN 0 ELSE 1 END AS is_ours,
           c.contacts AS contacts_n,
           CASE WHEN c.is_resolved = 0 THEN 0 ELSE 1 END AS was_settled
    FROM :spans s CROSS JOIN insight_conversationfact[:earliest_ms, :latest_ms] c
    WHERE c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms
) timed
WHERE :scope
GROUP BY span, team, channel, minutes, age_ms, is_silent, is_ours
"""

BEHIND = """
SELECT c.conversation AS conversation, c.opened_ms AS moment_ms,
       CASE WHEN c.first_reply_ms IS NULL THEN :now_ms - c.opened_ms ELSE c.first_reply_ms - c.opened_ms END AS taken_ms,
       CASE WHEN c.first_reply_ms IS NULL THEN 0 ELSE 1 END AS is_answered
FROM insight_conversationfact[:earliest_ms, :latest_ms] c CROSS JOIN :spans s
WHERE c.opened_by = 'customer' AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms AND :scope
  AND (c.first_reply_ms IS NOT NULL OR c.is_resolved = 0)
ORDER BY taken_ms DESC, conversation
LIMIT :most
"""

# The same in the working hours of the team that holds it, where it keeps any.
IN_HOURS = """
SELECT span, team, channel, minutes, age_ms, COUNT(*) AS conversations
FROM (
    SELECT s.span AS span, c.team AS team, c.channel AS channel,
           CASE WHEN c.reply_minutes IS NULL THEN -1 ELSE c.reply_minutes END AS minutes,
           CASE WHEN c.reply_minutes IS NULL THEN k.now_worked_ms - c.opened_worked_ms ELSE 0 END AS age_ms
    FROM :spans s CROSS JOIN insight_clockfact[:earliest_ms, :latest_ms] c
    JOIN :clocks k ON k.team = c.team AND k.hours = c.hours
    WHERE k.span = s.span AND c.opened_by = 'customer' AND (c.reply_minutes IS NOT NULL OR c.is_resolved = 0)
      AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms
) timed
WHERE :scope
GROUP BY span, team, channel, minutes, age_ms
"""


def finish(rows: Sequence[Row]) -> Result:
    theirs = [row for row in rows if not row["is_ours"]]
    counted = [row for row in theirs if not row["is_silent"]]
    n = total(counted, "conversations")
    answered = [row for row in counted if row["minutes"] >= 0]
    curve = _curve(counted)
    conversations = _("conversations")
    replied = total(answered, "conversations")
    return Result(
        headline=_quantile(_("Median time to the first reply"), curve, 0.5, n),
        parts=(
            _quantile(_("Time by which 9 of 10 have a reply (P90)"), curve, 0.9, n),
            share(_("Answered so far"), replied, n, noun=conversations),
        ),
        counter=_contacts(answered, replied),
        excluded=(
            Excluded(_("resolved without a reply"), total(theirs, "conversations") - n),
            Excluded(
                _("conversations we or a machine began"), total(rows, "conversations") - total(theirs, "conversations")
            ),
        ),
        remark=_("An automatic confirmation is no reply. What one of us writes is one, whatever stands in it."),
    )


def in_hours(rows: Sequence[Row]) -> tuple[Measure, ...]:
    n, curve = total(rows, "conversations"), _curve(rows)
    if not n:
        return ()
    return (
        _quantile(_("In working hours: median time to the first reply"), curve, 0.5, n),
        _quantile(_("In working hours: time by which 9 of 10 have a reply (P90)"), curve, 0.9, n),
    )


def _contacts(rows: Sequence[Row], n: int) -> Measure:
    contacts = total(rows, "contacts")
    estimate = Estimate(contacts / n, contacts / n, contacts / n) if n else None
    return Measure(_("Contacts of the customer for each conversation answered"), "mean", n, estimate, _("answered"))


def _curve(rows: Sequence[Row]) -> SurvivalCurve | None:
    durations = [
        (
            float(row["minutes"]) if row["minutes"] >= 0 else int(row["age_ms"]) / 60_000,
            row["minutes"] >= 0,
            int(row["conversations"]),
        )
        for row in rows
    ]
    return kaplan_meier(durations) if durations else None


def _quantile(label: str, curve: SurvivalCurve | None, at_share: float, n: int) -> Measure:
    estimate = curve.quantile(at_share) if curve else None
    return Measure(label, "minutes", n, estimate, _("conversations"), missing=_("too many wait for a reply to know it"))


def _remark(row: Row) -> str:
    taken = stretch(int(row["taken_ms"]) / 60_000)
    return (_("answered after %(time)s") if row["is_answered"] else _("waiting for %(time)s")) % {"time": taken}


KPI = kpi.KPI(
    name="first_reply_time",
    order=9,
    title=lazy("First reply time"),
    question=lazy("From the moment a customer first wrote, how long until one of us replied?"),
    population=lazy("Conversations that customers began in the period, answered or still waiting."),
    unit="minutes",
    unit_words=lazy("calendar time, to the minute. Beside it, where the team keeps working hours, the time in these"),
    clock=lazy(
        "From the customer’s first touchpoint to the first reply of a person, spoken or written. Counted for the day the"
        " conversation was opened, with all that is known now."
    ),
    exclusions=(
        lazy("Conversations we or a machine began."),
        lazy("Conversations resolved without any reply: they never get one."),
        lazy("Automatic confirmations: they are no reply."),
    ),
    uncertainty=lazy(
        "Kaplan and Meier’s curve, so that who still waits counts with the time waited so far; 95 % limits of a quantile"
        " after Brookmeyer and Crowley, on the log(-log) scale."
    ),
    counter_metric=lazy(
        "Contacts of the customer for each conversation answered: a quick reply that says nothing is asked again."
    ),
    outcome=lazy("Nobody wonders whether they have been heard."),
    side="service",
    unmeasured=lazy("no customer began a conversation in this period, or too few have been answered."),
    better="less",
    statement=STATEMENT,
    further=kpi.Further(IN_HOURS, in_hours),
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Those that waited longest first."),
    remark=_remark,
    is_named=False,
)
