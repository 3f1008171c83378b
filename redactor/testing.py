"""Tools for tests, ours and users': a recognizer that finds what it is told, and a search for leaks."""

import base64
import json
import logging
import re
import traceback
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from redactor.secret import Secret
from redactor.types import Entity

if TYPE_CHECKING:
    from redactor.redactor import Redactor


class FakeRecognizer:
    """A recognizer that finds fixed strings, and patterns, whatever stands around them.

    `values` maps a literal string or a compiled expression to an entity type. Literals match in their own case and
    on word boundaries; the longest wins; every occurrence is found.

    >>> fake = FakeRecognizer({"Crystal Minh": "PERSON"})
    >>> fake("I am Crystal Minh", [])
    [Entity(start=5, end=17, type='PERSON', score=0.95, recognizer='fake', operator=None, placeholder=None)]
    """

    def __init__(self, values: Mapping[str | re.Pattern[str], str], *, score: float = 0.95, name: str = "fake") -> None:
        self.score = score
        self.name = name
        literals = sorted((key for key in values if isinstance(key, str) and key), key=lambda key: (-len(key), key))
        self._types = {key: values[key] for key in literals}
        self._literals = re.compile("|".join(map(_bounded, literals))) if literals else None
        self._patterns = [(key, kind) for key, kind in values.items() if isinstance(key, re.Pattern)]

    def __repr__(self) -> str:
        return f"FakeRecognizer({len(self._types) + len(self._patterns)} values, name={self.name!r})"

    def __call__(self, text: str, context: Sequence[str] = ()) -> list[Entity]:
        """Find the values in `text`; `context` changes nothing."""
        found = [(match.span(), self._types[match.group()]) for match in self._matches(self._literals, text)]
        for pattern, kind in self._patterns:
            found += [(match.span(), kind) for match in self._matches(pattern, text)]
        return sorted(Entity(start, end, kind, self.score, self.name) for (start, end), kind in found)

    @staticmethod
    def _matches(pattern: re.Pattern[str] | None, text: str) -> Iterator[re.Match[str]]:
        if pattern is not None:
            yield from (match for match in pattern.finditer(text) if match.end() > match.start())


def _bounded(literal: str) -> str:
    """No letter or digit goes on beside an end of the literal that is one itself."""
    before = r"(?<![^\W_])" if literal[0].isalnum() else ""
    after = r"(?![^\W_])" if literal[-1].isalnum() else ""
    return before + re.escape(literal) + after


def in_memory(values: Mapping[str | re.Pattern[str], str] | None = None, **settings: Any) -> "Redactor":
    """A Redactor that finds `values` (see `FakeRecognizer`) and keeps everything in this process's memory.

    `settings` go to `Redactor`, e.g. `policy="everything"`.
    """
    from redactor.redactor import Redactor

    recognizers = [FakeRecognizer(values or {})]
    return Redactor(**{"recognizers": recognizers, **settings})


def assert_no_leak(canaries: Iterable[str], *places: object) -> None:
    """Fail if one of the planted values can be found anywhere in the places.

    A place is any object: text, bytes, collections, objects with attributes, log records, exceptions with all they
    chain to, a `Path` of a file or a whole directory (names and contents). Values are looked for as they are, in any
    case, and as JSON, URL, base64 or hex would write them. A `Secret` may hold one: only what it shows is searched.
    The failure says which canary (by number, from 0) and where, never the value.
    """
    needles = [_needles(canary) for canary in canaries]
    for number, place in enumerate(places):
        for where, content in _walk(place, f"place {number} ({type(place).__name__})"):
            folded = content.lower() if isinstance(content, bytes) else content.lower().encode("utf-8", "surrogatepass")
            for index, forms in enumerate(needles):
                if any(form in folded for form in forms):
                    raise AssertionError(f"canary {index} found in {_masked(where, forms)}")


