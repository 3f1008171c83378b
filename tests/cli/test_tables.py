"""Tables fit the screen: columns below each other, long text folded, nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.cli.tables import lines

HEADER = ("type", "marked", "found", "fully masked", "F1")
ROW = ("STREET_ADDRESS", "2341", "2298", "99.3% [98.9, 99.7], 2320 of 2341", "0.961 [0.950, 0.972]")


@pytest.fixture(autouse=True)
def eighty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_a_table_that_fits_stays_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert list(lines("scores", HEADER, [ROW])) == [
        "scores",
        "  type            marked  found  fully masked                      F1",
        "  STREET_ADDRESS  2341    2298   99.3% [98.9, 99.7], 2320 of 2341  0.961 [0.950, 0.972]",
    ]


def test_columns_without_room_come_below_with_the_first_column_again() -> None:
    assert list(lines("scores", HEADER, [ROW])) == [
        "scores",
        "  type            marked  found  fully masked",
        "  STREET_ADDRESS  2341    2298   99.3% [98.9, 99.7], 2320 of 2341",
        "",
        "  type            F1",
        "  STREET_ADDRESS  0.961 [0.950, 0.972]",
    ]


def test_text_too_long_for_a_line_is_folded_under_its_column() -> None:
    folded = list(lines("signs", ("sign", "what it is"), [("a", "word " * 30), ("b", "")]))
    assert max(map(len, folded)) <= 80
    assert folded[2].startswith("  a     word")
    assert folded[3].startswith("        word")
    assert folded[-1] == "  b"
    assert " ".join(folded).split().count("word") == 30


@pytest.mark.parametrize("columns", ["1", "20"])
def test_a_very_narrow_screen_still_gets_every_cell(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    written = "\n".join(lines("scores", HEADER, [ROW]))
    assert all(word in written for cell in ROW for word in cell.split())


def test_a_table_without_rows_is_its_header() -> None:
    assert list(lines("none", ("type", "found"), [])) == ["none", "  type  found"]


CELL = st.text("abc .%", max_size=30).map(lambda text: " ".join(text.split()))


@given(st.integers(2, 7).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=4)))
def test_no_line_is_too_long_and_no_cell_is_lost(rows: list[list[str]]) -> None:
    written = list(lines("t", rows[0], rows[1:]))
    assert max(map(len, written)) <= 80
    text = " ".join(written)
    assert all(cell in text for row in rows for cell in row)
