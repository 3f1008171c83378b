"""`privacy find|export|correct|erase|sweep|receipt`: exit codes, files, and no value in what they say."""

import json
import stat
from pathlib import Path

import pytest

from redactor import Redactor
from redactor.audit.checking import own_public_key
from redactor.config import Settings
from redactor.privacy.consent import Consent, Subject
from redactor.testing import FakeRecognizer, assert_no_leak
from tests.cli.conftest import Command

MAIL, NAME, MISSED, RIGHT = "zanzibar@example.org", "Ignatius Quux", "Worthington", "serengeti@example.net"
MINE = ("--type", "EMAIL_ADDRESS")


@pytest.fixture
def spoken(home: Path) -> str:
    """A store with one conversation; gives its public id."""
    store, key = Settings.load(None).open_store()
    finds = FakeRecognizer({MAIL: "EMAIL_ADDRESS", NAME: "PERSON"})
    with Redactor(recognizers=[finds], store=store, key=key) as redactor:
        chat = redactor.conversation("c")
        chat.redact(f"I am {NAME}, {MAIL}", channel="chat")
        Consent(redactor).grant(Subject(MAIL, "EMAIL_ADDRESS"), "v2")
        return chat.public_id


def public_key() -> str:
    store, key = Settings.load(None).open_store()
    with Redactor(recognizers=[], store=store, key=key) as redactor:
        log = redactor.audit.key()
        assert log is not None
        return own_public_key(log)


def test_what_is_kept_is_listed_without_a_value(command: Command, spoken: str) -> None:
    shown = command("privacy", "find", *MINE, "--received", "2026-11-22", stdin=f"{MAIL}\n")
    assert shown.code == 0
    assert spoken in shown.out
    assert "customer 1" in shown.out
    assert "granted v2" in shown.out
    assert "by 2026-12-22" in shown.out
    as_json = command("privacy", "find", *MINE, "--json", stdin=MAIL)
    (held,) = json.loads(as_json.out)["conversations"]
    assert (held["conversation"], held["types"]) == (spoken, {"PERSON": 1, "EMAIL_ADDRESS": 1})
    assert_no_leak([MAIL, NAME], shown.out, shown.err, as_json.out)


def test_nobody_found_ends_with_1_and_a_wrong_question_with_2(command: Command, spoken: str) -> None:
    assert command("privacy", "find", *MINE, stdin="nobody@example.org").code == 1
    assert command("privacy", "find", *MINE, "--tenant", "slip", stdin=MAIL).code == 2
    assert command("privacy", "find", *MINE, "--received", "soon", stdin=MAIL).code == 2
    assert command("privacy", "find", "--type", "PERSON", stdin=NAME).code == 2
    assert command("privacy", "find", *MINE).code == 2
    assert command("privacy", "find", *MINE, stdin=f"{MAIL}\n{RIGHT}").code == 2
    told = command("privacy", "find", *MINE, "--reference", "Mr Quux", stdin=MAIL)
    assert told.code == 2
    assert_no_leak([MAIL, "Quux"], told.out, told.err)


def test_a_copy_is_a_file_for_its_owner_alone(command: Command, spoken: str, tmp_path: Path) -> None:
    out, receipt = tmp_path / "copy.json", tmp_path / "receipt.json"
    done = command("privacy", "export", *MINE, "--all", "--out", str(out), "--receipt", str(receipt), stdin=MAIL)
    assert done.code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(out.read_text())["conversations"][0]["turns"][0]["text"] == f"I am {NAME}, {MAIL}"
    assert_no_leak([MAIL, NAME], done.out, done.err, receipt)
    again = command("privacy", "export", *MINE, "--all", "--out", str(out), stdin=MAIL)
    assert again.code == 2, "a file that is there is not written over"
    for choice in ((), ("--all", "--conversation", spoken)):
        assert command("privacy", "export", *MINE, *choice, "--out", str(tmp_path / "x"), stdin=MAIL).code == 2
    assert command("privacy", "receipt", str(receipt), "--public-key", public_key()).code == 0
    assert command("privacy", "receipt", str(receipt), "--public-key", "0" * 64).code == 2


