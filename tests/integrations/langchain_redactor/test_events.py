"""Events of chains and agents come out restored; their runs are told apart, and the reply is recorded once."""

from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import pytest
from langchain_core.callbacks import adispatch_custom_event
from langchain_core.language_models.llms import LLM
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_core.output_parsers import JsonOutputParser, StrOutputParser
from langchain_core.outputs import GenerationChunk
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver

from langchain_redactor.bound import KEY
from langchain_redactor.events import EventRestorer
from langchain_redactor.testing import RecordingModel
from redactor.testing import assert_no_leak
from tests.integrations.langchain_redactor.conftest import checkpoint_bytes
from tests.integrations.langchain_redactor.streams import (
    CANARIES,
    NAME,
    ORDER,
    REPLY,
    RESTORED,
    SIZES,
    THREAD,
    Known,
    Noted,
    added,
    agent,
    cut,
    known,
    whole,
)

PROMPT = ChatPromptTemplate.from_messages([("human", "{said}")])
SAID = {"said": "Where is [ACCOUNT_ID_1]?"}


async def told(
    seen: Known, runnable: Runnable[Any, Any], given: Any, replies: Noted | None = None, **settings: Any
) -> list[dict[str, Any]]:
    """All events of a run, restored."""
    restorer = EventRestorer(seen.bound, replies, thread_id=THREAD)
    try:
        events = runnable.astream_events(given, seen.config, version="v2", **settings)
        return [out async for event in events for out in restorer.feed(event)] + restorer.finish()
    finally:
        restorer.close()


def chain(size: int, reply: Any = REPLY) -> Runnable[Any, Any]:
    return PROMPT | RecordingModel(replies=[reply], chunk_size=size)


def chunks(events: list[dict[str, Any]], kind: str, *, root: bool = False) -> list[Any]:
    """The chunks of one kind of run, or those of the outermost."""
    of_kind = [event for event in events if event["event"] == f"on_{kind}_stream"]
    return [event["data"]["chunk"] for event in of_kind if not root or not event["parent_ids"]]


@pytest.mark.parametrize("size", SIZES)
async def test_each_run_of_a_chain_streams_the_whole_restored_text(size: int) -> None:
    events = await told(known(), chain(size) | StrOutputParser(), SAID)
    assert whole(chunks(events, "chat_model")).content == RESTORED
    assert "".join(chunks(events, "parser")) == RESTORED
    assert "".join(chunks(events, "chain", root=True)) == RESTORED


async def test_what_was_held_comes_before_its_run_ends() -> None:
    events = await told(known(), chain(3) | StrOutputParser(), SAID)
    for run_id in {event["run_id"] for event in events}:
        kinds = [event["event"].rpartition("_")[2] for event in events if event["run_id"] == run_id]
        assert kinds[-1] == "end"
        assert "end" not in kinds[:-1]


async def test_input_and_output_of_every_run_are_restored() -> None:
    events = await told(known(), chain(3), SAID)
    assert not [event for event in events if "[ACCOUNT_ID_1]" in repr(event) or "[PERSON_1]" in repr(event)]
    start = next(event for event in events if event["event"] == "on_chat_model_start")
    assert start["data"]["input"]["messages"][0][0].content == f"Where is {ORDER}?"
    end = next(event for event in events if event["event"] == "on_chat_model_end")
    assert end["data"]["output"].content == RESTORED


async def test_growing_objects_never_show_half_a_placeholder() -> None:
    events = await told(known(), chain(1, '{"to": "[PERSON_1]", "id": "[ACCOUNT_ID_1]"}') | JsonOutputParser(), SAID)
    for objects in (chunks(events, "parser"), chunks(events, "chain", root=True)):
        assert objects[-1] == {"to": NAME, "id": ORDER}
        assert not [each for each in objects[1:] if "[" in repr(each)]


class Completing(LLM):
    """A model without messages."""

    @property
    def _llm_type(self) -> str:
        return "completing"

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return REPLY

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for piece in cut(REPLY, 3):
            chunk = GenerationChunk(text=piece)
            run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk


async def test_completion_models_are_restored() -> None:
    seen = known()
    events = await told(seen, Completing() | StrOutputParser(), "hi")
    assert added(chunks(events, "llm")).text == RESTORED
    assert "".join(chunks(events, "chain", root=True)) == RESTORED
    assert seen.recorded == [REPLY]


async def test_custom_events_are_restored() -> None:
    async def step(said: str) -> str:
        await adispatch_custom_event("looking", {"for": "[PERSON_1]"})
        return said

    events = await told(known(), RunnableLambda(step), "x")
    assert [event["data"] for event in events if event["event"] == "on_custom_event"] == [{"for": NAME}]


@tool
def look_up(order: str) -> str:
    """Look up an order."""
    return f"{order} belongs to [PERSON_1]"


CALL = AIMessage("", tool_calls=[{"name": "look_up", "args": {"order": "[ACCOUNT_ID_1]"}, "id": "call-1"}])
ASKED = {"messages": [HumanMessage("Where is [ACCOUNT_ID_1]?")]}


