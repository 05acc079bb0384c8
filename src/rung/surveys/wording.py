"""The questions and their answers in words. Wordings: section 6.1 of the domain notes."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.surveys.rules import Question, values

LEVELS: dict[int, Promise] = {
    1: gettext_lazy("It broke something I count as a minimum, and I wanted to complain"),
    2: gettext_lazy("Less than it should be; I would rather not come back"),
    3: gettext_lazy("About what I expected"),
    4: gettext_lazy("Just the way I like it done"),
    5: gettext_lazy("A good surprise, more than I expected"),
    6: gettext_lazy("So good I will not forget it and will tell people"),
}

SATISFACTION: dict[int, Promise] = {
    1: gettext_lazy("1 – very dissatisfied"),
    2: gettext_lazy("2 – dissatisfied"),
    3: gettext_lazy("3 – neither"),
    4: gettext_lazy("4 – satisfied"),
    5: gettext_lazy("5 – very satisfied"),
}

# The published scale of the customer effort score, every point labelled.
EASE: dict[int, Promise] = {
    1: gettext_lazy("1 – strongly disagree"),
    2: gettext_lazy("2 – disagree"),
    3: gettext_lazy("3 – somewhat disagree"),
    4: gettext_lazy("4 – neither agree nor disagree"),
    5: gettext_lazy("5 – somewhat agree"),
    6: gettext_lazy("6 – agree"),
    7: gettext_lazy("7 – strongly agree"),
}


def stem(question: str, *, company: str = "") -> str:
    """The question itself, word for word as it was chosen; the level question is not validated yet, so it is not varied.
    `company`: what customers call us, where it stands in the question."""
    return {
        Question.LEVEL: _("Thinking of what you expected, which fits best?"),
        Question.CSAT: _("How satisfied were you with this contact?"),
        Question.NPS: _("How likely is it that you would recommend us to a friend or colleague?"),
        Question.CES: _("%(company)s made it easy for me to handle my request.") % {"company": company}
        if company
        else _("It was made easy for me to handle my request."),
    }[Question(question)]


def label(question: str, value: int) -> str:
    if question == Question.LEVEL:
        return str(LEVELS[value])
    if question == Question.CSAT:
        return str(SATISFACTION[value])
    if question == Question.CES:
        return str(EASE[value])
    if value == 0:
        return _("0 – not at all likely")
    if value == 10:
        return _("10 – extremely likely")
    return str(value)


def options(question: str) -> list[tuple[int, str]]:
    """Every answer with its words, from the worst."""
    return [(value, label(question, value)) for value in values(question)]
