"""The walk through a request: nothing that is not the protocol's passes unasked, and what is built says the same."""

import json
import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor import Conversation
from redactor.testing import assert_no_leak, in_memory
from redactor_gateway import anthropic, attachments, json_text, protocol
from redactor_gateway.answers import answer
from redactor_gateway.openai import chat, completions, embeddings, responses
from redactor_gateway.problems import ProblemError
from redactor_gateway.surfaces import Surface
from redactor_gateway.walk import Walk

CANARY = "Crystal Minh"
SURFACES = [chat.SURFACE, responses.SURFACE, completions.SURFACE, embeddings.SURFACE, anthropic.SURFACE]
FEW = settings(max_examples=settings().max_examples // 3)
"""For what is tried with every surface."""

NAMES = st.sampled_from(
    [*sorted(protocol.KEYS - {"background", "conversation", "previous_response_id"}), "x", CANARY, "order id"]
)
LEAVES = st.one_of(
    st.sampled_from([CANARY, f"by {CANARY}.", f'{{"who": "{CANARY}", "n": 1.50}}', f'["{CANARY}', "user", "assistant"]),
    st.sampled_from(["text", "function", "tool_result", "message", "auto", "gpt-4o", "call_1", "", " "]),
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


def redacted(surface: Surface, body: Any, talk: Conversation) -> Any:
    walk = Walk(talk, "refuse", lambda text: "id")
    build = surface.plan(walk, body)
    answer(walk.questions, talk, "nameless")
    return build()


def fresh() -> Conversation:
    return in_memory({CANARY: "PERSON"}).conversation("c")


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.path)
@FEW
@given(body=st.dictionaries(NAMES, VALUES, max_size=5))
def test_no_place_lets_a_value_through(surface: Surface, body: dict[str, Any]) -> None:
    try:
        made = redacted(surface, body, fresh())
    except ProblemError as error:
        assert_no_leak([CANARY], error)
        assert error.problem.status == 400
        return
    assert_no_leak([CANARY], json.dumps(made, ensure_ascii=False))


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.path)
@FEW
@given(body=st.dictionaries(NAMES, VALUES, max_size=5))
def test_where_nothing_is_personal_nothing_changes(surface: Surface, body: dict[str, Any]) -> None:
    without = json.loads(json.dumps(body).replace(CANARY, "nobody"))
    try:
        made = redacted(surface, without, fresh())
    except ProblemError:
        return
    assert _plain(made) == _plain(without)


