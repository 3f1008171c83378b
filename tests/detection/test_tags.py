"""Decoding of token scores, without a model: the logits are made here."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.detection.tags import decode, spans, tags

LABELS = ("O", "B-PERSON", "I-PERSON", "B-ACCOUNT_ID", "I-ACCOUNT_ID", "B-PHONE_NUMBER", "I-PHONE_NUMBER")
SCHEME = tags(LABELS)
PERSON, ACCOUNT, PHONE = range(3)


def logits(*rows: dict[str, float]) -> np.ndarray:
    """Rows of probabilities by label; what is left over goes to O."""
    made = np.full((len(rows), len(LABELS)), 1e-6, dtype=np.float32)
    for i, row in enumerate(rows):
        made[i, 0] = max(1e-6, 1.0 - sum(row.values()))
        for label, probability in row.items():
            made[i, LABELS.index(label)] = probability
    return np.log(made)


def found(*rows: dict[str, float], words: list[int | None] | None = None) -> list[tuple[int, int, int]]:
    made = spans(SCHEME, logits(*rows), words or list(range(len(rows))))
    return [(span.start, span.end, span.type) for span in made]


@pytest.mark.parametrize(
    "labels",
    [("O",), ("O", "B-PERSON"), ("B-PERSON", "I-PERSON"), ("O", "B-PERSON", "I-PERSON", "I-PERSON"), ("O", "PERSON")],
)
def test_labels_that_are_not_bio_are_refused(labels: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="B-X"):
        tags(labels)


def test_a_begin_and_its_insides_make_one_span() -> None:
    assert found({}, {"B-PERSON": 0.9}, {"I-PERSON": 0.9}, {}) == [(1, 3, PERSON)]


def test_a_second_begin_makes_a_second_span() -> None:
    assert found({"B-PERSON": 0.9}, {"B-PERSON": 0.9}) == [(0, 1, PERSON), (1, 2, PERSON)]


def test_an_inside_without_a_begin_starts_a_value_all_the_same() -> None:
    assert found({"B-PERSON": 0.4, "I-PERSON": 0.59}) == [(0, 1, PERSON)]


def test_an_inside_of_another_type_does_not_go_on_with_a_value() -> None:
    path = decode(SCHEME, logits({"B-PERSON": 0.9}, {"I-ACCOUNT_ID": 0.5, "I-PERSON": 0.3, "B-ACCOUNT_ID": 0.1}))
    assert [LABELS[i] for i in path] == ["B-PERSON", "I-PERSON"]


def is_legal(path: tuple[int, ...]) -> bool:
    before = "O"
    for label in (LABELS[i] for i in path):
        if label.startswith("I-") and before[2:] != label[2:]:
            return False
        before = label
    return True


@given(st.lists(st.lists(st.floats(-8, 8, width=32), min_size=7, max_size=7), min_size=1, max_size=4))
def test_decoding_finds_the_likeliest_legal_sequence(rows: list[list[float]]) -> None:
    scores = np.array(rows, dtype=np.float32)
    path = tuple(int(i) for i in decode(SCHEME, scores))
    assert is_legal(path)

    def total(labels: tuple[int, ...]) -> float:
        return float(sum(float(row[label]) for row, label in zip(rows, labels, strict=True)))

    best = max(total(p) for p in itertools.product(range(7), repeat=len(rows)) if is_legal(p))
    assert total(path) == pytest.approx(best, abs=1e-4)


@given(
    st.lists(st.lists(st.floats(-8, 8, width=32), min_size=7, max_size=7), min_size=1, max_size=12),
    st.data(),
)
def test_spans_never_overlap_never_cut_a_word_and_score_within_bounds(
    rows: list[list[float]], data: st.DataObject
) -> None:
    steps = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    words: list[int | None] = list(itertools.accumulate(int(step) for step in steps))
    made = spans(SCHEME, np.array(rows, dtype=np.float32), words)
    for one, other in itertools.pairwise(made):
        assert one.end <= other.start
    for span in made:
        assert 0 <= span.start < span.end <= len(rows)
        assert 0.0 <= span.score <= 1.0
        assert span.start == 0 or words[span.start - 1] != words[span.start]
        assert span.end == len(rows) or words[span.end - 1] != words[span.end]


def test_a_span_that_begins_inside_a_word_takes_the_whole_word() -> None:
    assert found({}, {"B-PERSON": 0.9}, {}, {}, words=[0, 0, 0, 1]) == [(0, 3, PERSON)]


def test_two_values_inside_one_word_become_the_likelier_one() -> None:
    assert found({"B-PERSON": 0.7}, {"B-ACCOUNT_ID": 0.95}, words=[0, 0]) == [(0, 2, ACCOUNT)]


def test_a_value_torn_between_types_that_look_alike_is_reported_with_both_credited() -> None:
    (span,) = spans(SCHEME, logits({"B-ACCOUNT_ID": 0.32, "B-PHONE_NUMBER": 0.30}), [0])
    assert span.type in (ACCOUNT, PHONE)
    assert span.score == pytest.approx(0.62, abs=0.01)


def test_a_value_torn_between_types_that_do_not_look_alike_is_not_credited_with_both() -> None:
    (span,) = spans(SCHEME, logits({"B-ACCOUNT_ID": 0.32, "B-PERSON": 0.30}), [0])
    assert span.score == pytest.approx(0.32, abs=0.01)


def test_a_weak_run_is_a_candidate_and_a_weaker_one_is_nothing() -> None:
    assert found({"B-PERSON": 0.2}, {"I-PERSON": 0.15}, {}, {"B-PERSON": 0.09}) == [(0, 2, PERSON)]


def test_weak_runs_of_different_types_are_cut_between_them() -> None:
    assert found({"B-PERSON": 0.2}, {"B-ACCOUNT_ID": 0.3}) == [(0, 1, PERSON), (1, 2, ACCOUNT)]


def test_a_weak_neighbour_of_a_value_is_a_candidate_of_its_own() -> None:
    made = spans(SCHEME, logits({"B-PERSON": 0.9}, {"I-PERSON": 0.3}), [0, 1])
    assert [(span.start, span.end) for span in made] == [(0, 1), (1, 2)]
    assert made[0].score > 0.8 > 0.4 > made[1].score


def test_nothing_likely_is_nothing_found() -> None:
    assert found({}, {}, {}) == []
