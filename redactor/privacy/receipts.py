"""Signed statements of what was done for a person: which conversations, how much, when. No value, no identifier.

Signed with the pair of the audit log's checkpoints (Ed25519): who holds the public key that `redactor audit checkpoint`
prints can check one, and cannot make one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from redactor.audit.checkpoints import signing_key
from redactor.audit.log import store_id
from redactor.crypto import is_signed, public_key, sign
from redactor.exceptions import AuditError
from redactor.secret import Secret

Kind: TypeAlias = Literal["access", "portability", "correct", "erase", "sweep"]

FORMAT = 1
"""Version of what a receipt says."""

_SIGNED_AS = b"chat-redactor privacy receipt\n"
"""In front of what is signed, so that no checkpoint could pass for a receipt, nor a receipt for one."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a receipt is to say."""

    kind: Kind
    audit: int
    """The number of the audit log's record that tells of it."""
    time: int
    """Milliseconds since the epoch."""
    tenant: str = ""
    reference: str = ""
    """The case, as the business numbers it."""
    conversations: Sequence[str] = ()
    """Public ids."""
    counts: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A signed statement."""

    body: Mapping[str, Any]
    signature: bytes

    def public(self) -> dict[str, Any]:
        """As a file holds it."""
        return {"receipt": dict(self.body), "signature": self.signature.hex()}


def made(key: Secret[bytes], done: Done) -> Receipt:
    """A receipt, signed with the pair that belongs to the audit log's `key`."""
    pair = signing_key(key)
    body = {
        "format": FORMAT,
        "kind": done.kind,
        "tenant": done.tenant,
        "reference": done.reference,
        "conversations": list(done.conversations),
        "counts": dict(done.counts or {}),
        "audit": done.audit,
        "time": done.time,
        "store": store_id(key),
        "public_key": public_key(pair).hex(),
    }
    return Receipt(body, sign(pair, _signed(body)))


def read(data: Any, public: str | None = None) -> Receipt:
    """A receipt as a file holds it, its signature checked; `public`: the store's public key (hex), as it was noted
    when the store was set up. Without it one that somebody else signed passes.

    Raises `AuditError` for what is none, was changed, or was signed for another store.
    """
    try:
        body, signature = dict(data["receipt"]), bytes.fromhex(data["signature"])
        named = bytes.fromhex(body["public_key"])
        content = _signed(body)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise AuditError("expected a receipt as `redactor privacy erase` writes it") from None
    if not is_signed(named, content, signature):
        raise AuditError("the receipt was changed: its signature does not fit")
    if public not in (None, named.hex()):
        raise AuditError("the receipt was signed for another store")
    return Receipt(body, signature)


def _signed(body: Mapping[str, Any]) -> bytes:
    """One way to write it: sorted keys, no blanks; integers and strings only, so that there is no other."""
    written = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return _SIGNED_AS + written.encode("utf-8")
