"""Readers of what has fields: JSON lines, comma- and tab-separated values, Parquet."""

import csv
import importlib
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from redactor.scanning.pieces import Gap, Piece, as_words, is_name, named
from redactor.scanning.readers import Read, decoded

_SHORTEST_NUMBER = 4
"""Digits from which a JSON number is looked at."""
_DEEPEST = 200
"""Levels of nesting that are followed."""


def json_lines(data: bytes, encoding: str) -> Read:
    """Each string and longer number of each line's value, keys too; a line that is no JSON is read as text."""
    content = decoded(data, encoding)
    if isinstance(content, Gap):
        yield content
        return
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            # numbers as they are written: 007 is no JSON, but 4111111111111111 is a card
            value = json.loads(line, parse_int=_Number, parse_float=_Number, parse_constant=_Number)
        except (ValueError, RecursionError):
            yield Piece(line, line=number)
            continue
        yield from leaves(value, "$", number)


class _Number(str):
    __slots__ = ()


def leaves(value: Any, where: str, line: int | None, context: tuple[str, ...] = (), deep: int = 0) -> Read:
    """The texts inside a parsed value, each with the way to it."""
    if deep > _DEEPEST:
        yield Gap(f"a value nested deeper than {_DEEPEST} levels")
    elif isinstance(value, str):
        if not isinstance(value, _Number) or len(value) >= _SHORTEST_NUMBER:
            yield Piece(value, where, context, line)
    elif isinstance(value, dict):
        for number, (key, inner) in enumerate(value.items(), start=1):
            way = f"{where}.{named(str(key), number)}"
            if not is_name(str(key)):
                yield Piece(str(key), f"{way} (key)", (), line)
            yield from leaves(inner, way, line, as_words(str(key)), deep + 1)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{where}[{index}]", line, context, deep + 1)
    elif isinstance(value, bytes):
        inner_text = decoded(value, "utf-8")
        yield (
            Gap("bytes that are no text", expected=True)
            if isinstance(inner_text, Gap)
            else Piece(inner_text, where, context, line)
        )
    elif value is not None and not isinstance(value, bool):
        yield from leaves(_Number(value), where, line, context, deep)


def comma_separated(data: bytes, encoding: str) -> Read:
    """The cells of a file of comma-separated values (RFC 4180; also with `;`, tabs and bars)."""
    yield from _separated(data, encoding, "")


def tab_separated(data: bytes, encoding: str) -> Read:
    """The cells of a file of tab-separated values."""
    yield from _separated(data, encoding, "\t")


def _separated(data: bytes, encoding: str, separator: str) -> Read:
    content = decoded(data, encoding)
    if isinstance(content, Gap):
        yield content
        return
    csv.field_size_limit(max(csv.field_size_limit(), len(content) + 1))
    first = content.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=separator or max(",;\t|", key=first.count))
    columns: Sequence[str] = ()
    begins = 1
    try:
        for number, row in enumerate(rows, start=1):
            columns = row if number == 1 else columns
            yield from _cells(row, columns, number, begins)
            begins = rows.line_num + 1
    except csv.Error:
        yield Gap(f"line {begins} on cannot be read as separated values")


def _cells(row: Sequence[str], columns: Sequence[str], number: int, line: int) -> Iterator[Piece]:
    for index, cell in enumerate(row):
        name = columns[index] if index < len(columns) else ""
        context = as_words(name.strip().replace(" ", "_")) if number > 1 else ()
        yield Piece(cell, f"row {number}, column {named(name, index + 1)}", context, line)


def parquet(data: bytes, encoding: str) -> Read:
    """The texts in the rows of a Parquet file, nested ones too."""
    try:
        reader: Any = importlib.import_module("pyarrow.parquet")
    except ImportError:
        yield Gap("Parquet is read with pyarrow, which is not installed: pip install 'chat-redactor[bulk]'")
        return
    try:
        number = 0
        for batch in reader.ParquetFile(io.BytesIO(data)).iter_batches(batch_size=1024):
            for row in batch.to_pylist():
                number += 1
                yield from leaves(row, f"row {number}, column", None)
    except (OSError, ValueError, NotImplementedError):  # pyarrow's own errors are children of these
        yield Gap("not a Parquet file that pyarrow can read")
