"""The ladder page on paper. The touchpoints stay on screen, where who may see them is asked each time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.accounts.access import Agent
from rung.business.access import our_brand
from rung.ladder.filters import LadderFilters
from rung.ladder.levels import level_name
from rung.ladder.pages.erosion import ErosionPart
from rung.ladder.pages.ladder import LadderPage, SliceLine, ladder_page
from rung.ladder.pages.over_time import OverTime
from rung.ui.dates import date_format
from rung.ui.figures import counted, figure
from rung.ui.paper import BarRow, Bars, Paper, Part, Piece, bars_of, drawing_of, paper_of, table


def ladder_paper(agent: Agent, filters: LadderFilters, *, at: datetime) -> Paper:
    """What the page says, but its touchpoints."""
    page = ladder_page(agent, filters)
    parts = [Part(words=_about(page))]
    if page.count:
        parts += [_rungs(page), *over_time_part(page.over_time), *_slices(page), *_moved(page)]
    return paper_of(
        _("The ladder"),
        parts,
        company=our_brand().name,
        lead=[period_in_words(filters.start, filters.end), *_narrowed(page, agent)],
        about=page.note,
        href=reverse("ladder:ladder") + filters.query(page=""),
        at=at,
    )


def period_in_words(start: datetime, end: datetime) -> str:
    """First and last day, in the zone in force."""
    first, last = timezone.localtime(start), timezone.localtime(end - timedelta(seconds=1))
    return _("%(first)s to %(last)s (%(zone)s)") % {
        "first": date_format(first, "j M Y"),
        "last": date_format(last, "j M Y"),
        "zone": timezone.get_current_timezone_name(),
    }


def _narrowed(page: LadderPage, agent: Agent) -> list[str]:
    asked = page.filters
    chosen = (
        (page.channels, asked.channel), (page.phases, asked.phase), (page.freedoms, asked.freedom),
        (page.teams, str(asked.team or "")),
    )  # fmt: skip
    return [dict(choices).get(value, "") for choices, value in chosen if value] + ([] if asked.team else [whose(agent)])


def whose(agent: Agent) -> str:
    """Whose service a screen is about that is narrowed to no team."""
    return _("every team") if agent.sees_all else _("the teams of whoever this was made for")


def _about(page: LadderPage) -> list[str]:
    if not page.count:
        return [_("Nothing was graded in this period")]
    said = ngettext("%(num)s touchpoint", "%(num)s touchpoints", page.count) % {"num": counted(page.count)}
    if page.before:
        said += ", " + _("%(count)s in the period before") % {"count": counted(page.before)}
    return [
        said
        + ". "
        + _(
            "For %(count)s of them (%(share)s) there is not enough evidence to name a level; they count by how such service"
            " usually is."
        )
        % {"count": counted(page.not_enough), "share": page.not_enough_share},
        *([_("Fewer than five touchpoints: too few for shares.")] if page.counts_only else []),
        *(
            [_("Fewer than five customers, or all served alike: how sure these shares are cannot be told.")]
            if page.is_without_interval
            else []
        ),
    ]


def _rungs(page: LadderPage) -> Part:
    rows = [
        (
            each.words.name,
            each.share,
            each.interval,
            each.former,
            f"{each.difference} ({each.difference_interval}) {each.trend}" if each.difference else "",
        )
        for each in page.rungs
    ]
    head = [_("Rung"), _("Share"), _("95 % interval"), _("Before"), _("Change in points")]
    told = table(_("The six rungs"), head, rows)
    notes = [f"{each.words.name}: {each.words.sentence}" for each in page.rungs]
    drawing = bars_of(page.drawing) if page.drawing else None
    if drawing:
        drawn = _("Bars: share of touchpoints. Lines: 95 % interval. Dashes: the period before.")
        meant = _(
            "Each touchpoint counts in part towards every level that it may have been. The interval says how far the shares"
            " would be others with other customers, not how sure a single level is."
        )
        notes = [drawn, meant, *notes]
    return Part(told.heading, bars=drawing, head=told.head, rows=told.rows, notes=notes)


def over_time_part(told: OverTime) -> list[Part]:
    """The level of any touchpoints over time."""
    if not told.points:
        return []
    rows = [(each.label, each.level, each.mean, each.interval, counted(each.n)) for each in told.points]
    head = [_("From – to"), _("Level"), _("Mean"), _("95 % interval"), _("n")]
    made = table(_("Over time"), head, rows)
    return [
        Part(
            made.heading,
            chart=drawing_of(told.drawing) if told.drawing else None,
            head=made.head,
            rows=made.rows,
            notes=[each for each in (_("Mean level, in steps of d, newest first"), told.surprise) if each],
        )
    ]


def levels_bars(title: str, lines: list[tuple[str, SliceLine]]) -> Bars | None:
    """One bar of all six levels for each line that has enough to be drawn."""
    drawn = [(label, line) for label, line in lines if line.pieces]
    if not drawn:
        return None
    return Bars(
        alt=title + ". " + " ".join(f"{label}: {line.spoken}." for label, line in drawn),
        rows=[
            BarRow(
                label,
                f"n = {figure(line.count, ',')}",
                [Piece(_tenfold(piece.x), _tenfold(piece.width), piece.level) for piece in line.pieces],
            )
            for label, line in drawn
        ],
    )


def _tenfold(percent: str) -> float:
    return 10 * float(percent.rstrip("%"))


def slices_part(heading: str, first: str, lines: list[SliceLine]) -> Part:
    """Lines of levels, as bars and as a table."""
    rows = [
        (line.label, counted(line.count), line.below, line.below_interval, line.above, line.above_interval)
        for line in lines
    ]
    interval = _("95 % interval")
    made = table(heading, [first, _("Touchpoints"), _("Below Expected"), interval, _("Above Expected"), interval], rows)
    return Part(
        heading,
        bars=levels_bars(_("From Criminal to Unbelievable"), [(line.label, line) for line in lines]),
        head=made.head,
        rows=made.rows,
        notes=[levels_legend()] if any(line.pieces for line in lines) else [],
    )


def levels_legend() -> str:
    return _("Bars, from the left: %(levels)s.") % {"levels": ", ".join(level_name(number) for number in range(1, 7))}


def _slices(page: LadderPage) -> list[Part]:
    kinds = (
        (_("By channel"), _("Channel"), page.by_channel),
        (_("By phase"), _("Phase"), page.by_phase),
        (_("By freedom to leave"), _("Customers"), page.by_freedom),
    )
    parts = [slices_part(heading, first, list(lines)) for heading, first, lines in kinds if lines]
    if page.by_freedom:
        parts[-1].notes.append(_("Who is bound to us and who is free is told as it is known now, not as it was then."))
    return parts


def _moved(page: LadderPage) -> list[Part]:
    found = page.erosion
    parts = [moved_part(_("What moved it, and what it takes to stay"), found)]
    again = [(f"{each.number}.", each.d, each.name) for each in found.repetitions]
    if again:
        parts.append(table(_("The same service again and again"), [_("Time"), _("d"), _("Lived as")], again))
    return parts


def moved_part(heading: str, found: ErosionPart) -> Part:
    """What moved the level of any touchpoints, and what it takes to hold one."""
    rows = [
        (each.label, each.text, each.interval if each.is_sure else f"{each.interval} {_('may be chance')}".strip())
        for each in found.changes
    ]
    made = table("", [_("Change of the mean, in steps of d"), _("Change"), _("95 % interval")], rows)
    words = [" ".join(each for each in (found.hold, found.picture, f"({found.settings})") if each)]
    if not found.changes:
        words.insert(0, _("The two periods hold too little to say what moved the level."))
    return Part(heading, words=words, head=made.head if rows else [], rows=made.rows)
