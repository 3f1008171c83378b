"""What a field of a payload is, and how it is looked at."""

import re
from collections.abc import Mapping
from typing import Literal, get_args

Kind = Literal["text", "html", "slack_mrkdwn", "json_string", "form", "identity", "handle", "protocol"]
"""text, html, slack_mrkdwn: what somebody says, in that syntax. json_string, form: data written into a string.
identity: known to be personal, masked without detection and remembered. handle: the same, but the bot keeps its state
under it or sends it back, so that it stays different from every other customer's. protocol: kept, if it looks so."""

KINDS: tuple[Kind, ...] = get_args(Kind)
SAID: tuple[Kind, ...] = ("text", "html", "slack_mrkdwn")
KNOWN: tuple[Kind, ...] = ("identity", "handle")

Shape = Literal["word", "id", "number", "time", "locale", "address", "thread"]
"""What a protocol field must look like to be kept; anything else is detected."""

_SHAPES: Mapping[Shape, re.Pattern[str]] = {
    "word": re.compile(r"[A-Za-z][A-Za-z_./:-]{0,63}"),
    "id": re.compile(r"[A-Za-z0-9_./:=+-]{1,256}"),
    "number": re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,9})?"),
    "time": re.compile(
        r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?|\d{9,13}"
    ),
    "locale": re.compile(r"[A-Za-z]{2,3}(?:[_-][A-Za-z0-9]{2,8}){0,3}|[A-Z][A-Za-z_]{2,31}/[A-Za-z_]{2,31}"),
    "address": re.compile(r"https://[a-z0-9.-]{1,253}(?::\d{1,5})?(?:/[A-Za-z0-9_./-]{0,256})?"),
    "thread": re.compile(
        r"[A-Za-z0-9_./:=+-]{1,256}|19:[A-Za-z0-9_-]{8,128}@(?:thread\.(?:tacv2|skype|v2)|unq\.gbl\.spaces)(?:;messageid=\d{1,20})?"
    ),
}
"""word: a word of the protocol, no digit in it; id: of letters, digits and signs, no blank and no `@`; address: a web
address without login, parameters and fragment; thread: an id, or a thread of Teams."""


def has_shape(shape: Shape, value: str | int | float) -> bool:
    """Whether the value of a protocol field looks as it should."""
    return _SHAPES[shape].fullmatch(value if isinstance(value, str) else repr(value)) is not None


def without_prefix(text: str, prefixes: tuple[str, ...]) -> tuple[str, str]:
    """A channel's prefix ("whatsapp:") and what follows; an address may come with one or without."""
    for prefix in prefixes:
        if text.startswith(prefix):
            return prefix, text[len(prefix) :]
    return "", text
