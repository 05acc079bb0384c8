"""The funnel of one outcome and topic: dots without names, and how far chance alone spreads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log

from django.http import Http404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.patterns.access import topic_names
from rung.patterns.pages.texts import percent
from rung.training.access import LEADS, Outcome, Spread, Standing, latest_round
from rung.training.bounds import FEWEST_COLLEAGUES
from rung.training.funnel import LIMITS, limits
from rung.training.pages.texts import outcome_name, outcome_sentence, topic_name
from rung.ui.charts import WHOLE_PER_CENT, gutter, scale
from rung.ui.figures import figure

HEIGHT, TOP, BOTTOM = 280, 16, 24
BOX = 1000
LEFT, RIGHT = 6.0, 97.0
CORNERS = 40
FEWEST_MARKS = 3
MARKED: tuple[tuple[float, ...], ...] = (
    (1,), (1, 2, 5), (1, 1.5, 2, 3, 5, 7), (1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    x: str
    y: float
    text: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Tick:
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class FunnelChart:
    """Across the conversations of one of us, by their logarithm, in percent of the width; up the share, in pixels. `gutter`:
    as `ui.charts` has it."""

    name: str
    title: str
    description: str
    height: int
    plot_top: int
    plot_height: int
    inner: tuple[str, str]
    outer: tuple[str, str]
    mean_y: float
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    gutter: int


@dataclass(frozen=True, slots=True)
class FunnelPage:
    """``dots``: the same as a table, in the order of their size; ``numbers``: the same once more to reckon with, and without
    whose own one is; ``files``: where they are to be had as a file, without the kind."""

    title: str
    meaning: str
    back_href: str
    back: str
    chart: FunnelChart
    dots: tuple[tuple[str, str, str, bool], ...]
    numbers: tuple[tuple[int, float, str], ...]
    files: str
    topic: str
    outcome: str
    has_own: bool
    stood_on: str


def spread_of(topic: int, outcome: str) -> Spread | None:
    """The latest round's spread, with its standings, where enough of us deal with the topic; None elsewhere."""
    rows = Spread.objects.filter(round=latest_round(), topic=topic, outcome=outcome, colleagues__gte=FEWEST_COLLEAGUES)
    return rows.prefetch_related("standings").first()


def may_see(agent: Agent, spread: Spread) -> bool:
    """Those who lead, and those who stand in it: dots without names are still of few."""
    return agent.may(LEADS) or any(each.agent_id == agent.pk for each in spread.standings.all())


def funnel_page(agent: Agent, topic: int, outcome: str) -> FunnelPage:
    """Raises Http404 where there is none, or it is not theirs to see. Four queries."""
    spread = spread_of(topic, outcome) if outcome in Outcome.values else None
    if spread is None or not may_see(agent, spread):
        raise Http404
    chart, own = funnel_chart(spread, agent)
    leads, name = agent.may(LEADS), topic_name(topic, topic_names())
    standings = sorted(spread.standings.all(), key=lambda each: (each.n, each.pk))
    return FunnelPage(
        title=capfirst(f"{name}: {outcome_name(outcome)}"),
        meaning=outcome_sentence(outcome),
        back_href=reverse("training:opportunities" if leads else "training:mine"),
        back=_("Training opportunities") if leads else _("My training"),
        chart=chart,
        dots=tuple(
            (figure(each.n, ","), percent(each.rate), _inside(each, spread.mean), each.agent_id == agent.pk)
            for each in standings
        ),
        numbers=tuple((each.n, round(each.rate, 4), _inside(each, spread.mean)) for each in standings),
        files=reverse("training:funnel", args=[topic, outcome]),
        topic=name,
        outcome=outcome_name(outcome),
        has_own=own,
        stood_on=_("%(n)s conversations of %(count)s of us; %(mean)s went well.")
        % {"n": figure(spread.n, ","), "count": len(standings), "mean": percent(spread.mean)},
    )


