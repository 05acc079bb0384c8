"""Journeys on paper. The touchpoints stay on screen, where who may see them is asked each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.accounts.access import Agent
from rung.business.access import our_brand
from rung.ladder.pages import levels_bars, levels_legend, moved_part, over_time_part, period_in_words, whose
from rung.ui.dates import date_format
from rung.ui.figures import counted
from rung.ui.paper import Paper, Part, bars_of, paper_of, table
from rung.ways.built_in import Drawn
from rung.ways.filters import WayFilters
from rung.ways.pages.journey import JourneyPage, journey_page
from rung.ways.pages.journeys import Choices, journeys_page
from rung.ways.pages.telling import Share, Told


def journeys_paper(agent: Agent, filters: WayFilters, *, at: datetime) -> Paper:
    """All journeys, the one with the weakest step first."""
    page = journeys_page(agent, filters)
    parts = _cut(page.since)
    for card in page.journeys:
        parts += _steps(card.told, card.told.name) if card.told.turns else [_nobody(card.told.name)]
    return paper_of(
        _("Journeys"),
        parts,
        company=our_brand().name,
        lead=_lead(agent, filters, page.choices),
        about=page.note,
        href=reverse("ways:journeys") + page.csv,
        at=at,
    )


def journey_paper(agent: Agent, drawn: Drawn, filters: WayFilters, *, at: datetime) -> Paper:
    """One journey whole."""
    page = journey_page(agent, drawn, filters)
    parts = _cut(page.since)
    if page.told.turns:
        parts += [*_steps(page.told, _("The steps, weakest first")), *_along(page), _next(page.told), *_whole(page)]
        parts += _step(page)
    else:
        parts.append(Part(words=[_("Nobody was on this journey in this period")]))
    return paper_of(
        f"{page.told.name}: {page.step}" if page.step else page.told.name,
        parts,
        company=our_brand().name,
        lead=_lead(agent, filters, page.choices),
        about=page.note,
        href=reverse("ways:journey", args=[drawn.key]) + filters.query(page=""),
        at=at,
    )


def _lead(agent: Agent, filters: WayFilters, choices: Choices) -> list[str]:
    chosen = ((choices.channels, filters.channel), (choices.teams, str(filters.team or "")))
    said = [dict(each).get(value, "") for each, value in chosen if value]
    return [period_in_words(filters.start, filters.end), *said, *([] if filters.team else [whose(agent)])]


def _cut(since: datetime | None) -> list[Part]:
    if since is None:
        return []
    day = date_format(timezone.localtime(since), "j M Y, H:i")
    said = _("More than fifty thousand touchpoints: only the newest are counted, from then on:")
    return [Part(words=[f"{said} {day}"])]


def _nobody(heading: str) -> Part:
    return Part(heading, words=[_("Nobody was on it in this period.")])


def _steps(told: Told, heading: str) -> list[Part]:
    rows = [
        (
            f"{line.number}. {line.name}",
            f"{line.level} ({line.interval})" if line.level and line.interval else line.level,
            _with(line.levels.below, line.levels.below_interval),
            counted(line.turns),
            _share(line.reached),
        )
        for line in told.lines
    ]
    head = [_("Step"), _("Level"), _("Below Expected"), _("n"), _("Reached")]
    made = table(heading, head, rows, wide=(1,))
    bars = levels_bars(
        _("From Criminal to Unbelievable"), [(f"{line.number}. {line.name}", line.levels) for line in told.lines]
    )
    people = ngettext("%(num)s person", "%(num)s people", told.people) % {"num": counted(told.people)}
    touchpoints = ngettext("%(num)s touchpoint", "%(num)s touchpoints", told.turns) % {"num": counted(told.turns)}
    return [
        Part(
            heading,
            words=[told.weakest, f"{people}, {touchpoints}."],
            bars=bars,
            head=made.head,
            rows=made.rows,
            wide=made.wide,
            notes=[*([levels_legend()] if bars else []), _("Intervals are 95 %.")],
        )
    ]


def _along(page: JourneyPage) -> list[Part]:
    if page.told.drawing is None:
        return []
    said = _("Share of touchpoints below Expected, in the order customers meet the steps. Lines: 95 % interval.")
    return [Part(_("Along the way"), bars=bars_of(page.told.drawing), notes=[said])]


def _next(told: Told) -> Part:
    rows = [
        (
            f"{line.number}. {line.name}",
            _share(line.onward),
            _share(line.back),
            _share(line.quiet),
            line.ease,
            line.pleasure,
        )
        for line in told.lines
    ]
    head = [_("Step"), _("Went on"), _("Came back"), _("Nothing more"), _("How easy"), _("How satisfied")]
    made = table(_("What came next"), head, rows, wide=(1, 2, 3, 4, 5))
    said = _(
        "Within 30 days, of visits that have had 30 days behind them. “Came back” means to this or an earlier step. Nothing"
        " more is good after delivery, and a loss before an order. Whoever is in none of the three came with something"
        " else."
    )
    return Part(made.heading, head=made.head, rows=made.rows, wide=made.wide, notes=[said])


def _whole(page: JourneyPage) -> list[Part]:
    line = page.relationship
    if line is None:
        return []
    n = page.relationship_people
    people = ngettext("%(num)s person", "%(num)s people", n) % {"num": counted(n)}
    words = [
        _(
            "Of the people on this journey, by the strongest and the last moment of their past twelve months with us, never"
            " the mean."
        )
        + f" {people}."
    ]
    if line.below:
        words.append(
            _("Below Expected: %(share)s (%(interval)s). Above: %(above)s (%(between)s).")
            % {
                "share": line.below,
                "interval": line.below_interval,
                "above": line.above,
                "between": line.above_interval,
            }
        )
    bars = levels_bars(_("From Criminal to Unbelievable"), [(line.label, line)])
    return [
        Part(_("How the whole relationship stands"), words=words, bars=bars, notes=[levels_legend()] if bars else [])
    ]


def _step(page: JourneyPage) -> list[Part]:
    """The chosen step over time, and what moved it."""
    if page.over_time is None or page.erosion is None:
        return []
    heading = _("“%(step)s” over time") % {"step": page.step}
    over_time = [replace(part, heading=heading) for part in over_time_part(page.over_time)]
    empty = [Part(heading, words=[_("None at this step in this period.")])]
    return [*(over_time or empty), moved_part(_("What moved it, and what it takes to stay"), page.erosion)]


def _share(each: Share) -> str:
    return _with(each.text, f"{each.interval}; {each.of}" if each.interval else each.of)


def _with(text: str, beside: str) -> str:
    return f"{text or '–'} ({beside})" if beside else text
