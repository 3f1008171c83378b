"""The Responses API through a real client, with the history at the upstream."""

from typing import Any

import openai
import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from redactor.testing import assert_no_leak
from tests.integrations.redactor_gateway.llm import CANARIES, MAIL, NAME, ORDER, OTHER, TOOLS, standing
from tests.integrations.servers import Say, ToolCall


@pytest.mark.parametrize("stream", [False, True])
def test_the_model_sees_placeholders_and_the_customer_reads_values(stream: bool) -> None:
    with standing("Dear [PERSON_1]: [EMAIL_ADDRESS_1], [PERSON_2].", chunk_size=3) as stand:
        asked: Any = {
            "model": "gpt-4o",
            "instructions": f"Be kind to {OTHER}",
            "input": [{"role": "user", "content": [{"type": "input_text", "text": f"I am {NAME}, {MAIL}"}]}],
            "metadata": {"name": NAME},
        }
        reply = stand.client.responses.create(**asked, stream=stream)
        said = f"Dear {NAME}: {MAIL}, {OTHER}."
        if stream:
            events = list(reply)
            assert "".join(each.delta for each in events if each.type == "response.output_text.delta") == said
            assert [each.text for each in events if each.type == "response.output_text.done"] == [said]
            assert events[-1].response.output_text == said
        else:
            assert reply.output_text == said
        assert_no_leak(CANARIES, stand.model.requests)


def test_an_earlier_replys_id_names_the_conversation() -> None:
    with standing("Hi [PERSON_1].", "You are [PERSON_1], not [PERSON_2].") as stand:
        first = stand.client.responses.create(model="gpt-4o", input=f"I am {NAME}")
        second = stand.client.responses.create(
            model="gpt-4o", input=f"Who am I? Not {OTHER}!", previous_response_id=first.id
        )
        assert second.output_text == f"You are {NAME}, not {OTHER}."
        sent = stand.model.asked[1]
        assert sent["input"] == "Who am I? Not [PERSON_2]!"
        assert sent["previous_response_id"] in first.id
        assert sent["previous_response_id"] != first.id


def test_a_conversation_at_the_upstream_names_the_conversation() -> None:
    with standing("You are [PERSON_1].") as stand:
        items = [{"type": "message", "role": "user", "content": f"I am {NAME}"}]
        made = stand.client.conversations.create(items=items, metadata={"who": NAME})
        assert made.metadata == {"who": NAME}
        for named in (made.id, {"id": made.id}):
            reply = stand.client.responses.create(model="gpt-4o", input="Who am I?", conversation=named)
            assert reply.output_text == f"You are {NAME}."
            assert stand.model.asked[-1]["conversation"] == "conv_0123456789abcdef"
        other = stand.client.with_options(api_key="another")
        for client, name in ((other, made.id), (stand.client, "conv_0123456789abcdef")):
            with pytest.raises(openai.NotFoundError):
                client.responses.create(model="gpt-4o", input="Who am I?", conversation=name)
        assert_no_leak(CANARIES, stand.model.requests)


def test_an_id_that_was_issued_to_another_key_names_nothing() -> None:
    with standing("Hi [PERSON_1].") as stand:
        first = stand.client.responses.create(model="gpt-4o", input=f"I am {NAME}")
        mine = stand.client.with_options(api_key="another")
        forged = first.id[:-1] + ("0" if first.id[-1] != "0" else "1")
        for client, name in ((mine, first.id), (stand.client, forged), (stand.client, "resp_123"), (stand.client, "")):
            with pytest.raises(openai.NotFoundError):
                client.responses.create(model="gpt-4o", input="Who am I?", previous_response_id=name)
        assert len(stand.model.requests) == 1


def test_a_reply_that_is_not_stored_is_a_conversation_of_its_own() -> None:
    with standing("Hi [PERSON_1].") as stand:
        reply = stand.client.responses.create(model="gpt-4o", input=f"I am {NAME}", store=False)
        assert reply.output_text == f"Hi {NAME}."
        with pytest.raises(openai.NotFoundError):
            stand.client.responses.create(model="gpt-4o", input="again", previous_response_id=reply.id)


@pytest.mark.parametrize("stream", [False, True])
def test_tools_get_what_their_rule_says(stream: bool) -> None:
    call = ToolCall("lookup", {"order": "[ACCOUNT_ID_1]"}, "call_1xY7Qz03bWm4KpLs8TnRv2Gd")
    with standing(Say(calls=[call]), "Fine.", chunk_size=3) as stand:
        tools: Any = [{"type": "function", **each["function"]} for each in TOOLS]
        asked: Any = {"model": "gpt-4o", "input": f"order {ORDER}", "tools": tools}
        reply = stand.client.responses.create(**asked, stream=stream)
        events = list(reply) if stream else []
        whole = events[-1].response if stream else reply
        assert whole.output[0].arguments == f'{{"order": "{ORDER}"}}'
        handed = [each.arguments for each in events if each.type == "response.function_call_arguments.done"]
        assert set(handed) <= {whole.output[0].arguments}
        again: Any = [
            {"type": "function_call_output", "call_id": call.id, "output": f"{ORDER} belongs to {OTHER}"},
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": f"{NAME} asks"}]},
        ]
        stand.client.responses.create(model="gpt-4o", input=again, previous_response_id=whole.id)
        assert stand.model.asked[1]["input"][0]["call_id"] == call.id
        assert_no_leak(CANARIES, stand.model.requests)


def test_what_is_not_offered_is_refused() -> None:
    with standing("Hi.") as stand:
        refused = stand.post("/v1/responses", {"model": "gpt-4o", "input": "x", "background": True})
        assert refused.json()["error"]["code"] == "unsupported_parameter"
        image = [{"role": "user", "content": [{"type": "input_image", "image_url": "https://example.com/a.png"}]}]
        refused = stand.post("/v1/responses", {"model": "gpt-4o", "input": image})
        assert refused.json()["error"]["code"] == "unsupported_content"
        assert not stand.model.requests


@pytest.mark.parametrize("responses", [False, True])
def test_langchain_openai_works_through_it(responses: bool) -> None:
    with standing("Dear [PERSON_1].", chunk_size=3) as stand:
        model = ChatOpenAI(
            model="gpt-4o",
            base_url=f"{stand.url}/v1",
            api_key=SecretStr("sk-tests"),
            max_retries=0,
            use_responses_api=responses,
            default_headers={"Connection": "close"},
        )
        assert model.invoke(f"I am {NAME}").text == f"Dear {NAME}."
        assert "".join(chunk.text for chunk in model.stream(f"I am {NAME}")) == f"Dear {NAME}."
        assert_no_leak(CANARIES, stand.model.requests)
