"""One message as the events of LangGraph's v3 protocol (langchain_protocol), restored."""

from typing import Any, Final

from langchain_redactor.bound import Bound
from langchain_redactor.deltas import whole
from redactor.reply import ReplyStream
from redactor.types import Form

_TEXT_OF: Final = {
    "text-delta": "text",
    "reasoning-delta": "reasoning",
    "tool-call-delta": "args",
    "text": "text",
    "reasoning": "reasoning",
    "tool_call_chunk": "args",
    "server_tool_call_chunk": "args",
}
"""Which field of a delta is an increment; the later ones are blocks as older langchain-core sent them for deltas."""

_DELTA_OF: Final = {"text": "text-delta", "reasoning": "reasoning-delta", "args": "tool-call-delta"}

Event = dict[str, Any]


class MessageEvents:
    """The events of one message, restored. What a block holds back comes as one more delta before the block ends."""

    def __init__(self, bound: Bound, audience: str = "customer", *, reply: bool = False) -> None:
        """`reply`: the text of this message is the assistant's turn, filed by `record`."""
        self._bound, self._audience, self._reply = bound, audience, reply
        self._open: dict[tuple[Any, str], ReplyStream] = {}
        self._filed: list[ReplyStream] = []
        self.id: str | None = None

    def feed(self, event: Event) -> list[Event]:
        """The events that can be passed on after this one. An error keeps its placeholders."""
        kind = event.get("event")
        if kind == "message-start":
            self.id = event.get("id") or event.get("message_id") or None
            self._reply = self._reply and event.get("role", "ai") == "ai"
        if kind in ("message-start", "error"):
            return [event]
        if kind == "content-block-start":
            return [self._started(event)]
        if kind == "content-block-delta":
            return self._delta(event)
        ended = None if kind == "message-finish" else event.get("index")
        return [*self.finish(ended), self._whole(event)]

    def finish(self, index: Any = None) -> list[Event]:
        """What was held back of one block, or of all."""
        ended = [key for key in self._open if index is None or key[0] == index]
        tails = [(key, self._open.pop(key).finish()) for key in ended]
        return [_delta_event(block, name, text) for (block, name), text in tails if text]

    def record(self) -> bool:
        """File the text that was received as the assistant's turn, once; whether there was any."""
        filed, self._filed = self._filed, []
        for stream in filed:
            stream.record()
        return bool(filed)

    def _started(self, event: Event) -> Event:
        """A block's start repeats nothing, but a tool call's may bring the first of its arguments."""
        block = event.get("content")
        if not isinstance(block, dict) or _TEXT_OF.get(block.get("type", "")) != "args" or not block.get("args"):
            return self._whole(event)
        return {**event, "content": {**block, "args": self._stream(event.get("index"), "args").feed(block["args"])}}

    def _delta(self, event: Event) -> list[Event]:
        key = "delta" if isinstance(event.get("delta"), dict) else "content_block"
        delta = event.get(key)
        if not isinstance(delta, dict):
            return [self._whole(event)]
        name = _TEXT_OF.get(delta.get("type", ""), "")
        text = delta.get(name)
        if isinstance(text, str):
            piece = self._stream(event.get("index"), name).feed(text)
            return [{**event, key: {**delta, name: piece}}] if piece or not text else []
        return [{**event, key: self._so_far(delta)}] if delta.get("type") != "data-delta" else [event]

    def _so_far(self, delta: Event) -> Event:
        """A delta that shows all there is so far: of arguments that still grow, what can no longer change."""
        fields = delta.get("fields")
        if not isinstance(fields, dict) or not isinstance(fields.get("args"), str):
            restored: Event = whole(delta, self._bound, self._audience)
            return restored
        stream = self._bound.chat.open_stream(self._audience, "json", record=False)
        return {**delta, "fields": {**fields, "args": stream.feed(fields["args"])}}

    def _whole(self, event: Event) -> Event:
        restored: Event = whole(event, self._bound, self._audience)
        return restored

    def _stream(self, index: Any, name: str) -> ReplyStream:
        if (index, name) not in self._open:
            reply = self._reply and name == "text"
            form: Form = "json" if name == "args" else "text"
            self._open[index, name] = self._bound.chat.open_stream(self._audience, form, record=reply)
            if reply:
                self._filed.append(self._open[index, name])
        return self._open[index, name]


def _delta_event(index: Any, name: str, text: str) -> Event:
    return {"event": "content-block-delta", "index": index, "delta": {"type": _DELTA_OF[name], name: text}}
