"""LiteLLM's real proxy: before the gateway, with the guardrail over HTTP, and with the guardrail in its own process.

The model sees placeholders, the customer the exact text, and what LiteLLM writes down holds no value but where
docs/litellm.md says so.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai
import pytest

from redactor.testing import assert_no_leak
from redactor_gateway.keys import hash_of, new_key
from tests.integrations.redactor_gateway.litellm.proxy import Proxy, proxy, python
from tests.integrations.redactor_gateway.llm import CANARIES, MAIL, NAME, ORDER, OTHER, TOOLS, ask, knowing
from tests.integrations.redactor_gateway.upstream import ModelServer, gateway
from tests.integrations.servers import Say, ToolCall

pytestmark = pytest.mark.skipif(python() is None, reason="LiteLLM's proxy is not installed; see LITELLM_PYTHON")

SAID = ask(f"I am {NAME}, {MAIL}")
SEEN = ask("I am [PERSON_1], [EMAIL_ADDRESS_1]")
THANKS = "Thanks [PERSON_1], we wrote to [EMAIL_ADDRESS_1]. [PERSON_1] it is."
BACK = f"Thanks {NAME}, we wrote to {MAIL}. {NAME} it is."
WAYS = ("gateway", "http", "class")


@dataclass(frozen=True)
class Line:
    """A proxy, and the model behind everything."""

    proxy: Proxy
    model: ModelServer
    gateway: str = ""
    key: str = ""
    """The gateway's address, and a key for its guardrail."""

    def ask(self, way: str, **more: Any) -> Any:
        """A chat completion that goes one of the ways."""
        guardrails = [] if way == "gateway" else [way]
        headers = more.pop("headers", {})
        return self.proxy.client.chat.completions.create(
            model="via-gateway" if way == "gateway" else "direct",
            extra_body={"guardrails": guardrails},
            extra_headers=headers,
            **{"messages": SAID, **more},
        )

    def says(self, reply: Any) -> None:
        """What the model says from now on."""
        self.model.replies[:] = [reply]

    def last(self) -> Any:
        """What it was asked last."""
        return self.model.asked[-1]


def guardrails(url: str, key: str, config: Path) -> list[Any]:
    """Both, to be chosen by a request."""
    both = {"mode": ["pre_call", "post_call"], "default_on": False}
    http = {
        "guardrail": "generic_guardrail_api",
        "api_base": url,
        "api_key": key,
        "unreachable_fallback": "fail_closed",
        "streaming_transform_mode": "incremental_diff",
        "streaming_sampling_rate": 1,
        "extra_headers": ["x-conversation-id"],
    }
    own = {"guardrail": "redactor_gateway.litellm.RedactorGuardrail", "redactor_config": str(config)}
    return [
        {"guardrail_name": "http", "litellm_params": {**both, **http}},
        {"guardrail_name": "class", "litellm_params": {**both, **own}},
    ]


def models(gateway_url: str, model_url: str) -> list[Any]:
    """The model behind the gateway, and without it."""
    own = {"model": "openai/gpt-4o", "api_key": "sk-tests"}
    claude = {"model": "anthropic/claude-x", "api_key": "sk-tests", "api_base": model_url.removesuffix("/v1")}
    return [
        {"model_name": "via-gateway", "litellm_params": {**own, "api_base": f"{gateway_url}/v1"}},
        {"model_name": "direct", "litellm_params": {**own, "api_base": model_url}},
        {"model_name": "claude", "litellm_params": claude},
    ]


