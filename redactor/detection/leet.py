"""Letters for digits that look like them, in numbers: "4lll 1111", "O" for 0, "S" for 5; and digits in the ending of an
address: "gma1l.c0m".

What letters stand for is ours, after the shapes of common type. A number so written is only looked for, never believed:
what it is read as has to pass its own check (see `readings`).
"""

from collections.abc import Iterator
from itertools import dropwhile

import regex

from redactor.detection.lazy import lazy
from redactor.detection.spelled import Edit
from redactor.detection.words import ordinary_words

_AS_DIGITS = str.maketrans("OoQlI|!iZzEASsbGTBgq", "00011111223455667899")
_LETTERS = r"OoQlI|!iZzEASsbGTBgq"
_END = r"(?![\w|])"
_RUN = lazy(
    rf"(?<![\w|!])[+(]{{0,2}}[\d{_LETTERS}]{{1,34}}+{_END}(?:[ ._/()-]{{1,2}}[\d{_LETTERS}]{{1,34}}+{_END}){{0,20}}+"
)
_MIXED = lazy(rf"\d[ -]?[{_LETTERS}]|[{_LETTERS}][ -]?\d")
_GROUP = lazy(rf"[\d{_LETTERS}]++")
_SHORTEST, _LONGEST = 7, 34
"""Digits of the shortest telephone number; characters of the longest IBAN."""
_LEAST_DIGITS = 3

_ENDING = lazy(r"(?i)(?<=[.\])}>]|\bd[o0]t ?)[ ]?(?P<v>c0m|n3t|0rg|1nfo|c0|i0|d3v|0nline|[a-z]{2}\.c0)(?!\w)")
_AS_LETTERS = str.maketrans("013", "oie")


def as_digits(text: str) -> list[Edit]:
    """The replacements that write such numbers with digits."""
    return list(_numbers(text)) if _MIXED.search(text) else []


def _numbers(text: str) -> Iterator[Edit]:
    for run in _RUN.finditer(text):
        groups = _trimmed(list(_GROUP.finditer(text, *run.span())))
        said = "".join(group[0] for group in groups)
        digits = sum(map(str.isdigit, said))
        if _LEAST_DIGITS <= digits < len(said) and _SHORTEST <= len(said) <= _LONGEST:
            for group in groups:
                yield from _exchanged(group)


def _trimmed(groups: "list[regex.Match[str]]") -> "list[regex.Match[str]]":
    """Without the words at its ends: "it is 4lll ...", "... so"."""
    first = list(dropwhile(_is_word, groups))
    return list(dropwhile(_is_word, first[::-1]))[::-1]


def _is_word(group: "regex.Match[str]") -> bool:
    return group[0].isalpha() and (len(group[0]) < 3 or group[0].lower() in ordinary_words())


def _exchanged(group: "regex.Match[str]") -> Iterator[Edit]:
    for at, character in enumerate(group[0], group.start()):
        digit = character.translate(_AS_DIGITS)
        if digit != character:
            yield Edit(at, at + 1, digit)


def as_letters(text: str) -> list[Edit]:
    """The replacements that give an address the ending it stands for: "gma1l.c0m"."""
    lower = text.lower()
    if "@" not in text and "at" not in lower:
        return []
    return [Edit(*found.span("v"), found["v"].translate(_AS_LETTERS)) for found in _ENDING.finditer(text)]
