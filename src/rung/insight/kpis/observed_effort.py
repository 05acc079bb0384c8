"""How much trouble do customers have with us that one can see?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Measure, Result, share, total
from rung.insight.resampling import by_customer
from rung.insight.statistics import mean_over_clusters

# `signs`: contacts beyond the first, changes of channel, transfers. Clusters as in contacts_per_need.
STATEMENT = """
SELECT span, team, channel, SUM(CASE WHEN need_n > 0 THEN 1 ELSE 0 END) AS people,
       SUM(need_n) AS needs, SUM(sign_n) AS signs,
       SUM(need_n * need_n) AS needs_needs, SUM(need_n * sign_n) AS needs_signs, SUM(sign_n * sign_n) AS signs_signs,
       SUM(again_n) AS asked_again, SUM(switch_n) AS switched, SUM(transfer_n) AS moved_on, SUM(smooth_n) AS smooth,
       SUM(unheard_n) AS unanswered, SUM(other_n) AS left_out
FROM (
    SELECT span, team, channel, customer, SUM(is_need) AS need_n, SUM(is_need * further) AS sign_n,
           SUM(CASE WHEN is_need = 1 AND contacts > 1 THEN 1 ELSE 0 END) AS again_n,
           SUM(CASE WHEN is_need = 1 AND switches > 0 THEN 1 ELSE 0 END) AS switch_n,
           SUM(CASE WHEN is_need = 1 AND transfers > 0 THEN 1 ELSE 0 END) AS transfer_n,
           SUM(CASE WHEN is_need = 1 AND further = 0 THEN 1 ELSE 0 END) AS smooth_n,
           SUM(CASE WHEN is_need = 1 AND reply_ms IS NULL THEN 1 ELSE 0 END) AS unheard_n,
           SUM(1 - is_need) AS other_n
    FROM (
        SELECT s.span AS span, c.team AS team, c.channel AS channel, c.customer AS customer,
               CASE WHEN c.opened_by = 'customer' THEN 1 ELSE 0 END AS is_need,
               CASE WHEN c.contacts > 1 THEN c.contacts - 1 ELSE 0 END + c.switches + c.transfers AS further,
               c.contacts AS contacts, c.switches AS switches, c.transfers AS transfers, c.first_reply_ms AS reply_ms
        FROM :spans s CROSS JOIN insight_conversationfact[:earliest_ms, :latest_ms] c
        WHERE c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms
    ) needed
    GROUP BY span, team, channel, customer
) person
WHERE :scope
GROUP BY span, team, channel
"""

BEHIND = """
SELECT c.conversation AS conversation, c.opened_ms AS moment_ms, c.contacts AS contacts_n, c.switches AS switches_n,
       c.transfers AS transfers_n,
       CASE WHEN c.contacts > 1 THEN c.contacts - 1 ELSE 0 END + c.switches + c.transfers AS further
FROM insight_conversationfact[:earliest_ms, :latest_ms] c CROSS JOIN :spans s
WHERE c.opened_by = 'customer' AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms AND :scope
ORDER BY further DESC, moment_ms DESC, conversation
LIMIT :most
"""

CLUSTERS = by_customer("""
    SELECT s.span AS span, c.team AS team, c.channel AS channel, c.customer AS customer,
           CASE WHEN c.contacts > 1 THEN c.contacts - 1 ELSE 0 END + c.switches + c.transfers AS amount, 1 AS one_n
    FROM :spans s CROSS JOIN insight_conversationfact[:earliest_ms, :latest_ms] c
    WHERE c.opened_by = 'customer' AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms
""")


def finish(rows: Sequence[Row]) -> Result:
    needs = total(rows, "needs")
    sums = [total(rows, name) for name in ("signs", "signs_signs", "needs_signs", "needs_needs")]
    mean = mean_over_clusters(total(rows, "people"), needs, *sums) if needs else None
    noun = _("conversations customers began")
    return Result(
        headline=Measure(_("Signs of trouble for each matter"), "mean", needs, mean, noun),
        parts=(
            share(_("Had to contact us again"), total(rows, "asked_again"), needs, noun=noun),
            share(_("Had to change the channel"), total(rows, "switched"), needs, noun=noun),
            share(_("Were handed on from one of us to another"), total(rows, "moved_on"), needs, noun=noun),
            share(_("None of it"), total(rows, "smooth"), needs, noun=noun),
        ),
        counter=share(_("Never answered, of the same matters"), total(rows, "unanswered"), needs, noun=noun),
        excluded=(Excluded(_("conversations we or a machine began"), total(rows, "left_out")),),
        remark=_("Information asked for twice and answers that fit anybody are signs too; nobody recognises them yet."),
    )


def _remark(row: Row) -> str:
    contacts, switches, transfers = (row[name] for name in ("contacts_n", "switches_n", "transfers_n"))
    return ", ".join(
        (
            ngettext("%(n)s contact", "%(n)s contacts", contacts) % {"n": contacts},
            ngettext("%(n)s change of channel", "%(n)s changes of channel", switches) % {"n": switches},
            ngettext("%(n)s transfer", "%(n)s transfers", transfers) % {"n": transfers},
        )
    )


KPI = kpi.KPI(
    name="observed_effort",
    order=16,
    title=lazy("Observed effort"),
    question=lazy("How many signs of trouble did a customer’s matter show?"),
    population=lazy("Conversations customers began in the period, as far as one conversation is one need."),
    unit="mean",
    unit_words=lazy(
        "signs for each conversation: contacts beyond the first, changes of the channel between two contacts, and"
        " transfers from one of us or one of our teams to another"
    ),
    clock=lazy("Counted for the day the conversation was opened, with all that is known now."),
    exclusions=(
        lazy("Conversations we or a machine began."),
        lazy("The first who takes a conversation up: that is no transfer."),
    ),
    uncertainty=lazy(
        "95 %, from the spread between customers (linearised, each customer a cluster), because one person’s matters are"
        " alike."
    ),
    counter_metric=lazy("Share of the same matters never answered: who is not let in makes no effort."),
    outcome=lazy("It is easy to be our customer."),
    side="customers",
    unmeasured=lazy("no customer began a conversation in this period."),
    better="less",
    statement=STATEMENT,
    clusters=CLUSTERS,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Those with most signs first."),
    remark=_remark,
    is_named=False,
)
