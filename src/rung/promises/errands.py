from datetime import datetime, timedelta

from rung.core.actor import SYSTEM
from rung.journal.ringing import errand
from rung.promises.verbs.deadlines import announce_deadlines
from rung.promises.verbs.promises import announce_promises


@errand(every=timedelta(seconds=30))
def tell_what_is_due(*, at: datetime) -> bool:
    """Announce promises and deadlines that are near or have passed, and reckon anew what changed hours have moved."""
    more_promises = announce_promises(by=SYSTEM, at=at)
    more_deadlines = announce_deadlines(by=SYSTEM, at=at)
    return more_promises or more_deadlines
