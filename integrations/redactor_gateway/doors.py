"""The way of one request through the gateway: who calls, redacted, asked, restored, told.

Whatever fails on it, nothing that was not checked goes on, in either direction.
"""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from redactor import Redactor
from redactor_gateway import json_text, observing
from redactor_gateway.answers import answer
from redactor_gateway.asked import JSON, at_once, in_time, read_object, told
from redactor_gateway.conversations import Conversations, Placed
from redactor_gateway.guards import Breaker, Turns
from redactor_gateway.keys import Client, Keys
from redactor_gateway.limits import counter
from redactor_gateway.metrics import Metrics
from redactor_gateway.openai import models
from redactor_gateway.problems import Problem, bad_upstream, problem_of, refuse
from redactor_gateway.replies import Outgoing
from redactor_gateway.settings import GatewaySettings
from redactor_gateway.sse import KEEP_ALIVE, Event, Events
from redactor_gateway.surfaces import Restorer, Surface
from redactor_gateway.upstream import Reply, Upstream
from redactor_gateway.walk import Question, Walk

_ERROR_BYTES = 64_000
"""What is read of an upstream's error."""

_STREAM = "text/event-stream"

_FRAMES = 8
"""Times the bytes of a whole reply that a stream may have: it writes an object around every few letters."""

_SHORT = 2_000
"""Bytes of a reply that are restored in well under a millisecond."""

_AHEAD = 4
"""Replies that are looked at before they are asked for, at once."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that may go on."""

    body: bytes
    placed: Placed
    out: Outgoing
    wants_stream: bool
    questions: Sequence[Question] = field(default=(), repr=False)


