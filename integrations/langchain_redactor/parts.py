"""What a graph gives while it runs (`stream`, `astream`), restored part by part, in every mode and shape."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Literal, TypeAlias

from langchain_core.messages import AIMessage, BaseMessage, BaseMessageChunk

from langchain_redactor.about import About
from langchain_redactor.bound import Bound
from langchain_redactor.deltas import MessageDeltas, is_other
from langchain_redactor.replies import Replies
from langchain_redactor.streaming import ChunkRestorer
from langchain_redactor.values import restore_value
from redactor.exceptions import ConfigError

Namespace: TypeAlias = tuple[str, ...]
Wrap: TypeAlias = Callable[[Any], Any]
"""A restored payload -> the part it comes in."""

_TOOL_NODE: Final = "tools"
"""The node that runs tools, in `create_agent` and by `ToolNode`'s default: a model called there talks to the tool."""

_WITH_CONFIG: Final = frozenset({"debug", "checkpoints", "tasks"})
"""Modes whose payloads hold configs."""


_STATES: Final = frozenset({"values", "updates"})
"""Modes whose payloads are the graph's state, or what its nodes add to it."""


@dataclass(slots=True, eq=False)
class _Message:
    """A message that is being streamed."""

    deltas: MessageDeltas
    namespace: Namespace
    metadata: Mapping[str, Any]
    """The very dict LangGraph sends with each chunk of one model run."""
    wrap: Wrap
    ids: set[str | None] = field(default_factory=set)


