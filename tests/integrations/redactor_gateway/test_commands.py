"""`redactor platform`: what it prints, and what it never prints."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer

from redactor import Redactor
from redactor.cli import opened
from redactor.exceptions import ConfigError
from redactor.testing import assert_no_leak
from redactor_gateway.commands import app
from redactor_gateway.platform import shipped

PAYLOADS = Path(__file__).parent / "payloads"


@pytest.fixture(autouse=True)
def _fake_detection(redactor: Redactor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "in_memory", lambda policy: redactor)
    monkeypatch.setenv("NO_COLOR", "1")


def called(words: Sequence[str]) -> None:
    with pytest.raises(SystemExit) as end:
        app(args=list(words), prog_name="redactor platform")
    assert not end.value.code


def test_every_platform_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    called(["list"])
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]] == list(shipped())
    called(["list", "--json"])
    slack = next(each for each in json.loads(capsys.readouterr().out) if each["name"] == "slack")
    assert "POST /api/chat.postMessage" in slack["calls"]


def test_a_payload_is_shown_as_a_bot_would_see_it(
    capsys: pytest.CaptureFixture[str], canaries: tuple[str, ...]
) -> None:
    called(["test", "slack", str(PAYLOADS / "slack.json")])
    out, err = capsys.readouterr()
    rows = {line.split()[0]: line.split()[1] for line in out.splitlines()}
    assert rows["/event/text"] == "slack_mrkdwn" and rows["/event/user_profile/real_name"] == "identity"
    assert rows["/event/files/0/name"] == "unmapped" and "/type" not in rows
    assert "1 conversation(s)" in err
    assert_no_leak(canaries, out, err)


def test_json_tells_all(capsys: pytest.CaptureFixture[str], canaries: tuple[str, ...]) -> None:
    called(["test", "twilio_messaging", str(PAYLOADS / "twilio_messaging.form"), "--json", "--all"])
    out = capsys.readouterr().out
    told = json.loads(out)
    places = {each["path"]: each for each in told["places"]}
    assert places["/Body"] == {
        "path": "/Body", "kind": "text", "changed": True, "becomes": "Hi, I'm [PERSON_1], order [ACCOUNT_ID_1]",
    }  # fmt: skip
    assert places["/NumMedia"]["changed"] is False
    assert_no_leak(canaries, out)


def test_what_cannot_be_used_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        app(args=["test", "slack", str(tmp_path / "none.json")])
    with pytest.raises(ConfigError, match="did you mean 'slack'"):
        app(args=["test", "slak", str(PAYLOADS / "slack.json")])
    assert isinstance(app, typer.Typer)


@pytest.mark.parametrize("name", shipped())
def test_no_value_of_any_platforms_payload_is_printed(
    name: str, capsys: pytest.CaptureFixture[str], canaries: tuple[str, ...]
) -> None:
    for folder in (PAYLOADS, PAYLOADS / "echoes"):
        for payload in folder.glob(f"{name}.*"):
            called(["test", name, str(payload), "--all"])
            out, err = capsys.readouterr()
            assert "PERSON" in out and "conversation" in out + err
            assert_no_leak(canaries, out, err)
