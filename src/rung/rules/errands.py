from datetime import datetime, timedelta

from rung.core.actor import SYSTEM
from rung.journal.ringing import errand
from rung.rules.verbs import forget_old_runs, run_rules_on_waits

BATCH = 100


@errand(every=timedelta(seconds=60))
def look_at_waits(*, at: datetime) -> bool:
    """Let the rules look at whoever has waited so long by now."""
    return run_rules_on_waits(by=SYSTEM, at=at, limit=BATCH)


@errand(every=timedelta(hours=6))
def forget_runs(*, at: datetime) -> bool:
    """Delete what rules did long ago from their log."""
    return forget_old_runs(by=SYSTEM, at=at, limit=1000) == 1000
