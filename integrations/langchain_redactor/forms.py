"""The forms values come in: what LangChain takes for messages, what an object holds, and copies of the same kind."""

from collections.abc import Container, Mapping
from copy import copy
from dataclasses import fields as fields_of
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

from langchain_core.messages import BaseMessage, convert_to_messages
from pydantic import BaseModel

from langchain_redactor.asking import as_number

_SPEAKERS = frozenset({"human", "user", "ai", "assistant", "system", "developer", "tool", "function", "remove"})
_SHORTEST_VECTOR = 32


def as_messages(value: Any, *, strict: bool = False) -> list[BaseMessage] | None:
    """What LangChain would take for messages, as messages; None for anything else.

    `strict`: nothing that could as well be ordinary data; a list of strings, say.
    """
    items = value if isinstance(value, list) else [value]
    if strict and not (items and all(map(_is_message, items))):
        return None
    try:
        said = convert_to_messages(items)
    except (NotImplementedError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return said if all(isinstance(each, BaseMessage) for each in said) else None


def _is_message(item: Any) -> bool:
    if isinstance(item, Mapping):
        return "content" in item and (item.get("role") or item.get("type")) in _SPEAKERS
    if isinstance(item, tuple):
        return len(item) == 2 and item[0] in _SPEAKERS and isinstance(item[1], str | list)
    return isinstance(item, BaseMessage)


def is_vector(value: Any) -> bool:
    """Whether this is an embedding: a long list of fractions, which nobody reads and no identifier looks like."""
    return isinstance(value, list) and len(value) >= _SHORTEST_VECTOR and all(type(item) is float for item in value)


def free(key: Any, taken: Container[Any]) -> Any:
    """The key, with a number after it where it is taken."""
    number, found = 1, key
    while found in taken:
        number += 1
        found = f"{key} ({number})"
    return found


def copied(value: Any, items: Any) -> Any:
    """A collection of the same kind with other items."""
    if isinstance(value, tuple):
        return value._make(items) if hasattr(value, "_make") else tuple(items)
    if isinstance(value, set | frozenset):
        return type(value)(items)
    if type(value) is list:
        return items
    if isinstance(value, MappingProxyType) or not hasattr(value, "clear"):
        return items
    made = copy(value)
    made.clear()
    made.update(items) if isinstance(value, Mapping) else made.extend(items)
    return made


def attributes(value: Any) -> dict[str, Any]:
    """Everything a dataclass or a pydantic model holds, its private attributes too; not what it has computed."""
    if isinstance(value, BaseModel):
        declared = {name: value.__dict__[name] for name in type(value).model_fields if name in value.__dict__}
        return {**declared, **(value.__pydantic_extra__ or {}), **(value.__pydantic_private__ or {})}
    named = {field.name: getattr(value, field.name) for field in fields_of(value) if hasattr(value, field.name)}
    return {**getattr(value, "__dict__", {}), **named}


def typed_as(value: Any, items: dict[str, Any], *, back: bool) -> Any:
    """A copy of the object with other attributes. `back`: numbers, where the class declares them, become numbers."""
    if back:
        items = {name: _declared(type(value), name, item) for name, item in items.items()}
    if isinstance(value, BaseModel):
        return _model(value, items)
    made = object.__new__(type(value))
    for name, item in items.items():
        object.__setattr__(made, name, item)
    return made


def _model(value: BaseModel, items: dict[str, Any]) -> BaseModel:
    made = value.model_copy()
    private, extra = value.__pydantic_private__, value.__pydantic_extra__
    declared = {name: items[name] for name in type(value).model_fields if name in items}
    object.__setattr__(made, "__dict__", declared)
    object.__setattr__(made, "__pydantic_extra__", None if extra is None else {name: items[name] for name in extra})
    object.__setattr__(made, "__pydantic_private__", None if private is None else {n: items[n] for n in private})
    return made


def _declared(kind: type[Any], name: str, item: Any) -> Any:
    if not isinstance(item, str):
        return item
    wanted = _hints(kind).get(name)
    accepted = {wanted, *get_args(wanted)}
    if str in accepted:
        return item
    for number in (int, float):
        if number in accepted and not isinstance(found := as_number(item, number.__name__), str):
            return found
    return item


def _hints(kind: type[Any]) -> dict[str, Any]:
    try:
        return get_type_hints(kind)
    except (NameError, TypeError):
        return {}
