"""The only writes to signing keys and to what DNS said of our domains."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.channels.email.events import SigningBegun, SigningEnded, SigningPrepared
from rung.channels.email.models import Algorithm, SendingDomain, SigningKey
from rung.channels.email.sealing import seal
from rung.channels.email.signing import new_private_key, public_part
from rung.channels.email.standing import Facts, is_key_found
from rung.core.actor import SYSTEM, Actor
from rung.journal.verbs import record


@transaction.atomic
def prepare_signing(domain: str, *, algorithm: str, by: Actor, at: datetime) -> SigningKey:
    """Make a key for a domain. It signs nothing yet: first its record has to be published. One of the same kind that signs
    goes on until then.

    Raises ValidationError when the domain has one of this kind that waits for its record already.
    """
    if algorithm not in Algorithm.values:
        raise ValidationError(_("There is no such kind of key."))
    keys = SigningKey.objects.filter(domain=domain)
    if keys.waiting().filter(algorithm=algorithm).exists():
        raise ValidationError(_("A new key of this kind for %(domain)s waits for its record.") % {"domain": domain})
    private = new_private_key(algorithm)
    selector = f"rung-{algorithm}-{at:%Y%m%d}"
    again = keys.filter(selector__startswith=selector).count()
    key = SigningKey.objects.create(
        domain=domain,
        selector=f"{selector}-{again + 1}" if again else selector,
        algorithm=algorithm,
        private=seal(private),
        public=public_part(private),
        made_at=at,
    )
    record(SigningPrepared(domain=domain, selector=key.selector), by=by, at=at)
    return key


@transaction.atomic
def begin_signing(key: SigningKey, *, found: bool = False, by: Actor, at: datetime) -> None:
    """Sign with it from now on, and no more with its predecessor. `found`: DNS shows its record; else somebody knows better
    than DNS."""
    if not SigningKey.objects.waiting().select_for_update().filter(pk=key.pk).exists():
        return
    for former in SigningKey.objects.signing().filter(domain=key.domain, algorithm=key.algorithm):
        end_signing(former, by=by, at=at)
    if SigningKey.objects.waiting().filter(pk=key.pk).update(begun_at=at, is_found=found):
        key.begun_at, key.is_found = at, found
        record(SigningBegun(domain=key.domain, selector=key.selector, found=found), by=by, at=at)


@transaction.atomic
def end_signing(key: SigningKey, *, by: Actor, at: datetime) -> None:
    """Sign with it no more. The record may stay for a week, until the last letters on their way have been checked."""
    if SigningKey.objects.present().filter(pk=key.pk).update(ended_at=at, private=""):
        key.ended_at, key.private = at, ""
        record(SigningEnded(domain=key.domain, selector=key.selector), by=by, at=at)


@transaction.atomic
def note_standing(domain: str, facts: Facts, *, by: Actor, at: datetime) -> SendingDomain:
    """Keep what DNS said. Keys whose record it shows begin to sign."""
    standing, _is_new = SendingDomain.objects.update_or_create(
        domain=domain, defaults={"facts": facts, "checked_at": at}
    )
    for key in SigningKey.objects.waiting().filter(domain=domain):
        if is_key_found(key.public, facts["dkim"].get(key.selector)):
            begin_signing(key, found=True, by=SYSTEM, at=at)
    return standing
