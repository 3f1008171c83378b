"""Choosing a model: nothing that is damaged or misses its canaries comes into use, and nothing changes unseen."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from redactor.audit import Audit, Entry
from redactor.crypto import LocalKey
from redactor.detection.model import load_model
from redactor.exceptions import AuditError, ModelError
from redactor.models import SHIPPED, Choice, folder_of, installed, problems, version_of
from redactor.storage.memory import MemoryStore


class Log(Audit):
    """The real log, with what was written to it at hand."""

    def __init__(self) -> None:
        super().__init__(MemoryStore(), LocalKey.ephemeral())
        self.entries: list[Entry] = []
        self.refuses = False

    def write(self, entry: Entry) -> int:
        if self.refuses:
            raise AuditError("refused")
        self.entries.append(entry)
        return super().write(entry)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the shipped package that a test may spoil."""
    shipped, copy = load_model(SHIPPED), tmp_path / "copy"
    copy.mkdir()
    for name in ("model.onnx", "tokenizer.json", "meta.json"):
        shutil.copy(shipped / name, copy / name)
    return copy


@pytest.fixture
def audit() -> Log:
    return Log()


@pytest.fixture
def choice(tmp_path: Path) -> Choice:
    return Choice(tmp_path / "data", clock=lambda: 1000.0)


def spoil(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def set_meta(package: Path, **values: Any) -> None:
    meta = json.loads((package / "meta.json").read_text())
    (package / "meta.json").write_text(json.dumps({**meta, **values}))


def test_the_shipped_model_finds_its_canaries() -> None:
    assert SHIPPED in installed()
    assert list(problems(load_model(SHIPPED))) == []


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("at", [0, 100, -1])
def test_one_changed_bit_is_found(package: Path, name: str, at: int) -> None:
    spoil(package / name, at)
    (found,) = problems(package)
    assert f"{name} of the model package" in found


def test_a_model_that_misses_its_canaries_says_which(package: Path) -> None:
    set_meta(package, o_bias=-50.0)  # everything is outside
    found = list(problems(package))
    assert "canary 1: expected PERSON, found nothing" in found
    assert not any(line.startswith("canary 13") for line in found)  # in which nothing is to be found


def test_a_package_may_bring_its_own_canaries(package: Path) -> None:
    own = package / "canaries.json"
    own.write_text(json.dumps([{"text": "blue shoes", "expect": [["PERSON", "blue"]]}]))
    assert list(problems(package)) == ["canary 1: expected PERSON, found nothing"]
    own.write_text("[{}]")
    assert "canaries.json" in next(problems(package))


def test_use_and_rollback(package: Path, choice: Choice, audit: Log) -> None:
    assert choice.folder() is None
    chosen = choice.use(str(package), audit)
    assert choice.folder() == package
    assert (chosen.version, chosen.since) == (version_of(package), 1000.0)
    assert choice.use(SHIPPED, audit).source == SHIPPED
    back = choice.rollback(audit)
    assert back is not None
    assert Path(back.source) == package
    assert choice.rollback(audit) is None
    assert choice.folder() is None
    done = [entry.action for entry in audit.entries if entry.outcome == "done"]
    assert done == ["model.use", "model.use", "model.rollback", "model.rollback"]
    assert [entry.outcome for entry in audit.entries] == ["begun", "done"] * 4
    assert audit.entries[0].versions == {"model": version_of(package), "before": SHIPPED}


def test_what_speaks_against_a_model_changes_nothing(package: Path, choice: Choice, audit: Log) -> None:
    choice.use(SHIPPED, audit)
    before = choice.history()
    spoil(package / "model.onnx", 5000)
    with pytest.raises(ModelError, match="damaged"):
        choice.use(str(package), audit)
    assert choice.history() == before
    assert len(audit.entries) == 2


def test_a_model_that_changed_after_it_was_chosen_is_refused(package: Path, choice: Choice, audit: Log) -> None:
    choice.use(str(package), audit)
    set_meta(package, temperature=1.4)  # whole by its checksums, and another
    with pytest.raises(ModelError, match=r"the chosen model was redactor_en-0\.2\.0-"):
        choice.folder()
    choice.use(str(package), audit)
    assert choice.folder() == package


def test_no_audit_record_no_switch(package: Path, choice: Choice, audit: Log) -> None:
    audit.refuses = True
    with pytest.raises(AuditError):
        choice.use(str(package), audit)
    assert choice.history() == []


def test_there_is_nothing_to_go_back_from(choice: Choice, audit: Log) -> None:
    with pytest.raises(ModelError, match="nothing to go back from"):
        choice.rollback(audit)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2, "history": []}', '{"format": 1, "history": [{}]}'])
def test_a_damaged_choice_is_no_choice_of_the_shipped_model(tmp_path: Path, content: str) -> None:
    (tmp_path / "models.json").write_text(content)
    with pytest.raises(ModelError, match=r"models\.json cannot be read"):
        Choice(tmp_path).folder()


def test_a_choice_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, audit: Log) -> None:
    (tmp_path / "data").write_text("a file where a folder is needed")
    with pytest.raises(ModelError):
        Choice(tmp_path / "data").use(SHIPPED, audit)


def test_an_unknown_name_lists_what_is_installed() -> None:
    with pytest.raises(ModelError, match=r"installed: .*redactor_en"):
        folder_of("redactor_xx")


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("REDACTOR_HOME", str(tmp_path / "data"))
    path = tmp_path / "redactor.toml"
    path.write_text('[store]\nkind = "memory"\n')
    yield path


def test_a_redactor_of_a_configuration_takes_the_chosen_model(package: Path, configured: Path, audit: Log) -> None:
    from redactor import Redactor

    set_meta(package, version="9.9.9")
    Choice(configured.parent / "data").use(str(package), audit)
    with Redactor.from_config(configured) as redactor:
        assert redactor.model_version.startswith("redactor_en-9.9.9-")
    configured.write_text('model = "redactor_en"\n[store]\nkind = "memory"\n')
    with Redactor.from_config(configured) as redactor:
        assert not redactor.model_version.startswith("redactor_en-9.9.9-")


def test_a_switch_that_was_stopped_half_way_is_not_recorded_as_done(
    choice: Choice, audit: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(path: Path, content: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("redactor.models._replace", killed)
    with pytest.raises(KeyboardInterrupt):
        choice.use(SHIPPED, audit)
    assert choice.history() == []
    assert [entry.outcome for entry in audit.entries] == ["begun"]
