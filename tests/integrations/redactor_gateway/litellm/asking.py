"""LiteLLM's side of its Generic Guardrail API, without LiteLLM."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from redactor_gateway.keys import new_key
from tests.integrations.redactor_gateway.llm import standing

PATH = "/beta/litellm_basic_guardrail_api"


@dataclass(frozen=True)
class Asking:
    """A gateway, and a key for its guardrail."""

    url: str
    key: str
    who: str = "hash-1"
    """Whom LiteLLM let in."""

    def post(self, body: Any, **headers: str) -> httpx2.Response:
        """A question as it goes over the wire."""
        named = {"x-api-key": self.key, **{name.replace("_", "-"): value for name, value in headers.items()}}
        with httpx2.Client(verify=False, timeout=20.0, trust_env=False) as client:
            return client.post(f"{self.url}{PATH}", json=body, headers=named)

    def ask(self, kind: str, texts: list[str], call: str = "call-1", who: str = "", **more: Any) -> Any:
        """The answer to a question."""
        body = {"input_type": kind, "texts": texts, "litellm_call_id": call, "litellm_trace_id": "trace-1"}
        response = self.post({**body, "request_data": {"user_api_key_hash": who or self.who}, **more})
        assert response.status_code == 200
        return response.json()

    def request(self, *messages: Any, **more: Any) -> Any:
        """Messages as LiteLLM shows them: their texts, and whole."""
        texts = [each["content"] for each in messages if isinstance(each.get("content"), str)]
        return self.ask("request", texts, structured_messages=list(messages), **more)

    def reply(self, *texts: str, **more: Any) -> Any:
        """What a model said."""
        return self.ask("response", list(texts), **more)


@contextmanager
def asking(**settings: Any) -> Iterator[Asking]:
    """A gateway whose guardrail one key may use."""
    key, hashed = new_key()
    keys = [{"name": "litellm", "hashes": [hashed], "scopes": ["litellm"]}]
    with standing("x", keys=keys, **settings) as stand:
        yield Asking(stand.url, key)
