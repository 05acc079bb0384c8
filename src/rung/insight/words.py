"""Figures in words: a value with its interval, and what has changed, never saying more than the data do."""

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from django.utils.translation import gettext as _

from rung.core.proportion import TOLD_FROM, TREND_FROM
from rung.insight.kpi import KPI, Measure, Unit
from rung.insight.statistics import Estimate
from rung.ui.charts import WHOLE_PER_CENT
from rung.ui.figures import figure, percent

Direction = Literal["up", "down", ""]
Tone = Literal["good", "bad", ""]


@dataclass(frozen=True, slots=True)
class Change:
    """Against the period before: a sentence, and an arrow and a tone only where the interval allows one."""

    text: str
    direction: Direction = ""
    tone: Tone = ""


def value(unit: Unit, amount: float, *, fine: bool = False) -> str:
    """One amount in its unit: "69 %", "+29", "1 d 4 h", "4.2". `fine`: one digit more."""
    if unit == "share":
        return percent(amount, 1 if fine else 0).replace("-", "−")
    if unit == "score":
        return figure(round(amount), "+d").replace("-", "−") if round(amount) else "0"
    if unit == "minutes":
        return stretch(amount)
    if unit == "seconds":
        return _("%(n)s s") % {"n": figure(amount, ".0f")} if amount < 120 else stretch(amount / 60)
    if unit == "mean":
        return figure(amount, ".2f" if fine else ".1f")
    return figure(amount, ",.0f" if fine or amount == round(amount) or amount >= 100 else ".1f")


# A variance that is multiplied by less shows in no interval.
SLIGHT_EFFECT = 1.05

# Where a scale of minutes may be marked: round numbers of minutes, hours, days and weeks.
MINUTE_STEPS = (
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    180,
    360,
    720,
    *(1440 * days for days in (1, 2, 3, 7, 14, 28, 84, 168, 364)),
)
# As the values beside them are written, no two marks of a scale may read alike.
STEPS: dict[Unit, tuple[float, ...]] = {
    "minutes": MINUTE_STEPS,
    "share": WHOLE_PER_CENT,
    "score": (1, 2, 5, 10, 20, 50),
    "mean": (0.1, 0.2, 0.5),
}


def stretch(minutes: float) -> str:
    """A length of time in its two largest units, rounded: "12 min", "3 h 20 min", "11 h", "1 d 4 h", "12 d"."""
    whole = round(minutes)
    if whole < 60:
        return _("%(n)s min") % {"n": whole}
    if whole < 600:
        hours, rest = divmod(whole, 60)
        return _("%(h)s h %(m)s min") % {"h": hours, "m": rest} if rest else _("%(n)s h") % {"n": hours}
    in_hours = round(whole / 60)
    if in_hours < 24:
        return _("%(n)s h") % {"n": in_hours}
    if in_hours < 240:
        days, rest = divmod(in_hours, 24)
        return _("%(d)s d %(h)s h") % {"d": days, "h": rest} if rest else _("%(n)s d") % {"n": days}
    return _("%(n)s d") % {"n": round(whole / 1440)}


def told(measure: Measure) -> str:
    """The value, or a dash where nothing may be told."""
    estimate = measure.told
    return "–" if estimate is None else value(measure.unit, estimate.value, fine=_is_fine(measure.unit, estimate))


def interval(measure: Measure) -> str:
    """ "95 %: 60 % to 77 %", or nothing for what has no interval."""
    ends = _ends(measure)
    return _("95\u00a0%%: %(interval)s") % {"interval": ends} if ends else ""


def how_sure(measure: Measure, effect: float) -> str:
    """Which interval it is, where it is not the one that takes every case for itself; `effect` is its design effect."""
    if measure.told is None or measure.people is None:
        return ""
    if effect < SLIGHT_EFFECT:
        return _(
            "Of %(people)s customers some count more than once; drawing whole customers (2,000 draws) gives no wider"
            " interval."
        ) % {"people": figure(measure.people, ",")}
    return _(
        "Of %(people)s customers some count more than once, so the interval comes from drawing whole customers (2,000 draws)"
        " wherever that reaches further. That multiplies the variance by %(effect)s, and those of weeks, teams and"
        " channels below are widened as much. Further measures take every case for itself."
    ) % {"people": figure(measure.people, ","), "effect": figure(effect, ".1f")}


def ends(measure: Measure) -> str:
    """ "60 % to 77 %" for a column whose head says what it is, or in few words why there is none."""
    if measure.told is None and 0 < measure.n < TOLD_FROM:
        return _("fewer than %(n)s") % {"n": TOLD_FROM}
    return _ends(measure) or too_few(measure)


