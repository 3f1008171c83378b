"""Compares what a system saw in a conversation with its marks: one set of named counts per conversation.

What counts:

- Only types the source annotates. A found value of another type, or one that touches a mark of another type, counts
  neither for nor against; as a mask over a marked value it counts all the same.
- Masked means: the policy's operator for what was found is not `keep`. Marked values whose type the policy keeps are no
  values to mask.
- Characters are letters and digits: blanks and punctuation neither hide nor tell.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from redactor.evaluation.blind import blind_counts
from redactor.evaluation.calibration import SCORE_UNIT, bin_of
from redactor.evaluation.dialogs import Message, Span, type_of
from redactor.evaluation.systems import ReadDialog, Reading
from redactor.taxonomy import LITERAL
from redactor.types import Entity


@dataclass(frozen=True)
class Scope:
    """Which types count."""

    known: frozenset[str]
    """Types the policy knows; a type of another project, or of a misspelled label, is none of them."""
    kept: frozenset[str]
    """Types the policy leaves in the text."""
    unannotated: frozenset[str]
    """Types the source says nothing about."""

    @cached_property
    def counted(self) -> frozenset[str]:
        """Types that are right or wrong to find. A LITERAL is no claim that something is personal."""
        return frozenset(type_of(name) for name in self.known) - self.unannotated - {LITERAL}

    def counts(self, entity_type: str) -> bool:
        """Whether finding this type is right or wrong."""
        return type_of(entity_type) in self.counted

    def is_value(self, span: Span) -> bool:
        """Whether the mark is a value to mask."""
        return span.type in self.counted and span.type not in self.kept


def count(read: ReadDialog, scope: Scope) -> Counter[str]:
    """Everything that is counted in one conversation."""
    counts: Counter[str] = Counter()
    left: list[bool] = []
    for reading in read.readings:
        left += _add_values(counts, reading, scope)
        _add_typed(counts, reading, scope)
        _add_characters(counts, reading, scope)
        _add_clean(counts, reading, scope)
        _add_blind(counts, reading, scope)
        _add_scores(counts, reading, scope)
    if left:
        counts["holding"] += 1
        counts["nothing left"] += not any(left)
    return counts


def is_hidden(text: str, span: Span, masks: Iterable[Entity]) -> bool:
    """Whether every letter and digit of the span lies under a mask; of a span without any, every character."""
    hidden = _places(masks)
    inside = range(span.start, span.end)
    return all(place in hidden for place in _of_weight(text, inside) or inside)


def wrong_masks(reading: Reading, scope: Scope) -> list[Entity]:
    """What was masked and touches no mark, of the types that count."""
    marks = reading.message.spans
    return [mask for mask in reading.masked if scope.counts(mask.type) and not _touches(mask, marks)]


def _add_values(counts: Counter[str], reading: Reading, scope: Scope) -> Iterator[bool]:
    """Yields for each value to mask whether something of it was left."""
    text = reading.message.text
    for span in reading.message.spans:
        if not scope.is_value(span):
            continue
        hidden = is_hidden(text, span, reading.masked)
        counts.update({"values": 1, f"values {span.type}": 1})
        counts.update({"masked": hidden, f"masked {span.type}": hidden})
        counts["masked throughout"] += _places(reading.masked).issuperset(range(span.start, span.end))
        counts["masked later"] += is_hidden(text, span, reading.masked_later)
        yield not hidden


def _add_typed(counts: Counter[str], reading: Reading, scope: Scope) -> None:
    gold = _gold(reading.message, scope)
    found = {_key(entity) for entity in _judged(reading.entities, reading.message, scope)}
    for what, spans in (("gold", gold), ("found", found), ("right", gold & found)):
        for _, _, entity_type in spans:
            counts[f"{what} {entity_type}"] += 1


def _add_characters(counts: Counter[str], reading: Reading, scope: Scope) -> None:
    text, spans = reading.message.text, reading.message.spans
    places = _of_weight(text, range(len(text)))
    hidden = _places(reading.masked)
    claimed = _places(mask for mask in reading.masked if scope.counts(mask.type))
    marked = {place for span in spans for place in range(span.start, span.end)}
    values = {place for span in spans if scope.is_value(span) for place in range(span.start, span.end)}
    for place in places:
        if place in values:
            counts["characters"] += 1
            counts["characters hidden"] += place in hidden
        if place in marked:
            counts["characters rightly hidden"] += place in hidden
        elif place in claimed or place not in hidden:
            counts["characters outside"] += 1
            counts["characters outside hidden"] += place in claimed


def _add_clean(counts: Counter[str], reading: Reading, scope: Scope) -> None:
    if not reading.message.spans:
        counts["clean"] += 1
        counts["touched"] += bool(wrong_masks(reading, scope))


def _add_blind(counts: Counter[str], reading: Reading, scope: Scope) -> None:
    message = reading.message
    values = [span for span in message.spans if scope.is_value(span)]
    aside = [span for span in message.spans if not scope.is_value(span)]
    masks = [
        mask
        for mask in reading.masked
        if _touches(mask, values) or (scope.counts(mask.type) and not _touches(mask, aside))
    ]
    blind = blind_counts(message.text, map(_range, values), map(_range, masks))
    counts.update({"blind right": blind.right, "blind found": blind.found, "blind gold": blind.gold})


def _add_scores(counts: Counter[str], reading: Reading, scope: Scope) -> None:
    """One vote per span and type, the strongest: an answer of the system, or a candidate it did not take."""
    gold = _gold(reading.message, scope)
    votes: dict[tuple[int, int, str], float] = {}
    for vote in _judged((*reading.entities, *reading.candidates), reading.message, scope):
        votes[_key(vote)] = max(vote.score, votes.get(_key(vote), 0.0))
    for key, score in votes.items():
        number = bin_of(score)
        counts.update({f"votes {number}": 1, f"votes right {number}": key in gold})
        counts[f"votes score {number}"] += round(score * SCORE_UNIT)


def _judged(entities: Iterable[Entity], message: Message, scope: Scope) -> Iterator[Entity]:
    """Those that are right or wrong: of a type that counts, and on no mark of a type that does not."""
    silent = [span for span in message.spans if span.type not in scope.counted]
    return (entity for entity in entities if scope.counts(entity.type) and not _touches(entity, silent))


def _gold(message: Message, scope: Scope) -> set[tuple[int, int, str]]:
    return {(span.start, span.end, span.type) for span in message.spans if span.type in scope.counted}


def _key(entity: Entity) -> tuple[int, int, str]:
    return entity.start, entity.end, type_of(entity.type)


def _range(span: Span | Entity) -> tuple[int, int]:
    return span.start, span.end


def _touches(entity: Entity, spans: Sequence[Span]) -> bool:
    return any(entity.start < span.end and span.start < entity.end for span in spans)


def _places(masks: Iterable[Entity]) -> set[int]:
    return {place for mask in masks for place in range(mask.start, mask.end)}


def _of_weight(text: str, places: Iterable[int]) -> list[int]:
    return [place for place in places if text[place].isalnum()]
