"""How many of a country's numbers are found: values drawn from each row's own shape, in three contexts.

    python -m benchmarks.national_recall [--count N] [--json]

Values are drawn until the row's check agrees, and written as people write them. Three contexts: the bare answer to a
question that names the number, the number beside its word, and no word at all; with the row's country configured, and
with none. The shares are partly circular: shapes, checks and words are the rows' own. What is measured are gates,
borders and written forms, not whether the words are those people use. Nobody's number is kept anywhere.
"""

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib import import_module
from importlib.resources import files

from redactor.detection.patterns import Pattern, recognizer
from redactor.detection.rows import all_rows, national, table
from redactor.detection.view import view
from redactor.types import Entity, Recognizer

MASKING = 0.5
"""The threshold of the shipped policy."""
ROWS = {row.name: row for row in all_rows() if row.countries}
_NAMES = {row.name for row in national.rows()}
OURS = [row for row in all_rows() if row.name in _NAMES]
DIGITS = {number.name: number.modules.split()[0] for number in national._DIGITS}
SHAPES = {number.name: number for number in (*national._DIGITS, *national._LETTERED)}
EVERY = [*SHAPES]


def _lexicon(name: str) -> dict[str, list[str]]:
    """Topic → its words, of one file of the lexicon."""
    found: dict[str, list[str]] = {}
    lines = files("redactor.detection").joinpath("lexicon", name).read_text("utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            topic, entries = line.split(maxsplit=1)
            found.setdefault(topic, []).extend(entries.split("/"))
    return found


LEXICON = _lexicon("national.txt")


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
    check, found = ROWS[name].check, list[str]()
    while len(found) < count:
        text = Shape(SHAPES[name].shape, draw).text()
        if check is None or check(text):
            found.append(written(name, text, draw))
    return tuple(found)


def written(name: str, text: str, draw: random.Random) -> str:
    module = DIGITS.get(name)
    if module is not None:
        return draw.choice([text, punctuated(module, text), grouped(text, draw.choice(" -"))])
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


# --- asking for them ---------------------------------------------------------------------------------------------


EVERYWHERE = {row.name: row for row in table(countries=tuple(sorted({c for row in OURS for c in row.countries})))}
"""Rows as they are where their country is configured."""


@cache
def at_home(country: str) -> Recognizer:
    """The rows in force with one country configured, or none; without building the whole table for each."""
    home = [row for row in EVERYWHERE.values() if country in row.countries]
    names = {row.name for row in home}
    return recognizer([*home, *(row for row in table() if row.name not in names)])


def hits(text: str, asked: str = "", country: str = "") -> list[Entity]:
    """What would be masked, in the text's own offsets."""
    seen = view(text)
    found = [hit for hit in at_home(country)(seen.text, [asked] if asked else []) if hit.score >= MASKING]
    spans = [seen.span(hit.start, hit.end) for hit in found]
    return [replace(hit, start=start, end=end) for hit, (start, end) in zip(found, spans, strict=True)]


def masked(value: str, text: str, asked: str, country: str) -> bool:
    """Whether every letter and digit of the value lies in some hit."""
    found, start = hits(text, asked, country), text.index(value)
    return all(
        any(hit.start <= at < hit.end for hit in found) for at in range(start, start + len(value)) if text[at].isalnum()
    )


def named(value: str, text: str, asked: str, row: Pattern, country: str) -> bool:
    """Whether one hit of the row's kind covers the value."""
    kinds, start = {row.type, "NATIONAL_ID"}, text.index(value)
    return any(
        hit.start <= start and start + len(value) <= hit.end and hit.type in kinds for hit in hits(text, asked, country)
    )


def found_at_home(value: str, country: str) -> bool:
    """Whether the country's own rows see it without a word; among all, a better reading may take it from them."""
    text = view(f"it is {value}, thanks").text
    found = [hit for hit in own_rows(country)(text, []) if hit.score >= MASKING]
    return any(hit.start <= 6 and hit.end >= 6 + len(value) for hit in found)


@cache
def own_rows(country: str) -> Recognizer:
    return recognizer([row for row in EVERYWHERE.values() if country in row.countries])


def words_of(row: Pattern) -> list[str]:
    """The words of a row's topics that name its country or its number."""
    own = sorted(row.context - {national.ANY_ID})
    return [entry for topic in own for entry in LEXICON.get(topic, [])]


@dataclass(frozen=True, slots=True)
class Recall:
    """Shares of a row's values, 0..1."""

    asked: float
    """Found for what they are, as bare answers."""
    said: float
    """The same beside one of the row's words."""
    alone: float
    """Masked whole without any word, and seen by the country's rows."""


def recall(name: str, count: int, country: str) -> Recall:
    row, draw = ROWS[name], random.Random(name)
    asked = said = alone = 0
    for value in values(name, count):
        word = draw.choice(words_of(row))
        beside = draw.choice(["my # is @, thanks", "#: @", "@ is my #"]).replace("#", word).replace("@", value)
        asked += named(value, value, f"What is your {word}?", row, country)
        said += named(value, beside, "", row, country)
        alone += masked(value, f"it is {value}, thanks", "", country) and found_at_home(value, country)
    return Recall(asked / count, said / count, alone / count)


def measure(count: int) -> Iterator[tuple[str, Recall, Recall]]:
    """Per row: its recall with its (first) country configured, and with none."""
    for name in EVERY:
        yield name, recall(name, count, min(ROWS[name].countries)), recall(name, count, "")


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100, help="values per row")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found = {name: {"home": asdict(home), "away": asdict(away)} for name, home, away in measure(chosen.count)}
    if chosen.json:
        print(json.dumps({"count": chosen.count, "rows": found}, indent=1))
        return
    for name, each in found.items():
        shares = "  ".join(
            f"{each[where][kind]:6.1%}" for where in ("home", "away") for kind in ("asked", "said", "alone")
        )
        print(f"{name:32} {shares}")


if __name__ == "__main__":
    main()
