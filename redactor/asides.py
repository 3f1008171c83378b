"""Strings that are no turn of their own: a tool's arguments, a document's metadata, a label in a trace.

They are redacted for the same conversation as its turns and leave no record. What was redacted before is known again
by a keyed hash, in this process's memory alone, so that a history resent with every message costs no detection.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

_REMEMBERED = 8192
"""Strings of one conversation that are known again; the least lately asked for goes first."""

_SHORTEST_NUMBER = 100
"""Numbers nearer to zero are counts and ages in data, not the digits of an identifier."""

Key: TypeAlias = tuple[str, str | None, frozenset[str], bytes]
"""Role, hint, the placeholders it echoes, and keyed hash of a string."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_JOINT = re.compile(r"[\W_]+")
_FIELD_NAME = re.compile(r"[A-Za-z]+(?:[_.$-]?[A-Za-z]+)*\d{0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Aside:
    """What a string was redacted to, and how many values the conversation had learned by then."""

    text: str
    learned: int


class Asides:
    """The strings of one conversation that are known again. Holds keyed hashes and redacted text. Not thread-safe."""

    __slots__ = ("_known", "_wrote")

    def __init__(self) -> None:
        self._known: OrderedDict[Key, Aside] = OrderedDict()
        self._wrote: OrderedDict[bytes, int] = OrderedDict()

    def wrote(self, text_hash: bytes) -> int | None:
        """How many values had been learned when a string was redacted to the text with this keyed hash; None where
        none was."""
        return self._wrote.get(text_hash)

    def find(self, key: Key) -> Aside | None:
        """What this string was redacted to, if it is remembered."""
        if key in self._known:
            self._known.move_to_end(key)
        return self._known.get(key)

    def keep(self, key: Key, aside: Aside, text_hash: bytes | None) -> None:
        """Remember it; `text_hash` is that of the redacted text, where all recognizers were asked about it."""
        self._known[key] = aside
        if text_hash is not None:
            self._wrote[text_hash] = aside.learned
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        while len(self._wrote) > _REMEMBERED:
            self._wrote.popitem(last=False)


def question(hint: str | None) -> list[str]:
    """What a string is about, as the question it answers: recognizers know questions ("What is the order id?")."""
    words = _JOINT.sub(" ", _HUMP.sub(" ", hint or "")).strip().lower()
    return [f"What is the {words}?"] if words else []


Redact: TypeAlias = Callable[[str, str | None, bool], str]
"""Redacts a string, told what it is about (for the values of an object that is the key as it came; a key itself is
about nothing: None), and whether it is a number's digits."""


def is_field_name(text: str) -> bool:
    """Whether a key reads like the name of a field. Models guess from the words around, and a name has none: "price"
    and "grace" are surnames, too. Such a key is personal only where patterns or the conversation itself say so."""
    return bool(_FIELD_NAME.fullmatch(text))


def redacted(value: Any, redact: Redact, hint: str | None = "") -> Any:
    """Parsed JSON with every string, keys included, redacted; a number that is personal becomes its placeholder."""
    if isinstance(value, str):
        return redact(value, hint, False)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return _number(value, redact, hint)
    if isinstance(value, Mapping):
        return _object(value, redact)
    if isinstance(value, list | tuple):
        return type(value)([redacted(item, redact, hint) for item in value])
    return value


def _number(value: int | float, redact: Redact, hint: str | None) -> int | float | str:
    if not abs(value) >= _SHORTEST_NUMBER and value == int(value):
        return value
    text = repr(value)
    found = redact(text, hint, True)
    return value if found == text else found


def _object(value: Mapping[Any, Any], redact: Redact) -> dict[Any, Any]:
    """An object; two keys that would read the same after it keep apart, so that nothing is lost."""
    changed: dict[Any, Any] = {}
    for key, item in value.items():
        name = _free(redact(key, None, False), changed) if isinstance(key, str) else key
        changed[name] = redacted(item, redact, key if isinstance(key, str) else "")
    return changed


def _free(name: str, taken: Iterable[Any]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free
