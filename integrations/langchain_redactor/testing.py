"""Tools for tests, ours and users': a chat model that says what it is told and remembers what it was given.

>>> from langchain_core.messages import HumanMessage
>>> model = RecordingModel(replies=["Thanks [PERSON_1]!"])
>>> model.invoke([HumanMessage("Hi")]).content
'Thanks [PERSON_1]!'
>>> model.received[0].text
'Hi'
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field, PrivateAttr

Answer = Callable[[list[BaseMessage]], AIMessage | str]
"""A reply that depends on what the model was given."""

Content = str | list[str | dict[str, Any]]
"""What a message holds: a text, or blocks."""

Reply = str | AIMessage | Exception | Answer
"""One scripted reply; an exception is raised."""


@dataclass(frozen=True, slots=True)
class Received:
    """What the model was given in one call: its own copies, so that nothing done later can change them."""

    messages: list[BaseMessage]
    tools: list[dict[str, Any]] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The messages' texts, one to a line."""
        return "\n".join(message.text for message in self.messages)

    @property
    def all(self) -> str:
        """Everything that was given, as JSON: fields beside the text, tools and settings too."""
        given = [[message.model_dump() for message in self.messages], self.tools, self.kwargs]
        return json.dumps(given, ensure_ascii=False, default=repr)


class RecordingModel(BaseChatModel):
    """A chat model for tests: scripted replies in turn, sync, async and streamed; what it was given is in `received`.

    `replies`: texts, AIMessages, exceptions to raise, or callables that get the messages and make the reply. A callable
    at the end of the list answers all later calls too; else a call too many raises `AssertionError`. `chunk_size`: how
    many characters of text, or of a tool call's arguments, a streamed chunk holds.
    """

    replies: list[Any] = Field(default_factory=list, repr=False)
    chunk_size: int = Field(default=5, ge=1)
    _received: list[Received] = PrivateAttr(default_factory=list)
    _asked: int = PrivateAttr(default=0)
    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    @property
    def received(self) -> list[Received]:
        """What was given, call by call."""
        return self._received

    @property
    def _llm_type(self) -> str:
        return "recording"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": "recording"}

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Tools as an OpenAI-style model is told about them; each call's `tools` and `kwargs` hold them."""
        known = [tool if _is_provider_tool(tool) else convert_to_openai_tool(tool) for tool in tools]
        chosen = {} if tool_choice is None else {"tool_choice": tool_choice}
        return self.bind(tools=known, **chosen, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._answer(messages, stop, kwargs))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in chunks_of(self._answer(messages, stop, kwargs), self.chunk_size):
            yield ChatGenerationChunk(message=chunk)

    def _answer(self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]) -> AIMessage:
        reply = self._note(messages, stop, dict(kwargs))
        if isinstance(reply, Exception):
            raise reply
        said = reply(messages) if callable(reply) else reply
        return AIMessage(said) if isinstance(said, str) else said.model_copy(deep=True)

    def _note(self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]) -> Reply:
        """Keep what was given; the reply whose turn it is."""
        given = {**kwargs} if stop is None else {**kwargs, "stop": stop}
        with self._lock:
            self._received.append(Received(deepcopy(messages), deepcopy(given.pop("tools", None) or []), given))
            turn = self._asked
            self._asked += 1
        if turn < len(self.replies):
            return _reply(self.replies[turn])
        if self.replies and callable(self.replies[-1]):
            return _reply(self.replies[-1])
        raise AssertionError(f"RecordingModel was asked {turn + 1} times and has {len(self.replies)} replies; add more")


def chunks_of(message: AIMessage, size: int) -> Iterator[AIMessageChunk]:
    """A message as a provider streams it: text, then tool calls, in pieces of `size` characters; usage comes last."""
    for content in _contents(message.content, size):
        yield AIMessageChunk(content=content, id=message.id)
    for index, call in enumerate(message.tool_calls):
        named = tool_call_chunk(name=call["name"], args="", id=call["id"], index=index)
        yield AIMessageChunk(content="", id=message.id, tool_call_chunks=[named])
        for piece in _pieces(json.dumps(call["args"], ensure_ascii=False), size):
            part = tool_call_chunk(args=piece, index=index)
            yield AIMessageChunk(content="", id=message.id, tool_call_chunks=[part])
    yield AIMessageChunk(
        content="" if isinstance(message.content, str) else [],
        id=message.id,
        name=message.name,
        additional_kwargs=message.additional_kwargs,
        response_metadata=message.response_metadata,
        usage_metadata=message.usage_metadata,
        chunk_position="last",
    )


def _contents(content: Content, size: int) -> Iterator[Content]:
    if isinstance(content, str):
        yield from _pieces(content, size)
        return
    for index, block in enumerate(content):
        if isinstance(block, str):
            for piece in _pieces(block, size):
                yield [piece]
        elif block.get("type") == "text":
            for piece in _pieces(block["text"], size):
                yield [{**block, "text": piece, "index": index}]
        elif block.get("type") != "tool_call":  # these come as tool_call_chunks
            yield [{**block, "index": index}]


def _pieces(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _is_provider_tool(tool: object) -> bool:
    """A tool the provider runs (web search): a dict that is no function's schema."""
    return isinstance(tool, dict) and "type" in tool and tool["type"] != "function"


def _reply(reply: object) -> Reply:
    if isinstance(reply, str | AIMessage | Exception):
        return reply
    if callable(reply):
        answer: Answer = reply
        return answer
    raise AssertionError(f"a reply is a str, an AIMessage, an Exception or a callable, not a {type(reply).__name__}")
