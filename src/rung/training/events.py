from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("opportunities.asked")
class OpportunitiesAsked:
    """Somebody asked that opportunities be worked out."""

    round: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("asked for training opportunities to be worked out")


@event("opportunities.worked_out")
class OpportunitiesWorkedOut:
    """Opportunities are worked out: so many of the house, so many of single colleagues, so many that have passed."""

    round: int
    of_house: int
    of_people: int
    passed: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("worked out training opportunities")


@event("opportunities.failed")
class OpportunitiesFailed:
    """A working out of opportunities came to no end: it broke, or its process died too often."""

    round: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("could not work out training opportunities")


@event("opportunities.stopped")
class OpportunitiesStopped:
    """A working out of opportunities was called off."""

    round: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("stopped the working out of training opportunities")


@event("opportunity.found")
class OpportunityFound:
    """Something was found about one of us that had not been found before. It does not say of whom: that is theirs to know
    first."""

    opportunity: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("found a training opportunity of a colleague's own")


@event("opportunity.seen")
class OpportunitySeen:
    """The one whom an opportunity is about has seen it; from now on those who lead see it too."""

    opportunity: int
    agent: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("saw a training opportunity of their own")


@event("opportunity.replied")
class OpportunityReplied:
    """Somebody said what they make of an opportunity of theirs. Their words stand in its row alone."""

    opportunity: int
    agent: int
    reply: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("replied to a training opportunity of their own")


@event("opportunity.cause_named")
class OpportunityCauseNamed:
    """Somebody said where a weakness of the house comes from."""

    opportunity: int
    cause: str
    former: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("named the cause of an opportunity: %(cause)s") % {"cause": self.cause}


@event("training.logged")
class TrainingLogged:
    """A training took place: who took part, on which day, for how long."""

    training: int
    agents: list[int]
    topic: int
    outcome: str
    held_on: str
    minutes: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("logged a training")


@event("training.withdrawn")
class TrainingWithdrawn:
    """A training was logged by mistake; nothing is measured by it any more."""

    training: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took back a training that had been logged")


@event("training.measured")
class TrainingMeasured:
    """The pattern of a training was measured again, and its verdict is another than before."""

    training: int
    round: int
    verdict: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("measured what a training changed")


@event("agreement.changed")
class AgreementChanged:
    """Whether results of single colleagues are worked out, and for how many days they see them alone, was decided anew."""

    is_on: bool
    days_alone: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        if self.is_on:
            return _("let training opportunities of single colleagues be worked out")
        return _("let no training opportunities of single colleagues be worked out")
