"""The audit log and the wrapped keys: what can be asked and written, and how SQLite and memory do it.

Nothing here is ever deleted with a conversation, and no method changes or deletes a record.
"""
# ruff: noqa: S608 - only the constants below are put into statements; every value is bound

import threading
from collections.abc import MutableMapping, Sequence
from typing import Any, Protocol, TypeVar

from redactor.exceptions import StorageError
from redactor.storage.rows import AuditRow, CheckpointRow, ConversationRow, StoreKeyRow

K = TypeVar("K")
V = TypeVar("V")

_CONVERSATION = "tenant, id_hash, public_id, wrapped_key, key_id, last_turn, expires, version"


class AuditReader(Protocol):
    """What can be asked of keys and records."""

    def store_key(self, name: str) -> StoreKeyRow | None:
        """A key of the store itself."""

    def store_keys(self) -> Sequence[StoreKeyRow]:
        """All of them, by name."""

    def wrapped_conversations(self, tenant: str, after: str, limit: int) -> Sequence[ConversationRow]:
        """A tenant's conversations that have a key, by public id, after one."""

    def live_conversations(self, tenant: str) -> int:
        """How many of a tenant's conversations have a key."""

    def audit(self, after: int, limit: int) -> Sequence[AuditRow]:
        """Records with a higher number, in order."""

    def last_audit(self) -> AuditRow | None:
        """The record with the highest number."""

    def checkpoints(self, since: int = 0) -> Sequence[CheckpointRow]:
        """Checkpoints of this record and later ones, in order."""


class AuditWriter(Protocol):
    """What can be written of keys and records."""

    def put_store_key(self, row: StoreKeyRow) -> None:
        """Insert a key of the store itself, or put the rewrapped one in its place."""

    def rewrap_conversation(self, conversation: str, wrapped_key: bytes) -> None:
        """Put a conversation's rewrapped key in place of the old one; one whose key was destroyed stays without."""

    def add_audit(self, row: AuditRow) -> None:
        """Append a record. Raises `StorageError` where there is one with its number."""

    def add_checkpoint(self, row: CheckpointRow) -> None:
        """Keep a checkpoint. Raises `StorageError` where there is one of this record."""


MIGRATION = (
    # hash_keys, old_key: see redactor/keys.py. made: seconds since the epoch; 0 where nobody noted it.
    "ALTER TABLE tenant ADD COLUMN made REAL NOT NULL DEFAULT 0",
    "ALTER TABLE tenant ADD COLUMN hash_keys BLOB",
    "ALTER TABLE tenant ADD COLUMN old_key BLOB",
    """CREATE TABLE store_key (
        name TEXT NOT NULL PRIMARY KEY,
        wrapped_key BLOB NOT NULL,
        key_id TEXT NOT NULL,
        made REAL NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX conversation_wrapped ON conversation (tenant, public_id) WHERE wrapped_key IS NOT NULL",
    # No reference to a conversation: records outlive what they speak of.
    """CREATE TABLE audit (
        seq INTEGER NOT NULL PRIMARY KEY,
        record BLOB NOT NULL,
        mac BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE audit_checkpoint (
        seq INTEGER NOT NULL PRIMARY KEY,
        content BLOB NOT NULL,
        signature BLOB NOT NULL
    ) STRICT""",
    # Against our own mistakes; who writes to the file is found by the keyed hashes.
    *(
        f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
            BEGIN SELECT RAISE(ABORT, 'the audit log is only ever appended to'); END"""
        for table in ("audit", "audit_checkpoint")
        for verb in ("update", "delete")
    ),
)
"""The schema's step to version 4."""


