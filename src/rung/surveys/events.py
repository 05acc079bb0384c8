from dataclasses import field
from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event
from rung.surveys.rules import Question
from rung.surveys.wording import label


@event("survey.offered")
class SurveyOffered:
    """A customer was asked: the letter with the question was handed to the door. `question`: level, csat or nps."""

    invitation: int
    customer: int
    conversation: int
    question: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("asked the customer how it was")


@event("survey.skipped")
class SurveySkipped:
    """A customer was not asked after all, and why: one of the reasons of `surveys.rules.Reason`."""

    invitation: int
    customer: int
    conversation: int
    question: str
    reason: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("did not ask the customer: %(reason)s") % {"reason": self.reason.replace("_", " ")}


@event("survey.answered")
class SurveyAnswered:
    """The customer answered. An answer may be changed for some days; each change is a fact of its own, the last counts.

    `value`: level 1 to 6, csat 1 to 5, nps 0 to 10.
    """

    invitation: int
    customer: int
    conversation: int
    question: str
    value: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        if self.question == Question.NPS:
            return _("answered with %(value)s of 10") % {"value": self.value}
        return _("answered “%(words)s”") % {"words": label(self.question, self.value)}


@event("survey.commented")
class SurveyCommented:
    """The customer said in words what is behind the answer; the words stand with the answer, not here."""

    invitation: int
    customer: int
    conversation: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("said why")


@event("survey.policy_changed")
class SurveyPolicyChanged:
    """Somebody changed whether, when or what customers are asked."""

    is_on: bool
    delay_minutes: int
    level_share: int
    ease_share: int = 0
    values: list[list[str]] = field(default_factory=list)
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("changed how customers are asked")


@event("surveys.refused")
class SurveysRefused:
    """A customer said that they want no more questions of this kind."""

    invitation: int
    customer: int
    conversation: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("asked not to be sent questions any more")


@event("surveys.allowed")
class SurveysAllowed:
    """A customer who had refused questions may be asked again; they said so themselves."""

    invitation: int
    customer: int
    conversation: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("may be sent questions again")
