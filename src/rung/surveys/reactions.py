from rung.core import clock
from rung.journal.access import Entry
from rung.journal.reacting import reacts_to
from rung.surveys.access import conversation_resolved
from rung.surveys.verbs import offer_invitation
from rung.touchpoints.events import ConversationResolved


@reacts_to(ConversationResolved)
def offer_survey(event: ConversationResolved, *, entry: Entry) -> None:
    """Decide whether the customer is asked about this resolution, once for each. Whoever we asked beside a conversation
    served us, and is not asked how we served them."""
    conversation = conversation_resolved(event.conversation)
    if conversation is not None and conversation.beside_id is None:
        offer_invitation(conversation, resolved_at=entry.occurred_at, by=entry.actor, at=clock.now())
