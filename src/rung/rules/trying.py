"""What a rule would have done: it looks at what happened, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Min

from rung.accounts.access import Agent
from rung.business.access import Hours, business_seconds, hours_of_team
from rung.journal.access import Entry, entries
from rung.journal.events import kind_of
from rung.rules.conditions import Condition, Matter, needs_of
from rung.rules.deeds import Deed
from rung.rules.matters import Look, matters_at
from rung.rules.models import Counting, Moment, Rule
from rung.rules.moments import MOMENTS, Happening, moments_in
from rung.rules.verbs.running import meets
from rung.touchpoints.access import Conversation, Touchpoint, visible_conversations

LAST = 500
MOST_FACTS = 20_000


@dataclass(slots=True)
class Met:
    """A conversation that a rule would have met: how often, when the last time, and by which of its conditions."""

    conversation: Conversation
    matter: Matter
    at: datetime
    held: list[Condition]
    times: int = 1


@dataclass(slots=True)
class Trial:
    """`looked`: how many conversations; `moments`: how often the moment of the rule came in them."""

    looked: int = 0
    moments: int = 0
    met: list[Met] = field(default_factory=list)


def try_rule(rule: Rule, agent: Agent, *, at: datetime) -> Trial:
    """What a rule, saved or not, would have met in the last LAST conversations that an agent may see, judged by what they
    are now. At most eleven statements."""
    latest = visible_conversations(agent).filter(beside__isnull=True).order_by("-last_touch_at", "-pk")
    there = {each.pk: each for each in latest.select_related("customer__company")[:LAST]}
    trial = Trial(looked=len(there))
    happened = _waits(rule, there, at) if rule.moment == Moment.WAITED else _moments(rule, there)
    trial.moments = len(happened)
    needs = needs_of(Condition.of(each) for each in rule.conditions)
    matters = matters_at([look for look, _at in happened], needs)
    met: dict[int, Met] = {}
    for look, moment in happened:
        matter = matters.get(look)
        held = meets(rule, matter) if matter is not None else None
        if matter is None or held is None:
            continue
        known = met.get(look.conversation)
        if known is None:
            met[look.conversation] = Met(there[look.conversation], matter, moment, held)
        else:
            known.times += 1
            known.at, known.held, known.matter = moment, held, matter
    trial.met = sorted(met.values(), key=lambda each: (each.at, each.conversation.pk), reverse=True)
    return trial


def is_so_already(deed: Deed, matter: Matter) -> bool:
    """Whether a deed would change nothing, as far as a matter shows."""
    match deed.what:
        case "team":
            return matter.team == deed.key
        case "agent":
            return matter.assignee == deed.key
        case "priority":
            return deed.value == (matter.priority,)
        case _:
            return False


def _facts(conversations: Iterable[int], kinds: Iterable[str]) -> list[Entry]:
    found = entries().filter(conversation__in=list(conversations), kind__in=list(kinds))
    return list(found.order_by("-pk")[:MOST_FACTS])[::-1]


def _moments(rule: Rule, there: dict[int, Conversation]) -> list[tuple[Look, datetime]]:
    wanted = Moment(rule.moment)
    facts = _facts(there, (kind_of(each) for each in MOMENTS))
    found: list[tuple[Happening, datetime]] = []
    for entry in facts:
        found += [(each, entry.occurred_at) for each in moments_in(entry.event, entry) if each.moment is wanted]
    if wanted is Moment.TAGGED and rule.tag_id:
        found = [(each, at) for each, at in found if each.tag == rule.tag_id]
    if wanted is Moment.AGAIN:
        first = Touchpoint.objects.filter(conversation__in=list(there)).order_by().values("conversation")
        begins = dict(first.annotate(first=Min("pk")).values_list("conversation", "first"))
        # One that was joined to another has nothing of its own any more.
        found = [
            (each, at)
            for each, at in found
            if (begin := begins.get(each.look.conversation)) is not None and (each.look.touchpoint or 0) > begin
        ]
    return [(each.look, at) for each, at in found]


def _waits(rule: Rule, there: dict[int, Conversation], at: datetime) -> list[tuple[Look, datetime]]:
    """Waits that came to the hours of the rule: those that ended with an answer, and those that last."""
    waits = [
        (entry.conversation, entry.occurred_at - timedelta(milliseconds=waited), entry.occurred_at)
        for entry in _facts(there, ("conversation.answered", "touchpoint.logged"))
        if entry.conversation is not None and (waited := entry.data.get("waited_ms"))
    ]
    waits += [(pk, each.awaits_us_since_at, at) for pk, each in there.items() if each.awaits_us_since_at is not None]
    span = float(rule.hours) * 3600
    hours: dict[int | None, Hours] = {}
    found = []
    for pk, since, until in waits:
        waited = (until - since).total_seconds()
        if waited >= span and rule.counting == Counting.WORKING:
            team = there[pk].team_id
            if team not in hours:
                hours[team] = hours_of_team(team)
            waited = business_seconds(since, until, hours[team])
        if waited >= span:
            found.append((Look(pk), since + timedelta(seconds=span)))
    return found
