"""What counts and what does not: letters and digits, kept types, types a source does not mark."""

from collections import Counter
from collections.abc import Sequence

import pytest

from redactor.evaluation.counting import Scope, count
from redactor.evaluation.dialogs import Dialog, Message, Span
from redactor.evaluation.systems import ReadDialog, Reading
from redactor.taxonomy import entity_types
from redactor.types import Entity

TEXT = "hi ann lee, 12 oak"
Marks = Sequence[tuple[int, int, str]]
Found = Sequence[tuple[int, int, str]]

SCOPE = Scope(
    known=frozenset(entity_types()),
    kept=frozenset({"LOCATION", "ORGANIZATION"}),
    unannotated=frozenset({"URL"}),
)


def _reading(marks: Marks, found: Found, *, score: float = 0.9, candidates: Found = (), later: Found = ()) -> Reading:
    message = Message("m", "customer", TEXT, tuple(Span(*mark) for mark in marks))
    entities = tuple(_entity(each, score) for each in found)
    masked = tuple(entity for entity in entities if entity.operator != "keep")
    weak = tuple(_entity(each, 0.2) for each in candidates)
    return Reading(message, entities, masked, masked + tuple(_entity(each, score) for each in later), weak)


def _entity(found: tuple[int, int, str], score: float) -> Entity:
    start, end, name = found
    return Entity(start, end, name, score, "r", operator="keep" if name in SCOPE.kept else None)


def _count(*readings: Reading) -> Counter[str]:
    return count(ReadDialog(Dialog("d", ()), readings), SCOPE)


@pytest.mark.parametrize(
    ("found", "masked"),
    [
        ([(3, 10, "PERSON")], True),
        ([(3, 6, "PERSON"), (7, 10, "USERNAME")], True),  # the blank between tells nothing
        ([(0, 18, "ACCOUNT_ID")], True),
        ([(3, 9, "PERSON")], False),
        ([(3, 10, "LOCATION")], False),  # kept in the text
        ([(3, 10, "URL")], True),  # a type the source does not mark hides all the same
        ([(3, 10, "NRP")], True),  # so does another project's
        ([], False),
    ],
)
def test_a_value_is_masked_when_every_letter_and_digit_of_it_is(found: Found, masked: bool) -> None:
    counts = _count(_reading([(3, 10, "PERSON")], found))
    assert (counts["values"], counts["masked"], counts["masked PERSON"]) == (1, masked, masked)
    assert (counts["holding"], counts["nothing left"]) == (1, masked)


@pytest.mark.parametrize(
    ("found", "throughout"),
    [
        ([(3, 10, "PERSON")], True),
        ([(3, 7, "PERSON"), (7, 10, "USERNAME")], True),
        ([(3, 6, "PERSON"), (7, 10, "USERNAME")], False),
        ([(3, 9, "PERSON")], False),
    ],
)
def test_throughout_asks_for_the_blanks_too(found: Found, throughout: bool) -> None:
    assert _count(_reading([(3, 10, "PERSON")], found))["masked throughout"] == throughout


def test_what_a_later_turn_masks_counts_later_only() -> None:
    counts = _count(_reading([(3, 10, "PERSON")], [], later=[(3, 10, "PERSON")]))
    assert (counts["masked"], counts["masked later"], counts["nothing left"]) == (0, 1, 0)


def test_one_value_left_is_something_left_of_the_conversation() -> None:
    hidden = _reading([(3, 10, "PERSON")], [(3, 10, "PERSON")])
    counts = _count(hidden, _reading([(12, 14, "AGE")], []), hidden)
    assert (counts["values"], counts["masked"], counts["holding"], counts["nothing left"]) == (3, 2, 1, 0)


@pytest.mark.parametrize("kind", ["LOCATION", "URL", "OTHER_PII"])
def test_marks_of_types_that_are_kept_or_do_not_count_are_no_values(kind: str) -> None:
    counts = _count(_reading([(3, 10, kind)], []))
    assert counts["values"] == counts["holding"] == counts["characters"] == counts["blind gold"] == 0


def test_typed_counts_ask_for_the_type_and_both_ends() -> None:
    marks = [(3, 10, "PERSON"), (12, 14, "AGE"), (15, 18, "LOCATION")]
    counts = _count(_reading(marks, [(3, 10, "PERSON"), (12, 18, "AGE"), (15, 18, "LOCATION")]))
    assert {name: counts[f"right {name}"] for name in ("PERSON", "AGE", "LOCATION")} == {
        "PERSON": 1,
        "AGE": 0,
        "LOCATION": 1,
    }
    assert (counts["gold AGE"], counts["found AGE"]) == (1, 1)


def test_one_name_for_one_type_whatever_it_is_called() -> None:
    assert _count(_reading([(12, 14, "NATIONAL_ID")], [(12, 14, "US_SSN")]))["right NATIONAL_ID"] == 1


@pytest.mark.parametrize("kind", ["URL", "NRP", "LITERAL"])
def test_found_types_that_do_not_count_are_neither_right_nor_wrong(kind: str) -> None:
    counts = _count(_reading([], [(3, 10, kind)]))
    assert not any(counts[name] for name in (f"found {kind}", "touched", "characters outside hidden", "blind found"))
    assert not any(name.startswith("votes") for name in counts)
    assert counts["clean"] == 1


def test_what_lies_on_a_mark_that_does_not_count_is_no_false_alarm() -> None:
    counts = _count(_reading([(3, 10, "OTHER_PII")], [(3, 10, "PERSON")]))
    assert counts["found PERSON"] == counts["characters outside hidden"] == counts["blind found"] == 0
    assert counts["clean"] == 0


def test_a_clean_message_is_touched_by_a_mask_and_not_by_what_is_kept() -> None:
    counts = _count(_reading([], []), _reading([], [(0, 2, "LOCATION")]), _reading([], [(0, 2, "PERSON")]))
    assert (counts["clean"], counts["touched"]) == (3, 1)


def test_characters_are_letters_and_digits() -> None:
    counts = _count(_reading([(3, 10, "PERSON")], [(0, 6, "PERSON")]))
    assert (counts["characters"], counts["characters hidden"]) == (6, 3)
    assert (counts["characters outside"], counts["characters outside hidden"]) == (7, 2)
    assert counts["characters rightly hidden"] == 3


def test_a_vote_is_right_when_it_says_what_a_mark_says_and_is_counted_once() -> None:
    both = [(3, 10, "PERSON")]
    counts = _count(_reading(both, both, candidates=[(3, 10, "PERSON"), (12, 14, "AGE")]))
    assert (counts["votes 13"], counts["votes right 13"], counts["votes score 13"]) == (1, 1, 900_000)
    assert (counts["votes 3"], counts["votes right 3"]) == (1, 0)
