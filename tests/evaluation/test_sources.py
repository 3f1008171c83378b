"""A folder of sources stands for one file of each; what a source says nothing about comes with it."""

import json
from pathlib import Path

import pytest

from redactor.evaluation.dialogs import Dialog, Message, Span
from redactor.evaluation.redraw import Names
from redactor.evaluation.sources import Source, apart, find, load_source, redrawn, shortened
from redactor.exceptions import ConfigError


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name, splits in {"shop": ("dev", "train"), "bank": ("dev",), "empty": ()}.items():
        (tmp_path / name).mkdir()
        for split in splits:
            rows = [{"dialog_id": "d", "turn": 0, "text": "hi"}, {"text": f"{name} {split}"}]
            (tmp_path / name / f"{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (tmp_path / "bank" / "meta.json").write_text('{"labels_not_annotated": ["EMAIL"]}', "utf-8")
    return tmp_path


def test_files_stay_and_folders_stand_for_the_split_of_their_sources(data: Path) -> None:
    bank, shop = data / "bank" / "dev.jsonl", data / "shop" / "dev.jsonl"
    assert find([data]) == [bank, shop]
    assert find([shop, data / "bank"]) == [shop, bank]
    assert find([data], "train") == [data / "shop" / "train.jsonl"]


@pytest.mark.parametrize(("folder", "split"), [("empty", "dev"), ("bank", "train"), ("", "test")])
def test_what_holds_no_such_file_is_named(data: Path, folder: str, split: str) -> None:
    with pytest.raises(ConfigError, match=split):
        find([data / folder], split)


def test_a_source_knows_its_name_its_sentences_and_what_it_does_not_mark(data: Path) -> None:
    source = load_source(data / "bank" / "dev.jsonl")
    assert source.name == "bank/dev"
    assert source.unannotated == {"EMAIL_ADDRESS"}
    assert [dialog.alone for dialog in source.dialogs] == [False, True]
    assert source.messages == 2
    assert "bank dev" not in repr(source)


def _source() -> Source:
    messages = (
        Message("m0", "agent", "Your name?"),
        Message("m1", "customer", "Ann Smith", (Span(0, 9, "PERSON"),)),
    )
    return Source("s", (Dialog("d0", messages), Dialog("d1", messages[1:], alone=True)))


def test_a_message_apart_is_alone_and_still_belongs_to_its_dialog() -> None:
    dialogs = apart(_source()).dialogs
    assert [(dialog.origin, dialog.alone, len(dialog.messages)) for dialog in dialogs] == [
        ("d0", True, 1),
        ("d0", True, 1),
        ("d1", True, 1),
    ]
    assert len({dialog.id for dialog in dialogs}) == 3


def test_a_redrawn_source_holds_other_names_and_what_was_alone_stays_alone() -> None:
    again = redrawn(_source(), Names(("Bea",), (1.0,), ("Novak",)), times=2, seed=0)
    assert [(dialog.origin, dialog.alone) for dialog in again.dialogs] == [("d0", False), ("d1", True)] * 2
    assert {dialog.messages[-1].text for dialog in again.dialogs} == {"Bea Novak"}
    assert again.name != "s"


def test_a_shortened_source_holds_its_first_dialogs() -> None:
    assert [dialog.id for dialog in shortened(_source(), 1).dialogs] == ["d0"]
