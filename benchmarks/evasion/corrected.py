"""A value that is corrected afterwards, in the same message or the next: the correction's letters and digits have to go
with it."""

import random
import re
from collections.abc import Mapping, Sequence

from benchmarks.evasion import held_out
from benchmarks.evasion.values import LAST, digits
from redactor.detection.words import words

TYPES = words("CREDIT_CARD PHONE_NUMBER US_SSN ACCOUNT_ID PERSON")

_OF_NUMBERS = (
    "no, «1» not «1»", "sorry «4» not «4»", "the last digit is «1» not «1»", "oops, it ends in «2», not «2»",
    "the last four are «4»", "sorry, the last two digits should be «2»", "I meant «3» not «3»", "correction, «4»",
    "the first digit is «1»", "wait, «2» instead of «2»", "«1» not «1»", "my mistake, the third number is «1» not «1»",
)  # fmt: skip
_OF_NAMES = (
    "I mean «n» with a «l»", "it's «n» with an «l» not «l»", "«l» not «l»", "sorry, with two «l»s",
    "with a «l» at the end",
    "the second letter is «l» not «l»", "no, «l» not «l»", "it's without the «l»",
)  # fmt: skip
_MARKED = re.compile("«(.+?)»")


def correction(kind: str, dice: random.Random, is_held_out: bool = False) -> tuple[str, tuple[tuple[int, int], ...]]:
    """What is said, and where in it the pieces stand."""
    of_names, of_numbers = (held_out.OF_NAMES, held_out.OF_NUMBERS) if is_held_out else (_OF_NAMES, _OF_NUMBERS)
    template = dice.choice(of_names if kind == "PERSON" else of_numbers)
    text, spans, at = "", [], 0
    for mark in _MARKED.finditer(template):
        text += template[at : mark.start()]
        piece = _piece(mark[1], dice)
        spans.append((len(text), len(text) + len(piece)))
        text, at = text + piece, mark.end()
    return text + template[at:], tuple(spans)


def _piece(mark: str, dice: random.Random) -> str:
    if mark == "n":
        return dice.choice(LAST)
    return dice.choice("bcdfghklmnprstvwyz") if mark == "l" else digits(dice, int(mark))


HARMLESS: Sequence[Sequence[str]] = (
    ("I ordered 3 shirts", "no, 2 not 3"), ("size 10 please", "sorry, 12 not 10"), ("I want the red one",
    "blue not red"),
    ("it was on the 3rd", "I mean the 4th"), ("coffee please", "with a shot of milk"), ("room for two",
    "no, with a cot"),
    ("the code on the box starts with A", "b not a"), ("is it 5 or 6 days", "the last one was 7"),
    ("I paid 20", "no, 25"),
    ("plan a is fine", "c not a"), ("it is without a doubt too late", "with a smile"), ("table for 4", "5 not 4"),
)  # fmt: skip
"""Corrections of what is no value."""
WITH: Mapping[bool, str] = {True: "corrected in the next message", False: "corrected in the same message"}
