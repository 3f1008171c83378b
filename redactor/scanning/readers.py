"""From bytes to pieces of text, by format. What cannot be read is a `Gap`; nothing here raises for bad input."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Mapping

from redactor.scanning.pieces import Gap, Piece

Read = Iterator[Piece | Gap]
Reader = Callable[[bytes, str], Read]
"""(content, encoding) → pieces and gaps."""

FORMATS = ("text", "jsonl", "csv", "tsv", "parquet", "eml")
_BY_SUFFIX = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".eml": "eml",
}
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
"""Byte order marks (Unicode 16, section 23.8) and who reads them."""
_GZIP = b"\x1f\x8b"
"""RFC 1952, section 2.3.1."""
_LOOKED_AT = 8192
"""How many bytes are searched for a NUL, which no text in UTF-8 holds."""
_BINARY = Gap("not text: it holds NUL bytes", expected=True)


def format_of(name: str) -> str:
    """The format of a file by its name, `.gz` left out of account."""
    lower = name.lower().removesuffix(".gz")
    return next((kind for suffix, kind in _BY_SUFFIX.items() if lower.endswith(suffix)), "text")


def pieces(data: bytes, kind: str, encoding: str) -> Read:
    """The pieces of a source of this format (see `FORMATS`)."""
    yield from _reader(kind)(data, encoding)


def _reader(kind: str) -> Reader:
    # The readers of tables and mails pull modules that most scans, and every hook, do without.
    if kind == "eml":
        from redactor.scanning.mail import mail

        return mail
    if kind in ("jsonl", "csv", "tsv", "parquet"):
        from redactor.scanning import tables

        readers: Mapping[str, Reader] = {
            "jsonl": tables.json_lines,
            "csv": tables.comma_separated,
            "tsv": tables.tab_separated,
            "parquet": tables.parquet,
        }
        return readers[kind]
    return text


def unpacked(data: bytes, limit: int) -> bytes | Gap:
    """The content of a gzip member, at most `limit` bytes of it; other bytes as they are."""
    if not data.startswith(_GZIP):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            content = packed.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        return Gap("damaged gzip")
    return too_large(limit) if len(content) > limit else content


def too_large(limit: int) -> Gap:
    """The gap of a source that is not read because of its size."""
    return Gap(f"larger than {limit:,} bytes; raise --max-bytes to have it read")


def text(data: bytes, encoding: str) -> Read:
    """One piece: the whole text."""
    content = decoded(data, encoding)
    yield content if isinstance(content, Gap) else Piece(content, line=1, plain=True)


def decoded(data: bytes, encoding: str) -> str | Gap:
    """The text, lines ended as they are; a byte order mark has the first word."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if not marked and b"\0" in data[:_LOOKED_AT]:
        return _BINARY
    try:
        return data.decode(marked or encoding)
    except UnicodeDecodeError as error:
        return Gap(f"not {marked or encoding} at byte {error.start}; name its encoding with --encoding")
