"""Runs command lines in this process, with a data folder of their own."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from typer.utils import get_params_from_function

from redactor.cli.app import run


@dataclass(frozen=True)
class Result:
    """How a command line ended."""

    code: int
    out: str = field(repr=False)
    err: str = field(repr=False)


Command = Callable[..., Result]

INSTALLED, OPTIONS = cache(metadata.entry_points), cache(get_params_from_function)


@pytest.fixture(autouse=True, scope="module")
def looked_up_once() -> Iterator[None]:
    """A process looks once for what is installed and what a command's options are; here many are as one process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("importlib.metadata.entry_points", INSTALLED)
        patch.setattr("redactor.config.entry_points", INSTALLED)
        patch.setattr("typer.main.get_params_from_function", OPTIONS)
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the key and the store of this test lie."""
    monkeypatch.setenv("REDACTOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def command(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """`command("redact", "some text", stdin="")` gives exit code, stdout and stderr."""
    monkeypatch.setenv("NO_COLOR", "1")

    def called(*words: str, stdin: str | bytes = "") -> Result:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        code = run(words)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return called
