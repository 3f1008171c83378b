"""CSV files of names: rows with their line numbers, and errors that name file and line and no name."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from redactor.exceptions import ConfigError

Row = Mapping[str, str]
"""A row by its columns; a cell the file leaves out is empty."""


def rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Each row of a CSV file with a header, and the line it ends on; nothing of a file without a header.

    Raises `ConfigError` for a file that cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restkey="", restval="")
            for row in reader:
                yield reader.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error):
        raise ConfigError(f"{path}: cannot be read as a CSV file in UTF-8 with a header") from None


def whole(path: Path, number: int, text: str) -> int:
    """A count, 0 or more. Raises `ConfigError` with file and line for anything else."""
    try:
        count = int(text)
    except ValueError:
        count = -1
    if count < 0:
        raise ConfigError(f"{path}, line {number}: expected a whole number of 0 or more in the column count")
    return count
