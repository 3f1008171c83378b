"""What docs/accounts.md shows is so: files load, commands have these options, roles may what the table says."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from redactor_console.accounts import lockout, passwords, second_factor
from redactor_console.accounts.roles import MAY, ROLES
from redactor_console.settings import checked
from redactor_console.web import doors
from tests.integrations.redactor_console.test_commands import app

TEXT = (Path(__file__).parents[3] / "docs" / "accounts.md").read_text("utf-8")


@pytest.mark.parametrize("block", re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL))
def test_files_load(block: str) -> None:
    settings = checked(tomllib.loads(block)["console"])
    settings.check_exposure()


def test_commands_are_there_with_their_options() -> None:
    lines = re.findall(r"^redactor console (.*)$", TEXT, re.MULTILINE)
    command = get_command(app)
    known = {option for each in command.params for option in each.opts}
    used = {word for line in lines for word in shlex.split(line, comments=True) if word.startswith("--")}
    assert len(lines) == 3
    assert used <= known
    assert CliRunner().invoke(app, ["--help"]).exit_code == 0


def test_the_table_names_every_role() -> None:
    assert re.findall(r"^\| ([a-z-]+) \| \w", TEXT, re.MULTILINE) == ["role", *ROLES]
    assert "reveal" not in MAY["admin"]
    assert "accounts" not in MAY["privacy-officer"]


def test_numbers_are_those_of_the_code() -> None:
    assert (passwords.SHORTEST, lockout.FREE, second_factor.RECOVERY_CODES, doors.FORM_SECONDS) == (12, 5, 10, 10.0)
