"""Coming in: from the link of a first admin to both factors; and the attacks on the way."""

import logging
import re
from collections.abc import Callable
from http.cookies import SimpleCookie

import pytest
from starlette.applications import Starlette

from redactor import Redactor
from redactor.storage.beside import SqliteBeside
from redactor_console.accounts import links, lockout, managing, sessions
from redactor_console.app import create_app
from redactor_console.settings import ConsoleSettings
from tests.integrations.redactor_console.conftest import Browser, Clock, SignIn, actions
from tests.integrations.redactor_console.people import PASSWORD, Somebody, somebody, stored

pytestmark = pytest.mark.usefixtures("cheap")

NEW = "another long pass phrase"
Make = Callable[..., Somebody]


@pytest.fixture
def make(redactor: Redactor, database: SqliteBeside, clock: Clock) -> Make:
    return lambda *roles, **more: somebody(redactor, database, clock, *roles, **more)


def first_link(redactor: Redactor, database: SqliteBeside, clock: Clock) -> str:
    with database.transaction() as ask:
        return links.path(managing.first_admin(ask, redactor.audit, "root", clock()))


def totp(page: str, clock: Clock) -> str:
    import pyotp

    found = re.search(r"Key: <code>([A-Z2-7]{32})</code>", page)
    assert found is not None
    return pyotp.TOTP(found[1]).at(int(clock()))


def fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_a_first_admin_comes_in_by_a_link_a_password_and_a_second_factor(
    redactor: Redactor, database: SqliteBeside, clock: Clock, anybody: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = first_link(redactor, database, clock)
    assert "Welcome, root" in anybody.get(path).text
    answer = anybody.post(path, {"password": NEW})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/set-up")
    assert anybody.get("/people").headers["location"] == "/sign-in", "half-way is not in"
    page = anybody.get("/sign-in/set-up")
    code, offered = totp(page.text, clock), fields(page.text)
    assert anybody.post("/sign-in/set-up", {**offered, "code": "000000"}).status_code == 403
    page = anybody.post("/sign-in/set-up", {**offered, "code": code})
    codes = re.findall(r"<code>([a-z0-9-]{17})</code>", page.text)
    assert len(codes) == 10
    assert anybody.get("/people").status_code == 200
    clock.now += 60
    assert anybody.post("/sign-in", {"name": " ROOT ", "password": NEW}).headers["location"] == "/sign-in/code"
    anybody.get("/sign-in/code")
    assert anybody.post("/sign-in/code", {"code": codes[0]}).headers["location"] == "/"

    assert [each[:2] for each in actions(redactor)] == [
        ("host", "console.account.make"),
        ("console:root", "console.link.password"),
        ("console:root", "console.account.second_factor"),
        ("console:root", "console.sign_in"),
    ]
    logged = [each.getMessage() for each in caplog.records if each.name != "httpx2"]  # the browser of this test
    told = repr((actions(redactor), logged))
    assert not [each for each in (NEW, path, code, *codes, *anybody.cookies.values()) if each in told]


def test_a_link_works_once_and_for_a_day(
    redactor: Redactor, database: SqliteBeside, clock: Clock, app: Starlette
) -> None:
    path = first_link(redactor, database, clock)
    assert Browser(app).post(path, {"password": "short"}).status_code == 400
    assert Browser(app).post(path, {"password": NEW}).status_code == 303, "a mistake does not use it up"
    for refused in (Browser(app).get(path), Browser(app).post(path, {"password": PASSWORD})):
        assert refused.status_code == 403
        assert "root" not in refused.text
    with database.transaction() as ask:
        ask("DELETE FROM account")
    path = first_link(redactor, database, clock)
    clock.now += links.SECONDS + 1
    assert Browser(app).post(path, {"password": NEW}).status_code == 403


def test_a_second_link_ends_the_first_and_a_disabled_account_has_none(
    redactor: Redactor, database: SqliteBeside, clock: Clock, app: Starlette, make: Make
) -> None:
    admin, vic = make("admin"), make("viewer")
    paths = []
    for _ in range(2):
        with database.transaction() as ask:
            paths.append(links.path(links.make(ask, vic.account.id, "password", clock())))
    assert [Browser(app).get(path).status_code for path in paths] == [403, 200]
    with database.transaction() as ask:
        managing.disable(ask, redactor.audit, admin.account.id, vic.account.id)
    assert Browser(app).get(paths[1]).status_code == 403


@pytest.mark.parametrize("case", ["nobody", "wrong", "waits", "disabled"])
def test_who_is_refused_cannot_tell_why(case: str, make: Make, app: Starlette, database: SqliteBeside) -> None:
    vic = make(name="vic")
    with database.transaction() as ask:
        ask(f"UPDATE account SET locked_until = {1e12 if case == 'waits' else 0}, disabled = {int(case == 'disabled')}")  # noqa: S608
    plain = Browser(app).post("/sign-in", {"name": "no such name", "password": "wrong password"})
    form = {"name": "eve" if case == "nobody" else vic.name, "password": "wrong" if case == "wrong" else PASSWORD}
    answer = Browser(app).post("/sign-in", form)
    assert (answer.status_code, answer.text) == (plain.status_code, plain.text) == (403, plain.text)
    assert {*answer.headers} == {*plain.headers}


def test_a_session_somebody_else_put_there_leads_nowhere(make: Make, app: Starlette) -> None:
    vic, mallory = make(name="vic"), make(name="mallory")
    attacker = mallory.sign_in(Browser(app))
    fixed = attacker.cookies["redactor-console"]
    victim = Browser(app, cookie=fixed)
    assert victim.post("/sign-in", {"name": vic.name, "password": PASSWORD}).status_code == 303
    assert victim.cookies["redactor-console"] != fixed
    half = victim.cookies["redactor-console"]
    vic.sign_in(victim)
    assert victim.cookies["redactor-console"] not in (fixed, half)
    for dead in (fixed, half, "made up"):
        assert Browser(app, cookie=dead).get("/me").headers.get("location") == "/sign-in"


def test_both_factors_of_one_person_are_needed_not_of_two(make: Make, app: Starlette) -> None:
    vic, mallory = make(name="vic"), make(name="mallory")
    browser = Browser(app)
    browser.post("/sign-in", {"name": vic.name, "password": PASSWORD})
    browser.get("/sign-in/code")
    assert browser.post("/sign-in/code", {"code": mallory.code()}).status_code == 403


def test_the_second_factor_has_to_follow_soon(make: Make, app: Starlette, clock: Clock) -> None:
    vic, browser = make(), Browser(app)
    browser.post("/sign-in", {"name": vic.name, "password": PASSWORD})
    browser.get("/sign-in/code")
    clock.now += sessions.HALF_WAY
    assert browser.post("/sign-in/code", {"code": vic.code()}).status_code == 403
    assert browser.get("/").headers["location"] == "/sign-in"


def test_who_has_a_second_factor_cannot_set_up_another_with_the_password(make: Make, app: Starlette) -> None:
    vic, browser = make(), Browser(app)
    browser.post("/sign-in", {"name": vic.name, "password": PASSWORD})
    assert browser.get("/sign-in/set-up").status_code == 403
    page = browser.get("/sign-in/code")
    form = {**fields(page.text), "seal": "00", "code": "000000"}
    assert browser.post("/sign-in/set-up", form).status_code == 400
    assert browser.get("/me").headers["location"] == "/sign-in"


def test_what_was_offered_to_one_is_nothing_for_another(
    redactor: Redactor, database: SqliteBeside, clock: Clock, app: Starlette, make: Make
) -> None:
    one, other = Browser(app), Browser(app)
    for browser, name in ((one, "one"), (other, "other")):
        make(name=name)
        with database.transaction() as ask:
            ask("UPDATE account SET totp = NULL")
        browser.post("/sign-in", {"name": name, "password": PASSWORD})
    page = one.get("/sign-in/set-up").text
    other.get("/sign-in/set-up")
    form = {"seal": fields(page)["seal"], "code": totp(page, clock)}
    assert other.post("/sign-in/set-up", form).status_code == 400
    assert one.post("/sign-in/set-up", form).status_code == 200


def test_brute_force_is_stopped_also_for_who_then_guesses_right(make: Make, app: Starlette, clock: Clock) -> None:
    vic, browser = make(), Browser(app)
    for _ in range(lockout.FREE):
        browser.post("/sign-in", {"name": vic.name, "password": "wrong wrong wrong"})
    assert browser.post("/sign-in", {"name": vic.name, "password": PASSWORD}).status_code == 403
    clock.now += 15
    vic.sign_in(browser)


def test_the_log_tells_how_many_tries_failed_before_one_came_in(make: Make, app: Starlette, redactor: Redactor) -> None:
    vic = make(name="vic")
    for _ in range(2):
        Browser(app).post("/sign-in", {"name": "vic", "password": "wrong"})
    vic.sign_in(Browser(app))
    assert actions(redactor) == [("console:vic", "console.sign_in", ("2 failed before",))]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8090.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8090"},
    ],
)
def test_a_form_of_another_site_is_refused(headers: dict[str, str], make: Make, app: Starlette) -> None:
    vic, stranger = make(name="vic"), Browser(app)
    assert stranger.post("/sign-in", {"name": "vic", "password": PASSWORD}, **headers).status_code == 403
    assert not stranger.cookies
    browser = vic.sign_in(Browser(app))
    browser.get("/me")
    assert browser.post("/me/looks", {"theme": "dark"}, **headers).status_code == 403


