"""`explain` shows every vote and its end; `policy` shows, checks and describes policies."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redactor.taxonomy import entity_types


def test_every_vote_is_shown_with_its_end(command: Callable[..., Any]) -> None:
    out = command("explain", "write to ann.canary@example.com").out
    header, *rows = out.splitlines()
    assert header.split() == ["span", "type", "score", "recognizer", "outcome", "reason"]
    masked = next(row for row in rows if "EMAIL_ADDRESS" in row and "masked" in row)
    assert masked.startswith("9-31 ")
    assert "canary" not in out


def test_context_explains_a_bare_number(command: Callable[..., Any]) -> None:
    asked = json.loads(command("explain", "8706847615", "--context", "What is your order number?", "--json").out)
    assert any(vote["type"] == "ACCOUNT_ID" and vote["outcome"] == "masked" for vote in asked)


def test_a_text_without_votes_says_so_on_stderr(command: Callable[..., Any]) -> None:
    result = command("explain", stdin="ok")
    assert result.out == ""
    assert "nobody found anything" in result.err


def test_a_policy_is_shown_with_every_type(command: Callable[..., Any]) -> None:
    out = command("policy", "show").out
    assert all(name in out for name in entity_types())
    by_type = {line.split()[0]: line.split() for line in out.splitlines()[2:]}
    assert by_type["PERSON"][1:] == ["placeholder", "model's", "customer", "30d"]
    assert by_type["LOCATION"][1] == "keep"
    everything = json.loads(command("policy", "show", "everything", "--json").out)
    assert everything["types"]["LOCATION"]["operator"] == "placeholder"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ('name = "mine"\n[types.URL]\noperator = "keep"\n', 0, "ok: policy mine"),
        ('[types.URLL]\noperator = "keep"\n', 2, "URL"),
        ('[types.URL]\noperatr = "keep"\n', 2, "operator"),
        ('[types.CARD_CVV]\noperator = "placeholder"\n', 2, "CARD_CVV"),
        ("not toml", 2, "TOML"),
    ],
)
def test_a_policy_file_is_checked(command: Callable[..., Any], tmp_path: Path, text: str, code: int, said: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    result = command("policy", "check", str(path))
    assert result.code == code
    assert said in result.out + result.err


def test_the_schema_is_json_schema(command: Callable[..., Any]) -> None:
    schema = json.loads(command("policy", "schema").out)
    assert schema["$schema"].endswith("2020-12/schema")
    assert "types" in schema["properties"]
