"""Single sign-on against a provider: who is let in, and every way in which a token or an answer may be forged."""

from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette

from redactor import Redactor
from redactor.exceptions import ConfigError
from redactor.storage.beside import SqliteBeside
from redactor_console.accounts import accounts
from redactor_console.accounts.accounts import Account
from redactor_console.accounts.entering import awaited
from redactor_console.app import create_app
from redactor_console.settings import ConsoleSettings, OidcSection
from tests.integrations.redactor_console.accounts.provider import CLIENT, OTHER_KEY, SECRET, Lies, Provider
from tests.integrations.redactor_console.conftest import Browser, Clock, actions
from tests.integrations.redactor_console.people import somebody

NOBODY = "did not let you in"


@pytest.fixture
def provider(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("CONSOLE_SECRET", SECRET)
    with Provider(clock) as running:
        yield running


def section(provider: Provider, **more: Any) -> OidcSection:
    return OidcSection(issuer=provider.url, client_id=CLIENT, client_secret_env="CONSOLE_SECRET", **more)


GROUPS: dict[str, Any] = {
    "roles_claim": "realm_access.roles",
    "roles": {"support-qa": "reviewer", "dpo": "privacy-officer"},
}


@pytest.fixture
def settings(provider: Provider) -> ConsoleSettings:
    return ConsoleSettings(oidc=section(provider, **GROUPS, tenants=("shop",)))


@pytest.fixture
def ann(provider: Provider) -> None:
    provider.person |= {"realm_access": {"roles": ["support-qa", "staff"]}}


def go(browser: Browser, provider: Provider, **more: str) -> Any:
    """To the provider and back."""
    started = browser.get("/sign-in/oidc")
    assert started.status_code == 303
    return browser.get("/sign-in/oidc/back?" + urlencode({**provider.allow(started.headers["location"]), **more}))


def known(database: SqliteBeside, name: str) -> Account | None:
    with database.transaction() as ask:
        return accounts.find(ask, name=name)


@pytest.mark.usefixtures("ann")
def test_a_group_of_the_provider_makes_an_account_with_its_role(
    anybody: Browser, provider: Provider, database: SqliteBeside, redactor: Redactor
) -> None:
    assert "Sign in with your organisation" in anybody.get("/sign-in").text
    answer = go(anybody, provider)
    assert (answer.status_code, "You are signed in" in answer.text) == (200, True)
    assert anybody.get("/me").status_code == 200
    account = known(database, "ann")
    assert account is not None
    assert (account.roles, account.tenants, account.password) == (("reviewer",), ("shop",), None)
    assert [each[:2] for each in actions(redactor)] == [
        ("console:single-sign-on", "console.account.make"),
        ("console:ann", "console.sign_in"),
    ]


@pytest.mark.usefixtures("ann")
def test_other_groups_the_next_time_are_other_roles_and_none_is_no_way_in(
    app: Starlette, provider: Provider, database: SqliteBeside
) -> None:
    first = Browser(app)
    go(first, provider)
    provider.person["realm_access"] = {"roles": ["dpo"]}
    provider.person["preferred_username"] = "ann.married"
    assert go(Browser(app), provider).status_code == 200
    account = known(database, "ann")
    assert account is not None
    assert account.roles == ("privacy-officer",)
    assert first.get("/me").headers["location"] == "/sign-in", "sessions with the old role end"
    for groups in ([], ["staff"], None, {"dpo": 1}):
        provider.person["realm_access"] = {"roles": groups}
        assert NOBODY in go(Browser(app), provider).text


@pytest.mark.usefixtures("ann", "cheap")
def test_a_name_is_no_way_into_an_account_with_a_password(
    redactor: Redactor, database: SqliteBeside, clock: Clock, anybody: Browser, provider: Provider
) -> None:
    mine = somebody(redactor, database, clock, "admin", name="ann")
    assert NOBODY in go(anybody, provider).text
    assert known(database, "ann") == mine.account


def test_without_groups_only_who_is_awaited_comes_in_and_from_then_on_by_the_subject(
    redactor: Redactor, database: SqliteBeside, clock: Clock, provider: Provider
) -> None:
    app = create_app(ConsoleSettings(oidc=section(provider)), redactor, database, clock=clock)
    assert NOBODY in go(Browser(app), provider).text
    with database.transaction() as ask:
        accounts.put(ask, Account("1", "ann", roles=("viewer",), oidc=awaited(provider.url, "ann"), made=clock()))
    assert go(Browser(app), provider).status_code == 200
    provider.person = {"sub": "0002", "preferred_username": "ann"}
    assert NOBODY in go(Browser(app), provider).text, "another person of that name"
    provider.person = {"sub": "name:eve " + provider.url, "preferred_username": "ann"}
    assert NOBODY in go(Browser(app), provider).text
    provider.person = {"sub": "0001", "preferred_username": "renamed"}
    assert go(Browser(app), provider).status_code == 200
    with database.transaction() as ask:
        ask("UPDATE account SET disabled = 1")
    assert NOBODY in go(Browser(app), provider).text


LIES = {
    "busy": Lies(status=503),
    "another issuer": Lies(claims={"iss": "https://evil.example"}),
    "another audience": Lies(claims={"aud": "another client"}),
    "also for another, by another": Lies(claims={"aud": [CLIENT, "another"], "azp": "another"}),
    "for two, by nobody": Lies(claims={"aud": [CLIENT, "another"]}),
    "another nonce": Lies(claims={"nonce": "x"}),
    "no nonce": Lies(claims={"nonce": None}),
    "expired": Lies(claims={"exp": 1_799_990_000}),
    "never expires": Lies(claims={"exp": None}),
    "not a number": Lies(claims={"exp": "soon"}),
    "not yet": Lies(claims={"nbf": 1_900_000_000}),
    "nobody": Lies(claims={"sub": ""}),
    "no subject": Lies(claims={"sub": None}),
    "another's key": Lies(key=OTHER_KEY),
    "a key that is not there": Lies(header={"kid": "9"}),
    "not signed": Lies(key=None, algorithm="none"),
    "signed with a shared key": Lies(key=b"k" * 32, algorithm="HS256", header={"kid": "2"}),
    "without keys": Lies(claims={}, document={"jwks_uri": None}),
    "no such document": Lies(document={"issuer": "https://evil.example"}),
    "keys in the clear": Lies(document={"jwks_uri": "http://evil.example/keys"}),
    "keys in a file": Lies(document={"jwks_uri": "file:///etc/passwd"}),
}


@pytest.mark.usefixtures("ann")
def test_what_is_not_the_providers_own_word_lets_nobody_in(
    settings: ConsoleSettings,
    redactor: Redactor,
    database: SqliteBeside,
    clock: Clock,
    provider: Provider,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = create_app(settings, redactor, database, clock=clock)
    for name, lies in LIES.items():
        provider.lies = lies
        if lies.document:  # which is remembered
            app = create_app(settings, redactor, database, clock=clock)
        browser = Browser(app)
        answer = browser.get("/sign-in/oidc")
        if answer.status_code == 303:
            answer = browser.get("/sign-in/oidc/back?" + urlencode(provider.allow(answer.headers["location"])))
        assert (answer.status_code, NOBODY in answer.text) == (403, True), name
        assert not [each for each in browser.cookies if not each.endswith("-oidc")], name
        assert known(database, "ann") is None, name
    logged = [each for each in caplog.records if each.levelname == "WARNING"]
    assert [each.name for each in logged] == ["redactor_console"] * len(LIES)
    assert not [word for word in ("evil", "another client", "0001") if word in caplog.text]


@pytest.mark.usefixtures("ann")
def test_an_answer_that_was_not_asked_for_lets_nobody_in(anybody: Browser, provider: Provider) -> None:
    for more in (
        {"state": "x"},
        {"state": ""},
        {"code": ""},
        {"error": "access_denied"},
        {"iss": "https://evil.example"},
    ):
        answer = go(anybody, provider, **more)
        assert (answer.status_code, NOBODY in answer.text) == (403, True), more
    assert not [each for each in provider.requests if each.path == "/token"]


@pytest.mark.usefixtures("ann")
def test_an_answer_counts_in_the_browser_that_asked_and_for_ten_minutes(
    app: Starlette, provider: Provider, clock: Clock
) -> None:
    mallory, victim = Browser(app), Browser(app)
    back = provider.allow(mallory.get("/sign-in/oidc").headers["location"])
    path = "/sign-in/oidc/back?" + urlencode(back)
    assert victim.get(path).status_code == 403, "nobody is signed in as somebody else"
    victim.get("/sign-in/oidc")
    assert victim.get(path).status_code == 403
    clock.now += 601
    assert mallory.get(path).status_code == 403


def test_what_the_browser_keeps_meanwhile_is_sealed_and_lax(anybody: Browser, provider: Provider) -> None:
    answer = anybody.get("/sign-in/oidc")
    ((name, cookie),) = SimpleCookie(answer.headers["set-cookie"]).items()
    assert (name, cookie["samesite"], cookie["httponly"]) == ("redactor-console-oidc", "lax", True)
    back = provider.allow(answer.headers["location"])
    assert back["state"] not in bytes.fromhex(cookie.value).decode("latin-1")


@pytest.mark.usefixtures("ann")
def test_a_client_may_have_to_send_its_secret_in_the_form(anybody: Browser, provider: Provider) -> None:
    provider.lies = Lies(document={"token_endpoint_auth_methods_supported": ["client_secret_post"]})
    assert go(anybody, provider).status_code == 200


def test_the_document_is_not_asked_for_each_time(anybody: Browser, provider: Provider) -> None:
    for _ in range(3):
        anybody.get("/sign-in/oidc")
    assert len(provider.requests) == 1


def test_without_the_clients_secret_there_is_no_console(
    settings: ConsoleSettings, redactor: Redactor, database: SqliteBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONSOLE_SECRET")
    with pytest.raises(ConfigError, match="CONSOLE_SECRET"):
        create_app(settings, redactor, database)


def test_without_a_provider_there_is_no_such_page(redactor: Redactor, database: SqliteBeside, clock: Clock) -> None:
    browser = Browser(create_app(ConsoleSettings(), redactor, database, clock=clock))
    assert browser.get("/sign-in/oidc").status_code == 404
    assert "organisation" not in browser.get("/sign-in").text