def test_a_form_without_the_sessions_own_token_is_refused(make: Make, app: Starlette, database: SqliteBeside) -> None:
    vic, other = make(name="vic"), make()
    browser, elsewhere = vic.sign_in(Browser(app)), other.sign_in(Browser(app))
    elsewhere.get("/me")
    for token in ("", "x", elsewhere.csrf):
        assert browser.send("POST", "/me/looks", data={"theme": "dark", "csrf": token}).status_code == 403
        assert browser.send("POST", "/sign-out", data={"csrf": token}).status_code == 403
    assert stored(database, vic).settings == {}
    browser.get("/me")
    assert browser.post("/me/looks", {"theme": "dark"}).status_code == 303


def test_signing_out_ends_the_session_for_everybody_who_has_the_cookie(make: Make, app: Starlette) -> None:
    browser = make().sign_in(Browser(app))
    copied = Browser(app, cookie=browser.cookies["redactor-console"])
    browser.get("/me")
    answer = browser.post("/sign-out")
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert copied.get("/me").headers["location"] == "/sign-in"


@pytest.mark.parametrize(("seconds", "is_over"), [(29 * 60.0, False), (31 * 60.0, True)])
def test_an_idle_session_ends(seconds: float, is_over: bool, sign_in: SignIn, clock: Clock) -> None:
    browser = sign_in("viewer")
    clock.now += seconds
    assert (browser.get("/me").status_code == 303) == is_over


@pytest.mark.soak
def test_no_session_lasts_longer_than_the_setting_however_busy(sign_in: SignIn, clock: Clock) -> None:
    browser = sign_in("viewer")
    for _ in range(20):
        clock.now += 1790
        last = browser.get("/me").status_code
    assert last == 200
    clock.now += 1790
    assert browser.get("/me").status_code == 303


@pytest.mark.parametrize("public", ["", "https://review.example.com"])
def test_the_cookie_is_strict_and_over_tls_bound_to_the_host(
    public: str, make: Make, redactor: Redactor, database: SqliteBeside, clock: Clock
) -> None:
    vic = make(name="vic")
    app = create_app(ConsoleSettings(public_url=public), redactor, database, clock=clock)
    form = {"name": "vic", "password": PASSWORD}
    answer = Browser(app).post("/sign-in", form, host="review.example.com" if public else "127.0.0.1:8090")
    assert vic.name not in answer.headers["set-cookie"]
    ((name, cookie),) = SimpleCookie(answer.headers["set-cookie"]).items()
    assert name == ("__Host-redactor-console" if public else "redactor-console")
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "strict", "/", "")
    assert bool(cookie["secure"]) == bool(public)
    assert ("strict-transport-security" in answer.headers) == bool(public)
