"""Conversations in Redis, shared by the processes of many machines: what serving needs, dropped when its time is over.

What Redis holds is as lasting as its own settings make it. With `appendonly yes` and `appendfsync everysec` a crash of
the server may lose its last second; with neither it loses everything since the last snapshot, numbers of placeholders
included. Where that must not be, use PostgreSQL.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from random import uniform
from typing import Any, TypeVar

import redis
from redis.commands.core import Script

from redactor.exceptions import ConfigError, StorageError
from redactor.storage import BUSY_SECONDS, forking
from redactor.storage.redis_gathering import Command
from redactor.storage.redis_reading import RedisReads
from redactor.storage.redis_writing import RedisTransaction

T = TypeVar("T")

LEASE = 3.0
"""Seconds a writer may be silent before the next one takes its turn. A writer that slept for longer cannot commit."""

_MANY = 256
"""Versions of a conversation that are read one by one; when more are new, all of it is read."""

_COMMIT = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return redis.call('EXISTS', KEYS[2])
end
local at = 2
while at <= #ARGV do
    local count = tonumber(ARGV[at])
    redis.call(unpack(ARGV, at + 1, at + count))
    at = at + count + 1
end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], '', 'PX', 60000)
return 1
"""
"""All of a transaction or, where its lease went to somebody else, nothing. Sent twice because an answer was lost, it
finds its own receipt and says so."""

_KEEP = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

_NEWER = """
local version = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
local since = tonumber(ARGV[1])
if since == 0 or version - since > tonumber(ARGV[2]) then return redis.call('HVALS', KEYS[3]) end
local seen, wanted = {}, {}
for number = since + 1, version do
    for _, name in ipairs(cjson.decode(redis.call('HGET', KEYS[2], number) or '[]')) do
        if not seen[name] then
            seen[name] = true
            table.insert(wanted, redis.call('HGET', KEYS[3], name))
        end
    end
end
return wanted
"""
"""What was written after a version, as of one moment. Asked in several steps, a commit between two of them could hide
a row from a reader for good."""


