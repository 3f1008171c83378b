"""Every Python block of the README and the docs runs; every `redactor` command they show is one."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from redactor.cli.app import build

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def _blocks(*languages: str) -> Iterator[tuple[str, str]]:
    for page in PAGES:
        text = page.read_text("utf-8") if page.exists() else ""
        for number, found in enumerate(re.finditer(r"^```(\w+)[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL), 1):
            if found[1] in languages:
                yield f"{page.name}-{number}", found[2]


PYTHON = dict(_blocks("python"))
COMMANDS = [
    (name, part.strip())
    for name, block in _blocks("console", "sh", "bash", "shell")
    for line in block.replace("\\\n", " ").splitlines()
    for part in re.split(r"&&|\|", line.removeprefix("$ "))
    if part.strip().startswith("redactor ")
]


@pytest.mark.parametrize("name", PYTHON)
def test_a_python_block_runs_and_prints_what_the_page_says(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if "langchain" in PYTHON[name]:
        pytest.importorskip("langchain", reason="langchain is not installed; install chat-redactor[langchain]")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REDACTOR_HOME", str(tmp_path / "home"))
    exec(compile(PYTHON[name], name, "exec"), {"__name__": "__main__"})  # noqa: S102
    printed, at = capsys.readouterr().out, 0
    for said in re.findall(r"^.*print\(.*\)\s+# (.*)$", PYTHON[name], re.MULTILINE):
        at = printed.find(said, at)
        assert at >= 0, f"the page says that {name} prints {said!r}"


@pytest.mark.parametrize(("name", "line"), COMMANDS)
def test_a_command_that_is_shown_exists_with_its_options(name: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    command = typer.main.get_command(build(words))
    for word in words:
        if word.startswith("-"):
            option = word.split("=")[0]
            options = [name for each in command.params for name in each.opts]
            assert option in (*options, "-h", "--help"), f"{option} is no option of {line}"
        elif hasattr(command, "named"):  # a group whose first word need not be a command
            command = command.named(word)
        elif hasattr(command, "commands"):
            assert word in command.commands, f"{word} is no command"
            command = command.commands[word]
