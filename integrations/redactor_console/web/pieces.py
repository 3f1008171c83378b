"""A message cut into pieces: what is hidden, what somebody voted for and is not hidden, and what lies between.

The pieces' texts, one after the other, are the message's text; offsets are code points of it. Pure.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from redactor.detection.view import is_wordless
from redactor.transcripts import Candidate, RecordedEntity


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a message."""

    text: str
    start: int
    end: int
    entity: RecordedEntity | None = None
    """What stands here in the place of a value, or is a value that the policy keeps."""
    number: int = 0
    """Of an entity: which of the message's, from 0, in their order."""
    candidates: tuple[Candidate, ...] = ()
    """Votes, the strongest first: in clear, those that were not enough; on an entity, those that it won against."""

    @property
    def is_plain(self) -> bool:
        """Whether nobody said anything of it."""
        return self.entity is None and not self.candidates


def pieces(text: str, entities: Sequence[RecordedEntity], candidates: Sequence[Candidate] = ()) -> list[Piece]:
    """Cut a message. Candidates that overlap make one piece: who reports a part of a value leaves the rest in clear."""
    found: list[Piece] = []
    between, on = _over(candidates), _over(candidates)
    reached = 0
    for number, entity in enumerate(in_order(entities)):
        if entity.start < reached:
            continue  # a place is shown once
        found += _clear(text, reached, entity.start, between, on)
        found.append(_piece(text, entity.start, entity.end, on, entity, number))
        reached = entity.end
    return [*found, *_clear(text, reached, len(text), between, on)]


def in_order(entities: Sequence[RecordedEntity]) -> list[RecordedEntity]:
    """By place: what a message's entities are numbered by."""
    return sorted(entities, key=lambda entity: (entity.start, -entity.end))


Over: TypeAlias = Callable[[int, int], Sequence[Candidate]]
"""The votes on a place."""


def _over(candidates: Sequence[Candidate]) -> Over:
    """To be asked for one place behind the other: each vote is looked at where it stands, and not for every place of a
    message that may have thousands of both."""
    ahead = deque(sorted(candidates, key=lambda each: each.start))
    near: list[Candidate] = []

    def over(start: int, end: int) -> Sequence[Candidate]:
        while ahead and ahead[0].start < end:
            near.append(ahead.popleft())
        near[:] = [each for each in near if start < each.end]
        return tuple(near)

    return over


def _clear(text: str, start: int, end: int, between: Over, on: Over) -> Iterator[Piece]:
    """What stands in clear between two hidden places, with the votes on it."""
    reached = start
    for low, high in _joined(text, start, end, between(start, end)):
        if reached < low:
            yield Piece(text[reached:low], reached, low)
        yield _piece(text, low, high, on)
        reached = high
    if reached < end:
        yield Piece(text[reached:end], reached, end)


def _joined(text: str, start: int, end: int, candidates: Sequence[Candidate]) -> list[tuple[int, int]]:
    """Where votes stand, cut to this part; what overlaps is one. A vote of which only signs are left is none."""
    cut = sorted((max(start, each.start), min(end, each.end)) for each in candidates)
    spans: list[tuple[int, int]] = []
    for low, high in cut:
        if is_wordless(text[low:high]):
            continue
        if spans and low < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(high, spans[-1][1]))
        else:
            spans.append((low, high))
    return spans


def _piece(text: str, start: int, end: int, on: Over, entity: RecordedEntity | None = None, number: int = 0) -> Piece:
    here = sorted(on(start, end), key=lambda each: -each.score)
    return Piece(text[start:end], start, end, entity, number, tuple(here))
