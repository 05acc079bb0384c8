"""Emptying Spam, where a mailbox is set up so."""

from datetime import datetime, timedelta

from rung.channels.email.models import Letter, Mailbox, MailThread, RawLetter
from rung.core.actor import SYSTEM
from rung.journal.ringing import errand
from rung.touchpoints.access import Conversation
from rung.touchpoints.verbs import remove_spam

BATCH = 50


@errand(every=timedelta(hours=1))
def empty_spam(*, at: datetime) -> bool:
    """Remove a batch of the conversations that have been spam for longer than their mailbox keeps it, and the bytes of
    their letters; what came, from whom and when is still known."""
    for mailbox in Mailbox.objects.exclude(spam_days=None):
        long_ago = at - timedelta(days=mailbox.spam_days or 0)
        through = MailThread.objects.filter(mailbox=mailbox).values("conversation")
        old = Conversation.objects.spam().filter(
            pk__in=through, spam_marks__ended_at=None, spam_marks__marked_at__lt=long_ago
        )
        found = list(old.distinct().order_by("pk")[:BATCH])
        for conversation in found:
            letters = list(Letter.objects.filter(touchpoint__conversation=conversation.pk).values_list("pk", flat=True))
            if remove_spam(conversation, by=SYSTEM, at=at):
                RawLetter.objects.filter(pk__in=letters).delete()
        if len(found) == BATCH:
            return True
    return False
