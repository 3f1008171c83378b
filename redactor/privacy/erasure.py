"""Proof of erasure: looks for values, in every encoding they may have, in every file that may hold them.

What it finds is named by file, offset and encoding, never by the value. What it cannot read it says: nothing found in
a file that was not read is no proof.
"""

import bz2
import contextlib
import gzip
import io
import lzma
import os
import re
import sqlite3
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from redactor.exceptions import ConfigError
from redactor.privacy.encodings import SHORTEST, Digits, digits, needles

_CHUNK = 1 << 20
"""Bytes read at a time."""

_IN_MEMORY = 1 << 29
"""Bytes of a compressed database that are unpacked in memory."""

_HITS = 20
"""Places reported per file, value and encoding."""

_BETWEEN_CELLS = b"\xff\xfe\xff\n"

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database (https://www.sqlite.org/tempfiles.html)."""

_SQLITE = b"SQLite format 3\0"
"""https://www.sqlite.org/fileformat2.html, section 1.3."""

_OPENERS: Sequence[tuple[bytes, Callable[[IO[bytes]], io.BufferedIOBase]]] = (
    (b"\x1f\x8b", lambda file: gzip.GzipFile(fileobj=file)),  # RFC 1952, section 2.3.1
    (b"BZh", lambda file: bz2.BZ2File(file)),
    (b"\xfd7zXZ\0", lambda file: lzma.LZMAFile(file)),  # noqa: SIM115 - the .xz file format 1.2.1, 2.1.1.1
)

_NOT_READ: Sequence[tuple[bytes, str]] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x04\x22\x4d\x18", "lz4"),
)
"""Compressed files that the standard library does not open as a stream: they are named as not searched."""


@dataclass(frozen=True, slots=True)
class Found:
    """One place where a value still stands."""

    path: Path
    where: str
    """`offset 1234` in bytes, `uncompressed offset 1234`, or a table."""
    encoding: str
    value: int
    """Which value, from 1 in the order given."""


@dataclass(slots=True)
class Proof:
    """What was searched and what was found."""

    files: int
    """Files read to their end."""
    size: int
    """Bytes searched, of compressed files both ways."""
    found: list[Found]
    unread: list[tuple[Path, str]]
    """Files that were not searched, or not to their end, and why: there is no proof for them."""

    @property
    def complete(self) -> bool:
        """Whether every file was read."""
        return not self.unread


class _Search:
    """The values, ready to be looked for."""

    def __init__(self, values: Sequence[str]) -> None:
        for number, value in enumerate(values, 1):
            if len(value.strip()) < SHORTEST:
                raise ConfigError(f"value {number} is shorter than {SHORTEST} characters; it would be found by chance")
        self.values = [value.strip() for value in values]
        self.needles = [needle for number, value in enumerate(self.values, 1) for needle in needles(value, number)]
        found = [digits(value, number) for number, value in enumerate(self.values, 1)]
        self.digits: list[Digits] = [each for each in found if each is not None]
        longest = max((len(needle.content) for needle in self.needles), default=1)
        self.overlap = max(longest, 4 * max((len(value) for value in self.values), default=1)) - 1

    def places(self, content: bytes) -> Iterator[tuple[int, int, str, int]]:
        """Start, end, encoding and number of value of everything in a piece of content."""
        lower = content.lower()
        for needle in self.needles:
            for start in _all(lower if needle.folded else content, needle.content):
                yield start, start + len(needle.content), needle.encoding, needle.value
        for each in self.digits:
            for match in each.expression.finditer(content):
                yield match.start(), match.end(), "digits", each.value


def _all(content: bytes, needle: bytes) -> Iterator[int]:
    start = content.find(needle)
    while start >= 0:
        yield start
        start = content.find(needle, start + 1)


