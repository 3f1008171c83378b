"""The outbox: what was taken in and is not yet with the bot, redacted, durable before the platform hears that it was.

Deliveries that share a lane (a conversation's public id) are given out one after the other, in the order they were put
in. Whoever claims one holds it for a while (a lease): where it dies, another takes over.
"""
# ruff: noqa: S608 - only constants are put into statements; every value is bound

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from redactor.storage.beside import Ask, Migrations

Headers: TypeAlias = tuple[tuple[str, str], ...]

REMEMBERED = 7 * 86400.0
"""Seconds a delivery is known by its key: Meta sends again for up to seven days."""


_FARTHEST = 600.0
"""Seconds: nothing is put off or held for longer, so what says it is was written by a clock that was set since."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request for the bot, or a call by which the gateway itself says something."""

    id: str
    """Random. The bot knows a message that comes twice by it."""
    route: str
    kind: Literal["forward", "say"]
    body: bytes = field(repr=False)
    """Redacted."""
    media_type: str
    headers: Headers = field(default=(), repr=False)
    method: str = "POST"
    path: str = ""
    """For `say`: of the platform's API."""
    lanes: tuple[str, ...] = ()
    """Public ids of the conversations it is of."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message, held for a while."""

    number: int
    message: Message
    made: float
    """Seconds since 1970."""
    tries: int
    """How often it was sent before."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the bot's that came before. `status` None: it was begun, and nobody knows what became of it."""

    status: int | None
    media_type: str = ""
    body: bytes = field(default=b"", repr=False)
    """Redacted, as the bot got it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is in an outbox."""

    waiting: int
    aside: int
    oldest: float | None
    """When the oldest that waits was put in."""


class Outbox(Protocol):
    """Where messages wait. Every method raises `StorageError`; none is called on an event loop's thread."""

    def known(self, key: bytes, now: float) -> str | None:
        """The id of the message a delivery became, '' where it became none; None for a delivery that is new."""

    def put(
        self, key: bytes, messages: Sequence[Message], now: float, *, holder: str = "", reserved: float = 0.0
    ) -> bool:
        """Remember a delivery and keep its messages, all or nothing; False where it was known before. `reserved`: until
        when only `holder` may claim them."""

    def claim(self, holder: str, route: str, now: float, until: float, limit: int) -> list[Claimed]:
        """Messages of a route that are due, at most one of each lane."""

    def done(self, claimed: Claimed) -> None:
        """The bot has it: nothing of it is kept."""

    def put_off(self, claimed: Claimed, holder: str, due: float) -> None:
        """It could not be sent; what follows in its lanes waits too."""

    def put_aside(self, claimed: Claimed) -> None:
        """Nobody takes it: it is kept for people to look at, and its lanes go on."""

    def begin_call(self, key: bytes, now: float) -> Call | None:
        """Note that a call of the bot's is about to go out. Where one was noted by this key, that one."""

    def end_call(self, key: bytes, call: Call | None) -> None:
        """How it ended; None: it surely did not reach the platform, and may be made again."""

    def sweep(self, now: float) -> None:
        """Forget keys that are past their time."""

    def waiting(self) -> Waiting:
        """What is in it."""

    def close(self) -> None:
        """Close what is open."""


