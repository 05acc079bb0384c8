from datetime import datetime, timedelta

from rung.core.actor import SYSTEM
from rung.journal.ringing import errand
from rung.notices.access import agents_to_be_mailed
from rung.notices.verbs import forget_old, mail_notices

# A letter may take its server some seconds, and letters to be sent wait.
BATCH = 10
OLD = 2000


@errand(every=timedelta(minutes=1), is_outside=True)
def mail_what_is_due(*, at: datetime) -> bool:
    """Write to those who have not seen in the page what they want to hear of by mail."""
    due = agents_to_be_mailed(at, limit=BATCH)
    for agent in due:
        mail_notices(agent, by=SYSTEM, at=at)
    return len(due) == BATCH


@errand(every=timedelta(hours=6))
def forget_what_was_read(*, at: datetime) -> bool:
    """Delete notices that were read long ago."""
    return forget_old(by=SYSTEM, at=at, limit=OLD) == OLD
