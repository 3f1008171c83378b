"""A gateway on a real port before an upstream that keeps every byte it is sent, for tests.

The upstream speaks as `OpenAIServer` does, and as Anthropic's API on /v1/messages; `Raw` answers with given bytes.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from redactor import Redactor
from redactor_gateway.app import create_app
from redactor_gateway.settings import GatewaySettings
from tests.integrations.servers import OpenAIServer, Request, Say, Server


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer byte for byte."""

    body: Sequence[bytes] = field(repr=False)
    """Pieces; a connection is cut after them where `cut` says so."""
    status: int = 200
    media_type: str = "application/json"
    cut: bool = False
    seconds: float = 0.0
    """Waited before the first piece."""
    pause: float = 0.0
    """Waited between pieces."""


class RawServer(Server):
    """Gives what it is told, in turn; the last answer stays. A callable is given the request."""

    def __init__(self, *answers: Raw | Callable[[Request], Raw]) -> None:
        super().__init__()
        self.answers = list(answers)

    @property
    def url(self) -> str:
        """The base URL."""
        return f"{super().url}/v1"

    def answer(self, request: Request) -> tuple[int, str, Iterator[bytes]]:
        """The next answer."""
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        raw = given(request) if callable(given) else given
        time.sleep(raw.seconds)
        return raw.status, raw.media_type, self._pieces(raw)

    @staticmethod
    def _pieces(raw: Raw) -> Iterator[bytes]:
        for piece in raw.body:
            yield piece
            time.sleep(raw.pause)
        if raw.cut:
            raise ConnectionResetError


class ModelServer(OpenAIServer):
    """Speaks OpenAI's API, legacy completions and embeddings among it, and Anthropic's."""

    def answer(self, request: Request) -> tuple[int, str, Iterator[bytes]]:
        """A scripted reply."""
        if request.path.endswith("/embeddings"):
            return 200, "application/json", iter([json.dumps(_vectors(request.json)).encode()])
        if request.path.endswith("/count_tokens"):
            return 200, "application/json", iter([b'{"input_tokens": 7}'])
        if request.path.endswith("/conversations"):
            made = {"id": "conv_0123456789abcdef", "object": "conversation", "created_at": 0}
            made["metadata"] = request.json.get("metadata", {})
            return 200, "application/json", iter([json.dumps(made).encode()])
        if request.path.endswith("/messages") or request.path.endswith("/v1/completions"):
            asked = request.json
            speaker = _messages if request.path.endswith("/messages") else _completions
            return speaker(self._next(asked), asked, self.chunk_size)
        return super().answer(request)


def _vectors(asked: Any) -> dict[str, Any]:
    data = [{"object": "embedding", "index": 0, "embedding": [0.25, 0.5]}]
    return {"object": "list", "data": data, "model": asked["model"], "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def _cut(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def _event(data: Any, name: str = "") -> bytes:
    said = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return (f"event: {name}\n" if name else "").encode() + f"data: {said}\n\n".encode()


def _completions(say: Say, asked: Any, size: int) -> tuple[int, str, Iterator[bytes]]:
    head = {"id": "cmpl-0123456789abcdef", "object": "text_completion", "created": 0, "model": asked["model"]}

    def choice(text: str, finish: str | None) -> dict[str, Any]:
        logprobs = {"tokens": list(text)}
        return {**head, "choices": [{"index": 0, "text": text, "logprobs": logprobs, "finish_reason": finish}]}

    if not asked.get("stream"):
        return 200, "application/json", iter([json.dumps(choice(say.text, "stop")).encode()])
    events = [_event(choice(piece, None)) for piece in _cut(say.text, size)]
    return 200, "text/event-stream", iter([*events, _event(choice("", "stop")), _event("[DONE]")])


def _messages(say: Say, asked: Any, size: int) -> tuple[int, str, Iterator[bytes]]:
    head = {"id": "msg_0123456789abcdef", "type": "message", "role": "assistant", "model": asked["model"]}
    usage = {"input_tokens": 7, "output_tokens": 5}
    blocks: list[dict[str, Any]] = [{"type": "text", "text": say.text}] if say.text else []
    blocks += [{"type": "tool_use", "id": call.id, "name": call.name, "input": call.args} for call in say.calls]
    end = {"stop_reason": "tool_use" if say.calls else "end_turn", "stop_sequence": None}
    if not asked.get("stream"):
        return 200, "application/json", iter([json.dumps({**head, "content": blocks, **end, "usage": usage}).encode()])
    return 200, "text/event-stream", _message_events(head, blocks, end, usage, size)


def _message_events(head: Any, blocks: Any, end: Any, usage: Any, size: int) -> Iterator[bytes]:
    begun = {**head, "content": [], "stop_reason": None, "stop_sequence": None, "usage": usage}
    yield _event({"type": "message_start", "message": begun}, "message_start")
    yield _event({"type": "ping"}, "ping")
    for index, block in enumerate(blocks):
        is_text = block["type"] == "text"
        empty = {**block, "text": ""} if is_text else {**block, "input": {}}
        at = {"index": index}
        yield _event({"type": "content_block_start", **at, "content_block": empty}, "content_block_start")
        whole = block["text"] if is_text else json.dumps(block["input"], ensure_ascii=False)
        for piece in _cut(whole, size):
            delta = {"type": "text_delta", "text": piece} if is_text else {"type": "input_json_delta"}
            delta = delta if is_text else {**delta, "partial_json": piece}
            yield _event({"type": "content_block_delta", **at, "delta": delta}, "content_block_delta")
        yield _event({"type": "content_block_stop", **at}, "content_block_stop")
    yield _event({"type": "message_delta", "delta": end, "usage": {"output_tokens": 5}}, "message_delta")
    yield _event({"type": "message_stop"}, "message_stop")


@contextmanager
def gateway(redactor: Redactor, url: str, **settings: Any) -> Iterator[str]:
    """A gateway on a port of its own; gives its address, without the version."""
    given: Mapping[str, Any] = settings.pop("upstream", {})
    at = {"url": url, "speaks": "both", "connect_seconds": 2.0, "retries": 0, **given}
    wanted = GatewaySettings.model_validate({"upstreams": {"llm": at}, **settings})
    with served(create_app(wanted, redactor)) as address:
        yield address


@contextmanager
def served(app: Any, **config: Any) -> Iterator[str]:
    """Any ASGI application on a port of its own."""
    given = {"host": "127.0.0.1", "port": 0, "log_level": "critical", "timeout_graceful_shutdown": 1, **config}
    with listening(uvicorn.Config(app, **given)) as address:
        yield address


@contextmanager
def listening(config: uvicorn.Config) -> Iterator[str]:
    """A server as it is configured, in a thread."""
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise AssertionError("the gateway did not start")
            time.sleep(0.005)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
