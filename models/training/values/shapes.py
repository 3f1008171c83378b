"""Random characters, shapes and weighted pools: what all other modules of values are made with."""

import random
import string
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

KINDS = {
    "9": string.digits,
    "A": string.ascii_uppercase,
    "a": string.ascii_lowercase,
    "X": string.ascii_uppercase + string.digits,
    "x": string.ascii_lowercase + string.digits,
    "h": "0123456789abcdef",
    "Z": "123456789",
}
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
UNMARKED = str.maketrans("łŁøØđĐßæÆœŒıəƏþÞðÐħŋ", "lLoOdDsaAoOieEtTdDhn")


@dataclass(frozen=True)
class Pool:
    """Things to draw from, with a weight each."""

    items: tuple[str, ...]
    cumulated: tuple[float, ...]

    @classmethod
    def of(cls, items: Iterable[str]) -> "Pool":
        """All alike."""
        found = tuple(items)
        return cls(found, tuple(accumulate([1.0] * len(found))))

    @classmethod
    def ranked(cls, items: Iterable[str], power: float = 0.6) -> "Pool":
        """The first is the most frequent, like names in a census (a Zipf-like law)."""
        found = tuple(items)
        return cls(found, tuple(accumulate((rank + 3.0) ** -power for rank in range(len(found)))))

    @classmethod
    def weighted(cls, items: dict[str, float], power: float = 1.0) -> "Pool":
        """By the weights given; a power under 1 makes rare things less rare."""
        return cls(tuple(items), tuple(accumulate(w**power for w in items.values())))

    def draw(self, rng: random.Random) -> str:
        return rng.choices(self.items, cum_weights=self.cumulated)[0]


def digits(rng: random.Random, n: int) -> str:
    return "".join(rng.choices(string.digits, k=n))


def letters(rng: random.Random, n: int) -> str:
    return "".join(rng.choices(string.ascii_uppercase, k=n))


def alnum(rng: random.Random, n: int) -> str:
    return "".join(rng.choices(string.ascii_uppercase + string.digits, k=n))


def shape(rng: random.Random, pattern: str) -> str:
    """9 digit, A capital, a small letter, X capital or digit, h hex digit; all else as it stands."""
    return "".join(rng.choice(KINDS[c]) if c in "9AaXh" else c for c in pattern)


def patterned(rng: random.Random, pattern: str) -> str:
    """As `shape`, and Z a digit but 0, x a small letter or digit.

    After a backslash a character, and between apostrophes a text, stands for itself.
    """
    out: list[str] = []
    escaped = quoted = False
    for c in pattern:
        if c == "'" and not escaped:
            quoted = not quoted
            continue
        if c == "\\" and not escaped:
            escaped = True
            continue
        out.append(rng.choice(KINDS[c]) if c in KINDS and not (escaped or quoted) else c)
        escaped = False
    return "".join(out)


def laid_out(number: str, layout: str) -> str:
    """The characters of a number in place of the `#` of a layout: `laid_out("123", "#-##")` is `1-23`."""
    rest = iter(number)
    return "".join(next(rest, "") if c == "#" else c for c in layout) + "".join(rest)


def grouped(number: str, size: int, mark: str) -> str:
    """The number in groups of `size` characters."""
    return mark.join(number[i : i + size] for i in range(0, len(number), size))


def mistyped(rng: random.Random, number: str) -> str:
    """One digit typed wrong."""
    places = [i for i, c in enumerate(number) if c in string.digits]
    if not places:
        return number
    i = rng.choice(places)
    wrong = rng.choice([d for d in string.digits if d != number[i]])
    return number[:i] + wrong + number[i + 1 :]


def plain(text: str) -> str:
    """Without diacritics, as most people type on a telephone."""
    if text.isascii():
        return text
    marked = unicodedata.normalize("NFKD", text.translate(UNMARKED))
    return "".join(c for c in marked if not unicodedata.combining(c)).replace("’", "'")


def words(*texts: str) -> tuple[str, ...]:
    """The words of some texts; an underscore stands for a blank within one."""
    return tuple(w.replace("_", " ") for text in texts for w in text.split())


def lines(text: str) -> tuple[str, ...]:
    """The parts of a text between bars."""
    return tuple(part.strip() for part in text.replace("\n", "|").split("|") if part.strip())
