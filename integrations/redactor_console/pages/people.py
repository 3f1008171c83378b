"""The console's people: who there is, what they may do, and whose conversations they see."""

from collections.abc import Callable

from starlette.responses import Response

from redactor.exceptions import ConfigError, NotFoundError
from redactor.storage.beside import Ask
from redactor_console.accounts import accounts, links, managing, proving, sessions
from redactor_console.accounts.accounts import Account
from redactor_console.accounts.entering import awaited
from redactor_console.accounts.roles import MAY, ROLES
from redactor_console.web import doors
from redactor_console.web.visit import Page, Visit

_LONGEST_TENANT = 200


def people(visit: Visit) -> Response:
    """All of them; for who sees some tenants, those who see no more."""
    return _people(visit)


def add(visit: Visit) -> Response:
    """A new account; the link is shown once, or none where single sign-on leads in."""
    token, problem = "", ""
    try:
        with visit.console.database.transaction() as ask:
            account = managing.make(ask, visit.redactor.audit, _asked_for(visit))
            token = links.make(ask, account.id, "password", visit.now) if account.oidc is None else ""
    except ConfigError as error:
        problem = str(error)
    if problem:
        return _people(visit, 400, problem)
    return _once(visit, account.name, token) if token else visit.go(f"/people/{account.id}")


def person(visit: Visit) -> Response:
    """One of them."""
    return _person(visit)


def change(visit: Visit) -> Response:
    """What a button of that page does."""
    does, token, problem = _CHANGES.get(visit.form.get("do", "")), "", ""
    account = _account(visit)
    if does is None:
        return _person(visit, 400, "This page has no such button; load it again.")
    try:
        with visit.console.database.transaction() as ask:
            token = does(visit, ask, account.id) or ""
    except ConfigError as error:
        problem = str(error)
    if problem:
        return _person(visit, 400, problem)
    return _once(visit, account.name, token) if token else visit.go(f"/people/{account.id}")


def _asked_for(visit: Visit) -> Account:
    """As the form has it. Raises `ConfigError`."""
    name, section = managing.named(visit.form.get("name", "")), visit.console.settings.oidc
    by_sign_on = visit.form.get("by") == "oidc"
    if by_sign_on and section is None:
        raise ConfigError("there is no single sign-on here")
    oidc = awaited(section.issuer, name) if by_sign_on and section is not None else None
    return Account("", name, roles=_roles(visit), tenants=_tenants(visit), oidc=oidc, made=visit.now)


def _roles(visit: Visit) -> tuple[str, ...]:
    return managing.checked_roles(value for name, value in visit.fields if name == "role")


def _tenants(visit: Visit) -> tuple[str, ...]:
    """Raises `ConfigError` for a form that names none without saying "all": an empty list must not open everything."""
    named = tuple(filter(None, (line.strip() for line in visit.form.get("tenants", "").splitlines())))
    everything = visit.form.get("all") == "yes"
    if bool(named) == everything:
        raise ConfigError("expected the tenants, one on each line, or a check at all of them, and not both")
    if any(len(each) > _LONGEST_TENANT or not each.isprintable() for each in named):
        raise ConfigError(f"expected tenants of up to {_LONGEST_TENANT} letters that can be seen")
    if not visit.account.covers(named):
        raise ConfigError("expected tenants that you see yourself: " + ", ".join(visit.account.tenants))
    return named


def _set_roles(visit: Visit, ask: Ask, id: str) -> None:  # noqa: A002
    managing.set_roles(ask, visit.redactor.audit, visit.account.id, id, _roles(visit))


def _set_tenants(visit: Visit, ask: Ask, id: str) -> None:  # noqa: A002
    managing.set_tenants(ask, visit.redactor.audit, visit.account.id, id, _tenants(visit))


def _disable(visit: Visit, ask: Ask, id: str) -> None:  # noqa: A002
    managing.disable(ask, visit.redactor.audit, visit.account.id, id)


def _enable(visit: Visit, ask: Ask, id: str) -> None:  # noqa: A002
    managing.enable(ask, visit.redactor.audit, visit.account.id, id)


def _unlock(visit: Visit, ask: Ask, id: str) -> None:  # noqa: A002
    managing.unlock(ask, visit.redactor.audit, visit.account.id, id)


def _reset(visit: Visit, ask: Ask, id: str) -> str:  # noqa: A002
    return managing.reset(ask, visit.redactor.audit, visit.account.id, id, visit.now)


def _link(visit: Visit, ask: Ask, id: str) -> str:  # noqa: A002
    return managing.relink(ask, visit.redactor.audit, visit.account.id, id, visit.now)


_CHANGES: dict[str, Callable[[Visit, Ask, str], str | None]] = {
    "roles": _set_roles,
    "tenants": _set_tenants,
    "disable": _disable,
    "enable": _enable,
    "unlock": _unlock,
    "reset": _reset,
    "link": _link,
}


def _account(visit: Visit) -> Account:
    with visit.console.database.transaction() as ask:
        account = accounts.find(ask, id=str(visit.path["id"]))
    if account is None or not visit.account.covers(account.tenants):
        raise NotFoundError("there is no such account")
    return account


def _people(visit: Visit, status: int = 200, said: str = "") -> Response:
    with visit.console.database.transaction() as ask:
        everyone, strangers = accounts.every(ask), proving.strangers(ask, visit.now)
        everyone = [each for each in everyone if visit.account.covers(each.tenants)]
        seen = sessions.last_seen(ask)
    return visit.render("people.html", status, everyone=everyone, seen=seen, strangers=strangers, said=said, **_words())


def _person(visit: Visit, status: int = 200, said: str = "") -> Response:
    account = _account(visit)
    with visit.console.database.transaction() as ask:
        open_sessions = len(sessions.of(ask, account.id))
    is_own = account.id == visit.account.id
    return visit.render(
        "person.html", status, person=account, is_own=is_own, sessions=open_sessions, said=said, **_words()
    )


def _words() -> dict[str, object]:
    return {"roles": ROLES, "may": {role: sorted(MAY[role]) for role in ROLES}}


def _once(visit: Visit, name: str, token: str) -> Response:
    root = visit.request.scope.get("root_path", "")
    address = doors.base(visit.console.settings, visit.request) + root + links.path(token)
    return visit.render("link_once.html", name=name, address=address, hours=round(links.SECONDS / 3600))


PAGES = (
    Page("/people", "accounts", get=people, post=add),
    Page("/people/{id}", "accounts", get=person, post=change),
)
