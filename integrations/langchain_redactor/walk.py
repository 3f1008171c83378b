"""The walk through what goes in or out: every shape of Python and LangChain, taken apart and put together as a copy.

It is the same in both directions; what happens to a string, a number, an id is the way's matter (`asking`).
"""

import types
from collections import deque
from collections.abc import Callable, Mapping
from copy import copy, deepcopy
from dataclasses import is_dataclass
from dataclasses import replace as replaced
from datetime import date, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from functools import partial
from itertools import count
from pathlib import PurePath
from typing import Any
from uuid import UUID

from langchain_core.documents import Document
from langchain_core.messages import BaseMessage
from langgraph.types import Command, Interrupt, Overwrite, Send
from pydantic import BaseModel

from langchain_redactor import fields, files, ids
from langchain_redactor.asking import Spot, Way, as_it_is
from langchain_redactor.content import MessagePlan, is_said
from langchain_redactor.forms import as_messages, attributes, copied, free, is_vector, typed_as
from redactor import json_text
from redactor.exceptions import ConfigError
from redactor.json_text import Build

_HARMLESS = (
    types.NoneType, bool, Enum, UUID, date, time, timedelta, tzinfo, Decimal, complex, type, types.EllipsisType, range,
)  # fmt: skip
"""Types whose values are left as they are: they hold no text, or the program's own."""

_DEEPEST = 100
"""Levels of nesting that are walked; far beyond any state, and below what Python's stack holds."""

_ABOUT_NOTHING = frozenset({"text", "content", "value", "args", "input", "output", "artifact", "metadata", "extras"})
"""Keys that say nothing of what is under them."""

Piece = Callable[[str, Spot], Build]


