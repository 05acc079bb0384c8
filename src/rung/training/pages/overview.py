"""What those who lead see: the house's part first, people last, and nobody beside anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from rung.accounts.access import Agent, agent_names
from rung.journal.jobs import JobState
from rung.patterns.access import topic_names
from rung.training.access import (
    Agreement,
    Cause,
    Direction,
    Opportunity,
    Outcome,
    Round,
    Spread,
    agreement,
    latest_round,
    led_by,
    visible_opportunities,
    visible_trainings,
    waiting_to_be_seen,
)
from rung.training.bounds import FEWEST_COLLEAGUES
from rung.training.pages.lines import OpportunityLine, TrainingLine, opportunity_lines, training_lines
from rung.training.pages.texts import cause_name, cause_sentence, outcome_name, topic_name
from rung.ui.figures import figure

TRAININGS = 30


@dataclass(frozen=True, slots=True)
class Section:
    """``why_none`` says why a section is empty, in words that claim no more than is known."""

    cause: str
    title: str
    meaning: str
    lines: tuple[OpportunityLine, ...]
    why_none: str


@dataclass(frozen=True, slots=True)
class UnderWay:
    pk: int
    asked_at: datetime
    doing: str


@dataclass(frozen=True, slots=True)
class FunnelLine:
    href: str
    topic: str
    outcome: str
    n: str
    colleagues: int


@dataclass(frozen=True, slots=True)
class OpportunitiesPage:
    worked_out_at: datetime | None
    stood_on: str
    under_way: UnderWay | None
    failed: str
    may_ask: bool
    sections: tuple[Section, ...]
    strengths: tuple[OpportunityLine, ...]
    waiting: int
    trainings: tuple[TrainingLine, ...]
    funnels: tuple[FunnelLine, ...]
    agreement: Agreement
    may_agree: bool
    method: tuple[tuple[str, str], ...]


def opportunities_shown(agent: Agent, *, at: datetime) -> list[Opportunity]:
    """The house's and those of whom somebody leads; what is about whoever leads stands on their own page alone."""
    return _shown(agent, set(led_by(agent)), at=at)


def _shown(agent: Agent, led: set[int], *, at: datetime) -> list[Opportunity]:
    rows = visible_opportunities(agent, at=at).standing()
    return [row for row in rows if row.is_of_house or (row.agent_id in led and row.agent_id != agent.pk)]


def opportunities_page(agent: Agent, *, at: datetime) -> OpportunitiesPage:
    """At most fifteen queries, whatever was found."""
    latest = latest_round()
    last = Round.objects.order_by("-pk").first()
    agreed = agreement()
    led = set(led_by(agent))
    rows = _shown(agent, led, at=at)
    names, people = topic_names(), agent_names()
    weak = [row for row in rows if row.direction == Direction.WEAK]
    return OpportunitiesPage(
        worked_out_at=latest.ended_at if latest else None,
        stood_on=stood_on(latest),
        under_way=under_way(last),
        failed=last.error if last and last.state == JobState.FAILED else "",
        may_ask=agent.may("settings.ladder"),
        sections=tuple(
            Section(
                cause=cause,
                title=cause_name(cause),
                meaning=cause_sentence(cause),
                lines=opportunity_lines([row for row in weak if row.cause == cause], names, people),
                why_none=_why_none(cause, agreed, latest),
            )
            for cause in Cause.values
        ),
        strengths=opportunity_lines([row for row in rows if row.direction == Direction.STRONG], names, people),
        waiting=waiting_to_be_seen(agent, at=at),
        trainings=training_lines(
            visible_trainings(agent)[:TRAININGS], names, people, by=agent.pk, shown={agent.pk, *led}
        ),
        funnels=_funnels(latest, names),
        agreement=agreed,
        may_agree=agent.may("settings.team"),
        method=method(),
    )


def stood_on(latest: Round | None) -> str:
    """What the latest round looked at."""
    if latest is None:
        return ""
    report = latest.report
    cases = ", ".join(
        f"{outcome_name(outcome)} {figure(int(report.get('cases', {}).get(outcome, 0)), ',')}"
        for outcome in Outcome.values
    )
    said = _("Conversations looked at: %(cases)s.") % {"cases": cases}
    return (
        said
        + " "
        + _("Topics tested: %(topics)s; pairs of one of us and a topic: %(pairs)s.")
        % {
            "topics": report.get("topics", 0),
            "pairs": report.get("pairs", 0),
        }
    )


def under_way(last: Round | None) -> UnderWay | None:
    if last is None or not last.is_open:
        return None
    doing = {
        "gathering": _("reading what happened"),
        "judging": _("comparing with the case mix"),
        "keeping": _("writing it down"),
    }.get(last.doing, _("waiting for its turn"))
    if last.steps_in_all:
        doing += f" ({100 * last.steps // last.steps_in_all}\u00a0%)"
    return UnderWay(last.pk, last.asked_at, doing)


def _why_none(cause: str, agreed: Agreement, latest: Round | None) -> str:
    if latest is None:
        return _("Nothing has been worked out yet.")
    if cause != Cause.PEOPLE:
        return _(
            "Nothing that chance would not explain, or too little is known: it takes ten conversations on a topic."
        )
    if not agreed.is_on:
        return _("Results of single colleagues are not worked out here.")
    return _(
        "Nothing that chance would not explain, or too little is known: it takes ten conversations of one of us on a topic,"
        " and four of us who deal with it."
    )


def _funnels(latest: Round | None, names: dict[int, str]) -> tuple[FunnelLine, ...]:
    if latest is None:
        return ()
    rows = Spread.objects.filter(round=latest, colleagues__gte=FEWEST_COLLEAGUES)
    lines = [
        FunnelLine(
            href=reverse("training:funnel", args=[row.topic, row.outcome]),
            topic=topic_name(row.topic, names),
            outcome=outcome_name(row.outcome),
            n=figure(row.n, ","),
            colleagues=row.colleagues,
        )
        for row in rows
    ]
    return tuple(sorted(lines, key=lambda line: (line.topic.casefold(), line.outcome)))


def method() -> tuple[tuple[str, str], ...]:
    """How it is computed, for whoever wants to check it."""
    return (
        (
            _("Case mix first"),
            _(
                "What was to be expected of each conversation is estimated from its topic, channel, priority, place in the"
                " conversation, what the customer had come to expect, and whether they had come back or been handed on;"
                " never from who served it or how fast. What is compared is what is left."
            ),
        ),
        (
            _("Partial pooling"),
            _(
                "A share of few conversations is drawn towards that of all who deal with the topic, the more the fewer they"
                " are and the less colleagues differ (beta-binomial, by moments)."
            ),
        ),
        (
            _("The order of blame"),
            _(
                "Where a topic goes worse for eight of ten of those who deal with it, or fewer than four do, it is process,"
                " knowledge or product, and nothing is said of people."
            ),
        ),
        (
            _("When something is said"),
            _(
                "At least ten conversations, a probability of 90 % of being more than five points below what is usual, and"
                " at most one false alarm in ten over everything tested (Benjamini and Hochberg)."
            ),
        ),
        (
            _("What a training changed"),
            _(
                "The 90 days after it against the 90 before, less the same for comparable colleagues without it: who was"
                " picked for being weak improves anyway. The interval counts customers, not conversations."
            ),
        ),
        (
            _("What it is not"),
            _("A ranking, a mark, or a reason for anything that happens by itself. At few conversations it errs."),
        ),
    )
