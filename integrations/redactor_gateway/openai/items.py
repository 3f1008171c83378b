"""The items of a Responses reply, whole and as they come.

The API sends each text three times, in pieces, at its end and in the whole; each is restored.
"""

import re
from typing import Any, TypeAlias

from redactor.reply import ReplyStream
from redactor.types import Form
from redactor_gateway.conversations import Placed
from redactor_gateway.openai.chunks import as_event, parsed
from redactor_gateway.problems import bad_upstream
from redactor_gateway.replies import AsItComes, Outgoing, objects
from redactor_gateway.sse import Event

_DELTA = re.compile(r"response\.(?P<what>[a-z_.]+)\.delta")
_END = re.compile(r"response\.(?P<what>[a-z_.]+)\.done")

_OVER = frozenset({"response.completed", "response.incomplete", "response.failed", "error"})
_WHOLE = frozenset({"response.created", "response.in_progress", "response.queued"} | _OVER) - {"error"}
_ARGUMENTS = frozenset({"function_call_arguments", "mcp_call_arguments"})
_INPUT = frozenset({"custom_tool_call_input"})
_SPOKEN = frozenset({"audio", "audio.transcript"})

_HANDED = frozenset({"arguments", "input", "action", "operation"})
"""Fields of an item that the program carries out."""

Place: TypeAlias = tuple[str, ...]


def restored_response(response: dict[str, Any], out: Outgoing, placed: Placed, *, record: bool) -> dict[str, Any]:
    """A whole response. Its id is one that only this client can go on with; an error in it stays as it came."""
    made: dict[str, Any] = {}
    for name, value in response.items():
        if name == "output":
            made[name] = [_item(each, out, record=record) for each in objects(value, "output")]
        elif name in ("id", "previous_response_id") and isinstance(value, str):
            made[name] = placed.issue(value)
        elif name == "conversation" and isinstance(value, dict) and isinstance(value.get("id"), str):
            made[name] = {**value, "id": placed.issue(value["id"], "conv")}
        else:
            made[name] = value if name == "error" else out.value(value, name)
    return made


