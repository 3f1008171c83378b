"""Is this a placeholder, or prose or code that happens to look like one?

Type names are ordinary words, so a mangled placeholder must still show marks that prose and code do not have. The
underscore and upper case are such marks; round and curly brackets are not, nor is a bracket that continues an
expression. Where both readings are open, the text is left alone.
"""

import re
from dataclasses import dataclass
from typing import Final

from redactor.placeholders.grammar import Name
from redactor.placeholders.place import Left
from redactor.placeholders.symbols import BLANK, WEAK, WORD

_IN_WORD: Final = re.compile(f"[{WORD}]")
_AFTER_LOOSE: Final = frozenset(("", "\n", "!", "?", "'", "’"))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mangled placeholder looks like."""

    name: Name
    raw: str
    """The letters as written."""
    borders: frozenset[int]
    joiners: str
    """What stands between the words of the name."""
    index_gap: str
    """What stands between name and index: `_`, `-`, a blank, nothing, or several of them."""
    broken: bool
    """Whether a blank divides a word."""
    edges: tuple[str, str, str]
    """Emphasis signs before the name, inside, and after the index."""
    opening: str
    """The opening bracket, folded; empty where there is none."""
    doubled: bool
    closed: bool = False
    follower: str = ""
    """The character after it; empty at the end of the text."""

    @property
    def upper(self) -> bool:
        """Whether every letter is a capital."""
        return self.raw == self.raw.upper()

    @property
    def underscore(self) -> bool:
        """Whether an underscore stands in it."""
        return "_" in self.joiners + self.index_gap

    @property
    def beyond_doubt(self) -> bool:
        """Whether it can be told without the character after it."""
        return self.closed and self.upper and self.underscore

    @property
    def title(self) -> bool:
        """Whether it is written like a name: `Person`, `Email_address`, `EmailAddress`."""
        return self.raw[0].isupper() and self.raw[1:2].islower()


def shaped(reading: Reading) -> bool:
    """Whether its letters, joiners and opening bracket allow it, whatever comes after."""
    strong = reading.opening not in WEAK
    if not reading.opening or not reading.name.own:
        return "_" in reading.index_gap and (strong or reading.upper or reading.title)
    if reading.broken:
        return strong and reading.upper and "_" in reading.index_gap
    if reading.upper:
        return strong or reading.underscore
    if "_" in reading.index_gap:
        return strong or reading.title
    return strong and _title_of_several_words(reading)


def acceptable(reading: Reading, left: Left) -> bool:
    """Whether a shaped reading is beyond doubt where it stands."""
    if not _balanced(*reading.edges):
        return False
    if not reading.opening:
        return left.depth() == 0
    return _fits_its_pair(reading, left) if reading.closed else _lacks_its_end(reading, left)


def _balanced(before: str, inside: str, after: str) -> bool:
    """Whether every emphasis sign has its partner inside the same brackets."""
    first, *rest = [part for part in (before, inside, after) if part] or ["", ""]
    return len(rest) == 1 and first == rest[0][::-1]


def _fits_its_pair(reading: Reading, left: Left) -> bool:
    if reading.upper and reading.underscore:
        return reading.opening not in "({<" or not left.glued()
    return not left.like_code() and not _is_markdown(reading)


def _is_markdown(reading: Reading) -> bool:
    """`[url_1](...)`, `[url_1][...]` and `[url_1]: ...` are a link, a reference and its definition."""
    marks = ("(", "[") if reading.title or reading.upper else ("(", "[", ":")
    return reading.opening == "[" and reading.follower in marks


def _title_of_several_words(reading: Reading) -> bool:
    """`Phone Number 1`: more than one word, each with its capital, each divided by a blank."""
    capitals = all(reading.raw[border].isupper() for border in reading.borders)
    blanks = set(reading.joiners + reading.index_gap) == {BLANK}
    return bool(reading.borders) and reading.borders == reading.name.borders and capitals and blanks


def _lacks_its_end(reading: Reading, left: Left) -> bool:
    """`[PERSON_1` is one; `[PERSON_1_x`, `= [url_1, ...` and `(PERSON_1 ...` are something else."""
    whole = reading.opening == "[" and not reading.doubled and not any(reading.edges) and not reading.broken
    if not whole or not reading.name.own or "_" not in reading.index_gap or left.like_code():
        return False
    if reading.upper or reading.title:
        return not _IN_WORD.match(reading.follower)
    return reading.follower in _AFTER_LOOSE
