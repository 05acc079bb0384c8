from rung.customers.events import OrderPlaced
from rung.insight.models import Unfolded
from rung.journal.access import Entry
from rung.journal.events import Event
from rung.journal.reacting import reacts_to
from rung.surveys.events import SurveyAnswered, SurveyOffered
from rung.touchpoints.events import (
    ConversationAnswered,
    ConversationAssigned,
    ConversationJoined,
    ConversationParted,
    ConversationReopened,
    ConversationResolved,
    PhaseSet,
    SignalNoted,
    SignalWithdrawn,
    SpamMarked,
    SpamUnmarked,
    TouchpointJoined,
    TouchpointLogged,
    TouchpointParted,
    TouchpointReceived,
)


# ConversationOpened is left out: the touchpoint it was opened for is recorded in the same transaction and wakes us.
@reacts_to(
    TouchpointParted,
    TouchpointReceived,
    ConversationAnswered,
    TouchpointJoined,
    TouchpointLogged,
    ConversationAssigned,
    ConversationResolved,
    ConversationJoined,
    ConversationParted,
    ConversationReopened,
    PhaseSet,
    SignalNoted,
    SignalWithdrawn,
    SpamMarked,
    SpamUnmarked,
    SurveyOffered,
    SurveyAnswered,
    OrderPlaced,
)
def await_folding(event: Event, *, entry: Entry) -> None:
    """Note that the facts of this entry's subject are behind. The folding itself is done in batches by an errand."""
    Unfolded.objects.create(entry=entry.pk, conversation=entry.conversation)
