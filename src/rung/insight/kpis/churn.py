"""How many customers do we lose?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Result, share, total
from rung.insight.kpis import customer_retention as retention
from rung.insight.outsiders import colleagues


def finish(rows: Sequence[Row]) -> Result:
    cohort, kept, joined = (total(rows, column) for column in ("cohort", "kept", "joined"))
    return Result(
        headline=share(_("Customers lost"), cohort - kept, cohort, noun=_("customers active at the start")),
        parts=(share(_("Customers kept"), kept, cohort, noun=_("customers active at the start")),),
        counter=share(
            _("New or back in the period, of those active at its end"), joined, kept + joined,
            noun=_("customers active at the end"),
        ),
        excluded=(
            Excluded(_("customers new or back in the period: they were not active at its start"), joined),
            colleagues(total(rows, "inside")),
        ),
        remark=_(
            "A year’s churn is not twelve months’ of it: those who leave leave early, and who is left leaves less. Choose"
            " a year to know a year’s."
        ),
    )  # fmt: skip


KPI = kpi.KPI(
    name="churn",
    order=2,
    title=lazy("Churn"),
    question=lazy("Of the customers who were active when the period began, how many no longer were when it ended?"),
    population=retention.KPI.population,
    unit="share",
    unit_words=lazy("per cent: 1 less retention, on the very same customers; revenue churn is another number"),
    clock=retention.KPI.clock,
    exclusions=retention.KPI.exclusions,
    uncertainty=lazy("Wilson’s 95 % interval."),
    counter_metric=lazy(
        "Share of those active at the end who are new or back: “lost” is inferred from silence, and who comes back had"
        " only been silent."
    ),
    outcome=lazy("Customers come back because they want to."),
    side="customers",
    unmeasured=retention.KPI.unmeasured,
    better="less",
    statement=retention.STATEMENT,
    finish=finish,
    behind=retention.BEHIND,
    behind_words=retention.KPI.behind_words,
    remark=retention.KPI.remark,
    numbers=retention.KPI.numbers,
    series="rolling",
    is_named=False,
)
