"""What is noted of each request: its door, what came of it, how long it took. Nothing of what it says.

`Observed` is put around the application. Inside, and in whatever a request starts, `seen` gives what is being noted of
it; outside of any request it is None.
"""

import importlib
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from redactor.watching import Outcome, watched, watcher
from redactor_gateway.metrics import Metrics
from redactor_gateway.protocol import is_model

ACCESS = "redactor_gateway.access"
"""The logger of one line for each request. It is given the gateway's own words and numbers only."""

_access = logging.getLogger(ACCESS)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Any other is a word of the client's."""

_GONE = 499
"""The status of a request whose client left before there was an answer; nginx's number for it."""


class Spans(Protocol):
    """Where spans go."""

    def request(self, seen: "Seen", headers: Mapping[bytes, bytes]) -> AbstractContextManager[None]:
        """The span of a request."""

    def step(self, name: str, *, outward: bool) -> AbstractContextManager[None]:
        """The span of a step inside it; `outward`: a call of somebody else."""

    def headers(self) -> dict[str, str]:
        """What tells the other side of a call which span it belongs to."""


class NoSpans:
    """Where nobody traces."""

    def request(self, seen: "Seen", headers: Mapping[bytes, bytes]) -> AbstractContextManager[None]:
        """Nothing."""
        return nullcontext()

    def step(self, name: str, *, outward: bool) -> AbstractContextManager[None]:
        """Nothing."""
        return nullcontext()

    def headers(self) -> dict[str, str]:
        """None."""
        return {}


def spans() -> Spans:
    """OpenTelemetry's, where it is installed."""
    try:
        tracing = importlib.import_module("redactor_gateway.tracing")
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "opentelemetry":
            raise
        return NoSpans()
    made: Spans = tracing.OpenTelemetry()
    return made


@dataclass(slots=True, eq=False)
class Seen:
    """One request, or one piece of work without any; told by the core what is found and written in it."""

    metrics: Metrics
    spans: Spans
    door: str = ""
    """In a word of ours, such as `chat` or `webhook`."""
    route: str = ""
    """Of webhooks: the route's name in the configuration."""
    id: str = field(default_factory=lambda: uuid4().hex)
    """Random; '' where there is no request."""
    began: float = field(default_factory=time.perf_counter)
    method: str = ""
    template: str = ""
    """The path as the application declares it, with names in the place of what varies."""
    status: int = 0
    code: str = ""
    """Of the problem the client was told of."""
    is_cut: bool = False
    is_stream: bool = False
    model: str = ""
    provider: str = ""
    _is_first: bool = True

    def saw(self, outcome: Outcome, type: str) -> None:  # noqa: A002
        """See `redactor.watching.Watcher`. What comes to no door, such as readiness, is not counted."""
        if self.door:
            self.metrics.entity(self.door, self.route, type, outcome)

    def took(self, step: str, seconds: float) -> None:
        """See `redactor.watching.Watcher`."""
        if self.door:
            self.metrics.took(step, seconds)

    def first(self) -> None:
        """Something of a stream goes out; the first time counts."""
        if self._is_first:
            self._is_first = False
            self.took("first_token", time.perf_counter() - self.began)

    def problem(self, code: str, *, is_cut: bool = False) -> None:
        """The client is told of a problem; `is_cut`: in the middle of a stream."""
        self.code, self.is_cut = code, is_cut

    @property
    def outcome(self) -> str:
        """What came of it: passed, blocked (by the policy), refused, failed, cut (a stream) or gone (the client)."""
        if self.is_cut:
            return "cut"
        if self.code == "blocked_by_policy":
            return "blocked"
        if self.status == _GONE:
            return "gone"
        if self.code and self.status < 400:  # told within an answer, as LiteLLM wants it
            return "refused"
        return "passed" if self.status < 400 else "refused" if self.status < 500 else "failed"

    def end(self) -> None:
        """Count it, and write its line."""
        seconds = time.perf_counter() - self.began
        door = self.door or _first_word(self.template) or "none"
        self.metrics.count(door, self.outcome)
        self.metrics.lasted(door, seconds)
        if self.code:
            self.metrics.problem(door, self.code)
        if _access.isEnabledFor(logging.INFO):
            _access.info("request", extra={"fields": self._line(door, seconds)})

    def _line(self, door: str, seconds: float) -> dict[str, str | int | float]:
        line: dict[str, str | int | float] = {"request": self.id, "method": self.method, "door": door}
        line |= {"route": self.route} if self.route else {}
        line |= {"status": self.status, "outcome": self.outcome, "ms": round(seconds * 1000.0, 1)}
        return line | ({"code": self.code} if self.code else {})


def _first_word(template: str) -> str:
    return template.strip("/").partition("/")[0].partition("{")[0]


def seen() -> Seen | None:
    """What is being noted now."""
    found = watcher()
    return found if isinstance(found, Seen) else None


def enter(door: str, route: str = "") -> None:
    """The request came to a door."""
    now = seen()
    if now is not None:
        now.door, now.route = door, route


def problem(code: str, *, is_cut: bool = False) -> None:
    """The client is told of a problem."""
    now = seen()
    if now is not None:
        now.problem(code, is_cut=is_cut)


def streams() -> None:
    """The answer comes in pieces."""
    now = seen()
    if now is not None:
        now.is_stream = True


def first_token() -> None:
    """Something of a stream goes out."""
    now = seen()
    if now is not None:
        now.first()


def model(provider: str, name: object) -> None:
    """The upstream answered. `name`: of the model, as the client wrote it; noted for spans where it may be one."""
    now = seen()
    if now is not None:
        now.provider = provider
        now.model = name if isinstance(name, str) and is_model(name) else ""


def request_id() -> str:
    """Random; the same in the answer, in the log and in the span of a request."""
    now = seen()
    return now.id if now is not None and now.id else uuid4().hex


@contextmanager
def step(name: str, *, outward: bool = False, timed: bool = False) -> Iterator[None]:
    """A span around a step, unless it is one of many in a stream; `timed`: its seconds are counted, too."""
    now = seen()
    if now is None:
        yield
        return
    began = time.perf_counter()
    try:
        with nullcontext() if now.is_stream else now.spans.step(name, outward=outward):
            yield
    finally:
        if timed:
            now.took(name, time.perf_counter() - began)


def trace_headers() -> dict[str, str]:
    """For a call of an upstream or a bot: which span it belongs to, and nothing else that came with the request."""
    now = seen()
    return now.spans.headers() if now is not None else {}


@contextmanager
def working(door: str, route: str) -> Iterator[None]:
    """Work that no request waits for, such as a delivery."""
    now = seen()
    with nullcontext() if now is None else watched(Seen(now.metrics, now.spans, door, route, id="")):
        yield


class Observed:
    """ASGI middleware: notes each request."""

    def __init__(self, app: ASGIApp, metrics: Metrics, spans: Spans) -> None:
        self._app, self._metrics, self._spans = app, metrics, spans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        now = Seen(self._metrics, self._spans, method=scope["method"] if scope["method"] in _METHODS else "_OTHER")

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                now.status = message["status"]
            await send(message)

        # A platform's trace is not ours to go on with.
        known = {} if scope["path"].startswith("/webhooks/") else dict(scope["headers"])
        with watched(now), self._spans.request(now, known):
            try:
                await self._app(scope, receive, noting)
            except Exception:
                now.status = now.status or 500
                now.problem(now.code or "gateway_failed")
                raise
            finally:
                now.status = now.status or _GONE
                now.template = getattr(scope.get("route"), "path", "")
                now.end()
