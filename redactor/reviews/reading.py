"""Reviewed messages of a whole store, with what stands of their reviews: what exports and proposals are made of."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from redactor.reviews.events import Event, event, settled, standing
from redactor.reviews.outcome import Judged, judged
from redactor.reviews.places import as_now
from redactor.storage import Store, TurnRow
from redactor.transcripts.recorded import Candidate, RecordedEntity, decode_candidates, decode_entities

_PAGE = 1000
"""Events that are read at a time."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A message that somebody submitted a review of."""

    turn: TurnRow
    tenant: str
    entities: tuple[RecordedEntity, ...]
    candidates: tuple[Candidate, ...]
    events: tuple[Event, ...]
    """What stands, with the offsets of the text as it is now."""
    is_over: bool
    """Whether people are done with it."""

    def judged(self) -> list[Judged]:
        """What holds of each entity, where people are done with it."""
        return judged(self.events, self.entities)


def every(store: Store, tenants: Collection[str] = ()) -> Iterator[Reviewed]:
    """Every message with a submitted review, of these tenants or of all, conversation by conversation in the order of
    their first review."""
    submitted: dict[str, set[str]] = {}
    for tenant in tenants or (None,):
        submitted |= _submitted(store, tenant)
    for public_id, turn_ids in submitted.items():
        found = store.conversation_by_public_id(public_id)
        if found is not None and found.wrapped_key is not None:
            yield from _of_conversation(store, public_id, turn_ids, found.tenant)


def finished(store: Store, tenants: Collection[str] = ()) -> Iterator[Reviewed]:
    """Those that people are done with."""
    return (each for each in every(store, tenants) if each.is_over)


def _submitted(store: Store, tenant: str | None) -> dict[str, set[str]]:
    places: dict[str, set[str]] = {}
    number = 0
    while rows := store.reviews_after(number, _PAGE, tenant):
        for row in rows:
            if row.kind == "submit":
                places.setdefault(row.conversation, set()).add(row.turn_id)
        number = rows[-1].number
    return places


def _of_conversation(store: Store, public_id: str, turn_ids: set[str], tenant: str) -> Iterator[Reviewed]:
    of_turn: dict[str, list[Event]] = {}
    for row in store.reviews(public_id):
        of_turn.setdefault(row.turn_id, []).append(event(row))
    for turn in store.turns(public_id):
        if turn.turn_id in turn_ids and turn.turn_id in of_turn:
            yield _reviewed(turn, tenant, of_turn[turn.turn_id])


def _reviewed(turn: TurnRow, tenant: str, events: Sequence[Event]) -> Reviewed:
    entities = decode_entities(turn.entities)
    last = settled(events)
    now = as_now(standing(events), turn.revision, entities, len(turn.text))
    over = last is not None and last.is_over
    return Reviewed(turn, tenant, entities, decode_candidates(turn.candidates), tuple(now), over)
