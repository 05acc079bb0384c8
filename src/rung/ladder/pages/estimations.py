"""Estimations on screen: what is in force, what is being worked out, what was found, in words a lead can act on."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from math import exp

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.journal.jobs import JobState
from rung.ladder.estimating import READING, Report, report_from
from rung.ladder.levels import settings_in_words
from rung.ladder.model.parameters import DEFAULTS, ORIGINS, Parameters
from rung.ladder.model.stages import (
    CUSTOMERS_TO_ADAPT,
    EPISODES_EACH,
    EPISODES_TO_FIT,
    MONTHS_TO_DRIFT,
    MOST_EPISODES,
    Kind,
    Stage,
)
from rung.ladder.models import Estimation, Expectation, Regrade
from rung.ladder.pages.method import in_words, meanings_of_parameters
from rung.ladder.versions import parameters_from, version_in_force

SHOWN = 50
FEW_LEVEL_ANSWERS = 100


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The estimation that has not ended yet."""

    pk: int
    asked_at: datetime
    asked_by: str
    doing: str
    is_running: bool


@dataclass(frozen=True, slots=True)
class VersionLine:
    pk: int
    name: str
    href: str
    state: str
    tone: str
    asked_at: datetime
    asked_by: str
    found: str
    since: datetime | None
    until: datetime | None
    is_in_force: bool
    can_return: bool


@dataclass(frozen=True, slots=True)
class EstimationsPage:
    """``to_come``: customers who have not been graded with the settings in force yet."""

    in_force: str
    is_default: bool
    episodes: int
    customers: int
    enough: str
    under_way: UnderWay | None
    newest: VersionLine | None
    versions: tuple[VersionLine, ...]
    to_come: int


@dataclass(frozen=True, slots=True)
class CandidateLine:
    name: str
    sentence: str
    score: str
    behind: str
    is_best: bool


@dataclass(frozen=True, slots=True)
class NumberLine:
    meaning: str
    symbol: str
    own: str
    default: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class EstimationPage:
    pk: int
    name: str
    state: str
    tone: str
    asked_at: datetime
    asked_by: str
    is_open: bool
    error: str
    basis: tuple[str, ...]
    verdict: str
    lead: str
    cautions: tuple[str, ...]
    candidates: tuple[CandidateLine, ...]
    numbers: tuple[NumberLine, ...]
    is_in_force: bool
    can_publish: bool
    was_in_force: bool


def estimations_page() -> EstimationsPage:
    """Four queries, whatever their number."""
    known = Expectation.objects.aggregate(
        regulars=Count("pk", filter=Q(episodes__gte=EPISODES_EACH)),
        graded=Sum("episodes"),
        customers=Count("pk"),
    )
    rows = list(Estimation.objects.select_related("asked_by").order_by("-pk")[:SHOWN])
    lines = tuple(_line(row) for row in rows)
    episodes = known["graded"] or 0
    version = version_in_force()
    return EstimationsPage(
        in_force=settings_in_words(version),
        is_default=version == DEFAULTS.version,
        episodes=episodes,
        customers=known["customers"],
        enough=_enough(episodes, known["regulars"]),
        under_way=next((_under_way(row) for row in rows if row.is_open), None),
        newest=next((line for row, line in zip(rows, lines, strict=True) if row.state == JobState.DONE), None),
        versions=lines,
        to_come=Regrade.objects.count(),
    )


def estimation_page(estimation: Estimation) -> EstimationPage:
    report = report_from(estimation.report) if estimation.report else None
    own = parameters_from(estimation.numbers) if estimation.numbers else None
    line = _line(estimation)
    return EstimationPage(
        pk=estimation.pk,
        name=line.name,
        state=line.state,
        tone=line.tone,
        asked_at=estimation.asked_at,
        asked_by=line.asked_by,
        is_open=estimation.is_open,
        error=estimation.error,
        basis=_basis(report) if report else (),
        verdict=_verdict(report) if report else "",
        lead=_lead(report) if report and report.scores else "",
        cautions=_cautions(report) if report else (),
        candidates=_candidates(report) if report else (),
        numbers=_numbers(own) if own else (),
        is_in_force=estimation.is_in_force,
        can_publish=own is not None and not estimation.is_in_force,
        was_in_force=line.can_return,
    )


