"""Pieces of a text that were encoded on their way: base64, hexadecimal, URL, HTML, quoted-printable, program escapes.

Sources: RFC 4648 (base64, its URL-safe alphabet, base16), RFC 3986 section 2.1 and the URL Standard's form encoding
("+" for a blank), RFC 2045 section 6.7 (quoted-printable), the HTML Standard's character references, and the `\\x41`
and `\\u0041` of JavaScript, JSON and Python.

A character that was escaped by itself maps to its own escape; a piece of base64 or hexadecimal maps to the whole of it,
because no part of it can be told from another. What does not decode to printable text stays.
"""

import binascii
from collections.abc import Iterator
from html import unescape

import regex

from redactor.detection.lazy import lazy
from redactor.detection.spelled import Edit, apart

STEPS = 4
"""How often a text is decoded: two encodings inside each other, escapes and pieces in one text."""
_MOST_PIECES = 16
"""Pieces of base64 and hexadecimal that are decoded in one text, each of at most `_LONGEST` characters."""
_LONGEST = 8192
_SHORTEST, _FEWEST_BYTES = 11, 8
"""Characters of the shortest piece of base64, without its padding; bytes of the shortest hexadecimal one."""

_SIGNS = "%&=\\"
_ESCAPED = lazy(
    r"(?P<url>(?:%[0-9A-Fa-f]{2}){1,64}+)|(?P<html>&(?:\#\d{1,7};?|\#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z]{2,31}[0-9]{0,2};))"
    r"|(?P<quoted>=(?:\r?\n|[0-9A-F]{2}(?:=[0-9A-F]{2}){0,63}+(?:=\r?\n)?))|(?P<program>\\(?:x[0-9A-Fa-f]{2}"
    r"|u[0-9A-Fa-f]{4}))"
)
_QUOTED = lazy(r"(?<![^\s&=?#])[^\s&=?#%]{0,256}+%[0-9A-Fa-f]{2}[^\s&=?#]{0,256}+")
_PIECE = lazy(rf"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{{{_SHORTEST},{_LONGEST}}}+={{0,2}}")
_LINES = lazy(r"(?:[A-Za-z0-9+/]{60,76}+\r?\n){1,100}+[A-Za-z0-9+/]{2,76}+={0,2}")
_HEX = lazy(
    r"(?i)(?<![0-9a-z])(?:0x)?(?:[0-9a-f]{2}(?:[ :][0-9a-f]{2}(?![0-9a-z])){7,2047}+|(?:[0-9a-f]{2}){8,2048}+)"
    r"(?![0-9a-z])"
)
_URL_SAFE = str.maketrans("-_", "+/")
_PARTS = lazy(rf"[^/_-]{{{_SHORTEST},}}+")


def decoded(text: str) -> list[Edit]:
    """The replacements that undo escapes, else those that decode pieces: ordered, none overlapping."""
    edits = _escapes(text) if any(sign in text for sign in _SIGNS) else []
    return edits or (list(_pieces(text)) if _may_hold_pieces(text) else [])


def _may_hold_pieces(text: str) -> bool:
    """Whether a run between blanks is long enough, or enough of them are two characters long."""
    lengths = list(map(len, text.split()))
    return bool(lengths) and (max(lengths) >= _SHORTEST or lengths.count(2) >= _FEWEST_BYTES)


def _escapes(text: str) -> list[Edit]:
    edits = [edit for found in _ESCAPED.finditer(text) for edit in _unescaped(found, text)]
    if "+" in text and "%" in text:
        edits += (Edit(at, at + 1, " ") for token in _QUOTED.finditer(text) for at in _pluses(token))
    return apart(edits)


def _unescaped(found: "regex.Match[str]", text: str) -> Iterator[Edit]:
    said = found[0]
    if found["html"]:
        yield from _single(found, unescape(said if said.endswith(";") else f"{said};"))
    elif found["program"]:
        yield from _single(found, chr(int(said[2:], 16)))
    elif not said[1:].isspace():
        yield from _bytes(*found.span(), said.rstrip("\r\n"))
    elif found.start():  # a soft line break goes with the character before it
        yield Edit(found.start() - 1, found.end(), text[found.start() - 1])


def _single(found: "regex.Match[str]", new: str) -> Iterator[Edit]:
    if new != found[0] and _is_text(new):
        yield Edit(*found.span(), new)


def _bytes(start: int, end: int, escaped: str) -> Iterator[Edit]:
    """One replacement for each character whose bytes are written as three signs each."""
    said = _as_text(bytes.fromhex(escaped.rstrip("=").replace("%", "").replace("=", "")))
    for i, character in enumerate(said):
        until = start + 3 * len(character.encode()) if i < len(said) - 1 else end
        yield Edit(start, until, character)
        start = until


def _pluses(token: "regex.Match[str]") -> Iterator[int]:
    """The signs that stand for blanks: "Ann+Lee%2C", but not "ann+shop%40"."""
    if "@" not in token[0] and "%40" not in token[0]:
        yield from (token.start() + at for at, sign in enumerate(token[0]) if sign == "+")


def _pieces(text: str) -> Iterator[Edit]:
    found = sorted([*_wrapped(text), *_hexadecimal(text), *_base64(text)])
    reached = count = 0
    for edit in found:
        if edit.start >= reached and count < _MOST_PIECES:
            yield edit
            reached, count = edit.end, count + 1


def _base64(text: str) -> Iterator[Edit]:
    for found in _PIECE.finditer(text):
        if not _mixes(found[0]):
            continue
        if said := _from_base64(found[0]):
            yield Edit(*found.span(), said)
            continue
        for part in _PARTS.finditer(text, *found.span()):  # "/u/<base64>", "id-<base64>"
            if _mixes(part[0]) and part.span() != found.span() and (said := _from_base64(part[0])):
                yield Edit(*part.span(), said)


def _mixes(piece: str) -> bool:
    """Whether it can be base64 and not a word: a small letter, and a digit or a capital that does not begin it."""
    return not piece.isupper() and not (piece[1:].islower() and piece.isalpha()) and not piece.isdigit()


def _from_base64(piece: str) -> str:
    bare = piece.rstrip("=").translate(_URL_SAFE)
    if len(bare) % 4 == 1:
        return ""
    try:
        return _as_text(binascii.a2b_base64(bare + "=" * (-len(bare) % 4)))
    except binascii.Error:
        return ""


def _wrapped(text: str) -> Iterator[Edit]:
    """Base64 in lines of up to 76 characters (RFC 2045 section 6.8)."""
    if "\n" in text:
        for found in _LINES.finditer(text):
            if said := _from_base64("".join(found[0].split())):
                yield Edit(*found.span(), said)


def _hexadecimal(text: str) -> Iterator[Edit]:
    for found in _HEX.finditer(text):
        bare = found[0].lower().removeprefix("0x").replace(":", " ")
        if said := _as_text(bytes.fromhex(bare)):
            yield Edit(*found.span(), said)


def _as_text(encoded: bytes) -> str:
    """Printable text, or nothing."""
    try:
        said = encoded.decode()
    except UnicodeDecodeError:
        return ""
    return said if _is_text(said) else ""


def _is_text(said: str) -> bool:
    return said.translate(_LINE_BREAKS).isprintable()


_LINE_BREAKS = str.maketrans("\t\r\n\u00a0", "    ")
