from datetime import datetime, timedelta

from rung.core.actor import SYSTEM
from rung.journal.ringing import errand
from rung.reports.access import due_schedules
from rung.reports.verbs import send_report

# A report may take seconds to reckon and to send, and letters to be sent wait.
BATCH = 3


@errand(every=timedelta(minutes=1), is_outside=True)
def send_reports(*, at: datetime) -> bool:
    """Mail the reports that are due."""
    due = due_schedules(at, limit=BATCH)
    for schedule in due:
        send_report(schedule, by=SYSTEM, at=at)
    return len(due) == BATCH
