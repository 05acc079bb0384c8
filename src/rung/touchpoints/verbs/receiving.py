from dataclasses import replace
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rung.core.actor import SYSTEM, Actor
from rung.core.clock import epoch_ms
from rung.core.rows import alter, put, together
from rung.core.text import one_line, snippet, storable
from rung.customers.access import Customer, latest_order
from rung.customers.acquaintances import hold
from rung.journal.verbs import record
from rung.touchpoints.doors import door
from rung.touchpoints.events import ConversationOpened, TouchpointLogged, TouchpointReceived
from rung.touchpoints.incoming import Incoming, IncomingFile, Logged
from rung.touchpoints.models import Attachment, Conversation, Direction, Phase, Resolution, State, Touchpoint
from rung.touchpoints.storage import keep_content
from rung.touchpoints.subjects import title_of
from rung.touchpoints.thanks import Letter
from rung.touchpoints.verbs.asides import tell_of_aside
from rung.touchpoints.verbs.assignment import place_conversation
from rung.touchpoints.verbs.belonging import DOUBTED, belonging_of, named_touchpoints
from rung.touchpoints.verbs.linking import waiting_for
from rung.touchpoints.verbs.participation import keep_participants
from rung.touchpoints.verbs.resolution import unsettle_conversation
from rung.touchpoints.verbs.snooze import wake_conversation
from rung.touchpoints.verbs.spam import clear_spam, note_spam
from rung.touchpoints.verbs.taking_back import stop_postings
from rung.touchpoints.verbs.thanks import brings_more, says_thanks

# An order's states after which what the customer came for is theirs, and anything further comes after it.
FULFILLED = ("delivered", "completed", "returned", "cancelled")


def receive_touchpoint(customer: Customer, incoming: Incoming, *, by: Actor, at: datetime) -> Touchpoint:
    """Take in what a customer sent through a door, into the conversation it belongs to or a new one.

    The same reference twice in a channel returns the first touchpoint and changes nothing. A conversation is found by a
    verified reply token, then by references, then by the door's hints and the subject, but only for somebody who takes
    part in it: whoever else knows a token or a Message-ID opens a conversation of their own, which mentions the one they
    named. A settled conversation is taken up again, unless a machine wrote or it is history. What is held to be spam joins
    nothing but spam. Within somebody's transaction it raises IntegrityError when the same one came through two doors at
    once: whoever holds it tries again, and is given the first.
    """
    try:
        # Without a savepoint, as in `recognise_customer`.
        with transaction.atomic(savepoint=False):
            return _receive(customer, incoming, by, at)
    except IntegrityError:
        if transaction.get_connection().in_atomic_block:
            raise
        known = Touchpoint.objects.filter(channel=incoming.channel, reference=incoming.reference[:400]).first()
        if known is None:
            raise
        return known


def _receive(customer: Customer, incoming: Incoming, by: Actor, at: datetime) -> Touchpoint:
    reference = incoming.reference[:400]
    referred = named_touchpoints(incoming)
    for known in referred:
        if reference and known.reference == reference:
            return known
    occurred_at = min(incoming.occurred_at, at)
    touchpoint = Touchpoint(
        customer=customer,
        channel=incoming.channel,
        direction=Direction.OUT if incoming.is_ours else Direction.IN,
        phase=phase_of(customer, occurred_at),
        subject=one_line(incoming.subject, 300),
        text=storable(incoming.text),
        html=storable(incoming.html),
        quoted=storable(incoming.quoted),
        signature=storable(incoming.signature),
        occurred_at=occurred_at,
        recorded_at=at,
        is_automatic=incoming.is_automatic,
        is_archived=incoming.is_archived,
        reference=reference,
        in_reply_to=incoming.in_reply_to[:400],
        parties=incoming.parties.as_json(),
        brought={**incoming.brought, DOUBTED: True} if incoming.is_doubted else incoming.brought,
    )
    belonging = belonging_of(customer, incoming, referred)
    conversation = belonging.joins
    begins, thanks = conversation is None, False
    if conversation is None:
        conversation = open_conversation(
            touchpoint,
            subject=title_of(incoming.subject),
            team_pk=incoming.team,
            mentions=belonging.mentions,
            spam=incoming.spam_reason if incoming.is_spam else None,
            by=by,
        )
    else:
        take = incoming.heard.held if incoming.heard is not None else Conversation.lock
        both = [each for each in (conversation, conversation.beside) if each is not None]
        # In the order of `lock_with`, for the same reason.
        held = {each.pk: take(each) for each in sorted(both, key=lambda each: each.pk)}
        main = held[conversation.beside.pk] if conversation.beside is not None else None
        conversation = held[conversation.pk]
        if not incoming.is_automatic and not incoming.is_archived:
            # It comes back all the same: whether "thanks" takes up an offer only somebody who reads it can tell.
            thanks = conversation.is_resolved() and says_thanks(
                conversation,
                customer.name,
                Letter(incoming.subject, incoming.text, bool(incoming.files) or brings_more(incoming.brought)),
            )
            unsettle_conversation(conversation, thanks=thanks, by=by, at=at)
            wake_conversation(conversation, by=by, at=at)
            if conversation.answer_due_at is not None:
                stop_postings(conversation, name=str(customer), at=at)
            if main is not None:
                tell_of_aside(conversation, main, by=by, at=at)
        join_conversation(touchpoint, conversation, by=by)
    if not incoming.is_automatic or conversation.touch_count == 1:
        # One of us takes part as nobody: our mailboxes have no row.
        parties = replace(incoming.parties, sender="", sender_name="") if incoming.is_ours else incoming.parties
        keep_participants(conversation, customer, parties, begins=begins, at=occurred_at)
    attach_files(touchpoint, incoming.files)
    fact = TouchpointReceived(
        touchpoint=touchpoint.pk,
        conversation=touchpoint.conversation_id,
        customer=customer.pk,
        channel=incoming.channel,
        phase=touchpoint.phase,
        automatic=incoming.is_automatic,
        archived=incoming.is_archived,
        ours=incoming.is_ours,
        thanks=thanks,
    )
    record(fact, by=by, at=occurred_at, recorded_at=at)
    return touchpoint


