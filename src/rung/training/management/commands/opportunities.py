from collections.abc import Callable

from rung.core import clock
from rung.journal.management.job_command import JobCommand, JobVerbs
from rung.training.models import Round
from rung.training.verbs import ask_round, begin_round, fail_round, hand_back_round, progress_round
from rung.training.working import work_out


class Command(JobCommand[Round]):
    help = (
        "Work out training opportunities from the latest study of patterns. The worker calls it; without arguments it does a"
        " round of its own, here and now."
    )
    named = "round of opportunities"
    job = Round
    verbs = JobVerbs(ask_round, begin_round, progress_round, hand_back_round, fail_round)

    def work(self, job: Round, progress: Callable[..., bool]) -> str:
        report = work_out(job, at=clock.now(), progress=progress)
        if report is None:
            return "stopped"
        return f"done, {sum(report.cases.values())} cases, {report.topics} topics and {report.pairs} pairs looked at"