def _line(row: Estimation) -> VersionLine:
    chosen = row.report.get("chosen", "")
    return VersionLine(
        pk=row.pk,
        name=_("Settings %(number)s") % {"number": row.pk},
        href=reverse("ladder:estimation", args=[row.pk]),
        state=capfirst(str(row.get_state_display())),
        tone={JobState.DONE: "good", JobState.FAILED: "bad"}.get(JobState(row.state), "plain"),
        asked_at=row.asked_at,
        asked_by=str(row.asked_by) if row.asked_by else "Rung",
        found=kind_in_words(chosen) if chosen else "",
        since=row.in_force_from,
        until=row.in_force_until,
        is_in_force=row.is_in_force,
        can_return=row.numbers is not None and row.in_force_from is not None and not row.is_in_force,
    )


def kind_in_words(kind: str) -> str:
    return {
        Kind.ADAPTIVE: _("Expectations follow experience"),
        Kind.STATIC: _("Expectations stand still"),
        Kind.DEFAULTS: _("Default settings"),
    }[Kind(kind)]


def _kind_sentence(kind: str) -> str:
    return {
        Kind.ADAPTIVE: _("Your own numbers; what customers live moves what they expect."),
        Kind.STATIC: _("Your own numbers; customers expect the same however they were served."),
        Kind.DEFAULTS: _("Nobody's own numbers: Rung's proposal."),
    }[Kind(kind)]


def _under_way(row: Estimation) -> UnderWay:
    running = row.state == JobState.RUNNING
    steps = {"n": row.steps}
    doing = {
        READING: ngettext("Read %(n)s touchpoint of the journal", "Read %(n)s touchpoints of the journal", row.steps),
        str(Kind.ADAPTIVE): _("1 of 3: expectations follow experience, step %(n)s"),
        str(Kind.STATIC): _("2 of 3: expectations stand still, step %(n)s"),
        "all": _("3 of 3: the better one once more with everybody, step %(n)s"),
    }.get(row.doing, _("Beginning"))
    return UnderWay(
        pk=row.pk,
        asked_at=row.asked_at,
        asked_by=str(row.asked_by) if row.asked_by else "Rung",
        doing=doing % steps if running else _("Waiting for the worker"),
        is_running=running,
    )


def _enough(episodes: int, regulars: int) -> str:
    """What an estimation asked for now could find."""
    if episodes < EPISODES_TO_FIT:
        return _(
            "You have %(count)s graded touchpoints so far. Below %(least)s an estimation keeps the default settings: so few"
            " cannot tell forty numbers from chance, and a wrong number is worse than a careful one."
        ) % {"count": episodes, "least": EPISODES_TO_FIT}
    if regulars < CUSTOMERS_TO_ADAPT:
        return _(
            "Enough to estimate what moves quality and how customers show it. How fast expectations follow experience needs"
            " %(least)s customers served %(each)s times or more; there are %(count)s."
        ) % {"least": CUSTOMERS_TO_ADAPT, "each": EPISODES_EACH, "count": regulars}
    return _("Enough to estimate everything up to how fast expectations follow experience.")


