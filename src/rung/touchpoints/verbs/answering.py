from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.access import Team
from rung.core.actor import Actor
from rung.core.text import one_line, storable
from rung.customers.access import Customer, email_of
from rung.journal.verbs import record
from rung.touchpoints.access import answer_address, last_asked
from rung.touchpoints.doors import Door, writing_door
from rung.touchpoints.events import ConversationAnswered, NoticeGiven
from rung.touchpoints.incoming import IncomingFile, Parties, Party
from rung.touchpoints.models import Conversation, Delivery, Direction, Outcome, Touchpoint
from rung.touchpoints.verbs.assignment import place_conversation
from rung.touchpoints.verbs.participation import keep_participants
from rung.touchpoints.verbs.receiving import attach_files, join_conversation, open_conversation, phase_of
from rung.touchpoints.verbs.resolution import resolve_conversation
from rung.touchpoints.verbs.spam import clear_spam


@transaction.atomic
def answer_conversation(
    conversation: Conversation,
    *,
    text: str,
    html: str = "",
    files: tuple[IncomingFile, ...] = (),
    resolve: bool = False,
    outcome: str = Outcome.UNKNOWN,
    by: Actor,
    at: datetime,
) -> Touchpoint:
    """Write to the customer. It is theirs to answer now; a conversation nobody had taken becomes the writer's.

    Raises ValidationError when nothing is written or there is no address to write to.
    """
    conversation.lock()
    clear_spam(conversation, by=by, at=at)
    asked = last_asked(conversation)
    touchpoint = _written(conversation.customer, text=text, html=html, files=files, by=by, at=at)
    touchpoint.channel = _door_for(conversation.channel).kind
    touchpoint.subject = _reply_subject(conversation.subject) if asked is not None else conversation.subject
    if asked is not None:
        touchpoint.in_reply_to = asked.reference
    to = answer_address(conversation, asked) or _address(conversation.customer)
    parties = Parties(to=(Party(to),))
    touchpoint.parties = parties.as_json()
    waited_ms = join_conversation(touchpoint, conversation)
    keep_participants(conversation, conversation.customer, parties, at=at)
    attach_files(touchpoint, files)
    if conversation.assignee_id is None and by.is_agent:
        place_conversation(conversation, agent_pk=by.agent_key, team_pk=conversation.team_id, by=by, at=at)
    _announce(touchpoint, waited_ms, proactive=False, by=by, at=at)
    if resolve:
        resolve_conversation(conversation, outcome=outcome, by=by, at=at)
    return touchpoint


@transaction.atomic
def start_conversation(
    customer: Customer,
    *,
    subject: str,
    text: str,
    html: str = "",
    team: Team | None = None,
    files: tuple[IncomingFile, ...] = (),
    by: Actor,
    at: datetime,
) -> Touchpoint:
    """Write to a customer who has not asked: the first touchpoint of a conversation is ours.

    Raises ValidationError when subject or text is missing, or there is no address to write to.
    """
    if not one_line(subject, 300):
        raise ValidationError({"subject": _("Give it a subject, so that the customer knows what it is about.")})
    touchpoint = _written(customer, text=text, html=html, files=files, by=by, at=at)
    touchpoint.channel = _door_for("").kind
    touchpoint.subject = one_line(subject, 300)
    parties = Parties(to=(Party(_address(customer)),))
    touchpoint.parties = parties.as_json()
    conversation = open_conversation(touchpoint, subject=subject, team_pk=team.pk if team else None, by=by)
    keep_participants(conversation, customer, parties, at=at)
    attach_files(touchpoint, files)
    if by.is_agent:
        place_conversation(conversation, agent_pk=by.agent_key, team_pk=conversation.team_id, by=by, at=at)
    _announce(touchpoint, None, proactive=True, by=by, at=at)
    return touchpoint


@transaction.atomic
def give_notice(
    conversation: Conversation,
    *,
    customer: Customer,
    subject: str,
    text: str,
    html: str = "",
    unsubscribe: str = "",
    by: Actor,
    at: datetime,
) -> Touchpoint:
    """Let Rung itself write to a customer, such as a survey. It is marked automatic and leaves every queue as it was.

    `unsubscribe` is the address that takes a POST from whoever wants no more of the kind (RFC 8058).

    Raises ValidationError when there is no address to write to.
    """
    touchpoint = Touchpoint.objects.create(
        conversation=conversation,
        customer=customer,
        channel=_door_for(conversation.channel).kind,
        direction=Direction.OUT,
        phase=phase_of(customer, at),
        subject=one_line(subject, 300),
        text=storable(text),
        html=storable(html),
        occurred_at=at,
        recorded_at=at,
        is_automatic=True,
        parties=Parties(to=(Party(_address(customer)),)).as_json(),
        delivery=Delivery.WAITING,
        unsubscribe=unsubscribe,
    )
    fact = NoticeGiven(
        touchpoint=touchpoint.pk, conversation=conversation.pk, customer=customer.pk, channel=touchpoint.channel
    )
    record(fact, by=by, at=at)
    return touchpoint


def _written(
    customer: Customer, *, text: str, html: str, files: tuple[IncomingFile, ...], by: Actor, at: datetime
) -> Touchpoint:
    text = storable(text).strip()
    if not text and not files:
        raise ValidationError({"text": _("Write something first.")})
    return Touchpoint(
        customer=customer,
        direction=Direction.OUT,
        phase=phase_of(customer, at),
        agent_id=by.agent_key,
        text=text,
        html=storable(html),
        occurred_at=at,
        recorded_at=at,
        delivery=Delivery.WAITING,
    )


def _announce(touchpoint: Touchpoint, waited_ms: int | None, *, proactive: bool, by: Actor, at: datetime) -> None:
    fact = ConversationAnswered(
        touchpoint=touchpoint.pk,
        conversation=touchpoint.conversation_id,
        customer=touchpoint.customer_id,
        channel=touchpoint.channel,
        phase=touchpoint.phase,
        agent=by.agent_key,
        proactive=proactive,
        waited_ms=waited_ms,
    )
    record(fact, by=by, at=at)


def _door_for(channel: str) -> Door:
    through = writing_door(channel)
    if through is None:
        raise ValidationError(_("No channel is installed through which one could write."))
    return through


def _address(customer: Customer) -> str:
    address = email_of(customer)
    if not address:
        raise ValidationError(
            _("We know no e-mail address of %(name)s that takes mail. Add one, or call.") % {"name": customer}
        )
    return address


def _reply_subject(subject: str) -> str:
    bare = subject.strip()
    return bare if bare[:3].lower() == "re:" else one_line(f"Re: {bare}", 300)
