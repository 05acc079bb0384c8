"""How likely are customers to recommend us?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.exclusions import OF_ANSWERS
from rung.insight.kpi import Excluded, Measure, Result, Slice, share, total
from rung.insight.outsiders import BY_DEFINITION, colleagues, who_were_colleagues
from rung.insight.resampling import by_customer
from rung.insight.statistics import adjusted_net_promoter, net_promoter

_ANSWERED = f"""
    SELECT s.span AS span, a.team AS team, a.channel AS channel, a.customer AS customer, a.conversation AS conversation,
           a.answered_ms AS moment_ms, a.answer AS answer, a.is_last AS is_last,
           CASE WHEN g.customer IS NULL THEN 1 ELSE 0 END AS is_outside
    FROM :spans s CROSS JOIN insight_answerfact[, :latest_ms] a
    {who_were_colleagues("a.customer", "a.answered_ms")}
    WHERE a.question = 'nps' AND a.answered_ms >= s.from_ms AND a.answered_ms < s.to_ms
"""  # noqa: S608 - constants of ours

STATEMENT = f"""
SELECT span, team, channel,
       SUM(promoters) AS promoters, SUM(passives) AS passives, SUM(detractors) AS detractors,
       SUM(superseded) AS superseded, SUM(inside) AS inside, SUM(invited) AS invited, SUM(responded) AS responded
FROM (
    SELECT span, team, channel,
           SUM(CASE WHEN is_outside = 1 AND is_last = 1 AND answer >= 9 THEN 1 ELSE 0 END) AS promoters,
           SUM(CASE WHEN is_outside = 1 AND is_last = 1 AND answer >= 7 AND answer <= 8 THEN 1 ELSE 0 END) AS passives,
           SUM(CASE WHEN is_outside = 1 AND is_last = 1 AND answer <= 6 THEN 1 ELSE 0 END) AS detractors,
           SUM(CASE WHEN is_outside = 1 AND is_last = 0 THEN 1 ELSE 0 END) AS superseded,
           SUM(1 - is_outside) AS inside, 0 AS invited, 0 AS responded
    FROM ({_ANSWERED}) answered
    WHERE :scope
    GROUP BY span, team, channel
    UNION ALL
    SELECT s.span, a.team, a.channel, 0, 0, 0, 0, 0, COUNT(*), SUM(CASE WHEN a.answered_ms IS NULL THEN 0 ELSE 1 END)
    FROM :spans s CROSS JOIN insight_answerfact[:earliest_ms, :latest_ms] a
    {who_were_colleagues("a.customer", "a.offered_ms")}
    WHERE a.question = 'nps' AND g.customer IS NULL AND a.offered_ms >= s.from_ms AND a.offered_ms < s.to_ms AND :scope
    GROUP BY s.span, a.team, a.channel
) counted
GROUP BY span, team, channel
"""  # noqa: S608 - as above

BEHIND = f"""
SELECT conversation, moment_ms, answer
FROM ({_ANSWERED}) answered
WHERE is_last = 1 AND is_outside = 1 AND :scope
ORDER BY answer, moment_ms DESC, conversation
LIMIT :most
"""  # noqa: S608 - as above

CLUSTERS = by_customer(f"""
    SELECT span, team, channel, customer,
           CASE WHEN answer >= 9 THEN 1 WHEN answer <= 6 THEN -1 ELSE 0 END AS amount, 1 AS one_n
    FROM ({_ANSWERED}) answered
    WHERE is_last = 1 AND is_outside = 1
""")  # noqa: S608 - as above


def finish(rows: Sequence[Row]) -> Result:
    promoters, passives, detractors = (total(rows, column) for column in ("promoters", "passives", "detractors"))
    n = promoters + passives + detractors
    invited, responded = total(rows, "invited"), total(rows, "responded")
    adjusted = adjusted_net_promoter(promoters, passives, detractors) if n else None
    plain = net_promoter(promoters, passives, detractors) if n else None
    return Result(
        headline=Measure(_("Net Promoter Score, adjusted"), "score", n, adjusted, _("answers")),
        parts=(
            Measure(_("Plain score: % promoters less % detractors"), "score", n, plain, _("answers")),
            share(_("Promoters (9 or 10)"), promoters, n, noun=_("answers")),
            share(_("Passives (7 or 8)"), passives, n, noun=_("answers")),
            share(_("Detractors (0 to 6)"), detractors, n, noun=_("answers")),
        ),
        counter=share(_("Answered, of those asked"), responded, invited, noun=_("people asked")),
        excluded=(
            Excluded(_("answers later replaced by another"), total(rows, "superseded")),
            Excluded(_("people asked who have not answered"), invited - responded),
            colleagues(total(rows, "inside")),
        ),
        distribution=(
            Slice(_("Promoters"), promoters),
            Slice(_("Passives"), passives),
            Slice(_("Detractors"), detractors),
        ),
    )


KPI = kpi.KPI(
    name="net_promoter_score",
    order=3,
    title=lazy("Net Promoter Score"),
    question=lazy("“How likely is it that you would recommend us to a friend or colleague?”, from 0 to 10."),
    population=lazy(
        "The last answer of each person asked about the relationship as a whole. Rung does not put this question after"
        " single conversations, so the two kinds cannot mix."
    ),
    unit="score",
    unit_words=lazy("points from -100 to 100: per cent of 9 and 10 less per cent of 0 to 6"),
    clock=lazy("The day of the answer."),
    exclusions=(
        lazy("Answers replaced by a later answer about the same conversation."),
        lazy("People who were asked and have not answered."),
        BY_DEFINITION,
    ),
    uncertainty=lazy(
        "Adjusted Wald, 95 %: three answers are added, three quarters of one each to promoters and detractors, so that"
        " ten promoters of ten are not mistaken for certainty. The value shown is the adjusted one. Where customers answered"
        " more than once, 2,000 draws of whole customers (cluster bootstrap) may move the ends outward."
    ),
    counter_metric=lazy("Share of those asked who answered: asking only the happy, or begging for a 9, thins it out."),
    outcome=lazy("Customers who would send us their friends."),
    side="customers",
    unmeasured=lazy("nobody has answered whether they would recommend us in this period."),
    better="more",
    statement=STATEMENT,
    left_out=OF_ANSWERS,
    clusters=CLUSTERS,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("The conversation at which each was asked, the lowest answers first."),
    remark=lambda row: _("answered %(answer)s of 10") % {"answer": row["answer"]},
)
