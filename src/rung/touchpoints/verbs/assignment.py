from datetime import datetime

from django.db import transaction

from rung.accounts.access import Agent, Team, former_colleagues
from rung.core.actor import Actor
from rung.journal.verbs import record
from rung.touchpoints.events import ConversationAssigned
from rung.touchpoints.models import Assignment, Conversation, State


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


@transaction.atomic
def give_back_left_behind(*, limit: int, by: Actor, at: datetime) -> bool:
    """Take what is open or laid aside out of the hands of those who have no seat any more: it stays with its team, for
    somebody there to take. Also what a letter opened again since. Whether there may be more."""
    gone = former_colleagues()
    if not gone:
        return False
    # Two questions, because each state has an index of its own, and what is resolved is not to be walked through.
    theirs = Conversation.objects.filter(assignee__in=gone).order_by("pk")
    left = [*theirs.open()[:limit], *theirs.snoozed()[:limit]]
    for conversation in sorted(left, key=lambda each: each.pk):
        conversation.lock()
        if conversation.assignee_id in gone and conversation.state in (State.OPEN, State.SNOOZED):
            place_conversation(conversation, agent_pk=None, team_pk=conversation.team_id, by=by, at=at)
    return len(left) >= limit
