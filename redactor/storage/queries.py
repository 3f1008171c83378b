"""Questions to an SQLite database, and its errors in our words."""
# ruff: noqa: S608 - only the constants below are put into statements; every value is bound

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from redactor.exceptions import StorageError
from redactor.storage.auditing import AuditQueries
from redactor.storage.consents import ConsentQueries
from redactor.storage.reviewing import ReviewQueries, by_reviews, one_of
from redactor.storage.rows import ConversationRow, TallyRow, TenantRow, TurnRow, ValueRow
from redactor.storage.search import Listed, Search
from redactor.storage.words import Term

T = TypeVar("T")
Row = tuple[Any, ...]

TENANT = "tenant, wrapped_key, key_id, made, hash_keys, old_key"
CONVERSATION = "tenant, id_hash, public_id, wrapped_key, key_id, last_turn, expires, version"
VALUE = 'conversation, type, "index", lookup_hash, scheme, key_id, sealed, expires, version'
TURN = (
    "conversation, seq, turn_id, role, channel, time, text, input_hash, restored_hash, text_hash, revision, "
    "policy_version, model_version, entities, candidates, version, timings, number"
)

TALLY = "tenant, day, role, policy_version, model_version, kind, name, recognizer, bin, count"


class Queries(AuditQueries, ConsentQueries, ReviewQueries):
    """The questions, asked of whatever connection `_all` uses."""

    __slots__ = ()

    def _all(self, sql: str, *arguments: object) -> list[Row]:
        raise NotImplementedError  # the store and its transaction each have their connection

    def _one(self, make: Callable[..., T], sql: str, *arguments: object) -> T | None:
        rows = self._all(sql, *arguments)
        return make(*rows[0]) if rows else None

    def tenant(self, tenant: str) -> TenantRow | None:
        return self._one(TenantRow, f"SELECT {TENANT} FROM tenant WHERE tenant = ?", tenant)

    def tenants(self) -> Sequence[TenantRow]:
        rows = self._all(f"SELECT {TENANT} FROM tenant ORDER BY tenant")
        return [TenantRow(*row) for row in rows]

    def conversation(self, tenant: str, id_hash: bytes) -> ConversationRow | None:
        sql = f"SELECT {CONVERSATION} FROM conversation WHERE tenant = ? AND id_hash = ?"
        return self._one(ConversationRow, sql, tenant, id_hash)

    def conversation_by_public_id(self, public_id: str) -> ConversationRow | None:
        sql = f"SELECT {CONVERSATION} FROM conversation WHERE public_id = ?"
        return self._one(ConversationRow, sql, public_id)

    def conversations_with(self, tenant: str, subject_hash: bytes) -> Sequence[str]:
        sql = "SELECT conversation FROM subject WHERE tenant = ? AND subject_hash = ? ORDER BY conversation"
        return [conversation for (conversation,) in self._all(sql, tenant, subject_hash)]

    def counters(self, conversation: str) -> Mapping[str, int]:
        return dict(self._all("SELECT type, next - 1 FROM counter WHERE conversation = ?", conversation))

    def values(self, conversation: str, newer_than: int = 0) -> Sequence[ValueRow]:
        sql = f"SELECT {VALUE} FROM value WHERE conversation = ? AND version > ? ORDER BY version"
        return [ValueRow(*row) for row in self._all(sql, conversation, newer_than)]

    def find_value(self, conversation: str, type: str, lookup_hash: bytes) -> ValueRow | None:  # noqa: A002
        sql = f"SELECT {VALUE} FROM value WHERE conversation = ? AND type = ? AND lookup_hash = ?"
        return self._one(ValueRow, sql, conversation, type, lookup_hash)

    def turns(self, conversation: str, newer_than: int = 0) -> Sequence[TurnRow]:
        sql = f"SELECT {TURN} FROM turn WHERE conversation = ? AND version > ? ORDER BY seq"
        return [turn_row(*row) for row in self._all(sql, conversation, newer_than)]

    def turns_from(self, conversation: str, seq: int, limit: int) -> Sequence[TurnRow]:
        sql = f"SELECT {TURN} FROM turn WHERE conversation = ? AND seq >= ? ORDER BY seq LIMIT ?"
        return [turn_row(*row) for row in self._all(sql, conversation, seq, limit)]

    def turn(self, conversation: str, turn_id: str) -> TurnRow | None:
        return self._one(
            turn_row, f"SELECT {TURN} FROM turn WHERE conversation = ? AND turn_id = ?", conversation, turn_id
        )

    def turn_by_hash(self, conversation: str, turn_hash: bytes) -> TurnRow | None:
        sql = (
            f"SELECT * FROM (SELECT {TURN} FROM turn WHERE conversation = ?1 AND input_hash = ?2 "
            f"UNION SELECT {TURN} FROM turn WHERE conversation = ?1 AND restored_hash = ?2) "
            "ORDER BY seq DESC LIMIT 1"
        )
        return self._one(turn_row, sql, conversation, turn_hash)

    def turn_by_text(self, conversation: str, text_hash: bytes) -> TurnRow | None:
        sql = f"SELECT {TURN} FROM turn WHERE conversation = ? AND text_hash = ? ORDER BY seq DESC LIMIT 1"
        return self._one(turn_row, sql, conversation, text_hash)

    def last_turn(self, conversation: str) -> TurnRow | None:
        sql = f"SELECT {TURN} FROM turn WHERE conversation = ? ORDER BY seq DESC LIMIT 1"
        return self._one(turn_row, sql, conversation)

    def search(self, search: Search, *, limit: int, before: int | None = None) -> Sequence[TurnRow]:
        between = self._between(search)
        lists = [each.within(before, between) for each in self._lists(search)]
        numbers = " INTERSECT ".join(each.sql for each in lists)
        sql = f"SELECT {TURN} FROM turn WHERE number IN ({numbers} ORDER BY 1 DESC LIMIT ?) ORDER BY number DESC"
        arguments = [value for each in lists for value in each.arguments]
        return [turn_row(*row) for row in self._all(sql, *arguments, limit)]

    def _lists(self, search: Search) -> Sequence["_List"]:
        """What a search asks, each part a list of numbers, the highest first. SQLite goes along all of them at once
        and stops when it has enough, so that whatever is asked, no more than the lists is read, and no text but of
        what fits. Where one is short, what is asked of the turns themselves is looked up for its numbers instead.
        """
        found, own = _narrowing(search), _own(search)
        if own is None:
            return found
        short = next((each for each in found if self._is_short(each)), None)
        if short is None:
            return [*found, own]
        return [each.joined(own) if each is short else each for each in found]

    def _is_short(self, each: "_List") -> bool:
        if each.table in ("turn", "review"):
            return True  # of one conversation; of what people have looked at
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {each.table} WHERE {each.counted} LIMIT ?)"
        arguments = each.arguments[: each.counted.count("?")]
        return bool(each.counted) and int(self._all(sql, *arguments, _SHORT)[0][0]) < _SHORT

    def _between(self, search: Search) -> tuple[int, int] | None:
        """The lowest and the highest number of what was said in a search's time; None where that is too much to see."""
        tests = _given({"time >= ?": search.since, "time < ?": search.until})
        if not tests:
            return None
        some = f"SELECT turn FROM searched WHERE {' AND '.join(tests)} LIMIT ?"
        sql = f"SELECT count(*), min(turn), max(turn) FROM ({some})"
        ((count, first, last),) = self._all(sql, *tests.values(), _LONG)
        if not count:
            return 0, 0
        return (first, last) if count < _LONG else None

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
            "(SELECT group_concat(DISTINCT type) FROM turn JOIN entity ON entity.turn = number "
            "WHERE conversation = public_id) "
            f"FROM conversation WHERE {' AND '.join(conditions)} ORDER BY last_turn DESC, public_id DESC LIMIT ?"
        )
        return [_listed(*row) for row in self._all(sql, *arguments, limit)]

    def tallies(self, first: int, last: int, tenant: str | None = None) -> Sequence[TallyRow]:
        only = () if tenant is None else (tenant,)
        sql = f"SELECT {TALLY} FROM tally WHERE day BETWEEN ? AND ?" + " AND tenant = ?" * len(only)
        return [TallyRow(*row) for row in self._all(sql + " ORDER BY day", first, last, *only)]


