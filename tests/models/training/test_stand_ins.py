"""A share of the redacted histories shows stand-ins; nothing else of the generated text changes by it."""

import random
import re

import pytest

pytest.importorskip("faker", reason="faker (extra `train`) makes the names")

from models.training import stand_ins
from models.training.generate import generate
from models.training.marked import plain
from models.training.prepare import hidden
from models.training.scripts import Cast
from models.training.slots import Writer
from models.training.stand_ins import StandIns

PLACEHOLDER = re.compile(r"\[[A-Z_]+_\d+\]")


def test_a_share_of_the_histories_shows_stand_ins() -> None:
    written = [StandIns.of(str(seed)).are_written for seed in range(2000)]
    assert 0.9 * stand_ins.SHARE < sum(written) / len(written) < 1.1 * stand_ins.SHARE
    assert written == [StandIns.of(str(seed)).are_written for seed in range(2000)]


def test_only_contexts_differ_from_what_is_generated_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_ins, "SHARE", 1.0)
    rows = list(generate(60, 7, ("dialogs", "prose")))
    monkeypatch.setattr(stand_ins, "SHARE", 0.0)
    without = list(generate(60, 7, ("dialogs", "prose")))
    assert [(row["text"], row["spans"]) for row in rows] == [(row["text"], row["spans"]) for row in without]
    pairs = [(ours["context"], theirs["context"]) for ours, theirs in zip(rows, without, strict=True)]
    changed = [pair for pair in pairs if pair[0] != pair[1]]
    assert changed
    assert all(PLACEHOLDER.search(theirs) for _, theirs in changed)


def test_one_value_has_one_stand_in_in_a_dialog_and_no_value_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_ins, "SHARE", 1.0)
    for seed in range(20):
        cast = Cast(random.Random(seed))
        first, second = cast.fill("I am {person.me}, {email.me}"), cast.fill("{person.me}")
        shown, name = cast.hidden(first), cast.hidden(second)
        assert "[" not in shown
        assert shown.startswith(f"I am {name}, ")
        assert not [piece.text for piece in first if piece.label and piece.text.lower() in shown.lower()]


def test_a_type_without_stand_ins_keeps_its_placeholder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_ins, "SHARE", 1.0)
    assert PLACEHOLDER.fullmatch(plain(Writer(random.Random(3)).fill("{age}", placeholders=True)))
    row = {"text": "order AB-12345 at 44", "spans": [{"start": 6, "end": 14, "label": "ACCOUNT_ID"}]}
    assert re.fullmatch(r"order [A-Z]{2}-\d{5} at 44", hidden(row, random.Random(1)))
