"""Jumps of a rate: seen when real, not seen in chance, in few messages, or in days that differ anyway."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.metrics.change import (
    FEWEST,
    FEWEST_BLOCKS,
    SMALLEST,
    Block,
    Change,
    alarming,
    blocks,
    chance,
    compare,
    effect,
    scatter,
)


def days(*counted: tuple[int, int]) -> list[tuple[int, int, int]]:
    return [(number, count, messages) for number, (count, messages) in enumerate(counted)]


def changes(before: list[tuple[int, int]], now: list[tuple[int, int]], kind: str = "type") -> list[Change]:
    return compare("customer", kind, "PERSON", blocks(days(*before)), blocks(days(*now)))


def test_quiet_days_are_taken_together_until_there_is_something_to_judge() -> None:
    assert blocks(days((1, 90), (2, 90), (3, 90), (4, 500), (5, 10))) == [Block(0, 2, 6, 270), Block(3, 4, 9, 510)]
    assert blocks(days((10, 10))) == []
    assert blocks([]) == []


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 400)), max_size=20))
def test_blocks_lose_and_invent_nothing(counted: list[tuple[int, int]]) -> None:
    made = blocks(days(*counted))
    assert all(block.messages >= FEWEST for block in made)
    if made:
        assert sum(block.messages for block in made) == sum(messages for _, messages in counted)
        assert sum(block.count for block in made) == sum(count for count, _ in counted)


def test_the_effect_is_cohens_h() -> None:
    assert effect(0.5, 0.5) == 0.0
    assert effect(0.65, 0.45) == pytest.approx(0.405, abs=0.002)
    assert effect(0.0025, 0.0) == pytest.approx(SMALLEST, abs=0.001)
    assert effect(0.45, 0.65) == -effect(0.65, 0.45)


def test_a_halved_rate_is_an_alarm_and_so_is_a_burst_of_what_was_never_seen() -> None:
    before = [(200, 1000)] * 10
    assert [c.block.first for c in alarming(changes(before, [(200, 1000), (100, 1000)]))] == [1]
    assert alarming(changes([(0, 1000)] * 10, [(8, 1000)], "sign"))


def test_a_change_too_slight_for_any_one_day_is_seen_in_all_days_together() -> None:
    before = [(40, 250)] * 28
    assert alarming(changes(before, [(28, 250)])) == []
    (found,) = alarming(changes(before, [(28, 250)] * 7))
    assert (found.block.first, found.block.last, found.block.messages) == (0, 6, 1750)


def test_a_day_that_alarms_stands_for_its_window_whichever_day_it_is() -> None:
    for bad in range(3):
        now = [(100, 500)] * 3
        now[bad] = (0, 500)
        found = alarming(changes([(200, 1000)] * 10, now))
        assert [(c.block.first, c.block.last) for c in found] == [(bad, bad)]


def test_ten_messages_alarm_nobody() -> None:
    assert changes([(0, 1000)] * 10, [(10, 10)]) == []


def test_a_sign_that_becomes_rarer_alarms_nobody() -> None:
    halved = changes([(200, 1000)] * 10, [(50, 1000)], "sign")
    assert halved[0].p < 1e-9
    assert alarming(halved) == []


def test_a_difference_too_small_to_matter_alarms_nobody_however_sure() -> None:
    sure = changes([(20_000, 100_000)] * 10, [(21_000, 100_000)])
    assert sure[0].p < 1e-6
    assert alarming(sure) == []


def test_days_that_differ_anyway_make_the_test_patient() -> None:
    restless = [(count, 1000) for count in (100, 300, 120, 280, 90, 310, 200, 150, 260, 190)]
    assert scatter(blocks(days(*restless))) > 5
    assert alarming(changes(restless, [(290, 1000)])) == []
    steady = [(sum(count for count, _ in restless) // len(restless), 1000)] * len(restless)
    assert scatter(blocks(days(*steady))) == 1.0
    assert alarming(changes(steady, [(290, 1000)]))


def test_a_scatter_that_was_estimated_from_few_days_leaves_more_to_chance() -> None:
    # two-sided tail areas as in any table of Student's t and of the normal distribution
    assert chance(1.96) == pytest.approx(0.05, abs=0.0001)
    assert chance(-2.365, 7) == pytest.approx(0.05, abs=0.001)
    assert chance(2.771, 27) == pytest.approx(0.01, abs=0.0002)
    assert chance(5.408, 7) == pytest.approx(0.001, rel=0.05)


def test_scatter_is_not_guessed_from_few_days() -> None:
    assert scatter(blocks(days(*[(100, 1000), (300, 1000)] * 3))) == 1.0
    assert FEWEST_BLOCKS > 6


def test_chance_raises_an_alarm_in_few_reports_though_each_makes_many_tests() -> None:
    source = random.Random(7)

    def counted(share: float, number: int) -> list[tuple[int, int]]:
        return [(sum(source.random() < share for _ in range(250)), 250) for _ in range(number)]

    false = 0
    for _ in range(40):
        tests = [change for share in (0.01, 0.1, 0.3) for change in changes(counted(share, 8), counted(share, 7))]
        false += bool(alarming(tests))
    assert false <= 3


def test_the_more_is_tested_the_surer_each_must_be() -> None:
    one = changes([(100, 1000)] * 10, [(145, 1000)])
    assert alarming(one)
    many = one + changes([(100, 1000)] * 10, [(100, 1000)]) * 2000
    assert alarming(many) == []
