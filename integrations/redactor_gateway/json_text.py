"""JSON of requests and replies: read strictly, written again, and changed where it stands in a string."""

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn, TypeAlias

Build: TypeAlias = Callable[[], Any]
"""Gives what stands in a place once all questions are answered."""

Ask: TypeAlias = Callable[[str | int | float, str | None], Build]
"""`(a literal's value, what it is about)` → what will stand in its place; None: it is a name."""

_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?', re.DOTALL)  # RFC 8259, 6 and 7
_COLON = re.compile(r"\s*:")


def read(raw: bytes | str) -> Any:
    """Parsed JSON. Raises `ValueError`, without what was read, for what is none or is nested too deep."""
    parsed, failed = None, False
    try:
        parsed = json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError):
        failed = True
    if failed:
        raise ValueError("not JSON")
    return parsed


def written(value: Any) -> bytes:
    """JSON as UTF-8; half a surrogate pair, which UTF-8 has no bytes for, stays an escape."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


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
    """The text with each string, keys included, and each number as `ask` says; all between them stays as it was, so
    that it is JSON still. `text` must be JSON."""
    parts: list[Build] = []
    reached, about = 0, ""
    for found in _LITERAL.finditer(text):
        value = json.loads(found[0], strict=False)
        is_key = isinstance(value, str) and _COLON.match(text, found.end()) is not None
        asked = ask(value, None if is_key else about)
        about = value if is_key else about
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


def _refuse(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")
