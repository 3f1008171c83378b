"""How often API keys may call, and how much of them may be under way: counted in this process, or for many together."""

import time
from collections.abc import Callable
from typing import Protocol, TypeAlias

from redactor.exceptions import ConfigError
from redactor_gateway.problems import Problem, ProblemError
from redactor_gateway.settings import ApiKey, LimitsStore

Release: TypeAlias = Callable[[], None]
"""Counts a request out again; called once."""


class Counter(Protocol):
    """Who counts. For one event loop."""

    async def begin(self, key: ApiKey) -> Release:
        """Count a request in. Raises `ProblemError` (429) where it is one too many."""

    async def close(self) -> None:
        """Close what is open."""


class Local:
    """Counts what this process takes in."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds since anything."""
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._under_way: dict[str, int] = {}

    async def begin(self, key: ApiKey) -> Release:
        """See `Counter.begin`."""
        count = self._under_way.get(key.name, 0)
        if key.concurrent and count >= key.concurrent:
            raise busy()
        self._take(key)
        self._under_way[key.name] = count + 1
        return lambda: self._release(key.name)

    async def close(self) -> None:
        """Nothing is open."""

    def _release(self, name: str) -> None:
        self._under_way[name] -= 1

    def _take(self, key: ApiKey) -> None:
        """A bucket of a minute's requests that fills evenly."""
        if not key.requests_per_minute:
            return
        now, most, per_second = self._clock(), float(key.requests_per_minute), key.requests_per_minute / 60.0
        left, since = self._buckets.get(key.name, (most, now))
        left = min(most, left + (now - since) * per_second)
        self._buckets[key.name] = (left - 1.0 if left >= 1.0 else left, now)
        if left < 1.0:
            raise used_up(max(1, round((1.0 - left) / per_second)))


def counter(store: LimitsStore | None, note: Callable[[], None] = lambda: None) -> Counter:
    """Who counts as the settings say. `note` is called for each request that a shared counter could not be asked about.

    Raises `ConfigError`.
    """
    if store is None:
        return Local()
    missing = ""
    try:
        from redactor_gateway.limits_redis import Shared
    except ModuleNotFoundError as error:
        if error.name != "redis":
            raise
        missing = "gateway.limits_store: Redis needs its driver: pip install 'chat-redactor[redis]'"
    if missing:
        raise ConfigError(missing)
    return Shared(store.server(), name=store.name, instead=Local(), note=note)


def busy() -> ProblemError:
    """As many as may be under way are."""
    return _too_many("too many requests of this API key are under way", 1)


def used_up(seconds: int) -> ProblemError:
    """The minute's requests are made; the next fits after so many seconds."""
    return _too_many("this API key has used up its requests", seconds)


def _too_many(message: str, seconds: int) -> ProblemError:
    return ProblemError(Problem(429, "rate_limit_exceeded", message, "rate_limit_error", retry_after=seconds))
