"""The hook: its own small command line, the types it looks for, and how little it loads."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from redactor.scanning.hook import HOOK_TYPES, main
from redactor.taxonomy import entity_types
from tests.scanning.conftest import CARD, MAIL

ROOT = Path(__file__).parents[2]
MADE_UP = "k2Vq8LmZ4tXc9RbN1wYs7HdF3gJp5TuA0eQi"


def test_secrets_and_numbers_are_found_and_addresses_are_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.py"
    file.write_text(f"author = {MAIL!r}\ncard = {CARD!r}\ntoken = 'ghp_{MADE_UP}'\n", "utf-8")
    assert main([str(file)]) == 1
    out, err = capsys.readouterr()
    assert [line.split(": ")[1].split()[0] for line in out.splitlines()] == ["CREDIT_CARD", "SECRET"]
    assert err == "redactor: 1 CREDIT_CARD, 1 SECRET\n"
    assert main([str(file), "--types", "EMAIL_ADDRESS", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["stats"]["by_type"] == {"EMAIL_ADDRESS": 1}


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clean, bad = tmp_path / "clean.txt", tmp_path / "bad.txt"
    clean.write_text("hello", "utf-8")
    bad.write_bytes(b"\xff")
    assert main([str(clean)]) == 0
    assert capsys.readouterr() == ("", "")
    assert main([str(clean), str(bad)]) == 3
    assert main([str(clean), "--types", "CARD"]) == 2
    assert "there is no entity type 'CARD'" in capsys.readouterr().err
    assert main([str(clean), "--countries", "XX"]) == 2
    assert main([]) == 2
    with pytest.raises(SystemExit) as end:
        main(["--no-such-option"])
    assert end.value.code == 2


def test_the_hook_loads_neither_the_model_nor_a_command_line_library(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello 4111 1111 1111 1111", "utf-8")
    heavy = ("onnxruntime", "numpy", "tokenizers", "pydantic", "rich", "typer", "phonenumbers", "cryptography", "csv")
    code = (
        "import sys; from redactor.scanning.hook import main; main(['a.txt']); "
        f"sys.exit(','.join(m for m in {heavy!r} if m in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines() == ["redactor: 1 CREDIT_CARD"]


def test_ctrl_c_ends_with_130() -> None:
    code = (
        "import os, signal, sys; from redactor.scanning import hook; "
        "hook._scan = lambda given: os.kill(os.getpid(), signal.SIGINT) or 0; sys.exit(hook.main(['x']))"
    )
    ended = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (130, b"")


def test_the_hooks_types_are_types_and_hold_nothing_that_licences_are_full_of() -> None:
    assert set(HOOK_TYPES) <= set(entity_types())
    assert not {"PERSON", "EMAIL_ADDRESS", "URL", "STREET_ADDRESS"} & set(HOOK_TYPES)


def test_what_pre_commit_runs_is_installed() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert scripts["redactor-scan"] == "redactor.scanning.hook:main"
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    entries = [line.split(": ", 1)[1].split() for line in hooks.splitlines() if line.strip().startswith("entry:")]
    assert [entry[0] for entry in entries] == ["redactor-scan", "redactor-scan"]
    assert [entry[1:] for entry in entries] == [[], ["--staged"]]
