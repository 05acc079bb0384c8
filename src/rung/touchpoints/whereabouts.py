"""Where conversations lie, so that of very many agents it can be said at once who sees which: what `access.within` asks of
the database for one, said of a few rows for all. Whoever changes the rule there changes it here; a test holds them together.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from rung.core.compiled import compiled
from rung.journal.access import entries
from rung.touchpoints.models import Conversation, Touchpoint

__all__ = ["Lies", "Reach", "Whereabouts", "whereabouts"]

Lies = tuple[int | None, int | None]
"""The team and the assignee of a conversation."""

Reach = tuple[int | None, frozenset[int], bool]
"""What decides which conversations somebody sees; see `access.reach_of`. Nobody's number for those who see all."""


def is_within(lies: Lies, reach: Reach) -> bool:
    """Whether somebody of this reach sees what lies there."""
    agent, teams, is_own = reach
    team, assignee = lies
    if agent is None or assignee == agent:
        return True
    return (team is None or team in teams) and not (is_own and assignee is not None)


@dataclass(frozen=True)
class Whereabouts:
    """`conversations`: where each lies, and where it lay before what has happened now. `customers`: where lies what they
    take part in; nothing for those with whom nobody has spoken."""

    conversations: Mapping[int, frozenset[Lies]] = field(default_factory=dict)
    customers: Mapping[int, frozenset[Lies]] = field(default_factory=dict)

    def has_conversation_within(self, number: int, reach: Reach) -> bool:
        """Whether somebody sees it, or has until now: then it leaves their screen."""
        return reach[0] is None or any(is_within(lies, reach) for lies in self.conversations.get(number, ()))

    def has_customer_within(self, number: int, reach: Reach) -> bool:
        """As `access.dealing_with`."""
        theirs = self.customers.get(number)
        return not theirs or any(is_within(lies, reach) for lies in theirs)


def whereabouts(
    conversations: Iterable[int], *, moved_in: Iterable[int] = (), customers: Iterable[int] = ()
) -> Whereabouts:
    """Of these conversations and customers. `moved_in`: entries among which are those by which a conversation passed to
    somebody else. One query for the conversations, one for the entries, two for customers."""
    lie: dict[int, set[Lies]] = defaultdict(set)
    deal: dict[int, set[Lies]] = defaultdict(set)
    numbers, people, passed = sorted(conversations), sorted(customers), sorted(moved_in)
    for number, team, assignee in _lying(numbers) if numbers else ():
        lie[number].add((team, assignee))
    for passed_on, data in _passed(passed) if passed and numbers else ():
        if passed_on is not None:
            lie[passed_on].add((data.get("from_team"), data.get("from_agent")))
    for customer, team, assignee in (*_of_customers(people), *_said_by_customers(people)) if people else ():
        deal[customer].add((team, assignee))
    return Whereabouts(
        {number: frozenset(places) for number, places in lie.items()},
        {customer: frozenset(places) for customer, places in deal.items()},
    )


@compiled
def _lying(numbers: list[int]) -> QuerySet[Conversation, tuple[int, int | None, int | None]]:
    lying = Conversation.objects.filter(pk__in=numbers).order_by()
    return lying.values_list("pk", "team_id", "assignee_id")


@compiled
def _of_customers(customers: list[int]) -> QuerySet[Conversation, tuple[int, int | None, int | None]]:
    theirs = Conversation.objects.filter(customer__in=customers).order_by()
    return theirs.values_list("customer_id", "team_id", "assignee_id").distinct()


@compiled
def _said_by_customers(customers: list[int]) -> QuerySet[Touchpoint, tuple[int, int | None, int | None]]:
    said = Touchpoint.objects.filter(customer__in=customers).order_by()
    return said.values_list("customer_id", "conversation__team_id", "conversation__assignee_id").distinct()


def _passed(numbers: list[int]) -> list[tuple[int | None, dict[str, int | None]]]:
    passed = entries().filter(pk__in=numbers, kind="conversation.assigned")
    return [(entry.conversation, entry.data) for entry in passed.only("conversation", "data")]
