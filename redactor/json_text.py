"""Text that is JSON itself, such as the arguments of a call: changed inside its literals, so that it stays JSON.

All between the literals, blanks included, stays as it was.
"""

import json
import re
from collections.abc import Callable
from typing import Any, TypeAlias

Build: TypeAlias = Callable[[], Any]
"""Gives what stands in a place once all that is asked of texts is answered."""

Ask: TypeAlias = Callable[[str | int | float, str | None], Build]
"""`(a literal's value, what it is about)` → what will stand in its place; about None: it is a name. Asked once for
each literal, in their order."""

_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?', re.DOTALL)  # RFC 8259, 6 and 7
_COLON = re.compile(r"\s*:")


def is_structure(text: str) -> bool:
    """Whether a text is a JSON object or array."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return False
    return True


def plan(text: str, ask: Ask) -> Build:
    """The text with each string, keys included, and each number as `ask` says. `text` must be JSON."""
    parts: list[Build] = []
    reached, about = 0, ""
    for found in _LITERAL.finditer(text):
        value = json.loads(found[0], strict=False)
        is_name = isinstance(value, str) and _COLON.match(text, found.end()) is not None
        asked = ask(value, None if is_name else about)
        about = value if is_name else about
        parts.append(_literal(text[reached : found.start()], found[0], value, asked))
        reached = found.end()
    tail = text[reached:]
    return lambda: "".join([*(part() for part in parts), tail])


def _literal(before: str, literal: str, value: Any, asked: Build) -> Build:
    def write() -> str:
        now = asked()
        if now == value and type(now) is type(value):
            return before + literal
        return before + json.dumps(now, ensure_ascii="\\u" in literal)

    return write
