"""What an SQLite database finds turns by: the words of their texts (FTS5) and their entities.

FTS5 only marks what is deleted from it and drops it some merge later, so that a deleted word would stay in the file
(https://www.sqlite.org/fts5.html, "The 'secure-delete' Configuration Option"). From SQLite 3.42 on it can be told to
take words out at once; before, the whole index is merged, which costs its length. Either way the pages are
overwritten by `PRAGMA secure_delete`.
"""

import json
import sqlite3

from redactor.storage.words import words

_SECURE_DELETE = (3, 42, 0)
"""The first SQLite whose FTS5 has `secure-delete`."""
_PLAIN = 4
"""FTS5's format of an index that every SQLite reads; `secure-delete` makes it 5, which needs 3.42."""


def index(connection: sqlite3.Connection, number: int, text: bytes, entities: str) -> None:
    """Make a turn findable. `text` and `entities` as they are stored."""
    connection.execute("INSERT INTO word (rowid, text) VALUES (?, ?)", (number, _words(text)))
    found = [
        (number, place, each["type"], each["score"], each["recognizer"], each["operator"])
        for place, each in enumerate(json.loads(entities))
    ]
    sql = "INSERT INTO entity (turn, place, type, score, recognizer, operator) VALUES (?, ?, ?, ?, ?, ?)"
    connection.executemany(sql, found)


def place(connection: sqlite3.Connection, number: int) -> None:
    """Make a turn findable by when, where and by whom it was said, as it is stored now."""
    sql = (
        "INSERT OR REPLACE INTO searched (turn, time, tenant, role, channel, policy_version, model_version) "
        "SELECT number, time, tenant, role, channel, policy_version, model_version "
        "FROM turn JOIN conversation ON public_id = conversation WHERE number = ?"
    )
    connection.execute(sql, (number,))


def drop(connection: sqlite3.Connection, number: int, text: bytes) -> None:
    """Find a turn no more; `text` as it was indexed. `purge` must follow before the transaction ends."""
    connection.execute("INSERT INTO word (word, rowid, text) VALUES ('delete', ?, ?)", (number, _words(text)))
    connection.execute("DELETE FROM entity WHERE turn = ?", (number,))
    connection.execute("DELETE FROM searched WHERE turn = ?", (number,))


def prepare(connection: sqlite3.Connection) -> None:
    """See to it that this SQLite can read the index and takes words out of it for good."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'word_config'").fetchone():
        return  # the schema of an older version
    settings = dict(connection.execute("SELECT k, v FROM word_config"))
    if sqlite3.sqlite_version_info >= _SECURE_DELETE:
        if not settings.get("secure-delete"):
            connection.execute("INSERT INTO word (word, rank) VALUES ('secure-delete', 1)")
    elif settings["version"] != _PLAIN:
        _index_again(connection)


def _index_again(connection: sqlite3.Connection) -> None:
    """Make the index of words anew: a newer SQLite wrote it in a way that this one cannot read."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("UPDATE word_config SET v = ? WHERE k = 'version'", (_PLAIN,))
        connection.execute("INSERT INTO word (word) VALUES ('delete-all')")
        for number, text in connection.execute("SELECT number, text FROM turn"):
            connection.execute("INSERT INTO word (rowid, text) VALUES (?, ?)", (number, _words(text)))
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def purge(connection: sqlite3.Connection) -> None:
    """Overwrite what `drop` only marked."""
    if sqlite3.sqlite_version_info < _SECURE_DELETE:
        connection.execute("INSERT INTO word (word) VALUES ('optimize')")


def index_all(connection: sqlite3.Connection) -> None:
    """Make every recorded turn findable; a step of a migration."""
    for number, text, entities in connection.execute("SELECT number, text, entities FROM turn"):
        index(connection, number, text, entities)


def _words(text: bytes) -> str:
    return " ".join(words(text.decode("utf-8", "surrogatepass")))
