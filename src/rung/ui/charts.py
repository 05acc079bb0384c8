"""Drawings made on the server: what to draw is worked out here, `ui/macros/charts.html` writes it as SVG.

Across, everything is in percent of the width, so that a drawing fills a phone and a desk alike while its letters keep
their size; down, in pixels. Shapes that cannot be in percent lie in an inner drawing of 1000 by 1000 that is stretched.
Nothing is styled inline: the content policy forbids it, and both themes colour the classes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

TOP, BOTTOM = 16, 24  # room above the highest line for its label, and below for the labels of the points
BOX = 1000  # units of the inner, stretched drawing
LEFT, RIGHT = 3.0, 97.0  # percent, where the first and the last point stand
# How many characters wide the room beside a drawing may be in which the words of its scale stand: each is a class.
GUTTERS = (2, 4, 6, 8, 10, 12, 16)
# Steps of a scale of shares whose marks are written in whole per cent: of narrower ones two would read alike.
WHOLE_PER_CENT = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


@dataclass(frozen=True, slots=True)
class Point:
    """One value with its interval and its label below. No value: a gap. `note` is said after the value ("n = 40")."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Label:
    x: str
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    x: str
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """Values over time with their interval band. `lines` and `bands` are SVG paths, one for each unbroken run; `gutter`: as
    the function has it."""

    name: str
    title: str
    description: str
    height: int
    plot_top: int
    plot_height: int
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    lines: tuple[str, ...]
    bands: tuple[str, ...]
    dots: tuple[Dot, ...]
    is_small: bool
    gutter: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One amount, with its interval and what it was `before`, all in the same unit. `css` is a class of its own."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    before: float | None = None
    note: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """``begins`` and ``zero``: where the bar begins, and where nothing is; ``zero`` is empty where that is the edge."""

    y: int
    label: str
    text: str
    css: str
    begins: str
    width: str
    zero: str
    low: str
    high: str
    before: str


@dataclass(frozen=True, slots=True)
class BarChart:
    name: str
    title: str
    description: str
    height: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Whisker:
    """One value on its scale: a dot, and a line from end to end of its interval."""

    name: str
    title: str
    value: str
    low: str
    high: str
    width: str


def line_chart(
    name: str,
    title: str,
    points: Sequence[Point],
    *,
    write: Callable[[float], str],
    mark: Callable[[float], str] | None = None,
    description: str = "",
    lowest: float | None = None,
    highest: float | None = None,
    height: int = 220,
    is_small: bool = False,
    steps: Sequence[float] = (),
) -> LineChart:
    """A line through `points` with a band where they have intervals.

    `name` is unique on the page; `write` puts a value into words, `mark` one of the scale where that is too long; `lowest`
    and `highest` are ends the scale may not pass (0 and 1 for a share). `is_small` leaves out scale and labels, for a card.
    `steps`: as in `scale`.
    """
    top, bottom = (4, 4) if is_small else (TOP, BOTTOM)
    plot = height - top - bottom
    ends = _ends(points, lowest, highest)
    marks = () if is_small else scale(*ends, steps=steps)
    low, high = (min(marks[0], ends[0]), max(marks[-1], ends[1])) if marks else ends
    if lowest is not None:
        low = max(low, lowest)
    if highest is not None:
        high = min(high, highest)
    span = (high - low) or 1.0

    def y_share(value: float) -> float:
        return 1 - (min(max(value, low), high) - low) / span

    def x_percent(index: int) -> float:
        if len(points) < 2:
            return (LEFT + RIGHT) / 2
        return LEFT + (RIGHT - LEFT) * index / (len(points) - 1)

    lines, bands = [], []
    runs = _runs(points)
    # A card marks only where we are now, and what no line would show.
    marked = {len(points) - 1} | {run[0][0] for run in runs if len(run) == 1}
    for run in runs:
        corners = [(x_percent(i) / 100 * BOX, y_share(p.value) * BOX) for i, p in run if p.value is not None]
        if len(corners) > 1:
            lines.append(_path(corners))
    for run in _runs(points, with_interval=True):
        upper = [(x_percent(i) / 100 * BOX, y_share(p.high or 0.0) * BOX) for i, p in run]
        lower = [(x_percent(i) / 100 * BOX, y_share(p.low or 0.0) * BOX) for i, p in run]
        if len(run) == 1:  # a lone point still shows how unsure it is, as a thin upright
            upper, lower = _widened(upper[0]), _widened(lower[0])
        bands.append(_path(upper + lower[::-1]) + "Z")
    ticks = tuple(Tick(round(top + y_share(at) * plot, 1), (mark or write)(at)) for at in marks if low <= at <= high)
    return LineChart(
        name=name,
        title=title,
        description=description or _in_words(points, write),
        height=height,
        plot_top=top,
        plot_height=plot,
        ticks=ticks,
        labels=() if is_small else _labels(points, x_percent),
        lines=tuple(lines),
        bands=tuple(bands),
        dots=tuple(
            Dot(_percent(x_percent(i)), round(top + y_share(point.value) * plot, 1), _said(point, write))
            for i, point in enumerate(points)
            if point.value is not None and (not is_small or i in marked)
        ),
        is_small=is_small,
        gutter=gutter([tick.text for tick in ticks]),
    )