def _needles(canary: str) -> tuple[bytes, ...]:
    """The ways a value may be written down, in lower case."""
    if not canary:
        raise ValueError("a canary must not be empty: it would be found everywhere")
    raw = canary.encode("utf-8", "surrogatepass")
    forms = {
        raw,
        canary.lower().encode("utf-8", "surrogatepass"),
        canary.encode("utf-16-le", "surrogatepass"),
        json.dumps(canary)[1:-1].encode(),
        quote(raw, safe="").encode(),
    }
    if len(raw) >= 6:  # shorter ones would match by chance
        forms |= {raw.hex().encode(), *_base64(raw)}
    return tuple(form.lower() for form in forms)


def _base64(raw: bytes) -> Iterator[bytes]:
    """The characters that surely appear when `raw` stands at each of the three alignments."""
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
        begin = (0, 2, 3)[shift]
        inner = encoded[begin : len(encoded) - (1 if (shift + len(raw)) % 3 else 0)]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def _masked(where: str, forms: Sequence[bytes]) -> str:
    """The path to the leak, without the steps that hold the value themselves."""
    steps = where.split("\0")
    return "".join(
        "[a name that holds it]" if any(form in step.lower().encode("utf-8", "replace") for form in forms) else step
        for step in steps
    )


_OPAQUE = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.CodeType, types.FrameType)
_PLAIN = (int, float, complex, bool, type(None))


def _walk(place: object, name: str) -> Iterator[tuple[str, str | bytes]]:
    """Everything readable under an object, with the way to it; steps are parted by NUL."""
    seen: set[int] = set()
    keep: list[object] = []  # an id must not be used again while we remember it
    waiting: list[tuple[str, object]] = [(name, place)]
    while waiting:
        where, item = waiting.pop()
        if isinstance(item, str):
            yield where, item
        elif isinstance(item, bytes | bytearray | memoryview):
            yield where, bytes(item)
        elif isinstance(item, _PLAIN):
            yield where, str(item)
        elif id(item) not in seen and not isinstance(item, _OPAQUE):
            seen.add(id(item))
            keep.append(item)
            waiting += _inside(where, item)


def _inside(where: str, item: object) -> Iterator[tuple[str, object]]:
    yield f"{where}\0 shown by repr", repr(item)
    yield f"{where}\0 shown by str", str(item)
    if isinstance(item, Secret):
        return
    if isinstance(item, Path):
        yield from _files(where, item)
        return
    if isinstance(item, Mapping):
        for key, value in item.items():
            yield f"{where}\0 key", key
            yield f"{where}\0[{key!r}]", value
    elif isinstance(item, Sequence | set | frozenset):
        yield from ((f"{where}\0[{index}]", value) for index, value in enumerate(item))
    if isinstance(item, BaseException):
        yield from _of_exception(where, item)
    if isinstance(item, logging.LogRecord):
        yield f"{where}\0 message", item.getMessage()
    yield from _attributes(where, item)


def _attributes(where: str, item: object) -> Iterator[tuple[str, object]]:
    names = {name: None for kind in type(item).__mro__ for name in _slots(kind)}
    for name in (*getattr(item, "__dict__", {}), *names):
        value = getattr(item, name, None)
        if not isinstance(value, types.MethodType):
            yield f"{where}\0.{name}", value


def _slots(kind: type) -> Iterable[str]:
    slots = kind.__dict__.get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _of_exception(where: str, error: BaseException) -> Iterator[tuple[str, object]]:
    yield f"{where}\0 args", error.args
    yield f"{where}\0 traceback", "".join(traceback.format_exception(error))
    yield f"{where}\0 cause", error.__cause__
    yield f"{where}\0 context", error.__context__


def _files(where: str, path: Path) -> Iterator[tuple[str, object]]:
    if path.is_dir():
        for child in sorted(path.rglob("*")):
            yield f"{where}\0 name", child.name
            if child.is_file():
                yield f"{where}\0/{child.relative_to(path)}", child.read_bytes()
    elif path.is_file():
        yield f"{where}\0 content", path.read_bytes()
