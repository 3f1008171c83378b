"""The PostgreSQL schema, one list of statements per version. What is released is never changed, only followed.

The tables are those of `redactor.storage.migrations`, in a schema of their own. The differences: a turn's words lie
beside it (`words`), and statistics are counted in several rows (`shard`) so that writers do not wait for each other.
"""
# ruff: noqa: S608 - only the name of the schema, which is checked, is put into statements

import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TypeAlias

from redactor.exceptions import ConfigError, StorageError
from redactor.risk import risk_of
from redactor.storage.postgres_connections import Connection
from redactor.storage.reviewing import FINDING, POSTGRES_MIGRATION, said

Migration: TypeAlias = tuple[str | Callable[[Connection], None], ...]
"""Statements, and functions where a statement cannot say it, in order."""

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,39}")


def _let_all_wait(connection: Connection) -> None:
    """Every recorded turn waits for a look."""
    found = connection.execute("SELECT number, turn_id, text, entities, candidates FROM turn")
    with connection.cursor() as cursor, cursor.copy(b"COPY waiting (turn, risk, lot, reviews) FROM STDIN") as target:
        for number, lot, text, entities, candidates in found:
            risk = risk_of(bytes(text).decode("utf-8", "surrogatepass"), entities, candidates).score
            target.write_row((number, risk, lot, 0))


def _say_all(connection: Connection) -> None:
    """Every verdict is found by what it says."""
    for number, body in connection.execute("SELECT number, body FROM review WHERE kind = 'verdict'").fetchall():
        connection.execute("UPDATE review SET said = %s WHERE number = %s", [said("verdict", body), number])


MIGRATIONS: tuple[Migration, ...] = (
    (
        """CREATE TABLE tenant (
            tenant TEXT PRIMARY KEY,
            wrapped_key BYTEA NOT NULL,
            key_id TEXT NOT NULL,
            made DOUBLE PRECISION NOT NULL,
            hash_keys BYTEA,
            old_key BYTEA
        )""",
        # soonest: seconds after the last turn when the first of the conversation's values, or it itself, ends.
        """CREATE TABLE conversation (
            tenant TEXT NOT NULL REFERENCES tenant,
            id_hash BYTEA NOT NULL,
            public_id TEXT NOT NULL PRIMARY KEY,
            wrapped_key BYTEA,
            key_id TEXT NOT NULL,
            last_turn DOUBLE PRECISION NOT NULL,
            expires DOUBLE PRECISION NOT NULL,
            soonest DOUBLE PRECISION NOT NULL,
            next_seq BIGINT NOT NULL DEFAULT 1,
            version BIGINT NOT NULL,
            UNIQUE (tenant, id_hash)
        )""",
        "CREATE INDEX conversation_end ON conversation ((last_turn + soonest)) WHERE wrapped_key IS NOT NULL",
        "CREATE INDEX conversation_last ON conversation (last_turn, public_id) WHERE wrapped_key IS NOT NULL",
        "CREATE INDEX conversation_wrapped ON conversation (tenant, public_id) WHERE wrapped_key IS NOT NULL",
        """CREATE TABLE counter (
            conversation TEXT NOT NULL REFERENCES conversation,
            type TEXT NOT NULL,
            next BIGINT NOT NULL,
            PRIMARY KEY (conversation, type)
        )""",
        """CREATE TABLE value (
            conversation TEXT NOT NULL REFERENCES conversation,
            type TEXT NOT NULL,
            "index" BIGINT NOT NULL,
            lookup_hash BYTEA,
            scheme TEXT NOT NULL,
            key_id TEXT NOT NULL,
            sealed BYTEA,
            expires DOUBLE PRECISION NOT NULL,
            version BIGINT NOT NULL,
            PRIMARY KEY (conversation, type, "index")
        )""",
        """CREATE UNIQUE INDEX value_lookup ON value (conversation, type, lookup_hash)
            WHERE lookup_hash IS NOT NULL""",
        "CREATE INDEX value_version ON value (conversation, version)",
        """CREATE TABLE subject (
            tenant TEXT NOT NULL REFERENCES tenant,
            subject_hash BYTEA NOT NULL,
            conversation TEXT NOT NULL REFERENCES conversation,
            PRIMARY KEY (tenant, subject_hash, conversation)
        )""",
        "CREATE INDEX subject_conversation ON subject (conversation)",
        # text is UTF-8 as bytes: a message may hold what TEXT cannot, such as NUL or a lone surrogate.
        # words: NULL where there are too many; such a text is looked through when it might fit.
        """CREATE TABLE turn (
            number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            conversation TEXT NOT NULL REFERENCES conversation,
            seq BIGINT NOT NULL,
            turn_id TEXT NOT NULL,
            role TEXT NOT NULL,
            channel TEXT NOT NULL,
            time DOUBLE PRECISION NOT NULL,
            text BYTEA NOT NULL,
            input_hash BYTEA NOT NULL,
            restored_hash BYTEA,
            text_hash BYTEA NOT NULL,
            revision BIGINT NOT NULL,
            policy_version TEXT NOT NULL,
            model_version TEXT NOT NULL,
            entities TEXT NOT NULL,
            candidates TEXT NOT NULL,
            version BIGINT NOT NULL,
            timings TEXT NOT NULL,
            words TSVECTOR,
            UNIQUE (conversation, seq),
            UNIQUE (conversation, turn_id)
        )""",
        "CREATE INDEX turn_input ON turn (conversation, input_hash)",
        "CREATE INDEX turn_restored ON turn (conversation, restored_hash) WHERE restored_hash IS NOT NULL",
        "CREATE INDEX turn_text ON turn (conversation, text_hash, seq)",
        "CREATE INDEX turn_version ON turn (conversation, version)",
        "CREATE INDEX turn_time ON turn (time)",
        "CREATE INDEX turn_words ON turn USING gin (words)",
        "CREATE INDEX turn_without_words ON turn (number) WHERE words IS NULL",
        # What turns are searched by of their entities; `turn.entities` is what counts.
        """CREATE TABLE entity (
            turn BIGINT NOT NULL REFERENCES turn ON DELETE CASCADE,
            place INTEGER NOT NULL,
            type TEXT NOT NULL,
            score DOUBLE PRECISION NOT NULL,
            recognizer TEXT NOT NULL,
            operator TEXT NOT NULL,
            PRIMARY KEY (turn, place)
        )""",
        "CREATE INDEX entity_searched ON entity (type, turn, score, recognizer, operator)",
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
            shard INTEGER NOT NULL,
            count BIGINT NOT NULL,
            PRIMARY KEY (day, tenant, role, policy_version, model_version, kind, name, recognizer, bin, shard)
        )""",
        """CREATE TABLE store_key (
            name TEXT PRIMARY KEY,
            wrapped_key BYTEA NOT NULL,
            key_id TEXT NOT NULL,
            made DOUBLE PRECISION NOT NULL
        )""",
        # No reference to a conversation: records outlive what they speak of.
        "CREATE TABLE audit (seq BIGINT PRIMARY KEY, record BYTEA NOT NULL, mac BYTEA NOT NULL)",
        "CREATE TABLE audit_checkpoint (seq BIGINT PRIMARY KEY, content BYTEA NOT NULL, signature BYTEA NOT NULL)",
        # Against our own mistakes; who writes to the tables is found by the keyed hashes.
        """CREATE FUNCTION audit_is_only_appended_to() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the audit log is only ever appended to'; END $$""",
        *(
            f"""CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                EXECUTE FUNCTION audit_is_only_appended_to()"""
            for table in ("audit", "audit_checkpoint")
        ),
    ),
    (
        """CREATE TABLE consent (
            tenant TEXT NOT NULL REFERENCES tenant,
            subject_hash BYTEA NOT NULL,
            ref TEXT NOT NULL,
            state TEXT NOT NULL,
            notice TEXT NOT NULL,
            noticed DOUBLE PRECISION,
            decided DOUBLE PRECISION,
            changed DOUBLE PRECISION NOT NULL,
            PRIMARY KEY (tenant, subject_hash)
        )""",
        "CREATE INDEX consent_changed ON consent (changed)",
    ),
    (*POSTGRES_MIGRATION, _let_all_wait),
    (
        *FINDING,
        _say_all,
        "CREATE INDEX conversation_listed ON conversation (tenant, last_turn, public_id) WHERE wrapped_key IS NOT NULL",
    ),
)


