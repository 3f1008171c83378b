"""Conversations in one SQLite file, shared by the processes of one machine."""
# ruff: noqa: S608 - only lists of columns are put into statements; every value is bound

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from redactor.exceptions import StorageError
from redactor.storage import BUSY_SECONDS, indexing
from redactor.storage.auditing import AuditStatements
from redactor.storage.connections import Connections, create_private
from redactor.storage.consents import ConsentStatements
from redactor.storage.migrations import MIGRATIONS, Migration, migrate
from redactor.storage.queries import (
    CONVERSATION,
    TALLY,
    TENANT,
    TURN,
    VALUE,
    Queries,
    Row,
    fetch,
    storage_error,
    turn_row,
)
from redactor.storage.reviewing import ReviewStatements
from redactor.storage.rows import ConversationRow, SubjectRow, Swept, TallyRow, TenantRow, TurnRow, ValueRow

_NEEDED = (3, 37, 0)
"""The first SQLite with STRICT tables (https://www.sqlite.org/stricttables.html)."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # Every commit reaches the disk: an acknowledged value survives loss of power (https://www.sqlite.org/pragma.html).
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
)


_PLACE = "time, role, channel, policy_version, model_version"
"""What of a turn the index holds beside its words and entities."""


class SqliteStore(Queries):
    """One file, readable by its owner only, with a write-ahead log beside it."""

    __slots__ = ("__weakref__", "_connections", "_erasing", "_migrations", "_path", "_timeout", "_writer")

    persistent = True

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        timeout: float = BUSY_SECONDS,
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> None:
        """Open a database, or make one. `timeout`: seconds a writer waits for others."""
        if str(path) == ":memory:":
            raise StorageError("SqliteStore needs a file; for values kept in memory use MemoryStore")
        self._path = Path(path).absolute()
        self._timeout = timeout
        self._migrations = migrations
        self._writer: int | None = None
        self._erasing = False
        self._connections = Connections(self._connect, self._path)
        with self._connections.lend():
            pass

    def __repr__(self) -> str:
        return f"SqliteStore({str(self._path)!r})"

    @contextmanager
    def transaction(self) -> Iterator["_SqliteTransaction"]:
        """Begin to write; see `Store.transaction`."""
        writing = self._connections.writing
        if writing.locked() and self._writer == threading.get_ident():
            raise StorageError("this thread already has a transaction open; use that one")
        if not writing.acquire(timeout=self._timeout):
            raise StorageError(f"another thread kept {self._path.name} locked for over {self._timeout:g} s")
        try:
            self._writer = threading.get_ident()
            with self._connections.lend() as connection:
                yield from self._run(_SqliteTransaction(connection, self._timeout), connection)
        finally:
            self._writer = None
            writing.release()

    def _run(self, writer: "_SqliteTransaction", connection: sqlite3.Connection) -> Iterator["_SqliteTransaction"]:
        writer.execute("BEGIN IMMEDIATE")
        try:
            yield writer
            writer.purge()
            writer.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            writer.end(committed=False)
            raise
        writer.end(committed=True)
        self._erasing |= writer.erased
        if self._erasing:
            self._erasing = not _truncate_log(connection)

    def close(self) -> None:
        """Close the connections; the last one folds the write-ahead log into the file."""
        self._connections.close()

    def _all(self, sql: str, *arguments: object) -> list[Row]:
        with self._connections.lend() as connection:
            return fetch(connection, self._timeout, sql, arguments)

    def _connect(self) -> sqlite3.Connection:
        if sqlite3.sqlite_version_info < _NEEDED:
            raise StorageError(f"SQLite {sqlite3.sqlite_version} is too old; 3.37 or newer is needed")
        try:
            create_private(self._path)
            connection = sqlite3.connect(
                self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False
            )
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"{self._path} cannot be opened: {error}") from error
        try:
            self._prepare(connection)
        except sqlite3.Error as error:
            connection.close()
            raise storage_error(error, self._timeout) from error
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Set the connection up. Switching a new file to WAL answers "busy" at once, without the timeout's patience
        (https://www.sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY In WAL Mode"), so it is tried again."""
        deadline = monotonic() + self._timeout
        while True:
            try:
                for pragma in _PRAGMAS:
                    connection.execute(pragma)
                migrate(connection, self._migrations)
                return indexing.prepare(connection)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                    raise
                sleep(0.005)