@contextmanager
def standing(folder: Path, *, with_proxy: bool = True, **settings: Any) -> Iterator[Line]:
    """Everything."""
    guard, guard_hash = new_key()
    keys = [
        {"name": "proxy", "hashes": [guard_hash], "scopes": ["litellm"]},
        {"name": "model", "hashes": [hash_of("sk-tests")]},
    ]
    policy = folder / "policy.toml"
    policy.write_text('name = "shop"\n[tools.lookup]\nargs = ["ACCOUNT_ID"]\n', "utf-8")
    config = folder / "redactor.toml"
    config.write_text(f'policy = {json.dumps(str(policy))}\n[store]\nkind = "memory"\n', "utf-8")
    with (
        knowing() as redactor,
        ModelServer([THANKS], chunk_size=3) as model,
        gateway(redactor, model.url, canary=NAME, keys=keys, upstream={"key_env": "LITELLM_TEST_KEY"}) as url,
    ):
        made = {"model_list": models(url, model.url), "guardrails": guardrails(url, guard, config)}
        if not with_proxy:
            yield Line(Proxy("", folder), model, url, guard)
            return
        with proxy(folder / "proxy", {**made, "litellm_settings": settings}) as running:
            yield Line(running, model, url, guard)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """One proxy for the module: it takes seconds to start."""
    with pytest.MonkeyPatch.context() as patch, standing_with(patch, tmp_path_factory.mktemp("litellm")) as found:
        yield found


@contextmanager
def standing_with(
    patch: pytest.MonkeyPatch, folder: Path, *, with_proxy: bool = True, **settings: Any
) -> Iterator[Line]:
    """The same, with the model's key in the environment."""
    patch.setenv("LITELLM_TEST_KEY", "sk-tests")
    with standing(folder, with_proxy=with_proxy, **settings) as found:
        yield found


def text(stream: Any) -> dict[int, str]:
    """The text of each choice of a stream."""
    said: dict[int, str] = {}
    for chunk in stream:
        for choice in chunk.choices:
            said[choice.index] = said.get(choice.index, "") + (choice.delta.content or "")
    return said


def test_the_model_sees_placeholders_and_the_customer_reads_values_whole_and_streamed(line: Line) -> None:
    line.says(THANKS)
    before = len(line.model.requests)
    for way in WAYS:
        assert line.ask(way).choices[0].message.content == BACK, way
        assert line.last()["messages"] == SEEN, way
        assert text(line.ask(way, stream=True)) == {0: BACK}, way
        assert line.last()["messages"] == SEEN, way
    assert_no_leak(CANARIES, line.model.requests[before:])


@pytest.mark.soak
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_a_stream_says_what_the_whole_reply_says(line: Line, way: str, size: int) -> None:
    line.says(THANKS)
    line.model.chunk_size = size
    assert text(line.ask(way, stream=True, n=2)) == {0: BACK, 1: BACK}
    line.model.chunk_size = 3


@pytest.mark.soak
@pytest.mark.parametrize("way", WAYS)
def test_a_conversation_has_its_name_over_calls(line: Line, way: str) -> None:
    named = {"X-Conversation-Id": f"c-{way}"}
    line.says("Hi [PERSON_1] and [PERSON_2].")
    line.ask(way, headers=named)
    history = [*SAID, {"role": "assistant", "content": BACK}, *ask(f"And {OTHER}?")]
    assert line.ask(way, headers=named, messages=history).choices[0].message.content == f"Hi {NAME} and {OTHER}."
    assert line.last()["messages"][-1]["content"] == "And [PERSON_2]?"


@pytest.mark.soak
@pytest.mark.parametrize("way", ["http", "class"])
def test_a_call_id_in_use_is_refused(line: Line, way: str) -> None:
    def slow(_: Any) -> Say:
        with pytest.raises(openai.APIStatusError):
            line.ask(way, headers={"x-litellm-call-id": f"mine-{way}"}, messages=ask(f"I am {OTHER}"))
        return Say("[PERSON_1]")

    line.says(slow)
    said = line.ask(way, headers={"x-litellm-call-id": f"mine-{way}"}).choices[0].message.content
    assert said == NAME


@pytest.mark.soak
@pytest.mark.parametrize("stream", [False, True])
def test_a_tools_arguments_are_restored_in_the_process_and_stay_over_http(line: Line, stream: bool) -> None:
    line.says(Say(calls=[ToolCall("lookup", {"order": "[ACCOUNT_ID_1]"})]))
    messages = ask(f"My order is {ORDER}")
    for way, order in (("gateway", ORDER), ("class", ORDER), ("http", "[ACCOUNT_ID_1]")):
        reply = line.ask(way, messages=messages, tools=TOOLS, stream=stream)
        if stream:
            given = [call for chunk in reply for each in chunk.choices for call in each.delta.tool_calls or []]
        else:
            given = reply.choices[0].message.tool_calls
        assert json.loads("".join(call.function.arguments or "" for call in given)) == {"order": order}, way
    assert_no_leak([ORDER], line.model.requests[-3:])


