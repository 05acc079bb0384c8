from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.access import Team
from rung.core.actor import Actor
from rung.core.text import one_line, storable
from rung.customers.access import Customer, email_of
from rung.customers.acquaintances import hold
from rung.journal.access import Entry
from rung.journal.verbs import record
from rung.touchpoints.access import changes_since, last_asked, reply_recipients
from rung.touchpoints.addresses import Recipients, recipients_of
from rung.touchpoints.doors import Door, writing_door
from rung.touchpoints.events import NoticeGiven
from rung.touchpoints.incoming import IncomingFile, KeptFile, Parties, Party
from rung.touchpoints.models import Attachment, Conversation, Delivery, Direction, Outcome, Touchpoint
from rung.touchpoints.verbs.assignment import place_conversation
from rung.touchpoints.verbs.drafts import spend_draft
from rung.touchpoints.verbs.linking import waiting_for
from rung.touchpoints.verbs.participation import keep_participants
from rung.touchpoints.verbs.posting import announce_answer, plan_posting
from rung.touchpoints.verbs.receiving import attach_files, join_conversation, open_conversation, phase_of
from rung.touchpoints.verbs.resolution import resolve_conversation
from rung.touchpoints.verbs.spam import clear_spam


class MovedOn(Exception):
    """The conversation is not any more what its writer saw; `changes` are the journal's entries about that."""

    def __init__(self, changes: list[Entry]) -> None:
        super().__init__("the conversation moved on")
        self.changes = changes


