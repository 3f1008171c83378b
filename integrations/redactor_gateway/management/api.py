"""The routes of the management API. An operation is let in, read, worked on and answered here, whichever it is."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from itertools import groupby
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from redactor import Redactor
from redactor.audit import acting
from redactor_gateway import json_text, observing
from redactor_gateway.asked import JSON, in_time, read_object, told
from redactor_gateway.doors import Doors
from redactor_gateway.keys import Client
from redactor_gateway.management.desk import Call, Desk
from redactor_gateway.management.invalid import checked
from redactor_gateway.management.openapi import document
from redactor_gateway.management.operations import ANY, OPERATIONS, PREFIX, Operation
from redactor_gateway.metrics import Metrics
from redactor_gateway.problems import problem_of, refuse
from redactor_gateway.ready import Readiness
from redactor_gateway.settings import GatewaySettings

_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
"""Answers hold what people said, some of it restored: nobody between keeps it."""

Door = Callable[[Request], Awaitable[Response]]


def routes(
    settings: GatewaySettings, redactor: Redactor, doors: Doors, metrics: Metrics, ready: Readiness
) -> list[Route]:
    """The management API. It shares keys, conversations and limits with the other doors."""
    api = Management(settings, redactor, doors, metrics, ready)
    by_path = groupby(sorted(OPERATIONS, key=lambda each: each.path), key=lambda each: each.path)
    made = [_route(api, path, list(operations)) for path, operations in by_path]
    return [*made, Route(f"{PREFIX}/openapi.json", api.describe, methods=["GET"])]


def _route(api: "Management", path: str, operations: Sequence[Operation]) -> Route:
    by_method: dict[str, Operation] = {each.method: each for each in operations}

    async def door(request: Request) -> Response:
        return await api.answer(by_method[request.method if request.method != "HEAD" else "GET"], request)

    return Route(f"{PREFIX}{path}", door, methods=list(by_method))


class Management:
    """Answers calls. One for an application."""

    def __init__(
        self, settings: GatewaySettings, redactor: Redactor, doors: Doors, metrics: Metrics, ready: Readiness
    ) -> None:
        self._settings, self._redactor, self._doors = settings, redactor, doors
        self._metrics, self._ready = metrics, ready
        self._desk = Desk(settings, redactor, doors.conversations)
        self._document: bytes | None = None

    async def answer(self, operation: Operation, request: Request) -> Response:
        """One call."""
        observing.enter("management", operation.name)
        try:
            async with AsyncExitStack() as stack:
                client = await self._admitted(stack, request, *operation.scopes)
                return _answered(json_text.written(await self._made(operation, client, request)))
        except Exception as error:  # noqa: BLE001  an answer is given for every error, and says nothing of it
            return _told(error)

    async def describe(self, request: Request) -> Response:
        """The OpenAPI document, for any key that may use something of it."""
        observing.enter("management", "openapi")
        try:
            async with AsyncExitStack() as stack:
                await self._admitted(stack, request, *ANY)
                if self._document is None:
                    self._document = json_text.written(document(self._redactor.policy))
                return _answered(self._document)
        except Exception as error:  # noqa: BLE001  as above
            return _told(error)

    async def _admitted(self, stack: AsyncExitStack, request: Request, *scopes: Any) -> Client:
        if self._doors.keys.is_open:
            message = "the management API is for callers with an API key of the gateway; it has no [[gateway.keys]]"
            raise refuse(403, "keys_required", message, kind="permission_error")
        client = await stack.enter_async_context(self._doors.keys.admitted(request.headers, *scopes))
        await stack.enter_async_context(self._doors.turns.taken())
        return client

    async def _made(self, operation: Operation, client: Client, request: Request) -> Mapping[str, Any]:
        asked = await self._asked(operation, request)
        checks = await self._ready.in_time() if operation.asks_readiness else ()
        call = Call(client, asked, request.path_params.get("id", ""), checks)
        seconds = self._settings.limits.redact_seconds
        return await in_time(self._redactor, self._metrics, seconds, operation.step, self._done, operation, call)

    def _done(self, operation: Operation, call: Call) -> Mapping[str, Any]:
        with acting(f"key:{call.client.name}"):
            return operation.does(self._desk, call).model_dump()

    async def _asked(self, operation: Operation, request: Request) -> BaseModel | None:
        """What an operation is asked, as its model. Raises `ProblemError`."""
        if operation.body is None:
            return checked(operation.query, _query(request), is_text=True)
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != JSON:
            raise refuse(415, "unsupported_media_type", f"expected {JSON}")
        body = await read_object(request, self._settings.limits.request_bytes)
        checked(None, _query(request), is_text=True)
        return checked(operation.body, body)


def _query(request: Request) -> dict[str, str]:
    pairs = request.query_params.multi_items()
    if len({name for name, _ in pairs}) != len(pairs):
        raise refuse(400, "invalid_request", "a query parameter was given twice")
    return dict(pairs)


def _answered(body: bytes) -> Response:
    return Response(body, headers={**_HEADERS, "x-request-id": observing.request_id()}, media_type=JSON)


def _told(error: Exception) -> Response:
    problem = problem_of(error)
    response = told(problem.as_openai(), problem)
    response.headers.update(_HEADERS)
    return response
