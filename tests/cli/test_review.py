"""`review`: estimates, agreement, export, propose and apply on a real store, without a value in anything shown."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from redactor import Policy, Redactor
from redactor.audit import acting
from redactor.audit.records import decoded
from redactor.config import Settings
from redactor.reviews import Reviews, Verdict
from redactor.testing import FakeRecognizer, assert_no_leak

Command = Callable[..., Any]
NOBODY, PERSON = "Quillon Brothers", "Zebulon Quuxley"
SUPPORT = 'name = "support"\n\n[types.PERSON]\naudiences = ["customer", "reviewer"]  # as agreed\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration whose policy stands in a file of its own."""
    (tmp_path / "support.toml").write_text(SUPPORT)
    path = tmp_path / "redactor.toml"
    path.write_text('policy = "support.toml"\n')
    return path


@pytest.fixture
def redactor(home: Path, config: Path) -> Iterator[Redactor]:
    """What two people have reviewed in the store of these commands."""
    settings = Settings.load(config)
    store, key = settings.open_store()
    found = FakeRecognizer({PERSON: "PERSON", NOBODY: "PERSON"})
    with Redactor(settings.policy_source(), [found], store, key=key) as made:
        for number in range(3):
            chat = made.conversation(f"c{number}")
            turn = chat.redact(f"{PERSON} asks {NOBODY}")
            for person in ("ann", "bob"):
                with acting(f"console:{person}"):
                    reviews = Reviews(made, reviewers=2)
                    reviews.judge(chat.public_id, turn.turn_id, Verdict("not_personal", 16, 26))
                    reviews.submit(chat.public_id, turn.turn_id, sampled=True)
        chat = made.conversation("d")
        turn = chat.redact(f"I am {PERSON}")
        for person in ("ann", "bob"):
            with acting(f"console:{person}"):
                Reviews(made, reviewers=2).submit(chat.public_id, turn.turn_id)
        yield made


def entries(redactor: Redactor) -> list[tuple[str, str, tuple[str, ...]]]:
    records = [decoded(row.record) for row in redactor.parts.store.audit(0, 1000)]
    return [(each.actor.split(":")[0], each.entry.action, each.entry.subject) for each in records]


def test_estimates_are_shown_with_their_intervals(command: Command, redactor: Redactor) -> None:
    result = command("review", "estimates")
    assert result.code == 0
    assert "4 messages reviewed" in result.out
    assert "57.1% (25.0-84.2, 4 of 7, too few)" in result.out
    assert json.loads(command("review", "estimates", "--json").out)["types"][0]["precision"]["count"] == 4


def test_agreement_is_shown_for_each_two(command: Command, redactor: Redactor) -> None:
    result = command("review", "agreement")
    assert result.code == 0
    assert "console:ann" in result.out
    assert "Krippendorff's alpha: 1.000" in result.out
    assert json.loads(command("review", "agreement", "--json").out)["messages"] == 4


def test_an_export_holds_no_value_and_says_what_is_left_out(
    command: Command, redactor: Redactor, tmp_path: Path
) -> None:
    out = tmp_path / "reviews.jsonl"
    result = command("review", "export", "--out", str(out), "--seed", "s")
    assert result.code == 0
    assert "1 messages\n3 left out: what was hidden is nobody's" in result.out
    [row] = [json.loads(line) for line in out.read_text().splitlines()]
    assert [span["label"] for span in row["spans"]] == ["PERSON"]
    assert command("review", "export", "--out", str(tmp_path / "r.conll"), "--format", "conll").code == 0
    assert command("review", "export", "--out", str(tmp_path / "set"), "--format", "huggingface").code == 0
    assert (tmp_path / "set" / "README.md").is_file()
    assert_no_leak([NOBODY, PERSON], tmp_path / "set", tmp_path / "r.conll", out, result)
    assert entries(redactor)[-1][:2] == ("cli", "review.export")


def test_a_proposal_becomes_a_new_version_of_the_policy(
    command: Command, redactor: Redactor, config: Path, tmp_path: Path
) -> None:
    shown = command("review", "propose", "--config", str(config))
    assert "from 4 reviewed messages" in shown.out
    key = shown.out.split("from 4 reviewed messages\n")[1].split(":")[0]
    assert_no_leak([NOBODY], shown)
    change = tmp_path / "change.toml"
    made = command("review", "propose", "--config", str(config), "--allow", key, "--out", str(change))
    assert made.code == 0
    assert NOBODY in change.read_text()
    assert_no_leak([NOBODY], made, entries(redactor))
    applied = command("review", "apply", str(change), "--config", str(config))
    assert applied.code == 0, applied.err
    [new] = tmp_path.glob("support-*.toml")
    assert Policy.load(new).allows("PERSON", NOBODY)
    assert "# as agreed" in new.read_text()
    assert (tmp_path / "support.toml").read_text() == SUPPORT
    assert f"version {Policy.load(new).version}" in applied.out
    told = entries(redactor)
    [_, action, subject] = told[-1]
    assert (action, subject[-1]) == ("policy.version", "1 terms allowed")
    again = command("review", "apply", str(change), "--config", str(config))
    assert again.code == 2
    assert "never written over" in again.err
    assert entries(redactor) == told


def test_what_cannot_be_is_refused(command: Command, redactor: Redactor, config: Path, tmp_path: Path) -> None:
    for words in (
        ("propose", "--allow", "nothing"),
        ("propose", "--allow", "nothing", "--out", str(tmp_path / "x.toml")),
        ("apply", str(tmp_path / "absent.toml")),
        ("export", "--out", str(tmp_path / "no" / "such")),
        ("export", "--out", str(tmp_path), "--format", "huggingface"),
    ):
        result = command("review", *words)
        assert result.code == 2, words
        assert_no_leak([NOBODY, PERSON], result)
    unread = json.loads(command("review", "propose", "--json").out)
    assert [term["people"] for term in unread["terms"]] == [2]
