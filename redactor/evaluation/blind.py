"""Presidio's own measure: was each value found, whatever it was taken for, within bounds that overlap enough?

As in `presidio_evaluator.evaluation.SpanEvaluator` (presidio-evaluator 0.3.2, its type-blind pass): all types are one;
neighbours with nothing of weight between them are one span, which begins and ends with weight; a marked span is right
when the union of the found spans that touch it has an intersection over union of at least the threshold; found spans
that touch no mark are wrong. Precision is right of found, recall right of marked, and beta is 2. One thing is simpler
here: what has no weight is everything but letters and digits, where they also leave out a list of English words. (On
random texts without such words the counts are theirs, but for a character they lose where several found spans touch
one mark.)
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

IOU = 0.7
"""Least intersection over union; the threshold Presidio publishes its figures for."""

BETA = 2.0

Range: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class BlindCounts:
    """Spans of one message."""

    right: int
    found: int
    gold: int


def blind_counts(text: str, gold: Iterable[Range], found: Iterable[Range]) -> BlindCounts:
    """Compare two sets of spans of a text, in code points."""
    weight = list(accumulate((int(character.isalnum()) for character in text), initial=0))
    marked, seen = _joined(gold, weight), _joined(found, weight)
    right = touched = 0
    met: set[Range] = set()
    for mark in marked:
        near = _near(mark, seen)
        met.update(near)
        if near:
            touched += 1
            right += _iou(mark, near) >= IOU
    return BlindCounts(right, touched + len(seen) - len(met), len(marked))


def _joined(spans: Iterable[Range], weight: Sequence[int]) -> list[Range]:
    """The spans without what has no weight at their ends; those with nothing of weight between them are one."""
    joined: list[Range] = []
    for start, end in sorted(trimmed for span in spans if (trimmed := _trimmed(span, weight))):
        if joined and weight[start] <= weight[joined[-1][1]]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _trimmed(span: Range, weight: Sequence[int]) -> Range | None:
    """From its first letter or digit to its last; `weight[n]` is how many come before place n."""
    first, last = weight[span[0]], weight[span[1]]
    if first == last:
        return None
    return bisect_right(weight, first) - 1, bisect_left(weight, last)


def _near(mark: Range, seen: Sequence[Range]) -> Sequence[Range]:
    first = bisect_left(seen, mark[0], key=lambda span: span[1])
    last = bisect_left(seen, mark[1], key=lambda span: span[0])
    return [span for span in seen[first:last] if span[1] > mark[0]]


def _iou(mark: Range, near: Sequence[Range]) -> float:
    both = sum(min(mark[1], end) - max(mark[0], start) for start, end in near)
    either = (mark[1] - mark[0]) + sum(end - start for start, end in near) - both
    return both / either
