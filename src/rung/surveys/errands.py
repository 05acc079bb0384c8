from datetime import datetime, timedelta

from rung.core.actor import SYSTEM
from rung.journal.ringing import errand
from rung.surveys.access import due_invitations
from rung.surveys.verbs import send_invitation

BATCH = 100


@errand(every=timedelta(seconds=60))
def send_due_invitations(*, at: datetime) -> bool:
    """Ask everyone whose question has come due, each in a transaction of its own."""
    due = due_invitations(at=at, limit=BATCH)
    for invitation in due:
        send_invitation(invitation, by=SYSTEM, at=at)
    return len(due) == BATCH
