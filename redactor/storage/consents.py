"""Who was told and who agreed: one row a person, named by a keyed hash, and how SQLite and memory keep it.

A row belongs to no conversation, so it is not forgotten with one.
"""
# ruff: noqa: S608 - only the constants below are put into statements; every value is bound

import threading
from collections.abc import MutableMapping, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

from redactor.storage.rows import ConsentRow

K = TypeVar("K")
V = TypeVar("V")

CONSENT = "tenant, subject_hash, ref, state, notice, noticed, decided, changed"


class ConsentReader(Protocol):
    """What can be asked."""

    def consent(self, tenant: str, subject_hash: bytes) -> ConsentRow | None:
        """One person's row."""

    def consents(self, tenant: str, limit: int, after: str = "") -> Sequence[ConsentRow]:
        """A tenant's rows by `ref`, those behind one: a page of them."""


class ConsentWriter(Protocol):
    """What can be written. A row that is deleted leaves no trace in the store's files."""

    def put_consent(self, row: ConsentRow) -> None:
        """Insert a person's row or replace it. The tenant must have been put."""

    def drop_consent(self, tenant: str, subject_hash: bytes) -> bool:
        """Delete a person's row; whether there was one."""

    def drop_consents(self, before: float) -> int:
        """Delete the rows that were last changed before this time; gives how many."""

    def drop_consents_of(self, tenant: str) -> int:
        """Delete all of a tenant's rows; gives how many."""


MIGRATION = (
    """CREATE TABLE consent (
        tenant TEXT NOT NULL REFERENCES tenant,
        subject_hash BLOB NOT NULL,
        ref TEXT NOT NULL,
        state TEXT NOT NULL,
        notice TEXT NOT NULL,
        noticed REAL,
        decided REAL,
        changed REAL NOT NULL,
        PRIMARY KEY (tenant, subject_hash)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX consent_changed ON consent (changed)",
)
"""The schema's step to version 5."""


class ConsentQueries:
    """The question in SQL, asked of whatever connection `_all` uses."""

    __slots__ = ()

    def _all(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        raise NotImplementedError  # the store and its transaction each have their connection

    def consent(self, tenant: str, subject_hash: bytes) -> ConsentRow | None:
        sql = f"SELECT {CONSENT} FROM consent WHERE tenant = ? AND subject_hash = ?"
        rows = self._all(sql, tenant, subject_hash)
        return ConsentRow(*rows[0]) if rows else None

    def consents(self, tenant: str, limit: int, after: str = "") -> Sequence[ConsentRow]:
        sql = f"SELECT {CONSENT} FROM consent WHERE tenant = ? AND ref > ? ORDER BY ref LIMIT ?"
        return [ConsentRow(*row) for row in self._all(sql, tenant, after, limit)]


class ConsentStatements(ConsentQueries):
    """What a transaction writes, in SQL that SQLite and PostgreSQL share."""

    __slots__ = ()

    def _will_erase(self) -> None:
        raise NotImplementedError  # what was deleted must not linger in the write-ahead log

    def put_consent(self, row: ConsentRow) -> None:
        changes = ", ".join(f"{name} = excluded.{name}" for name in CONSENT.split(", ")[2:])
        sql = (
            f"INSERT INTO consent ({CONSENT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            f"ON CONFLICT (tenant, subject_hash) DO UPDATE SET {changes}"
        )
        times = (row.noticed, row.decided, row.changed)
        self._all(sql, row.tenant, row.subject_hash, row.ref, row.state, row.notice, *times)

    def drop_consent(self, tenant: str, subject_hash: bytes) -> bool:
        sql = "DELETE FROM consent WHERE tenant = ? AND subject_hash = ? RETURNING ref"
        return self._erased_rows(self._all(sql, tenant, subject_hash)) > 0

    def drop_consents(self, before: float) -> int:
        return self._erased_rows(self._all("DELETE FROM consent WHERE changed < ? RETURNING ref", before))

    def drop_consents_of(self, tenant: str) -> int:
        return self._erased_rows(self._all("DELETE FROM consent WHERE tenant = ? RETURNING ref", tenant))

    def _erased_rows(self, rows: Sequence[object]) -> int:
        if rows:
            self._will_erase()
        return len(rows)


ConsentKey: TypeAlias = tuple[str, bytes]


class ConsentTable(Protocol):
    """The same kept in this process's memory, in a store's tables."""

    lock: threading.RLock
    consents: dict[ConsentKey, ConsentRow]


class MemoryConsent:
    """The question, asked of `_tables`."""

    __slots__ = ()

    _tables: ConsentTable

    def consent(self, tenant: str, subject_hash: bytes) -> ConsentRow | None:
        with self._tables.lock:
            return self._tables.consents.get((tenant, subject_hash))

    def consents(self, tenant: str, limit: int, after: str = "") -> Sequence[ConsentRow]:
        with self._tables.lock:
            rows = [row for row in self._tables.consents.values() if row.tenant == tenant and row.ref > after]
        return sorted(rows, key=lambda row: row.ref)[:limit]


class MemoryConsentWrites(MemoryConsent):
    """What a transaction writes; `_put` and `_drop` note how to undo it."""

    __slots__ = ()

    def _put(self, table: MutableMapping[K, V], key: K, value: V) -> None:
        raise NotImplementedError

    def _drop(self, table: MutableMapping[K, V], key: K) -> None:
        raise NotImplementedError

    def put_consent(self, row: ConsentRow) -> None:
        self._put(self._tables.consents, (row.tenant, row.subject_hash), row)

    def drop_consent(self, tenant: str, subject_hash: bytes) -> bool:
        key = (tenant, subject_hash)
        if key not in self._tables.consents:
            return False
        self._drop(self._tables.consents, key)
        return True

    def drop_consents(self, before: float) -> int:
        return self._drop_rows([key for key, row in self._tables.consents.items() if row.changed < before])

    def drop_consents_of(self, tenant: str) -> int:
        return self._drop_rows([key for key in self._tables.consents if key[0] == tenant])

    def _drop_rows(self, keys: Sequence[ConsentKey]) -> int:
        for key in keys:
            self._drop(self._tables.consents, key)
        return len(keys)
