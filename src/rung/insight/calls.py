"""What the KPIs of telephone calls share: the conversations behind a call, and what is said of it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from rung.insight.engine import Row
from rung.insight.kpi import Measure, share, total

# A call that was answered stands in a conversation of its own or another; of one that was not, the first conversation of the
# same caller from then on tells what became of it. `:which` is filled in by the KPI, not by the engine.
CALLS_BEHIND = """
SELECT conversation, moment_ms, rang_n, answered_n
FROM (
    SELECT s.span AS span, k.team AS team, k.channel AS channel, k.began_ms AS moment_ms,
           CASE WHEN k.conversation > 0 THEN k.conversation ELSE c.conversation END AS conversation,
           CASE WHEN k.rang_s IS NULL THEN -1 ELSE k.rang_s END AS rang_n, k.is_answered AS answered_n,
           ROW_NUMBER() OVER (PARTITION BY s.span, k.phone_call ORDER BY c.opened_ms, c.conversation) AS nth
    FROM :spans s CROSS JOIN insight_callfact k
    LEFT JOIN insight_conversationfact c ON c.customer = k.customer
    WHERE k.way = 'in' AND (k.is_over = 1 OR k.is_answered = 1) AND k.began_ms >= s.from_ms AND k.began_ms < s.to_ms
      AND (k.conversation > 0 OR c.opened_ms >= k.began_ms) AND :which
) found
WHERE nth = 1 AND :scope
ORDER BY rang_n DESC, moment_ms DESC
LIMIT :most
"""


def called(row: Row) -> str:
    """How long it rang, and whether anybody answered."""
    if int(row["rang_n"]) < 0:
        return _("answered") if row["answered_n"] else _("not answered")
    words = _("rang for %(n)s s") if row["answered_n"] else _("rang for %(n)s s in vain")
    return words % {"n": row["rang_n"]}


def not_taken(lost: Sequence[Row]) -> Measure:
    """Of calls that were given up, those of which nobody can say how long they rang."""
    unknown = [row for row in lost if int(row["rang_s"]) < 0]
    n = total(lost, "calls")
    return share(_("Nobody knows how long it rang, of those given up"), total(unknown, "calls"), n, noun=_("given up"))
