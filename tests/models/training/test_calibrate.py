"""Thresholds are lowered only where that masks more values than it touches clean messages."""

from models.training.calibrate import common_threshold, lowered


def chosen(helps: list[float], hurts: list[float], clean: int = 10_000) -> dict[str, float]:
    votes = {"PERSON": [(score, "helps") for score in helps] + [(score, "hurts") for score in hurts]}
    return dict(lowered(votes, clean))


def test_the_lowest_threshold_within_the_budget_is_taken() -> None:
    assert chosen([0.22, 0.33, 0.42], []) == {"PERSON": 0.2}
    assert chosen([0.36, 0.37, 0.42, 0.22], [0.21] * 11) == {"PERSON": 0.25}


def test_too_few_values_or_too_many_clean_messages_leave_the_default() -> None:
    assert chosen([0.3, 0.4], []) == {}
    assert chosen([0.3, 0.3, 0.3, 0.4], [0.46] * 5) == {}
    assert chosen([0.3] * 30, [0.46] * 11) == {}


def test_one_threshold_for_all_types_stays_within_its_budget() -> None:
    votes = {"PERSON": [(0.31, "hurts")] * 15 + [(0.46, "helps")], "AGE": [(0.41, "hurts")] * 6}
    assert common_threshold(votes, clean=10_000) == 0.35
    assert common_threshold(votes, clean=2_000) == 0.45
    assert common_threshold({"AGE": [(0.49, "hurts")] * 6}, clean=2_000) == 0.5
