"""The entity types: what each one is, how the law names it, what makes two mentions the same.

The table is `taxonomy.toml` beside this file; it names the source of every column.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LITERAL = "LITERAL"
"""Text that looks like a placeholder but came from outside."""

NEVER_STORED = frozenset({"CARD_CVV", "SECRET"})
"""Never written to a vault and never restored into text, whatever a policy says. For card security codes: PCI DSS
4.0.1, requirement 3.3.1 (sensitive authentication data is not kept after authorisation, even encrypted)."""


_SOURCES = "sources"


@dataclass(frozen=True, slots=True)
class EntityType:
    """One row of the table."""

    name: str
    meaning: str
    dpv: str
    hipaa: str
    ccpa: str
    operator: str
    retention: str
    identity: str
    label: str
    pci: str = ""
    gdpr: str = ""
    subject: bool = False


@cache
def entity_types() -> Mapping[str, EntityType]:
    """Every entity type by name, in the table's order."""
    return {name: EntityType(name=name, **row) for name, row in _table().items() if name != _SOURCES}


@cache
def sources() -> Mapping[str, str]:
    """Where each column of the table comes from."""
    return dict(_table()[_SOURCES])


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("redactor").joinpath("taxonomy.toml").read_text("utf-8"))


def canonical(entity_type: str, text: str) -> str:
    """The one form two mentions of the same referent share; identity in a conversation is equality of it.

    `text` is the mention as the view shows it (see `redactor.detection.view`). Unknown types compare as words.
    """
    row = entity_types().get(entity_type)
    rule = _IDENTITY[row.identity if row else "words"]
    return rule(text) or text


def parts(entity_type: str, canonical_text: str) -> frozenset[str]:
    """The shorter names a referent goes by: each name of two letters or more of a person's, and first with last."""
    if entity_type != "PERSON":
        return frozenset()
    words = canonical_text.split()
    if len(words) < 2:
        return frozenset()
    single = {word for word in words if len(word) > 1}
    return frozenset(single | {f"{words[0]} {words[-1]}"}) - {canonical_text}


def _words(text: str) -> str:
    return " ".join(text.casefold().replace(",", " ").split())


def _name(text: str) -> str:
    return " ".join(text.casefold().replace(".", " ").replace(",", " ").split())


def _email(text: str) -> str:
    return "".join(text.casefold().split())


def _digits(text: str) -> str:
    plus = "+" if text.lstrip("( ").startswith("+") else ""
    return plus + "".join(c for c in text.casefold() if c.isalnum())


def _code(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())


def _handle(text: str) -> str:
    return text.casefold().strip().removeprefix("@")


def _exact(text: str) -> str:
    return text


_IDENTITY: Mapping[str, Callable[[str], str]] = {
    "name": _name,
    "email": _email,
    "digits": _digits,
    "code": _code,
    "handle": _handle,
    "words": _words,
    "exact": _exact,
}
