"""Questions to a PostgreSQL database, and its errors in our words.

Most are the very statements that SQLite is asked; here are those that PostgreSQL wants said otherwise.
"""
# ruff: noqa: S608 - only constants are put into statements; every value is bound

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import psycopg
from psycopg import errors

from redactor.exceptions import StorageError
from redactor.storage.postgres_connections import Connection
from redactor.storage.queries import TALLY, TURN, Queries, Row, turn_row
from redactor.storage.reviewing import by_reviews, one_of
from redactor.storage.rows import TallyRow, TurnRow
from redactor.storage.search import Listed, Search
from redactor.storage.words import Term, words

_MOST_WORDS = 16_000
_MOST_REPEATS = 255
_MOST_BYTES = 500_000
"""What a tsvector holds with every position told apart: positions up to 16,383, 256 of a word, 1 MiB in all
(https://www.postgresql.org/docs/current/textsearch-limitations.html)."""

_PAGE = 100
"""Turns looked through at once when words are searched."""


class LostError(StorageError):
    """The session ended, whatever was asked."""


class PostgresQueries(Queries):
    """The questions, asked of whatever session `_all` uses."""

    __slots__ = ()

    def turn_by_hash(self, conversation: str, turn_hash: bytes) -> TurnRow | None:
        one = f"(SELECT {TURN} FROM turn WHERE conversation = ? AND {{}} = ? ORDER BY seq DESC LIMIT 1)"
        both = f"{one.format('input_hash')} UNION ALL {one.format('restored_hash')}"
        sql = f"{both} ORDER BY seq DESC LIMIT 1"
        return self._one(turn_row, sql, conversation, turn_hash, conversation, turn_hash)

    def search(self, search: Search, *, limit: int, before: int | None = None) -> Sequence[TurnRow]:
        """See `Reader.search`. The index of words finds what may fit; the words themselves say what does."""
        size = limit if not search.terms else max(limit, _PAGE)
        found: list[TurnRow] = []
        while len(found) < limit:
            page = self._page(search, size, before)
            found += [row for row in page if _says(row, search.terms)]
            if len(page) < size:
                break
            before = page[-1].number
        return found[:limit]

    def _page(self, search: Search, limit: int, before: int | None) -> list[TurnRow]:
        conditions, arguments = _conditions(search)
        if before is not None:
            conditions, arguments = [*conditions, "number < ?"], [*arguments, before]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        sql = f"SELECT {TURN} FROM turn{where} ORDER BY number DESC LIMIT ?"
        return [turn_row(*row) for row in self._all(sql, *arguments, limit)]

    def listed(
        self,
        tenant: str | None = None,
        *,
        limit: int,
        before: tuple[float, str] | None = None,
        channel: str | None = None,
        tenants: tuple[str, ...] = (),
    ) -> Sequence[Listed]:
        conditions: list[str] = ["wrapped_key IS NOT NULL", *one_of("tenant", tenants)]
        arguments: list[object] = [*tenants]
        if tenant is not None:
            conditions, arguments = [*conditions, "tenant = ?"], [*arguments, tenant]
        if before is not None:
            conditions, arguments = [*conditions, "(last_turn, public_id) < (?, ?)"], [*arguments, *before]
        if channel is not None:
            of_channel = "EXISTS (SELECT 1 FROM turn WHERE turn.conversation = public_id AND channel = ?)"
            conditions, arguments = [*conditions, of_channel], [*arguments, channel]
        sql = (
            "SELECT public_id, tenant, (SELECT count(*) FROM turn WHERE conversation = public_id), "
            "(SELECT time FROM turn WHERE conversation = public_id ORDER BY seq LIMIT 1), last_turn, "
            "ARRAY(SELECT DISTINCT type FROM turn JOIN entity ON entity.turn = number WHERE conversation = public_id) "
            f"FROM conversation WHERE {' AND '.join(conditions)} ORDER BY last_turn DESC, public_id DESC LIMIT ?"
        )
        return [_listed(*row) for row in self._all(sql, *arguments, limit)]

    def tallies(self, first: int, last: int, tenant: str | None = None) -> Sequence[TallyRow]:
        only = () if tenant is None else (tenant,)
        names = TALLY.removesuffix(", count")
        sql = (
            f"SELECT {names}, sum(count)::BIGINT FROM tally WHERE day BETWEEN ? AND ?"
            + " AND tenant = ?" * len(only)
            + f" GROUP BY {names} ORDER BY day"
        )
        return [TallyRow(*row) for row in self._all(sql, first, last, *only)]


