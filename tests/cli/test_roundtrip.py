"""`redact` and `restore`: text in, text out, nothing else on stdout."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TEXT = "Hello, write to ann.canary@example.com or call (212) 555-0143."


def test_an_argument_is_redacted_onto_one_line(command: Callable[..., Any]) -> None:
    result = command("redact", TEXT)
    assert result.code == 0
    assert result.out == "Hello, write to [EMAIL_ADDRESS_1] or call [PHONE_NUMBER_1].\n"
    assert result.err == ""


@pytest.mark.parametrize("text", ["no value, no newline", "two\r\nlines\n\n", "½ x² 日本語 \u200b\n", ""])
def test_stdin_without_personal_data_leaves_exactly_as_it_came(command: Callable[..., Any], text: str) -> None:
    assert command("redact", stdin=text).out == text


def test_a_file_is_read(command: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "message.txt"
    path.write_text(TEXT, "utf-8")
    assert "[EMAIL_ADDRESS_1]" in command("redact", "--file", str(path)).out


def test_bytes_that_are_no_text_are_refused_without_being_shown(command: Callable[..., Any]) -> None:
    result = command("redact", stdin=b"canary \xff\xfe")
    assert result.code == 2
    assert "not UTF-8 at byte 7" in result.err
    assert "canary" not in result.err


def test_json_holds_what_was_found_and_no_value(command: Callable[..., Any]) -> None:
    found = json.loads(command("redact", TEXT, "--json").out)
    assert {entity["type"] for entity in found["entities"]} == {"EMAIL_ADDRESS", "PHONE_NUMBER"}
    assert "canary" not in json.dumps(found)


def test_without_a_conversation_nothing_is_written(command: Callable[..., Any], home: Path) -> None:
    command("redact", TEXT)
    assert not home.exists()


def test_a_conversation_goes_on_from_one_call_to_the_next(command: Callable[..., Any], home: Path) -> None:
    command("redact", "-c", "c-1", TEXT)
    seen = command("redact", "-c", "c-1", "Again ann.canary@example.com and other@example.com").out
    assert seen == "Again [EMAIL_ADDRESS_1] and [EMAIL_ADDRESS_2]\n"
    restored = command("restore", "-c", "c-1", "I wrote to [EMAIL_ADDRESS_1] and [email_address_2]!")
    assert restored.out == "I wrote to ann.canary@example.com and other@example.com!\n"
    assert list(home.iterdir())


def test_what_is_not_restored_is_named_on_stderr(command: Callable[..., Any]) -> None:
    command("redact", "-c", "c-1", TEXT)
    result = command("restore", "-c", "c-2", stdin="Hello [EMAIL_ADDRESS_1]\n")
    assert result.out == "Hello [EMAIL_ADDRESS_1]\n"
    assert "unknown in this conversation: [EMAIL_ADDRESS_1]" in result.err


def test_a_form_escapes_the_value(command: Callable[..., Any]) -> None:
    command("redact", "-c", "c-1", "call (212) 555-0143")
    assert command("restore", "-c", "c-1", "--form", "url", "[PHONE_NUMBER_1]").out == "%28212%29%20555-0143\n"
    assert command("restore", "-c", "c-1", "--form", "morse", "x").code == 2


def test_an_audience_that_may_not_read_it_does_not(command: Callable[..., Any]) -> None:
    command("redact", "-c", "c-1", TEXT)
    result = command("restore", "-c", "c-1", "--audience", "tool:mail", "--json", "to [EMAIL_ADDRESS_1]")
    found = json.loads(result.out)
    assert found["text"] == "to [EMAIL_ADDRESS_1]"
    assert found["withheld"] == ["[EMAIL_ADDRESS_1]"]
