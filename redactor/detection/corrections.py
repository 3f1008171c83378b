"""What somebody corrects in a value just given: "sorry, 8 not 3", "the last digit is 7", "smith with a y".

Such a piece is nothing by itself and gives the value away beside it, so it is masked as a value of the same type. It
counts only where a value was the last thing of its kind that was said, in the message or in the turn before: "10 not
12" after another number, or after a question for something else, is about that. A turn before is read as redacted, so
that its placeholders say what stood there.
"""

from collections.abc import Iterator, Sequence

import regex

from redactor.detection.lazy import lazy
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
_SHORT = 48
"""A message this short may be a correction and nothing else."""

_HINT = lazy(r"(?i)\b(?:not|instead|digits?|letters?|numbers?|with(?:out)?|no|last|first|ends|mean|meant|sorry|correction)\b")
_DIGITS = r"(?:\d(?:[ -]?\d){0,18}|zero|one|two|three|four|five|six|seven|eight|nine)"
_PIECE = rf"(?:{_DIGITS}|\p{{L}}(?:-\p{{L}}|[ ]\p{{L}}(?!\p{{L}})){{0,5}})(?![\p{{L}}\p{{N}}])"
_NOT = rf"[ ]?,?[ ](?:and[ ])?(?:not|instead[ ]of|rather[ ]than)[ ](?:an?[ ]|the[ ])?(?P<v>{_PIECE})"
_CUE = (
    r"(?:no|nope|sorry|oops|ops|wait|actually|correction|i[ ](?:mean|meant)|my[ ](?:bad|mistake)|typo|scratch[ ]that|make[ ]that"
    r"|(?:it|that)[ ]?(?:['’]?s|[ ]is|[ ]should[ ]be|[ ]was)|should[ ](?:be|have[ ]been)|rather)"
)
_ENDS = r"(?=[ ]?(?:[.!?,;)]|$|\n|(?:at|in)[ ]the|sorry|please|thanks|my[ ]))"
_PLACE = (
    r"(?:(?:last|first|final)[ ](?:two|three|four|five|six|[2-6])(?:[ ](?:digits?|numbers?|letters?|ones))?|"
    r"(?:last|first|second|third|fourth|fifth|sixth|seventh|final|middle|other|\d(?:st|nd|rd|th))(?:[ ](?:to[ ]last|two|three|four"
    r"|2|3|4))?[ ](?:digits?|numbers?|letters?|characters?|one|part|group|four|three|two))"
)
_RULES = (
    lazy(rf"(?i)\b(?:{_CUE}[ ,.:;!-]{{1,3}}){{1,4}}(?:an?[ ]|the[ ])?(?P<v>{_PIECE}){_NOT}{_ENDS}"),
    lazy(
        rf"(?i)\b{_PLACE}[ ](?:is|are|was|were|should[ ](?:be|have[ ]been))[ ](?:actually[ ]|really[ ])?(?:an?[ ])?(?P<v>{_PIECE})"
        rf"(?:{_NOT})?{_ENDS}"
    ),
    lazy(rf"(?i)\b(?:ends?|ending|starts?|begins?)[ ](?:in|with)[ ](?:an?[ ])?(?P<v>{_PIECE}){_NOT}{_ENDS}"),
    lazy(rf"(?i)\b(?:digits?|numbers?|letters?)[ ](?:is|are|should[ ]be|was)[ ](?:an?[ ])?(?P<v>{_PIECE}){_NOT}{_ENDS}"),
)
_SORRY = lazy(
    rf"(?i)^\W{{0,3}}(?:(?:sorry|oops|correction|i[ ](?:mean|meant)|typo|wait|no|actually)[ ,.:;!-]{{1,3}}){{1,3}}(?P<v>{_DIGITS})[ .!]{{0,3}}$"
)
"""A correction that says nothing but the right digits."""
_BARE = lazy(rf"(?i)^\W{{0,3}}(?:an?[ ])?(?P<v>{_PIECE}){_NOT}[ .!]{{0,3}}$")
_BESIDE = lazy(rf"(?i)[.,;!?]?[ ](?P<v>{_PIECE}){_NOT}{_ENDS}")
"""Right behind the value."""
_SPELT = lazy(
    r"(?i)(?:\b(?:i[ ](?:mean|meant)|it['’]?s|that['’]?s|sorry|no)[ ,]{1,2}(?P<v>\p{L}[\p{L}'’-]{1,24})[ ,]{1,2})?"
    r"\b(?:(?:with(?:out)?|has|there['’]?s)[ ](?:just[ ]|only[ ])?(?:an?|the|one|two|double|no)|no)[ ](?P<v>\p{L})(?:['’]?s)?"
    r"(?:[ ]?,?[ ](?:not|instead[ ]of)[ ](?:with[ ])?(?:an?[ ])?(?P<v>\p{L}))?(?![\p{L}\p{N}'’])" + _ENDS
)
_PLACEHOLDER = lazy(r"\[(?P<t>[A-Z][A-Z_]{1,40})_\d{1,9}\]")
_SAYS_WRONG = lazy(r"(?i)\b(?:digits?|numbers?|letters?|sorry|oops|typo|correction|mean|meant|mistake|ends|instead)\b")


