"""Does a score mean a probability? Votes in fifteen bins by score, and how far each bin's share of right ones is off.

Expected calibration error over equal-width bins: the mean over votes of |share right - mean score| of their bin (Guo,
Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks, 2017). Votes are what a system answered and the
candidates it did not take; text nobody voted for is in no bin. A vote is right when its type and both ends are those of
a mark.
"""

from dataclasses import dataclass

import numpy as np

from redactor.evaluation.resampling import Draws, Measure, Sums, divided, measured

BINS = 15
"""As in the paper."""

SCORE_UNIT = 1_000_000
"""Scores are summed in millionths, so that everything that is counted is a whole number."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Votes of like score."""

    low: float
    high: float
    votes: int
    score: float
    """Their mean score."""
    right: float
    """The share of them that is right."""


def bin_of(score: float) -> int:
    """The bin of a score in 0..1, from 0."""
    return min(int(score * BINS), BINS - 1)


def calibration_error(sums: Sums) -> Measure:
    """The expected calibration error, 0..1; 0 where every score means what it says."""
    off: Draws = np.zeros_like(sums["votes 0"])
    votes: Draws = np.zeros_like(off)
    for number in range(BINS):
        off += np.abs(sums[f"votes right {number}"] - sums[f"votes score {number}"] / SCORE_UNIT)
        votes += sums[f"votes {number}"]
    return measured(divided(off, votes))


def reliability(sums: Sums) -> tuple[Bin, ...]:
    """The bins that hold a vote."""
    return tuple(
        Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            votes=votes,
            score=float(sums[f"votes score {number}"][0]) / SCORE_UNIT / votes,
            right=sums.total(f"votes right {number}") / votes,
        )
        for number in range(BINS)
        if (votes := sums.total(f"votes {number}"))
    )
