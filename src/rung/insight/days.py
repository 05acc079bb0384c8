"""Days, weeks and months as whole numbers, which every engine compares alike."""

from datetime import UTC, datetime

DAY_MS = 86_400_000


def calendar(ms: int) -> dict[str, int]:
    """Day and week (from Monday) since 1970-01-01, and month since January 1970, in UTC."""
    day = ms // DAY_MS
    moment = datetime.fromtimestamp(ms / 1000, tz=UTC)
    return {"day": day, "week": (day + 3) // 7, "month": (moment.year - 1970) * 12 + moment.month - 1}
