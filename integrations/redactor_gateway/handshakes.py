"""Requests by which a platform tries an endpoint out: answered here, and going no further."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from redactor.secret import Secret
from redactor_gateway.incoming import Incoming, read
from redactor_gateway.paths import Value
from redactor_gateway.platform import Handshake, Platform

_ECHO = re.compile(r"[A-Za-z0-9_.~+/=-]{1,512}")
"""What is sent back at most: no markup, no line. Platforms send random letters and digits."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    status: int
    body: str = field(default="", repr=False)
    """As `text/plain`."""


def handshake(
    platform: Platform, request: Incoming, payload: Value = None, *, verified: bool, tokens: Sequence[Secret[str]] = ()
) -> Answer | None:
    """The answer where the request is a handshake; None where it is a message like any other.

    `verified`: whether `verify` accepted its signature. `tokens`: the verify tokens of the route. One that is neither
    signed nor brings a token is answered 403; `payload` is looked at only where `verified`.
    """
    for rule in platform.handshake:
        if rule.method == request.method and _is_meant(rule, request, payload if verified else None):
            return _answer(rule, request, payload, verified, tokens)
    return None


def _is_meant(rule: Handshake, request: Incoming, payload: Value) -> bool:
    return read(rule.when, request, payload) == [rule.equals]


def _answer(
    rule: Handshake, request: Incoming, payload: Value, verified: bool, tokens: Sequence[Secret[str]]
) -> Answer:
    if not (_has_token(rule, request, payload, tokens) if rule.token else verified):
        return Answer(403)
    if rule.answer is None:
        return Answer(200)
    found = read(rule.answer, request, payload)
    return Answer(200, found[0]) if len(found) == 1 and _ECHO.fullmatch(found[0]) else Answer(400)


def _has_token(rule: Handshake, request: Incoming, payload: Value, tokens: Sequence[Secret[str]]) -> bool:
    given = read(rule.token or "", request, payload)
    right = False
    for token in tokens:
        right |= bool(token) and len(given) == 1 and hmac.compare_digest(_hash(given[0]), _hash(token.reveal()))
    return right


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
