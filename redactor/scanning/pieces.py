"""What a scan reads and what it reports: pieces of text, findings, gaps. None of them shows a value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from redactor.taxonomy import NEVER_STORED

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z_-]{0,39}\d{0,2}")
_SHORTEST_SHOWN = 8
"""A value shorter than this is hidden whole: its first character is too much of it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text to be checked, and where in its source it stands."""

    text: str = field(repr=False)
    where: str = ""
    """The way to it inside the source, e.g. `$.messages[0].text`; empty where the source is the text."""
    context: tuple[str, ...] = field(default=(), repr=False)
    """What explains it, as a turn before it would: the name of its column or key."""
    line: int | None = None
    """The line of the source it starts on, from 1; None where the source has no lines."""
    plain: bool = False
    """Whether its lines and columns are those of the source."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was not checked, and why."""

    reason: str
    """A fixed sentence, without anything that was read."""
    expected: bool = False
    """True for what a scan does not read by design (an image): it is counted, and the scan is complete."""
    path: str = ""
    """The source, as it may be shown."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One value that was found: where it stands and what it is. Lines and columns count from 1, in code points."""

    path: str
    type: str
    score: float
    recognizer: str
    shown: str
    """The value masked (`4***`); as it is only where a person asked for it on a terminal."""
    around: str
    """Four hexadecimal digits of what stands around it, for the baseline."""
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    """The first column after it."""
    where: str = ""


def masked(entity_type: str, value: str) -> str:
    """What is shown of a value: its first character at most, and nothing of a secret or of a short one."""
    first = value.strip()[:1]
    hidden = entity_type in NEVER_STORED or len(value) < _SHORTEST_SHOWN or not first.isalnum()
    return "***" if hidden else f"{first}***"


def as_it_is(entity_type: str, value: str) -> str:
    """What is shown where a person asked for values: the value, in one line and without control characters."""
    return "".join(character if character.isprintable() else " " for character in value)


def named(name: str, number: int) -> str:
    """A key or a column as it may be shown: its name where that is a plain word, else its number, from 1.

    Keys can be values: {"ann@example.com": ...}.
    """
    return name if is_name(name) else f"#{number}"


def is_name(text: str) -> bool:
    """Whether this is a name somebody gave a field: letters, `_` and `-`, and two digits at most, at its end."""
    return bool(_PLAIN_NAME.fullmatch(text))


def as_words(name: str) -> tuple[str, ...]:
    """A field's name as the turn before its value: `orderNumber`, `order_number` ask for an order number."""
    if not is_name(name):
        return ()
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return (re.sub(r"[_-]+", " ", apart).strip(),)


def hidden_spans(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with stars in place of spans, which are sorted and disjoint."""
    out, reached = [], 0
    for start, end in spans:
        out += [text[reached:start], "***"]
        reached = end
    return "".join([*out, text[reached:]])