def corrections(text: str, found: Sequence[Entity], context: Sequence[str]) -> list[Entity]:
    """What corrects one of the values `found` in the text (the view's), or one of the turn before; of its type."""
    if not _HINT.search(text):
        return []
    before = _in_turns(text, context)
    asked = ((match, types) for rule, types in _asked(text) for match in rule.finditer(text))
    hits = {hit for match, types in asked for hit in _hits(match, found, types, before)}
    beside = (match for match in _BESIDE.finditer(text) if any(0 <= match.start() - e.end <= 1 or e.end > match.start() >= e.start for e in found))
    return sorted(hits.union(hit for match in beside for hit in _hits(match, found, _BOTH, None)))


def _asked(text: str) -> Iterator[tuple["regex.Pattern[str]", frozenset[str]]]:
    yield from ((rule, _BOTH) for rule in _RULES)
    if len(text) <= _SHORT:
        yield _SORRY, _NUMBERS
        yield _BARE, _BOTH
    yield _SPELT, _LETTERS


def _hits(
    match: "regex.Match[str]", found: Sequence[Entity], types: frozenset[str], before: str | None
) -> Iterator[Entity]:
    of = _value_before(match, found) or before
    if of is None or of not in types:
        return
    for start, end in match.spans("v"):
        if _fits(match.string[start:end], of) and not any(e.start < end and start < e.end for e in found):
            yield Entity(start, end, of, _SCORE, "pattern:correction")


def _fits(piece: str, of: str) -> bool:
    """Digits correct a number, letters a name; an address or a code has both."""
    return of in (_NUMBERS if any(map(str.isdigit, piece)) else _BOTH) or of in ("EMAIL_ADDRESS", "USERNAME")


def _value_before(match: "regex.Match[str]", found: Sequence[Entity]) -> str | None:
    """The type of the value that the correction follows in its message, with no other number between."""
    reached = [entity for entity in found if entity.end <= match.end() and entity.start <= match.start()]
    if not reached:
        return None
    last = max(reached, key=lambda entity: (entity.end, entity.score))
    between = match.string[last.end : match.start()]
    return last.type if len(between) <= _REACH and not any(map(str.isdigit, between)) else None


def _in_turns(text: str, context: Sequence[str]) -> str | None:
    """The type of the last value of the turn before this message, or of the one before that where the last says nothing."""
    for turn in reversed(context[-2:]):
        tail = turn[-400:]
        tokens = list(_PLACEHOLDER.finditer(tail))
        if tokens:
            rest = tail[tokens[-1].end() :]
            return None if any(map(str.isdigit, rest)) else tokens[-1]["t"]
        if any(map(str.isdigit, tail)) or ("?" in tail and not _SAYS_WRONG.search(text)):
            return None
    return None
