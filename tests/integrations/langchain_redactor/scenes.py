"""A stage for the acceptance tests: an agent of create_redacted_agent, with ears at every place inside of it.

The tests look at it as a hostile tester would: what goes in, what comes out, and what may be read on the way.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import openai
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.memory import InMemorySaver
from langsmith import Client
from pydantic import SecretStr

from langchain_redactor import RedactedAgent, create_redacted_agent
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.policy import ToolRule
from tests.integrations.langchain_redactor.conftest import CANARIES, OTHER, Recorder, checkpoint_bytes
from tests.integrations.servers import LangSmithServer, OpenAIServer

MARKS = ("[PERSON_", "[EMAIL_ADDRESS_", "[PHONE_NUMBER_", "[CREDIT_CARD_", "[IBAN_CODE_", "[ACCOUNT_ID_")
"""How the placeholders of the planted values begin."""


GOT: list[Any] = []
"""What `look_up` was given; a test that reads it empties it first."""


@tool
def look_up(order: str) -> str:
    """Look an order up."""
    GOT.append(order)
    return f"{order}: {CANARIES.name}, {CANARIES.iban}, also {OTHER.email}"


def calls(*called: tuple[str, dict[str, Any]], text: str = "") -> AIMessage:
    """The model's wish to have tools called."""
    return AIMessage(
        text,
        tool_calls=[
            {"name": name, "args": args, "id": f"call_{number:024d}", "type": "tool_call"}
            for number, (name, args) in enumerate(called)
        ],
    )


ASK = calls(("look_up", {"order": "[ACCOUNT_ID_1]"}))
"""The model asks for the customer's order."""

RULES = {"look_up": ToolRule(args=frozenset({"ACCOUNT_ID"}))}
"""The tool gets the order's number and nothing else."""


def echo(messages: list[BaseMessage]) -> str:
    """A model that says again what it read last."""
    return f"You said: {messages[-1].text}"


@dataclass
class Stage:
    """One agent and one of its threads, seen from outside."""

    agent: RedactedAgent
    model: RecordingModel
    saver: Any
    recorder: Recorder = field(default_factory=Recorder)
    thread: str = "thread-1"

    @property
    def config(self) -> RunnableConfig:
        """A caller's config: the thread, and whoever listens."""
        return {"configurable": {"thread_id": self.thread}, "callbacks": self.recorder.handlers}

    def on(self, thread: str) -> "Stage":
        """The same agent in another thread."""
        return Stage(self.agent, self.model, self.saver, self.recorder, thread)

    def say(self, *messages: Any, **more: Any) -> dict[str, Any]:
        """Invoke the agent; the state its caller gets. `more` is given with the call."""
        state: dict[str, Any] = self.agent.invoke({"messages": [*messages]}, self.config, **more)
        return state

    async def asay(self, *messages: Any, **more: Any) -> dict[str, Any]:
        """The same, async."""
        state: dict[str, Any] = await self.agent.ainvoke({"messages": [*messages]}, self.config, **more)
        return state

    def reply(self, *messages: Any, **more: Any) -> str:
        """The text of the last message."""
        return last(self.say(*messages, **more)).text

    def inside(self) -> list[list[Any]]:
        """Every place inside: what the model read, what the checkpointer keeps, what handlers and tracers were told."""
        read = [received.all for received in self.model.received]
        return [read, checkpoint_bytes(self.saver) if self.saver is not None else [], self.recorder.everything]

    def keeps_inside_clean(self) -> None:
        """Fail if a value of either customer is in one of these places, or if nothing happened there at all."""
        assert self.recorder.told
        clean(*self.inside())

    @property
    def read(self) -> list[str]:
        """What the model read, call by call, without the system prompt (which names placeholders, too)."""
        talks = [[each for each in received.messages if each.type != "system"] for received in self.model.received]
        return ["\n".join(message.text for message in talk) for talk in talks]

    @property
    def prompts(self) -> list[str]:
        """The system prompts of the calls."""
        asked = [[each.text for each in received.messages if each.type == "system"] for received in self.model.received]
        return ["\n".join(texts) for texts in asked]


Staged = Callable[..., Stage]


def staged(usual: Redactor, replies: Sequence[Any] = (echo,), tools: Sequence[Any] = (), **settings: Any) -> Stage:
    """Make one. `settings` go to create_redacted_agent, `chunk_size` to the model, `redactor` instead of the usual."""
    redactor = settings.pop("redactor", usual)
    model = RecordingModel(replies=list(replies), chunk_size=settings.pop("chunk_size", 5))
    saver = settings.pop("checkpointer", None) or InMemorySaver()
    agent = create_redacted_agent(model, tools, redactor=redactor, checkpointer=saver, **settings)
    return Stage(agent, model, saver)


def last(state: dict[str, Any]) -> AnyMessage:
    """The last message of a state."""
    message: AnyMessage = state["messages"][-1]
    return message


def no_marks(*places: object) -> None:
    """Fail where a placeholder of a planted value is left in what the caller gets."""
    for number, place in enumerate(places):
        shown = repr(place)
        assert not [mark for mark in MARKS if mark in shown], f"place {number} holds a placeholder"


def clean(*places: Sequence[Any]) -> None:
    """Fail if a value of either customer is in one of the places: lists of texts, of bytes, or of tuples of them."""
    for customer in (CANARIES, OTHER):
        customer.nowhere_in(*places)


def traced(server: LangSmithServer) -> Client:
    """A LangSmith client whose requests the server keeps; it must be flushed and closed."""
    return Client(api_url=server.url, api_key="none")


@contextmanager
def real_client(server: OpenAIServer, **settings: Any) -> Iterator[ChatOpenAI]:
    """A real ChatOpenAI that talks to a server of ours. Its connections are its own: by default they are shared."""
    with openai.DefaultHttpxClient() as http:
        http_async = openai.DefaultAsyncHttpxClient()
        given = {"http_client": http, "http_async_client": http_async, "max_retries": 0, **settings}
        yield ChatOpenAI(model="fake", base_url=server.url, api_key=SecretStr("none"), **given)
