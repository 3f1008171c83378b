"""What a placeholder looks like: the exact form, and the names a tolerant reader may meet, compiled once per set."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

from redactor.exceptions import ConfigError
from redactor.placeholders.names import OTHER_NAMES
from redactor.placeholders.symbols import PAIRS, WORD, fold
from redactor.taxonomy import entity_types

Place: TypeAlias = Literal["text", "label", "target", "image", "query"]
"""Where a token stands: in text, in square brackets (a link's label), in a link's target or an HTML attribute, in an
image, in a bare URL. Only what stands to the left decides it, so a stream knows it at once."""

LONGEST_NAME = 48
"""The longest type name in characters; it bounds what a stream may have to hold back."""

LONGEST_INDEX = 6
"""Digits of the largest index: a conversation does not mint a million values of one type."""

_OPENERS = "".join(PAIRS) + "［＜（｛｢〈"
_TYPE_NAME = re.compile(r"[A-Z][A-Z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Token:
    """A placeholder, or a stand-in, as it stands in a text: `text[start:end]`, in code points, means `[TYPE_index]`."""

    start: int
    end: int
    type: str
    index: int
    place: Place
    suffix: str = ""
    """A possessive or plural inside the brackets (`[PERSON_1's]`); it is written after the value."""
    host: str = ""
    """The host of the web address it stands in, where that is known."""
    value: str | None = field(default=None, repr=False)
    """What is restored for a stand-in, as it is met; None for a placeholder."""

    def __str__(self) -> str:
        return render(self.type, self.index)


@dataclass(frozen=True, slots=True)
class Name:
    """One way to name a type, by its letters without what stands between them."""

    type: str
    letters: str
    own: bool
    """Whether it is the type's own name and not a translation or synonym."""
    borders: frozenset[int]
    """How many letters stand before each border between two words."""


@dataclass(slots=True)
class Node:
    """The names that begin with the same letters."""

    next: dict[str, "Node"] = field(default_factory=dict)
    names: list[Name] = field(default_factory=list)
    border: bool = False
    """Whether a word of one of these names ends here."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """The compiled grammar of a set of type names. `Grammar.of(types)` makes and keeps them."""

    types: frozenset[str]
    canonical: re.Pattern[str]
    """`[TYPE_N]`, exactly as `render` writes it."""
    bare: re.Pattern[str]
    """`TYPE_N` without brackets."""
    begin: re.Pattern[str]
    """Where a placeholder may begin; it looks one character back."""
    own_names: Node
    all_names: Node

    @staticmethod
    def of(types: Iterable[str] = ()) -> "Grammar":
        """The grammar of the taxonomy's types and these own ones. ConfigError for a name that cannot be used."""
        return _compiled(frozenset(types))


def render(entity_type: str, index: int) -> str:
    """The placeholder `[TYPE_index]`. ValueError for a name or index that could not be found again."""
    if not _TYPE_NAME.match(entity_type) or len(entity_type) > LONGEST_NAME:
        raise ValueError(f"a type's name is written like EMAIL_ADDRESS, in at most {LONGEST_NAME} characters")
    if not 1 <= index < 10**LONGEST_INDEX:
        raise ValueError(f"a placeholder's index lies in 1..{10**LONGEST_INDEX - 1}, not {index}")
    return f"[{entity_type}_{index}]"


@lru_cache(maxsize=64)
def _compiled(extra: frozenset[str]) -> Grammar:
    for name in sorted(extra):
        if not _TYPE_NAME.match(name) or len(name) > LONGEST_NAME or not name.strip("_"):
            raise ConfigError(
                f"a type's name is written like EMAIL_ADDRESS, in at most {LONGEST_NAME} characters; {name!r} is not"
            )
    types = frozenset(entity_types()) | extra
    # Longest first, so that of two names the one that begins with the other is tried before it.
    choice = "|".join(sorted(types, key=lambda name: (-len(name), name)))
    token = rf"({choice})_([1-9][0-9]{{0,{LONGEST_INDEX - 1}}})"
    own = [_name(name, name, own=True) for name in sorted(types)]
    return Grammar(
        types=types,
        canonical=re.compile(rf"\[{token}\]"),
        bare=re.compile(rf"{token}(?![{WORD}])"),
        begin=re.compile(_begin(types)),
        own_names=_tree(own),
        all_names=_tree(own + _others(own)),
    )


def _others(own: list[Name]) -> list[Name]:
    """Translations and synonyms, less those that a type of the set already has as its own name."""
    owners = {name.letters: name.type for name in own}
    names = [
        _name(entity_type, spelling, own=False)
        for entity_type, spellings in OTHER_NAMES.items()
        for spelling in spellings.split()
    ]
    return [name for name in names if owners.get(name.letters, name.type) == name.type]


def _tree(names: list[Name]) -> Node:
    root = Node()
    for name in names:
        node = root
        for count, letter in enumerate(name.letters, 1):
            node = node.next.setdefault(letter, Node())
            node.border = node.border or count in name.borders
        node.names.append(name)
    return root


def _name(entity_type: str, spelling: str, own: bool) -> Name:
    words = ["".join(map(fold, word)) for word in spelling.split("_")]
    ends = [len("".join(words[: n + 1])) for n in range(len(words) - 1)]
    return Name(entity_type, "".join(words), own, frozenset(ends))


def _begin(types: frozenset[str]) -> str:
    """An opening bracket, an escape that may be one, or the first letters of a type at the start of a word.

    Three letters, so that little of ordinary text is looked at twice; fewer only where the text ends. The expression
    opens with a plain class of characters because `re` skips ahead to those fast.
    """
    heads = {name[:3] for name in types}
    firsts = sorted({head[0] for head in heads})
    letters = "|".join(_after_first(first, heads) for first in firsts)
    openers = re.escape(_OPENERS)
    return (
        rf"[{openers}\\&{''.join(firsts)}{''.join(firsts).lower()}]"
        rf"(?:(?<=[{openers}])|(?<=\\)(?=[\\\[({{<ux]|\Z)|(?<=&)(?=[lL#]|a?m?p?\Z|amp;)"
        rf"|(?<![{WORD}](?s:.))(?:{letters}))"
    )


def _after_first(first: str, heads: set[str]) -> str:
    rests = {head[1:] for head in heads if head[0] == first}
    whole = sorted(rest.replace("_", r"[_\\&]") or r"[_\\&]" for rest in rests)
    begun = sorted({rest[:n] for rest in rests for n in range(len(rest) + (len(rest) < 2))})
    return rf"(?<=[{first}{first.lower()}])(?i:{'|'.join(whole)}|(?:{'|'.join(begun)})\Z)"
