"""`redactor scan` from the command line: formats, stdin, exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MAIL = "ann.canary@example.org"
FEW = ("--patterns-only", "--types", "EMAIL_ADDRESS,CREDIT_CARD")


def test_stdin_is_scanned_in_the_format_that_is_named(command: Callable[..., Any]) -> None:
    result = command("scan", "-", *FEW, "--as", "jsonl", stdin=json.dumps({"who": MAIL}))
    assert result.code == 1
    assert result.out == "stdin:1 ($.who): EMAIL_ADDRESS a*** 0.99 pattern:email\n"
    assert "1 EMAIL_ADDRESS" in result.err
    assert command("scan", "-", *FEW, stdin="hello").code == 0
    assert command("scan", "-", *FEW, stdin=b"\xff").code == 3


@pytest.mark.parametrize("option", [["--json"], ["--format", "json"]])
def test_json_is_one_object(option: list[str], command: Callable[..., Any]) -> None:
    assert json.loads(command("scan", "-", *FEW, *option, stdin=MAIL).out)["exit_code"] == 1


def test_fail_on_and_stats(command: Callable[..., Any]) -> None:
    result = command("scan", "-", *FEW, "--fail-on", "CREDIT_CARD", "--stats", stdin=MAIL)
    assert result.code == 0
    assert "failing: 0" in result.err
    assert command("scan", "-", *FEW, "--fail-on", "CREDIT_CARD", "--fail-on", "0.9", stdin=MAIL).code == 1


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["-", "--format", "xml"],
        ["-", "--json", "--jsonl"],
        ["-", "--as", "xml"],
        ["-", "--encoding", "klingon"],
        ["-", "--encoding", "hex"],
        ["-", "--types", "EMAIL"],
        ["-", "--fail-on", "EMAIL"],
        ["-", "--show-values"],
        ["-", "--write-baseline"],
        ["-", "--policy", "none.toml"],
        ["-", "--countries", "XX"],
        ["none.txt"],
    ],
)
def test_a_mistake_ends_with_2(words: list[str], command: Callable[..., Any]) -> None:
    result = command("scan", "--patterns-only", *words, stdin=MAIL)
    assert result.code == 2
    assert result.err
    assert "canary" not in result.out + result.err


def test_a_policy_says_what_is_kept(command: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[types.EMAIL_ADDRESS]\noperator = "keep"\n', "utf-8")
    assert command("scan", "-", "--patterns-only", "--policy", str(file), stdin=MAIL).code == 0
    named = command("scan", "-", "--patterns-only", "--policy", str(file), "--types", "EMAIL_ADDRESS", stdin=MAIL)
    assert named.code == 1


def test_countries_make_their_identifiers_count_without_context(command: Callable[..., Any]) -> None:
    number = "86095742719"  # the German tax office's published example of an identification number
    alone = command("scan", "-", "--patterns-only", "--types", "NATIONAL_ID", stdin=number)
    local = command("scan", "-", "--patterns-only", "--types", "NATIONAL_ID", "--countries", "DE", stdin=number)
    assert (alone.code, local.code) == (0, 1)


def test_the_model_finds_what_patterns_do_not(command: Callable[..., Any]) -> None:
    said = "Hi, this is Crystal Minh from the second floor"
    assert "PERSON" in command("scan", "-", stdin=said).out
    assert command("scan", "-", "--types", "CREDIT_CARD", stdin=said).code == 0


def test_values_are_shown_on_a_terminal_only_if_asked(
    command: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert MAIL in command("scan", "-", *FEW, "--show-values", stdin=MAIL).out
    assert MAIL not in command("scan", "-", *FEW, stdin=MAIL).out
    assert command("scan", "-", *FEW, "--show-values", "--json", stdin=MAIL).code == 2
