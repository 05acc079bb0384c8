"""Gates: whose level an agent may see. Whoever may see a conversation may see how its touchpoints were graded."""

from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent
from rung.ladder.models import Grade, GradeQuerySet
from rung.touchpoints.access import visible_conversations

__all__ = ["Grade", "GradeQuerySet", "grade_for", "visible_grades"]


def visible_grades(agent: Agent) -> GradeQuerySet:
    grades = Grade.objects.all()
    if agent.leads:  # they see every conversation; asking for each costs 30 ms at 100,000 of them
        return grades
    return grades.filter(conversation__in=visible_conversations(agent))


def grade_for(agent: Agent, touchpoint: int) -> Grade:
    """The grade of a touchpoint; 404 when there is none or it is not theirs to see."""
    return get_object_or_404(visible_grades(agent).select_related("customer", "touchpoint"), touchpoint__pk=touchpoint)