class _SqliteTransaction(Queries, AuditStatements, ConsentStatements, ReviewStatements):
    __slots__ = ("_callbacks", "_connection", "_dropped", "_timeout", "_versions", "erased")

    def __init__(self, connection: sqlite3.Connection, timeout: float) -> None:
        self._connection = connection
        self._timeout = timeout
        self._callbacks: list[Callable[[bool], None]] = []
        self._versions: dict[str, int] = {}
        self._dropped = False
        self.erased = False

    def _all(self, sql: str, *arguments: object) -> list[Row]:
        return fetch(self._connection, self._timeout, sql, arguments)

    def execute(self, sql: str, *arguments: object) -> None:
        fetch(self._connection, self._timeout, sql, arguments)

    def on_end(self, callback: Callable[[bool], None]) -> None:
        self._callbacks.append(callback)

    def end(self, *, committed: bool) -> None:
        for callback in self._callbacks:
            callback(committed)

    def _will_erase(self) -> None:
        self.erased = True

    def put_tenant(self, row: TenantRow) -> TenantRow:
        sql = f"INSERT INTO tenant ({TENANT}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        self.execute(sql, row.tenant, row.wrapped_key, row.key_id, row.made, row.hash_keys, row.old_key)
        return self.tenant(row.tenant) or row

    def replace_tenant(self, row: TenantRow) -> None:
        sql = (
            "UPDATE tenant SET wrapped_key = ?, key_id = ?, made = ?, hash_keys = ?, old_key = ? WHERE tenant = ? "
            "RETURNING tenant"
        )
        if not self._all(sql, row.wrapped_key, row.key_id, row.made, row.hash_keys, row.old_key, row.tenant):
            raise StorageError("there is no such tenant to replace")
        self.erased = True  # the key it replaces must not linger in the write-ahead log

    def put_conversation(self, row: ConversationRow) -> ConversationRow:
        known = self.conversation(row.tenant, row.id_hash)
        public_id = known.public_id if known else row.public_id
        version = self._version(public_id) if known else 1
        self._versions[public_id] = version
        sql = (
            f"INSERT INTO conversation ({CONVERSATION}, soonest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (tenant, id_hash) DO UPDATE SET wrapped_key = excluded.wrapped_key, "
            "key_id = excluded.key_id, last_turn = excluded.last_turn, expires = excluded.expires "
            f"RETURNING {CONVERSATION}"
        )
        arguments = (row.wrapped_key, row.key_id, row.last_turn, row.expires, version, row.expires)
        stored = self._all(sql, row.tenant, row.id_hash, public_id, *arguments)
        if known:
            self._find_soonest(public_id)
        return ConversationRow(*stored[0])

    def touch(self, conversation: str, now: float) -> None:
        self._version(conversation)
        sql = "UPDATE conversation SET last_turn = max(last_turn, ?) WHERE public_id = ?"
        self.execute(sql, now, conversation)

    def next_index(self, conversation: str, type: str) -> int:  # noqa: A002
        self._version(conversation)
        sql = (
            "INSERT INTO counter (conversation, type, next) VALUES (?, ?, 2) "
            "ON CONFLICT DO UPDATE SET next = next + 1 RETURNING next - 1"
        )
        return int(self._all(sql, conversation, type)[0][0])

    def next_seq(self, conversation: str) -> int:
        self._version(conversation)
        sql = "UPDATE conversation SET next_seq = next_seq + 1 WHERE public_id = ? RETURNING next_seq - 1"
        return int(self._all(sql, conversation)[0][0])

    def put_value(self, row: ValueRow) -> ValueRow:
        version = self._version(row.conversation)
        sql = (
            f"INSERT INTO value ({VALUE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
            'ON CONFLICT (conversation, type, "index") DO UPDATE SET lookup_hash = excluded.lookup_hash, '
            "scheme = excluded.scheme, key_id = excluded.key_id, sealed = excluded.sealed, "
            f"expires = excluded.expires, version = excluded.version RETURNING {VALUE}"
        )
        identity = (row.conversation, row.type, row.index, row.lookup_hash)
        stored = self._all(sql, *identity, row.scheme, row.key_id, row.sealed, row.expires, version)
        sql = "UPDATE conversation SET soonest = ?2 WHERE public_id = ?1 AND soonest > ?2"
        self.execute(sql, row.conversation, row.expires)
        return ValueRow(*stored[0])

    def put_subject(self, row: SubjectRow) -> None:
        self._version(row.conversation)
        sql = "INSERT INTO subject (tenant, subject_hash, conversation) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        self.execute(sql, row.tenant, row.subject_hash, row.conversation)

    def drop_subject(self, row: SubjectRow) -> None:
        sql = "DELETE FROM subject WHERE tenant = ? AND subject_hash = ? AND conversation = ?"
        self.execute(sql, row.tenant, row.subject_hash, row.conversation)
        self._will_erase()

    def put_turn(self, row: TurnRow) -> TurnRow:
        version = self._version(row.conversation)
        sql = f"SELECT number, text, entities, {_PLACE} FROM turn WHERE conversation = ? AND seq = ?"
        old = self._all(sql, row.conversation, row.seq)
        names = TURN.split(", ")[:-1]
        changes = ", ".join(f"{name} = excluded.{name}" for name in names[2:])
        sql = (
            f"INSERT INTO turn ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
            f"ON CONFLICT (conversation, seq) DO UPDATE SET {changes} RETURNING {TURN}"
        )
        text = row.text.encode("utf-8", "surrogatepass")
        given = {**{name: getattr(row, name) for name in names}, "text": text, "version": version}
        stored = turn_row(*self._all(sql, *given.values())[0])
        place = (row.time, row.role, row.channel, row.policy_version, row.model_version)
        if (stored.number, text, row.entities, *place) not in old:
            self._drop_from_index((each[0], each[1]) for each in old)
            self._asked(indexing.index, stored.number, text, row.entities)
            self._asked(indexing.place, stored.number)
            self._let_wait(stored, is_new=not old)
        return stored

    def _drop_from_index(self, turns: Iterable[tuple[int, bytes]]) -> None:
        for number, text in turns:
            self._asked(indexing.drop, number, text)
            self._dropped = self.erased = True

    def purge(self) -> None:
        """Leave nothing in the index of what was dropped from it; once, at the end."""
        if self._dropped:
            self._asked(indexing.purge)

    def _asked(self, job: Callable[..., None], *arguments: object) -> None:
        try:
            job(self._connection, *arguments)
        except sqlite3.Error as error:
            raise storage_error(error, self._timeout) from error

    def add_tallies(self, rows: Iterable[TallyRow]) -> None:
        sql = (
            f"INSERT INTO tally ({TALLY}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET count = count + excluded.count"
        )
        for r in rows:
            versions = (r.policy_version, r.model_version)
            self.execute(sql, r.tenant, r.day, r.role, *versions, r.kind, r.name, r.recognizer, r.bin, r.count)

    def drop_tallies(self, before: int) -> None:
        self.execute("DELETE FROM tally WHERE day < ?", before)

    def forget(self, conversation: str) -> None:
        self._version(conversation)
        self._drop_from_index(self._all("SELECT number, text FROM turn WHERE conversation = ?", conversation))
        self.execute("DELETE FROM waiting WHERE turn IN (SELECT number FROM turn WHERE conversation = ?)", conversation)
        for table in ("value", "subject", "review", "turn"):
            self.execute(f"DELETE FROM {table} WHERE conversation = ?", conversation)
        sql = "UPDATE conversation SET wrapped_key = NULL, key_id = '', soonest = expires WHERE public_id = ?"
        self.execute(sql, conversation)
        self.erased = True

    def expire(self, now: float, conversation: str | None = None) -> Swept:
        sql = (
            "SELECT public_id, last_turn, expires FROM conversation "
            "WHERE wrapped_key IS NOT NULL AND last_turn + soonest <= ?"
        )
        only = () if conversation is None else (conversation,)
        ended = emptied = 0
        for public_id, last_turn, expires in self._all(sql + " AND public_id = ?" * len(only), now, *only):
            if last_turn + expires <= now:
                self.forget(public_id)
                ended += 1
            else:
                emptied += self._empty_values(public_id, last_turn, now)
        return Swept(ended, emptied)

    def _empty_values(self, conversation: str, last_turn: float, now: float) -> int:
        sql = (
            "UPDATE value SET lookup_hash = NULL, sealed = NULL, version = ? "
            "WHERE conversation = ? AND sealed IS NOT NULL AND ? + expires <= ? RETURNING 1"
        )
        emptied = len(self._all(sql, self._version(conversation), conversation, last_turn, now))
        self._find_soonest(conversation)
        self.erased = True
        return emptied

    def _find_soonest(self, conversation: str) -> None:
        sql = (
            "UPDATE conversation SET soonest = min(expires, coalesce((SELECT min(v.expires) FROM value v "
            "WHERE v.conversation = ?1 AND v.sealed IS NOT NULL), expires)) WHERE public_id = ?1"
        )
        self.execute(sql, conversation)

    def _version(self, conversation: str) -> int:
        """One higher than before this transaction; counted up on the first write to the conversation."""
        if conversation not in self._versions:
            sql = "UPDATE conversation SET version = version + 1 WHERE public_id = ? RETURNING version"
            rows = self._all(sql, conversation)
            if not rows:
                raise StorageError("there is no such conversation in the store; put it first")
            self._versions[conversation] = int(rows[0][0])
        return self._versions[conversation]


def _truncate_log(connection: sqlite3.Connection) -> bool:
    """Fold the write-ahead log into the file and empty it: deleted rows linger there. False while others read."""
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy
