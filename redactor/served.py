"""A recorded turn as a Redaction: what a host is given when it sends the turn again, or when it was rewritten."""

from collections.abc import Sequence
from typing import TypeAlias

from redactor.exceptions import NotFoundError
from redactor.history import History, entities_of
from redactor.storage import TurnRow
from redactor.transcripts import form_of, replay
from redactor.types import ROLES, Entity, Redaction, Role, Turn
from redactor.vault import Vault

Served: TypeAlias = tuple[TurnRow, Redaction]
"""A recorded turn and what a host is given for it."""

_Mark: TypeAlias = tuple[str, str | None, int, int]


class Resent:
    """What a history that is sent again is served from. Not thread-safe."""

    __slots__ = ("_front", "_history", "_served", "_vault")

    def __init__(self, history: History, vault: Vault) -> None:
        self._history, self._vault = history, vault
        self._served: dict[bytes, Served] = {}
        self._front: list[tuple[_Mark, Served]] = []

    def again(self, key: bytes, text: str) -> Served | None:
        """The turn whose input, or whose restored text, has this hash; its Redaction is made once per revision."""
        row = self._history.known(key)
        if row is None:
            return None
        served = self._served.get(key)
        if served is None or served[0] is not row:
            served = self._served[key] = (row, as_recorded(row, self._vault, text))
        return served

    def front(self, turns: Sequence[Turn]) -> list[Served]:
        """The turns at the front that are those of the last time, by a mark that is cheaper than their keyed hash."""
        found: list[Served] = []
        for turn, (mark, served) in zip(turns, self._front, strict=False):
            if mark != _mark(turn) or not self._history.holds(served[0]):
                break
            found.append(served)
        return found

    def keep(self, start: int, turns: Sequence[Turn], served: Sequence[Served]) -> None:
        """What was served from the turn number `start` (from 0) on, for the next time."""
        if len(self._front) >= start:  # else the conversation was forgotten meanwhile
            self._front[start:] = zip(map(_mark, turns), served, strict=True)


def _mark(turn: Turn) -> _Mark:
    """Tells one text from another in this process, and says nothing of it: the hash is keyed with the process's own
    random secret (SipHash, PEP 456), so no raw text is kept to compare with."""
    return turn.role, turn.id, len(turn.text), hash(turn.text)


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
