from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.clock import epoch_ms
from rung.core.text import one_line, snippet, storable
from rung.customers.access import Customer, addresses_of, latest_order
from rung.journal.verbs import record
from rung.touchpoints.doors import door
from rung.touchpoints.events import ConversationOpened, TouchpointLogged, TouchpointReceived
from rung.touchpoints.incoming import Incoming, IncomingFile, Logged
from rung.touchpoints.models import Attachment, Conversation, Direction, Phase, State, Touchpoint
from rung.touchpoints.storage import keep_content
from rung.touchpoints.verbs.assignment import place_conversation
from rung.touchpoints.verbs.resolution import unsettle_conversation
from rung.touchpoints.verbs.snooze import wake_conversation

# An order's states after which what the customer came for is theirs, and anything further comes after it.
FULFILLED = ("delivered", "completed", "returned", "cancelled")


def receive_touchpoint(customer: Customer, incoming: Incoming, *, by: Actor, at: datetime) -> Touchpoint:
    """Take in what a customer sent through a door, into the conversation it belongs to or a new one.

    The same reference twice in a channel returns the first touchpoint and changes nothing. A conversation is found by a
    verified reply token, then by references, but only for somebody who takes part in it: whoever else knows a Message-ID
    opens a conversation of their own. A settled conversation is taken up again, unless a machine wrote.
    """
    try:
        with transaction.atomic():
            return _receive(customer, incoming, by, at)
    except IntegrityError:  # the same letter came through two doors at once; the other one was first
        known = _known(incoming)
        if known is None:
            raise
        return known


def _receive(customer: Customer, incoming: Incoming, by: Actor, at: datetime) -> Touchpoint:
    known = _known(incoming)
    if known is not None:
        return known
    occurred_at = min(incoming.occurred_at, at)
    phase = phase_of(customer, occurred_at)
    conversation = _conversation_meant(customer, incoming)
    if conversation is None:
        conversation = open_conversation(
            customer,
            subject=incoming.subject,
            channel=incoming.channel,
            team_pk=incoming.team,
            by=by,
            occurred_at=occurred_at,
            at=at,
        )
    else:
        conversation.lock()
        if not incoming.is_automatic:
            unsettle_conversation(conversation, by=by, at=at)
            wake_conversation(conversation, by=by, at=at)
    touchpoint = Touchpoint.objects.create(
        conversation=conversation,
        customer=customer,
        channel=incoming.channel,
        direction=Direction.IN,
        phase=phase,
        subject=one_line(incoming.subject, 300),
        text=storable(incoming.text),
        html=storable(incoming.html),
        quoted=storable(incoming.quoted),
        signature=storable(incoming.signature),
        occurred_at=occurred_at,
        recorded_at=at,
        is_automatic=incoming.is_automatic,
        reference=incoming.reference[:400],
        in_reply_to=incoming.in_reply_to[:400],
        parties=incoming.parties.as_json(),
    )
    attach_files(touchpoint, incoming.files)
    touch_conversation(conversation, touchpoint, awaits=not incoming.is_automatic)
    fact = TouchpointReceived(
        touchpoint=touchpoint.pk,
        conversation=conversation.pk,
        customer=customer.pk,
        channel=incoming.channel,
        phase=phase,
        automatic=incoming.is_automatic,
    )
    record(fact, by=by, at=occurred_at, recorded_at=at)
    return touchpoint


def _known(incoming: Incoming) -> Touchpoint | None:
    if not incoming.reference:
        return None
    return Touchpoint.objects.filter(channel=incoming.channel, reference=incoming.reference[:400]).first()


def _conversation_meant(customer: Customer, incoming: Incoming) -> Conversation | None:
    if incoming.conversation is not None:
        promised = Conversation.objects.filter(pk=incoming.conversation).first()
        if promised is not None:
            return promised
    names = {name[:400] for name in (incoming.in_reply_to, *incoming.references) if name}
    if not names:
        return None
    mentioned = (
        Touchpoint.objects.filter(channel=incoming.channel, reference__in=names)
        .select_related("conversation")
        .order_by("-occurred_at", "-pk")
    )
    theirs: set[str] | None = None
    for touchpoint in mentioned[:20]:
        if customer.pk in (touchpoint.customer_id, touchpoint.conversation.customer_id):
            return touchpoint.conversation
        theirs = set(addresses_of(customer)) if theirs is None else theirs
        if theirs & _addressed(touchpoint):
            return touchpoint.conversation
    return None


