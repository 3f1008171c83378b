"""The ASGI application: which path is which door. What is not here is not found, and never passed through."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from redactor import Redactor
from redactor.apps import Carried
from redactor.watching import watched
from redactor_gateway import anthropic, json_text, observing
from redactor_gateway.asked import told
from redactor_gateway.doors import Doors
from redactor_gateway.litellm import endpoint as litellm
from redactor_gateway.management import api as management
from redactor_gateway.metrics import Metrics
from redactor_gateway.observing import Observed, Seen, Spans
from redactor_gateway.openai import chat, completions, embeddings, responses
from redactor_gateway.problems import Problem, problem_of
from redactor_gateway.ready import Readiness
from redactor_gateway.settings import GatewaySettings
from redactor_gateway.surfaces import Surface

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


def create_app(
    settings: GatewaySettings,
    redactor: Redactor,
    *,
    more: Sequence[BaseRoute] = (),
    metrics: Metrics | None = None,
    spans: Spans | None = None,
) -> Starlette:
    """The gateway. `redactor` stays the caller's, to be closed after it; `more`: routes of other parts; `metrics`: the
    process's, where there is more than one application in it; `spans`: where they go, by default to OpenTelemetry if
    that is installed."""
    tally, spans = metrics or Metrics(), spans or observing.spans()
    doors = Doors(settings, redactor, tally)
    tally.serve(redactor, doors.breakers)
    ready = Readiness(redactor, settings.canary)

    async def readyz(request: Request) -> Response:
        checks = await ready.in_time()
        body = {check.name: "ok" if check.is_well else "failed" for check in checks}
        status = 200 if all(check.is_well for check in checks) else 503
        return Response(json_text.written(body), status, media_type="application/json")

    async def models(request: Request) -> Response:
        return await doors.list_models(request, request.path_params.get("model", ""))

    async def counts(request: Request) -> Response:
        try:
            if settings.metrics_for == "keys":
                async with doors.keys.admitted(request.headers, "metrics"):
                    return await _exposed(tally, request)
            return await _exposed(tally, request)
        except Exception as error:  # noqa: BLE001  the answer says nothing of it
            problem = problem_of(error)
            return told(problem.as_openai(), problem)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await redactor.in_pool(redactor.warm_up)
        with watched(Seen(tally, spans, id="")):  # for what works by itself, such as the delivery of messages
            yield
        await doors.close()

    app = Starlette(
        routes=[
            *(Route(f"/v1{surface.path}", _door(doors, surface), methods=["POST"]) for surface in SURFACES),
            Route("/v1/models", models, methods=["GET"]),
            Route("/v1/models/{model:path}", models, methods=["GET"]),
            *litellm.routes(settings, redactor, doors, tally),
            *management.routes(settings, redactor, doors, tally, ready),
            Route("/livez", _livez, methods=["GET"]),
            Route("/readyz", readyz, methods=["GET"]),
            *([] if settings.metrics_for == "off" else [Route("/metrics", counts, methods=["GET"])]),
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
    app.add_middleware(Observed, metrics=tally, spans=spans)
    app.state.metrics = tally
    return app


def shown(others: Sequence[Carried]) -> Sequence[BaseRoute]:
    """Routes to applications that are carried beside the doors; their own doors are theirs to guard."""
    return [route for each in others for route in (Route(each.path, _inside(each)), Mount(each.path, _noted(each)))]


def _inside(other: Carried) -> Callable[[Request], Awaitable[Response]]:
    async def go(request: Request) -> Response:
        return RedirectResponse(f"{other.path}/")

    return go


def _noted(other: Carried) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        observing.enter(other.path.strip("/"))
        await other.app(scope, receive, send)

    return app


def _door(doors: Doors, surface: Surface) -> Callable[[Request], Awaitable[Response]]:
    async def door(request: Request) -> Response:
        return await doors.ask(surface, request)

    return door


async def _exposed(metrics: Metrics, request: Request) -> Response:
    body, media_type = await metrics.exposed(request.headers.get("accept", ""))
    return Response(body, headers={"content-type": media_type, "cache-control": "no-store"})


async def _livez(request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _refused(problem: Problem, request: Request, error: Exception) -> Response:
    """The path is not repeated: it may hold anything."""
    observing.problem(problem.code)
    headers = {name: value for name, value in (getattr(error, "headers", None) or {}).items() if name == "Allow"}
    return Response(json_text.written(problem.as_openai()), problem.status, headers, "application/json")
