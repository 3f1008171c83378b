"""How a PostgreSQL transaction begins, what it locks, and how it ends; see `postgres_holding` for why."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass

import psycopg
from psycopg.pq import TransactionStatus

from redactor.exceptions import StorageError
from redactor.storage.postgres_connections import Connection, Connections
from redactor.storage.postgres_holding import LOCKED, HoldingQueries
from redactor.storage.postgres_migrations import lock_key
from redactor.storage.postgres_queries import LostError, Statement, described, fetch, is_lost
from redactor.storage.queries import Row
from redactor.storage.rows import ConversationRow


@dataclass(slots=True)
class Locked:
    """What counts up in a conversation that this transaction has locked: nobody else moves it."""

    version: int
    next_seq: int
    is_written: bool = False
    counters: dict[str, int] | None = None


class Session(HoldingQueries):
    """One transaction. It begins with the first thing that is asked of it; `started` is called then."""

    __slots__ = (
        "_audit_held",
        "_callbacks",
        "_connection",
        "_connections",
        "_exclusive",
        "_later",
        "_lent",
        "_locked",
        "_name",
        "_started",
        "_timeout",
    )

    def __init__(self, connections: Connections, timeout: float, name: str, started: Callable[[], None]) -> None:
        self._connections, self._timeout, self._name, self._started = connections, timeout, name, started
        self._connection: Connection | None = None
        self._lent = ExitStack()
        self._exclusive = self._audit_held = False
        self._later: list[Statement] = []
        """What is written but not sent yet: it goes with the next question, or with the commit."""
        self._locked: dict[str, Locked] = {}
        self._callbacks: list[Callable[[bool], None]] = []

    # -- beginning and ending

    def _begun(self, *, alone: bool = False) -> Connection:
        if self._connection is None:
            self._connection, self._exclusive = self._begin(alone), alone
            self._started()
        return self._connection

    def _begin(self, alone: bool) -> Connection:
        """A session in a transaction. One that turns out to be dead, because the server restarted since, is replaced:
        nothing was done in it yet."""
        lock = f"pg_advisory_xact_lock{'' if alone else '_shared'}({lock_key(self._name, 'store')})"
        sql = f"BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = {self._milliseconds}; SELECT {lock}"
        problem = ""
        for _ in range(2):
            connection = self._lent.enter_context(self._connections.lend("write", self._timeout))
            try:
                connection.execute(sql.encode())
                return connection
            except psycopg.Error as error:
                problem, lost = described(error, self._timeout), is_lost(error)
            self._leave(connection)
            if not lost:
                break
            self._connections.distrust()
        raise StorageError(problem)

    @property
    def _milliseconds(self) -> int:
        return int(self._timeout * 1000)

    def commit(self) -> None:
        """Raises `StorageError` where it was undone, or where nobody knows."""
        if self._connection is None:
            return
        if self._connection.info.transaction_status == TransactionStatus.INERROR:
            raise StorageError("a statement had failed, somebody went on all the same, and the transaction was undone")
        is_lost = True
        with suppress(LostError):
            self._all("COMMIT")
            is_lost = False
        if is_lost:
            raise StorageError("the connection was lost with the commit: whether it was written is not known")
        self._lent.close()

    def roll_back(self) -> None:
        """Undo everything; where the session is gone, the server has done so."""
        if self._connection is not None:
            self._leave(self._connection)

    def _leave(self, connection: Connection) -> None:
        with suppress(psycopg.Error):
            if connection.info.transaction_status:
                connection.execute(b"ROLLBACK")
        self._lent.close()

    def on_end(self, callback: Callable[[bool], None]) -> None:
        self._callbacks.append(callback)

    def end(self, *, committed: bool) -> None:
        """Tell who asked to be told."""
        for callback in self._callbacks:
            callback(committed)

    def _all(self, sql: str, *arguments: object) -> list[Row]:
        connection, later = self._begun(), self._later
        self._later = []
        return fetch(connection, self._timeout, *later, (sql, arguments))

    def _write(self, sql: str, *arguments: object) -> None:
        """Something nobody waits to hear about; what is wrong with it shows at the latest with the commit."""
        self._begun()
        self._later.append((sql, arguments))

    # -- locks

    def _alone(self) -> bool:
        self._begun(alone=True)
        return self._exclusive

    def _alone_to_write(self) -> None:
        """Where others are beside this one, wait for them."""
        if not self._alone():
            self._all("SELECT pg_advisory_xact_lock(?)", lock_key(self._name, "store"))
            self._exclusive = True

    def _hold_audit(self) -> None:
        if not self._alone() and not self._audit_held:
            self._all("SELECT pg_advisory_xact_lock(?)", lock_key(self._name, "audit"))
        self._audit_held = True

    def _hold_hash(self, tenant: str, id_hash: bytes) -> None:
        self._all("SELECT pg_advisory_xact_lock(?)", lock_key(self._name, "id", tenant, id_hash))

    def _hold(self, conversation: str) -> None:
        if conversation not in self._locked:
            self._lock(f"{LOCKED} public_id = ? FOR NO KEY UPDATE", conversation)

    def _lock(self, sql: str, *arguments: object) -> ConversationRow | None:
        """Read a conversation's row under its lock, and note what counts up in it."""
        rows = self._all(sql, *arguments)
        if not rows:
            return None
        *columns, next_seq = rows[0]
        row = ConversationRow(*columns)
        self._locked.setdefault(row.public_id, Locked(row.version, next_seq))
        return row

    def _version(self, conversation: str) -> int:
        """One higher than before this transaction; counted up on the first write to the conversation."""
        self._hold(conversation)
        locked = self._locked.get(conversation)
        if locked is None:
            raise StorageError("there is no such conversation in the store; put it first")
        if not locked.is_written:
            locked.is_written, locked.version = True, locked.version + 1
            self._write("UPDATE conversation SET version = ? WHERE public_id = ?", locked.version, conversation)
        return locked.version
