"""One visit of a page: who it is, what they sent, and how they are answered."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from redactor import Redactor
from redactor.audit import acting
from redactor.exceptions import NotFoundError
from redactor.storage.beside import Beside
from redactor_console.accounts.accounts import Account
from redactor_console.accounts.roles import Permission
from redactor_console.accounts.sessions import Session
from redactor_console.settings import ConsoleSettings
from redactor_console.web.templating import Templates


@dataclass(frozen=True, slots=True)
class Console:
    """What all pages share."""

    settings: ConsoleSettings
    redactor: Redactor
    database: Beside
    templates: Templates
    clock: Callable[[], float]
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a page whose permission was checked. Handed to the page's function in a thread of the pool."""

    console: Console
    request: Request
    account: Account
    session: Session
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    """A form's fields, of a POST whose token was right; the last of several with one name."""
    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """All of them."""

    @property
    def redactor(self) -> Redactor:
        """The Redactor whose store is reviewed."""
        return self.console.redactor

    @property
    def query(self) -> Mapping[str, str]:
        """What stands behind the `?`."""
        return self.request.query_params

    @property
    def path(self) -> Mapping[str, Any]:
        """What stands in the path's places."""
        return self.request.path_params

    @property
    def now(self) -> float:
        """Seconds since the epoch."""
        return self.console.clock()

    def may(self, permission: Permission) -> bool:
        """Whether they may do something; pages hide what they may not, and the doors refuse it."""
        return permission in self.account.may

    def acting(self) -> AbstractContextManager[None]:
        """Name them in the audit log for what is done inside."""
        return acting(f"console:{self.account.name}")

    def tenant_of(self, public_id: str) -> str:
        """Whose conversation it is. Raises `NotFoundError` also where it is not theirs to see: no difference shows."""
        row = self.redactor.parts.store.conversation_by_public_id(public_id)
        if row is None or row.wrapped_key is None or not self.account.sees(row.tenant):
            raise NotFoundError("there is no such conversation (any more)")
        return row.tenant

    def render(self, template: str, status: int = 200, /, **context: Any) -> Response:
        """A page."""
        return self.console.templates.page(template, status, visit=self, **context)

    def as_json(self, value: Any, status: int = 200) -> Response:
        """The same for our own scripts."""
        return JSONResponse(value, status)

    def go(self, path: str) -> Response:
        """On to another page, after a form was taken (303, RFC 9110, 15.4.4). `path` is of this console."""
        return RedirectResponse(self.request.scope.get("root_path", "") + path, 303)


Answer = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Page:
    """A path, who may visit it, and what answers. Without a permission there is no page."""

    path: str
    permission: Permission
    get: Answer | None = None
    post: Answer | None = None
