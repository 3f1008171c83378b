"""Reads marked conversations: JSONL, a line per message, a folder's `meta.json` beside it.

A line is `{"id", "dialog_id", "turn", "role", "text", "spans": [{"start", "end", "label"}]}`; `text` is
required, the rest may be missing or null. Offsets count code points; `text[start:end]` is the value. A file
holds people's words, so no error of this module repeats any of them: it names the file, the line and what was
expected.
"""

import json
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
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

_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9_. /-]{0,63}")
"""Labels are printed with the results, so they are names and no text."""

_SPAN = (
    "{start, end, label} with 0 <= start < end <= the text's length (code points), and a label of letters, digits and _"
)

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
    found: dict[tuple[bool, str], list[tuple[int, Message]]] = {}
    document_of: dict[tuple[bool, str], str] = {}
    for number, line in _lines(path):
        row = _row(path, number, line)
        key, document = _place(row, number, found)
        if document is not None:
            document_of[key] = document
        messages = found.setdefault(key, [])
        messages.append((_turn(path, number, row, len(messages)), _message(path, number, row)))
    if not found:
        raise ConfigError(f"{path}: no messages in it; expected JSONL, one message per line")
    return [
        Dialog(key[1], _in_order(messages), origin=document_of.get(key, ""), alone=key in document_of)
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
        written = json.loads(meta.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        raise ConfigError(f"{meta}: cannot be read as JSON; mend it, or take it away") from None
    labels = written.get("labels_not_annotated", []) if isinstance(written, dict) else written
    if not isinstance(written, dict) or not isinstance(labels, list) or not all(isinstance(x, str) for x in labels):
        raise ConfigError(
            f"{meta}: expected a JSON object whose `labels_not_annotated` is a list of labels; found {_kind(labels)}"
        )
    return frozenset(map(type_of, labels))


def _place(
    row: Mapping[str, Any], number: int, taken: Container[tuple[bool, str]]
) -> tuple[tuple[bool, str], str | None]:
    """Where a line belongs: (is it said in a conversation, which), and of a sentence alone the document it is of.

    A sentence whose id another one has already is called after its line: two sentences are never one.
    """
    dialog_id = row.get("dialog_id")
    if dialog_id is not None and row.get("role", "") is not None:
        return (True, str(dialog_id)), None
    key = (False, str(row.get("id") or f"line-{number}"))  # nobody says it: a sentence, perhaps of a document
    if key in taken:
        key = (False, f"{key[1]}, line {number}")
    return key, key[1] if dialog_id is None else str(dialog_id)


def _turn(path: Path, number: int, row: Mapping[str, Any], place: int) -> int:
    """The line's turn; where it has none, its place among the lines of its conversation."""
    turn = row.get("turn")
    if turn is None:
        return place
    if type(turn) is not int:  # True is no turn
        raise _bad(path, number, "`turn` to be a whole number, or null", turn)
    return turn


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
        raise ConfigError(f"{path}, line {number}: expected a JSON object; found no JSON") from None
    if not isinstance(row, dict):
        raise _bad(path, number, "a JSON object", row)
    return row


def _message(path: Path, number: int, row: Mapping[str, Any]) -> Message:
    text = row.get("text")
    if not isinstance(text, str):
        raise _bad(path, number, "`text` to be a string", text)
    role = _ROLE_OF.get(str(row.get("role") or "customer").lower())
    if role is None:
        raise ConfigError(f"{path}, line {number}: expected `role` to be one of {', '.join(_ROLE_OF)}, or null")
    spans = row.get("spans") or []
    if not isinstance(spans, list):
        raise _bad(path, number, "`spans` to be a list", spans)
    marked = tuple(_span(path, number, text, span) for span in spans)
    _check_apart(path, number, marked)
    return Message(str(row.get("id") or number), role, text, marked)


def _span(path: Path, number: int, text: str, span: object) -> Span:
    match span:
        case {"start": int(start), "end": int(end), "label": str(label)} if _LABEL.fullmatch(label):
            if 0 <= start < end <= len(text) and not isinstance(start, bool) and not isinstance(end, bool):
                return Span(start, end, type_of(label))
            found = f"{start} to {end} in a text of {len(text)}"
            raise ConfigError(f"{path}, line {number}: found a span from {found}; expected each span as {_SPAN}")
    raise ConfigError(f"{path}, line {number}: expected each span as {_SPAN}")


def _check_apart(path: Path, number: int, spans: tuple[Span, ...]) -> None:
    """Marks that overlap cannot all be answered: an answer has one type in one place."""
    for one, other in pairwise(sorted(spans, key=lambda span: (span.start, span.end))):
        if other.start < one.end:
            both = f"{one.start} to {one.end} ({one.type}) and {other.start} to {other.end} ({other.type})"
            raise ConfigError(f"{path}, line {number}: spans overlap, {both}; expected one mark for each value")


def _bad(path: Path, number: int, expected: str, found: object) -> ConfigError:
    return ConfigError(f"{path}, line {number}: expected {expected}; found {_kind(found)}")


def _kind(value: object) -> str:
    """What a JSON value is, without the value."""
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "nothing"}
    return kinds.get(type(value), "a number")
