"""PostgreSQL connections of one process: made when needed, lent to one thread at a time, closed before a fork.

A session belongs to one process: a child that speaks on its parent's socket mixes both up
(https://www.postgresql.org/docs/current/libpq-connect.html, "forked"), so none is open while the process forks.
"""

import re
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from redactor.exceptions import ConfigError, StorageError
from redactor.storage import forking

Connection = psycopg.Connection[tuple[Any, ...]]
Purpose = Literal["read", "write"]

CONNECTIONS = 8
"""Sessions of one process at most, half of them for writers. A server's default limit is 100 for all processes."""

_DEFAULTS: Mapping[str, str] = {
    "application_name": "chat-redactor",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    # With several hosts in the URL: the one that may be written to.
    "target_session_attrs": "read-write",
}
"""What holds where the URL says nothing (https://www.postgresql.org/docs/current/libpq-connect.html): a server that is
gone without a word is noticed within about half a minute."""

_IDLE_SECONDS = 300.0
"""A session unused for longer is not trusted: firewalls forget it, and after a failover it may lead to the old host."""

_FORK_SECONDS = 5.0
"""How long a fork waits for other threads' reads and writes to end; a stuck thread must not stop it for good."""

_SAID = {
    "Connection refused": "nothing listens there",
    "timeout": "there was no answer in time",
    "translate host name": "the host's name is not known",
    "Name or service": "the host's name is not known",
    "resolve": "the host's name is not known",
    "certificate": "TLS: the server's certificate was refused",
    "SSL": "TLS: one side insists on it and the other does not",
    "No such file": "there is no such socket or certificate file",
    "starting up": "the server is still starting",
    "recovery mode": "the server is still starting",
    "not yet accepting": "the server is still starting",
    "closed the connection": "the server closed the connection",
    "shutting down": "the server is shutting down",
    "read-only": "the server may not be written to",
    "too many": "the server has no free connection; give it more, or the store fewer",
    "remaining connection slots": "the server has no free connection; give it more, or the store fewer",
    "password authentication failed": "the password was refused",
    "no password supplied": "the server wants a password and the URL, the environment and ~/.pgpass have none",
    "role": "there is no such role, or it may not log in",
    "database": "there is no such database, or this role may not use it",
}
"""Parts of libpq's messages and what we say instead: its own may quote parts of a URL that was written wrongly."""


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """Where a database is, and how one gets in."""

    parameters: Mapping[str, Any]

    @classmethod
    def of(cls, url: str) -> "Address":
        """From a URL or a string of libpq's; TLS and all else it says is passed on. Raises `ConfigError`."""
        parameters = None
        with suppress(psycopg.Error):
            parameters = conninfo_to_dict(url)
        shown = [str((parameters or {}).get(name) or "") for name in ("host", "port")]
        # The driver's own message may quote the password, and one with an @ in it reads as part of the host.
        if parameters is None or "@" in shown[0] or not re.fullmatch(r"[0-9,]*", shown[1]):
            raise ConfigError(
                "the store's url is not one that libpq reads; expected postgresql://user@host:5432/database, "
                "with everything but letters and digits in the password as %XX"
            )
        return cls({**_DEFAULTS, **parameters})

    def __repr__(self) -> str:
        """Host, port and database; neither user nor password."""
        found = [str(self.parameters.get(name) or default) for name, default in _SHOWN]
        return "{}:{}/{}".format(*found)

    def connect(self) -> Connection:
        """A new session that commits each statement. Raises `StorageError`."""
        said = ""
        try:
            return psycopg.connect(make_conninfo(**dict(self.parameters)), autocommit=True)
        except (psycopg.Error, UnicodeError) as error:
            said = next((ours for theirs, ours in _SAID.items() if theirs in str(error)), type(error).__name__)
        raise StorageError(f"PostgreSQL at {self!r} cannot be reached: {said}")


_SHOWN = (("host", "local socket"), ("port", "5432"), ("dbname", "(the user's)"))


class Connections:
    """The sessions of one store. Readers and writers have places of their own: who writes may read beside it."""

    __slots__ = ("__weakref__", "_connect", "_forking", "_gate", "_idle", "_lent", "_open", "_places")

    def __init__(self, connect: Callable[[], Connection], most: int = CONNECTIONS) -> None:
        self._connect = connect
        self._places: dict[Purpose, int] = {"write": max(1, most // 2), "read": max(1, most - most // 2)}
        self._idle: list[tuple[Connection, float]] = []
        self._open = True
        self._reset()
        weakref.finalize(self, _close_all, self._idle)
        forking.watch(self)

    def _reset(self) -> None:
        self._gate = threading.Condition()
        self._forking = False
        self._lent: list[tuple[Purpose, int]] = []

    @contextmanager
    def lend(self, purpose: Purpose, timeout: float) -> Iterator[Connection]:
        """A session for the calling thread alone. Raises `StorageError` where none is free for too long."""
        connection = self._take(purpose, timeout)
        try:
            yield connection
        finally:
            self._give_back(purpose, connection)

    def _take(self, purpose: Purpose, timeout: float) -> Connection:
        me = purpose, threading.get_ident()
        with self._gate:
            if not self._gate.wait_for(lambda: self._is_free(purpose), timeout):
                raise StorageError(
                    f"all {self._places[purpose]} connections of this process to {purpose} were in use for over "
                    f"{timeout:g} s; give the store more of them"
                )
            if not self._open:
                raise StorageError("the store is closed")
            self._lent.append(me)
            kept = self._unused()
        if kept is not None:
            return kept
        try:
            return self._connect()
        except BaseException:
            self._returned(me)
            raise

    def _is_free(self, purpose: Purpose) -> bool:
        mine = any(ident == threading.get_ident() for _, ident in self._lent)
        taken = sum(lent == purpose for lent, _ in self._lent)
        return (not self._forking or mine) and taken < self._places[purpose]

    def _unused(self) -> Connection | None:
        while self._idle:
            connection, since = self._idle.pop()
            if not connection.closed and time.monotonic() - since < _IDLE_SECONDS:
                return connection
            connection.close()
        return None

    def _give_back(self, purpose: Purpose, connection: Connection) -> None:
        with self._gate:
            if connection.closed or connection.info.transaction_status or not self._open:
                connection.close()  # lost, or left inside a transaction, which ends with it
            else:
                self._idle.append((connection, time.monotonic()))
        self._returned((purpose, threading.get_ident()))

    def _returned(self, me: tuple[Purpose, int]) -> None:
        with self._gate:
            if me in self._lent:
                self._lent.remove(me)
            self._gate.notify_all()

    def distrust(self) -> None:
        """One session was found dead: the others, older than the server's restart, are too."""
        with self._gate:
            _close_all(self._idle)

    def close(self) -> None:
        """Close what is idle now, and the rest when it comes back."""
        with self._gate:
            self._open = False
            _close_all(self._idle)

    def before_fork(self) -> None:
        """Wait for other threads, then close every idle session and let none be taken until after the fork."""
        self._gate.acquire()
        self._forking = True
        me = threading.get_ident()
        self._gate.wait_for(lambda: all(ident == me for _, ident in self._lent), _FORK_SECONDS)
        _close_all(self._idle)

    def after_fork(self, *, in_child: bool) -> None:
        """Go on; the child starts with locks of its own."""
        if in_child:
            self._reset()
        else:
            self._forking = False
            self._gate.notify_all()
            self._gate.release()


def _close_all(connections: list[tuple[Connection, float]]) -> None:
    while connections:
        connections.pop()[0].close()