_SHORT = 5_000
"""To look so many numbers up one by one takes SQLite as long as to read fifty thousand in a row: a few milliseconds."""
_LONG = 200_000
"""So many entries of an index are read in some 20 ms."""


class _List(NamedTuple):
    """Numbers of turns that fit a part of a search, as SQLite reads them from an index in order."""

    column: str
    table: str
    where: str
    arguments: Sequence[object]
    counted: str = ""
    """The beginning of `where` by which it is seen quickly whether the list is short; empty where nothing is."""

    @property
    def sql(self) -> str:
        """The statement; only entities and reviews name a turn twice."""
        once = "DISTINCT " if self.column in ("entity.turn", "review.turn") else ""
        return f"SELECT {once}{self.column} FROM {self.table} WHERE {self.where}"

    def within(self, before: int | None, between: tuple[int, int] | None) -> "_List":
        """The part of it that may be in a result."""
        tests: dict[str, Sequence[int]] = {} if before is None else {f"{self.column} < ?": [before]}
        tests |= {} if between is None else {f"{self.column} BETWEEN ? AND ?": between}
        more = [value for values in tests.values() for value in values]
        return self._replace(where=" AND ".join([self.where, *tests]), arguments=[*self.arguments, *more])

    def joined(self, own: "_List") -> "_List":
        """Its numbers of which the other is true as well."""
        table = f"{self.table} CROSS JOIN {own.table} ON {own.column} = {self.column}"
        where, arguments = f"{self.where} AND {own.where}", [*self.arguments, *own.arguments]
        return self._replace(table=table, where=where, arguments=arguments)


