"""The shipped package as a Hugging Face folder: other tools load it and find what ours finds."""

import json
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx (extra `train`) reads the shipped weights")
pytest.importorskip("safetensors", reason="safetensors (extra `train`) writes the folder")

import redactor_en
from models.training.huggingface import export
from redactor import Redactor


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("huggingface")
    export(Path(redactor_en.path()), out)
    return out


def test_the_folder_holds_what_tools_look_for(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    meta = json.loads((Path(redactor_en.path()) / "meta.json").read_text(encoding="utf-8"))
    assert [config["id2label"][str(number)] for number in range(len(meta["labels"]))] == meta["labels"]


def test_transformers_finds_in_it_what_the_package_finds(folder: Path) -> None:
    pytest.importorskip("torch", reason="torch runs the folder")
    pytest.importorskip("transformers", reason="transformers loads the folder")
    from redactor.detection.huggingface import HuggingFace

    text = "please send it to zofia brandvold, zofia.b@fjordmail.example, her order is 8706847615"
    theirs = {(e.type, text[e.start : e.end]) for e in HuggingFace(str(folder))(text, ())}
    ours = {(e.type, text[e.start : e.end]) for e in Redactor().detect(text)}
    assert (
        theirs
        == ours
        == {
            ("PERSON", "zofia brandvold"),
            ("EMAIL_ADDRESS", "zofia.b@fjordmail.example"),
            ("ACCOUNT_ID", "8706847615"),
        }
    )
