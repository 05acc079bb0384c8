"""What a mailbox is told about senders."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.channels.email.access.mailbox import mailbox_of, own_addresses
from rung.channels.email.access.sender import domain_of, writer_of
from rung.channels.email.access.standing import ascii_name
from rung.channels.email.events import SenderBlocked, SenderForgotten, SenderTrusted
from rung.channels.email.models import KnownSender, Mailbox, Treatment
from rung.channels.email.providers import PROVIDERS
from rung.core.actor import Actor
from rung.core.text import one_line
from rung.customers.access import AddressKind
from rung.customers.addresses import in_letters, normalised, spellings
from rung.journal.verbs import record
from rung.touchpoints.access import Conversation

_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")


def _who(given: str) -> str:
    """An address or `@domain`, lower case, its domain in the letters people write. Raises ValidationError."""
    who = in_letters(one_line(given, 254).lower())
    local, _at, domain = who.rpartition("@")
    if not _DOMAIN.fullmatch(ascii_name(domain)) or (local and not normalised(who, AddressKind.EMAIL)):
        raise ValidationError({"who": _("“%(who)s” is no address and no domain.") % {"who": given}})
    return f"{local}@{domain}"


@transaction.atomic
def block_sender(mailbox: Mailbox, who: str, *, by: Actor, at: datetime) -> KnownSender:
    """What this address, or everybody at this domain, writes to the mailbox goes to Spam from now on; nothing is lost.

    Raises ValidationError when it is neither an address nor a domain, or one of our own.
    """
    who = _who(who)
    if any(who == f"@{domain}" for provider in PROVIDERS.values() for domain in provider.domains):
        raise ValidationError({"who": _("Half the world writes from %(who)s: block single addresses.") % {"who": who}})
    if any(address == who or address.endswith(who) for address in own_addresses()):
        raise ValidationError({"who": _("This is an address of our own.")})
    return _treat(mailbox, who, Treatment.BLOCKED, by, at)


@transaction.atomic
def shut_out(conversation: Conversation, *, whole_domain: bool, by: Actor, at: datetime) -> None:
    """Block whoever wrote last in a conversation, in the mailbox it runs through. Raises what `block_sender` does."""
    mailbox, address = mailbox_of(conversation), writer_of(conversation)
    if mailbox is not None and address:
        block_sender(mailbox, domain_of(address) if whole_domain else address, by=by, at=at)


@transaction.atomic
def let_in(conversation: Conversation, *, by: Actor, at: datetime) -> None:
    """It was no spam: whoever wrote it is never held to be a spammer again, and is not blocked any more."""
    mailbox, address = mailbox_of(conversation), writer_of(conversation)
    if mailbox is not None and address:
        trust_sender(mailbox, address, by=by, at=at)


@transaction.atomic
def suspect_again(conversation: Conversation, *, by: Actor, at: datetime) -> None:
    """Somebody found spam from a sender who never was to be suspected: that is taken back."""
    mailbox, address = mailbox_of(conversation), writer_of(conversation)
    known = KnownSender.objects.filter(mailbox=mailbox, who__in=_spelt(address), treatment=Treatment.GOOD).first()
    if known is not None:
        forget_sender(known, by=by, at=at)


@transaction.atomic
def trust_sender(mailbox: Mailbox, who: str, *, by: Actor, at: datetime) -> KnownSender:
    """What this address, or everybody at this domain, writes to the mailbox never goes to Spam from now on."""
    return _treat(mailbox, _who(who), Treatment.GOOD, by, at)


def _spelt(who: str) -> set[str]:
    """How it may stand in the list: once it was kept as it was typed."""
    return spellings([who, in_letters(who)])


def _treat(mailbox: Mailbox, who: str, treatment: Treatment, by: Actor, at: datetime) -> KnownSender:
    known = KnownSender.objects.filter(mailbox=mailbox, who__in=_spelt(who)).first()
    if known is not None and known.treatment == treatment:
        return known
    who = known.who if known is not None else who
    known, _is_new = KnownSender.objects.update_or_create(
        mailbox=mailbox, who=who, defaults={"treatment": treatment, "told_by_id": by.agent_key, "told_at": at}
    )
    fact = SenderBlocked if treatment == Treatment.BLOCKED else SenderTrusted
    record(fact(mailbox=mailbox.pk, who=who), by=by, at=at)
    return known


@transaction.atomic
def forget_sender(known: KnownSender, *, by: Actor, at: datetime) -> None:
    """Have no opinion of a sender any more."""
    deleted, _rows = KnownSender.objects.filter(pk=known.pk).delete()
    if deleted:
        record(SenderForgotten(mailbox=known.mailbox_id, who=known.who), by=by, at=at)
