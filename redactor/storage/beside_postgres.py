"""Tables beside a store, in a PostgreSQL schema of their own, shared by the processes of many machines."""
# ruff: noqa: S608 - only the name of the schema, which is checked, is put into statements

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from redactor.exceptions import StorageError
from redactor.storage import BUSY_SECONDS
from redactor.storage.beside import POSTGRESQL, Ask, Migrations, check_version
from redactor.storage.postgres_connections import Address, Connection, Connections
from redactor.storage.postgres_migrations import checked_name, lock_key
from redactor.storage.postgres_queries import LostError, fetch

_CONNECTIONS = 8
"""Sessions of one process."""


class PostgresBeside:
    """One schema."""

    def __init__(self, url: str, name: str, migrations: Migrations, *, timeout: float = BUSY_SECONDS) -> None:
        """Connect, and bring the schema `name` to the latest version. Raises `StorageError`."""
        self._address, self._name, self._timeout = Address.of(url), checked_name(name), timeout
        self._connections = Connections(self._connect, _CONNECTIONS)
        with self.transaction() as ask:
            _migrate(ask, self._name, migrations)

    def __repr__(self) -> str:
        return f"PostgresBeside({self._address!r}, name={self._name!r})"

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


def _migrate(ask: Ask, name: str, migrations: Migrations) -> None:
    ask("SELECT pg_advisory_xact_lock(?)", lock_key(name, "migrate"))
    ask(f"CREATE SCHEMA IF NOT EXISTS {name}")
    ask(f"CREATE TABLE IF NOT EXISTS {name}.schema_version (version BIGINT NOT NULL)")
    rows = ask(f"SELECT version FROM {name}.schema_version")
    version = int(rows[0][0]) if rows else 0
    check_version(version, name, migrations)
    for statement in (each for migration in migrations[version:] for each in migration):
        ask(statement.format_map(POSTGRESQL))
    if not rows:
        ask(f"INSERT INTO {name}.schema_version VALUES (?)", len(migrations))
    elif version < len(migrations):
        ask(f"UPDATE {name}.schema_version SET version = ?", len(migrations))
