from datetime import datetime

from django.db import transaction

from rung.core.actor import Actor
from rung.core.text import one_line
from rung.journal.verbs import record
from rung.touchpoints.events import OutcomeReported
from rung.touchpoints.incoming import Reported
from rung.touchpoints.models import Came, Conversation, Delivery, Report, Touchpoint
from rung.touchpoints.verbs.delivery import mark_undelivered
from rung.touchpoints.verbs.resolution import unsettle_conversation
from rung.touchpoints.verbs.snooze import wake_conversation


@transaction.atomic
def report_outcome(touchpoint: Touchpoint, reported: Reported, *, by: Actor, at: datetime) -> Report:
    """Keep what a machine says of something we wrote. The same word on the same address twice changes nothing,
    unless it was sent again in between.

    A failure brings the conversation back to whoever wrote: what did not arrive has answered and settled nothing. A delay
    changes no state: it is shown until a later word on the address, or for as long as servers keep trying.
    """
    report, is_new = Report.objects.get_or_create(
        touchpoint=touchpoint,
        address=one_line(reported.address, 320).lower(),
        came=Came(reported.came).value,
        said=one_line(reported.said, 500),
        defaults={
            "status": reported.status[:12],
            "code": reported.code[:3],
            "reason": reported.reason[:20],
            "is_hard": reported.is_hard,
            "server": one_line(reported.server, 200),
            "reported_at": at,
        },
    )
    if not is_new:
        if report.came != Came.FAILED or touchpoint.delivery not in (Delivery.SENT, Delivery.KEPT):
            return report
        # It was sent again since, and came back again.
        report.reported_at = at
        report.save(update_fields=["reported_at"])
    if report.came == Came.FAILED:
        _fail(touchpoint, report, by, at)
    fact = OutcomeReported(
        touchpoint=touchpoint.pk,
        conversation=touchpoint.conversation_id,
        customer=touchpoint.customer_id,
        came=report.came,
        reason=report.reason,
        is_hard=report.is_hard,
    )
    record(fact, by=by, at=at)
    return report


def _fail(touchpoint: Touchpoint, report: Report, by: Actor, at: datetime) -> None:
    said = " ".join(word for word in (report.status or report.code, report.said) if word)
    words = ": ".join(word for word in (report.address, said) if word)
    mark_undelivered(touchpoint, words, final=True, by=by, at=at)
    if touchpoint.is_automatic:
        return
    conversation = Conversation.objects.get(pk=touchpoint.conversation_id).lock()
    unsettle_conversation(conversation, by=by, at=at)
    wake_conversation(conversation, by=by, at=at)
    Conversation.objects.filter(pk=conversation.pk).update(undelivered_at=at)
