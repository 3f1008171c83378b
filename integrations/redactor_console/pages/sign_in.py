"""The pages before there is a session: both factors, the first time, a link that works once.

Every answer to a wrong name, password or code is the same, and takes as long.
"""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from redactor.audit import acting
from redactor.audit.records import Entry
from redactor.exceptions import ConfigError
from redactor.secret import Secret
from redactor.storage.beside import Ask
from redactor_console.accounts import accounts, lockout, passwords, sealing, second_factor, sessions
from redactor_console.accounts.accounts import Account
from redactor_console.accounts.sessions import Session
from redactor_console.web import doors
from redactor_console.web.visit import Console

_WRONG = "That was not right, or the account waits after too many tries. Try again in a while."
LINK_SECONDS = 86_400.0
"""How long a link that works once is good for."""

Step = Callable[[Console, Request, dict[str, str]], Response]


def routes(console: Console) -> list[Route]:
    """These pages, as Starlette has them."""
    steps: dict[str, tuple[Step | None, Step | None]] = {
        "/sign-in": (_ask_password, _take_password),
        "/sign-in/code": (_ask_code, _take_code),
        "/sign-in/set-up": (_ask_set_up, _take_set_up),
        "/sign-in/link/{token}": (_ask_link, _take_link),
        "/sign-out": (None, _sign_out),
    }
    return [Route(path, _endpoint(console, *both), methods=["GET", "POST"]) for path, both in steps.items()]


def _endpoint(console: Console, get: Step | None, post: Step | None) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        async def answer() -> Response:
            step = post if request.method == "POST" else get
            if step is None:
                raise doors.RefusedError(405, "This page takes another method.")
            form = dict(await doors.read_form(request)) if request.method == "POST" else {}
            if request.method == "POST":
                doors.check_origin(console.settings, request)
            return await console.redactor.in_pool(step, console, request, form)

        return await doors.guarded(console, request, answer)

    return serve


def _page(console: Console, template: str, status: int = 200, **context: Any) -> Response:
    return console.templates.page(
        template, status, **{"said": "", "oidc": console.settings.oidc is not None, **context}
    )


def _ask_password(console: Console, request: Request, form: dict[str, str]) -> Response:
    return _page(console, "sign_in.html")


def _take_password(console: Console, request: Request, form: dict[str, str]) -> Response:
    now, given = console.clock(), form.get("password", "")
    with console.database.transaction() as ask:
        account = accounts.find(ask, name=form.get("name", "").strip())
    may_try = account is not None and not account.disabled and not lockout.is_locked(account, now)
    is_right = passwords.is_right(account.password if account is not None and may_try else None, given)
    with console.database.transaction() as ask:
        if account is None or not is_right:
            if account is not None and may_try:
                accounts.put(ask, lockout.failed(_again(ask, account), now))
            return _page(console, "sign_in.html", 403, said=_WRONG)
        token = _new_session(console, ask, request, account, "password")
    path = "/sign-in/code" if account.totp is not None else "/sign-in/set-up"
    return doors.with_cookie(console, _go(request, path), token)


def _again(ask: Ask, account: Account) -> Account:
    """As it stands now: several may be trying at once."""
    return accounts.find(ask, id=account.id) or account


def _new_session(console: Console, ask: Ask, request: Request, account: Account, level: sessions.Level) -> str:
    """The session of the browser until now ends: one that somebody else put there leads nowhere."""
    before = request.cookies.get(doors.cookie_name(console.settings), "")
    if before:
        sessions.end(ask, sessions.hash_of(before))
    return sessions.begin(ask, account.id, level, request.headers.get("user-agent", ""), console.clock())


def _half(console: Console, request: Request) -> tuple[Account, Session]:
    """Who has shown the first factor. Raises `RefusedError`."""
    found = doors.any_session(console, request)
    if found is None:
        raise doors.RefusedError(403, "Sign in from the beginning.")
    return found


def _ask_code(console: Console, request: Request, form: dict[str, str]) -> Response:
    _, session = _half(console, request)
    return _page(console, "sign_in_code.html", csrf=session.csrf)


def _take_code(console: Console, request: Request, form: dict[str, str]) -> Response:
    account, session = _half(console, request)
    doors.check_own(console.settings, request, session, form)
    now = console.clock()
    with console.database.transaction() as ask:
        account = _again(ask, account)
        after = None if lockout.is_locked(account, now) else _with_code(console, account, form.get("code", ""), now)
        if after is None:
            if not lockout.is_locked(account, now):
                accounts.put(ask, lockout.failed(account, now))
            return _page(console, "sign_in_code.html", 403, csrf=session.csrf, said=_WRONG)
        accounts.put(ask, lockout.succeeded(after))
        token = _new_session(console, ask, request, account, "full")
    _note(console, account, "console.sign_in")
    return doors.with_cookie(console, _go(request, "/"), token)


