"""How much of what customers ask of us should never have been necessary?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Result, share, total
from rung.insight.resampling import by_customer

# A contact coded both ways counts as a failure.
_CODED = """
    SELECT s.span AS span, t.team AS team, t.channel AS channel, t.customer AS customer, t.conversation AS conversation,
           t.occurred_ms AS moment_ms,
           CASE WHEN f.touchpoint IS NULL THEN 0 ELSE 1 END AS is_failure,
           CASE WHEN f.touchpoint IS NULL AND v.touchpoint IS NULL THEN 0 ELSE 1 END AS is_coded
    FROM :spans s CROSS JOIN insight_touchpointfact t
    LEFT JOIN (SELECT touchpoint FROM insight_signalfact WHERE signal = 'failure_demand') f
           ON f.touchpoint = t.touchpoint
    LEFT JOIN (SELECT touchpoint FROM insight_signalfact WHERE signal = 'value_demand') v
           ON v.touchpoint = t.touchpoint
    WHERE t.is_contact = 1 AND t.occurred_ms >= s.from_ms AND t.occurred_ms < s.to_ms
"""

STATEMENT = f"""
SELECT span, team, channel, COUNT(*) AS contacts, SUM(is_coded) AS coded, SUM(is_failure) AS failures
FROM ({_CODED}) demand
WHERE :scope
GROUP BY span, team, channel
"""  # noqa: S608 - both halves are constants of this file

BEHIND = f"""
SELECT conversation, moment_ms, is_failure
FROM ({_CODED}) demand
WHERE is_coded = 1 AND :scope
ORDER BY is_failure DESC, moment_ms DESC, conversation
LIMIT :most
"""  # noqa: S608 - both halves are constants of this file

CLUSTERS = by_customer(
    f"SELECT span, team, channel, customer, is_failure AS amount, 1 AS one_n FROM ({_CODED}) demand WHERE is_coded = 1"  # noqa: S608 - constants
)


def finish(rows: Sequence[Row]) -> Result:
    contacts, coded, failures = (total(rows, column) for column in ("contacts", "coded", "failures"))
    return Result(
        headline=share(_("Caused by a failure of ours"), failures, coded, noun=_("contacts with a cause noted")),
        counter=share(_("Cause noted, of all contacts"), coded, contacts, noun=_("contacts")),
        excluded=(Excluded(_("contacts whose cause nobody noted"), contacts - coded),),
        remark=_(
            "Nothing is known of the contacts whose cause nobody noted. To learn about all, note the cause of a random"
            " sample, and have some of it noted by a second person who does not know the first answer."
        ),
    )


KPI = kpi.KPI(
    name="failure_demand",
    order=12,
    title=lazy("Failure demand"),
    question=lazy("Of the contacts whose cause was noted, how many were caused by a failure of ours?"),
    population=lazy(
        "Touchpoints in which a customer took part, in the period, at which somebody noted what caused them: that we had"
        " failed to do something or to do it right, or that the customer wanted something new."
    ),
    unit="share",
    unit_words=lazy("per cent: caused by a failure, divided by all with a cause noted"),
    clock=lazy("The moment of the contact."),
    exclusions=(
        lazy("Contacts without a cause noted: silence is no cause."),
        lazy("What we or a machine sent."),
    ),
    uncertainty=lazy(
        "Wilson’s 95 % interval; where customers count more than once, at each end whichever reaches further of it and"
        " 2,000 draws of whole customers (cluster bootstrap). It knows nothing of how those noted were chosen."
    ),
    counter_metric=lazy("Share of contacts with a cause noted: who notes only what flatters will see it fall."),
    outcome=lazy("Things are right the first time."),
    side="customers",
    unmeasured=lazy("at no contact of this period was a cause noted (“What this tells us”, in a conversation)."),
    better="less",
    statement=STATEMENT,
    clusters=CLUSTERS,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Those caused by a failure first."),
    remark=lambda row: _("caused by a failure of ours") if row["is_failure"] else _("wanted something new"),
    is_named=False,
)
