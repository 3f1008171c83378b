"""Stand-ins in an LLM's text: where one stands, also respelled, and never inside an ordinary word.

A stand-in is a realistic text the operator `surrogate` wrote in a value's place. Unlike a placeholder it looks like
everything else, so it counts only where it stands by itself: `Ann` in `Annual` is none, in `Ann's`, `ann.lee@` and
`DearAnn` it is.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal, NamedTuple, Self, TypeAlias

Kind = Literal["name", "code", "text"]

_GAP: Final = "\0"
"""Stands in an entry's symbols for what may separate two of them."""
_BLANKS: Final = frozenset(" \t\n\r\u00a0\u2009\u202f")
_NAME_GAPS: Final = _BLANKS | frozenset("._-+\u2010\u2011\u2013")
_CODE_GAPS: Final = _BLANKS | frozenset(".-/():\u2010\u2011\u2013")
_MOST_GAP: Final = 3
"""Characters of one gap; it bounds what a stream holds back."""
_EMPTY: Final = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class StandIn:
    """One spelling of a stand-in: which referent it names, how it is written, what is restored."""

    type: str
    index: int
    kind: Kind
    shown: str
    value: str = field(repr=False)

    def key(self) -> str:
        """Two spellings with the same key cannot be told apart."""
        return "".join(symbol for symbol in _symbols(self) if symbol != _GAP)


_Ready: TypeAlias = tuple[StandIn, tuple[str, ...]]
"""A stand-in and its symbols."""


class Met(NamedTuple):
    """A stand-in that was met, and before which character it ends."""

    end: int
    entry: StandIn


class StandIns:
    """The stand-ins of one conversation, ready to be found. It never changes; `with_more` makes another."""

    __slots__ = ("_begin", "_by_first", "_by_key")

    def __init__(self, entries: Iterable[StandIn] = (), before: "StandIns | None" = None) -> None:
        self._by_key: dict[str, StandIn] = dict(before._by_key) if before else {}
        self._by_first: dict[str, dict[str, _Ready]] = dict(before._by_first) if before else {}
        for entry in entries:
            key, symbols = entry.key(), _symbols(entry)
            if key and _comes_before(entry, self._by_key.get(key)):
                self._by_key[key] = entry
                for first in {_fold(entry.shown[0]), key[0], entry.shown[0]}:
                    self._by_first[first] = {**self._by_first.get(first, {}), key: (entry, symbols)}
        self._begin = _beginning(self._by_first)

    def __len__(self) -> int:
        return len(self._by_key)

    def __repr__(self) -> str:
        return f"StandIns({len(self)} spellings)"

    def with_more(self, entries: Iterable[StandIn]) -> Self:
        """The same with further ones; of two that cannot be told apart the first stays."""
        return type(self)(entries, self)

    def owner(self, entry: StandIn) -> StandIn | None:
        """The stand-in that is written as this one would be."""
        return self._by_key.get(entry.key())

    def begin(self, text: str, at: int) -> int:
        """The next place from `at` on where one may begin, or the text's end."""
        match = self._begin.search(text, at) if self._by_key else None
        return match.start() if match else len(text)

    def occur_in(self, text: str) -> bool:
        """Whether one of them stands anywhere in the text."""
        at = self.begin(text, 0)
        while at < len(text):
            if self.attempt(text, at, final=True):
                return True
            at = self.begin(text, at + 1)
        return False

    def attempt(self, text: str, start: int, final: bool) -> Met | Literal["undecided"] | None:
        """The longest stand-in that begins at `start`. Undecided where what follows the text could make it longer."""
        if not text[start : start + 1]:
            return None
        best: Met | None = None
        for entry, symbols in self._by_first.get(_fold(text[start]), {}).values():
            if not _begins(entry, text, start):
                continue
            end = _read(entry, symbols, text, start, final)
            if end < 0:
                return "undecided"
            if text[start] == "(" and ")" not in text[start:end]:
                continue  # the bracket is the text's own
            if end and (best is None or end > best.end):
                best = Met(end, entry)
        return best


def _comes_before(entry: StandIn, known: StandIn | None) -> bool:
    """Whether it takes the place of one that reads alike: its own referent's, as that is known now, or a name that is
    only known in small letters."""
    if known is None or (known.type, known.index) == (entry.type, entry.index):
        return True
    return known.value.islower() and known.type == entry.type == "PERSON"


def _beginning(by_first: Iterable[str]) -> re.Pattern[str]:
    """Any character one begins with, in either case."""
    firsts = {variant for first in by_first for variant in (first, first.upper(), first.lower()) if len(variant) == 1}
    return re.compile(f"[{re.escape(''.join(sorted(firsts)))}]") if firsts else _EMPTY