def bar_chart(
    name: str,
    title: str,
    bars: Sequence[Bar],
    *,
    write: Callable[[float], str],
    description: str = "",
    lowest: float = 0.0,
    highest: float | None = None,
) -> BarChart:
    """Bars lying one below another, each below its own label, with whiskers and a mark for what it was before.

    They begin at nothing. The track begins at `lowest`, in the unit of the bars, which is below nothing where a value or an
    end of an interval may be; `highest` None: the longest fills the width.
    """
    amounts = [a for bar in bars for a in (bar.value, bar.high, bar.before) if a is not None and isfinite(a)]
    full = highest if highest is not None else max(amounts, default=0.0)
    full = full if full > lowest else lowest + 1.0

    def place(amount: float) -> float:
        return 100 * (min(max(amount, lowest), full) - lowest) / (full - lowest)

    def across(amount: float | None) -> str:
        return "" if amount is None or not isfinite(amount) else _percent(place(amount))

    def bar_of(value: float | None) -> tuple[str, str]:
        if value is None or not isfinite(value):
            return "0%", "0%"
        ends = sorted((place(0.0), place(value)))
        return _percent(ends[0]), _percent(ends[1] - ends[0])

    rows = []
    for index, bar in enumerate(bars):
        has_interval = bar.value is not None and bar.low is not None and bar.high is not None
        begins, width = bar_of(bar.value)
        rows.append(
            Row(
                y=index * ROW,
                label=bar.label,
                text="–" if bar.value is None else write(bar.value) + (f" ({bar.note})" if bar.note else ""),
                css=bar.css,
                begins=begins,
                width=width,
                zero=across(0.0) if lowest < 0 else "",
                low=across(bar.low) if has_interval else "",
                high=across(bar.high) if has_interval else "",
                before=across(bar.before),
            )
        )
    said = description or "; ".join(f"{row.label}: {row.text}" for row in rows)
    return BarChart(name=name, title=title, description=said, height=len(bars) * ROW, rows=tuple(rows))


ROW = 44  # pixels for a bar and the line of words above it


def whisker(
    name: str, title: str, value: float, low: float | None, high: float | None, *, lowest: float, highest: float
) -> Whisker:
    """A dot on a scale from `lowest` to `highest`, with its interval where there is one."""
    span = (highest - lowest) or 1.0

    def across(amount: float) -> float:
        return 1 + 98 * (min(max(amount, lowest), highest) - lowest) / span

    ends = (across(low), across(high)) if low is not None and high is not None else None
    return Whisker(
        name=name,
        title=title,
        value=_percent(across(value)),
        low=_percent(ends[0]) if ends else "",
        high=_percent(ends[1]) if ends else "",
        width=_percent(ends[1] - ends[0]) if ends else "",
    )


