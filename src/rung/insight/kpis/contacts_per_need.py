"""How often does a customer have to turn to us for one matter?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Measure, Result, Slice, share, total
from rung.insight.resampling import by_customer
from rung.insight.statistics import mean_over_clusters, poisson

# One customer is one cluster: what a person brings to us is alike. Their sums are added up as squares and products, so
# that the spread of any subset of teams and channels can be worked out from its rows. Of several together a person with
# matters in two is drawn whole, by CLUSTERS.
STATEMENT = """
SELECT span, team, channel, SUM(CASE WHEN need_n > 0 THEN 1 ELSE 0 END) AS people,
       SUM(need_n) AS needs, SUM(contact_n) AS contacts,
       SUM(need_n * need_n) AS needs_needs, SUM(need_n * contact_n) AS needs_contacts,
       SUM(contact_n * contact_n) AS contacts_contacts, SUM(transfer_n) AS transfers,
       SUM(one) AS once_n, SUM(two) AS twice_n, SUM(three) AS thrice_n, SUM(many) AS more_n,
       SUM(other) AS left_out, SUM(open_n) AS unsettled
FROM (
    SELECT s.span AS span, c.team AS team, c.channel AS channel, c.customer AS customer,
           SUM(CASE WHEN c.opened_by = 'customer' THEN 1 ELSE 0 END) AS need_n,
           SUM(CASE WHEN c.opened_by = 'customer' THEN c.contacts ELSE 0 END) AS contact_n,
           SUM(CASE WHEN c.opened_by = 'customer' THEN c.transfers ELSE 0 END) AS transfer_n,
           SUM(CASE WHEN c.opened_by = 'customer' AND c.contacts <= 1 THEN 1 ELSE 0 END) AS one,
           SUM(CASE WHEN c.opened_by = 'customer' AND c.contacts = 2 THEN 1 ELSE 0 END) AS two,
           SUM(CASE WHEN c.opened_by = 'customer' AND c.contacts = 3 THEN 1 ELSE 0 END) AS three,
           SUM(CASE WHEN c.opened_by = 'customer' AND c.contacts > 3 THEN 1 ELSE 0 END) AS many,
           SUM(CASE WHEN c.opened_by = 'customer' THEN 0 ELSE 1 END) AS other,
           SUM(CASE WHEN c.opened_by = 'customer' AND c.is_resolved = 0 THEN 1 ELSE 0 END) AS open_n
    FROM :spans s CROSS JOIN insight_conversationfact[:earliest_ms, :latest_ms] c
    WHERE c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms
    GROUP BY s.span, c.team, c.channel, c.customer
) person
WHERE :scope
GROUP BY span, team, channel
"""

BEHIND = """
SELECT c.conversation AS conversation, c.opened_ms AS moment_ms, c.contacts AS contacts
FROM insight_conversationfact[:earliest_ms, :latest_ms] c CROSS JOIN :spans s
WHERE c.opened_by = 'customer' AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms AND :scope
ORDER BY contacts DESC, moment_ms DESC, conversation
LIMIT :most
"""

CLUSTERS = by_customer("""
    SELECT s.span AS span, c.team AS team, c.channel AS channel, c.customer AS customer,
           c.contacts AS amount, 1 AS one_n
    FROM :spans s CROSS JOIN insight_conversationfact[:earliest_ms, :latest_ms] c
    WHERE c.opened_by = 'customer' AND c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms
""")


def finish(rows: Sequence[Row]) -> Result:
    needs = total(rows, "needs")
    sums = [total(rows, name) for name in ("contacts", "contacts_contacts", "needs_contacts", "needs_needs")]
    mean = mean_over_clusters(total(rows, "people"), needs, *sums) if needs else None
    noun = _("conversations customers began")
    names = (_("one contact"), _("two"), _("three"), _("more than three"))
    counts = [total(rows, name) for name in ("once_n", "twice_n", "thrice_n", "more_n")]
    return Result(
        headline=Measure(_("Contacts of the customer for each matter"), "mean", needs, mean, noun),
        parts=(
            share(_("Took a single contact"), counts[0], needs, noun=noun),
            _each(_("Transfers for each matter"), total(rows, "transfers"), needs, noun),
        ),
        counter=share(_("Not settled, of the same matters"), total(rows, "unsettled"), needs, noun=noun),
        excluded=(Excluded(_("conversations we or a machine began"), total(rows, "left_out")),),
        distribution=tuple(Slice(name, count) for name, count in zip(names, counts, strict=True)),
    )


def _each(label: str, count: int, n: int, noun: str) -> Measure:
    # A rate of rare happenings: Poisson's limits, divided by what it is a rate of.
    return Measure(label, "mean", n, poisson(count).times(1 / n) if n else None, noun)


KPI = kpi.KPI(
    name="contacts_per_need",
    order=17,
    title=lazy("Contacts per need"),
    question=lazy("How many times did a customer have to contact us for one matter?"),
    population=lazy("Conversations customers began in the period, as far as one conversation is one need."),
    unit="mean",
    unit_words=lazy("touchpoints in which the customer took part, for each conversation"),
    clock=lazy("Counted for the day the conversation was opened, with all that is known now."),
    exclusions=(
        lazy("Conversations we or a machine began."),
        lazy("What we sent, and what machines sent."),
        lazy("Letters that say thank you and no more after the matter was settled."),
    ),
    uncertainty=lazy(
        "95 %, from the spread between customers (linearised, each customer a cluster), because one person’s matters are"
        " alike. Transfers by Poisson’s exact limits."
    ),
    counter_metric=lazy("Share of the same matters not settled: who gives up writes no more."),
    outcome=lazy("Asking once is enough."),
    side="customers",
    unmeasured=lazy("no customer began a conversation in this period."),
    better="less",
    statement=STATEMENT,
    clusters=CLUSTERS,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Those with most contacts first."),
    remark=lambda row: ngettext("%(n)s contact", "%(n)s contacts", row["contacts"]) % {"n": row["contacts"]},
    is_named=False,
)