def _item(item: dict[str, Any], out: Outgoing, *, record: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in item.items():
        if name == "content" and isinstance(value, list) and item.get("type") == "message":
            made[name] = [_part(each, out, record=record) for each in objects(value, "content")]
        elif name in _HANDED and isinstance(value, str) and value:
            form: Form = "json" if name == "arguments" else "text"
            made[name] = out.arguments(value, _tool(item), form)
        elif name in _HANDED:
            made[name] = out.data(value, _tool(item))
        else:
            made[name] = out.value(value, name)
    return made


def _tool(item: dict[str, Any]) -> str:
    """Whose call it is: of the API's own tools the type says it (`local_shell_call`)."""
    kind = str(item.get("type"))
    return str(item.get("name") or (kind.removesuffix("_call") if kind.endswith("_call") else ""))


def _part(part: dict[str, Any], out: Outgoing, *, record: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in part.items():
        if name == "logprobs":
            made[name] = []
        elif name == "text" and isinstance(value, str) and part.get("type") == "output_text":
            made[name] = out.text(value, record=record)
        else:
            made[name] = out.value(value, name)
    return made


class ResponsesRestorer:
    """One stream of events. What was held back of a text comes before the event that says its end."""

    def __init__(self, out: Outgoing, placed: Placed) -> None:
        self._out, self._placed = out, placed
        self._open: dict[Place, ReplyStream | AsItComes] = {}
        self._filed: list[ReplyStream | AsItComes] = []
        self._newest: dict[Place, dict[str, Any]] = {}
        self._tools: dict[str, str] = {}
        self._number = 0
        self.is_over = False

    def feed(self, event: Event) -> list[Event]:
        """What can be passed on after this event."""
        data = parsed(event)
        kind = str(data.get("type") or event.name)
        if kind == "error":
            self.is_over = True
            return [self._numbered(data)]
        self.is_over = self.is_over or kind in _OVER
        if found := _DELTA.fullmatch(kind):
            return self._delta(found["what"], data)
        if found := _END.fullmatch(kind):
            return [*self._tail(found["what"], data), self._numbered(self._ended(found["what"], data))]
        return [self._numbered(self._restored(kind, data))]

    def record(self) -> None:
        """File what was received."""
        for stream in self._filed:
            stream.record()

    def _delta(self, what: str, data: dict[str, Any]) -> list[Event]:
        if what in _SPOKEN:
            raise bad_upstream("unsupported_reply", "the upstream's reply is spoken, which cannot be restored")
        if not isinstance(data.get("delta"), str):
            raise bad_upstream("malformed_stream", "the upstream sent a piece of a reply that is no text")
        place = _place(what, data)
        self._newest[place] = data
        piece = self._stream(place, what, data).feed(data["delta"])
        if not piece and data["delta"]:
            return []
        return [self._numbered(_without_logprobs({**data, "delta": piece}))]

    def _stream(self, place: Place, what: str, data: dict[str, Any]) -> ReplyStream | AsItComes:
        if place not in self._open:
            self._open[place] = self._opened(what, data)
            self._filed.append(self._open[place])
        return self._open[place]

    def _opened(self, what: str, data: dict[str, Any]) -> ReplyStream | AsItComes:
        if what in _ARGUMENTS | _INPUT:
            return self._out.tool_stream(self._tool(data), "text" if what in _INPUT else "json")
        is_reply = what == "output_text"
        return self._out.stream(record=is_reply, aside=not is_reply)

    def _tail(self, what: str, data: dict[str, Any]) -> list[Event]:
        place = _place(what, data)
        stream = self._open.pop(place, None)
        held = stream.finish() if stream is not None else ""
        return [self._numbered(_without_logprobs({**self._newest[place], "delta": held}))] if held else []

    def _ended(self, what: str, data: dict[str, Any]) -> dict[str, Any]:
        if what in _ARGUMENTS | _INPUT:
            name = "input" if what in _INPUT else "arguments"
            tool = str(data.get("name") or self._tool(data))
            whole = self._out.arguments(str(data.get(name, "")), tool, "text" if what in _INPUT else "json")
            return {**data, name: whole}
        if what == "output_text":
            return _without_logprobs({**data, "text": self._out.text(str(data.get("text", "")))})
        return self._restored(str(data.get("type")), data)

    def _restored(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        """An event that carries a whole: a response, an item, a part."""
        made: dict[str, Any] = {}
        for name, value in data.items():
            if name == "response" and isinstance(value, dict) and kind in _WHOLE:
                made[name] = restored_response(value, self._out, self._placed, record=False)
            elif name == "item" and isinstance(value, dict):
                self._note(value)
                made[name] = _item(value, self._out)
            elif name == "part" and isinstance(value, dict):
                made[name] = _part(value, self._out)
            else:
                made[name] = self._out.value(value, name)
        return made

    def _note(self, item: dict[str, Any]) -> None:
        if isinstance(item.get("id"), str) and isinstance(item.get("name"), str):
            self._tools[item["id"]] = item["name"]

    def _tool(self, data: dict[str, Any]) -> str:
        return self._tools.get(str(data.get("item_id")), "")

    def _numbered(self, data: dict[str, Any]) -> Event:
        """Events are counted; what was held back makes some more of them, or fewer."""
        if "sequence_number" in data:
            data = {**data, "sequence_number": self._number}
        self._number += 1
        return as_event(data, str(data.get("type", "")))


def _place(what: str, data: dict[str, Any]) -> Place:
    names = ("item_id", "output_index", "content_index", "summary_index")
    return (what, *(str(data.get(name, "")) for name in names))


def _without_logprobs(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "logprobs": []} if "logprobs" in data else data
