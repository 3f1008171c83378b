"""From one SQLite file into PostgreSQL, everything as it is: versions, numbers, keys, the audit log's chain.

Rows are copied and not put again: a store counts what it puts, and numbers of placeholders must not change.
"""
# ruff: noqa: S608 - only the constants below are put into statements

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from redactor.exceptions import StorageError
from redactor.storage.consents import CONSENT
from redactor.storage.postgres import PostgresStore
from redactor.storage.postgres_connections import Address, Connection
from redactor.storage.postgres_migrations import checked_name
from redactor.storage.postgres_queries import described, indexed_words
from redactor.storage.queries import CONVERSATION, TALLY, TENANT, TURN, VALUE
from redactor.storage.reviewing import REVIEW
from redactor.storage.sqlite import SqliteStore

_TABLES: Mapping[str, str] = {
    "tenant": TENANT,
    "conversation": f"{CONVERSATION}, soonest, next_seq",
    "counter": "conversation, type, next",
    "value": VALUE,
    "subject": "tenant, subject_hash, conversation",
    "consent": CONSENT,
    "turn": TURN,
    "entity": "turn, place, type, score, recognizer, operator",
    "tally": TALLY,
    "review": f"{REVIEW}, turn, said, undone",
    "waiting": "turn, risk, lot, reviews, tenant, role, channel",
    "store_key": "name, wrapped_key, key_id, made",
    "audit": "seq, record, mac",
    "audit_checkpoint": "seq, content, signature",
}
"""In the order in which one may refer to another."""

_ADDED: Mapping[str, str] = {"turn": "words", "tally": "shard"}
"""What only PostgreSQL has."""

_SECONDS = 60.0


def move(source: Path, url: str, name: str = "redactor") -> Mapping[str, int]:
    """Copy everything; gives how many rows of each table. The file stays as it is.

    Nobody can write to the file meanwhile; afterwards nobody should. Raises `StorageError`, with nothing written,
    where the file is not there, where the target holds something, and where not every row arrived.
    """
    if not source.is_file():
        raise StorageError(f"there is no store {source} to move")
    SqliteStore(source).close()  # brings it to the latest schema
    PostgresStore(url, name=name).close()
    with closing(sqlite3.connect(source, isolation_level=None)) as old:
        old.execute("BEGIN IMMEDIATE")
        with closing(Address.of(url).connect()) as new:
            return _copied(old, new, checked_name(name))


def _copied(old: sqlite3.Connection, new: Connection, name: str) -> Mapping[str, int]:
    problem = ""
    try:
        with new.transaction():
            new.execute(f"SET LOCAL search_path TO {name}".encode())
            _check_empty(new)
            return {table: _copy(old, new, table, columns) for table, columns in _TABLES.items()}
    except psycopg.Error as error:
        problem = described(error, _SECONDS)
    except UnicodeEncodeError:
        problem = "a name or id holds a lone surrogate"
    raise StorageError(f"nothing was moved: {problem}")


def _check_empty(new: Connection) -> None:
    new.execute(b"LOCK TABLE tenant, conversation, audit IN EXCLUSIVE MODE")
    if any(new.execute(f"SELECT 1 FROM {table} LIMIT 1".encode()).fetchone() for table in _TABLES):
        raise StorageError("the target holds conversations already; move into an empty one, or give it another name")


def _copy(old: sqlite3.Connection, new: Connection, table: str, columns: str) -> int:
    added = f", {_ADDED[table]}" if table in _ADDED else ""
    count = 0
    with new.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({columns}{added}) FROM STDIN".encode()) as target:
            for row in _rows(old, table, columns):
                target.write_row(row)
                count += 1
        (arrived,) = cursor.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() or (0,)
        if arrived != count:
            raise StorageError(f"{count} rows of {table} were read and {arrived} arrived; nothing was moved")
        if table in ("review", "turn"):
            sql = f"SELECT setval(pg_get_serial_sequence('{table}', 'number'), greatest(max(number), 1)) FROM {table}"
            cursor.execute(sql.encode())
    return count


def _rows(old: sqlite3.Connection, table: str, columns: str) -> Iterator[Sequence[Any]]:
    more: Callable[[Sequence[Any]], tuple[Any, ...]] = _MORE.get(table, lambda row: ())
    for row in old.execute(f"SELECT {columns} FROM {table}"):
        yield (*row, *more(row))


_TEXT = TURN.split(", ").index("text")

_MORE: Mapping[str, Callable[[Sequence[Any]], tuple[Any, ...]]] = {
    "turn": lambda row: (indexed_words(row[_TEXT].decode("utf-8", "surrogatepass")),),
    "tally": lambda row: (0,),
}
