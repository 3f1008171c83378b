"""What somebody corrects in a value just given: "sorry, 8 not 3", "the last digit is 7", "smith with a y".

Such a piece is nothing by itself and gives the value away beside it, so it is masked as a value of the same type. It
counts only where a value was the last thing of its kind that was said, in the message or in the turn before: "10 not
12" after another number, or after a question for something else, is about that. A turn before is read as redacted, so
that its placeholders say what stood there.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import regex

from redactor.detection.lazy import lazy
from redactor.detection.words import words
from redactor.types import Entity

_SCORE = 0.85
_NUMBERS = frozenset(
    {"CREDIT_CARD", "IBAN_CODE", "PHONE_NUMBER", "US_SSN", "NATIONAL_ID", "PASSPORT", "BANK_ACCOUNT", "ACCOUNT_ID",
     "DRIVER_LICENSE", "MEDICAL_ID", "VEHICLE_ID", "POSTAL_CODE", "DATE_OF_BIRTH", "STREET_ADDRESS"}
)  # fmt: skip
_LETTERS = frozenset({"PERSON", "EMAIL_ADDRESS", "USERNAME", "STREET_ADDRESS"})
_BOTH = _NUMBERS | _LETTERS
_REACH = 60
"""Characters between a value and its correction."""
_NEXT = 1
"""The same for a correction that nothing else announces."""
_OPEN = 8
"""Votes looked at around a place; more on one value are unusual."""
_SHORT = 48
"""A message this short may be a correction and nothing else."""

_HINTS = words(
    "not instead rather digit digits letter letters number numbers with without no nope last first ends ending starts "
    "begins mean meant sorry oops correction wait actually typo"
)
_SIGNS = str.maketrans(",.;:!?", "      ")
_DIGITS = r"(?:\d(?:[ -]?\d){0,18}|zero|one|two|three|four|five|six|seven|eight|nine)"
_PIECE = rf"(?:{_DIGITS}|\p{{L}}(?:-\p{{L}}|[ ]\p{{L}}(?!\p{{L}})){{0,5}})(?![\p{{L}}\p{{N}}])"
_NOT = rf"[ ]?,?[ ](?:and[ ])?(?:not|instead[ ]of|rather[ ]than)[ ](?:an?[ ]|the[ ])?(?P<v>{_PIECE})"
_CUE = (
    r"(?:no|nope|sorry|oops|ops|wait|actually|correction|i[ ](?:mean|meant)|my[ ](?:bad|mistake)|typo"
    r"|scratch[ ]that|make[ ]that"
    r"|(?:it|that)[ ]?(?:['’]?s|[ ]is|[ ]should[ ]be|[ ]was)|should[ ](?:be|have[ ]been)|rather)"
)
_ENDS = r"(?=[ ]?(?:[.!?,;)]|$|\n|(?:at|in)[ ]the|sorry|please|thanks|my[ ]))"
_PLACE = (
    r"(?:(?:last|first|final)[ ](?:two|three|four|five|six|[2-6])(?:[ ](?:digits?|numbers?|letters?|ones))?|"
    r"(?:last|first|second|third|fourth|fifth|sixth|seventh|final|middle|other|\d(?:st|nd|rd"
    r"|th))(?:[ ](?:to[ ]last|two|three|four"
    r"|2|3|4))?[ ](?:digits?|numbers?|letters?|characters?|one|part|group|four|three|two))"
)
_RULES = (
    lazy(rf"(?i)\b(?:{_CUE}[ ,.:;!-]{{1,3}}){{1,4}}(?:an?[ ]|the[ ])?(?P<v>{_PIECE}){_NOT}{_ENDS}"),
    lazy(
        rf"(?i)\b{_PLACE}[ ](?:is|are|was|were|should[ ](?:be|have[ ]been))[ ](?:actually[ ]"
        rf"|really[ ])?(?:an?[ ])?(?P<v>{_PIECE})"
        rf"(?:{_NOT})?{_ENDS}"
    ),
    lazy(rf"(?i)\b(?:ends?|ending|starts?|begins?)[ ](?:in|with)[ ](?:an?[ ])?(?P<v>{_PIECE}){_NOT}{_ENDS}"),
    lazy(
        rf"(?i)\b(?:digits?|numbers?|letters?)[ ](?:is|are|should[ ]be|was)[ ](?:an?[ ])?(?P<v>{_PIECE}){_NOT}{_ENDS}"
    ),
)
_SORRY = lazy(
    rf"(?i)^\W{{0,3}}(?:(?:sorry|oops|correction|i[ ](?:mean|meant)|typo|wait|no"
    rf"|actually)[ ,.:;!-]{{1,3}}){{1,3}}(?P<v>{_DIGITS})[ .!]{{0,3}}$"
)
"""A correction that says nothing but the right digits."""
_BARE = lazy(rf"(?i)^\W{{0,3}}(?:an?[ ])?(?P<v>{_PIECE}){_NOT}[ .!]{{0,3}}$")
_BESIDE = lazy(rf"(?i)[.,;!?]?[ ](?P<v>{_PIECE}){_NOT}{_ENDS}")
"""Right behind the value."""
_OTHER_THAN = lazy(r"(?i) (?:not|of|than) ")
_SPELT = lazy(
    r"(?i)(?:\b(?:i[ ](?:mean|meant)|it['’]?s|that['’]?s|sorry|no)[ ,]{1,2}(?P<v>\p{L}[\p{L}'’-]{1,24})[ ,]{1,2})?"
    r"\b(?:(?:with(?:out)?|has|there['’]?s)[ ](?:just[ ]|only[ ])?(?:an?|the|one|two|double|no)"
    r"|no)[ ](?P<v>\p{L})(?:['’]?s)?"
    r"(?:[ ]?,?[ ](?:not|instead[ ]of)[ ](?:with[ ])?(?:an?[ ])?(?P<v>\p{L}))?(?![\p{L}\p{N}'’])" + _ENDS
)
_PLACEHOLDER = lazy(r"\[(?P<t>[A-Z][A-Z_]{1,40})_\d{1,9}\]")
_SAYS_WRONG = lazy(r"(?i)\b(?:digits?|numbers?|letters?|sorry|oops|typo|correction|mean|meant|mistake|ends|instead)\b")


def corrections(text: str, found: Sequence[Entity], context: Sequence[str]) -> list[Entity]:
    """What corrects one of the values `found` in the text (the view's), or one of the turn before; of its type."""
    if _HINTS.isdisjoint(text.lower().translate(_SIGNS).split()):
        return []
    before = _in_turns(text, context)
    if before is None and not found:
        return []
    values = sorted(found, key=lambda entity: (entity.end, entity.score))
    hits = {
        hit
        for match, types, beside in _asked(text)
        for hit in _hits(match, values, types, None if beside else before, beside)
    }
    return sorted(hit for hit in hits if not _is_found(hit, values))


def _is_found(hit: Entity, values: Sequence[Entity]) -> bool:
    first = bisect_right(values, hit.start, key=lambda entity: entity.end)
    return any(hit.overlaps(value) for value in values[first : first + _OPEN])


def _asked(text: str) -> Iterator[tuple["regex.Match[str]", frozenset[str], bool]]:
    """What reads like a correction, the types it can correct, and whether it has to stand right beside the value."""
    for rule in _RULES:
        yield from ((match, _BOTH, False) for match in rule.finditer(text))
    if len(text) <= _SHORT:
        yield from ((match, _NUMBERS, False) for match in _SORRY.finditer(text))
        yield from ((match, _BOTH, False) for match in _BARE.finditer(text))
    yield from ((match, _LETTERS, False) for match in _SPELT.finditer(text))
    if _OTHER_THAN.search(text):
        yield from ((match, _BOTH, True) for match in _BESIDE.finditer(text))


def _hits(
    match: "regex.Match[str]", values: Sequence[Entity], types: frozenset[str], before: str | None, beside: bool
) -> Iterator[Entity]:
    of = _value_before(match, values, _NEXT if beside else _REACH) or before
    if of is not None and of in types:
        for start, end in match.spans("v"):
            if _fits(match.string[start:end], of):
                yield Entity(start, end, of, _SCORE, "pattern:correction")


def _fits(piece: str, of: str) -> bool:
    """Digits correct a number, letters a name; an address or a code has both."""
    return of in (_NUMBERS if any(map(str.isdigit, piece)) else _BOTH) or of in ("EMAIL_ADDRESS", "USERNAME")


def _value_before(match: "regex.Match[str]", values: Sequence[Entity], reach: int) -> str | None:
    """The type of the value that the correction follows in its message, with no other number between."""
    reached = bisect_right(values, match.end(), key=lambda entity: entity.end)
    nearest = values[max(0, reached - _OPEN) : reached][::-1]
    last = next((value for value in nearest if value.start <= match.start()), None)
    if last is None:
        return None
    between = match.string[last.end : match.start()]
    return last.type if len(between) <= reach and not any(map(str.isdigit, between)) else None


def _in_turns(text: str, context: Sequence[str]) -> str | None:
    """The type of the last value of the turn before, or of the one before that where the last says nothing."""
    for turn in reversed(context[-2:]):
        tail = turn[-400:]
        tokens = list(_PLACEHOLDER.finditer(tail))
        if tokens:
            rest = tail[tokens[-1].end() :]
            return None if any(map(str.isdigit, rest)) else tokens[-1]["t"]
        if any(map(str.isdigit, tail)) or ("?" in tail and not _SAYS_WRONG.search(text)):
            return None
    return None
