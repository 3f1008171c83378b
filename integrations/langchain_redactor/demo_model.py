"""The demo's LLM and tool: a support bot that follows rules, as a chat model that can call a tool."""

from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool, tool
from pydantic import Field

from redactor.cli.bot import Said, made_up_order, reply


def lookup_order(given: list[str]) -> BaseTool:
    """The shop's made-up order book; notes which numbers it was given."""

    @tool("lookup_order")
    def look_up(order_id: str) -> str:
        """Look up an order by its number."""
        given.append(order_id)
        return made_up_order(order_id)

    return look_up


class _Wanted(Exception):
    """The bot wants to know something of an order."""


class SupportModel(BaseChatModel):
    """Answers as the built-in support bot does, and asks the tool for orders. Sees what any LLM would see."""

    calls: list[str] = Field(default_factory=list)
    """The tool calls it has made, as it wrote them."""
    heard: str = ""
    """The customer's last message, as it was given to the LLM."""
    wrote: str = ""

    @property
    def _llm_type(self) -> str:
        return "built-in support bot"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        """It knows its one tool."""
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        said = [
            Said("user" if isinstance(message, HumanMessage) else "assistant", message.text)
            for message in messages
            if isinstance(message, HumanMessage | AIMessage) and message.text
        ]
        self.heard = next(each.text for each in reversed(said) if each.role == "user")
        told = messages[-1].text if isinstance(messages[-1], ToolMessage) else None
        return ChatResult(generations=[ChatGeneration(message=self._answer(said, told))])

    def _answer(self, said: Sequence[Said], told: str | None) -> AIMessage:
        wanted: list[str] = []

        def look_up(order: str) -> str:
            if told is None:
                wanted.append(order)
                raise _Wanted
            return told

        try:
            self.wrote = reply(said, look_up)
        except _Wanted:
            self.calls.append(f"lookup_order(order_id={wanted[0]!r})")
            call = {"name": "lookup_order", "args": {"order_id": wanted[0]}, "id": f"call_{len(said)}"}
            return AIMessage("", tool_calls=[call])
        return AIMessage(self.wrote)
