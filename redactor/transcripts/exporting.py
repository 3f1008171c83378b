"""Stored turns as JSONL and as CSV, line by line, and back. Redacted text only, as it is stored.

Both are UTF-8. A lone surrogate, which UTF-8 cannot hold, is written as `\\ud83d`: JSON's own escape, and in CSV the
same with one backslash more before what already reads so.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from redactor.exceptions import ConfigError
from redactor.transcripts.reading import StoredTurn
from redactor.transcripts.recorded import RecordedEntity

COLUMNS = (
    "conversation",
    "tenant",
    "seq",
    "turn_id",
    "role",
    "channel",
    "time",
    "utc",
    "text",
    "revision",
    "policy_version",
    "model_version",
    "entities",
    "timings",
)
"""Of every turn, in this order; `docs/transcripts.md` says what each holds."""

_READ: Mapping[str, Callable[[str], Any]] = {
    "seq": int,
    "revision": int,
    "time": float,
    "entities": json.loads,
    "timings": json.loads,
}
"""Columns that are not text."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_FORMULA = re.compile("[=+\\-@\t\r\n'＝＋－＠]")
"""What a spreadsheet may run when a cell begins with it (OWASP, "CSV Injection"), and our mark against that."""
_ESCAPED = re.compile(r"(?<!\\)(\\*+)(?:(u[dD][89a-fA-F][0-9a-fA-F]{2})|([\ud800-\udfff]))")
_UNESCAPED = re.compile(r"(?<!\\)(\\++)(u[dD][89a-fA-F][0-9a-fA-F]{2})")


def to_jsonl(turns: Iterable[StoredTurn]) -> Iterator[str]:
    """A JSON object per turn, each with its newline."""
    for turn in turns:
        text = json.dumps(as_object(turn), ensure_ascii=False, separators=(",", ":"))
        yield _SURROGATE.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n"


def from_jsonl(lines: Iterable[str]) -> Iterator[StoredTurn]:
    """Undo `to_jsonl`. Raises `ConfigError` that names the line."""
    for number, line in enumerate(lines, 1):
        yield _read(lambda: _as_turn(json.loads(line)), number)  # noqa: B023  called at once


def to_csv(turns: Iterable[StoredTurn]) -> Iterator[str]:
    """A header and a row per turn (RFC 4180); entities and timings are JSON in their cell.

    A cell that a spreadsheet might take for a formula gets a `'` in front, and so does one that begins with `'`.
    """
    yield _row(COLUMNS)
    for turn in turns:
        found = as_object(turn)
        nested = {name: json.dumps(found[name], separators=(",", ":")) for name in ("entities", "timings")}
        yield _row([_cell(str({**found, **nested}[name])) for name in COLUMNS])


def from_csv(lines: Iterable[str]) -> Iterator[StoredTurn]:
    """Undo `to_csv`; a file must be opened with `newline=""`. Raises `ConfigError` that names the row.

    Cells over 131,072 characters need a higher `csv.field_size_limit`, which is the process's own.
    """
    rows = csv.reader(lines)
    if tuple(next(rows, ())) != COLUMNS:
        raise ConfigError(f"the first row does not name the columns of an export: {', '.join(COLUMNS)}")
    for number, row in enumerate(rows, 2):
        yield _read(lambda: _from_row(row), number)  # noqa: B023  called at once


def as_object(turn: StoredTurn) -> dict[str, Any]:
    """A turn as JSON has it, with the names of `COLUMNS`."""
    return {
        **{name: getattr(turn, name) for name in COLUMNS if name not in ("utc", "entities", "timings")},
        "utc": _utc(turn.time),
        "entities": [_entity(turn, entity) for entity in turn.entities],
        "timings": dict(turn.timings),
    }


def _entity(turn: StoredTurn, entity: RecordedEntity) -> dict[str, Any]:
    return {
        **{each.name: getattr(entity, each.name) for each in fields(entity)},
        "placeholder": turn.placeholder(entity),
    }


def _utc(time: float) -> str:
    """ISO 8601; empty for a time that no calendar has."""
    try:
        return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return ""


def _as_turn(found: Mapping[str, Any]) -> StoredTurn:
    entities = (
        RecordedEntity(**{name: value for name, value in each.items() if name != "placeholder"})
        for each in found["entities"]
    )
    given = {name: found[name] for name in COLUMNS if name not in ("utc", "entities")}
    return StoredTurn(**given, entities=tuple(entities))


def _from_row(row: Sequence[str]) -> StoredTurn:
    found: dict[str, Any] = {name: _uncell(cell) for name, cell in zip(COLUMNS, row, strict=True)}
    for name, read in _READ.items():
        found[name] = read(found[name])
    return _as_turn(found)


def _read(read: Callable[[], StoredTurn], number: int) -> StoredTurn:
    try:
        return read()
    except (ValueError, TypeError, KeyError):
        pass
    raise ConfigError(f"row {number} is no turn of an export; expected the columns {', '.join(COLUMNS)}")


def _row(cells: Sequence[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(text: str) -> str:
    escaped = _ESCAPED.sub(_escape, text)
    return f"'{escaped}" if _FORMULA.match(escaped) else escaped


def _uncell(cell: str) -> str:
    text = cell[1:] if cell.startswith("'") else cell
    return _UNESCAPED.sub(_unescape, text)


def _escape(found: re.Match[str]) -> str:
    backslashes, reads_so, surrogate = found.groups()
    return backslashes * 2 + (reads_so if reads_so else f"\\u{ord(surrogate):04x}")


def _unescape(found: re.Match[str]) -> str:
    backslashes, name = found.groups()
    half = "\\" * (len(backslashes) // 2)
    return half + (chr(int(name[1:], 16)) if len(backslashes) % 2 else name)