def test_a_value_is_corrected(command: Command, spoken: str, tmp_path: Path) -> None:
    words = ("privacy", "correct", *MINE, "--conversation", spoken, "--placeholder", "[EMAIL_ADDRESS_1]")
    assert command(*words, stdin=MAIL).code == 2
    done = command(*words, stdin=f"{MAIL}\n{RIGHT}\n")
    assert done.code == 0
    assert json.loads(done.out)["receipt"]["kind"] == "correct"
    assert_no_leak([MAIL, RIGHT], done.out, done.err)
    assert command("privacy", "find", *MINE, stdin=MAIL).code == 0, "their consent is known by it"
    out = tmp_path / "copy.json"
    assert command("privacy", "export", *MINE, "--all", "--out", str(out), stdin=RIGHT).code == 0
    assert RIGHT in out.read_text()
    assert MAIL not in out.read_text()


def test_erasing_asks_first_then_destroys_and_searches(command: Command, spoken: str, tmp_path: Path) -> None:
    words = ("privacy", "erase", *MINE, "--conversation", spoken)
    dry = command(*words, "--dry-run", stdin=MAIL)
    assert (dry.code, dry.out) == (0, "1 conversations, 1 turns, 2 values, 0 reviews, 1 consents\n")
    assert command(*words, stdin=MAIL).code == 2, "nobody could be asked"
    assert command("privacy", "find", *MINE, stdin=MAIL).code == 0
    receipt = tmp_path / "erased.json"
    done = command(*words, "--yes", "--reference", "DSR-1", "--receipt", str(receipt), stdin=MAIL)
    assert done.code == 0
    assert "not found" in done.err
    assert json.loads(receipt.read_text())["receipt"]["conversations"] == [spoken]
    assert_no_leak([MAIL, NAME], done.out, done.err, receipt)
    assert command("privacy", "find", *MINE, stdin=MAIL).code == 1
    checked = command("privacy", "receipt", str(receipt), "--public-key", public_key())
    assert json.loads(checked.out)["reference"] == "DSR-1"
    assert command("audit", "verify").code == 0


def test_what_is_found_after_erasing_ends_with_1(command: Command, spoken: str) -> None:
    settings = Settings.load(None)
    store, key = settings.open_store()
    with Redactor(recognizers=[], store=store, key=key) as redactor:
        redactor.conversation("other").redact(f"nobody found {MAIL} here")
    done = command("privacy", "erase", *MINE, "--all", "--yes", "--keep-consent", stdin=MAIL)
    assert done.code == 1
    assert str(settings.store_path()) in done.err
    assert command("privacy", "find", *MINE, stdin=MAIL).code == 0, "the consent was kept"


def test_a_sweep_says_what_it_ended(command: Command, spoken: str, tmp_path: Path) -> None:
    receipt = tmp_path / "sweep.json"
    done = command("privacy", "sweep", "--consent-days", "1", "--receipt", str(receipt))
    assert (done.code, done.out) == (0, "0 conversations, 0 values, 0 consents\n")
    assert json.loads(receipt.read_text())["receipt"]["kind"] == "sweep"


def test_where_a_terminal_listens_it_asks_without_showing(
    command: Command, spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def prompt(text: str, *, hide_input: bool, err: bool) -> str:
        asked.append(hide_input)
        return MAIL

    monkeypatch.setattr("typer.prompt", prompt)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    monkeypatch.setattr("redactor.cli.rights._is_asked", lambda: True)
    assert command("privacy", "erase", *MINE, "--all").code == 2
    assert asked == [True]
    assert command("privacy", "find", *MINE).code == 0


def test_no_store_no_receipt_and_a_memory_store_are_named(command: Command, home: Path, tmp_path: Path) -> None:
    assert command("privacy", "find", *MINE, stdin=MAIL).code == 2
    assert command("privacy", "receipt", str(tmp_path / "none.json")).code == 2
    (tmp_path / "m.toml").write_text('[store]\nkind = "memory"\n')
    assert command("privacy", "sweep", "--config", str(tmp_path / "m.toml")).code == 2
