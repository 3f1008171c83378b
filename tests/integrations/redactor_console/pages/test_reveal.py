"""A value is shown to who may see it, for a reason, for some minutes, in one session; and the audit log knows first."""

import logging
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from redactor import Policy, Redactor
from redactor.audit import Entry
from redactor.audit.records import decoded
from redactor.crypto import LocalKey
from redactor.exceptions import AuditError
from redactor.storage.beside import SqliteBeside
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer, assert_no_leak
from redactor_console import notes
from redactor_console.pages import reveal
from redactor_console.settings import ConsoleSettings
from tests.integrations.redactor_console.conftest import Browser, Clock, SignIn

CANARY = "Zerafina Quillfeather"
SECRET = "hunter2-zq81"
KNOWN: dict[str | re.Pattern[str], str] = {CANARY: "PERSON", "8706847615": "ACCOUNT_ID", SECRET: "SECRET"}


@pytest.fixture
def policy() -> Policy:
    rules = {
        "SECRET": {"operator": "placeholder", "retention": "turn", "audiences": ["tool:sign_in"]},
        "ACCOUNT_ID": {"audiences": ["customer"]},
    }
    return Policy.from_dict({"defaults": {"audiences": ["customer", "reviewer"]}, "types": rules})


@pytest.fixture
def redactor(tmp_path: Path, clock: Clock, policy: Policy) -> Iterator[Redactor]:
    store = SqliteStore(tmp_path / "store.db")
    with Redactor(
        policy, recognizers=[FakeRecognizer(KNOWN)], store=store, key=LocalKey.ephemeral(), clock=clock
    ) as made:
        yield made


@pytest.fixture
def settings() -> ConsoleSettings:
    return ConsoleSettings(reveals_per_hour=3)


@pytest.fixture
def talk(redactor: Redactor) -> str:
    """A conversation's public id."""
    chat = redactor.conversation("c-1")
    chat.redact(f"I am {CANARY}, account 8706847615, password {SECRET}")
    return chat.public_id


@dataclass
class Revealing:
    """The page of one value, as one person sees it."""

    browser: Browser
    path: str

    @property
    def page(self) -> httpx2.Response:
        return self.browser.get(self.path)

    def form(self, **more: str) -> dict[str, str]:
        """The fields of the form as it is on the page now."""
        found = re.search(r'name="once" value="([0-9a-f]+)"', self.page.text)
        return {"action": "reveal", "reason": "check", "once": found[1] if found else "", **more}

    def reveal(self, **more: str) -> httpx2.Response:
        return self.browser.post(self.path, self.form(**more))


@pytest.fixture
def officer(sign_in: SignIn, talk: str) -> Revealing:
    return Revealing(sign_in("privacy-officer", name="olga"), f"/conversations/{talk}/reveal/PERSON_1")


def records(redactor: Redactor) -> list[tuple[str, str, Entry]]:
    """Action and actor of every record of the audit log, and the whole entry."""
    found = (decoded(row.record) for row in redactor.parts.store.audit(0, 1000))
    return [(record.entry.action, record.actor, record.entry) for record in found]


def test_a_value_is_shown_after_a_reason_and_its_record(officer: Revealing, redactor: Redactor, talk: str) -> None:
    assert CANARY not in officer.page.text
    answer = officer.reveal()
    assert (answer.status_code, answer.headers["location"]) == (303, officer.path)
    assert CANARY not in str(records(redactor))
    asked = records(redactor)[-1][2]
    assert (asked.action, asked.conversation, asked.subject) == ("console.reveal", talk, ("[PERSON_1]", "reason:check"))
    shown = officer.page
    assert CANARY in shown.text
    assert shown.headers["cache-control"] == "no-store"
    action, actor, entry = records(redactor)[-1]
    assert (action, actor, entry.audience, entry.subject) == ("restore", "console:olga", "reviewer", ("[PERSON_1]",))


