"""Has a distribution moved? The population-stability index (PSI) of two histograms, and how much of it is chance.

PSI is the sum over bins of (actual share - expected share) * ln(actual share / expected share). It and its usual
reading are from credit scoring: E. M. Lewis, An Introduction to Credit Scoring (2nd ed. 1994), and N. Siddiqi, Credit
Risk Scorecards (Wiley, 2006). What chance alone makes of it: B. Yurdakul and J. Naranjo, "Statistical properties of the
population stability index", Journal of Risk Model Validation 14 (2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt
from statistics import NormalDist
from typing import Literal

Reading = Literal["stable", "moved", "drifted", "too few"]

MOVED = 0.1
"""Below it nothing has moved; from here on a little (Lewis; Siddiqi)."""

DRIFTED = 0.25
"""From here on so much that the model should be looked at (Lewis; Siddiqi)."""

FEWEST = 100
"""Things that each of two histograms must count to be compared: ours, five to each of the 20 bins on average, the
expected count from which the chi-squared approximation is held to be good (W. G. Cochran, 1954)."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How far one histogram has moved."""

    what: str
    """`scores`, `candidate scores` or `type mix`."""
    name: str
    """The entity type; empty for the mix of types."""
    psi: float
    by_chance: float
    """What the index stays below by chance alone, with the confidence asked for; 0 where there are too few."""
    expected: int
    """How many the reference counts."""
    actual: int
    """How many the window counts."""

    @property
    def reading(self) -> Reading:
        """What the index means; what chance explains has not moved."""
        if min(self.expected, self.actual) < FEWEST:
            return "too few"
        if self.psi < MOVED or self.psi <= self.by_chance:
            return "stable"
        return "moved" if self.psi < DRIFTED else "drifted"


def psi(expected: Sequence[int], actual: Sequence[int]) -> float:
    """The index of two histograms with the same bins; 0 where their shares agree, and never less.

    A bin that is empty in one of them counts as half a thing there, since the logarithm needs something; one that is
    empty in both is left out. Without anything in one of them there is nothing to compare, and the index is 0.
    """
    if not sum(expected) or not sum(actual):
        return 0.0
    shares = [
        (max(e, 0.5) / sum(expected), max(a, 0.5) / sum(actual))
        for e, a in zip(expected, actual, strict=True)
        if e or a
    ]
    return sum((a - e) * log(a / e) for e, a in shares)


def by_chance(expected: Sequence[int], actual: Sequence[int], confidence: float) -> float:
    """What the index stays below with this probability where both histograms are samples of one distribution.

    It then is close to (1/N + 1/M) times a chi-squared variable with one degree of freedom less than there are bins
    (Yurdakul and Naranjo); its quantile is E. B. Wilson and M. M. Hilferty's (PNAS 17, 1931).
    """
    bins = sum(1 for e, a in zip(expected, actual, strict=True) if e or a)
    if bins < 2 or not sum(expected) or not sum(actual):
        return 0.0
    freedom, normal = bins - 1, NormalDist().inv_cdf(confidence)
    quantile = freedom * (1 - 2 / (9 * freedom) + normal * sqrt(2 / (9 * freedom))) ** 3
    return quantile * (1 / sum(expected) + 1 / sum(actual))


def drift(what: str, name: str, expected: Sequence[int], actual: Sequence[int], confidence: float) -> Drift:
    """Compare a window's histogram with the reference's."""
    limit = by_chance(expected, actual, confidence)
    return Drift(what, name, psi(expected, actual), limit, sum(expected), sum(actual))
