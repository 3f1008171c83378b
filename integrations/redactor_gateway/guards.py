"""What keeps an upstream's trouble from becoming everybody's: a breaker, and turns."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from redactor_gateway.problems import unavailable


class Breaker:
    """Open after so many failures in a row: then nobody waits for what fails anyway. After a while one may try.

    For one event loop.
    """

    def __init__(self, after: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._after, self._seconds, self._clock = after, seconds, clock
        self._failed, self._until = 0, 0.0

    @property
    def is_open(self) -> bool:
        """Whether nobody may call now."""
        return self._failed >= self._after and self._clock() < self._until

    def check(self) -> None:
        """Raises `ProblemError` while it is open. Who comes first after that tries for all: others wait on."""
        if self._failed < self._after:
            return
        left = self._until - self._clock()
        if left > 0:
            raise unavailable("upstream_unavailable", "the upstream keeps failing; it is left alone", round(left) or 1)
        self._until = self._clock() + self._seconds

    def succeeded(self) -> None:
        """An answer came."""
        self._failed = 0

    def failed(self) -> None:
        """None came."""
        self._failed += 1
        self._until = self._clock() + self._seconds


class Turns:
    """So many at once, so many who wait for their turn, so long. For one event loop."""

    def __init__(self, concurrent: int, waiting: int, seconds: float, whose: str) -> None:
        self._free, self._most, self._seconds, self._whose = asyncio.Semaphore(concurrent), waiting, seconds, whose
        self._waiting = 0

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """A turn. Raises `ProblemError` where there is none."""
        await self._wait()
        try:
            yield
        finally:
            self._free.release()

    async def _wait(self) -> None:
        if self._free.locked() and self._waiting >= self._most:
            raise self._busy()
        self._waiting += 1
        came_too_late = False
        try:
            async with asyncio.timeout(self._seconds if self._free.locked() else None):
                await self._free.acquire()
        except TimeoutError:
            came_too_late = True
        finally:
            self._waiting -= 1
        if came_too_late:
            raise self._busy()

    def _busy(self) -> Exception:
        return unavailable("overloaded", f"{self._whose} has more requests under way than it takes")
