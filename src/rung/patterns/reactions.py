"""A study is begun as soon as it is asked for. Letters cost nothing here: their conversations are assigned by a sweep."""

from django.db import transaction

from rung.journal.access import Entry
from rung.journal.reacting import reacts_to
from rung.journal.ringing import ring
from rung.patterns.errands import start_study
from rung.patterns.events import StudyAsked


@reacts_to(StudyAsked)
def begin_what_was_asked(event: StudyAsked, *, entry: Entry) -> None:
    with transaction.atomic():
        ring(start_study)
