"""Bodies of JSON: what comes in is checked, what goes out is ASCII."""

import contextlib
import json
from collections import deque

from redactor_gateway.errors import PayloadError
from redactor_gateway.json_text import finite
from redactor_gateway.paths import Value, leaves


def parsed(body: bytes) -> Value:
    """A JSON object or array. Raises `PayloadError`."""
    text = text_of(body)
    with contextlib.suppress(ValueError, RecursionError):
        value = json.loads(text, parse_constant=_refuse, parse_float=finite)
        if isinstance(value, dict | list):
            deque(leaves(value), maxlen=0)  # refuses what is nested too deeply to be walked through
            return value
    raise PayloadError("the body is no JSON object or array (RFC 8259); it was not checked and does not go on")


def _refuse(constant: str) -> float:
    raise ValueError(constant)  # NaN and Infinity are no JSON


def text_of(body: bytes) -> str:
    """A body as text. Raises `PayloadError` where it is not UTF-8."""
    with contextlib.suppress(UnicodeDecodeError):
        return body.decode("utf-8-sig")
    raise PayloadError("the body is not UTF-8; it was not checked and does not go on")


def written(payload: Value) -> bytes:
    """A payload as JSON; in ASCII, so that half a character of JavaScript's gets through as it came."""
    return json.dumps(payload, separators=(",", ":"), allow_nan=False).encode()
