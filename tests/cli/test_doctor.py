"""`doctor` ends with 0 on a sound machine and names what is broken on another."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CHECKS = ["configuration", "key", "store", "model", "there and back", "clock"]


def test_a_sound_machine_passes_every_check(command: Callable[..., Any], home: Path) -> None:
    result = command("doctor", "--json")
    found = json.loads(result.out)
    assert [check["name"] for check in found] == CHECKS
    assert all(check["ok"] for check in found)
    assert result.code == 0
    assert (home / "redactor.key").exists()
    assert "canary" not in result.out.lower()


def _failed(result: Any) -> dict[str, str]:
    assert result.code == 1
    return {check["name"]: check["found"] for check in json.loads(result.out) if not check["ok"]}


def test_a_key_that_others_may_read_is_named(command: Callable[..., Any], home: Path) -> None:
    command("doctor")
    (home / "redactor.key").chmod(0o644)
    failed = _failed(command("doctor", "--json"))
    assert "chmod 600" in failed["key"]
    assert "clock" not in failed


def test_a_store_that_is_no_database_is_named(command: Callable[..., Any], home: Path) -> None:
    command("doctor")
    (home / "redactor.db").write_bytes(b"this is no database" * 100)
    for beside in home.glob("redactor.db-*"):
        beside.unlink()
    assert "store" in _failed(command("doctor", "--json"))


def test_a_clock_that_stands_in_the_past_is_named(command: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redactor.cli.doctor.time.time", lambda: 86_400.0)
    assert "before this package" in _failed(command("doctor", "--json"))["clock"]


def test_a_configuration_that_cannot_be_read_is_the_only_thing_said(
    command: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "redactor.toml"
    path.write_text('polcy = "default"\n', "utf-8")
    failed = _failed(command("doctor", "--json", "--config", str(path)))
    assert list(failed) == ["configuration"]
    assert "policy" in failed["configuration"]


def test_lines_for_people_say_ok_or_failed(command: Callable[..., Any], home: Path) -> None:
    command("doctor")
    (home / "redactor.key").chmod(0o644)
    out = command("doctor").out
    assert out.splitlines()[0].startswith("ok")
    assert any(line.startswith("FAILED") and "key" in line for line in out.splitlines())