def _narrowing(search: Search) -> list[_List]:
    """Words, entities, reviews, a conversation: each has an index of its own."""
    entity = _equals(search.entity_filters()) | _given({"score >= ?": search.lowest, "score <= ?": search.highest})
    found: list[_List] = []
    if search.terms:
        found.append(_List("word.rowid", "word", "word MATCH ?", [_match(search.terms)], "word MATCH ?"))
    if entity:
        counted = "type = ?" if search.type is not None else ""
        found.append(_List("entity.turn", "entity", " AND ".join(entity), [*entity.values()], counted))
    if search.asks_for_reviews:
        found.append(_List("review.turn", "review", *by_reviews(search.verdict, search.reviewer)))
    if search.conversation is not None:
        found.append(_List("turn.number", "turn", "conversation = ?", [search.conversation]))
    return found


def _own(search: Search) -> _List | None:
    """What is asked of turns themselves; None where nothing is. All of them, where nothing is asked at all."""
    filters = {name: value for name, value in search.turn_filters().items() if name != "conversation"}
    own = _equals(filters) | _given({"tenant = ?": search.tenant})
    own |= _given({"time >= ?": search.since, "time < ?": search.until})
    tests = [f"searched.{test}" for test in (*own, *one_of("tenant", search.tenants))]
    if not tests and _narrowing(search):
        return None
    return _List("searched.turn", "searched", " AND ".join(tests) or "TRUE", [*own.values(), *search.tenants])


def _equals(given: Mapping[str, str]) -> dict[str, object]:
    return {f"{name} = ?": value for name, value in given.items()}


def _given(tests: Mapping[str, object]) -> dict[str, object]:
    return {test: value for test, value in tests.items() if value is not None}


def _match(terms: Sequence[Term]) -> str:
    """Terms as FTS5 writes them; words hold no quotation mark."""
    return " AND ".join(f'"{" ".join(term.words)}"' + "*" * term.prefix for term in terms)


def _listed(public_id: str, tenant: str, turns: int, first: float | None, last: float, types: str | None) -> Listed:
    return Listed(public_id, tenant, turns, first, last, tuple(sorted(types.split(","))) if types else ())


def turn_row(*columns: Any) -> TurnRow:
    """A turn from its columns; its text is stored as UTF-8, since TEXT cannot hold all that a message may."""
    fields = list(columns)
    fields[6] = fields[6].decode("utf-8", "surrogatepass")
    return TurnRow(*fields)


def fetch(connection: sqlite3.Connection, timeout: float, sql: str, arguments: Sequence[object]) -> list[Row]:
    """All rows of a statement. Raises `StorageError`."""
    unstorable = False
    try:
        return connection.execute(sql, arguments).fetchall()
    except sqlite3.Error as error:
        raise storage_error(error, timeout) from error
    except UnicodeEncodeError:
        # Raised outside the handler: this exception carries the text, and ours must not carry it as context.
        unstorable = True
    if unstorable:
        raise StorageError("a name or id holds a lone surrogate, which is not text; nothing was written")
    return []


def storage_error(error: sqlite3.Error, timeout: float) -> StorageError:
    """What went wrong, and what to do. SQLite's own messages name tables and columns, never values."""
    name = getattr(error, "sqlite_errorname", "") or type(error).__name__
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StorageError(
            f"another process kept the database locked for over {timeout:g} s; "
            "end the long transaction there, or raise the store's timeout"
        )
    return StorageError(f"the database cannot be used ({name}): {error}")