def checked_name(name: str) -> str:
    """A name that may stand in a statement. Raises `ConfigError`."""
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"the store's name has {len(name)} characters or some that are not allowed; expected at most 40: small "
            "letters, digits and _, a letter first"
        )
    return name


def lock_key(*parts: str | bytes) -> int:
    """A number by which PostgreSQL locks something of ours (64 bits, signed)."""
    joined = b"\0".join(part.encode() if isinstance(part, str) else part for part in ("chat-redactor", *parts))
    return int.from_bytes(sha256(joined).digest()[:8], signed=True)


def migrate(connection: Connection, name: str, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the tables in schema `name` to the latest version, in one transaction; of several processes, one does it.

    Raises `StorageError` for a version newer than this one knows, for a schema that is not ours, and for a database
    whose encoding cannot hold every text.
    """
    if schema_version(connection, name) == len(migrations):
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [lock_key(name, "migrate")])
        _follow(connection, name, schema_version(connection, name), migrations)


def schema_version(connection: Connection, name: str) -> int:
    """The version of the tables in a schema; 0 where there are none."""
    sql = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
    tables = {table for (table,) in connection.execute(sql, [name])}
    if "schema_version" in tables:
        found = connection.execute(f"SELECT version FROM {name}.schema_version".encode()).fetchone()
        return int(found[0]) if found else 0
    if tables:
        raise StorageError(f"the schema {name} holds other tables and no schema_version; give the store another name")
    return 0


def _follow(connection: Connection, name: str, version: int, migrations: Sequence[Migration]) -> None:
    if version > len(migrations):
        raise StorageError(
            f"the database has schema version {version}, and this version of chat-redactor knows up to "
            f"{len(migrations)}; upgrade chat-redactor"
        )
    if version == 0:
        _begin(connection, name)
    for migration in migrations[version:]:
        for step in migration:
            if callable(step):
                step(connection)
            else:
                connection.execute(step.encode())
    connection.execute("UPDATE schema_version SET version = %s", [len(migrations)])


def _begin(connection: Connection, name: str) -> None:
    encoding = connection.execute("SHOW server_encoding").fetchone()
    if encoding != ("UTF8",):
        raise StorageError(
            "the database's encoding is not UTF8; make one with it (CREATE DATABASE ... ENCODING 'UTF8')"
        )
    if not connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [name]).fetchone():
        connection.execute(f"CREATE SCHEMA {name}".encode())
    connection.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
    connection.execute("INSERT INTO schema_version VALUES (0)")
