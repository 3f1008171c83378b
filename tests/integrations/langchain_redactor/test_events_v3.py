"""A v3 run shows real values in every projection; the graph it runs on, and its checkpoints, never hold one."""

import json
from contextlib import AbstractContextManager
from typing import Any, TypedDict

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.stream.transformers import CustomTransformer, TasksTransformer
from langgraph.types import interrupt

from langchain_redactor.bound import KEY
from langchain_redactor.events_v3 import RunRestorer, arestore_run, restore_run
from langchain_redactor.message_events import MessageEvents
from redactor.testing import assert_no_leak
from tests.integrations.langchain_redactor.conftest import checkpoint_bytes
from tests.integrations.langchain_redactor.streams import (
    CANARIES,
    NAME,
    ODD,
    ORDER,
    REPLY,
    RESTORED,
    SIZES,
    THREAD,
    Known,
    Noted,
    agent,
    cut,
    known,
)

pytestmark = pytest.mark.filterwarnings("ignore:.*v3 streaming protocol:langchain_core._api.LangChainBetaWarning")

ASKED = {"messages": [HumanMessage("Where is [ACCOUNT_ID_1]?")]}
CALL = AIMessage("", tool_calls=[{"name": "look_up", "args": {"order": "[ACCOUNT_ID_1]"}, "id": "call-1"}])


@tool
def look_up(order: str) -> str:
    """Look up an order."""
    return f"{order} belongs to [PERSON_1]"


def helper(size: int, saver: InMemorySaver) -> Any:
    return agent([CALL, REPLY], size, [look_up], checkpointer=saver)


def run(seen: Known, graph: Any, given: Any = ASKED, **settings: Any) -> Any:
    return restore_run(graph, given, seen.config, seen.bound, thread_id=THREAD, **settings)


@pytest.mark.parametrize("size", SIZES)
def test_deltas_of_messages_are_restored(size: int) -> None:
    seen, saver, noted = known(), InMemorySaver(), Noted()
    first, second = (
        ("".join(message.text), message.output) for message in run(seen, helper(size, saver), replies=noted).messages
    )
    assert first[1].tool_calls[0]["args"] == {"order": ORDER}
    assert second[0] == second[1].text == RESTORED
    assert seen.recorded == [REPLY]
    assert noted.ids == [second[1].id]
    assert_no_leak(CANARIES, checkpoint_bytes(saver))


def test_output_is_restored_and_the_graphs_state_is_not() -> None:
    seen, saver = known(), InMemorySaver()
    graph = helper(3, saver)
    output = run(seen, graph).output
    assert [message.text for message in output["messages"]][-2:] == [f"{ORDER} belongs to {NAME}", RESTORED]
    state = graph.get_state(seen.config).values["messages"]
    assert state[-1].text == REPLY
    assert_no_leak(CANARIES, state, checkpoint_bytes(saver))


def test_each_snapshot_is_restored() -> None:
    values = list(run(known(), helper(3, InMemorySaver())).values)
    assert [value["messages"][0].content for value in values] == [f"Where is {ORDER}?"] * len(values)
    assert "[ACCOUNT_ID_1]" not in repr(values)


def test_raw_events_are_restored_and_name_the_callers_thread() -> None:
    seen = known()
    events = list(run(seen, helper(3, InMemorySaver())))
    assert "tools" in {event["method"] for event in events}
    assert "[ACCOUNT_ID_1]" not in repr(events)
    assert ORDER in repr(events)
    assert_no_leak([seen.bound.chat.public_id, KEY], events)


def test_transformers_of_the_callers_see_real_values() -> None:
    seen = known()
    tasks = list(run(seen, helper(3, InMemorySaver()), transformers=[CustomTransformer, TasksTransformer]).tasks)
    assert ORDER in repr(tasks)
    assert "[ACCOUNT_ID_1]" not in repr(tasks)


def test_several_projections_agree() -> None:
    names = [name for name, _ in run(known(), helper(3, InMemorySaver())).interleave("values", "messages")]
    assert set(names) == {"values", "messages"}


async def test_async_runs_come_out_the_same() -> None:
    seen, saver, noted = known(), InMemorySaver(), Noted()
    stream = await arestore_run(helper(2, saver), ASKED, seen.config, seen.bound, replies=noted, thread_id=THREAD)
    texts = [await message.text async for message in stream.messages]
    assert texts[-1] == RESTORED
    output = await stream.output()
    assert output is not None
    assert output["messages"][-1].text == RESTORED
    assert seen.recorded == [REPLY]
    assert len(noted.ids) == 1
    assert_no_leak(CANARIES, checkpoint_bytes(saver))


class Asked(TypedDict):
    """A state that only asks."""

    answer: str


def asking(saver: InMemorySaver) -> Any:
    def ask(state: Asked) -> Asked:
        return {"answer": interrupt({"question": "Is [PERSON_1] right?"})}

    return StateGraph(Asked).add_node("ask", ask).add_edge(START, "ask").compile(checkpointer=saver)


def test_people_are_asked_with_the_real_value() -> None:
    saver = InMemorySaver()
    stream = run(known(), asking(saver), {"answer": ""})
    assert stream.interrupted
    assert [asked.value for asked in stream.interrupts] == [{"question": f"Is {NAME} right?"}]
    assert_no_leak(CANARIES, checkpoint_bytes(saver))


