"""The audit log's page: who sees which records, what fits a filter, what was changed, a checkpoint to keep."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from redactor import Redactor
from redactor.audit import Entry, acting
from redactor.audit.checkpoints import from_public
from redactor.crypto import LocalKey
from redactor.storage.memory import MemoryStore
from tests.integrations.redactor_console.conftest import Browser, Clock, SignIn

DAY = 86_400.0


@pytest.fixture
def auditor(sign_in: SignIn, redactor: Redactor, clock: Clock) -> Browser:
    """Somebody who may read it, and records of three tenants' days."""
    for number, tenant in enumerate(("default", "acme", "")):
        with acting(f"desk:{number}"):
            redactor.audit.write(Entry(f"test.{number}", tenant, f"conversation-{number}", ("a", "b"), "agent", "seen"))
        clock.now += DAY
    browser = sign_in("privacy-officer", name="olga")
    browser.get("/audit")
    return browser


def shown(browser: Browser, query: str = "") -> list[int]:
    page = browser.get(f"/audit{query}")
    return [number for number in range(3) if f"<td>test.{number}</td>" in page.text]


def test_records_are_shown_newest_first_with_all_they_say(auditor: Browser) -> None:
    page = auditor.get("/audit").text
    assert page.index("test.2") < page.index("test.1") < page.index("test.0")
    for said in ("desk:0", "conversation-0", "a, b", "agent", "seen", "2027-01-15 08:00 UTC"):
        assert said in page


FILTERS: dict[str, list[int]] = {
    "?action=test.": [0, 1, 2],
    "?action=test.1": [1],
    "?actor=desk:2": [2],
    "?tenant=acme": [1],
    "?conversation=conversation-0": [0],
    "?since=2027-01-16": [1, 2],
    "?until=2027-01-15": [0],
    "?since=2027-01-16&until=2027-01-16": [1],
    "?before=2": [0],
    "?action=nothing": [],
    "?before=-1": [0, 1, 2],
}


def test_filters_leave_what_fits(auditor: Browser) -> None:
    assert {query: shown(auditor, query) for query in FILTERS} == FILTERS


def test_what_cannot_be_a_day_is_said(auditor: Browser) -> None:
    assert auditor.get("/audit?since=yesterday").status_code == 400


def test_who_sees_one_tenant_sees_its_records_only(auditor: Browser, sign_in: SignIn) -> None:
    assert shown(sign_in("privacy-officer", name="otto", tenants=("acme",))) == [1]
    assert shown(sign_in("privacy-officer", name="otto", tenants=("acme",)), "?tenant=default") == []


def test_many_are_shown_a_page_at_a_time(auditor: Browser, redactor: Redactor) -> None:
    with redactor.parts.store.transaction() as tx:
        for _ in range(150):
            redactor.audit.append(tx, Entry("more"))
    first = auditor.get("/audit?action=more")
    assert first.text.count("<td>more</td>") == 100
    assert "action=more&amp;before=54" in first.text
    assert auditor.get("/audit?action=more&before=54").text.count("<td>more</td>") == 50


def test_an_unchanged_log_verifies_and_a_changed_one_does_not(auditor: Browser, tmp_path: Path) -> None:
    good = auditor.post("/audit/verify")
    assert "Nothing was changed" in good.text
    assert "checkpoint that was kept elsewhere" in good.text
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as database:
        database.execute("DROP TRIGGER audit_no_update")
        (record,) = database.execute("SELECT record FROM audit WHERE seq = 2").fetchone()
        changed = bytes(record).replace(b"desk:1", b"desk:9")
        database.execute("UPDATE audit SET record = ? WHERE seq = 2", (changed,))
    assert "problems</h2>" in auditor.post("/audit/verify").text


def test_a_checkpoint_shows_that_the_end_was_cut_off(auditor: Browser, redactor: Redactor, clock: Clock) -> None:
    file = auditor.post("/audit/checkpoint")
    assert file.headers["content-disposition"].startswith('attachment; filename="checkpoint-')
    point = from_public(file.json())
    assert "Nothing was changed" in auditor.post("/audit/verify", {"checkpoint": file.text}).text
    key = redactor.audit.key()
    assert key is not None
    with Redactor(recognizers=[], store=MemoryStore(), key=LocalKey.ephemeral(), clock=clock) as other:
        other.audit.write(Entry("other"))
        foreign = json.dumps(other.audit.checkpoint().public())
    assert "another store" in auditor.post("/audit/verify", {"checkpoint": foreign}).text
    changed = file.text.replace(point.head, "0" * 64)
    for wrong in (changed, "no json", "[]", "x" * 30_000):
        assert auditor.post("/audit/verify", {"checkpoint": wrong}).status_code == 400


def test_who_asked_whether_it_was_changed_is_in_it(auditor: Browser, redactor: Redactor) -> None:
    auditor.post("/audit/verify")
    page = auditor.get("/audit?action=console.audit&actor=console:olga").text
    assert "verify, 0 problems" in page


def test_what_a_record_says_is_only_text(auditor: Browser, redactor: Redactor) -> None:
    with acting("<script>alert(1)</script>"):
        redactor.audit.write(Entry("x", conversation='"><img src=x>', subject=("<b>",)))
    page = auditor.get("/audit").text
    assert not any(each in page for each in ("<script>alert", "<img src=x", "<b>"))


def test_a_restore_for_a_reviewer_is_seen(sign_in: SignIn, redactor: Redactor) -> None:
    redactor.conversation("c").restore("[PERSON_1]", "reviewer")
    assert "<td>restore</td>" in sign_in("admin").get("/audit").text
