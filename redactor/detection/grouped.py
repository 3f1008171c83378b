"""Numbers read aloud in groups: "twenty-three double four", "nineteen eighty five", "four hundred and fifteen".

Digits said one by one are `spelled`'s; here a run holds a number of two digits or more in words. A ten takes the unit
behind it ("twenty three" is 23), "hundred" and "thousand" multiply what stands before them. How a run is meant may be
open ("twenty three" as 20 3); this reading is the one people write down.
"""

from collections.abc import Iterator, Sequence

import regex

from redactor.detection.lazy import lazy
from redactor.detection.spelled import DIGITS, TIMES, Edit

_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
         "ninety": 90}  # fmt: skip
_TEENS = {"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
          "seventeen": 17, "eighteen": 18, "nineteen": 19}  # fmt: skip
_POWERS = {"hundred": 100, "thousand": 1000}
GROUP_WORDS = frozenset((*_TENS, *_TEENS, *_POWERS))
_BLANKS = str.maketrans(',.;:!?/()-"', " " * 11)
_WORD = "|".join((*_TENS, *_TEENS, *_POWERS, *TIMES, *(word for word in DIGITS if word != "o"), r"\d{1,4}"))
_BETWEEN = r"(?:[ \t]{1,3}|[ ]?[-,][ ]{0,2}|[ ]and[ ])"
_RUN = lazy(rf"(?i)(?<![\p{{L}}\p{{N}}.$€£])(?:plus[ ])?(?:{_WORD})\b(?:{_BETWEEN}(?:{_WORD})\b){{1,63}}+")
_SHORT_RUN = lazy(rf"(?i)(?<![\p{{L}}\p{{N}}.$€£-])(?:{_WORD})\b(?:{_BETWEEN}(?:{_WORD})\b){{0,63}}+")
_WORDS = lazy(rf"(?i)\b(?:plus|{_WORD})\b")
_SHORTEST = 4
"""Digits of a run that is worth a look: a year is one."""
_HAN = lazy(r"[〇零一二三四五六七八九]{7,40}+")
_HAN_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
"""Digits in Chinese (Unicode's property Numeric_Value)."""


def has_groups(text: str) -> bool:
    """Whether a text may hold such a number."""
    return not GROUP_WORDS.isdisjoint(text.lower().translate(_BLANKS).split())


def in_groups(text: str) -> Iterator[list[Edit]]:
    """The replacements that write such runs in digits, each group in the place of its words: one list for each way to
    read them. "Sixty one hundred" is 6100, or 60 and 100.
    """
    runs = list(_RUN.finditer(text))
    first = [edit for run in runs for edit in _written(run, False)]
    other = [edit for run in runs for edit in _written(run, True)]
    yield from (edits for edits in ([first, other] if other != first else [first]) if edits)


def short_numbers(text: str) -> list[Edit]:
    """The replacements that write numbers of `_SHORTEST` digits at most in digits: years, ages, counts."""
    edits: list[Edit] = []
    for run in _SHORT_RUN.finditer(text):
        new = list(_in_digits(run, alone=False))
        if sum(len(edit.new) for edit in new) <= _SHORTEST and not GROUP_WORDS.isdisjoint(run[0].lower().split()):
            edits += _with_blanks(new, text)
    return edits


def _with_blanks(edits: Sequence[Edit], text: str) -> Iterator[Edit]:
    """The same with what stands between two numbers, but for a year's halves."""
    is_year = [len(edit.new) for edit in edits] == [2, 2]
    for number, edit in enumerate(edits):
        glue = " " if number and not is_year else ""
        yield edit._replace(new=glue + edit.new)


def numerals(text: str) -> list[Edit]:
    """The replacements that write long runs of Chinese numerals in digits."""
    if text.isascii():
        return []
    return [
        Edit(at, at + 1, run[0][at - run.start()].translate(_HAN_DIGITS))
        for run in _HAN.finditer(text)
        for at in range(*run.span())
    ]


def _written(run: "regex.Match[str]", alone: bool) -> Iterator[Edit]:
    said, groups = _read(run, alone)
    spoken = sum(not word[0].isdigit() for word in said)
    if sum(len(value) for _, value in groups) < _SHORTEST or spoken < 2 or spoken < len(said) - spoken:
        return
    yield from _in_digits(run, alone)


def _in_digits(run: "regex.Match[str]", alone: bool) -> Iterator[Edit]:
    said, groups = _read(run, alone)
    at = run.start()
    for last, value in groups:
        yield Edit(at, said[last].end(), value)
        at = said[last].end()


def _read(run: "regex.Match[str]", alone: bool) -> tuple[list["regex.Match[str]"], list[tuple[int, str]]]:
    """The words of a run, and its groups."""
    said = list(_WORDS.finditer(run.string, *run.span()))
    linked = frozenset(i for i, word in enumerate(said) if run.string.endswith(" and ", 0, word.start()))
    return said, list(_groups([word[0].lower() for word in said], linked, alone))


def _groups(said: Sequence[str], linked: frozenset[int], alone: bool) -> Iterator[tuple[int, str]]:
    """For each group the index of its last word, and its digits; `linked` words stand after "and"; `alone`:
    only one digit goes before "hundred"."""
    i = 0
    while i < len(said):
        last, value = _group(said, i, linked, alone)
        yield last, value
        i = last + 1


def _group(said: Sequence[str], i: int, linked: frozenset[int], alone: bool) -> tuple[int, str]:
    word = said[i]
    if word in TIMES:
        digit = DIGITS.get(said[i + 1], "") if i + 1 < len(said) else ""
        return (i + 1, digit * TIMES[word]) if digit else (i, "")
    if word.isdigit():
        return i, word
    if word == "plus":
        return i, "+"
    i, value = _below_hundred(said, i, alone)
    if i + 1 < len(said) and said[i + 1] in _POWERS and word not in _POWERS and not (alone and len(value) > 1):
        i, number = i + 1, int(value) * _POWERS[said[i + 1]]
        if i + 1 < len(said) and (
            said[i + 1] in _TENS or said[i + 1] in _TEENS or (i + 1 in linked and said[i + 1] in DIGITS)
        ):
            i, rest = _below_hundred(said, i + 1, alone)
            number += int(rest)
        return i, str(number)
    return i, value


def _below_hundred(said: Sequence[str], i: int, alone: bool) -> tuple[int, str]:
    word = said[i]
    if word in _TENS:
        unit = DIGITS.get(said[i + 1], "0") if i + 1 < len(said) else "0"
        if alone and i + 2 < len(said) and said[i + 2] in _POWERS:
            unit = "0"
        return (i + 1, str(_TENS[word] + int(unit))) if unit != "0" else (i, str(_TENS[word]))
    if word in _POWERS:
        return i, str(_POWERS[word])
    return i, str(_TEENS[word]) if word in _TEENS else DIGITS[word]
