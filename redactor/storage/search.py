"""What can be asked of all recorded turns at once, and what a list of conversations shows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from redactor.storage.rows import TurnRow
from redactor.storage.words import Term, words

ENTITY = ("type", "score", "recognizer", "operator")
"""What turns are found by of each of their entities: names in `TurnRow.entities`."""


@dataclass(frozen=True, slots=True)
class Search:
    """Which turns are wanted: all that is given must fit. One entity must fit all that is asked of entities."""

    terms: tuple[Term, ...] = field(default=(), repr=False)
    """Words of the redacted text; see `redactor.storage.words.terms`."""
    type: str | None = None
    recognizer: str | None = None
    operator: str | None = None
    lowest: float | None = None
    """Score of an entity, 0..1, included; likewise `highest`."""
    highest: float | None = None
    role: str | None = None
    channel: str | None = None
    tenant: str | None = None
    tenants: tuple[str, ...] = ()
    """Only theirs; none: everybody's."""
    verdict: str | None = None
    """Of which somebody said this and did not take it back; see `redactor.reviews`."""
    reviewer: str | None = None
    """Of which this person said something, or the verdict."""
    since: float | None = None
    """Seconds since the epoch, included."""
    until: float | None = None
    """Seconds since the epoch, not included."""
    conversation: str | None = None
    """Public id."""
    policy_version: str | None = None
    model_version: str | None = None

    def turn_filters(self) -> dict[str, str]:
        """Columns of a turn that must be equal to something."""
        names = ("role", "channel", "conversation", "policy_version", "model_version")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    def entity_filters(self) -> dict[str, str]:
        """What of an entity must be equal to something."""
        names = ("type", "recognizer", "operator")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    @property
    def asks_for_reviews(self) -> bool:
        """Whether anything is asked of what people said."""
        return self.verdict is not None or self.reviewer is not None

    @property
    def asks_for_entities(self) -> bool:
        """Whether anything is asked of an entity."""
        return bool(self.entity_filters()) or self.lowest is not None or self.highest is not None

    def fits(self, row: TurnRow, tenant: str) -> bool:
        """Whether a turn of this tenant is wanted, whatever was said of it in reviews."""
        return (
            self.tenant in (None, tenant)
            and (not self.tenants or tenant in self.tenants)
            and (self.since is None or row.time >= self.since)
            and (self.until is None or row.time < self.until)
            and all(getattr(row, name) == value for name, value in self.turn_filters().items())
            and (not self.asks_for_entities or any(map(self._fits_entity, entities(row))))
            and self._fits_text(row.text)
        )

    def _fits_entity(self, entity: Mapping[str, Any]) -> bool:
        return (self.lowest is None or entity["score"] >= self.lowest) and (
            (self.highest is None or entity["score"] <= self.highest)
            and all(entity[name] == value for name, value in self.entity_filters().items())
        )

    def _fits_text(self, text: str) -> bool:
        held = words(text) if self.terms else []
        return all(term.is_in(held) for term in self.terms)


EVERYTHING = Search()


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in a list."""

    public_id: str
    tenant: str
    turns: int
    first: float | None
    """When its first turn was recorded, seconds since the epoch; None where it has none."""
    last: float
    """When its last turn was recorded, or when it was made."""
    types: tuple[str, ...]
    """Entity types that occur in its turns, by name."""


def entities(row: TurnRow) -> Sequence[Mapping[str, Any]]:
    """A turn's entities as they are stored."""
    found: list[Mapping[str, Any]] = json.loads(row.entities)
    return found
