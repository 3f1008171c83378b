"""The SQLite schema, one list of statements per version. What is released is never changed, only followed."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeAlias

from redactor.exceptions import StorageError
from redactor.storage import auditing, consents, reviewing
from redactor.storage.indexing import index_all

Migration: TypeAlias = tuple[str | Callable[[sqlite3.Connection], None], ...]
"""Statements, and functions where a statement cannot say it, in order."""


MIGRATIONS: tuple[Migration, ...] = (
    (
        """CREATE TABLE tenant (
            tenant TEXT NOT NULL PRIMARY KEY,
            wrapped_key BLOB NOT NULL,
            key_id TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""",
        # soonest: seconds after the last turn when the first of the conversation's values, or it itself, ends.
        """CREATE TABLE conversation (
            tenant TEXT NOT NULL REFERENCES tenant,
            id_hash BLOB NOT NULL,
            public_id TEXT NOT NULL UNIQUE,
            wrapped_key BLOB,
            key_id TEXT NOT NULL,
            last_turn REAL NOT NULL,
            expires REAL NOT NULL,
            soonest REAL NOT NULL,
            next_seq INTEGER NOT NULL DEFAULT 1,
            version INTEGER NOT NULL,
            PRIMARY KEY (tenant, id_hash)
        ) STRICT""",
        "CREATE INDEX conversation_end ON conversation (last_turn + soonest) WHERE wrapped_key IS NOT NULL",
        """CREATE TABLE counter (
            conversation TEXT NOT NULL REFERENCES conversation (public_id),
            type TEXT NOT NULL,
            next INTEGER NOT NULL,
            PRIMARY KEY (conversation, type)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE value (
            conversation TEXT NOT NULL REFERENCES conversation (public_id),
            type TEXT NOT NULL,
            "index" INTEGER NOT NULL,
            lookup_hash BLOB,
            scheme TEXT NOT NULL,
            key_id TEXT NOT NULL,
            sealed BLOB,
            expires REAL NOT NULL,
            version INTEGER NOT NULL,
            PRIMARY KEY (conversation, type, "index")
        ) STRICT, WITHOUT ROWID""",
        """CREATE UNIQUE INDEX value_lookup ON value (conversation, type, lookup_hash)
            WHERE lookup_hash IS NOT NULL""",
        "CREATE INDEX value_version ON value (conversation, version)",
        """CREATE TABLE subject (
            tenant TEXT NOT NULL REFERENCES tenant,
            subject_hash BLOB NOT NULL,
            conversation TEXT NOT NULL REFERENCES conversation (public_id),
            PRIMARY KEY (tenant, subject_hash, conversation)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX subject_conversation ON subject (conversation)",
        # text is UTF-8 as bytes: a message may hold what TEXT cannot, such as a lone surrogate.
        """CREATE TABLE turn (
            conversation TEXT NOT NULL REFERENCES conversation (public_id),
            seq INTEGER NOT NULL,
            turn_id TEXT NOT NULL,
            role TEXT NOT NULL,
            channel TEXT NOT NULL,
            time REAL NOT NULL,
            text BLOB NOT NULL,
            input_hash BLOB NOT NULL,
            restored_hash BLOB,
            text_hash BLOB NOT NULL,
            revision INTEGER NOT NULL,
            policy_version TEXT NOT NULL,
            model_version TEXT NOT NULL,
            entities TEXT NOT NULL,
            candidates TEXT NOT NULL,
            version INTEGER NOT NULL,
            PRIMARY KEY (conversation, seq),
            UNIQUE (conversation, turn_id)
        ) STRICT""",
        "CREATE INDEX turn_input ON turn (conversation, input_hash)",
        "CREATE INDEX turn_restored ON turn (conversation, restored_hash) WHERE restored_hash IS NOT NULL",
        "CREATE INDEX turn_text ON turn (conversation, text_hash, seq)",
        "CREATE INDEX turn_version ON turn (conversation, version)",
    ),
    (
        # The day comes first: statistics are read, and dropped, by day.
        """CREATE TABLE tally (
            day INTEGER NOT NULL,
            tenant TEXT NOT NULL REFERENCES tenant,
            role TEXT NOT NULL,
            policy_version TEXT NOT NULL,
            model_version TEXT NOT NULL,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            recognizer TEXT NOT NULL,
            bin INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (day, tenant, role, policy_version, model_version, kind, name, recognizer, bin)
        ) STRICT, WITHOUT ROWID""",
    ),
    (
        # number: order of recording, over all conversations; unlike a bare rowid, VACUUM leaves it alone.
        """CREATE TABLE numbered (
            number INTEGER PRIMARY KEY,
            conversation TEXT NOT NULL REFERENCES conversation (public_id),
            seq INTEGER NOT NULL,
            turn_id TEXT NOT NULL,
            role TEXT NOT NULL,
            channel TEXT NOT NULL,
            time REAL NOT NULL,
            text BLOB NOT NULL,
            input_hash BLOB NOT NULL,
            restored_hash BLOB,
            text_hash BLOB NOT NULL,
            revision INTEGER NOT NULL,
            policy_version TEXT NOT NULL,
            model_version TEXT NOT NULL,
            entities TEXT NOT NULL,
            candidates TEXT NOT NULL,
            version INTEGER NOT NULL,
            timings TEXT NOT NULL DEFAULT '{}',
            UNIQUE (conversation, seq),
            UNIQUE (conversation, turn_id)
        ) STRICT""",
        """INSERT INTO numbered (conversation, seq, turn_id, role, channel, time, text, input_hash, restored_hash,
                text_hash, revision, policy_version, model_version, entities, candidates, version)
            SELECT conversation, seq, turn_id, role, channel, time, text, input_hash, restored_hash,
                text_hash, revision, policy_version, model_version, entities, candidates, version
            FROM turn ORDER BY time, conversation, seq""",
        "DROP TABLE turn",
        "ALTER TABLE numbered RENAME TO turn",
        "CREATE INDEX turn_input ON turn (conversation, input_hash)",
        "CREATE INDEX turn_restored ON turn (conversation, restored_hash) WHERE restored_hash IS NOT NULL",
        "CREATE INDEX turn_text ON turn (conversation, text_hash, seq)",
        "CREATE INDEX turn_version ON turn (conversation, version)",
        # Narrow, and all that searches ask of a turn but its words: a question that fits few turns reads no texts.
        """CREATE INDEX turn_searched
            ON turn (time, role, channel, conversation, policy_version, model_version)""",
        # What turns are searched by of their entities; `turn.entities` is what counts.
        """CREATE TABLE entity (
            turn INTEGER NOT NULL REFERENCES turn (number),
            place INTEGER NOT NULL,
            type TEXT NOT NULL,
            score REAL NOT NULL,
            recognizer TEXT NOT NULL,
            operator TEXT NOT NULL,
            PRIMARY KEY (turn, place)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX entity_searched ON entity (type, turn, score, recognizer, operator)",
        # Words only, cut by `storage.words` beforehand; no second copy of the text, and no sizes, which only rank (FTS5
        # documentation, sections 4.4.3 and 4.5).
        """CREATE VIRTUAL TABLE word USING fts5 (
            text, content = '', columnsize = 0, tokenize = "ascii tokenchars '_'")""",
        index_all,
        "CREATE INDEX conversation_last ON conversation (last_turn, public_id) WHERE wrapped_key IS NOT NULL",
    ),
    auditing.MIGRATION,
    consents.MIGRATION,
    (*reviewing.MIGRATION, reviewing.wait_all),
    (
        *(step.replace("BIGINT", "INTEGER") for step in reviewing.FINDING),
        reviewing.say_all,
        # Narrow, and in the order in which results are given: all that searches ask of a turn but its words.
        """CREATE TABLE searched (
            turn INTEGER PRIMARY KEY REFERENCES turn (number),
            time REAL NOT NULL,
            tenant TEXT NOT NULL,
            role TEXT NOT NULL,
            channel TEXT NOT NULL,
            policy_version TEXT NOT NULL,
            model_version TEXT NOT NULL
        ) STRICT""",
        """INSERT INTO searched SELECT number, time, tenant, role, channel, policy_version, model_version
            FROM turn JOIN conversation ON public_id = conversation""",
        "DROP INDEX turn_searched",
        "CREATE INDEX searched_time ON searched (time)",
        # With the channel, which lists of conversations are narrowed by.
        "DROP INDEX turn_version",
        "CREATE INDEX turn_version ON turn (conversation, version, channel)",
        "CREATE INDEX conversation_listed ON conversation (tenant, last_turn, public_id) WHERE wrapped_key IS NOT NULL",
    ),
)


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring a database to the latest schema, in one transaction.

    Raises `StorageError` for a schema newer than this version knows, and for a database that is not ours.
    """
    if schema_version(connection) == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        _follow(connection, schema_version(connection), migrations)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def schema_version(connection: sqlite3.Connection) -> int:
    """The schema version of a database; 0 for an empty one."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "schema_version" in tables:
        (version,) = connection.execute("SELECT version FROM schema_version").fetchone()
        return int(version)
    if tables:
        raise StorageError("the database holds other tables and no schema_version; give a file of its own")
    return 0


def _follow(connection: sqlite3.Connection, version: int, migrations: Sequence[Migration]) -> None:
    if version > len(migrations):
        raise StorageError(
            f"the database has schema version {version}, and this version of chat-redactor knows up to "
            f"{len(migrations)}; upgrade chat-redactor"
        )
    if version == 0:
        connection.execute("CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT")
        connection.execute("INSERT INTO schema_version VALUES (0)")
    for migration in migrations[version:]:
        for step in migration:
            if callable(step):
                step(connection)
            else:
                connection.execute(step)
    connection.execute("UPDATE schema_version SET version = ?", (len(migrations),))
