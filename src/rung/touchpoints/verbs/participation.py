"""Who takes part in a conversation. Not verbs: always part of one."""

from datetime import datetime

from rung.accounts.access import agent_addresses
from rung.core.rows import put, together
from rung.customers.access import Customer, owners_of
from rung.customers.addresses import personal_name
from rung.touchpoints.incoming import Parties
from rung.touchpoints.models import Conversation, Participant, Role

MAX_PARTICIPANTS = 100
"""Rows for one conversation. Whoever else a letter to hundreds was sent to stands in the touchpoint's parties only."""


def keep_participants(
    conversation: Conversation, customer: Customer, parties: Parties, *, begins: bool = False, at: datetime
) -> None:
    """Let the writer of a touchpoint take part, and everyone it was written to, up to MAX_PARTICIPANTS.

    Our mailboxes (`Party.is_ours`) and those in blind copy do not. `customer` is the writer, or whom we write to.
    `begins`: this transaction has opened the conversation, so that nobody has joined it yet.
    """
    others = [party for party in (*parties.to, *parties.cc) if not party.is_ours and "@" in party.address]
    if not others and conversation.touch_count > 1 and customer.pk == conversation.customer_id:
        return
    joined = conversation.participants.values_list("address", "customer_id") if conversation.touch_count > 1 else ()
    present = dict(joined)
    if parties.sender in present and present[parties.sender] is None:
        conversation.participants.filter(address=parties.sender).update(customer=customer)
    wanted: dict[str, str] = {}
    if parties.sender and parties.sender not in present:
        wanted[parties.sender] = parties.sender_name
    for party in others:
        if party.address not in present:
            wanted.setdefault(party.address, party.name)
    fresh = [address for address in wanted if len(address) <= 254][: max(MAX_PARTICIPANTS - len(present), 0)]
    if not fresh:
        return
    unknown = [address for address in fresh if address != parties.sender]
    owners = owners_of(unknown)
    agents = agent_addresses(unknown)
    if parties.sender:
        owners[parties.sender] = customer.pk
    joining = [
        Participant(
            conversation=conversation,
            customer_id=owners.get(address),
            address=address,
            name=personal_name(wanted[address]),
            role=_role(owners.get(address), conversation, address in agents),
            joined_at=at,
        )
        for address in fresh
    ]
    if not begins:
        Participant.objects.bulk_create(joining, ignore_conflicts=True)
        return
    with together(len(joining)):
        for participant in joining:
            put(participant, keyed=False)


def _role(owner: int | None, conversation: Conversation, is_agent: bool) -> str:
    if owner is not None and owner == conversation.customer_id:
        return Role.CUSTOMER.value
    return Role.OURS.value if is_agent else Role.COPIED.value
