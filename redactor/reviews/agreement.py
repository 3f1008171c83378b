"""How far reviewers agree: span by span for each two of them, and over all characters against chance.

F1 of spans is what one reviewer's spans score against another's; it does not take out what chance agrees on.
Krippendorff's alpha does: 1 is perfect agreement, 0 what chance gives, below 0 less than that. Source: K. Krippendorff,
Computing Krippendorff's Alpha-Reliability (2011), for nominal data and any number of people, of whom some are missing.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import numpy as np

from redactor.missed import RECOGNIZER as PEOPLE
from redactor.redactor import Redactor
from redactor.reviews.events import Event
from redactor.reviews.outcome import reviewers
from redactor.reviews.reading import Reviewed, every
from redactor.transcripts.recorded import RecordedEntity


class Marked(NamedTuple):
    """A span and its type, in code points of the redacted text."""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reviewers on the messages that both are done with."""

    first: str
    second: str
    messages: int
    exact: float | None
    """F1 of spans that are the same in place and type, 0 to 1; None where neither marked any."""
    overlapping: float | None
    """F1 of spans of the same type that share a character."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was looked at by two or more, and how far they agree."""

    messages: int
    pairs: tuple[Pair, ...]
    alpha: float | None
    """Over the characters of those messages; None where everybody calls everything the same."""

    def public(self) -> dict[str, Any]:
        """As plain data, ready for JSON."""
        return {"messages": self.messages, "pairs": [asdict(pair) for pair in self.pairs], "alpha": self.alpha}


def of_store(redactor: Redactor, tenants: Collection[str] = ()) -> Agreement:
    """The agreement on every message that two or more people are done with, also where one decided between them."""
    return of_marks([marks(each) for each in every(redactor.parts.store, tenants) if len(reviewers(each.events)) > 1])


def of_marks(messages: Sequence[tuple[int, Mapping[str, AbstractSet[Marked]]]]) -> Agreement:
    """For each message its length in code points, and what each person marked in it."""
    people = sorted({person for _, said in messages for person in said})
    pairs = [
        _pair(one, other, [(said[one], said[other]) for _, said in messages if one in said and other in said])
        for one, other in combinations(people, 2)
    ]
    units = [unit for length, said in messages for unit in characters(length, said)]
    return Agreement(len(messages), tuple(pair for pair in pairs if pair.messages), alpha(units))


def marks(message: Reviewed) -> tuple[int, dict[str, AbstractSet[Marked]]]:
    """What each person who is done with a message holds to be personal in it, and its length."""
    said = {person: set(_marked(message, person)) for person in reviewers(message.events)}
    return len(message.turn.text), dict(said)


def _marked(message: Reviewed, person: str) -> Iterator[Marked]:
    theirs = [e for e in message.events if e.actor == person and e.stage == "review"]
    verdicts = {(v.start, v.end): v for e in theirs if (v := e.verdict) is not None and v.stage == "review"}
    for entity in message.entities:
        verdict = verdicts.get((entity.start, entity.end))
        if verdict is not None and verdict.kind == "not_personal":
            continue
        if verdict is None and entity.recognizer == PEOPLE and not _has_seen(message.events, person, entity):
            continue
        if verdict is not None and verdict.kind == "wrong_boundary":
            yield Marked(verdict.to_start, verdict.to_end, entity.type)
        else:
            yield Marked(entity.start, entity.end, (verdict.to_type if verdict else "") or entity.type)


def _has_seen(events: Sequence[Event], person: str, entity: RecordedEntity) -> bool:
    """Whether somebody looked at the message when a person had already reported this."""
    reported = [
        e.revision
        for e in events
        if (v := e.verdict) is not None and v.kind == "missed" and (v.start, v.end) == (entity.start, entity.end)
    ]
    done = [e.revision for e in events if e.kind == "submit" and e.actor == person]
    return not reported or max(done) >= min(reported)


def _pair(one: str, other: str, said: Sequence[tuple[AbstractSet[Marked], AbstractSet[Marked]]]) -> Pair:
    total = sum(len(a) + len(b) for a, b in said)
    exact = 2 * sum(len(a & b) for a, b in said) / total if total else None
    met = sum(_meeting(a, b) + _meeting(b, a) for a, b in said)
    return Pair(one, other, len(said), exact, met / total if total else None)


def _meeting(some: AbstractSet[Marked], others: AbstractSet[Marked]) -> int:
    """How many of some share a character with one of the others that is of the same type."""
    return sum(any(a.type == b.type and a.start < b.end and b.start < a.end for b in others) for a in some)


def characters(length: int, said: Mapping[str, AbstractSet[Marked]]) -> Iterator[tuple[list[Hashable], int]]:
    """A message's characters as units, those alike together: what each person calls them, and how many they are."""
    edges = sorted({0, length, *(at for spans in said.values() for span in spans for at in span[:2])})
    for start, end in pairwise(edges):
        yield [_called(spans, start) for spans in said.values()], end - start


def _called(spans: AbstractSet[Marked], at: int) -> str:
    return next((span.type for span in sorted(spans) if span.start <= at < span.end), "")


def alpha(units: Iterable[tuple[Sequence[Hashable], int]]) -> float | None:
    """Krippendorff's alpha of nominal values: for each unit the values that were given to it, by whomever, and how many
    such units there are. Units with one value count for nothing. None where no two values differ anywhere.

    alpha = 1 - (n - 1) * sum of o_ck / sum of n_c n_k, over pairs of different values (the paper, section C).
    """
    paired = [(Counter(values), weight) for values, weight in units if len(values) > 1]
    names = {name: at for at, name in enumerate(dict.fromkeys(name for counts, _ in paired for name in counts))}
    if len(names) < 2:
        return None
    coincidences = np.zeros((len(names), len(names)))
    for counts, weight in paired:
        row = np.zeros(len(names))
        for name, count in counts.items():
            row[names[name]] = count
        coincidences += weight * (np.outer(row, row) - np.diag(row)) / (row.sum() - 1)
    totals = coincidences.sum(axis=0)
    total = totals.sum()
    observed = total - np.trace(coincidences)
    expected = (total**2 - (totals**2).sum()) / (total - 1)
    return float(1 - observed / expected)
