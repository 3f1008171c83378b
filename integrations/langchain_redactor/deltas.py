"""One message of a model while it comes: its chunks restored, each place of the message on a stream of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

from langchain_core.messages import AIMessageChunk, BaseMessage, BaseMessageChunk

from langchain_redactor.bound import Bound
from langchain_redactor.values import restore_value
from redactor.reply import ReplyStream
from redactor.types import Form

C = TypeVar("C", bound=BaseMessageChunk)

_PROTOCOL: Final = frozenset(
    {"type", "id", "index", "name", "call_id", "tool_call_id", "status", "mime_type", "signature", "base64", "data"}
    | {"encrypted_content", "thought_signature", "file_id", "output_version", "model_provider"}
)
"""Fields of a content block that are never an LLM's words. Left as they are, so that none is cut in two."""

_JSON_TEXT: Final = frozenset({"args", "arguments", "partial_json"})
"""Fields that hold JSON as text: what is written into them is escaped, so that it can still be parsed."""

_PARSED: Final = frozenset({"args", "arguments", "input", "output"})
"""Fields that hold parsed JSON, in which no name is the protocol's."""

_COMPLETE: Final = frozenset(
    {"tool_call", "server_tool_call", "invalid_tool_call", "server_tool_result", "citation"}
    | {"image", "image_url", "audio", "video", "file"}
)
"""Types of blocks that come in one piece."""

_LOOSE: Final = frozenset({None, "text", "output_text", "summary_text", "reasoning", "thinking", "refusal"})
"""Types of blocks that come in pieces also where no index says so."""

_KEPT: Final = ("output_version", "model_provider")
"""What of `response_metadata` says how the content is to be read; merging chunks does not repeat it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An item of a list: chunks with the same index are merged into it; without an index, those of one type go on."""

    index: int | str | None
    kind: str | None = None
    """The item's type, where there is no index."""


Path: TypeAlias = tuple[str | Spot, ...]
"""Where in a message a text stands: names of fields, and items of lists."""


class MessageDeltas:
    """The chunks of one message, restored. Added up (`+`) they are what restoring the whole message gives.

    Only what may still become a placeholder is held back. Chunks are copied, never changed: the graph adds up its own.
    """

    def __init__(self, bound: Bound, audience: str = "customer", *, reply: bool = False) -> None:
        """`reply`: the text of this message is the assistant's turn, filed by `record`."""
        self._bound, self._audience, self._reply = bound, audience, reply
        self._open: dict[Path, ReplyStream] = {}
        self._kinds: dict[Path, str] = {}
        self._kept: dict[str, Any] = {}
        self._filed: list[ReplyStream] = []
        self._newest: BaseMessageChunk | None = None
        self.id: str | None = None
        """The message's id: the provider's, where it gives one (as langchain_core's `add_ai_message_chunks` does)."""

    def feed(self, chunk: BaseMessageChunk) -> list[BaseMessageChunk]:
        """What can be passed on after this chunk; what was held back comes before a chunk that says "last"."""
        self._note(chunk)
        last = getattr(chunk, "chunk_position", None) == "last"
        restored = self._restored(chunk, last)
        tails = self.finish() if last else []
        if _says_nothing(restored) and not _says_nothing(chunk):
            return tails
        return [*tails, restored]

    def finish(self) -> list[BaseMessageChunk]:
        """What was held back, as one more chunk of the same message; nothing where nothing was."""
        tails = [(path, stream.finish()) for path, stream in self._open.items()]
        self._open.clear()
        tails = [(path, text) for path, text in tails if text]
        return [self._carrying(tails, self._newest)] if tails and self._newest is not None else []

    def record(self) -> bool:
        """File the text that was received as the assistant's turn, once; whether there was any."""
        filed, self._filed = self._filed, []
        for stream in filed:
            stream.record()
        return bool(filed)

    def _note(self, chunk: BaseMessageChunk) -> None:
        self._newest = chunk
        if chunk.id and (self.id is None or is_run_id(self.id)):
            self.id = chunk.id
        self._kept |= {key: chunk.response_metadata[key] for key in _KEPT if key in chunk.response_metadata}

    # a chunk, restored

    def _restored(self, chunk: C, last: bool) -> C:
        update: dict[str, Any] = {
            name: self._walk(getattr(chunk, name), (name,), last)
            for name in ("content", "additional_kwargs", "tool_call_chunks")
            if getattr(chunk, name, None)
        }
        if chunk.response_metadata:
            update["response_metadata"] = restore_value(chunk.response_metadata, self._bound, self._audience)
        if (artifact := getattr(chunk, "artifact", None)) is not None:
            update["artifact"] = restore_value(artifact, self._bound, self._audience)
        return _with(chunk, update)

    def _walk(self, value: Any, path: Path, last: bool) -> Any:
        if isinstance(value, str):
            return self._stream(value, path, last)
        if isinstance(value, dict):
            return {key: self._field(key, item, path, last) for key, item in value.items()}
        if isinstance(value, list):
            return [self._item(item, path, last) for item in value]
        return value

    def _field(self, name: str, value: Any, path: Path, last: bool) -> Any:
        if name in _PROTOCOL:
            return value
        if name in _PARSED and not isinstance(value, str):
            return self._bound.chat.restore_value(value, self._audience)
        return self._walk(value, (*path, name), last)

    def _item(self, item: Any, path: Path, last: bool) -> Any:
        spot = _spot(item, loose=path == ("content",))
        if spot is None:
            return whole(item, self._bound, self._audience)
        here = (*path, spot)
        if isinstance(item, dict) and item.get("type"):
            self._kinds.setdefault(here, item["type"])
        return self._walk(item, here, last)

    def _stream(self, text: str, path: Path, last: bool) -> str:
        if not text:
            return text
        stream = self._open.get(path) or self._opened(path)
        piece = stream.feed(text)
        return piece + self._open.pop(path).finish() if last else piece

    def _opened(self, path: Path) -> ReplyStream:
        reply = self._reply and isinstance(self._newest, AIMessageChunk) and _is_text(path)
        stream = self._bound.chat.open_stream(self._audience, _form(path[-1]), record=reply)
        self._open[path] = stream
        if reply:
            self._filed.append(stream)
        return stream

    # what was held back

    def _carrying(self, tails: Iterable[tuple[Path, str]], like: C) -> C:
        fields: dict[str, Any] = {"content": [], "additional_kwargs": {}}
        for path, text in tails:
            self._plant(fields, path, 0, text)
        if not fields["content"] and isinstance(like.content, str):
            fields["content"] = ""
        if isinstance(like, AIMessageChunk):
            empty: dict[str, Any] = {
                "tool_calls": [],
                "invalid_tool_calls": [],
                "usage_metadata": None,
                "chunk_position": None,
            }
            fields = {"tool_call_chunks": [], **empty, **fields}
        return _with(like, {**fields, "response_metadata": dict(self._kept)})

    def _plant(self, holder: dict[str, Any], path: Path, at: int, text: str) -> None:
        """Write a text at a path, from step `at` on, with the holders it needs."""
        name = path[at]
        if not isinstance(name, str):  # never: an item stands in a list, which is a field
            return
        if at + 1 == len(path):
            holder[name] = text
        elif isinstance(path[at + 1], Spot):
            items = holder[name] if isinstance(holder.get(name), list) else [holder[name]] if holder.get(name) else []
            holder[name] = items
            self._plant_item(items, path, at + 1, text)
        else:
            self._plant(holder.setdefault(name, {}), path, at + 1, text)

    def _plant_item(self, items: list[Any], path: Path, at: int, text: str) -> None:
        if at + 1 == len(path):
            items.append(text)
            return
        item = self._skeleton(path[: at + 1])
        known = [each for each in items if isinstance(each, dict) and "index" in item and _same(each, item)]
        if not known:
            items.append(item)
        self._plant(known[0] if known else item, path, at + 1, text)

    def _skeleton(self, here: Path) -> dict[str, Any]:
        spot = here[-1]
        if here[0] == "tool_call_chunks" and isinstance(spot, Spot):
            return {"type": "tool_call_chunk", "name": None, "args": None, "id": None, "index": spot.index}
        item: dict[str, Any] = {"type": self._kinds[here]} if here in self._kinds else {}
        if isinstance(spot, Spot) and spot.index is not None:
            item["index"] = spot.index
        return item


