import os
import subprocess
import sys
from datetime import datetime, timedelta

from rung.core.actor import SYSTEM
from rung.journal.ringing import errand
from rung.training.access import Round
from rung.training.verbs import begin_round

ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")

_started: list[subprocess.Popen[bytes]] = []


@errand(every=timedelta(seconds=30))
def start_round(*, at: datetime) -> bool:
    """Start a process for the round that waits for one, or whose own has died. A process, as for a study of patterns: it
    computes for a while, and gives back its memory."""
    _started[:] = [process for process in _started if process.poll() is None]  # or the dead stay as zombies
    if begun := begin_round(by=SYSTEM, at=at):
        _started.append(start_process(begun))
    return False


def start_process(begun: Round) -> "subprocess.Popen[bytes]":
    """A process that works on a round which has been begun."""
    command = [sys.executable, "-m", "rung", "opportunities", str(begun.pk)]
    # our own interpreter, and a number: nothing of what strangers send comes near it
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, env={**os.environ, **ONE_CORE})  # noqa: S603
