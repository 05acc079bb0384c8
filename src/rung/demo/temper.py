"""How an episode felt, and what people do about it: the truth behind the demo's numbers.

The same theory as the ladder's (section 2.3 of the domain notes): disconfirmation d is quality less expectation,
expectation adapts, and what can be observed hangs on d. Written out once more here on purpose, in a few lines: the ladder
must find the story again from the evidence alone, not by asking the code that told it.
"""

import math
from random import Random

# Thresholds above which an answer is one higher, and how sharply people tell them apart.
LEVEL_CUTS = (-2.0, -0.75, 0.75, 1.75, 2.75)
CSAT_CUTS = (-2.5, -1.8, -0.85, 0.8)
NPS_CUTS = (-3.2, -2.9, -2.6, -2.3, -1.9, -1.5, -1.0, -0.5, 0.45, 1.2)
CES_CUTS = (-2.8, -2.2, -1.6, -1.0, -0.2, 1.1)
SHARPNESS = {"level": 1.9, "csat": 1.3, "nps": 1.5, "ces": 1.2}
CUTS = {"level": LEVEL_CUTS, "csat": CSAT_CUTS, "nps": NPS_CUTS, "ces": CES_CUTS}
FIRST_VALUE = {"level": 1, "csat": 1, "nps": 0, "ces": 1}

LOSS_OF_EXPECTATION = 0.20
GAIN_OF_EXPECTATION = 0.30


def sigma(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def chance(lot: Random, probability: float) -> bool:
    return lot.random() < probability


def quality(
    *, wait_ratio: float, care: float, transferred: bool, reopened: bool, weak: bool, made_good: bool, proactive: bool
) -> float:
    """What was delivered, in units of d, without noise. `wait_ratio`: the longest wait over the one people put up with."""
    felt = 0.1 + care - 0.45 * math.log(max(wait_ratio, 0.15))
    felt -= 0.3 * transferred + 0.6 * reopened + 0.8 * weak
    return felt + 0.9 * made_good + 0.8 * proactive


def adapted(expectation: float, d: float) -> float:
    """What a person expects next time: delight raises it, disappointment lowers it less."""
    moved = expectation + (GAIN_OF_EXPECTATION * d if d > 0 else LOSS_OF_EXPECTATION * d)
    return max(-1.5, min(1.8, moved))


def complains(lot: Random, d: float) -> bool:
    return chance(lot, 0.005 + 0.5 * sigma(-2.2 * (d + 1.7)))


def escalates(lot: Random, d: float) -> bool:
    return chance(lot, 0.09 + 0.3 * sigma(-2.2 * (d + 1.7)))


def reviews_badly(lot: Random, d: float) -> bool:
    return chance(lot, 0.002 + 0.16 * sigma(-2.2 * (d + 1.9)))


def thanks_unasked(lot: Random, d: float) -> bool:
    return chance(lot, 0.02 + 0.5 * sigma(2.2 * (d - 1.7)))


def recommends(lot: Random, d: float) -> bool:
    return chance(lot, 0.004 + 0.35 * sigma(2.2 * (d - 2.2)))


def lands_with_who_knows(lot: Random) -> bool:
    return chance(lot, 0.8)


def answers_half(lot: Random, *, strained: bool, learning: bool) -> bool:
    """Whether our answer leaves half of the matter open: seldom, but for who cannot keep up or has not learnt it yet."""
    return chance(lot, 0.9 if learning else 0.55 if strained else 0.06)


def is_noted(lot: Random) -> bool:
    """Whether a colleague notes what caused a contact: some do, when they think of it."""
    return chance(lot, 0.4)


def is_failure(lot: Random, *, trouble: bool) -> bool:
    """What caused a contact, as noted: most of what people in trouble come for is our failure, some of the rest too."""
    return chance(lot, 0.85 if trouble else 0.12)


def gives_up(lot: Random, strain: float) -> bool:
    """Whether a caller hangs up before anybody answers; `strain`: how much slower than usual we are."""
    return chance(lot, min(0.09 * strain, 0.45))


def rings_s(lot: Random, strain: float) -> int:
    """Seconds a call rings: eleven at the median, with a tail."""
    return min(max(round(11 * math.sqrt(strain) * lot.lognormvariate(0, 0.6)), 2), 110)


def responds(lot: Random, d: float) -> bool:
    """Whether a survey is answered: the very pleased and the very annoyed more often (equation 11)."""
    return chance(lot, sigma(-0.7 + 0.13 * d * d))


def answer(lot: Random, question: str, d: float, harshness: float) -> int:
    """An answer to one of the four questions; `harshness` is the person's own way with scales."""
    noise = math.log(1 / max(lot.random(), 1e-9) - 1) / SHARPNESS[question]
    felt = d - harshness + noise
    return FIRST_VALUE[question] + sum(felt > cut for cut in CUTS[question])