class SqlOutbox:
    """What every SQL outbox does; how a transaction is made is its own."""

    _AND_LOCK = ""
    """Behind a SELECT: what keeps two processes from choosing the same rows."""

    def transaction(self) -> AbstractContextManager[Ask]:
        """One transaction, in which statements may be asked."""
        raise NotImplementedError

    def close(self) -> None:
        """See `Outbox.close`."""
        raise NotImplementedError

    def known(self, key: bytes, now: float) -> str | None:
        """See `Outbox.known`."""
        with self.transaction() as ask:
            rows = ask("SELECT message FROM seen WHERE key = ? AND expires > ?", key, now)
        return str(rows[0][0]) if rows else None

    def put(
        self, key: bytes, messages: Sequence[Message], now: float, *, holder: str = "", reserved: float = 0.0
    ) -> bool:
        """See `Outbox.put`."""
        sql = (
            "INSERT INTO seen (key, message, expires) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE "
            "SET message = excluded.message, expires = excluded.expires WHERE seen.expires <= ? RETURNING 1"
        )
        first = messages[0].id if messages else ""
        with self.transaction() as ask:
            is_new = bool(ask(sql, key, first, now + REMEMBERED, now))
            for message in messages if is_new else ():
                _insert(ask, message, now, holder, reserved)
        return is_new

    def claim(self, holder: str, route: str, now: float, until: float, limit: int) -> list[Claimed]:
        """See `Outbox.claim`."""
        times = now, now + _FARTHEST
        sql = (
            f"SELECT {_COLUMNS} FROM message AS mine WHERE route = ? AND aside = 0 AND (due <= ? OR due > ?) "
            "AND (leased <= ? OR leased > ?) AND (holder = ? OR reserved <= ? OR reserved > ?) AND NOT EXISTS "
            "(SELECT 1 FROM lane AS own JOIN lane AS before ON before.lane = own.lane AND before.number < own.number "
            f"WHERE own.number = mine.number) ORDER BY number LIMIT ?{self._AND_LOCK}"
        )
        with self.transaction() as ask:
            rows = ask(sql, route, *times, *times, holder, *times, limit)
            for row in rows:
                ask("UPDATE message SET holder = ?, leased = ? WHERE number = ?", holder, until, row[0])
        return [_claimed(row) for row in rows]

    def done(self, claimed: Claimed) -> None:
        """See `Outbox.done`."""
        with self.transaction() as ask:
            ask("DELETE FROM lane WHERE number = ?", claimed.number)
            ask("DELETE FROM message WHERE number = ?", claimed.number)

    def put_off(self, claimed: Claimed, holder: str, due: float) -> None:
        """See `Outbox.put_off`. One that somebody else holds by now is left alone."""
        sql = "UPDATE message SET due = ?, leased = 0, tries = tries + 1 WHERE number = ? AND holder = ?"
        with self.transaction() as ask:
            ask(sql, due, claimed.number, holder)

    def put_aside(self, claimed: Claimed) -> None:
        """See `Outbox.put_aside`."""
        with self.transaction() as ask:
            ask("DELETE FROM lane WHERE number = ?", claimed.number)
            ask("UPDATE message SET aside = 1, leased = 0, tries = tries + 1 WHERE number = ?", claimed.number)

    def begin_call(self, key: bytes, now: float) -> Call | None:
        """See `Outbox.begin_call`."""
        begin = "INSERT INTO call (key, expires) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1"
        with self.transaction() as ask:
            ask("DELETE FROM call WHERE key = ? AND expires <= ?", key, now)
            if ask(begin, key, now + REMEMBERED):
                return None
            status, media_type, body = ask("SELECT status, media_type, body FROM call WHERE key = ?", key)[0]
        return Call(status, media_type or "", bytes(body or b""))

    def end_call(self, key: bytes, call: Call | None) -> None:
        """See `Outbox.end_call`."""
        with self.transaction() as ask:
            if call is None:
                ask("DELETE FROM call WHERE key = ? AND status IS NULL", key)
            else:
                sql = "UPDATE call SET status = ?, media_type = ?, body = ? WHERE key = ?"
                ask(sql, call.status, call.media_type, call.body, key)

    def sweep(self, now: float) -> None:
        """See `Outbox.sweep`."""
        with self.transaction() as ask:
            ask("DELETE FROM seen WHERE expires <= ?", now)
            ask("DELETE FROM call WHERE expires <= ?", now)

    def waiting(self) -> Waiting:
        """See `Outbox.waiting`."""
        with self.transaction() as ask:
            (aside,) = ask("SELECT count(*) FROM message WHERE aside = 1")[0]
            count, oldest = ask("SELECT count(*), min(made) FROM message WHERE aside = 0")[0]
        return Waiting(count, aside, oldest)


_COLUMNS = "number, id, route, kind, method, path, media_type, headers, body, made, tries"


def _insert(ask: Ask, message: Message, now: float, holder: str, reserved: float) -> None:
    sql = (
        "INSERT INTO message (id, route, kind, method, path, media_type, headers, body, made, due, tries, leased, "
        "holder, reserved, aside) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, 0) ON CONFLICT (id) DO NOTHING "
        "RETURNING number"
    )
    what = (message.id, message.route, message.kind, message.method, message.path, message.media_type)
    rows = ask(sql, *what, json.dumps(message.headers), message.body, now, now, holder, reserved)
    for lane in dict.fromkeys(message.lanes) if rows else ():
        ask("INSERT INTO lane (lane, number) VALUES (?, ?)", lane, rows[0][0])


def _claimed(row: tuple[Any, ...]) -> Claimed:
    number, id_, route, kind, method, path, media_type, headers, body, made, tries = row
    pairs = tuple((name, value) for name, value in json.loads(headers))
    return Claimed(number, Message(id_, route, kind, bytes(body), media_type, pairs, method, path), made, tries)


MIGRATIONS: Migrations = (
    (
        "CREATE TABLE message (number {number}, id TEXT NOT NULL UNIQUE, route TEXT NOT NULL, kind TEXT NOT NULL, "
        "method TEXT NOT NULL, path TEXT NOT NULL, media_type TEXT NOT NULL, headers TEXT NOT NULL, "
        "body {octets} NOT NULL, made {real} NOT NULL, due {real} NOT NULL, tries {integer} NOT NULL, "
        "leased {real} NOT NULL, holder TEXT NOT NULL, reserved {real} NOT NULL, aside {integer} NOT NULL){end}",
        "CREATE INDEX message_due ON message (route, number) WHERE aside = 0",
        "CREATE TABLE lane (lane TEXT NOT NULL, number {integer} NOT NULL REFERENCES message, "
        "PRIMARY KEY (lane, number)){end}",
        "CREATE INDEX lane_number ON lane (number)",
        "CREATE TABLE seen (key {octets} PRIMARY KEY, message TEXT NOT NULL, expires {real} NOT NULL){end}",
        "CREATE INDEX seen_expires ON seen (expires)",
        "CREATE TABLE call (key {octets} PRIMARY KEY, status {integer}, media_type TEXT, body {octets}, "
        "expires {real} NOT NULL){end}",
        "CREATE INDEX call_expires ON call (expires)",
    ),
)
"""The tables; see `redactor.storage.beside`."""

__all__ = [
    "MIGRATIONS",
    "REMEMBERED",
    "Ask",
    "Call",
    "Claimed",
    "Headers",
    "Message",
    "Outbox",
    "SqlOutbox",
    "Waiting",
]  # fmt: skip
