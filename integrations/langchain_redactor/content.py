"""A message, field by field: which of it is text that was said, which is protocol, which is anything else."""

from collections.abc import Callable, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid4, uuid5

from langchain_core.messages import BaseMessage

from langchain_redactor import fields
from langchain_redactor.asking import Slot, Spot, as_it_is
from langchain_redactor.kept import Place
from redactor.json_text import Build
from redactor.types import Role

if TYPE_CHECKING:
    from langchain_redactor.walk import Walk

TEXT_BLOCKS = frozenset({"text", "input_text", "output_text"})
"""Types of blocks whose `text` is what was said."""

_FIXED = frozenset({"type", "status", "chunk_position", "example"})
"""Fields of the message classes that hold a word of a closed set, or a truth value."""

_TOOL_KINDS = frozenset({"tool", "function", "ToolMessageChunk", "FunctionMessageChunk"})


def with_pieces(content: Any, change: Callable[[int, str], str]) -> Any:
    """A message's content with its pieces of text changed, each given its number; the rest is shared."""
    numbers = count()
    if isinstance(content, str):
        return change(next(numbers), content)
    return [_with_piece(block, lambda text: change(next(numbers), text)) for block in content]


def _with_piece(block: Any, change: Callable[[str], str]) -> Any:
    if isinstance(block, str):
        return change(block)
    return {**block, "text": change(block["text"])} if is_said(block) else block


def pieces_of(content: Any) -> list[str]:
    """A message's pieces of text, in order."""
    if isinstance(content, str):
        return [content]
    return [
        block if isinstance(block, str) else block["text"]
        for block in content
        if isinstance(block, str) or is_said(block)
    ]


def is_said(block: Any) -> bool:
    """Whether a block of a message's content is text."""
    if not isinstance(block, Mapping) or not isinstance(block.get("text"), str):
        return False
    kind = block.get("type")
    return isinstance(kind, str) and kind in TEXT_BLOCKS


class MessagePlan:
    """One message on its way; called, it gives the copy."""

    def __init__(self, walk: "Walk", message: BaseMessage) -> None:
        self._walk, self._message = walk, message
        self._role = fields.role_of(message.type, getattr(message, "role", None))
        self._pieces: list[Slot] = []
        self._turns = fields.marked_turns(message.response_metadata)
        self._id = self._planned_id()
        self._known = self._known_pieces() if self._turns and walk.way.inward else []
        rest: Role = "assistant" if self._is_ours() else self._role
        inner = self._id if walk.way.inward else message.id  # by which both ways know the message
        place: Place = ("message", inner) if inner else ()
        self._fields = {"content": self._planned_content(Spot(rest, "", (*place, "content") if place else ()))}
        self._fields |= self._planned_rest(Spot(rest, "", place))

    def _planned_id(self) -> str | None:
        """A message that has no id is given one, like LangGraph does; in a history that is resent it must be the same
        each time, so that it is made of the recorded turn's id when that is known."""
        if self._message.id:
            return self._walk.way.id(self._message.id)
        return str(uuid4()) if self._walk.way.inward and self._walk.way.follows else None

    def _planned_content(self, spot: Spot) -> Build:
        content: Any = self._message.content
        return self.piece(content, spot) if isinstance(content, str) else self._walk.blocks(content, spot, self.piece)

    def piece(self, text: str, spot: Spot) -> Build:
        """One piece of the message's text."""
        number = len(self._pieces)
        turn = self._turns[number] if number < len(self._turns) else ""
        now = self._known[number] if number < len(self._known) else None
        if now is not None:
            self._pieces.append(Slot(text, answer=now, turn_id=turn if text.strip() else ""))
        else:
            name = self._id and (f"{self._id}#{number}" if number else self._id)
            self._pieces.append(self._walk.way.piece(text, Spot(self._role), turn, name))
        return self._pieces[-1]

    def _known_pieces(self) -> list[str | None]:
        """How each piece reads now, where it is one that this conversation redacted; a blank one as it is."""
        texts = pieces_of(self._message.content)
        turns = (self._turns + [""] * len(texts))[: len(texts)]
        chat = self._walk.way.bound.chat
        return [
            fields.reads_as(chat, text, turn) if text.strip() else text for text, turn in zip(texts, turns, strict=True)
        ]

    def _is_ours(self) -> bool:
        """Whether the message says exactly what this conversation redacted: then so do the placeholders in it."""
        if not self._walk.way.inward or not self._turns or None in self._known:
            return False
        if any(text and text.strip() for text in self._known):
            return True
        return self._turns[0] == fields.seal(self._message, self._walk.way.bound.chat)

    def _planned_rest(self, spot: Spot) -> dict[str, Build]:
        message = self._message
        values = {**message.__dict__, **(message.__pydantic_extra__ or {})}
        return {
            name: self._planned(name, value, spot)
            for name, value in values.items()
            if name not in ("content", "id") and value is not None and name not in _FIXED
        }

    def _planned(self, name: str, value: Any, spot: Spot) -> Build:
        if name == "name" and self._message.type in _TOOL_KINDS and fields.is_tool_name(value):
            return as_it_is(value)
        if name == "response_metadata" and fields.TURNS in value:
            value = {key: item for key, item in value.items() if key != fields.TURNS}
        if type(value) in (dict, list) and not value:
            return type(value)
        spot = spot.under(name, name if name == "name" else "")
        return self._walk.data(value, spot) if name == "artifact" else self._walk.field(name, value, spot)

    def __call__(self) -> BaseMessage:
        changes = {name: build() for name, build in self._fields.items()}
        changes["id"] = self._id or self._id_of_its_turn()
        turns = [piece.turn_id for piece in self._pieces]
        if not self._walk.way.inward:
            turns = []
        elif not any(turns):
            turns = self._sealed(changes)
        if turns:
            changes["response_metadata"] = {**changes["response_metadata"], fields.TURNS: turns}
        return self._message.model_copy(update=changes)

    def _sealed(self, changes: dict[str, Any]) -> list[str]:
        """A message without text has no turn to be known by; an LLM's may hold placeholders anyway."""
        if self._role == "assistant" or self._message.type == "remove":
            return []
        return [fields.seal(self._message.model_copy(update=changes), self._walk.way.bound.chat)]

    def _id_of_its_turn(self) -> str | None:
        if not self._walk.way.inward:
            return None
        turns = [piece.turn_id for piece in self._pieces if piece.turn_id]
        return str(uuid5(NAMESPACE_OID, turns[0]) if turns else uuid4())
