"""`evaluate`: the tables, the files, and no word of the data unless asked."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import redactor_en
from redactor.cli.app import run

ROWS: list[dict[str, Any]] = [
    {"dialog_id": "d1", "turn": 0, "role": "agent", "text": "Hello, what is your e-mail address?", "spans": []},
    {
        "dialog_id": "d1",
        "turn": 1,
        "role": "user",
        "text": "ann.canary@example.com",
        "spans": [{"start": 0, "end": 22, "label": "EMAIL"}],
    },
    {"text": "please send the blue one", "spans": [{"start": 16, "end": 20, "label": "PERSON"}]},  # nobody finds it
]
ROOT = Path(__file__).parents[2]

Command = Callable[..., Any]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data" / "shop").mkdir(parents=True)
    (tmp_path / "data" / "shop" / "dev.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    return tmp_path / "data"


def test_a_folder_is_scored_source_by_source(command: Command, data: Path, home: Path) -> None:
    result = command("evaluate", str(data))
    assert result.code == 0
    assert "shop/dev: 2 dialogs, 3 messages" in result.out
    assert "whole pipeline, model redactor_en-" in result.out
    row = next(line for line in result.out.splitlines() if line.strip().startswith("values fully masked"))
    assert row.endswith("1 of 2")
    assert not home.exists()
    for written in (result.out, result.err):
        assert "canary" not in written
        assert "blue" not in written


def test_options_may_come_first(command: Command, data: Path) -> None:
    assert "policy everything" in command("evaluate", "--policy", "everything", str(data)).out


def test_data_may_be_called_data(command: Command, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(data.parent)
    result = command("evaluate", "data")
    assert result.code == 0
    assert "shop/dev: 2 dialogs, 3 messages" in result.out


def test_the_tables_fit_eighty_columns(command: Command, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    result = command("evaluate", str(data))
    assert max(len(line) for line in result.out.splitlines() if not line.startswith("95%")) <= 80
    assert "F1" in result.out


def test_what_cannot_be_written_is_found_out_before_anything_is_read(command: Command, tmp_path: Path) -> None:
    for option in ("--json", "--markdown"):
        result = command("evaluate", str(tmp_path / "none.jsonl"), option, str(tmp_path / "no" / "x"))
        assert (result.code, result.out) == (2, "")
        assert "cannot be written (its folder does not exist)" in result.err


def test_fairness_is_a_command_of_the_same_group(command: Command) -> None:
    result = command("evaluate", "fairness", "--help")
    assert result.code == 0
    assert "--names" in result.out


def test_json_and_markdown_are_written_beside_the_tables_and_hold_no_value(
    command: Command, data: Path, tmp_path: Path
) -> None:
    numbers, page = tmp_path / "found.json", tmp_path / "found.md"
    result = command("evaluate", str(data), "--json", str(numbers), "--markdown", str(page), "--show", "3")
    assert result.code == 0
    (found,) = json.loads(numbers.read_text("utf-8"))["results"]
    assert found["measures"]["full_mask_recall"]["count"] == 1
    assert found["types"]["EMAIL_ADDRESS"]["f1"]["value"] == 1.0
    assert "| values fully masked |" in page.read_text("utf-8")
    assert "blue" not in numbers.read_text("utf-8") + page.read_text("utf-8")


def test_values_are_printed_only_on_demand_and_with_a_warning(command: Command, data: Path) -> None:
    result = command("evaluate", str(data), "--show", "1")
    assert "prints values and messages of your data" in result.err
    assert "'blue'" in result.out


def test_the_transformer_alone_and_a_model_of_a_folder(command: Command, data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copied"
    shutil.copytree(redactor_en.path(), folder)
    result = command("evaluate", str(data), "--transformer-only", "--model", str(folder))
    assert result.code == 0
    assert "transformer alone, model redactor_en-" in result.out
    (folder / "tokenizer.json").unlink()
    broken = command("evaluate", str(data), "--model", str(folder))
    assert broken.code == 2
    assert "tokenizer.json is missing" in broken.err


def test_messages_may_be_taken_apart_and_sources_cut_short(command: Command, data: Path) -> None:
    assert "shop/dev: 3 dialogs, 3 messages" in command("evaluate", str(data), "--alone").out
    assert "shop/dev: 1 dialogs, 2 messages" in command("evaluate", str(data), "--first", "1").out


def test_redraws_score_other_values_of_the_same_messages(command: Command, data: Path, tmp_path: Path) -> None:
    names = tmp_path / "names"
    names.mkdir()
    (names / "first.csv").write_text("romanized,gender\nAmina,F\n", "utf-8")
    (names / "last.csv").write_text("romanized\nNovak\n", "utf-8")
    result = command("evaluate", str(data), "--redraws", "2", "--names", str(names), "--show", "5")
    assert "shop/dev, 2 redraws: 4 dialogs, 6 messages" in result.out
    row = next(line for line in result.out.splitlines() if line.strip().startswith("values fully masked"))
    assert row.endswith("4 of 4")  # a name in place of the "blue" that nobody takes for one
    assert "blue" not in result.out


@pytest.mark.parametrize(
    "words",
    [
        ["--redraws", "2"],
        ["--names", "."],
        ["--split", "test"],
        ["--split", "train"],
        ["--beside", "nobody"],
        ["--json", "no/such/folder/x.json"],
        ["--policy", "nothing"],
        ["--model", "nothing"],
    ],
)
def test_what_cannot_be_used_is_one_line_and_code_2(command: Command, data: Path, words: list[str]) -> None:
    result = command("evaluate", str(data), *words)
    assert result.code == 2
    assert result.err.startswith("redactor: ")
    assert result.err.count("\n") == 1


def test_a_seed_below_zero_is_no_seed(command: Command, data: Path) -> None:
    result = command("evaluate", str(data), "--seed", "-1")
    assert result.code == 2
    assert "--seed" in result.err


def test_without_data_the_command_says_what_it_wants(command: Command) -> None:
    result = command("evaluate")
    assert result.code == 2
    assert "Usage: redactor evaluate DATA... [OPTIONS]\n" in result.err


def test_the_training_script_is_the_same_command(data: Path) -> None:
    words = [sys.executable, "-m", "models.training.evaluate", str(redactor_en.path()), str(data / "shop/dev.jsonl")]
    result = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "transformer alone" in result.stdout


def test_the_command_line_starts_without_what_the_evaluation_needs() -> None:
    code = "import sys, redactor.cli.app; print([m for m in ('numpy', 'onnxruntime', 'langchain') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
    assert run(["evaluate", "--help"]) == 0
