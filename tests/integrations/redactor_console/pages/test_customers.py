"""A customer's rights in the console: found, copied, corrected, erased; by who may, after a code, and written down."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

from redactor import Redactor
from redactor.audit import checking
from redactor.privacy.consent import Consent, Subject
from redactor.privacy.receipts import read
from redactor.secret import Secret
from redactor.storage.beside import SqliteBeside
from redactor.testing import assert_no_leak
from redactor_console.accounts import accounts, sealing, second_factor
from redactor_console.accounts.accounts import Account
from tests.integrations.redactor_console.conftest import Browser, Clock, SignIn

ACCOUNT, NAME, RIGHT = "8706847615", "Crystal Minh", "5551234987"
SECRET = second_factor.new_secret()
MINE = {"tenant": "default", "type": "ACCOUNT_ID"}


class Officer:
    """A privacy officer with an authenticator app."""

    def __init__(self, browser: Browser, clock: Clock) -> None:
        self.browser, self._clock = browser, clock

    def code(self) -> str:
        """A new one each time."""
        self._clock.now += second_factor.STEP
        return pyotp.TOTP(SECRET).at(int(self._clock.now))

    def found(self, identifier: str = ACCOUNT, **more: str) -> dict[str, str]:
        """Look for somebody; gives what names them on the page."""
        page = self.browser.post("/customers/find", {**MINE, "identifier": identifier, **more})
        assert page.status_code == 200
        named = re.findall(r'<input type="hidden" name="(tenant|person|case)" value="([^"]*)"', page.text)
        assert named, page.text
        return dict(named)


@pytest.fixture
def officer(sign_in: SignIn, redactor: Redactor, database: SqliteBeside, clock: Clock) -> Officer:
    return an_officer(sign_in, redactor, database, clock, "olga")


def an_officer(
    sign_in: SignIn, redactor: Redactor, database: SqliteBeside, clock: Clock, name: str, tenants: tuple[str, ...] = ()
) -> Officer:
    browser = sign_in("privacy-officer", name=name, tenants=tenants)
    with database.transaction() as ask:
        account = accounts.find(ask, name=name)
        assert account is not None
        totp = sealing.sealed(redactor, account.id, Secret(SECRET))
        accounts.put(ask, Account(account.id, name, roles=account.roles, tenants=tenants, totp=totp, made=clock()))
    browser.get("/customers")  # the token of a form
    return Officer(browser, clock)


@pytest.fixture
def spoken(redactor: Redactor) -> str:
    """A customer's conversation; gives its public id."""
    chat = redactor.conversation("hers")
    chat.redact(f"I am {NAME}, account {ACCOUNT}", channel="whatsapp")
    redactor.conversation("theirs", tenant="acme").redact(f"Account {ACCOUNT}")
    Consent(redactor).grant(Subject(ACCOUNT, "ACCOUNT_ID"), "v2")
    return chat.public_id


def recorded(redactor: Redactor) -> list[dict[str, Any]]:
    return [json.loads(row.record) for row in checking.pages(redactor.parts.store)]


def actions(redactor: Redactor) -> list[str]:
    return [str(each["action"]) for each in recorded(redactor)]


def test_somebody_is_found_and_that_is_written_down_first(officer: Officer, redactor: Redactor, spoken: str) -> None:
    page = officer.browser.post("/customers/find", {**MINE, "identifier": f"  {ACCOUNT} "})
    assert page.status_code == 200
    for said in (spoken, "whatsapp", "[ACCOUNT_ID_1]", "customer 1", "PERSON 1", "granted", "v2"):
        assert said in page.text
    assert_no_leak([ACCOUNT, NAME], page.text, page.headers)
    assert recorded(redactor)[-1]["actor"] == "console:olga"
    assert actions(redactor)[-1] == "privacy.find"