def _symbols(entry: StandIn) -> tuple[str, ...]:
    """What has to be read, one after the other: characters without case, and gaps."""
    if entry.kind == "code":
        return tuple(_fold(character) for character in entry.shown if character.isalnum())
    symbols: list[str] = []
    for character in entry.shown:
        symbol = _GAP if character.isspace() else _fold(character)
        if symbol != _GAP or symbols[-1:] != [_GAP]:
            symbols.append(symbol)
    return tuple(symbols)


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    """Without case and accent, which LLMs drop, and still one character, so that offsets stay."""
    return unicodedata.normalize("NFD", character.lower())[0]


def _begins(entry: StandIn, text: str, start: int) -> bool:
    """Whether nothing before it goes on in it."""
    before = text[start - 1 : start] if start else ""
    if entry.kind == "name":
        camel = before.islower() and text[start].isupper()
        return camel or not _is_letter(before)
    if entry.kind == "text" and before in tuple("-+.@") and entry.type in ("EMAIL_ADDRESS", "USERNAME", "IP_ADDRESS"):
        return entry.type == "USERNAME" and before == "@"
    return not _goes_on(before)


def _read(entry: StandIn, symbols: tuple[str, ...], text: str, start: int, final: bool) -> int:
    """Where it ends; 0 where it does not stand here, -1 where that depends on what follows."""
    at, more = start, -1 if not final else 0
    if entry.kind == "code" and not text[at].isalnum():
        at += 1  # the bracket or plus it begins with
    for number, symbol in enumerate(symbols):
        if symbol == _GAP or (entry.kind == "code" and number):
            reached = _skip(_CODE_GAPS if entry.kind == "code" else _gaps(entry), text, at)
            if symbol == _GAP:
                if reached == at and entry.kind != "name":
                    return 0 if at < len(text) else more
                at = reached
                continue
            at = reached
        if at == len(text):
            return more
        if _fold(text[at]) != symbol:
            return 0
        at += 1
    return _ended(entry, text, at, final)


def _gaps(entry: StandIn) -> frozenset[str]:
    return _NAME_GAPS if entry.kind == "name" else _BLANKS


def _skip(gaps: frozenset[str], text: str, at: int) -> int:
    stop = min(len(text), at + _MOST_GAP)
    while at < stop and text[at] in gaps:
        at += 1
    return at


def _ended(entry: StandIn, text: str, at: int, final: bool) -> int:
    """Whether nothing after it goes on in it; as `_read`."""
    after, then = text[at : at + 1], text[at + 1 : at + 2]
    if not after:
        return at if final else -1
    if entry.kind == "name":
        if not _is_letter(after) or (after.isupper() and text[at - 1].islower()):
            return at
        if after not in "sS":
            return 0
        return (0 if _is_letter(then) else at) if then or final else -1
    if _goes_on(after) or (after == "@" and entry.type == "EMAIL_ADDRESS"):
        return 0
    if after in ".,-" and entry.type != "URL":  # a decimal, a longer code, a longer domain
        if not then:
            return at if final else -1
        longer = then.isdigit() if entry.type != "EMAIL_ADDRESS" or after == "," else then.isalnum()
        return 0 if longer else at
    return at


def _is_letter(character: str) -> bool:
    """A letter of the Latin scripts, or a mark on one: in other scripts words are not parted from names."""
    return bool(character) and (
        (character.isalpha() and character < "\u0250") or unicodedata.category(character).startswith("M")
    )


def _goes_on(character: str) -> bool:
    return _is_letter(character) or character.isdigit()


def in_case_and_gaps_of(met: str, entry: StandIn) -> str:
    """What is restored for an entry met as written `met`: a name follows the case and the separators it is met in."""
    if entry.kind != "name":
        return entry.value
    value = entry.value
    if met.islower():
        value = value.lower()
    elif met.isupper() and len(met) > 1:
        value = value.upper()
    gaps = _gaps_in(met, entry)
    words = value.split()
    if len(gaps) + 1 != len(words) or all(gap in _BLANKS for gap in gaps):
        return value
    return words[0] + "".join(gap + word for gap, word in zip(gaps, words[1:], strict=True))


def _gaps_in(met: str, entry: StandIn) -> list[str]:
    """What separates the words of a name that was met."""
    gaps: list[str] = []
    at = 0
    for symbol in _symbols(entry):
        if symbol == _GAP:
            reached = _skip(_NAME_GAPS, met, at)
            gaps.append(met[at:reached])
            at = reached
        else:
            at += 1
    return gaps


NO_STAND_INS: Final = StandIns()
