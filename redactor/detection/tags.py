"""Token scores to spans: legal BIO sequences, scores, weaker candidates. Knows numbers and tokens, not text.

BIO: `B-X` begins a value of type X, `I-X` goes on with it, `O` is outside (Ramshaw and Marcus 1995).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.intp]

CANDIDATE_FROM = 0.1
"""Score from which a run of tokens that decoding left outside is reported; policies decide from there."""

ALIKE = frozenset(
    "PHONE_NUMBER CREDIT_CARD CARD_CVV IBAN_CODE BANK_ACCOUNT NATIONAL_ID PASSPORT DRIVER_LICENSE VEHICLE_ID "
    "POSTAL_CODE USERNAME ACCOUNT_ID SECRET CRYPTO MEDICAL_ID".split()
)
"""Types that differ by context more than by look and are all masked: "8706847615" torn evenly between an order and a
phone number is certainly a value, so each of these types is credited with what the others of them got."""


@dataclass(frozen=True, slots=True)
class Tags:
    """A model's labels, as index arrays: for type k, `begin[k]` and `inside[k]` are its two logits."""

    types: tuple[str, ...]
    outside: int
    begin: Ints
    inside: Ints
    credit: Floats
    """(types, types): 1 where the row's probability counts for the column's score."""

    @property
    def size(self) -> int:
        """Number of labels."""
        return 1 + len(self.begin) + len(self.inside)


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens `start`..`end` (end excluded) hold a value of the type with this index."""

    start: int
    end: int
    type: int
    score: float


def tags(labels: Sequence[str]) -> Tags:
    """The scheme of a list of labels in logit order. Raises `ValueError` where it is not O plus B- and I- per type."""
    types = tuple(dict.fromkeys(label[2:] for label in labels if label != "O"))
    expected = {"O"} | {f"{prefix}-{name}" for name in types for prefix in "BI"}
    if set(labels) != expected or len(set(labels)) != len(labels) or not types:
        raise ValueError("labels must be O and, for each type X, one B-X and one I-X")
    index = {label: i for i, label in enumerate(labels)}
    credit = np.eye(len(types), dtype=np.float32)
    alike = [i for i, name in enumerate(types) if name in ALIKE]
    credit[np.ix_(alike, alike)] = 1.0
    return Tags(
        types=types,
        outside=index["O"],
        begin=np.array([index[f"B-{name}"] for name in types], dtype=np.intp),
        inside=np.array([index[f"I-{name}"] for name in types], dtype=np.intp),
        credit=credit,
    )


def spans(scheme: Tags, logits: Floats, words: Sequence[int | None]) -> list[Span]:
    """The decoded spans and the weaker candidates of one text, sorted, not overlapping.

    `logits` is (tokens, labels); `words` names the word each token is a piece of, so that no span ends inside one.
    A span's score is the mean over its tokens of the probability of its type and of types alike (see `ALIKE`).
    """
    credited, best, likely = _types(scheme, logits)
    decoded = list(_runs(scheme, decode(scheme, logits)))
    if not decoded and not likely.any():
        return []
    found = _whole_words(decoded, credited, words)
    taken = np.zeros(len(logits), dtype=bool)
    for span in found:
        taken[span.start : span.end] = True
    return sorted([*found, *_candidates(scheme, credited, best, likely & ~taken, words)], key=lambda span: span.start)


def _types(scheme: Tags, logits: Floats) -> tuple[Floats, Ints, npt.NDArray[Any]]:
    """Per token: credited probability of each type, the likeliest type, whether it is worth reporting."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    shifted /= shifted.sum(axis=1, keepdims=True)
    own = shifted[:, scheme.begin] + shifted[:, scheme.inside]
    credited = np.minimum(own @ scheme.credit, 1.0)
    best = own.argmax(axis=1)
    return credited, best, credited[np.arange(len(best)), best] >= CANDIDATE_FROM


def decode(scheme: Tags, logits: Floats) -> Ints:
    """The likeliest legal label of each token: `I-X` only after `B-X` or `I-X`.

    Where the likeliest labels happen to be legal they are the answer; else Viterbi (1967), in time linear in labels,
    because all that legality asks of a predecessor is its type.
    """
    greedy = logits.argmax(axis=1)
    if _legal(scheme, greedy):
        return greedy
    return _viterbi(scheme, logits)


