"""Type-blind matching as its page says it: joined neighbours, intersection over union, each found span counted once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.evaluation.blind import BlindCounts, blind_counts

TEXT = "Ann Lee, 12 Oak Rd, abcdefghij klmno"
Spans = list[tuple[int, int]]


@pytest.mark.parametrize(
    ("gold", "found", "counts"),
    [
        ([(0, 7)], [(0, 7)], BlindCounts(1, 1, 1)),
        ([(0, 7)], [(0, 3), (4, 7)], BlindCounts(1, 1, 1)),  # only a blank lies between: one span
        ([(0, 7)], [(0, 3)], BlindCounts(0, 1, 1)),  # 3 of 7
        ([(0, 9)], [(0, 7)], BlindCounts(1, 1, 1)),  # the comma and blank at the end of a mark have no weight
        ([(20, 30)], [(20, 27)], BlindCounts(1, 1, 1)),  # 7 of 10: just enough
        ([(20, 30)], [(20, 26)], BlindCounts(0, 1, 1)),
        ([(20, 30)], [(20, 36)], BlindCounts(0, 1, 1)),  # 10 of 15: too wide
        ([(20, 30)], [(20, 24), (25, 30)], BlindCounts(1, 1, 1)),  # two pieces, together 9 of 10
        ([(0, 7)], [(20, 30)], BlindCounts(0, 1, 1)),
        ([(0, 7)], [], BlindCounts(0, 0, 1)),
        ([], [(0, 7), (20, 30)], BlindCounts(0, 2, 0)),
        ([(0, 7), (9, 18)], [(0, 18)], BlindCounts(1, 1, 1)),  # only ", " lies between the marks
        ([(0, 7), (20, 30)], [(0, 30)], BlindCounts(0, 2, 2)),  # one span that touches two marks counts for both
        ([(3, 4)], [(7, 9)], BlindCounts(0, 0, 0)),  # nothing of weight
    ],
)
def test_counts(gold: Spans, found: Spans, counts: BlindCounts) -> None:
    assert blind_counts(TEXT, gold, found) == counts


_SPANS = st.lists(st.tuples(st.integers(0, 34), st.integers(1, 10)).map(lambda p: (p[0], min(sum(p), len(TEXT)))))


@given(_SPANS, _SPANS)
def test_no_more_is_right_than_is_marked_or_found(gold: Spans, found: Spans) -> None:
    counts = blind_counts(TEXT, gold, found)
    assert 0 <= counts.right <= min(counts.gold, counts.found)
    assert blind_counts(TEXT, gold, gold) == BlindCounts(counts.gold, counts.gold, counts.gold)
