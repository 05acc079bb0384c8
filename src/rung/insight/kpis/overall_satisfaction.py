"""How satisfied are the customers who answered?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.exclusions import OF_ANSWERS
from rung.insight.kpi import Excluded, Measure, Result, Slice, share, total
from rung.insight.resampling import by_customer
from rung.insight.statistics import mean_of_counts

STATEMENT = """
SELECT span, team, channel,
       SUM(ones) AS ones, SUM(twos) AS twos, SUM(threes) AS threes, SUM(fours) AS fours, SUM(fives) AS fives,
       SUM(superseded) AS superseded, SUM(invited) AS invited, SUM(responded) AS responded,
       SUM(responded_last) AS responded_last, SUM(responded_well) AS responded_well, SUM(resolved) AS resolved
FROM (
    SELECT s.span AS span, a.team AS team, a.channel AS channel,
           SUM(CASE WHEN a.is_last = 1 AND a.answer = 1 THEN 1 ELSE 0 END) AS ones,
           SUM(CASE WHEN a.is_last = 1 AND a.answer = 2 THEN 1 ELSE 0 END) AS twos,
           SUM(CASE WHEN a.is_last = 1 AND a.answer = 3 THEN 1 ELSE 0 END) AS threes,
           SUM(CASE WHEN a.is_last = 1 AND a.answer = 4 THEN 1 ELSE 0 END) AS fours,
           SUM(CASE WHEN a.is_last = 1 AND a.answer = 5 THEN 1 ELSE 0 END) AS fives,
           SUM(CASE WHEN a.is_last = 0 THEN 1 ELSE 0 END) AS superseded,
           0 AS invited, 0 AS responded, 0 AS responded_last, 0 AS responded_well, 0 AS resolved
    FROM :spans s CROSS JOIN insight_answerfact[, :latest_ms] a
    WHERE a.question = 'csat' AND a.answered_ms >= s.from_ms AND a.answered_ms < s.to_ms AND :scope
    GROUP BY s.span, a.team, a.channel
    UNION ALL
    SELECT s.span, a.team, a.channel, 0, 0, 0, 0, 0, 0, COUNT(*),
           SUM(CASE WHEN a.answered_ms IS NULL THEN 0 ELSE 1 END), SUM(a.is_last),
           SUM(CASE WHEN a.is_last = 1 AND a.answer >= 4 THEN 1 ELSE 0 END), 0
    FROM :spans s CROSS JOIN insight_answerfact[:earliest_ms, :latest_ms] a
    WHERE a.question = 'csat' AND a.offered_ms >= s.from_ms AND a.offered_ms < s.to_ms AND :scope
    GROUP BY s.span, a.team, a.channel
    UNION ALL
    SELECT s.span, r.team, r.channel, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, COUNT(*)
    FROM :spans s CROSS JOIN insight_resolutionfact[:earliest_ms, :latest_ms] r
    WHERE r.resolved_ms >= s.from_ms AND r.resolved_ms < s.to_ms AND :scope
    GROUP BY s.span, r.team, r.channel
) counted
GROUP BY span, team, channel
"""

BEHIND = """
SELECT conversation, answered_ms AS moment_ms, answer
FROM insight_answerfact a CROSS JOIN :spans s
WHERE a.question = 'csat' AND a.is_last = 1 AND a.answered_ms >= s.from_ms AND a.answered_ms < s.to_ms AND :scope
ORDER BY answer, answered_ms DESC, conversation
LIMIT :most
"""

CLUSTERS = by_customer("""
    SELECT s.span AS span, a.team AS team, a.channel AS channel, a.customer AS customer,
           CASE WHEN a.answer >= 4 THEN 1 ELSE 0 END AS amount, 1 AS one_n
    FROM :spans s CROSS JOIN insight_answerfact[, :latest_ms] a
    WHERE a.question = 'csat' AND a.is_last = 1 AND a.answered_ms >= s.from_ms AND a.answered_ms < s.to_ms
""")


def finish(rows: Sequence[Row]) -> Result:
    counts = [total(rows, column) for column in ("ones", "twos", "threes", "fours", "fives")]
    n = sum(counts)
    invited, resolved = total(rows, "invited"), total(rows, "resolved")
    mean = mean_of_counts([(float(i), count) for i, count in enumerate(counts, 1)]) if n else None
    names = (
        _("1 – very dissatisfied"), _("2 – dissatisfied"), _("3 – neither"), _("4 – satisfied"), _("5 – very satisfied"),
    )  # fmt: skip
    return Result(
        headline=share(_("Satisfied (4 or 5 of 5)"), counts[3] + counts[4], n, noun=_("answers")),
        parts=(
            Measure(_("Mean answer, 1 to 5"), "mean", n, mean, _("answers")),
            share(
                _("Satisfied, of those asked in this period, whenever they answered"),
                total(rows, "responded_well"),
                total(rows, "responded_last"),
                noun=_("answers"),
            ),
            share(_("Answered, of those asked"), total(rows, "responded"), invited, noun=_("people asked")),
        ),
        counter=share(
            _("Asked, of all resolutions"), min(invited, resolved), resolved, noun=_("resolutions")
        ),
        excluded=(
            Excluded(_("answers later replaced by another about the same conversation"), total(rows, "superseded")),
            Excluded(_("people asked who have not answered; they are not counted as neutral"),
                     invited - total(rows, "responded")),
        ),
        distribution=tuple(Slice(name, count) for name, count in zip(names, counts, strict=True)),
    )  # fmt: skip


KPI = kpi.KPI(
    name="overall_satisfaction",
    order=1,
    title=lazy("Overall satisfaction"),
    question=lazy("Of the customers who answered how satisfied they were, how many were satisfied?"),
    population=lazy(
        "The last answer about each conversation to “How satisfied were you?”, 1 to 5, given in the period."
    ),
    unit="share",
    unit_words=lazy("per cent: answers of 4 or 5, divided by all answers"),
    clock=lazy("The day of the answer. The share by the day people were asked is given beside it."),
    exclusions=(
        lazy("Answers replaced by a later answer about the same conversation."),
        lazy("People who were asked and have not answered: silence is not a 3."),
        lazy("Answers on other scales, such as the six levels: they are not comparable."),
    ),
    uncertainty=lazy(
        "Wilson’s 95 % interval; where customers answered more than once, at each end whichever reaches further of it and"
        " 2,000 draws of whole customers (cluster bootstrap). It knows nothing of those who did not answer: see the response"
        " rate."
    ),
    counter_metric=lazy("Share of resolutions after which the customer was asked: choosing whom to ask flatters."),
    outcome=lazy("Customers get what they came for, in a way they like."),
    side="customers",
    unmeasured=lazy("nobody has answered a satisfaction question in this period."),
    better="more",
    statement=STATEMENT,
    left_out=OF_ANSWERS,
    clusters=CLUSTERS,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("The least satisfied first."),
    remark=lambda row: _("answered %(answer)s of 5") % {"answer": row["answer"]},
)
