"""What the guardrail does in LiteLLM's process, without LiteLLM: requests field by field, whole replies and streams."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from importlib.util import find_spec
from typing import Any

import pytest

import redactor_gateway.litellm
from redactor.exceptions import ConfigError
from redactor.testing import assert_no_leak
from redactor_gateway.litellm.within import Caller, Within, caller
from redactor_gateway.problems import ProblemError
from redactor_gateway.settings import GatewaySettings
from tests.integrations.redactor_gateway.llm import CANARIES, MAIL, NAME, ORDER, OTHER, ask, knowing

ME = Caller("me", "call-1")
SAID = {"model": "gpt-4o", "messages": ask(f"I am {NAME}, {MAIL}, order {ORDER}")}
THANKS = "Thanks [PERSON_1], we wrote to [EMAIL_ADDRESS_1]."
BACK = f"Thanks {NAME}, we wrote to {MAIL}."


@pytest.fixture
def within() -> Iterator[Within]:
    """A guardrail that finds the canaries."""
    with knowing() as redactor:
        yield Within(GatewaySettings(), redactor)


def whole(text: str) -> dict[str, Any]:
    """A whole chat completion."""
    message = {"role": "assistant", "content": text}
    return {"id": "x", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}


async def chunks(text: str, calls: Any = None) -> AsyncIterator[dict[str, Any]]:
    """A chat completion in pieces of three characters, and what a call's arguments are."""
    for at in range(0, len(text), 3):
        yield {"id": "x", "choices": [{"index": 0, "delta": {"content": text[at : at + 3]}, "finish_reason": None}]}
    for call in calls or []:
        yield {"id": "x", "choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": None}]}
    yield {"id": "x", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}


def read(within: Within, source: AsyncIterator[dict[str, Any]], who: Caller = ME) -> list[dict[str, Any]]:
    """The deltas of a stream."""

    async def all_of_it() -> list[dict[str, Any]]:
        made = within.stream(who, source)
        return [each["delta"] async for chunk in made for each in chunk["choices"]]

    return asyncio.run(all_of_it())


def said(deltas: list[dict[str, Any]]) -> str:
    """Their text in one."""
    return "".join(each.get("content") or "" for each in deltas)


def test_a_call_goes_out_redacted_and_comes_back_restored(within: Within) -> None:
    made = within.request(ME, "acompletion", {**SAID, "user": NAME, "stop": [NAME]})
    assert_no_leak(CANARIES, made)
    assert made["messages"] == ask("I am [PERSON_1], [EMAIL_ADDRESS_1], order [ACCOUNT_ID_1]")
    assert within.reply(ME, whole(THANKS))["choices"][0]["message"]["content"] == BACK


def test_a_stream_says_what_the_whole_reply_says(within: Within) -> None:
    within.request(ME, "acompletion", {**SAID, "stream": True})
    assert said(read(within, chunks(THANKS))) == BACK


def test_a_streamed_calls_arguments_are_restored_as_the_policy_says(within: Within) -> None:
    within.request(ME, "acompletion", {**SAID, "stream": True})
    calls: list[Any] = []
    for index, name in enumerate(("lookup", "notify")):
        calls.append({"index": index, "id": "call_1", "type": "function", "function": {"name": name, "arguments": ""}})
        pieces = ('{"order": "[ACCO', 'UNT_ID_1]"}')
        calls += [{"index": index, "function": {"arguments": piece}} for piece in pieces]
    arguments = {0: "", 1: ""}
    for delta in read(within, chunks("", calls)):
        for call in delta.get("tool_calls") or []:
            arguments[call["index"]] += call["function"].get("arguments") or ""
    assert arguments == {0: f'{{"order": "{ORDER}"}}', 1: '{"order": "[ACCOUNT_ID_1]"}'}


def test_other_doors_are_known_by_litellms_words(within: Within) -> None:
    doors: dict[str, dict[str, Any]] = {
        "aembedding": {"input": [f"I am {NAME}"]},
        "atext_completion": {"prompt": f"I am {NAME}"},
        "aresponses": {"input": f"I am {NAME}", "instructions": f"help {OTHER}"},
        "anthropic_messages": {"messages": ask(f"I am {NAME}"), "system": f"help {OTHER}", "max_tokens": 5},
    }
    for number, (kind, body) in enumerate(doors.items()):
        made = within.request(Caller("me", str(number)), kind, body)
        assert_no_leak(CANARIES, made)
        assert made.keys() == body.keys()


@pytest.mark.parametrize(
    ("kind", "body", "word"),
    [
        ("atranscription", {"file": NAME}, "unsupported_call"),
        ("call_mcp_tool", {"arguments": {"x": NAME}}, "unsupported_call"),
        ("aresponses", {"input": NAME, "stream": True}, "unsupported_stream"),
        ("anthropic_messages", {"messages": ask(NAME), "stream": True}, "unsupported_stream"),
        ("aresponses", {"input": NAME, "previous_response_id": "resp_1"}, "conversation_unnamed"),
        ("acompletion", {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "unsupported_content"),
    ],
)
def test_what_cannot_be_checked_is_refused(within: Within, kind: str, body: Any, word: str) -> None:
    with pytest.raises(ProblemError) as caught:
        within.request(ME, kind, body)
    assert caught.value.problem.code == word
    assert_no_leak(CANARIES, caught.value)


def test_what_follows_on_a_kept_reply_is_of_the_named_conversation(within: Within) -> None:
    first, second = Caller("me", "1", "c-1"), Caller("me", "2", "c-1")
    within.request(first, "aresponses", {"input": f"I am {NAME}"})
    reply = {"id": "resp_own", "output": [], "status": "completed"}
    assert within.reply(first, reply)["id"] == "resp_own"
    body = {"input": f"{OTHER} and {NAME}", "previous_response_id": "resp_own"}
    assert within.request(second, "aresponses", body) == {**body, "input": "[PERSON_2] and [PERSON_1]"}


def test_nobody_reads_anothers_values(within: Within) -> None:
    within.request(ME, "acompletion", SAID)
    for other in (Caller("you", "call-1"), Caller("me", "call-2")):
        with pytest.raises(ProblemError, match="did not see"):
            within.reply(other, whole(THANKS))
        with pytest.raises(ProblemError, match="did not see"):
            read(within, chunks(THANKS), other)
    with pytest.raises(ProblemError, match="in use"):
        within.request(ME, "acompletion", {"messages": ask(f"I am {OTHER}")})
    assert within.reply(ME, whole("[PERSON_1]"))["choices"][0]["message"]["content"] == NAME


def test_a_request_that_comes_by_again_stays_as_it_is(within: Within) -> None:
    made = within.request(ME, "acompletion", SAID)
    assert within.request(ME, "acompletion", made) == made


def test_a_stream_that_is_left_ends_its_call(within: Within) -> None:
    async def left() -> None:
        async with aclosing(within.stream(ME, chunks(THANKS))) as made:
            async for _ in made:
                return

    within.request(ME, "acompletion", {**SAID, "stream": True})
    asyncio.run(left())
    with pytest.raises(ProblemError, match="did not see"):
        within.reply(ME, whole(THANKS))


def test_a_call_without_an_id_is_refused() -> None:
    with pytest.raises(ProblemError, match="no id"):
        caller(None, {}, {})


@pytest.mark.skipif(find_spec("litellm") is not None, reason="LiteLLM is installed here")
def test_without_litellm_the_class_says_what_is_missing() -> None:
    with pytest.raises(ConfigError, match="chat-redactor\\[litellm\\]"):
        _ = redactor_gateway.litellm.RedactorGuardrail
