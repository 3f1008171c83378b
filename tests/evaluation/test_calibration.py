"""Scores against shares of right votes, in fifteen bins."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.evaluation.calibration import BINS, SCORE_UNIT, bin_of, calibration_error, reliability
from redactor.evaluation.resampling import Measure, Sums


def _sums(*votes: tuple[float, bool]) -> Sums:
    counts: Counter[str] = Counter()
    for score, right in votes:
        number = bin_of(score)
        counts.update({f"votes {number}": 1, f"votes right {number}": right})
        counts[f"votes score {number}"] += round(score * SCORE_UNIT)
    return Sums({"d": counts}, 0)


@pytest.mark.parametrize(
    ("votes", "error"),
    [
        ([(1.0, True)] * 3, 0.0),
        ([(1.0, False)], 1.0),
        ([(0.75, True)] * 3 + [(0.75, False)], 0.0),
        ([(0.9, True), (0.9, False), (0.1, False), (0.1, False)], (2 * 0.4 + 2 * 0.1) / 4),
    ],
)
def test_the_error_is_the_mean_distance_of_scores_from_shares(votes: list[tuple[float, bool]], error: float) -> None:
    assert calibration_error(_sums(*votes)).value == pytest.approx(error)


def test_without_votes_there_is_no_error() -> None:
    assert calibration_error(_sums()) == Measure()
    assert reliability(_sums()) == ()


def test_the_reliability_table_holds_the_bins_with_votes() -> None:
    low, high = reliability(_sums((0.05, False), (0.97, True), (0.99, False)))
    assert (low.votes, low.score, low.right) == (1, 0.05, 0.0)
    assert (high.votes, high.right, high.high) == (2, 0.5, 1.0)
    assert high.score == pytest.approx(0.98)


@given(st.lists(st.floats(0, 1), min_size=2))
def test_bins_are_in_the_order_of_scores_and_hold_all_of_them(scores: list[float]) -> None:
    bins = [bin_of(score) for score in sorted(scores)]
    assert all(left <= right for left, right in pairwise(bins))
    assert bins[0] >= 0
    assert bins[-1] < BINS
