from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen
from rung.journal.verbs import record
from rung.training.events import AgreementChanged
from rung.training.models import Agreement, Opportunity, Standing

MOST_DAYS_ALONE = 90


@transaction.atomic
def change_agreement(*, is_on: bool, days_alone: int, seen: Seen = UNSEEN, by: Actor, at: datetime) -> Agreement:
    """Decide whether results of single colleagues are worked out, and for how many days they see them alone.

    Switched off, what was found about people is gone at once, not only hidden; trainings stay. Raises ValidationError for
    days outside 1 to MOST_DAYS_ALONE: there is no seeing it together. Raises Overtaken when somebody else was quicker.
    """
    if not 1 <= days_alone <= MOST_DAYS_ALONE:
        raise ValidationError(_("Between 1 and %(most)s days.") % {"most": MOST_DAYS_ALONE})
    made, _created = Agreement.objects.select_for_update().get_or_create(pk=1)
    there = {"is_on": made.is_on, "days_alone": made.days_alone}
    settled = seen.settled({"is_on": is_on, "days_alone": days_alone}, there)
    is_on, days_alone = settled["is_on"], settled["days_alone"]
    if (made.is_on, made.days_alone) == (is_on, days_alone):
        return made
    made.is_on, made.days_alone, made.changed_at, made.changed_by_id = is_on, days_alone, at, by.agent_key
    made.save(update_fields=["is_on", "days_alone", "changed_at", "changed_by"])
    if not is_on:
        Opportunity.objects.filter(agent__isnull=False).delete()
        Standing.objects.all().delete()
    record(AgreementChanged(is_on=is_on, days_alone=days_alone), by=by, at=at)
    return made
