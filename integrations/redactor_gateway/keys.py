"""Who calls: API keys, known by their hashes, with what they may do and how often.

Where no keys are configured every caller comes in, told apart by the credential that is passed on to the upstream.
Keys are drawn at random with 256 bits, so that a plain hash of one tells nothing.
"""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from redactor_gateway.problems import Problem, ProblemError, refuse
from redactor_gateway.settings import ApiKey, Scope

_PREFIX = "rdx_"


@dataclass(frozen=True, slots=True)
class Client:
    """Who calls. `name` tells it from all others and holds nothing of its credential."""

    name: str
    tenant: str = "default"
    upstream: str | None = None
    credential: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Headers that the upstream is given where it has no key of its own."""


def new_key() -> tuple[str, str]:
    """A key, and the hash that the configuration names it by."""
    key = _PREFIX + secrets.token_urlsafe(32)
    return key, hash_of(key)


def hash_of(key: str) -> str:
    """As the configuration writes it."""
    return "sha256:" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


class Keys:
    """Lets callers in. Thread-safe."""

    def __init__(self, keys: Sequence[ApiKey], clock: Callable[[], float] = time.monotonic) -> None:
        self._known = {each: key for key in keys for each in key.hashes}
        self._is_open = not keys
        self._clock, self._lock = clock, threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}
        self._under_way: dict[str, int] = {}

    @contextmanager
    def admitted(self, headers: Mapping[str, str], scope: Scope) -> Iterator[Client]:
        """The caller, for the time of one request. Raises `ProblemError`: 401, 403 or 429."""
        key = self._key(headers)
        if key is None:
            yield _passing(headers)
            return
        if scope not in key.scopes:
            raise refuse(403, "insufficient_scope", f"this API key may not use {scope}", kind="permission_error")
        with self._counted(key):
            self._limit(key)
            yield Client(key.name, key.tenant, key.upstream)

    def _key(self, headers: Mapping[str, str]) -> ApiKey | None:
        if self._is_open:
            return None
        key = self._known.get(hash_of(_presented(headers)))
        if key is None:
            raise refuse(401, "invalid_api_key", "this API key is not known here", kind="authentication_error")
        return key

    @contextmanager
    def _counted(self, key: ApiKey) -> Iterator[None]:
        with self._lock:
            count = self._under_way.get(key.name, 0)
            if key.concurrent and count >= key.concurrent:
                raise _too_many("too many requests of this API key are under way", 1)
            self._under_way[key.name] = count + 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[key.name] -= 1

    def _limit(self, key: ApiKey) -> None:
        """A bucket of a minute's requests that fills evenly."""
        if not key.requests_per_minute:
            return
        most, per_second = float(key.requests_per_minute), key.requests_per_minute / 60.0
        with self._lock:
            now = self._clock()
            left, since = self._buckets.get(key.name, (most, now))
            left = min(most, left + (now - since) * per_second)
            self._buckets[key.name] = (left - 1.0 if left >= 1.0 else left, now)
        if left < 1.0:
            raise _too_many("this API key has used up its requests", max(1, round((1.0 - left) / per_second)))


def _presented(headers: Mapping[str, str]) -> str:
    kind, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else headers.get("x-api-key", "")


def _passing(headers: Mapping[str, str]) -> Client:
    """A caller without a key of ours is told apart by what it shows the upstream."""
    shown = {name: headers[name] for name in ("authorization", "x-api-key") if name in headers}
    return Client("caller-" + hash_of("\n".join(shown.values()))[7:39], credential=shown)


def _too_many(message: str, seconds: int) -> ProblemError:
    return ProblemError(Problem(429, "rate_limit_exceeded", message, "rate_limit_error", retry_after=seconds))
