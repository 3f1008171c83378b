"""How much a person's look at a recorded turn would pay: a score from 0 to 1, and why. No value is in either.

What pays is a place where something personal may stand in clear, or where what was hidden may be the wrong thing. The
weights are ours: they put turns in order and claim no probability. Pure: the same turn always gives the same.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from redactor.detection.lazy import lazy

REASONS: Mapping[str, str] = {
    "candidate": "a vote that was not enough",
    "low_score": "hidden on a weak vote",
    "disagreement": "recognizers voted for different types",
    "digits": "a run of digits stands in clear",
    "mixed": "letters and digits in one word stand in clear",
    "at_sign": "something like an address stands in clear",
    "capitalised": "capitalised words inside a sentence stand in clear",
    "placeholder_like": "text from outside that reads like a placeholder",
    "invisible": "invisible characters",
    "look_alike": "letters of two scripts in one word",
}
"""What may be said of a turn → what it means."""

_WEAK = 0.7
"""A score below which an entity counts as hidden on a weak vote."""

_CERTAIN = frozenset({"memory", "review", "placeholders", "split"})
"""Recognizers that do not guess: a low score of theirs says nothing."""

_DIGITS = lazy(r"\d(?:[\s().-]?\d){4,}")
_AMOUNT = lazy(r"\d+[.]\d{1,2}")
"""A price or a reading, which has no more digits than that."""
_MIXED = lazy(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*\p{L})[\p{L}\d]++(?:-[\p{L}\d]++)*+(?![\w-])")
_AT = lazy(r"\S@\S|\bat\s+\w+\s+dot\s+\w+")
_CAPITALISED = lazy(r"(?<=[\p{Ll},;:]\s)\p{Lu}\p{Ll}+")
_INVISIBLE = lazy(r"(?<=[A-Za-z0-9])[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+(?=[A-Za-z0-9])|[\U000E0000-\U000E007F]")
_LOOK_ALIKE = lazy(r"[A-Za-z][\p{Cyrillic}\p{Armenian}]|[\p{Cyrillic}\p{Armenian}][A-Za-z]")


@dataclass(frozen=True, slots=True)
class Risk:
    """A turn's risk and the names of its reasons, the weightiest first."""

    score: float
    reasons: tuple[str, ...] = ()


def risk_of(text: str, entities: str, candidates: str) -> Risk:
    """The risk of a turn as it is stored: redacted text, and JSON of entities and candidates."""
    found: Sequence[Mapping[str, Any]] = json.loads(entities)
    votes: Sequence[Mapping[str, Any]] = json.loads(candidates)
    weights: dict[str, float] = {}
    for reason, weight in (*_of_votes(found, votes), *_of_text(_in_clear(text, found))):
        weights[reason] = max(weight, weights.get(reason, 0.0))
    clean = 1.0
    for weight in weights.values():
        clean *= 1.0 - weight
    return Risk(round(1.0 - clean, 4), tuple(sorted(weights, key=lambda reason: -weights[reason])))


def _of_votes(found: Sequence[Mapping[str, Any]], votes: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, float]]:
    for entity in found:
        score, by = float(entity["score"]), str(entity["recognizer"]).partition(":")[0]
        if score < _WEAK and by not in _CERTAIN:
            yield "low_score", min(0.6, 1.0 - score)
        if entity["type"] == "LITERAL":
            yield "placeholder_like", 0.3
    for vote, over in _over(found, votes):
        if not over:
            yield "candidate", 0.9 * float(vote["score"])
        elif any(e["type"] != vote["type"] for e in over):
            yield "disagreement", 0.4 * float(vote["score"])


def _over(
    found: Sequence[Mapping[str, Any]], votes: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]:
    """Each vote with the entities it lies on; a message may have thousands of both."""
    ordered = sorted(found, key=lambda each: int(each["start"]))
    starts = [int(each["start"]) for each in ordered]
    ends = list(accumulate((int(each["end"]) for each in ordered), max))
    for vote in votes:
        near = ordered[bisect_right(ends, vote["start"]) : bisect_left(starts, vote["end"])]
        yield vote, [each for each in near if vote["start"] < each["end"]]


def _of_text(text: str) -> Iterator[tuple[str, float]]:
    """`text`: what stands in clear."""
    for run in _DIGITS.finditer(text):
        if _AMOUNT.fullmatch(run[0]):
            continue
        count = sum(map(str.isdigit, run[0]))
        yield "digits", min(0.8, 0.1 * count)
    if _MIXED.search(text):
        yield "mixed", 0.25
    if _AT.search(text):
        yield "at_sign", 0.5
    names = len(_CAPITALISED.findall(text))
    if names:
        yield "capitalised", min(0.5, 0.2 + 0.1 * (names - 1))
    if not text.isascii():
        if _INVISIBLE.search(text):
            yield "invisible", 0.5
        if _LOOK_ALIKE.search(text):
            yield "look_alike", 0.5


def _in_clear(text: str, found: Sequence[Mapping[str, Any]]) -> str:
    """The text with a mark in the place of everything hidden."""
    pieces: list[str] = []
    reached = 0
    for entity in sorted(found, key=lambda each: int(each["start"])):
        if entity["operator"] == "keep":
            continue
        pieces += (text[reached : entity["start"]], " \N{BLACK SQUARE} ")
        reached = max(reached, entity["end"])
    return "".join([*pieces, text[reached:]])
