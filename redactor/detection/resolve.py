"""Many votes on one text become one list of entities that do not overlap.

A half-masked value is a leak, so overlapping evidence is united; but two values side by side stay two, so a wide
guess is cut where precise evidence begins. Every vote ends with one `Decision`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from redactor.detection.ranks import BEATS, CHECKED, CONTAINERS, CONTEXT, rank
from redactor.taxonomy import NEVER_STORED
from redactor.types import Decision, Entity

CANDIDATE_FROM = 0.1
"""Score under which a vote is not worth a reviewer's look."""

_BLANKLESS = frozenset({"EMAIL_ADDRESS", "URL", "IP_ADDRESS", "MAC_ADDRESS", "CRYPTO"})
"""Types whose values hold no blank: a wider vote of the same type holds something else as well."""
_NAMES = frozenset({"PERSON", "ORGANIZATION", "LOCATION"})
"""Types whose values hold no number."""
_WORDS = _NAMES | {"USERNAME"}
"""Types whose values are words, which may be a secret at another place."""
_EXACT_TEXT = frozenset({"SECRET", "CARD_CVV", "CRYPTO"})
"""Types whose every character counts: nothing is trimmed off their pieces."""
_SEPARATORS = frozenset(' \t\r\n,;:/|()[]{}<>"')
"""What stands between two values; characters joined by anything else are one value."""
_TRIMMED = " \t\r\n,;:/|()[]{}<>\"'.!?&–—-"


@dataclass(frozen=True, slots=True)
class Resolution:
    """What the votes on one text come to."""

    entities: tuple[Entity, ...]
    """Sorted, not overlapping; those of kept types carry the operator `keep`."""
    candidates: tuple[Entity, ...]
    """Votes of 0.1 and more under the threshold of their type, sorted."""
    decisions: tuple[Decision, ...]
    """One for each vote, sorted by the vote."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A span still to be settled, and the vote it came from."""

    start: int
    end: int
    vote: Entity

    def overlaps(self, other: "_Piece") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class _Block:
    """One value: the pieces that speak of it and the one that names its type."""

    start: int
    end: int
    winner: _Piece
    pieces: tuple[_Piece, ...]


def resolve(
    votes: Sequence[Entity], text: str, *, kept: frozenset[str], threshold: Callable[[str], float]
) -> Resolution:
    """Unite, cut and order votes on `text` (the view's).

    `kept` names types that are detected but left in the text: they never widen a masked value and give way to it.
    `threshold` gives the score from which a type's vote counts. The result does not depend on the order of votes.
    Every letter and digit an accepted vote of a masked type covers is covered by an entity of a masked type.
    """
    ordered = sorted(votes)
    if not ordered:
        return Resolution((), (), ())
    accepted = [vote for vote in ordered if vote.score >= threshold(vote.type)]
    weak = [vote for vote in ordered if vote.score < threshold(vote.type)]
    masked = _settle([vote for vote in accepted if vote.type not in kept], weak, text)
    aside = [vote for vote in accepted if vote.type in kept]
    free = [vote for vote in aside if not _touches(vote, masked)]
    left = _settle(free, (), text)
    decisions = [
        *_decide(masked, [vote for vote in accepted if vote.type not in kept]),
        *(_decision_on_kept(vote, left) for vote in aside),
        *(Decision(vote, "candidate", _WEAK if vote.score >= CANDIDATE_FROM else _TOO_WEAK) for vote in weak),
    ]
    entities = [*map(_entity, masked), *(replace(_entity(block), operator="keep") for block in left)]
    return Resolution(
        tuple(sorted(entities, key=_place)),
        tuple(vote for vote in weak if vote.score >= CANDIDATE_FROM),
        tuple(sorted(decisions, key=lambda decision: _full(decision.entity))),
    )


def _settle(votes: Sequence[Entity], weak: Sequence[Entity], text: str) -> list[_Block]:
    blocks: list[_Block] = []
    for group in _overlapping([_Piece(vote.start, vote.end, vote) for vote in votes]):
        cut = _cut(group, text) if len(group) > 1 else group
        blocks += [_united(together) for together in _overlapping(cut)]
    return _one_name(blocks, [*votes, *weak], text)


