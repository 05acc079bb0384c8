from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from rung.journal.ringing import errand

BATCH = 2000


@errand(every=timedelta(hours=6))
def forget_ended_sessions(*, at: datetime) -> bool:
    """Delete sessions whose time is over. They open nothing, but strangers at the door are given some too."""
    ended = list(Session.objects.filter(expire_date__lte=at).values_list("pk", flat=True)[:BATCH])
    Session.objects.filter(pk__in=ended).delete()
    return len(ended) == BATCH
