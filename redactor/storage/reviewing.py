"""Reviews: what people said of recorded turns, event by event, and the turns that wait for a person's look.

How SQLite, PostgreSQL and memory keep both. An event is only ever added; one that takes another back names it. Both go
with the turns they speak of, when a conversation is forgotten.
"""
# ruff: noqa: S608 - only the constants below are put into statements; every value is bound

import json
import sqlite3
import threading
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from redactor.risk import risk_of
from redactor.storage.rows import ReviewRow, TurnRow

K = TypeVar("K")
V = TypeVar("V")

REVIEW = "number, conversation, turn_id, revision, actor, time, kind, body, undoes"
_TURN = (
    "conversation, seq, turn_id, role, channel, time, text, input_hash, restored_hash, text_hash, revision, "
    "policy_version, model_version, entities, candidates, version, timings, number"
)

LOOKED = ("skip", "submit")
"""Kinds of event by which a person is done with a turn."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A turn that nobody is done with, as it stands in the queue."""

    turn: TurnRow
    risk: float
    """0 to 1; see `redactor.risk`."""
    reviews: int
    """How many people have submitted theirs."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Which waiting turns are wanted."""

    by: Literal["risk", "lot"] = "risk"
    """The riskiest first, or in an order that chance has made: by their random ids."""
    tenant: str | None = None
    tenants: tuple[str, ...] = ()
    """Only theirs; none: everybody's."""
    role: str | None = None
    channel: str | None = None
    type: str | None = None
    """Of an entity in it."""
    not_by: str | None = None
    """Leave out what this person is done with."""
    reviewed: int | None = None
    """Only with so many submitted reviews."""
    after: tuple[float, int] | str | None = None
    """Where the page before ended: `(risk, number)`, or by lot the turn's id."""


class ReviewReader(Protocol):
    """What can be asked."""

    def reviews(self, conversation: str, turn_id: str | None = None) -> Sequence[ReviewRow]:
        """A conversation's events, or a turn's, in their order."""

    def reviews_after(self, number: int, limit: int, tenant: str | None = None) -> Sequence[ReviewRow]:
        """Events of all conversations from behind this number on, in their order."""

    def waiting(self, queue: Queue, limit: int) -> Sequence[Waiting]:
        """Turns that wait, in the queue's order."""

    def waiting_count(
        self, tenant: str | None = None, *, tenants: tuple[str, ...] = (), most: int | None = None
    ) -> int:
        """How many wait, of one tenant, of some, or of all; `most`: counting stops there."""


class ReviewWriter(Protocol):
    """What can be written."""

    def put_review(self, row: ReviewRow) -> ReviewRow:
        """Add an event; gives the row with its number. Its turn must be there."""

    def set_waiting(self, turn: TurnRow, reviews: int | None) -> None:
        """How many people have submitted a review of a turn that goes on waiting; None: it waits no more."""


