"""How sure a share is: the one interval every room tells of a proportion."""

from math import sqrt
from statistics import NormalDist

Z95 = NormalDist().inv_cdf(0.975)

# Below the first number a share says nothing, only the counts are told; below the second no word of a trend.
TOLD_FROM = 5
TREND_FROM = 30


def wilson_ends(successes: float, n: float, z: float = Z95) -> tuple[float, float]:
    """The score interval of a proportion, as fractions of 1 (Wilson 1927; Newcombe 1998a, method 3). No whole numbers where
    they are what so many cases are worth that are alike.

    Raises ValueError when there is nothing to divide by or more successes than trials.
    """
    if n <= 0 or not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no proportion")
    p = successes / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # The ends at 0 and n are exactly 0 and 1; rounding would leave 1e-17 there.
    return (0.0 if successes == 0 else max(0.0, middle - half), 1.0 if successes == n else min(1.0, middle + half))
