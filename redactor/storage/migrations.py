"""The SQLite schema, one list of statements per version. What is released is never changed, only followed."""

import sqlite3
from collections.abc import Sequence

from redactor.exceptions import StorageError

Migration = tuple[str, ...]

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
        for statement in migration:
            connection.execute(statement)
    connection.execute("UPDATE schema_version SET version = ?", (len(migrations),))
