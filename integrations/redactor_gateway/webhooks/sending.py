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

_LARGEST = 4_000_000
"""Bytes of an answer that are read; a platform's answers to a bot's call have a few thousand."""

_KEYS_KEPT = 3600.0
"""Seconds an issuer's public keys are used before they are fetched again."""


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

    def __init__(self, *, most: int = 64) -> None:
        """`most`: connections at once."""
        self._client = httpx2.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            limits=httpx2.Limits(max_connections=most, max_keepalive_connections=most),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def send(
        self, method: str, url: str, headers: Iterable[tuple[bytes, bytes]], body: bytes, timeout: float
    ) -> Received:
        """One request, sent once. Raises `SendingError`, which holds nothing of it."""
        reason, unsent = "", False
        # Compressed, a small answer could become a large one.
        given = [*headers, (b"accept-encoding", b"identity"), (b"user-agent", b"chat-redactor")]
        try:
            async with self._client.stream(method, url, headers=given, content=body, timeout=timeout) as answer:
                return await _received(answer)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            reason, unsent = type(error).__name__, True
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
            reason = type(error).__name__
        raise SendingError(reason, is_unsent=unsent)


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

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Mapping[str, Any]]] = {}

    def __call__(self, address: str) -> Mapping[str, Any]:
        """The JSON object at an address of a platform file. Raises whatever goes wrong: nothing is accepted then."""
        with self._lock:
            since, found = self._kept.get(address, (float("-inf"), {}))
            if self._clock() - since >= _KEYS_KEPT:
                found = _fetched(address)
                self._kept[address] = (self._clock(), found)
            return found


def _fetched(address: str) -> Mapping[str, Any]:
    body = bytearray()
    with (
        httpx2.Client(trust_env=False, follow_redirects=False, timeout=5.0) as client,
        client.stream("GET", address, headers={"accept-encoding": "identity"}) as answer,
    ):
        answer.raise_for_status()
        for chunk in answer.iter_raw():
            body += chunk
            if len(body) > _LARGEST:
                raise SendingError(f"the keys have more than {_LARGEST} bytes")
    found = json.loads(bytes(body))
    if not isinstance(found, dict):
        raise SendingError("the keys are no JSON object")
    return found
