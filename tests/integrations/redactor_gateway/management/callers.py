"""A gateway with keys of three clients and two tenants, asked in this process."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from starlette.testclient import TestClient

from redactor import Redactor
from redactor.testing import in_memory
from redactor_gateway.app import create_app
from redactor_gateway.keys import hash_of
from redactor_gateway.settings import GatewaySettings
from tests.integrations.redactor_gateway.llm import KNOWN, NAME, POLICY

WORK = ("redact", "restore", "detect", "transcripts", "privacy")

KEYS: Sequence[Mapping[str, Any]] = (
    {"name": "shop", "hashes": [hash_of("shop")], "scopes": WORK},
    {"name": "desk", "hashes": [hash_of("desk")], "scopes": WORK},
    {"name": "chief", "hashes": [hash_of("chief")], "scopes": ["admin"]},
    {"name": "other", "hashes": [hash_of("other")], "scopes": [*WORK, "admin"], "tenant": "elsewhere"},
    {"name": "bot", "hashes": [hash_of("bot")]},
)


@dataclass(frozen=True)
class Callers:
    """The gateway, for whoever holds one of the keys."""

    client: TestClient
    redactor: Redactor

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "shop", **headers: str) -> httpx2.Response:
        """One call. A body of bytes goes as it is."""
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        given = {"authorization": f"Bearer {key}"} if key else {}
        given |= {"content-type": "application/json"} if body is not None else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, f"/api/v1{path}", content=sent, headers=given)

    def post(self, path: str, body: Any, *, key: str = "shop") -> Any:
        """What a call that must succeed answers."""
        answer = self.ask("POST", path, body, key=key)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def begun(self, name: str = "c-42", *, key: str = "shop") -> str:
        """A conversation in which the customer said her name; its id, for this key."""
        found: str = self.post("/redact", {"conversation": name, "text": f"I am {NAME}"}, key=key)["conversation"]
        return found


@contextmanager
def callers(*, redactor: Redactor | None = None, keys: Any = KEYS, **settings: Any) -> Iterator[Callers]:
    """The gateway, running."""
    wanted = GatewaySettings.model_validate({"keys": keys, "canary": NAME, **settings})
    with (
        redactor or in_memory(KNOWN, policy=POLICY) as used,
        TestClient(create_app(wanted, used), raise_server_exceptions=False) as client,
    ):
        yield Callers(client, used)


def code(answer: httpx2.Response) -> tuple[int, str]:
    """Status and word of a problem."""
    return answer.status_code, answer.json()["error"]["code"]


def audited(to: Callers) -> list[tuple[str, str, str]]:
    """Actor, action and audience of each record of the audit log."""
    rows = [json.loads(row.record) for row in to.redactor.parts.store.audit(0, 100)]
    return [(row["actor"], row["action"], row["audience"]) for row in rows]
