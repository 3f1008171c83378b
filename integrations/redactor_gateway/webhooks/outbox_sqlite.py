"""The outbox in an SQLite file of its own, shared by the processes of one machine."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from redactor.exceptions import StorageError
from redactor.storage import BUSY_SECONDS
from redactor.storage.connections import Connections
from redactor.storage.queries import fetch
from redactor_gateway.webhooks.outbox import Ask, SqlOutbox, tables

_VERSION = 1
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # Every commit reaches the disk: what was acknowledged survives loss of power.
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
)


class SqliteOutbox(SqlOutbox):
    """One file, readable by its owner only."""

    def __init__(self, path: str | os.PathLike[str], *, timeout: float = BUSY_SECONDS) -> None:
        """Open an outbox, or make one. `timeout`: seconds a writer waits for others."""
        self._path = Path(path).absolute()
        self._timeout = timeout
        self._connections = Connections(self._connect)
        with self.transaction() as ask:
            _migrate(ask, self._path.name)

    def __repr__(self) -> str:
        return f"SqliteOutbox({str(self._path)!r})"

    @contextmanager
    def transaction(self) -> Iterator[Ask]:
        """One transaction; writers of all processes take turns."""
        if not self._connections.writing.acquire(timeout=self._timeout):
            raise StorageError(f"another thread kept {self._path.name} locked for over {self._timeout:g} s")
        try:
            with self._connections.lend() as connection:
                ask = partial(_ask, connection, self._timeout)
                ask("BEGIN IMMEDIATE")
                try:
                    yield ask
                    ask("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
        finally:
            self._connections.writing.release()

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def _connect(self) -> sqlite3.Connection:
        problem = ""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            connection = sqlite3.connect(
                self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False
            )
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            return connection
        except (OSError, sqlite3.Error) as error:
            problem = str(error)
        raise StorageError(f"{self._path} cannot be opened: {problem}")


def _ask(connection: sqlite3.Connection, timeout: float, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
    return fetch(connection, timeout, sql, arguments)


def _migrate(ask: Ask, name: str) -> None:
    version = ask("PRAGMA user_version")[0][0]
    if version > _VERSION:
        raise StorageError(f"{name} was written by a newer version (schema {version}, this one knows {_VERSION})")
    if version == 0:
        number = "INTEGER PRIMARY KEY AUTOINCREMENT"
        for statement in tables(number=number, octets="BLOB", real="REAL", integer="INTEGER", end=" STRICT"):
            ask(statement)
        ask(f"PRAGMA user_version = {_VERSION}")
