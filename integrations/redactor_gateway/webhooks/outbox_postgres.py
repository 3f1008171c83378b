"""The outbox in a PostgreSQL schema, shared by the processes of many machines."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from redactor.exceptions import StorageError
from redactor.storage import BUSY_SECONDS
from redactor.storage.postgres_connections import Address, Connection, Connections
from redactor.storage.postgres_migrations import checked_name, lock_key
from redactor.storage.postgres_queries import LostError, fetch
from redactor_gateway.webhooks.outbox import Ask, SqlOutbox, tables

_CONNECTIONS = 4
"""Sessions of one process; a claim or a note takes a millisecond."""

_VERSION = 1


class PostgresOutbox(SqlOutbox):
    """A schema of its own beside the store's. Processes skip what another is just claiming."""

    _AND_LOCK = " FOR UPDATE OF mine SKIP LOCKED"

    def __init__(self, url: str, *, name: str = "redactor", timeout: float = BUSY_SECONDS) -> None:
        """Connect, and make the tables where there are none. `name`: of the store's schema; ours is beside it."""
        self._address = Address.of(url)
        self._name = checked_name(f"{name}_outbox")
        self._timeout = timeout
        self._connections = Connections(self._connect, 2 * _CONNECTIONS)
        with self.transaction() as ask:
            _migrate(ask, self._name)

    def __repr__(self) -> str:
        return f"PostgresOutbox({self._address!r}, name={self._name!r})"

    @contextmanager
    def transaction(self) -> Iterator[Ask]:
        """One transaction. Raises `StorageError`."""
        try:
            with self._connections.lend("write", self._timeout) as connection:
                ask = partial(_ask, connection, self._timeout)
                ask("BEGIN")
                try:
                    yield ask
                    ask("COMMIT")
                except BaseException:
                    with suppress(StorageError):
                        ask("ROLLBACK")
                    raise
        except LostError:
            self._connections.distrust()
            raise

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def _connect(self) -> Connection:
        connection = self._address.connect()
        milliseconds = int(self._timeout * 1000)
        settings = (
            f"SET search_path TO {self._name}; SET lock_timeout = {milliseconds}; "
            f"SET statement_timeout = {2 * milliseconds}; SET idle_in_transaction_session_timeout = 30000; "
            "SET synchronous_commit = on"
        )
        try:
            fetch(connection, self._timeout, (settings, ()))
        except BaseException:
            connection.close()
            raise
        return connection


def _ask(connection: Connection, timeout: float, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
    return fetch(connection, timeout, (sql, arguments))


def _migrate(ask: Ask, name: str) -> None:
    """Of several processes one makes the tables."""
    ask(f"SELECT pg_advisory_xact_lock({lock_key(name, 'migrate')})")
    ask(f"CREATE SCHEMA IF NOT EXISTS {name}")
    if not ask("SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = 'version'", name):
        number = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        for statement in tables(number=number, octets="BYTEA", real="DOUBLE PRECISION", integer="BIGINT"):
            ask(statement)
        ask("CREATE TABLE version (version BIGINT NOT NULL)")
        ask(f"INSERT INTO version VALUES ({_VERSION})")  # noqa: S608  a constant
    found = ask("SELECT version FROM version")[0][0]
    if found > _VERSION:
        raise StorageError(f"the schema {name} was written by a newer version ({found}, this one knows {_VERSION})")