@pytest.mark.soak
@pytest.mark.parametrize("way", ["http", "class"])
def test_other_doors_are_redacted_and_whole_replies_restored(line: Line, way: str) -> None:
    line.says("Hi [PERSON_1].")
    before = len(line.model.requests)
    given = {"guardrails": [way]}
    asked: dict[str, Any] = {
        "/v1/completions": {"model": "direct", "prompt": f"I am {NAME}"},
        "/v1/responses": {"model": "direct", "input": f"I am {NAME}", "instructions": f"help {NAME}"},
        "/v1/messages": {"model": "claude", "max_tokens": 9, "system": f"help {NAME}", "messages": ask(f"I am {NAME}")},
        "/v1/embeddings": {"model": "direct", "input": [f"I am {NAME}"]},
    }
    for path, body in asked.items():
        answer = line.proxy.post(path, {**body, **given})
        assert answer.status_code == 200, (path, answer.text)
        assert path == "/v1/embeddings" or f"Hi {NAME}." in answer.text, path
    assert len(line.model.requests) == before + 4
    assert_no_leak(CANARIES, line.model.requests[before:])


@pytest.mark.soak
def test_streams_that_cannot_be_restored_show_placeholders_or_are_refused(line: Line) -> None:
    line.says("Hi [PERSON_1].")
    line.model.chunk_size = 100
    asked: dict[str, Any] = {
        "/v1/completions": {"model": "direct", "prompt": f"I am {NAME}"},
        "/v1/responses": {"model": "direct", "input": f"I am {NAME}"},
        "/v1/messages": {"model": "claude", "max_tokens": 9, "messages": ask(f"I am {NAME}")},
    }
    for path, body in asked.items():
        shown = line.proxy.post(path, {**body, "stream": True, "guardrails": ["http"]})
        assert "[PERSON_1]" in shown.text, (path, shown.text)
        other = line.proxy.post(path, {**body, "stream": True, "guardrails": ["class"]})
        assert (other.status_code, NAME in other.text) == ((200, True) if "completions" in path else (400, False)), path
        assert_no_leak(CANARIES, shown.text)
    line.model.chunk_size = 3


@pytest.mark.soak
@pytest.mark.parametrize("way", ["http", "class"])
def test_what_cannot_be_checked_is_refused(line: Line, way: str) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    before = len(line.model.requests)
    with pytest.raises(openai.APIStatusError) as caught:
        line.ask(way, messages=[{"role": "user", "content": [{"type": "text", "text": f"I am {NAME}"}, picture]}])
    assert_no_leak(CANARIES, str(caught.value))
    assert len(line.model.requests) == before


@pytest.mark.soak
def test_in_its_process_every_field_is_redacted_and_nothing_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with standing_with(monkeypatch, tmp_path) as line:
        picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
        rest = {"stop": [NAME], "metadata": {"who": NAME}, "tools": TOOLS}
        assert line.ask("class", **rest).choices[0].message.content
        assert text(line.ask("class", stream=True, **rest))
        with pytest.raises(openai.APIStatusError):
            line.ask("class", messages=[*SAID, {"role": "user", "content": [picture]}], **rest)
        for path, more in (("/v1/responses", {"input": NAME}), ("/v1/completions", {"prompt": f"I am {NAME}"})):
            assert line.proxy.post(path, {"model": "direct", "guardrails": ["class"], **more}).status_code == 200
        assert_no_leak(CANARIES, line.model.requests)
        assert_no_leak(CANARIES, line.proxy.logged(5))


@pytest.mark.soak
def test_over_http_nothing_is_logged_where_litellm_is_told_not_to_log_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with standing_with(monkeypatch, tmp_path, turn_off_message_logging=True) as line:
        assert line.ask("http").choices[0].message.content == BACK
        assert text(line.ask("http", stream=True)) == {0: BACK}
        assert_no_leak(CANARIES, line.proxy.logged(2))
