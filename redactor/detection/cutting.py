"""Two values under one wide guess: where the guess is cut so that each keeps its own type."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from redactor.detection.ranks import CHECKED, CONTAINERS, CONTEXT, rank
from redactor.taxonomy import NEVER_STORED
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
_SIGNS = frozenset({"#", "@", "+"})
"""Signs in front that belong to a value."""
_GLUED_WITHIN = 64
"""Characters next to a border in which a letter makes the rest part of the same value."""
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
    """Take precise values out of the wide guesses that run over them. `group` is sorted by start."""
    precise = _Row([piece for piece in group if rank(piece.vote) >= CHECKED])
    numbers = _Row([piece for piece in group if _is_number(piece, text)])
    left: list[Piece] = []
    for piece in group:
        crossing: list[Piece] = []
        if rank(piece.vote) < CHECKED:
            crossing = [*precise.crossing(piece), *(numbers.crossing(piece) if piece.vote.type in _NAMES else ())]
            crossing = [other for other in crossing if not _adds_a_sign(piece, other, text)]
        holes = _holes(piece, crossing, text)
        left += _without(piece, holes, text) if holes else [piece]
    return left


def _adds_a_sign(wide: Piece, precise: Piece, text: str) -> bool:
    """Whether all that the guess has more is the sign a value begins with: "#W4821" beside "W4821"."""
    same = wide.vote.type == precise.vote.type and wide.end == precise.end
    return same and text[wide.start : precise.start] in _SIGNS


class _Row:
    """Pieces sorted by start, of which those that cross another are found without looking at all."""

    __slots__ = ("_longest", "_pieces", "_starts")

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._starts = [piece.start for piece in pieces]
        self._longest = max((piece.end - piece.start for piece in pieces), default=0)

    def crossing(self, wide: Piece) -> list[Piece]:
        """The pieces that share characters with `wide` and leave some of it."""
        low = bisect_left(self._starts, wide.start - self._longest)
        high = bisect_left(self._starts, wide.end)
        return [
            piece
            for piece in self._pieces[low:high]
            if piece.end > wide.start and not (piece.start <= wide.start and wide.end <= piece.end)
        ]


def _is_number(piece: Piece, text: str) -> bool:
    """A value with digits knows its borders better than a name that runs over it, sure or not."""
    if piece.vote.type in _NAMES or not CONTEXT <= rank(piece.vote) < CHECKED:
        return False
    return any(map(str.isdigit, text[piece.start : piece.end]))


def _holes(wide: Piece, crossing: Sequence[Piece], text: str) -> list[Piece]:
    """Those of the precise values that are other values than the rest of the wide guess."""
    alike = [hole for hole in crossing if hole.vote.type == wide.vote.type]
    several = wide.vote.type in _BLANKLESS or _holds_nothing_else(wide, alike, text)
    return [
        hole
        for hole in crossing
        if (several if hole.vote.type == wide.vote.type else not takes_in(wide, hole))
        and _is_separated(wide, hole, text)
    ]


def _holds_nothing_else(wide: Piece, alike: Sequence[Piece], text: str) -> bool:
    """Whether precise values of the guess's own type leave nothing but punctuation of it."""
    return bool(alike) and not any(_has_letter(text[start:end]) for start, end in _gaps(wide, alike))


def takes_in(outer: Piece, inner: Piece) -> bool:
    """Whether a value of the outer type holds the inner one as a part of it."""
    inside = outer.start <= inner.start and inner.end <= outer.end
    if outer.vote.type == "URL":
        # a link is masked whole with what it carries; the transformer is no judge of where a link ends
        return outer.vote.recognizer != "transformer" and inner.vote.type != "URL" and not _holds_link(inner, outer)
    return inside and inner.vote.type in CONTAINERS.get(outer.vote.type, ())


def _holds_link(other: Piece, link: Piece) -> bool:
    """Whether the link is a part of the other value: of an e-mail address, or of a secret a rule is sure of."""
    sure = other.vote.type in NEVER_STORED and rank(other.vote) >= CHECKED
    return (sure or other.vote.type == "EMAIL_ADDRESS") and other.start <= link.start and link.end <= other.end


def _is_separated(wide: Piece, hole: Piece, text: str) -> bool:
    """Whether a blank or the like stands at each border behind which the guess goes on."""
    before = max(wide.start, hole.start - _GLUED_WITHIN), hole.start
    after = hole.end, min(wide.end, hole.end + _GLUED_WITHIN)
    for border, (start, end) in ((hole.start, before), (hole.end, after)):
        if start < end and _SEPARATORS.isdisjoint(text[border - 1 : border + 1]) and _has_letter(text[start:end]):
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