class RedisStore(RedisReads):
    """Keys that begin with one name. One writer at a time, across processes; a writer that dies holds the others up
    for `LEASE` seconds."""

    __slots__ = ("__weakref__", "_client", "_name", "_scripts", "_shown", "_timeout", "_writer", "_writing")

    persistent = True

    def __init__(self, url: str, *, name: str = "redactor", timeout: float = BUSY_SECONDS) -> None:
        """Connect. `url`: `redis://`, `rediss://` (TLS) or `unix://`, as redis-py reads it; `name`: what every key
        begins with; `timeout`: seconds a writer waits for others."""
        self._name, self._timeout = checked_name(name), timeout
        self._client, self._shown = _client(url)
        self._reset()
        forking.watch(self)
        self._scripts: dict[str, Script] = {}
        self._check_server()

    def __repr__(self) -> str:
        return f"RedisStore({self._shown!r}, name={self._name!r})"

    def _reset(self) -> None:
        self._writing = threading.Lock()
        self._writer: int | None = None

    def before_fork(self) -> None:
        """redis-py makes connections of its own in a child."""

    def after_fork(self, *, in_child: bool) -> None:
        """The child starts with a lock of its own."""
        if in_child:
            self._reset()

    def _check_server(self) -> None:
        """Raises `StorageError` where the server may drop keys to make room: a number could be given twice."""
        memory = self._ask(lambda: self._client.info("memory"))
        if memory.get("maxmemory") and memory.get("maxmemory_policy") != "noeviction":
            raise StorageError(
                "this Redis drops keys when its memory is full (maxmemory-policy), numbers of placeholders among them, "
                "which would then be given twice; expected maxmemory-policy noeviction"
            )
        self._ask(lambda: self._client.setnx(self.key("schema"), b"1"))
        if self._ask(lambda: self._client.get(self.key("schema"))) != b"1":
            raise StorageError(
                "what lies in Redis under this name was written by a newer version; upgrade chat-redactor"
            )

    @contextmanager
    def transaction(self) -> Iterator[RedisTransaction]:
        """Begin to write; see `Store.transaction`."""
        if self._writing.locked() and self._writer == threading.get_ident():
            raise StorageError("this thread already has a transaction open; use that one")
        writing = self._writing
        if not writing.acquire(timeout=self._timeout):
            raise StorageError(f"another thread kept the store locked for over {self._timeout:g} s")
        try:
            self._writer = threading.get_ident()
            yield from self._run(self._turn())
        finally:
            self._writer = None
            writing.release()

    def _turn(self) -> "Turn":
        token, deadline = secrets.token_hex(16), time.monotonic() + self._timeout
        lock, lease = self.key("lock"), int(LEASE * 1000)
        while not self._ask(lambda: self._client.set(lock, token, nx=True, px=lease)):
            if time.monotonic() > deadline:
                raise StorageError(
                    f"another process kept the store locked for over {self._timeout:g} s; "
                    "end the long transaction there, or raise the store's timeout"
                )
            time.sleep(uniform(0.0005, 0.004))  # so that those who wait do not ask all at once
        return Turn(self, token)

    def _run(self, turn: "Turn") -> Iterator[RedisTransaction]:
        writer = RedisTransaction(turn.store, turn.keep)
        try:
            yield writer
            turn.commit(writer.commands())
        except BaseException:
            turn.give_up()
            writer.end(committed=False)
            raise
        writer.end(committed=True)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    # -- what the questions are made of

    def key(self, name: str) -> str:
        """A key's whole name."""
        return f"{{{self._name}}}:{name}"

    def _get(self, key: str, field: str) -> bytes | None:
        found: bytes | None = self._ask(lambda: self._client.hget(self.key(key), field))
        return found

    def _get_all(self, key: str) -> Mapping[str, bytes]:
        found = self._ask(lambda: self._client.hgetall(self.key(key)))
        return {name.decode(): value for name, value in found.items()}

    def _newer(self, conversation: str, log: str, table: str, version: int) -> Iterable[bytes]:
        keys = [self.key(f"{name}:{conversation}") for name in ("c", log, table)]
        found: Iterable[bytes] = self.run(_NEWER, keys, [version, _MANY])
        return found

    def _after(self, key: str, member: str, limit: int) -> Sequence[str]:
        least = f"({member}" if member else "-"
        found = self._ask(lambda: self._client.zrangebylex(self.key(key), least, "+", start=0, num=limit))
        return [name.decode() for name in found]

    def ended(self, now: float) -> Sequence[str]:
        """Conversations of which something's time is over."""
        found = self._ask(lambda: self._client.zrangebyscore(self.key("e"), "-inf", now))
        return [name.decode() for name in found]

    def below(self, key: str, score: float) -> Sequence[str]:
        """Members of an ordered set with a lower score."""
        found = self._ask(lambda: self._client.zrangebyscore(self.key(key), "-inf", f"({score!r}"))
        return [name.decode() for name in found]

    def count(self, name: str) -> int:
        """One more than ever before, whatever becomes of the transaction."""
        return int(self._ask(lambda: self._client.incr(self.key(name))))

    def run(self, script: str, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        """Run a script on the server."""
        known = self._scripts.setdefault(script, self._client.register_script(script))
        return self._ask(lambda: known(keys=keys, args=arguments))

    def _ask(self, question: Callable[[], T]) -> T:
        problem = ""
        try:
            return question()
        except redis.AuthenticationError:
            problem = "the user or the password was refused"
        except redis.TimeoutError:
            problem = "there was no answer in time"
        except redis.ConnectionError:
            problem = "it cannot be reached"
        except redis.ReadOnlyError:
            problem = "it may not be written to: it is a replica; give the url the server that is in charge"
        except (redis.RedisError, UnicodeEncodeError, OSError) as error:
            problem = type(error).__name__  # the server's own messages may quote what was sent
        raise StorageError(f"Redis at {self._shown} cannot be used: {problem}")


class Turn:
    """A writer's turn: the lease, and what only its holder may do."""

    __slots__ = ("_kept", "_token", "store")

    def __init__(self, store: RedisStore, token: str) -> None:
        self.store, self._token, self._kept = store, token, time.monotonic()

    def keep(self) -> None:
        """Go on holding the lease. Raises `StorageError` where it went to somebody else."""
        if time.monotonic() - self._kept > LEASE / 3:
            if not self.store.run(_KEEP, [self.store.key("lock")], [self._token, int(LEASE * 1000)]):
                raise StorageError(_LOST)
            self._kept = time.monotonic()

    def commit(self, commands: Iterable[Command]) -> None:
        """All commands in one step. Raises `StorageError` where the lease went to somebody else: then none."""
        arguments: list[Any] = [self._token]
        for command in commands:
            arguments += [len(command), *command]
        keys = [self.store.key("lock"), self.store.key(f"receipt:{self._token}")]
        if not self.store.run(_COMMIT, keys, arguments):
            raise StorageError(_LOST)

    def give_up(self) -> None:
        """Let the next one have its turn."""
        with suppress(StorageError):  # the lease ends by itself
            self.store.run(_RELEASE, [self.store.key("lock")], [self._token])


_LOST = f"this writer was silent for over {LEASE:g} s and another took its turn; nothing was written, send it again"


def checked_name(name: str) -> str:
    """A name keys may begin with. Raises `ConfigError`."""
    if not (name.isascii() and name.replace("_", "").replace("-", "").isalnum() and len(name) <= 40):
        raise ConfigError(
            "the store's name is what every key begins with: expected letters, digits, _ and -, at most 40"
        )
    return name


def _client(url: str) -> tuple[Any, str]:
    """The client, and where it leads without user and password. Raises `ConfigError`."""
    with suppress(ValueError, TypeError, redis.RedisError):
        client = redis.Redis.from_url(
            url, socket_timeout=BUSY_SECONDS, socket_connect_timeout=BUSY_SECONDS, health_check_interval=30
        )
        known = client.connection_pool.connection_kwargs
        where = known.get("path") or f"{known.get('host', 'localhost')}:{known.get('port', 6379)}"
        return client, f"{where}/{known.get('db') or 0}"
    raise ConfigError("the store's url is not one that redis-py reads; expected redis://user:password@host:6379/0")
