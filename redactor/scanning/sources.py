"""Which sources a scan has: files as named, what lies in folders, stdin, staged blobs; and their bytes."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from redactor.exceptions import ConfigError
from redactor.scanning import git
from redactor.scanning.pieces import Gap
from redactor.scanning.readers import too_large, unpacked

STDIN = "-"
_NEVER = frozenset({".git", ".hg", ".svn"})


@dataclass(frozen=True, slots=True)
class Source:
    """Something to be read whole: a file, or bytes that are there already."""

    name: str
    """As it is reported, less what is personal in it."""
    path: Path | None = None
    content: bytes | None = field(default=None, repr=False)
    added: tuple[tuple[int, int], ...] | None = None
    """The lines that count (first and last, from 1); None for all."""
    asked_for: bool = False
    """Whether it was named itself: then it has to be readable as text."""


def find(paths: Sequence[str], shown: Callable[[str], str], *, ignored: bool = False) -> Iterator[Source | Gap]:
    """The sources that paths stand for, each once.

    `shown` writes a path without what is personal in it. In a folder links and what git ignores (unless `ignored`) are
    left out. Raises `ConfigError` for a path that does not exist.
    """
    met: set[str] = set()
    for given in paths:
        for source in _of_path(given, shown, ignored):
            if str(source.path) not in met:
                met.add(str(source.path))
                yield source


def _of_path(given: str, shown: Callable[[str], str], ignored: bool) -> Iterator[Source | Gap]:
    path = Path(given)
    if given == STDIN:
        yield Source("stdin", content=sys.stdin.buffer.read(), asked_for=True)
    elif path.is_dir():
        yield from _of_folder(path, ignored)
    elif os.path.lexists(path):
        yield Source(given, path, asked_for=True)
    else:
        raise ConfigError(f"there is no file or folder {shown(given)}; expected a path, or - for stdin")


def _of_folder(folder: Path, ignored: bool) -> Iterator[Source | Gap]:
    tracked = None if ignored else git.listed(folder)
    for path in _walk(folder) if tracked is None else iter(tracked):
        if isinstance(path, Gap):
            yield path
        elif not path.is_symlink() and path.is_file():
            yield Source(str(path), path)
        elif not os.path.lexists(path):
            continue  # deleted, and git not told yet
        elif not path.is_dir():
            yield Gap("a link, a device or a pipe", expected=True, path=str(path))


def _walk(folder: Path) -> Iterator[Path | Gap]:
    unreadable: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(set(folders) - _NEVER)
        yield from (Path(here, name) for name in sorted(files))
    for error in unreadable:
        yield Gap(f"cannot be listed ({error.strerror})", path=str(error.filename))


def staged(paths: Sequence[str]) -> Iterator[Source]:
    """The staged files of this folder's repository."""
    for each in git.staged(Path(), paths):
        yield Source(each.path, content=each.content, added=each.added)


def read(source: Source, limit: int) -> bytes | Gap:
    """Its bytes, unpacked; a gap for what cannot be read or is larger than `limit` bytes."""
    data = source.content
    if data is None and source.path is not None:
        try:
            with source.path.open("rb") as file:
                data = file.read(limit + 1)
        except OSError as error:
            return Gap(f"cannot be read ({error.strerror})")
    if data is None or len(data) > limit:
        return too_large(limit)
    return unpacked(data, limit)
