from collections.abc import Callable

from rung.core import clock
from rung.core.actor import SYSTEM
from rung.journal.management.job_command import JobCommand, JobVerbs
from rung.patterns.models import Study
from rung.patterns.verbs import (
    ask_study,
    begin_study,
    fail_study,
    finish_study,
    hand_back_study,
    progress_study,
)
from rung.patterns.verbs.studies import forget_former
from rung.patterns.working import work_out, work_out_period


class Command(JobCommand[Study]):
    help = (
        "Work out topics and what drives frustration and delight. The worker calls it; without arguments it does a study of"
        " its own, here and now."
    )
    named = "study"
    job = Study
    verbs = JobVerbs(ask_study, begin_study, progress_study, hand_back_study, fail_study)

    def work(self, job: Study, progress: Callable[..., bool]) -> str:
        if job.since is None:
            report, fit = work_out(job, at=clock.now(), progress=progress)
        else:
            report, fit = work_out_period(job, progress=progress), None
        if not finish_study(job, report, fit=fit, by=SYSTEM, at=clock.now()):
            return "stopped"
        if job.since is None:
            forget_former(job, by=SYSTEM, at=clock.now())
        return f"done, {report['topics']} topics, {report['cases']} cases"
