"""Protocol fields stay; nothing hides in one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from langchain_redactor.bound import Bound
from langchain_redactor.fields import is_protocol, role_of, why
from langchain_redactor.messages import redact_messages
from redactor.testing import assert_no_leak, in_memory

NAME, MAIL, ORDER = "Zebulon Quuxley", "zeb.quux@canary-mail.com", 8706847615
TYPES: dict[str | re.Pattern[str], str] = {
    re.compile(r"[A-Za-z0-9_.@/ -]*(?i:zeb|quux)[A-Za-z0-9_.@/ -]*"): "PERSON",
    re.compile(f"{ORDER}|5550198"): "ACCOUNT_ID",
}

PROTOCOL = [
    ("type", "text"), ("role", "user"), ("mime_type", "image/png"), ("finish_reason", "stop"), ("index", 3),
    ("model_name", "gpt-4o-mini-2024-07-18"), ("system_fingerprint", "fp_44709d6fcb"), ("total_tokens", 70_684),
    ("created", 1_754_000_000), ("service_tier", "default"), ("model_provider", "openai"),
]  # fmt: skip


@pytest.fixture
def bound() -> Iterator[Bound]:
    with in_memory(TYPES) as redactor:
        yield Bound(redactor.conversation("c"))


@pytest.mark.parametrize(("name", "value"), PROTOCOL)
def test_a_protocol_field_stays(name: str, value: Any) -> None:
    assert is_protocol(name, value)


def test_every_protocol_field_says_why() -> None:
    assert all(why().values())


@pytest.mark.parametrize("name", sorted(why()))
def test_no_protocol_field_hides_a_value(bound: Bound, name: str) -> None:
    for value in (MAIL, NAME, "zebulon"):
        message = AIMessage(
            [{"type": "text", "text": "x", "extras": {name: value}}, {name: value}],
            response_metadata={name: value, "inner": {name: [value]}},
            additional_kwargs={name: value},
        )
        assert_no_leak(["zeb"], redact_messages([message], bound))


@pytest.mark.parametrize("name", ["index", "total_tokens", "start_index", "created", "n", "number"])
def test_no_field_of_counts_hides_a_number(bound: Bound, name: str) -> None:
    message = AIMessage([{"type": "text", "text": "x", name: ORDER}], response_metadata={"token_usage": {name: ORDER}})
    assert_no_leak([str(ORDER)], redact_messages([message], bound))


def test_usage_is_not_touched(bound: Bound) -> None:
    usage: Any = {"input_tokens": 8706, "output_tokens": 847, "total_tokens": 9553, "input_token_details": {"audio": 5}}
    message = AIMessage("x", usage_metadata=usage, response_metadata={"token_usage": usage})
    [seen] = redact_messages([message], bound)
    assert isinstance(seen, AIMessage)
    assert seen.usage_metadata == usage
    assert seen.response_metadata["token_usage"] == usage


def test_what_a_program_calls_its_own_is_no_protocol(bound: Bound) -> None:
    call = {"name": "look_up", "args": {"type": "zebulon", "id": "zebulon", "model": "zebulon"}, "id": "call_1"}
    result = ToolMessage("", tool_call_id="call_1", artifact=call)
    block = {"type": "tool_use", "name": "look_up", "id": "call_1", "input": {"index": 5550198, "model": "zebulon"}}
    seen = redact_messages([AIMessage([block], tool_calls=[call]), result], bound)
    assert_no_leak(["zeb", "5550198"], seen)


def test_a_tools_name_stays_and_a_persons_does_not(bound: Bound) -> None:
    tool, person = redact_messages(
        [ToolMessage("x", tool_call_id="call_1", name="zeb_tool"), HumanMessage("x", name="zeb")], bound
    )
    assert (tool.name, person.name) == ("zeb_tool", "[PERSON_1]")
    assert redact_messages([ToolMessage("x", tool_call_id="call_1", name=NAME)], bound)[0].name != NAME


def test_what_spells_the_reply_in_tokens_does_not_go_in(bound: Bound) -> None:
    spelled = {"logprobs": {"content": [{"token": "Zeb", "logprob": -0.1}, {"token": "ulon"}]}}
    assert redact_messages([AIMessage("x", response_metadata=spelled)], bound)[0].response_metadata["logprobs"] is None


@pytest.mark.parametrize(
    ("kind", "said_by", "role"),
    [
        ("human", None, "customer"), ("ai", None, "assistant"), ("AIMessageChunk", None, "assistant"),
        ("system", None, "system"), ("tool", None, "tool"), ("function", None, "tool"),
        ("chat", "user", "customer"), ("chat", "developer", "system"), ("chat", "a friend", "document"),
    ],
)  # fmt: skip
def test_roles_by_kind(kind: str, said_by: str | None, role: str) -> None:
    assert role_of(kind, said_by) == role
