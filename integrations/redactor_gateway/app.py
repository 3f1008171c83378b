"""The ASGI application: which path is which door. What is not here is not found, and never passed through."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from redactor import Redactor
from redactor_gateway import anthropic, json_text
from redactor_gateway.doors import Doors
from redactor_gateway.openai import chat, completions, embeddings, responses
from redactor_gateway.problems import Problem
from redactor_gateway.ready import Readiness
from redactor_gateway.settings import GatewaySettings
from redactor_gateway.surfaces import Surface
from redactor_gateway.tally import Tally

SURFACES: Sequence[Surface] = (
    chat.SURFACE,
    responses.SURFACE,
    responses.CONVERSATIONS,
    completions.SURFACE,
    embeddings.SURFACE,
    anthropic.SURFACE,
    anthropic.COUNT,
)

_NOT_FOUND = Problem(404, "not_found", "there is no such door here", "not_found_error")
_NOT_ALLOWED = Problem(405, "method_not_allowed", "this door takes another method")
_FAILED = Problem(500, "gateway_failed", "the gateway failed; nothing was passed on", "server_error")

_logger = logging.getLogger("redactor_gateway")


def create_app(settings: GatewaySettings, redactor: Redactor, *, more: Sequence[BaseRoute] = ()) -> Starlette:
    """The gateway. `redactor` stays the caller's, to be closed after it; `more`: routes of other parts."""
    tally = Tally()
    doors = Doors(settings, redactor, tally)
    ready = Readiness(redactor, settings.canary)

    async def readyz(request: Request) -> Response:
        checks = await redactor.in_pool(ready.checks)
        body = {check.name: "ok" if check.is_well else "failed" for check in checks}
        status = 200 if all(check.is_well for check in checks) else 503
        return Response(json_text.written(body), status, media_type="application/json")

    async def models(request: Request) -> Response:
        return await doors.list_models(request, request.path_params.get("model", ""))

    async def metrics(request: Request) -> Response:
        return PlainTextResponse(tally.text(), media_type="text/plain; version=0.0.4")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await redactor.in_pool(redactor.warm_up)
        yield
        await doors.close()

    app = Starlette(
        routes=[
            *(Route(f"/v1{surface.path}", _door(doors, surface), methods=["POST"]) for surface in SURFACES),
            Route("/v1/models", models, methods=["GET"]),
            Route("/v1/models/{model:path}", models, methods=["GET"]),
            Route("/livez", _livez, methods=["GET"]),
            Route("/readyz", readyz, methods=["GET"]),
            Route("/metrics", metrics, methods=["GET"]),
            *more,
        ],
        lifespan=lifespan,
        exception_handlers={
            404: partial(_refused, _NOT_FOUND),
            405: partial(_refused, _NOT_ALLOWED),
            500: partial(_refused, _FAILED),
        },
    )
    app.router.redirect_slashes = False
    return app


def _door(doors: Doors, surface: Surface) -> Callable[[Request], Awaitable[Response]]:
    async def door(request: Request) -> Response:
        return await doors.ask(surface, request)

    return door


async def _livez(request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _refused(problem: Problem, request: Request, error: Exception) -> Response:
    """The path is not repeated: it may hold anything."""
    return Response(json_text.written(problem.as_openai()), problem.status, media_type="application/json")