def _conditions(search: Search) -> tuple[list[str], list[object]]:
    entity: dict[str, object] = {f"{name} = ?": value for name, value in search.entity_filters().items()}
    turn: dict[str, object] = {f"{name} = ?": value for name, value in search.turn_filters().items()}
    of_tenant = "conversation IN (SELECT public_id FROM conversation WHERE tenant = ?)"
    entity |= _given({"score >= ?": search.lowest, "score <= ?": search.highest})
    turn |= _given({of_tenant: search.tenant, "time >= ?": search.since, "time < ?": search.until})
    asked = {"(words @@ ?::tsquery OR words IS NULL)": _query(search.terms)} if search.terms else {}
    held = {f"EXISTS (SELECT 1 FROM entity WHERE turn = number AND {' AND '.join(entity)})"} if entity else set()
    said, by = by_reviews(search.verdict, search.reviewer) if search.asks_for_reviews else ("", [])
    reviewed = {f"number IN (SELECT turn FROM review WHERE {said})"} if said else set()
    theirs = one_of("tenant", search.tenants)
    visible = {f"conversation IN (SELECT public_id FROM conversation WHERE {test})" for test in theirs}
    arguments = [*asked.values(), *entity.values(), *by, *search.tenants, *turn.values()]
    return [*asked, *held, *reviewed, *visible, *turn], arguments


def _given(tests: Mapping[str, object]) -> dict[str, object]:
    return {test: value for test, value in tests.items() if value is not None}


def _listed(public_id: str, tenant: str, turns: int, first: float | None, last: float, types: list[str]) -> Listed:
    return Listed(public_id, tenant, turns, first, last, tuple(sorted(types)))


def _query(terms: Sequence[Term]) -> str:
    """Terms as PostgreSQL's text search writes them; words hold no quotation mark and no backslash."""
    return " & ".join(
        "(" + " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.prefix else "") + ")" for term in terms
    )


def _says(row: TurnRow, terms: Sequence[Term]) -> bool:
    held = words(row.text) if terms else []
    return all(term.is_in(held) for term in terms)


def indexed_words(text: str) -> str | None:
    """A text's words with their places, as a tsvector is written; None where one would lose some of them."""
    places: dict[str, list[str]] = {}
    found = words(text)
    for place, word in enumerate(found, 1):
        places.setdefault(word, []).append(str(place))
    size = sum(len(word.encode()) + 4 + 2 * len(at) for word, at in places.items())
    if len(found) > _MOST_WORDS or size > _MOST_BYTES or any(len(at) > _MOST_REPEATS for at in places.values()):
        return None
    return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())


Statement = tuple[str, Sequence[Any]]
"""SQL, and the arguments that are written `?` in it."""


def fetch(connection: Connection, timeout: float, *statements: Statement) -> list[Row]:
    """All rows of the last of some statements, which are sent together. Raises `StorageError`."""
    problem, lost = "", False
    try:
        with connection.pipeline() if len(statements) > 1 else nullcontext():
            for sql, arguments in statements:
                cursor = connection.execute(sql.replace("?", "%s").encode(), arguments)
        return cursor.fetchall() if cursor.description is not None else []
    except psycopg.Error as error:
        problem, lost = described(error, timeout), is_lost(error)
    except UnicodeEncodeError:
        problem = "a name or id holds a lone surrogate, which is not text; nothing was written"
    # Raised outside the handlers: theirs may carry what was to be written, and ours must not carry them as context.
    raise LostError(problem) if lost else StorageError(problem)


def described(error: psycopg.Error, timeout: float) -> str:
    """What went wrong, and what to do. PostgreSQL's own messages may quote values: none of their text is used."""
    if isinstance(error, errors.LockNotAvailable):
        return (
            f"another process kept the database locked for over {timeout:g} s; "
            "end the long transaction there, or raise the store's timeout"
        )
    if isinstance(error, errors.DeadlockDetected):
        return "two transactions waited for each other and this one was undone; send it again"
    if isinstance(error, errors.QueryCanceled):
        return f"the database took over {timeout:g} s for one statement; it was stopped"
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return "the database may not be written to: it is a standby; give the url the server that is in charge"
    if isinstance(error, errors.InsufficientPrivilege):
        return "the role may not do this in the database; it needs to own the store's schema, or have rights in it"
    if is_lost(error):
        return "the connection to the database was lost; what was not committed is undone, send it again"
    if error.sqlstate is None and isinstance(error, psycopg.DataError):
        return "a name or id holds a character that PostgreSQL's TEXT cannot hold; nothing was written"
    where = error.diag.constraint_name or error.diag.table_name
    return f"the database cannot be used ({type(error).__name__}{f', {where}' if where else ''})"


def is_lost(error: psycopg.Error) -> bool:
    """Whether the session ended: the server restarted, the network was gone, or the session was stopped."""
    state = error.sqlstate or ""
    # 57P: shutdown; 25P03: idle in a transaction for too long; 08: connection
    return (error.sqlstate is None and isinstance(error, psycopg.OperationalError)) or (
        state.startswith(("57P", "08")) or state == "25P03"
    )
