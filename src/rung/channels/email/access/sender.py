from collections.abc import Iterable

from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent
from rung.channels.email.access.mailbox import visible_mailboxes
from rung.channels.email.models import KnownSender, Mailbox, Treatment
from rung.customers.addresses import in_letters, spellings
from rung.touchpoints.access import Conversation, Direction

Treatments = dict[tuple[int, str], Treatment]
"""What is said of senders, by mailbox and address or `@domain`."""


def domain_of(address: str) -> str:
    """`carla@example.org` → `@example.org`, as a whole domain is named in the list of senders."""
    return "@" + address.rpartition("@")[2]


def treatments_of(addresses: Iterable[str]) -> Treatments:
    """What any mailbox was told about these addresses and their domains; one query."""
    named = {in_letters(address.strip().lower()) for address in addresses if "@" in address}
    named |= {domain_of(address) for address in named}
    # Letters spell a domain now as people do and now as DNS does, and so may whoever told us.
    spelt = spellings(named)
    known = KnownSender.objects.filter(who__in=spelt).values_list("mailbox_id", "who", "treatment") if spelt else ()
    return {(mailbox, in_letters(who)): Treatment(treatment) for mailbox, who, treatment in known}


def treatment_in(treatments: Treatments, mailbox: Mailbox, address: str) -> Treatment | None:
    """What the mailbox was told about a sender; what was said of the address goes before what was said of its domain."""
    address = in_letters(address.strip().lower())
    return treatments.get((mailbox.pk, address)) or treatments.get((mailbox.pk, domain_of(address)))


def writer_of(conversation: Conversation) -> str:
    """The address the newest letter in a conversation came from; "" when none did."""
    came = (
        conversation.touchpoints.filter(direction=Direction.IN, channel="email").order_by("-occurred_at", "-pk").first()
    )
    return str(came.parties.get("from", "")).lower() if came is not None else ""


def sender_for(agent: Agent, mailbox: int, pk: int) -> KnownSender:
    return get_object_or_404(KnownSender, pk=pk, mailbox_id=mailbox, mailbox__in=visible_mailboxes(agent))
