"""Intervals of counted shares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.evaluation.wilson import difference, wilson

COUNTS = st.integers(1, 5_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_known_intervals(count: int, total: int, low: float, high: float) -> None:
    assert wilson(count, total) == pytest.approx((low, high), abs=5e-5)


@given(COUNTS)
def test_the_interval_holds_the_share_and_stays_within_0_and_1(counted: tuple[int, int]) -> None:
    low, high = wilson(*counted)
    assert 0.0 <= low <= counted[0] / counted[1] <= high <= 1.0
    assert low < high


@given(COUNTS)
def test_hits_and_misses_mirror_each_other(counted: tuple[int, int]) -> None:
    count, total = counted
    low, high = wilson(count, total)
    assert wilson(total - count, total) == pytest.approx((1 - high, 1 - low))


def test_the_published_difference_interval() -> None:
    assert difference((56, 70), (48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)  # Newcombe 1998, table II, (a)


@given(COUNTS, COUNTS)
def test_a_difference_turned_around_changes_its_sign(one: tuple[int, int], other: tuple[int, int]) -> None:
    low, high = difference(one, other)
    assert low <= one[0] / one[1] - other[0] / other[1] <= high
    assert difference(other, one) == pytest.approx((-high, -low))


@pytest.mark.parametrize("counted", [(0, 0), (-1, 4), (5, 4)])
def test_impossible_counts_are_refused(counted: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="count <= total"):
        wilson(*counted)
    with pytest.raises(ValueError, match="count <= total"):
        difference((1, 2), counted)
