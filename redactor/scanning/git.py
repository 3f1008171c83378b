"""What git knows: the files of a work tree that are not ignored, and the lines a commit would add."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from redactor.exceptions import ConfigError

_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
"""A repository that is only looked at must not get to run a program of its own."""
_HUNK = re.compile(rb"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_SUBMODULE = "160000"


@dataclass(frozen=True, slots=True)
class Staged:
    """A file as the index holds it, and the lines of it (first and last, from 1) that the next commit adds."""

    path: str
    content: bytes = field(repr=False)
    added: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Change:
    mode: str
    blob: str
    path: str


def _git(folder: Path, *words: str, given: bytes = b"") -> bytes | None:
    """What git prints; None where it cannot be run or says no."""
    try:
        done = subprocess.run([*_GIT, *words], cwd=folder, input=given, capture_output=True, check=False)  # noqa: S603
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def listed(folder: Path) -> list[Path] | None:
    """The files under a folder that git tracks or would; None where the folder is in no work tree."""
    out = _git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
    if out is None:
        return None
    return [folder / name.decode("utf-8", "surrogateescape") for name in out.split(b"\0") if name]


def staged(folder: Path, paths: Sequence[str] = ()) -> Iterator[Staged]:
    """The files with staged additions, in git's order.

    Raises `ConfigError` where the folder is in no repository.
    """
    out = _git(
        folder, "diff", "--cached", "-U0", "--patch-with-raw", "-z", "--no-abbrev", "--find-renames", "--no-color",
        "--no-ext-diff", "--no-textconv", "--relative", "--diff-filter=ACMRT", "--", *paths,
    )  # fmt: skip
    if out is None:
        raise ConfigError("--staged: this folder is in no git repository, or git is not installed")
    changes = [(change, patch) for change, patch in _parted(out) if change.mode != _SUBMODULE]
    blobs = _blobs(folder, [change.blob for change, _ in changes])
    for (change, patch), content in zip(changes, blobs, strict=True):
        if added := tuple(_added(patch)):
            yield Staged(change.path, content, added)


def _parted(out: bytes) -> Iterator[tuple[_Change, bytes]]:
    """Each change and its patch. The raw records come first; with -z an empty one ends them."""
    changes, rest = [], out
    while rest.startswith(b":"):
        head, _, rest = rest.partition(b"\0")
        _, mode, _, blob, status = head.decode("ascii").split(" ")
        path, _, rest = rest.partition(b"\0")
        if status[0] in "RC":  # the old path came first
            path, _, rest = rest.partition(b"\0")
        changes.append((status[0], _Change(mode, blob, path.decode("utf-8", "surrogateescape"))))
    patches = iter(re.split(rb"^diff --git ", rest.removeprefix(b"\0"), flags=re.MULTILINE)[1:])
    for status, change in changes:
        # a file that becomes a link, or a link a file, is patched as one removed and one added
        yield change, b"".join(islice(patches, 2 if status == "T" else 1))


def _added(patch: bytes) -> Iterator[tuple[int, int]]:
    for found in _HUNK.finditer(patch):
        first, count = int(found[1]), int(found[2] or 1)
        if count:
            yield first, first + count - 1
    if b"\nBinary files " in patch or b"\nGIT binary patch" in patch:
        yield 1, 1 << 62  # no lines to tell: all of it


def _blobs(folder: Path, names: Sequence[str]) -> Iterator[bytes]:
    """The contents of blobs, in one run of git (git-cat-file, BATCH OUTPUT)."""
    out = _git(folder, "cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode()) if names else b""
    rest = memoryview(out or b"")
    for _ in names:
        head = bytes(rest[:200]).split(b"\n", 1)[0]
        if not head.partition(b" ")[2].startswith(b"blob "):
            raise ConfigError("--staged: git does not give the staged content; is the index damaged?")
        size, begin = int(head.rsplit(b" ", 1)[1]), len(head) + 1
        yield bytes(rest[begin : begin + size])
        rest = rest[begin + size + 1 :]
