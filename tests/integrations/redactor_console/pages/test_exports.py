"""Exports of reviews: no value in any form of them, of one's own tenants, many only with a second person."""

import io
import json
import zipfile

import pytest

from redactor import Redactor
from redactor.audit import acting
from redactor.reviews import Reviews
from redactor.testing import assert_no_leak
from redactor_console.pages import exports
from redactor_console.second_person import REASONS
from tests.integrations.redactor_console.conftest import SignIn

VALUES = ["Crystal Minh", "8706847615"]


def reviewed(redactor: Redactor, *tenants: str) -> None:
    for tenant in tenants:
        chat = redactor.conversation("c", tenant)
        turn = chat.redact("I am Crystal Minh, number 8706847615")
        with acting("console:ann"):
            Reviews(redactor).submit(chat.public_id, turn.turn_id)


def test_every_form_is_a_file_without_a_value(sign_in: SignIn, redactor: Redactor) -> None:
    reviewed(redactor, "default")
    browser = sign_in("adjudicator")
    assert "People are done with 1 messages" in browser.get("/exports").text
    lines = browser.post("/exports", {"format": "jsonl"})
    assert [span["label"] for span in json.loads(lines.text)["spans"]] == ["PERSON", "ACCOUNT_ID"]
    assert 'filename="reviews.jsonl"' in lines.headers["content-disposition"]
    conll = browser.post("/exports", {"format": "conll"})
    assert "\tB-PERSON\n" in conll.text
    packed = zipfile.ZipFile(io.BytesIO(browser.post("/exports", {"format": "huggingface"}).content))
    assert "README.md" in packed.namelist()
    assert_no_leak(VALUES, lines.text, conll.text, *(packed.read(name) for name in packed.namelist()))


def test_what_is_no_format_is_refused(sign_in: SignIn) -> None:
    answer = sign_in("adjudicator").post("/exports", {"format": "../../etc"})
    assert answer.status_code == 400
    assert "etc" not in answer.text


def test_of_other_tenants_nothing_is_exported(sign_in: SignIn, redactor: Redactor) -> None:
    reviewed(redactor, "acme", "default")
    theirs = sign_in("adjudicator", name="theirs", tenants=("default",)).post("/exports", {"format": "jsonl"})
    assert len(theirs.text.splitlines()) == 1
    everything = sign_in("adjudicator", name="all").post("/exports", {"format": "jsonl"})
    assert len(everything.text.splitlines()) == 2


def test_many_need_a_second_person(sign_in: SignIn, redactor: Redactor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "FREE", 1)
    reviewed(redactor, "acme", "default")
    browser = sign_in("adjudicator", name="ann")
    page = browser.post("/exports", {"format": "jsonl"})
    assert "need a second person" in page.text
    asked = browser.post("/exports/ask", {"reason": next(iter(REASONS)), "note": ""})
    assert asked.status_code == 303
    assert "You have asked for it" in browser.post("/exports", {"format": "jsonl"}).text
    officer = sign_in("privacy-officer", name="olga")
    waiting = officer.get("/requests").text
    id_ = waiting.split("/requests/")[1].split('"')[0].split("/")[0]
    assert officer.post(f"/requests/{id_}", {"answer": "allow"}).status_code == 303
    allowed = browser.post("/exports", {"format": "jsonl"})
    assert len(allowed.text.splitlines()) == 2
    assert "attachment" in allowed.headers["content-disposition"]
