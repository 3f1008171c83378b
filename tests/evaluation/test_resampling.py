"""Sums on the data are sums; the interval is that of resampled conversations."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.evaluation.resampling import Measure, Sums, divided, f_measure, measured, share


def test_intervals_cover_the_true_share_about_as_often_as_they_say() -> None:
    """300 samples of 60 dialogs with 5 values each: 95% should be covered, and 90% surely are."""
    dice = np.random.default_rng(7)
    covered = 0
    for seed in range(300):
        counts = {str(n): Counter(hit=int(hits), of=5) for n, hits in enumerate(dice.binomial(5, 0.8, size=60))}
        found = share(Sums(counts, seed), "hit", "of")
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0.8 <= found.high
    assert 0.90 <= covered / 300 <= 0.99


def test_conversations_that_fail_together_make_wider_intervals() -> None:
    apart = {str(n): Counter(hit=n % 2, of=1) for n in range(40)}
    together = {"good": Counter(hit=20, of=20), "bad": Counter(hit=0, of=20)}
    narrow, wide = share(Sums(apart, 0), "hit", "of"), share(Sums(together, 0), "hit", "of")
    assert narrow.value == wide.value == 0.5
    assert (wide.low, wide.high) == (0.0, 1.0)
    assert narrow.low is not None
    assert 0.3 < narrow.low < 0.45


def test_with_nothing_to_count_there_is_no_measure() -> None:
    assert share(Sums({}, 0), "hit", "of") == Measure()
    assert share(Sums({"d": Counter(other=1)}, 0), "hit", "of") == Measure()


def test_a_seed_gives_the_same_resamples_and_another_one_others() -> None:
    counts = {str(n): Counter(hit=n % 3, of=3) for n in range(20)}
    assert np.array_equal(Sums(counts, 1)["hit"], Sums(counts, 1)["hit"])
    assert not np.array_equal(Sums(counts, 1)["hit"], Sums(counts, 2)["hit"])


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 9)), max_size=6))
def test_the_first_draw_is_the_plain_sum(groups: list[dict[str, int]]) -> None:
    sums = Sums({str(n): Counter(group) for n, group in enumerate(groups)}, 0)
    for name in "abc":
        assert sums.total(name) == sum(group.get(name, 0) for group in groups)


@pytest.mark.parametrize(("beta", "expected"), [(1.0, 2 * 0.5 * 0.25 / 0.75), (2.0, 5 * 0.5 * 0.25 / (4 * 0.5 + 0.25))])
def test_f_is_the_weighted_harmonic_mean_of_precision_and_recall(beta: float, expected: float) -> None:
    right, found, gold = np.array([1.0, 1.0]), np.array([2.0, 2.0]), np.array([4.0, 4.0])
    assert f_measure(right, found, gold, beta)[0] == pytest.approx(expected)


def test_resamples_without_a_whole_are_left_out_of_the_interval() -> None:
    draws = divided(np.array([1.0, 0.0, 1.0]), np.array([2.0, 0.0, 1.0]))
    assert measured(draws) == Measure(0.5, 1.0, 1.0)
