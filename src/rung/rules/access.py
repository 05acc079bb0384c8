"""Gates: whose rules and which of their runs an agent sees; and what rules themselves have to know."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max, Min, Q, QuerySet
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent
from rung.journal.access import Entry, entries
from rung.rules.models import Counting, Joint, Moment, Result, Rule, RuleQuerySet, Run
from rung.touchpoints.access import Touchpoint, visible_conversations

__all__ = [
    "Counting",
    "Joint",
    "Moment",
    "Result",
    "Rule",
    "Run",
    "depths_of",
    "rule_for",
    "rule_names",
    "rules_on",
    "visible_rules",
    "visible_runs",
]


def visible_rules(agent: Agent) -> RuleQuerySet:
    """Every rule, for those who may change rules; else none."""
    return Rule.objects.standing() if agent.may("settings.rules") else Rule.objects.none()


def rule_for(agent: Agent, pk: int) -> Rule:
    return get_object_or_404(visible_rules(agent), pk=pk)


def visible_runs(agent: Agent) -> QuerySet[Run]:
    """What rules did in conversations that this agent may see."""
    runs = Run.objects.select_related("rule", "conversation__customer__company")
    if not agent.may("settings.rules"):
        return runs.none()
    return runs if agent.sees_all else runs.filter(conversation__in=visible_conversations(agent))


def rule_names(keys: Iterable[int | None]) -> dict[int, str]:
    """What rules are called, those that are gone too. No query when there is none to ask about."""
    wanted = {key for key in keys if key is not None}
    return dict(Rule.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def rules_on() -> list[Rule]:
    """Those that are switched on, in the order in which they run. One statement."""
    return list(Rule.objects.on())


def has_written_before(conversation: int, touchpoint: int) -> bool:
    """Whether something was said in a conversation before a touchpoint."""
    return Touchpoint.objects.filter(conversation=conversation, pk__lt=touchpoint).exists()


def depths_of(facts: Iterable[Entry]) -> dict[int, int]:
    """Of the facts that rules brought about, by number: how many rules ran one upon the other until then. One statement for
    each such fact; none for all others."""
    found = {}
    for entry in facts:
        if entry.actor_kind != "system" or entry.actor_key is None or entry.conversation is None:
            continue
        within = Q(first_entry__lte=entry.pk, last_entry__gte=entry.pk)
        runs = Run.objects.filter(within, rule=entry.actor_key, conversation=entry.conversation)
        found[entry.pk] = runs.values_list("depth", flat=True).first() or 1
    return found


def entry_edge() -> int:
    """The number of the last fact in the journal."""
    return entries().aggregate(last=Max("pk"))["last"] or 0


def brought_about(rule: int, conversation: int, edge: int) -> tuple[int | None, int | None]:
    """The first and the last fact that a rule recorded in a conversation after some fact."""
    facts = entries().filter(conversation=conversation, pk__gt=edge, actor_kind="system", actor_key=rule)
    ends = facts.aggregate(first=Min("pk"), last=Max("pk"))
    return ends["first"], ends["last"]
