"""What needs two people: never the same one, exactly what was asked, for a limited time, and in the audit log."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import Response

from redactor import Redactor
from redactor.audit import Entry
from redactor.audit.records import decoded
from redactor.exceptions import AuditError
from redactor.storage.beside import SqliteBeside
from redactor.testing import assert_no_leak
from redactor_console import second_person
from redactor_console.app import create_app
from redactor_console.pages import PAGES
from redactor_console.settings import ConsoleSettings
from redactor_console.web.visit import Page, Visit
from tests.integrations.redactor_console.conftest import Browser, Clock, SignIn

ROWS: Mapping[str, str | int] = {"type": "PERSON", "rows": 2000}


def _ask(visit: Visit) -> Response:
    id_ = second_person.ask_for(
        visit,
        visit.form["kind"],
        {**ROWS, "rows": int(visit.form.get("rows", "2000"))},
        *second_person.form_reason(visit),
        typed=visit.form.get("typed", ""),
    )
    return visit.as_json(id_)


def _check(visit: Visit) -> Response:
    body = {**ROWS, "rows": int(visit.query.get("rows", "2000"))}
    return visit.as_json(second_person.allowed(visit, "download", body, visit.query.get("typed", "")))


@pytest.fixture
def app(settings: ConsoleSettings, redactor: Redactor, database: SqliteBeside, clock: Clock) -> Starlette:
    """With a page that asks for a download, and says whether it is allowed."""
    pages: Sequence[Page] = (*PAGES, Page("/downloading", "read", get=_check, post=_ask))
    return create_app(settings, redactor, database, clock=clock, pages=pages)


@pytest.fixture
def asker(sign_in: SignIn) -> Browser:
    return sign_in("viewer", name="vera")


@pytest.fixture
def officer(sign_in: SignIn) -> Browser:
    return sign_in("privacy-officer", name="olga")


def ask(browser: Browser, **more: str) -> str:
    answer = browser.post("/downloading", {"kind": "download", "reason": "fault", **more})
    assert answer.status_code == 200, answer.text
    return str(answer.json())


def allow(browser: Browser, id_: str, answer: str = "allow") -> int:
    return browser.post(f"/requests/{id_}", {"answer": answer}).status_code


def is_allowed(browser: Browser, query: str = "") -> bool:
    return bool(browser.get(f"/downloading{query}").json())


def told(redactor: Redactor) -> list[tuple[str, str]]:
    found = [decoded(row.record) for row in redactor.parts.store.audit(0, 1000)]
    return [(each.actor, each.entry.outcome) for each in found if each.entry.action == "console.request"]


def test_what_one_asks_and_another_allows_is_allowed(asker: Browser, officer: Browser, redactor: Redactor) -> None:
    id_ = ask(asker)
    assert not is_allowed(asker)
    assert allow(officer, id_) == 303
    assert is_allowed(asker)
    assert told(redactor) == [("console:vera", "waiting"), ("console:olga", "allowed")]


def test_it_is_allowed_to_who_asked_for_exactly_what_was_asked(
    asker: Browser, officer: Browser, sign_in: SignIn
) -> None:
    allow(officer, ask(asker, typed="refund"))
    assert is_allowed(asker, "?typed=refund")
    assert not is_allowed(asker)
    assert not is_allowed(asker, "?typed=refunds")
    assert not is_allowed(asker, "?typed=refund&rows=2001")
    assert not is_allowed(officer, "?typed=refund")
    assert not is_allowed(sign_in("viewer", name="victor"), "?typed=refund")


def test_nobody_allows_their_own(officer: Browser, sign_in: SignIn, redactor: Redactor) -> None:
    id_ = ask(officer)
    assert allow(officer, id_) == 403
    assert allow(sign_in("privacy-officer", name="olga"), id_) == 403  # another session of the same person
    assert not is_allowed(officer)
    assert "Waits for you" in officer.get("/requests").text
    assert f'action="/requests/{id_}"' not in officer.get("/requests").text
    assert told(redactor) == [("console:olga", "waiting")]


def test_other_roles_may_not_allow(asker: Browser, sign_in: SignIn) -> None:
    id_ = ask(asker)
    for other in map(sign_in, ("viewer", "reviewer", "adjudicator", "admin")):
        assert allow(other, id_) == 403
        assert "vera" not in other.get("/requests").text
    assert not is_allowed(asker)


def test_a_made_up_request_is_not_there(asker: Browser, officer: Browser) -> None:
    ask(asker)
    for id_ in ("0" * 16, "1 OR 1=1", "%2e%2e", "' --"):
        assert allow(officer, id_) == 404
        assert asker.post(f"/requests/{id_}/withdraw").status_code == 404


def test_a_decision_is_made_once(asker: Browser, officer: Browser, sign_in: SignIn) -> None:
    id_ = ask(asker)
    assert allow(officer, id_, "refuse") == 303
    assert allow(sign_in("privacy-officer", name="ida"), id_) == 409
    assert allow(officer, id_) == 409
    assert not is_allowed(asker)
    assert "refused, olga" in asker.get("/requests").text


def test_by_get_nothing_is_decided(asker: Browser, officer: Browser) -> None:
    id_ = ask(asker)
    assert officer.get(f"/requests/{id_}?answer=allow&csrf={officer.csrf}").status_code == 405
    assert officer.post(f"/requests/{id_}", {"answer": "perhaps"}).status_code == 400
    assert officer.post(f"/requests/{id_}", {"answer": "allow", "csrf": asker.csrf}).status_code == 403
    assert not is_allowed(asker)


def test_leave_ends_with_its_hour(asker: Browser, officer: Browser, sign_in: SignIn, clock: Clock) -> None:
    allow(officer, ask(asker))
    clock.now += second_person.ALLOWED - 1
    assert is_allowed(sign_in("viewer", name="vera"))
    clock.now += 2
    assert not is_allowed(sign_in("viewer", name="vera"))
    assert "its time is over" in sign_in("viewer", name="vera").get("/requests").text


def test_a_request_that_nobody_decided_ends(asker: Browser, sign_in: SignIn, clock: Clock) -> None:
    id_ = ask(asker)
    clock.now += second_person.WAITS
    assert allow(sign_in("privacy-officer", name="olga"), id_) == 409


def test_who_allowed_it_must_still_be_somebody_who_may(
    asker: Browser, officer: Browser, database: SqliteBeside
) -> None:
    allow(officer, ask(asker))
    with database.transaction() as query:
        query("UPDATE account SET disabled = 1 WHERE name = 'olga'")
    assert not is_allowed(asker)


def test_who_lost_the_role_may_not_do_what_was_allowed(sign_in: SignIn, officer: Browser, redactor: Redactor) -> None:
    asker = sign_in("viewer", name="vera")
    assert asker.post("/downloading", {"kind": "export", "reason": "fault"}).status_code == 403
    allow(officer, ask(asker))
    sign_in("nobody", name="vera")
    assert asker.get("/downloading").status_code == 403


def test_a_request_can_be_taken_back(asker: Browser, officer: Browser, sign_in: SignIn) -> None:
    id_ = ask(asker)
    assert sign_in("viewer", name="victor").post(f"/requests/{id_}/withdraw").status_code == 404
    allow(officer, id_)
    assert asker.post(f"/requests/{id_}/withdraw").status_code == 303
    assert not is_allowed(asker)
    assert allow(officer, id_) == 409


def test_only_who_sees_all_that_the_asker_sees_may_decide(sign_in: SignIn) -> None:
    wide = sign_in("viewer", name="wide", tenants=("default", "other"))
    id_ = ask(wide)
    narrow = sign_in("privacy-officer", name="narrow", tenants=("default",))
    assert "wide" not in narrow.get("/requests").text
    assert allow(narrow, id_) == 404
    assert allow(sign_in("privacy-officer", name="broad", tenants=("default", "other", "third")), id_) == 303
    assert is_allowed(wide)
    everything = ask(sign_in("viewer", name="all"))
    assert allow(sign_in("privacy-officer", name="broad", tenants=("default", "other", "third")), everything) == 404


def test_the_same_is_asked_once_and_not_without_end(asker: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(asker) == ask(asker)
    monkeypatch.setattr(second_person, "_MOST", 2)
    ask(asker, rows="3000")
    answer = asker.post("/downloading", {"kind": "download", "reason": "fault", "rows": "9999"})
    assert answer.status_code == 429


def test_without_its_record_nothing_is_decided(
    asker: Browser, officer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = ask(asker)

    def fail(self: object, entry: Entry) -> int:
        raise AuditError("the disk is full")

    monkeypatch.setattr("redactor.audit.log.Audit.write", fail)
    assert allow(officer, id_) == 503
    assert not is_allowed(asker)


def test_what_was_typed_is_in_no_file_and_on_no_page(
    asker: Browser, officer: Browser, redactor: Redactor, tmp_path: Path
) -> None:
    typed, written = "Ottokar Unheard", "Crystal Minh"
    id_ = ask(asker, typed=typed, note=f"for {written}")
    page = officer.get("/requests").text
    assert re.search(r"for \[PERSON_\d+\]", page)
    assert "are not shown here" in page
    allow(officer, id_)
    assert_no_leak([typed, written], tmp_path, page, asker.get("/requests").text)


def test_a_request_has_a_reason(asker: Browser) -> None:
    wrongs: Sequence[dict[str, str]] = ({"reason": ""}, {"reason": "other"}, {"note": "x" * 501})
    for wrong in wrongs:
        answer = asker.post("/downloading", {"kind": "download", "reason": "fault", **wrong})
        assert answer.status_code == 400
