"""The guardrail over HTTP: what LiteLLM may send on, and what its client may read."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from redactor.testing import assert_no_leak
from redactor_gateway.keys import new_key
from tests.integrations.redactor_gateway.litellm.asking import Asking, asking
from tests.integrations.redactor_gateway.llm import CANARIES, MAIL, NAME, ORDER, OTHER, QUOTED, TOOLS, standing

SAID = {"role": "user", "content": f"I am {NAME}, {MAIL}"}
THANKS = "Thanks [PERSON_1], we wrote to [EMAIL_ADDRESS_1]."
BACK = f"Thanks {NAME}, we wrote to {MAIL}."


@pytest.fixture(scope="module")
def gateway() -> Iterator[Asking]:
    """One for all that need no settings of their own."""
    with asking() as to:
        yield to


@pytest.fixture
def to(gateway: Asking, request: pytest.FixtureRequest) -> Asking:
    """The same, as somebody no other test knows."""
    return replace(gateway, who=request.node.name)


def test_a_request_becomes_placeholders_and_its_reply_values(to: Asking) -> None:
    made = to.request(SAID)
    seen = "I am [PERSON_1], [EMAIL_ADDRESS_1]"
    assert made == {
        "action": "GUARDRAIL_INTERVENED",
        "texts": [seen],
        "structured_messages": [{"role": "user", "content": seen}],
    }
    assert to.reply(THANKS)["texts"] == [BACK]


def test_every_field_of_a_message_and_of_a_tool_is_redacted(to: Asking) -> None:
    call = {"id": "call_1xY7Qz03bWm4KpLs8TnRv2Gd", "type": "function"}
    rows: list[Any] = [
        {"role": "system", "content": f"The customer is {NAME}"},
        {"role": "user", "name": NAME, "content": [{"type": "text", "text": f"mail {MAIL}"}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {**call, "function": {"name": "lookup", "arguments": json.dumps({"order": ORDER, "of": QUOTED})}}
            ],
        },
        {"role": "tool", "tool_call_id": call["id"], "content": f'{{"owner": "{OTHER}"}}'},
    ]
    made = to.request(*rows, tools=TOOLS)
    assert_no_leak(CANARIES, made)
    assert made["structured_messages"][2]["tool_calls"][0]["id"] == call["id"]
    assert json.loads(made["structured_messages"][2]["tool_calls"][0]["function"]["arguments"]).keys() == {
        "order",
        "of",
    }
    assert [each["function"]["name"] for each in made["tools"]] == ["lookup", "notify"]


def test_texts_without_messages_are_redacted_too(to: Asking) -> None:
    made = to.ask("request", [f"I am {NAME}", "nothing"])
    assert made == {"action": "GUARDRAIL_INTERVENED", "texts": ["I am [PERSON_1]", "nothing"]}


def test_where_nothing_is_personal_nothing_changes(to: Asking) -> None:
    assert to.request({"role": "user", "content": "hello"}) == {"action": "NONE"}
    assert to.reply()["action"] == "NONE"


@pytest.mark.parametrize("size", [pytest.param(1, marks=pytest.mark.soak), pytest.param(3, marks=pytest.mark.soak), 7])
@pytest.mark.parametrize("scan", [True, False])
def test_a_reply_that_comes_in_pieces_only_ever_grows(size: int, scan: bool) -> None:
    reply = f"{THANKS} [PERSON_1] knows {OTHER}. Bye [PERSON_9]"
    with asking(scan=scan) as to:
        to.request(SAID)
        emitted = ""
        for end in range(size, len(reply) + size, size):
            made = to.reply(reply[:end])
            text, held = made["texts"][0], made["stream_holdback_chars"][0]
            assert text.startswith(emitted)
            emitted = text[: max(len(emitted), len(text) - held)]
        assert text == f"{BACK} {NAME} knows {'(name hidden)' if scan else OTHER}. Bye [PERSON_9]"


def test_a_value_in_a_reply_that_is_json_is_escaped(to: Asking) -> None:
    to.request({"role": "user", "content": f"I am {QUOTED}"})
    assert json.loads(to.reply('{"who": "[PERSON_1]"}')["texts"][0]) == {"who": QUOTED}
    assert to.reply("[PERSON_1] it is")["texts"] == [f"{QUOTED} it is"]


# whose values


def test_no_other_call_key_or_tenant_gets_a_value(to: Asking) -> None:
    to.request(SAID)
    assert to.reply(THANKS, call="call-2")["texts"] == [THANKS]
    assert to.reply(THANKS, who="hash-2")["texts"] == [THANKS]
    assert to.reply(THANKS)["texts"] == [BACK]


def test_a_call_id_in_use_is_blocked_and_the_first_call_still_answered(to: Asking) -> None:
    to.request(SAID)
    made = to.request({"role": "user", "content": f"I am {OTHER}"})
    assert made["action"] == "BLOCKED"
    assert to.reply("[PERSON_1]")["texts"] == [NAME]


def test_a_second_look_at_what_was_redacted_changes_nothing(to: Asking) -> None:
    made = to.request(SAID)
    assert to.request(*made["structured_messages"]) == {"action": "NONE"}
    assert to.reply("[PERSON_1]")["texts"] == [NAME]


def test_a_named_conversation_lasts_over_calls_and_belongs_to_its_caller(to: Asking) -> None:
    named = {"request_headers": {"X-Conversation-Id": "c-1"}}
    to.request(SAID, **named)
    again = to.request({"role": "user", "content": f"{OTHER} and {NAME}"}, call="call-2", **named)
    assert again["texts"] == ["[PERSON_2] and [PERSON_1]"]
    assert to.reply("[PERSON_1]", call="call-3", **named)["texts"] == [NAME]
    assert to.reply("[PERSON_1]", call="call-4", who="hash-2", **named)["texts"] == ["[PERSON_1]"]
    as_parameter = {"additional_provider_specific_params": {"conversation_id": "c-1"}}
    assert to.reply("[PERSON_2]", call="call-5", **as_parameter)["texts"] == [OTHER]


def test_a_header_that_came_without_its_value_names_no_conversation(to: Asking) -> None:
    made = to.request(SAID, request_headers={"x-conversation-id": "[present]"})
    assert made["action"] == "BLOCKED"
    assert "extra_headers" in made["blocked_reason"]


def test_a_call_that_nobody_asks_for_is_forgotten() -> None:
    with asking(litellm={"calls": 1}) as to:
        to.request(SAID)
        to.request(SAID, call="call-2")
        assert to.reply("[PERSON_1]")["texts"] == ["[PERSON_1]"]
        assert to.reply("[PERSON_1]", call="call-2")["texts"] == [NAME]


# who may ask, and what is blocked


def test_only_a_key_with_the_scope_is_let_in() -> None:
    key, hashed = new_key()
    with standing("x", keys=[{"name": "shop", "hashes": [hashed]}]) as stand:
        body = {"input_type": "request", "texts": [NAME]}
        for headers, status in (({}, 401), ({"x_api_key": key}, 403)):
            answer = stand.post("/beta/litellm_basic_guardrail_api", body, **headers)
            assert answer.status_code == status
            assert_no_leak(CANARIES, answer.text)


@pytest.mark.parametrize(
    "body",
    [
        {"input_type": "other", "texts": [NAME]},
        {"input_type": "request", "texts": NAME},
        {"input_type": "request", "texts": [{"x": NAME}]},
        {"input_type": "request", "texts": [NAME], "structured_messages": NAME},
        {"input_type": "request", "texts": [NAME], "images": [f"https://x.example/{NAME}"]},
        {"input_type": "request", "texts": [NAME], "request_headers": [NAME]},
        {"input_type": "request", "texts": ["x" * 5000]},
        {"input_type": "request", "texts": [f"{NAME} {number}" for number in range(60)]},
        [NAME],
    ],
    ids=["kind", "texts", "text", "rows", "images", "headers", "large", "many", "no object"],
)
def test_what_cannot_be_checked_is_blocked_with_status_200_and_without_a_value(body: Any) -> None:
    """LiteLLM may be set to go on after an error; after `BLOCKED` it never does."""
    with asking(limits={"request_bytes": 4000, "texts": 50}) as to:
        answer = to.post(body)
        assert answer.status_code == 200
        assert answer.json()["action"] == "BLOCKED"
        assert_no_leak(CANARIES, answer.text)


def test_where_detection_fails_request_and_reply_are_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    with asking(remembered=0) as to:
        to.request(SAID)
        monkeypatch.setattr("redactor.testing.FakeRecognizer.__call__", _broken)
        for made in (to.request(SAID, call="call-2"), to.reply(f"Hi {OTHER}.")):
            assert made["action"] == "BLOCKED"
            assert "detection_failed" in made["blocked_reason"]
            assert_no_leak(CANARIES, made)


def _broken(*_: Any) -> Any:
    raise RuntimeError(NAME)


def test_files_are_stripped_where_the_settings_say_so() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    row = {"role": "user", "content": [{"type": "text", "text": "see"}, picture]}
    with asking(files="strip") as to:
        made = to.ask("request", ["see"], structured_messages=[row], images=["data:image/png;base64,AAAA"])
        assert made["structured_messages"][0]["content"][1] == {"type": "text", "text": "[image removed]"}
