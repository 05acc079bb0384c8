"""How a statement tells colleagues who are customers from those outside.

Whether customers stay, buy and recommend us is asked of those outside: a colleague cannot leave. What we did for whom is
asked of all.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight.exclusions import COLLEAGUES as TABLE
from rung.insight.kpi import Excluded

__all__ = ["BY_DEFINITION", "IS_COLLEAGUE", "TABLE", "colleagues", "who_were_colleagues"]

IS_COLLEAGUE = "CASE WHEN g.customer IS NULL THEN 0 ELSE 1 END"
"""1 in a row that `who_were_colleagues` found to be of one."""
BY_DEFINITION: str | Promise = lazy("Colleagues who are customers of ours, for as long as they are.")


def who_were_colleagues(customer: str, moment: str) -> str:
    """SQL to be put after the tables of a statement: at most one row `g`, where this customer was a colleague at a moment,
    which lies before the end of the latest span."""
    return (
        f"LEFT JOIN {TABLE}[, :latest_ms] g ON g.customer = {customer}"
        f" AND g.began_ms <= {moment} AND g.ended_ms > {moment} AND g.began_ms < :latest_ms"
    )


def colleagues(count: int) -> Excluded:
    return Excluded(_("colleagues who are customers of ours"), count)