def _addressed(touchpoint: Touchpoint) -> set[str]:
    parties = touchpoint.parties
    return {*parties.get("to", ()), *parties.get("cc", ()), parties.get("from", "")}


def phase_of(customer: Customer, at: datetime) -> str:
    """Before: no order yet. During: their latest order is under way. After: it is fulfilled, or a quarter has passed."""
    order = latest_order(customer, before=at)
    if order is None:
        return Phase.BEFORE.value
    if order.state in FULFILLED or at - order.placed_at > timedelta(days=90):
        return Phase.AFTER.value
    return Phase.DURING.value


def open_conversation(
    customer: Customer,
    *,
    subject: str,
    channel: str,
    team_pk: int | None,
    by: Actor,
    occurred_at: datetime,
    at: datetime,
) -> Conversation:
    """Make a conversation for a touchpoint that this transaction is about to write. Not a verb: it is never alone."""
    conversation = Conversation.objects.create(
        subject=one_line(subject, 300),
        customer=customer,
        channel=channel,
        opened_at=occurred_at,
        last_touch_at=occurred_at,
        team_id=team_pk,
        state=State.OPEN,
    )
    fact = ConversationOpened(conversation=conversation.pk, customer=customer.pk, channel=channel, team=team_pk)
    record(fact, by=by, at=occurred_at, recorded_at=at)
    return conversation


def attach_files(touchpoint: Touchpoint, files: tuple[IncomingFile, ...]) -> None:
    """Keep the files that came or go with a touchpoint."""
    if not files:
        return
    Attachment.objects.bulk_create(
        Attachment(
            touchpoint=touchpoint,
            name=one_line(file.name, 255) or "attachment",
            media_type=one_line(file.media_type, 120) or "application/octet-stream",
            size=len(file.content),
            digest=keep_content(file.content),
            content_id=file.content_id[:255],
            is_inline=file.is_inline,
        )
        for file in files
    )


def touch_conversation(conversation: Conversation, touchpoint: Touchpoint, *, awaits: bool) -> None:
    """Bring a locked conversation's present columns up to a new touchpoint.

    `awaits`: the customer waits for us from this touch on, unless they did already. `end_wait` is the other side of it.
    """
    conversation.touch_count += 1
    columns = ["touch_count"]
    if touchpoint.occurred_at >= conversation.last_touch_at:
        conversation.last_touch_at = touchpoint.occurred_at
        conversation.last_snippet = snippet(touchpoint.text or touchpoint.subject, 158)
        conversation.last_channel, conversation.last_direction = touchpoint.channel, touchpoint.direction
        columns += ["last_touch_at", "last_snippet", "last_channel", "last_direction"]
    if touchpoint.direction == Direction.IN and not touchpoint.is_automatic:
        conversation.last_inbound_at = touchpoint.occurred_at
        columns.append("last_inbound_at")
    if awaits and conversation.awaits_us_since_at is None:
        conversation.awaits_us_since_at = touchpoint.occurred_at
        columns.append("awaits_us_since_at")
    conversation.save(update_fields=columns)


def end_wait(conversation: Conversation, occurred_at: datetime) -> int | None:
    """The customer has been answered: how long they had waited, in milliseconds; None when they were not waiting."""
    since = conversation.awaits_us_since_at
    if since is None:
        return None
    conversation.awaits_us_since_at = None
    conversation.save(update_fields=["awaits_us_since_at"])
    return max(epoch_ms(occurred_at) - epoch_ms(since), 0)


@transaction.atomic
def log_touchpoint(
    customer: Customer, logged: Logged, *, conversation: Conversation | None = None, by: Actor, at: datetime
) -> Touchpoint:
    """Enter a call, a visit or a paper letter: into a conversation, or into a new one when none is given.

    Raises ValidationError when nothing is said, the moment is still to come, or the channel is not entered by hand.
    """
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
    if conversation is None:
        conversation = open_conversation(
            customer,
            subject=logged.subject or snippet(text, 80),
            channel=logged.channel,
            team_pk=None,
            by=by,
            occurred_at=occurred_at,
            at=at,
        )
    else:
        conversation.lock()
        if direction == Direction.IN:
            unsettle_conversation(conversation, by=by, at=at)
            wake_conversation(conversation, by=by, at=at)
    touchpoint = Touchpoint.objects.create(
        conversation=conversation,
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
    is_answer = through.both_speak or direction == Direction.OUT
    touch_conversation(conversation, touchpoint, awaits=not is_answer)
    waited_ms = end_wait(conversation, occurred_at) if is_answer else None
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