def _basis(report: Report) -> tuple[str, ...]:
    """What stood at its disposal, and what was therefore estimated."""
    read = _("%(episodes)s touchpoints of %(customers)s customers were read") % {
        "episodes": report.episodes,
        "customers": report.customers,
    }
    if report.episodes >= 0.95 * MOST_EPISODES:
        read += _(", drawn by lot: more would take longer and tell nothing new")
    if report.stage == Stage.DEFAULTS:
        return (
            read + ".",
            _(
                "That is fewer than %(least)s, so nothing was estimated: forty numbers from so few touchpoints would be"
                " guesses. The default settings stay."
            )
            % {"least": EPISODES_TO_FIT},
        )
    found = [
        read + ".",
        _("%(learnt)s of them taught the numbers; %(held)s, of other customers, were kept back to judge them by.")
        % {"learnt": report.learnt_from, "held": report.held_out},
        _("Estimated: how much what we do moves quality, and how customers show what they lived."),
    ]
    if report.stage == Stage.EFFECTS:
        found.append(
            _(
                "Not estimated: how fast expectations follow experience. That needs %(least)s customers served %(each)s"
                " times or more; there were %(count)s."
            )
            % {"least": CUSTOMERS_TO_ADAPT, "each": EPISODES_EACH, "count": report.regulars}
        )
        return tuple(found)
    found.append(_("Estimated too: how fast expectations follow experience, up and down."))
    if report.stage == Stage.ADAPTATION:
        found.append(
            _(
                "Not estimated: whether the market raises expectations by itself. That needs customers followed for"
                " %(least)s months; the longest was followed for %(months)s."
            )
            % {"least": f"{MONTHS_TO_DRIFT:.0f}", "months": f"{report.months:.0f}"}
        )
    else:
        found.append(
            _(
                "Estimated too: a drift with time. It is rising expectation or a slow fall of quality that nobody measured;"
                " the two cannot be told apart without a competitor to compare with."
            )
        )
    return tuple(found)


def _verdict(report: Report) -> str:
    if report.stage == Stage.DEFAULTS:
        return _("The default settings stay.")
    return {
        Kind.ADAPTIVE: _("Your own settings, in which expectations follow experience, foretold best."),
        Kind.STATIC: _("Your own settings, in which expectations stand still, foretold best."),
        Kind.DEFAULTS: _("The default settings foretold your customers best; there is nothing to publish."),
    }[Kind(report.chosen)]


def _lead(report: Report) -> str:
    """By how much the first was ahead of the second, and whether that may be chance."""
    ahead, low, high = report.ahead
    words = {
        "second": kind_in_words(report.scores[1][0]).lower(),
        "more": f"{100 * (exp(ahead) - 1):.0f}\u00a0%",
        "ahead": f"{ahead:.2f}",
        "low": f"{low:.2f}".replace("-", "−"),
        "high": f"{high:.2f}".replace("-", "−"),
    }
    said = _(
        "To what a customer who had been kept back then did and said it gave %(more)s more probability than the next best"
        " (%(second)s): %(ahead)s in the logarithm for each customer, 95\u00a0%% interval %(low)s to %(high)s."
    )
    sure = "" if low > 0 else " " + _("The interval reaches nothing: the lead may be chance.")
    return said % words + sure


def _cautions(report: Report) -> tuple[str, ...]:
    if report.stage != Stage.DEFAULTS and report.level_answers < FEW_LEVEL_ANSWERS:
        return (
            _(
                "Only %(count)s customers answered the six-level question. It alone says where the levels lie; without it"
                " the names of the levels are a convention, and comparisons hold better than the level itself."
            )
            % {"count": report.level_answers},
        )
    return ()


def _candidates(report: Report) -> tuple[CandidateLine, ...]:
    if not report.scores:
        return ()
    best = report.scores[0][1]
    return tuple(
        CandidateLine(
            name=kind_in_words(kind),
            sentence=_kind_sentence(kind),
            score=f"{score:.2f}".replace("-", "−"),
            behind="" if i == 0 else f"{score - best:.2f}".replace("-", "−"),
            is_best=i == 0,
        )
        for i, (kind, score) in enumerate(report.scores)
    )


def _numbers(own: Parameters) -> tuple[NumberLine, ...]:
    """Each number beside its default, those that moved first."""
    meanings = meanings_of_parameters()
    lines = [
        NumberLine(
            meaning=capfirst(meanings[field.name]),
            symbol=ORIGINS[field.name][0],
            own=in_words(getattr(own, field.name)),
            default=in_words(getattr(DEFAULTS, field.name)),
            is_changed=getattr(own, field.name) != getattr(DEFAULTS, field.name),
        )
        for field in fields(Parameters)
        if field.name != "version"
    ]
    return tuple(sorted(lines, key=lambda line: not line.is_changed))
