"""A person is forgotten: what was known of them goes, that somebody was served stays."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateTimeField, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.customers.access import forgotten_at
from rung.customers.events import CustomerForgotten
from rung.customers.forgetting import memories
from rung.customers.models import Address, Consent, Customer, Forgetting, Merge, Order, Preference
from rung.fields.verbs import clear_values
from rung.journal.verbs import blank_entries, record


@transaction.atomic
def forget_customer(customer: Customer, *, by: Actor, at: datetime) -> None:
    """Blank every word of and about a person, in every room, with the records that were merged into theirs. It cannot be
    taken back. Forgotten already: nothing happens, unless something is known of them again.

    What stays is that somebody wrote, was answered, waited and bought, when and for how much: the numbers do not change.
    Raises ValidationError where it cannot be now: they were merged into somebody, or a letter to them is on its way.
    """
    # In the order of whoever is recognised: by an address first, then as a person. Whom a letter has just been recognised
    # as is forgotten with it, once it is read; who is recognised from now on is somebody new.
    known_by = Address.objects.filter(Q(customer=customer.pk) | Q(customer__merged_into=customer.pk)).order_by("pk")
    list(known_by.select_for_update(of=("self",)).values_list("pk"))
    # The key is not touched: what is written for them meanwhile need not wait for its reference to be proven.
    customer.refresh_from_db(from_queryset=Customer.objects.select_for_update(no_key=True).order_by())
    # Once more: a merge that we waited for has brought addresses along.
    list(known_by.select_for_update(of=("self",)).values_list("pk"))
    if customer.merged_into_id is not None:
        raise ValidationError(_("This record was merged into another: forget the person there."))
    if forgotten_at(customer) is not None:
        return
    merged = list(Customer.objects.filter(merged_into=customer.pk).order_by("pk").values_list("pk", flat=True))
    people = [customer.pk, *merged]
    for memory in memories():
        memory(people, by, at)
    clear_values("customer", people, by=by, at=at)
    for kept in (Address, Preference, Consent):
        kept._default_manager.filter(customer__in=people).delete()
    Order.objects.filter(customer__in=people).update(title="")
    # What a merge completed holds words; without them it can no longer be taken back.
    merges = Merge.objects.filter(Q(kept__in=people) | Q(merged__in=people))
    merges.update(completed={}, ended_at=Coalesce("ended_at", Value(at, output_field=DateTimeField())))
    Customer.objects.filter(pk__in=people).update(
        name="",
        name_folded="",
        company=None,
        role_title="",
        language="",
        time_zone="",
        about="",
        decision_role="",
        avoid="",
    )
    blank_entries(customers=people, by=by, at=at)
    told = {"agent_id": by.agent_key, "forgotten_at": at}
    Forgetting.objects.update_or_create(customer=customer, defaults=told)
    record(CustomerForgotten(customer=customer.pk, merged=merged), by=by, at=at)
    customer.refresh_from_db()
