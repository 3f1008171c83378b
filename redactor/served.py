"""A recorded turn as a Redaction: what a host is given when it sends the turn again, or when it was rewritten."""

from redactor.exceptions import NotFoundError
from redactor.history import entities_of
from redactor.storage import TurnRow
from redactor.transcripts import form_of, replay
from redactor.types import ROLES, Entity, Redaction, Role
from redactor.vault import Vault


def as_recorded(row: TurnRow, vault: Vault, original: str | None = None) -> Redaction:
    """The turn as it now reads; `original` is its text as it came in, rebuilt from the vault where not given."""
    original = replay(vault, row) if original is None else original
    entities = _in_original(row, original, vault)
    return Redaction(row.text, entities, _role(row), row.turn_id, row.revision, known=True)


def _role(row: TurnRow) -> Role:
    for role in ROLES:
        if role == row.role:
            return role
    raise NotFoundError("a recorded turn has a role this version does not know; it was written by a newer one")


def _in_original(row: TurnRow, original: str, vault: Vault) -> tuple[Entity, ...]:
    """A recorded turn's entities in the original's offsets.

    What stood there is known by its sealed form; where none was kept, by what follows in clear.
    """
    entities: list[Entity] = []
    recorded = entities_of(row)
    cursor = reached = 0
    for number, entry in enumerate(recorded):
        cursor += entry.start - reached
        until = recorded[number + 1].start if number + 1 < len(recorded) else len(row.text)
        form = form_of(vault, entry)
        if form:
            length = len(form.text)
        else:
            clear = row.text[entry.end : until]
            at = len(original) - len(clear) if number + 1 == len(recorded) else original.find(clear, cursor + 1)
            length = max(1, at - cursor)
        name = row.text[entry.start : entry.end]
        if cursor + length > len(original):  # not the text that came in: a reply, known by its restored form
            return ()
        entities.append(
            Entity(cursor, cursor + length, entry.type, entry.score, entry.recognizer, entry.operator, name)
        )
        cursor, reached = cursor + length, entry.end
    return tuple(entities)
