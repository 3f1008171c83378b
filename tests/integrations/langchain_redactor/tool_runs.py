"""A stage for sealed tools: an agent whose scripted model calls a tool, with ears at every place that may leak.

Sync and async are one stage. Everything that could hold a real value is searched by `nothing_leaked`.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.globals import set_debug
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from langchain_redactor.bound import KEY, Bound
from langchain_redactor.testing import RecordingModel
from langchain_redactor.tools import ToolPolicy, seal_tools
from redactor import Conversation, Redactor
from tests.integrations.langchain_redactor.conftest import CANARIES, OTHER, Recorder, checkpoint_bytes

BOTH = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
NAME, EMAIL, PHONE, ACCOUNT = "[PERSON_1]", "[EMAIL_ADDRESS_1]", "[PHONE_NUMBER_1]", "[ACCOUNT_ID_1]"
"""How the first customer's values read once `CANARIES.said` is redacted."""


def calling(name: str, call_id: str = "call_1", **args: Any) -> AIMessage:
    """The model calls a tool."""
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": call_id}])


class Stage:
    """One conversation whose customer has said who they are; `run` makes the model call a tool."""

    def __init__(
        self,
        redactor: Redactor,
        recorder: Recorder,
        capsys: pytest.CaptureFixture[str],
        is_async: bool,
        said: str = CANARIES.said,
    ) -> None:
        self.redactor, self.recorder, self.capsys, self.is_async = redactor, recorder, capsys, is_async
        self.chat = self.conversation("c-1", said)
        self.saver = InMemorySaver()
        self.model = RecordingModel()
        self.agent: Any = None
        set_debug(True)

    def conversation(self, name: str, said: str) -> Conversation:
        chat = self.redactor.conversation(name)
        chat.redact(said)
        return chat

    def build(self, tools: Sequence[Any], replies: Sequence[Any], policy: ToolPolicy | None = None, **more: Any) -> Any:
        self.model = RecordingModel(replies=[*replies, lambda _: "done"])
        self.agent = create_agent(self.model, seal_tools(tools, policy), checkpointer=self.saver, **more)
        return self.agent

    def config(self, chat: Conversation | None = None, **configurable: Any) -> dict[str, Any]:
        used = chat or self.chat
        bound = {"thread_id": used.public_id, KEY: Bound(used), **configurable}
        return {"configurable": bound, "callbacks": self.recorder.handlers}

    def invoke(self, given: Any = None, config: Any = None, **more: Any) -> Any:
        given = {"messages": [("user", "Please look it up.")]} if given is None else given
        if self.is_async:
            return asyncio.run(self.agent.ainvoke(given, config or self.config(), **more))
        return self.agent.invoke(given, config or self.config(), **more)

    def call(self, sealed: Any, chat: Conversation | None = None, **args: Any) -> Any:
        """Call a tool by itself, within a run that is redacted."""
        if self.is_async:
            return asyncio.run(sealed.ainvoke(args, self.config(chat)))
        return sealed.invoke(args, self.config(chat))

    def stream(self, mode: Any, given: Any = None) -> list[Any]:
        given = {"messages": [("user", "Please look it up.")]} if given is None else given

        async def parts() -> list[Any]:
            return [part async for part in self.agent.astream(given, self.config(), stream_mode=mode)]

        if self.is_async:
            return asyncio.run(parts())
        return list(self.agent.stream(given, self.config(), stream_mode=mode))

    def run(self, tools: Sequence[Any], call: AIMessage, policy: ToolPolicy | None = None, **more: Any) -> ToolMessage:
        """What the model is told by the tool it calls."""
        self.build(tools, [call], policy, **more)
        return told(self.invoke())

    def resume(self, answer: Any) -> Any:
        return self.invoke(Command(resume=answer))

    def nothing_leaked(self, *more: object) -> None:
        printed = self.capsys.readouterr().out
        assert "tool" in printed, "debug mode prints tool runs"
        assert any("on_tool_start" in event for event in self.recorder.events)
        given = [received.all for received in self.model.received]
        places = [checkpoint_bytes(self.saver), self.recorder.everything, printed, given, *more]
        for canaries in (CANARIES, OTHER):
            canaries.nowhere_in(*places)


def told(state: Any) -> ToolMessage:
    """The last message of a tool."""
    found = [each for each in state["messages"] if isinstance(each, ToolMessage)]
    return found[-1]


def noting(called: list[Any]) -> Any:
    """A tool that keeps what it is given."""

    @tool
    def noting(order: str) -> str:
        """Note."""
        called.append(order)
        return order

    return noting


def rule(name: str, *types: str) -> dict[str, Any]:
    """A tool policy for one tool."""
    return {name: {"args": list(types)}}
