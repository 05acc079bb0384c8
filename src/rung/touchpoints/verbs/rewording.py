from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.text import snippet, storable
from rung.journal.verbs import record
from rung.touchpoints.doors import door
from rung.touchpoints.events import TouchpointReworded
from rung.touchpoints.models import Touchpoint


@transaction.atomic
def reword_touchpoint(touchpoint: Touchpoint, text: str, *, by: Actor, at: datetime) -> None:
    """Write down better what was said in a call, a visit or a paper letter. The same words again: nothing happens.

    Raises ValidationError when nothing is left, or where the words are not ours: what came in writing stays as it came.
    """
    text = storable(text).strip()
    if not text:
        raise ValidationError({"text": _("Say in a few words what it was about.")})
    if not door(touchpoint.channel).by_hand:
        raise ValidationError({"text": _("What came in writing stays as it came.")})
    conversation = touchpoint.conversation
    conversation.lock()
    if not Touchpoint.objects.filter(pk=touchpoint.pk).exclude(text=text).update(text=text):
        return
    touchpoint.text = text
    if touchpoint.occurred_at >= conversation.last_touch_at:
        conversation.last_snippet = snippet(text, 158)
        conversation.save(update_fields=["last_snippet"])
    fact = TouchpointReworded(
        touchpoint=touchpoint.pk, conversation=touchpoint.conversation_id, customer=touchpoint.customer_id
    )
    record(fact, by=by, at=at)