MIGRATION = (
    # No reference from `undoes`: both rows go together.
    """CREATE TABLE review (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation TEXT NOT NULL REFERENCES conversation (public_id),
        turn_id TEXT NOT NULL,
        revision INTEGER NOT NULL,
        actor TEXT NOT NULL,
        time REAL NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        undoes INTEGER
    ) STRICT""",
    "CREATE INDEX review_turn ON review (conversation, turn_id, number)",
    "CREATE INDEX review_undoes ON review (undoes) WHERE undoes IS NOT NULL",
    """CREATE TABLE waiting (
        turn INTEGER NOT NULL PRIMARY KEY REFERENCES turn (number),
        risk REAL NOT NULL,
        lot TEXT NOT NULL,
        reviews INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX waiting_risk ON waiting (risk, turn)",
    "CREATE INDEX waiting_lot ON waiting (lot)",
)
"""The SQLite schema's step to version 6; `wait_all` follows."""

FINDING: tuple[str, ...] = (
    # What events are found by; the rest of the row is what counts. turn: the number of the turn it speaks of; said: a
    # verdict's kind; undone: somebody took it back.
    "ALTER TABLE review ADD COLUMN turn BIGINT",
    "ALTER TABLE review ADD COLUMN said TEXT NOT NULL DEFAULT ''",
    """UPDATE review SET turn = (SELECT number FROM turn
        WHERE turn.conversation = review.conversation AND turn.turn_id = review.turn_id)""",
    "ALTER TABLE review ADD COLUMN undone INTEGER NOT NULL DEFAULT 0",
    "UPDATE review SET undone = 1 WHERE number IN (SELECT undoes FROM review)",
    "DROP INDEX review_undoes",
    "CREATE INDEX review_actor ON review (actor, undone, turn, kind, said)",
    "CREATE INDEX review_said ON review (said, undone, turn, actor) WHERE said <> ''",
    # What queues are narrowed by, so that no turn is read that does not fit.
    "ALTER TABLE waiting ADD COLUMN tenant TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE waiting ADD COLUMN role TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE waiting ADD COLUMN channel TEXT NOT NULL DEFAULT ''",
    """UPDATE waiting SET (tenant, role, channel) = (SELECT conversation.tenant, role, channel
        FROM turn JOIN conversation ON public_id = conversation WHERE number = waiting.turn)""",
    "DROP INDEX waiting_risk",
    "DROP INDEX waiting_lot",
    "CREATE INDEX waiting_risk ON waiting (risk, turn, tenant, role, channel, reviews)",
    "CREATE INDEX waiting_lot ON waiting (lot, turn, tenant, role, channel, reviews)",
    "CREATE INDEX waiting_reviewed ON waiting (reviews, risk, turn) WHERE reviews > 0",
)
"""The step to version 7 of both schemas, with `say_all`."""

POSTGRES_MIGRATION = (
    """CREATE TABLE review (
        number BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
        conversation TEXT NOT NULL REFERENCES conversation,
        turn_id TEXT NOT NULL,
        revision BIGINT NOT NULL,
        actor TEXT NOT NULL,
        time DOUBLE PRECISION NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        undoes BIGINT
    )""",
    "CREATE INDEX review_turn ON review (conversation, turn_id, number)",
    "CREATE INDEX review_undoes ON review (undoes) WHERE undoes IS NOT NULL",
    """CREATE TABLE waiting (
        turn BIGINT PRIMARY KEY REFERENCES turn ON DELETE CASCADE,
        risk DOUBLE PRECISION NOT NULL,
        lot TEXT COLLATE "C" NOT NULL,
        reviews BIGINT NOT NULL
    )""",
    "CREATE INDEX waiting_risk ON waiting (risk, turn)",
    "CREATE INDEX waiting_lot ON waiting (lot)",
)


def wait_all(connection: sqlite3.Connection) -> None:
    """Let every recorded turn wait for a look; a step of a migration."""
    for number, lot, text, entities, candidates in connection.execute(
        "SELECT number, turn_id, text, entities, candidates FROM turn"
    ):
        risk = risk_of(text.decode("utf-8", "surrogatepass"), entities, candidates).score
        connection.execute("INSERT INTO waiting VALUES (?, ?, ?, 0)", (number, risk, lot))


def say_all(connection: sqlite3.Connection) -> None:
    """Let every verdict be found by what it says; a step of a migration."""
    for number, body in connection.execute("SELECT number, body FROM review WHERE kind = 'verdict'").fetchall():
        connection.execute("UPDATE review SET said = ? WHERE number = ?", (said("verdict", body), number))


def said(kind: str, body: str) -> str:
    """What a verdict says, by which it is found; empty for other events."""
    return str(json.loads(body).get("kind", "")) if kind == "verdict" else ""


class ReviewQueries:
    """The questions in SQL, asked of whatever connection `_all` uses."""

    __slots__ = ()

    def _all(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        raise NotImplementedError  # the store and its transaction each have their connection

    def reviews(self, conversation: str, turn_id: str | None = None) -> Sequence[ReviewRow]:
        only = () if turn_id is None else (turn_id,)
        sql = f"SELECT {REVIEW} FROM review WHERE conversation = ?" + " AND turn_id = ?" * len(only)
        return [_review(*row) for row in self._all(f"{sql} ORDER BY number", conversation, *only)]

    def reviews_after(self, number: int, limit: int, tenant: str | None = None) -> Sequence[ReviewRow]:
        only = () if tenant is None else (tenant,)
        of_tenant = " AND conversation IN (SELECT public_id FROM conversation WHERE tenant = ?)" * len(only)
        sql = f"SELECT {REVIEW} FROM review WHERE number > ?{of_tenant} ORDER BY number LIMIT ?"
        return [_review(*row) for row in self._all(sql, number, *only, limit)]

    def waiting(self, queue: Queue, limit: int) -> Sequence[Waiting]:
        from redactor.storage.queries import turn_row  # which builds on this module

        conditions, arguments = self._wanted(queue)
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        by_risk = queue.by == "risk"
        key, order = ("risk", "risk DESC, turn DESC") if by_risk else ("lot", "lot")
        last = "found.risk DESC, found.turn DESC" if by_risk else "found.lot"
        # An index alone says which they are; their rows are wide, and are read then.
        turn = ", ".join(f"turn.{name}" for name in _TURN.split(", "))
        sql = (
            f"WITH found AS MATERIALIZED (SELECT turn, {key} FROM waiting{where} ORDER BY {order} LIMIT ?) "
            f"SELECT {turn}, waiting.risk, reviews FROM found JOIN waiting ON waiting.turn = found.turn "
            f"JOIN turn ON number = found.turn ORDER BY {last}"
        )
        return [Waiting(turn_row(*row), risk, reviews) for *row, risk, reviews in self._all(sql, *arguments, limit)]

    def waiting_count(
        self, tenant: str | None = None, *, tenants: tuple[str, ...] = (), most: int | None = None
    ) -> int:
        tests = _equal(tenant=tenant) | one_of("tenant", tenants)
        where = f" WHERE {' AND '.join(tests)}" if tests else ""
        arguments = [each for given in tests.values() for each in given]
        if most is None:
            return int(self._all(f"SELECT count(*) FROM waiting{where}", *arguments)[0][0])
        sql = f"SELECT count(*) FROM (SELECT 1 FROM waiting{where} LIMIT ?) AS capped"
        return int(self._all(sql, *arguments, most)[0][0])

    def _wanted(self, queue: Queue) -> tuple[list[str], list[object]]:
        asked: dict[str, Sequence[object]] = {
            **_equal(tenant=queue.tenant, role=queue.role, channel=queue.channel, reviews=queue.reviewed),
            **one_of("tenant", queue.tenants),
        }
        if queue.type is not None:
            asked[_FEW if self._is_rare(queue.type) else _MANY] = [queue.type]
        if queue.not_by is not None:
            asked[_NOT_BY] = [queue.not_by]
        if queue.reviewed:
            asked["reviews > 0"] = []  # so says the index
        if isinstance(queue.after, str):
            asked["lot > ?"] = [queue.after]
        elif queue.after is not None:
            asked["(risk, turn) < (?, ?)"] = queue.after
        return list(asked), [each for given in asked.values() for each in given]

    def _is_rare(self, type: str) -> bool:  # noqa: A002
        """Whether so few entities are of a type that walking along the queue would take longer."""
        sql = "SELECT count(*) FROM (SELECT 1 FROM entity WHERE type = ? LIMIT ?) AS capped"
        return int(self._all(sql, type, _RARE)[0][0]) < _RARE


_RARE = 20_000
"""To gather and sort so many takes SQLite about 20 ms; of a type with more, a page is found after a short walk as long
as one message in a thousand has it."""

_FEW = "turn IN (SELECT turn FROM entity WHERE type = ?)"
_MANY = "EXISTS (SELECT 1 FROM entity WHERE entity.turn = waiting.turn AND type = ?)"
# What was taken back does not count. A set, made once: who is done with tens of thousands is done with the riskiest.
_NOT_BY = (
    "turn NOT IN (SELECT turn FROM review WHERE actor = ? AND undone = 0 AND turn IS NOT NULL "
    "AND kind IN ('skip', 'submit'))"
)


def by_reviews(verdict: str | None, reviewer: str | None) -> tuple[str, list[object]]:
    """A test of `review`: somebody said this, or this person said it, or anything, and did not take it back."""
    kinds = "said <> ''" if verdict is not None else "kind IN ('verdict', 'submit')"
    tests = _equal(said=verdict, actor=reviewer)
    return " AND ".join([*tests, kinds, "undone = 0"]), [each for given in tests.values() for each in given]


def _equal(**given: object) -> dict[str, Sequence[object]]:
    return {f"{name} = ?": [value] for name, value in given.items() if value is not None}


def one_of(name: str, values: Sequence[str]) -> dict[str, Sequence[object]]:
    """A test that a column has one of some values; none at all where there are none."""
    return {f"{name} IN ({', '.join('?' * len(values))})": values} if values else {}


def _review(*columns: Any) -> ReviewRow:
    number, *rest = columns
    return ReviewRow(*rest, number=number)  # type: ignore[misc]  # it is the last field


class ReviewStatements(ReviewQueries):
    """What a transaction writes, in SQL that SQLite and PostgreSQL share."""

    __slots__ = ()

    def _note(self, sql: str, *arguments: object) -> None:
        """Write what nobody waits to hear about."""
        self._all(sql, *arguments)

    def put_review(self, row: ReviewRow) -> ReviewRow:
        names = REVIEW.split(", ")[1:]
        sql = (
            f"INSERT INTO review ({', '.join(names)}, said, turn) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
            f"(SELECT number FROM turn WHERE conversation = ? AND turn_id = ?)) RETURNING {REVIEW}"
        )
        if row.undoes is not None:
            self._note("UPDATE review SET undone = 1 WHERE number = ?", row.undoes)
        given = (getattr(row, name) for name in names)
        return _review(*self._all(sql, *given, said(row.kind, row.body), row.conversation, row.turn_id)[0])

    def set_waiting(self, turn: TurnRow, reviews: int | None) -> None:
        if reviews is None:
            self._note("DELETE FROM waiting WHERE turn = ?", turn.number)
            return
        sql = (
            "INSERT INTO waiting (turn, risk, lot, reviews, role, channel, tenant) VALUES (?, ?, ?, ?, ?, ?, "
            "(SELECT tenant FROM conversation WHERE public_id = ?)) "
            "ON CONFLICT (turn) DO UPDATE SET risk = excluded.risk, reviews = excluded.reviews"
        )
        place = (turn.role, turn.channel, turn.conversation)
        self._note(sql, turn.number, _risk(turn), turn.turn_id, reviews, *place)

    def _let_wait(self, turn: TurnRow, *, is_new: bool) -> None:
        """After a turn was put: a new one waits; one that still waits has another risk now."""
        if is_new:
            self.set_waiting(turn, 0)
        else:
            self._note("UPDATE waiting SET risk = ? WHERE turn = ?", _risk(turn), turn.number)


def _risk(turn: TurnRow) -> float:
    return risk_of(turn.text, turn.entities, turn.candidates).score


TurnKey: TypeAlias = tuple[str, int]
"""A conversation's public id, and a turn's seq."""


class ReviewTables(Protocol):
    """The same kept in this process's memory, in a store's tables."""

    lock: threading.RLock
    events: dict[int, ReviewRow]
    queue: dict[TurnKey, int]
    """Who waits → how many reviews there are."""


class MemoryReviews:
    """The questions, asked of `_tables`."""

    __slots__ = ()

    _tables: ReviewTables

    def _owner(self, conversation: str) -> str:
        """The tenant of a conversation."""
        raise NotImplementedError

    def _turn_at(self, key: TurnKey) -> TurnRow:
        raise NotImplementedError

    def reviews(self, conversation: str, turn_id: str | None = None) -> Sequence[ReviewRow]:
        with self._tables.lock:
            events = [row for row in self._tables.events.values() if row.conversation == conversation]
        return [row for row in events if turn_id in (None, row.turn_id)]

    def reviews_after(self, number: int, limit: int, tenant: str | None = None) -> Sequence[ReviewRow]:
        with self._tables.lock:
            events = [row for row in self._tables.events.values() if row.number > number]
            return [row for row in events if tenant in (None, self._owner(row.conversation))][:limit]

    def waiting(self, queue: Queue, limit: int) -> Sequence[Waiting]:
        with self._tables.lock:
            found = [Waiting(turn, _risk(turn), reviews) for turn, reviews in self._waiting()]
            found = [each for each in found if self._fits(queue, each)]
        if queue.by == "risk":
            found.sort(key=lambda each: (each.risk, each.turn.number), reverse=True)
        else:
            found.sort(key=lambda each: each.turn.turn_id)
        return found[:limit]

    def waiting_count(
        self, tenant: str | None = None, *, tenants: tuple[str, ...] = (), most: int | None = None
    ) -> int:
        with self._tables.lock:
            owners = [self._owner(conversation) for conversation, _ in self._tables.queue]
        count = sum(tenant in (None, owner) and (not tenants or owner in tenants) for owner in owners)
        return count if most is None else min(count, most)

    def _has_said(self, turn: TurnRow, verdict: str | None, reviewer: str | None) -> bool:
        """What `by_reviews` asks."""
        events = self.reviews(turn.conversation, turn.turn_id)
        undone = {row.undoes for row in events}
        return any(
            row.number not in undone
            and reviewer in (None, row.actor)
            and (said(row.kind, row.body) == verdict if verdict is not None else row.kind in ("verdict", "submit"))
            for row in events
        )

    def _waiting(self) -> Iterator[tuple[TurnRow, int]]:
        return ((self._turn_at(key), reviews) for key, reviews in self._tables.queue.items())

    def _fits(self, queue: Queue, each: Waiting) -> bool:
        turn, after = each.turn, queue.after
        is_behind = (
            after is None
            or (isinstance(after, str) and turn.turn_id > after)
            or (not isinstance(after, str) and (each.risk, turn.number) < after)
        )
        return (
            is_behind
            and queue.tenant in (None, self._owner(turn.conversation))
            and (not queue.tenants or self._owner(turn.conversation) in queue.tenants)
            and queue.role in (None, turn.role)
            and queue.channel in (None, turn.channel)
            and queue.reviewed in (None, each.reviews)
            and (queue.type is None or f'"type":"{queue.type}"' in turn.entities)
            and (queue.not_by is None or not self._is_done(turn, queue.not_by))
        )

    def _is_done(self, turn: TurnRow, actor: str) -> bool:
        events = self.reviews(turn.conversation, turn.turn_id)
        undone = {row.undoes for row in events}
        return any(row.actor == actor and row.kind in LOOKED and row.number not in undone for row in events)


class MemoryReviewWrites(MemoryReviews):
    """What a transaction writes; `_put` and `_drop` note how to undo it."""

    __slots__ = ()

    def _put(self, table: MutableMapping[K, V], key: K, value: V) -> None:
        raise NotImplementedError

    def _drop(self, table: MutableMapping[K, V], key: K) -> None:
        raise NotImplementedError

    def put_review(self, row: ReviewRow) -> ReviewRow:
        row = replace(row, number=max(self._tables.events, default=0) + 1)
        self._put(self._tables.events, row.number, row)
        return row

    def set_waiting(self, turn: TurnRow, reviews: int | None) -> None:
        key = (turn.conversation, turn.seq)
        if reviews is not None:
            self._put(self._tables.queue, key, reviews)
        elif key in self._tables.queue:
            self._drop(self._tables.queue, key)

    def _forget_reviews(self, conversation: str) -> None:
        for number in [number for number, row in self._tables.events.items() if row.conversation == conversation]:
            self._drop(self._tables.events, number)
        for key in [key for key in self._tables.queue if key[0] == conversation]:
            self._drop(self._tables.queue, key)
