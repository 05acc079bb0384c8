from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("report.scheduled")
class ReportScheduled:
    """Somebody of us gets numbers by mail from now on; `agent` is who gets them, `screen` where the numbers stand, and `kpi`
    which one of those there, be it a KPI or not."""

    schedule: int
    agent: int
    kpi: str
    rhythm: str
    screen: str = "numbers"
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("set up a report by mail")


@event("report.ended")
class ReportEnded:
    """A report by mail goes out no more: somebody ended it, or what it was about is gone."""

    schedule: int
    agent: int
    kpi: str
    screen: str = "numbers"
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("ended a report by mail")


@event("report.sent")
class ReportSent:
    """Numbers have left the house by mail."""

    schedule: int
    agent: int
    kpi: str
    screen: str = "numbers"
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("sent a report by mail")
