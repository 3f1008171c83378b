"""Names grown together with other words: "#JohnSmith", "myNameIsJohnSmith", "my_name_is_john", "mynameisjohn"; and
addresses whose "at" and "dot" are: "john_at_gmail_dot_com", "johnATgmailDOTcom".

A blank is read where a capital begins, or for the underscore. "iPhone", "JavaScript" and "eBay" are two words then,
too, so nothing but names counts in this reading, and not one whose words are all ordinary ones.
"""

import re
from collections.abc import Iterator

import regex

from redactor.detection.lazy import lazy
from redactor.detection.spelled import Edit, apart
from redactor.detection.words import ordinary_words

_HINT = re.compile(r"[a-z0-9][A-Z]|_|#")
_ANY_HINT = lazy(r"\p{Ll}\p{Lu}")
_TOKEN = lazy(r"(?<![\p{L}\p{N}@./\\-])#?\p{L}[\p{L}\p{M}\p{N}_'’-]{2,80}+(?![@/\\]|\.\w)")
_JOINT = lazy(r"(?<=[\p{Ll}\p{N}])\p{Lu}(?=\p{Ll})|(?<=\p{Lu})\p{Lu}(?=\p{Ll}{2})|_+(?=\p{L})(?<=[\p{L}\p{N}]_+)|^#")
_FEWEST = 2
_SAYS_NAME = lazy(
    r"(?i)(?<!\p{L})(?P<a>my)(?P<b>name)(?P<c>is)(?=\p{L}{2})|(?<!\p{L})(?P<a>i)(?P<b>am)(?P<c>called)(?=\p{L}{2})"
)
_LINKED = lazy(r"(?<=[a-z0-9])(?:(?P<at>[_-]at[_-]|AT|[_-]AT[_-])|(?P<dot>[_-]dot[_-]|DOT|[_-]DOT[_-]))(?=[a-z0-9])")


def parted(text: str) -> list[Edit]:
    """The replacements that part such words."""
    edits: list[Edit] = []
    if _HINT.search(text) or (not text.isascii() and _ANY_HINT.search(text)):
        edits += (edit for token in _TOKEN.finditer(text) for edit in _joints(token))
    if "meis" in text.lower() or "amcalled" in text.lower():
        edits += (edit for found in _SAYS_NAME.finditer(text) for edit in _said(found))
    return apart(edits)


def _joints(token: "regex.Match[str]") -> Iterator[Edit]:
    """The blank shares the place of the letter behind it, or is the sign's. One joint alone is a brand's ("PayPal") or
    a compound's, and a name of two words is known as such."""
    joints = list(_JOINT.finditer(token[0]))
    if len(joints) < _FEWEST and not token[0].startswith("#"):
        return
    for joint in joints:
        at, sign = token.start() + joint.start(), joint[0]
        if sign.isalpha():
            yield Edit(at, at + 1, f" {sign}")
        elif sign == "#":
            yield Edit(at, at + 2, token[0][1])
        else:
            yield Edit(at, at + len(sign), " ")


def _said(found: "regex.Match[str]") -> Iterator[Edit]:
    """ "mynameisjohn": blanks go with the letter behind them."""
    for place in (found.start("b"), found.start("c"), found.end()):
        yield Edit(place, place + 1, f" {found.string[place]}")


def is_name(text: str) -> bool:
    """Whether a name in this reading is one: a word of it, at least, is no ordinary one."""
    return any(word.lower() not in ordinary_words() for word in text.split())


def linked(text: str) -> list[Edit]:
    """The replacements for "at" and "dot" grown together with an address."""
    lower = text.lower()
    if "dot" not in lower or "at" not in lower or not any(found["at"] for found in _LINKED.finditer(text)):
        return []
    return [Edit(*found.span(), "@" if found["at"] else ".") for found in _LINKED.finditer(text)]