def _inside(each: Standing, mean: float) -> str:
    low, high = limits(each.n, mean, LIMITS[0])
    if low <= each.rate <= high:
        return _("chance would explain it")
    low, high = limits(each.n, mean, LIMITS[1])
    return _("hardly chance") if low <= each.rate <= high else _("not chance alone")


def funnel_chart(spread: Spread, agent: Agent) -> tuple[FunnelChart, bool]:
    """The drawing, and whether whoever looks is in it."""
    standings = list(spread.standings.all())
    most = max((each.n for each in standings), default=1)
    least = min((each.n for each in standings), default=1)
    across = _across(max(least * 0.8, 1.0), most * 1.2)
    sizes = sorted({max(round(least * 0.8 * (most * 1.5 / least) ** (k / CORNERS)), 1) for k in range(CORNERS + 1)})
    inner = [limits(n, spread.mean, LIMITS[0]) for n in sizes]
    outer = [limits(n, spread.mean, LIMITS[1]) for n in sizes]
    lowest = min([each.rate for each in standings] + [low for low, _high in outer])
    highest = max([each.rate for each in standings] + [high for _low, high in outer])
    marks = scale(max(lowest - 0.02, 0.0), min(highest + 0.02, 1.0), steps=WHOLE_PER_CENT)
    low, high = max(marks[0], 0.0), min(marks[-1], 1.0)
    plot = HEIGHT - TOP - BOTTOM

    def up(share: float) -> float:
        return 1 - (min(max(share, low), high) - low) / ((high - low) or 1.0)

    def path(values: list[float]) -> str:
        corners = [f"{across(n) / 100 * BOX:.1f} {up(v) * BOX:.1f}" for n, v in zip(sizes, values, strict=True)]
        return "M" + "L".join(corners)

    told = ngettext_dots(len(standings), spread.mean)
    columns = marks_across(least * 0.8, most * 1.2)
    rows = tuple(Tick(f"{TOP + up(mark) * plot:.1f}", percent(mark)) for mark in marks if low <= mark <= high)
    return (
        FunnelChart(
            name="funnel",
            title=_("Share that went well by the number of conversations, with the limits of chance"),
            description=told,
            height=HEIGHT,
            plot_top=TOP,
            plot_height=plot,
            inner=(path([each[0] for each in inner]), path([each[1] for each in inner])),
            outer=(path([each[0] for each in outer]), path([each[1] for each in outer])),
            mean_y=round(TOP + up(spread.mean) * plot, 1),
            rows=rows,
            gutter=gutter([row.text for row in rows]),
            columns=tuple(Tick(f"{across(n):.1f}%", figure(n, ",")) for n in columns),
            marks=tuple(
                Mark(
                    f"{across(each.n):.1f}%",
                    round(TOP + up(each.rate) * plot, 1),
                    _("%(share)s of %(n)s") % {"share": percent(each.rate), "n": each.n},
                    each.agent_id == agent.pk,
                )
                for each in sorted(standings, key=lambda each: each.agent_id == agent.pk)
            ),
        ),
        any(each.agent_id == agent.pk for each in standings),
    )


def marks_across(least: float, most: float) -> list[int]:
    """Round numbers of conversations to be marked: so many of each power of ten as make three, and no more than a phone has
    room for."""
    found: list[int] = []
    for digits in MARKED:
        rounded = {round(digit * 10**power) for power in range(7) for digit in digits}
        found = sorted(n for n in rounded if least <= n <= most)
        if len(found) >= FEWEST_MARKS:
            break
    return found


def _across(least: float, most: float) -> Callable[[float], float]:
    """From a number of conversations to percent of the width."""
    span = (log(most) - log(least)) or 1.0

    def place(n: float) -> float:
        return LEFT + (RIGHT - LEFT) * min(max((log(n) - log(least)) / span, 0.0), 1.0)

    return place


def ngettext_dots(count: int, mean: float) -> str:
    return _("%(count)s dots, one for each of us, around %(mean)s; the table below says the same.") % {
        "count": count,
        "mean": percent(mean),
    }
