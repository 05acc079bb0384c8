from collections.abc import Sequence

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent
from rung.channels.email.models import Letter, PersonKey
from rung.channels.email.reading.keyring import KnownKey
from rung.customers.access import Customer, customer_for
from rung.touchpoints.access import visible_touchpoints


def keys_entered_for(customer: Customer) -> list[PersonKey]:
    """The keys of a person, the newest first."""
    return list(PersonKey.objects.filter(customer=customer).select_related("entered_by").order_by("-pk"))


def person_key_for(agent: Agent, pk: int) -> PersonKey:
    key = get_object_or_404(PersonKey.objects.select_related("customer"), pk=pk)
    customer_for(agent, key.customer_id)
    return key


def letter_of(agent: Agent, customer: Customer, touchpoint: int) -> Letter:
    """The letter that a touchpoint of this person came as; 404 when there is none that the agent may see."""
    seen = visible_touchpoints(agent).filter(pk=touchpoint, customer=customer)
    # The same letter may have come twice, once with a list's footer; the first is the one that is shown.
    letters = Letter.objects.select_related("raw", "touchpoint").filter(touchpoint__in=seen, touchpoint__direction="in")
    letter = letters.order_by("pk").first()
    if letter is None:
        raise Http404
    return letter


def keyring(by: str, names: Sequence[str]) -> Sequence[KnownKey]:
    """The keys entered under one of these names, whoever they belong to; a `reading.keyring.Keyring`.

    A short key ID is the end of a fingerprint. There are as many rows as somebody entered by hand: they are looked through.
    """
    named = Q(pk__in=[])
    for name in names:
        if len(name) >= 16:
            named |= Q(names__contains=f"{name} ")
    found = PersonKey.objects.filter(named, kind=by).select_related("customer").prefetch_related("customer__addresses")
    return [
        KnownKey(
            data=bytes(key.data),
            fingerprint=key.fingerprint,
            owner=key.customer.name or (key.owners[0] if key.owners else key.fingerprint),
            addresses=frozenset(each.value for each in key.customer.addresses.all() if each.kind == "email"),
        )
        for key in found
    ]
