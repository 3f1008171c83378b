"""Two values under one wide guess: where the guess is cut so that each keeps its own type."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from redactor.detection.ranks import CHECKED, CONTAINERS, CONTEXT, rank
from redactor.types import Entity

_BLANKLESS = frozenset({"EMAIL_ADDRESS", "URL", "IP_ADDRESS", "MAC_ADDRESS", "CRYPTO"})
"""Types whose values hold no blank: a wider vote of the same type holds something else as well."""
_NAMES = frozenset({"PERSON", "ORGANIZATION", "LOCATION"})
"""Types whose values hold no number."""
WORDS = _NAMES | {"USERNAME"}
"""Types whose values are words, which may be a secret at another place."""
_EXACT_TEXT = frozenset({"SECRET", "CARD_CVV", "CRYPTO"})
"""Types whose every character counts: nothing is trimmed off their pieces."""
_SEPARATORS = frozenset(' \t\r\n,;:/|()[]{}<>"')
"""What stands between two values; characters joined by anything else are one value."""
_TRIMMED = " \t\r\n,;:/|()[]{}<>\"'.!?&–—-"


@dataclass(frozen=True, slots=True)
class Piece:
    """A span still to be settled, and the vote it came from."""

    start: int
    end: int
    vote: Entity

    def overlaps(self, other: "Piece") -> bool:
        return self.start < other.end and other.start < self.end


def overlapping(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Groups of pieces that hang together, left to right."""
    group: list[Piece] = []
    reach = 0
    for piece in sorted(pieces, key=lambda piece: (piece.start, piece.end, piece.vote)):
        if group and piece.start >= reach:
            yield group
            group, reach = [], 0
        group.append(piece)
        reach = max(reach, piece.end)
    if group:
        yield group


def cut(group: Sequence[Piece], text: str) -> list[Piece]:
    """Take precise values out of the wide guesses that run over them."""
    left: list[Piece] = []
    for piece in group:
        precise = [hole for hole in group if _is_precise(hole, piece, text)]
        holes = [hole for hole in precise if _is_apart(piece, hole, precise, text)]
        left += _without(piece, holes, text) if holes else [piece]
    return left


def _is_precise(hole: Piece, wide: Piece, text: str) -> bool:
    """Whether one piece knows its borders better than the other: by its rank, or as a number inside a name."""
    found = rank(hole.vote)
    if found >= CHECKED:
        return True
    holds_digit = any(map(str.isdigit, text[hole.start : hole.end]))
    return wide.vote.type in _NAMES and hole.vote.type not in _NAMES and found >= CONTEXT and holds_digit


def _is_apart(wide: Piece, hole: Piece, precise: Sequence[Piece], text: str) -> bool:
    """Whether the precise value is another value than the rest of the wide guess."""
    if rank(wide.vote) >= CHECKED or not wide.overlaps(hole):
        return False
    if hole.start <= wide.start and wide.end <= hole.end:
        return False
    if wide.vote.type == hole.vote.type:
        several = wide.vote.type in _BLANKLESS or _lists_several(wide, hole, precise, text)
    else:
        several = not takes_in(wide, hole)
    return several and _is_separated(wide, hole, text)


def _lists_several(wide: Piece, hole: Piece, precise: Sequence[Piece], text: str) -> bool:
    """The wide guess is a list of precise values of its own type, with nothing but punctuation between them."""
    alike = [piece for piece in precise if piece.vote.type == wide.vote.type and wide.overlaps(piece)]
    if all(piece.overlaps(hole) for piece in alike):
        return False
    return not any(_has_letter(text[start:end]) for start, end in _gaps(wide, alike))


def takes_in(outer: Piece, inner: Piece) -> bool:
    """Whether a value of the outer type holds the inner one as a part of it."""
    inside = outer.start <= inner.start and inner.end <= outer.end
    if outer.vote.type == "URL":
        # a link is masked whole with what it carries; the transformer is no judge of where a link ends
        within_email = inner.vote.type == "EMAIL_ADDRESS" and inner.start <= outer.start and outer.end <= inner.end
        return outer.vote.recognizer != "transformer" and inner.vote.type != "URL" and not within_email
    return inside and inner.vote.type in CONTAINERS.get(outer.vote.type, ())


def _is_separated(wide: Piece, hole: Piece, text: str) -> bool:
    for border, rest in ((hole.start, text[wide.start : hole.start]), (hole.end, text[hole.end : wide.end])):
        beside = {text[border - 1 : border], text[border : border + 1]}
        if _has_letter(rest) and _SEPARATORS.isdisjoint(beside):
            return False
    return True


def _without(piece: Piece, holes: Sequence[Piece], text: str) -> list[Piece]:
    rests = []
    for start, end in _gaps(piece, holes):
        if piece.vote.type not in _EXACT_TEXT:
            start, end = _trimmed(start, end, text)
        if _has_letter(text[start:end]) or (piece.vote.type in _EXACT_TEXT and text[start:end].strip()):
            rests.append(Piece(start, end, piece.vote))
    return rests


def _gaps(piece: Piece, holes: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    reached = piece.start
    for hole in sorted(holes, key=lambda hole: (hole.start, hole.end)):
        if reached < hole.start:
            yield reached, hole.start
        reached = max(reached, hole.end)
    if reached < piece.end:
        yield reached, piece.end


def _trimmed(start: int, end: int, text: str) -> tuple[int, int]:
    while start < end and text[start] in _TRIMMED:
        start += 1
    while start < end and text[end - 1] in _TRIMMED:
        end -= 1
    return start, end


def _has_letter(text: str) -> bool:
    return any(character.isalnum() for character in text)
