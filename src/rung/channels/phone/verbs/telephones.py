"""Telephone systems, and whose extension is which."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.access import Agent, Team
from rung.channels.phone.events import ExtensionSet, TelephoneAdded, TelephoneEnded
from rung.channels.phone.models import Extension, Telephone
from rung.channels.phone.tokens import digest_of, new_token
from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen
from rung.core.text import one_line
from rung.journal.verbs import record


@transaction.atomic
def add_telephone(name: str, *, team: Team | None = None, by: Actor, at: datetime) -> tuple[Telephone, str]:
    """Let a telephone system announce calls; it, and its token, which nobody can read again. `team`: whom it rings for
    where nobody is named. Raises ValidationError without a name."""
    name = one_line(name, 80)
    if not name:
        raise ValidationError({"name": _("Say what it is called.")})
    token = new_token()
    telephone = Telephone(name=name, token_digest=digest_of(token), token_ending=token[-4:], team=team, added_at=at)
    telephone.save(force_insert=True)
    record(TelephoneAdded(telephone=telephone.pk), by=by, at=at)
    return telephone, token


@transaction.atomic
def end_telephone(telephone: Telephone, *, by: Actor, at: datetime) -> None:
    """Take its token away; its calls stay. Twice is once."""
    if Telephone.objects.filter(pk=telephone.pk, ended_at__isnull=True).update(ended_at=at):
        record(TelephoneEnded(telephone=telephone.pk), by=by, at=at)


@transaction.atomic
def set_extensions(agent: Agent, numbers: Iterable[str], *, seen: Seen = UNSEEN, by: Actor, at: datetime) -> None:
    """Say under which numbers somebody's telephone rings inside the house. The same again: nothing happens.

    Raises ValidationError on what is no extension, or is somebody else's, Overtaken when somebody else was quicker.
    """
    wanted = list(dict.fromkeys(extension for each in numbers if (extension := one_line(each, 40).replace(" ", ""))))
    for each in wanted:
        if len(each) > 20 or not each.lstrip("+*#").isdigit():
            raise ValidationError(_("“%(number)s” is no extension; it has digits only.") % {"number": each})
    taken = Extension.objects.filter(number__in=wanted).exclude(agent=agent.pk).select_related("agent").first()
    if taken is not None:
        raise ValidationError(_("%(number)s is the extension of %(name)s.") % {"number": taken, "name": taken.agent})
    present = Extension.objects.select_for_update().filter(agent=agent.pk)
    there = {"numbers": ", ".join(sorted(present.values_list("number", flat=True)))}
    said = seen.settled({"numbers": ", ".join(sorted(wanted))}, there)["numbers"]
    wanted = [each for each in said.split(", ") if each]
    if set(present.values_list("number", flat=True)) == set(wanted):
        return
    present.exclude(number__in=wanted).delete()
    kept = set(present.values_list("number", flat=True))
    Extension.objects.bulk_create(Extension(agent=agent, number=each) for each in wanted if each not in kept)
    record(ExtensionSet(agent=agent.pk, numbers=sorted(wanted)), by=by, at=at)
