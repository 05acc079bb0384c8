"""One's own page: what was found about oneself, before anybody else sees it, and what one could show others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from rung.accounts.access import Agent, agent_names
from rung.patterns.access import topic_names
from rung.patterns.pages.texts import between, percent
from rung.training.access import (
    LEADS,
    Direction,
    Standing,
    agreement,
    latest_round,
    own_opportunities,
    visible_opportunities,
    visible_trainings,
)
from rung.training.bounds import FEWEST, FEWEST_COLLEAGUES
from rung.training.pages.lines import OpportunityLine, TrainingLine, opportunity_lines, training_lines
from rung.training.pages.texts import outcome_name, topic_name
from rung.ui.figures import figure


@dataclass(frozen=True, slots=True)
class StandingLine:
    """How one outcome goes with one topic, of oneself; ``so_far``: what is missing, where too little is known."""

    topic: str
    outcome: str
    share: str
    interval: str
    usual: str
    n: str
    so_far: str
    href: str


@dataclass(frozen=True, slots=True)
class MyPage:
    is_on: bool
    days_alone: int
    worked_out_at: datetime | None
    house: tuple[OpportunityLine, ...]
    weak: tuple[OpportunityLine, ...]
    strong: tuple[OpportunityLine, ...]
    standings: tuple[StandingLine, ...]
    trainings: tuple[TrainingLine, ...]
    leads: bool


def my_page(agent: Agent, *, at: datetime) -> MyPage:
    """At most twelve queries."""
    latest, agreed = latest_round(), agreement()
    own = list(own_opportunities(agent))
    house = visible_opportunities(agent, at=at).standing().of_house()
    names, people = topic_names(), agent_names()
    return MyPage(
        is_on=agreed.is_on,
        days_alone=agreed.days_alone,
        worked_out_at=latest.ended_at if latest else None,
        house=opportunity_lines(house, names, people),
        weak=opportunity_lines([row for row in own if row.direction == Direction.WEAK], names, {}),
        strong=opportunity_lines([row for row in own if row.direction == Direction.STRONG], names, {}),
        standings=_standings(agent, names),
        trainings=training_lines(visible_trainings(agent), names, people, by=agent.pk, shown={agent.pk}),
        leads=agent.may(LEADS),
    )


def _standings(agent: Agent, names: dict[int, str]) -> tuple[StandingLine, ...]:
    """Everything that is known about oneself, also what is not worth mentioning: nothing is kept from whom it is about."""
    rows = Standing.objects.filter(agent=agent.pk, spread__round=latest_round()).select_related("spread")
    lines = []
    for row in rows:
        enough = row.n >= FEWEST
        lines.append(
            StandingLine(
                topic=topic_name(row.spread.topic, names),
                outcome=outcome_name(row.spread.outcome),
                share=percent(row.mean) if enough else "",
                interval=between(row.low, row.high) if enough else "",
                usual=percent(row.spread.mean),
                n=figure(row.n, ","),
                so_far="" if enough else _("%(n)s of %(needed)s") % {"n": row.n, "needed": FEWEST},
                href=reverse("training:funnel", args=[row.spread.topic, row.spread.outcome])
                if row.spread.colleagues >= FEWEST_COLLEAGUES
                else "",
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.topic.casefold(), line.outcome)))
