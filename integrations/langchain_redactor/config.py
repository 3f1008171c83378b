"""A run's config on its way into a graph: the conversation named by a random id, labels and settings redacted.

LangChain copies `metadata`, `tags`, `run_name` and the plain values of `configurable` (the thread id among them) into
every trace, and LangGraph the thread id into every checkpoint.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias, cast

from langchain_core.runnables import RunnableConfig

from langchain_redactor.bound import ASYNC_ID, KEY, Bound, Id, Setting, is_id
from redactor import Conversation
from redactor.exceptions import ConfigError

ConversationId: TypeAlias = Id | Callable[[Mapping[str, Any]], Id] | None
"""A conversation's id, a function that finds it in the config, or None for `configurable.thread_id`."""

_OURS = frozenset({"checkpoint_id", "checkpoint_ns", "checkpoint_map"})
"""Made by LangGraph: they say where in a thread one stands."""

_SHORTEST_PART = 6
"""Characters from which the conversation's own id is looked for inside of other strings."""


def conversation_id(given: ConversationId, config: Mapping[str, Any] | None) -> str:
    """The host's id of the conversation. Raises `ConfigError` where there is none."""
    settings = config or {}
    held = settings.get("configurable") or {}
    found = given(settings) if callable(given) else held.get("thread_id") if given is None else given
    return as_id(found)


def as_id(found: object) -> str:
    """What was found as the id of a conversation. Raises `ConfigError` where it is none."""
    if is_id(found) and found != "":
        return str(found)
    raise ConfigError(_wrong_id(found))


def _wrong_id(found: object) -> str:
    if found is None or found == "":
        return (
            "a run needs the id of its conversation, or one customer's values could not be told from another's; give "
            'config={"configurable": {"thread_id": "..."}} with each call, or conversation_id=...'
        )
    if inspect.isawaitable(found):
        if inspect.iscoroutine(found):
            found.close()
        return f"conversation_id: {ASYNC_ID}"
    return (
        f"the id of a conversation (thread_id, or what conversation_id gives): found {type(found).__name__}, expected "
        "str, int or UUID, which read the same in every call"
    )


def inward(config: Mapping[str, Any] | None, bound: Bound, given_id: str) -> RunnableConfig:
    """The config for the inner run: redacted, with the conversation bound to it. Changes nothing in the given one."""
    labels = _Labels(bound.chat, given_id)
    changed = dict(config or {})
    changed["configurable"] = _configurable(changed.get("configurable") or {}, labels, bound)
    if changed.get("metadata"):
        changed["metadata"] = labels.values(changed["metadata"])
    if changed.get("tags"):
        changed["tags"] = [labels.name(tag) for tag in changed["tags"]]
    if changed.get("run_name"):
        changed["run_name"] = labels.name(changed["run_name"])
    return cast("RunnableConfig", changed)


def outward(value: Any, public_id: str, given_id: str | None) -> Any:
    """A config, metadata, or a payload with some in it, as it comes out of the inner run: with the caller's own thread
    id, and nothing of ours. `given_id` None: there is none, and the conversation's stays."""
    if isinstance(value, Mapping):
        return {
            key: given_id
            if key == "thread_id" and item == public_id and given_id
            else outward(item, public_id, given_id)
            for key, item in value.items()
            if key != KEY
        }
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(outward(item, public_id, given_id) for item in value))
    if isinstance(value, list | tuple):
        return type(value)([outward(item, public_id, given_id) for item in value])
    return value


def _configurable(held: Mapping[str, Any], labels: "_Labels", bound: Bound) -> dict[str, Any]:
    """Settings are keys of stores and databases as often as not: a placeholder, which is another customer's too, would
    mix them up. A UUID stands for a personal one, the same in all conversations of the tenant."""
    kept = {key: value for key, value in held.items() if key in _OURS or key.startswith("__")}
    given = {key: value for key, value in held.items() if key not in kept and key != "thread_id"}
    redacted = labels.values(given)
    settings = {
        key: Setting(value, redacted[key])
        for key, value in given.items()
        if isinstance(value, str | int | float) and redacted.get(key, value) != value
    }
    ids = {key: bound.chat.keyed_id(str(each.value), linkable=True) for key, each in settings.items()}
    known = replace(bound, settings={**bound.settings, **settings})
    return {**redacted, **ids, **kept, "thread_id": labels.chat.public_id, KEY: known}


class _Labels:
    """Redacts what names and describes a run. The conversation's own id is personal, whatever it looks like."""

    def __init__(self, chat: Conversation, given_id: str) -> None:
        self.chat, self._given_id = chat, given_id

    def values(self, value: Any, hint: str = "") -> Any:
        """Settings and metadata, by their keys."""
        if isinstance(value, Mapping):
            return {self.name(key): self.values(item, str(key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.values(item, hint) for item in value]
        return self._leaf(value, hint)

    def name(self, text: Any) -> Any:
        """A key, a tag, a run's name."""
        return self._leaf(text, None)

    def _leaf(self, value: Any, hint: str | None) -> Any:
        if str(value) == self._given_id:
            return self.chat.public_id
        if not isinstance(value, str) or len(self._given_id) < _SHORTEST_PART:
            return self.chat.redact_value(value, "system", hint=hint)
        pieces = [self.chat.redact_value(piece, "system", hint=hint) for piece in value.split(self._given_id)]
        return self.chat.public_id.join(pieces)