@transaction.atomic
def answer_conversation(
    conversation: Conversation,
    *,
    text: str,
    html: str = "",
    to: tuple[Party, ...] | None = None,
    cc: tuple[Party, ...] = (),
    bcc: tuple[Party, ...] = (),
    files: tuple[IncomingFile, ...] = (),
    kept: tuple[KeptFile, ...] = (),
    forwards: Touchpoint | None = None,
    resolve: bool = False,
    outcome: str = Outcome.UNKNOWN,
    due_at: datetime | None = None,
    stops_if_they_write: bool = False,
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> Touchpoint:
    """Write to the customer, and to everyone who takes part unless `to` names others, and pass on a letter where `forwards`
    names one. It is theirs to answer now; a conversation nobody had taken becomes the writer's.

    With `due_at` it leaves then, and until then the customer waits and it can be taken back; `stops_if_they_write` keeps it
    back when they write before. `seen` is what the writer knew, as `version_of` gave it: raises MovedOn when more has
    happened since. Raises ValidationError when nothing is written or there is no address to write to.
    """
    conversation.lock_with(waiting_for(conversation) if resolve and due_at is None else ())
    if seen is not None and (changes := changes_since(conversation, seen, by=by)):
        raise MovedOn(changes)
    clear_spam(conversation, by=by, at=at)
    asked = last_asked(conversation)
    recipients = Recipients(to, cc, bcc) if to is not None else reply_recipients(conversation)
    if not recipients:
        raise ValidationError(no_address(conversation.customer))
    touchpoint = written(
        conversation.customer,
        recipients,
        text=text,
        html=html,
        has_files=bool(files or kept or forwards),
        due_at=due_at,
        by=by,
        at=at,
    )
    pass_on(touchpoint, forwards)
    touchpoint.channel = door_for(conversation.channel).kind
    if asked is not None:
        touchpoint.in_reply_to = asked.reference
    said = asked is not None or conversation.touch_count > 0
    touchpoint.subject = reply_subject(conversation.subject) if said else conversation.subject
    if conversation.assignee_id is None and by.is_agent:
        place_conversation(conversation, agent_pk=by.agent_key, team_pk=conversation.team_id, by=by, at=at)
    resolved_as = Outcome(outcome).value if resolve else ""
    send_or_plan(
        touchpoint,
        conversation,
        stops_if_they_write=stops_if_they_write,
        outcome=resolved_as,
        proactive=False,
        by=by,
        at=at,
    )
    attach_files(touchpoint, files)
    attach_kept(touchpoint, kept)
    spend_draft(conversation, by=by, at=at)
    return touchpoint


@transaction.atomic
def start_conversation(
    customer: Customer,
    *,
    subject: str,
    text: str,
    html: str = "",
    to: tuple[Party, ...] | None = None,
    cc: tuple[Party, ...] = (),
    bcc: tuple[Party, ...] = (),
    team: Team | None = None,
    files: tuple[IncomingFile, ...] = (),
    due_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Touchpoint:
    """Write to a customer who has not asked, and to whom else is named: the first touchpoint of a conversation is ours.

    `to` defaults to the customer's address; `due_at` as for an answer. Raises ValidationError when subject or text is
    missing, there is no address to write to, or the person was forgotten a moment ago.
    """
    hold(customer)
    recipients = Recipients(to or own_address(customer), cc, bcc)
    touchpoint = written(customer, recipients, text=text, html=html, has_files=bool(files), due_at=due_at, by=by, at=at)
    begin_conversation(touchpoint, subject=subject, team_pk=team.pk if team else None, by=by, at=at)
    attach_files(touchpoint, files)
    return touchpoint


def begin_conversation(
    touchpoint: Touchpoint,
    *,
    subject: str,
    team_pk: int | None,
    beside: Conversation | None = None,
    by: Actor,
    at: datetime,
) -> Conversation:
    """Open a conversation with a letter of ours, for its writer. Not a verb: it is always part of one.

    Raises ValidationError without a subject.
    """
    if not one_line(subject, 300):
        raise ValidationError({"subject": _("Give it a subject, so that they know what it is about.")})
    touchpoint.channel = door_for("").kind
    touchpoint.subject = one_line(subject, 300)
    conversation = open_conversation(touchpoint, subject=subject, team_pk=team_pk, beside=beside, by=by)
    if by.is_agent:
        place_conversation(conversation, agent_pk=by.agent_key, team_pk=team_pk, by=by, at=at)
    if touchpoint.due_at is not None:
        plan_posting(touchpoint, conversation, stops_if_they_write=False, outcome="", by=by, at=at)
    else:
        keep_participants(conversation, touchpoint.customer, recipients_of(touchpoint.parties).as_parties(), at=at)
        announce_answer(touchpoint, None, proactive=True, by=by, at=at)
    return conversation


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
        channel=door_for(conversation.channel).kind,
        direction=Direction.OUT,
        phase=phase_of(customer, at),
        subject=one_line(subject, 300),
        text=storable(text),
        html=storable(html),
        occurred_at=at,
        recorded_at=at,
        is_automatic=True,
        parties=Parties(to=own_address(customer)).as_json(),
        delivery=Delivery.WAITING,
        unsubscribe=unsubscribe,
    )
    fact = NoticeGiven(
        touchpoint=touchpoint.pk, conversation=conversation.pk, customer=customer.pk, channel=touchpoint.channel
    )
    record(fact, by=by, at=at)
    return touchpoint


def written(
    customer: Customer,
    recipients: Recipients,
    *,
    text: str,
    html: str,
    has_files: bool,
    due_at: datetime | None,
    by: Actor,
    at: datetime,
) -> Touchpoint:
    """What somebody wrote, not saved yet. Raises ValidationError when that is nothing, or it is due before it is written."""
    text = storable(text).strip()
    if not text and not has_files:
        raise ValidationError({"text": _("Write something first.")})
    if due_at is not None and due_at <= at:
        raise ValidationError(_("Choose a moment that is still to come."))
    return Touchpoint(
        customer=customer,
        direction=Direction.OUT,
        phase=phase_of(customer, at),
        agent_id=by.agent_key,
        text=text,
        html=storable(html),
        parties=recipients.as_parties().as_json(),
        occurred_at=due_at or at,
        recorded_at=at,
        due_at=due_at,
        delivery=Delivery.WAITING,
    )


def pass_on(touchpoint: Touchpoint, letter: Touchpoint | None) -> None:
    """Have a letter stand below what somebody wrote and has not saved yet. Not a verb: it is always part of one."""
    if letter is not None:
        touchpoint.forwards, touchpoint.quoted = letter, letter.text


def send_or_plan(
    touchpoint: Touchpoint,
    conversation: Conversation,
    *,
    stops_if_they_write: bool,
    outcome: str,
    proactive: bool,
    by: Actor,
    at: datetime,
) -> None:
    """Write a letter into a locked conversation, and let it count there unless it is due later. Not a verb: it is always
    part of one."""
    if touchpoint.due_at is not None:
        plan_posting(touchpoint, conversation, stops_if_they_write=stops_if_they_write, outcome=outcome, by=by, at=at)
        return
    waited_ms = join_conversation(touchpoint, conversation, by=by)
    keep_participants(conversation, touchpoint.customer, recipients_of(touchpoint.parties).as_parties(), at=at)
    announce_answer(touchpoint, waited_ms, proactive=proactive, by=by, at=at)
    if outcome:
        resolve_conversation(conversation, outcome=outcome, by=by, at=at)


def attach_kept(touchpoint: Touchpoint, kept: tuple[KeptFile, ...]) -> None:
    """Let files go along that lie in storage already. Not a verb: it is always part of one."""
    Attachment.objects.bulk_create(
        Attachment(
            touchpoint=touchpoint,
            name=one_line(file.name, 255) or "attachment",
            media_type=one_line(file.media_type, 120) or "application/octet-stream",
            size=file.size,
            digest=file.digest,
            content_id=file.content_id[:255],
            is_inline=file.is_inline,
        )
        for file in kept
    )


def door_for(channel: str) -> Door:
    through = writing_door(channel)
    if through is None:
        raise ValidationError(_("No channel is installed through which one could write."))
    return through


def own_address(customer: Customer) -> tuple[Party, ...]:
    """The person at the address that takes their mail. Raises ValidationError when there is none."""
    address = email_of(customer)
    if not address:
        raise ValidationError(no_address(customer))
    return (Party(address, customer.name),)


def no_address(customer: Customer) -> str:
    return _("We know no e-mail address of %(name)s that takes mail. Add one, or call.") % {"name": customer}


def reply_subject(subject: str) -> str:
    bare = subject.strip()
    return bare if bare[:3].lower() == "re:" else one_line(f"Re: {bare}", 300)
