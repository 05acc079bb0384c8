from datetime import UTC, datetime

from rung.core.actor import Actor
from rung.patterns.models import Look


def note_look(side: str, pattern: str, *, by: Actor, at: datetime) -> None:
    """Count that somebody opened a pattern of a side to study it; once a day for each of us and each pattern."""
    if by.agent_key is None:
        return
    look = Look(side=side, pattern=pattern[:40], agent_id=by.agent_key, looked_on=at.astimezone(UTC).date())
    Look.objects.bulk_create([look], ignore_conflicts=True)
