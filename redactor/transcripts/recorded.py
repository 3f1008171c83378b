"""What is recorded of a turn, redacted only. `record` and `replay` are each other's inverse."""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol, TypeVar

from redactor import taxonomy
from redactor.crypto import Part
from redactor.exceptions import NotFoundError, StorageError
from redactor.referents import Form, Referent
from redactor.storage import Reader, Transaction, TurnRow
from redactor.types import Decision

T = TypeVar("T")


class Keeper(Protocol):
    """What a transcript needs of a conversation's vault."""

    @property
    def public_id(self) -> str:
        """The conversation's public id."""

    def begin(self, tx: Transaction, now: float) -> None:
        """Make ready to write."""

    def turn_hash(self, *parts: Part) -> bytes:
        """Keyed hash of a turn."""

    def text_hash(self, text: str) -> bytes:
        """Keyed hash of a redacted text."""

    def referent(self, type: str, index: int) -> Referent | None:  # noqa: A002
        """What a placeholder names."""


@dataclass(frozen=True, slots=True)
class RecordedEntity:
    """One entity of a recorded turn: what stands in its place, and where. No value."""

    type: str
    index: int | None
    """The placeholder's number; None where the operator puts no placeholder."""
    form: int | None
    """Which of the referent's forms stood here; None where it was not kept."""
    start: int
    end: int
    """What stands in its place, in code points of the redacted text."""
    score: float
    recognizer: str
    operator: str
    outcome: str = "masked"
    """What the decision on it was; see `redactor.types.Decision`."""
    reason: str = ""
    """Why, in a fixed sentence; empty where there is no more to say."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A vote that was not masked: kept for the console's queue and for "what if"."""

    type: str
    start: int
    end: int
    """In code points of the redacted text."""
    score: float
    recognizer: str


_REASONS = {
    "placeholders": "it would read as a placeholder, and came from outside",
    "split": "a piece of a value typed over several messages",
    "memory": "known from another message of the conversation",
    "review": "reported as missed",
}
"""Why something was masked that no vote on the text itself decided, by recognizer."""


def explained(
    entities: Sequence[RecordedEntity], places: Sequence[tuple[int, int]], decisions: Iterable[Decision] = ()
) -> list[RecordedEntity]:
    """The same entities with what was decided on them; `places` are theirs in the offsets of the decisions."""
    masked = [decision for decision in decisions if decision.outcome == "masked"]
    return [replace(each, reason=_reason(each, place, masked)) for each, place in zip(entities, places, strict=True)]


def _reason(entity: RecordedEntity, place: tuple[int, int], masked: Iterable[Decision]) -> str:
    start, end = place
    for decision in masked:
        vote = decision.entity
        if (vote.type, vote.recognizer) == (entity.type, entity.recognizer) and vote.start < end and start < vote.end:
            return "" if decision.reason == decision.outcome else decision.reason
    return entity.reason or _REASONS.get(entity.recognizer.partition(":")[0], "")


def encode_entities(entities: Iterable[RecordedEntity]) -> str:
    """Entities as JSON: a list of objects with the names of `RecordedEntity`'s fields; what is as ever is left out."""
    return _encode(entities)


def decode_entities(text: str) -> tuple[RecordedEntity, ...]:
    """Undo `encode_entities`."""
    return _decode(RecordedEntity, text)


def encode_candidates(candidates: Iterable[Candidate]) -> str:
    """Candidates as JSON: a list of objects with the names of `Candidate`'s fields."""
    return _encode(candidates)


def decode_candidates(text: str) -> tuple[Candidate, ...]:
    """Undo `encode_candidates`."""
    return _decode(Candidate, text)


def encode_timings(timings: Mapping[str, float]) -> str:
    """Milliseconds per step as JSON, to the microsecond."""
    return json.dumps({step: round(spent, 3) for step, spent in timings.items()}, separators=(",", ":"))


def decode_timings(text: str) -> dict[str, float]:
    """Undo `encode_timings`."""
    found: dict[str, float] = json.loads(text)
    return found


def record(
    tx: Transaction,
    vault: Keeper,
    *,
    role: str,
    text: str,
    redacted: str,
    previous_turn_id: str,
    policy_version: str,
    model_version: str,
    now: float,
    channel: str = "",
    entities: Iterable[RecordedEntity] = (),
    candidates: Iterable[Candidate] = (),
    timings: Mapping[str, float] | None = None,
    turn_id: str | None = None,
) -> TurnRow:
    """Record a turn and move the conversation's last turn to `now` (seconds since the epoch).

    `timings` are milliseconds per step. Of `text`, as it came in, only a keyed hash is kept. `previous_turn_id` is
    empty for the first turn.
    """
    vault.begin(tx, now)
    row = TurnRow(
        conversation=vault.public_id,
        seq=tx.next_seq(vault.public_id),
        turn_id=turn_id or new_turn_id(),
        role=role,
        channel=channel,
        time=now,
        text=redacted,
        input_hash=input_hash(vault, role, previous_turn_id, text, policy_version, model_version),
        restored_hash=None,
        text_hash=vault.text_hash(redacted),
        revision=0,
        policy_version=policy_version,
        model_version=model_version,
        entities=encode_entities(entities),
        candidates=encode_candidates(candidates),
        timings=encode_timings(timings or {}),
    )
    row = tx.put_turn(row)
    tx.touch(vault.public_id, now)
    return row


