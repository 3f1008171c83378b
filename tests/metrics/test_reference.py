"""The reference file: what is saved comes back, and what is not one is refused in words."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from redactor.exceptions import ConfigError
from redactor.metrics.counts import Counts
from redactor.metrics.reference import load, save
from redactor.metrics.report import make
from redactor.metrics.window import Window
from redactor.testing import assert_no_leak

Make = Callable[..., Window]


def test_a_window_comes_back_as_it_was(ordinary: Make, tmp_path: Path) -> None:
    kept = ordinary(20, replies=50)
    save(kept, tmp_path / "reference.json")
    assert load(tmp_path / "reference.json") == kept


def test_it_holds_counts_days_and_versions_only(ordinary: Make, tmp_path: Path) -> None:
    save(ordinary(), tmp_path / "reference.json")
    data = json.loads((tmp_path / "reference.json").read_text())
    assert set(data) == {"format", "model", "policies", "days"}
    for day, entries in data["days"].items():
        assert len(day) == len("2026-01-01")
        for kind, role, name, recognizer, part, count in entries:
            assert kind in ("message", "holding", "entity", "candidate", "sign", "reply")
            assert (role, name) <= ("z", "z")
            assert all(isinstance(text, str) and len(text) < 40 for text in (role, name, recognizer))
            assert 0 <= part < 20
            assert count > 0


def test_a_handful_of_messages_makes_no_reference(day: Callable[..., Counts], window: Make, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there are 10 messages.*needs 1000 or more"):
        save(window(day(10)), tmp_path / "reference.json")
    assert not (tmp_path / "reference.json").exists()


def test_two_models_make_no_reference(day: Callable[..., Counts], tmp_path: Path) -> None:
    mixed = Window({1: day(2000)}, {"old": 900, "new": 1100}, {"p": 2000})
    with pytest.raises(ConfigError, match=r"2 versions of the model \(old, new\)"):
        save(mixed, tmp_path / "reference.json")


def test_a_file_that_cannot_be_written_or_read_is_named(ordinary: Make, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        save(ordinary(), tmp_path)
    with pytest.raises(ConfigError, match=r"none\.json: cannot be read"):
        load(tmp_path / "none.json")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"canary": 1}',
        '{"format": "redactor monitoring reference 2", "model": "m", "policies": {}, "days": {}}',
        '{"format": "redactor monitoring reference 1", "model": "m", "policies": {}, "days": {"canary": []}}',
        '{"format": "redactor monitoring reference 1", "model": "m", "policies": {}, '
        '"days": {"2026-01-01": [["canary", "customer", "", "", 0, 1]]}}',
        '{"format": "redactor monitoring reference 1", "model": "m", "policies": {}, '
        '"days": {"2026-01-01": [["message", "customer", "", "", 20, 1]]}}',
        '{"format": "redactor monitoring reference 1", "model": "m", "policies": {}, '
        '"days": {"2026-01-01": [["message", "customer", "", "", 0, -1]]}}',
    ],
)
def test_a_file_of_something_else_is_refused_without_its_content(content: str, tmp_path: Path) -> None:
    path = tmp_path / "reference.json"
    path.write_text(content)
    with pytest.raises(ConfigError, match="not a file of `redactor monitor reference`") as caught:
        load(path)
    assert_no_leak(["canary"], str(caught.value), caught.value.args)


def test_more_messages_that_hold_a_type_than_messages_are_refused(
    day: Callable[..., Counts], window: Make, tmp_path: Path
) -> None:
    path = tmp_path / "reference.json"
    save(window(day(2000)), path)
    text = path.read_text()
    assert '["holding","customer","PERSON","",0,600]' in text
    path.write_text(text.replace("600]", "2001]"))
    with pytest.raises(ConfigError, match=r"not a file of `redactor monitor reference`.*more often than"):
        load(path)


def test_scores_of_two_models_are_not_compared_unless_told(ordinary: Make, window: Make, tmp_path: Path) -> None:
    old = ordinary()
    new = window(*old.days.values(), model="model 2")
    with pytest.raises(ConfigError, match=r"were read by model 2, and the reference is of model 1.*--any-model"):
        make(new, old)
    report = make(new, old, any_model=True)
    assert not report.alarms
    assert "Compared across models, as asked: the reference is of model 1." in report.notes


def test_another_policy_is_compared_and_said(ordinary: Make, window: Make) -> None:
    old = ordinary()
    report = make(window(*old.days.values(), policy="policy 2"), old)
    assert any("policy 1 then, policy 2 now" in note for note in report.notes)
