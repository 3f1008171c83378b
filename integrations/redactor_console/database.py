"""The console's own tables: accounts, sessions, views, what waits for a second person. No transcripts, no values."""

from collections.abc import Sequence
from pathlib import Path

from redactor.config import Settings
from redactor.exceptions import ConfigError
from redactor.storage.beside import Beside, SqliteBeside
from redactor_console.settings import ConsoleSettings

MIGRATIONS: Sequence[Sequence[str]] = (
    (
        # password: argon2's own text; NULL where only single sign-on leads in. totp: sealed by the store's key.
        # recovery: JSON, hashes of the codes that are left. roles, tenants: JSON lists; no tenant means all of them.
        """CREATE TABLE account (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            password TEXT,
            totp {octets},
            totp_step {integer} NOT NULL,
            recovery TEXT NOT NULL,
            roles TEXT NOT NULL,
            tenants TEXT NOT NULL,
            oidc TEXT UNIQUE,
            failures {integer} NOT NULL,
            locked_until {real} NOT NULL,
            disabled {integer} NOT NULL,
            made {real} NOT NULL,
            settings TEXT NOT NULL
        ){end}""",
        # id: hash of what the cookie holds. level: what was shown so far: 'password' or 'full'.
        """CREATE TABLE session (
            id {octets} PRIMARY KEY,
            account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            level TEXT NOT NULL,
            csrf TEXT NOT NULL,
            made {real} NOT NULL,
            seen {real} NOT NULL,
            agent TEXT NOT NULL
        ){end}""",
        "CREATE INDEX session_account ON session (account)",
        # A link that works once: hash of what it holds, for whom and what for.
        """CREATE TABLE link (
            id {octets} PRIMARY KEY,
            account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            purpose TEXT NOT NULL,
            expires {real} NOT NULL
        ){end}""",
        # content: name, filters and words of a search, sealed: people type names.
        """CREATE TABLE saved_view (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            content {octets} NOT NULL,
            shared {integer} NOT NULL,
            made {real} NOT NULL
        ){end}""",
        # Words that somebody searches for, sealed, so that no address holds them.
        """CREATE TABLE typed (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            content {octets} NOT NULL,
            made {real} NOT NULL
        ){end}""",
        # How many rows somebody has downloaded, and when.
        """CREATE TABLE downloaded (
            account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            time {real} NOT NULL,
            count {integer} NOT NULL
        ){end}""",
        "CREATE INDEX downloaded_account ON downloaded (account, time)",
        # Tries to sign in that nothing was checked for, by day since the epoch: no such name, or one that has to wait.
        "CREATE TABLE stranger (day {integer} PRIMARY KEY, tries {integer} NOT NULL){end}",
        # What one person asks and another allows. body: JSON of public ids, types and numbers, and a keyed hash of what
        # was typed. reason: one of a list; note: in words, redacted and sealed.
        """CREATE TABLE request (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            body TEXT NOT NULL,
            reason TEXT NOT NULL,
            note {octets},
            made {real} NOT NULL,
            state TEXT NOT NULL,
            decided_by TEXT,
            decided {real}
        ){end}""",
        # A value that an account may see until then.
        """CREATE TABLE reveal (
            session {octets} NOT NULL REFERENCES session (id) ON DELETE CASCADE,
            conversation TEXT NOT NULL,
            placeholder TEXT NOT NULL,
            expires {real} NOT NULL,
            PRIMARY KEY (session, conversation, placeholder)
        ){end}""",
        # Every try to see a value. id: of the form, good for one try. outcome: 'allowed' or 'limited'.
        """CREATE TABLE revealed (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            conversation TEXT NOT NULL,
            placeholder TEXT NOT NULL,
            reason TEXT NOT NULL,
            note {octets},
            time {real} NOT NULL,
            outcome TEXT NOT NULL
        ){end}""",
        "CREATE INDEX revealed_account ON revealed (account, time)",
        # How many messages waited, as seen last on a day. scope: JSON of tenants; '[]' is all of them.
        """CREATE TABLE backlog (
            scope TEXT NOT NULL,
            day {integer} NOT NULL,
            waiting {integer} NOT NULL,
            time {real} NOT NULL,
            PRIMARY KEY (scope, day)
        ){end}""",
        # A message of the queue that somebody has before them; nobody else is given it until then. stage: 'review' or
        # 'adjudication'. sampled: whether chance drew it.
        """CREATE TABLE drawn (
            conversation TEXT NOT NULL,
            turn_id TEXT NOT NULL,
            account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            stage TEXT NOT NULL,
            sampled {integer} NOT NULL,
            expires {real} NOT NULL,
            PRIMARY KEY (account, stage)
        ){end}""",
        # One row: who draws holds it, so that two people never draw the same.
        "CREATE TABLE drawing (id {integer} PRIMARY KEY, at {real} NOT NULL){end}",
        # How many messages of the queue somebody is done with, and which was the last.
        """CREATE TABLE step (
            account TEXT PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
            taken {integer} NOT NULL,
            conversation TEXT NOT NULL,
            turn_id TEXT NOT NULL
        ){end}""",
        # A customer's request: what for, the day it came, its number. No identifier: who it is, the form says anew.
        """CREATE TABLE customer_case (
            id TEXT PRIMARY KEY,
            tenant TEXT NOT NULL,
            kind TEXT NOT NULL,
            reference TEXT NOT NULL,
            received TEXT NOT NULL,
            extended {integer} NOT NULL,
            opened_by TEXT NOT NULL,
            made {real} NOT NULL,
            closed_by TEXT,
            closed {real}
        ){end}""",
        # body: JSON, as `redactor.privacy.receipts` signs it.
        """CREATE TABLE receipt (
            id TEXT PRIMARY KEY,
            tenant TEXT NOT NULL,
            kind TEXT NOT NULL,
            reference TEXT NOT NULL,
            made {real} NOT NULL,
            made_by TEXT NOT NULL,
            body TEXT NOT NULL
        ){end}""",
        "CREATE INDEX receipt_made ON receipt (made)",
    ),
)


def open_database(settings: ConsoleSettings, core: Settings) -> Beside:
    """Where the settings say, or beside the store. Raises `ConfigError` for a store beside which nothing can lie."""
    if settings.database is not None:
        return SqliteBeside(settings.folder / settings.database.expanduser(), MIGRATIONS)
    if core.store.kind == "postgresql":
        from redactor.storage.beside_postgres import PostgresBeside

        return PostgresBeside(core.store.server(), f"{core.store.name}_console", MIGRATIONS)
    if core.store.kind != "sqlite":
        raise ConfigError(
            f"console: a {core.store.kind} store keeps no transcripts that could be reviewed; use a store of kind "
            "sqlite or postgresql"
        )
    return SqliteBeside(Path(core.store_path()).with_name("console.db"), MIGRATIONS)