def prove_erased(values: Sequence[str], paths: Iterable[Path]) -> Proof:
    """Look for the values in files and, with all that is below them, folders. An SQLite database is also asked for what
    it holds, since a long text lies in pieces in its pages.

    Raises `ConfigError` for a value too short to look for; a path that does not exist is an unread file. Not for a
    process that has the store open: closing a file that SQLite has open too drops SQLite's locks
    (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    """
    search, proof = _Search(values), Proof(0, 0, [], [])
    for path in _files(paths, proof):
        _search_file(path, search, proof)
    return proof


def store_files(path: Path) -> list[Path]:
    """A database and what lies beside it. Raises `ConfigError` for what is no file that SQLite has written."""
    if path.is_dir():
        raise ConfigError(f"{path} is a folder; expected an SQLite database")
    with contextlib.suppress(OSError):  # one that is not there or may not be read is told of when it is searched
        with path.open("rb") as file:
            head = file.read(len(_SQLITE))
        if head not in (b"", _SQLITE):
            raise ConfigError(f"{path} is no SQLite database, or damaged; give other files with --backup")
    return [path, *(beside for beside in (path.with_name(path.name + end) for end in _BESIDE) if beside.exists())]


def _files(paths: Iterable[Path], proof: Proof) -> Iterator[Path]:
    """Each plain file once, by its real path."""
    seen: set[Path] = set()
    for path in paths:
        for file in _walk(path, proof) if path.is_dir() else [path]:
            real = file.resolve()
            if real not in seen:
                seen.add(real)
                yield file


def _walk(folder: Path, proof: Proof) -> Iterator[Path]:
    def unread(error: OSError) -> None:
        proof.unread.append((Path(error.filename), error.strerror or "cannot be read"))

    for parent, folders, names in os.walk(folder, onerror=unread, followlinks=False):
        folders.sort()
        links = [path for path in (Path(parent) / name for name in folders) if path.is_symlink()]
        proof.unread += [(path, "a link to a folder; give that folder itself") for path in links]
        yield from (Path(parent) / name for name in sorted(names))


def _search_file(path: Path, search: _Search, proof: Proof) -> None:
    try:
        if not path.is_file():
            reason = "not a plain file" if path.exists() else "there is no such file"
            proof.unread.append((path, reason))
            return
        with path.open("rb") as file:
            head = file.read(16)
            file.seek(0)
            _search_stream(path, file, head, search, proof)
        if head == _SQLITE:
            _search_database(path, search, proof)
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        proof.unread.append((path, getattr(error, "strerror", None) or f"damaged ({type(error).__name__})"))
    else:
        proof.files += 1


def _search_stream(path: Path, file: IO[bytes], head: bytes, search: _Search, proof: Proof) -> None:
    for magic, name in _NOT_READ:
        if head.startswith(magic):
            proof.unread.append((path, f"a {name} file; unpack it and give the folder"))
    _search_bytes(path, file, search, proof)
    opener = next((opener for magic, opener in _OPENERS if head.startswith(magic)), None)
    if opener is not None:
        file.seek(0)
        _search_bytes(path, opener(file), search, proof, "uncompressed ")
        file.seek(0)
        _search_packed_database(path, opener(file), search, proof)


def _search_bytes(
    path: Path, stream: IO[bytes] | io.BufferedIOBase, search: _Search, proof: Proof, which: str = ""
) -> None:
    """Read in pieces that overlap by more than the longest needle, so that none is cut."""
    counted: dict[tuple[str, int], int] = {}
    begin, content, told = 0, b"", -1
    while piece := stream.read(_CHUNK):
        content += piece
        proof.size += len(piece)
        for start, end, encoding, value in sorted(search.places(content)):
            if begin + end <= told:
                continue  # seen with the piece before
            counted[encoding, value] = counted.get((encoding, value), 0) + 1
            if counted[encoding, value] <= _HITS:
                proof.found.append(Found(path, f"{which}offset {begin + start}", encoding, value))
        told = begin + len(content)
        keep = content[-search.overlap :] if search.overlap else b""
        begin, content = told - len(keep), keep


# -- databases


