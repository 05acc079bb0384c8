"""Gates: which promises somebody may see, and what is due in conversations that they may. Targets are for everybody to know
and for those to change who may change working hours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Case, Q, QuerySet, When
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent
from rung.core.compiled import compiled
from rung.core.seldom import seldom
from rung.customers.access import visible_customers
from rung.promises.models import OPEN_PROMISE, Clock, Deadline, Due, Kind, Move, Promise, PromiseQuerySet, Target
from rung.touchpoints.access import Touchpoint, reach_of, visible_conversations, within

__all__ = [
    "Clock",
    "Deadline",
    "Due",
    "Kind",
    "Move",
    "Promise",
    "PromiseQuerySet",
    "Target",
    "deadlines_in",
    "due",
    "has_open_promise",
    "open_promises",
    "open_promises_in",
    "promise_for",
    "promised_by",
    "promises_to",
    "target_for",
    "targets",
    "unsent_promise",
    "visible_promises",
    "who_promised",
]


# Whoever takes a letter back sends it anew soon, or not at all.
TAKEN_BACK_WITHIN = timedelta(minutes=15)


def visible_promises(agent: Agent) -> PromiseQuerySet:
    """Those made in conversations that the agent may see, and those made in none to customers whom they may."""
    if agent.may("customers.see"):
        return _within(*reach_of(agent))
    in_sight = Q(conversation__isnull=False, conversation__in=visible_conversations(agent))
    return Promise.objects.filter(in_sight | Q(conversation__isnull=True, customer__in=visible_customers(agent)))


def _within(agent: int | None, teams: Sequence[int], is_own: bool) -> PromiseQuerySet:
    """What whoever sees every customer may see; see `touchpoints.access.within`."""
    promises = Promise.objects.all()
    if agent is None:
        return promises
    return promises.filter(Q(conversation__isnull=True) | Q(conversation__in=within(agent, teams, is_own)))


def promise_for(agent: Agent, pk: int) -> Promise:
    found = visible_promises(agent).select_related("customer", "conversation", "made_by")
    return get_object_or_404(found, pk=pk)


def open_promises(customers: Iterable[int]) -> dict[int, list[Promise]]:
    """What is promised to each of these customers and still open, the next first. One query. It asks nobody's right."""
    found: dict[int, list[Promise]] = {}
    standing = Promise.objects.open().filter(customer__in=list(customers)).select_related("made_by", "conversation")
    for promise in standing.order_by("due_at", "pk"):
        found.setdefault(promise.customer_id, []).append(promise)
    return found


def open_promises_in(conversation: int) -> list[Promise]:
    """What is promised in a conversation and still open, the next first."""
    return list(Promise.objects.open().filter(conversation=conversation).order_by("due_at", "pk"))


def promises_to(customer: int, agent: Agent, *, limit: int) -> list[Promise]:
    """Open ones first, the next first; then those that ended, the last made first. One query and the gate's."""
    if agent.may("customers.see"):
        return [] if _made_to.is_missing(customer) else _promised(customer, range(limit), *reach_of(agent))
    return list(_promised_to(customer, visible_promises(agent))[:limit])


@seldom(lambda page: (page.customer,), is_shown=False)
@compiled
def _made_to(customer: int) -> QuerySet[Promise, int]:
    return Promise.objects.filter(customer=customer).values_list("pk", flat=True)


@compiled
def _promised(customer: int, wanted: range, agent: int | None, teams: Sequence[int], is_own: bool) -> QuerySet[Promise]:
    return _promised_to(customer, _within(agent, teams, is_own))[: wanted.stop]


def _promised_to(customer: int, visible: PromiseQuerySet) -> PromiseQuerySet:
    theirs = visible.filter(customer=customer, withdrawn_at__isnull=True)
    open_until = Case(When(OPEN_PROMISE, then="due_at"))
    ordered = theirs.order_by(open_until.asc(nulls_last=True), "-made_at", "-pk")
    named = ordered.select_related("made_by", "conversation")
    return named.defer(*(f"made_by__{each}" for each in ("password", "permissions", "signature")))


def promised_by(agent: Agent, *, until: datetime, limit: int) -> list[Promise]:
    """What somebody promised and is due by a moment, overdue first."""
    theirs = Promise.objects.open().filter(made_by=agent.pk, due_at__lt=until)
    return list(theirs.select_related("customer", "conversation").order_by("due_at", "pk")[:limit])


def who_promised(promise: int) -> int | None:
    """Whose word it is, by primary key; None when they are gone."""
    return Promise.objects.filter(pk=promise).values_list("made_by", flat=True).first()


def unsent_promise(conversation: int, agent: Agent, *, at: datetime) -> Promise | None:
    """What was promised in a letter that this agent has just taken back, so that it is not lost with it. Two queries at
    most."""
    theirs = Promise.objects.filter(
        conversation=conversation,
        made_by=agent.pk,
        letter__isnull=False,
        kept_at__isnull=True,
        broken_at__isnull=True,
        made_at__gt=at - TAKEN_BACK_WITHIN,
    )
    last = theirs.order_by("-pk").first()
    return None if last is None or Touchpoint.objects.filter(pk__in=[last.letter]).exists() else last


def has_open_promise() -> Q:
    """The condition that something is promised in a conversation and still open."""
    return Q(pk__in=Promise.objects.open().filter(conversation__isnull=False).values("conversation"))


def due(conversations: Iterable[int]) -> dict[int, Due]:
    """What is due next in each of these conversations, where anything is. One query, or none."""
    keys = list(conversations)
    return {each.pk: each for each in _due(keys)} if keys else {}


@compiled
def _due(conversations: Sequence[int]) -> QuerySet[Due]:
    return Due.objects.filter(pk__in=conversations)


def deadlines_in(conversation: int) -> list[Deadline]:
    """What is owed in a conversation by a target and not done yet: the next first, and last what stands still."""
    return sorted(_running(conversation), key=lambda each: (each.due_at is None, each.due_at, each.pk))


@seldom(lambda page: (page.conversation,))
@compiled
def _running(conversation: int) -> QuerySet[Deadline]:
    return Deadline.objects.running().filter(conversation=conversation).select_related("target")


def targets() -> list[Target]:
    """The targets in use, by name."""
    return list(Target.objects.in_use().select_related("team", "calendar").order_by("name", "pk"))


def target_for(agent: Agent, pk: int) -> Target:
    """Also one that is off the list, for whoever still has it on their screen."""
    return get_object_or_404(Target.objects.select_related("team", "calendar"), pk=pk)
