"""Sums over conversations with their 95% intervals: what is counted per conversation, resampled by conversation.

Percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13) over conversations,
because messages of one conversation fail together. Every measure is a function of sums, so the sums are resampled once
and every measure computed on each resample. Where nothing failed there is no spread to resample: an interval of one
point says only that.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

RESAMPLES = 1_000
"""Enough for two stable digits of a 95% percentile interval."""

Draws: TypeAlias = npt.NDArray[np.float64]
"""A number on the data (first) and on each resample (the rest)."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its 95% interval; all None where there was nothing to measure."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    count: int | None = None
    """For shares: how many ..."""
    total: int | None = None
    """... of how many."""


class Sums:
    """Named counts of conversations, summed over all of them and over each resample.

    `counts` holds the counts of each conversation (or group of them that stays together). The same seed gives the same
    resamples.
    """

    def __init__(self, counts: Mapping[str, Counter[str]], seed: int) -> None:
        groups = list(counts.values())
        names = sorted({name for group in groups for name in group})
        self._column = {name: number for number, name in enumerate(names)}
        table = np.array([[group[name] for name in names] for group in groups], dtype=np.float64)
        table = table.reshape(len(groups), len(names))
        if groups:
            drawn = np.random.default_rng(seed).multinomial(
                len(groups), np.full(len(groups), 1 / len(groups)), RESAMPLES
            )
            self._sums = np.vstack([table.sum(axis=0), drawn @ table])
        else:
            self._sums = np.zeros((RESAMPLES + 1, 0))

    def __getitem__(self, name: str) -> Draws:
        """The sums of one count; zeros where it was never counted."""
        column = self._column.get(name)
        drawn: Draws = np.zeros(len(self._sums)) if column is None else self._sums[:, column]
        return drawn

    def total(self, name: str) -> int:
        """One count over all conversations."""
        return round(float(self[name][0]))

    def after(self, prefix: str) -> list[str]:
        """What follows `prefix` and a blank in the names of counts, sorted."""
        return [name.removeprefix(f"{prefix} ") for name in self._column if name.startswith(f"{prefix} ")]


def divided(part: Draws, whole: Draws) -> Draws:
    """Part of whole on each draw; not a number where there is no whole."""
    share: Draws = np.full(len(whole), np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share


def measured(draws: Draws, count: int | None = None, total: int | None = None) -> Measure:
    """The value on the data and the interval from the resamples that have one."""
    if np.isnan(draws[0]):
        return Measure()
    again = draws[1:][~np.isnan(draws[1:])]
    low, high = np.percentile(again, [2.5, 97.5]) if len(again) else (draws[0], draws[0])
    return Measure(float(draws[0]), float(low), float(high), count, total)


def share(sums: Sums, part: str, whole: str) -> Measure:
    """How many of how many."""
    return measured(divided(sums[part], sums[whole]), sums.total(part), sums.total(whole))


def f_measure(right: Draws, found: Draws, gold: Draws, beta: float = 1.0) -> Draws:
    """(1 + b²) · P · R / (b² · P + R), written in counts; not a number where nothing is marked and nothing found.

    Van Rijsbergen, Information Retrieval, 1979, chapter 7; beta 2 weighs recall higher.
    """
    return divided((1 + beta**2) * right, beta**2 * gold + found)