def _with_code(console: Console, account: Account, code: str, now: float) -> Account | None:
    if account.totp is None:
        return None
    secret = sealing.opened(console.redactor, account.id, account.totp)
    return second_factor.accepted(account, secret, code, now) or second_factor.recovered(account, code)


def _ask_set_up(console: Console, request: Request, form: dict[str, str]) -> Response:
    """The second factor is set up once, by who has just shown the first."""
    account, session = _half(console, request)
    if account.totp is not None:
        raise doors.RefusedError(403, "This account has a second factor; an administrator can reset it.")
    secret = second_factor.new_secret()
    seal = sealing.sealed(console.redactor, f"set up {account.id}", Secret(secret)).hex()
    return _set_up_page(console, account, session, secret, seal)


def _set_up_page(
    console: Console, account: Account, session: Session, secret: str, seal: str, said: str = ""
) -> Response:
    import segno

    code = segno.make(second_factor.address(secret, account.name), error="m")
    return _page(
        console,
        "set_up.html",
        csrf=session.csrf,
        secret=secret,
        seal=seal,
        said=said,
        qr=list(code.matrix_iter(border=3)),
    )


def _take_set_up(console: Console, request: Request, form: dict[str, str]) -> Response:
    account, session = _half(console, request)
    doors.check_own(console.settings, request, session, form)
    if account.totp is not None:
        raise doors.RefusedError(403, "This account has a second factor; an administrator can reset it.")
    seal = form.get("seal", "")
    secret = sealing.opened(console.redactor, f"set up {account.id}", bytes.fromhex(seal))
    after = second_factor.accepted(account, secret, form.get("code", ""), console.clock())
    if after is None:
        said = "The code does not fit. Is the clock of your phone right?"
        return _set_up_page(console, account, session, secret.reveal(), seal, said)
    codes, kept = second_factor.new_recovery()
    with console.database.transaction() as ask:
        totp = sealing.sealed(console.redactor, account.id, secret)
        accounts.put(ask, replace(lockout.succeeded(after), totp=totp, recovery=kept))
        token = _new_session(console, ask, request, account, "full")
    _note(console, account, "console.second_factor")
    return doors.with_cookie(console, _page(console, "recovery.html", codes=codes), token)


def new_link(ask: Ask, account: str, purpose: str, now: float) -> str:
    """What a link that works once holds: `purpose` is `password` (to set one) or `demo` (to come in)."""
    token = secrets.token_urlsafe(32)
    ask("INSERT INTO link VALUES (?, ?, ?, ?)", _hash(token), account, purpose, now + LINK_SECONDS)
    return token


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _link(console: Console, ask: Ask, token: str) -> tuple[Account, str]:
    sql = "SELECT account, purpose FROM link WHERE id = ? AND expires > ?"
    rows = ask(sql, _hash(token), console.clock())
    account = accounts.find(ask, id=rows[0][0]) if rows else None
    if account is None or account.disabled:
        raise doors.RefusedError(403, "This link was used, or its time is over. Ask for another one.")
    return account, rows[0][1]


def _ask_link(console: Console, request: Request, form: dict[str, str]) -> Response:
    """Shown first: what a mail scanner opens is not used up."""
    with console.database.transaction() as ask:
        account, purpose = _link(console, ask, str(request.path_params["token"]))
    return _page(console, "link.html", name=account.name, purpose=purpose)


def _take_link(console: Console, request: Request, form: dict[str, str]) -> Response:
    token = str(request.path_params["token"])
    with console.database.transaction() as ask:
        account, purpose = _link(console, ask, token)
        if purpose == "password":
            problem = ""
            try:
                account = replace(account, password=passwords.hashed(form.get("password", "")))
            except ConfigError as error:
                problem = str(error)
            if problem:
                return _page(console, "link.html", 400, name=account.name, purpose=purpose, said=problem)
            accounts.put(ask, account)
            sessions.end_all(ask, account.id)
        ask("DELETE FROM link WHERE id = ?", _hash(token))
        level: sessions.Level = "full" if purpose == "demo" else "password"
        cookie = _new_session(console, ask, request, account, level)
    path = "/" if level == "full" else "/sign-in/code" if account.totp is not None else "/sign-in/set-up"
    _note(console, account, "console.link")
    return doors.with_cookie(console, _go(request, path), cookie)


def _sign_out(console: Console, request: Request, form: dict[str, str]) -> Response:
    account, session = _half(console, request)
    doors.check_own(console.settings, request, session, form)
    with console.database.transaction() as ask:
        sessions.end(ask, session.id)
    _note(console, account, "console.sign_out")
    response = doors.with_cookie(console, _go(request, "/sign-in"), "")
    response.headers["clear-site-data"] = '"cache", "cookies", "storage"'
    return response


def _note(console: Console, account: Account, action: str) -> None:
    with acting(f"console:{account.name}"):
        console.redactor.audit.write(Entry(action))


def _go(request: Request, path: str) -> Response:
    from starlette.responses import RedirectResponse

    return RedirectResponse(request.scope.get("root_path", "") + path, 303)
