"""What a question to a supplier or a colleague means for the conversation it is beside."""

from datetime import datetime

from rung.core.actor import Actor
from rung.journal.verbs import record
from rung.touchpoints.events import AsideAnswered
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs.snooze import wake_conversation


def tell_of_aside(aside: Conversation, main: Conversation, *, by: Actor, at: datetime) -> None:
    """Somebody asked beside has answered: the main conversation says so, and comes back when it was laid aside for that.

    Both are locked. Not a verb: it is always part of one. A main conversation that is settled stays settled, because its
    customer did not come back to it; the queue shows the aside in its stead.
    """
    wake_conversation(main, by=by, at=at)
    record(AsideAnswered(conversation=main.pk, aside=aside.pk), by=by, at=at)
