from datetime import datetime, timedelta

from rung.core.actor import SYSTEM
from rung.journal.ringing import errand
from rung.search.models import Waiting
from rung.search.verbs import BATCH, SETTLED, await_what_is_missing, index_waiting, merge_index, settle_index

# Whatever came by a way that announces nothing, such as a person entered by hand, is among the newest.
NEWEST = 200
MISSING = 5000
# So many documents may lie in front of the index while there is much to do; so many when there is time.
MOST_UNSETTLED, UNSETTLED = 5000, 1000


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
    waited = index_waiting(by=SYSTEM, at=at)
    if waited:
        settle_index(most=MOST_UNSETTLED, by=SYSTEM, at=at)
    return waited == BATCH


@errand(every=timedelta(minutes=10))
def settle_what_has_changed(*, at: datetime) -> bool:
    """Take into the index for good what lies in front of it, so that searches have less to read through."""
    if Waiting.objects.exists():
        return False  # when there is time
    return settle_index(most=UNSETTLED, by=SYSTEM, at=at) == SETTLED


@errand(every=timedelta(minutes=1))
def merge_what_lies_in_pieces(*, at: datetime) -> bool:
    """Put together what the index was told bit by bit, so that searches have fewer places to look in."""
    if Waiting.objects.exists():
        return False  # when there is time: a letter pays for its own words only
    return merge_index(by=SYSTEM, at=at)
