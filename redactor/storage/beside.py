"""Tables that lie beside a store and are none of its own: an integration's, in a file or a schema for themselves.

An integration writes its statements once, with `?` for arguments and the words of `SQLITE` and `POSTGRESQL` for what
the two call differently.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from redactor.exceptions import StorageError
from redactor.storage import BUSY_SECONDS
from redactor.storage.connections import Connections, create_private
from redactor.storage.queries import fetch

Ask: TypeAlias = Callable[..., list[tuple[Any, ...]]]
"""`(statement, *arguments)` → rows, inside a transaction."""

Migrations: TypeAlias = Sequence[Sequence[str]]
"""One list of statements per version. What is released is never changed, only followed."""

SQLITE: Mapping[str, str] = {
    "number": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "octets": "BLOB",
    "real": "REAL",
    "integer": "INTEGER",
    "end": " STRICT",
}
POSTGRESQL: Mapping[str, str] = {
    "number": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    "octets": "BYTEA",
    "real": "DOUBLE PRECISION",
    "integer": "BIGINT",
    "end": "",
}

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # Every commit reaches the disk: what was acknowledged survives loss of power.
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
)


class Beside(Protocol):
    """Safe to use from many threads."""

    def transaction(self) -> AbstractContextManager[Ask]:
        """All of it or nothing. Raises `StorageError`."""

    def close(self) -> None:
        """Close the connections."""


class SqliteBeside:
    """One file, readable by its owner only, shared by the processes of one machine."""

    def __init__(self, path: str | os.PathLike[str], migrations: Migrations, *, timeout: float = BUSY_SECONDS) -> None:
        """Open the file, or make it, and bring it to the latest version. `timeout`: seconds a writer waits for others.

        Raises `StorageError` for a file of a newer version.
        """
        self._path, self._timeout = Path(path).absolute(), timeout
        self._connections = Connections(self._connect, self._path)
        with self.transaction() as ask:
            _migrate(ask, self._path.name, migrations)

    def __repr__(self) -> str:
        return f"SqliteBeside({str(self._path)!r})"

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
            create_private(self._path)
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


def _migrate(ask: Ask, name: str, migrations: Migrations) -> None:
    version = int(ask("PRAGMA user_version")[0][0])
    check_version(version, name, migrations)
    if version < len(migrations):
        for statement in (each for migration in migrations[version:] for each in migration):
            ask(statement.format_map(SQLITE))
        ask(f"PRAGMA user_version = {len(migrations)}")


def check_version(version: int, name: str, migrations: Migrations) -> None:
    """Raises `StorageError` for tables of a version that is not known."""
    if version > len(migrations):
        raise StorageError(
            f"{name} has version {version}, and this version of chat-redactor knows up to {len(migrations)}; "
            "upgrade chat-redactor"
        )