def _ends(measure: Measure) -> str:
    estimate = measure.told
    if estimate is None or estimate.low == estimate.high:
        return ""
    fine = measure.unit == "count" or _is_fine(measure.unit, estimate)
    low, high = (value(measure.unit, end, fine=fine) if isfinite(end) else "" for end in (estimate.low, estimate.high))
    if not high:
        return _("at least %(low)s") % {"low": low} if low else ""
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def population(measure: Measure) -> str:
    """ "74 of 107 answers", "12 conversations"."""
    if measure.unit == "count" or not measure.noun:
        return ""
    if measure.count is None:
        return _("n = %(n)s %(noun)s") % {"n": figure(measure.n, ","), "noun": measure.noun}
    return _("%(count)s of %(n)s %(noun)s") % {
        "count": figure(measure.count, ","), "n": figure(measure.n, ","), "noun": measure.noun,
    }  # fmt: skip


def too_few(measure: Measure) -> str:
    """Why a measure that has something behind it is still not told."""
    if measure.told is not None:
        return ""
    if measure.n == 0:
        return _("nothing to count")
    if measure.n < TOLD_FROM:
        return _("fewer than %(n)s: only the count is shown") % {"n": TOLD_FROM}
    return str(measure.missing)


def change(kpi: KPI, now: Measure, before: Measure) -> Change:
    """How a measure stands against the period before it."""
    if now.told is None or before.told is None or before.n < TOLD_FROM:
        return Change(_("Too few in the period before to compare.") if now.told is not None else "")
    moved = now.change_from(before)
    if moved is None:
        return Change(_("The difference from the period before cannot be bounded."))
    told_interval = _("95\u00a0%%: %(low)s to %(high)s") % {
        "low": _signed(now.unit, moved.low), "high": _signed(now.unit, moved.high),
    }  # fmt: skip
    direction = now.moved_from(before)
    if direction == "unknown":
        text = _("%(difference)s against the period before (%(interval)s). Fewer than %(n)s in one of them: no trend.")
        return Change(text % {"difference": _signed(now.unit, moved.value), "interval": told_interval, "n": TREND_FROM})
    if direction == "unclear":
        return Change(_("No clear difference from the period before (%(interval)s).") % {"interval": told_interval})
    text = (
        _("More than in the period before: %(difference)s (%(interval)s).")
        if direction == "up"
        else _("Less than in the period before: %(difference)s (%(interval)s).")
    )
    filled = text % {"difference": _signed(now.unit, moved.value), "interval": told_interval}
    return Change(filled, "up" if direction == "up" else "down", _tone(kpi, direction == "up"))


@dataclass(frozen=True, slots=True)
class Difference:
    """Two measures against each other: by how much, how sure that is, and what may be said of it."""

    value: str
    interval: str
    verdict: str
    tone: Tone = ""


def difference(kpi: KPI, one: Measure, other: Measure) -> Difference:
    """`one` against `other`: no word of a direction unless the interval leaves 0 out and both sides count 30."""
    if one.told is None or other.told is None or min(one.n, other.n) < TOLD_FROM:
        return Difference("–", "", _("too few to compare"))
    moved = one.change_from(other)
    if moved is None:
        return Difference("–", "", _("cannot be bounded"))
    ends = _("%(low)s to %(high)s") % {"low": _signed(one.unit, moved.low), "high": _signed(one.unit, moved.high)}
    direction = one.moved_from(other)
    verdict = {
        "up": _("more"), "down": _("less"), "unclear": _("no clear difference"), "unknown": _("fewer than 30: open"),
    }[direction]  # fmt: skip
    tone = _tone(kpi, direction == "up") if direction in ("up", "down") else ""
    return Difference(_signed(one.unit, moved.value), ends, verdict, tone)


def _tone(kpi: KPI, is_more: bool) -> Tone:
    if kpi.better == "neither":
        return ""
    return "good" if is_more == (kpi.better == "more") else "bad"


def _signed(unit: Unit, amount: float) -> str:
    sign = "+" if amount > 0 else "−" if amount < 0 else "±"
    size = abs(amount)
    if unit == "share":
        return _("%(n)s points") % {"n": sign + figure(100 * size, ".1f")}
    if unit == "score":
        return _("%(n)s points") % {"n": sign + figure(size, ".0f")}
    return sign + value(unit, round(size) if unit == "count" else size, fine=True)


def _is_fine(unit: Unit, estimate: Estimate) -> bool:
    """Another digit only where the interval is narrower than a few of the last one."""
    width = estimate.high - estimate.low
    return (unit == "share" and 0 < width < 0.04) or (unit == "mean" and 0 < width < 0.5)
