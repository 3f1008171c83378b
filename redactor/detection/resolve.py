"""Many votes on one text become one list of entities that do not overlap.

A half-masked value is a leak, so overlapping evidence is united; but two values side by side stay two, so a wide
guess is cut where precise evidence begins. Every vote ends with one `Decision`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from redactor.detection.cutting import WORDS, Piece, cut, overlapping, takes_in
from redactor.detection.ranks import BEATS, CONTAINERS, CONTEXT, rank
from redactor.taxonomy import NEVER_STORED
from redactor.types import Decision, Entity

CANDIDATE_FROM = 0.1
"""Score under which a vote is not worth a reviewer's look."""

_OVERRULING = NEVER_STORED.union(CONTAINERS, (winner for winner, _ in BEATS))
"""Types that can name a value against its best founded evidence."""


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
class _Block:
    """One value: the pieces that speak of it and the one that names its type."""

    start: int
    end: int
    winner: Piece
    pieces: tuple[Piece, ...]


def resolve(
    votes: Sequence[Entity], text: str, *, kept: frozenset[str], needed: Callable[[Entity], float]
) -> Resolution:
    """Unite, cut and order votes on `text` (the view's).

    `kept` names types that are detected but left in the text: they never widen a masked value and give way to it.
    `needed` gives the score from which a vote counts. The result does not depend on the order of votes.
    Every letter and digit an accepted vote of a masked type covers is covered by an entity of a masked type.
    """
    ordered = sorted(votes)
    if not ordered:
        return Resolution((), (), ())
    accepted = [vote for vote in ordered if vote.score >= needed(vote)]
    weak = [vote for vote in ordered if vote.score < needed(vote)]
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
    for group in overlapping([Piece(vote.start, vote.end, vote) for vote in votes]):
        left = cut(group, text) if len(group) > 1 else group
        blocks += [_united(together) for together in overlapping(left)]
    return _one_name(blocks, [*votes, *weak], text)


def _united(group: Sequence[Piece]) -> _Block:
    return _Block(min(piece.start for piece in group), max(piece.end for piece in group), _winner(group), tuple(group))


def _winner(group: Sequence[Piece]) -> Piece:
    """The piece that names the type: by rank, score, length, and then by name so that it is always the same."""
    strong = [piece for piece in group if piece.vote.type in _OVERRULING]
    preferred = sorted(
        group,
        key=lambda piece: (
            -rank(piece.vote),
            -piece.vote.score,
            piece.start - piece.end,
            piece.vote.type,
            piece.vote.recognizer,
            piece.start,
        ),
    )
    free = (piece for piece in preferred if not any(_yields(piece, other) for other in strong))
    return next(free, preferred[0])


def _yields(piece: Piece, other: Piece) -> bool:
    """Whether the type of `piece` gives way to `other`'s, whatever their ranks."""
    if not piece.overlaps(other) or piece.vote.type == other.vote.type:
        return False
    if (other.vote.type, piece.vote.type) in BEATS or takes_in(other, piece):
        return True
    if other.vote.type in NEVER_STORED and piece.vote.type in WORDS:  # a password that is somebody's name
        return rank(other.vote) >= CONTEXT and other.start <= piece.start and piece.end <= other.end
    return False


def _one_name(blocks: Sequence[_Block], votes: Sequence[Entity], text: str) -> list[_Block]:
    """Two values with one blank between them are one name: of ORGANIZATION always ("Hilton" "Garden Inn"), of PERSON if
    some vote, however weak, spans both."""
    names = sorted(vote for vote in votes if vote.type == "PERSON" and vote.score >= CANDIDATE_FROM)
    starts = [vote.start for vote in names]
    reaches = list(accumulate((vote.end for vote in names), max))
    runs: list[list[_Block]] = []
    for block in sorted(blocks, key=_place):
        left = runs[-1][-1] if runs else None
        if left and _are_neighbours(left, block, text, "ORGANIZATION"):
            runs[-1].append(block)
            continue
        if left and _are_neighbours(left, block, text, "PERSON"):
            spanning = bisect_left(starts, left.end)
            if spanning and reaches[spanning - 1] > block.start:
                runs[-1].append(block)
                continue
        runs.append([block])
    return [run[0] if len(run) == 1 else _joined(run) for run in runs]


def _are_neighbours(left: _Block, right: _Block, text: str, name: str) -> bool:
    if {left.winner.vote.type, right.winner.vote.type} != {name}:
        return False
    return text[left.end : right.start] == " "


def _joined(run: Sequence[_Block]) -> _Block:
    pieces = tuple(piece for block in run for piece in block.pieces)
    return _Block(run[0].start, run[-1].end, _winner([block.winner for block in run]), pieces)


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
