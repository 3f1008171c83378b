"""Which piece of a payload belongs to which conversation. A platform may send several customers' messages at once."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from redactor import Conversation, Redactor
from redactor_gateway.incoming import as_text
from redactor_gateway.paths import Place, Value, matches, values
from redactor_gateway.platform import Part, Platform
from redactor_gateway.whose import Nobody, Somebody, Whose

__all__ = ["Owner", "Owners", "conversation_key"]


@dataclass(frozen=True, slots=True)
class Owner:
    """Who a piece belongs to, and the message's id."""

    whose: Whose
    message: str = ""


class Owners:
    """The owners of one payload's pieces."""

    def __init__(self, redactor: Redactor) -> None:
        self._known: dict[str, Somebody] = {}
        self._nobody = Nobody(redactor)
        self._parts: dict[Place, Owner] = {}
        self._around = Owner(self._nobody)

    @classmethod
    def of_payload(
        cls,
        platform: Platform,
        payload: Value,
        open: Callable[[str], Conversation],  # noqa: A002
        redactor: Redactor,
    ) -> Self:
        """As the platform file says."""
        owners = cls(redactor)
        for part in platform.part:
            for place, piece in matches(part.each, payload):
                owners._add(platform, part, place, piece, open)
        if len(owners._known) == 1:
            owners._around = Owner(next(iter(owners._known.values())))
        return owners

    @classmethod
    def of_one(cls, chat: Conversation | None, redactor: Redactor) -> Self:
        """All of it one conversation's, or nobody's."""
        owners = cls(redactor)
        if chat is not None:
            owners._around = Owner(Somebody(chat, redactor.policy))
        return owners

    @property
    def conversations(self) -> tuple[Conversation, ...]:
        """Every conversation the payload is of."""
        return tuple(owner.chat for owner in self._known.values())

    def of(self, place: Place) -> Owner:
        """The owner of a place: of the innermost part around it. What lies around several belongs to nobody."""
        for length in range(len(place), -1, -1):
            if (found := self._parts.get(place[:length])) is not None:
                return found
        return self._around

    def _add(
        self,
        platform: Platform,
        part: Part,
        place: Place,
        piece: Value,
        open: Callable[[str], Conversation],  # noqa: A002
    ) -> None:
        """A part that does not say whose it is leaves the place to the next rule, or to nobody."""
        found = self._parts.get(place)
        if found is not None and found.whose is not self._nobody:
            return
        ids = [_only(path, piece) for path in part.conversation]
        message = [_only(path, piece) for path in part.key]
        whose: Whose = self._nobody
        policy = self._nobody.redactor.policy
        if all(ids) and all(values(path, piece) for path in part.has):
            key = conversation_key(platform, ids)
            whose = self._known[key] = self._known.get(key) or Somebody(open(key), policy)
        self._parts[place] = Owner(whose, json.dumps(message) if message and all(message) else "")


def conversation_key(platform: Platform, ids: list[str]) -> str:
    """What a conversation is opened by. It holds the platform's own ids: only its keyed hash is ever stored."""
    return json.dumps([platform.name, *ids])


def _only(path: str, piece: Value) -> str:
    """What stands at a path, if it is one text only; of two customers nobody can say which."""
    found = {as_text(value) for value in values(path, piece)}
    return found.pop() if len(found) == 1 else ""