class PartRestorer:
    """The parts of one run of a graph, restored. Nothing that is handed over is changed: it is the graph's own.

    Chunks of messages go through a stream for each message; other payloads are restored as values. Of texts, those of
    the outermost graph's models are recorded as the assistant's turns by `close`.
    """

    def __init__(
        self,
        bound: Bound,
        *,
        modes: str | list[str] = "values",
        subgraphs: bool = False,
        version: Literal["v1", "v2"] = "v1",
        replies: Replies | None = None,
        thread_id: str | None = None,
        audience: str = "customer",
        restore: Callable[[Any], Any] | None = None,
    ) -> None:
        """`modes`, `subgraphs`, `version`: as given to the graph, they say what a part looks like. `thread_id`: the
        caller's own, put back where the graph knows the conversation's. `restore`: how a state, or an update of one,
        is restored; else as any value. Raises `ConfigError` for modes in anything but a list: LangGraph does not say
        then which mode a part is of."""
        if version == "v1" and not isinstance(modes, str | list):
            raise ConfigError(f"stream_mode is a str or a list of them, not {type(modes).__name__}; make it a list")
        self._bound, self._audience, self._replies = bound, audience, replies
        self._modes, self._subgraphs, self._version = modes, subgraphs, version
        self._restore = restore or partial(restore_value, bound=bound, audience=audience)
        self._about = About(bound, thread_id, audience)
        self._open: list[_Message] = []
        self._filed: list[MessageDeltas] = []
        self._custom: dict[Namespace, tuple[ChunkRestorer, Wrap]] = {}
        self.said: list[BaseMessage] = []
        """Whole messages of the outermost graph, as it keeps them: who replies is in them."""

    def feed(self, part: Any) -> list[Any]:
        """The parts that can be passed on after this one."""
        namespace, mode, payload, wrap = self._unpacked(part)
        if mode == "messages":
            return self._message_part(namespace, payload, wrap)
        if mode == "custom" and isinstance(payload, str | BaseMessageChunk):
            return self._custom_chunk(namespace, payload, wrap)
        if mode in _STATES and not namespace:
            self.said += _said(payload)
        held = self._custom_ends(namespace) if mode == "custom" else []
        held += self._messages_end(_ids_in(payload)) if self._open else []
        return [*held, wrap(self._payload(mode, payload))]

    def finish(self) -> list[Any]:
        """What was held back, now that nothing follows."""
        held = [part for each in self._open for part in _tail(each)]
        self._open.clear()
        return held + [part for namespace in list(self._custom) for part in self._custom_ends(namespace)]

    def close(self) -> None:
        """File what was received, also where the stream was cut off. Call it in `finally`; twice is harmless."""
        filed, self._filed = self._filed, []
        for deltas in filed:
            if deltas.record() and deltas.id and self._replies is not None:
                self._replies.streamed(self._bound, deltas.id)

    # what a part looks like

    def _unpacked(self, part: Any) -> tuple[Namespace, str, Any, Wrap]:
        if self._version == "v2":
            return part["ns"], part["type"], part["data"], lambda payload: self._v2(part, payload)
        several = isinstance(self._modes, list)
        if self._subgraphs and several:
            namespace, mode, payload = part
            return namespace, mode, payload, lambda payload: (namespace, mode, payload)
        if several:
            mode, payload = part
            return (), mode, payload, lambda payload: (mode, payload)
        if self._subgraphs:
            namespace, payload = part
            return namespace, str(self._modes), payload, lambda payload: (namespace, payload)
        return (), str(self._modes), part, lambda payload: payload

    def _v2(self, part: dict[str, Any], payload: Any) -> dict[str, Any]:
        restored = {**part, "data": payload}
        if "interrupts" in part:
            restored["interrupts"] = restore_value(part["interrupts"], self._bound, self._audience)
        return restored

    def _payload(self, mode: str, payload: Any) -> Any:
        if mode in _WITH_CONFIG:
            return self._about.described(payload)
        return self._restore(payload) if mode in _STATES else restore_value(payload, self._bound, self._audience)

    # messages

    def _message_part(self, namespace: Namespace, payload: Any, wrap: Wrap) -> list[Any]:
        message, metadata = payload

        def wrapped(each: Any) -> Any:
            return wrap((each, self._about.metadata(metadata)))

        if not isinstance(message, BaseMessageChunk):
            held = self._messages_end({message.id}) if isinstance(message, BaseMessage) else []
            return [*held, wrapped(restore_value(message, self._bound, self._audience))]
        held = self._earlier_steps_end(namespace, metadata)
        streamed = self._streamed(namespace, message, metadata, wrapped)
        restored = streamed.deltas.feed(message)
        if getattr(message, "chunk_position", None) == "last":
            self._open.remove(streamed)
        return [*held, *map(wrapped, restored)]

    def _streamed(
        self, namespace: Namespace, chunk: BaseMessageChunk, metadata: Mapping[str, Any], wrap: Wrap
    ) -> _Message:
        mine = [each for each in self._open if each.namespace == namespace]
        known = next((each for each in mine if chunk.id in each.ids), None)
        found = known or next((each for each in mine if _goes_on(each, chunk, metadata)), None)
        if found is None:
            deltas = MessageDeltas(self._bound, self._audience, reply=is_reply(namespace, metadata))
            self._filed.append(deltas)
            found = _Message(deltas, namespace, metadata, wrap)
            self._open.append(found)
        found.ids.add(chunk.id)
        found.wrap = wrap
        return found

    def _messages_end(self, ids: set[str | None]) -> list[Any]:
        """A message is there as a whole: what was held back of it comes first."""
        ended = [each for each in self._open if each.ids & ids]
        self._open = [each for each in self._open if each not in ended]
        return [part for each in ended for part in _tail(each)]

    def _earlier_steps_end(self, namespace: Namespace, metadata: Mapping[str, Any]) -> list[Any]:
        """A message of an earlier step is over, though no chunk said so."""
        step = metadata.get("langgraph_step", 0)
        ended = [
            each
            for each in self._open
            if each.namespace == namespace and each.metadata.get("langgraph_step", step) < step
        ]
        self._open = [each for each in self._open if each not in ended]
        return [part for each in ended for part in _tail(each)]

    # what nodes write themselves

    def _custom_chunk(self, namespace: Namespace, chunk: str | BaseMessageChunk, wrap: Wrap) -> list[Any]:
        """Text that a node writes may be an LLM's, token by token."""
        if namespace not in self._custom:
            self._custom[namespace] = ChunkRestorer(self._bound, self._audience, record=False), wrap
        return [wrap(each) for each in self._custom[namespace][0].feed(chunk)]

    def _custom_ends(self, namespace: Namespace) -> list[Any]:
        restorer, wrap = self._custom.pop(namespace, (None, None))
        return [wrap(each) for each in restorer.finish()] if restorer is not None and wrap is not None else []


def is_reply(namespace: Namespace, metadata: Mapping[str, Any]) -> bool:
    """Whether what a model says there is said to the customer, and not to a tool or within another agent."""
    return not namespace and metadata.get("langgraph_node") != _TOOL_NODE


def _goes_on(known: _Message, chunk: BaseMessageChunk, metadata: Mapping[str, Any]) -> bool:
    """Whether a chunk with another id belongs to a message: the last one has LangChain's id where the others have the
    provider's (langchain_core.language_models.chat_models, `stream`)."""
    return known.metadata is metadata and not is_other(known.deltas.id, chunk.id)


def _tail(message: _Message) -> list[Any]:
    return [message.wrap(each) for each in message.deltas.finish()]


def _ids_in(value: Any) -> set[str | None]:
    """The ids of the complete messages in a payload."""
    if isinstance(value, BaseMessage):
        return {value.id} if isinstance(value, AIMessage) else set()
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return set().union(*map(_ids_in, value))
    return set()


def _said(payload: Any) -> list[BaseMessage]:
    """The messages of a state, or of the updates of several nodes."""
    if not isinstance(payload, Mapping):
        return []
    updates = [payload, *(each for node, each in payload.items() if node != _TOOL_NODE and isinstance(each, Mapping))]
    held = [each["messages"] for each in updates if isinstance(each.get("messages"), list)]
    return [message for messages in held for message in messages if isinstance(message, BaseMessage)]
