"""`/v1/messages`, as Anthropic's API has it. Source of all shapes: https://docs.anthropic.com/en/api/messages.

The reasoning of a model (`thinking`) is signed by its vendor and must come back letter for letter, so it keeps its
placeholders both ways.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from redactor.json_text import Build
from redactor.reply import ReplyStream
from redactor.types import Role
from redactor_gateway import json_text, protocol
from redactor_gateway.conversations import Placed
from redactor_gateway.openai.chat import choice, placeholders, remote_server, tool
from redactor_gateway.openai.chunks import as_event, parsed
from redactor_gateway.problems import bad_upstream
from redactor_gateway.replies import AsItComes, Outgoing, objects
from redactor_gateway.sse import Event
from redactor_gateway.surfaces import Body, Surface, in_order, tools_first
from redactor_gateway.walk import Special, Walk, as_it_is

_FIRST = ("model", "tools", "tool_choice", "system", "messages")
_ROLES: Mapping[str, Role] = {"user": "customer", "assistant": "assistant", "system": "system"}

Handed = dict[str, frozenset[str]]

# requests


def plan(walk: Walk, body: Body) -> Build:
    """Plan a request."""
    handed: Handed = {}
    special: Special = {
        "messages": lambda value: walk.items(value, partial(_message, walk, handed), "messages"),
        "system": lambda value: _content(walk, "system", handed, value),
        "tools": lambda value: walk.items(value, partial(tool, walk), "tools"),
        "tool_choice": partial(choice, walk),
        "mcp_servers": lambda value: walk.items(value, partial(remote_server, walk), "mcp_servers"),
        "metadata": partial(_metadata, walk),
        "output_format": lambda value: walk.fields(value, "system", {"schema": walk.schema}),
    }
    ordered = {name: body[name] for name in tools_first(body, _FIRST)}
    built = walk.fields(ordered, "tool", special)
    return lambda: in_order(built(), body)


def _metadata(walk: Walk, value: Any) -> Build:
    """The vendor knows one field, which names the customer."""
    if not isinstance(value, Mapping):
        return walk.data(value, "tool")
    named = {name: partial(walk.field, name, role="tool") for name in value if name == "user_id"}
    rest = {name: partial(walk.data, role="tool", hint=str(name)) for name in value if name not in named}
    return walk.fields(value, "tool", {**rest, **named})


def _message(walk: Walk, handed: Handed, message: Any) -> Build:
    if not isinstance(message, Mapping):
        return walk.data(message, "document")
    role = _ROLES.get(str(message.get("role")), "document")
    return walk.fields(message, role, {"content": partial(_content, walk, role, handed)})


def _content(walk: Walk, role: Role, handed: Handed, content: Any, echoes: frozenset[str] = frozenset()) -> Build:
    if isinstance(content, list):
        return walk.items(content, partial(_block, walk, role, handed, echoes), "content")
    return _text(walk, role, echoes, content)


def _block(walk: Walk, role: Role, handed: Handed, echoes: frozenset[str], block: Any) -> Build:
    if not isinstance(block, Mapping):
        return _text(walk, role, echoes, block)
    kind = block.get("type")
    if kind in ("thinking", "redacted_thinking"):
        return walk.fields(block, "assistant", {"data": partial(_sealed, walk)})
    if kind in ("tool_use", "server_tool_use"):
        return _call(walk, handed, block)
    if isinstance(kind, str) and kind.endswith("tool_result"):
        return _result(walk, handed, block)
    instead = walk.file(block)
    if instead is not None:
        return as_it_is({"type": "text", "text": instead})
    inner: Role = "document" if kind in ("document", "search_result") else role
    said = partial(_text, walk, inner, echoes)
    source = {"data": partial(_text, walk, inner, echoes)}
    content = partial(_content, walk, inner, handed)
    special: Special = {"text": said, "source": lambda value: walk.fields(value, inner, source), "content": content}
    return walk.fields(block, inner, special)


def _sealed(walk: Walk, value: Any) -> Build:
    """Reasoning that its vendor sealed."""
    is_sealed = isinstance(value, str) and protocol.stays("encrypted_content", value)
    return as_it_is(value) if is_sealed else walk.data(value, "assistant")


def _call(walk: Walk, handed: Handed, block: Mapping[str, Any]) -> Build:
    handed[str(block.get("id"))] = placeholders(json_text.written(block.get("input")).decode())
    special: Special = {
        "name": lambda name: walk.name(name, "assistant"),
        "input": lambda value: walk.data(value, "assistant"),
    }
    return walk.fields(block, "assistant", special)


def _result(walk: Walk, handed: Handed, block: Mapping[str, Any]) -> Build:
    echoes = handed.get(str(block.get("tool_use_id")), frozenset())
    return walk.fields(block, "tool", {"content": lambda value: _content(walk, "tool", handed, value, echoes)})


def _text(walk: Walk, role: Role, echoes: frozenset[str], text: Any) -> Build:
    if not isinstance(text, str):
        return walk.field("content", text, role)
    return walk.text(text, role) if role == "system" else walk.said(text, role, echoes)


# replies


def restore(reply: dict[str, Any], out: Outgoing, placed: Placed) -> dict[str, Any]:
    """Restore a whole reply."""
    made = {}
    for name, value in reply.items():
        if name == "content":
            made[name] = [_restored(each, out, record=True) for each in objects(value, "content")]
        else:
            made[name] = out.value(value, name)
    return made


def _restored(block: dict[str, Any], out: Outgoing, *, record: bool = False) -> dict[str, Any]:
    kind = block.get("type")
    if kind in ("thinking", "redacted_thinking"):
        return block
    made = {}
    for name, value in block.items():
        if name == "text" and isinstance(value, str):
            made[name] = out.text(value, record=record)
        elif name == "input":
            made[name] = out.data(value, str(block.get("name") or ""))
        else:
            made[name] = out.value(value, name)
    return made


class MessagesRestorer:
    """One stream of events. What was held back of a block comes before the event that ends it."""

    def __init__(self, out: Outgoing, placed: Placed) -> None:
        self._out = out
        self._tools: dict[int, str] = {}
        self._open: dict[tuple[int, str], ReplyStream | AsItComes] = {}
        self._filed: list[ReplyStream | AsItComes] = []
        self.is_over = False

    def feed(self, event: Event) -> list[Event]:
        """What can be passed on after this event."""
        data = parsed(event)
        kind = str(data.get("type") or event.name)
        if kind == "error":  # as it came: an error is never restored
            self.is_over = True
            return [as_event(data, kind)]
        self.is_over = self.is_over or kind == "message_stop"
        if kind == "content_block_delta":
            return self._delta(_index(data), data)
        tails = self._tails(_index(data)) if kind == "content_block_stop" else []
        if kind in ("message_delta", "message_stop"):  # of blocks whose end the upstream left out
            tails = [tail for index in dict.fromkeys(index for index, _ in self._open) for tail in self._tails(index)]
        return [*tails, as_event(self._whole(data), kind)]

    def record(self) -> None:
        """File what was received."""
        for stream in self._filed:
            stream.record()

    def _whole(self, data: dict[str, Any]) -> dict[str, Any]:
        made = {}
        for name, value in data.items():
            if name == "content_block" and isinstance(value, dict):
                self._tools[_index(data)] = str(value.get("name") or "")
                made[name] = _restored(value, self._out)
            elif name == "message" and isinstance(value, dict):
                made[name] = {key: self._out.value(item, key) for key, item in value.items()}
            else:
                made[name] = self._out.value(value, name)
        return made

    def _delta(self, index: int, data: dict[str, Any]) -> list[Event]:
        delta = data.get("delta")
        if not isinstance(delta, dict):
            raise bad_upstream("malformed_stream", "the upstream sent a piece of a reply that is no object")
        kind = str(delta.get("type"))
        name = {"text_delta": "text", "input_json_delta": "partial_json"}.get(kind)
        if kind in ("thinking_delta", "signature_delta"):
            return [as_event(data, "content_block_delta")]
        if name is None or not isinstance(delta.get(name), str):
            return [as_event({**data, "delta": self._out.value(delta)}, "content_block_delta")]
        piece = self._stream(index, name).feed(delta[name])
        if not piece and delta[name]:
            return []
        return [as_event({**data, "delta": {**delta, name: piece}}, "content_block_delta")]

    def _stream(self, index: int, name: str) -> ReplyStream | AsItComes:
        if (index, name) not in self._open:
            is_text = name == "text"
            opened = self._out.stream(record=True) if is_text else self._out.tool_stream(self._tools.get(index, ""))
            self._open[index, name] = opened
            self._filed.append(opened)
        return self._open[index, name]

    def _tails(self, index: int) -> list[Event]:
        made = []
        for name, kind in (("text", "text_delta"), ("partial_json", "input_json_delta")):
            stream = self._open.pop((index, name), None)
            if stream is not None and (held := stream.finish()):
                data = {"type": "content_block_delta", "index": index, "delta": {"type": kind, name: held}}
                made.append(as_event(data, "content_block_delta"))
        return made


def _index(data: dict[str, Any]) -> int:
    index = data.get("index", 0)
    return index if isinstance(index, int) else 0


def counted(reply: dict[str, Any], out: Outgoing, placed: Placed) -> dict[str, Any]:
    """As it came: numbers. They count what was redacted, which is what is paid for."""
    return {name: value for name, value in reply.items() if not isinstance(value, str)}


SURFACE = Surface("/messages", "messages", "anthropic", plan, restore, MessagesRestorer)
COUNT = Surface("/messages/count_tokens", "messages", "anthropic", plan, counted)
