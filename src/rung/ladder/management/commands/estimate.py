from collections.abc import Callable

from rung.core import clock
from rung.core.actor import SYSTEM
from rung.journal.management.job_command import JobCommand, JobVerbs
from rung.ladder.estimating import gathered_sequences, kept, work_out
from rung.ladder.model.parameters import DEFAULTS
from rung.ladder.models import Estimation
from rung.ladder.verbs import (
    ask_estimation,
    begin_estimation,
    fail_estimation,
    finish_estimation,
    hand_back_estimation,
    progress_estimation,
)


class Command(JobCommand[Estimation]):
    help = (
        "Estimate the ladder's numbers from this company's own customers, and keep what is found for a lead to publish."
        " The worker calls it; without arguments it does an estimation of its own, here and now."
    )
    named = "estimation"
    job = Estimation
    verbs = JobVerbs(ask_estimation, begin_estimation, progress_estimation, hand_back_estimation, fail_estimation)

    def work(self, job: Estimation, progress: Callable[..., bool]) -> str:
        given = gathered_sequences(at=clock.now(), parameters=DEFAULTS, progress=progress)
        found = work_out(given, job.pk, progress=progress) if given is not None else None
        if found is None:
            return "stopped"
        numbers, report = found
        done = finish_estimation(job, numbers, kept(report), by=SYSTEM, at=clock.now())
        return f"done, {numbers.version if numbers else 'the defaults stay'}" if done else "stopped"
