"""The numbers the model stands on, as one immutable, named version."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """One operational fact that moves quality as lived; equation (1).

    ``weight`` is in units of d for one unit of the centred fact (the fact minus ``centre``). The centre is
    what an ordinary touchpoint has, so that an ordinary touchpoint gets nothing added or taken away.
    """

    name: str
    weight: float
    centre: float


@dataclass(frozen=True, slots=True)
class Ordinal:
    """A survey item with ordered answers; equation (7), the graded response model (Samejima 1969).

    ``thresholds[k]`` is the d at which answer ``lowest + k + 1`` or better becomes as likely as not.
    """

    slope: float
    thresholds: tuple[float, ...]
    lowest: int = 1

    @property
    def highest(self) -> int:
        return self.lowest + len(self.thresholds)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Something a customer does or leaves undone; equation (8). ``sign`` +1 grows with d, -1 falls with d."""

    slope: float
    location: float
    floor: float
    ceiling: float
    sign: int


@dataclass(frozen=True, slots=True)
class Parameters:
    """Every number of the ladder model. A fitted set is another value of this class with another version.

    d is the distance of what was lived from what was expected; 0 is exactly as expected, and the six levels are
    cut out of it at ``cutpoints``. Time is in months of 30.4375 days. Sources, field by field:

    ``cutpoints``  with a first delight of d = 3.2 and an adaptation of .385 to .45 they reproduce Ron Kaufman's
    spoken sequence (Unbelievable, Surprising, Desired, Expected), one level down per repetition; between the second
    and third lies the zone of tolerance (Zeithaml, Berry, Parasuraman 1993).
    ``causes``  weights: Rung's default; centres: those under which the published anchors T5 and T6 come out as printed.
    ``quality_sd``, ``expectation_variance``, ``expectation_noise_sd``, ``regression_months``  Rung's defaults;
    the mean starting expectation is fixed at 0, because it cannot be told apart from an intercept.
    ``adapt_up``, ``adapt_down``  expectations updated by experience (Boulding et al. 1993; Johnson, Anderson,
    Fornell 1995); for whole relationships start at .30. Both 0 is the static model.
    ``market_drift``, ``promise_weight``, ``benchmark_weight``  0 until estimated, because drift cannot be told from
    an unmeasured fall of quality without a benchmark.
    ``level``  the six-level question: slope fixed at 1.7 and thresholds at the cutpoints; it sets the scale of d.
    ``csat``, ``ces``  five and seven answers. ``nps``  has no default and is not used until fitted.
    ``complaint``, ``escalation``, ``negative_review``, ``referral``  one-sided behaviours with a ceiling below 1, for
    many angry customers never complain.
    ``thanks``  ours: the siblings' slope, placed at the cutpoint into Surprising, counted only when present.
    ``returned``  coming back when free to leave; ``captive_floor`` replaces its floor for those who are not.
    ``captive_share``  how many are captive when it is not known of a customer; the share of the model's validation.
    ``sentiment_slope``, ``sentiment_sd``  of a reading of the text; ``sentiment_origin`` its value at d = 0.
    ``answered``  who answers a survey at all, equation (11).
    ``wait_sd``  one standard deviation of log(wait / wait led to expect): a factor of 3.5; ``wait_limit``, in such
    deviations, keeps one extreme wait from deciding alone. ``usual_wait_s``  what a channel leads people to expect
    before they have any experience with us, in seconds; a channel that is not named has no waiting.
    """

    version: str = "defaults-1"
    cutpoints: tuple[float, ...] = (-2.0, -0.75, 0.75, 1.75, 2.75)
    causes: tuple[Cause, ...] = (
        Cause("wait", -0.4, 0.0),
        Cause("reopened", -0.7, 0.15),
        Cause("transfers", -0.3, 0.6),
        Cause("proactive", 0.5, 0.2),
        Cause("known", 0.3, 0.5),
    )
    quality_sd: float = 0.9
    expectation_variance: float = 0.6
    expectation_noise_sd: float = 0.1
    adapt_up: float = 0.30
    adapt_down: float = 0.20
    regression_months: float = 24.0
    market_drift: float = 0.0
    promise_weight: float = 0.0
    benchmark_weight: float = 0.0
    level: Ordinal = Ordinal(1.7, (-2.0, -0.75, 0.75, 1.75, 2.75))
    csat: Ordinal = Ordinal(1.5, (-2.2, -1.4, -0.5, 1.0))
    ces: Ordinal = Ordinal(1.2, (-2.6, -1.9, -1.3, -0.6, 0.2, 1.5))
    nps: Ordinal | None = None
    complaint: Behaviour = Behaviour(2.0, -2.0, 0.005, 0.5, -1)
    escalation: Behaviour = Behaviour(2.0, -2.3, 0.005, 0.5, -1)
    negative_review: Behaviour = Behaviour(2.0, -2.0, 0.002, 0.2, -1)
    referral: Behaviour = Behaviour(2.0, 2.2, 0.005, 0.4, 1)
    thanks: Behaviour = Behaviour(2.0, 1.75, 0.03, 0.4, 1)
    returned: Behaviour = Behaviour(1.5, -0.5, 0.10, 0.95, 1)
    captive_floor: float = 0.85
    captive_share: float = 0.25
    sentiment_origin: float = 0.0
    sentiment_slope: float = 0.5
    sentiment_sd: float = 0.9
    answered: tuple[float, float, float] = (-1.3, 0.0, 0.1)
    wait_sd: float = 1.25
    wait_limit: float = 2.5
    usual_wait_s: tuple[tuple[str, float], ...] = (
        ("email", 8 * 3600.0),
        ("webform", 8 * 3600.0),
        ("letter", 5 * 86400.0),
        ("inhouse", 8 * 3600.0),
        ("chat", 60.0),
    )

    def cause(self, name: str) -> Cause:
        """The cause of that name; KeyError when the model has none."""
        for cause in self.causes:
            if cause.name == name:
                return cause
        raise KeyError(name)


