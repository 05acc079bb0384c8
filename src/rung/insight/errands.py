from datetime import datetime, timedelta

from rung.insight.folding import fold_waiting
from rung.journal.ringing import errand


# No bell is rung for it: a few seconds of entries folded at once cost less than each at its own time, and numbers that
# are five seconds old are new enough.
@errand(every=timedelta(seconds=5))
def fold_entries(*, at: datetime) -> bool:
    """Bring the facts up to the journal, a batch at a time."""
    return fold_waiting()
