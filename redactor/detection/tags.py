"""Token scores to spans: legal BIO sequences, scores, weaker candidates. Knows numbers and tokens, not text.

BIO: `B-X` begins a value of type X, `I-X` goes on with it, `O` is outside (Ramshaw and Marcus 1995).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.intp]
Flags: TypeAlias = npt.NDArray[np.bool_]

CANDIDATE_FROM = 0.1
"""Score from which a run of tokens that decoding left outside is reported; policies decide from there."""

ALIKE = frozenset(
    {
        "ACCOUNT_ID", "BANK_ACCOUNT", "CARD_CVV", "CREDIT_CARD", "CRYPTO", "DRIVER_LICENSE", "IBAN_CODE", "MEDICAL_ID",
        "NATIONAL_ID", "PASSPORT", "PHONE_NUMBER", "POSTAL_CODE", "SECRET", "USERNAME", "VEHICLE_ID",
    }
)  # fmt: skip
"""Types that differ by context more than by look and are all masked: "8706847615" torn evenly between an order and a
phone number is certainly a value, so each of these types is credited with what the others of them got."""


@dataclass(frozen=True, slots=True)
class Tags:
    """A model's labels, as index arrays: for type k, `begin[k]` and `inside[k]` are its two logits."""

    types: tuple[str, ...]
    begin: Ints
    inside: Ints
    kind: Ints
    """Type of each label; -1 for O."""
    starts: Flags
    """Labels that may follow any other: all but `I-`."""
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
    names = [label[2:] for label in labels]
    return Tags(
        types=types,
        begin=np.array([index[f"B-{name}"] for name in types], dtype=np.intp),
        inside=np.array([index[f"I-{name}"] for name in types], dtype=np.intp),
        kind=np.array([types.index(name) if name else -1 for name in names], dtype=np.intp),
        starts=np.array([not label.startswith("I-") for label in labels], dtype=np.bool_),
        credit=credit,
    )


def spans(scheme: Tags, logits: Floats, words: Sequence[int | None]) -> list[Span]:
    """The decoded spans and the weaker candidates of one text, sorted, not overlapping.

    `logits` is (tokens, labels); `words` names the word each token is a piece of, so that no span ends inside one.
    A span's score is the mean over its tokens of the probability of its type and of types alike (see `ALIKE`).
    """
    credited = _credited(scheme, logits)
    found = _whole_words(_runs(scheme, decode(scheme, logits)), credited, words)
    free = credited.max(axis=1) >= CANDIDATE_FROM
    for span in found:
        free[span.start : span.end] = False
    if free.any():
        found += _whole_words(_weak_runs(scheme, credited, free), credited, words)
    return sorted(found, key=lambda span: span.start)


def _credited(scheme: Tags, logits: Floats) -> Floats:
    """(tokens, types): probability of the type and of those alike."""
    likely = np.exp(logits - logits.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    credited: Floats = np.minimum((likely[:, scheme.begin] + likely[:, scheme.inside]) @ scheme.credit, 1.0)
    return credited


def decode(scheme: Tags, logits: Floats) -> Ints:
    """The likeliest legal label of each token: `I-X` only after `B-X` or `I-X`.

    Where the likeliest labels happen to be legal they are the answer; else Viterbi (1967), in time linear in labels,
    because all that legality asks of a predecessor is its type.
    """
    greedy: Ints = logits.argmax(axis=1)
    if _legal(scheme, greedy):
        return greedy
    return _viterbi(scheme, logits)


def _legal(scheme: Tags, path: Ints) -> bool:
    before = np.concatenate([[-1], scheme.kind[path[:-1]]])
    return bool(np.all(scheme.starts[path] | (before == scheme.kind[path])))


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
    for start in np.flatnonzero(scheme.starts[path] & (scheme.kind[path] >= 0)):
        kind = int(scheme.kind[path[start]])
        end = int(start) + 1
        while end < len(path) and path[end] == scheme.inside[kind]:
            end += 1
        yield int(start), end, kind


def _weak_runs(scheme: Tags, credited: Floats, free: Flags) -> Iterator[tuple[int, int, int]]:
    """Runs of the tokens in `free` whose likeliest types are one, or alike."""
    best = credited.argmax(axis=1)
    bounds = np.flatnonzero(np.diff(free.astype(np.int8), prepend=0, append=0))
    for start, end in zip(bounds[::2].tolist(), bounds[1::2].tolist(), strict=True):
        for i in range(start + 1, end + 1):
            if i == end or not scheme.credit[best[i - 1], best[i]]:
                yield start, i, int(best[start + int(credited[start:i].max(axis=1).argmax())])
                start = i


def _whole_words(runs: Iterable[tuple[int, int, int]], credited: Floats, words: Sequence[int | None]) -> list[Span]:
    """Spans widened to the words they touch; two that meet inside one word become one, of the likelier type."""
    found: list[Span] = []
    for start, end, kind in runs:
        score = min(1.0, float(credited[start:end, kind].mean()))
        span = Span(*_widened(start, end, words), kind, score)
        if found and found[-1].end > span.start:
            span = _joined(found.pop(), span)
        found.append(span)
    return found


def _joined(one: Span, other: Span) -> Span:
    likelier = max(one, other, key=lambda span: span.score)
    return Span(min(one.start, other.start), max(one.end, other.end), likelier.type, likelier.score)


def _widened(start: int, end: int, words: Sequence[int | None]) -> tuple[int, int]:
    while start > 0 and words[start] is not None and words[start - 1] == words[start]:
        start -= 1
    while end < len(words) and words[end] is not None and words[end - 1] == words[end]:
        end += 1
    return start, end
