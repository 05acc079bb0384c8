"""Gates: who sees which opportunity. Whom it is about sees it first; others only when they lead, and only afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from rung.accounts.access import Agent, Scope, colleagues, members_of, teams_of
from rung.touchpoints.access import visible_conversations
from rung.training.models import (
    Agreement,
    Attendance,
    Cause,
    Direction,
    Evidence,
    Opportunity,
    OpportunityQuerySet,
    Outcome,
    Reply,
    Round,
    Spread,
    Standing,
    Training,
)

__all__ = [
    "Agreement",
    "Attendance",
    "Cause",
    "Direction",
    "Evidence",
    "Opportunity",
    "OpportunityQuerySet",
    "Outcome",
    "Reply",
    "Round",
    "Spread",
    "Standing",
    "Training",
    "agreement",
    "evidence_for",
    "latest_round",
    "led_by",
    "may_lead",
    "opportunity_for",
    "own_opportunities",
    "round_for",
    "teachers_of",
    "training_for",
    "visible_opportunities",
    "visible_trainings",
    "waiting_to_be_seen",
]

LEADS = "training.lead"


def agreement() -> Agreement:
    """What was agreed about single colleagues; off, as long as nobody has decided."""
    return Agreement.objects.first() or Agreement()


def latest_round() -> Round | None:
    """The one whose findings count."""
    return Round.objects.done().first()


def round_for(agent: Agent, pk: int) -> Round:
    """A round, for those who may have one worked out. Raises Http404."""
    found = Round.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def may_lead(agent: Agent) -> bool:
    return agent.may(LEADS)


def led_by(agent: Agent) -> list[int]:
    """Keys of the colleagues whose opportunities somebody may see: all, or those of their teams, as they see the work;
    nobody's, where they do not lead or see their own work alone."""
    if not agent.may(LEADS):
        return []
    if agent.sees_all:
        return list(colleagues(agent).values_list("pk", flat=True))
    if agent.scope == Scope.OWN:
        return []
    return sorted({mate.pk for team in teams_of(agent) for mate in members_of(team)})


def _released(at: datetime) -> Q:
    """What whom it is about has seen, or has had for so many days."""
    return Q(seen_at__isnull=False) | Q(found_at__lte=at - timedelta(days=agreement().days_alone))


def visible_opportunities(agent: Agent, *, at: datetime) -> OpportunityQuerySet:
    """The house's, for all who may see numbers; one's own; and, for those who lead, their colleagues' once these have seen
    them or have had the time to."""
    mine = Q(agent=agent.pk)
    house = Q(agent__isnull=True) if agent.may("numbers.see") or agent.may(LEADS) else Q(pk__in=[])
    led = led_by(agent)
    theirs = Q(agent__in=led) & _released(at) if led else Q(pk__in=[])
    return Opportunity.objects.filter(mine | house | theirs)


def waiting_to_be_seen(agent: Agent, *, at: datetime) -> int:
    """How many opportunities of those somebody leads are still theirs alone: a number, and nothing else of them."""
    led = [pk for pk in led_by(agent) if pk != agent.pk]
    return Opportunity.objects.standing().filter(agent__in=led).exclude(_released(at)).count() if led else 0


def own_opportunities(agent: Agent) -> OpportunityQuerySet:
    return Opportunity.objects.standing().filter(agent=agent.pk)


def opportunity_for(agent: Agent, pk: int, *, at: datetime) -> Opportunity:
    """One of those somebody may see, also when it has passed. Raises Http404."""
    found = visible_opportunities(agent, at=at).select_related("agent").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def teachers_of(topic: int, outcome: str) -> list[Agent]:
    """Who does this better than the case mix explains and said they would show others, by name: in no order of merit."""
    willing = Opportunity.objects.standing().filter(
        agent=OuterRef("pk"), topic=topic, outcome=outcome, direction=Direction.STRONG, reply=Reply.TEACHES
    )
    return list(Agent.objects.active().filter(Exists(willing)).order_by("name", "pk"))


def visible_trainings(agent: Agent) -> QuerySet[Training]:
    """Those one took part in, gave or logged; and, for those who lead, their colleagues'."""
    attended = Attendance.objects.filter(training=OuterRef("pk"), agent__in={agent.pk, *led_by(agent)})
    mine = Q(teacher=agent.pk) | Q(logged_by=agent.pk)
    return Training.objects.filter(Exists(attended) | mine, withdrawn_at__isnull=True)


def training_for(agent: Agent, pk: int) -> Training:
    """One of them. Raises Http404."""
    found = visible_trainings(agent).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def evidence_for(agent: Agent, opportunity: Opportunity) -> QuerySet[Evidence]:
    """What lies behind it of the conversations somebody may see, the latest first."""
    seen = visible_conversations(agent).values("pk")
    return Evidence.objects.filter(opportunity=opportunity, conversation__in=seen).order_by("-occurred_at", "pk")
