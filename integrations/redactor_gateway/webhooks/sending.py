"""Requests to bots and platforms. The webhooks' one door to httpx2.

Where a request goes is in the configuration and nowhere else: redirects are not followed, proxies of the environment
are not used, only listed headers go either way.
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeAlias

import httpx2

from redactor_gateway.errors import GatewayError
from redactor_gateway.network import AsyncPinnedTransport, PinnedTransport, Reach, Resolve, origin

_LARGEST = 4_000_000
"""Bytes of an answer that are read; a platform's answers to a bot's call have a few thousand."""

_KEYS_KEPT = 3600.0
"""Seconds an issuer's public keys are used before they are fetched again."""
_LEFT_ALONE = 5.0
"""Seconds an issuer is not asked again after it gave none; as long as it is waited for."""


class SendingError(GatewayError):
    """A request did not get its answer. `is_unsent`: it surely did not reach the other side."""

    def __init__(self, reason: str, *, is_unsent: bool = False) -> None:
        super().__init__(f"no answer: {reason}")
        self.is_unsent = is_unsent


@dataclass(frozen=True, slots=True)
class Received:
    """An answer."""

    status: int
    body: bytes = field(repr=False)
    media_type: str = ""
    """As it was sent, parameters included."""
    retry_after: float | None = None
    """Seconds the other side asks to be left alone for."""


Waiting: TypeAlias = asyncio.Future[Received]
"""An answer that somebody waits for."""


class Sender:
    """Sends; used in an `async with` of the loop it sends in."""

    def __init__(
        self, reaches: Mapping[str, Reach] | None = None, *, most: int = 64, resolve: Resolve | None = None
    ) -> None:
        """`reaches`: how origins are connected to that are not reached as all others are. `most`: connections at once
        of each way. `resolve`: in the place of the system's resolver. Raises `ConfigError`."""
        self._reaches = dict(reaches or {})

        def client(how: Reach) -> httpx2.AsyncClient:
            pinned = AsyncPinnedTransport(
                how.trust(), allow_private=how.allow_private, most=most, idle=most, resolve=resolve
            )
            return httpx2.AsyncClient(transport=pinned, trust_env=False, follow_redirects=False)

        self._clients = {how: client(how) for how in {Reach(), *self._reaches.values()}}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            await client.aclose()

    async def send(
        self,
        method: str,
        url: str,
        headers: Iterable[tuple[bytes, bytes]],
        body: bytes,
        timeout: float,
        *,
        reads: bool = True,
    ) -> Received:
        """One request, sent once. `reads`: whether anybody wants the answer's body; else what it is does not matter.
        Raises `SendingError`, which holds nothing of it."""
        reason, unsent = "", False
        # Compressed, a small answer could become a large one.
        given = [*headers, (b"accept-encoding", b"identity"), (b"user-agent", b"chat-redactor")]
        try:
            client = self._clients[self._reaches.get(origin(url), Reach())]
            async with client.stream(method, url, headers=given, content=body, timeout=timeout) as answer:
                return await (_received(answer) if reads else _status(answer))
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            reason, unsent = type(error).__name__, True
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError, ValueError) as error:
            reason = type(error).__name__
        raise SendingError(reason, is_unsent=unsent)


async def _status(answer: httpx2.Response) -> Received:
    """That it was answered. The body is looked through, as far as that is cheap, so that the connection can stay."""
    size = 0
    async for chunk in answer.aiter_raw():
        size += len(chunk)
        if size > _LARGEST:
            break
    return Received(answer.status_code, b"", retry_after=_after(answer.headers))


async def _received(answer: httpx2.Response) -> Received:
    if answer.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise SendingError("the answer is compressed, which was not asked for")
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > _LARGEST:
            raise SendingError(f"the answer has more than {_LARGEST} bytes")
    return Received(answer.status_code, bytes(body), answer.headers.get("content-type", ""), _after(answer.headers))


def _after(headers: Mapping[str, str]) -> float | None:
    said = headers.get("retry-after", "").strip()
    return float(said) if said.isascii() and said.isdigit() and len(said) < 6 else None


def as_sent(url: str) -> str:
    """An address as it is sent, and so as it is signed."""
    return str(httpx2.URL(url))


class PublicKeys:
    """Fetches an issuer's public keys, and keeps them for an hour. From threads, not from a loop's own."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        reach: Reach | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        """`reach`, `resolve`: how issuers are connected to, and found."""
        self._clock, self._reach, self._resolve = clock, reach or Reach(), resolve
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Mapping[str, Any]]] = {}
        self._failed: dict[str, float] = {}

    def __call__(self, address: str) -> Mapping[str, Any]:
        """The JSON object at an address of a platform file. Raises whatever goes wrong: nothing is accepted then."""
        with self._lock:
            since, found = self._kept.get(address, (float("-inf"), {}))
            if self._clock() - since >= _KEYS_KEPT:
                found = self._asked(address)
                self._kept[address] = (self._clock(), found)
            return found

    def _asked(self, address: str) -> Mapping[str, Any]:
        """Anybody can send a token, and each would wait for an issuer that is away."""
        if self._clock() - self._failed.get(address, float("-inf")) < _LEFT_ALONE:
            raise SendingError("the issuer's keys could not be had a moment ago")
        try:
            return self._fetched(address)
        except Exception:
            self._failed[address] = self._clock()
            raise

    def _fetched(self, address: str) -> Mapping[str, Any]:
        reach = self._reach
        pinned = PinnedTransport(reach.trust(), allow_private=reach.allow_private, resolve=self._resolve)
        body = bytearray()
        with (
            httpx2.Client(transport=pinned, trust_env=False, follow_redirects=False, timeout=5.0) as client,
            client.stream("GET", address, headers={"accept-encoding": "identity"}) as answer,
        ):
            if answer.status_code != 200:
                raise SendingError(f"the keys were answered for with status {answer.status_code}")
            for chunk in answer.iter_raw():
                body += chunk
                if len(body) > _LARGEST:
                    raise SendingError(f"the keys have more than {_LARGEST} bytes")
        found = json.loads(bytes(body))
        if not isinstance(found, dict):
            raise SendingError("the keys are no JSON object")
        return found
