"""The pipeline is read as users run it; a recognizer alone by its own votes."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Redactor
from redactor.evaluation.dialogs import Dialog, Message
from redactor.evaluation.systems import Alone, Pipeline, Reading, best
from redactor.exceptions import DetectionError
from redactor.types import Entity

Make = Callable[..., Redactor]


def _dialog(*texts: str, alone: bool = False) -> Dialog:
    return Dialog("d", tuple(Message(str(number), "customer", text) for number, text in enumerate(texts)), alone=alone)


def _read(system: Pipeline | Alone, dialog: Dialog) -> tuple[Reading, ...]:
    (read,) = system.read([dialog])
    return read.readings


def _spans(entities: Sequence[Entity]) -> list[tuple[int, int, str]]:
    return [(entity.start, entity.end, entity.type) for entity in entities]


def test_a_single_sentence_is_read_by_detect(make_redactor: Make) -> None:
    redactor = make_redactor()
    text = "call Ann about 123456"
    (reading,) = _read(Pipeline(redactor), _dialog(text, alone=True))
    assert list(reading.entities) == redactor.detect(text)
    assert reading.masked == reading.masked_later == reading.entities
    assert reading.ms > 0


def test_a_conversation_is_read_in_order_and_forgotten(make_redactor: Make) -> None:
    redactor = make_redactor()
    first, second = _read(Pipeline(redactor), _dialog("Ann Smith here", "it is ann again"))
    assert _spans(first.masked) == [(0, 9, "PERSON")]
    assert _spans(second.masked) == [(6, 9, "PERSON")]  # known from the turn before
    assert [entity.placeholder for entity in (*first.masked, *second.masked)] == ["[PERSON_1]", "[PERSON_1]"]


def test_what_a_later_turn_tells_is_kept_apart_from_what_went_out(make_redactor: Make) -> None:
    first, _ = _read(Pipeline(make_redactor()), _dialog("this is ann smith", "yes, Ann Smith"))
    assert first.masked == ()
    assert _spans(first.masked_later) == [(8, 17, "PERSON")]


def test_what_the_policy_keeps_is_found_and_not_masked() -> None:
    system = _alone([Entity(0, 3, "LOCATION", 0.9, "r"), Entity(4, 6, "PERSON", 0.9, "r")])
    (reading,) = _read(system, _dialog("abc de"))
    assert _spans(reading.entities) == [(0, 3, "LOCATION"), (4, 6, "PERSON")]
    assert _spans(reading.masked) == [(4, 6, "PERSON")]


def test_votes_under_the_threshold_are_candidates_from_five_hundredths_on() -> None:
    votes = [Entity(0, 1, "PERSON", score, "r") for score in (0.04, 0.05, 0.49, 0.5)]
    (reading,) = _read(_alone(votes), _dialog("abc"))
    assert [vote.score for vote in reading.candidates] == [0.05, 0.49]
    assert [vote.score for vote in reading.masked] == [0.5]


def test_all_overlapping_votes_mask_and_the_best_of_them_is_the_answer() -> None:
    votes = [Entity(0, 3, "USERNAME", 0.6, "r"), Entity(2, 8, "PERSON", 0.9, "r")]
    (reading,) = _read(_alone(votes), _dialog("abcdefgh"))
    assert _spans(reading.entities) == [(2, 8, "PERSON")]
    assert _spans(reading.masked) == [(0, 3, "USERNAME"), (2, 8, "PERSON")]


def test_a_recognizer_alone_gets_the_turns_before_as_they_were_typed() -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []

    def watch(text: str, context: Sequence[str]) -> list[Entity]:
        asked.append((text, tuple(context)))
        return []

    system = Alone(watch, name="n", setting="s", threshold=lambda name: 0.5, kept=frozenset(), turns=2)
    _read(system, _dialog("a", "b", "c", "d"))
    assert asked[1:] == [("a", ()), ("b", ("a",)), ("c", ("a", "b")), ("d", ("b", "c"))]


def test_a_recognizer_that_fails_is_named_without_the_text() -> None:
    def broken(text: str, context: Sequence[str]) -> list[Entity]:
        raise RuntimeError(text)

    system = Alone(broken, name="theirs", setting="s", threshold=lambda name: 0.5, kept=frozenset())
    with pytest.raises(DetectionError, match="theirs") as caught:
        _read(system, _dialog("canary"))
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


_VOTES = st.lists(
    st.builds(
        lambda start, length, name, score: Entity(start, start + length, name, score, "r"),
        st.integers(0, 20),
        st.integers(1, 8),
        st.sampled_from(["PERSON", "SECRET"]),
        st.sampled_from([0.1, 0.5, 0.9]),
    )
)


@given(_VOTES)
def test_the_best_votes_are_apart_and_whatever_was_dropped_touches_one(votes: list[Entity]) -> None:
    chosen = best(votes)
    assert all(left.end <= right.start for left, right in pairwise(chosen))
    assert all(any(vote.overlaps(other) for other in chosen) for vote in votes)
    assert chosen == best(reversed(votes))


def _alone(votes: Sequence[Entity]) -> Alone:
    return Alone(
        lambda text, context: [vote for vote in votes if vote.end <= len(text)],
        name="n",
        setting="s",
        threshold=lambda name: 0.5,
        kept=frozenset({"LOCATION"}),
    )