def new_turn_id() -> str:
    """A random public id for a turn."""
    return secrets.token_hex(10)


def input_hash(
    vault: Keeper, role: str, previous_turn_id: str, text: str, policy_version: str, model_version: str
) -> bytes:
    """The keyed hash a turn is known by when a host sends it again."""
    return vault.turn_hash(role, previous_turn_id, text, policy_version, model_version)


def look_up(
    reader: Reader,
    vault: Keeper,
    role: str,
    previous_turn_id: str,
    text: str,
    policy_version: str,
    model_version: str,
) -> TurnRow | None:
    """The recorded turn this text is, as it came in or as it was restored; None where it must be detected."""
    wanted = input_hash(vault, role, previous_turn_id, text, policy_version, model_version)
    return reader.turn_by_hash(vault.public_id, wanted)


def look_up_redacted(reader: Reader, vault: Keeper, redacted: str) -> TurnRow | None:
    """The latest turn whose redacted text this is: the conversation's own text, coming back."""
    return reader.turn_by_text(vault.public_id, vault.text_hash(redacted))


def file_restored(tx: Transaction, vault: Keeper, turn: TurnRow, previous_turn_id: str, restored_text: str) -> TurnRow:
    """Let a turn also be known by the text a reader got of it, so that it is recognised when that is resent."""
    stored = _as_stored(tx, turn)
    restored_hash = input_hash(
        vault, stored.role, previous_turn_id, restored_text, stored.policy_version, stored.model_version
    )
    return tx.put_turn(replace(stored, restored_hash=restored_hash))


def rewrite(
    tx: Transaction,
    vault: Keeper,
    turn: TurnRow,
    text: str,
    entities: Iterable[RecordedEntity],
    candidates: Iterable[Candidate] | None = None,
) -> TurnRow:
    """Put a new redacted text in a turn's place: something in it became known later. It is still known as before.

    `candidates` stay where none are given. Raises `NotFoundError` where the turn was forgotten meanwhile and
    `StorageError` where another process rewrote it first.
    """
    stored = _as_stored(tx, turn)
    if stored.revision != turn.revision:
        raise StorageError("the turn was rewritten by another process meanwhile; read it again inside the transaction")
    row = replace(
        stored,
        text=text,
        text_hash=vault.text_hash(text),
        revision=stored.revision + 1,
        entities=encode_entities(entities),
        candidates=stored.candidates if candidates is None else encode_candidates(candidates),
    )
    return tx.put_turn(row)


def replay(vault: Keeper, turn: TurnRow, write: Callable[[RecordedEntity, int], str] | None = None) -> str:
    """The text as it came in, rebuilt from the redacted text and the forms that stood in it.

    What cannot be restored (never stored, expired) is written as its label in parentheses; what the operator masked,
    hashed or kept stands as it stands. `write` decides otherwise, given the entity and its number.
    """
    pieces: list[str] = []
    reached = 0
    for entity in sorted(decode_entities(turn.entities), key=lambda entity: (entity.start, entity.end)):
        if entity.index is None:
            continue
        typed = write(entity, entity.index) if write else _original(vault, entity, entity.index)
        pieces += (turn.text[reached : entity.start], typed)
        reached = entity.end
    return "".join([*pieces, turn.text[reached:]])


def form_of(vault: Keeper, entity: RecordedEntity) -> Form | None:
    """The form that stood at a place of a recorded turn; None where nothing was kept of it, or no longer."""
    if entity.index is None or entity.form is None:
        return None
    referent = vault.referent(entity.type, entity.index)
    return referent.forms[entity.form] if referent and entity.form < len(referent.forms) else None


def _original(vault: Keeper, entity: RecordedEntity, index: int) -> str:
    if form := form_of(vault, entity):
        return form.text.reveal()
    referent = vault.referent(entity.type, index)
    row = taxonomy.entity_types().get(entity.type)
    generic = row.label if row else "value hidden"
    return f"({referent.label if referent and referent.label else generic})"


def _as_stored(tx: Transaction, turn: TurnRow) -> TurnRow:
    stored = tx.turn(turn.conversation, turn.turn_id)
    if stored is None:
        raise NotFoundError("the turn is no longer stored: its conversation was forgotten or has expired")
    return stored


def _encode(items: Iterable[Any]) -> str:
    return json.dumps([_as_object(item) for item in items], separators=(",", ":"))


def _as_object(item: Any) -> dict[str, Any]:
    given = ((each, getattr(item, each.name)) for each in fields(item))
    return {each.name: value for each, value in given if value != each.default}


def _decode(kind: type[T], text: str) -> tuple[T, ...]:
    return tuple(kind(**found) for found in json.loads(text))