def whole(value: Any, bound: Bound, audience: str, name: str = "") -> Any:
    """A part of a message that comes in one piece, restored; `name`: of the field that it is."""
    if isinstance(value, str):
        return value if name in _PROTOCOL else bound.chat.restore_value(value, audience, _form(name))
    if name in _PARSED:
        return bound.chat.restore_value(value, audience)
    if isinstance(value, dict):
        return {key: whole(item, bound, audience, key) for key, item in value.items()}
    return [whole(item, bound, audience) for item in value] if isinstance(value, list) else value


def is_run_id(message_id: str | None) -> bool:
    """Whether an id was made by LangChain for a run, until the provider's is known."""
    return message_id is None or message_id.startswith(("lc_run-", "run-"))


def is_other(known: str | None, new: str | None) -> bool:
    """Whether a chunk's id says that another message begins. LangChain's own id and a provider's may stand for one."""
    return None not in (known, new) and known != new and is_run_id(known) == is_run_id(new)


def _with(chunk: C, update: dict[str, Any]) -> C:
    copy = chunk.model_copy(update=update)
    if isinstance(copy, AIMessageChunk) and copy.tool_call_chunks:
        return type(copy).model_validate(dict(copy))  # so that tool_calls are parsed from the chunks again
    return copy


def _spot(item: Any, *, loose: bool) -> Spot | None:
    """Where a list's item goes on in the next chunk (langchain_core.utils._merge, `merge_lists`); None: nowhere."""
    if isinstance(item, str):
        return Spot(None, "") if loose else None
    if not isinstance(item, dict) or item.get("type") in _COMPLETE:
        return None
    index = item.get("index")
    if isinstance(index, int) or (isinstance(index, str) and index.startswith("lc_")):
        return Spot(index)
    return Spot(None, item.get("type")) if loose and item.get("type") in _LOOSE else None


def _same(item: dict[str, Any], other: dict[str, Any]) -> bool:
    return "index" in item and bool(item["index"] == other["index"])


def _form(name: object) -> Form:
    return "json" if name in _JSON_TEXT else "text"


def _is_text(path: Path) -> bool:
    """Whether a path leads to what the customer reads."""
    return path[0] == "content" and (not isinstance(path[-1], str) or path[-1] in ("content", "text"))


def _says_nothing(value: Any) -> bool:
    """Whether a chunk, or a part of one, carries nothing that anyone could use."""
    if isinstance(value, BaseMessage):
        names = ("content", "additional_kwargs", "tool_call_chunks", "response_metadata", "usage_metadata")
        return all(_says_nothing(getattr(value, name, None)) for name in (*names, "chunk_position", "artifact"))
    if isinstance(value, dict):
        return all(key in ("type", "index") or _says_nothing(item) for key, item in value.items())
    if isinstance(value, list):
        return all(_says_nothing(item) for item in value)
    return value is None or value == ""
