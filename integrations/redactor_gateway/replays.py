"""By what a delivery is known when it comes again. Which ones came is kept elsewhere; here is only what to keep."""

import hashlib
import hmac

from redactor.secret import Secret
from redactor_gateway.incoming import Incoming, as_text, read
from redactor_gateway.paths import Value, values
from redactor_gateway.platform import Platform

WINDOW = 7 * 86400.0
"""Seconds a delivery is remembered: Meta sends what was not accepted again for up to seven days."""


def delivery_key(platform: Platform, request: Incoming, payload: Value, route: str, secret: Secret[bytes]) -> bytes:
    """32 bytes that are the same for a delivery that comes again, and say nothing of it without `secret`.

    By the platform's own id of the delivery; else by the ids of all messages in it, where each has one; else by the
    body, byte for byte.
    """
    ids = [read(source, request, payload) for source in platform.replay]
    said = [each[0] for each in ids if len(each) == 1]
    if not said or len(said) < len(ids):
        said = _messages(platform, payload)
    content = ["id", *said] if said else ["body", hashlib.sha256(request.body).hexdigest()]
    parts = [route, platform.name, *content]
    return hmac.digest(secret.reveal(), b"".join(map(_framed, parts)), "sha256")


def _framed(part: str) -> bytes:
    """A part with its length before it, so that two lists never read the same."""
    raw = part.encode("utf-8", "surrogatepass")
    return len(raw).to_bytes(8, "big") + raw


def _messages(platform: Platform, payload: Value) -> list[str]:
    """The ids of all messages; none where one of them has none."""
    ids: list[str] = []
    for part in platform.part:
        for piece in values(part.each, payload):
            found = [as_text(value) for path in part.key for value in values(path, piece)]
            if not found or not all(found):
                return []
            ids += found
    return ids
