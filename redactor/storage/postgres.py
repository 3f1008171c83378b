"""Conversations in a PostgreSQL database, shared by the processes of many machines."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count

import psycopg

from redactor.exceptions import StorageError
from redactor.storage import BUSY_SECONDS, forking
from redactor.storage.postgres_connections import CONNECTIONS, Address, Connection, Connections
from redactor.storage.postgres_migrations import MIGRATIONS, Migration, checked_name, migrate
from redactor.storage.postgres_queries import LostError, PostgresQueries, described, fetch
from redactor.storage.postgres_writing import PostgresTransaction
from redactor.storage.queries import Row

_LONGEST_PAUSE = 30.0
"""Seconds a transaction may say nothing before the server ends it: a machine that vanished holds nobody up for longer.
Detection runs before a transaction, never inside."""


class PostgresStore(PostgresQueries):
    """One schema of a database. Writers of different conversations go on beside each other; see `postgres_holding`."""

    __slots__ = (
        "__weakref__",
        "_address",
        "_connections",
        "_migrated",
        "_migrations",
        "_name",
        "_starting",
        "_timeout",
    )

    persistent = True

    def __init__(
        self,
        url: str,
        *,
        name: str = "redactor",
        timeout: float = BUSY_SECONDS,
        connections: int = CONNECTIONS,
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> None:
        """Connect, and make the tables where there are none.

        `url`: as libpq reads it, TLS parameters included. `name`: the schema all lies in. `timeout`: seconds a writer
        waits for others, and a statement may take. `connections`: of this process, at most.
        """
        self._address = Address.of(url)
        self._name = checked_name(name)
        self._timeout = timeout
        self._migrations = migrations
        self._migrated = False
        self._connections = Connections(self._connect, connections)
        self._starting = _Starting()
        forking.watch(self._starting)
        with self._connections.lend("read", timeout):
            pass

    def __repr__(self) -> str:
        return f"PostgresStore({self._address!r}, name={self._name!r})"

    @contextmanager
    def transaction(self) -> Iterator[PostgresTransaction]:
        """Begin to write; see `Store.transaction`. Until a transaction has looked at something, and so shown what it
        is about, no other of this process begins."""
        with self._starting.one(self._timeout) as started:
            yield from self._run(PostgresTransaction(self._connections, self._timeout, self._name, started))

    def _run(self, writer: PostgresTransaction) -> Iterator[PostgresTransaction]:
        try:
            yield writer
            writer.commit()
        except BaseException:
            writer.roll_back()
            writer.end(committed=False)
            raise
        writer.end(committed=True)

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def _all(self, sql: str, *arguments: object) -> list[Row]:
        """Ask, and where the session turns out to be dead, once more in a new one: a question may be asked twice."""
        with suppress(LostError), self._connections.lend("read", self._timeout) as connection:
            return fetch(connection, self._timeout, (sql, arguments))
        self._connections.distrust()
        with self._connections.lend("read", self._timeout) as connection:
            return fetch(connection, self._timeout, (sql, arguments))

    def _connect(self) -> Connection:
        connection = self._address.connect()
        problem = ""
        try:
            self._prepare(connection)
        except psycopg.Error as error:
            problem = described(error, self._timeout)
        except BaseException:
            connection.close()
            raise
        if problem:
            connection.close()
            raise StorageError(problem)
        return connection

    def _prepare(self, connection: Connection) -> None:
        milliseconds = int(self._timeout * 1000)
        connection.execute(
            f"SET search_path TO {self._name}; SET lock_timeout = {milliseconds}; SET statement_timeout = "
            f"{2 * milliseconds}; SET idle_in_transaction_session_timeout = {int(_LONGEST_PAUSE * 1000)}".encode()
        )
        # An acknowledged placeholder survives a crash, whatever the server's default is.
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
        if not self._migrated:
            migrate(connection, self._name, self._migrations)
            self._migrated = True


class _Starting:
    """Who of this process writes, and the turn they take until each has begun."""

    __slots__ = ("__weakref__", "_lock", "_writing")

    def __init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._writing: set[int] = set()

    @contextmanager
    def one(self, timeout: float) -> Iterator[Callable[[], None]]:
        """Let one more start; it calls the given function once it has begun. Raises `StorageError`."""
        me, lock, writing = threading.get_ident(), self._lock, self._writing
        if me in writing:
            raise StorageError("this thread already has a transaction open; use that one")
        if not lock.acquire(timeout=timeout):
            raise StorageError(f"another thread kept the database locked for over {timeout:g} s")
        writing.add(me)
        begun = count()

        def started() -> None:
            if not next(begun):
                lock.release()

        try:
            yield started
        finally:
            writing.discard(me)
            started()

    def before_fork(self) -> None:
        """Nothing to wait for: the connections see to it that no transaction is open."""

    def after_fork(self, *, in_child: bool) -> None:
        """The child starts with a lock of its own."""
        if in_child:
            self._reset()
