"""What became of the steps of a journey, in words, the weakest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.ladder.evidence_words import signed
from rung.ladder.levels import level_name, percent
from rung.ladder.model.adaptation import rung_for
from rung.ladder.model.parameters import Parameters
from rung.ladder.pages import SliceLine, slice_line
from rung.ladder.shares import COUNTS_ONLY_BELOW, TREND_WORDS_FROM, Span
from rung.patterns.pages.texts import share_of
from rung.patterns.sharing import design_effect
from rung.ui.charts import Bar, BarChart, bar_chart
from rung.ui.figures import figure
from rung.ways.built_in import Drawn
from rung.ways.filters import WayFilters
from rung.ways.walking import Delivered, Walked, delivered
from rung.ways.words import Names, conditions

SURE_ENOUGH = 0.9


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its interval; both are empty where there are too few, and only ``of`` is said."""

    text: str
    interval: str
    of: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """``number``: its place on the way, from 1. ``levels`` has no pieces where there are too few turns.

    ``ease`` and ``pleasure``: means of the answers, "not measured" without any.
    """

    number: int
    name: str
    conditions: str
    href: str
    is_current: bool
    turns: int
    level: str
    interval: str
    levels: SliceLine
    reached: Share
    onward: Share
    back: Share
    quiet: Share
    ease: str
    pleasure: str


@dataclass(frozen=True, slots=True)
class Told:
    """A journey as it went. ``lines`` weakest first; ``weakest`` says which step that is and how sure it is, or why nothing
    can be said. ``below``: the share below Expected of the weakest, for the order of journeys; -1 where it is not known."""

    key: str
    name: str
    lines: tuple[StepLine, ...]
    weakest: str
    below: float
    people: int
    turns: int
    drawing: BarChart | None


def told(
    drawn: Drawn, walked: Sequence[Walked], base: str, filters: WayFilters, names: Names, parameters: Parameters
) -> Told:
    """``base``: the address of the journey's own page."""
    found = delivered(walked)
    people = len(set().union(*(step.people for step in walked)))
    lines = tuple(
        StepLine(
            number=step.place + 1,
            name=drawn.steps[step.place].name,
            conditions=_beside(drawn.steps[step.place].name, conditions(drawn.steps[step.place], names)),
            href=base + filters.query(step=step.place + 1, page="") + "#step",
            is_current=filters.step == step.place + 1,
            turns=len(step.turns),
            level=_level(gave, parameters),
            interval=_interval(gave, parameters),
            levels=slice_line(drawn.steps[step.place].name, "", gave.shares),
            reached=_of_people(len(step.people), people),
            onward=_of_visits(step, "onward"),
            back=_of_visits(step, "back"),
            quiet=_of_visits(step, "quiet"),
            ease=_mean([turn.ease for turn in step.turns if turn.ease is not None], 7),
            pleasure=_mean([turn.pleasure for turn in step.turns if turn.pleasure is not None], 5),
        )
        for step, gave in zip(walked, found, strict=True)
    )
    order = sorted(range(len(lines)), key=lambda k: (-_below(found[k]), k))
    return Told(
        key=drawn.key,
        name=drawn.name,
        lines=tuple(lines[k] for k in order),
        weakest=_weakest([(drawn.steps[k].name, found[k]) for k in order]),
        below=_below(found[order[0]]) if order else -1.0,
        people=people,
        turns=sum(len(step.turns) for step in walked),
        drawing=_drawing(drawn, found),
    )


def _beside(name: str, asked: str) -> str:
    """What a step asks for, where its name does not say so already."""
    return "" if asked.casefold() == name.casefold() else asked


def _of_people(hits: int, n: int) -> Share:
    text, interval = share_of(hits, n)
    return Share(text, interval, _of(hits, n))


def _of_visits(step: Walked, what: str) -> Share:
    """Of the followed visits; those of one customer are alike, and the interval says so."""
    mine = [(after.followed, int(getattr(after, what))) for after in step.after.values()]
    n, hits = (sum(each[k] for each in mine) for k in range(2))
    text, interval = share_of(hits, n, design_effect(mine))
    return Share(text, interval, _of(hits, n))


