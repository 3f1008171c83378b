"""Reads marked conversations: JSONL, a line per message, a folder's `meta.json` beside it.

A line is `{"id", "dialog_id", "turn", "role", "text", "spans": [{"start", "end", "label"}]}`; `text` is
required, the rest may be missing or null. Offsets count code points; `text[start:end]` is the value. A file
holds people's words, so no error of this module repeats any of them: it names the file, the line and what was
expected.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redactor.exceptions import ConfigError
from redactor.types import ROLES, Role

TYPE_OF_LABEL: Mapping[str, str] = {
    "EMAIL": "EMAIL_ADDRESS",
    "PHONE": "PHONE_NUMBER",
    "ADDRESS": "STREET_ADDRESS",
    "POSTCODE": "POSTAL_CODE",
    "ORG": "ORGANIZATION",
    "DATE": "DATE_TIME",
    "IBAN": "IBAN_CODE",
    "IP": "IP_ADDRESS",
    "VEHICLE": "VEHICLE_ID",
    "US_SSN": "NATIONAL_ID",
}
"""Labels of marked files that are not entity types of this project already; all others keep their name."""

_ROLE_OF: Mapping[str, Role] = {role: role for role in ROLES} | {"user": "customer", "bot": "agent"}


@dataclass(frozen=True, slots=True)
class Span:
    """A marked value: where it is (code points) and which entity type it has."""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a marked conversation."""

    id: str
    role: Role
    text: str = field(repr=False)
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialog:
    """A whole conversation, in order."""

    id: str
    messages: tuple[Message, ...]
    origin: str = ""
    """The conversation this one was redrawn from, or the document it is a sentence of; else its own id."""
    alone: bool = False
    """True for a line without `dialog_id`, or that nobody says (`role` null): a sentence outside any conversation."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "origin", self.origin or self.id)


def type_of(label: str) -> str:
    """The entity type a label stands for."""
    return TYPE_OF_LABEL.get(label, label)


def load(path: Path) -> list[Dialog]:
    """The conversations of a JSONL file, each in the order of its turns, by first appearance.

    Raises `ConfigError` with file and line number for a line that cannot be used, without repeating it.
    """
    found: dict[str, list[tuple[int, Message]]] = {}
    document_of: dict[str, str] = {}
    for number, line in _lines(path):
        row = _row(path, number, line)
        dialog_id = row.get("dialog_id")
        key = str(dialog_id)
        if dialog_id is None or row.get("role", "") is None:  # nobody says it: a sentence, perhaps of a document
            key = str(row.get("id") or f"line-{number}")
            document_of[key] = key if dialog_id is None else str(dialog_id)
        messages = found.setdefault(key, [])
        turn = row.get("turn")
        messages.append((turn if isinstance(turn, int) else len(messages), _message(path, number, row)))
    if not found:
        raise ConfigError(f"{path}: no messages in it; expected JSONL, one message per line")
    return [
        Dialog(key, _in_order(messages), origin=document_of.get(key, ""), alone=key in document_of)
        for key, messages in found.items()
    ]


def unannotated_types(path: Path) -> frozenset[str]:
    """Entity types the file says nothing about: `labels_not_annotated` of the `meta.json` beside it, if there
    is one.
    """
    meta = path.parent / "meta.json"
    if not meta.is_file():
        return frozenset()
    try:
        labels = json.loads(meta.read_text("utf-8")).get("labels_not_annotated", [])
        return frozenset(type_of(str(label)) for label in labels)
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ConfigError(f"{meta}: expected a JSON object with a list `labels_not_annotated`") from error


def _in_order(messages: list[tuple[int, Message]]) -> tuple[Message, ...]:
    return tuple(message for _, message in sorted(messages, key=lambda pair: pair[0]))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
    except UnicodeDecodeError:
        raise ConfigError(f"{path}, after line {number}: not UTF-8; expected JSONL in UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); expected a JSONL file") from None


def _row(path: Path, number: int, line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise _bad(path, number, "a JSON object")
    return row


def _message(path: Path, number: int, row: Mapping[str, Any]) -> Message:
    text = row.get("text")
    if not isinstance(text, str):
        raise _bad(path, number, "`text` to be a string")
    role = _ROLE_OF.get(str(row.get("role") or "customer").lower())
    if role is None:
        raise _bad(path, number, f"`role` to be one of {', '.join(_ROLE_OF)}, or null")
    spans = row.get("spans") or []
    if not isinstance(spans, list):
        raise _bad(path, number, "`spans` to be a list")
    marked = tuple(_span(path, number, text, span) for span in spans)
    return Message(str(row.get("id") or number), role, text, marked)


def _span(path: Path, number: int, text: str, span: object) -> Span:
    match span:
        case {"start": int(start), "end": int(end), "label": str(label)} if 0 <= start < end <= len(text):
            return Span(start, end, type_of(label))
    raise _bad(path, number, "each span as {start, end, label} with 0 <= start < end <= the text's length")


def _bad(path: Path, number: int, expected: str) -> ConfigError:
    return ConfigError(f"{path}, line {number}: expected {expected}")
