"""Who calls: API keys, known by their hashes, with what they may do and how often.

Where no keys are configured every caller comes in, told apart by the credential that is passed on to the upstream.
Keys are drawn at random with 256 bits, so that a plain hash of one tells nothing.
"""

import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from redactor_gateway.limits import Counter, Local
from redactor_gateway.problems import refuse
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
    scopes: frozenset[Scope] = frozenset()
    """What its key may do; nothing without one."""


def new_key() -> tuple[str, str]:
    """A key, and the hash that the configuration names it by."""
    key = _PREFIX + secrets.token_urlsafe(32)
    return key, hash_of(key)


def hash_of(key: str) -> str:
    """As the configuration writes it."""
    return "sha256:" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


class Keys:
    """Lets callers in. For one event loop."""

    def __init__(self, keys: Sequence[ApiKey], counter: Counter | None = None) -> None:
        """`counter`: who counts their requests; by default this process for itself."""
        self._known = {each: key for key in keys for each in key.hashes}
        self.is_open = not keys
        """Whether every caller comes in."""
        self._counter = counter if counter is not None else Local()

    async def close(self) -> None:
        """Close what the counter holds open."""
        await self._counter.close()

    @asynccontextmanager
    async def admitted(self, headers: Mapping[str, str], *scopes: Scope) -> AsyncIterator[Client]:
        """The caller, for the time of one request; any of the scopes will do. Raises `ProblemError`: 401, 403, 429."""
        key = self._key(headers)
        if key is None:
            yield _passing(headers)
            return
        if key.scopes.isdisjoint(scopes):
            raise refuse(403, "insufficient_scope", f"this API key may not use {scopes[0]}", kind="permission_error")
        release = await self._counter.begin(key)
        try:
            yield Client(key.name, key.tenant, key.upstream, scopes=key.scopes)
        finally:
            release()

    def _key(self, headers: Mapping[str, str]) -> ApiKey | None:
        if self.is_open:
            return None
        key = self._known.get(hash_of(_presented(headers)))
        if key is None:
            how = {"www-authenticate": "Bearer"}  # RFC 9110, section 11.6.1
            raise refuse(
                401, "invalid_api_key", "this API key is not known here", kind="authentication_error", headers=how
            )
        return key


def _presented(headers: Mapping[str, str]) -> str:
    kind, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else headers.get("x-api-key", "")


def _passing(headers: Mapping[str, str]) -> Client:
    """A caller without a key of ours is told apart by what it shows the upstream."""
    shown = {name: headers[name] for name in ("authorization", "x-api-key") if name in headers}
    return Client("caller-" + hash_of("\n".join(shown.values()))[7:39], credential=shown)
