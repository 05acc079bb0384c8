"""Keys entered for people, and what their signed letters are worth since."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.channels.email.access.key import keyring
from rung.channels.email.anchors import anchors
from rung.channels.email.brought import protection_as_json
from rung.channels.email.events import KeyEntered, KeyWithdrawn
from rung.channels.email.models import Letter, PersonKey
from rung.channels.email.reading import read
from rung.channels.email.reading.offers import Offer, keys_of
from rung.core.actor import Actor
from rung.customers.access import Customer
from rung.journal.verbs import record
from rung.touchpoints.verbs import amend_brought

MOST = 10
"""Keys of one person."""
NEWEST = 200
"""So many of a person's signed letters are looked at again, the newest."""


def enter_keys(customer: Customer, given: bytes, *, by: Actor, at: datetime) -> list[PersonKey]:
    """Trust the public keys in what was pasted or picked. One that is there already stays as it is.

    Raises ValidationError when there is none, or one that must not be trusted or given away.
    """
    offers = keys_of(given.strip() if given.lstrip()[:5] == b"-----" else given)
    if not offers:
        raise ValidationError({"key": _("There is no PGP key and no certificate in this.")})
    return enter_offers(customer, offers, by=by, at=at)


@transaction.atomic
def enter_offers(
    customer: Customer, offers: list[Offer], *, came_in_letter: bool = False, by: Actor, at: datetime
) -> list[PersonKey]:
    """Trust these keys for a person. Raises what `enter_keys` does."""
    entered = []
    for offer in offers:
        if offer.is_secret:
            said = _("This is a private key: it should never leave the computer of its owner. Paste the public one.")
            raise ValidationError({"key": said})
        if offer.is_revoked:
            raise ValidationError({"key": _("The owner of this key has revoked it.")})
        if PersonKey.objects.filter(customer=customer, kind=offer.by, fingerprint=offer.fingerprint).exists():
            continue
        if PersonKey.objects.filter(customer=customer).count() >= MOST:
            raise ValidationError({"key": _("There are too many keys of this person; remove one first.")})
        key = PersonKey.objects.create(
            customer=customer,
            kind=offer.by,
            fingerprint=offer.fingerprint,
            names="".join(f"{name} " for name in offer.names),
            data=offer.data,
            owners=list(offer.owners),
            expires_at=offer.expires_at,
            came_in_letter=came_in_letter,
            entered_by_id=by.agent_key,
            entered_at=at,
        )
        record(KeyEntered(customer=customer.pk, key=key.pk), by=by, at=at)
        entered.append(key)
    return entered


@transaction.atomic
def withdraw_key(key: PersonKey, *, by: Actor, at: datetime) -> None:
    """Trust a key no more. Twice is once."""
    deleted, _rows = PersonKey.objects.filter(pk=key.pk).delete()
    if deleted:
        record(KeyWithdrawn(customer=key.customer_id, key=key.pk), by=by, at=at)


def judge_again(customer: int, *, by: Actor, at: datetime) -> int:
    """Hold the signed letters of a person against the keys that are known now; how many of them are worth something else."""
    signed = Letter.objects.filter(
        touchpoint__customer=customer, touchpoint__direction="in", touchpoint__brought__protection__is_signed=True
    )
    changed = 0
    for letter in signed.select_related("raw", "touchpoint").order_by("-pk")[:NEWEST]:
        protection = read(letter.raw.whole(), anchors(), keyring).protection
        if protection is not None and letter.touchpoint is not None:
            changed += amend_brought(letter.touchpoint, "protection", protection_as_json(protection), by=by, at=at)
    return changed
