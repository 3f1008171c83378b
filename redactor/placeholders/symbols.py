"""One symbol at a time, as a reader means it: folded, unescaped, invisible ones as nothing.

Sources: HTML named and numeric character references (WHATWG HTML, 13.5); JSON string escapes (RFC 8259, 7);
Markdown backslash escapes (CommonMark 0.31, 2.4); compatibility forms by NFKC (UAX 15); invisible characters are the
general category Cf and the default-ignorable ones of Unicode's DerivedCoreProperties.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

END: Final = "\0end"
"""No symbol: the text ends here, or ends inside something that may yet become one."""

INVISIBLE: Final = ""
BLANK: Final = " "
DIGITS: Final = frozenset("0123456789")
DECORATION: Final = frozenset("*`~")
"""Markdown's emphasis, code and strike-through signs; `_` is one only at the edge of a placeholder."""

PAIRS: Final = {
    "[": "]",
    "【": "】",
    "〔": "〕",
    "「": "」",
    "『": "』",
    "⟦": "⟧",
    "<": ">",
    "«": "»",
    "»": "«",
    "‹": "›",
    "⟨": "⟩",
    "〈": "〉",
    "《": "》",
    "{": "}",
    "(": ")",
}
"""Opening bracket to closing bracket, after folding (`［` is folded to `[`). `»` opens in German typesetting."""

WEAK: Final = frozenset("({")
"""Brackets of ordinary prose and code: a placeholder inside them needs more evidence."""

WORD: Final = r"\dA-Za-z_\u00aa\u00ba\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff"
"""The characters, as a regex class, that glue to a Latin word. Other scripts often run on without blanks, or put
their case endings on a placeholder, so they do not count."""

_HYPHENS: Final = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d")
_IGNORABLE: Final = re.compile("[\u0300-\u036f\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]")

_ENTITIES: Final = {
    "lt": "<",
    "LT": "<",
    "gt": ">",
    "GT": ">",
    "lbrack": "[",
    "lsqb": "[",
    "rbrack": "]",
    "rsqb": "]",
    "lbrace": "{",
    "lcub": "{",
    "rbrace": "}",
    "rcub": "}",
    "lpar": "(",
    "rpar": ")",
    "laquo": "«",
    "raquo": "»",
    "lsaquo": "‹",
    "rsaquo": "›",
    "lang": "⟨",
    "langle": "⟨",
    "rang": "⟩",
    "rangle": "⟩",
    "lowbar": "_",
    "UnderBar": "_",
    "hyphen": "-",
    "dash": "-",
    "ast": "*",
    "grave": "`",
    "nbsp": " ",
    "Tab": " ",
    "NewLine": " ",
    "shy": "\u00ad",
    "zwnj": "\u200c",
    "zwj": "\u200d",
    "ZeroWidthSpace": "\u200b",
}
_PREFIXES: Final = frozenset(name[:n] for name in _ENTITIES for n in range(len(name) + 1))
# `&amp;lt;` is what an escaper makes of text that was escaped already, so one `amp;` is looked through.
_REFERENCE = re.compile(r"&(?:amp;)?(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]{2,14}));")
_REFERENCE_BEGUN = re.compile(
    r"&(?:a|am|amp|amp;|(?:amp;)?(?:#(?:[0-9]{0,7}|[xX][0-9a-fA-F]{0,6})|([A-Za-z]{0,14})))\Z"
)
# Two backslashes: a JSON or Markdown escape that was itself put into a JSON string.
_BACKSLASH = re.compile(
    r"\\{1,2}(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|([nrt])|([!-/:-@\[-`{-~]))"
)
_BACKSLASH_BEGUN = re.compile(r"\\{1,2}(?:u[0-9a-fA-F]{0,3}|u\{[0-9a-fA-F]{0,6}|x[0-9a-fA-F]?)?\Z")
_LONGEST_ESCAPE: Final = 24


def read(text: str, at: int, final: bool) -> tuple[str, int]:
    """The symbol at `at` and where the next one begins.

    A symbol is one folded character: a lower-case base letter, an ASCII digit, a bracket, `_`, `-`, a blank, or
    `INVISIBLE`. `END` where the text stops; with `final`, an escape begun at the end is what it looks like.
    """
    if at >= len(text):
        return END, at
    char = text[at]
    if char == "&":
        return _reference(text, at, final)
    if char == "\\":
        return _backslash(text, at, final)
    return fold(char), at + 1


@lru_cache(maxsize=4096)
def fold(char: str) -> str:
    """One character as the grammar compares it: without case, accent, width or script of its digit."""
    if char.isascii():
        return BLANK if char.isspace() else char.lower()
    if char.isspace():
        return BLANK
    if char in _HYPHENS:
        return "-"
    if unicodedata.category(char) == "Cf" or _IGNORABLE.match(char):
        return INVISIBLE
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return _letter(char)


def _letter(char: str) -> str:
    base = unicodedata.normalize("NFKD", char)
    if base[0].isdigit() or not all(map(unicodedata.combining, base[1:])):
        return char
    return base[0].lower()


def _reference(text: str, at: int, final: bool) -> tuple[str, int]:
    begun = not final and len(text) - at < _LONGEST_ESCAPE and _REFERENCE_BEGUN.match(text, at)
    if begun and (begun[1] is None or begun[1] in _PREFIXES):
        return END, at
    match = _REFERENCE.match(text, at)
    if not match:
        return "&", at + 1
    decimal, hexadecimal, name = match.groups()
    char = _ENTITIES.get(name) if name else _character(int(decimal) if decimal else int(hexadecimal, 16))
    return (fold(char), match.end()) if char else ("&", at + 1)


def _backslash(text: str, at: int, final: bool) -> tuple[str, int]:
    if not final and len(text) - at < _LONGEST_ESCAPE and _BACKSLASH_BEGUN.match(text, at):
        return END, at
    match = _BACKSLASH.match(text, at)
    if not match:
        return "\\", at + 1
    short, braced, byte, blank, sign = match.groups()
    code = short or braced or byte
    char = _character(int(code, 16)) if code else BLANK if blank else sign
    return (fold(char), match.end()) if char else ("\\", at + 1)


def _character(code: int) -> str | None:
    return chr(code) if 0 < code <= 0x10FFFF else None