class Walk:
    """One value, one direction. Each method gives a function that builds the copy once the way has its answers."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self._on_path: set[int] = set()

    # any value

    def data(self, value: Any, spot: Spot) -> Build:
        """What the program or its user holds: everything in it is data."""
        if isinstance(value, Enum | bool):
            return as_it_is(value)
        if isinstance(value, str):
            return self.way.text(value, spot)
        if isinstance(value, int | float):
            return self.way.number(value, spot)
        if isinstance(value, _HARMLESS):
            return as_it_is(value)
        return self._inside(self._compound, value, spot)

    def _inside(self, plan: Callable[[Any, Spot], Build], value: Any, spot: Spot) -> Build:
        if id(value) in self._on_path or len(self._on_path) >= _DEEPEST:
            raise ConfigError(
                f"a {type(value).__name__} holds itself, or is nested deeper than {_DEEPEST} levels, so it could not "
                "be searched and nothing went on; hand over plain data"
            )
        self._on_path.add(id(value))
        try:
            return plan(value, spot)
        finally:
            self._on_path.discard(id(value))

    def _compound(self, value: Any, spot: Spot) -> Build:
        if isinstance(value, BaseMessage):
            return MessagePlan(self, value)
        if isinstance(value, Mapping):
            return self._mapping(value, spot)
        if isinstance(value, list | tuple | set | frozenset | deque):
            return self._items(value, spot)
        if isinstance(value, Command | Send | Interrupt):
            return self._control(value, spot)
        if isinstance(value, BaseModel) or is_dataclass(value):
            return self._object(value, spot)
        return self._opaque(value, spot)

    def _opaque(self, value: Any, spot: Spot) -> Build:
        if isinstance(value, PurePath):
            path = self.way.text(str(value), spot)
            return lambda: type(value)(path())
        if isinstance(value, bytes | bytearray | memoryview):
            stripped = self.way.inward and files.refuse_or_strip("file", self.way.bound.files)
            return as_it_is(b"" if stripped else value)
        if not self.way.inward:
            return as_it_is(value)
        kind = type(value)
        raise ConfigError(
            f"a value of type {kind.__module__}.{kind.__qualname__} cannot be searched for personal data, so nothing "
            "went on; hand over a str, number, dict, list, dataclass, pydantic model, Document or message"
        )

    # containers

    def _mapping(self, value: Mapping[Any, Any], spot: Spot) -> Build:
        pairs = [
            (self._key(key, spot.under(-1 - number, None)), self.data(item, spot.under(number, _about(key))))
            for number, (key, item) in enumerate(value.items())
        ]
        return lambda: _mapped(value, pairs)

    def _key(self, key: Any, spot: Spot) -> Build:
        if isinstance(key, str):
            return as_it_is(key) if fields.is_field_name(key) else self.way.text(key, spot)
        return self.data(key, spot)

    def _items(self, value: Any, spot: Spot) -> Build:
        if is_vector(value):
            return lambda: copy(value)
        builds = [self.data(item, spot.under(number)) for number, item in enumerate(value)]
        return lambda: copied(value, [build() for build in builds])

    def _object(self, value: Any, spot: Spot) -> Build:
        """A dataclass or a pydantic model: a copy that no validator sees, for a placeholder may stand for a number."""
        if isinstance(value, Document):
            spot = spot._replace(role="document") if self.way.inward else spot
        builds = {name: self._attribute(value, name, item, spot) for name, item in attributes(value).items()}
        return lambda: typed_as(value, {name: build() for name, build in builds.items()}, back=not self.way.inward)

    def _attribute(self, value: Any, name: str, item: Any, spot: Spot) -> Build:
        if isinstance(value, Document) and name == "id" and isinstance(item, str):
            return as_it_is(self.way.id(item))
        if name == "type" and isinstance(item, str) and fields.is_class_word(type(value), item):
            return as_it_is(item)
        hint = "" if isinstance(value, Document) and name == "page_content" else _about(name)
        return (self.data if spot.place else partial(self.channel, name))(item, spot.under(name, hint))

    # LangGraph

    def state(self, value: Any, spot: Spot) -> Build:
        """A graph's state, a node's update of it, or a chain's input: the names of its channels are the program's."""
        if isinstance(value, Mapping):
            pairs = [
                (as_it_is(key), self.channel(key, item, spot.under(str(key), _about(key))))
                for key, item in value.items()
            ]
            return lambda: _mapped(value, pairs)
        if isinstance(value, list) and (said := as_messages(value, strict=True)) is not None and self.way.inward:
            return self.data(said, spot)
        return self.result(value, spot)

    def result(self, value: Any, spot: Spot) -> Build:
        """Data that may be a message's content: what a tool gives."""
        return self.blocks(value, spot, self.way.text) if fields.is_content(value) else self.data(value, spot)

    def channel(self, name: Any, value: Any, spot: Spot) -> Build:
        """One channel; under `messages` whatever LangChain would take for messages is one."""
        if isinstance(value, Overwrite):
            whole = self.channel(name, value.value, spot)
            return lambda: replaced(value, value=whole())
        if name == "messages" and self.way.inward and (said := as_messages(value)) is not None:
            return self.data(said, spot)
        return self.data(value, spot)

    def _control(self, value: "Command[Any] | Send | Interrupt[Any]", spot: Spot) -> Build:
        if isinstance(value, Send):
            arg = self.state(value.arg, spot.under(value.node))
            return lambda: _sent(value, arg())
        if isinstance(value, Interrupt):
            shown, asked = self.data(value.value, spot.under("value")), self._interrupt_id(value.id)
            return lambda: Interrupt(shown(), asked, response_schema=value.response_schema)
        update, resume = self._update(value.update, spot), self._resume(value.resume, spot.under("resume"))
        goto = self._goto(value.goto, spot)
        return lambda: replaced(value, update=update(), resume=resume(), goto=goto())

    def _update(self, value: Any, spot: Spot) -> Build:
        if isinstance(value, list | tuple) and value and all(_is_pair(item) for item in value):
            builds = [(name, self.channel(name, item, spot.under(name, name))) for name, item in value]
            return lambda: copied(value, [(name, build()) for name, build in builds])
        return self.state(value, spot)

    def _resume(self, value: Any, spot: Spot) -> Build:
        if isinstance(value, Mapping) and value and all(map(ids.is_interrupt, value)):
            pairs = [(as_it_is(key), self.data(item, spot.under(key))) for key, item in value.items()]
            return lambda: _mapped(value, pairs)
        return self.data(value, spot)

    def _goto(self, value: Any, spot: Spot) -> Build:
        if isinstance(value, Send):
            return self._control(value, spot)
        if isinstance(value, list | tuple):
            builds = [self._goto(item, spot) for item in value]
            return lambda: copied(value, [build() for build in builds])
        return as_it_is(value)  # the name of a node

    def _interrupt_id(self, name: str) -> str:
        return name if ids.is_interrupt(name) else self.way.id(name)

    # inside a message

    def blocks(self, content: Any, spot: Spot, piece: Piece) -> Build:
        """A message's content in blocks. `piece` takes its texts."""
        builds = [
            piece(block, spot) if isinstance(block, str) else self._block(block, spot.under(number), piece)
            for number, block in enumerate(content)
        ]
        return lambda: [build() for build in builds]

    def _block(self, block: Any, spot: Spot, piece: Piece | None) -> Build:
        if not isinstance(block, Mapping):
            return self.data(block, spot)
        if type(block) is dict and fields.is_settled(block):
            return partial(deepcopy, block)
        return self._inside(partial(self._fields_of_block, piece=piece), block, spot)

    def _fields_of_block(self, block: Mapping[Any, Any], spot: Spot, piece: Piece | None) -> Build:
        kind = files.kind_of(block)
        if kind and self.way.inward and (instead := files.refuse_or_strip(kind, self.way.bound.files)):
            stripped = (piece or self.way.text)(instead, spot)
            return lambda: {"type": "text", "text": stripped()}
        said = piece if is_said(block) else None
        pairs = [
            (
                as_it_is(key) if fields.is_field_name(key) else self._key(key, spot.under(-1 - number, None)),
                said(item, spot) if said and key == "text" else self._part(block, key, item, spot, number, kind),
            )
            for number, (key, item) in enumerate(block.items())
        ]
        return lambda: _mapped(block, pairs)

    def _part(self, block: Mapping[Any, Any], key: Any, value: Any, spot: Spot, number: int, kind: str | None) -> Build:
        if isinstance(value, str):
            is_own = key == "name" and fields.is_call(block) and fields.is_tool_name(value)
            if is_own or (kind and files.is_raw(str(key), value)):
                return as_it_is(value)
        if isinstance(value, str | int | float) and fields.is_protocol(key, value):
            return as_it_is(value)
        return self.field(key, value, spot.under(number, _about(key)))

    def field(self, key: Any, value: Any, spot: Spot) -> Build:
        """A field of a message or a block, where protocol may stand."""
        if isinstance(value, str):
            return self._string_field(str(key), value, spot)
        if key == "logprobs" and self.way.inward:
            return as_it_is(None)  # they spell the text in pieces that nobody can search
        if type(value) in (dict, list) and not value:
            return partial(copy, value)
        if isinstance(value, Mapping):
            return self.data(value, spot) if key in fields.DATA else self._block(value, spot, None)
        if isinstance(value, list) and key not in fields.DATA:
            builds = [self.field(key, item, spot.under(number)) for number, item in enumerate(value)]
            return lambda: [build() for build in builds]
        return self.data(value, spot)

    def _string_field(self, key: str, value: str, spot: Spot) -> Build:
        if key in fields.IDS:
            return as_it_is(self.way.id(value))
        if fields.is_protocol(key, value):
            return as_it_is(value)
        if key in fields.JSON_TEXT and json_text.is_structure(value):
            numbers = count()
            return json_text.plan(value, lambda item, about: self.data(item, spot.under(next(numbers), about or "")))
        return self.way.text(value, spot)


def _about(key: Any) -> str:
    return key if isinstance(key, str) and key not in _ABOUT_NOTHING else ""


def _is_pair(item: Any) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str)


def _mapped(value: Mapping[Any, Any], pairs: list[tuple[Build, Build]]) -> Mapping[Any, Any]:
    """Keys that would read the same after it keep apart, so that nothing is lost."""
    made: dict[Any, Any] = {}
    for key, item in pairs:
        made[free(key(), made)] = item()
    return made if type(value) is dict else copied(value, made)


def _sent(value: Send, arg: Any) -> Send:
    made = copy(value)
    made.arg = arg
    return made