def test_nobody_is_found_in_another_words(officer: Officer, spoken: str) -> None:
    assert "No conversation names it" in officer.browser.post("/customers/find", {**MINE, "identifier": "1"}).text
    for wrong in ({"tenant": "slip"}, {"tenant": "redactor-console"}):
        assert officer.browser.post("/customers/find", {**MINE, **wrong, "identifier": ACCOUNT}).status_code == 404
    for form in ({"type": "PERSON"}, {"identifier": ""}, {"identifier": "x" * 501}):
        assert officer.browser.post("/customers/find", {**MINE, "identifier": ACCOUNT, **form}).status_code == 400


def test_the_identifier_is_taken_from_a_form_only(officer: Officer, spoken: str) -> None:
    assert officer.browser.get(f"/customers?identifier={ACCOUNT}").text.count(ACCOUNT) == 0
    assert officer.browser.get(f"/customers/find?identifier={ACCOUNT}").status_code == 405


def test_erasing_shows_first_then_asks_for_a_code_then_gives_a_receipt(
    officer: Officer, redactor: Redactor, spoken: str
) -> None:
    officer.browser.post("/customers/cases", {"tenant": "default", "kind": "erase", "reference": "DSR-7"})
    case = re.findall(r'/customers/cases/([0-9a-f]+)"', officer.browser.get("/customers").text)[0]
    form = {**officer.found(case=case), "conversation": spoken, "consent": "yes", "do": "erase"}
    planned = officer.browser.post("/customers/plan", form)
    assert "Nothing has happened yet" in planned.text
    assert "<dt>turns</dt><dd>1</dd>" in planned.text
    assert officer.browser.post("/customers/do", {**form, "code": "000000"}).status_code == 403
    assert redactor.conversation("hers").restore("[PERSON_1]", record=False).text == NAME
    done = officer.browser.post("/customers/do", {**form, "code": officer.code()})
    assert done.status_code == 303
    shown = officer.browser.get(done.headers["location"])
    assert "DSR-7" in shown.text
    assert spoken in shown.text
    file = officer.browser.get(f"{done.headers['location']}?as=file")
    assert read(file.json()).body["counts"] == {
        "conversations": 1,
        "turns": 1,
        "values": 2,
        "reviews": 0,
        "consents": 1,
    }
    assert "attachment" in file.headers["content-disposition"]
    assert actions(redactor)[-3:] == ["forget", "consent.erase", "privacy.erase"]
    again = officer.browser.post("/customers/do", {**form, "code": officer.code()})
    assert again.status_code == 404, "it is gone"
    assert_no_leak([ACCOUNT, NAME], planned.text, shown.text, file.text, recorded(redactor))


def test_a_copy_is_a_download_for_a_code_and_each_code_works_once(
    officer: Officer, redactor: Redactor, spoken: str
) -> None:
    form = {**officer.found(), "conversation": spoken, "do": "copy"}
    asked = officer.browser.post("/customers/plan", form)
    assert_no_leak([ACCOUNT, NAME], asked.text)
    code = officer.code()
    copy = officer.browser.post("/customers/do", {**form, "code": code})
    assert copy.status_code == 200
    assert copy.headers["content-type"] == "application/json"
    assert re.fullmatch(r'attachment; filename="copy-\d+\.json"', copy.headers["content-disposition"])
    assert copy.headers["cache-control"] == "no-store"
    assert copy.json()["conversations"][0]["turns"][0]["text"] == f"I am {NAME}, account {ACCOUNT}"
    assert "privacy.copy" in actions(redactor)
    assert officer.browser.post("/customers/do", {**form, "code": code}).status_code == 403


