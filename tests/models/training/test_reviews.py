"""An export of reviews is a source of training: its spans become labels, what its policy keeps stays open."""

import random
from pathlib import Path

import pytest

pytest.importorskip("faker", reason="faker (extra `train`) makes the names")

from models.training.labels import INDEX, OPEN
from models.training.prepare import open_in_reviews, review_rows, token_labels
from redactor.evaluation.dialogs import load
from redactor.reviews.exporting import Example, Span, to_jsonl

TEXT = "I am Ann Example"


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """Two messages of one conversation, and one of another, as `redactor review export` writes them."""
    kept = ("LOCATION", "NEWTYPE")
    examples = [
        Example("1", "a", 0, "agent", "Your name?", (), kept),
        Example("2", "a", 1, "customer", TEXT, (Span(5, 16, "PERSON"),), kept),
        Example("3", "b", 0, "customer", "ssn 666-12-3456", (Span(4, 15, "US_SSN"),)),
    ]
    path = tmp_path / "reviews.jsonl"
    path.write_text("".join(to_jsonl(examples)), "utf-8")
    return path


def test_reviews_are_read_with_what_was_said_before(exported: Path) -> None:
    contexts = set()
    for seed in range(20):
        rows = list(review_rows(exported, random.Random(seed)))
        assert [row["text"] for row in rows] == ["Your name?", TEXT, "ssn 666-12-3456"]
        assert rows[0]["context"] == rows[2]["context"] == ""
        assert [span["label"] for row in rows for span in row["spans"]] == ["PERSON", "NATIONAL_ID"]
        contexts.add(rows[1]["context"])
    assert contexts == {"", "Your name?"}


def test_types_that_the_policy_keeps_stay_open(exported: Path) -> None:
    opens = open_in_reviews(exported)
    assert list(opens.values()) == [frozenset({"LOCATION"}), frozenset()]
    row = list(review_rows(exported, random.Random(1)))[1]
    sets: list[frozenset[str]] = [frozenset()]
    labels = token_labels(row, [(0, 1), (2, 4), (5, 8), (9, 16)], opens[row["source"]], sets)
    assert labels == [OPEN + 1, OPEN + 1, INDEX["B-PERSON"], INDEX["I-PERSON"]]
    assert sets[1] == {"LOCATION"}


def test_what_was_exported_can_be_measured_on_too(exported: Path) -> None:
    dialogs = load(exported)
    assert [message.text for message in dialogs[0].messages] == ["Your name?", TEXT]
