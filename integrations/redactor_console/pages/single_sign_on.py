"""Single sign-on: to the provider, and back. The provider's own second factor is what counts then."""

import logging
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from redactor.exceptions import CryptoError
from redactor.secret import Secret
from redactor_console.accounts import entering, sealing
from redactor_console.accounts.oidc import BEGUN_SECONDS, Begun, Provider, SignOnError
from redactor_console.pages.sign_in import new_session, note, page, route
from redactor_console.settings import ConsoleSettings, OidcSection
from redactor_console.web import doors
from redactor_console.web.turnstile import Turnstile
from redactor_console.web.visit import Console

_PATH, _BACK = "/sign-in/oidc", "/sign-in/oidc/back"
_PURPOSE = "single sign-on"
_NOT_IN = "Your organisation's sign-in did not let you in here. Try again, or ask who runs the accounts."

_logger = logging.getLogger("redactor_console")


def routes(console: Console) -> list[Route]:
    """These pages, where a provider is set. Raises `ConfigError` without the client's secret."""
    section = console.settings.oidc
    if section is None:
        return []
    ca = console.settings.folder / section.ca if section.ca is not None else None
    provider, turnstile = Provider(section, section.secret(), ca), Turnstile()
    to, back = partial(_to_provider, provider), partial(_back, provider, section)
    return [route(console, turnstile, _PATH, to, None), route(console, turnstile, _BACK, back, None)]


def _to_provider(provider: Provider, console: Console, request: Request, form: dict[str, str]) -> Response:
    try:
        address, begun = provider.begin(_address(console, request), console.clock())
    except SignOnError as error:
        raise _refused(error) from None
    return _with_begun(console, RedirectResponse(address, 303), _sealed(console, begun))


def _back(
    provider: Provider, section: OidcSection, console: Console, request: Request, form: dict[str, str]
) -> Response:
    """A page and no redirect: the browser sends a strict cookie only where one of our own pages leads on."""
    try:
        begun = _opened(console, request)
        person = provider.finish(begun, _address(console, request), request.query_params, console.clock())
        with console.database.transaction() as ask:
            account = entering.entered(ask, console.redactor.audit, section, person, console.clock())
            note(console, account, "console.sign_in", "single sign-on")
            token = new_session(console, ask, request, account, "full")
    except SignOnError as error:
        raise _refused(error) from None
    return _with_begun(console, doors.with_cookie(console, page(console, "signed_in.html"), token), "")


def _refused(error: SignOnError) -> doors.RefusedError:
    _logger.warning("single sign-on let nobody in: %s", error.reason)
    return doors.RefusedError(403, _NOT_IN)


def _address(console: Console, request: Request) -> str:
    return f"{doors.base(console.settings, request)}{request.scope.get('root_path', '')}{_BACK}"


def _sealed(console: Console, begun: Begun) -> str:
    return sealing.sealed(console.redactor, _PURPOSE, Secret(begun.written())).hex()


def _opened(console: Console, request: Request) -> Begun:
    try:
        kept = bytes.fromhex(request.cookies.get(_cookie(console.settings), ""))
        return Begun.read(sealing.opened(console.redactor, _PURPOSE, kept).reveal())
    except (ValueError, TypeError, CryptoError):
        pass
    raise SignOnError("it was not begun in this browser")


def _cookie(settings: ConsoleSettings) -> str:
    return f"{doors.cookie_name(settings)}-oidc"


def _with_begun(console: Console, response: Response, sealed: str) -> Response:
    """`lax`, not `strict`: the provider's page leads back here."""
    response.set_cookie(
        _cookie(console.settings),
        sealed,
        max_age=int(BEGUN_SECONDS) if sealed else 0,
        secure=console.settings.is_https,
        httponly=True,
        samesite="lax",
        path="/",
    )
    return response
