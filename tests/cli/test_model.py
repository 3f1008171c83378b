"""`redactor model`: what is in use is shown, a damaged package is refused, a switch is in the audit log."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redactor.detection.model import load_model

Command = Callable[..., Any]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("model.onnx", "tokenizer.json", "meta.json"):
        shutil.copy(load_model() / name, copy / name)
    return copy


def in_use(command: Command) -> list[str]:
    return [row["source"] for row in json.loads(command("model", "list", "--json").out) if row["state"] == "in use"]


def test_the_shipped_model_is_in_use_and_whole(command: Command) -> None:
    assert in_use(command) == ["redactor_en"]
    result = command("model", "verify")
    assert result.code == 0
    assert result.out.startswith("ok  redactor_en-")
    assert "redactor_en" in command("model", "list").out


def test_use_and_rollback_are_in_the_audit_log(command: Command, package: Path) -> None:
    assert command("model", "use", str(package)).code == 0
    assert in_use(command) == [str(package)]
    assert command("model", "rollback").out == "in use: redactor_en\n"
    assert in_use(command) == ["redactor_en"]
    shown = command("audit", "tail").out
    assert shown.index("model.use") < shown.index("model.rollback")
    assert command("audit", "verify").code == 0


def test_a_damaged_package_is_refused_and_named(command: Command, package: Path) -> None:
    assert command("model", "use", str(package)).code == 0
    with (package / "tokenizer.json").open("a") as file:
        file.write(" ")
    for words in (("model", "verify"), ("model", "verify", str(package))):
        result = command(*words)
        assert result.code == 1
        assert "tokenizer.json" in result.out
    result = command("model", "use", str(package))
    assert (result.code, "damaged" in result.err) == (1, True)
    assert "cannot be used" in command("model", "list").out
    assert command("redact", "hello").code == 2
    assert command("model", "rollback").code == 0
    assert command("redact", "hello").code == 0


def test_a_model_in_the_configuration_wins_and_the_command_says_so(
    command: Command, package: Path, tmp_path: Path
) -> None:
    config = tmp_path / "redactor.toml"
    config.write_text('model = "redactor_en"\n[store]\npath = "r.db"\n[key]\nfile = "r.key"\n')
    result = command("model", "use", str(package), "--config", str(config))
    assert result.code == 0
    assert "wins" in result.err


def test_going_back_from_nothing_is_an_error(command: Command) -> None:
    result = command("model", "rollback")
    assert result.code == 1
    assert "nothing to go back from" in result.err


def test_an_unknown_model_names_the_installed_ones(command: Command) -> None:
    result = command("model", "verify", "redactor_xx")
    assert result.code == 2
    assert "redactor_en" in result.err


def test_a_choice_nested_without_end_and_a_name_too_long_are_mistakes(command: Callable[..., Any], home: Path) -> None:
    home.mkdir()
    (home / "models.json").write_text("[" * 100_000)
    assert command("model", "list").code == 2
    (home / "models.json").unlink()
    assert command("model", "verify", "x" * 5000).code == 2
    assert command("model", "verify", "").code == 2
