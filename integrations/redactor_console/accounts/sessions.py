"""Sessions: kept by the server, so that they can be ended; the browser holds 256 random bits and nothing else."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Literal

from redactor.storage.beside import Ask

Level = Literal["password", "full"]
"""How far somebody has come: the first factor alone opens nothing but the page for the second."""

HALF_WAY = 600.0
"""Seconds in which the second factor has to follow."""

_LONGEST = 86_400.0
"""Seconds after which no session can be good any more; the setting may be a day at most."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser of one person."""

    id: bytes = field(repr=False)
    account: str
    level: Level
    csrf: str = field(repr=False)
    """What every form of this session carries."""
    made: float
    seen: float
    agent: str
    """What the browser says it is, shortened: for who looks through their sessions."""


def begin(ask: Ask, account: str, level: Level, agent: str, now: float) -> str:
    """A new session; gives what the cookie is to hold. The one before is to be ended: a fixed id is of no use."""
    ask("DELETE FROM session WHERE made < ?", now - _LONGEST)
    token = secrets.token_urlsafe(32)
    values = (hash_of(token), account, level, secrets.token_urlsafe(32), now, now, agent[:120])
    ask("INSERT INTO session (id, account, level, csrf, made, seen, agent) VALUES (?, ?, ?, ?, ?, ?, ?)", *values)
    return token


def find(ask: Ask, token: str, now: float, *, longest: float, idle: float) -> Session | None:
    """The session of a cookie, if it is still good; seconds."""
    rows = ask("SELECT id, account, level, csrf, made, seen, agent FROM session WHERE id = ?", hash_of(token))
    if not rows:
        return None
    found = Session(bytes(rows[0][0]), *rows[0][1:])
    most = longest if found.level == "full" else min(longest, HALF_WAY)
    if now - found.made >= most or now - found.seen >= idle:
        end(ask, found.id)
        return None
    if now - found.seen >= 30.0:
        ask("UPDATE session SET seen = ? WHERE id = ?", now, found.id)
    return found


def of(ask: Ask, account: str) -> list[Session]:
    """A person's sessions, the one seen last first."""
    sql = "SELECT id, account, level, csrf, made, seen, agent FROM session WHERE account = ? ORDER BY seen DESC"
    return [Session(bytes(row[0]), *row[1:]) for row in ask(sql, account)]


def last_seen(ask: Ask) -> dict[str, float]:
    """When each account that has a session was here last; seconds since the epoch."""
    return dict(ask("SELECT account, MAX(seen) FROM session WHERE level = 'full' GROUP BY account"))


def end(ask: Ask, id: bytes) -> None:  # noqa: A002
    """End one."""
    ask("DELETE FROM session WHERE id = ?", id)


def end_all(ask: Ask, account: str, *, but: bytes = b"") -> None:
    """End all of a person's: after a new password, a new role, a lost device."""
    ask("DELETE FROM session WHERE account = ? AND id <> ?", account, but)


def is_own(session: Session, given: str) -> bool:
    """Whether a form carries this session's token, compared in constant time."""
    return hmac.compare_digest(session.csrf.encode(), given.encode("utf-8", "replace"))


def hash_of(token: str) -> bytes:
    """As it is stored: who reads the table gets no session."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
