"""Where a customer's data is after one conversation with a LangChain agent: counted, for four ways to run it.

    python -m benchmarks.langchain_leaks [--json] [--into docs/langchain.md]

One customer tells an agent six values; the agent's system prompt, its tool's result and the run's labels hold some of
them as well. Then every place is searched that can be written down: what the model reads, checkpoints, callbacks, the
bytes a LangSmith client sends, the LLM cache, debug output, logs, an exception. A number is how many of the six values
were found there. The same scripted model, tool and message serve all systems, in one run.

`PIIMiddleware` stands for its five built-in types, each for input, output and tool results. `PIIMiddleware, told the
values` has a detector that knows the six values by heart: what it still leaves is where it stands, not what it finds.
"""

import argparse
import io
import json
import logging
import re
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import PIIMiddleware
from langchain_core.caches import InMemoryCache
from langchain_core.globals import set_debug, set_llm_cache
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import BaseTool, tool
from langchain_core.tracers import LangChainTracer
from langgraph.checkpoint.memory import InMemorySaver
from langsmith import Client

from langchain_redactor import RedactionMiddleware, create_redacted_agent
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.cli.pages import Place
from redactor.testing import assert_no_leak
from tests.integrations.langchain_redactor.places import CANARIES, Recorder, checkpoint_bytes, every_log
from tests.integrations.servers import LangSmithServer

PLACE = Place("<!-- leaks: begin -->", "<!-- leaks: end -->")
VALUES = CANARIES.all
TYPES = ("email", "credit_card", "ip", "mac_address", "url")
"""What PIIMiddleware finds by itself (langchain.agents.middleware.pii)."""

RULES = {"look_up": {"args": ["ACCOUNT_ID"]}}
PROFILE = f"You help {CANARIES.name}, order {CANARIES.account}."

Make = Callable[..., Any]
"""Makes an agent of a model and tools; takes what create_agent takes."""


