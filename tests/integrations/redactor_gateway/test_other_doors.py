"""Completions, embeddings, models, probes; and everything that is no door."""

from typing import Any

import pytest

from redactor.testing import assert_no_leak
from tests.integrations.redactor_gateway.llm import CANARIES, MAIL, NAME, OTHER, standing


@pytest.mark.parametrize("stream", [False, True])
def test_completions(stream: bool) -> None:
    with standing("Dear [PERSON_1].", chunk_size=3) as stand:
        asked: Any = {"model": "gpt-3.5-turbo-instruct", "prompt": f"Write to {NAME}", "suffix": OTHER, "logprobs": 1}
        reply = stand.client.completions.create(**asked, stream=stream)
        chunks = list(reply) if stream else [reply]
        assert "".join(chunk.choices[0].text for chunk in chunks) == f"Dear {NAME}."
        assert all(chunk.choices[0].logprobs is None for chunk in chunks)
        assert_no_leak(CANARIES, stand.model.requests)


def test_embeddings() -> None:
    with standing("unused") as stand:
        reply = stand.client.embeddings.create(model="text-embedding-3-small", input=[NAME, f"{MAIL}, {NAME}"])
        assert reply.data[0].embedding == [0.25, 0.5]
        assert stand.model.asked[0]["input"] == ["[PERSON_1]", "[EMAIL_ADDRESS_1], [PERSON_1]"]


@pytest.mark.parametrize(("path", "name"), [("/v1/embeddings", "input"), ("/v1/completions", "prompt")])
def test_tokens_are_refused(path: str, name: str) -> None:
    with standing("unused") as stand:
        for tokens in ([1, 2, 3], [[1, 2], [3]]):
            refused = stand.post(path, {"model": "text-embedding-3-small", name: tokens})
            assert refused.status_code == 400
        assert not stand.model.requests


def test_models() -> None:
    with standing("unused") as stand:
        assert [model.id for model in stand.client.models.list()] == ["fake"]
        assert stand.get("/v1/models/gpt-4o").status_code == 200
        assert stand.model.requests[-1].path == "/v1/models/gpt-4o"
        for path in ("/v1/models/../files", "/v1/models/%2e%2e/files", "/v1/models/12125550143"):
            assert stand.get(path).status_code == 404
        assert len(stand.model.requests) == 2


@pytest.mark.parametrize("path", ["/v1/files", "/v1/chat/completions/", "/v1/assistants", "/", "/v1/audio/speech"])
def test_what_is_no_door_is_not_found(path: str) -> None:
    with standing("unused") as stand:
        for answer in (stand.get(path), stand.post(path, {"input": NAME})):
            assert answer.status_code == 404
            assert answer.json()["error"]["code"] == "not_found"
        assert not stand.model.requests


def test_probes_and_counts() -> None:
    with standing("Hi.") as stand:
        assert stand.get("/livez").text == "ok\n"
        ready = stand.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"detection": "ok", "vault": "ok", "audit": "ok"})
        stand.post("/v1/chat/completions", {"model": "gpt-4o", "messages": [{"role": "user", "content": NAME}]})
        counted = stand.get("/metrics").text
        assert 'redactor_gateway_requests_total{door="chat",outcome="passed"} 1' in counted
        assert_no_leak(CANARIES, counted)
        assert stand.get("/v1/chat/completions").json()["error"]["code"] == "method_not_allowed"


def test_it_is_not_ready_where_the_canary_is_not_found() -> None:
    with standing("Hi.", canary="nobody is in here") as stand:
        ready = stand.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["detection"] == "failed"
