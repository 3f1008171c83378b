"""Values with something between their characters: "4x1x1x1", "4*1*1*1", "(4)(1)(1)", "4 | 1 | 1", "j*o*h*n".

The characters are put together; what stood between goes with the one after it. A run counts only where the same sign
stands between all of them, blanks and hyphens aside, because people group what they write. Blanks, hyphens and dots
alone are no matter of this module: recognizers read them as they are.
"""

from collections.abc import Iterator
from itertools import pairwise

import regex

from redactor.detection.lazy import lazy
from redactor.detection.spelled import Edit

_SHORTEST = 7
"""Digits of the shortest telephone number."""
_SIGN = r"[^\p{L}\p{N}\s]"
_BETWEEN = rf"(?:[ ]?{_SIGN}{{1,2}}[ ]?{_SIGN}{{0,2}}[ ]?|[ ])"
_DIGITS = lazy(rf"(?<![\p{{L}}\p{{N}}])\d{{1,6}}+(?:{_BETWEEN}\d{{1,6}}+){{2,40}}+(?!\p{{L}})")
_LETTER_BETWEEN = lazy(r"(?<![\p{L}\p{N}])\d{1,6}+(?P<s>[A-Za-z])\d{1,6}+(?:(?P=s)\d{1,6}+){1,40}+(?![\p{L}\p{N}])")
_GROUP = lazy(r"\d++")
_GROUPING = frozenset({" ", "-", ".", "", "(", ")"})
_USUAL = frozenset({*_GROUPING, "/"})

_LETTERS_HINT = lazy(r"[*_~|/+,^•·=:;][ ]?[\p{L}\p{N}][ ]?[*_~|/+,^•·=:;]")
_UNIT = r"[\p{L}\p{N}@._+-]"
_LETTERS = lazy(
    rf"(?<![\p{{L}}\p{{N}}*_~|/+,^•·=:;])[\p{{L}}\p{{N}}](?P<s>[ ]?[*_~"
    rf"|/+,^•·=:;][ ]?){_UNIT}(?:(?P=s){_UNIT}){{1,127}}+"
    r"(?![\p{L}\p{N}])"
)


def digits_together(text: str) -> list[Edit]:
    """The replacements that put the digits of such numbers together."""
    return sorted(edit for run in _runs(text) if not _counts(run) for edit in _closed_up(run, text))


def singly(text: str) -> list[Edit]:
    """The same for numbers of which every digit stands alone, as in "4*1*5", if they do not count up or down."""
    runs = [run for run in _runs(text) if all(len(group[0]) == 1 for group in run)]
    return sorted(edit for run in runs if not _counts(run) for edit in _closed_up(run, text))


def _counts(groups: "list[regex.Match[str]]") -> bool:
    steps = {int(b[0]) - int(a[0]) for a, b in pairwise(groups)}
    return len(steps) == 1


def _runs(text: str) -> "Iterator[list[regex.Match[str]]]":
    for run in _DIGITS.finditer(text):
        groups = list(_GROUP.finditer(text, *run.span()))
        signs = {text[a.end() : b.start()].replace(" ", "") for a, b in pairwise(groups)}
        if len(signs - _GROUPING) == 1 and not signs <= _USUAL and _is_long(groups):
            yield groups
    for run in _LETTER_BETWEEN.finditer(text):
        groups = list(_GROUP.finditer(text, *run.span()))
        if _is_long(groups):
            yield groups


def _is_long(groups: "list[regex.Match[str]]") -> bool:
    return sum(len(group[0]) for group in groups) >= _SHORTEST


def _closed_up(groups: "list[regex.Match[str]]", text: str) -> Iterator[Edit]:
    for before, group in pairwise(groups):
        yield Edit(before.end(), group.start() + 1, text[group.start()])


def letters_together(text: str) -> list[Edit]:
    """The replacements that put words and addresses together that have the same sign after each letter."""
    if not _LETTERS_HINT.search(text):
        return []
    return [edit for run in _LETTERS.finditer(text) for edit in _without_signs(run)]


def _without_signs(run: "regex.Match[str]") -> Iterator[Edit]:
    step = len(run["s"])
    if any(map(str.isalpha, run[0])):
        for at in range(run.start() + 1, run.end() - step, step + 1):
            yield Edit(at, at + step + 1, run.string[at + step])
