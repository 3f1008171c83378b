"""Signed statements of where the log ended. Kept away from the store, one shows that nothing was cut off since.

Ed25519 and not another keyed hash: whoever holds the public key, an auditor say, can check one and cannot make one.
"""

import binascii
import json
from dataclasses import dataclass
from typing import Any

import rfc8785

from redactor.audit.records import FORMAT
from redactor.crypto import derive, is_signed, public_key, sign
from redactor.exceptions import AuditError
from redactor.secret import Secret

EVERY = 1000
"""Records after which a checkpoint is made and kept in the store by itself."""

_SIGNED_AS = b"chat-redactor audit checkpoint\n"
"""In front of what is signed, so that no other text signed with this key could pass for a checkpoint."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log's end at one time."""

    seq: int
    head: str
    """SHA-256 (hex) of the record `seq` as written."""
    store: str
    time: int
    """Milliseconds since the epoch."""
    public_key: str
    """Hex. It is part of what is signed."""
    content: bytes
    """All of the above as canonical JSON: what is signed."""
    signature: bytes

    def public(self) -> dict[str, Any]:
        """As a file holds it."""
        return {"checkpoint": json.loads(self.content), "signature": self.signature.hex()}


def made(key: Secret[bytes], store: str, seq: int, head: str, time: int) -> Checkpoint:
    """A checkpoint, signed with the pair that belongs to the audit log's key."""
    pair = signing_key(key)
    body: dict[str, int | str] = {"format": FORMAT, "seq": seq, "head": head, "store": store, "time": time}
    content = rfc8785.dumps({**body, "public_key": public_key(pair).hex()})
    return read(content, sign(pair, _SIGNED_AS + content))


def signing_key(key: Secret[bytes]) -> Secret[bytes]:
    """The private half. It is derived and not stored, so it is sealed wherever the log's key is."""
    return derive(key, "checkpoints")


def read(content: bytes, signature: bytes) -> Checkpoint:
    """A checkpoint from its stored bytes, its signature checked against the public key it names.

    Raises `AuditError` for one that was changed. Whose key it is, is for the caller to ask.
    """
    try:
        body = json.loads(content)
        public = bytes.fromhex(body["public_key"])
        names = (int(body["seq"]), str(body["head"]), str(body["store"]), int(body["time"]), public.hex())
        same = rfc8785.dumps(body) == content
    except (ValueError, KeyError, TypeError, RecursionError):
        same = False
    if not same or not is_signed(public, _SIGNED_AS + content, signature):
        raise AuditError("a checkpoint was changed: its signature does not fit")
    return Checkpoint(*names, content, signature)


def from_public(data: Any) -> Checkpoint:
    """A checkpoint as a file holds it. Raises `AuditError`."""
    try:
        content, signature = rfc8785.dumps(data["checkpoint"]), binascii.unhexlify(data["signature"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise AuditError("expected a checkpoint as `redactor audit checkpoint` writes it") from None
    return read(content, signature)
