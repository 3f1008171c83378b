"""Intervals for a share that was counted: how far chance alone could have moved it."""

from math import sqrt

_Z = 1.959963984540054
"""The standard normal's 97.5th percentile: 95% lie within, both sides."""


def wilson(count: int, total: int) -> tuple[float, float]:
    """The 95% score interval of a share, `count` of `total`; it lies within 0..1 and is wide even at 0 and at 1.

    E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22 (1927). It takes the
    counted things as independent.

    Raises:
        ValueError: the counts do not satisfy 0 <= count <= total, 0 < total.
    """
    if not 0 <= count <= total or not total:
        raise ValueError(f"expected 0 <= count <= total and something counted, got {count} of {total}")
    share, squared = count / total, _Z * _Z
    middle = share + squared / (2 * total)
    spread = _Z * sqrt(share * (1 - share) / total + squared / (4 * total * total))
    below = 1 + squared / total
    # At the ends the formula gives 0 and 1 exactly; rounding does not.
    return (0.0 if not count else (middle - spread) / below), (1.0 if count == total else (middle + spread) / below)


def difference(first: tuple[int, int], second: tuple[int, int]) -> tuple[float, float]:
    """The 95% interval of the first share minus the second, each given as (count, total), of things counted apart.

    R. G. Newcombe, Interval Estimation for the Difference Between Independent Proportions, Statistics in Medicine 17
    (1998), method 10: made from the two Wilson intervals.

    Raises:
        ValueError: as `wilson`.
    """
    p, q = first[0] / max(first[1], 1), second[0] / max(second[1], 1)
    (p_low, p_high), (q_low, q_high) = wilson(*first), wilson(*second)
    return p - q - sqrt((p - p_low) ** 2 + (q_high - q) ** 2), p - q + sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
