"""A few at a time: a password takes 64 MiB and a core to look at, and the pool's threads are there for others too."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from redactor_console.web.doors import RefusedError

_AT_ONCE = 2
_WAITING = 50
_SECONDS = 10.0
_LOOK = 0.02


class Turnstile:
    """For one event loop at a time."""

    def __init__(self) -> None:
        self._inside, self._waiting = 0, 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and have it. Raises `RefusedError` where too many wait, or it takes too long."""
        await self._wait()
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    async def _wait(self) -> None:
        until = monotonic() + _SECONDS
        if self._inside >= _AT_ONCE and self._waiting >= _WAITING:
            raise _busy()
        self._waiting += 1
        try:
            while self._inside >= _AT_ONCE:
                if monotonic() >= until:
                    raise _busy()
                await asyncio.sleep(_LOOK)
        finally:
            self._waiting -= 1


def _busy() -> RefusedError:
    return RefusedError(503, "Too many people sign in just now. Try again in a moment.")
