"""What stands behind every KPI of the conversations that are open at one instant: the list of them, and the words beside
each."""

from django.utils.translation import gettext as _

from rung.insight.engine import Row
from rung.insight.words import stretch

DAY_MS = 86_400_000

# The conversations that stood open at the end of the period, the oldest first.
STILL_OPEN = """
SELECT conversation, opened_ms AS moment_ms, turn, s.to_ms - opened_ms AS age_ms
FROM insight_spellfact x CROSS JOIN :spans s
WHERE x.began_ms <= s.to_ms AND x.ended_ms > s.to_ms AND :scope
ORDER BY opened_ms
LIMIT :most
"""


def whose_turn(row: Row) -> str:
    """Whom an open conversation waits for, and its age at the end of the period."""
    waits = _("waiting for us") if row["turn"] == "us" else _("waiting for the customer")
    return _("%(waits)s, %(age)s old") % {"waits": waits, "age": stretch(int(row["age_ms"]) / 60_000)}
