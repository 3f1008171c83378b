"""`audit`: verify, tail, export and checkpoint on a real store, with exit codes."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from redactor.audit import Audit, Entry, acting
from redactor.config import Settings


@pytest.fixture
def log(home: Path) -> Path:
    """Three records; gives the database."""
    settings = Settings.load(None)
    store, key = settings.open_store()
    with closing(store), acting("desk:ann"):
        for number in range(3):
            Audit(store, key).write(Entry("restore", "acme", f"c{number}", ("[PERSON_1]",), "agent", "restored"))
    return settings.store_path()


def cut(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("DROP TRIGGER audit_no_delete")
        database.execute("DELETE FROM audit WHERE seq = 3")


def change(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("DROP TRIGGER audit_no_update")
        database.execute("UPDATE audit SET record = ? WHERE seq = 2", (b"{}",))


def test_verify_ends_with_0_and_with_1_when_something_was_changed(command: Callable[..., Any], log: Path) -> None:
    result = command("audit", "verify")
    assert (result.code, result.out) == (0, "3 records, 0 checkpoints: nothing was changed\n")
    assert "--checkpoint" in result.err
    change(log)
    result = command("audit", "verify", "--json")
    assert result.code == 1
    verdict = json.loads(result.out)
    assert (verdict["ok"], verdict["records"]) == (False, 3)
    assert "record 2 was changed: its keyed hash does not fit" in verdict["problems"]


def test_a_cut_off_end_shows_beside_a_checkpoint(command: Callable[..., Any], log: Path, tmp_path: Path) -> None:
    kept = str(tmp_path / "kept.json")
    with closing(sqlite3.connect(log, isolation_level=None)) as database:
        before = database.execute("SELECT count(*) FROM audit_checkpoint").fetchone()
    assert before == (0,)
    assert command("audit", "checkpoint", "--out", kept).code == 0
    assert command("audit", "verify", "--checkpoint", kept).code == 0
    with closing(sqlite3.connect(log, isolation_level=None)) as database:
        database.execute("DROP TRIGGER audit_checkpoint_no_delete")
        database.execute("DELETE FROM audit_checkpoint")
    cut(log)
    assert command("audit", "verify").code == 0
    result = command("audit", "verify", "--checkpoint", kept)
    assert result.code == 1
    assert "its end was cut off" in result.out


def test_tail_shows_the_last_records(command: Callable[..., Any], log: Path) -> None:
    lines = command("audit", "tail", "-n", "2").out.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["2", "3"]
    assert lines[1].split("  ")[2:] == [
        "desk:ann", "restore", "acme", "c2", "for agent", "[PERSON_1]", "restored",
    ]  # fmt: skip
    assert [json.loads(line)["seq"] for line in command("audit", "tail", "--json").out.splitlines()] == [1, 2, 3]
    change(log)
    assert "CHANGED" in command("audit", "tail").out


def test_tail_follows_until_it_is_stopped(
    command: Callable[..., Any], log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_and_stop(seconds: float) -> None:
        store, key = Settings.load(None).open_store()
        with closing(store):
            if Audit(store, key).write(Entry("forget")) == 5:
                raise SystemExit(130)

    monkeypatch.setattr("redactor.cli.audit.time.sleep", write_and_stop)
    result = command("audit", "tail", "-n", "1", "--follow")
    assert result.code == 130
    assert [line.split("  ")[0] for line in result.out.splitlines()] == ["3", "4"]


def test_an_export_is_verified_without_the_key(
    command: Callable[..., Any], log: Path, home: Path, tmp_path: Path
) -> None:
    out = tmp_path / "audit.jsonl"
    assert command("audit", "export", "--out", str(out)).code == 0
    assert command("audit", "export").out.splitlines()[:3] == out.read_text().splitlines()[:3]
    public = json.loads(out.read_text().splitlines()[-1])["checkpoint"]["public_key"]
    (home / "redactor.key").unlink()
    result = command("audit", "verify", "--export", str(out), "--public-key", public)
    assert (result.code, result.out) == (0, "3 records, 1 checkpoints: nothing was changed\n")
    assert command("audit", "verify", "--export", str(out), "--public-key", "ab" * 32).code == 1
    out.write_text(out.read_text().replace("desk:ann", "desk:bob", 1))
    assert command("audit", "verify", "--export", str(out)).code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("verify",), "there is no store"),
        (("verify", "--checkpoint", "absent.json"), "cannot be read"),
        (("verify", "--export", "absent.jsonl"), "cannot be read"),
        (("verify", "--public-key", "ab"), "for an export"),
        (("tail",), "there is no store"),
        (("checkpoint",), "there is no store"),
        (("export",), "there is no store"),
    ],
)
def test_what_cannot_be_told_ends_with_2(
    command: Callable[..., Any], home: Path, words: tuple[str, ...], said: str
) -> None:
    result = command("audit", *words)
    assert result.code == 2
    assert said in result.err
    assert not (home / "redactor.key").exists()


def test_a_lost_key_ends_with_2(command: Callable[..., Any], log: Path, home: Path) -> None:
    (home / "redactor.key").unlink()
    result = command("audit", "verify")
    assert result.code == 2
    assert "bring it back" in result.err


@pytest.mark.parametrize("content", ["{}", "[]", "x", '{"checkpoint": {}, "signature": "00"}'])
def test_what_is_no_checkpoint_ends_with_2(
    command: Callable[..., Any], log: Path, tmp_path: Path, content: str
) -> None:
    (tmp_path / "kept.json").write_text(content)
    assert command("audit", "verify", "--checkpoint", str(tmp_path / "kept.json")).code == 2


def test_an_empty_log_has_nothing_to_sign_or_export(command: Callable[..., Any], home: Path) -> None:
    Settings.load(None).open_store()[0].close()
    assert command("audit", "verify").out == "0 records, 0 checkpoints: nothing was changed\n"
    for word in ("checkpoint", "export"):
        result = command("audit", word)
        assert (result.code, "empty" in result.err) == (2, True)


def test_a_checkpoint_nested_without_end_is_a_mistake_and_no_finding(
    command: Callable[..., Any], log: Path, tmp_path: Path
) -> None:
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 100_000)
    assert command("audit", "verify", "--checkpoint", str(deep)).code == 2


def test_a_public_key_that_cannot_be_one_is_a_mistake_and_no_finding(
    command: Callable[..., Any], log: Path, tmp_path: Path
) -> None:
    out = tmp_path / "audit.jsonl"
    assert command("audit", "export", "--out", str(out)).code == 0
    ours = json.loads(command("audit", "checkpoint").out)["checkpoint"]["public_key"]
    assert command("audit", "verify", "--export", str(out), "--public-key", ours.upper()).code == 0
    assert command("audit", "verify", "--export", str(out), "--public-key", "0" * 64).code == 1
    for wrong in (ours[:16], ours + "00", "z" * 64, ""):
        assert command("audit", "verify", "--export", str(out), "--public-key", wrong).code == 2


def test_a_restore_by_command_names_who_ran_it(command: Callable[..., Any], home: Path) -> None:
    assert command("restore", "-c", "c-1", "--audience", "agent", "Hi [PERSON_1]").code == 0
    assert json.loads(command("audit", "tail", "--json").out)["actor"].startswith("cli:")
