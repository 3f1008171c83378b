"""What a chain gives while it runs, restored as it comes: text, chunks of messages, parts of objects."""

from itertools import zip_longest
from typing import Any, Literal, TypeAlias

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, BaseMessageChunk
from langchain_core.outputs import GenerationChunk
from langchain_core.runnables.utils import AddableDict

from langchain_redactor.bound import Bound
from langchain_redactor.deltas import MessageDeltas, is_other
from langchain_redactor.growing import Growing
from langchain_redactor.replies import Replies
from langchain_redactor.values import restore_value
from redactor.reply import ReplyStream

_Kind: TypeAlias = Literal["text", "message", "parts", "object"]


class ChunkRestorer:
    """One stream of chunks with placeholders, restored.

    Joined, or added up, what comes out is what restoring the whole would give, however it was cut into chunks. Only
    what may still become a placeholder is held back. Nothing that is handed over is changed.

    Text and chunks of messages are increments, and so are the fields of an `AddableDict` (what `RunnableParallel` and
    `RunnablePassthrough.assign` give); every other dict or list shows all there is so far (what `JsonOutputParser`
    gives).
    """

    def __init__(
        self, bound: Bound, audience: str = "customer", replies: Replies | None = None, *, record: bool = True
    ) -> None:
        """`record`: what is streamed at the top, as text or as an AI's message, is the assistant's turn."""
        self._bound, self._audience, self._replies, self._record = bound, audience, replies, record
        self._kind: _Kind | None = None
        self._text: ReplyStream | None = None
        self._generation: GenerationChunk | None = None
        self._message: MessageDeltas | None = None
        self._parts: dict[str, ChunkRestorer] = {}
        self._objects = Growing(self._restored, self._undecided)
        self._filed: list[ReplyStream | MessageDeltas] = []

    def feed(self, chunk: Any) -> list[Any]:
        """What can be passed on after this chunk."""
        kind = _kind_of(chunk)
        before = self.finish() if self._kind not in (None, kind) else []
        self._kind = kind
        return before + self._fed(chunk)

    def finish(self) -> list[Any]:
        """What was held back, now that nothing follows."""
        held = self._text_ends() + self._message_ends()
        held += _together({name: part.finish() for name, part in self._parts.items()})
        held += self._objects.finish()
        self._kind = None
        return held

    def close(self) -> None:
        """File what was received, also where the stream was cut off. Call it in `finally`; twice is harmless."""
        filed, self._filed = self._filed, []
        for each in filed:
            if each.record() and isinstance(each, MessageDeltas) and each.id and self._replies is not None:
                self._replies.streamed(self._bound, each.id)
        for part in self._parts.values():
            part.close()

    def _fed(self, chunk: Any) -> list[Any]:
        if isinstance(chunk, str):
            piece = self._text_stream().feed(chunk)
            return [piece] if piece or not chunk else []
        if isinstance(chunk, BaseMessageChunk):
            return self._message_chunk(chunk)
        if isinstance(chunk, GenerationChunk):
            self._generation = chunk
            return [chunk.model_copy(update={"text": self._text_stream().feed(chunk.text)})]
        if isinstance(chunk, BaseMessage):
            return [*self._message_ends(), self._whole_message(chunk)]
        if isinstance(chunk, AddableDict):
            return self._addable(chunk) if chunk else [chunk]
        return self._objects.feed(chunk)

    def _text_stream(self) -> ReplyStream:
        if self._text is None:
            self._text = self._bound.chat.open_stream(self._audience, record=self._record)
            self._filed.append(self._text)
        return self._text

    def _text_ends(self) -> list[Any]:
        tail = self._text.finish() if self._text is not None else ""
        generation, self._text, self._generation = self._generation, None, None
        if not tail:
            return []
        return [tail if generation is None else GenerationChunk(text=tail)]

    def _message_ends(self) -> list[Any]:
        message, self._message = self._message, None
        return list(message.finish()) if message is not None else []

    def _message_chunk(self, chunk: BaseMessageChunk) -> list[Any]:
        before = self._message_ends() if self._message is not None and is_other(self._message.id, chunk.id) else []
        if self._message is None:
            self._message = MessageDeltas(self._bound, self._audience, reply=self._record)
            self._filed.append(self._message)
        restored = before + self._message.feed(chunk)
        if getattr(chunk, "chunk_position", None) == "last":
            self._message = None
        return restored

    def _whole_message(self, message: BaseMessage) -> BaseMessage:
        """A message in one piece; of an AI's, the text is filed as if it had been streamed."""
        if self._record and isinstance(message, AIMessage):
            self._filed.append(filed_whole(message, self._bound, self._audience))
        restored: BaseMessage = restore_value(message, self._bound, self._audience)
        return restored

    def _addable(self, chunk: AddableDict) -> list[Any]:
        return _together({name: self._part(name, value).feed(value) for name, value in chunk.items()})

    def _part(self, name: str, value: Any) -> "ChunkRestorer":
        """The restorer of one field. Of its texts only messages of an AI are known to be the assistant's."""
        if name not in self._parts:
            record = self._record and not isinstance(value, str)
            self._parts[name] = ChunkRestorer(self._bound, self._audience, self._replies, record=record)
        return self._parts[name]

    def _restored(self, value: Any) -> Any:
        return restore_value(value, self._bound, self._audience)

    def _undecided(self, text: str) -> bool:
        stream = self._bound.chat.open_stream(self._audience, record=False)
        stream.feed(text)
        return bool(stream.finish())


def filed_whole(message: AIMessage, bound: Bound, audience: str = "customer") -> MessageDeltas:
    """An AI's message that came in one piece, ready to be recorded as one that was streamed."""
    deltas = MessageDeltas(bound, audience, reply=True)
    deltas.feed(AIMessageChunk(content=message.content, id=message.id, chunk_position="last"))
    return deltas


def _kind_of(chunk: Any) -> _Kind:
    if isinstance(chunk, str | GenerationChunk):
        return "text"
    if isinstance(chunk, BaseMessage):
        return "message"
    return "parts" if isinstance(chunk, AddableDict) else "object"


def _together(pieces: dict[str, list[Any]]) -> list[Any]:
    """Pieces of several fields as few dicts."""
    rows = zip_longest(*pieces.values(), fillvalue=_NO_PIECE)
    dicts = [{name: piece for name, piece in zip(pieces, row, strict=True) if piece is not _NO_PIECE} for row in rows]
    return [AddableDict(each) for each in dicts]


_NO_PIECE = object()
