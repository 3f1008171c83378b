"""`replay`: turn by turn, then the counts; nothing of the file on stderr."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROWS: list[dict[str, Any]] = [
    {"dialog_id": "d1", "turn": 0, "role": "agent", "text": "Hello, what is your e-mail address?", "spans": []},
    {
        "dialog_id": "d1",
        "turn": 1,
        "role": "user",
        "text": "ann.canary@example.com",
        "spans": [{"start": 0, "end": 22, "label": "EMAIL"}],
    },
    {"dialog_id": "d2", "turn": 0, "role": "customer", "text": "thanks", "spans": []},
    {
        "dialog_id": "d2",
        "turn": 1,
        "role": "customer",
        "text": "please send the blue one",
        "spans": [{"start": 16, "end": 20, "label": "PERSON"}],  # wrong on purpose: nobody finds it,
    },
]


@pytest.fixture
def chats(tmp_path: Path) -> Path:
    path = tmp_path / "chats.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    return path


@pytest.fixture
def names(tmp_path: Path) -> Path:
    folder = tmp_path / "names"
    folder.mkdir()
    (folder / "first.csv").write_text("romanized,gender\nAmina,F\nBruno,M\n", "utf-8")
    (folder / "last.csv").write_text("romanized\nNovak\nOkafor\n", "utf-8")
    return folder


def test_turns_are_shown_typed_seen_and_read(command: Callable[..., Any], chats: Path, home: Path) -> None:
    result = command("replay", str(chats))
    assert result.code == 0
    assert (
        "customer\n"
        "  typed     ann.canary@example.com\n"
        "  LLM sees  [EMAIL_ADDRESS_1]\n"
        "  reads     ann.canary@example.com\n"
    ) in result.out
    assert result.err == ""
    assert not home.exists()


def test_the_summary_counts_values_messages_conversations_and_what_came_back(
    command: Callable[..., Any], chats: Path
) -> None:
    out = command("replay", str(chats), "--quiet").out
    assert "canary" not in out
    assert "2 dialogs, 4 messages" in out
    lines = {line.strip().split("  ")[0]: line for line in out.splitlines()}
    assert "1 of 2" in lines["values fully masked"]
    assert "0 of 2" in lines["clean messages touched"]
    assert "1 of 2" in lines["conversations with nothing left"]
    assert "1 of 1" in lines["placeholders an echoing bot's customer reads"]
    assert "1 of 1" in lines["EMAIL_ADDRESS"]
    assert "0 of 1" in lines["PERSON"]


def test_json_is_the_same_summary_and_holds_no_value(command: Callable[..., Any], chats: Path) -> None:
    found = json.loads(command("replay", str(chats), "--json").out)
    assert (found["dialogs"], found["messages"]) == (2, 4)
    assert found["masked"] | {"low": 0, "high": 0} == {"count": 1, "total": 2, "share": 0.5, "low": 0, "high": 0}
    assert found["by_type"]["PERSON"]["count"] == 0
    assert "blue" not in json.dumps(found)


def test_missed_values_are_shown_only_on_demand(command: Callable[..., Any], chats: Path) -> None:
    assert "blue" not in command("replay", str(chats), "--quiet").out
    assert "blue" in command("replay", str(chats), "--quiet", "--show-missed").out
    missed = json.loads(command("replay", str(chats), "--json", "--show-missed").out)["missed"]
    assert [row["text"] for row in missed] == ["blue"]


def test_one_dialog_is_chosen_by_place_or_id(command: Callable[..., Any], chats: Path) -> None:
    for wanted in ("1", "d1"):
        out = command("replay", str(chats), "--dialog", wanted).out
        assert "1 dialogs, 2 messages" in out
        assert "thanks" not in out
    for wanted in ("0", "3", "d9", "²"):
        assert command("replay", str(chats), "--dialog", wanted).code == 2


def test_redraws_replay_other_values_in_place_of_the_files_own(
    command: Callable[..., Any], chats: Path, names: Path
) -> None:
    words = ("replay", str(chats), "--redraws", "3", "--names", str(names), "--json", "--show-missed")
    found = json.loads(command(*words).out)
    assert (found["dialogs"], found["messages"], found["masked"]["total"]) == (6, 12, 6)
    # a name in place of the "blue" that nobody takes for one
    assert (found["masked"]["count"], found["missed"]) == (6, [])
    assert json.loads(command(*words).out) == found
    assert command("replay", str(chats), "--redraws", "3").code == 2


def test_a_bad_line_is_named_without_its_text(command: Callable[..., Any], chats: Path) -> None:
    chats.write_text('{"text": "fine"}\n{"text": canary}\n', "utf-8")
    result = command("replay", str(chats))
    assert result.code == 2
    assert f"{chats}, line 2: expected a JSON object" in result.err
    assert "canary" not in result.out + result.err


def test_types_that_the_policy_keeps_are_no_values_to_mask(command: Callable[..., Any], chats: Path) -> None:
    row = {"text": "I live in Paris", "spans": [{"start": 10, "end": 15, "label": "LOCATION"}]}
    chats.write_text(json.dumps(row) + "\n", "utf-8")
    assert json.loads(command("replay", str(chats), "--json").out)["masked"]["total"] == 0
    everything = json.loads(command("replay", str(chats), "--json", "--policy", "everything").out)
    assert everything["masked"]["total"] == 1
