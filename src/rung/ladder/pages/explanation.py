"""Why a touchpoint stands on its level: what moved it, how sure that is, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.ladder.access import Grade, grade_for
from rung.ladder.evidence_words import cause_in_words, evidence_in_words, signed
from rung.ladder.levels import expectation_in_words, level_name, level_sentence
from rung.ladder.model.adaptation import rung_for
from rung.ladder.model.evidence import Evidence, information, log_likelihood
from rung.ladder.model.grid import PRODUCTION_STEP, grid
from rung.ladder.model.parameters import Parameters
from rung.ladder.model.posterior import posterior
from rung.ladder.pages.chips import LevelChip, level_from
from rung.ladder.versions import parameters_in_force
from rung.touchpoints.doors import door

SMALL = 0.005


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that moved the level. ``x`` and ``width`` are percent of a drawing with 0 in its middle."""

    group: str
    label: str
    fact: str
    value: float
    text: str
    x: str
    width: str
    is_up: bool


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The probability of one level."""

    number: int
    name: str
    share: float
    text: str
    width: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Evidence that is not there yet, and what it would do."""

    evidence: str
    effect: str


@dataclass(frozen=True, slots=True)
class ExplanationPage:
    touchpoint: int
    level: LevelChip
    sentence: str
    customer: str
    customer_pk: int
    channel: str
    occurred_at: datetime
    conversation: int
    href: str
    parts: tuple[Part, ...]
    rest: str
    total: str
    sd: str
    interval: str
    likelihoods: tuple[Likelihood, ...]
    expects: str
    evidence_count: int
    what_if: tuple[WhatIf, ...]


def explanation_page(agent: Agent, touchpoint: int) -> ExplanationPage:
    """404 when the touchpoint is not the agent's to see or has no level."""
    grade = grade_for(agent, touchpoint)
    level = level_from(grade)
    moved, rest = _moved(grade)
    return ExplanationPage(
        touchpoint=touchpoint,
        level=level,
        sentence=level_sentence(grade.level) if grade.is_stated else "",
        customer=str(grade.customer),
        customer_pk=grade.customer_id,
        channel=str(door(grade.channel).label),
        occurred_at=grade.occurred_at,
        conversation=grade.conversation_id,
        href=conversation_href(grade),
        parts=moved,
        rest=rest,
        total=signed(grade.mean),
        sd=f"{grade.sd:.2f}",
        interval=_("%(low)s to %(high)s") % {"low": signed(grade.p5), "high": signed(grade.p95)},
        likelihoods=_likelihoods(grade),
        expects=expectation_in_words(grade.expected),
        evidence_count=grade.evidence_count,
        what_if=_what_if(grade, parameters_in_force()),
    )


def conversation_href(grade: Grade) -> str:
    # The address is the desk's, which lies above; it is a promise of the product, like the number in it.
    return f"/conversations/{grade.conversation_id}#t{grade.touchpoint_id}"


def _moved(grade: Grade) -> tuple[tuple[Part, ...], str]:
    """All parts worth a bar, and the sum of the others."""
    parts = grade.parts
    facts = parts.get("facts", {})
    raw = [
        (_("What we did"), *cause_in_words(name, facts), float(value))
        for name, value in parts.get("causes", {}).items()
    ]
    raw.append((_("What they expected"), _("expectation"), expectation_in_words(grade.expected), parts["expectation"]))
    raw += [
        (_("What they showed"), evidence_in_words(item["kind"], item["value"]), "", float(item["part"]))
        for item in parts.get("evidence", ())
    ]
    widest = max((abs(value) for *_words, value in raw), default=0.0) or 1.0
    shown = [row for row in raw if abs(row[3]) >= SMALL]
    rest = sum(value for *_words, value in raw if abs(value) < SMALL)
    return tuple(_part(group, label, fact, value, widest) for group, label, fact, value in shown), signed(rest)


def _part(group: str, label: str, fact: str, value: float, widest: float) -> Part:
    width = 50 * abs(value) / widest
    return Part(
        group=group,
        label=label,
        fact=fact,
        value=value,
        text=signed(value),
        x=f"{50 if value > 0 else 50 - width:.2f}%",
        width=f"{width:.2f}%",
        is_up=value > 0,
    )


def _likelihoods(grade: Grade) -> tuple[Likelihood, ...]:
    return tuple(
        Likelihood(number, level_name(number), share, f"{round(100 * share)}\u00a0%", f"{100 * share:.1f}%")
        for number, share in reversed(list(enumerate(grade.shares, 1)))
    )


def _what_if(grade: Grade, parameters: Parameters) -> tuple[WhatIf, ...]:
    """What further evidence would do, worked out from the normal curve of what is believed now: about right."""
    present = {item["kind"] for item in grade.parts.get("evidence", ()) if item["value"] != 0}
    found = []
    if "level" not in present:
        known = float(information("level", parameters, np.array([grade.mean]))[0])
        sd = (1 / (1 / max(grade.sd, 1e-6) ** 2 + known)) ** 0.5
        effect = _("would narrow it from ±%(now)s to about ±%(then)s") % {
            "now": f"{1.64 * grade.sd:.1f}",
            "then": f"{1.64 * sd:.1f}",
        }
        found.append(WhatIf(_("An answer to the six-level question"), effect))
    on = grid(PRODUCTION_STEP, parameters.cutpoints)
    for kind, words in (("complaint", _("A complaint")), ("referral", _("A recommendation")), ("thanks", _("Thanks"))):
        if kind in present:
            continue
        seen = log_likelihood((Evidence(kind, 1),), parameters, on.key)
        believed = posterior(np.array([grade.mean]), np.array([max(grade.sd, 0.05) ** 2]), seen, on)
        number = rung_for(float(believed.quantiles(0.5)[0][0]), parameters)
        effect = _("would leave it at %(level)s") if number == grade.level else _("would make it about %(level)s")
        found.append(WhatIf(words, effect % {"level": level_name(number)}))
    return tuple(found)
