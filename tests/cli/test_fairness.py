"""`evaluate fairness`: tables for people, JSON for programs, a page that can be written again."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import typer

from redactor.cli.fairness import BEGIN, END, fairness
from redactor.exceptions import ConfigError


@pytest.fixture
def names(tmp_path: Path) -> Path:
    folder = tmp_path / "names"
    folder.mkdir()
    (folder / "first.csv").write_text(
        "country,gender,romanized\nSE,F,Astrid\nSE,M,Gunnar\nJP,F,Haruko\nJP,M,Tetsuo\n", "utf-8"
    )
    (folder / "last.csv").write_text("country,romanized\nSE,Bergman\nJP,Kurokawa\n", "utf-8")
    return folder


@pytest.fixture
def evaluate() -> Callable[..., str]:
    """Runs the command alone, with few names."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(fairness)

    def called(*words: str) -> str:
        out = io.StringIO()
        with redirect_stdout(out), pytest.raises(SystemExit) as end:
            app(args=[*words, "--count", "3", "--least", "1"], prog_name="fairness")
        assert end.value.code == 0
        return out.getvalue()

    return called


def test_without_names_it_says_what_it_needs(evaluate: Callable[..., str]) -> None:
    with pytest.raises(ConfigError, match="--names: a folder of CSV files with the columns country,gender,romanized"):
        evaluate()


def test_the_table_names_groups_shares_and_the_largest_gap(evaluate: Callable[..., str], names: Path) -> None:
    out = evaluate("--names", str(names))
    assert "Northern Europe" in out
    assert "Eastern Asia" in out
    assert "largest gap: " in out
    assert "all regions compared: " in out
    assert "Kurokawa" not in out


def test_json_holds_every_axis_and_no_name_unless_asked(evaluate: Callable[..., str], names: Path) -> None:
    found = json.loads(evaluate("--names", str(names), "--json"))
    assert found["overall"]["total"] == sum(rate["total"] for rate in found["by"]["origin"].values())
    assert set(found["gaps"]) == {"origin", "gender"}
    assert found["count"] == 3
    assert "missed" not in found
    assert "missed" in json.loads(evaluate("--names", str(names), "--json", "--show-missed"))


def test_names_of_the_training_data_are_left_out(evaluate: Callable[..., str], names: Path, tmp_path: Path) -> None:
    (tmp_path / "seen.txt").write_text("haruko\nTETSUO\n", "utf-8")
    found = json.loads(evaluate("--names", str(names), "--json", "--without", str(tmp_path / "seen.txt")))
    assert found["left_out"] == 2
    assert set(found["by"]["origin"]) == {"Northern Europe"}


def test_the_page_keeps_its_text_and_gets_new_tables(evaluate: Callable[..., str], names: Path, tmp_path: Path) -> None:
    page, alone = tmp_path / "page.md", tmp_path / "alone.md"
    page.write_text(f"Before.\n{BEGIN}\nold\n{END}\nAfter.\n", "utf-8")
    for _ in range(2):
        evaluate("--names", str(names), "--markdown", str(page))
    evaluate("--names", str(names), "--markdown", str(alone))
    tables = alone.read_text("utf-8")
    assert "| Northern Europe |" in tables
    assert page.read_text("utf-8") == f"Before.\n{BEGIN}\n{tables}{END}\nAfter.\n"


def test_a_page_without_the_markers_is_refused_before_anything_runs(
    evaluate: Callable[..., str], names: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing here\n", "utf-8")
    with pytest.raises(ConfigError, match="expected the markers"):
        evaluate("--names", str(names), "--markdown", str(page))
    assert page.read_text("utf-8") == "nothing here\n"


def test_a_page_in_no_folder_is_refused_before_anything_runs(
    evaluate: Callable[..., str], names: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="its folder does not exist"):
        evaluate("--names", str(names), "--markdown", str(tmp_path / "no" / "page.md"))


def test_the_tables_fit_eighty_columns_and_each_column_has_its_name(
    evaluate: Callable[..., str], names: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    (names / "us.csv").write_text("name,count\nGrace,50000\nXanthia,30\n", "utf-8")
    lines = evaluate("--names", str(names)).splitlines()
    assert max(map(len, lines)) <= 80
    at = lines.index("where the list of names is from")
    assert lines[at + 1].split() == ["missed", "share", "95%", "interval"]
    assert lines[at + 2].index(" of ") < lines[at + 1].index("share") < lines[at + 2].index("[")
    assert "counted first names, by how many bear them (not in the gap)" in lines


def test_it_is_a_subcommand_of_evaluate(command: Callable[..., Any], names: Path) -> None:
    result = command("evaluate", "fairness", "--names", str(names), "--count", "1", "--least", "1")
    assert result.code == 0
    assert "largest gap: " in result.out
    refused = command("evaluate", "fairness")
    assert (refused.code, "--names" in refused.err) == (2, True)
