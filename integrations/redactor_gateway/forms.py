"""Bodies and strings of `application/x-www-form-urlencoded`: fields in order, blank and repeated ones kept.

What is not changed is written as it came, byte for byte. Source: WHATWG URL, 5.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote_plus, unquote_to_bytes

from redactor_gateway.errors import PayloadError

MOST_FIELDS = 1000
"""Fields that are read; platforms send a few dozen."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One field, and how it was written."""

    name: str = field(repr=False)
    value: str = field(repr=False)
    raw: str = field(repr=False)

    def written(self, name: str, value: str) -> str:
        """The field with these texts; an empty one between two `&` stays nothing."""
        if (name, value) == (self.name, self.value):
            return self.raw
        return f"{quote_plus(name)}={quote_plus(value)}"


def pairs(text: str) -> list[Pair]:
    """The fields of a form. Raises `PayloadError` where there are too many, or one is not UTF-8."""
    if text.count("&") >= MOST_FIELDS:
        raise PayloadError(f"the form has more than {MOST_FIELDS} fields")
    return [_pair(part) for part in text.split("&")] if text else []


def _pair(raw: str) -> Pair:
    name, _, value = raw.partition("=")
    return Pair(_text(name), _text(value), raw)


def _text(raw: str) -> str:
    decoded = unquote_to_bytes(raw.replace("+", " "))
    with contextlib.suppress(UnicodeDecodeError):
        return decoded.decode()
    raise PayloadError("a field of the form is not UTF-8; expected percent-encoded UTF-8")


def joined(fields: Sequence[str]) -> str:
    """A form of written fields."""
    return "&".join(fields)


def sorted_bytes(body: bytes) -> bytes | None:
    """Every field's name and value glued, sorted by name and value, repeated ones once: what Twilio signs.

    None where there are too many. Sorting bytes of UTF-8 is sorting code points.
    """
    if body.count(b"&") >= MOST_FIELDS:
        return None
    split = (part.partition(b"=") for part in body.split(b"&") if part)
    found = {(_bytes(name), _bytes(value)) for name, _, value in split}
    return b"".join(name + value for name, value in sorted(found))


def _bytes(raw: bytes) -> bytes:
    return unquote_to_bytes(raw.replace(b"+", b" "))
