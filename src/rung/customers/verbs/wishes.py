"""How people like to be served, and what they agree to."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.text import one_line
from rung.customers.acquaintances import hold
from rung.customers.events import ConsentStated, PreferenceConfirmed, PreferenceEnded, PreferenceStated
from rung.customers.models import Consent, Customer, Preference, Purpose
from rung.journal.verbs import record


@transaction.atomic
def state_preference(customer: Customer, text: str, *, source: str = "", by: Actor, at: datetime) -> Preference:
    """Keep how a person likes to be served. Raises ValidationError when nothing is said, or they were forgotten a moment
    ago."""
    text = one_line(text, 200)
    if not text:
        raise ValidationError(_("Say what they prefer."))
    hold(customer)
    preference = Preference.objects.create(
        customer=customer, text=text, source=one_line(source, 120), agent_id=by.agent_key, said_at=at
    )
    record(PreferenceStated(customer=customer.pk, preference=preference.pk), by=by, at=at)
    return preference


@transaction.atomic
def confirm_preference(preference: Preference, *, by: Actor, at: datetime) -> None:
    """They were asked again and it still holds, so that its age begins anew. One that has ended: nothing happens."""
    standing = Preference.objects.filter(pk=preference.pk, ended_at__isnull=True)
    if standing.update(said_at=at, agent_id=by.agent_key):
        record(PreferenceConfirmed(customer=preference.customer_id, preference=preference.pk), by=by, at=at)


@transaction.atomic
def end_preference(preference: Preference, *, by: Actor, at: datetime) -> None:
    """It holds no longer. Twice is once."""
    if Preference.objects.filter(pk=preference.pk, ended_at__isnull=True).update(ended_at=at):
        record(PreferenceEnded(customer=preference.customer_id, preference=preference.pk), by=by, at=at)


@transaction.atomic
def state_consent(
    customer: Customer, purpose: str, *, is_given: bool, source: str = "", by: Actor, at: datetime
) -> None:
    """Keep what a person said to a purpose and how we know, in place of what they said before. The same: nothing happens.

    Raises ValidationError when they were forgotten a moment ago.
    """
    purpose = Purpose(purpose).value
    hold(customer)
    standing = Consent.objects.filter(customer=customer, purpose=purpose, ended_at__isnull=True)
    if list(standing.values_list("is_given", "source")) == [(is_given, one_line(source, 120))]:
        return
    standing.update(ended_at=at)
    Consent.objects.create(
        customer=customer,
        purpose=purpose,
        is_given=is_given,
        source=one_line(source, 120),
        agent_id=by.agent_key,
        said_at=at,
    )
    record(ConsentStated(customer=customer.pk, purpose=purpose, is_given=is_given), by=by, at=at)
