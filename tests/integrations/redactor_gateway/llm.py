"""What the gateway's tests share: planted values, a Redactor with a rule for a tool, and a gateway before a model."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import openai

from redactor import Redactor
from redactor.policy import Policy
from redactor.testing import in_memory
from tests.integrations.redactor_gateway.upstream import ModelServer, gateway
from tests.integrations.servers import Scripted

NAME, QUOTED, MAIL, ORDER, OTHER = (
    "Crystal Minh",
    'Zoe "Zed" Quill\\',
    "crystal.minh@example.com",
    "8706847615",
    "Paula Überall",
)
CANARIES = (NAME, QUOTED, MAIL, ORDER, OTHER)

POLICY = Policy.from_dict({"name": "shop", "tools": {"lookup": {"args": ["ACCOUNT_ID", "PERSON"]}}})

KNOWN: dict[str | re.Pattern[str], str] = {
    NAME: "PERSON",
    QUOTED: "PERSON",
    OTHER: "PERSON",
    MAIL: "EMAIL_ADDRESS",
    ORDER: "ACCOUNT_ID",
    re.compile(r"Customer\d+"): "PERSON",
}

TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": name,
            "description": f"Ask {OTHER} about an order",
            "parameters": {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]},
        },
    }
    for name in ("lookup", "notify")
]


@contextmanager
def knowing(policy: Policy = POLICY) -> Iterator[Redactor]:
    """A Redactor that finds the canaries, and customers by their number."""
    with in_memory(KNOWN, policy=policy) as made:
        yield made


@dataclass(frozen=True)
class Standing:
    """A gateway before a model."""

    url: str
    model: ModelServer

    @property
    def client(self) -> Any:  # its replies are unions of dozens of kinds
        """The vendor's own client."""
        alone = {"Connection": "close"}  # a connection that is kept open holds up the server's end
        return openai.OpenAI(base_url=f"{self.url}/v1", api_key="sk-tests", max_retries=0, default_headers=alone)

    def post(self, path: str, body: Any, **headers: str) -> httpx2.Response:
        """A request as any program makes it."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        raw: Any = {"content": body} if isinstance(body, bytes) else {"json": body}
        with httpx2.Client(verify=False, timeout=20.0, trust_env=False) as client:
            return client.post(f"{self.url}{path}", headers=named, **raw)

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """A request without a body."""
        with httpx2.Client(verify=False, timeout=20.0, trust_env=False) as client:
            return client.get(f"{self.url}{path}", headers={name.replace("_", "-"): v for name, v in headers.items()})


@contextmanager
def standing(*replies: Scripted, chunk_size: int = 4, policy: Policy = POLICY, **settings: Any) -> Iterator[Standing]:
    """A gateway before a model that says `replies` in turn."""
    with (
        knowing(policy) as redactor,
        ModelServer(replies, chunk_size=chunk_size) as model,
        gateway(redactor, model.url, **{"canary": NAME, **settings}) as url,
    ):
        yield Standing(url, model)


def ask(text: str, *before: dict[str, Any]) -> list[Any]:
    """A conversation that ends with the customer's words."""
    return [*before, {"role": "user", "content": text}]
