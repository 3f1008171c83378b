"""Agreement: against examples that were worked out elsewhere, and on reviews of a store."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Redactor
from redactor.reviews import Verdict, agreement
from redactor.reviews.agreement import Marked, alpha, of_marks
from tests.reviews.conftest import Review, Said, on

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): sections A (binary), B (nominal, two observers),
# C (nominal, four observers, values missing).
PAPER: dict[str, tuple[list[str], float]] = {
    "A": (["0100000010", "1110010000"], 0.095),
    "B": (["aabbdcccedda", "babbbccceddd"], 0.692),
}
PAPER["C"] = (["123321412...", "1233224125.3", ".3332342251.", "12332441251."], 0.743)


@pytest.mark.parametrize("name", PAPER)
def test_alpha_is_that_of_the_paper(name: str) -> None:
    observers, wanted = PAPER[name]
    units = [([value for value in column if value != "."], 1) for column in zip(*observers, strict=True)]
    assert alpha(units) == pytest.approx(wanted, abs=0.0005)


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=2, max_size=4), min_size=2, max_size=12), st.integers(2, 4))
def test_units_that_are_alike_count_as_often_as_they_are(units: Sequence[Sequence[str]], times: int) -> None:
    one_by_one = alpha([(unit, 1) for unit in units for _ in range(times)])
    together = alpha([(unit, times) for unit in units])
    assert together is one_by_one is None or together == pytest.approx(one_by_one)


def test_who_says_the_same_everywhere_agrees_wholly_and_nothing_can_be_said_of_one_name() -> None:
    assert alpha([("aa", 3), ("bb", 2)]) == pytest.approx(1.0)
    assert alpha([("aa", 3)]) is None
    assert alpha([("a", 3), ("b", 1)]) is None


def test_spans_are_compared_for_each_two_on_what_both_looked_at() -> None:
    one, half, other = Marked(0, 10, "PERSON"), Marked(0, 5, "PERSON"), Marked(20, 30, "PERSON")
    named = Marked(0, 10, "ORGANIZATION")
    found = of_marks([(40, {"ann": {one, other}, "bob": {half, other}}), (40, {"ann": {one}, "cid": {named}})])
    assert [(p.first, p.second, p.messages, p.exact, p.overlapping) for p in found.pairs] == [
        ("ann", "bob", 1, 0.5, 1.0),
        ("ann", "cid", 1, 0.0, 0.0),
    ]
    assert found.alpha is not None
    assert found.alpha < 1


def test_what_two_people_said_of_a_store_is_compared(redactor: Redactor, said: Said, review: Review) -> None:
    both = said("c", "I am Crystal Minh, order 8706847615, of Zebulon Quuxley")
    review(both, by="ann", people=2)
    missed = on(redactor, both, "missed", "Zebulon Quuxley", "PERSON")
    review(both, on(redactor, both, "not_personal", "[PERSON_1]"), missed, by="bob", people=2)
    review(said("d", "I am Crystal Minh"), by="ann", people=2)
    found = agreement.of_store(redactor)
    assert found.messages == 1
    # ann: the name and the number; bob: the number and what he reported after her.
    assert [(p.first, p.second, p.exact) for p in found.pairs] == [("console:ann", "console:bob", 0.5)]


def test_who_looks_when_it_is_hidden_already_and_objects_to_nothing_agrees(
    redactor: Redactor, said: Said, review: Review
) -> None:
    place = said("c", "I am Zebulon Quuxley, yes")
    review(place, Verdict("missed", 5, 20, "PERSON"), by="ann", people=2)
    review(place, by="bob", people=2)
    found = agreement.of_store(redactor)
    assert [pair.exact for pair in found.pairs] == [1.0]
    assert found.alpha == 1.0
