"""What a tool gives back, as the LLM, the checkpoint and the traces get it."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any, cast

from langchain_core.messages import BaseMessage, RemoveMessage, ToolMessage, convert_to_messages
from langgraph.types import Command

from langchain_redactor import protected, values
from langchain_redactor.bound import Bound
from langchain_redactor.errors import mask
from redactor import Conversation
from redactor.exceptions import ConfigError
from redactor.placeholders import find
from redactor.types import Role

RAN = "The tool has run. What it gave is not shown."
FAILED = "The tool failed. What it said is not shown."

_THIS_CALL = "5ea1ed00-0000-4000-8000-000000000000"
"""Stands for the id of the call while its result is redacted: a UUID, which no redaction changes."""

_BRACKETED = re.compile(r"\[\s*([A-Za-z][A-Za-z0-9]*(?:[\s_-]+[A-Za-z0-9]+)*?)[\s_-]*([0-9]{1,6})\s*\]")
_JOINT = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one call: who ran, how it ended, and whether anything of the result is shown."""

    bound: Bound
    tool: str
    call_id: str | None
    status: str = "success"
    drop: bool = False

    def result(self, content: Any, artifact: Any = None) -> Any:
        """A tool's result in the form LangChain hands on, redacted. A placeholder that a tool writes is data, no key.

        Messages are turns; other content is redacted as parsed JSON, so that it stays JSON when LangChain writes it
        down; what JSON cannot say is redacted as the text LangChain makes of it. Raises `ConfigError` for what cannot
        be searched, such as a data frame beside the text.
        """
        if self.drop:
            content, artifact = dropped(content, self.status), None
        try:
            return self._shown(content, artifact)
        except ConfigError as error:
            problem = str(error)
        raise ConfigError(
            f"the tool {self.tool!r} has run, but {problem}; return that from the tool, or give the tool a rule with "
            'result="drop": then the LLM is told only that it ran'
        )

    def _shown(self, content: Any, artifact: Any) -> Any:
        if self.call_id is None or _is_handed_on(content):
            return self._redacted(content)
        if protected.is_content(content) or not _is_json(content):
            text_or_blocks = content if protected.is_content(content) else str(content)
            return self._redacted(self._message(text_or_blocks, artifact))
        return self._message(self._redacted(content), self._redacted(artifact))

    def _message(self, content: Any, artifact: Any) -> Any:
        return protected.formatted(content, artifact, self.call_id, self.tool, self.status)

    def _redacted(self, value: Any) -> Any:
        """The call's own id stays, whatever it looks like: the graph holds it in the LLM's message already."""
        if self.call_id is None:
            return values.redact_value(value, self.bound, "tool")
        apart = _with_call_id(value, self.call_id, _THIS_CALL)
        return _with_call_id(values.redact_value(apart, self.bound, "tool"), _THIS_CALL, self.call_id)


def _with_call_id(value: Any, old: str, new: str) -> Any:
    """A result whose messages answer another call; a copy where that changes it."""
    if isinstance(value, ToolMessage):
        return value.model_copy(update={"tool_call_id": new}) if value.tool_call_id == old else value
    if isinstance(value, Command):
        return replace(value, update=_with_call_id(value.update, old, new))
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(_with_call_id(item, old, new) for item in value)
    if isinstance(value, dict):
        return {
            name: new if name == "tool_call_id" and item == old else _with_call_id(item, old, new)
            for name, item in value.items()
        }
    return value


def _is_handed_on(content: Any) -> bool:
    """Whether it is an output that LangChain leaves as it is: messages and commands, or several of them."""
    items = content if isinstance(content, list) and content else [content]
    return all(isinstance(item, ToolMessage | Command) for item in items)


def _is_json(content: Any) -> bool:
    try:
        json.dumps(content)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def dropped(content: Any, status: str = "success") -> Any:
    """The result of a tool of which the LLM sees only that it has run. What a command writes elsewhere in the graph's
    state is none of what the LLM sees, and is redacted like any state."""
    if isinstance(content, ToolMessage):
        fixed = FAILED if content.status == "error" else RAN
        return ToolMessage(fixed, tool_call_id=content.tool_call_id, name=content.name, status=content.status)
    if isinstance(content, Command):
        return replace(content, update=_without_messages(content.update))
    if isinstance(content, list) and content and _is_handed_on(content):
        return [dropped(item) for item in content]
    return FAILED if status == "error" else RAN


def _without_messages(update: Any) -> Any:
    """A command's update in which only that the tool has run is said: what else is said in messages goes."""
    if isinstance(update, dict):
        return {
            name: _without_messages(convert_to_messages(_listed(item)) if name == "messages" else item)
            for name, item in update.items()
        }
    if isinstance(update, list):
        return [_without_messages(item) for item in update if _may_stay(item)]
    return dropped(update) if isinstance(update, ToolMessage) else update


def _may_stay(item: Any) -> bool:
    return not isinstance(item, BaseMessage) or isinstance(item, ToolMessage | RemoveMessage)


def _listed(item: Any) -> list[Any]:
    return list(item) if isinstance(item, list | tuple) else [item]


def masked_error(error: Exception, bound: Bound) -> BaseException:
    """The exception to raise instead. What reads like a placeholder in it is data, as in a result."""
    return mask(error, cast("Conversation", _ToolsWords(bound)))


class _ToolsWords:
    """Stands for the conversation where a tool's exception is masked: `mask` looks at what it wrote again and again,
    so that placeholders it put there itself stay, and no others."""

    def __init__(self, bound: Bound) -> None:
        self._chat, self._echoes = bound.chat, bound.echoes
        self._ours: set[str] = {name for echo in bound.echoes for name in _placeholders(echo)}

    def redact_value(self, value: Any, role: Role = "assistant", *, hint: str = "") -> Any:
        """Redacted as a tool's word, unless all placeholders in it are ours."""
        ours = isinstance(value, str) and _placeholders(value) <= self._ours
        redacted = self._chat.redact_value(value, role if ours else "tool", hint=hint, echoes=self._echoes)
        if isinstance(value, str):
            self._ours |= _placeholders(str(redacted))
        return redacted


def _placeholders(text: str) -> set[str]:
    """Placeholders of the known types, mangled ones too, and those of types of a policy's own."""
    own = {"_".join([*_JOINT.split(found[1].upper()), found[2]]) for found in _BRACKETED.finditer(text)}
    return {str(token)[1:-1] for token in find(text)} | own