def _legal(scheme: Tags, path: Ints) -> bool:
    kind = np.full(scheme.size, -1, dtype=np.intp)
    kind[scheme.begin] = kind[scheme.inside] = np.arange(len(scheme.types))
    starts = np.zeros(scheme.size, dtype=bool)
    starts[scheme.begin] = starts[scheme.outside] = True
    before = np.concatenate([[-1], kind[path[:-1]]])
    return bool(np.all(starts[path] | (before == kind[path])))


def _viterbi(scheme: Tags, logits: Floats) -> Ints:
    begin, inside = scheme.begin, scheme.inside
    total = logits[0].astype(np.float64)
    total[inside] = -np.inf
    came = np.empty((len(logits), scheme.size), dtype=np.intp)
    for i in range(1, len(logits)):
        top = int(total.argmax())
        came[i] = top
        goes_on = total[inside] > total[begin]
        came[i, inside] = np.where(goes_on, inside, begin)
        step = np.full(scheme.size, total[top])
        step[inside] = np.where(goes_on, total[inside], total[begin])
        total = step + logits[i]
    path = np.empty(len(logits), dtype=np.intp)
    path[-1] = int(total.argmax())
    for i in range(len(logits) - 1, 0, -1):
        path[i - 1] = came[i, path[i]]
    return path


def _runs(scheme: Tags, path: Ints) -> Iterator[tuple[int, int, int]]:
    """(start, end, type) of each value in a legal path."""
    begins = {int(label): kind for kind, label in enumerate(scheme.begin)}
    inside = [int(label) for label in scheme.inside]
    for start in np.flatnonzero(np.isin(path, scheme.begin)):
        kind = begins[int(path[start])]
        end = int(start) + 1
        while end < len(path) and path[end] == inside[kind]:
            end += 1
        yield int(start), end, kind


def _whole_words(
    runs: Sequence[tuple[int, int, int]], credited: Floats, words: Sequence[int | None]
) -> list[Span]:
    """Spans widened to the words they touch; two that meet inside one word become one, of the likelier type."""
    found: list[Span] = []
    for start, end, kind in runs:
        start, end = _widen(start, end, words)
        span = Span(start, end, kind, _mean(credited, start, end, kind))
        while found and found[-1].end > span.start:
            span = _joined(found.pop(), span, credited)
        found.append(span)
    return found


def _joined(one: Span, other: Span, credited: Floats) -> Span:
    start, end = min(one.start, other.start), max(one.end, other.end)
    kind = one.type if one.score * (one.end - one.start) >= other.score * (other.end - other.start) else other.type
    return Span(start, end, kind, max(one.score, other.score, _mean(credited, start, end, kind)))


def _widen(start: int, end: int, words: Sequence[int | None]) -> tuple[int, int]:
    while start > 0 and words[start] is not None and words[start - 1] == words[start]:
        start -= 1
    while end < len(words) and words[end] is not None and words[end - 1] == words[end]:
        end += 1
    return start, end


def _mean(credited: Floats, start: int, end: int, kind: int) -> float:
    return min(1.0, float(credited[start:end, kind].mean()))


def _candidates(
    scheme: Tags, credited: Floats, best: Ints, likely: npt.NDArray[Any], words: Sequence[int | None]
) -> Iterator[Span]:
    """Runs of likely tokens that decoding left outside, cut where the type changes to one that is not alike."""
    start = 0
    reached = 0
    tokens = np.flatnonzero(likely)
    for position, token in enumerate(tokens):
        fresh = position == 0 or token != tokens[position - 1] + 1 or not _goes_on(scheme, best, int(token))
        if fresh:
            start = int(token)
        last = position + 1 == len(tokens) or tokens[position + 1] != token + 1
        if not last and _goes_on(scheme, best, int(token) + 1):
            continue
        kind = int(best[start + int(credited[np.arange(start, token + 1), best[start : token + 1]].argmax())])
        left, right = _widen_free(start, int(token) + 1, words, likely, reached)
        yield Span(left, right, kind, _mean(credited, start, int(token) + 1, kind))
        reached = right


def _goes_on(scheme: Tags, best: Ints, token: int) -> bool:
    one, other = best[token - 1], best[token]
    return bool(scheme.credit[one, other] > 0)


def _widen_free(
    start: int, end: int, words: Sequence[int | None], free: npt.NDArray[Any], reached: int
) -> tuple[int, int]:
    """Widened to whole words, as far as no other span stands there."""
    left, right = _widen(start, end, words)
    while left < max(start, reached) and left < reached:
        left += 1
    return left, right
