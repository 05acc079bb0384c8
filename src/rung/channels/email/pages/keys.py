from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.channels.email.access.key import keys_entered_for, letter_of
from rung.channels.email.models import KeyKind, PersonKey
from rung.channels.email.reading.offers import Offer, offered_keys
from rung.customers.access import Customer, addresses_of


@dataclass(frozen=True, slots=True)
class ShownKey:
    """`fingerprint` in groups of four; `doubts` are what speaks against it, in words. `signed_this`: the letter that was
    looked at names it as the key it was signed with."""

    kind: str
    fingerprint: str
    named: str
    owners: tuple[str, ...]
    expires_at: datetime | None
    doubts: tuple[str, ...]
    signed_this: bool = False
    pk: int = 0
    entered_by: str = ""
    entered_at: datetime | None = None
    came_in_letter: bool = False


@dataclass(frozen=True, slots=True)
class KeysPage:
    """`letter` is the touchpoint whose letter was looked at, and `offered` what it brought along that is not entered."""

    person: Customer
    addresses: tuple[str, ...]
    keys: tuple[ShownKey, ...]
    may_change: bool
    letter: int | None
    offered: tuple[ShownKey, ...]
    given: str = ""
    error: str = ""


def keys_page(
    person: Customer, agent: Agent, *, letter: int | None, at: datetime, given: str = "", error: str = ""
) -> KeysPage:
    """The keys a person's signatures are held against, and with `letter`, a touchpoint, those it offers."""
    addresses = tuple(address for address in addresses_of(person) if "@" in address)
    entered = keys_entered_for(person)
    known = {key.fingerprint for key in entered}
    offered, named = _brought(agent, person, letter) if letter is not None else ([], "")
    return KeysPage(
        person=person,
        addresses=addresses,
        keys=tuple(_entered(key, addresses, at) for key in entered),
        may_change=agent.may("customers.change"),
        letter=letter,
        offered=tuple(_offered(offer, addresses, named, at) for offer in offered if offer.fingerprint not in known),
        given=given,
        error=error,
    )


def offers_in(agent: Agent, person: Customer, touchpoint: int) -> list[Offer]:
    """The public keys a letter of this person brought along; 404 when there is none that the agent may see."""
    return _brought(agent, person, touchpoint)[0]


def _brought(agent: Agent, person: Customer, touchpoint: int) -> tuple[list[Offer], str]:
    """What the letter offers, and what it calls the key it was signed with."""
    letter = letter_of(agent, person, touchpoint)
    kept = letter.touchpoint.brought.get("protection") if letter.touchpoint is not None else None
    named = str(kept.get("key", "")) if isinstance(kept, dict) else ""
    return offered_keys(letter.raw.whole()), named


def in_groups(fingerprint: str) -> str:
    """As people read it out to one another: 1B71 D1C2 …"""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4)).upper()


def _entered(key: PersonKey, addresses: tuple[str, ...], at: datetime) -> ShownKey:
    return ShownKey(
        kind=str(key.get_kind_display()),
        fingerprint=in_groups(key.fingerprint),
        named=key.fingerprint,
        owners=tuple(key.owners),
        expires_at=key.expires_at,
        doubts=_doubts(tuple(key.owners), addresses, key.expires_at, False, at),
        pk=key.pk,
        entered_by=key.entered_by.name if key.entered_by else "",
        entered_at=key.entered_at,
        came_in_letter=key.came_in_letter,
    )


def _offered(offer: Offer, addresses: tuple[str, ...], named: str, at: datetime) -> ShownKey:
    return ShownKey(
        kind=str(KeyKind(offer.by).label),
        fingerprint=in_groups(offer.fingerprint),
        named=offer.fingerprint,
        owners=offer.owners,
        expires_at=offer.expires_at,
        doubts=_doubts(offer.owners, addresses, offer.expires_at, offer.is_revoked, at),
        signed_this=bool(named) and any(name.endswith(named) for name in offer.names),
    )


def _doubts(
    owners: tuple[str, ...], addresses: tuple[str, ...], expires_at: datetime | None, is_revoked: bool, at: datetime
) -> tuple[str, ...]:
    said = " ".join(owners).lower()
    doubts = []
    if is_revoked:
        doubts.append(_("Its owner has revoked it."))
    if expires_at is not None and expires_at <= at:
        doubts.append(_("It has run out; letters signed before that still count."))
    if not any(address in said for address in addresses):
        doubts.append(_("It names none of the addresses this person writes from."))
    return tuple(doubts)
