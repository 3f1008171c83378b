"""What somebody tries who has an account, and wants more than it gives."""

import time
from collections.abc import Callable
from functools import partial

import pytest
from starlette.applications import Starlette

from redactor import Redactor
from redactor.privacy.consent import Consent, Subject
from redactor.storage.beside import SqliteBeside
from redactor_console.accounts import accounts, entering, managing, passwords
from redactor_console.accounts.accounts import Account
from redactor_console.accounts.oidc import Person, SignOnError
from redactor_console.settings import ConsoleSettings, OidcSection
from tests.integrations.redactor_console.conftest import Browser, Clock, SignIn, actions
from tests.integrations.redactor_console.pages.seen import path_of
from tests.integrations.redactor_console.pages.test_people import do
from tests.integrations.redactor_console.people import PASSWORD, somebody, stored


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> ConsoleSettings:
    return ConsoleSettings(**{"sample_every": 0, **getattr(request, "param", {})})


def named(database: SqliteBeside, name: str) -> Account | None:
    with database.transaction() as ask:
        return accounts.find(ask, name=name)


# -- tenants


def test_who_sees_a_tenant_that_has_nothing_yet_sees_no_other(sign_in: SignIn, redactor: Redactor) -> None:
    redactor.conversation("c", "shop").redact("hello there")
    Consent(redactor).grant(Subject("ann@example.com", "EMAIL_ADDRESS", "shop"), "canary-notice")
    officer = sign_in("privacy-officer", tenants=("ghost",))
    for path in ("/consents?tenant=shop", "/consents"):
        assert "canary-notice" not in officer.get(path).text
    assert officer.get("/consents?tenant=shop").status_code == 404
    assert ("console:privacy-officer", "console.consents", ()) not in actions(redactor)


@pytest.mark.parametrize("tenants", [{"all": "yes"}, {"tenants": "bank"}, {"tenants": "shop\nbank"}])
def test_an_admin_of_one_tenant_makes_nobody_who_sees_more(
    tenants: dict[str, str], sign_in: SignIn, database: SqliteBeside
) -> None:
    admin = sign_in("admin", name="root", tenants=("shop",))
    sign_in("viewer", name="vic", tenants=("shop",))
    admin.get("/people")
    assert admin.post("/people", {"name": "puppet", "role": "privacy-officer", **tenants}).status_code == 400
    assert named(database, "puppet") is None
    assert do(admin, "vic", "tenants", **tenants) == 400
    vic = named(database, "vic")
    assert vic is not None
    assert vic.tenants == ("shop",)
    assert admin.post("/people", {"name": "own", "role": "viewer", "tenants": "shop"}).status_code == 200


@pytest.mark.parametrize("what", ["reset", "disable", "roles", "tenants", "unlock"])
def test_an_admin_of_one_tenant_takes_over_nobody_who_sees_more(
    what: str, sign_in: SignIn, database: SqliteBeside
) -> None:
    admin = sign_in("admin", name="root", tenants=("shop",))
    sign_in("admin", name="boss")
    before = named(database, "boss")
    assert do(admin, "boss", what, role="viewer", tenants="shop") in (400, 404)
    assert named(database, "boss") == before


