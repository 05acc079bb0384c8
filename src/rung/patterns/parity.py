"""Whether we study frustrations and delights alike (R56): who opened how many patterns of either side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from rung.insight.statistics import wilson
from rung.patterns.models import Look, Side
from rung.ui.figures import percent

DAYS = 30
LOWEST, HIGHEST = 0.4, 0.6
COUNTS_ONLY_BELOW = 5


@dataclass(frozen=True, slots=True)
class Parity:
    """``share`` of looks at frustrations with its 95 % interval, None below five looks. ``leans``: to which side it leans
    beyond 40 to 60 %, or empty."""

    frustrations: int
    delights: int
    share: float | None
    low: float
    high: float
    leans: str

    @property
    def looks(self) -> int:
        return self.frustrations + self.delights


def parity(*, at: datetime) -> Parity:
    """Over the last DAYS days, of everybody together; one query."""
    since = at.astimezone(UTC).date() - timedelta(days=DAYS - 1)
    found = Look.objects.filter(looked_on__gte=since).aggregate(
        frustrations=Count("pk", filter=Q(side=Side.FRUSTRATION)), delights=Count("pk", filter=Q(side=Side.DELIGHT))
    )
    return parity_of(found["frustrations"], found["delights"])


def parity_of(frustrations: int, delights: int) -> Parity:
    n = frustrations + delights
    if n < COUNTS_ONLY_BELOW:
        return Parity(frustrations, delights, None, 0.0, 1.0, "")
    told = wilson(frustrations, n)
    leans = Side.FRUSTRATION if told.value > HIGHEST else Side.DELIGHT if told.value < LOWEST else ""
    return Parity(frustrations, delights, told.value, told.low, told.high, str(leans))


def in_words(found: Parity) -> str:
    """How study was shared out, in a sentence."""
    counts = {"frustrations": found.frustrations, "delights": found.delights, "days": DAYS}
    if found.share is None:
        return (
            _("Opened in the last %(days)s days: patterns of frustration: %(frustrations)s, of delight: %(delights)s.")
            % counts
        )
    return _(
        "Opened in the last %(days)s days: patterns of frustration: %(frustrations)s, of delight: %(delights)s"
        " (%(share)s frustration, 95\u00a0%%: %(low)s to %(high)s)."
    ) % {
        **counts,
        "share": percent(found.share),
        "low": percent(found.low),
        "high": percent(found.high),
    }


def warning(found: Parity) -> str:
    """What to say when study leans beyond 40 to 60 % to one side; empty when it does not."""
    if found.leans == Side.FRUSTRATION:
        return _(
            "Study leans towards frustrations. What delights customers deserves as much: open some patterns on the right."
        )
    if found.leans == Side.DELIGHT:
        return _(
            "Study leans towards delights. What frustrates customers deserves as much: open some patterns on the left."
        )
    return ""
