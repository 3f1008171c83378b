"""A found message cut into what is hidden in it and the words it was found by. Pure; offsets are code points."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redactor.storage import Term
from redactor.storage.words import words
from redactor.transcripts import RecordedEntity, StoredTurn
from redactor_console.web.pieces import pieces

_WORD = re.compile(r"\w+")
LONGEST = 600
"""Characters of a message that a list of results shows."""
_BEFORE = 120
"""Of them, in front of the first word it was found by."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a message's text, as it is shown."""

    text: str
    is_hit: bool = False
    entity: RecordedEntity | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found."""

    turn: StoredTurn
    parts: Sequence[Part]
    is_cut_before: bool = False
    is_cut_after: bool = False

    @property
    def link(self) -> str:
        """Where it stands in its conversation."""
        return f"/conversations/{self.turn.conversation}?at={self.turn.seq}#t-{self.turn.seq}"


def hit(turn: StoredTurn, terms: Sequence[Term]) -> Hit:
    """A message with the words marked that it was found by; of a long one, a part with the first of them."""
    spans = marked(turn.text, terms)
    low, high = _window(turn, spans)
    parts = tuple(_parts(turn, spans, low, high))
    return Hit(turn, parts, low > 0, high < len(turn.text))


def marked(text: str, terms: Sequence[Term]) -> list[Span]:
    """Where a text holds what was looked for, in order and without overlaps."""
    if not terms:
        return []
    places: list[Span] = []
    held: list[str] = []
    for found in _WORD.finditer(text):
        for word in words(found[0]):
            held.append(word)
            places.append(found.span())
    spans = [
        (places[at][0], places[at + len(term.words) - 1][1])
        for at, word in enumerate(held)
        for term in terms
        # the first word alone rules out nearly all places, of a message that may have thousands
        if word.startswith(term.words[0])
        and at + len(term.words) <= len(held)
        and term.is_in(held[at : at + len(term.words)])
    ]
    return _joined(spans)


def _joined(spans: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for low, high in sorted(spans):
        if found and low < found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


def _window(turn: StoredTurn, spans: Sequence[Span]) -> Span:
    """The part that is shown; it cuts no placeholder."""
    length = len(turn.text)
    if length <= LONGEST:
        return 0, length
    low = max(0, (spans[0][0] if spans else 0) - _BEFORE)
    high = min(length, low + LONGEST)
    over = [each for each in turn.entities if each.start < high and low < each.end]
    return min([low, *(each.start for each in over)]), max([high, *(each.end for each in over)])


def _parts(turn: StoredTurn, spans: Sequence[Span], low: int, high: int) -> Iterator[Part]:
    for piece in pieces(turn.text, turn.entities):
        start, end = max(piece.start, low), min(piece.end, high)
        if start >= end:
            continue
        if piece.entity is not None:
            yield Part(piece.text, any(a < end and start < b for a, b in spans), piece.entity)
        else:
            yield from _cut(turn.text, start, end, spans)


def _cut(text: str, start: int, end: int, spans: Sequence[Span]) -> Iterator[Part]:
    reached = start
    for low, high in spans:
        a, b = max(low, start), min(high, end)
        if a >= b:
            continue
        if reached < a:
            yield Part(text[reached:a])
        yield Part(text[a:b], is_hit=True)
        reached = b
    if reached < end:
        yield Part(text[reached:end])
