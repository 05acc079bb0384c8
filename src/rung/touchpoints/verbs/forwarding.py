"""Asking somebody else, a supplier or a colleague, for the sake of a customer who waits."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rung.accounts.access import agent_addresses
from rung.core.actor import Actor
from rung.core.text import storable
from rung.customers.access import AddressKind, Customer
from rung.customers.acquaintances import acquaintances_of
from rung.customers.addresses import normalised
from rung.customers.verbs import describe_customer, recognise_customer
from rung.journal.verbs import record
from rung.touchpoints.addresses import Recipients
from rung.touchpoints.events import AsideOpened
from rung.touchpoints.incoming import IncomingFile, KeptFile, Party
from rung.touchpoints.models import Conversation, Direction, Touchpoint
from rung.touchpoints.verbs.answering import attach_kept, begin_conversation, pass_on, written
from rung.touchpoints.verbs.drafts import spend_draft
from rung.touchpoints.verbs.receiving import attach_files

TWICE = timedelta(minutes=1)


def _just_asked(
    main: Conversation, to: tuple[Party, ...], text: str, forwards: Touchpoint | None, by: Actor, at: datetime
) -> Touchpoint | None:
    """What the same person has just written to the same people in the same words, beside a locked conversation."""
    sent = Touchpoint.objects.filter(
        conversation__beside=main, direction=Direction.OUT, agent=by.agent_key, recorded_at__gt=at - TWICE,
        forwards=forwards, text=storable(text).strip(),
    )  # fmt: skip
    wanted = [party.address for party in to]
    return next((each for each in sent.order_by("pk") if (each.parties or {}).get("to") == wanted), None)


def _met(party: Party, by: Actor, at: datetime) -> Customer:
    try:
        with transaction.atomic():
            return recognise_customer(party.address, name=party.name, by=by, at=at)
    except IntegrityError:  # somebody else has met them a moment ago
        return recognise_customer(party.address, name=party.name, by=by, at=at)


@transaction.atomic
def ask_beside(
    conversation: Conversation,
    *,
    to: tuple[Party, ...],
    cc: tuple[Party, ...] = (),
    bcc: tuple[Party, ...] = (),
    subject: str,
    text: str,
    html: str = "",
    forwards: Touchpoint | None = None,
    files: tuple[IncomingFile, ...] = (),
    kept: tuple[KeptFile, ...] = (),
    due_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Touchpoint:
    """Write to somebody else about a conversation, and pass on a letter of it where `forwards` names one.

    Opens a conversation of its own beside it, with the first of `to`: their answers come there, and the customer sees
    nothing of it. The same once more within a minute is a button that was pressed twice, and returns the first. Raises
    ValidationError without somebody to write to, without a subject, and when there is nothing to read in it.
    """
    if not to:
        raise ValidationError({"to": _("Say to whom it goes.")})
    # Beside what is itself beside: everything stands on the one case whose customer waits. That one is locked, also against
    # the customer being forgotten: what is asked for their sake goes with them.
    main = conversation.beside or conversation
    # Whom it goes to before that, as when they write to us: else a letter of theirs and this could wait for one another.
    acquaintances_of([normalised(to[0].address, AddressKind.EMAIL)])
    main.lock_with([conversation] if main.pk != conversation.pk else [])
    if (first := _just_asked(main, to, text, forwards, by, at)) is not None:
        return first
    asked = _met(to[0], by, at)
    if not asked.is_internal and agent_addresses([to[0].address]):
        describe_customer(asked, is_internal=True, by=by, at=at)
    has_more = bool(files or kept or forwards)
    recipients = Recipients(to, cc, bcc)
    touchpoint = written(asked, recipients, text=text, html=html, has_files=has_more, due_at=due_at, by=by, at=at)
    pass_on(touchpoint, forwards)
    aside = begin_conversation(touchpoint, subject=subject, team_pk=main.team_id, beside=main, by=by, at=at)
    attach_files(touchpoint, files)
    attach_kept(touchpoint, kept)
    record(AsideOpened(conversation=main.pk, aside=aside.pk), by=by, at=at)
    spend_draft(conversation, is_aside=True, by=by, at=at)
    return touchpoint
