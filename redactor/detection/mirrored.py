"""Values written from their end: "moc.liamg@nhoj", "1111 1111 1111 1114 backwards", text after a direction override.

A number is turned round where a word, or the override character U+202E of UAX #9, says so; else only what nothing but a
turned value can be: a card's or IBAN's number in groups that passes its check from the end and not from its start, and
an address that begins with the ending of one.
"""

from collections.abc import Iterator

import regex

from redactor.detection.checks import card, iban, series
from redactor.detection.lazy import lazy
from redactor.detection.spelled import Edit, apart
from redactor.detection.words import ordinary_words

SAYS_TURNED = (
    "backward",
    "revers",
    "mirrored",
    "from the end",
    "from the back",
    "from the right",
    "right to left",
    "esrever",
)
_FEWEST = 12
"""Digits of the shortest number that is turned round without a word for it."""
_NO_DIGITS = str.maketrans("", "", "0123456789")
OVERRIDE = "\u202e"
_NUMBER = lazy(r"(?<![\p{L}\p{N}])[\p{L}\d]{0,4}\d(?:[ ._/()-]{0,3}\d){5,22}+\+?(?![\p{L}\p{N}])")
_GROUPED = lazy(r"(?<![\w.-])\d{1,4}(?:[ -]\d{4}){3}(?![\w-])|(?<![\w.-])\d{5}[ -]\d{6}[ -]\d{4}(?![\w-])")
_IBAN_START = lazy(r"(?<=[0-9A-Za-z ]{11})\d{2}[A-Za-z]{2}(?!\w)")
"""How a turned IBAN ends."""
_LONGEST = 42
"""Characters of an IBAN in groups of four."""
_ADDRESS = lazy(
    r"(?i)(?<![\w.+@-])(?:moc|ten|gro|ude|vog|ofni|oi|oc|ku\.oc|ku|ed|rf|se|ti|ln|ue|su|ac|ua|hc|ta|eb|ei|ved"
    r"|ppa|em|zn)"
    r"\.[a-z0-9-]{2,63}(?:\.[a-z0-9-]{2,63}){0,2}@[\w.+-]{1,64}"
)
_IBAN_SIGNS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz -")
_WORD = lazy(r"(?<![\p{L}\p{N}@._-])\p{L}{2,24}+(?![\p{L}\p{N}@_])")


def turned(text: str, says_so: bool = False) -> list[Edit]:
    """The replacements that turn such values round; `says_so`: something outside the text says that it is turned."""
    lower = text.lower()
    says_so = says_so or any(word in lower for word in SAYS_TURNED)
    edits: list[Edit] = []
    if "@" in text:
        edits += (_whole(found) for found in _ADDRESS.finditer(text))
    if says_so:
        edits += (_whole(found) for found in _NUMBER.finditer(text))
        edits += (_whole(found) for found in _ADDRESS.finditer(text))
        edits += _names(text)
    has_digits = len(text) - len(text.translate(_NO_DIGITS)) >= _FEWEST
    if has_digits and not says_so:
        edits += (_whole(found) for found in _GROUPED.finditer(text) if _is_turned_card(found[0]))
    if has_digits:
        edits += (edit for found in _IBAN_START.finditer(text) for edit in _turned_iban(text, found.end()))
    return apart(edits)


def _turned_iban(text: str, end: int) -> Iterator[Edit]:
    """The turned IBAN that ends here, if one does."""
    for start in range(max(0, end - _LONGEST), end - _FEWEST):
        is_edge = text[start].isalnum() and not (start and text[start - 1].isalnum())
        if is_edge and iban(text[start:end][::-1]) and set(text[start:end]) <= _IBAN_SIGNS:
            yield Edit(start, end, text[start:end][::-1])
            return


def _is_turned_card(text: str) -> bool:
    return card(text[::-1]) and not card(text) and not series(text)


def _whole(found: "regex.Match[str]") -> Edit:
    return Edit(*found.span(), found[0][::-1])


def _names(text: str) -> Iterator[Edit]:
    """Words beside each other that are none of the language's."""
    start = end = 0
    for word in _WORD.finditer(text):
        if word[0].lower() in ordinary_words():
            continue
        if text[end : word.start()] != " ":
            if end > start:
                yield Edit(start, end, text[start:end][::-1])
            start = word.start()
        end = word.end()
    if end > start:
        yield Edit(start, end, text[start:end][::-1])
