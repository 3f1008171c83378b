"""What the tests of streams share: a conversation that knows a few values, a model that streams, a graph around it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from langchain.agents import create_agent
from langchain_core.messages import AIMessageChunk, BaseMessageChunk
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver

from langchain_redactor.bound import KEY, Bound
from langchain_redactor.replies import Replies
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.testing import in_memory

NAME = "Zephyrine Quill"
ORDER = "8706847615"
ODD = 'Ann "Q" O\\Neil'
"""A name that JSON has to escape."""
CANARIES = (NAME, ORDER, ODD)
SIZES = (1, 2, 3, 7, 50)
REPLY = "Thanks [PERSON_1], order [ACCOUNT_ID_1] is on its way <3 [PER"
RESTORED = f"Thanks {NAME}, order {ORDER} is on its way <3 [PER"
THREAD = "thread-of-zoe"


@dataclass(frozen=True)
class Known:
    """A conversation in which [PERSON_1], [PERSON_2] and [ACCOUNT_ID_1] are minted."""

    redactor: Redactor
    bound: Bound

    @property
    def config(self) -> RunnableConfig:
        """The config of an inner run."""
        return {"configurable": {"thread_id": self.bound.chat.public_id, KEY: self.bound}}

    @property
    def recorded(self) -> list[str]:
        """The assistant's turns of the transcript, redacted."""
        turns = self.redactor.transcripts.show(self.bound.chat.public_id)
        return [turn.text for turn in turns if turn.role == "assistant"]


def known() -> Known:
    """Each test has its own."""
    redactor = in_memory({NAME: "PERSON", ORDER: "ACCOUNT_ID", ODD: "PERSON"})
    chat = redactor.conversation(THREAD)
    seen = chat.redact(f"{NAME} asks about {ORDER} for {ODD}")
    assert seen.text == "[PERSON_1] asks about [ACCOUNT_ID_1] for [PERSON_2]"
    return Known(redactor, Bound(chat))


class Noted(Replies):
    """Which messages a stream said it had recorded."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str | None] = []

    def streamed(self, bound: Bound, message_id: str | None) -> None:
        """Keep the id."""
        self.ids.append(message_id)
        super().streamed(bound, message_id)


def cut(text: str, size: int) -> list[str]:
    """The text in pieces of `size` characters."""
    return [text[start : start + size] for start in range(0, len(text), size)]


def added(chunks: Iterable[Any]) -> Any:
    """Chunks joined as LangChain joins them."""
    first, *rest = chunks
    for chunk in rest:
        first = first + chunk
    return first


def chunked(text: str, size: int, message_id: str = "m-1") -> Iterator[AIMessageChunk]:
    """An AI's text as chunks, the last one empty and saying so."""
    yield from (AIMessageChunk(content=piece, id=message_id) for piece in cut(text, size))
    yield AIMessageChunk(content="", id=message_id, chunk_position="last")


def whole(chunks: Iterable[BaseMessageChunk]) -> AIMessageChunk:
    """Chunks of one message, added up."""
    message = added(chunks)
    assert isinstance(message, AIMessageChunk)
    return message


def agent(replies: list[Any], size: int, tools: Any = (), **settings: Any) -> Any:
    """An inner agent, as it runs inside: it sees and says placeholders only."""
    model = RecordingModel(replies=replies, chunk_size=size)
    return create_agent(model, list(tools), checkpointer=settings.pop("checkpointer", InMemorySaver()), **settings)
