"""Model packages on disk: every damage is named before a message is read."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redactor.detection.model import load_model, read_meta
from redactor.exceptions import ModelError


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "some_model"
    folder.mkdir()
    for file in load_model().iterdir():
        if file.suffix in (".json", ".onnx"):
            shutil.copy(file, folder)
    return folder


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    change(meta)
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")


def test_the_shipped_package_is_found_by_name_and_without_one() -> None:
    assert load_model() == load_model("redactor_en")
    assert (load_model() / "meta.json").is_file()


def test_an_unknown_name_lists_what_is_installed() -> None:
    with pytest.raises(ModelError, match=r"'redactor_xx'; installed: .*redactor_en"):
        load_model("redactor_xx")


def test_a_whole_package_is_accepted(package: Path) -> None:
    meta = read_meta(package)
    assert meta.labels[0] == "O"
    assert meta.name == "redactor_en"


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json", "meta.json"])
def test_a_missing_file_is_named(package: Path, file: str) -> None:
    (package / file).unlink()
    with pytest.raises(ModelError, match=rf"{file}.*missing|{file} is missing.*reinstall"):
        read_meta(package)


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
def test_one_changed_byte_is_named(package: Path, file: str) -> None:
    content = bytearray((package / file).read_bytes())
    content[len(content) // 2] ^= 1
    (package / file).write_bytes(content)
    with pytest.raises(ModelError, match=rf"{file}.*damaged.*SHA-256.*reinstall"):
        read_meta(package)


def test_a_pointer_of_large_file_storage_in_place_of_the_model_is_named(package: Path) -> None:
    (package / "model.onnx").write_text("version https://git-lfs.github.com/spec/v1\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"model\.onnx.*damaged.*43 bytes"):
        read_meta(package)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.update(format=99), "format is 99"),
        (lambda m: m.pop("labels"), "missing or unusable: 'labels'"),
        (lambda m: m["labels"].extend(["B-SHOE_SIZE", "I-SHOE_SIZE"]), "unknown entity types: SHOE_SIZE"),
        (lambda m: m["labels"].remove("I-PERSON"), "one B-X and one I-X"),
        (lambda m: m.update(stride=0), "do not fit together"),
        (lambda m: m.update(max_tokens=4), "do not fit together"),
        (lambda m: m.update(temperature=0), "temperature"),
        (lambda m: m.update(o_bias="much"), "missing or unusable"),
        (lambda m: m.pop("files"), "names no files"),
    ],
)
def test_a_wrong_meta_says_what_is_wrong(
    package: Path, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    edit(package, change)
    with pytest.raises(ModelError, match=message):
        read_meta(package)


def test_a_meta_that_is_not_json_is_named(package: Path) -> None:
    (package / "meta.json").write_text("<html>", encoding="utf-8")
    with pytest.raises(ModelError, match=r"meta\.json.*not JSON"):
        read_meta(package)