def phase_of(customer: Customer, at: datetime) -> str:
    """Before: no order yet. During: their latest order is under way. After: it is fulfilled, or a quarter has passed."""
    order = latest_order(customer, before=at)
    if order is None:
        return Phase.BEFORE.value
    if order.state in FULFILLED or at - order.placed_at > timedelta(days=90):
        return Phase.AFTER.value
    return Phase.DURING.value


def open_conversation(
    touchpoint: Touchpoint,
    *,
    subject: str,
    team_pk: int | None,
    mentions: Conversation | None = None,
    spam: str | None = None,
    beside: Conversation | None = None,
    by: Actor,
) -> Conversation:
    """Open a conversation with a touchpoint that is not yet written, and write both.

    A letter of ours that is still to leave opens it without being written. A customer who wrote waits for us from then on;
    where the touchpoint is history, the matter is settled since. `spam` is the reason, possibly empty, for which it stands
    under Spam; None when it does not. Not a verb: it is always part of one.
    """
    conversation = Conversation(
        subject=one_line(subject, 300),
        customer=touchpoint.customer,
        channel=touchpoint.channel,
        opened_at=touchpoint.occurred_at,
        last_touch_at=touchpoint.occurred_at,
        team_id=team_pk,
        mentions=mentions,
        beside=beside,
        state=State.RESOLVED if touchpoint.is_archived else State.OPEN,
        resolved_at=touchpoint.occurred_at if touchpoint.is_archived else None,
    )
    if touchpoint.due_at is not None:  # nothing has been said yet
        conversation.save(force_insert=True)
        return conversation
    _bring_up_to(conversation, touchpoint)
    put(conversation)
    tell_of_opening(conversation, touchpoint, by=by)
    if touchpoint.is_archived:
        Resolution.objects.create(conversation=conversation, resolved_at=touchpoint.occurred_at)
    if spam is not None:
        note_spam(conversation, reason=spam, by=SYSTEM, at=touchpoint.recorded_at)
        alter(conversation, ["state", "awaits_us_since_at"])
    touchpoint.conversation = conversation
    put(touchpoint)
    return conversation


def tell_of_opening(conversation: Conversation, touchpoint: Touchpoint, *, by: Actor) -> None:
    """Record that a matter began with this touchpoint. Not a verb: it is always part of one."""
    fact = ConversationOpened(
        conversation=conversation.pk,
        customer=conversation.customer_id,
        channel=touchpoint.channel,
        team=conversation.team_id,
        archived=touchpoint.is_archived,
        beside=conversation.beside_id,
    )
    record(fact, by=by, at=touchpoint.occurred_at, recorded_at=touchpoint.recorded_at)


def join_conversation(touchpoint: Touchpoint, conversation: Conversation, *, by: Actor) -> int | None:
    """Write a touchpoint into a locked conversation, or let one count there that was planned until now; how long, in
    milliseconds, the customer had waited for it.

    None when it answers nobody, or nobody was waiting.
    """
    if conversation.touch_count == 0:  # begun with a letter that was still to leave
        conversation.opened_at = conversation.last_touch_at = touchpoint.occurred_at
        conversation.save(update_fields=["opened_at", "last_touch_at"])
        tell_of_opening(conversation, touchpoint, by=by)
    since = conversation.awaits_us_since_at
    columns = _bring_up_to(conversation, touchpoint)
    alter(conversation, columns)
    if touchpoint._state.adding:
        touchpoint.conversation = conversation
        put(touchpoint)
    else:
        touchpoint.save(update_fields=["due_at", "occurred_at", "recorded_at", "delivery_detail"])
    if since is None or not answers(touchpoint):
        return None
    return max(epoch_ms(touchpoint.occurred_at) - epoch_ms(since), 0)


