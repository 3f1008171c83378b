"""What one record says, and the one way it is written down.

Written as canonical JSON (RFC 8785, JCS), so that a record read from an export gives the very bytes that were signed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import rfc8785

from redactor.exceptions import AuditError
from redactor.storage import Swept

FORMAT = 1
"""Version of the records' format."""

FIRST = "0" * 64
"""Stands for the previous record in the first one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is about to happen, or has happened. No field may hold a personal value."""

    action: str
    """`restore`, `forget`, `expire`, `keys.rotate`, ...: see docs/audit.md."""
    tenant: str = ""
    conversation: str = ""
    """The conversation's public id."""
    subject: tuple[str, ...] = ()
    """What it is done to: placeholders, key ids, counts."""
    audience: str = ""
    outcome: str = "done"
    """`begun` where another record tells the end, `done`, or what came of it in a word."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of policy and model, where they decided something."""


def expired(swept: Swept, tenant: str = "", conversation: str = "") -> Entry:
    """The entry for what ended because its time was over, in one conversation or in all."""
    subject = (f"{swept.conversations} conversations", f"{swept.values} values")
    return Entry("expire", tenant, conversation, subject)


def expired_consents(count: int) -> Entry:
    """The entry for consents that nobody changed for too long."""
    return Entry("consent.expire", subject=(f"{count} consents",))


@dataclass(frozen=True, slots=True)
class Record:
    """An entry in its place in the chain."""

    seq: int
    """From 1, without a gap."""
    time: int
    """Milliseconds since the epoch."""
    actor: str
    entry: Entry
    store: str
    """Names the store, so that a record cannot be brought in from another."""
    prev: str
    """SHA-256 (hex) of the previous record as written; `FIRST` in the first."""

    def encoded(self) -> bytes:
        """The record as it is written. Raises `AuditError` for text that is none."""
        try:
            return rfc8785.dumps(self.public())
        except rfc8785.CanonicalizationError:
            pass  # raised outside: the exception's context must not carry the text
        raise AuditError(
            "a name or id for the audit log is not text (a lone surrogate?) or a number is too large; "
            "nothing was recorded, so nothing was done"
        )

    def public(self) -> dict[str, Any]:
        """The record as JSON has it."""
        entry = asdict(self.entry)
        entry["subject"], entry["versions"] = list(self.entry.subject), dict(self.entry.versions)
        place = {"seq": self.seq, "time": self.time, "actor": self.actor, "store": self.store, "prev": self.prev}
        return {"format": FORMAT, **place, **entry}


def decoded(content: bytes) -> Record:
    """Undo `encoded`. Raises `ValueError` for anything that `encoded` would not have written to the byte."""
    data = json.loads(content)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError("not a record of this format")
    return from_public(data, content)


def from_public(data: Mapping[str, Any], content: bytes | None = None) -> Record:
    """A record from its JSON. Raises `ValueError` where writing it again gives other bytes than `content`."""
    fields = dict(data)
    if fields.pop("format", None) != FORMAT:
        raise ValueError("not a record of this format")
    try:
        place = {name: fields.pop(name) for name in ("seq", "time", "actor", "store", "prev")}
        entry = Entry(**{**fields, "subject": tuple(fields["subject"]), "versions": dict(fields["versions"])})
        record = Record(entry=entry, **place)
        written = record.encoded()
    except (KeyError, TypeError, AuditError) as error:
        raise ValueError("not a record of this format") from error
    if content is not None and written != content:
        raise ValueError("not written as a record is")
    return record


def digest(content: bytes) -> str:
    """What the next record, or a checkpoint, names a record by: SHA-256 (FIPS 180-4), hex."""
    return hashlib.sha256(content).hexdigest()
