from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("estimation.asked")
class EstimationAsked:
    """Somebody asked that the ladder's numbers be worked out from the company's own customers."""

    estimation: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("asked for the ladder's numbers to be estimated")


@event("estimation.stopped")
class EstimationStopped:
    """An estimation was called off before it was done."""

    estimation: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("stopped the estimation of the ladder's numbers")


@event("estimation.finished")
class EstimationFinished:
    """An estimation is done. Nothing follows from it until somebody publishes it.

    `version`: the numbers that foretold best, empty where those were the defaults.
    """

    estimation: int
    version: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("estimated the ladder's numbers")


@event("estimation.failed")
class EstimationFailed:
    """An estimation came to no end: it broke, or its process died too often."""

    estimation: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("could not estimate the ladder's numbers")


@event("estimation.published")
class EstimationPublished:
    """From now on grades are made with the numbers of an estimation; all earlier grades are made again."""

    estimation: int
    version: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("published the ladder's settings “%(version)s”") % {"version": self.version}


@event("ladder.returned")
class LadderReturned:
    """Grades are made with earlier numbers again: those of an earlier estimation, or the defaults where it is None."""

    estimation: int | None
    version: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("returned to the ladder's settings “%(version)s”") % {"version": self.version}