def _overlapping(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Groups of pieces that hang together, left to right."""
    group: list[_Piece] = []
    reach = 0
    for piece in sorted(pieces, key=lambda piece: (piece.start, piece.end, piece.vote)):
        if group and piece.start >= reach:
            yield group
            group, reach = [], 0
        group.append(piece)
        reach = max(reach, piece.end)
    if group:
        yield group


def _cut(group: Sequence[_Piece], text: str) -> list[_Piece]:
    """Take precise values out of the wide guesses that run over them."""
    cut: list[_Piece] = []
    for piece in group:
        precise = [hole for hole in group if _is_precise(hole, piece, text)]
        holes = [hole for hole in precise if _is_apart(piece, hole, precise, text)]
        cut += _without(piece, holes, text) if holes else [piece]
    return cut


def _is_precise(hole: _Piece, wide: _Piece, text: str) -> bool:
    """Whether one piece knows its borders better than the other: by its rank, or as a number inside a name."""
    found = rank(hole.vote)
    if found >= CHECKED:
        return True
    holds_digit = any(map(str.isdigit, text[hole.start : hole.end]))
    return wide.vote.type in _NAMES and hole.vote.type not in _NAMES and found >= CONTEXT and holds_digit


def _is_apart(wide: _Piece, hole: _Piece, precise: Sequence[_Piece], text: str) -> bool:
    """Whether the precise value is another value than the rest of the wide guess."""
    if rank(wide.vote) >= CHECKED or not wide.overlaps(hole):
        return False
    if hole.start <= wide.start and wide.end <= hole.end:
        return False
    if wide.vote.type == hole.vote.type:
        several = wide.vote.type in _BLANKLESS or _lists_several(wide, hole, precise, text)
    else:
        several = not _takes_in(wide, hole)
    return several and _is_separated(wide, hole, text)


def _lists_several(wide: _Piece, hole: _Piece, precise: Sequence[_Piece], text: str) -> bool:
    """The wide guess is a list of precise values of its own type, with nothing but punctuation between them."""
    alike = [piece for piece in precise if piece.vote.type == wide.vote.type and wide.overlaps(piece)]
    if all(piece.overlaps(hole) for piece in alike):
        return False
    return not any(_has_letter(text[start:end]) for start, end in _gaps(wide, alike))


def _takes_in(outer: _Piece, inner: _Piece) -> bool:
    """Whether a value of the outer type holds the inner one as a part of it."""
    inside = outer.start <= inner.start and inner.end <= outer.end
    if outer.vote.type == "URL":
        # a link is masked whole with what it carries; the transformer is no judge of where a link ends
        within_email = inner.vote.type == "EMAIL_ADDRESS" and inner.start <= outer.start and outer.end <= inner.end
        return outer.vote.recognizer != "transformer" and inner.vote.type != "URL" and not within_email
    return inside and inner.vote.type in CONTAINERS.get(outer.vote.type, ())


def _is_separated(wide: _Piece, hole: _Piece, text: str) -> bool:
    for border, rest in ((hole.start, text[wide.start : hole.start]), (hole.end, text[hole.end : wide.end])):
        beside = {text[border - 1 : border], text[border : border + 1]}
        if _has_letter(rest) and _SEPARATORS.isdisjoint(beside):
            return False
    return True


def _without(piece: _Piece, holes: Sequence[_Piece], text: str) -> list[_Piece]:
    rests = []
    for start, end in _gaps(piece, holes):
        if piece.vote.type not in _EXACT_TEXT:
            start, end = _trimmed(start, end, text)
        if _has_letter(text[start:end]) or (piece.vote.type in _EXACT_TEXT and text[start:end].strip()):
            rests.append(_Piece(start, end, piece.vote))
    return rests


def _gaps(piece: _Piece, holes: Sequence[_Piece]) -> Iterator[tuple[int, int]]:
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


def _united(group: Sequence[_Piece]) -> _Block:
    return _Block(min(piece.start for piece in group), max(piece.end for piece in group), _winner(group), tuple(group))


def _winner(group: Sequence[_Piece]) -> _Piece:
    """The piece that names the type: by rank, score, length, and then by name so that it is always the same."""
    free = [piece for piece in group if not any(_yields(piece, other) for other in group)] or group
    return min(
        free,
        key=lambda piece: (
            -rank(piece.vote),
            -piece.vote.score,
            piece.start - piece.end,
            piece.vote.type,
            piece.vote.recognizer,
            piece.start,
        ),
    )


def _yields(piece: _Piece, other: _Piece) -> bool:
    """Whether the type of `piece` gives way to `other`'s, whatever their ranks."""
    if not piece.overlaps(other) or piece.vote.type == other.vote.type:
        return False
    if (other.vote.type, piece.vote.type) in BEATS or _takes_in(other, piece):
        return True
    if other.vote.type in NEVER_STORED and piece.vote.type in _WORDS:  # a password that is somebody's name
        return rank(other.vote) >= CONTEXT and other.start <= piece.start and piece.end <= other.end
    # the conversation asked for a reference: digits that pass Luhn by chance are no card
    return (
        (piece.vote.type, other.vote.type) == ("CREDIT_CARD", "ACCOUNT_ID")
        and other.vote.recognizer.startswith("pattern:")
        and piece.vote.recognizer.startswith("pattern:")
        and other.vote.score > piece.vote.score
    )


def _one_name(blocks: Sequence[_Block], votes: Sequence[Entity], text: str) -> list[_Block]:
    """Two PERSON values with one blank between them are one name if some vote, however weak, spans both."""
    joined: list[_Block] = []
    for block in sorted(blocks, key=_place):
        if joined and _is_one_name(joined[-1], block, votes, text):
            left = joined.pop()
            pieces = (*left.pieces, *block.pieces)
            block = _Block(left.start, block.end, _winner((left.winner, block.winner)), pieces)
        joined.append(block)
    return joined


def _is_one_name(left: _Block, right: _Block, votes: Sequence[Entity], text: str) -> bool:
    if text[left.end : right.start] != " " or {left.winner.vote.type, right.winner.vote.type} != {"PERSON"}:
        return False
    return any(
        vote.type == "PERSON" and vote.score >= CANDIDATE_FROM and vote.start < left.end and right.start < vote.end
        for vote in votes
    )


def _entity(block: _Block) -> Entity:
    best = block.winner.vote
    score = max(piece.vote.score for piece in block.pieces if piece.vote.type == best.type)
    return Entity(block.start, block.end, best.type, score, best.recognizer)


def _touches(vote: Entity, blocks: Sequence[_Block]) -> bool:
    before = bisect_left(blocks, vote.end, key=lambda block: block.start)
    return before > 0 and blocks[before - 1].end > vote.start


_WEAK = "the score is under the threshold of its type"
_TOO_WEAK = "the score is under 0.1, which is no evidence"


def _decide(blocks: Sequence[_Block], votes: Sequence[Entity]) -> Iterator[Decision]:
    """Say of each accepted vote of a masked type what became of it."""
    won = {block.winner.vote: block for block in blocks}
    part_of = {piece.vote: block for block in reversed(blocks) for piece in block.pieces}
    for vote in votes:
        block = won.get(vote) or part_of.get(vote)
        if block is None:
            yield Decision(vote, "merged", "all of it that holds a letter or digit belongs to more precise values")
        elif vote in won:
            yield Decision(vote, "masked", _why_masked(vote, block))
        else:
            yield Decision(vote, "merged", _why_merged(vote, block))


def _why_masked(vote: Entity, block: _Block) -> str:
    if vote.start < block.start or block.end < vote.end:
        return "masked, less what more precise evidence took out of it"
    if (block.start, block.end) != (vote.start, vote.end):
        return "masked, united with evidence that overlaps it"
    return "masked"


def _why_merged(vote: Entity, block: _Block) -> str:
    best = block.winner.vote
    if vote.type == best.type:
        return f"united with the {best.type} that {best.recognizer} found"
    return f"part of what {best.recognizer} found, and {best.type} is the better founded reading"


def _decision_on_kept(vote: Entity, left: Sequence[_Block]) -> Decision:
    if _touches(vote, left):
        return Decision(vote, "kept", f"the policy keeps {vote.type} in the text")
    return Decision(vote, "merged", "a masked value covers characters of it")


def _place(span: Entity | _Block) -> tuple[int, int]:
    return span.start, span.end


def _full(vote: Entity) -> tuple[int, int, str, float, str]:
    return vote.start, vote.end, vote.type, vote.score, vote.recognizer
