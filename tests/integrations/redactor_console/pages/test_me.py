"""One's own account: nothing of weight changes without showing again who one is."""

import re

import pytest
from starlette.applications import Starlette

from redactor import Redactor
from redactor.storage.beside import SqliteBeside
from redactor_console.accounts import lockout
from tests.integrations.redactor_console.conftest import Browser, Clock, actions
from tests.integrations.redactor_console.pages.test_sign_in import fields, totp
from tests.integrations.redactor_console.people import PASSWORD, Somebody, somebody, stored

pytestmark = pytest.mark.usefixtures("cheap")

NEW = "another long pass phrase"


@pytest.fixture
def ann(redactor: Redactor, database: SqliteBeside, clock: Clock) -> Somebody:
    return somebody(redactor, database, clock, "reviewer", name="ann")


@pytest.fixture
def browser(ann: Somebody, app: Starlette) -> Browser:
    signed = ann.sign_in(Browser(app))
    signed.get("/me")
    return signed


def test_a_new_password_takes_the_old_one_and_ends_other_sessions(
    ann: Somebody, browser: Browser, app: Starlette, redactor: Redactor
) -> None:
    other = ann.sign_in(Browser(app))
    assert browser.post("/me/password", {"password": "wrong", "new": NEW}).status_code == 403
    assert browser.post("/me/password", {"password": PASSWORD, "new": "short"}).status_code == 400
    assert browser.post("/me/password", {"password": PASSWORD, "new": NEW}).status_code == 303
    assert other.get("/me").status_code == 303
    assert browser.get("/me").status_code == 200
    assert Browser(app).post("/sign-in", {"name": "ann", "password": PASSWORD}).status_code == 403
    assert Browser(app).post("/sign-in", {"name": "ann", "password": NEW}).status_code == 303
    assert actions(redactor)[-1] == ("console:ann", "console.account.password", ("ann",))


def test_an_open_browser_is_no_place_to_guess_the_password(browser: Browser, ann: Somebody) -> None:
    for _ in range(lockout.FREE):
        browser.post("/me/password", {"password": "wrong", "new": NEW})
    assert browser.post("/me/password", {"password": PASSWORD, "new": NEW}).status_code == 403


def test_new_recovery_codes_need_a_code_and_end_the_old_ones(
    browser: Browser, ann: Somebody, clock: Clock, app: Starlette
) -> None:
    assert browser.post("/me/recovery", {"code": "000000"}).status_code == 403
    clock.now += 60
    page = browser.post("/me/recovery", {"code": ann.code()})
    codes = re.findall(r"<code>([a-z0-9-]{17})</code>", page.text)
    for code, status in ((ann.codes[0], 403), (codes[0], 303)):
        half = Browser(app)
        half.post("/sign-in", {"name": "ann", "password": PASSWORD})
        half.get("/sign-in/code")
        assert half.post("/sign-in/code", {"code": code}).status_code == status


def test_another_phone_takes_the_place_of_the_old_one_for_a_code_of_each(
    browser: Browser, ann: Somebody, clock: Clock, database: SqliteBeside
) -> None:
    clock.now += 60
    page = browser.get("/me/second-factor").text
    new, seal = totp(page, clock), fields(page)["seal"]
    before = stored(database, ann).totp
    for form in ({"old": "000000", "code": new}, {"old": ann.codes[0], "code": "000000"}):
        assert browser.post("/me/second-factor", {"seal": seal, **form}).status_code == 403
    assert stored(database, ann).totp == before
    assert browser.post("/me/second-factor", {"seal": seal, "old": ann.code(), "code": new}).status_code == 200
    assert stored(database, ann).totp != before


def test_sessions_are_listed_and_ended_ones_own_only(
    browser: Browser, ann: Somebody, app: Starlette, redactor: Redactor, database: SqliteBeside, clock: Clock
) -> None:
    other = ann.sign_in(Browser(app))
    stranger = somebody(redactor, database, clock).sign_in(Browser(app))
    with database.transaction() as ask:
        theirs = ask("SELECT id FROM session WHERE account <> ?", ann.account.id)[0][0]
    page = browser.get("/me").text
    assert bytes(theirs).hex() not in page
    browser.post("/me/sessions", {"session": bytes(theirs).hex()})
    assert stranger.get("/me").status_code == 200
    (shown,) = re.findall(r'name="session" value="([0-9a-f]{64})"', page)
    browser.post("/me/sessions", {"session": shown})
    assert (other.get("/me").status_code, browser.get("/me").status_code) == (303, 200)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"zone": "Europe/Prague", "theme": "dark", "keys": "yes"}, 303),
        ({"zone": '"><script>', "theme": ""}, 400),
        ({"zone": "", "theme": "pink"}, 400),
    ],
)
def test_how_one_likes_it_is_on_every_page(form: dict[str, str], status: int, browser: Browser) -> None:
    assert browser.post("/me/looks", form).status_code == status
    page = browser.get("/").text
    assert ('data-theme="dark" data-zone="Europe/Prague"' in page) == (status == 303)
    assert "data-keys" not in page
    browser.post("/me/looks", {"theme": "", "zone": ""})
    assert '<html lang="en" data-keys="off">' in browser.get("/").text
