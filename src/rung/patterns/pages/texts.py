"""Numbers of this room in words, never saying more than the data do."""

from __future__ import annotations

from math import sqrt

from django.utils.translation import gettext as _

from rung.ui import figures

Z95 = 1.959963984540054

COUNTS_ONLY_BELOW = 5
TREND_FROM = 30


def percent(share: float) -> str:
    return figures.percent(share)


def signed_points(share: float, digits: int = 1) -> str:
    """A share of reach or of variance in percentage points, with its sign."""
    spec = f".{digits}f"
    if float(format(100 * share, spec)) == 0:
        return figures.figure(0, spec)
    return ("+" if share > 0 else "−") + figures.figure(abs(100 * share), spec)


def signed(value: float) -> str:
    """With its sign and two digits, or three where two would hide on which side of nothing it lies."""
    spec = ".2f" if abs(value) >= 0.005 else ".3f"
    text = figures.figure(abs(value), spec)
    if float(format(value, spec)) == 0:
        return figures.figure(0, ".2f")
    return f"{'+' if value > 0 else '−'}{text}"


def between(low: float | None, high: float | None, write: object = percent) -> str:
    """ "3 % to 9 %"; empty where there is none."""
    if low is None or high is None or not callable(write):
        return ""
    ends = write(low), write(high)
    if ends[0] == ends[1] and write is percent:  # rounded away: an interval has two ends
        ends = figures.percent(low, 1), figures.percent(high, 1)
    return _("%(low)s to %(high)s") % {"low": ends[0], "high": ends[1]}


def share_of(hits: int, n: int, effect: float = 1.0) -> tuple[str, str]:
    """A share and its 95 % interval; both empty below five. ``effect``: see `design_effect`."""
    if n < COUNTS_ONLY_BELOW:
        return "", ""
    low, high = interval_of(hits, n, effect)
    return percent(hits / n), between(low, high)


def interval_of(hits: int, n: int, effect: float = 1.0) -> tuple[float, float]:
    """Wilson's 95 % interval on the effective number, n divided by the design effect (Dean and Pagano 2015)."""
    size, share = n / max(effect, 1.0), hits / n
    extra = Z95 * Z95 / size
    middle, half = share + extra / 2, Z95 * sqrt(share * (1 - share) / size + extra / size / 4)
    return max((middle - half) / (1 + extra), 0.0), min((middle + half) / (1 + extra), 1.0)


def place_in_words(place: int, low: int, high: int) -> str:
    """A place with its interval: "1 (1 to 3)"."""
    return (
        f"{place} ({low})"
        if low == high
        else _("%(place)s (%(low)s to %(high)s)") % {"place": place, "low": low, "high": high}
    )