def _of(hits: int, n: int) -> str:
    return _("%(hits)s of %(n)s") % {"hits": figure(hits, ","), "n": figure(n, ",")}


def _below(gave: Delivered) -> float:
    return gave.shares.below.value if gave.shares.below else -1.0


def _level(gave: Delivered, parameters: Parameters) -> str:
    return level_name(rung_for(gave.level.value, parameters)) if gave.level else ""


def _interval(gave: Delivered, parameters: Parameters) -> str:
    span = gave.level
    if span is None or span.low is None or span.high is None:
        return ""
    ends = [level_name(rung_for(end, parameters)) for end in (span.low, span.high)]
    figures = _("%(mean)s, 95\u00a0%%: %(low)s to %(high)s") % {
        "mean": signed(span.value), "low": signed(span.low), "high": signed(span.high),
    }  # fmt: skip
    if ends[0] == ends[1]:
        return figures
    return _("%(low)s to %(high)s") % {"low": ends[0], "high": ends[1]} + f" ({figures})"


def _weakest(ranked: Sequence[tuple[str, Delivered]]) -> str:
    """No step is called the weakest below thirty turns, nor alone where another may well be it."""
    known = [(name, gave) for name, gave in ranked if gave.shares.below]
    if not known:
        return _("Fewer than five touchpoints at every step: too few to say which is the weakest.")
    name, gave = known[0]
    below = gave.shares.below
    assert below is not None
    figures = _("%(share)s below Expected%(interval)s, n = %(n)s") % {
        "share": percent(below.value),
        "interval": _bounds(below),
        "n": figure(gave.shares.count, ","),
    }
    if len(known) < 2:
        return _("Only “%(name)s” has enough touchpoints to be told: %(figures)s.") % {"name": name, "figures": figures}
    if gave.shares.count < TREND_WORDS_FROM:
        return _("“%(name)s” stands lowest (%(figures)s), which may be chance: fewer than thirty touchpoints.") % {
            "name": name, "figures": figures,
        }  # fmt: skip
    if gave.weakest is not None and gave.weakest >= SURE_ENOUGH:
        return _("The weakest step is “%(name)s”: %(figures)s.") % {"name": name, "figures": figures}
    return _(
        "“%(name)s” stands lowest (%(figures)s), but another step may be the weakest: that it is this one is %(sure)s sure."
    ) % {"name": name, "figures": figures, "sure": percent(gave.weakest or 0.0)}


def _bounds(span: Span) -> str:
    if span.low is None or span.high is None:
        return ""
    return _(" (95\u00a0%%: %(low)s to %(high)s)") % {"low": percent(span.low), "high": percent(span.high)}


def _mean(answers: Sequence[float], most: int) -> str:
    if not answers:
        return _("not measured")
    n = ngettext("%(n)s answer", "%(n)s answers", len(answers)) % {"n": figure(len(answers), ",")}
    if len(answers) < COUNTS_ONLY_BELOW:
        return n
    return _("%(mean)s of %(most)s, %(n)s") % {"mean": figure(sum(answers) / len(answers), ".1f"), "most": most, "n": n}


def _drawing(drawn: Drawn, found: Sequence[Delivered]) -> BarChart | None:
    """In the order customers meet the steps, so that one sees where on the way it is weak."""
    if not any(gave.shares.below for gave in found):
        return None
    bars = []
    for number, (step, gave) in enumerate(zip(drawn.steps, found, strict=True), 1):
        below = gave.shares.below
        bars.append(
            Bar(
                label=f"{number}. {step.name}",
                value=below.value if below else None,
                low=below.low if below else None,
                high=below.high if below else None,
                note=f"n = {figure(gave.shares.count, ',')}",
                css="level-2",
            )
        )
    title = _("Share of touchpoints below Expected at each step")
    return bar_chart(f"way-{drawn.key}", title, bars, write=percent, highest=1.0)
