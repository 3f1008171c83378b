"""A TCP proxy that fails when told to: for what a network and the machine behind it do to a connection.

with FaultProxy("127.0.0.1", 5432) as wire:
    store = PostgresStore(f"postgresql://user@127.0.0.1:{wire.port}/database")
    with wire.cut():        # nobody listens, what was open is reset
        ...
    with wire.silent():     # everything is accepted, nothing comes through; it goes on where it stopped
        ...
"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing resets the connection, as a machine does that lost it."""


class FaultProxy:
    """Carries bytes between a port of its own and another, until a fault begins. Two threads to a connection."""

    def __init__(self, host: str, port: int) -> None:
        self._to = host, port
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._flows, self._is_cut = threading.Event(), threading.Event()
        self._flows.set()
        self._listener = self._listening(0)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._serve()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flows.set()
        self._close()

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Nobody listens, and what was open is reset."""
        self._close()
        try:
            yield
        finally:
            self._listener = self._listening(self.port)
            self._is_cut.clear()
            self._serve()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Nothing comes through, in either direction, and nobody is told."""
        self._flows.clear()
        try:
            yield
        finally:
            self._flows.set()

    def reset(self) -> None:
        """What is open now is reset; who connects anew gets through."""
        with self._lock:
            found, self._open = self._open, set()
        for each in found:
            with suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _close(self) -> None:
        self._is_cut.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes who waits in accept
        self._listener.close()
        self.reset()

    @staticmethod
    def _listening(port: int) -> socket.socket:
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("127.0.0.1", port))
        made.listen(64)
        return made

    def _serve(self) -> None:
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._carry_both, args=(client,), daemon=True).start()

    def _carry_both(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self._to, timeout=5)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        with self._lock:
            self._open |= {client, server}
        if self._is_cut.is_set():
            self.reset()
        threading.Thread(target=self._carry, args=(server, client), daemon=True).start()
        self._carry(client, server)

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._flows.wait()
                target.sendall(data)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        with self._lock:
            self._open -= {source, target}
