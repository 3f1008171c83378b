"""The ways in which a value may lie in a file, as bytes to look for."""

import base64
import html
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

SHORTEST = 4
"""Characters a value must have to be looked for: shorter ones stand everywhere by chance."""

_SHORTEST_CODED = 6
"""Bytes from which base64, hex and digits without separators are looked for; the fewer, the more chance hits."""

_DIGITS = re.compile(r"[0-9]")
_BETWEEN_DIGITS = rb"[ .\-/()\x00\xa0]{0,7}"
"""What people and programs put between groups of digits: up to three characters, with NULs in UTF-16."""


@dataclass(frozen=True, slots=True)
class Needle:
    """One value in one encoding."""

    value: int
    """Which value, from 1."""
    encoding: str
    content: bytes = field(repr=False)
    folded: bool
    """Whether it is looked for in lower-cased content too."""


@dataclass(frozen=True, slots=True)
class Digits:
    """The digits of a value, whatever separates them."""

    value: int
    expression: re.Pattern[bytes] = field(repr=False)


def needles(value: str, number: int) -> list[Needle]:
    """Every way to look for a value, each byte sequence once."""
    found: dict[tuple[bytes, bool], Needle] = {}
    for encoding, content, folded in _written(value):
        found.setdefault((content, folded), Needle(number, encoding, content, folded))
    return list(found.values())


def digits(value: str, number: int) -> Digits | None:
    """The digits of a value that is a number with or without separators, such as a card's; None for other values."""
    only = "".join(_DIGITS.findall(value))
    if len(only) < _SHORTEST_CODED or len(only) < len(value) / 2:
        return None
    pieces = [re.escape(digit.encode()) for digit in only]
    return Digits(number, re.compile(_BETWEEN_DIGITS.join(pieces)))


def _written(value: str) -> Iterator[tuple[str, bytes, bool]]:
    """Encoding, bytes in lower case where case does not matter, and whether it does not."""
    for text in _spellings(value):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
            try:
                raw = text.encode(encoding, "surrogatepass") if encoding != "latin-1" else text.encode(encoding)
            except UnicodeEncodeError:
                continue
            yield encoding, raw.lower(), True
            if len(raw) >= _SHORTEST_CODED:
                yield f"hex of {encoding}", raw.hex().encode(), True
                for piece in _base64(raw):
                    yield f"base64 of {encoding}", piece, False
        raw = text.encode("utf-8", "surrogatepass")
        yield "json", json.dumps(text)[1:-1].encode().lower(), True
        yield "json", json.dumps(text)[1:-1].replace("/", "\\/").encode().lower(), True
        yield "url", quote(raw, safe="").lower().encode(), True
        yield "url", quote(raw, safe="@:/").lower().encode(), True
        yield "url", quote_plus(raw).lower().encode(), True
        yield "html", html.escape(text).encode("utf-8", "surrogatepass").lower(), True


def _spellings(value: str) -> Iterator[str]:
    """Upper and lower case, which only matters beyond ASCII and in base64, and both Unicode forms."""
    forms = dict.fromkeys(unicodedata.normalize(form, value) for form in ("NFC", "NFD"))
    forms[value] = None
    yield from dict.fromkeys(
        spelled for form in forms for spelled in (form, form.lower(), form.upper(), form.title(), form.casefold())
    )


def _base64(raw: bytes) -> Iterator[bytes]:
    """The characters that surely stand there at each of the three offsets a value may have in what was encoded
    (RFC 4648, sections 4 and 5)."""
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
        inner = encoded[(0, 2, 3)[shift] : len(encoded) - (1 if (shift + len(raw)) % 3 else 0)]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))
