"""Where output goes: data to stdout as it is, everything a person watches to stderr.

rich is told nothing about colours here: it leaves them out for `NO_COLOR` and wherever no terminal listens.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.text import Text

from redactor.exceptions import ConfigError

Item = TypeVar("Item")

_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z0-9_]*_\d+\]")


def out() -> Console:
    """The console for data; long lines are never broken."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


def err() -> Console:
    """The console for people."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def write(text: str) -> None:
    """Data, exactly as it is."""
    sys.stdout.write(text)
    sys.stdout.flush()


def write_line(text: str) -> None:
    """Data and the end of a line."""
    write(text + "\n")


def write_json(data: object) -> None:
    """One JSON document."""
    write_line(json.dumps(data, ensure_ascii=False, indent=2))


def note(text: str) -> None:
    """Something a person should know beside the data."""
    err().print(text, style="dim")


def complain(text: str) -> None:
    """What is wrong, in one message."""
    err().print(Text.assemble(("redactor: ", "bold red"), text))


def marked(text: str) -> Text:
    """Text with its placeholders in colour."""
    styled = Text(text)
    for found in _PLACEHOLDER.finditer(text):
        styled.stylize("bold cyan", *found.span())
    return styled


def table(rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> Iterator[str]:
    """Lines with the columns under each other, for terminals and for files alike."""
    everything = [header, *rows] if header else list(rows)
    widths = [max(map(len, column)) for column in zip(*everything, strict=True)]
    for row in everything:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def progress(items: Iterable[Item], doing: str, total: int) -> Iterator[Item]:
    """The same items, with a bar on stderr where a terminal listens."""
    console = err()
    if not console.is_terminal:
        yield from items
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        yield from bar.track(items, total=total, description=doing)


def given_text(argument: str | None, file: Path | None) -> str:
    """The text a command works on: its argument, a file, or stdin."""
    if argument is not None and file is not None:
        raise ConfigError("expected a text or --file, and not both")
    if argument is not None:
        return argument
    try:
        data = sys.stdin.buffer.read() if file is None or str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}); expected a text file") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file or 'stdin'}: not UTF-8 at byte {error.start}; expected UTF-8 text") from None
