"""What of a reply a tool is handed: as the policy's rule for that tool says, however the upstream writes the call."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from redactor_gateway import anthropic
from redactor_gateway.conversations import Placed
from redactor_gateway.keys import Client
from redactor_gateway.openai import chat
from redactor_gateway.openai.chunks import ChatRestorer
from redactor_gateway.openai.items import restored_response
from redactor_gateway.problems import ProblemError
from redactor_gateway.replies import Outgoing
from redactor_gateway.sse import Event
from tests.integrations.redactor_gateway.llm import MAIL, NAME, knowing

HELD = "mail [EMAIL_ADDRESS_1]"


@pytest.fixture(scope="module")
def out() -> Iterator[Outgoing]:
    """The tool `lookup` may have the name, and no tool the address."""
    with knowing() as redactor:
        talk = redactor.conversation("c")
        talk.redact(f"I am {NAME}, {MAIL}")
        yield Outgoing(talk)


def placed(out: Outgoing) -> Placed:
    return Placed(out.chat, "nameless", Client("shop"))


@pytest.mark.parametrize(
    "call",
    [
        {"type": "function_call", "name": "lookup", "arguments": {"to": HELD}},
        {"type": "custom_tool_call", "name": "lookup", "input": [HELD]},
        {"type": "local_shell_call", "action": {"type": "exec", "command": ["sh", "-c", HELD]}},
        {"type": "shell_call", "action": {"commands": [HELD]}},
        {"type": "computer_call", "action": {"type": "type", "text": HELD}},
        {"type": "apply_patch_call", "operation": {"type": "update_file", "diff": HELD}},
        {"type": "mcp_approval_request", "name": "lookup", "arguments": {"to": HELD}},
    ],
    ids=lambda call: call["type"],
)
def test_a_call_of_responses_gets_no_more_than_its_tool_may_have(call: dict[str, Any], out: Outgoing) -> None:
    reply = {"id": "resp_1", "output": [call]}
    assert restored_response(reply, out, placed(out), record=False) == reply


def test_a_parsed_call_of_responses_gets_what_its_tool_may_have(out: Outgoing) -> None:
    call = {"type": "function_call", "name": "lookup", "arguments": {"who": "[PERSON_1]"}}
    made = restored_response({"output": [call]}, out, placed(out), record=False)
    assert made["output"] == [{**call, "arguments": {"who": NAME}}]


def test_a_call_of_no_known_kind_keeps_its_placeholders(out: Outgoing) -> None:
    calls = [{"type": "retrieval", "retrieval": {"query": HELD}, "note": HELD}]
    choice = {"index": 0, "message": {"role": "assistant", "tool_calls": calls}}
    assert chat.restore_choices({"choices": [choice]}, out)["choices"] == [choice]
    block = {"type": "computer_tool_use", "name": "lookup", "input": {"text": HELD}}
    assert anthropic.restore({"content": [block]}, out, placed(out))["content"] == [block]
    assert streamed(out, calls[0])[0] == calls[0]


def streamed(out: Outgoing, *calls: dict[str, Any]) -> list[dict[str, Any]]:
    """The pieces of calls that a client gets, one by one."""
    restorer = ChatRestorer(out)
    events = []
    for call in calls:
        chunk = {"choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": None}]}
        events += restorer.feed(Event(json.dumps(chunk)))
    events += restorer.feed(Event(json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})))
    deltas = [choice["delta"] for event in events for choice in json.loads(event.data)["choices"]]
    return [call for delta in deltas for call in delta.get("tool_calls", [])]


@pytest.mark.parametrize(
    "index", [{"index": 0}, {}, {"index": None}, {"index": False}], ids=["0", "none", "null", "false"]
)
@pytest.mark.parametrize("ids", [("call_a", "call_b"), (None, None)], ids=["ids", "no ids"])
def test_of_calls_that_are_not_counted_each_gets_what_its_own_tool_may_have(
    index: dict[str, Any], ids: tuple[Any, Any], out: Outgoing
) -> None:
    text = '{"who": "[PERSON_1]"}'
    named = [(key, {"name": name, "arguments": text}) for key, name in zip(ids, ("lookup", "notify"), strict=True)]
    calls = [{**index, **({"id": key} if key else {}), "type": "function", "function": each} for key, each in named]
    first, second = streamed(out, *calls)
    assert json.loads(first["function"]["arguments"]) == {"who": NAME}
    assert json.loads(second["function"]["arguments"]) == {"who": "[PERSON_1]"}


def test_what_was_held_back_of_a_call_comes_before_the_next(out: Outgoing) -> None:
    calls = [
        {"index": 0, "id": "call_a", "function": {"name": "lookup", "arguments": "[PERSON_1"}},
        {"index": 0, "id": "call_b", "function": {"name": "notify", "arguments": "{}"}},
    ]
    pieces = streamed(out, *calls)
    texts = [(piece.get("id"), piece["function"]["arguments"]) for piece in pieces]
    assert texts == [("call_a", ""), (None, NAME), ("call_b", "{}")] or texts == [
        ("call_a", ""),
        (None, "[PERSON_1"),
        ("call_b", "{}"),
    ]


def test_a_tools_name_may_come_in_pieces(out: Outgoing) -> None:
    parts = [{"name": "no", "arguments": ""}, {"name": "lookup"}, {"arguments": '{"who": "[PERSON_1]"}'}]
    pieces = streamed(out, *({"index": 0, "function": part} for part in parts))
    assert pieces[-1]["function"]["arguments"] == '{"who": "[PERSON_1]"}'


def test_what_was_held_back_of_a_block_without_an_end_comes_with_the_messages_end(out: Outgoing) -> None:
    restorer = anthropic.MessagesRestorer(out, placed(out))
    made = []
    for data in (
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Dear [PERSON"}},
        {"type": "message_delta", "delta": {"stop_reason": "max_tokens"}},
        {"type": "message_stop"},
    ):
        made += restorer.feed(Event(json.dumps(data), str(data["type"])))
    read = [json.loads(event.data) for event in made]
    assert "".join(each["delta"].get("text", "") for each in read if "delta" in each) == "Dear [PERSON"
    assert [each["type"] for each in read][-2:] == ["message_delta", "message_stop"]


@pytest.mark.parametrize("delta", ["[PERSON_1]", ["x"], 1, True])
def test_a_piece_that_is_no_object_is_a_malformed_stream(delta: object, out: Outgoing) -> None:
    chunk = {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    with pytest.raises(ProblemError) as caught:
        ChatRestorer(out).feed(Event(json.dumps(chunk)))
    assert caught.value.problem.code == "malformed_stream"
