"""`transcripts`: list, show, search, export and mark-missed on a real store, without a value in anything written."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from redactor import Redactor
from redactor.config import Settings
from redactor.testing import FakeRecognizer, assert_no_leak
from redactor.transcripts.exporting import COLUMNS, from_csv, from_jsonl

MISSED = "Zebulon Quuxley"
HOST_ID = "+1 202 555 0173"
VALUES: dict[str | re.Pattern[str], str] = {"Crystal Minh": "PERSON", "7730019284": "ACCOUNT_ID"}
Command = Callable[..., Any]


@pytest.fixture
def redactor(home: Path) -> Iterator[Redactor]:
    """What a host has recorded in the store of these commands."""
    store, key = Settings.load(None).open_store()
    with Redactor(recognizers=[FakeRecognizer(VALUES)], store=store, key=key) as made:
        chat = made.conversation(HOST_ID)
        chat.redact(f"I am Crystal Minh, refund {MISSED}", channel="whatsapp")
        chat.redact(f"order 7730019284 of {MISSED}\x1b[31m", channel="web")
        made.conversation("theirs", tenant="acme").redact("refunds, please", role="agent")
        yield made


def test_conversations_are_listed(command: Command, redactor: Redactor) -> None:
    public_id = redactor.conversation(HOST_ID).public_id
    result = command("transcripts", "list")
    assert result.code == 0
    assert public_id in result.out
    assert "ACCOUNT_ID PERSON" in result.out
    assert public_id not in command("transcripts", "list", "--tenant", "acme").out
    found = json.loads(command("transcripts", "list", "--json", "--limit", "1").out)
    assert [(each["tenant"], each["turns"], each["types"]) for each in found["conversations"]] == [("acme", 1, [])]
    rest = command("transcripts", "list", "--json", "--cursor", found["cursor"])
    assert [each["public_id"] for each in json.loads(rest.out)["conversations"]] == [public_id]
    assert f"--cursor {found['cursor']}" in command("transcripts", "list", "--limit", "1").err


def test_a_conversation_is_shown_by_public_id_and_by_the_hosts(command: Command, redactor: Redactor) -> None:
    public_id = redactor.conversation(HOST_ID).public_id
    result = command("transcripts", "show", public_id)
    assert result.code == 0
    assert f"I am [PERSON_1], refund {MISSED}" in result.out
    assert "[PERSON_1] PERSON 0.95 fake, placeholder" in result.out
    assert "whatsapp" in result.out
    assert "\x1b" not in result.out
    assert command("transcripts", "show", "--id", HOST_ID).out == result.out
    found = json.loads(command("transcripts", "show", "--id", HOST_ID, "--json").out)
    assert (found["conversation"], [turn["seq"] for turn in found["turns"]]) == (public_id, [1, 2])
    assert set(found["turns"][0]) == set(COLUMNS)


def test_what_is_not_there_is_said(command: Command, redactor: Redactor) -> None:
    for words in (["nobody"], ["--id", "nobody"], ["--id", HOST_ID, "--tenant", "acme"], [], ["x", "--id", "y"]):
        result = command("transcripts", "show", *words)
        assert (result.code, result.out) == (2, "")
        assert "nobody" not in result.err
    redactor.conversation(HOST_ID).forget()
    gone = command("transcripts", "show", "--id", HOST_ID)
    assert (gone.code, gone.out) == (0, "")
    assert "has no turns" in gone.err


SEARCHES: list[tuple[list[str], list[str]]] = [
    (["refund*"], ["refunds, please", f"I am [PERSON_1], refund {MISSED}"]),
    (['"i am"'], [f"I am [PERSON_1], refund {MISSED}"]),
    (
        ["--type", "PERSON", "--min-score", "0.9", "--recognizer", "fake", "--operator", "placeholder"],
        [f"I am [PERSON_1], refund {MISSED}"],
    ),
    (["--type", "PERSON", "--max-score", "0.9"], []),
    (["--channel", "whatsapp", "--since", "1h", "--until", "2999-01-01"], [f"I am [PERSON_1], refund {MISSED}"]),
    (["--until", "2001-01-01T10:00"], []),
    (["--role", "agent"], ["refunds, please"]),
    (["--tenant", "acme", "--model-version", "fake"], ["refunds, please"]),
    (["--policy-version", "none"], []),
]


@pytest.mark.parametrize(("words", "expected"), SEARCHES)
def test_turns_are_found(command: Command, redactor: Redactor, words: list[str], expected: list[str]) -> None:
    found = json.loads(command("transcripts", "search", *words, "--json").out)
    assert [turn["text"] for turn in found["turns"]] == expected
    shown = command("transcripts", "search", *words)
    assert shown.code == 0
    assert all(text in shown.out for text in expected)
    assert bool(expected) != ("nothing found" in shown.err)


def test_a_search_goes_on_where_a_page_ended(command: Command, redactor: Redactor) -> None:
    found = json.loads(command("transcripts", "search", "--limit", "2", "--json").out)
    rest = json.loads(command("transcripts", "search", "--cursor", found["cursor"], "--json").out)
    assert [turn["seq"] for turn in found["turns"] + rest["turns"]] == [1, 2, 1]
    assert rest["cursor"] is None


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (['"canary'], "character 1 has no partner"),
        (["can*ary"], "stands before the end of a word"),
        (["--since", "yesterday"], "--since: expected a date such as"),
        (["--cursor", "canary"], "no cursor"),
        (["--min-score", "2"], "--min-score"),
        (["--limit", "0"], "--limit"),
    ],
)
def test_a_wrong_search_is_explained(command: Command, redactor: Redactor, words: list[str], complaint: str) -> None:
    result = command("transcripts", "search", *words)
    assert (result.code, result.out) == (2, "")
    assert complaint in result.err
    assert "Traceback" not in result.err


def test_an_export_is_read_back(command: Command, redactor: Redactor, tmp_path: Path) -> None:
    everything = list(redactor.transcripts.search().items)
    assert list(from_jsonl(io.StringIO(command("transcripts", "export").out))) == everything
    result = command("transcripts", "export", "--format", "csv", "--out", str(tmp_path / "out.csv"))
    assert (result.code, result.out) == (0, "")
    assert f"written: {tmp_path}" in result.err.replace("\n", "")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert list(from_csv(file)) == everything
    only = command("transcripts", "export", "--type", "PERSON", "--format", "csv").out
    assert len(list(csv.reader(io.StringIO(only, newline="")))) == 2
    assert command("transcripts", "export", "--out", str(tmp_path)).code == 2


def test_a_missed_value_is_masked_everywhere(command: Command, redactor: Redactor, home: Path) -> None:
    chat = redactor.conversation(HOST_ID)
    first, second = json.loads(command("transcripts", "show", chat.public_id, "--json").out)["turns"]
    start = first["text"].index(MISSED)
    place = ["--turn", first["turn_id"], "--start", str(start), "--end", str(start + len(MISSED)), "--type", "PERSON"]
    refused = command("transcripts", "mark-missed", chat.public_id, *place, "--revision", "7")
    assert (refused.code, refused.out) == (2, "")
    result = command("transcripts", "mark-missed", "--id", HOST_ID, *place, "--revision", "0", "--json")
    assert result.code == 0, result.err
    revised = json.loads(result.out)["revised"]
    assert [(each["turn_id"], each["revision"]) for each in revised] == [(first["turn_id"], 1), (second["turn_id"], 1)]
    assert revised[0]["text"] == "I am [PERSON_1], refund [PERSON_2]"
    assert_no_leak([MISSED, "Quuxley"], home)
    assert chat.redact(f"{MISSED} again").text == "[PERSON_2] again"
    again = command("transcripts", "mark-missed", chat.public_id, *place)
    assert (again.code, again.out) == (2, "")
    assert "does not lie in the turn's text" in again.err


def test_a_store_in_memory_has_nothing_to_show(command: Command, home: Path, tmp_path: Path) -> None:
    (tmp_path / "redactor.toml").write_text('[store]\nkind = "memory"\n')
    for words in (["list"], ["search", "x"], ["export"]):
        result = command("transcripts", *words, "--config", str(tmp_path / "redactor.toml"))
        assert result.code == 2
        assert "Redactor.transcripts" in result.err


def test_no_value_and_no_hosts_id_is_in_anything_written(command: Command, redactor: Redactor) -> None:
    chat = redactor.conversation(HOST_ID)
    shown = [
        command("transcripts", *words)
        for words in (
            ["list"],
            ["show", chat.public_id],
            ["search", "order"],
            ["export"],
            ["export", "--format", "csv"],
        )
    ]
    assert all(result.code == 0 and result.out for result in shown)
    assert_no_leak([*map(str, VALUES), HOST_ID], [(result.out, result.err) for result in shown])


@pytest.mark.parametrize("words", [("list",), ("search", "refund"), ("export",), ("show", "--id", "c")])
def test_looking_makes_no_store_and_no_key(command: Command, home: Path, words: tuple[str, ...]) -> None:
    result = command("transcripts", *words)
    assert (result.code, result.out) == (2, "")
    assert "no store" in result.err
    assert not home.exists()


def test_a_role_or_operator_that_does_not_exist_is_refused(command: Command, redactor: Redactor) -> None:
    for words in (("--role", "boss"), ("--operator", "shred")):
        result = command("transcripts", "search", *words)
        assert (result.code, result.out) == (2, "")
        assert words[0] in result.err
    assert command("transcripts", "search", "--role", "agent", "--operator", "mask").code == 0
