from datetime import datetime, timedelta

from rung.core.actor import SYSTEM
from rung.journal.ringing import errand
from rung.search.verbs import BATCH, await_what_is_missing, index_waiting

# Whatever came by a way that announces nothing, such as a person entered by hand, is among the newest.
NEWEST = 200
MISSING = 5000


@errand(every=timedelta(minutes=1))
def find_the_newest_missing(*, at: datetime) -> bool:
    """Have indexed what has come and announced itself to nobody."""
    await_what_is_missing(limit=NEWEST, newest=NEWEST, bell=index_what_waits, by=SYSTEM, at=at)
    return False  # what is missing while letters come in has announced itself, or has a minute


@errand(every=timedelta(hours=1))
def find_all_missing(*, at: datetime) -> bool:
    """Have indexed whatever is not: everything, after an update from a version without an index."""
    return await_what_is_missing(limit=MISSING, bell=index_what_waits, by=SYSTEM, at=at) >= MISSING


@errand(every=timedelta(seconds=20), gathers=timedelta(seconds=1))
def index_what_waits(*, at: datetime) -> bool:
    """Write a batch of what has changed into the index."""
    return index_waiting(by=SYSTEM, at=at) == BATCH
