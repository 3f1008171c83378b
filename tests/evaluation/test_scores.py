"""Counts are what they say: one character left is a miss, a kept type is no value, a redraw is no new dialog."""

from collections.abc import Sequence

import numpy as np
import pytest

from redactor.evaluation.dialogs import Dialog, Message, Span
from redactor.evaluation.replay import ReplayedDialog, ReplayedTurn
from redactor.evaluation.scores import Scores, interval, is_masked, score
from redactor.types import Entity, Redaction

Found = Sequence[tuple[int, int, str, str]]
"""Start, end, type and operator of what was found."""


def _turn(marked: Sequence[tuple[int, int, str]], found: Found, echoed: int = 0, restored: int = 0) -> ReplayedTurn:
    message = Message("m", "customer", "abcdefghij", tuple(Span(*span) for span in marked))
    entities = tuple(Entity(start, end, kind, 0.9, "test", operator) for start, end, kind, operator in found)
    return ReplayedTurn(message, Redaction("", entities, "customer", "t"), "", echoed, restored, True)


def _score(*dialogs: Sequence[ReplayedTurn], unannotated: frozenset[str] = frozenset()) -> Scores:
    replayed = [ReplayedDialog(Dialog(f"d{n}", ()), tuple(turns)) for n, turns in enumerate(dialogs)]
    return score(replayed, masks=lambda entity_type: entity_type != "LOCATION", unannotated=unannotated)


@pytest.mark.parametrize(
    ("found", "masked"),
    [
        ([(2, 6, "PERSON", "placeholder")], True),
        ([(0, 9, "ACCOUNT_ID", "redact")], True),
        ([(2, 4, "PERSON", "placeholder"), (4, 6, "USERNAME", "hash")], True),
        ([(4, 6, "USERNAME", "hash"), (2, 4, "PERSON", "placeholder")], True),
        ([(2, 5, "PERSON", "placeholder")], False),
        ([(3, 6, "PERSON", "placeholder")], False),
        ([(2, 4, "PERSON", "placeholder"), (5, 6, "PERSON", "placeholder")], False),
        ([(2, 6, "PERSON", "keep")], False),
        ([(2, 6, "PERSON", "keep"), (2, 5, "PERSON", "placeholder")], False),
        ([(6, 9, "PERSON", "placeholder")], False),
        ([], False),
    ],
)
def test_a_value_is_masked_when_every_character_of_it_is(found: Found, masked: bool) -> None:
    turn = _turn([(2, 6, "PERSON")], found)
    assert is_masked(turn, turn.message.spans[0]) is masked
    assert _score([turn]).masked.count == int(masked)


def test_values_of_kept_types_are_not_counted_and_make_no_message_clean() -> None:
    scores = _score([_turn([(2, 6, "LOCATION")], [(0, 1, "PERSON", "placeholder")])])
    assert scores.masked.total == scores.touched.total == scores.nothing_left.total == 0


def test_a_clean_message_is_touched_by_what_was_masked_and_annotated() -> None:
    scores = _score(
        [
            _turn([], []),
            _turn([], [(0, 2, "LOCATION", "keep")]),
            _turn([], [(0, 2, "PERSON", "placeholder"), (3, 4, "PERSON", "placeholder")]),
            _turn([], [(0, 2, "CREDIT_CARD", "redact")]),
            _turn([], [(0, 2, "US_SSN", "placeholder")]),
        ],
        unannotated=frozenset({"CREDIT_CARD", "NATIONAL_ID"}),
    )
    assert (scores.touched.count, scores.touched.total) == (1, 5)
    assert scores.touched_by == {"PERSON": 1}


def test_a_conversation_has_nothing_left_when_all_its_values_are_masked() -> None:
    masked = _turn([(2, 6, "PERSON")], [(2, 6, "PERSON", "placeholder")])
    missed = _turn([(2, 6, "PERSON")], [])
    scores = _score([masked, masked], [masked, missed], [_turn([], [])])
    assert (scores.nothing_left.count, scores.nothing_left.total) == (1, 2)
    assert (scores.masked.count, scores.masked.total) == (3, 4)
    assert [(m.dialog, m.type, m.text) for m in scores.missed] == [("d1", "PERSON", "cdef")]


def test_restored_placeholders_are_counted_over_all_turns() -> None:
    scores = _score([_turn([], [], echoed=3, restored=3)], [_turn([], [], echoed=1, restored=0)])
    assert (scores.restored.count, scores.restored.total) == (3, 4)


def test_what_is_printed_holds_no_missed_value() -> None:
    scores = _score([_turn([(2, 6, "PERSON")], [])])
    assert "cdef" not in str(scores.public())
    assert "cdef" not in repr(scores)


def test_with_nothing_to_count_there_is_no_share() -> None:
    scores = _score([])
    assert scores.masked.share is scores.masked.low is None


def test_redraws_of_a_dialog_are_resampled_as_one() -> None:
    good = [_turn([(2, 6, "PERSON")], [(2, 6, "PERSON", "placeholder")])]
    bad = [_turn([(2, 6, "PERSON")], [])]
    apart = [ReplayedDialog(Dialog(f"d{n}", ()), tuple(bad if n % 2 else good)) for n in range(40)]
    together = [
        ReplayedDialog(Dialog(f"d{n}", (), origin=f"{n % 2}"), tuple(bad if n % 2 else good)) for n in range(40)
    ]
    narrow = score(apart, masks=bool).masked
    wide = score(together, masks=bool).masked
    assert narrow.share == wide.share == 0.5
    assert (wide.low, wide.high) == (0.0, 1.0)
    assert narrow.low is not None
    assert 0.3 < narrow.low < 0.45


def test_intervals_cover_the_true_share_about_as_often_as_they_say() -> None:
    """300 samples of 60 dialogs with 5 values each: 95% should be covered, and 90% surely are."""
    dice = np.random.default_rng(7)
    covered = 0
    for seed in range(300):
        hits = dice.binomial(5, 0.8, size=60)
        low, high = interval(hits, np.full(60, 5), seed)
        covered += low <= 0.8 <= high
    assert 0.90 <= covered / 300 <= 0.99


def test_a_seed_gives_the_same_interval() -> None:
    hits, totals = np.array([1, 0, 2, 3]), np.array([1, 1, 3, 3])
    assert interval(hits, totals, 3) == interval(hits, totals, 3)
