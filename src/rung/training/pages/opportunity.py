"""One opportunity: what was found, the conversations behind it, what was replied, and the trainings for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rung.accounts.access import Agent, agent_names
from rung.patterns.access import topic_names
from rung.patterns.drivers import TOPIC
from rung.patterns.pages.texts import between, percent
from rung.touchpoints.doors import door
from rung.training.access import (
    LEADS,
    Cause,
    Direction,
    Opportunity,
    Reply,
    evidence_for,
    led_by,
    teachers_of,
    visible_trainings,
)
from rung.training.forms import TrainingForm
from rung.training.pages.funnel import FunnelChart, funnel_chart, may_see, spread_of
from rung.training.pages.lines import TrainingLine, training_lines
from rung.training.pages.texts import (
    cause_name,
    cause_sentence,
    figures_of,
    gained,
    outcome_sentence,
    reply_in_words,
    signs_in_words,
    title_of,
)
from rung.training.verbs.opportunities import REPLIES
from rung.ui import figures
from rung.ui.figures import figure

PAGE = 25


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    number: int
    href: str
    subject: str
    customer: str
    channel: str
    went: str
    tone: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class OpportunityPage:
    """``everything``: also those conversations that went the other way; ``replies``: what one may say to one's own."""

    pk: int
    title: str
    who: str
    is_own: bool
    is_house: bool
    is_weak: bool
    has_passed: bool
    figures: str
    gain: str
    signs: str
    words: tuple[tuple[str, str, str], ...]
    cause: str
    cause_title: str
    cause_meaning: str
    causes: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    replies: tuple[tuple[str, str], ...]
    reply: str
    reply_title: str
    reply_words: str
    teachers: tuple[str, ...]
    trainings: tuple[TrainingLine, ...]
    form: TrainingForm | None
    chart: FunnelChart | None
    has_own_dot: bool
    funnel_href: str
    lines: tuple[EvidenceLine, ...]
    unseen: int
    everything: bool
    here: str
    topic_href: str
    back_href: str
    back: str
    previous: str
    next: str


def opportunity_page(
    agent: Agent, row: Opportunity, *, form: TrainingForm | None = None, number: int = 1, everything: bool = False
) -> OpportunityPage:
    """At most twenty queries. ``number``: which page of the conversations."""
    names, people = topic_names(), agent_names()
    led = led_by(agent)
    is_own = row.agent_id == agent.pk
    is_weak = row.direction == Direction.WEAK
    here = reverse("training:opportunity", args=[row.pk])
    lines, unseen, has_more = _lines(agent, row, number, everything)
    spread = None if row.is_of_house else spread_of(row.topic, row.outcome)
    chart, has_own = funnel_chart(spread, agent) if spread and may_see(agent, spread) else (None, False)
    may_log = (is_own or bool(led)) and is_weak
    leads = agent.may(LEADS) and not is_own
    shown = {"show": "all"} if everything else {}
    return OpportunityPage(
        pk=row.pk,
        title=capfirst(title_of(row, names)),
        who="" if is_own else people.get(row.agent_id or 0, ""),
        is_own=is_own,
        is_house=row.is_of_house,
        is_weak=is_weak,
        has_passed=row.ended_at is not None,
        figures=figures_of(row),
        gain=gained(row) if is_weak else "",
        signs=signs_in_words(row),
        words=tuple(
            (
                word,
                _("%(lift)s×, 95 %%: %(low)s to %(high)s")
                % {
                    "lift": figure(lift, ".1f"),
                    "low": figure(low, ".1f"),
                    "high": figure(high, ".1f"),
                },
                figure(count, ","),
            )
            for word, lift, low, high, count in row.words
        ),
        cause=row.cause,
        cause_title=cause_name(row.cause),
        cause_meaning=cause_sentence(row.cause),
        causes=tuple((each.value, str(each.label)) for each in (Cause.PROCESS, Cause.KNOWLEDGE, Cause.PRODUCT))
        if row.is_of_house and agent.may(LEADS)
        else (),
        facts=_facts(row),
        replies=tuple((each.value, str(each.label)) for each in REPLIES[Direction(row.direction)]) if is_own else (),
        reply=row.reply,
        reply_title=reply_in_words(row.reply),
        reply_words=row.reply_words,
        teachers=tuple(each.name for each in teachers_of(row.topic, row.outcome) if each.pk != row.agent_id)
        if is_weak
        else (),
        trainings=training_lines(
            visible_trainings(agent).filter(topic=row.topic, outcome=row.outcome),
            names,
            people,
            by=agent.pk,
            shown={agent.pk, *led},
        ),
        form=(form or TrainingForm(row, agent, led)) if may_log else None,
        chart=chart,
        has_own_dot=has_own,
        funnel_href=reverse("training:funnel", args=[row.topic, row.outcome]) if chart else "",
        lines=lines,
        unseen=unseen,
        everything=everything,
        here=here,
        topic_href=reverse("patterns:pattern", args=["frustration", f"{TOPIC}{row.topic}"])
        if row.topic and agent.may("numbers.see")
        else "",
        back_href=reverse("training:opportunities" if leads else "training:mine"),
        back=_("Training opportunities") if leads else _("My training"),
        previous=_at(here, number - 1, shown) if number > 1 else "",
        next=_at(here, number + 1, shown) if has_more else "",
    )


def _at(here: str, number: int, shown: dict[str, str]) -> str:
    query = "&".join(f"{name}={value}" for name, value in {**shown, "page": number}.items())
    return f"{here}?{query}"


def _facts(row: Opportunity) -> tuple[tuple[str, str], ...]:
    return (
        (_("What counts as well"), outcome_sentence(row.outcome)),
        (_("Conversations"), figure(row.n, ",")),
        (_("Went well"), _("%(hits)s of %(n)s") % {"hits": figure(row.hits, ","), "n": figure(row.n, ",")}),
        (_("To be expected by case mix"), figure(row.expected, ",.1f")),
        (
            _("Drawn to what is usual"),
            _("%(share)s; 95\u00a0%%: %(interval)s")
            % {"share": percent(row.mean), "interval": between(row.low, row.high)},
        ),
        (_("Usual"), percent(row.usual)),
        (_("More than five points off"), _("with a probability of %(chance)s") % {"chance": percent(row.chance)}),
        (
            _("False alarms among all that is believed at this"),
            _("at most %(q)s") % {"q": figures.percent(row.q, 1)},
        ),
    )


def _lines(agent: Agent, row: Opportunity, number: int, everything: bool) -> tuple[tuple[EvidenceLine, ...], int, bool]:
    """One page of the conversations behind it that the agent may see; how many of them they may not; whether there are
    more."""
    rows = row.evidence.all() if everything else row.evidence.filter(is_hit=row.direction == Direction.STRONG)
    seen = evidence_for(agent, row).filter(pk__in=rows.values("pk"))
    unseen = 0 if agent.sees_all else rows.count() - seen.count()
    first = (number - 1) * PAGE
    page = list(seen.select_related("conversation__customer")[first : first + PAGE + 1])
    lines = tuple(
        EvidenceLine(
            number=each.conversation.number,
            href=reverse("desk:conversation", args=[each.conversation.number]),
            subject=each.conversation.subject or _("(no subject)"),
            customer=str(each.conversation.customer),
            channel=str(door(each.conversation.channel).label),
            went=_("went well") if each.is_hit else _("did not go well"),
            tone="good" if each.is_hit else "plain",
            occurred_at=each.occurred_at,
        )
        for each in page[:PAGE]
    )
    return lines, unseen, len(page) > PAGE


__all__ = ["OpportunityPage", "Reply", "opportunity_page"]