class Doors:
    """Takes requests through. One for an application, whose other doors share its keys, conversations and turns."""

    def __init__(self, settings: GatewaySettings, redactor: Redactor, tally: Metrics) -> None:
        self._settings, self._redactor, self._tally = settings, redactor, tally
        self.keys = Keys(settings.keys, counter(settings.limits_store, lambda: tally.event("limits_per_process")))
        self.conversations = Conversations(redactor, settings.remembered)
        self._upstreams = {name: Upstream(name, each, settings.folder) for name, each in settings.upstreams.items()}
        self.turns = Turns(settings.limits.concurrent, 0, 0.0, "the gateway")
        self._later: set[asyncio.Future[None]] = set()

    @property
    def breakers(self) -> Mapping[str, Breaker]:
        """Of the upstreams, by name."""
        return {name: upstream.breaker for name, upstream in self._upstreams.items()}

    async def close(self) -> None:
        """Let what is under way be recorded, and close the connections."""
        if self._later:
            await asyncio.wait(self._later)
        for upstream in self._upstreams.values():
            await upstream.close()
        await self.keys.close()

    async def ask(self, surface: Surface, request: Request) -> Response:
        """One request for a reply."""
        observing.enter(surface.scope)
        async with AsyncExitStack() as stack:
            try:
                response = await self._asked(surface, request, stack)
            except Exception as error:  # noqa: BLE001  an answer is given for every error, and says nothing of it
                response = _told(surface, error)
            if isinstance(response, _Streamed):
                response.stack = stack.pop_all()
            return response

    async def list_models(self, request: Request, model: str) -> Response:
        """The upstream's models, or one of them."""
        observing.enter("models")
        try:
            async with self.keys.admitted(request.headers, "models") as client:
                return await self._models(client, request, model)
        except Exception as error:  # noqa: BLE001  as above
            return told(problem_of(error).as_openai(), problem_of(error))

    async def _models(self, client: Client, request: Request, model: str) -> Response:
        if model and not models.is_model(model):
            raise refuse(404, "model_not_found", "there is no such model")
        speaks = "anthropic" if "anthropic-version" in request.headers else "openai"
        upstream = self._upstream(client, speaks)
        path = f"/models/{model}" if model else "/models"
        async with upstream.reply("GET", path, None, request.headers, client.credential) as reply:
            if reply.status != 200:
                return await self._refused(reply, upstream)
            body = _object(await reply.whole(self._settings.limits.reply_bytes))
            return _answered(models.listed(body), reply)

    # one request

    async def _asked(self, surface: Surface, request: Request, stack: AsyncExitStack) -> Response:
        client = await stack.enter_async_context(self.keys.admitted(request.headers, surface.scope))
        await stack.enter_async_context(self.turns.taken())
        upstream = self._upstream(client, surface.speaks)
        body = await read_object(request, self._settings.limits.request_bytes)
        prepared = await self._in_time("redact", self._prepare, surface, client, request.headers, body)
        with observing.step("upstream", outward=True, timed=True):
            reply = await stack.enter_async_context(
                upstream.reply("POST", surface.path, prepared.body, request.headers, client.credential)
            )
        if reply.status != 200:
            return await self._refused(reply, upstream)
        observing.model(surface.speaks, body.get("model"))
        if prepared.wants_stream and reply.media_type == _STREAM:
            return self._streamed(surface, prepared, reply)
        whole = await reply.whole(self._settings.limits.reply_bytes)
        if len(whole) <= _SHORT and not (self._settings.scan or prepared.placed.is_kept):
            restored = at_once(self._tally, "restore", self._restored, surface, prepared, whole)
        else:
            restored = await self._in_time("restore", self._restored, surface, prepared, whole)
        response = _answered(restored, reply)
        response.background = BackgroundTask(self._look_ahead_later, prepared)  # once the client has the reply
        return response

    def _upstream(self, client: Client, speaks: str) -> Upstream:
        if client.upstream is not None:
            return self._upstreams[client.upstream]
        for upstream in self._upstreams.values():
            if upstream.settings.speaks in (speaks, "both"):
                return upstream
        raise refuse(404, "no_upstream", "no upstream of this gateway speaks this API", kind="not_found_error")

    def _prepare(self, surface: Surface, client: Client, headers: Mapping[str, str], body: dict[str, Any]) -> Prepared:
        own: dict[str, Any] = {}
        if surface.keeps_history:
            placed, own = self.conversations.place_answer(client, headers, body)
        else:
            placed = self.conversations.place(client, headers)
        walk = Walk(placed.chat, self._settings.files, lambda text: self.conversations.identify(client, text))
        build = surface.plan(walk, body)
        if len(walk.questions) > self._settings.limits.texts:
            raise refuse(413, "too_many_texts", f"the request holds more than {self._settings.limits.texts} texts")
        answer(walk.questions, placed.chat, placed.history)
        made = {**build(), **own}
        form = "json" if surface.wants_json(body) else "text"
        out = Outgoing(placed.chat, self._settings.scan, form, placed.is_kept)  # type: ignore[arg-type]
        return Prepared(json_text.written(made), placed, out, body.get("stream") is True, walk.questions)

    def _restored(self, surface: Surface, prepared: Prepared, whole: bytes) -> dict[str, Any]:
        return surface.restore(_object(whole), prepared.out, prepared.placed)

    async def _in_time(self, step: str, work: Any, *given: Any) -> Any:
        """Work on texts, in the Redactor's pool. Raises `ProblemError` where it takes too long."""
        seconds = self._settings.limits.redact_seconds
        return await in_time(self._redactor, self._tally, seconds, step, work, *given)

    async def _refused(self, reply: Reply, upstream: Upstream) -> Response:
        """An upstream's error, as it came: placeholders in it stay, for it ends up in logs."""
        if upstream.has_key and reply.status in (401, 403):
            raise bad_upstream("upstream_refused", "the upstream does not accept the gateway's API key")
        if reply.status < 400:
            raise bad_upstream("upstream_redirected", "the upstream answered with a redirect, which is not followed")
        error = json_text.read_object(await reply.whole(_ERROR_BYTES))
        if error is None:
            raise refuse(reply.status, "upstream_error", "the upstream refused the request", kind="server_error")
        return _answered(error, reply, reply.status)

    # streams

    def _streamed(self, surface: Surface, prepared: Prepared, reply: Reply) -> Response:
        observing.streams()
        headers = {**_headers(reply), "cache-control": "no-store", "x-accel-buffering": "no"}
        return _Streamed(self._pieces(surface, prepared, reply), headers=headers, media_type=_STREAM)

    async def _pieces(self, surface: Surface, prepared: Prepared, reply: Reply) -> AsyncIterator[bytes]:
        restorer: Restorer | None = None
        problem: Problem | None = None
        try:
            if surface.restorer is None:
                raise bad_upstream("malformed_reply", "the upstream sent a stream where there is none")
            restorer = await self._redactor.in_pool(surface.restorer, prepared.out, prepared.placed)
            async for piece in self._restoring(restorer, reply):
                yield piece
        except Exception as error:  # noqa: BLE001  the client is told that there was one, never what it says
            problem = problem_of(error)
        finally:
            if restorer is not None:
                self._record_later(restorer)
        if problem is not None:
            observing.problem(problem.code, is_cut=True)
            yield _as_event(surface, problem).encoded()
        elif restorer is not None:
            await self._look_ahead_later(prepared)

    async def _restoring(self, restorer: Restorer, reply: Reply) -> AsyncIterator[bytes]:
        limits, size = self._settings.limits, 0
        events = Events(limits.event_bytes)
        async for piece in reply.pieces():
            size += len(piece)
            if size > _FRAMES * limits.reply_bytes:
                raise bad_upstream("reply_too_large", "the upstream's stream is longer than the gateway reads")
            found = events.feed(piece)
            if events.is_alive:
                yield KEEP_ALIVE
            if not found:
                continue
            made = await self._in_time("restore", _fed, restorer, found)
            if made:
                observing.first_token()
            if made[:-1] or not restorer.is_over:
                yield b"".join(event.encoded() for event in (made[:-1] if restorer.is_over else made))
            if restorer.is_over:
                await self._in_time("record", restorer.record)
                yield b"".join(event.encoded() for event in made[-1:])
                return
        raise bad_upstream("upstream_cut", "the upstream's reply broke off before its end")

    def _record_later(self, restorer: Restorer) -> None:
        """In the pool at once, also where this task is being cancelled. Once is enough: a second time does nothing."""
        self._keep_until_done(asyncio.ensure_future(self._recorded(restorer)))

    def _keep_until_done(self, task: asyncio.Future[None]) -> None:
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _look_ahead_later(self, prepared: Prepared) -> None:
        """The reply is the next request's history: it is looked at while its customer reads it. Left out for a first
        message, which most programs that ask once never follow, and where it would keep others waiting."""
        goes_on = any(each.is_turn and each.role == "assistant" for each in prepared.questions)
        said = [] if prepared.placed.is_kept or not self._settings.remembered else prepared.out.said()
        if said and goes_on and len(self._later) < _AHEAD:
            alone = contextvars.Context()  # it is no part of the request, whose spans and counts have ended
            self._keep_until_done(asyncio.create_task(self._look_ahead(prepared, said), context=alone))

    async def _look_ahead(self, prepared: Prepared, said: Sequence[str]) -> None:
        try:
            await self._redactor.in_pool(self.conversations.look_ahead, prepared.placed, said)
        except Exception:  # noqa: BLE001  it only saves work, and the next request is looked at as ever
            self._tally.event("not_looked_ahead")

    async def _recorded(self, restorer: Restorer) -> None:
        try:
            await self._redactor.in_pool(restorer.record)
        except Exception:  # noqa: BLE001  the reply is out; that it was not recorded only costs its detection later
            self._tally.event("reply_not_recorded")


