"""Chat completions through a real client: what the model sees, and what the customer reads."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest

from redactor.testing import assert_no_leak
from tests.integrations.redactor_gateway.llm import CANARIES, MAIL, NAME, ORDER, OTHER, QUOTED, TOOLS, ask, standing
from tests.integrations.servers import Say, ToolCall

THANKS = "Thanks [PERSON_1], we wrote to [EMAIL_ADDRESS_1]."
SAID = f"I am {NAME}, {MAIL}"


def streamed(chunks: Any) -> dict[int, str]:
    """The text of each choice of a stream."""
    texts: dict[int, str] = {}
    for chunk in chunks:
        for choice in chunk.choices:
            texts[choice.index] = texts.get(choice.index, "") + (choice.delta.content or "")
    return texts


def test_the_model_sees_placeholders_and_the_customer_reads_values() -> None:
    with standing(THANKS) as stand:
        reply = stand.client.chat.completions.create(model="gpt-4o", messages=ask(SAID))
        assert reply.choices[0].message.content == f"Thanks {NAME}, we wrote to {MAIL}."
        assert stand.model.asked[0]["messages"] == ask("I am [PERSON_1], [EMAIL_ADDRESS_1]")
        assert_no_leak(CANARIES, stand.model.requests)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_a_stream_says_what_the_whole_reply_says_for_each_choice(size: int) -> None:
    with standing(THANKS, chunk_size=size) as stand:
        chunks = stand.client.chat.completions.create(
            model="gpt-4o", messages=ask(SAID), n=2, stream=True, stream_options={"include_usage": True}
        )
        seen = list(chunks)
        said = f"Thanks {NAME}, we wrote to {MAIL}."
        assert streamed(seen) == {0: said, 1: said}
        assert [chunk.usage.total_tokens for chunk in seen if chunk.usage] == [12]
        assert [choice.finish_reason for chunk in seen for choice in chunk.choices][-1] == "stop"
        assert_no_leak(CANARIES, stand.model.requests)


def test_every_string_of_a_request_is_redacted() -> None:
    with standing("Fine.") as stand:
        body = {
            "model": "gpt-4o",
            "messages": [
                {"role": "system", "content": f"The customer is {NAME}"},
                {"role": "user", "name": NAME, "content": [{"type": "text", "text": f"mail {MAIL}"}]},
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [
                        {
                            "id": f"call of {NAME}",
                            "type": "function",
                            "function": {
                                "name": "lookup",
                                "arguments": json.dumps({"order": int(ORDER), NAME: QUOTED}),
                            },
                        }
                    ],
                },
                {"role": "tool", "tool_call_id": f"call of {NAME}", "content": f'{{"owner": "{OTHER}"}}'},
            ],
            "tools": TOOLS,
            "user": NAME,
            "safety_identifier": MAIL,
            "stop": [NAME],
            "metadata": {"who": NAME, MAIL: "x"},
            "prediction": {"type": "content", "content": f"Dear {OTHER}"},
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "answer",
                    "schema": {
                        "type": "object",
                        "properties": {"who": {"enum": [NAME], "description": MAIL}, NAME: {"default": ORDER}},
                        "required": ["who", NAME],
                    },
                },
            },
            "x_unknown": {"deep": [[{"er": NAME}]]},
            "web_search_options": {"user_location": {"type": "approximate", "approximate": {"city": OTHER}}},
        }
        assert stand.post("/v1/chat/completions", body).status_code == 200
        assert_no_leak([*CANARIES, "Crystal"], stand.model.requests)
        sent = stand.model.asked[0]
        assert list(sent) == list(body)
        called = sent["messages"][2]["tool_calls"][0]
        assert called["id"] == sent["messages"][3]["tool_call_id"] == "call_redacted_1"
        assert set(json.loads(called["function"]["arguments"])) == {"order", "[PERSON_2]"}
        schema = sent["response_format"]["json_schema"]["schema"]
        assert set(schema["required"]) == set(schema["properties"])


def test_protocol_stays_byte_for_byte() -> None:
    body: dict[str, Any] = {
        "model": "ft:gpt-4o-mini-2024-07-18:acme::AbC12",
        "messages": [
            {"role": "user", "content": "hello"},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "call_1xY7Qz03bWm4KpLs8TnRv2Gd",
                        "type": "function",
                        "function": {"name": "lookup", "arguments": '{ "a" : [1, 2.50, "x\\u00e9"] }'},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "call_1xY7Qz03bWm4KpLs8TnRv2Gd", "content": "ok"},
        ],
        "temperature": 0.2,
        "seed": 8706847615,
        "max_tokens": 4096,
        "logit_bias": {"50256": -100},
        "tool_choice": {"type": "function", "function": {"name": "lookup"}},
        "reasoning_effort": "low",
        "parallel_tool_calls": False,
        "stream_options": None,
    }
    with standing("Fine.") as stand:
        assert stand.post("/v1/chat/completions", body).status_code == 200
        assert stand.model.asked[0] == body


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_gets_what_its_rule_says_escaped_for_json(stream: bool) -> None:
    calls = [
        ToolCall("lookup", {"order": "[ACCOUNT_ID_1]", "who": "[PERSON_1]"}, "call_1xY7Qz03bWm4KpLs8TnRv2Gd"),
        ToolCall("notify", {"who": "[PERSON_1]"}, "call_9bW7Qz03bWm4KpLs8TnRv2Ge"),
    ]
    with standing(Say(calls=calls), chunk_size=3) as stand:
        asked: Any = {"model": "gpt-4o", "messages": ask(f"I am {QUOTED}, order {ORDER}"), "tools": TOOLS}
        if stream:
            arguments = {0: "", 1: ""}
            for chunk in stand.client.chat.completions.create(**asked, stream=True):
                for call in (chunk.choices[0].delta.tool_calls or []) if chunk.choices else []:
                    arguments[call.index] += call.function.arguments or "" if call.function else ""
            looked, notified = arguments.values()
        else:
            made = stand.client.chat.completions.create(**asked).choices[0].message.tool_calls or []
            looked, notified = [getattr(call, "function").arguments for call in made]  # noqa: B009  a union of kinds
        assert json.loads(looked)["order"] == ORDER
        assert json.loads(looked)["who"] in (QUOTED, OTHER)
        assert json.loads(notified)["who"].startswith("[PERSON_")


@pytest.mark.parametrize("stream", [False, True])
def test_a_structured_reply_stays_json(stream: bool) -> None:
    with standing('{"name": "[PERSON_1]"}', chunk_size=2) as stand:
        asked: Any = {
            "model": "gpt-4o",
            "messages": ask(f"I am {QUOTED}"),
            "response_format": {"type": "json_object"},
        }
        reply = stand.client.chat.completions.create(**asked, stream=stream)
        text = streamed(reply)[0] if stream else reply.choices[0].message.content
        assert json.loads(text) == {"name": QUOTED}


@pytest.mark.parametrize("stream", [False, True])
def test_refusals_and_reasoning_are_restored_too(stream: bool) -> None:
    say = Say(text="Hi [PERSON_1].", reasoning="[PERSON_1] asks.", refusal="No, [PERSON_1].")
    with standing(say, chunk_size=3) as stand:
        reply = stand.client.chat.completions.create(model="gpt-4o", messages=ask(f"I am {NAME}"), stream=stream)
        said = {"content": "", "reasoning_content": "", "refusal": ""}
        if stream:
            for chunk in reply:
                for name in said:
                    said[name] += getattr(chunk.choices[0].delta, name, None) or ""
        else:
            said = {name: getattr(reply.choices[0].message, name) for name in said}
        assert said == {
            "content": f"Hi {NAME}.",
            "reasoning_content": f"{NAME} asks.",
            "refusal": f"No, {NAME}.",
        }


def test_the_same_history_reads_the_same_the_next_time() -> None:
    with standing("Noted.") as stand:
        history: list[Any] = [{"role": "system", "content": f"Ask {OTHER}"}]
        for number in range(4):
            history += ask(f"Customer{number} knows {NAME} and Customer{number + 1}")
            stand.post("/v1/chat/completions", {"model": "gpt-4o", "messages": history, "tools": TOOLS})
            history = [*history, {"role": "assistant", "content": f"Dear Customer{number}, noted."}]
        asked = [sent["messages"] for sent in stand.model.asked]
        for shorter, longer in pairwise(asked):
            assert longer[: len(shorter)] == shorter
        assert {json.dumps(sent["tools"]) for sent in stand.model.asked} == {json.dumps(stand.model.asked[0]["tools"])}
        assert "[PERSON_2]" in asked[0][1]["content"]


@pytest.mark.parametrize("name", [None, "thread-1"])
def test_what_is_learned_from_one_text_is_masked_in_those_before(name: str | None) -> None:
    headers = {"x_conversation_id": name} if name else {}
    with standing("Fine.") as stand:
        messages = [
            {"role": "system", "content": "Call crystal minh."},
            *ask("crystal minh here"),
            *ask(f"I am {NAME}"),
        ]
        body = {"model": "gpt-4o", "messages": messages, "stop": ["crystal minh"]}
        assert stand.post("/v1/chat/completions", body, **headers).status_code == 200
        assert_no_leak(["crystal"], stand.model.requests)


def test_customers_of_one_key_never_read_each_others_values() -> None:
    with standing(lambda asked: f"You said: {asked['messages'][-1]['content']}, not [PERSON_2]") as stand:

        def one(number: int) -> str:
            body = {"model": "gpt-4o", "messages": ask(f"Hello, I am Customer{number}", *ask("Hello"))}
            said = stand.post("/v1/chat/completions", body, authorization="Bearer one-key").json()
            return str(said["choices"][0]["message"]["content"])

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(one, range(200)))
        assert answers == [f"You said: Hello, I am Customer{n}, not [PERSON_2]" for n in range(200)]
        sent = {json.dumps(each["messages"]) for each in stand.model.asked}
        assert len(sent) == 1
        assert "Customer" not in sent.pop()


def test_what_an_outsider_writes_as_a_placeholder_is_data() -> None:
    with standing(lambda asked: asked["messages"][-1]["content"]) as stand:
        body = {"model": "gpt-4o", "messages": ask("Who is [PERSON_1]?", *ask(f"I am {NAME}"))}
        said = stand.post("/v1/chat/completions", body).json()["choices"][0]["message"]["content"]
        assert said == "Who is [PERSON_1]?"
        assert stand.model.asked[0]["messages"][1]["content"] == "Who is [LITERAL_1]?"


def test_a_tool_may_repeat_the_placeholder_it_was_handed() -> None:
    with standing("Fine.") as stand:
        call = {
            "id": "call_1xY7Qz03bWm4KpLs8TnRv2Gd",
            "type": "function",
            "function": {"name": "notify", "arguments": '{"who": "[PERSON_1]"}'},
        }
        messages = [
            *ask(f"Tell {NAME}"),
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": call["id"], "content": "told [PERSON_1], not [PERSON_2]"},
        ]
        stand.post("/v1/chat/completions", {"model": "gpt-4o", "messages": messages})
        assert stand.model.asked[0]["messages"][2]["content"] == "told [PERSON_1], not [LITERAL_1]"


def test_a_named_conversation_keeps_its_placeholders_when_the_history_is_cut() -> None:
    with standing("Hi [PERSON_1].", "And [PERSON_2].") as stand:
        first = stand.post(
            "/v1/chat/completions",
            {"model": "gpt-4o", "messages": ask(f"I am {NAME}")},
            x_conversation_id="thread-1",
            authorization="Bearer a",
        ).json()
        assert first["choices"][0]["message"]["content"] == f"Hi {NAME}."
        second = stand.post(
            "/v1/chat/completions",
            {"model": "gpt-4o", "messages": ask(f"Write {OTHER}")},
            x_conversation_id="thread-1",
            authorization="Bearer a",
        ).json()
        assert stand.model.asked[1]["messages"] == ask("Write [PERSON_2]")
        assert second["choices"][0]["message"]["content"] == f"And {OTHER}."


def test_another_callers_conversation_of_the_same_name_is_another() -> None:
    with standing("Hi [PERSON_1].") as stand:
        texts = []
        for key, name in (("a", NAME), ("b", OTHER)):
            reply = stand.post(
                "/v1/chat/completions",
                {"model": "gpt-4o", "messages": ask(f"I am {name}")},
                x_conversation_id="thread-1",
                authorization=f"Bearer {key}",
            )
            texts.append(reply.json()["choices"][0]["message"]["content"])
        assert texts == [f"Hi {NAME}.", f"Hi {OTHER}."]


def test_values_the_conversation_never_held_are_masked_in_replies() -> None:
    with standing(f"Ask {OTHER}, [PERSON_1].") as stand:
        for stream in (False, True):
            reply = stand.client.chat.completions.create(model="gpt-4o", messages=ask(f"I am {NAME}"), stream=stream)
            text = streamed(reply)[0] if stream else reply.choices[0].message.content
            assert OTHER not in text
            assert NAME in text


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
        {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
        {"type": "file", "file": {"file_id": "file-1"}},
        {"type": "text", "text": "see data:image/png;base64,iVBORw0KGgo="},
        {"type": "text", "text": "iVBORw0KGgo" * 100},
    ],
)
def test_files_are_refused_or_taken_out(part: dict[str, Any]) -> None:
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": [part]}]}
    with standing("Fine.") as stand:
        refused = stand.post("/v1/chat/completions", body)
        assert refused.status_code == 400
        assert refused.json()["error"]["code"] == "unsupported_content"
        assert not stand.model.requests
    with standing("Fine.", files="strip") as stand:
        assert stand.post("/v1/chat/completions", body).status_code == 200
        assert b"removed]" in stand.model.bodies[0]
        assert b"iVBOR" not in stand.model.bodies[0]
        assert b"AAAA" not in stand.model.bodies[0]


@pytest.mark.parametrize("headers", [{}, {"X-Conversation-Id": "thread-1"}], ids=["nameless", "named"])
def test_a_whole_round_with_a_tool(headers: dict[str, str]) -> None:
    def model(asked: Any) -> Say:
        last = asked["messages"][-1]
        if last["role"] == "user":
            found = re.search(r"\[ACCOUNT_ID_\d+\]", last["content"])
            assert found is not None
            return Say(calls=[ToolCall("lookup", {"order": found[0]}, "call_1xY7Qz03bWm4KpLs8TnRv2Gd")])
        return Say(f"It says: {last['content']}")

    with standing(model) as stand:
        talk = stand.client.with_options(default_headers={"Connection": "close", **headers}).chat.completions
        messages = ask(f"I am {NAME}, where is {ORDER}?")
        for number in range(2):
            called = talk.create(model="gpt-4o", messages=messages, tools=TOOLS).choices[0].message
            assert json.loads(called.tool_calls[0].function.arguments) == {"order": ORDER}
            result = f"{ORDER} of {NAME} is with {OTHER}, Customer{number}"
            messages = [*messages, called.model_dump(exclude_none=True)]
            messages += [{"role": "tool", "tool_call_id": called.tool_calls[0].id, "content": result}]
            said = talk.create(model="gpt-4o", messages=messages, tools=TOOLS).choices[0].message
            assert said.content == f"It says: {result}"
            messages = [*messages, said.model_dump(exclude_none=True), *ask(f"And {ORDER} now?")]
        asked = [each["messages"] for each in stand.model.asked]
        for shorter, longer in pairwise(asked):
            assert longer[: len(shorter)] == shorter
        assert_no_leak([*CANARIES, "Customer"], stand.model.requests)
