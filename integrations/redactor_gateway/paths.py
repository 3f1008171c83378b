"""JSONPath (RFC 9535): which places of a payload a path names.

The one door to python-jsonpath. A place is the keys and numbers that lead there; every path is compiled once.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, TypeAlias

from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError
from pydantic import AfterValidator

from redactor_gateway.errors import PayloadError

Value: TypeAlias = "str | int | float | bool | Mapping[str, Value] | list[Value] | None"
"""Parsed JSON."""

Place: TypeAlias = tuple[str | int, ...]
"""Keys and numbers from the root; () is the root."""

DEEPEST = 64
"""Objects and lists inside each other that are followed; platforms nest a dozen."""

_ENVIRONMENT = JSONPathEnvironment(strict=True)


@lru_cache(maxsize=4096)
def compiled(path: str) -> JSONPath:
    """A path, ready. ValueError that says what is wrong, where it is no RFC 9535 path."""
    problem = ""
    try:
        found = _ENVIRONMENT.compile(path)
        if isinstance(found, JSONPath):
            return found
    except JSONPathError as error:
        problem = f": {error.message}"
    raise ValueError(f"{path!r} is no JSONPath (RFC 9535){problem}; expected one like $.message.text")


def _checked(path: str) -> str:
    compiled(path)
    return path


Path = Annotated[str, AfterValidator(_checked)]
"""A JSONPath in a platform file."""


def places(path: str, payload: Value) -> Iterator[Place]:
    """Every place of the payload that the path names. Raises `PayloadError` for one nested too deeply."""
    return (place for place, _ in matches(path, payload))


def values(path: str, payload: Value) -> list[Value]:
    """What stands at every such place."""
    return [value for _, value in matches(path, payload)]


def matches(path: str, payload: Value) -> list[tuple[Place, Value]]:
    """Both."""
    if path == "$":
        return [((), payload)]
    if not isinstance(payload, Mapping | list):
        return []
    try:
        return [(match.parts, match.obj) for match in compiled(path).finditer(payload)]  # type: ignore[misc]
    except JSONPathError:
        pass
    raise PayloadError("a path of the platform file cannot be followed in this payload; it is nested too deeply")


def value_at(payload: Value, place: Place) -> Value:
    """What stands at a place that there is."""
    found: Any = payload
    for part in place:
        found = found[part]
    value: Value = found
    return value


def leaves(payload: Value, at: Place = ()) -> Iterator[tuple[Place, Value]]:
    """Every string, number, boolean and null with its place. Raises `PayloadError` where they lie too deep."""
    if len(at) > DEEPEST:
        raise PayloadError(f"the payload is nested more than {DEEPEST} deep; expected what the platform documents")
    if isinstance(payload, Mapping):
        for key, item in payload.items():
            yield from leaves(item, (*at, key))
    elif isinstance(payload, list):
        for number, item in enumerate(payload):
            yield from leaves(item, (*at, number))
    else:
        yield at, payload


def pointer(place: Place) -> str:
    """A place as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)
