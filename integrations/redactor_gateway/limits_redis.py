"""Limits of API keys counted in Redis, for the gateways of many machines together. The one door to redis.asyncio.

Limits are protection and not the work itself: while Redis cannot be asked, each process counts for itself, and says so.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from contextlib import suppress

import redis
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from redactor.exceptions import ConfigError
from redactor_gateway.limits import Counter, Release, busy, used_up
from redactor_gateway.settings import ApiKey

_log = logging.getLogger("redactor_gateway")

_SECONDS = 0.5
"""A request waits no longer for its count; Redis answers in less than a thousandth of that."""

_AWAY = 2.0
"""Seconds Redis is not asked again after it gave no answer, so that not every request waits for it."""

LEASE = 30.0
"""Seconds until a request of a process that died counts no longer as under way; others say every third of it that
they live."""

_BEGIN = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local concurrent, most, lease = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if concurrent > 0 then
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.6f', now))
    if redis.call('ZCARD', KEYS[1]) >= concurrent then return {1, 0} end
end
if most > 0 then
    local had, each = redis.call('HMGET', KEYS[2], 'left', 'since'), most / 60
    local left = tonumber(had[1] or most) + math.max(0, now - tonumber(had[2] or now)) * each
    left = math.min(most, left)
    local fits = left >= 1
    if fits then left = left - 1 end
    redis.call('HSET', KEYS[2], 'left', string.format('%.6f', left), 'since', string.format('%.6f', now))
    redis.call('PEXPIRE', KEYS[2], 61000)
    if not fits then return {2, math.max(1, math.floor((1 - left) / each + 0.5))} end
end
if concurrent > 0 then
    redis.call('ZADD', KEYS[1], string.format('%.6f', now + lease), ARGV[4])
    redis.call('PEXPIRE', KEYS[1], math.floor(lease * 1000))
end
return {0, 0}
"""
"""A bucket of a minute's requests that fills evenly, and the requests under way with the end of each one's lease, by
Redis's own clock. A bucket nobody asked for a minute is full: its key may end."""

_KEEP = """
local time = redis.call('TIME')
local ends = string.format('%.6f', tonumber(time[1]) + tonumber(time[2]) / 1000000 + tonumber(ARGV[1]))
for at = 2, #ARGV do redis.call('ZADD', KEYS[1], ends, ARGV[at]) end
redis.call('PEXPIRE', KEYS[1], math.floor(tonumber(ARGV[1]) * 1000))
"""


class Shared:
    """Counts together with every process that has the same Redis and name. Its keys hold names of the configuration."""

    def __init__(
        self,
        url: str,
        *,
        name: str,
        instead: Counter,
        note: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`instead`: who counts while Redis cannot be asked; `note`: called for each request that it counts. Nothing is
        connected yet. Raises `ConfigError`."""
        self._client = _client(url)
        self._name, self._instead, self._note, self._clock = name, instead, note, clock
        self._begin, self._keep = self._client.register_script(_BEGIN), self._client.register_script(_KEEP)
        self._open: dict[str, set[str]] = {}
        """By key: ids of requests under way that Redis counts."""
        self._later: set[asyncio.Task[None]] = set()
        self._keeper: asyncio.Task[None] | None = None
        self._away_until = float("-inf")
        self._is_away = False

    def __repr__(self) -> str:
        return f"Shared(name={self._name!r})"

    async def begin(self, key: ApiKey) -> Release:
        """See `Counter.begin`."""
        if not (key.concurrent or key.requests_per_minute):
            return _nothing
        id_ = secrets.token_hex(8)
        said = await self._asked(key, id_)
        if said is None:
            self._note()
            return await self._instead.begin(key)
        why, seconds = said
        if why:
            raise busy() if why == 1 else used_up(seconds)
        if not key.concurrent:
            return _nothing
        self._open.setdefault(key.name, set()).add(id_)
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._kept())
        return lambda: self._release(key.name, id_)

    async def close(self) -> None:
        """Count out what is still open here, and close the connections."""
        if self._keeper is not None:
            self._keeper.cancel()
            self._later.add(self._keeper)
        for name, ids in self._open.items():
            for id_ in tuple(ids):
                self._release(name, id_)
        if self._later:
            await asyncio.wait(self._later)
        await self._client.aclose()
        await self._instead.close()

    async def _asked(self, key: ApiKey, id_: str) -> tuple[int, int] | None:
        """Whether it fits; None where Redis cannot be asked."""
        if self._clock() < self._away_until:
            return None
        try:
            async with asyncio.timeout(_SECONDS):
                keys = [self._under_way(key.name), self._key(key.name, "left")]
                found = await self._begin(keys=keys, args=[key.concurrent, key.requests_per_minute, LEASE, id_])
                why, seconds = map(int, found)
        except (redis.RedisError, OSError, TimeoutError, ValueError, TypeError) as error:
            self._went(type(error).__name__)
            return None
        if self._is_away:
            self._is_away = False
            _log.warning("limits of API keys: Redis is back and counts for all processes again")
        return why, seconds

    def _went(self, why: str) -> None:
        """Said once for each time it is away; the server's own words may quote anything."""
        self._away_until = self._clock() + _AWAY
        if not self._is_away:
            self._is_away = True
            _log.warning("limits of API keys: Redis cannot be asked (%s); each process counts for itself", why)

    def _release(self, name: str, id_: str) -> None:
        """Not waited for: a request that was cancelled cannot wait."""
        self._open.get(name, set()).discard(id_)
        task = asyncio.ensure_future(self._out(name, id_))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _out(self, name: str, id_: str) -> None:
        with suppress(redis.RedisError, OSError, TimeoutError):  # its lease ends by itself
            async with asyncio.timeout(_SECONDS):
                await self._client.zrem(self._under_way(name), id_)

    async def _kept(self) -> None:
        """Say that this process lives, for as long as it does."""
        while True:
            await asyncio.sleep(LEASE / 3)
            for name in [name for name, ids in self._open.items() if ids]:
                with suppress(redis.RedisError, OSError, TimeoutError):
                    async with asyncio.timeout(_SECONDS):
                        await self._keep(keys=[self._under_way(name)], args=[LEASE, *self._open[name]])

    def _under_way(self, name: str) -> str:
        return self._key(name, "under_way")

    def _key(self, name: str, what: str) -> str:
        """In braces is what keeps both keys of one client on one server of a cluster."""
        return f"{{{self._name}:limits:{name}}}:{what}"


def _nothing() -> None:
    """Nothing was counted in that is to be counted out."""


def _client(url: str) -> redis.asyncio.Redis:
    """Raises `ConfigError`, which holds nothing of the URL."""
    with suppress(ValueError, TypeError, redis.RedisError):
        return redis.asyncio.Redis.from_url(
            url,
            socket_timeout=_SECONDS,
            socket_connect_timeout=_SECONDS,
            retry=Retry(NoBackoff(), 1),  # a connection that lay idle while the server was restarted
            retry_on_error=[redis.ConnectionError],
        )
    raise ConfigError("gateway.limits_store: the url is not one that redis-py reads; expected redis://host:6379/0")
