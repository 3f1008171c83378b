"""However a reply is cut, into deltas by the model and into bytes by the network, a stream says what the whole says."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Conversation
from redactor_gateway import anthropic
from redactor_gateway.conversations import Placed
from redactor_gateway.keys import Client
from redactor_gateway.openai import chat, responses
from redactor_gateway.replies import Outgoing
from redactor_gateway.sse import Event, Events
from redactor_gateway.surfaces import Surface
from tests.integrations.redactor_gateway.llm import MAIL, NAME, OTHER, QUOTED, knowing

_WHOLE = ("[PERSON_1]", "[PERSON_2]", "[EMAIL_ADDRESS_1]", "[person 1]", "(PERSON_1)", "[PERSON_9]", "PERSON_1")
_PARTS = ("[", "]", "[PER", "\\u005bPERSON_1]", "é", "日本", "🙂", " ", ". ", "\n", '"', "\\", "\r", "data:")
_PIECES = st.sampled_from((*_WHOLE, *_PARTS, OTHER, "Hello there! "))
TEXTS = st.lists(_PIECES, max_size=12).map("".join)
CUTS = st.one_of(st.sampled_from([1, 2, 3, 7]), st.lists(st.integers(1, 9), min_size=1, max_size=6))
TOOL = "lookup"


@pytest.fixture(scope="module")
def talk() -> Iterator[Conversation]:
    """A conversation that holds two people and an address."""
    with knowing() as redactor:
        held = redactor.conversation("c-1")
        held.redact(f"I am {NAME}, {MAIL}, and this is {QUOTED}")
        yield held


def cut(whole: Any, sizes: Any) -> list[Any]:
    """A text or bytes in pieces of these sizes, again and again."""
    steps = [sizes] if isinstance(sizes, int) else sizes
    pieces: list[Any] = []
    at = 0
    while at < len(whole):
        step = steps[len(pieces) % len(steps)]
        pieces.append(whole[at : at + step])
        at += step
    return pieces


def placed(talk: Conversation) -> Placed:
    return Placed(talk, "whole", Client("tests"))


def run(surface: Surface, out: Outgoing, talk: Conversation, events: list[Event], sizes: Any) -> list[Any]:
    """What a client is sent, parsed from the bytes again."""
    assert surface.restorer is not None
    restorer, parser = surface.restorer(out, placed(talk)), Events(1_000_000)
    sent = []
    for piece in cut(b"".join(event.encoded() for event in events), sizes):
        for event in parser.feed(piece):
            sent += restorer.feed(event)
    assert restorer.is_over
    reader = Events(1_000_000)
    got = reader.feed(b"".join(event.encoded() for event in sent))
    return [json.loads(event.data) for event in got if event.data != "[DONE]"]


def event(value: Any) -> Event:
    return Event(json.dumps(value, ensure_ascii=False), value.get("type", "") if isinstance(value, dict) else "")


@given(text=TEXTS, thought=TEXTS, argument=TEXTS, deltas=CUTS, sizes=CUTS, scan=st.booleans(), is_json=st.booleans())
def test_chat(
    talk: Conversation, text: str, thought: str, argument: str, deltas: Any, sizes: Any, scan: bool, is_json: bool
) -> None:
    out = Outgoing(talk, scan, "json" if is_json else "text")
    arguments = json.dumps({"a": argument}, ensure_ascii=False)
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": TOOL, "arguments": arguments}}
    message = {"role": "assistant", "content": text, "reasoning_content": thought, "tool_calls": [call]}
    other = {"role": "assistant", "content": thought, "refusal": text}
    whole = {"choices": [{"index": 0, "message": message}, {"index": 1, "message": other}]}

    def chunk(index: int, delta: Any, finish: str | None = None) -> Event:
        return event({"id": "x", "choices": [{"index": index, "delta": delta, "finish_reason": finish}]})

    events = [chunk(0, {"role": "assistant", "content": ""}), chunk(1, {"role": "assistant"})]
    events += [chunk(0, {"reasoning_content": piece}) for piece in cut(thought, deltas)]
    for piece in cut(text, deltas):
        events += [chunk(0, {"content": piece}), chunk(1, {"refusal": piece})]
    events += [chunk(1, {"content": piece}) for piece in cut(thought, deltas)]
    events += [chunk(0, {"tool_calls": [{**call, "function": {"name": TOOL, "arguments": ""}}]})]
    for piece in cut(arguments, deltas):
        events.append(chunk(0, {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}))
    events += [chunk(0, {}, "tool_calls"), chunk(1, {}, "stop"), Event("[DONE]")]

    said: dict[tuple[int, str], str] = {}
    for got in run(chat.SURFACE, out, talk, events, sizes):
        for choice in got["choices"]:
            for name, value in choice["delta"].items():
                made = value[0]["function"].get("arguments", "") if name == "tool_calls" else value
                said[choice["index"], name] = said.get((choice["index"], name), "") + made
    first, second = (each["message"] for each in chat.restore(whole, out, placed(talk))["choices"])
    assert said.get((0, "content"), "") == first["content"]
    assert said.get((0, "reasoning_content"), "") == first["reasoning_content"]
    assert said.get((0, "tool_calls"), "") == first["tool_calls"][0]["function"]["arguments"]
    assert said.get((1, "content"), "") == second["content"]
    assert said.get((1, "refusal"), "") == second["refusal"]


@given(text=TEXTS, argument=TEXTS, deltas=CUTS, sizes=CUTS, scan=st.booleans())
def test_responses(talk: Conversation, text: str, argument: str, deltas: Any, sizes: Any, scan: bool) -> None:
    out = Outgoing(talk, scan)
    arguments = json.dumps({"a": argument}, ensure_ascii=False)
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": [{"token": text}]}
    said_item = {"type": "message", "id": "msg_1", "role": "assistant", "content": [part]}
    call = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": TOOL, "arguments": arguments}
    whole = {"id": "resp_1", "object": "response", "output": [said_item, call]}
    at: dict[str, Any] = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    called = {"item_id": "fc_1", "output_index": 1}
    numbered: list[dict[str, Any]] = [
        {"type": "response.created", "response": {**whole, "output": []}},
        {"type": "response.output_item.added", "item": {**said_item, "content": []}},
    ]
    numbered += [{"type": "response.output_text.delta", **at, "delta": piece} for piece in cut(text, deltas)]
    numbered += [
        {"type": "response.output_text.done", **at, "text": text},
        {"type": "response.content_part.done", **at, "part": part},
        {"type": "response.output_item.added", "item": {**call, "arguments": ""}},
    ]
    for piece in cut(arguments, deltas):
        numbered.append({"type": "response.function_call_arguments.delta", **called, "delta": piece})
    numbered += [
        {"type": "response.function_call_arguments.done", **called, "name": TOOL, "arguments": arguments},
        {"type": "response.completed", "response": whole},
    ]
    events = [event({**each, "sequence_number": number}) for number, each in enumerate(numbered)]
    got = run(responses.SURFACE, out, talk, events, sizes)
    output = responses.restore(whole, out, placed(talk))["output"]
    expected = output[0]["content"][0]["text"]
    joined = "".join(each["delta"] for each in got if each["type"] == "response.output_text.delta")
    done = next(each["text"] for each in got if each["type"] == "response.output_text.done")
    handed = "".join(each["delta"] for each in got if each["type"] == "response.function_call_arguments.delta")
    assert joined == done == expected == got[-1]["response"]["output"][0]["content"][0]["text"]
    assert handed == output[1]["arguments"] == got[-1]["response"]["output"][1]["arguments"]
    assert [each["sequence_number"] for each in got] == list(range(len(got)))
    assert all(not each.get("logprobs") for each in got)


@given(text=TEXTS, argument=TEXTS, deltas=CUTS, sizes=CUTS, scan=st.booleans())
def test_messages(talk: Conversation, text: str, argument: str, deltas: Any, sizes: Any, scan: bool) -> None:
    out = Outgoing(talk, scan)
    arguments = json.dumps({"a": argument}, ensure_ascii=False)
    blocks: list[dict[str, Any]] = [
        {"type": "text", "text": text},
        {"type": "tool_use", "id": "t", "name": TOOL, "input": {"a": argument}},
    ]
    pieces = [{"type": "text_delta", "text": piece} for piece in cut(text, deltas)]
    handed = [{"type": "input_json_delta", "partial_json": piece} for piece in cut(arguments, deltas)]
    events = [event({"type": "message_start", "message": {"content": []}})]
    for index, (begun, said) in enumerate(
        (({"type": "text", "text": ""}, pieces), ({**blocks[1], "input": {}}, handed))
    ):
        events.append(event({"type": "content_block_start", "index": index, "content_block": begun}))
        events += [event({"type": "content_block_delta", "index": index, "delta": delta}) for delta in said]
        events.append(event({"type": "content_block_stop", "index": index}))
    events.append(event({"type": "message_stop"}))
    got = [each for each in run(anthropic.SURFACE, out, talk, events, sizes) if "delta" in each]
    whole = anthropic.restore({"content": blocks}, out, placed(talk))["content"]
    assert "".join(each["delta"].get("text", "") for each in got) == whole[0]["text"]
    given_to_tool = "".join(each["delta"].get("partial_json", "") for each in got)
    assert given_to_tool == out.arguments(arguments, TOOL)
    assert json.loads(given_to_tool).keys() == {"a"}
