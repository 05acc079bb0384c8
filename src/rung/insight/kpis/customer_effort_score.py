"""How easy was it for the customer to have the request handled?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.exclusions import OF_ANSWERS
from rung.insight.kpi import Excluded, Measure, Result, Slice, share, total
from rung.insight.resampling import by_customer
from rung.insight.statistics import student_mean_of_counts

EASY = 5
STATEMENT = """
SELECT span, team, channel, answer, SUM(is_last) AS lasting, SUM(replaced) AS superseded, SUM(invited) AS invited,
       SUM(responded) AS responded, SUM(resolved) AS resolved
FROM (
    SELECT s.span AS span, a.team AS team, a.channel AS channel, a.answer AS answer, a.is_last AS is_last,
           1 - a.is_last AS replaced, 0 AS invited, 0 AS responded, 0 AS resolved
    FROM :spans s CROSS JOIN insight_answerfact a
    WHERE a.question = 'ces' AND a.answered_ms >= s.from_ms AND a.answered_ms < s.to_ms
    UNION ALL
    SELECT s.span AS span, a.team AS team, a.channel AS channel, 0, 0, 0,
           1, CASE WHEN a.answered_ms IS NULL THEN 0 ELSE 1 END, 0
    FROM :spans s CROSS JOIN insight_answerfact a
    WHERE a.question = 'ces' AND a.offered_ms >= s.from_ms AND a.offered_ms < s.to_ms
    UNION ALL
    SELECT s.span AS span, r.team AS team, r.channel AS channel, 0, 0, 0, 0, 0, 1
    FROM :spans s CROSS JOIN insight_resolutionfact r
    WHERE r.resolved_ms >= s.from_ms AND r.resolved_ms < s.to_ms
) counted
WHERE :scope
GROUP BY span, team, channel, answer
"""

BEHIND = """
SELECT conversation, answered_ms AS moment_ms, answer
FROM insight_answerfact a CROSS JOIN :spans s
WHERE a.question = 'ces' AND a.is_last = 1 AND a.answered_ms >= s.from_ms AND a.answered_ms < s.to_ms AND :scope
ORDER BY answer, answered_ms DESC, conversation
LIMIT :most
"""

CLUSTERS = by_customer("""
    SELECT s.span AS span, a.team AS team, a.channel AS channel, a.customer AS customer,
           CASE WHEN a.answer >= 5 THEN 1 ELSE 0 END AS amount, 1 AS one_n
    FROM :spans s CROSS JOIN insight_answerfact a
    WHERE a.question = 'ces' AND a.is_last = 1 AND a.answered_ms >= s.from_ms AND a.answered_ms < s.to_ms
""")


def finish(rows: Sequence[Row]) -> Result:
    counts = [sum(int(row["lasting"]) for row in rows if row["answer"] == answer) for answer in range(1, 8)]
    n = sum(counts)
    invited, responded, resolved = (total(rows, column) for column in ("invited", "responded", "resolved"))
    mean = student_mean_of_counts([(float(i), count) for i, count in enumerate(counts, 1)]) if n else None
    names = (
        _("1 – strongly disagree"), _("2 – disagree"), _("3 – somewhat disagree"), _("4 – neither"),
        _("5 – somewhat agree"), _("6 – agree"), _("7 – strongly agree"),
    )  # fmt: skip
    return Result(
        headline=share(_("Agreed that it was easy (5, 6 or 7 of 7)"), sum(counts[EASY - 1 :]), n, noun=_("answers")),
        parts=(
            Measure(_("Mean answer, 1 to 7"), "mean", n, mean, _("answers")),
            share(_("Answered, of those asked"), responded, invited, noun=_("people asked")),
        ),
        counter=share(_("Asked, of all resolutions"), min(invited, resolved), resolved, noun=_("resolutions")),
        excluded=(
            Excluded(_("answers later replaced by another about the same conversation"), total(rows, "superseded")),
            Excluded(
                _("people asked who have not answered; they are not counted as neutral"), max(0, invited - responded)
            ),
        ),
        distribution=tuple(Slice(name, count) for name, count in zip(names, counts, strict=True)),
        remark=_(
            "Both forms in use are given: the share that agreed, and the mean. Neither is comparable with the first"
            " version of the score, 1 to 5, where less was better."
        ),
    )


KPI = kpi.KPI(
    name="customer_effort_score",
    order=15,
    title=lazy("Customer effort score"),
    question=lazy("Of the customers who answered, how many agreed that it was made easy for them?"),
    population=lazy(
        "The last answer about each conversation to “It was made easy for me to handle my request”, 1 (strongly disagree)"
        " to 7 (strongly agree), given in the period. Asked a day after the resolution."
    ),
    unit="share",
    unit_words=lazy("per cent: answers of 5, 6 or 7, divided by all answers; beside it the mean answer"),
    clock=lazy("The day of the answer."),
    exclusions=(
        lazy("Answers replaced by a later answer about the same conversation."),
        lazy("People who were asked and have not answered: silence is not a 4."),
        lazy("Answers on the scale of the first version of the score."),
    ),
    uncertainty=lazy(
        "Wilson’s 95 % interval for the share, Student’s for the mean; where customers answered more than once, at each end"
        " of the share whichever reaches further of it and 2,000 draws of whole customers (cluster bootstrap)."
    ),
    counter_metric=lazy("Share of resolutions after which the customer was asked: choosing whom to ask flatters."),
    outcome=lazy("It is easy to be our customer."),
    side="customers",
    unmeasured=lazy("nobody has answered how easy it was in this period; the survey settings say how many are asked."),
    better="more",
    statement=STATEMENT,
    left_out=OF_ANSWERS,
    clusters=CLUSTERS,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Those for whom it was hardest first."),
    remark=lambda row: _("answered %(answer)s of 7") % {"answer": row["answer"]},
    is_named=False,
)
