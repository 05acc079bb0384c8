from datetime import datetime

from django.db import transaction

from rung.accounts.access import Agent, Team
from rung.core.actor import Actor
from rung.journal.verbs import record
from rung.touchpoints.events import ConversationAssigned
from rung.touchpoints.models import Assignment, Conversation


@transaction.atomic
def assign_conversation(
    conversation: Conversation, *, agent: Agent | None, team: Team | None, by: Actor, at: datetime
) -> None:
    """Lay a conversation into the hands of an agent, a team, both, or nobody. As it lies already: nothing happens."""
    conversation.lock()
    place_conversation(
        conversation, agent_pk=agent.pk if agent else None, team_pk=team.pk if team else None, by=by, at=at
    )


def place_conversation(
    conversation: Conversation, *, agent_pk: int | None, team_pk: int | None, by: Actor, at: datetime
) -> None:
    """The same for a conversation that this transaction has locked or just made."""
    before = (conversation.assignee_id, conversation.team_id)
    if before == (agent_pk, team_pk):
        return
    conversation.assignee_id, conversation.team_id = agent_pk, team_pk
    conversation.save(update_fields=["assignee", "team"])
    Assignment.objects.create(
        conversation=conversation, agent_id=agent_pk, team_id=team_pk, assigned_by_id=by.agent_key, assigned_at=at
    )
    fact = ConversationAssigned(
        conversation=conversation.pk,
        customer=conversation.customer_id,
        agent=agent_pk,
        team=team_pk,
        from_agent=before[0],
        from_team=before[1],
    )
    record(fact, by=by, at=at)
