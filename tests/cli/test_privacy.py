"""`privacy prove-erased`: exit codes, where values come from, and no value in what it says."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redactor import Redactor
from redactor.config import Settings
from redactor.testing import FakeRecognizer, assert_no_leak

MISSED, MASKED = "Ignatius Quuxworthy", "zanzibar@example.org"


@pytest.fixture
def spoken(home: Path) -> Path:
    """A store in which one value was missed; gives its file."""
    settings = Settings.load(None)
    store, key = settings.open_store()
    with Redactor(recognizers=[FakeRecognizer({MASKED: "EMAIL_ADDRESS"})], store=store, key=key) as redactor:
        redactor.conversation("c").redact(f"I am {MISSED}, {MASKED}")
    return settings.store_path()


def test_what_is_there_ends_with_1_and_what_is_not_with_0(command: Callable[..., Any], spoken: Path) -> None:
    result = command("privacy", "prove-erased", MASKED)
    assert (result.code, result.out.startswith("1 values not found; ")) == (0, True)
    result = command("privacy", "prove-erased", MASKED, MISSED)
    assert result.code == 1
    assert "value 2" in result.out
    assert "value 1" not in result.out
    assert str(spoken) in result.out
    assert_no_leak([MISSED, MASKED], result.out, result.err)
    store, key = Settings.load(None).open_store()
    with Redactor(recognizers=[], store=store, key=key) as redactor:
        redactor.conversation("c").forget()
    assert command("privacy", "prove-erased", MASKED, MISSED).code == 0


def test_values_are_read_from_stdin(command: Callable[..., Any], spoken: Path) -> None:
    assert command("privacy", "prove-erased", stdin=f"{MASKED}\n\n{MISSED}\n").code == 1
    assert command("privacy", "prove-erased", stdin=f"{MASKED}\n").code == 0
    assert command("privacy", "prove-erased").code == 2


def test_or_asked_for_where_a_terminal_listens(
    command: Callable[..., Any], spoken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, object]] = []

    def prompt(text: str, **settings: object) -> str:
        asked.append(settings)
        return MISSED

    monkeypatch.setattr("typer.prompt", prompt)
    monkeypatch.setattr("redactor.cli.privacy._is_asked", lambda: True)
    assert command("privacy", "prove-erased").code == 1
    assert asked == [{"hide_input": True, "err": True}]


def test_backups_are_searched_too(command: Callable[..., Any], spoken: Path, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    (backups / "old.gz").write_bytes(gzip.compress(MASKED.encode("utf-16")))
    result = command("privacy", "prove-erased", MASKED, "--backup", str(backups), "--json")
    assert result.code == 1
    shown = json.loads(result.out)
    assert {Path(each["file"]).name for each in shown["found"]} == {"old.gz"}
    assert shown["unread"] == []


def test_a_file_that_cannot_be_read_ends_with_3(command: Callable[..., Any], spoken: Path, tmp_path: Path) -> None:
    result = command("privacy", "prove-erased", MASKED, "--backup", str(tmp_path / "absent"))
    assert result.code == 3
    assert "not searched (there is no such file)" in result.err
    assert command("privacy", "prove-erased", MISSED, "--backup", str(tmp_path / "absent")).code == 1
    assert command("privacy", "prove-erased", MASKED, "--store", str(tmp_path / "absent.db")).code == 3


def test_a_short_value_ends_with_2(command: Callable[..., Any], spoken: Path) -> None:
    result = command("privacy", "prove-erased", "abc")
    assert (result.code, "shorter than 4" in result.err) == (2, True)


def test_help_says_who_can_read_arguments(command: Callable[..., Any], home: Path) -> None:
    shown = " ".join(command("privacy", "prove-erased", "--help").out.replace("│", " ").split())
    assert "Others on this machine can read arguments" in shown


def test_a_value_that_is_not_utf_8_is_refused_since_it_would_be_looked_for_wrongly(
    command: Callable[..., Any], spoken: Path
) -> None:
    result = command("privacy", "prove-erased", stdin="M\u00fcller\n".encode("latin-1"))
    assert (result.code, result.out) == (2, "")
    assert "not UTF-8" in result.err


def test_a_byte_order_mark_is_no_part_of_the_first_value(
    command: Callable[..., Any], spoken: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "chats.log"
    backup.write_text("call Quillon Zapf today")
    assert command("privacy", "prove-erased", "--backup", str(backup), stdin="\ufeffQuillon Zapf\r\n").code == 1


def test_what_is_no_database_proves_nothing(command: Callable[..., Any], spoken: Path, tmp_path: Path) -> None:
    (tmp_path / "junk").write_bytes(b"\x01" * 5000)
    for wrong in (tmp_path / "junk", tmp_path):
        result = command("privacy", "prove-erased", MISSED, "--store", str(wrong))
        assert (result.code, result.out) == (2, "")
    spoken.unlink()
    spoken.mkdir()
    assert command("privacy", "prove-erased", MISSED).code == 2