def _plain(value: Any) -> Any:
    """Without the fields that are written anew wherever they stand."""
    if isinstance(value, dict):
        left_out = protocol.IDS | protocol.IDENTITIES | {"logprobs"}
        return {key: _plain(item) for key, item in value.items() if key not in left_out}
    return [_plain(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("field", sorted(protocol.STRINGS))
def test_no_protocol_field_takes_an_address_or_a_number_of_somebody(field: str) -> None:
    for value in ("crystal.minh@example.com", "+1 212 555 0143", "12125550143", CANARY, "4111111111111111"):
        assert not protocol.stays(field, value)


@pytest.mark.parametrize("name", ["gpt-4o-2024-08-06", "ft:gpt-4o:acme::Ab1", "@cf/meta/llama-3", "claude-3@20240620"])
def test_models_have_names_of_many_kinds(name: str) -> None:
    assert protocol.is_model(name)


@pytest.mark.parametrize("name", ["call of Crystal Minh", "call_CrystalMinh", "12125550143", "call_12125550143"])
def test_ids_that_no_machine_made_are_replaced_one_for_one(name: str) -> None:
    walk = Walk(fresh(), "refuse", str)
    first, again, other = (walk.id(each)() for each in (name, name, "another"))
    assert first == again == "call_redacted_1"
    assert other == "call_redacted_2"


@pytest.mark.parametrize("text", ["ⓒⓡⓨ@ⓢⓗⓞⓟ.ⓒⓞⓜ", "🄲🅁🅈@🅂🄷🄾🄿.🄲🄾🄼", "🅲🆁🆈@🆂🅷🅾🅿.🅲🅾🅼"])
def test_letters_that_are_signs_are_looked_at(text: str) -> None:
    talk = in_memory({re.compile(r"(?i)cry@shop\.com"): "EMAIL_ADDRESS"}).conversation("c")
    body = {"messages": [{"role": "user", "content": text}], "metadata": {"mail": text}}
    made = redacted(chat.SURFACE, body, talk)
    assert made["messages"][0]["content"] == made["metadata"]["mail"] == "[EMAIL_ADDRESS_1]"


@pytest.mark.parametrize("rest", ["\n", "\r\n", "="])
def test_what_only_begins_like_a_file_costs_no_time(rest: str) -> None:
    text, began = f"A{rest * 20_000}!", time.process_time()
    assert attachments.without_files(text, "refuse") == text
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("who", ["shop-4711", 4711, 4.5])
def test_who_a_customer_is_goes_on_as_a_keyed_id_whatever_it_looks_like(who: object) -> None:
    made = redacted(anthropic.SURFACE, {"metadata": {"user_id": who, "other": CANARY}}, fresh())
    assert made["metadata"] == {"user_id": "id", "other": "[PERSON_1]"}
    assert redacted(chat.SURFACE, {"user": who}, fresh()) == {"user": "id"}


def test_of_a_remote_server_credentials_and_a_plain_address_stay_and_nothing_else() -> None:
    known = {"Authorization": "Bearer abc.def", "X-Api-Key": "k", "X-User": CANARY}
    tool = {"type": "mcp", "server_label": CANARY, "server_url": "https://mcp.example.com/sse", "headers": known}
    odd = {
        **tool,
        "server_url": f"https://mcp.example.com/?who={CANARY}",
        "headers": [CANARY],
        "authorization": [CANARY],
    }
    made = redacted(responses.SURFACE, {"tools": [tool, odd]}, fresh())
    assert made["tools"][0] == {**tool, "server_label": "[PERSON_1]", "headers": {**known, "X-User": "[PERSON_1]"}}
    assert_no_leak([CANARY], json.dumps(made))
    server = {"type": "url", "url": "https://mcp.example.com/sse", "name": "crm", "authorization_token": "abc.def"}
    lists = [server, {**server, "url": f"https://mcp.example.com/{CANARY}", "tool_configuration": {"note": CANARY}}]
    made = redacted(anthropic.SURFACE, {"mcp_servers": lists}, fresh())
    assert made["mcp_servers"][0] == server
    assert_no_leak([CANARY], json.dumps(made))


@pytest.mark.parametrize("kind", ["file", "input_file", "container_upload"])
def test_only_a_document_may_be_plain_text(kind: str) -> None:
    part = {"type": kind, "source": {"type": "text", "data": "x"}, "file_data": "Q3J5c3RhbA=="}
    for surface in (chat.SURFACE, anthropic.SURFACE):
        with pytest.raises(ProblemError):
            redacted(surface, {"messages": [{"role": "user", "content": [part]}]}, fresh())


def test_what_stands_beside_a_file_that_may_go_on_is_looked_at() -> None:
    said = {"role": "assistant", "audio": {"id": "audio_6819e2a1b8d48190", "transcript": f"I am {CANARY}"}}
    talk = fresh()
    walk = Walk(talk, "allow", str)
    build = chat.SURFACE.plan(walk, {"messages": [said]})
    answer(walk.questions, talk, "nameless")
    assert build()["messages"][0]["audio"]["transcript"] == "I am [PERSON_1]"


def test_text_that_is_json_stays_json() -> None:
    source = '{ "who" : "Crystal Minh",\t"n": [1, 2.50, -3e2], "s": "\\u00e9\\n" }'
    talk = fresh()
    walk = Walk(talk, "refuse", str)
    build = walk.json(source, "assistant")
    answer(walk.questions, talk, "nameless")
    assert build() == source.replace("Crystal Minh", "[PERSON_1]")


@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"a":', b"\xff", b"", b"Infinity", b'"\x01"', b"[1e999]"])
def test_what_is_no_json_is_refused_without_being_repeated(raw: bytes) -> None:
    with pytest.raises(ValueError, match="not JSON") as caught:
        json_text.read(raw)
    assert caught.value.__context__ is None