class AuditQueries:
    """The questions in SQL, asked of whatever connection `_all` uses."""

    __slots__ = ()

    def _all(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        raise NotImplementedError  # the store and its transaction each have their connection

    def store_key(self, name: str) -> StoreKeyRow | None:
        rows = self._all("SELECT name, wrapped_key, key_id, made FROM store_key WHERE name = ?", name)
        return StoreKeyRow(*rows[0]) if rows else None

    def store_keys(self) -> Sequence[StoreKeyRow]:
        rows = self._all("SELECT name, wrapped_key, key_id, made FROM store_key ORDER BY name")
        return [StoreKeyRow(*row) for row in rows]

    def wrapped_conversations(self, tenant: str, after: str, limit: int) -> Sequence[ConversationRow]:
        sql = (
            f"SELECT {_CONVERSATION} FROM conversation WHERE wrapped_key IS NOT NULL AND tenant = ? "
            "AND public_id > ? ORDER BY public_id LIMIT ?"
        )
        return [ConversationRow(*row) for row in self._all(sql, tenant, after, limit)]

    def live_conversations(self, tenant: str) -> int:
        sql = "SELECT count(*) FROM conversation WHERE wrapped_key IS NOT NULL AND tenant = ?"
        return int(self._all(sql, tenant)[0][0])

    def audit(self, after: int, limit: int) -> Sequence[AuditRow]:
        sql = "SELECT seq, record, mac FROM audit WHERE seq > ? ORDER BY seq LIMIT ?"
        return [AuditRow(*row) for row in self._all(sql, after, limit)]

    def last_audit(self) -> AuditRow | None:
        rows = self._all("SELECT seq, record, mac FROM audit ORDER BY seq DESC LIMIT 1")
        return AuditRow(*rows[0]) if rows else None

    def checkpoints(self, since: int = 0) -> Sequence[CheckpointRow]:
        sql = "SELECT seq, content, signature FROM audit_checkpoint WHERE seq >= ? ORDER BY seq"
        return [CheckpointRow(*row) for row in self._all(sql, since)]


class AuditStatements(AuditQueries):
    """What a transaction writes, in SQL. A wrapped key that is replaced must not linger in the write-ahead log."""

    __slots__ = ()

    def _will_erase(self) -> None:
        raise NotImplementedError  # the log is emptied after the commit

    def put_store_key(self, row: StoreKeyRow) -> None:
        sql = (
            "INSERT INTO store_key (name, wrapped_key, key_id, made) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
            "wrapped_key = excluded.wrapped_key, key_id = excluded.key_id, made = excluded.made"
        )
        self._all(sql, row.name, row.wrapped_key, row.key_id, row.made)
        self._will_erase()

    def rewrap_conversation(self, conversation: str, wrapped_key: bytes) -> None:
        sql = "UPDATE conversation SET wrapped_key = ? WHERE public_id = ? AND wrapped_key IS NOT NULL"
        self._all(sql, wrapped_key, conversation)
        self._will_erase()

    def add_audit(self, row: AuditRow) -> None:
        self._all("INSERT INTO audit (seq, record, mac) VALUES (?, ?, ?)", row.seq, row.record, row.mac)

    def add_checkpoint(self, row: CheckpointRow) -> None:
        sql = "INSERT INTO audit_checkpoint (seq, content, signature) VALUES (?, ?, ?)"
        self._all(sql, row.seq, row.content, row.signature)


class AuditTables:
    """The same kept in this process's memory."""

    __slots__ = ("lock", "points", "records", "store_keys")

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.store_keys: dict[str, StoreKeyRow] = {}
        self.records: dict[int, AuditRow] = {}
        """By number; appended in order."""
        self.points: dict[int, CheckpointRow] = {}


class MemoryAudit:
    """The questions, asked of `_tables`."""

    __slots__ = ()

    _tables: AuditTables

    def store_key(self, name: str) -> StoreKeyRow | None:
        with self._tables.lock:
            return self._tables.store_keys.get(name)

    def store_keys(self) -> Sequence[StoreKeyRow]:
        with self._tables.lock:
            return [row for _, row in sorted(self._tables.store_keys.items())]

    def audit(self, after: int, limit: int) -> Sequence[AuditRow]:
        with self._tables.lock:
            records = self._tables.records
            return [records[seq] for seq in range(after + 1, min(after + limit, len(records)) + 1)]

    def last_audit(self) -> AuditRow | None:
        with self._tables.lock:
            return self._tables.records.get(len(self._tables.records))

    def checkpoints(self, since: int = 0) -> Sequence[CheckpointRow]:
        with self._tables.lock:
            return [self._tables.points[seq] for seq in sorted(self._tables.points) if seq >= since]


class MemoryAuditWrites(MemoryAudit):
    """What a transaction writes; `_put` notes how to undo it."""

    __slots__ = ()

    def _put(self, table: MutableMapping[K, V], key: K, value: V) -> None:
        raise NotImplementedError

    def put_store_key(self, row: StoreKeyRow) -> None:
        self._put(self._tables.store_keys, row.name, row)

    def add_audit(self, row: AuditRow) -> None:
        if row.seq != len(self._tables.records) + 1:
            raise StorageError("a record of the audit log must follow the last one")
        self._put(self._tables.records, row.seq, row)

    def add_checkpoint(self, row: CheckpointRow) -> None:
        if row.seq in self._tables.points:
            raise StorageError("there is a checkpoint of this record already")
        self._put(self._tables.points, row.seq, row)
