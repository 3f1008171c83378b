"""National identifiers: found as written, told apart from nothing they are not, and complete against python-stdnum.

Values are drawn from each row's own shape until its check agrees; nobody's number is kept anywhere.
"""

import pkgutil
import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.resources import files

import pytest
import stdnum

from redactor.detection.patterns import Pattern, patterns
from redactor.detection.rows import all_rows, identity, national, table
from redactor.detection.view import view
from redactor.types import Entity

MASKING = 0.5
"""The threshold of the shipped policy."""
SHAPES = {number.name: number for number in (*national._DIGITS, *national._LETTERED)}
ROWS = {row.name: row for row in national.rows()}
AT_HOME_ELSEWHERE = {number.name: number for number in identity._NUMBERS}


# --- drawing values ----------------------------------------------------------------------------------------------


class Shape:
    """Draws texts that an expression of literals, classes, groups, choices and counts matches."""

    def __init__(self, expression: str, draw: random.Random) -> None:
        self._left, self._draw = list(expression), draw
        self._groups: list[str] = []

    def text(self) -> str:
        """One text."""
        return self._choice()

    def _choice(self) -> str:
        options = [self._sequence()]
        while self._left[:1] == ["|"]:
            self._left.pop(0)
            options.append(self._sequence())
        return self._draw.choice(options)

    def _sequence(self) -> str:
        parts = []
        while self._left and self._left[0] not in "|)":
            start = list(self._left)
            part = self._atom()
            least, most = self._count()
            parts.append(part if most else "")
            for _ in range(self._draw.randint(least, most) - 1):
                after, self._left = self._left, list(start)
                parts.append(self._atom())
                self._left = after
            if least == 0 and self._draw.random() < 0.5:
                parts = parts[:-1] if most == 1 else parts
        return "".join(parts)

    def _count(self) -> tuple[int, int]:
        if self._left[:1] == ["?"]:
            self._left.pop(0)
            return 0, 1
        if self._left[:1] != ["{"]:
            return 1, 1
        end = self._left.index("}")
        least, _, most = "".join(self._left[1:end]).partition(",")
        self._left = self._left[end + 1 :]
        return int(least), int(most or least)

    def _atom(self) -> str:
        first = self._left.pop(0)
        if first == "\\":
            kind = self._left.pop(0)
            return self._groups[0] if kind == "1" else self._draw.choice("0123456789") if kind == "d" else kind
        if first == "[":
            return self._draw.choice(self._class())
        if first == "(":
            return self._group()
        return first

    def _class(self) -> str:
        end = self._left.index("]")
        inside = "".join(self._left[:end]).replace("\\d", "0-9")
        self._left = self._left[end + 1 :]
        characters, at = "", 0
        while at < len(inside):
            if inside[at + 1 : at + 2] == "-" and at + 2 < len(inside):
                characters += "".join(map(chr, range(ord(inside[at]), ord(inside[at + 2]) + 1)))
                at += 3
            else:
                characters += inside[at]
                at += 1
        return characters

    def _group(self) -> str:
        named = self._left[0] != "?"
        if not named:
            self._left = self._left[self._left.index(":") + 1 :]
        text = self._choice()
        self._left.pop(0)  # the closing parenthesis
        if named:
            self._groups.append(text)
        return text


@cache
def values(name: str, count: int) -> tuple[str, ...]:
    """Valid numbers of a row as people write them: plain, in the module's own form, in groups, in small letters."""
    draw = random.Random(f"{name} {count}")
    number = SHAPES.get(name)
    shape = number.shape if number else AT_HOME_ELSEWHERE[name].shape
    check = ROWS[name].check if number else AT_HOME_ELSEWHERE[name].check
    found = []
    while len(found) < count:
        text = Shape(shape, draw).text()
        if check is None or check(text):
            found.append(written(text, number, draw))
    return tuple(found)


def written(text: str, number: "national._Number | None", draw: random.Random) -> str:
    if number in national._DIGITS and number is not None:
        ways = [text, punctuated(number.modules.split()[0], text), grouped(text, draw.choice(" .-"))]
        if number.strength is not national._NONE:
            ways.append(number.name[:2].upper() + draw.choice(("", " ")) + text)
        return draw.choice(ways)
    return text.lower() if draw.random() < 0.2 else text


def punctuated(module: str, text: str) -> str:
    form = getattr(import_module(f"stdnum.{module}"), "format", str)
    try:
        made = str(form(text))
    except (ValueError, IndexError, TypeError):
        return text
    return made if "".join(filter(str.isalnum, made)) == text else text


def grouped(text: str, sign: str) -> str:
    return sign.join(text[at : at + 3] for at in range(0, len(text), 3)) if len(text) % 3 != 1 else text
