"""Files a command writes: pages with text of a person and a table between two markers, and plain ones."""

import os
from dataclasses import dataclass
from pathlib import Path

from redactor.cli import console
from redactor.exceptions import ConfigError


@dataclass(frozen=True, slots=True)
class Place:
    """The two markers a table stands between."""

    begin: str
    end: str

    def check(self, path: Path) -> None:
        """Whether a page can take a table, found out before the long part. Raises `ConfigError` where it cannot."""
        self._parts(path)
        check_writable(path)

    def write(self, path: Path, table: str) -> None:
        """Put the table in its place in the page; a page that is not there yet is the table alone.

        Raises `ConfigError` for a page that cannot be read or written, or lacks the markers.
        """
        parts = self._parts(path)
        write(path, table + "\n" if parts is None else f"{parts[0]}{self.begin}\n{table}\n{self.end}{parts[1]}")

    def _parts(self, path: Path) -> tuple[str, str] | None:
        """What stands before and after the markers; None where there is no page."""
        if not path.exists():
            return None
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise ConfigError(
                f"{path}: cannot be read; expected a Markdown page with the marker {self.begin}"
            ) from None
        before, begin, rest = text.partition(self.begin)
        _, end, after = rest.partition(self.end)
        if not begin or not end:
            raise ConfigError(f"{path}: expected the markers {self.begin} and {self.end} in it, in this order")
        return before, after


def check_writable(path: Path) -> None:
    """Find out before the long part that a file cannot be written; nothing is touched. Raises `ConfigError` then."""
    if path.is_dir():
        raise _not_written(path, "it is a folder")
    if not path.parent.is_dir():
        raise _not_written(path, "its folder does not exist")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise _not_written(path, "no permission")


def write(path: Path, text: str) -> None:
    """Write a text file in UTF-8 and say so on stderr. Raises `ConfigError` where that fails."""
    try:
        path.write_text(text, "utf-8", "backslashreplace")  # a folder's name need not be Unicode
    except OSError as error:
        raise _not_written(path, error.strerror or type(error).__name__) from None
    console.note(f"written: {path}")


def _not_written(path: Path, problem: str) -> ConfigError:
    return ConfigError(f"{path}: cannot be written ({problem}); expected a file in a folder that exists")
