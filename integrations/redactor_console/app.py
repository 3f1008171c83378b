"""The ASGI application: which path is which page. What is not here is not found."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from mimetypes import guess_type

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from redactor import Redactor
from redactor.storage.beside import Beside
from redactor_console.pages import PAGES
from redactor_console.pages.sign_in import routes as sign_in_routes
from redactor_console.pages.single_sign_on import routes as single_sign_on_routes
from redactor_console.settings import ConsoleSettings
from redactor_console.web.doors import endpoint, failed, is_known_host
from redactor_console.web.headers import headers
from redactor_console.web.templating import Templates
from redactor_console.web.visit import Console, Page

_FOREVER = "public, max-age=31536000, immutable"
"""For files whose path names their version (RFC 8246)."""


def create_app(
    settings: ConsoleSettings,
    redactor: Redactor,
    database: Beside,
    *,
    clock: Callable[[], float] = time.time,
    root: str = "",
    pages: Sequence[Page] = PAGES,
) -> Starlette:
    """The console over a Redactor's store. Both stay the caller's, to be closed after it.

    `root`: the path it is mounted under, such as `/console`. `clock`: seconds since the epoch.
    """
    console = Console(settings, redactor, database, Templates(root=root, version=_version()), clock)

    async def missing(request: Request, error: Exception) -> Response:
        return failed(console, request, 404, "There is no such page.")

    async def not_allowed(request: Request, error: Exception) -> Response:
        return failed(console, request, 405, "This page takes another method.")

    app = Starlette(
        routes=[
            *(Route(page.path, endpoint(console, page), methods=["GET", "POST"]) for page in pages),
            *sign_in_routes(console),
            *single_sign_on_routes(console),
            Route("/static/{version}/{name}", _static, methods=["GET"]),
            Route("/livez", _livez, methods=["GET"]),
        ],
        exception_handlers={404: missing, 405: not_allowed},
    )
    app.add_middleware(_Outermost, settings=settings)
    return app


class _Outermost:
    """Refuses hosts that are not ours, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, settings: ConsoleSettings) -> None:
        self._app, self._settings = app, settings
        self._headers = headers(is_https=settings.is_https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    given.setdefault(name, value)
            await send(message)

        if not is_known_host(self._settings, Headers(scope=scope)):
            refusal = PlainTextResponse("this console is not called by that name; see console.hosts\n", 421)
            await refusal(scope, receive, sending)
            return
        await self._app(scope, receive, sending)


async def _static(request: Request) -> Response:
    """A file of ours; its folder has no folders."""
    name = str(request.path_params["name"])
    folder = files("redactor_console") / "static"
    known = {each.name: each for each in folder.iterdir() if each.is_file()}
    if name not in known:
        return PlainTextResponse("not found\n", 404)
    kind = guess_type(name)[0] or "application/octet-stream"
    return Response(known[name].read_bytes(), headers={"cache-control": _FOREVER}, media_type=kind)


async def _livez(request: Request) -> Response:
    return PlainTextResponse("ok\n")


def _version() -> str:
    with suppress(PackageNotFoundError):
        return version("chat-redactor")
    return "0"