async def test_an_agents_events_are_restored_and_its_checkpoint_is_not() -> None:
    seen, noted, saver = known(), Noted(), InMemorySaver()
    events = await told(seen, agent([CALL, REPLY], 2, [look_up], checkpointer=saver), ASKED, noted)
    models = chunks(events, "chat_model")
    assert whole(chunk for chunk in models if chunk.id == models[-1].id).content == RESTORED
    tools = [event["data"] for event in events if event["event"] in ("on_tool_start", "on_tool_end")]
    assert tools[0]["input"] == {"order": ORDER}
    assert tools[1]["output"].content == f"{ORDER} belongs to {NAME}"
    assert events[-1]["data"]["output"]["messages"][-1].content == RESTORED
    assert "[PERSON_1]" not in repr(events)
    assert seen.recorded == [REPLY]
    assert noted.ids == [models[-1].id]
    assert_no_leak(CANARIES, checkpoint_bytes(saver))


async def test_metadata_names_the_callers_thread_and_nothing_of_ours() -> None:
    seen = known()
    events = await told(seen, agent([REPLY], 5), ASKED)
    assert_no_leak([seen.bound.chat.public_id, KEY], events)
    assert {event["metadata"].get("thread_id") for event in events} == {THREAD}


async def test_names_runs_and_tags_stay() -> None:
    seen = known()
    plain: list[Any] = [event async for event in chain(3).astream_events(SAID, seen.config, version="v2")]
    events = await told(seen, chain(3), SAID)
    kept = ("event", "name", "tags")
    starts = [{name: event[name] for name in kept} for event in events if event["event"].endswith("_start")]
    assert starts == [{name: event[name] for name in kept} for event in plain if event["event"].endswith("_start")]


# the record


async def test_a_chains_reply_is_recorded_once() -> None:
    for runnable in (chain(3), chain(3) | StrOutputParser()):
        seen = known()
        await told(seen, runnable, SAID)
        assert seen.recorded == [REPLY]


async def test_a_reply_is_recorded_whichever_runs_the_caller_asks_for() -> None:
    seen = known()
    await told(seen, agent([REPLY], 3), ASKED, include_types=["chat_model"])
    assert seen.recorded == [REPLY]


async def test_a_model_that_a_tool_asks_is_not_recorded() -> None:
    helping = RecordingModel(replies=["about [PERSON_1]"])

    @tool
    async def look_up(order: str) -> str:
        """Ask another model."""
        return str((await helping.ainvoke(order)).content)

    seen = known()
    await told(seen, agent([CALL, REPLY], 3, [look_up]), ASKED)
    assert seen.recorded == [REPLY]


async def test_what_was_received_is_recorded_where_the_reader_goes_away() -> None:
    seen = known()
    restorer = EventRestorer(seen.bound)
    try:
        async with aclosing(chain(3).astream_events(SAID, seen.config, version="v2")) as events:  # type: ignore[type-var]
            async for event in events:
                if any("Quill" in repr(out) for out in restorer.feed(event)):
                    break
    finally:
        restorer.close()
    (recorded,) = seen.recorded
    assert REPLY.startswith(recorded)
    assert_no_leak(CANARIES, recorded)


# hand-made events


def event(kind: str, run_id: str = "r", **data: Any) -> dict[str, Any]:
    return {"event": kind, "run_id": run_id, "name": "x", "tags": [], "metadata": {}, "data": data, "parent_ids": []}


def test_runs_side_by_side_are_told_apart() -> None:
    restorer = EventRestorer(known().bound)

    def mixed() -> Iterator[dict[str, Any]]:
        for piece in cut("[PERSON_1]!", 2):
            yield event("on_chain_stream", "one", chunk=piece)
            yield event("on_chat_model_stream", "two", chunk=AIMessageChunk(content=piece))

    out = [each for told in mixed() for each in restorer.feed(told)]
    assert "".join(each["data"]["chunk"] for each in out if each["run_id"] == "one") == f"{NAME}!"
    assert whole(each["data"]["chunk"] for each in out if each["run_id"] == "two").content == f"{NAME}!"


def test_errors_keep_their_placeholders() -> None:
    error = ValueError("no [ACCOUNT_ID_1]")
    (out,) = EventRestorer(known().bound).feed(event("on_tool_error", error=error, input={"order": "[ACCOUNT_ID_1]"}))
    assert out["data"] == {"error": error, "input": {"order": ORDER}}


def test_what_was_held_of_a_run_without_an_end_comes_last() -> None:
    restorer = EventRestorer(known().bound)
    restorer.feed(event("on_chain_stream", chunk="see [PER"))
    (out,) = restorer.finish()
    assert (out["event"], out["data"]) == ("on_chain_stream", {"chunk": "[PER"})
    assert restorer.finish() == []


def test_events_are_never_changed() -> None:
    told = event("on_chain_stream", chunk="[PERSON_1]!")
    before = {**told, "data": dict(told["data"])}
    EventRestorer(known().bound).feed(told)
    assert told == before
