"""Saved views: searches with a name, one's own and those that others share. Name, filters and words are sealed.

A shared view is seen by who sees every tenant that its owner sees: words may speak of a customer of any of them.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from redactor.exceptions import ConfigError, CryptoError, NotFoundError
from redactor.secret import Secret
from redactor.storage.beside import Ask
from redactor_console.accounts import accounts, sealing
from redactor_console.accounts.accounts import Account
from redactor_console.searching import Asked, asked_in
from redactor_console.web.visit import Visit

LONGEST = 80
"""Characters of a name."""
MOST = 50
"""Views of one person."""


@dataclass(frozen=True, slots=True)
class View:
    """A saved view as somebody sees it."""

    id: str
    name: str
    asked: Asked
    owner: str
    """Name of the account."""
    is_own: bool
    is_shared: bool


def save(visit: Visit, name: str, asked: Asked, *, shared: bool) -> str:
    """Keep a search; one of the same name and the same person is replaced. Gives its id. Raises `ConfigError`."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST:
        raise ConfigError(f"give the view a name of 1 to {LONGEST} characters")
    if asked.is_empty:
        raise ConfigError("there is nothing to save: search for something first")
    own = {each.name: each.id for each in seen(visit) if each.is_own}
    if name not in own and len(own) >= MOST:
        raise ConfigError(f"you have {MOST} views already; delete some first")
    made = secrets.token_hex(8)
    content = json.dumps({"name": name, "filters": asked.filters, "q": asked.q})
    sealed = sealing.sealed(visit.redactor, f"view {made}", Secret(content))
    with visit.console.database.transaction() as ask:
        ask("DELETE FROM saved_view WHERE id = ? AND account = ?", own.get(name, ""), visit.account.id)
        sql = "INSERT INTO saved_view (id, account, content, shared, made) VALUES (?, ?, ?, ?, ?)"
        ask(sql, made, visit.account.id, sealed, int(shared), visit.now)
    return made


def seen(visit: Visit) -> list[View]:
    """One's own, then those that others share, by name."""
    with visit.console.database.transaction() as ask:
        found = [each for each in _all(ask, visit) if each is not None]
    return sorted(found, key=lambda each: (not each.is_own, each.name.casefold(), each.owner))


def find(visit: Visit, id: str) -> View:  # noqa: A002
    """One of them. Raises `NotFoundError`."""
    for each in seen(visit):
        if each.id == id:
            return each
    raise NotFoundError("there is no such view (any more)")


def delete(visit: Visit, id: str) -> None:  # noqa: A002
    """Away with one's own. Raises `NotFoundError`."""
    if not find(visit, id).is_own:
        raise NotFoundError("there is no such view of yours")
    with visit.console.database.transaction() as ask:
        ask("DELETE FROM saved_view WHERE id = ? AND account = ?", id, visit.account.id)


def _all(ask: Ask, visit: Visit) -> Sequence[View | None]:
    rows = ask(
        "SELECT saved_view.id, account, content, shared FROM saved_view WHERE account = ? OR shared = 1",
        visit.account.id,
    )
    owners = {id_: accounts.find(ask, id=id_) for id_ in {row[1] for row in rows}}
    return [_view(visit, row[0], owners[row[1]], bytes(row[2]), is_shared=bool(row[3])) for row in rows]


def _view(visit: Visit, id_: str, owner: Account | None, content: bytes, *, is_shared: bool) -> View | None:
    is_own = owner is not None and owner.id == visit.account.id
    if owner is None or not (is_own or visit.account.covers(owner.tenants)):
        return None
    try:
        found = json.loads(sealing.opened(visit.redactor, f"view {id_}", content).reveal())
    except CryptoError:
        return None  # of another key's time
    return View(id_, found["name"], asked_in(found["filters"], found["q"]), owner.name, is_own, is_shared)
