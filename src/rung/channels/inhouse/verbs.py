"""The only writes to what teams are asked, and to how long a customer waited for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.access import Team, agents_by_key
from rung.channels.inhouse.access import who_waits
from rung.channels.inhouse.apps import KIND
from rung.channels.inhouse.events import RequestAnswered, RequestMade
from rung.channels.inhouse.models import Request
from rung.core.actor import Actor
from rung.core.clock import epoch_ms
from rung.core.text import one_line, storable
from rung.customers.access import Customer
from rung.customers.verbs import describe_customer, recognise_customer
from rung.journal.verbs import record
from rung.touchpoints.access import Conversation, Direction, State, Touchpoint
from rung.touchpoints.events import TouchpointReceived
from rung.touchpoints.incoming import Incoming, Parties
from rung.touchpoints.verbs import (
    blank_conversations,
    end_snooze,
    link_conversations,
    mark_delivered,
    receive_touchpoint,
    set_priority,
)
from rung.touchpoints.verbs.participation import keep_participants
from rung.touchpoints.verbs.receiving import open_conversation, phase_of

TWICE = timedelta(minutes=1)


@transaction.atomic
def ask_team(
    parent: Conversation,
    *,
    team: Team,
    subject: str,
    text: str,
    wanted_by_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Request:
    """Ask a team of ours for the sake of a customer. Their conversation waits for it, as pressing as it is itself.

    The same once more within a minute is a button that was pressed twice, and returns the first. Raises ValidationError
    where nothing is asked, the moment it is wanted by has passed, or the conversation is spam.
    """
    subject, text = one_line(subject, 300), storable(text).strip()
    errors = {}
    if not subject:
        errors["subject"] = _("Give it a subject, so that they know what it is about.")
    if not text:
        errors["text"] = _("Write what you ask them.")
    if wanted_by_at is not None and wanted_by_at <= at:
        errors["wanted_by"] = _("Choose a moment that is still to come.")
    if errors:
        raise ValidationError(errors)
    parent.lock()
    if parent.state in (State.SPAM, State.JOINED):
        raise ValidationError(_("Nobody waits in this conversation."))
    asker, sender = _asker(by, at)
    just_asked = Request.objects.filter(parent=parent, team=team, asked_by=by.agent_key, asked_at__gt=at - TWICE)
    for request in just_asked.select_related("conversation"):
        if request.conversation.subject == subject:
            return request
    parties = Parties(sender=sender, sender_name=asker.name)
    touchpoint = Touchpoint(
        customer=asker,
        channel=KIND,
        direction=Direction.IN,
        phase=phase_of(asker, at),
        subject=subject,
        text=text,
        occurred_at=at,
        recorded_at=at,
        parties=parties.as_json(),
    )
    child = open_conversation(touchpoint, subject=subject, team_pk=team.pk, by=by)
    keep_participants(child, asker, parties, begins=True, at=at)
    request = Request.objects.create(
        conversation=child, parent=parent, team=team, asked_by_id=by.agent_key, asked_at=at, wanted_by_at=wanted_by_at
    )
    said = TouchpointReceived(
        touchpoint=touchpoint.pk, conversation=child.pk, customer=asker.pk, channel=KIND, phase=touchpoint.phase
    )
    record(said, by=by, at=at)
    record(RequestMade(conversation=child.pk, parent=parent.pk, team=team.pk, customer=asker.pk), by=by, at=at)
    set_priority(child, str(parent.priority), by=by, at=at)
    link_conversations(parent, child, kind="waits_for", by=by, at=at)
    return request


@transaction.atomic
def ask_again(request: Request, text: str, *, by: Actor, at: datetime) -> Touchpoint:
    """Write to the team once more, whoever of us it is. Raises ValidationError where nothing is written."""
    text = storable(text).strip()
    if not text:
        raise ValidationError({"text": _("Write something first.")})
    # In the name of whoever asked first: the conversation is theirs, and who wrote is in the journal and in its parties.
    customer = request.conversation.customer
    _asker_now, sender = _asker(by, at)
    incoming = Incoming(
        channel=KIND,
        reference="",
        subject=request.conversation.subject,
        text=text,
        occurred_at=at,
        conversation=request.conversation_id,
        parties=Parties(sender=sender, sender_name=by.name),
    )
    return receive_touchpoint(customer, incoming, by=by, at=at)


def _asker(by: Actor, at: datetime) -> tuple[Customer, str]:
    """The colleague as a customer of ours, and their address."""
    agent = agents_by_key([by.agent_key]).get(by.agent_key or 0)
    if agent is None:
        raise ValidationError(_("Only who works here can ask a team."))
    customer = recognise_customer(agent.email, name=agent.name, is_internal=True, by=by, at=at)
    if not customer.is_internal:
        describe_customer(customer, is_internal=True, by=by, at=at)
    return customer, agent.email


@transaction.atomic
def note_answer(request: Request, touchpoint: Touchpoint, *, by: Actor, at: datetime) -> None:
    """The team has answered: the customer's conversation says so, and comes back when it was laid aside. Nothing happens
    when it was told of this answer already."""
    fresh = Request.objects.filter(pk=request.pk, told_touchpoint__lt=touchpoint.pk)
    if not fresh.update(told_touchpoint=touchpoint.pk):
        return
    mark_delivered(touchpoint, by=by, at=at)
    is_first = Request.objects.filter(pk=request.pk, answered_at__isnull=True).update(answered_at=at)
    waits = who_waits(request)
    fact = RequestAnswered(
        conversation=waits.pk,
        request=request.pk,
        touchpoint=touchpoint.pk,
        team=request.team_id,
        asked_by=request.asked_by_id,
        waited_ms=max(epoch_ms(at) - epoch_ms(request.asked_at), 0) if is_first else None,
    )
    end_snooze(waits, by=by, at=at)
    record(fact, by=by, at=at)


@transaction.atomic
def note_settled(conversations: Iterable[tuple[int, datetime]], *, by: Actor, at: datetime) -> None:
    """Some conversations were resolved, each at its moment; of those that are requests the wait ends then, at the latest."""
    moments = dict(conversations)
    for request in Request.objects.filter(pk__in=list(moments)):
        settled_at = moments[request.pk]
        Request.objects.filter(pk=request.pk).update(
            settled_at=settled_at, answered_at=request.answered_at or settled_at
        )


@transaction.atomic
def note_reopened(conversations: Iterable[int], *, by: Actor, at: datetime) -> None:
    """Some conversations were taken up again. The wait for the first answer stays as it was."""
    Request.objects.filter(pk__in=list(conversations)).update(settled_at=None)


@transaction.atomic
def forget_requests(people: Sequence[int], *, by: Actor, at: datetime) -> None:
    """What teams were asked for the sake of a forgotten person is about them."""
    asked = Request.objects.filter(parent__customer__in=people).order_by("pk")
    blank_conversations(list(asked.values_list("pk", flat=True)), by=by, at=at)