def _search_database(path: Path, search: _Search, proof: Proof) -> None:
    """Ask a database for every cell: a value longer than a page lies in pieces that no search of bytes joins."""
    # A backup without a log beside it stays as it is: opened otherwise, SQLite would put files beside it.
    how = "mode=ro" if path.with_name(path.name + "-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?{how}", uri=True)) as database:
            _ask(path, database, search, proof)
    except sqlite3.Error as error:
        _does_not_open(path, error, proof)


def _search_packed_database(path: Path, stream: io.BufferedIOBase, search: _Search, proof: Proof) -> None:
    """The same for a compressed one, unpacked into memory and nowhere else."""
    head = stream.read(len(_SQLITE))
    if head != _SQLITE:
        return
    content = bytearray(head + stream.read(_IN_MEMORY))
    if len(content) > _IN_MEMORY:
        proof.unread.append((path, "its bytes were searched; unpack it to have it asked as a database too"))
        return
    content[18:20] = b"\1\1"  # write and read version: a database in memory has no write-ahead log (section 1.3.3)
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(bytes(content))
            _ask(path, database, search, proof)
    except sqlite3.Error as error:
        _does_not_open(path, error, proof)


def _does_not_open(path: Path, error: sqlite3.Error, proof: Proof) -> None:
    name = getattr(error, "sqlite_errorname", "") or type(error).__name__
    proof.unread.append((path, f"its bytes were searched; as a database it does not open ({name})"))


def _ask(path: Path, database: sqlite3.Connection, search: _Search, proof: Proof) -> None:
    database.text_factory = bytes
    for table, column in list(_columns(database)):
        _search_column(path, database, table, column, search, proof)
    for table in _full_text(database):
        _search_words(path, database, table, search, proof)


def _columns(database: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    sql = (
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c "
        "WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'"
    )
    for table, column in database.execute(sql):
        yield table.decode(), column.decode()


def _search_column(
    path: Path, database: sqlite3.Connection, table: str, column: str, search: _Search, proof: Proof
) -> None:
    sql = f"SELECT {_name(column)} FROM {_name(table)} WHERE length({_name(column)}) > ?"  # noqa: S608
    hits: set[tuple[str, int]] = set()
    for content in _joined(_bytes(cell) for (cell,) in database.execute(sql, (SHORTEST - 1,))):
        hits.update((encoding, value) for _, _, encoding, value in search.places(content))
    proof.found += [Found(path, f"table {table}, column {column}", *hit) for hit in sorted(hits)]


def _joined(cells: Iterable[bytes]) -> Iterator[bytes]:
    """Cells in larger pieces, which are searched faster; no value stands over what parts them."""
    piece: list[bytes] = []
    size = 0
    for cell in cells:
        piece.append(cell)
        size += len(cell)
        if size >= _CHUNK:
            yield _BETWEEN_CELLS.join(piece)
            piece, size = [], 0
    yield _BETWEEN_CELLS.join(piece)


def _bytes(cell: Any) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode()


def _full_text(database: sqlite3.Connection) -> list[str]:
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"
    return [name.decode() for (name,) in database.execute(sql)]


def _search_words(path: Path, database: sqlite3.Connection, table: str, search: _Search, proof: Proof) -> None:
    """Ask a full-text index, in which words lie without what they share with the word before."""
    for number, value in enumerate(search.values, 1):
        words = " ".join(re.findall(r"\w+", value))
        bare = "".join(c for c in unicodedata.normalize("NFKD", words) if unicodedata.category(c) != "Mn")
        terms = {words, words.lower(), words.casefold(), bare.casefold()}
        for term in sorted(terms - {""}):
            sql = f"SELECT 1 FROM {_name(table)} WHERE {_name(table)} MATCH ? LIMIT 1"  # noqa: S608
            if database.execute(sql, (f'"{term}"',)).fetchone():
                proof.found.append(Found(path, f"full-text index {table}", "words", number))
                break


def _name(name: str) -> str:
    """An SQL name, quoted: it comes from the database itself, which may be anybody's."""
    return '"' + name.replace('"', '""') + '"'
