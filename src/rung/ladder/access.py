"""Gates: whose level an agent may see, and what was estimated.

Whoever may see a conversation may see how its touchpoints were graded.
"""

from collections.abc import Sequence

from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent
from rung.ladder.models import Estimation, Expectation, Grade, GradeQuerySet, Regrade
from rung.touchpoints.access import visible_conversations

__all__ = [
    "Estimation",
    "Grade",
    "GradeQuerySet",
    "customers_to_grade",
    "estimation_for",
    "grade_for",
    "relationships_of",
    "visible_grades",
    "visible_grades_among",
]


def visible_grades(agent: Agent) -> GradeQuerySet:
    grades = Grade.objects.all()
    if agent.sees_all:  # they see every conversation; asking for each costs 30 ms at 100,000 of them
        return grades
    return grades.filter(conversation__in=visible_conversations(agent))


def visible_grades_among(agent: Agent, pks: Sequence[int]) -> GradeQuerySet:
    """The same among some, by primary key: asked of their conversations alone, where a database given only the conditions
    would go through every conversation there is."""
    grades = Grade.objects.filter(pk__in=pks)
    if agent.sees_all:
        return grades
    theirs = visible_conversations(agent).filter(pk__in=list(grades.values_list("conversation_id", flat=True)))
    return grades.filter(conversation__in=list(theirs.values_list("pk", flat=True)))


def grade_for(agent: Agent, touchpoint: int) -> Grade:
    """The grade of a touchpoint; 404 when there is none or it is not theirs to see."""
    return get_object_or_404(visible_grades(agent).select_related("customer", "touchpoint"), touchpoint__pk=touchpoint)


def estimation_for(agent: Agent, pk: int) -> Estimation:
    """An estimation, for those who lead; 404 when there is none. It holds numbers of the model, nothing of a customer."""
    return get_object_or_404(Estimation.objects.select_related("asked_by"), pk=pk)


def customers_to_grade() -> int:
    """How many customers are still to be graded anew."""
    return Regrade.objects.count()


AT_ONCE = 10_000  # customers asked for in one query


def relationships_of(customers: Sequence[int]) -> dict[int, float]:
    """How the whole relationship with each stands by peak and end, in units of d; those never served are left out."""
    found: dict[int, float] = {}
    for first in range(0, len(customers), AT_ONCE):
        rows = Expectation.objects.filter(customer__in=customers[first : first + AT_ONCE])
        found.update(rows.values_list("customer", "relationship"))
    return found