def answers(touchpoint: Touchpoint) -> bool:
    """Whether one of us spoke in it: what we wrote, and a call or visit whoever began it."""
    if touchpoint.is_automatic:
        return False
    return touchpoint.direction == Direction.OUT or door(touchpoint.channel).both_speak


def _bring_up_to(conversation: Conversation, touchpoint: Touchpoint) -> list[str]:
    """Set a conversation's present columns as they are after a touchpoint; the names of those that changed."""
    conversation.touch_count += 1
    columns = ["touch_count"]
    if touchpoint.occurred_at >= conversation.last_touch_at:
        conversation.last_touch_at = touchpoint.occurred_at
        conversation.last_snippet = snippet(touchpoint.beginning, 158)
        conversation.last_channel, conversation.last_direction = touchpoint.channel, touchpoint.direction
        columns += ["last_touch_at", "last_snippet", "last_channel", "last_direction"]
    if touchpoint.is_archived:
        if touchpoint.occurred_at < conversation.opened_at:
            conversation.opened_at = touchpoint.occurred_at
            columns.append("opened_at")
        return columns
    if touchpoint.direction == Direction.IN and not touchpoint.is_automatic:
        conversation.last_inbound_at = touchpoint.occurred_at
        columns.append("last_inbound_at")
    if conversation.is_spam():
        return columns
    if answers(touchpoint):
        conversation.awaits_us_since_at = conversation.undelivered_at = None
        columns += ["awaits_us_since_at", "undelivered_at"]
    elif not touchpoint.is_automatic and conversation.awaits_us_since_at is None:
        conversation.awaits_us_since_at = touchpoint.occurred_at
        columns.append("awaits_us_since_at")
    return columns


def attach_files(touchpoint: Touchpoint, files: tuple[IncomingFile, ...]) -> None:
    """Keep the files that came or go with a touchpoint."""
    if not files:
        return
    with together(len(files)):
        for file in files:
            attachment = Attachment(
                touchpoint=touchpoint,
                name=one_line(file.name, 255) or "attachment",
                media_type=one_line(file.media_type, 120) or "application/octet-stream",
                size=len(file.content),
                digest=keep_content(file.content),
                content_id=file.content_id[:255],
                is_inline=file.is_inline,
            )
            put(attachment, keyed=False)


@transaction.atomic
def log_touchpoint(
    customer: Customer,
    logged: Logged,
    *,
    conversation: Conversation | None = None,
    to_settle: bool = False,
    by: Actor,
    at: datetime,
) -> Touchpoint:
    """Enter a call, a visit or a paper letter: into a conversation, or into a new one when none is given.

    `to_settle` where it is settled next, in the same transaction: those that wait for it are held from now on. Raises
    ValidationError when nothing is said, the moment is still to come, the channel is not entered by hand, or the person was
    forgotten a moment ago.
    """
    hold(customer)
    text = storable(logged.text).strip()
    through = door(logged.channel)
    errors = {}
    if not text:
        errors["text"] = _("Say in a few words what it was about.")
    if logged.occurred_at > at + timedelta(minutes=5):
        errors["occurred_at"] = _("This moment is still to come.")
    if not through.by_hand:
        errors["channel"] = _("Choose how you were in contact.")
    if errors:
        raise ValidationError(errors)
    occurred_at = min(logged.occurred_at, at)
    direction = Direction(logged.direction)
    touchpoint = Touchpoint(
        customer=customer,
        channel=logged.channel,
        direction=direction,
        phase=Phase(logged.phase or phase_of(customer, occurred_at)).value,
        agent_id=by.agent_key,
        subject=one_line(logged.subject, 300),
        text=text,
        occurred_at=occurred_at,
        recorded_at=at,
        duration_s=logged.duration_s if through.asks_duration else None,
        place=one_line(logged.place, 160) if through.asks_place else "",
    )
    waited_ms = None
    if conversation is None:
        subject = logged.subject or snippet(text, 80)
        conversation = open_conversation(touchpoint, subject=subject, team_pk=None, by=by)
    else:
        conversation.lock_with(waiting_for(conversation) if to_settle else ())
        clear_spam(conversation, by=by, at=at)
        if direction == Direction.IN:
            unsettle_conversation(conversation, by=by, at=at)
            wake_conversation(conversation, by=by, at=at)
            if conversation.answer_due_at is not None:
                stop_postings(conversation, name=str(customer), at=at)
        waited_ms = join_conversation(touchpoint, conversation, by=by)
    if conversation.assignee_id is None and by.is_agent:
        place_conversation(conversation, agent_pk=by.agent_key, team_pk=conversation.team_id, by=by, at=at)
    fact = TouchpointLogged(
        touchpoint=touchpoint.pk,
        conversation=conversation.pk,
        customer=customer.pk,
        channel=logged.channel,
        phase=touchpoint.phase,
        direction=direction.value,
        agent=by.agent_key,
        waited_ms=waited_ms,
    )
    record(fact, by=by, at=occurred_at, recorded_at=at)
    return touchpoint
