"""Calls an LLM's endpoint: only those the configuration names, no redirects, no proxies of the environment.

Before the first byte of a reply a call that failed is tried again; after it, never.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from redactor.exceptions import ConfigError
from redactor.secret import Secret
from redactor_gateway import settings
from redactor_gateway.guards import Breaker, Turns
from redactor_gateway.network import AsyncPinnedTransport, reach
from redactor_gateway.observing import trace_headers
from redactor_gateway.problems import ProblemError, bad_upstream, unavailable

_AGAIN = frozenset({502, 503, 504})
"""Statuses of a server that could not, not of one that refused."""

_PAUSE = 0.2
"""Seconds before the second try; doubled for each after it."""

_ON: Mapping[str, re.Pattern[str]] = {
    "openai-beta": re.compile(r"[\w.,=; -]{1,200}"),
    "anthropic-version": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "anthropic-beta": re.compile(r"[\w.,=; -]{1,400}"),
}
"""Headers of a client that go on, and what they must look like. No other does."""

_BACK = re.compile(
    r"(?:x-request-id|request-id|retry-after|retry-after-ms|openai-processing-ms|openai-version"
    r"|x-ratelimit-[a-z-]{1,60}|anthropic-ratelimit-[a-z-]{1,60})"
)
_BACK_VALUE = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,199}")


@dataclass(slots=True)
class Reply:
    """What an upstream answered: its head, and the body as it comes."""

    status: int
    headers: Mapping[str, str]
    media_type: str
    _response: httpx2.Response = field(repr=False)
    _deadline: float = field(repr=False)

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes. Raises `ProblemError` where it breaks off."""
        waiting = self._response.aiter_raw().__aiter__()
        while True:
            failed = ""
            try:
                async with asyncio.timeout(self._deadline - time.monotonic()):
                    piece = await anext(waiting)
            except StopAsyncIteration:
                return
            except (TimeoutError, httpx2.TimeoutException):
                failed = "it was silent for too long, or went on for too long"
            except (httpx2.HTTPError, httpx2.StreamError):
                failed = "the connection broke"
            if failed:
                raise bad_upstream("upstream_cut", f"the upstream's reply broke off: {failed}")
            yield piece

    async def whole(self, most: int) -> bytes:
        """The body. Raises `ProblemError` where it is larger than `most` bytes."""
        pieces: list[bytes] = []
        size = 0
        async for piece in self.pieces():
            size += len(piece)
            if size > most:
                raise bad_upstream("reply_too_large", "the upstream's reply is larger than the gateway reads")
            pieces.append(piece)
        return b"".join(pieces)


class Upstream:
    """One endpoint."""

    def __init__(self, name: str, at: settings.Upstream, folder: Path) -> None:
        self.name, self.settings = name, at
        self._key: Secret[str] | None = at.key(folder)
        self._client = _client(at, folder)
        self.breaker = Breaker(at.break_after, at.break_seconds)
        self._turns = Turns(at.concurrent, at.waiting, at.wait_seconds, "the upstream")

    def __repr__(self) -> str:
        return f"Upstream({self.name!r})"

    @property
    def has_key(self) -> bool:
        """Whether it is called with a key of the gateway's."""
        return self._key is not None

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def reply(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], credential: Mapping[str, str]
    ) -> AsyncIterator[Reply]:
        """Call it. `credential`: the client's own headers, where the upstream has no key of the gateway's. Raises
        `ProblemError` where no answer came."""
        deadline = time.monotonic() + self.settings.total_seconds
        sent = {**_onward(headers), **trace_headers(), **self._credential(credential), "accept-encoding": "identity"}
        if body is not None:
            sent["content-type"] = "application/json"
        async with self._turns.taken():
            self.breaker.check()
            request = self._client.build_request(method, self.settings.url + path, content=body, headers=sent)
            response = await self._tried(request, deadline)
            try:
                yield Reply(response.status_code, _back(response.headers), _media(response), response, deadline)
            finally:
                await response.aclose()

    async def _tried(self, request: httpx2.Request, deadline: float) -> httpx2.Response:
        problem: ProblemError | None = None
        for attempt in range(self.settings.retries + 1):
            if attempt:
                await asyncio.sleep(_PAUSE * 2 ** (attempt - 1))
            is_last = attempt == self.settings.retries
            answered, problem = await self._once(request, deadline)
            if answered is not None and (answered.status_code not in _AGAIN or is_last):
                self._note(answered)
                return answered
            if answered is not None:
                await answered.aclose()
            elif problem is not None and problem.problem.code == "upstream_timeout":
                break  # it took the request; another would only wait as long
        self.breaker.failed()
        raise problem or unavailable("upstream_unavailable", "the upstream cannot be reached")

    async def _once(
        self, request: httpx2.Request, deadline: float
    ) -> tuple[httpx2.Response | None, ProblemError | None]:
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                return await self._client.send(request, stream=True), None
        except (TimeoutError, httpx2.ReadTimeout, httpx2.WriteTimeout):
            problem = "upstream_timeout"
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError):
            problem = "upstream_unavailable"
        if problem == "upstream_timeout":
            timeout = bad_upstream(problem, "the upstream gave no reply in time")
            return None, timeout
        return None, unavailable(problem, "the upstream cannot be reached")

    def _note(self, response: httpx2.Response) -> None:
        (self.breaker.failed if response.status_code in _AGAIN else self.breaker.succeeded)()

    def _credential(self, own: Mapping[str, str]) -> dict[str, str]:
        if self._key is None:
            return dict(own)
        key = self._key.reveal()
        sent = {"authorization": f"Bearer {key}"} if self.settings.speaks != "anthropic" else {}
        return sent if self.settings.speaks == "openai" else {**sent, "x-api-key": key}


def _client(at: settings.Upstream, folder: Path) -> httpx2.AsyncClient:
    timeout = httpx2.Timeout(at.read_seconds, connect=at.connect_seconds)
    return httpx2.AsyncClient(
        transport=_transport(at, folder),
        timeout=timeout,
        trust_env=False,
        follow_redirects=False,
        headers={"user-agent": "chat-redactor"},
    )


def _transport(at: settings.Upstream, folder: Path) -> AsyncPinnedTransport:
    problem, files = "", (at.client_certificate, at.client_key)
    try:
        how = reach(folder, ca=at.ca, certificate=files[0], key=files[1], allow_private=at.allow_private)
        return AsyncPinnedTransport(how.trust(), allow_private=how.allow_private, idle=at.concurrent)
    except ConfigError as error:
        problem = str(error)
    raise ConfigError(f"gateway.upstreams: {problem}")


def _onward(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name, shape in _ON.items() if name in headers and shape.fullmatch(headers[name])}


def _back(headers: Mapping[str, str]) -> dict[str, str]:
    found = {name.lower(): value for name, value in headers.items()}
    return {name: value for name, value in found.items() if _BACK.fullmatch(name) and _BACK_VALUE.fullmatch(value)}


def _media(response: httpx2.Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()