class _Streamed(StreamingResponse):
    """A stream that gives back what it holds however it ends, also if it never began."""

    stack: AsyncExitStack | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.stack is not None:
                await self.stack.aclose()


def _told(surface: Surface, error: Exception) -> Response:
    problem = problem_of(error)
    return told(surface.error(problem), problem)


def _as_event(surface: Surface, problem: Problem) -> Event:
    """The end of a stream that failed."""
    if surface.speaks == "anthropic":
        return Event(json_text.written(problem.as_anthropic()).decode(), "error")
    if surface.keeps_history:
        flat = {"type": "error", "code": problem.code, "message": problem.message, "param": problem.param}
        return Event(json_text.written(flat).decode(), "error")
    return Event(json_text.written(problem.as_openai()).decode())


def _fed(restorer: Restorer, found: list[Event]) -> list[Event]:
    """All that comes of these events; nothing that comes behind a reply's end."""
    made: list[Event] = []
    for event in found:
        made += restorer.feed(event)
        if restorer.is_over:
            break
    return made


def _answered(body: dict[str, Any], reply: Reply, status: int = 200) -> Response:
    return Response(json_text.written(body), status, _headers(reply), JSON)


def _headers(reply: Reply) -> dict[str, str]:
    return {"x-request-id": observing.request_id(), **reply.headers}


def _object(raw: bytes) -> dict[str, Any]:
    """A reply. Raises `ProblemError` where it is none: what cannot be read is not passed on."""
    value = json_text.read_object(raw)
    if value is None:
        raise bad_upstream("malformed_reply", "the upstream's reply is no JSON object, so it was not passed on")
    return value