def main() -> None:
    """Measure and print, or write the table into a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--into", type=Path)
    chosen = parser.parse_args()
    with Redactor() as redactor:
        found = {name: measured(make) for name, make in systems(redactor).items()}
    if chosen.into is not None:
        PLACE.write(chosen.into, "\n".join(table(found)))
    else:
        print(json.dumps(found, indent=2) if chosen.json else "\n".join(table(found)))


def systems(redactor: Redactor) -> dict[str, Make]:
    """Each way to run the agent."""

    def with_middleware(*middleware: Any) -> Make:
        return lambda model, tools, **settings: create_agent(model, tools, middleware=middleware, **settings)

    def ours(model: Any, tools: Sequence[BaseTool], **settings: Any) -> Any:
        return create_redacted_agent(model, tools, redactor=redactor, tool_policy=RULES, **settings)

    return {
        "bare agent": with_middleware(),
        "PIIMiddleware": with_middleware(*(_pii(kind) for kind in TYPES)),
        "PIIMiddleware, told the values": with_middleware(_pii("known", _known())),
        "RedactionMiddleware": with_middleware(RedactionMiddleware(redactor=redactor, tool_policy=RULES)),
        "create_redacted_agent": ours,
    }


def _pii(kind: str, detector: str | None = None) -> PIIMiddleware[Any, Any]:
    everywhere = {"apply_to_input": True, "apply_to_output": True, "apply_to_tool_results": True}
    return PIIMiddleware(kind, strategy="redact", detector=detector, **everywhere)


def _known() -> str:
    return "|".join(re.escape(value) for value in VALUES)


@dataclass
class Told:
    """What the tool was given."""

    orders: list[str]


def _tool(told: Told, *, fails: bool = False) -> BaseTool:
    @tool
    def look_up(order: str) -> str:
        """Look an order up."""
        told.orders.append(order)
        if fails:
            raise RuntimeError(f"no order {order} of {CANARIES.name}, {CANARIES.email}")
        return f"{order} of {CANARIES.name}, {CANARIES.email}, paid from {CANARIES.iban}"

    return look_up


def answers(messages: list[Any]) -> AIMessage | str:
    """The scripted model: asks for the order by what it reads, then answers with what it reads."""
    if messages[-1].type == "tool":
        return f"Found: {messages[-1].text}"
    order = re.search(r"for order (\S+?);", messages[-1].text)
    args = {"order": order.group(1) if order else "?"}
    return AIMessage("", tool_calls=[{"name": "look_up", "args": args, "id": "call_0123456789abcdef"}])


def measured(make: Make) -> dict[str, dict[str, Any]]:
    """Place → how many of the values were found there; what works → whether it does."""
    places = {**_talk(make), **_failure(make)}
    works = places.pop("works")
    silent = [name for name, where in places.items() if not where and name != "logs"]
    if silent:
        raise RuntimeError(f"nothing was written there, so nothing could be found: {', '.join(silent)}")
    return {"found": {name: count(where) for name, where in places.items()}, "works": works}


def count(where: object) -> int:
    """How many of the values are there, in any of the ways a value may be written down."""
    return sum(_is_in(value, where) for value in VALUES)


def _is_in(value: str, where: object) -> bool:
    try:
        assert_no_leak([value], where)
    except AssertionError:
        return True
    return False


def _talk(make: Make) -> dict[str, Any]:
    """One conversation with ears everywhere."""
    told, recorder, saver, cache = Told([]), Recorder(), InMemorySaver(), InMemoryCache()
    model = RecordingModel(replies=[answers], cache=cache)
    agent = make(model, [_tool(told)], system_prompt=PROFILE, checkpointer=saver, debug=True)
    with _langsmith() as (server, tracer), _debugging() as printed, every_log() as logged:
        state = agent.invoke(_said(), _config(recorder, tracer))
    streamed = _streamed(make)
    reply = state["messages"][-1].text
    return {
        "what the model reads": [received.all for received in model.received],
        "checkpoints": checkpoint_bytes(saver),
        "callbacks and tracers": recorder.everything,
        "requests to LangSmith": server.requests,
        "LLM cache": repr(cache._cache),
        "debug output": printed.getvalue(),
        "logs": logged.lines,
        "works": {
            "the tool receives the order number": told.orders == [CANARIES.account],
            "the reply names the customer": CANARIES.name in reply,
            "so does the streamed reply": CANARIES.name in streamed,
        },
    }


def _failure(make: Make) -> dict[str, Any]:
    """A tool that raises with values in its text: what is raised, and what is kept and told of it."""
    recorder, saver = Recorder(), InMemorySaver()
    agent = make(RecordingModel(replies=[answers]), [_tool(Told([]), fails=True)], checkpointer=saver)
    shown = ""
    try:
        agent.invoke(_said(), _config(recorder))
    except RuntimeError as error:
        shown = "".join(traceback.format_exception(error))
    return {
        "exception of a tool": shown,
        "checkpoints after it": checkpoint_bytes(saver),
        "callbacks told of it": [*recorder.of("on_tool_error"), *recorder.of("on_chain_error")],
    }


def _streamed(make: Make) -> str:
    """The reply as a caller that streams tokens reads it."""
    agent = make(RecordingModel(replies=[answers]), [_tool(Told([]))])
    parts = agent.stream(_said(), {"configurable": {"thread_id": "2"}}, stream_mode="messages")
    return "".join(message.text for message, _ in parts if message.type == "AIMessageChunk")


def _said() -> dict[str, Any]:
    return {"messages": [HumanMessage(CANARIES.said)]}


def _config(recorder: Recorder, *handlers: Any) -> dict[str, Any]:
    labels = {"metadata": {"customer": CANARIES.email}, "tags": [CANARIES.name]}
    return {"configurable": {"thread_id": CANARIES.phone}, "callbacks": [*recorder.handlers, *handlers], **labels}


@contextmanager
def _langsmith() -> Iterator[tuple[LangSmithServer, LangChainTracer]]:
    with LangSmithServer() as server:
        client = Client(api_url=server.url, api_key="none")
        try:
            yield server, LangChainTracer(client=client)
        finally:
            client.flush()
            client.close()


@contextmanager
def _debugging() -> Iterator[io.StringIO]:
    printed = io.StringIO()
    set_debug(True)
    logging.captureWarnings(True)
    try:
        with redirect_stdout(printed):
            yield printed
    finally:
        logging.captureWarnings(False)
        set_debug(False)
        set_llm_cache(None)


def table(found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[str]:
    """One line per place, one column per system."""
    first = next(iter(found.values()))
    yield f"Values found, of {len(VALUES)} (langchain {version('langchain')}, langgraph {version('langgraph')}):"
    yield ""
    yield "| where | " + " | ".join(found) + " |"
    yield "|---" * (len(found) + 1) + "|"
    for place in first["found"]:
        yield f"| {place} | " + " | ".join(str(each["found"][place]) for each in found.values()) + " |"
    for what in first["works"]:
        yield f"| {what} | " + " | ".join("yes" if each["works"][what] else "no" for each in found.values()) + " |"


if __name__ == "__main__":
    main()
