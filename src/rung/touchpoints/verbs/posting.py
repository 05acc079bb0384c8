"""Letters that are written and leave later: in ten seconds, so that they can be taken back, or tomorrow at nine.

Until a letter is due it is a touchpoint with `due_at` and a `Posting`. It counts nowhere: the customer still waits, and the
journal knows only that it is planned. When it is due it becomes what an answer sent at once is, with that moment as its own.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.clock import epoch_ms
from rung.core.text import one_line
from rung.journal.verbs import record
from rung.touchpoints.addresses import recipients_of
from rung.touchpoints.events import AnswerPlanned, ConversationAnswered
from rung.touchpoints.holding import hold_with_waiting
from rung.touchpoints.models import Conversation, Posting, Touchpoint
from rung.touchpoints.verbs.participation import keep_participants
from rung.touchpoints.verbs.receiving import join_conversation
from rung.touchpoints.verbs.resolution import resolve_conversation
from rung.touchpoints.verbs.taking_back import give_up_on, hold_back, look_ahead, planned_letter

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""How long a letter that was due and could not leave rests after each try. Whatever is the matter with it, it is no server's
word, so its writer hears of it within the morning."""


def plan_posting(
    touchpoint: Touchpoint,
    conversation: Conversation,
    *,
    stops_if_they_write: bool,
    outcome: str,
    by: Actor,
    at: datetime,
) -> None:
    """Write a letter that is due later into a locked conversation. Not a verb: it is always part of one."""
    assert touchpoint.due_at is not None
    touchpoint.conversation = conversation
    touchpoint.save(force_insert=True)
    Posting.objects.create(touchpoint=touchpoint, stops_if_they_write=stops_if_they_write, outcome=outcome)
    look_ahead(conversation)
    fact = AnswerPlanned(
        touchpoint=touchpoint.pk,
        conversation=conversation.pk,
        customer=touchpoint.customer_id,
        due_ms=epoch_ms(touchpoint.due_at),
    )
    record(fact, by=by, at=at)


@transaction.atomic
def post_touchpoint(touchpoint: Touchpoint, *, by: Actor, at: datetime) -> bool:
    """Let a planned letter leave, and the customer's wait end; False when it was taken back or has left, and when somebody
    has found the conversation to be spam since: then it is its writer's draft again."""
    if Posting.objects.filter(touchpoint=touchpoint).exclude(outcome="").exists():
        # It settles the matter too, and whoever waits for that is held in the order of `lock_with`.
        hold_with_waiting([touchpoint.conversation_id])
    conversation = touchpoint.conversation.lock()
    planned = planned_letter(touchpoint)
    if planned is None:
        return False
    if conversation.is_spam():
        hold_back(planned, conversation, because=_("Not sent: it was marked as spam before this was due."), at=at)
        return False
    outcome = planned.posting.outcome
    planned.posting.delete()
    planned.due_at, planned.occurred_at, planned.recorded_at, planned.delivery_detail = None, at, at, ""
    waited_ms = join_conversation(planned, conversation, by=by)
    keep_participants(conversation, planned.customer, recipients_of(planned.parties).as_parties(), at=at)
    look_ahead(conversation)
    announce_answer(planned, waited_ms, proactive=conversation.touch_count == 1, by=by, at=at)
    if outcome:
        resolve_conversation(conversation, outcome=outcome, by=by, at=at)
    return True


@transaction.atomic
def send_now(touchpoint: Touchpoint, *, by: Actor, at: datetime) -> None:
    """Do not wait any longer with a letter that is planned. Nothing happens when it has left."""
    planned = planned_letter(touchpoint)
    if planned is not None:
        post_touchpoint(planned, by=planned.agent.actor if planned.agent else by, at=at)


@transaction.atomic
def postpone_posting(touchpoint: Touchpoint, reason: str, *, by: Actor, at: datetime) -> None:
    """It was due and could not leave. The next try follows after a growing pause; after the last one it is a draft
    of its writer again, and everybody who looks after the conversation is told."""
    conversation = touchpoint.conversation.lock()
    planned = planned_letter(touchpoint)
    if planned is None:
        return
    posting, _made = Posting.objects.get_or_create(touchpoint=planned)
    if posting.attempts == len(PAUSES):
        give_up_on(planned, conversation, reason=reason, at=at)
        return
    posting.again_at = at + PAUSES[posting.attempts]
    posting.attempts += 1
    posting.save(update_fields=["attempts", "again_at"])
    planned.delivery_detail = one_line(_("It could not leave: %(reason)s") % {"reason": reason}, 400)
    planned.save(update_fields=["delivery_detail"])


def announce_answer(touchpoint: Touchpoint, waited_ms: int | None, *, proactive: bool, by: Actor, at: datetime) -> None:
    """Record that somebody of us wrote. Not a verb: it is always part of one."""
    fact = ConversationAnswered(
        touchpoint=touchpoint.pk,
        conversation=touchpoint.conversation_id,
        customer=touchpoint.customer_id,
        channel=touchpoint.channel,
        phase=touchpoint.phase,
        agent=touchpoint.agent_id,
        proactive=proactive,
        waited_ms=waited_ms,
    )
    record(fact, by=by, at=at)
