"""Precision and recall from what people said, with intervals, and what is too few."""

from collections import Counter

import pytest

from redactor import Redactor
from redactor.metrics.counts import Label
from redactor.metrics.window import of_rows
from redactor.reviews import estimates
from redactor.reviews.estimates import FEWEST, Share
from tests.reviews.conftest import Review, Said, on


def test_precision_is_of_what_was_judged_and_recall_of_what_chance_has_drawn(
    redactor: Redactor, said: Said, review: Review
) -> None:
    a, b = said("a", "I am Crystal Minh with a Visa Gold"), said("b", "I am Crystal Minh, of Zebulon Quuxley")
    review(a, on(redactor, a, "not_personal", "[PERSON_2]"))
    review(b, on(redactor, b, "missed", "Zebulon Quuxley", "PERSON"), sampled=True)
    c = said("c", "it is 8706847615")
    review(c, on(redactor, c, "wrong_type", "[ACCOUNT_ID_1]", to_type="PHONE_NUMBER"))
    said("d", "I am Crystal Minh")
    found = estimates.of_counts(estimates.tallied(redactor.parts.store, redactor.parts.clock()))
    by = {each.type: each for each in found.types}
    assert (found.messages, found.drawn, found.leaking, by["PERSON"].recall) == (3, 1, Share(1, 1), Share(1, 2))
    assert (by["PERSON"].precision, by["PERSON"].drawn) == (Share(2, 3), Share(1, 1))
    assert (by["ACCOUNT_ID"].precision, by["ACCOUNT_ID"].personal) == (Share(0, 1), Share(1, 1))


def test_estimates_outlive_the_conversations(redactor: Redactor, said: Said, review: Review) -> None:
    review(said("a", "I am Crystal Minh"), sampled=True)
    review(said("a", "theirs: Crystal Minh", tenant="acme"))
    before = estimates.of_store(redactor, "default")
    redactor.conversation("a").forget()
    assert estimates.of_store(redactor, "default") == before
    assert (before.messages, estimates.of_store(redactor).messages) == (1, 2)


def test_too_few_are_called_so() -> None:
    assert not Share(FEWEST - 1, FEWEST - 1).is_enough
    assert Share(0, FEWEST).is_enough
    assert (Share(0, 0).share, Share(0, 0).interval) == (None, None)
    low, high = Share(9, 10).interval or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.596, 0.982)  # E. B. Wilson's interval


def test_what_was_swept_away_before_it_was_taken_back_is_not_less_than_nothing() -> None:
    found = estimates.of_counts(Counter({Label("reviewed", "customer"): -1, Label("sampled", "customer"): -2}))
    assert (found.messages, found.drawn, found.leaking) == (0, 0, Share(0, 0))


def test_counts_of_reviews_are_no_part_of_what_detection_is_watched_by(
    redactor: Redactor, said: Said, review: Review
) -> None:
    review(said("a", "I am Crystal Minh"))
    window = of_rows(redactor.parts.store.tallies(0, 10**6))
    assert {label.kind for label in window.total()} == {"message", "holding", "entity"}


def test_plain_data_holds_counts_and_intervals(redactor: Redactor, said: Said, review: Review) -> None:
    review(said("a", "I am Crystal Minh"))
    row = estimates.of_store(redactor).public()["types"][0]
    assert row["precision"]["interval"][0] == pytest.approx(0.2065, abs=0.001)
    assert row["recall"] == {"count": 0, "total": 0, "share": None, "interval": None, "enough": False}
