"""A gateway before an upstream that answers byte for byte, and what both say in tests of failures."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from redactor import Redactor
from redactor.testing import in_memory
from tests.integrations.redactor_gateway.llm import KNOWN, NAME, ask
from tests.integrations.redactor_gateway.upstream import Raw, RawServer, gateway
from tests.integrations.servers import Request

BODY: dict[str, Any] = {"model": "gpt-4o", "messages": ask(f"I am {NAME}")}


def chunk(text: str, finish: str | None = None) -> bytes:
    """One event of a streamed chat completion."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return f"data: {json.dumps({'id': 'x', 'choices': [choice]})}\n\n".encode()


def reply(text: str) -> Raw:
    """A whole chat completion."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return Raw([json.dumps({"id": "x", "choices": [choice]}).encode()])


def stream(*pieces: bytes, **more: Any) -> Raw:
    """A stream of these bytes."""
    return Raw(pieces, media_type="text/event-stream", **more)


FINE = reply("Hi [PERSON_1].")
DONE = b"data: [DONE]\n\n"


@dataclass
class Line:
    """The gateway's address, and the upstream behind it."""

    url: str
    upstream: RawServer

    def ask(self, body: Any = BODY, **headers: str) -> httpx2.Response:
        """A chat completion as any program asks for it."""
        with httpx2.Client(verify=False, timeout=20.0, trust_env=False) as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            raw: Any = {"content": body} if isinstance(body, bytes) else {"json": body}
            return client.post(f"{self.url}/v1/chat/completions", headers=named, **raw)


@contextmanager
def line(*answers: Raw | Callable[[Request], Raw], redactor: Redactor | None = None, **settings: Any) -> Iterator[Line]:
    """A gateway whose upstream gives these answers in turn."""
    with (
        redactor or in_memory(KNOWN) as used,
        RawServer(*(answers or [FINE])) as upstream,
        gateway(used, upstream.url, canary=NAME, **settings) as url,
    ):
        yield Line(url, upstream)


def code(answer: httpx2.Response) -> tuple[int, str]:
    """Status and word of a problem."""
    return answer.status_code, answer.json()["error"]["code"]
