import subprocess
from datetime import datetime, timedelta

from rung.core.actor import SYSTEM
from rung.core.beside import living, start
from rung.journal.ringing import errand
from rung.training.access import Round
from rung.training.verbs import begin_round

_started: list[subprocess.Popen[bytes]] = []


@errand(every=timedelta(seconds=30))
def start_round(*, at: datetime) -> bool:
    """Start a process for the round that waits for one, or whose own has died. A process, as for a study of patterns: it
    computes for a while, and gives back its memory."""
    _started[:] = living(_started)
    if begun := begin_round(by=SYSTEM, at=at):
        _started.append(start_process(begun))
    return False


def start_process(begun: Round) -> "subprocess.Popen[bytes]":
    """A process that works on a round which has been begun."""
    return start("opportunities", begun.pk, begun.tries)