def test_without_the_audit_log_there_is_no_copy(officer: Officer, spoken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    form = {**officer.found(), "conversation": spoken, "do": "copy", "code": officer.code()}

    def broken(*_: object) -> int:
        from redactor.exceptions import AuditError

        raise AuditError("the disk is full")

    monkeypatch.setattr("redactor.audit.log.Audit.append", broken)
    refused = officer.browser.post("/customers/do", form)
    assert refused.status_code == 503
    assert_no_leak([ACCOUNT, NAME], refused.text)
    assert officer.browser.post("/customers/find", {**MINE, "identifier": ACCOUNT}).status_code == 503


def test_a_value_is_corrected_for_a_code(officer: Officer, redactor: Redactor, spoken: str) -> None:
    form = {**officer.found(), "conversation": spoken, "placeholder": "[ACCOUNT_ID_1]", "value": RIGHT}
    assert officer.browser.post("/customers/correct", {**form, "code": "1"}).status_code == 403
    done = officer.browser.post("/customers/correct", {**form, "code": officer.code()})
    assert done.status_code == 303
    assert redactor.conversation("hers").restore("[ACCOUNT_ID_1]", record=False).text == RIGHT
    for wrong in ({"placeholder": "[PERSON_9]"}, {"placeholder": NAME}, {"value": " "}):
        refused = officer.browser.post(
            "/customers/correct", {**form, **officer.found(RIGHT), **wrong, "code": officer.code()}
        )
        assert refused.status_code == 400
        assert_no_leak([RIGHT, NAME], refused.text)


def test_a_consent_is_corrected(officer: Officer, redactor: Redactor, spoken: str) -> None:
    consent, who = Consent(redactor), Subject(ACCOUNT, "ACCOUNT_ID")
    form = officer.found()
    for state, known in (("refused", "refused"), ("granted", "granted"), ("erase", "unknown")):
        assert officer.browser.post("/customers/consent", {**form, "state": state, "version": "v3"}).status_code == 200
        assert consent.state(who).state == known
    assert officer.browser.post("/customers/consent", {**form, "state": "else"}).status_code == 400
    assert (
        officer.browser.post("/customers/consent", {**form, "state": "granted", "version": "x" * 65}).status_code == 400
    )


def test_who_does_not_see_a_tenant_reaches_nobody_of_it(
    sign_in: SignIn, redactor: Redactor, database: SqliteBeside, clock: Clock, spoken: str, officer: Officer
) -> None:
    form = {**MINE, **officer.found(), "conversation": spoken, "do": "erase", "state": "granted", "identifier": ACCOUNT}
    other = an_officer(sign_in, redactor, database, clock, "otto", ("acme",))
    assert "default" not in other.browser.get("/customers").text
    before = len(recorded(redactor))
    for door in ("find", "plan", "do", "correct", "consent"):
        refused = other.browser.post(f"/customers/{door}", {**form, "code": other.code()})
        assert refused.status_code == 404, door
    assert len(recorded(redactor)) == before
    for door in ("plan", "do", "correct"):
        mixed = other.browser.post(f"/customers/{door}", {**form, "tenant": "acme", "code": other.code()})
        assert mixed.status_code == 404, "a conversation of another tenant"
    assert redactor.conversation("hers").restore("[PERSON_1]", record=False).text == NAME


def test_a_case_is_for_its_own_tenant(officer: Officer, spoken: str) -> None:
    officer.browser.post("/customers/cases", {"tenant": "acme", "kind": "access", "reference": "DSR-6"})
    case = re.findall(r'/customers/cases/([0-9a-f]+)"', officer.browser.get("/customers").text)[0]
    assert officer.browser.post("/customers/find", {**MINE, "identifier": ACCOUNT, "case": case}).status_code == 404


def test_cases_and_receipts_of_other_tenants_are_not_there(
    sign_in: SignIn, redactor: Redactor, database: SqliteBeside, clock: Clock, spoken: str, officer: Officer
) -> None:
    officer.browser.post("/customers/cases", {"tenant": "default", "kind": "access", "reference": "DSR-8"})
    case = re.findall(r'/customers/cases/([0-9a-f]+)"', officer.browser.get("/customers").text)[0]
    form = {**officer.found(), "conversation": spoken, "do": "erase"}
    receipt = officer.browser.post("/customers/do", {**form, "code": officer.code()}).headers["location"]
    other = an_officer(sign_in, redactor, database, clock, "otto", ("acme",))
    assert other.browser.get(receipt).status_code == 404
    assert other.browser.post(f"/customers/cases/{case}", {"do": "close"}).status_code == 404
    assert "DSR-8" not in other.browser.get("/customers").text
    looked = other.browser.post("/customers/find", {**MINE, "tenant": "acme", "identifier": ACCOUNT, "case": case})
    assert looked.status_code == 404


def test_a_case_has_its_days(officer: Officer, redactor: Redactor, spoken: str, clock: Clock) -> None:
    form = {"tenant": "default", "kind": "access", "reference": "DSR-9", "received": "2026-12-31"}
    clock.now = 1_799_000_000.0  # 2027-01-03
    assert officer.browser.post("/customers/cases", form).status_code == 303
    page = officer.browser.get("/customers").text
    assert "2027-01-31" in page
    assert "28 days left" in page
    for wrong in (
        {"reference": "DSR-9"},
        {"reference": "Crystal Minh"},
        {"reference": ""},
        {"reference": "D", "received": "2027-01-04"},
        {"reference": "D", "received": "soon"},
        {"reference": "D", "kind": "else"},
    ):
        assert officer.browser.post("/customers/cases", {**form, **wrong}).status_code == 400
    case = re.findall(r'/customers/cases/([0-9a-f]+)"', officer.browser.get("/customers").text)[0]
    officer.browser.post(f"/customers/cases/{case}", {"do": "extend"})
    assert "2027-03-31" in officer.browser.get("/customers").text
    assert officer.browser.post(f"/customers/cases/{case}", {"do": "close"}).status_code == 303
    assert officer.browser.post(f"/customers/cases/{case}", {"do": "close"}).status_code == 404
    assert "privacy.case.begin" in actions(redactor)


def test_consents_are_listed_by_reference(officer: Officer, redactor: Redactor, spoken: str) -> None:
    page = officer.browser.get("/consents?tenant=default")
    (row,) = redactor.parts.store.consents("default", 10)
    assert row.ref in page.text
    assert "<td>v2</td><td>granted</td><td>1</td>" in page.text
    assert actions(redactor)[-1] == "console.consents"
    assert officer.browser.get("/consents?tenant=slip").status_code == 404


def test_others_may_not(sign_in: SignIn, redactor: Redactor, spoken: str, officer: Officer) -> None:
    form = {**MINE, **officer.found(), "conversation": spoken, "do": "erase", "code": officer.code()}
    browser = sign_in("viewer", "reviewer", "adjudicator", "admin")
    browser.get("/")
    for door in ("find", "plan", "do", "correct", "consent", "cases"):
        assert browser.post(f"/customers/{door}", form).status_code == 403
    assert redactor.conversation("hers").restore("[PERSON_1]", record=False).text == NAME


def test_a_form_without_the_sessions_token_does_nothing(officer: Officer, redactor: Redactor, spoken: str) -> None:
    form = {**officer.found(), "conversation": spoken, "do": "erase", "code": officer.code()}
    assert officer.browser.post("/customers/do", {**form, "csrf": "x"}).status_code == 403
    assert officer.browser.post("/customers/do", form, origin="https://evil.example").status_code == 403
    assert redactor.conversation("hers").restore("[PERSON_1]", record=False).text == NAME


def test_a_text_that_somebody_chose_is_only_text(officer: Officer, redactor: Redactor) -> None:
    redactor.conversation("x").redact(f"Account {ACCOUNT}", channel='"><script>alert(1)</script>')
    page = officer.browser.post("/customers/find", {**MINE, "identifier": ACCOUNT})
    assert "<script>alert" not in page.text
    again = officer.browser.post("/customers/consent", {**officer.found(), "state": "granted", "version": "<b>v</b>"})
    assert "<b>v" not in again.text + officer.browser.get("/consents").text


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def test_the_identifier_is_in_no_file_and_no_log_afterwards(
    officer: Officer, redactor: Redactor, spoken: str, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    form = {**officer.found(), "conversation": spoken, "consent": "yes"}
    officer.browser.post("/customers/do", {**form, "do": "copy", "code": officer.code()})
    officer.browser.post(
        "/customers/correct", {**form, "placeholder": "[PERSON_1]", "value": NAME, "code": officer.code()}
    )
    officer.browser.post("/customers/do", {**form, "do": "erase", "code": officer.code()})
    assert officer.browser.post("/customers/find", {**MINE, "identifier": ACCOUNT}).text.count(spoken) == 0
    assert_no_leak([ACCOUNT, NAME], tmp_path, logged.text)
