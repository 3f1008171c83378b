"""Anthropic's Messages API through its real client."""

import json
from typing import Any

import anthropic
import pytest

from redactor.testing import assert_no_leak
from tests.integrations.redactor_gateway.llm import CANARIES, MAIL, NAME, ORDER, OTHER, QUOTED, Standing, standing
from tests.integrations.servers import Say, ToolCall


def client(stand: Standing) -> anthropic.Anthropic:
    alone = {"Connection": "close"}
    return anthropic.Anthropic(base_url=stand.url, api_key="sk-tests", max_retries=0, default_headers=alone)


def test_the_model_sees_placeholders_and_the_customer_reads_values() -> None:
    with standing("Dear [PERSON_1]: [EMAIL_ADDRESS_1].") as stand:
        reply = client(stand).messages.create(
            model="claude-tests-1",
            max_tokens=100,
            system=[{"type": "text", "text": f"Be kind to {OTHER}", "cache_control": {"type": "ephemeral"}}],
            messages=[{"role": "user", "content": f"I am {NAME}, {MAIL}"}],
            metadata={"user_id": NAME},
        )
        assert [getattr(block, "text", "") for block in reply.content] == [f"Dear {OTHER}: {MAIL}."]
        assert_no_leak(CANARIES, stand.model.requests)
        assert stand.model.asked[0]["system"][0]["cache_control"] == {"type": "ephemeral"}


@pytest.mark.parametrize("size", [1, 3, 50])
def test_a_stream_says_the_same(size: int) -> None:
    call = ToolCall("lookup", {"order": "[ACCOUNT_ID_1]", "who": "[PERSON_1]"}, "toolu_01A09q90qw90lq917835lq9")
    with standing(Say(text="Dear [PERSON_1]!", calls=[call]), chunk_size=size) as stand:
        with client(stand).messages.stream(
            model="claude-tests-1",
            max_tokens=100,
            messages=[{"role": "user", "content": f"I am {QUOTED}, order {ORDER}"}],
        ) as stream:
            text = "".join(stream.text_stream)
            final = stream.get_final_message()
        assert text == f"Dear {QUOTED}!"
        assert final.content[1].type == "tool_use"
        assert final.content[1].input == {"order": ORDER, "who": QUOTED}
        assert final.stop_reason == "tool_use"


def test_blocks_of_every_kind_are_redacted() -> None:
    sealed = "EqQBCkYIARgCKkAx" * 8
    call = {"type": "tool_use", "id": "toolu_01A09q90qw90lq917835lq9", "name": "lookup"}
    result = {"type": "tool_result", "tool_use_id": call["id"]}
    body: dict[str, Any] = {
        "model": "claude-tests-1",
        "max_tokens": 100,
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": NAME}]},
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "[PERSON_1] asks", "signature": sealed},
                    {"type": "redacted_thinking", "data": sealed},
                    {**call, "input": {"order": int(ORDER), "who": OTHER}},
                ],
            },
            {"role": "user", "content": [{**result, "content": [{"type": "text", "text": f"{MAIL} of [PERSON_1]"}]}]},
            {
                "role": "user",
                "content": [
                    {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": QUOTED}},
                    {
                        "type": "search_result",
                        "source": MAIL,
                        "title": OTHER,
                        "content": [{"type": "text", "text": NAME}],
                    },
                ],
            },
        ],
        "tools": [{"name": "lookup", "description": OTHER, "input_schema": {"type": "object", "title": NAME}}],
    }
    with standing("Fine.") as stand:
        assert stand.post("/v1/messages", body, x_api_key="k").status_code == 200
        assert_no_leak(CANARIES, stand.model.requests)
        sent = stand.model.asked[0]["messages"]
        assert sent[1]["content"][:2] == body["messages"][1]["content"][:2] or "[PERSON_2]" in json.dumps(sent[1])
        assert sent[1]["content"][0]["signature"] == sealed
        assert sent[2]["content"][0]["tool_use_id"] == call["id"]
        assert sent[2]["content"][0]["content"][0]["text"] == "[EMAIL_ADDRESS_1] of [LITERAL_1]"


def test_problems_are_told_in_its_own_words() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
    said: Any = [{"role": "user", "content": [{"type": "image", "source": source}]}]
    with standing("Fine.") as stand:
        with pytest.raises(anthropic.BadRequestError) as caught:
            client(stand).messages.create(model="claude-tests-1", max_tokens=100, messages=said)
        assert not stand.model.requests
    told: Any = caught.value.body
    assert told["type"] == "error"
    assert told["error"]["type"] == "invalid_request_error"
    assert "cannot be searched" in told["error"]["message"]


def test_tokens_are_counted_of_what_was_redacted() -> None:
    with standing("unused") as stand:
        said: Any = [{"role": "user", "content": f"I am {NAME}"}]
        assert client(stand).messages.count_tokens(model="claude-tests-1", messages=said).input_tokens == 7
        assert_no_leak(CANARIES, stand.model.requests)
