"""Ordinary English words, and the few that steer how a name is read in a chat."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


def words(listed: str) -> frozenset[str]:
    """A set of words from a line of them."""
    return frozenset(listed.split())


@cache
def ordinary_words() -> frozenset[str]:
    """About 39,000 common lower-case words (SCOWL sizes 10 to 35; `data/README.md` says how the list was made)."""
    listed = files("redactor.detection").joinpath("data", "words.txt").read_text("ascii").split()
    return frozenset((*listed, *CALENDAR))


CALENDAR = words(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday"
)
"""Written with a capital without being a name."""

BEFORE_DATES = words("in on since until till during next last this early late mid through every each around")
"""Words after which a month's or a day's name is a date."""

TITLES = words("mr mrs ms mx miss dr prof professor mister missus madam mme herr frau señor señora")

GREETINGS = words(
    "hi hello hey hiya dear thanks thank thx tysm ty cheers ok okay bye goodbye welcome morning afternoon evening "
    "regards sincerely"
)
"""Words after which a name often stands."""

OPEN_FILLERS = words("so very a")
FILLERS = OPEN_FILLERS | words("you much again there lot all")
"""Words inside a greeting; after the open ones it goes on, so that no name follows."""

FAREWELLS = GREETINGS | words("you day night weekend week later soon luck much help sorry please again care")
"""Words of the clause before a name at the end: "have a great day, joy"."""

INTERJECTIONS = words("good nice fine fair true sweet right well best great cool perfect sure close lovely bliss")
"""Words that open a sentence before a comma without calling anyone: "Nice, thank you"."""

ADDRESSING = words(
    "are is can could would will do did does you your i we what when where why how have has thank thanks let sorry"
)
"""Words that go on after somebody was called: "Crystal, are you there"."""

PRONOUNS = words("i you we he she they it the this that there my your our someone anyone")

_TOKEN = re.compile(r"[^\W_]+")
_TOKEN_OR_IDEOGRAM = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|[^\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
"""Thai, Lao, Burmese, Khmer, Chinese and Japanese set no blanks between words: each character is a token."""

_LAST_ALPHABET = "\u1eff"
"""End of Latin Extended Additional; beyond it accents are part of the letter, as in Japanese."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The runs of letters and digits of a text: where they stand, and how they read without case."""

    starts: Sequence[int]
    ends: Sequence[int]
    words: Sequence[str]


def tokens(text: str) -> Tokens:
    """Split a text into runs of letters and digits; an underscore is none of them."""
    folded = text.lower() if text.isascii() else ""
    matches = _TOKEN.finditer(folded) if folded else _TOKEN_OR_IDEOGRAM.finditer(text)
    spans = [match.span() for match in matches]
    if not spans:
        return Tokens((), (), ())
    starts, ends = zip(*spans, strict=True)
    words = [folded[a:b] for a, b in spans] if folded else [fold(text[a:b]) for a, b in spans]
    return Tokens(starts, ends, words)


def fold(text: str) -> str:
    """Without case, and without the accents of alphabets: people leave them out."""
    folded = text.casefold()
    if folded.isascii() or max(folded) > _LAST_ALPHABET:
        return folded
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(c for c in decomposed if not unicodedata.combining(c)) or folded


def squash(text: str) -> str:
    """The letters and digits of a text in one piece, without case."""
    return "".join(tokens(text).words)
