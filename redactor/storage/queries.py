"""Questions to an SQLite database, and its errors in our words."""
# ruff: noqa: S608 - only the constants below are put into statements; every value is bound

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from redactor.exceptions import StorageError
from redactor.storage.rows import ConversationRow, TallyRow, TenantRow, TurnRow, ValueRow

T = TypeVar("T")
Row = tuple[Any, ...]

CONVERSATION = "tenant, id_hash, public_id, wrapped_key, key_id, last_turn, expires, version"
VALUE = 'conversation, type, "index", lookup_hash, scheme, key_id, sealed, expires, version'
TURN = (
    "conversation, seq, turn_id, role, channel, time, text, input_hash, restored_hash, text_hash, revision, "
    "policy_version, model_version, entities, candidates, version"
)

TALLY = "tenant, day, role, policy_version, model_version, kind, name, recognizer, bin, count"


class Queries:
    """The questions, asked of whatever connection `_all` uses."""

    __slots__ = ()

    def _all(self, sql: str, *arguments: object) -> list[Row]:
        raise NotImplementedError  # the store and its transaction each have their connection

    def _one(self, make: Callable[..., T], sql: str, *arguments: object) -> T | None:
        rows = self._all(sql, *arguments)
        return make(*rows[0]) if rows else None

    def tenant(self, tenant: str) -> TenantRow | None:
        return self._one(TenantRow, "SELECT tenant, wrapped_key, key_id FROM tenant WHERE tenant = ?", tenant)

    def tenants(self) -> Sequence[TenantRow]:
        rows = self._all("SELECT tenant, wrapped_key, key_id FROM tenant ORDER BY tenant")
        return [TenantRow(*row) for row in rows]

    def conversation(self, tenant: str, id_hash: bytes) -> ConversationRow | None:
        sql = f"SELECT {CONVERSATION} FROM conversation WHERE tenant = ? AND id_hash = ?"
        return self._one(ConversationRow, sql, tenant, id_hash)

    def conversations_with(self, tenant: str, subject_hash: bytes) -> Sequence[str]:
        sql = "SELECT conversation FROM subject WHERE tenant = ? AND subject_hash = ? ORDER BY conversation"
        return [conversation for (conversation,) in self._all(sql, tenant, subject_hash)]

    def counters(self, conversation: str) -> Mapping[str, int]:
        return dict(self._all("SELECT type, next - 1 FROM counter WHERE conversation = ?", conversation))

    def values(self, conversation: str, newer_than: int = 0) -> Sequence[ValueRow]:
        sql = f"SELECT {VALUE} FROM value WHERE conversation = ? AND version > ? ORDER BY version"
        return [ValueRow(*row) for row in self._all(sql, conversation, newer_than)]

    def find_value(self, conversation: str, type: str, lookup_hash: bytes) -> ValueRow | None:  # noqa: A002
        sql = f"SELECT {VALUE} FROM value WHERE conversation = ? AND type = ? AND lookup_hash = ?"
        return self._one(ValueRow, sql, conversation, type, lookup_hash)

    def turns(self, conversation: str, newer_than: int = 0) -> Sequence[TurnRow]:
        sql = f"SELECT {TURN} FROM turn WHERE conversation = ? AND version > ? ORDER BY seq"
        return [turn_row(*row) for row in self._all(sql, conversation, newer_than)]

    def turn(self, conversation: str, turn_id: str) -> TurnRow | None:
        return self._one(
            turn_row, f"SELECT {TURN} FROM turn WHERE conversation = ? AND turn_id = ?", conversation, turn_id
        )

    def turn_by_hash(self, conversation: str, turn_hash: bytes) -> TurnRow | None:
        sql = (
            f"SELECT * FROM (SELECT {TURN} FROM turn WHERE conversation = ?1 AND input_hash = ?2 "
            f"UNION SELECT {TURN} FROM turn WHERE conversation = ?1 AND restored_hash = ?2) "
            "ORDER BY seq DESC LIMIT 1"
        )
        return self._one(turn_row, sql, conversation, turn_hash)

    def turn_by_text(self, conversation: str, text_hash: bytes) -> TurnRow | None:
        sql = f"SELECT {TURN} FROM turn WHERE conversation = ? AND text_hash = ? ORDER BY seq DESC LIMIT 1"
        return self._one(turn_row, sql, conversation, text_hash)

    def last_turn(self, conversation: str) -> TurnRow | None:
        sql = f"SELECT {TURN} FROM turn WHERE conversation = ? ORDER BY seq DESC LIMIT 1"
        return self._one(turn_row, sql, conversation)

    def tallies(self, first: int, last: int, tenant: str | None = None) -> Sequence[TallyRow]:
        only = () if tenant is None else (tenant,)
        sql = f"SELECT {TALLY} FROM tally WHERE day BETWEEN ? AND ?" + " AND tenant = ?" * len(only)
        return [TallyRow(*row) for row in self._all(sql + " ORDER BY day", first, last, *only)]


def turn_row(*columns: Any) -> TurnRow:
    """A turn from its columns; its text is stored as UTF-8, since TEXT cannot hold all that a message may."""
    fields = list(columns)
    fields[6] = fields[6].decode("utf-8", "surrogatepass")
    return TurnRow(*fields)


def fetch(connection: sqlite3.Connection, timeout: float, sql: str, arguments: Sequence[object]) -> list[Row]:
    """All rows of a statement. Raises `StorageError`."""
    unstorable = False
    try:
        return connection.execute(sql, arguments).fetchall()
    except sqlite3.Error as error:
        raise storage_error(error, timeout) from error
    except UnicodeEncodeError:
        # Raised outside the handler: this exception carries the text, and ours must not carry it as context.
        unstorable = True
    if unstorable:
        raise StorageError("a name or id holds a lone surrogate, which is not text; nothing was written")
    return []


def storage_error(error: sqlite3.Error, timeout: float) -> StorageError:
    """What went wrong, and what to do. SQLite's own messages name tables and columns, never values."""
    name = getattr(error, "sqlite_errorname", "") or type(error).__name__
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StorageError(
            f"another process kept the database locked for over {timeout:g} s; "
            "end the long transaction there, or raise the store's timeout"
        )
    return StorageError(f"the database cannot be used ({name}): {error}")
