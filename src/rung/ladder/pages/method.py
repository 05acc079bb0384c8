"""How a level is computed: the equations, and every number in them, read off the parameters themselves."""

from __future__ import annotations

from dataclasses import dataclass, fields

from django.utils.translation import gettext as _

from rung.ladder.levels import LevelWords, levels_top_down, settings_note
from rung.ladder.model.parameters import DEFAULTS, ORIGINS, Behaviour, Cause, Ordinal, Parameters
from rung.ladder.versions import parameters_in_force
from rung.ui.moments import duration


@dataclass(frozen=True, slots=True)
class ParameterLine:
    name: str
    meaning: str
    symbol: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Equation:
    name: str
    formula: str


@dataclass(frozen=True, slots=True)
class MethodPage:
    levels: tuple[LevelWords, ...]
    equations: tuple[Equation, ...]
    parameters: tuple[ParameterLine, ...]
    version: str
    note: str
    may_estimate: bool


def method_page(*, may_estimate: bool = False) -> MethodPage:
    """The numbers in force; ``may_estimate``: whether a way to the settings is shown."""
    parameters = parameters_in_force()
    meanings = meanings_of_parameters()
    return MethodPage(
        levels=levels_top_down(),
        equations=_equations(),
        parameters=tuple(
            ParameterLine(
                name=field.name,
                meaning=meanings[field.name],
                symbol=ORIGINS[field.name][0],
                value=in_words(getattr(parameters, field.name)),
                source=_source(field.name, parameters),
            )
            for field in fields(parameters)
        ),
        version=parameters.version,
        note=settings_note(parameters.version),
        may_estimate=may_estimate,
    )


def _source(name: str, parameters: Parameters) -> str:
    """Where a number comes from: our own customers where it was estimated, its default's source otherwise."""
    own = name != "version" and getattr(parameters, name) != getattr(DEFAULTS, name)
    return _("estimated from your own customers") if own else ORIGINS[name][1]


def in_words(value: object) -> str:
    """A parameter's value as people read it."""
    return value if isinstance(value, str) else _number_in_words(value).replace("-", "−")


def _number_in_words(value: object) -> str:
    if value is None:
        return _("not used")
    if isinstance(value, Ordinal):
        return f"a = {value.slope:.3g}; b = {', '.join(f'{b:.3g}' for b in value.thresholds)}"
    if isinstance(value, Behaviour):
        sign = "+" if value.sign > 0 else "−"
        ends = f"l = {value.floor:.3g}; u = {value.ceiling:.3g}"
        return f"s = {sign}1; a = {value.slope:.3g}; b = {value.location:.3g}; {ends}"
    if isinstance(value, tuple):
        return "; ".join(_member(each) for each in value)
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _member(value: object) -> str:
    if isinstance(value, Cause):
        return _("%(name)s %(weight)s (ordinary: %(centre)s)") % {
            "name": value.name,
            "weight": f"{value.weight:+.3g}",
            "centre": f"{value.centre:.3g}",
        }
    if isinstance(value, tuple):
        return f"{value[0]} {duration(value[1])}"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _equations() -> tuple[Equation, ...]:
    return (
        Equation(_("(1) Quality as lived, from what we did"), "q = x′β + v,   v ~ N(0, τ²)"),
        Equation(_("(2) Distance from what was expected"), "d = q − e"),
        Equation(_("(3) Level"), "L = 1 + #{k : d > cₖ}"),
        Equation(_("(4) What is expected afterwards"), "e⁺ = e + λ₊·max(d, 0) − λ₋·max(−d, 0) + π·promise + N(0, ω²)"),
        Equation(_("(5) What is expected before the next one"), "e′ = m(s′) + ρ·(e⁺ − m(s)),   ρ = exp(−gap / T_f)"),
        Equation(_("(6) What somebody expects who does not know us"), "e₁ ~ N(0, P₀)"),
        Equation(_("(7) An answer to a question"), "P(Y ≥ k | d) = σ(a·(d − bₖ))"),
        Equation(_("(8) Something they do or leave undone"), "P(Y = 1 | d) = l + (u − l)·σ(s·a·(d − b))"),
        Equation(_("(9) Whether they come back: as (8), l the share that has no choice"), "l = 0.85 | 0.10"),
        Equation(_("(10) How what they write sounds"), "Z | d ~ N(g₀ + g₁·d, σ_z²)"),
        Equation(_("(11) Whether they answer at all"), "P(R = 1 | d) = σ(r₀ + r₁·d + r₂·d²)"),
    )


def meanings_of_parameters() -> dict[str, str]:
    """Every field of Parameters in plain words."""
    return {
        "version": _("the name of this set"),
        "cutpoints": _("where one level ends and the next begins"),
        "causes": _("how much each thing we do moves quality"),
        "quality_sd": _("how much quality varies for reasons we do not see"),
        "expectation_variance": _("how much strangers differ in what they expect"),
        "expectation_noise_sd": _("how much expectations wander by themselves"),
        "adapt_up": _("how much of a delight becomes the new normal"),
        "adapt_down": _("how much of a disappointment lowers what is expected"),
        "regression_months": _("months in which an expectation fades towards the market's"),
        "market_drift": _("how fast the market raises expectations, a month"),
        "promise_weight": _("how much a promise raises expectations"),
        "benchmark_weight": _("how much a competitor's level counts"),
        "level": _("the six-level question"),
        "csat": _("satisfaction, 1 to 5"),
        "ces": _("ease, 1 to 7"),
        "nps": _("likelihood to recommend, 0 to 10"),
        "complaint": _("a complaint"),
        "escalation": _("a complaint taken higher"),
        "negative_review": _("a bad review"),
        "referral": _("a recommendation"),
        "thanks": _("thanks nobody asked for"),
        "returned": _("coming back, when free to leave"),
        "captive_floor": _("how often the captive come back whatever happened"),
        "captive_share": _("how many are captive when we do not know"),
        "sentiment_origin": _("how ordinary service sounds in writing"),
        "sentiment_slope": _("how much what they write follows what they lived"),
        "sentiment_sd": _("how much tone varies for other reasons"),
        "answered": _("who answers a survey at all"),
        "wait_sd": _("one step of waiting: logarithm of the wait over the wait led to expect"),
        "wait_limit": _("the most steps that one wait may count"),
        "usual_wait_s": _("the wait a channel leads strangers to expect"),
    }
