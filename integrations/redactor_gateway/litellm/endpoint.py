"""`POST /beta/litellm_basic_guardrail_api`: LiteLLM asks before a call what it may send on, and after it what its
client may read.

Whatever cannot be checked is answered with `BLOCKED` and status 200, which stops the call however LiteLLM is set to
take errors. Only who is not let in gets an error.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from redactor import Redactor
from redactor_gateway import json_text, observing
from redactor_gateway.answers import answer
from redactor_gateway.asked import JSON, in_time, read_object, told
from redactor_gateway.conversations import HEADER
from redactor_gateway.doors import Doors
from redactor_gateway.keys import Client
from redactor_gateway.litellm import answers
from redactor_gateway.litellm.answers import Asked
from redactor_gateway.litellm.calls import Call, Calls, Id
from redactor_gateway.metrics import Metrics
from redactor_gateway.problems import problem_of, refuse
from redactor_gateway.replies import Outgoing
from redactor_gateway.settings import GatewaySettings
from redactor_gateway.walk import Walk

PATH = "/beta/litellm_basic_guardrail_api"


def routes(settings: GatewaySettings, redactor: Redactor, doors: Doors, metrics: Metrics) -> list[Route]:
    """The one door LiteLLM comes to."""
    guard = Guard(settings, redactor, doors)

    async def answered(client: Client, request: Request) -> dict[str, Any]:
        try:
            async with doors.turns.taken():
                body = await read_object(request, settings.limits.request_bytes)
                asked = answers.read(body)
                step = "restore" if asked.is_reply else "redact"
                seconds = settings.limits.redact_seconds
                return await in_time(redactor, metrics, seconds, step, guard.answered, client, asked)
        except Exception as error:  # noqa: BLE001  whatever it is, the call does not go on
            problem = problem_of(error)
            observing.problem(problem.code)
            return answers.blocked(problem)

    return [Route(PATH, _door(doors, answered), methods=["POST"])]


def _door(
    doors: Doors, answered: Callable[[Client, Request], Awaitable[dict[str, Any]]]
) -> Callable[[Request], Awaitable[Response]]:
    async def door(request: Request) -> Response:
        observing.enter("litellm")
        try:
            async with doors.keys.admitted(request.headers, "litellm") as client:
                body = await answered(client, request)
        except Exception as error:  # noqa: BLE001  an answer is given for every error, and says nothing of it
            problem = problem_of(error)
            return told(problem.as_openai(), problem)
        return Response(json_text.written(body), media_type=JSON)

    return door


_under_way: "WeakKeyDictionary[Any, Calls]" = WeakKeyDictionary()
"""By the store: where the configuration is read again between a request and its reply, the store is still the same."""


def _calls_of(settings: GatewaySettings, redactor: Redactor) -> Calls:
    store = redactor.parts.store
    if store not in _under_way:
        _under_way[store] = Calls(settings.litellm.keep_seconds, settings.litellm.calls)
    return _under_way[store]


class Guard:
    """Answers LiteLLM's questions. One for an application."""

    def __init__(self, settings: GatewaySettings, redactor: Redactor, doors: Doors) -> None:
        self._settings, self._redactor, self._conversations = settings, redactor, doors.conversations
        self._calls = _calls_of(settings, redactor)

    def answered(self, client: Client, asked: Asked) -> dict[str, Any]:
        """One answer. Raises as `redact_turns` and `restore` do: then nothing may go on."""
        within = replace(client, name=f"{client.name}/litellm/{asked.caller}")
        at = (within.name, asked.call)
        return self._reply(within, asked, at) if asked.is_reply else self._request(within, asked, at)

    def _request(self, client: Client, asked: Asked, at: Id) -> dict[str, Any]:
        before = self._calls.find(at) if asked.call else None
        if before is not None and before.answered == _said(asked.body):
            return {"action": "NONE"}  # what this call's request became comes by again
        call = self._call(client, asked)
        placed = call.placed
        walk = Walk(placed.chat, self._settings.files, lambda text: self._conversations.identify(client, text))
        build = answers.plan(walk, asked)
        if len(walk.questions) > self._settings.limits.texts:
            raise refuse(413, "too_many_texts", f"the request holds more than {self._settings.limits.texts} texts")
        answer(walk.questions, placed.chat, placed.history)
        made = answers.intervened(asked, build())
        if asked.call:
            self._calls.begin(at, replace(call, answered=_said({**asked.body, **made})))
        return made

    def _reply(self, client: Client, asked: Asked, at: Id) -> dict[str, Any]:
        """A reply to a call that is not known here has nothing to be restored from; it is looked through all the
        same."""
        call = (self._calls.find(at) if asked.call else None) or self._call(client, asked)
        return answers.restored(asked, call.out)

    def _call(self, client: Client, asked: Asked) -> Call:
        placed = self._conversations.place(client, {} if asked.name is None else {HEADER: asked.name})
        return Call(placed, Outgoing(placed.chat, self._settings.scan))


def _said(body: Any) -> bytes:
    return answers.fingerprint([body.get(name) for name in ("texts", "structured_messages", "tools")])
