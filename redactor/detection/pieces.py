"""Texts and their word pieces: what is fed, in which windows, and where a found value ends in the text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from redactor.types import Entity

LOWER, CAPITALISED, UPPER, OTHER = range(4)

_WORD = re.compile(r"[^\W\d_]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANKS = " \t\r\n\f\v\u00a0\"'`“”‘’"
_TRIMMED = frozenset(_BLANKS + ".,;:!?…´«»()[]{}<>*_|~=&/\\-–—+#@$%^")
_KEPT_IN_FRONT = frozenset("@#+")
_ADDRESS_GAP = re.compile(r"[ ,]{1,3}")
_JOINED_FROM = 0.5
_EXACT = frozenset({"SECRET", "URL", "CRYPTO"})
"""Types whose own characters may be punctuation: "hunter2!", "example.com/"."""


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces `start`..`end` are fed; what the model says of `first`..`last` counts."""

    start: int
    end: int
    first: int
    last: int


def windows(total: int, size: int, stride: int) -> Iterator[Window]:
    """Windows of at most `size` pieces, one each `stride`, over `total`; every piece counts in exactly one of them.

    Where two overlap, each counts for the half nearer to its own middle, where it has seen more on both sides.
    """
    margin = (size - stride) // 2
    for start in range(0, max(1, total - size + stride) if total else 0, stride):
        end = min(start + size, total)
        yield Window(start, end, start + margin if start else 0, end if end == total else start + stride + margin)


def encodable(text: str) -> str:
    """The text with lone surrogates replaced, which no tokenizer takes; offsets stay."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def case_codes(text: str) -> bytes:
    """One code per character: 0 lower, 1 Capitalised, 2 UPPER, 3 anything else (mixed, digits, signs, blanks)."""
    codes = bytearray([OTHER]) * len(text)
    for match in _WORD.finditer(text):
        start, end = match.span()
        codes[start:end] = bytes([_case(match[0])]) * (end - start)
    return bytes(codes)


def _case(word: str) -> int:
    if word.islower():
        return LOWER
    if word[0].isupper() and (len(word) == 1 or word[1:].islower()):
        return CAPITALISED
    return UPPER if word.isupper() else OTHER


def trimmed(text: str, start: int, end: int, entity_type: str) -> tuple[int, int]:
    """The span without blanks and outer punctuation: "(ann)" is "ann", "@ann", "#W12" and "+1 555" stay as they are,
    and so does a bracket with its partner inside, "(555) 010". Passwords and links lose blanks and quotes only."""
    if entity_type in _EXACT:
        return _stripped(text, start, end, frozenset(_BLANKS), frozenset(_BLANKS))
    left, right = _TRIMMED - _KEPT_IN_FRONT, _TRIMMED
    inner = text[start:end].strip(_BLANKS)
    if ")" in inner[1:-1] and inner.startswith("("):
        left = left - {"("}
    if "(" in inner[1:-1] and inner.endswith(")"):
        right = right - {")"}
    return _stripped(text, start, end, left, right)


def _stripped(text: str, start: int, end: int, left: frozenset[str], right: frozenset[str]) -> tuple[int, int]:
    while start < end and text[start] in left:
        start += 1
    while end > start and text[end - 1] in right:
        end -= 1
    return start, end


def joined_addresses(text: str, entities: Sequence[Entity]) -> list[Entity]:
    """The entities, those of one address made one: a street with the city, state and postal code that follow it on
    its line, nothing but blanks and commas between."""
    made: list[Entity] = []
    for entity in entities:
        if made and _goes_on(text, made[-1], entity):
            last = made.pop()
            entity = replace(last, end=entity.end, score=min(last.score, entity.score))
        made.append(entity)
    return made


def _goes_on(text: str, street: Entity, part: Entity) -> bool:
    return (
        street.type == "STREET_ADDRESS"
        and part.type in ("LOCATION", "POSTAL_CODE")
        and min(street.score, part.score) >= _JOINED_FROM
        and _ADDRESS_GAP.fullmatch(text, street.end, part.start) is not None
    )
