"""Help, exit codes, and commands of other packages."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
import typer

from redactor.cli import app, plugins

COMMANDS = ("demo", "replay", "chat", "redact", "restore", "explain", "policy", "doctor")


def _python(code: str, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *words], capture_output=True, text=True, check=False, **more
    )


_MAIN = "from redactor.cli import main; main()"


def test_help_names_every_command(command: Callable[..., Any]) -> None:
    result = command("--help")
    assert result.code == 0
    assert all(f" {name} " in result.out for name in COMMANDS)


@pytest.mark.parametrize(
    "words", [*([name] for name in COMMANDS if name != "policy"), *(["policy", n] for n in ("show", "check", "schema"))]
)
def test_help_of_every_command_has_an_example(command: Callable[..., Any], words: list[str]) -> None:
    result = command(*words, "--help")
    assert result.code == 0
    assert "Example" in result.out
    assert f"redactor {' '.join(words)}" in result.out


def test_help_loads_neither_the_core_nor_what_it_stands_on() -> None:
    heavy = ("numpy", "onnxruntime", "cryptography", "redactor.redactor", "redactor.policy", "redactor.evaluation")
    code = (
        "import sys; from redactor.cli.app import run; run(['--help']); "
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    assert _python(code).stderr.strip() == "[]"


def test_a_command_whose_extra_is_not_installed_says_which_before_it_makes_anything(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text('[store]\nkind = "postgresql"\nurl = "postgresql://x@127.0.0.1:1/x"\n')
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('prometheus_client', 'argon2', 'psycopg'))); "
        "from redactor.cli.app import run; "
        "print(run(['serve', '--upstream', 'http://127.0.0.1:9/v1']), run(['console', '--demo', '--port', '0'])); "
        "del sys.modules['argon2']; print(run(['console', 'p.toml', '--first-admin', 'ann', '--link-only']))"
    )
    ran = _python(code, cwd=tmp_path, env={**os.environ, "REDACTOR_HOME": str(tmp_path / "home")})
    assert ran.stdout.split() == ["2", "2", "2"]
    assert [line.split("chat-redactor")[1] for line in ran.stderr.splitlines()] == [
        "[gateway]'",
        "[console]'",
        "[postgres]'",
    ]
    assert not (tmp_path / "home").exists()


def test_the_version_is_printed(command: Callable[..., Any]) -> None:
    assert command("--version").out.startswith("redactor ")


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-command"],
        ["redact", "--no-such-option"],
        ["redact", "text", "--role", "nobody"],
        ["redact", "text", "--file", "some.txt"],
        ["redact", "--file", "/nowhere/some.txt"],
        ["redact", "text", "--policy", "nowhere.toml"],
        ["restore", "text"],
        ["replay", "/nowhere/some.jsonl"],
        ["explain", "text", "--policy", "nowhere.toml"],
        ["policy", "check", "nowhere.toml"],
        ["chat", "--upstream", "http://localhost:1"],
        ["chat", "--upstream", "ftp://localhost", "--model", "m"],
    ],
)
def test_a_mistake_of_the_user_ends_with_2_and_one_message(command: Callable[..., Any], words: list[str]) -> None:
    result = command(*words)
    assert result.code == 2
    assert result.out == ""
    assert result.err
    assert "Traceback" not in result.err


def test_a_mistake_inside_the_core_is_one_line_without_a_traceback() -> None:
    ended = _python(_MAIN, "policy", "show", "nowhere.toml")
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("redactor: ")


def test_a_closed_pipe_ends_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-P", "-c", _MAIN, "policy", "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait() == 141  # not 1, which says that a check failed


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_line_without_a_traceback() -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-P", "-c", _MAIN, "policy", "schema"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert ended.returncode == 2
    assert ended.stderr.startswith(b"redactor: ")
    assert b"Traceback" not in ended.stderr


def test_stopping_with_ctrl_c_ends_with_130() -> None:
    code = (
        "import os, signal; from redactor.cli import app; "
        "app.run = lambda words: os.kill(os.getpid(), signal.SIGINT) or 0; "
        "from redactor.cli import main; main()"
    )
    ended = _python(code)
    assert ended.returncode == 130
    assert ended.stderr == ""


def test_bytes_that_are_no_text_do_not_end_a_chat() -> None:
    ended = subprocess.run(
        [sys.executable, "-P", "-c", _MAIN, "chat"], input=b"caf\xe9\n", capture_output=True, check=False
    )
    assert ended.returncode == 0
    assert ended.stderr == b""


# commands of other packages


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, str], None]:
    """Installs a made-up package: entry points of name → module source."""
    found: dict[str, EntryPoint] = {}

    def install(name: str, source: str) -> None:
        module = f"other_package_{name}"
        (tmp_path / f"{module}.py").write_text(source, "utf-8")
        found[name] = EntryPoint(name, f"{module}:command", app.COMMANDS)

    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(app, "entry_points", lambda group: dict(found))
    return install


def test_a_function_or_an_app_of_another_package_joins(
    command: Callable[..., Any], others: Callable[[str, str], None]
) -> None:
    others("hello", "def command(name: str) -> None:\n    'Greets.'\n    print('hello', name)\n")
    others(
        "tools",
        "import typer\ncommand = typer.Typer()\n"
        "@command.command()\ndef one() -> None:\n    print('one')\n"
        "@command.command()\ndef two() -> None:\n    print('two')\n",
    )
    assert command("hello", "you").out == "hello you\n"
    assert command("tools", "two").out == "two\n"


def test_another_package_is_listed_without_being_imported(
    command: Callable[..., Any], others: Callable[[str, str], None]
) -> None:
    others("sleeper", "raise RuntimeError('imported')\n")
    result = command("--help")
    assert result.code == 0
    assert "sleeper" in result.out


def test_a_broken_package_is_named_and_kills_no_other_command(
    command: Callable[..., Any], others: Callable[[str, str], None]
) -> None:
    others("broken", "import no_such_module_anywhere\n")
    others("odd", "command = 7\n")
    assert command("--version").code == 0
    for name in ("broken", "odd"):
        result = command(name)
        assert result.code == 2
        assert repr(name) in result.err


def test_another_package_cannot_take_the_place_of_a_command(
    command: Callable[..., Any], others: Callable[[str, str], None]
) -> None:
    others("policy", "def command() -> None:\n    print('mine')\n")
    assert json.loads(command("policy", "schema").out)["type"] == "object"


def test_of_two_entry_points_with_one_name_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = [EntryPoint("same", f"package_{n}:command", "group") for n in "ba"]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: twice)
    assert list(plugins.entry_points("group")) == ["same"]


def test_the_app_is_a_typer_app() -> None:
    assert isinstance(app.build(), typer.Typer)
