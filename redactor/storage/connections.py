"""SQLite connections of one process: made when needed, lent to one thread at a time, closed before a fork.

SQLite forbids carrying a connection across a fork, even to close it (https://www.sqlite.org/howtocorrupt.html,
section 2.6), so none is open while the process forks.
"""

import contextlib
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from redactor.exceptions import StorageError
from redactor.storage import forking

_FORK_SECONDS = 5.0
"""How long a fork waits for other threads' reads and writes to end; a stuck thread must not stop it for good."""


class Connections:
    """The connections of one database, and the lock its writers in this process take in turn."""

    __slots__ = (
        "__weakref__",
        "_connect",
        "_forking",
        "_gate",
        "_idle",
        "_lent",
        "_open",
        "_path",
        "_place",
        "writing",
    )

    def __init__(self, connect: Callable[[], sqlite3.Connection], path: Path) -> None:
        self._connect, self._path = connect, path
        self._place: tuple[int, int] | None = None
        self._idle: list[sqlite3.Connection] = []
        self._open = True
        self._reset()
        weakref.finalize(self, _close_all, self._idle)
        forking.watch(self)

    def _reset(self) -> None:
        self.writing = threading.Lock()
        self._gate = threading.Condition()
        self._forking = False
        self._lent: list[int] = []

    @contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """A connection for the calling thread alone. Raises `StorageError` where the file is not there any more."""
        connection = self._take()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def _take(self) -> sqlite3.Connection:
        with self._gate:
            self._gate.wait_for(lambda: not self._forking or threading.get_ident() in self._lent)
            if not self._open:
                raise StorageError("the store is closed")
            self._lent.append(threading.get_ident())
        try:
            self._check_place()
            with self._gate:
                if self._idle:
                    return self._idle.pop()
            connection = self._connect()
            self._place = self._place or _place(self._path)
            return connection
        except BaseException:
            self._returned()
            raise

    def _check_place(self) -> None:
        """A connection to a file that was deleted or replaced goes on writing to what nobody finds again."""
        if self._place is not None and _place(self._path) != self._place:
            raise StorageError(
                f"{self._path.name} is not the file that was opened: it was deleted, moved away or replaced; "
                "bring it back, or start anew with the one that is there"
            )

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._gate:
            if self._open:
                self._idle.append(connection)
            else:
                connection.close()
        self._returned()

    def _returned(self) -> None:
        with self._gate:
            if threading.get_ident() in self._lent:
                self._lent.remove(threading.get_ident())
            self._gate.notify_all()

    def close(self) -> None:
        """Close what is idle now, and the rest when it comes back."""
        with self._gate:
            self._open = False
            _close_all(self._idle)

    def before_fork(self) -> None:
        """Wait for other threads, then close every idle connection and let none be taken until after the fork."""
        self._gate.acquire()
        self._forking = True
        self._gate.wait_for(lambda: not set(self._lent) - {threading.get_ident()}, _FORK_SECONDS)
        _close_all(self._idle)

    def after_fork(self, *, in_child: bool) -> None:
        """Go on; the child starts with locks of its own."""
        if in_child:
            self._reset()
        else:
            self._forking = False
            self._gate.notify_all()
            self._gate.release()


def _place(path: Path) -> tuple[int, int] | None:
    """Which file it is, whatever its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


_creating = threading.Lock()


def create_private(path: Path) -> None:
    """Make the file before SQLite does, readable by its owner only; SQLite gives its log the same mode.

    Closing a descriptor drops this process's locks on the file, SQLite's too
    (https://www.sqlite.org/howtocorrupt.html, section 2.2): so only a file that is new is ever opened here, and
    under a lock that whoever connects has passed.
    """
    with _creating:
        if path.exists():
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _close_all(connections: list[sqlite3.Connection]) -> None:
    while connections:
        connections.pop().close()
