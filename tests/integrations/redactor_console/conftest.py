"""A console over a small store, and people who are signed in to it."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette

from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.storage.beside import SqliteBeside
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer
from redactor_console.accounts import accounts, passwords, sessions
from redactor_console.accounts.accounts import Account
from redactor_console.app import create_app
from redactor_console.database import MIGRATIONS
from redactor_console.settings import ConsoleSettings

KNOWN: dict[str | re.Pattern[str], str] = {"Crystal Minh": "PERSON", "8706847615": "ACCOUNT_ID"}
"""What the recognizer of these tests finds."""
BASE = "http://127.0.0.1:8090"


class Clock:
    """Time that passes when told to; seconds since the epoch."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Browser:
    """What a person's browser does: keeps cookies, sends forms with the token of the page. Nothing runs in it."""

    def __init__(self, app: Starlette, cookie: str = "", csrf: str = "") -> None:
        self._app, self.csrf = app, csrf
        self.cookies: dict[str, str] = {"redactor-console": cookie} if cookie else {}

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """A page; redirects are not followed."""
        return self.send("GET", path, headers=headers)

    def post(self, path: str, form: dict[str, str] | None = None, **headers: str) -> httpx2.Response:
        """A form, with the session's token."""
        return self.send("POST", path, data={"csrf": self.csrf, **(form or {})}, headers=headers)

    def send(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Anything; a cookie that is set is kept."""
        answer = asyncio.run(self._sent(method, path, more))
        self.cookies |= dict(answer.cookies)
        found = re.search(r'name="csrf" value="([^"]+)"', answer.text)
        self.csrf = found[1] if found else self.csrf
        return answer

    async def _sent(self, method: str, path: str, more: dict[str, Any]) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self._app)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE, cookies=self.cookies) as client:
            return await client.request(method, path, **more)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def redactor(tmp_path: Path, clock: Clock) -> Iterator[Redactor]:
    store = SqliteStore(tmp_path / "store.db")
    with Redactor(recognizers=[FakeRecognizer(KNOWN)], store=store, key=LocalKey.ephemeral(), clock=clock) as made:
        yield made


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteBeside]:
    made = SqliteBeside(tmp_path / "console.db", MIGRATIONS)
    yield made
    made.close()


@pytest.fixture
def settings() -> ConsoleSettings:
    return ConsoleSettings()


@pytest.fixture
def app(settings: ConsoleSettings, redactor: Redactor, database: SqliteBeside, clock: Clock) -> Starlette:
    return create_app(settings, redactor, database, clock=clock)


@pytest.fixture
def anybody(app: Starlette) -> Browser:
    """Somebody who is not signed in."""
    return Browser(app)


SignIn = Callable[..., Browser]


@pytest.fixture
def sign_in(app: Starlette, database: SqliteBeside, clock: Clock) -> SignIn:
    """`sign_in("reviewer", name="ann", tenants=())` → a browser with a full session of such an account."""

    def signed(*roles: str, name: str = "", tenants: tuple[str, ...] = ()) -> Browser:
        named = name or "-".join(roles) or "nobody"
        with database.transaction() as ask:
            account = Account(f"id-{named}", named, roles=roles, tenants=tenants, totp=b"sealed", made=clock())
            accounts.put(ask, account)
            cookie = sessions.begin(ask, account.id, "full", "test", clock())
            session = sessions.find(ask, cookie, clock(), longest=1e9, idle=1e9)
        assert session is not None
        return Browser(app, cookie, session.csrf)

    return signed


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that take no time."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", hasher)
    monkeypatch.setattr(passwords, "_NOBODYS", hasher.hash("nobody has this password"))


def actions(redactor: Redactor) -> list[tuple[str, str, tuple[str, ...]]]:
    """Actor, action and subject of every record of the audit log."""
    rows = redactor.parts.store.audit(0, 10_000)
    found = [json.loads(row.record) for row in rows]
    return [(each["actor"], each["action"], tuple(each["subject"])) for each in found]