def gutter(words: Sequence[str]) -> int:
    """The width in characters, one of `GUTTERS`, of the room for these words of a scale; 0 where there are none. Over the
    drawing itself they would cover the first points."""
    longest = max(map(len, words), default=0)
    return next((width for width in GUTTERS if width >= longest), GUTTERS[-1]) if longest else 0


def scale(low: float, high: float, about: int = 4, *, steps: Sequence[float] = ()) -> tuple[float, ...]:
    """Round values from at most `low` to at least `high`, a step of 1, 2 or 5 apart, or of one of `steps` where the unit is
    not decimal (minutes, hours and days) and one is wide enough."""
    if high <= low:
        high = low + 1
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    decimal = [m * power for m in (1, 2, 5, 10)]
    step = next((m for m in [*steps, *decimal] if m >= rough - 1e-12), 10 * power)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return tuple(round(i * step, 10) for i in range(first, last + 1))


def _ends(points: Sequence[Point], lowest: float | None, highest: float | None) -> tuple[float, float]:
    """From where to where the scale has to reach; a band much wider than its values may be cut, they may not."""
    values = [p.value for p in points if p.value is not None]
    ends = [e for p in points if p.value is not None for e in (p.low, p.high) if e is not None and isfinite(e)]
    if not values:
        return (lowest or 0.0, highest if highest is not None else (lowest or 0.0) + 1.0)
    low, high = min(values + ends), max(values + ends)
    room = max(high - low, abs(high) * 0.1, 1e-9) * 0.05
    low, high = low - room, high + room
    return (
        max(low, lowest) if lowest is not None else low,
        min(high, highest) if highest is not None else high,
    )


def _runs(points: Sequence[Point], *, with_interval: bool = False) -> list[list[tuple[int, Point]]]:
    """The unbroken stretches of points that have a value (and an interval)."""
    runs: list[list[tuple[int, Point]]] = [[]]
    for index, point in enumerate(points):
        has = point.value is not None and (not with_interval or (point.low is not None and point.high is not None))
        if has:
            runs[-1].append((index, point))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _widened(step: tuple[float, float]) -> list[tuple[float, float]]:
    return [(step[0] - 4, step[1]), (step[0] + 4, step[1])]


def _path(steps: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in steps)


def _percent(share: float) -> str:
    return f"{share:.2f}%"


def _labels(points: Sequence[Point], x_percent: Callable[[int], float]) -> tuple[Label, ...]:
    """At most four labels, so that they do not touch on a phone: the first, the last, and two between."""
    last = len(points) - 1
    if last < 0:
        return ()
    chosen = sorted({0, last} | ({round(last / 3), round(2 * last / 3)} if last >= 6 else set()))
    return tuple(
        Label(
            _percent(x_percent(i)),
            "middle" if last == 0 else "start" if i == 0 else "end" if i == last else "middle",
            points[i].label,
        )
        for i in chosen
    )


def _said(point: Point, write: Callable[[float], str]) -> str:
    if point.value is None:
        return ""
    text = f"{point.label}: {write(point.value)}"
    if point.low is not None and point.high is not None:
        text += f" [{write(point.low)} – {write(point.high)}]"
    return text + (f", {point.note}" if point.note else "")


def _in_words(points: Sequence[Point], write: Callable[[float], str]) -> str:
    """The first and the last value, for those who hear the drawing; the table beside it has the rest."""
    known = [point for point in points if point.value is not None]
    if not known:
        return ""
    if len(known) == 1:
        return _said(known[0], write)
    return f"{_said(known[0], write)}; {_said(known[-1], write)}"
