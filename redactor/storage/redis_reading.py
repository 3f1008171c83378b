"""What can be asked of conversations in Redis, and how they lie there.

Every key begins with the store's name in braces, so that a cluster keeps them on one server, which is what makes a
commit one step. What a name ends with tells what lies there:

==============  ====  ==================================================================================
tenant, key     hash  name → tenant's row, store's own key
id              hash  tenant and id hash → public id
c:ID            hash  `row`, `soonest`, `next_seq`, `version`, `last` (highest seq): outlives its content
n:ID            hash  type → highest number given: outlives everything
k:ID            hash  `wrapped` → key and its id                                             (ends by itself)
v:ID, t:ID      hash  type and index → value; seq → turn                                     (end by themselves)
w:ID, x:ID      hash  version → what of values, of turns, was written with it                (end by themselves)
l:ID            hash  type and lookup hash → value; turn id, hashes of turns → seq           (ends by itself)
s:T:H, u:ID     hash  conversations of a subject; subjects of a conversation
e, a:T          zset  live conversations by their soonest end; of a tenant
y:DAY           hash  statistics
o:T, q:T        hash  subject's hash → consent; zset: the same by when it was last changed: outlive everything
audit, points   hash  seq → record, checkpoint
==============  ====  ==================================================================================
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, replace
from typing import Any, TypeVar

from redactor.exceptions import StorageError
from redactor.storage.reviewing import Queue, Waiting
from redactor.storage.rows import (
    AuditRow,
    CheckpointRow,
    ConsentRow,
    ConversationRow,
    ReviewRow,
    StoreKeyRow,
    TallyRow,
    TenantRow,
    TurnRow,
    ValueRow,
)
from redactor.storage.search import Listed, Search

T = TypeVar("T")

ENDS_ITSELF = ("k", "v", "t", "w", "x", "l")
"""What of a conversation Redis drops by itself where nobody sweeps."""


class RedisReads:
    """The questions, asked through a handful of simple ones, which the store and its transaction answer differently."""

    __slots__ = ()

    def _get(self, key: str, field: str) -> bytes | None:
        """A field of a hash."""
        raise NotImplementedError

    def _get_all(self, key: str) -> Mapping[str, bytes]:
        """All of a hash."""
        raise NotImplementedError

    def _newer(self, conversation: str, log: str, table: str, version: int) -> Iterable[bytes]:
        """What a conversation's table holds that was written after a version, or some more; as of one moment."""
        raise NotImplementedError

    def _after(self, key: str, member: str, limit: int) -> Sequence[str]:
        """Members of an ordered set that come after one."""
        raise NotImplementedError

    def _row(self, make: type[T], key: str, field: str) -> T | None:
        found = self._get(key, field)
        return make(*unpacked(found)) if found is not None else None

    def tenant(self, tenant: str) -> TenantRow | None:
        return self._row(TenantRow, "tenant", tenant)

    def tenants(self) -> Sequence[TenantRow]:
        return [TenantRow(*unpacked(row)) for _, row in sorted(self._get_all("tenant").items())]

    def conversation(self, tenant: str, id_hash: bytes) -> ConversationRow | None:
        public_id = self._get("id", field(tenant, id_hash))
        return self.conversation_by_public_id(public_id.decode()) if public_id is not None else None

    def conversation_by_public_id(self, public_id: str) -> ConversationRow | None:
        found = self._get_all(f"c:{public_id}")
        if not found:
            return None
        row = ConversationRow(*unpacked(found["row"]))
        wrapped, key_id = unpacked(self._get(f"k:{public_id}", "wrapped") or b'[null, ""]')
        return replace(row, wrapped_key=wrapped, key_id=key_id, version=int(found["version"]))

    def conversations_with(self, tenant: str, subject_hash: bytes) -> Sequence[str]:
        return sorted(self._get_all(f"s:{field(tenant, subject_hash)}"))

    def wrapped_conversations(self, tenant: str, after: str, limit: int) -> Sequence[ConversationRow]:
        found: list[ConversationRow] = []
        while len(found) < limit and (names := self._after(f"a:{tenant}", after, limit)):
            rows = (self.conversation_by_public_id(name) for name in names)
            found += [row for row in rows if row is not None and row.wrapped_key is not None]
            after = names[-1]
        return found[:limit]

    def live_conversations(self, tenant: str) -> int:
        return len(self.wrapped_conversations(tenant, "", 1 << 40))

    def counters(self, conversation: str) -> Mapping[str, int]:
        return {name: int(last) for name, last in self._get_all(f"n:{conversation}").items()}

    def values(self, conversation: str, newer_than: int = 0) -> Sequence[ValueRow]:
        found = (ValueRow(*unpacked(row)) for row in self._newer(conversation, "w", "v", newer_than))
        rows = [row for row in found if row.version > newer_than]
        return sorted(rows, key=lambda row: (row.version, row.type, row.index))

    def find_value(self, conversation: str, type: str, lookup_hash: bytes) -> ValueRow | None:  # noqa: A002
        at = self._get(f"l:{conversation}", field(type, lookup_hash))
        return self._row(ValueRow, f"v:{conversation}", at.decode()) if at is not None else None

    def turns(self, conversation: str, newer_than: int = 0) -> Sequence[TurnRow]:
        found = (TurnRow(*unpacked(row)) for row in self._newer(conversation, "x", "t", newer_than))
        return sorted((row for row in found if row.version > newer_than), key=lambda row: row.seq)

    def turns_from(self, conversation: str, seq: int, limit: int) -> Sequence[TurnRow]:
        return [row for row in self.turns(conversation) if row.seq >= seq][:limit]

    def turn(self, conversation: str, turn_id: str) -> TurnRow | None:
        return self._latest(conversation, field("id", turn_id))

    def turn_by_hash(self, conversation: str, turn_hash: bytes) -> TurnRow | None:
        return self._latest(conversation, field("turn", turn_hash))

    def turn_by_text(self, conversation: str, text_hash: bytes) -> TurnRow | None:
        return self._latest(conversation, field("text", text_hash))

    def _latest(self, conversation: str, name: str) -> TurnRow | None:
        seqs = unpacked(self._get(f"l:{conversation}", name) or b"[]")
        return self._row(TurnRow, f"t:{conversation}", str(max(seqs))) if seqs else None

    def last_turn(self, conversation: str) -> TurnRow | None:
        seq = self._get(f"c:{conversation}", "last")
        return self._row(TurnRow, f"t:{conversation}", seq.decode()) if seq is not None else None

    def search(self, search: Search, *, limit: int, before: int | None = None) -> Sequence[TurnRow]:
        """Raises `StorageError`: Redis has no index of words and of entities."""
        raise StorageError(NOT_HERE.format("searched"))

    def listed(
        self,
        tenant: str | None = None,
        *,
        limit: int,
        before: tuple[float, str] | None = None,
        channel: str | None = None,
        tenants: tuple[str, ...] = (),
    ) -> Sequence[Listed]:
        """Raises `StorageError`."""
        raise StorageError(NOT_HERE.format("listed"))

    def reviews(self, conversation: str, turn_id: str | None = None) -> Sequence[ReviewRow]:
        """Raises `StorageError`."""
        raise StorageError(NOT_HERE.format("reviewed"))

    def reviews_after(self, number: int, limit: int, tenant: str | None = None) -> Sequence[ReviewRow]:
        """Raises `StorageError`."""
        raise StorageError(NOT_HERE.format("reviewed"))

    def waiting(self, queue: Queue, limit: int) -> Sequence[Waiting]:
        """Raises `StorageError`."""
        raise StorageError(NOT_HERE.format("reviewed"))

    def waiting_count(
        self, tenant: str | None = None, *, tenants: tuple[str, ...] = (), most: int | None = None
    ) -> int:
        """Raises `StorageError`."""
        raise StorageError(NOT_HERE.format("reviewed"))

    def consent(self, tenant: str, subject_hash: bytes) -> ConsentRow | None:
        return self._row(ConsentRow, f"o:{tenant}", subject_hash.hex())

    def consents(self, tenant: str, limit: int, after: str = "") -> Sequence[ConsentRow]:
        rows = (ConsentRow(*unpacked(row)) for row in self._get_all(f"o:{tenant}").values())
        return sorted((row for row in rows if row.ref > after), key=lambda row: row.ref)[:limit]

    def tallies(self, first: int, last: int, tenant: str | None = None) -> Sequence[TallyRow]:
        days = sorted(day for day in map(int, self._get_all("days")) if first <= day <= last)
        counts = (item for day in days for item in self._get_all(f"y:{day}").items())
        found = (TallyRow(*[*unpacked(key.encode()), int(count)]) for key, count in counts)
        return [row for row in found if tenant in (None, row.tenant)]

    def store_key(self, name: str) -> StoreKeyRow | None:
        return self._row(StoreKeyRow, "key", name)

    def store_keys(self) -> Sequence[StoreKeyRow]:
        return [StoreKeyRow(*unpacked(row)) for _, row in sorted(self._get_all("key").items())]

    def audit(self, after: int, limit: int) -> Sequence[AuditRow]:
        last = self.last_audit()
        seqs = range(after + 1, min(after + limit, last.seq if last else 0) + 1)
        rows = (self._row(AuditRow, "audit", str(seq)) for seq in seqs)
        return [row for row in rows if row is not None]

    def last_audit(self) -> AuditRow | None:
        seq = self._get("audit", "last")
        return self._row(AuditRow, "audit", seq.decode()) if seq is not None else None

    def checkpoints(self, since: int = 0) -> Sequence[CheckpointRow]:
        rows = [CheckpointRow(*unpacked(row)) for row in self._get_all("points").values()]
        return sorted((row for row in rows if row.seq >= since), key=lambda row: row.seq)


NOT_HERE = (
    "conversations in Redis cannot be {}: it keeps what serving needs, and no index over all of them; "
    "use SQLite or PostgreSQL as the store"
)


def packed(row: Any) -> bytes:
    """A row as JSON; bytes in base64, text as it is, lone surrogates and NUL included."""
    return json.dumps(astuple(row) if hasattr(row, "__slots__") else row, default=_as_json).encode()


def unpacked(data: bytes) -> list[Any]:
    """The row's fields again."""
    found: list[Any] = json.loads(data, object_hook=lambda each: b64decode(each["b"]))
    return found


def _as_json(data: object) -> object:
    if isinstance(data, bytes):
        return {"b": b64encode(data).decode()}
    raise TypeError("a row holds text, numbers and bytes only")


def field(*parts: str | bytes | int) -> str:
    """A name made of several, each told apart whatever it holds."""
    return json.dumps([part.hex() if isinstance(part, bytes) else part for part in parts])
