"""PSI: its laws, its reading, and that chance alone is not read as drift."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.metrics.drift import DRIFTED, FEWEST, MOVED, by_chance, drift, psi

BINS = 20
_histogram = st.lists(st.integers(0, 1000), min_size=BINS, max_size=BINS)


@given(_histogram)
def test_a_distribution_has_not_moved_from_itself(bins: list[int]) -> None:
    assert psi(bins, bins) == 0.0


@given(st.lists(st.integers(1, 1000), min_size=BINS, max_size=BINS), st.integers(1, 50))
def test_more_of_the_same_is_no_drift(bins: list[int], times: int) -> None:
    assert psi(bins, [times * count for count in bins]) == pytest.approx(0.0, abs=1e-12)


@given(_histogram, _histogram)
def test_it_is_never_negative_and_the_same_both_ways(one: list[int], other: list[int]) -> None:
    assert psi(one, other) >= 0.0
    assert psi(one, other) == pytest.approx(psi(other, one))


def test_its_value_is_the_sum_over_bins_of_share_difference_times_log_ratio() -> None:
    # (.5 - .4) ln(.5/.4) + (.5 - .6) ln(.5/.6) = .0223144 + .0182322
    assert psi([40, 60], [50, 50]) == pytest.approx(0.0405465, abs=1e-6)


def test_nothing_to_compare_is_no_drift() -> None:
    assert psi([0] * BINS, [5] * BINS) == 0.0
    assert drift("scores", "PERSON", [0] * BINS, [5] * BINS, 0.99).reading == "too few"


def test_the_usual_limits_are_read_in_words() -> None:
    many = 100_000
    readings = {}
    for share in (0.5, 0.52, 0.7, 0.8):
        found = drift("scores", "X", [many // 2, many // 2], [int(many * share), int(many * (1 - share))], 0.999)
        readings[found.reading] = found.psi
    assert list(readings) == ["stable", "moved", "drifted"]
    assert readings["stable"] < MOVED < readings["moved"] < DRIFTED < readings["drifted"]


def test_few_things_are_not_judged() -> None:
    bins, other = [0] * BINS, [0] * BINS
    bins[0], other[19] = FEWEST, FEWEST - 1
    assert drift("scores", "X", bins, other, 0.99).reading == "too few"
    other[19] = FEWEST
    assert drift("scores", "X", bins, other, 0.99).reading == "drifted"


def test_samples_of_one_distribution_are_rarely_beyond_what_chance_explains() -> None:
    source, weights = random.Random(4), [1 + 3 * (number % 5) for number in range(BINS)]

    def sample(size: int) -> list[int]:
        drawn = source.choices(range(BINS), weights, k=size)
        return [drawn.count(number) for number in range(BINS)]

    beyond = 0
    for _ in range(300):
        one, other = sample(600), sample(400)
        beyond += psi(one, other) > by_chance(one, other, 0.95)
    assert 3 <= beyond <= 33  # 15 expected


def test_chance_explains_less_the_more_there_is() -> None:
    assert by_chance([10] * BINS, [10] * BINS, 0.99) > by_chance([100] * BINS, [100] * BINS, 0.99) > 0
    # 19 degrees of freedom: the 99th percentile is 36.19 in any table of chi-squared
    assert by_chance([100] * BINS, [100] * BINS, 0.99) == pytest.approx(36.19 / 1000, rel=0.01)
