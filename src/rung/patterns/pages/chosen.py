"""Which cases a screen looks at, and what drives either side in a period the reader chose: worked out while they wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rung.patterns.access import (
    Case,
    Contrast,
    Driver,
    Side,
    Slice,
    Study,
    TellingWord,
    cases_in_force,
    latest_study,
    topic_names,
)
from rung.patterns.filters import PatternFilters
from rung.patterns.slicing import Cases, looked_up
from rung.patterns.vocabulary import Vocabulary
from rung.patterns.working import CASE_COLUMNS, PERIODS
from rung.ui.dates import date_format
from rung.ui.figures import figure

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


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known of a part of the cases. ``found`` is None where it was not looked at; ``is_quick``: worked out while
    the reader waited, without explained variance."""

    study: Study | None
    found: Slice | None
    drivers: tuple[Driver, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    words: tuple[TellingWord, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    is_quick: bool = False


def looked_at(filters: PatternFilters, *, at: datetime) -> Looked:
    """What the latest study found of what the filters leave; where it found nothing of days the reader chose, the same
    worked out now. At most six queries."""
    study = latest_study()
    if study is None:
        return Looked(None, None)
    own = filters.since is not None
    which = {"days": 0, "since": filters.since, "until": filters.until} if own else {"days": filters.days}
    found = Slice.objects.filter(study=study, team=filters.team, channel=filters.channel, **which).first()
    if found is not None:
        return Looked(
            study=study,
            found=found,
            drivers=tuple(found.drivers.order_by("method", "place")),
            contrasts=tuple(found.contrasts.order_by("pk")),
            words=tuple(found.words.order_by("pk")),
            names=topic_names(),
            notes=_notes(study, filters, found, is_quick=False) if own else (),
        )
    if not own:
        return Looked(study, None)
    quick = looked_up(latest_of(slice_cases(filters, at=at)), Vocabulary.of(study.words))
    made = Slice(
        cases=quick.cases,
        customers=quick.customers,
        frustrated=quick.frustrated,
        delighted=quick.delighted,
        effect_frustrated=quick.effect.get(Side.FRUSTRATION, 1.0),
        effect_delighted=quick.effect.get(Side.DELIGHT, 1.0),
    )
    return Looked(
        study=study,
        found=made,
        drivers=tuple(sorted((Driver(**each) for each in quick.drivers), key=lambda row: (row.method, row.place))),
        contrasts=tuple(Contrast(**each) for each in quick.contrasts),
        words=tuple(TellingWord(**each) for each in quick.words),
        names=topic_names(),
        notes=_notes(study, filters, made, is_quick=True),
        is_quick=True,
    )


def _notes(study: Study, filters: PatternFilters, found: Slice, *, is_quick: bool) -> tuple[str, ...]:
    """What a period that the reader chose cannot tell."""
    said = []
    if is_quick and found.cases == MOST_CASES:
        said.append(_("Of the latest %(n)s turns of these days only.") % {"n": figure(MOST_CASES, ",")})
    reaches = study.asked_at - timedelta(days=max(PERIODS))
    if filters.since is not None and filters.since < reaches:
        said.append(
            _("The last study looked at turns since %(day)s; none from before are in.")
            % {"day": date_format(timezone.localtime(reaches), "j M Y")}
        )
    return tuple(said)
