"""Does this text look drawn by a machine? For keys without a form of their own, beside a word that says what they are.

Shannon's entropy (C. E. Shannon, A Mathematical Theory of Communication, 1948) alone does not tell a key from a name
made of words: of 20 characters both have about 4 bits each. So the words are looked for as well.
"""

from collections import Counter
from math import log2

import regex

from redactor.detection.words import ordinary_words

SHORTEST = 16
"""Characters under which entropy says nothing: 16 random hexadecimal digits already vary between 2.7 and 3.6 bits."""
_HEX_BITS, _BITS = 2.6, 3.1
"""Bits per character. Of 2,000 random texts of 16 characters 98% have more: 2.70 with hexadecimal digits, 3.16 with
small letters and digits, 3.38 with both cases; longer ones have more still."""
_HEX = regex.compile(r"[0-9a-fA-F]++")
_RUN = regex.compile(r"[A-Z]?[a-z]{3,}+|[A-Z]{4,}+")
_TURN = regex.compile(r"[a-z][A-Z]|[A-Z][a-z]|[A-Za-z]\d|\d[A-Za-z]")
_TURNS = 4
_UUID = regex.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DIGEST_LENGTHS = (32, 40, 64)


def entropy(text: str) -> float:
    """Shannon's entropy of a text's characters, bits per character; 0 for an empty text."""
    size = len(text)
    return -sum(n / size * log2(n / size) for n in Counter(text).values())


def is_random(text: str) -> bool:
    """At least 16 characters in no order a language has, and no word among them."""
    if len(text) < SHORTEST or entropy(text) < (_HEX_BITS if _HEX.fullmatch(text) else _BITS):
        return False
    if sum(1 for _ in _TURN.finditer(text, overlapped=True)) < _TURNS:
        return False
    return not any(run.lower() in ordinary_words() for run in _RUN.findall(text) if len(run) > 3)


def is_public_id(text: str) -> bool:
    """The form of what is written down everywhere: a UUID (RFC 9562), a digest in hexadecimal digits (MD5, SHA-1 as
    Git uses it, SHA-256), digits alone."""
    if _UUID.fullmatch(text) or text.isdigit():
        return True
    return len(text) in _DIGEST_LENGTHS and _HEX.fullmatch(text) is not None
