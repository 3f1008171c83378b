"""The way of every request: which host, which session, what it may, what it sent. Deny by default.

A page's function runs in a thread of the Redactor's pool: stores are not asked in the event loop.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from redactor.exceptions import ConfigError, NotFoundError, RedactorError
from redactor_console.accounts import accounts, sessions
from redactor_console.accounts.accounts import Account
from redactor_console.accounts.sessions import Session
from redactor_console.settings import ConsoleSettings
from redactor_console.web.visit import Answer, Console, Page, Visit

COOKIE = "redactor-console"
_LARGEST = 1_000_000
"""Bytes of a form: a saved note and a thousand checked boxes have a tenth."""
_FIELDS = 5_000
FORM_SECONDS = 10.0
"""For a form to come in: who sends it byte by byte holds up nobody."""

_logger = logging.getLogger("redactor_console")

Endpoint = Callable[[Request], Awaitable[Response]]


class RefusedError(Exception):
    """A request that goes no further; `status` and a sentence that repeats nothing of it."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status, self.said = status, said


def endpoint(console: Console, page: Page) -> Endpoint:
    """The page as Starlette calls it."""

    async def serve(request: Request) -> Response:
        return await guarded(console, request, lambda: _visit(console, page, request))

    return serve


async def guarded(console: Console, request: Request, serve: Callable[[], Awaitable[Response]]) -> Response:
    """Answer errors with a page that says nothing of what was sent. For pages of `Page` and those before sign-in."""
    status, said = 500, "Something failed here. Nothing was changed."
    try:
        return await serve()
    except RefusedError as refused:
        status, said = refused.status, refused.said
    except NotFoundError:
        status, said = 404, "There is nothing here, or it is not yours to see."
    except ConfigError as error:
        status, said = 400, str(error)  # our own words: they name what was expected
    except ClientDisconnect:
        return Response(status_code=400)
    except RedactorError as error:
        status, said = 503, "The store or the audit log cannot be used now, so nothing was done."
        _logger.error("a page failed: %s", type(error).__name__)
    except Exception as error:  # noqa: BLE001  what it says may hold anything
        _logger.error("a page failed: %s", type(error).__name__)
    return failed(console, request, status, said)


def failed(console: Console, request: Request, status: int, said: str) -> Response:
    """A page, or JSON for our own scripts."""
    if "application/json" in request.headers.get("accept", ""):
        from starlette.responses import JSONResponse

        return JSONResponse({"error": said}, status)
    return console.templates.page("error.html", status, title=HTTPStatus(status).phrase, said=said)


async def _visit(console: Console, page: Page, request: Request) -> Response:
    answer = page.post if request.method == "POST" else page.get
    if answer is None:
        raise RefusedError(405, "This page takes another method.")
    in_pool = console.redactor.in_pool
    found = await in_pool(signed_in, console, request)
    if found is None:
        return to_sign_in(console, request)
    account, session = found
    if page.permission not in account.may:
        raise RefusedError(403, "Your role does not allow this.")
    fields = await read_form(request) if request.method == "POST" else ()
    if request.method == "POST":
        check_own(console.settings, request, session, dict(fields))
    visit = Visit(console, request, account, session, dict(fields), fields)
    return await in_pool(_answered, answer, visit)


def _answered(answer: Answer, visit: Visit) -> Response:
    with visit.acting():
        return answer(visit)


def signed_in(console: Console, request: Request) -> tuple[Account, Session] | None:
    """Whose session the cookie is, with both factors shown; None where there is none."""
    found = any_session(console, request)
    return found if found is not None and found[1].level == "full" else None


def any_session(console: Console, request: Request) -> tuple[Account, Session] | None:
    """The same, also half-way."""
    token = request.cookies.get(cookie_name(console.settings), "")
    if not token:
        return None
    longest, idle = console.settings.session_hours * 3600.0, console.settings.idle_minutes * 60.0
    with console.database.transaction() as ask:
        session = sessions.find(ask, token, console.clock(), longest=longest, idle=idle)
        account = accounts.find(ask, id=session.account) if session is not None else None
    return (account, session) if account is not None and session is not None and not account.disabled else None


def to_sign_in(console: Console, request: Request) -> Response:
    """Where somebody goes who has no session; back afterwards, if it was a page."""
    if "application/json" in request.headers.get("accept", ""):
        raise RefusedError(401, "Sign in again.")
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/sign-in", 303)


def check_own(settings: ConsoleSettings, request: Request, session: Session, form: Mapping[str, str]) -> None:
    """A form must come from a page of this session, on this site. Raises `RefusedError`."""
    check_origin(settings, request)
    given = form.get("csrf") or request.headers.get("x-csrf-token", "")
    if not sessions.is_own(session, given):
        raise RefusedError(403, "This form is not of your session; load the page again.")


def check_origin(settings: ConsoleSettings, request: Request) -> None:
    """Raises `RefusedError` for a request that another site's page made (Fetch Metadata, and the Origin header)."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    is_own = origin is None or _is_own_origin(settings, request, origin)
    if site not in ("same-origin", "none") or not is_own:
        raise RefusedError(403, "This request came from another site.")


def _is_own_origin(settings: ConsoleSettings, request: Request, origin: str) -> bool:
    """Without a public address, what stands before us may speak TLS: then the name alone counts."""
    if settings.public_url:
        return origin.lower() == settings.public_url.lower()
    return urlsplit(origin).netloc == request.headers.get("host", "")


def base(settings: ConsoleSettings, request: Request) -> str:
    """How the browser calls this server, without a path. The host was checked before."""
    return settings.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"


def cookie_name(settings: ConsoleSettings) -> str:
    """`__Host-` binds it to this host and to TLS (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{COOKIE}" if settings.is_https else COOKIE


def with_cookie(console: Console, response: Response, token: str) -> Response:
    """Give the browser its session; an empty token takes it away."""
    settings = console.settings
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(settings.session_hours * 3600) if token else 0,
        secure=settings.is_https,
        httponly=True,
        samesite="strict",
        path="/",
    )
    return response


async def read_form(request: Request) -> tuple[tuple[str, str], ...]:
    """The fields of a form. Raises `RefusedError` for what is none, too large or too slow."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise RefusedError(415, "Expected a form.")
    try:
        async with asyncio.timeout(FORM_SECONDS):
            found = await _body(request)
    except TimeoutError:
        raise RefusedError(408, "The form took too long.") from None
    try:
        return tuple(parse_qsl(found.decode("utf-8"), keep_blank_values=True, max_num_fields=_FIELDS, errors="strict"))
    except ValueError:
        pass
    raise RefusedError(400, "The form cannot be read.")


async def _body(request: Request) -> bytearray:
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > _LARGEST:
            raise RefusedError(413, "The form is too large.")
    return found


def is_known_host(settings: ConsoleSettings, headers: Headers) -> bool:
    """Whether the browser called it by a name it has: against DNS rebinding."""
    host = headers.get("host", "").lower()
    name = host if host.endswith("]") else host.rsplit(":", 1)[0] if ":" in host else host
    public = urlsplit(settings.public_url).hostname
    return name in settings.hosts or (public is not None and name == public)