def test_nothing_is_shown_where_the_audit_log_cannot_be_written(
    officer: Revealing, redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = officer.form()

    def fail(self: object, entry: Entry) -> int:
        raise AuditError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("redactor.audit.log.Audit.write", fail)
        assert officer.browser.post(officer.path, form).status_code == 503
    assert CANARY not in officer.page.text
    officer.reveal()
    with monkeypatch.context() as broken:
        broken.setattr("redactor.audit.log.Audit.write", fail)
        assert (officer.page.status_code, CANARY in officer.page.text) == (503, False)


def test_its_time_ends(officer: Revealing, clock: Clock) -> None:
    officer.reveal()
    clock.now += 299
    assert CANARY in officer.page.text
    clock.now += 1
    assert CANARY not in officer.page.text


def test_it_can_be_hidden_before(officer: Revealing) -> None:
    officer.reveal()
    officer.browser.post(officer.path, {"action": "hide"})
    assert CANARY not in officer.page.text


def test_another_session_of_the_same_person_sees_nothing(officer: Revealing, sign_in: SignIn) -> None:
    officer.reveal()
    other = sign_in("privacy-officer", name="olga")
    assert CANARY not in other.get(officer.path).text


def test_a_session_that_ended_sees_nothing(officer: Revealing, database: SqliteBeside) -> None:
    officer.reveal()
    officer.browser.post("/sign-out")
    assert officer.page.status_code == 303
    with database.transaction() as ask:
        assert ask("SELECT count(*) FROM reveal") == [(0,)]


def test_who_loses_the_role_sees_nothing(officer: Revealing, database: SqliteBeside) -> None:
    officer.reveal()
    with database.transaction() as ask:
        ask("UPDATE account SET roles = '[\"viewer\"]'")
    assert (officer.page.status_code, CANARY in officer.page.text) == (403, False)


def test_other_roles_may_not(sign_in: SignIn, talk: str, redactor: Redactor) -> None:
    for browser in map(sign_in, ("viewer", "reviewer", "adjudicator", "admin")):
        for path in (f"/conversations/{talk}/reveal/PERSON_1", f"/conversations/{talk}/reveal"):
            assert browser.get(path).status_code == 403
            assert browser.post(path, {"action": "reveal", "reason": "check", "once": "0" * 32}).status_code == 403
    assert records(redactor) == []


def test_a_get_reveals_nothing_whatever_it_carries(officer: Revealing, redactor: Redactor) -> None:
    query = "&".join(f"{name}={value}" for name, value in officer.form().items())
    assert CANARY not in officer.browser.get(f"{officer.path}?{query}&csrf={officer.browser.csrf}").text
    assert CANARY not in officer.page.text
    assert officer.browser.send("HEAD", officer.path).text == ""
    assert [action for action, _, _ in records(redactor)] == []


def test_a_form_without_the_sessions_token_is_refused(officer: Revealing) -> None:
    form = officer.form(csrf="made-up")
    assert officer.browser.post(officer.path, form).status_code == 403
    assert officer.browser.post(officer.path, officer.form(), origin="https://evil.example").status_code == 403
    assert CANARY not in officer.page.text


def test_another_tenants_value_is_not_there(redactor: Redactor, sign_in: SignIn) -> None:
    chat = redactor.conversation("c-2", tenant="other")
    chat.redact(f"I am {CANARY}")
    mine, path = sign_in("privacy-officer", tenants=("default",)), f"/conversations/{chat.public_id}/reveal"
    unknown = mine.get("/conversations/no-such-id/reveal/PERSON_1")
    for each in (f"{path}/PERSON_1", path):
        assert (mine.get(each).status_code, mine.get(each).text) == (404, unknown.text)
        assert mine.post(each, {"action": "reveal", "reason": "check", "once": "0" * 32}).status_code == 404


def test_a_form_is_taken_once(officer: Revealing, clock: Clock) -> None:
    form = officer.form()
    assert officer.browser.post(officer.path, form).status_code == 303
    clock.now += 400
    assert officer.browser.post(officer.path, form).status_code == 409
    assert CANARY not in officer.page.text


WRONG: Sequence[dict[str, str]] = [
    {"reason": ""},
    {"reason": "because"},
    {"reason": "other"},
    {"note": "x" * 501},
    {"once": ""},
    {"once": "' OR 1=1 --"},
]


def test_a_form_that_is_not_whole_is_refused(officer: Revealing, redactor: Redactor) -> None:
    for wrong in WRONG:
        answer = officer.reveal(**wrong)
        assert answer.status_code == 400
        assert "because" not in answer.text
    assert CANARY not in officer.page.text
    assert records(redactor) == []


NO_NAMES = ["PERSON_2", "PERSON_0", "PERSON_01", "person_1", "NO_SUCH_1", "PERSON", "PERSON_1%0a", "%2e%2e", "*"]


def test_a_placeholder_that_was_not_given_out_is_not_there(officer: Revealing, talk: str) -> None:
    form = officer.form()
    for path in (f"/conversations/{talk}/reveal/{name}" for name in NO_NAMES):
        assert officer.browser.get(path).status_code == 404
        assert officer.browser.post(path, form).status_code == 404


def test_the_policy_decides_and_the_page_says_which_setting(officer: Revealing, talk: str) -> None:
    path = f"/conversations/{talk}/reveal/ACCOUNT_ID_1"
    page = officer.browser.get(path)
    assert "[types.ACCOUNT_ID]" in page.text
    assert "<textarea" not in page.text
    assert officer.browser.post(path, officer.form()).status_code == 403
    assert "8706847615" not in officer.browser.get(path).text


def test_a_secret_is_never_shown(officer: Revealing, talk: str) -> None:
    path = f"/conversations/{talk}/reveal/SECRET_1"
    assert "never stored" in officer.browser.get(path).text
    assert officer.browser.post(path, officer.form()).status_code == 403


def test_so_many_an_hour_and_no_more(officer: Revealing, redactor: Redactor, clock: Clock) -> None:
    for _ in range(3):
        assert officer.reveal().status_code == 303
        officer.browser.post(officer.path, {"action": "hide"})
    refused = officer.reveal()
    assert refused.status_code == 429
    assert CANARY not in officer.page.text
    assert records(redactor)[-1][2].outcome == "limited"
    habits = officer.browser.get("/requests").text
    assert "olga" in habits
    assert "unusual</strong>" in habits
    clock.now += 1750  # shorter than a session may be idle
    officer.page  # noqa: B018  a request, so that the session is not idle
    clock.now += 1750
    assert officer.reveal().status_code == 429
    clock.now += 120
    assert officer.reveal().status_code == 303


def test_a_script_is_answered_in_json(officer: Revealing) -> None:
    answer = officer.browser.post(officer.path, officer.form(), accept="application/json")
    assert answer.json() == {"placeholder": "[PERSON_1]", "value": CANARY, "seconds": 300}
    officer.browser.post(officer.path, {"action": "hide"})
    assert officer.browser.get(officer.path, accept="application/json").json()["value"] is None


def test_a_value_that_is_markup_is_text_on_the_page(
    officer: Revealing, redactor: Redactor, talk: str, sign_in: SignIn
) -> None:
    chat = redactor.conversation_by_public_id(talk)
    chat.redact_known("<script>alert(1)</script>", "PERSON")
    evil = Revealing(officer.browser, f"/conversations/{talk}/reveal/PERSON_2")
    evil.reveal()
    assert "&lt;script&gt;alert(1)" in evil.page.text
    assert "<script>alert" not in evil.page.text


def test_what_somebody_writes_as_a_reason_is_redacted_and_goes_with_the_conversation(
    officer: Revealing, redactor: Redactor, database: SqliteBeside, tmp_path: Path, talk: str
) -> None:
    officer.reveal(reason="other", note=f"{CANARY} rang about [PERSON_1] and Unnoticed Name")
    with database.transaction() as ask:
        ((once, sealed),) = ask("SELECT id, note FROM revealed")
    read = notes.read(redactor, sealed, place=once, conversation=talk)
    assert read == "[PERSON_1] rang about [PERSON_1] and Unnoticed Name"
    assert_no_leak([CANARY, "Unnoticed Name"], records(redactor), tmp_path / "console.db", tmp_path / "console.db-wal")
    redactor.conversation_by_public_id(talk).forget()
    assert notes.read(redactor, sealed, place=once, conversation=talk) == ""


def test_a_revealed_value_is_in_no_file_log_or_address(
    officer: Revealing, redactor: Redactor, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [officer.reveal(note=f"it is {CANARY}"), officer.page, officer.reveal(reason="no")]
    assert CANARY in answers[1].text
    assert_no_leak([CANARY], tmp_path, records(redactor), caplog.records, [str(each.headers) for each in answers])
    assert_no_leak([CANARY], [str(each.url) for each in answers], answers[2].text)
    assert list(tmp_path.glob("*.db"))


# a whole conversation


@pytest.fixture
def ida(sign_in: SignIn) -> Browser:
    return sign_in("privacy-officer", name="ida")


def only_request(browser: Browser) -> str:
    found = re.findall(r'action="/requests/([0-9a-f]+)"', browser.get("/requests").text)
    assert len(found) == 1
    return str(found[0])


def test_a_whole_conversation_takes_two_people(
    officer: Revealing, ida: Browser, redactor: Redactor, talk: str, clock: Clock
) -> None:
    whole = Revealing(officer.browser, f"/conversations/{talk}/reveal")
    assert whole.reveal().status_code == 403
    assert whole.reveal(action="ask", note=f"about {CANARY}").headers["location"] == "/requests"
    id_ = only_request(ida)
    assert "about [PERSON_1]" in ida.get("/requests").text
    assert officer.browser.post(f"/requests/{id_}", {"answer": "allow"}).status_code == 403
    assert whole.reveal().status_code == 403
    assert ida.post(f"/requests/{id_}", {"answer": "allow"}).status_code == 303
    assert ida.post(f"/conversations/{talk}/reveal", whole.form()).status_code == 403  # it is the asker's alone
    assert whole.reveal().status_code == 303
    before = len(records(redactor))
    shown = whole.page
    assert CANARY in shown.text
    assert "8706847615" not in shown.text
    assert SECRET not in shown.text
    assert [each[2].subject for each in records(redactor)[before:]] == [("[PERSON_1]",)]
    told = [(actor, entry.outcome) for action, actor, entry in records(redactor) if action == "console.request"]
    assert told == [("console:olga", "waiting"), ("console:ida", "allowed")]
    clock.now += 301
    assert CANARY not in whole.page.text


def test_a_whole_conversation_is_shown_in_pages(
    officer: Revealing, ida: Browser, redactor: Redactor, talk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reveal, "TURNS", 2)
    chat = redactor.conversation_by_public_id(talk)
    for number in range(2, 4):
        chat.redact(f"line {number}")
    whole = Revealing(officer.browser, f"/conversations/{talk}/reveal")
    whole.reveal(action="ask")
    ida.post(f"/requests/{only_request(ida)}", {"answer": "allow"})
    whole.reveal()
    assert ("line 2<" in whole.page.text, "line 3<" in whole.page.text) == (True, False)
    assert "line 3<" in officer.browser.get(f"{whole.path}?at=3").text
    assert officer.browser.get(f"{whole.path}?at=-1").status_code == 400


def test_the_policy_decides_on_whole_conversations_too(
    tmp_path: Path, sign_in: SignIn, officer: Revealing, talk: str, monkeypatch: pytest.MonkeyPatch, policy: Policy
) -> None:
    monkeypatch.setattr(Policy, "may_restore", lambda self, name, audience: False)
    whole = Revealing(officer.browser, f"/conversations/{talk}/reveal")
    assert "[defaults]" in whole.page.text
    assert whole.reveal(action="ask").status_code == 403


def test_the_database_holds_no_value(officer: Revealing, tmp_path: Path) -> None:
    officer.reveal()
    assert CANARY in officer.page.text
    tables = sqlite3.connect(tmp_path / "console.db")
    assert tables.execute("SELECT placeholder FROM reveal").fetchall() == [("[PERSON_1]",)]
    tables.close()
    assert_no_leak([CANARY], tmp_path / "console.db", tmp_path / "console.db-wal")


def test_the_links_lead_there(
    officer: Revealing, redactor: Redactor, talk: str, sign_in: SignIn, app: Starlette
) -> None:
    turn = redactor.parts.store.turns(talk)[0]
    page = officer.browser.get(f"/conversations/{talk}/messages/{turn.turn_id}").text
    assert f'href="{officer.path}"' in page
    assert f'href="/conversations/{talk}/reveal"' in officer.browser.get(f"/conversations/{talk}").text
    viewer = sign_in("viewer")
    assert "/reveal" not in viewer.get(f"/conversations/{talk}").text
    assert "/reveal" not in viewer.get(f"/conversations/{talk}/messages/{turn.turn_id}").text
