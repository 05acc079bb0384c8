import subprocess
from datetime import datetime, timedelta

from rung.core.actor import SYSTEM
from rung.core.beside import living, start
from rung.journal.ringing import errand
from rung.ladder.access import Grade, customers_to_grade
from rung.patterns.models import Study
from rung.patterns.standing import fit_in_force, model_of, unread
from rung.patterns.verbs import ask_study, assign_conversations, begin_study
from rung.patterns.verbs.assigning import parts_of_topics

BATCH = 100
AGAIN = timedelta(days=7)
"""So old may drivers become before they are worked out again by themselves."""
ENOUGH = 300
"""Graded turns from which a first study is asked for by itself."""

_started: list[subprocess.Popen[bytes]] = []


@errand(every=timedelta(seconds=30))
def start_study(*, at: datetime) -> bool:
    """Start a process for the study that waits for one, or whose own has died.

    A process, because it computes for minutes and loads scikit-learn, which would stay in the worker's memory. It is a
    gentle one, leaves with this worker, and is then begun again by the next.
    """
    _started[:] = living(_started)
    if begun := begin_study(by=SYSTEM, at=at):
        _started.append(start_process(begun))
    return False


def start_process(study: Study) -> "subprocess.Popen[bytes]":
    """A process that works on a study which has been begun."""
    return start("study", study.pk, study.tries)


@errand(every=timedelta(minutes=10))
def study_again(*, at: datetime) -> bool:
    """Ask for a first study once there is something to study and all of it is graded; then for drivers by the topics there
    are, when the last are a week old. Topics are found anew only by hand."""
    last = Study.objects.whole().order_by("-pk").first()
    if last is None:
        enough = Grade.objects.order_by().values_list("pk", flat=True)[ENOUGH : ENOUGH + 1]
        if list(enough) and not customers_to_grade():
            ask_study(by=SYSTEM, at=at)
    elif not last.is_open and last.asked_at <= at - AGAIN and Study.objects.done().exists():
        ask_study(finds_topics=False, by=SYSTEM, at=at)
    return False


@errand(every=timedelta(minutes=2))
def assign_the_latest(*, at: datetime) -> bool:
    """Assign a batch of the conversations in which a customer has said something of late."""
    return _assign(at, everything=False)


@errand(every=timedelta(hours=1))
def assign_what_is_missing(*, at: datetime) -> bool:
    """Assign a batch of all conversations that were never read."""
    return _assign(at, everything=True)


def _assign(at: datetime, *, everything: bool) -> bool:
    fit = fit_in_force()
    if fit is None:
        return False
    keys = unread(fit, BATCH, latest=None) if everything else unread(fit, BATCH)
    if keys:
        model, place = model_of(fit)
        assign_conversations(keys, fit=fit, model=model, place=place, topics=parts_of_topics(), by=SYSTEM, at=at)
    return len(keys) == BATCH
