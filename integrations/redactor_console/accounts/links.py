"""Links that work once: to choose a password, or into the demonstration. Only a hash of what they hold is kept."""

import hashlib
import secrets
from typing import Literal

from redactor.storage.beside import Ask

Purpose = Literal["password", "demo"]

SECONDS = 86_400.0
"""How long one is good for."""


def make(ask: Ask, account: str, purpose: Purpose, now: float) -> str:
    """What a new link holds: 256 random bits. Those that were made before for the same account end."""
    ask("DELETE FROM link WHERE account = ? OR expires < ?", account, now)
    token = secrets.token_urlsafe(32)
    values = (_hash(token), account, purpose, now + SECONDS)
    ask("INSERT INTO link (id, account, purpose, expires) VALUES (?, ?, ?, ?)", *values)
    return token


def path(token: str) -> str:
    """Where it leads, in the console."""
    return f"/sign-in/link/{token}"


def find(ask: Ask, token: str, now: float) -> tuple[str, Purpose] | None:
    """The id of the account it is for, and what it does; None where it was used or its time is over."""
    rows = ask("SELECT account, purpose FROM link WHERE id = ? AND expires > ?", _hash(token), now)
    return (rows[0][0], rows[0][1]) if rows else None


def use(ask: Ask, token: str, now: float) -> tuple[str, Purpose] | None:
    """The same, and it is used up: of two at once, one gets it."""
    rows = ask("DELETE FROM link WHERE id = ? AND expires > ? RETURNING account, purpose", _hash(token), now)
    return (rows[0][0], rows[0][1]) if rows else None


def end_all(ask: Ask, account: str) -> None:
    """None of this account's works any more."""
    ask("DELETE FROM link WHERE account = ?", account)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
