"""Rows of name lists, and errors that say file and line and never a name."""

from pathlib import Path

import pytest

from redactor.evaluation.csvs import rows, whole
from redactor.exceptions import ConfigError


def test_rows_have_their_columns_even_where_the_line_ends_early_or_late(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'\xef\xbb\xbfname,count\nAnn\n"Bo\nb",2,3\n')
    found = [(number, row["name"], row["count"]) for number, row in rows(path)]
    assert found == [(2, "Ann", ""), (4, "Bo\nb", "2")]


def test_a_file_that_is_no_csv_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,count\n\xff,1\n")
    for wrong in (path, tmp_path / "none.csv"):
        with pytest.raises(ConfigError, match=wrong.name):
            list(rows(wrong))


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    assert list(rows(tmp_path / "a.csv")) == []


@pytest.mark.parametrize("text", ["", "canary", "-1", "1.5", "nan", "inf"])
def test_what_is_no_count_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ConfigError, match=r"a\.csv, line 7: expected a whole number") as caught:
        whole(Path("a.csv"), 7, text)
    assert "canary" not in str(caught.value)
    assert whole(Path("a.csv"), 7, "0") == 0