DEFAULTS = Parameters()

_DEFAULTS = "Rung's default, proposed on published theory"
_OWN = "Rung's default, without a source"

# For the method page: the letter each number has in the equations, and where it comes from. A test holds that every
# field stands here.
ORIGINS: dict[str, tuple[str, str]] = {
    "version": ("", ""),
    "cutpoints": ("c₁ … c₅", _DEFAULTS),
    "causes": ("β", _DEFAULTS),
    "quality_sd": ("τ", _DEFAULTS),
    "expectation_variance": ("P₀", _DEFAULTS),
    "expectation_noise_sd": ("ω", _DEFAULTS),
    "adapt_up": ("λ₊", "Boulding et al. 1993; Johnson, Anderson, Fornell 1995; " + _DEFAULTS),
    "adapt_down": ("λ₋", "Anderson and Sullivan 1993; " + _DEFAULTS),
    "regression_months": ("T_f", _DEFAULTS),
    "market_drift": ("g", _DEFAULTS),
    "promise_weight": ("π", _DEFAULTS),
    "benchmark_weight": ("B", _DEFAULTS),
    "level": ("a, b", "Samejima 1969; " + _DEFAULTS),
    "csat": ("a, b", "Samejima 1969; " + _DEFAULTS),
    "ces": ("a, b", "Samejima 1969; " + _DEFAULTS),
    "nps": ("a, b", ""),
    "complaint": ("a, b, l, u", _DEFAULTS),
    "escalation": ("a, b, l, u", _DEFAULTS),
    "negative_review": ("a, b, l, u", _DEFAULTS),
    "referral": ("a, b, l, u", _DEFAULTS),
    "thanks": ("a, b, l, u", _OWN),
    "returned": ("a, b, l, u", _DEFAULTS),
    "captive_floor": ("l (captive)", _DEFAULTS),
    "captive_share": ("", _DEFAULTS),
    "sentiment_origin": ("g₀", _OWN),
    "sentiment_slope": ("g₁", _DEFAULTS),
    "sentiment_sd": ("σ_z", _DEFAULTS),
    "answered": ("r₀, r₁, r₂", _DEFAULTS),
    "wait_sd": ("", _OWN),
    "wait_limit": ("", _OWN),
    "usual_wait_s": ("", _OWN),
}
