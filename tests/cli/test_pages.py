"""A page keeps what a person wrote; what cannot be written is found out before, and nothing is touched."""

from pathlib import Path

import pytest

from redactor.cli.pages import Place, check_writable, write
from redactor.exceptions import ConfigError

PLACE = Place("<begin>", "<end>")


def test_a_table_stands_between_the_markers_however_often_it_is_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Before.\n<begin>\nold\n<end>\nAfter.\n", "utf-8")
    for table in ("first", "second"):
        PLACE.check(page)
        PLACE.write(page, table)
    assert page.read_text("utf-8") == "Before.\n<begin>\nsecond\n<end>\nAfter.\n"


def test_what_is_no_unicode_is_written_as_its_code(tmp_path: Path) -> None:
    write(tmp_path / "a.md", "folder \udcff")
    assert (tmp_path / "a.md").read_text("utf-8") == "folder \\udcff"


def test_a_page_that_is_not_there_is_the_table(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    PLACE.check(page)
    assert not page.exists()
    PLACE.write(page, "table")
    assert page.read_text("utf-8") == "table\n"


@pytest.mark.parametrize("text", ["", "<begin> only", "<end> before <begin>"])
def test_a_page_without_both_markers_in_order_is_refused(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match="expected the markers <begin> and <end>"):
        PLACE.check(page)


def test_a_page_that_is_no_text_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_bytes(b"\xff<begin><end>")
    with pytest.raises(ConfigError, match="cannot be read"):
        PLACE.check(page)


def test_where_nothing_can_be_written_is_said_before(tmp_path: Path) -> None:
    for path, problem in ((tmp_path, "it is a folder"), (tmp_path / "no" / "x.md", "its folder does not exist")):
        with pytest.raises(ConfigError, match=problem):
            check_writable(path)
        with pytest.raises(ConfigError, match="cannot be written"):
            write(path, "text")
    check_writable(tmp_path / "fine.md")
    assert list(tmp_path.iterdir()) == []
