"""The one place that asks what time it is.

Only views, reactions, errands and commands call it; verbs and pages are handed the time, so that the same call with the
same time gives the same result.
"""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def epoch_ms(moment: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC; an integer that every SQL engine sorts and subtracts alike."""
    return int(moment.timestamp() * 1000)
