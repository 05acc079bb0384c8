"""How many customers stand on both sides of a comparison."""

from dataclasses import dataclass

from rung.core.clock import epoch_ms
from rung.insight.access import Scope
from rung.insight.engine import Engine, Question
from rung.insight.periods import Period
from rung.insight.spans import Span

# Each customer once; the one side is span 0, the other span 1, each of a team or of all that are asked for together.
STATEMENT = """
SELECT SUM(is_one) AS ones, SUM(is_other) AS others, SUM(is_one * is_other) AS shared
FROM (
    SELECT t.customer AS customer,
           MAX(CASE WHEN s.span = 0 AND (:one_team < 0 OR t.team = :one_team) THEN 1 ELSE 0 END) AS is_one,
           MAX(CASE WHEN s.span = 1 AND (:other_team < 0 OR t.team = :other_team) THEN 1 ELSE 0 END) AS is_other
    FROM :spans s CROSS JOIN insight_touchpointfact[:earliest_ms, :latest_ms] t
    WHERE t.is_contact = 1 AND t.occurred_ms >= s.from_ms AND t.occurred_ms < s.to_ms AND :scope
    GROUP BY t.customer
) people
"""
EVERY = -1


@dataclass(frozen=True, slots=True)
class Shared:
    """Customers who were in contact: of the one side, of the other, and of both."""

    ones: int
    others: int
    both: int

    @property
    def of_the_smaller(self) -> float:
        """Which share of the side with fewer customers is on the other, too."""
        return self.both / min(self.ones, self.others) if self.both else 0.0


@dataclass(frozen=True, slots=True)
class Side:
    """``team`` None: all of the scope."""

    period: Period
    scope: Scope
    team: int | None


def question_about(one: Side, other: Side, channel: str) -> tuple[Question, dict[str, int]]:
    """What is asked, and the numbers of STATEMENT."""
    spans = tuple(
        Span(n, epoch_ms(side.period.start), epoch_ms(side.period.end)) for n, side in enumerate((one, other))
    )
    teams = None
    if one.scope.teams is not None and other.scope.teams is not None:
        teams = tuple(sorted({*one.scope.teams, *other.scope.teams}))
    names = ("one_team", "other_team")
    sides = {name: EVERY if side.team is None else side.team for name, side in zip(names, (one, other), strict=True)}
    return Question(spans, 0, teams, channel), sides


def shared_by(one: Side, other: Side, channel: str, engine: Engine) -> Shared:
    question, sides = question_about(one, other, channel)
    (row,) = engine.rows(STATEMENT, question, **sides)
    return Shared(*(int(row[name] or 0) for name in ("ones", "others", "shared")))