def test_a_graph_within_a_graph_is_restored_and_not_recorded() -> None:
    seen, inner = known(), agent([REPLY], 3, checkpointer=None)
    builder = StateGraph(inner.builder.state_schema).add_node("inner", inner)
    stream = run(seen, builder.add_edge(START, "inner").compile(checkpointer=InMemorySaver()))
    assert ["".join(message.text) for handle in stream.subgraphs for message in handle.messages] == [RESTORED]
    assert seen.recorded == []


def test_what_fails_says_nothing_personal() -> None:
    def fail(state: Asked) -> Asked:
        raise ValueError(f"no order of {NAME}")

    graph = StateGraph(Asked).add_node("fail", fail).add_edge(START, "fail").compile()
    stream = run(known(), graph, {"answer": ""})
    with pytest.raises(ValueError, match=r"no order of \[PERSON_1\]") as raised:
        _ = stream.output
    assert_no_leak(CANARIES, raised.value.args, str(raised.value))


def test_what_was_received_is_recorded_where_the_run_is_aborted() -> None:
    seen, saver = known(), InMemorySaver()
    stream: Any = run(seen, agent([REPLY], 2, checkpointer=saver))
    context: AbstractContextManager[Any] = stream
    with context:
        message = next(iter(stream.messages))
        next(text for text in message.text if NAME in text)
    (recorded,) = seen.recorded
    assert recorded.startswith("Thanks [PERSON_1]")
    assert REPLY.startswith(recorded)
    assert_no_leak(CANARIES, recorded, checkpoint_bytes(saver))


async def test_what_was_received_is_recorded_where_an_async_run_is_aborted() -> None:
    seen = known()
    async with await arestore_run(agent([REPLY], 2), ASKED, seen.config, seen.bound) as stream:
        async for message in stream.messages:
            async for text in message.text:
                if NAME in text:
                    break
            break
    assert seen.recorded[0].startswith("Thanks [PERSON_1]")


# the protocol, by hand


def delta(kind: str, name: str, text: str, index: int = 0) -> dict[str, Any]:
    return {"event": "content-block-delta", "index": index, "delta": {"type": kind, name: text}}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("kind", "name"), [("text-delta", "text"), ("reasoning-delta", "reasoning")])
def test_what_was_held_comes_before_its_block_ends(kind: str, name: str, size: int) -> None:
    message = MessageEvents(known().bound)
    out = [each for piece in cut(REPLY, size) for each in message.feed(delta(kind, name, piece))]
    finish = {"event": "content-block-finish", "index": 0, "content": {"type": name, name: REPLY}}
    out += message.feed(finish)
    assert "".join(each["delta"][name] for each in out[:-1]) == RESTORED
    assert out[-1] == {**finish, "content": {"type": name, name: RESTORED}}


@pytest.mark.parametrize("size", SIZES)
def test_arguments_of_tools_stay_json_that_can_be_parsed(size: int) -> None:
    message = MessageEvents(known().bound)
    args = json.dumps({"who": "[PERSON_2]"})
    start = {"type": "tool_call_chunk", "id": "c", "name": "look_up", "args": args[:3], "index": 0}
    out = message.feed({"event": "content-block-start", "index": 0, "content": start})
    out += [each for piece in cut(args[3:], size) for each in message.feed(delta("tool-call-delta", "args", piece))]
    out += message.feed({"event": "message-finish"})
    texts = [(each.get("content") or each.get("delta") or {}).get("args", "") for each in out]
    assert json.loads("".join(texts)) == {"who": ODD}


def test_deltas_that_show_all_there_is_grow_and_show_no_half() -> None:
    message = MessageEvents(known().bound)
    args, shown = '{"who": "[PERSON_1]"}', [""]
    for end in range(1, len(args) + 1):
        fields = {"type": "tool_call_chunk", "args": args[:end]}
        (out,) = message.feed(
            {"event": "content-block-delta", "index": 0, "delta": {"type": "block-delta", "fields": fields}}
        )
        assert out["delta"]["fields"]["args"].startswith(shown[-1])
        shown.append(out["delta"]["fields"]["args"])
    assert json.loads(shown[-1]) == {"who": NAME}


def test_an_older_cores_deltas_are_restored() -> None:
    message = MessageEvents(known().bound)
    blocks = [{"type": "text", "text": piece} for piece in cut(REPLY, 3)]
    out = [
        each
        for block in blocks
        for each in message.feed({"event": "content-block-delta", "index": 0, "content_block": block})
    ]
    out += message.finish()
    assert "".join((each.get("content_block") or each["delta"])["text"] for each in out) == RESTORED


def test_errors_and_media_are_passed_on_as_they_are() -> None:
    message = MessageEvents(known().bound)
    for event in ({"event": "error", "message": "no [PERSON_1]"}, delta("data-delta", "data", "PERSON_1")):
        assert message.feed(event) == [event]


def test_what_a_tool_writes_is_restored_piece_by_piece() -> None:
    restorer = RunRestorer(known().bound)

    def part(**data: Any) -> dict[str, Any]:
        return {"type": "tools", "ns": (), "data": {"tool_call_id": "c", **data}}

    parts = [part(event="tool-output-delta", delta=piece) for piece in cut(REPLY, 3)]
    out = [each["data"]["delta"] for given in parts for each in restorer.feed(given)]
    tail, end = restorer.feed(part(event="tool-finished", output="[PERSON_1]"))
    assert "".join([*out, tail["data"]["delta"]]) == RESTORED
    assert end["data"]["output"] == NAME


def test_an_error_of_a_tool_keeps_its_placeholders() -> None:
    part = {"type": "tools", "ns": (), "data": {"event": "tool-error", "tool_call_id": "c", "message": "[PERSON_1]"}}
    assert RunRestorer(known().bound).feed(part) == [part]
