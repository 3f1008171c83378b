"""The pages before there is a session: both factors, the first time, a link that works once.

Every answer to a wrong name, password or code is the same, and takes as long.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from redactor.audit import acting
from redactor.audit.records import Entry
from redactor.exceptions import ConfigError
from redactor.storage.beside import Ask
from redactor_console.accounts import accounts, enrolment, links, passwords, proving, sessions
from redactor_console.accounts.accounts import Account
from redactor_console.accounts.sessions import Session
from redactor_console.web import doors
from redactor_console.web.turnstile import Turnstile
from redactor_console.web.visit import Console

_WRONG = "That was not right, or the account waits after too many tries. Try again in a while."

Step = Callable[[Console, Request, dict[str, str]], Response]


def routes(console: Console) -> list[Route]:
    """These pages, as Starlette has them."""
    turnstile = Turnstile()
    steps: dict[str, tuple[Step | None, Step | None]] = {
        "/sign-in": (_ask_password, _take_password),
        "/sign-in/code": (_ask_code, _take_code),
        "/sign-in/set-up": (_ask_set_up, _take_set_up),
        "/sign-in/link/{token}": (_ask_link, _take_link),
        "/sign-out": (None, _sign_out),
    }
    return [route(console, turnstile, path, *both) for path, both in steps.items()]


def route(console: Console, turnstile: Turnstile, path: str, get: Step | None, post: Step | None) -> Route:
    """A page for who is not signed in, as Starlette has it."""
    return Route(path, _endpoint(console, turnstile, get, post), methods=["GET", "POST"])


def _endpoint(
    console: Console, turnstile: Turnstile, get: Step | None, post: Step | None
) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        async def answer() -> Response:
            step = post if request.method == "POST" else get
            if step is None:
                raise doors.RefusedError(405, "This page takes another method.")
            if request.method != "POST":
                return await console.redactor.in_pool(step, console, request, {})
            doors.check_origin(console.settings, request)
            form = dict(await doors.read_form(request))
            async with turnstile.turn():
                return await console.redactor.in_pool(step, console, request, form)

        return await doors.guarded(console, request, answer)

    return serve


def page(console: Console, template: str, status: int = 200, **context: Any) -> Response:
    """A page for who is not signed in."""
    return console.templates.page(
        template, status, **{"said": "", "oidc": console.settings.oidc is not None, **context}
    )


def go(request: Request, path: str) -> Response:
    """On to another page of the console."""
    return RedirectResponse(request.scope.get("root_path", "") + path, 303)


def new_session(console: Console, ask: Ask, request: Request, account: Account, level: sessions.Level) -> str:
    """What the cookie is to hold. The session of the browser until now ends: one that somebody else put there leads
    nowhere."""
    before = request.cookies.get(doors.cookie_name(console.settings), "")
    if before:
        sessions.end(ask, sessions.hash_of(before))
    return sessions.begin(ask, account.id, level, request.headers.get("user-agent", ""), console.clock())


def note(console: Console, account: Account, action: str, *subject: str) -> None:
    """Into the audit log; inside the transaction that does what it tells of, which is given up where it fails."""
    with acting(f"console:{account.name}"):
        console.redactor.audit.write(Entry(action, subject=subject))


# password


def _ask_password(console: Console, request: Request, form: dict[str, str]) -> Response:
    return page(console, "sign_in.html")


def _take_password(console: Console, request: Request, form: dict[str, str]) -> Response:
    name, given = form.get("name", "").strip().lower(), form.get("password", "")
    account = proving.by_password(console.database, name, given, console.clock())
    if account is None:
        return page(console, "sign_in.html", 403, said=_WRONG)
    with console.database.transaction() as ask:
        token = new_session(console, ask, request, account, "password")
    return doors.with_cookie(console, go(request, _second(account)), token)


def _second(account: Account) -> str:
    return "/sign-in/code" if account.totp is not None else "/sign-in/set-up"


def _half(console: Console, request: Request) -> tuple[Account, Session]:
    """Who has shown the first factor. Raises `RefusedError`."""
    found = doors.any_session(console, request)
    if found is None:
        raise doors.RefusedError(403, "Sign in from the beginning.")
    return found


# second factor


def _ask_code(console: Console, request: Request, form: dict[str, str]) -> Response:
    _, session = _half(console, request)
    return page(console, "sign_in_code.html", csrf=session.csrf)


def _take_code(console: Console, request: Request, form: dict[str, str]) -> Response:
    account, session = _half(console, request)
    doors.check_own(console.settings, request, session, form)
    with console.database.transaction() as ask:
        after = proving.by_code(ask, console.redactor, account.id, form.get("code", ""), console.clock())
        token = "" if after is None else _signed_in(console, ask, request, account, after)
    if not token:
        return page(console, "sign_in_code.html", 403, csrf=session.csrf, said=_WRONG)
    return doors.with_cookie(console, go(request, "/"), token)


def _signed_in(console: Console, ask: Ask, request: Request, before: Account, after: Account) -> str:
    """Noted with the tries that failed since the last time."""
    tries = [f"{before.failures} failed before"] if before.failures else []
    used = ["recovery code"] if len(after.recovery) < len(before.recovery) else []
    note(console, after, "console.sign_in", *used, *tries)
    return new_session(console, ask, request, after, "full")


def _ask_set_up(console: Console, request: Request, form: dict[str, str]) -> Response:
    """The second factor is set up once, by who has just shown the first."""
    account, session = _half(console, request)
    _check_without(account)
    return page(console, "set_up.html", csrf=session.csrf, offer=enrolment.offer(console.redactor, account))


def _take_set_up(console: Console, request: Request, form: dict[str, str]) -> Response:
    account, session = _half(console, request)
    doors.check_own(console.settings, request, session, form)
    offer = enrolment.offered(console.redactor, account, form.get("seal", ""))
    with console.database.transaction() as ask:
        account = accounts.held(ask, account.id)[0]
        _check_without(account)
        taken = enrolment.taken(console.redactor, account, offer, form.get("code", ""), console.clock())
        if taken is not None:
            accounts.put(ask, taken[0])
            note(console, account, "console.account.second_factor", account.name)
            token = new_session(console, ask, request, account, "full")
    if taken is None:
        said = "The code does not fit. Is the clock of your phone right?"
        return page(console, "set_up.html", 403, csrf=session.csrf, offer=offer, said=said)
    return doors.with_cookie(console, page(console, "recovery.html", codes=taken[1]), token)


def _check_without(account: Account) -> None:
    if account.totp is not None or account.password is None:
        raise doors.RefusedError(403, "This account has a second factor; an administrator can reset it.")


# a link that works once


def _linked(console: Console, ask: Ask, found: tuple[str, links.Purpose] | None) -> tuple[Account, links.Purpose]:
    account = accounts.held(ask, found[0]) if found is not None else []
    if found is None or not account or account[0].disabled:
        raise doors.RefusedError(403, "This link was used, or its time is over. Ask for another one.")
    return account[0], found[1]


def _ask_link(console: Console, request: Request, form: dict[str, str]) -> Response:
    """Shown first: what a mail scanner opens is not used up."""
    return _link_page(console, request)


def _link_page(console: Console, request: Request, status: int = 200, said: str = "") -> Response:
    with console.database.transaction() as ask:
        found = links.find(ask, str(request.path_params["token"]), console.clock())
        account, purpose = _linked(console, ask, found)
    return page(console, "link.html", status, name=account.name, purpose=purpose, said=said)


def _take_link(console: Console, request: Request, form: dict[str, str]) -> Response:
    """Whatever was there before ends: the password and the sessions."""
    token, hashed, problem = str(request.path_params["token"]), None, ""
    with console.database.transaction() as ask:
        purpose = _linked(console, ask, links.find(ask, token, console.clock()))[1]
    try:  # outside of a transaction, which would hold up every other session
        hashed = passwords.hashed(form.get("password", "")) if purpose == "password" else None
    except ConfigError as error:
        problem = str(error)
    if problem:
        return _link_page(console, request, 400, problem)
    with console.database.transaction() as ask:
        account, purpose = _linked(console, ask, links.use(ask, token, console.clock()))
        if purpose == "password":
            account = replace(account, password=hashed, failures=0, locked_until=0.0)
            accounts.put(ask, account)
            sessions.end_all(ask, account.id)
        note(console, account, f"console.link.{purpose}")
        cookie = new_session(console, ask, request, account, "full" if purpose == "demo" else "password")
    return doors.with_cookie(console, go(request, "/" if purpose == "demo" else _second(account)), cookie)


def _sign_out(console: Console, request: Request, form: dict[str, str]) -> Response:
    account, session = _half(console, request)
    doors.check_own(console.settings, request, session, form)
    with console.database.transaction() as ask:
        sessions.end(ask, session.id)
    note(console, account, "console.sign_out")
    response = doors.with_cookie(console, go(request, "/sign-in"), "")
    response.headers["clear-site-data"] = '"cache", "cookies", "storage"'
    return response
