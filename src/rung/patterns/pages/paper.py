"""Patterns and topics on paper: what the screens say, and nothing of the conversations behind it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.business.access import our_brand
from rung.ladder.pages import moved_part, over_time_part, period_in_words, slices_part
from rung.patterns.access import Side, Topic
from rung.patterns.filters import PatternFilters
from rung.patterns.pages.overview import DriverLine, PatternsPage, SidePart, patterns_page
from rung.patterns.pages.pattern import pattern_page
from rung.patterns.pages.topics import OwnSide, TopicLine, topic_page, topics_page
from rung.ui.dates import date_format
from rung.ui.paper import Paper, Part, bars_of, drawing_of, paper_of, table


def patterns_paper(agent: Agent, filters: PatternFilters, *, at: datetime) -> Paper:
    page = patterns_page(agent, filters, at=at)
    parts = [Part(words=[each for each in (f"{page.about}." if page.about else "", *page.notes) if each])]
    if not page.sides:
        parts = [Part(words=[_why_none(page)])]
    for side in page.sides:
        parts += _side(side)
    parts += _contrasts(page)
    if page.sides:
        parts.append(Part(_("How is this computed?"), pairs=[*page.method], is_method=True))
    studied = ""
    if page.studied_at:
        day = date_format(timezone.localtime(page.studied_at), "j M Y, H:i")
        studied = _("Worked out on %(day)s.") % {"day": day}
    return paper_of(
        _("Patterns"),
        parts,
        company=our_brand().name,
        lead=[period_in_words(*filters.span(at)), filters.words],
        about=" ".join(each for each in (studied, page.leans) if each),
        href=reverse("patterns:patterns") + filters.query(page=""),
        at=at,
    )


def _why_none(page: PatternsPage) -> str:
    return _("Too few turns of service here") if page.studied_at else _("Nothing has been worked out yet")


def _side(side: SidePart) -> list[Part]:
    interval = _("95\u00a0%%: %(interval)s") % {"interval": side.interval} if side.interval else ""
    told = " · ".join(each for each in (side.share, side.count, interval) if each)
    few = _("Fewer than thirty: no places are told.") if side.is_few and side.drivers else ""
    words = [each for each in (side.meaning, f"{told}.", side.why_not, few) if each]
    parts = [Part(side.title, words=words, bars=bars_of(side.drawing) if side.drawing else None)]
    if side.drivers:
        note = _("n: turns on this side of those where it was the case.")
        parts.append(_drivers(_("%(side)s: shares in percentage points") % {"side": side.title}, side.drivers, note))
    if side.together:
        note = _(
            "Here the words customers wrote compete with the rest. A turn with several of them gives each its part. Counted"
            " among half of the customers: words were picked by the other half."
        )
        title = _("%(side)s: causes, topics and words together") % {"side": side.title}
        parts.append(_drivers(title, side.together, note))
    if side.explained:
        rows = [(line.name, line.share, line.interval, line.place) for line in side.explained]
        title = _("%(side)s: how much of them each explains, in percentage points") % {"side": side.title}
        note = _("Explained variance: %(whole)s of it") % {"whole": side.explained_whole}
        made = table(title, [_("Driver"), _("Points"), _("95 % interval"), _("Place")], rows)
        parts.append(Part(made.heading, head=made.head, rows=made.rows, notes=[f"{note}."]))
    if side.words:
        rows = [(line.word, line.lift, line.interval, line.n) for line in side.words]
        title = _("%(side)s: how much likelier a customer is among them who writes it") % {"side": side.title}
        parts.append(table(title, [_("Word"), _("Lift"), _("95 % interval"), _("Customers")], rows))
    return parts


def _drivers(title: str, lines: tuple[DriverLine, ...], note: str) -> Part:
    rows = [
        (
            f"{line.name} ({line.kind})" if line.kind else line.name,
            line.share,
            line.interval if line.is_sure else f"{line.interval} ({_('may be chance')})",
            line.place,
            f"{line.hit} / {line.with_it}",
        )
        for line in lines
    ]
    made = table(title, [_("Driver"), _("Share"), _("95 % interval"), _("Place"), _("n")], rows)
    return Part(made.heading, head=made.head, rows=made.rows, notes=[note])


def _contrasts(page: PatternsPage) -> list[Part]:
    if not page.contrasts:
        return []
    rows = [
        (
            row.name,
            _with(row.penalty, row.penalty_interval),
            _with(row.reward, row.reward_interval),
            _with(row.asymmetry, row.asymmetry_interval),
            row.n,
            row.verdict,
        )
        for row in page.contrasts
    ]
    head = [_("Attribute"), _("Where low"), _("Where high"), _("Asymmetry"), _("n"), _("So")]
    title = _("What only hurts when it is missing, and what only delights")
    made = table(title, head, rows, wide=(1, 2, 3, 4, 5))
    notes = [_("Penalty and reward between −1 (frustrated) and +1 (delighted)") + ". " + _("Intervals are 95 %.")]
    return [Part(made.heading, head=made.head, rows=made.rows, wide=made.wide, notes=notes)]


def pattern_paper(agent: Agent, side: str, key: str, filters: PatternFilters, *, at: datetime) -> Paper:
    """One pattern. Raises Http404 for a side or a driver that does not exist."""
    page = pattern_page(agent, side, key, filters, at=at, everything=True)
    interval, of, share = _("95 % interval"), _("Of"), _("Share")
    often = _("How often customers were %(side)s") % {"side": page.side_name}
    rows = [(each.label, each.share, each.interval, each.of) for each in page.comparisons]
    made = table(often, [_("Turns"), share, interval, of], rows)
    notes = [_("It is not among the drivers found here, or too little is known of it.")]
    if page.share:
        chance = _("It goes together; whether it is the cause has to be tried.")
        notes = [f"{_('As a driver:')} {page.share}. {chance}"]
    parts = [Part(made.heading, head=made.head, rows=made.rows, notes=notes)]
    if page.drawing:
        rows = [(each.label, each.share, each.interval, each.of) for each in page.stretches]
        made = table(_("Over time, where it was the case"), [_("From – to"), share, interval, of], rows)
        parts.append(Part(made.heading, chart=drawing_of(page.drawing), head=made.head, rows=made.rows))
    return paper_of(
        page.title,
        parts,
        company=our_brand().name,
        lead=[str(Side(side).label), period_in_words(*filters.span(at)), filters.words],
        about=page.sentence,
        href=reverse("patterns:pattern", args=[side, key]) + filters.query(page=""),
        at=at,
    )


def topic_paper(agent: Agent, topic: Topic, filters: PatternFilters, *, at: datetime) -> Paper:
    """One topic; the touchpoints behind it stay on screen, where who may see them is asked each time."""
    page = topic_page(agent, topic, filters, at=at)
    said = [_("It counts as another topic:") + f" {page.into}."] if page.into else []
    if page.is_retired:
        said.append(_("The latest look at all conversations did not find this topic again."))
    parts = [Part(_("Its words"), words=[", ".join(page.words), *said])]
    parts += map(_own_side, page.sides)
    if page.levels:
        parts.append(slices_part(_("Levels"), _("About it"), [page.levels]))
        parts += over_time_part(page.over_time)
        parts.append(moved_part(_("What moved it"), page.erosion))
    return paper_of(
        page.name,
        parts,
        company=our_brand().name,
        lead=[_("Topic"), period_in_words(*filters.span(at)), filters.words],
        href=reverse("patterns:topic", args=[topic.pk]) + filters.query(page=""),
        at=at,
    )


def _own_side(side: OwnSide) -> Part:
    interval = [_("95\u00a0%%: %(interval)s") % {"interval": side.interval}] if side.interval else []
    words = [" · ".join([side.share or "–", side.of, *interval])]
    if not side.drivers:
        return Part(side.title, words=[*words, _("Too few, or nothing goes together with it more than by chance.")])
    rows = [(line.name, line.share, line.interval, line.place, line.n) for line in side.drivers]
    made = table(side.title, [_("Driver"), _("Points"), _("95 % interval"), _("Place"), _("n")], rows)
    return Part(made.heading, words=words, head=made.head, rows=made.rows)


def topics_paper(agent: Agent, filters: PatternFilters, *, at: datetime) -> Paper:
    page = topics_page(agent, filters, at=at)
    head = [_("Topic"), _("Words"), _("Turns"), _("Frustrated"), _("Delighted")]
    parts = [table(title, head, map(_topic, lines), wide=(1,)) for title, lines in _listed(page.topics, page.hidden)]
    if not parts:
        parts = [Part(words=[_("No topics have been looked for yet")])]
    notes = [page.without, _("Intervals are 95 %; fewer than five turns: only the count.")]
    parts.append(Part(notes=[each for each in notes if each]))
    return paper_of(
        _("Topics"),
        parts,
        company=our_brand().name,
        lead=[period_in_words(*filters.span(at)), filters.words],
        href=reverse("patterns:topics") + filters.query(page=""),
        at=at,
    )


def _listed(shown: tuple[TopicLine, ...], hidden: tuple[TopicLine, ...]) -> list[tuple[str, tuple[TopicLine, ...]]]:
    return [(title, lines) for title, lines in ((_("Topics"), shown), (_("Hidden"), hidden)) if lines]


def _topic(line: TopicLine) -> tuple[object, ...]:
    return (
        line.name,
        line.words,
        line.cases,
        _with(line.frustrated, line.frustrated_interval),
        _with(line.delighted, line.delighted_interval),
    )


def _with(text: str, interval: str) -> str:
    return f"{text} ({interval})" if interval else text
