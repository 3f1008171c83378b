"""Letters said by name: "J as in John", "S for Sierra", "juliet oscar hotel november", "double t", "capital J".

Source of the code words: the spelling alphabet of ICAO Annex 10, volume II, 5.2.1.3, with the spellings people use.
A run is read as letters where two are said with a word for them, or three are code words: "the hotel in Oscar's street"
and "b for two" stay.
"""

from collections.abc import Iterator

import regex

from redactor.detection.lazy import lazy
from redactor.detection.spelled import DIGITS, TIMES, Edit
from redactor.detection.words import words

CODE_WORDS = words(
    "alfa alpha bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa "
    "quebec romeo sierra tango uniform victor whiskey whisky xray x-ray yankee zulu"
)
CASE_WORDS = words("double dbl triple treble capital upper uppercase lower lowercase big small")
"""What is said before a letter."""
_CODE = "|".join(sorted(CODE_WORDS, key=len, reverse=True))
_NUMBER = "zero|nought|naught|one|two|three|four|five|six|seven|eight|nine"
_CASE = r"(?P<k>capital|upper[ -]?case|lower[ -]?case|big|small)[ ]"
_LETTER = r"(?:the[ ])?(?:letter[ ])?"
_AS_IN = r"[ ,]{1,2}(?:(?:as|like)[ ]in|for|as|like|is[ ]for)[ ](?:the[ ])?"
_SAID = rf"(?P<l>\p{{L}}){_AS_IN}(?P<w>(?P=l)[\p{{L}}'’-]{{1,20}}+)"
_TIMED = r"(?:(?P<t>double|dbl|triple|treble)[ -]{1,2})?"
_UNIT = lazy(
    rf"(?i){_LETTER}{_TIMED}(?:{_CASE})?(?:{_SAID}|(?P<c>{_CODE})(?![\p{{L}}\p{{N}}])|(?P<n>{_NUMBER})\b"
    rf"|(?P<d>\d{{1,4}})\b"
    r"|(?P<s>\p{L})(?![\p{L}\p{N}'’]))"
)
_GAP = lazy(r"[ ]?[,.;/-]?(?:[ ]{1,2}|\r?\n)?(?:(?:and|then|and[ ]then)[ ])?")
_AS_IN_HINT = lazy(r"(?i)(?<!\p{L})(?P<l>\p{L})[ ,]{1,2}(?:(?:as|like)[ ]in|for|as|like|is[ ]for)[ ](?:the[ ])?(?P=l)")
_BOUND = lazy(r"[\p{L}\p{N}]")
_BLANKS = str.maketrans(",.;-/", "     ")
_MOST = 64
"""Letters of one run."""


def by_name(text: str) -> list[Edit]:
    """The replacements that write such runs with letters; the case is the first letter's, as if it were a name."""
    if not _may_hold_letters(text.lower()):
        return []
    edits: list[Edit] = []
    reached = -1
    for run in _runs(text):
        goes_on = run[0].start() == reached + 1 and text[reached] == " " and len(run) > 2
        if goes_on or _is_spelled(run):
            edits += _written(run)
            reached = run[-1].end()
    return edits


def _may_hold_letters(lower: str) -> bool:
    if any(word in lower for word in ("double", "triple", "treble", "capital", "upper", "big ", "small ")):
        return True
    if any(word in lower for word in (" as in", " for ", " like ")) and _AS_IN_HINT.search(lower):
        return True
    return not CODE_WORDS.isdisjoint(lower.translate(_BLANKS).split())


def _runs(text: str) -> "Iterator[list[regex.Match[str]]]":
    """Units with nothing but signs between them, as long as they go; where signs stand between letters, a blank alone
    stands between words."""
    at = 0
    while (unit := _UNIT.search(text, at)) is not None:
        at = unit.end()
        if unit.start() and _BOUND.match(text, unit.start() - 1):
            continue
        run, signs = [unit], None
        while len(run) < _MOST and (gap := _GAP.match(text, at)) and (unit := _UNIT.match(text, gap.end())):
            has_sign = not gap[0].isspace()
            if gap.end() == at or (signs and not has_sign and unit["s"]):
                break
            signs = has_sign if signs is None else signs
            run.append(unit)
            at = unit.end()
        yield run


def _is_spelled(run: "list[regex.Match[str]]") -> bool:
    explained = sum(unit["w"] is not None for unit in run)
    codes = sum(unit["c"] is not None for unit in run)
    single = sum(unit["s"] is not None for unit in run)
    told = any((unit["t"] or unit["k"]) and unit["s"] for unit in run)
    if explained >= 2 or codes >= 3 or (explained and len(run) >= 4):
        return True
    return explained + codes + single >= 3 and (explained + codes >= 1 or told)


def _written(run: "list[regex.Match[str]]") -> Iterator[Edit]:
    at = run[0].start()
    is_word = all(_value(unit).isalpha() for unit in run)
    for number, unit in enumerate(run):
        value = _value(unit)
        yield Edit(
            at, unit.end(), value.capitalize() if is_word and not number else value.lower() if is_word else value
        )
        at = unit.end()


def _value(unit: "regex.Match[str]") -> str:
    said = unit["l"] or unit["s"] or unit["d"] or (unit["c"] or "")[:1] or DIGITS[unit["n"].lower()]
    return said.upper() * TIMES.get((unit["t"] or "").lower(), 1)
