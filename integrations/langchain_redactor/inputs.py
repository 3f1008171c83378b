"""What a chain is called with, redacted: a text, messages, a prompt's variables."""

from collections.abc import Mapping
from typing import Any

from langchain_core.messages import BaseMessage
from langchain_core.prompt_values import ChatPromptValue, PromptValue, StringPromptValue

from langchain_redactor import fields, files, values
from langchain_redactor.bound import Bound
from langchain_redactor.forms import as_messages
from langchain_redactor.nested import Nested
from langchain_redactor.within import redact_inside
from redactor.types import Redaction, Role

_SAID = ("input", "question", "query", "message", "text", "user_input", "human_input")
"""Names that prompts give to what the customer says, where an input holds several texts."""


def redact_input(given: Any, bound: Bound, said_key: str | None = None) -> Any:
    """The input with nothing personal in it.

    A text, a single message, and the text among a prompt's variables that the customer said (`said_key`, where its
    name is known) are a new turn; several messages, or an LLM's, are the history as a host resends it.
    """
    if isinstance(given, str):
        return _new_turn(given, "customer", bound).text
    if isinstance(given, StringPromptValue):
        return StringPromptValue(text=_new_turn(given.text, "customer", bound).text)
    if isinstance(given, dict):
        return _redact_variables(given, bound, said_key)
    return _redact_one(given, bound)


def redact_within(given: Any, bound: Bound, nested: Nested) -> Any:
    """What a chain inside of another run of ours is called with: placeholders stay, anything raw is redacted."""
    if isinstance(given, ChatPromptValue):
        return ChatPromptValue(messages=redact_within(list(given.messages), bound, nested))
    return nested.inward(given, bound) if nested.handed is not None else redact_inside(given, bound)


def _redact_variables(given: dict[Any, Any], bound: Bound, said_key: str | None) -> dict[Any, Any]:
    """Histories first and what is said now last: by then it is known what came before."""
    said = _said(given, said_key)
    order = sorted(given, key=lambda key: (key == said, not _is_history(given[key])))
    changed = {key: _redact_variable(key, given[key], bound, key == said) for key in order}
    return {key: changed[key] for key in given}


def _redact_variable(key: Any, item: Any, bound: Bound, said: bool) -> Any:
    if said:
        return _new_turn(item, "customer", bound).text
    return values.redact_value({key: _begun(item, bound)}, bound, follows=not _is_history(item))[key]


def _redact_one(given: Any, bound: Bound) -> Any:
    return values.redact_value(_begun(given, bound), bound, follows=not _is_history(given))


def _new_turn(text: str, role: Role, bound: Bound) -> Redaction:
    return bound.chat.redact(files.without_data_urls(text, bound.files), role)


def _begun(given: Any, bound: Bound) -> Any:
    """A single message without an id of its own, taken in without one: so it is known again, by where it stands, when
    the host sends it as the beginning of a history. Anything else as it is."""
    if isinstance(given, ChatPromptValue) and len(given.messages) == 1:
        return ChatPromptValue(messages=[_begun(given.messages[0], bound)])
    if isinstance(given, BaseMessage):
        return _taken_in(given, bound)
    said = as_messages(given, strict=True) if isinstance(given, list) and len(given) == 1 else None
    return given if said is None else [_taken_in(said[0], bound)]


def _taken_in(message: BaseMessage, bound: Bound) -> BaseMessage:
    role = fields.role_of(message.type, getattr(message, "role", None))
    marked = fields.marked_turns(message.response_metadata)
    if message.id or marked or role == "assistant" or not isinstance(message.content, str) or not message.text.strip():
        return message
    turn = _new_turn(message.content, role, bound)
    metadata = {**message.response_metadata, fields.TURNS: [turn.turn_id]}
    return message.model_copy(update={"content": turn.text, "response_metadata": metadata})


def _said(given: Mapping[Any, Any], said_key: str | None) -> Any:
    texts = [key for key, item in given.items() if isinstance(item, str)]
    if said_key in texts:
        return said_key
    return texts[0] if len(texts) == 1 else next((name for name in _SAID if name in texts), None)


def _is_history(value: Any) -> bool:
    """Whether it is several messages or an LLM's: what a host sends that keeps the history itself."""
    said: list[BaseMessage] | None = value.to_messages() if isinstance(value, PromptValue) else None
    if isinstance(value, list | tuple):
        said = as_messages(list(value), strict=True)
    return said is not None and (len(said) > 1 or said[0].type in ("ai", "AIMessageChunk"))
