"""A console that is served to real browsers, and the pages as a person finds their way in them."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyotp
import uvicorn

from redactor import Policy, Redactor
from redactor.crypto import LocalKey
from redactor.storage.beside import Beside, SqliteBeside
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer
from redactor_console.accounts import accounts, links, managing, sessions
from redactor_console.accounts.accounts import Account
from redactor_console.app import create_app
from redactor_console.database import MIGRATIONS
from redactor_console.settings import ConsoleSettings
from tests.integrations.redactor_console.conftest import Clock

if TYPE_CHECKING:
    from playwright.sync_api import Page

PASSWORD = "correct horse battery staple"
KNOWN: dict[str | re.Pattern[str], str] = {
    re.compile(r"\b[a-z.]+\d*@example\.com\b"): "EMAIL_ADDRESS",
    re.compile(r"\(\d{3}\) \d{3}-\d{4}"): "PHONE_NUMBER",
    re.compile(r"\b\d{8,10}\b"): "ACCOUNT_ID",
    re.compile(r"\b(?:Maren|Tobias|Yuki|Priya|Camila|Leila|Mateo|Hana|Luca) [A-Z][a-z]+\b"): "PERSON",
    "Crystal Minh": "PERSON",
}
"""What the recognizer of these tests finds."""
_POLICY = {"defaults": {"audiences": ["customer", "reviewer"]}}
"""Reviewers may be shown values, where their role and a reason allow it."""

CODE = "Code of your authenticator app, or a recovery code"


@dataclass(frozen=True)
class Site:
    """A console with its parts."""

    url: str
    redactor: Redactor
    database: Beside
    clock: Clock
    secrets: dict[str, str] = field(default_factory=dict)
    """Whose authenticator app holds which key."""

    def cookies(self, *roles: str, name: str = "") -> list[Any]:
        """A full session of such an account, as a browser keeps it."""
        named = name or "-".join(roles)
        with self.database.transaction() as ask:
            account = Account(f"id-{named}", named, roles=roles, totp=b"sealed", made=self.clock())
            accounts.put(ask, account)
            cookie = sessions.begin(ask, account.id, "full", "test", self.clock())
        return [{"name": "redactor-console", "value": cookie, "url": self.url}]

    def first_admin(self, name: str) -> str:
        """The path of the link that the command line prints."""
        with self.database.transaction() as ask:
            return links.path(managing.first_admin(ask, self.redactor.audit, name, self.clock()))

    def code(self, name: str) -> str:
        """What somebody's phone shows; another one each time."""
        self.clock.now += 30.0
        return pyotp.TOTP(self.secrets[name]).at(int(self.clock()))


@contextmanager
def serving(folder: Path, settings: ConsoleSettings | None = None) -> Iterator[Site]:
    """A console over a new store of SQLite."""
    clock = Clock()
    clock.now = float(int(time.time()))
    store = SqliteStore(folder / "store.db")
    with (
        closing(SqliteBeside(folder / "console.db", MIGRATIONS)) as database,
        Redactor(
            Policy.from_dict(_POLICY),
            recognizers=[FakeRecognizer(KNOWN)],
            store=store,
            key=LocalKey.ephemeral(),
            clock=clock,
        ) as redactor,
    ):
        app = create_app(settings or ConsoleSettings(sample_every=0), redactor, database, clock=clock)
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield Site(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", redactor, database, clock)
        server.should_exit = True
        thread.join(10)


Look = Callable[[], None]
"""What is done on each page that somebody passes."""


def _pass() -> None:
    """Nothing."""


def take_link(page: "Page", site: Site, path: str, name: str, look: Look = _pass) -> None:
    """The first time: a password, an authenticator app, recovery codes."""
    page.goto(path)
    look()
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    site.secrets[name] = page.locator("main code").first.inner_text()
    look()
    page.get_by_label("The code it shows now").fill(site.code(name))
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Keep these codes").wait_for()
    look()
    page.get_by_role("link", name="I have kept them").click()


def sign_in(page: "Page", site: Site, name: str, look: Look = _pass) -> None:
    """Password, then a code."""
    page.goto("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label(CODE).wait_for()
    look()
    page.get_by_label(CODE).fill(site.code(name))
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/")


def sign_out(page: "Page") -> None:
    """By the button that every page has."""
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def invite(page: "Page", name: str, *roles: str) -> str:
    """An admin adds somebody; gives the path of their link."""
    page.goto("/people")
    page.get_by_label("Name", exact=True).fill(name)
    for role in roles:
        page.get_by_role("checkbox", name=re.compile(rf"^{role} \(")).check()
    page.get_by_label("all tenants").check()
    page.get_by_role("button", name="Add").click()
    link = page.get_by_label("Link").input_value()
    return "/" + link.split("/", 3)[3]
