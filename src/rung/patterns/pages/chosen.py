"""Which cases a screen looks at, and what drives either side in a period the reader chose: worked out while they wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rung.patterns.access import Case, Contrast, Driver, Side, Slice, Study, cases_in_force
from rung.patterns.filters import PatternFilters
from rung.patterns.slicing import Cases, looked_up
from rung.patterns.working import PERIODS

CASE_COLUMNS = (
    "conversation", "customer", "team", "channel", "occurred_at", "flags", "topic", "is_frustrated", "is_delighted",
)  # fmt: skip
MOST_CASES = 20_000


def slice_cases(filters: PatternFilters, *, at: datetime) -> QuerySet[Case]:
    """The cases the filters leave."""
    first, last = filters.span(at)
    cases = cases_in_force().filter(occurred_at__gte=first, occurred_at__lt=last)
    if filters.team is not None:
        cases = cases.filter(team=filters.team)
    return cases.filter(channel=filters.channel) if filters.channel else cases


def latest_of(cases: QuerySet[Case]) -> Cases:
    """The latest of them, as many as can be worked out while somebody waits."""
    return Cases.of(cases.order_by("-occurred_at").values_list(*CASE_COLUMNS)[:MOST_CASES])


def slice_of(cases: Cases) -> tuple[Slice, list[Driver], list[Contrast]]:
    """What a study finds in a slice, as rows that are not kept: without explained variance and words, which take minutes."""
    found = looked_up(cases)
    rows = [Driver(**each) for each in found.drivers]
    return (
        Slice(
            cases=found.cases,
            customers=found.customers,
            frustrated=found.frustrated,
            delighted=found.delighted,
            effect_frustrated=found.effect.get(Side.FRUSTRATION, 1.0),
            effect_delighted=found.effect.get(Side.DELIGHT, 1.0),
        ),
        sorted(rows, key=lambda row: row.place),
        [Contrast(**each) for each in found.contrasts],
    )


def notes_of(study: Study, filters: PatternFilters, found: Slice) -> tuple[str, ...]:
    """What a period that the reader chose cannot tell."""
    said = [_("Worked out just now, for these days; explained variance and words are told for the usual periods only.")]
    if found.cases == MOST_CASES:
        said.append(_("Of the latest %(n)s turns of these days only.") % {"n": f"{MOST_CASES:,}"})
    reaches = study.asked_at - timedelta(days=max(PERIODS))
    if filters.since is not None and filters.since < reaches:
        said.append(
            _("The last study looked at turns since %(day)s; none from before are in.")
            % {"day": date_format(timezone.localtime(reaches), "j M Y")}
        )
    return tuple(said)
