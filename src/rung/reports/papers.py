"""The screens of the numbers on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from rung.business.access import our_brand
from rung.insight.pages.compared import ComparedPage
from rung.insight.pages.detail import KPIPage
from rung.insight.pages.filters import Filters
from rung.insight.pages.overview import Card, Counter, OverviewPage
from rung.ui.paper import Figure, Paper, Part, bars_of, drawing_of, paper_of, table


def overview_paper(page: OverviewPage, href: str, *, at: datetime) -> Paper:
    """All KPIs that are named on the overview, the customers' result first."""
    parts = [
        Part(str(heading), cards=[_card(each) for each in cards])
        for heading, cards in ((_("The customers’ result"), page.customers), (_("What we did"), page.service))
        if cards
    ]
    return _paper(_("Numbers"), page.filters, parts, href, "", at)


def kpi_paper(page: KPIPage, href: str, *, at: datetime) -> Paper:
    """One KPI with its series, teams, channels, what was left out of it, and definition."""
    own = Figure(
        title=str(page.kpi.title),
        label=page.own.label,
        value=page.own.value,
        interval=page.own.interval,
        words=[each for each in (page.own.population, page.change.text, page.sure, page.remark) if each],
        counter=_counted(page.counter),
        missing=_missing(page.why_not),
        chart=drawing_of(page.chart) if page.chart is not None else None,
    )
    interval, of = _("95 % interval"), _("Of how many")
    tables = [
        (_("Over time"), _("Days"), [[each.label, each.value, each.interval, each.n] for each in page.points]),
        (_("By team"), _("Team"), [[each.label, each.value, each.interval, each.n] for each in page.teams]),
        (_("By channel"), _("Channel"), [[each.label, each.value, each.interval, each.n] for each in page.channels]),
        (_("In parts"), _("Part"), [[each.label, each.value, each.interval, each.population] for each in page.parts]),
    ]
    parts = [Part(figure=own)]
    parts += [table(title, [first, _("Value"), interval, of], rows) for title, first, rows in tables if rows]
    if page.nothing_to_tell:
        parts.append(Part(words=[page.nothing_to_tell]))
    if page.distribution is not None:
        parts.append(Part(_("Distribution"), bars=bars_of(page.distribution)))
    left_out = table(_("Left out"), [_("What"), _("How many")], page.excluded)
    parts.append(replace(left_out, notes=[*page.not_left_out]))
    parts.append(Part(_("Left out by definition"), notes=[*page.exclusions]))
    parts.append(Part(_("How it is computed"), pairs=[*page.definition], is_method=True))
    return _paper(str(page.kpi.title), page.filters, parts, href, page.about, at)


def compared_paper(page: ComparedPage, *, at: datetime) -> Paper:
    """Two periods or teams against each other."""
    one, other = page.sides
    rows = [
        (
            f"{row.title}: {row.label}" + (f" ({row.about})" if row.about else ""),
            _side(row.one, row.one_interval, row.one_of),
            _side(row.other, row.other_interval, row.other_of),
            _side(row.difference.value, row.difference.interval, ""),
            row.difference.verdict,
        )
        for row in page.rows
    ]
    head = [_("Number"), one.words, other.words, _("Difference"), _("So")]
    made = table("", head, rows, wide=(1, 2, 3, 4))
    notes = [
        _("Intervals are 95 %."),
        _(
            "The interval of a difference adds the distances of both values to their limits in squares (Newcombe; Zou and"
            " Donner). It takes the two sides for independent. Whoever compares eight numbers will find one that differs by"
            " chance about every third time."
        ),
    ]
    notes += [page.shared] if page.shared else []
    parts = [Part(words=[each for each in (*page.errors, page.overlap) if each])]
    parts.append(Part(head=made.head, rows=made.rows, wide=made.wide, notes=notes))
    title = _("Compare")
    lead = [_("%(one)s against %(other)s") % {"one": one.words, "other": other.words}, *_narrowed(one.filters)]
    href = reverse("insight:compare") + page.query
    return paper_of(title, parts, company=our_brand().name, lead=lead, href=href, at=at)


def _side(value: str, interval: str, of: str) -> str:
    beside = "; ".join(each for each in (interval, of) if each)
    return f"{value} ({beside})" if beside else value


def _narrowed(filters: Filters) -> list[str]:
    said = [_scope(filters)] if filters.team is None else []
    if filters.channel:
        said.append(filters.channel_name(filters.channel))
    return [*said, _("days in UTC")]


def _paper(title: str, filters: Filters, parts: list[Part], href: str, about: str, at: datetime) -> Paper:
    lead = [filters.words, _scope(filters)]
    if filters.channel:
        lead.append(filters.channel_name(filters.channel))
    lead.append(_("days in UTC"))
    return paper_of(title, parts, company=our_brand().name, lead=lead, href=href, at=at, about=about)


def _scope(filters: Filters) -> str:
    if filters.team is not None:
        return filters.team_name(filters.team)
    return _("the teams of whoever this was made for") if filters.is_partial else _("every team")


def _card(card: Card) -> Figure:
    return Figure(
        title=card.title,
        label=card.label,
        value=card.value,
        interval=card.interval,
        words=[each for each in (card.population, card.change.text, card.about) if each],
        counter=_counted(card.counter),
        missing=_missing(card.why_not),
        chart=drawing_of(card.chart) if card.chart is not None else None,
    )


def _counted(counter: Counter | None) -> str:
    """The counter-metric as a sentence."""
    if counter is None:
        return ""
    said = _("Watch as well: %(value)s %(label)s") % {"value": counter.value, "label": counter.label}
    further = [each for each in (counter.population, counter.interval) if each]
    return f"{said} ({'; '.join(further)})" if further else said


def _missing(why: str) -> str:
    return _("Not yet measured, because: %(why)s") % {"why": why} if why else ""
