"""What is sent to the console is limited in kind, size and time; and who calls it by another name is not answered."""

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette

from redactor.exceptions import ConfigError
from redactor_console.settings import ConsoleSettings, checked
from redactor_console.web import doors
from redactor_console.web.turnstile import Turnstile
from tests.integrations.redactor_console.conftest import BASE, Browser, SignIn

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"a" * 1_000_001, FORM, 413),
        (b"&".join(b"a=b" for _ in range(5_001)), FORM, 400),
        (b"name=\xff", FORM, 400),
        (b"name=%ff", FORM, 400),
        (b"{}", "application/json", 415),
        (b"--x", "multipart/form-data; boundary=x", 415),
        (b"", "", 415),
    ],
)
@pytest.mark.parametrize("is_signed_in", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_what_is_no_form_or_too_large_is_refused(
    content: bytes, kind: str, status: int, is_signed_in: bool, anybody: Browser, sign_in: SignIn
) -> None:
    browser, path = (sign_in("viewer"), "/me/looks") if is_signed_in else (anybody, "/sign-in")
    assert browser.send("POST", path, content=content, headers={"content-type": kind}).status_code == status


def test_who_may_not_do_it_is_refused_before_anything_is_read(anybody: Browser, sign_in: SignIn) -> None:
    headers, content = {"content-type": FORM}, b"a" * 1_000_001
    assert anybody.send("POST", "/people", content=content, headers=headers).status_code == 303
    assert sign_in("viewer").send("POST", "/people", content=content, headers=headers).status_code == 403


def test_a_form_that_comes_byte_by_byte_is_given_up(app: Starlette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "FORM_SECONDS", 0.05)
    sent: list[Any] = []

    async def receive() -> Any:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"a", "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", FORM.encode())]
    scope = {"type": "http", "method": "POST", "path": "/sign-in", "query_string": b"", "headers": headers}
    asyncio.run(asyncio.wait_for(app(scope, receive, send), 5))
    assert sent[0]["status"] == 408


@pytest.mark.parametrize(
    ("host", "is_known"),
    [
        ("127.0.0.1:8090", True),
        ("LOCALHOST", True),
        ("[::1]:8090", True),
        ("review.example.com", True),
        ("", False),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("evil.example:localhost", False),
        ("localhost@evil.example", False),
        ("127.0.0.1.evil.example:80", False),
    ],
)
def test_only_the_names_it_has_are_answered(host: str, is_known: bool) -> None:
    from starlette.datastructures import Headers

    settings = ConsoleSettings(public_url="https://review.example.com")
    assert doors.is_known_host(settings, Headers({"host": host})) == is_known


def test_a_forged_host_makes_no_link(sign_in: SignIn) -> None:
    admin = sign_in("admin")
    form = {"name": "bob", "role": "viewer", "all": "yes"}
    answer = admin.post("/people", form, host="evil.example", **{"x-forwarded-host": "evil.example"})
    assert answer.status_code == 421
    page = admin.post("/people", form, **{"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"})
    assert f"{BASE}/sign-in/link/" in page.text
    assert "evil" not in page.text


def test_a_few_passwords_are_looked_at_at_once_and_only_so_many_wait() -> None:
    async def run() -> tuple[int, int]:
        turnstile, inside, most, refused = Turnstile(), 0, 0, 0

        async def one() -> None:
            nonlocal inside, most, refused
            try:
                async with turnstile.turn():
                    inside += 1
                    most = max(most, inside)
                    await asyncio.sleep(0.001)
                    inside -= 1
            except doors.RefusedError as error:
                refused += error.status == 503

        await asyncio.gather(*(one() for _ in range(60)))
        return most, refused

    assert asyncio.run(run()) == (2, 8)


@pytest.mark.parametrize(
    ("data", "is_fine"),
    [
        ({}, True),
        ({"host": "0.0.0.0"}, True),  # noqa: S104
        ({"hosts": ["review.example.com"]}, False),
        ({"public_url": "http://review.example.com"}, False),
        ({"public_url": "https://review.example.com"}, True),
        ({"hosts": ["review.example.com"], "tls": {"certificate": "a", "key": "b"}}, True),
    ],
)
def test_passwords_do_not_go_over_a_network_in_the_clear(data: dict[str, Any], is_fine: bool) -> None:
    settings = checked(data)
    if is_fine:
        settings.check_exposure()
    else:
        with pytest.raises(ConfigError, match="in the clear"):
            settings.check_exposure()


@pytest.mark.parametrize(
    "data",
    [
        {"public_url": "https://review.example.com/console"},
        {"public_url": "review.example.com"},
        {"path": "console"},
        {"oidc": {"issuer": "http://login.example.com", "client_id": "c", "client_secret_env": "S"}},
        {"oidc": {"issuer": "https://l.example", "client_id": "c", "client_secret_env": "S", "roles": {"a": "root"}}},
    ],
)
def test_a_setting_that_would_be_unsafe_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"^console\."):
        checked(data)
