"""A request as it came over HTTP. Nothing of its body is read before its signature is verified."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator

from redactor_gateway.paths import Value, compiled, values

_SOURCE = re.compile(r"(header|query|path):[A-Za-z0-9_.-]{1,64}")

_MOST_PARAMETERS = 1000
"""Parameters of a query that are read; no platform sends a tenth of it."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One request."""

    method: str
    url: str = field(repr=False)
    """As the caller sees it, with scheme, host, path and query: Twilio signs it."""
    headers: tuple[tuple[bytes, bytes], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    def all(self, name: str) -> list[bytes]:
        """Every value of a header; names are compared without case (RFC 9110, 5.1)."""
        wanted = name.lower().encode()
        return [value for key, value in self.headers if key.lower() == wanted]

    def header(self, name: str) -> bytes | None:
        """A header that is there exactly once; of two, nobody can say which one was meant."""
        found = self.all(name)
        return found[0] if len(found) == 1 else None

    def query(self, name: str) -> str | None:
        """A parameter of the URL that is there exactly once."""
        found = [value for key, value in _query(self.url) if key == name]
        return found[0] if len(found) == 1 else None

    @property
    def media_type(self) -> str:
        """The body's type without parameters, in lower case; empty where none is said."""
        return (self.header("content-type") or b"").decode("latin-1").partition(";")[0].strip().lower()


def _query(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return []


def _checked(source: str) -> str:
    if source.startswith("$"):
        compiled(source)
    elif not _SOURCE.fullmatch(source):
        raise ValueError('expected a JSONPath ("$.id"), "header:name", "query:name" or "path:name"')
    return source


Source = Annotated[str, AfterValidator(_checked)]
"""Where in a request something stands: a JSONPath in its body, `header:`, `query:`, or `path:` with the name of a
segment."""


def read(source: str, request: Incoming, payload: Value, segments: Mapping[str, str] | None = None) -> list[str]:
    """What stands at a source, as text; empty where there is nothing, or nothing but objects and nulls."""
    if source.startswith("$"):
        return [text for each in values(source, payload) if (text := as_text(each))]
    place, _, name = source.partition(":")
    if place == "header":
        value = request.header(name)
        return [value.decode("latin-1")] if value else []
    found = request.query(name) if place == "query" else (segments or {}).get(name)
    return [found] if found else []


def as_text(value: Value) -> str:
    """A string, or a number as it is written; empty for all else."""
    if isinstance(value, str):
        return value
    return repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
