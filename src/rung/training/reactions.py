"""A round follows each study of patterns, and is begun as soon as it is asked for."""

from django.db import transaction

from rung.core.actor import SYSTEM
from rung.journal.access import Entry
from rung.journal.reacting import reacts_to
from rung.journal.ringing import ring
from rung.patterns.access import latest_study
from rung.patterns.events import StudyFinished
from rung.training.access import Round
from rung.training.errands import start_round
from rung.training.events import AgreementChanged, OpportunitiesAsked
from rung.training.verbs import ask_round


@reacts_to(StudyFinished)
def follow_the_study(event: StudyFinished, *, entry: Entry) -> None:
    if not Round.objects.filter(asked_at__gte=entry.occurred_at).exists():
        ask_round(by=SYSTEM, at=entry.occurred_at)


@reacts_to(AgreementChanged)
def look_again(event: AgreementChanged, *, entry: Entry) -> None:
    """What is worked out hangs on what was agreed; without a study there is nothing to look at."""
    if latest_study() is not None and not Round.objects.filter(asked_at__gte=entry.occurred_at).exists():
        ask_round(by=SYSTEM, at=entry.occurred_at)


@reacts_to(OpportunitiesAsked)
def begin_what_was_asked(event: OpportunitiesAsked, *, entry: Entry) -> None:
    with transaction.atomic():
        ring(start_round)