# -- accounts


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize("what", [managing.disable, partial(managing.reset, now=1_800_000_000.0)])
def test_a_password_that_is_changed_while_the_account_is_taken_away_changes_nothing(
    what: Callable[..., object],
    app: Starlette,
    redactor: Redactor,
    database: SqliteBeside,
    clock: Clock,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sign_in("admin", name="root")
    thief = somebody(redactor, database, clock, name="ann")
    browser = thief.sign_in(Browser(app))
    browser.get("/me")
    hashed = passwords.hashed

    def slowly(password: str) -> str:
        with database.transaction() as ask:
            what(ask, redactor.audit, "id-root", thief.account.id)
        return hashed(password)

    monkeypatch.setattr(passwords, "hashed", slowly)
    answer = browser.post("/me/password", {"password": PASSWORD, "new": "the thief's own long words"})
    monkeypatch.setattr(passwords, "hashed", hashed)
    assert answer.status_code == 403
    assert not passwords.is_right(stored(database, thief).password, "the thief's own long words")


@pytest.mark.parametrize("name", ["single-sign-on", "Single-Sign-On"])
def test_nobody_has_a_name_by_which_the_log_calls_the_console_itself(
    name: str, sign_in: SignIn, database: SqliteBeside
) -> None:
    admin = sign_in("admin", name="root")
    admin.get("/people")
    assert admin.post("/people", {"name": name, "role": "viewer", "all": "yes"}).status_code == 400
    assert named(database, "single-sign-on") is None


# -- reviews


@pytest.mark.parametrize("settings", [{"reviewers": 2}], indirect=True)
def test_nobody_decides_a_dispute_of_their_own(redactor: Redactor, sign_in: SignIn) -> None:
    chat = redactor.conversation("c")
    turn = chat.redact("I am Crystal Minh")
    path = f"/conversations/{chat.public_id}/messages/{turn.turn_id}"
    for name, kind in (("judy", "not_personal"), ("bob", "correct")):
        person = sign_in("adjudicator" if name == "judy" else "reviewer", name=name)
        form = {"kind": kind, "start": "5", "end": "15", "revision": "0"}
        assert person.post(f"{path}/verdicts", form).status_code == 303
        assert person.post(f"{path}/submit", {"revision": "0"}).status_code == 303
    judy = sign_in("adjudicator", name="judy")
    deciding = {"revision": "0", "stage": "adjudication"}
    own = {"kind": "not_personal", "start": "5", "end": "15", **deciding}
    for what, more in (("take", {"person": "console:judy"}), ("verdicts", own), ("submit", deciding)):
        assert judy.post(f"{path}/{what}", more).status_code == 403
    assert redactor.parts.store.waiting_count() == 1
    assert path_of(sign_in("adjudicator", name="jim").get("/adjudication")) == path


def test_a_message_of_another_conversation_is_not_there(redactor: Redactor, sign_in: SignIn) -> None:
    mine, theirs = redactor.conversation("c", "shop"), redactor.conversation("c", "bank")
    mine.redact("hello there")
    turn = theirs.redact("canary text")
    ann = sign_in("reviewer", "adjudicator", name="ann", tenants=("shop",))
    path = f"/conversations/{mine.public_id}/messages/{turn.turn_id}"
    for accept in ("text/html", "application/json"):
        answer = ann.get(path, accept=accept)
        assert (answer.status_code, "canary" in answer.text) == (404, False)
    form = {"kind": "missed", "start": "0", "end": "6", "type": "PERSON", "revision": "0", "person": "console:ann"}
    for what in ("verdicts", "submit", "skip", "undo", "take"):
        assert ann.post(f"{path}/{what}", form).status_code in (400, 404)
    assert not redactor.parts.store.reviews(theirs.public_id)


def test_who_lost_a_tenant_takes_nothing_back_there(
    redactor: Redactor, sign_in: SignIn, database: SqliteBeside
) -> None:
    chat = redactor.conversation("c", "bank")
    turn = chat.redact("I am Crystal Minh")
    path = f"/conversations/{chat.public_id}/messages/{turn.turn_id}"
    ann = sign_in("reviewer", name="ann")
    ann.get("/queue")
    ann.post(f"{path}/verdicts", {"kind": "not_personal", "start": "5", "end": "15", "revision": "0"})
    ann = sign_in("reviewer", name="ann", tenants=("shop",))
    assert ann.post("/queue/undo").status_code == 404
    assert [each.kind for each in redactor.parts.store.reviews(chat.public_id)] == ["verdict"]


def test_a_name_that_stands_hundreds_of_times_in_a_message_is_judged_in_a_moment(
    redactor: Redactor, sign_in: SignIn
) -> None:
    chat = redactor.conversation("c")
    turn = chat.redact("Crystal Minh, " * 400)
    ann = sign_in("reviewer")
    form = {"kind": "not_personal", "start": "0", "end": "10", "revision": "0", "everywhere": "1"}
    began = time.process_time()
    ann.post(f"/conversations/{chat.public_id}/messages/{turn.turn_id}/verdicts", form)
    assert time.process_time() - began < 3.0, "it took 20 seconds where each was settled for itself"
    assert len(redactor.parts.store.reviews(chat.public_id)) == 400


@pytest.mark.parametrize("settings", [{"public_url": "https://review.example.com"}], indirect=True)
@pytest.mark.parametrize(
    ("origin", "status"), [("https://review.example.com", 403), ("http://review.example.com", 403), ("null", 403)]
)
def test_a_page_of_our_name_without_tls_is_another_site(origin: str, status: int, anybody: Browser) -> None:
    answer = anybody.post("/sign-in", {"name": "ann", "password": "x"}, host="review.example.com", origin=origin)
    is_own = "another site" not in answer.text
    assert (answer.status_code, is_own) == (status, origin.startswith("https:"))


def test_a_name_that_only_looks_the_same_takes_no_account_over(redactor: Redactor, database: SqliteBeside) -> None:
    section = OidcSection(issuer="https://login.example.com", client_id="c", client_secret_env="S")
    waits = Account("id-kate", "kate", roles=("admin",), oidc=entering.awaited(section.issuer, "kate"))
    with database.transaction() as ask:
        accounts.put(ask, waits)
        for roles in (None, ("viewer",)):
            with pytest.raises(SignOnError):
                entering.entered(ask, redactor.audit, section, Person("s-1", "\N{KELVIN SIGN}ate", roles), 0.0)
        assert accounts.find(ask, name="kate") == waits


@pytest.mark.parametrize("person", ["", "00", "zz" * 32, "ff" * 500])
def test_nobody_agrees_who_is_nobody(person: str, redactor: Redactor, sign_in: SignIn) -> None:
    redactor.conversation("c").redact("hello there")
    officer = sign_in("privacy-officer")
    form = {"tenant": "default", "person": person, "state": "granted", "version": "v1"}
    assert officer.post("/customers/consent", form).status_code == 400
    assert not redactor.parts.store.consents("default", 10)
