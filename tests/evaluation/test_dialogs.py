"""Marked conversations are read in order, and a bad line is named without being repeated."""

import json
from pathlib import Path
from typing import Any

import pytest

from redactor.evaluation.dialogs import Span, load, type_of, unannotated_types
from redactor.exceptions import ConfigError


def _file(folder: Path, *rows: Any) -> Path:
    path = folder / "chats.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_dialogs_come_whole_and_in_the_order_of_their_turns(tmp_path: Path) -> None:
    rows = [
        {"dialog_id": "b", "turn": 1, "role": "agent", "text": "second"},
        {"dialog_id": "a", "turn": 0, "role": "user", "text": "other"},
        {"dialog_id": "b", "turn": 0, "role": "customer", "text": "first"},
    ]
    dialogs = load(_file(tmp_path, *rows))
    assert [dialog.id for dialog in dialogs] == ["b", "a"]
    assert [message.text for message in dialogs[0].messages] == ["first", "second"]
    assert dialogs[1].messages[0].role == "customer"


def test_a_message_without_a_dialog_is_a_dialog_of_its_own(tmp_path: Path) -> None:
    rows = [{"id": f"m{n}", "dialog_id": None, "turn": None, "role": None, "text": "hello"} for n in range(3)]
    dialogs = load(_file(tmp_path, *rows))
    assert [(dialog.id, len(dialog.messages)) for dialog in dialogs] == [("m0", 1), ("m1", 1), ("m2", 1)]


def test_labels_become_entity_types(tmp_path: Path) -> None:
    row = {"text": "Ann, a@b.de", "spans": [{"start": 5, "end": 11, "label": "EMAIL"}]}
    message = load(_file(tmp_path, row))[0].messages[0]
    assert message.spans == (Span(5, 11, "EMAIL_ADDRESS"),)
    assert type_of("PERSON") == "PERSON"
    assert type_of("US_SSN") == "NATIONAL_ID"


def test_a_byte_order_mark_and_blank_lines_are_no_messages(tmp_path: Path) -> None:
    path = tmp_path / "chats.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"text": "one"}\n\n   \n{"text": "two"}\n')
    assert len(load(path)) == 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{not json canary", "a JSON object"),
        ('["canary"]', "a JSON object"),
        ("[" * 100_000, "a JSON object"),
        ('{"text": 4, "id": "canary"}', "`text` to be a string"),
        ('{"id": "canary"}', "`text` to be a string"),
        ('{"text": "canary", "role": "canary"}', "`role` to be one of"),
        ('{"text": "canary", "spans": "canary"}', "`spans` to be a list"),
        ('{"text": "canary", "spans": [{"start": 0, "end": 7, "label": "PERSON"}]}', "each span"),
        ('{"text": "canary", "spans": [{"start": 3, "end": 3, "label": "PERSON"}]}', "each span"),
        ('{"text": "canary", "spans": [{"start": -1, "end": 3, "label": "PERSON"}]}', "each span"),
        ('{"text": "canary", "spans": [{"start": "0", "end": 3, "label": "PERSON"}]}', "each span"),
        ('{"text": "canary", "spans": [{"start": 0, "end": 3}]}', "each span"),
        ('{"text": "canary", "spans": [{"start": true, "end": 3, "label": "PERSON"}]}', "each span"),
        ('{"text": "canary", "spans": [{"start": 0, "end": 9, "label": "PERSON"}]}', "found a span from 0 to 9 in a"),
        ('{"text": "canary", "spans": [{"start": 0, "end": 3, "label": "\\u001b[31mcanary"}]}', "each span"),
        ('{"text": "canary", "spans": [{"start": 0, "end": 3, "label": "\\ud800"}]}', "each span"),
        ('{"text": "canary", "turn": "canary"}', "`turn` to be a whole number, or null; found a string"),
        ('{"text": "canary", "turn": true}', "`turn` to be a whole number, or null; found true or false"),
        (
            '{"text": "canary", "spans": [{"start": 3, "end": 6, "label": "USERNAME"}, '
            '{"start": 0, "end": 4, "label": "PERSON"}]}',
            "spans overlap, 0 to 4 (PERSON) and 3 to 6 (USERNAME); expected one mark for each value",
        ),
    ],
)
def test_a_bad_line_is_named_with_what_was_expected_and_never_repeated(
    tmp_path: Path, line: str, expected: str
) -> None:
    path = _file(tmp_path, {"text": "fine"}, line)
    with pytest.raises(ConfigError) as caught:
        load(path)
    said = str(caught.value)
    assert f"{path}, line 2" in said
    assert expected in said
    assert "canary" not in said


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes(b'{"text": "caf\xe9"}\n')
    for path, expected in (
        (tmp_path / "none.jsonl", "cannot be read"),
        (tmp_path, "cannot be read"),
        (latin, "not UTF-8"),
        (_file(tmp_path, ""), "no messages"),
    ):
        with pytest.raises(ConfigError, match=expected):
            load(path)


def test_the_meta_file_beside_it_says_what_is_not_annotated(tmp_path: Path) -> None:
    path = _file(tmp_path, {"text": "fine"})
    assert unannotated_types(path) == frozenset()
    (tmp_path / "meta.json").write_text('{"labels_not_annotated": ["IP", "AGE"]}', "utf-8")
    assert unannotated_types(path) == {"IP_ADDRESS", "AGE"}
    for wrong in ("[]", '{"labels_not_annotated": "AGE"}', '{"labels_not_annotated": [4]}'):
        (tmp_path / "meta.json").write_text(wrong, "utf-8")
        with pytest.raises(ConfigError, match="`labels_not_annotated` is a list of labels; found a"):
            unannotated_types(path)
    (tmp_path / "meta.json").write_text("{broken", "utf-8")
    with pytest.raises(ConfigError, match="cannot be read as JSON"):
        unannotated_types(path)


def test_no_repr_holds_a_message(tmp_path: Path) -> None:
    assert "canary" not in repr(load(_file(tmp_path, {"text": "canary"})))


def test_sentences_of_a_document_that_nobody_says_are_no_conversation(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": f"s{n}", "dialog_id": "letter", "turn": n, "role": None, "text": "hi"} for n in (0, 1)
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert [(d.id, d.origin, d.alone) for d in load(path)] == [("s0", "letter", True), ("s1", "letter", True)]


def test_sentences_and_conversations_of_one_id_are_not_mixed_up(tmp_path: Path) -> None:
    rows: list[dict[str, str]] = [
        {"id": "7", "text": "alone"},
        {"dialog_id": "7", "text": "said"},
        {"id": "7", "text": "alone too"},
        {"dialog_id": "7", "text": "answered"},
    ]
    dialogs = load(_file(tmp_path, *rows))
    assert [(d.id, d.alone, [m.text for m in d.messages]) for d in dialogs] == [
        ("7", True, ["alone"]),
        ("7", False, ["said", "answered"]),
        ("7, line 3", True, ["alone too"]),
    ]
