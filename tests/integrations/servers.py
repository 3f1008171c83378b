"""Servers that keep the bytes they are sent: one speaks like OpenAI and says what it is told, one is a LangSmith.

    with OpenAIServer(["Thanks [PERSON_1]!"]) as server:
        model = ChatOpenAI(model="fake", base_url=server.url, api_key="none", max_retries=0)
        ...
        assert_no_leak(canaries, server.requests)

They listen on 127.0.0.1 only, on a port the system picks, one thread to a request.
"""

import gzip
import io
import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in; `body` is decompressed."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


class Server:
    """A server that keeps every request; a context manager. What is answered is the child's business."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.failures: list[BaseException] = []
        self._lock = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.owner = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def bodies(self) -> list[bytes]:
        """What was sent, request by request."""
        return [request.body for request in self.requests]

    def answer(self, request: Request) -> tuple[int, str, Iterator[bytes]]:
        """Status, content type and the pieces of the body."""
        raise NotImplementedError

    def take(self, request: Request) -> None:
        """Keep a request."""
        with self._lock:
            self.requests.append(request)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)
        if error is None and self.failures:
            raise AssertionError("the test server itself failed") from self.failures[0]


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    owner: Server

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up in the middle is no news; a mistake of ours is told when the server closes."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError):
            self.owner.failures.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def log_message(self, *args: Any) -> None:
        """Nothing is printed."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def _serve(self) -> None:
        request = Request(self.command, self.path, tuple(self.headers.items()), self._body())
        self.server.owner.take(request)
        status, kind, pieces = self.server.owner.answer(request)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def _body(self) -> bytes:
        return _decompressed(self._raw(), self.headers.get("Content-Encoding", ""))

    def _raw(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found


def _decompressed(body: bytes, encoding: str) -> bytes:
    if encoding == "gzip":
        return gzip.decompress(body)
    if encoding == "zstd":
        import zstandard  # comes with langsmith, the only client that uses it

        with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(body)) as reader:
            return bytes(reader.read())
    return body


class LangSmithServer(Server):
    """Takes all that a langsmith `Client(api_url=server.url)` sends: runs one by one, batches, multipart.

    `zstd=True` makes the client compress; `multipart=False` makes it send JSON batches.
    """

    def __init__(self, *, zstd: bool = False, multipart: bool = True) -> None:
        super().__init__()
        self._info = {
            "version": "0.0",
            "instance_flags": {"zstd_compression_enabled": zstd},
            "batch_ingest_config": {
                "use_multipart_endpoint": multipart,
                "scale_up_qsize_trigger": 1000,
                "scale_up_nthreads_limit": 1,
                "scale_down_nempty_trigger": 4,
                "size_limit": 100,
                "size_limit_bytes": 20_971_520,
            },
        }

    def answer(self, request: Request) -> tuple[int, str, Iterator[bytes]]:
        """Everything is fine."""
        known = self._info if request.path.startswith("/info") else {}
        return 200, "application/json", iter([json.dumps(known).encode()])


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function the scripted model wants called."""

    name: str
    args: Any
    id: str = "call_0123456789abcdef01234567"

    @property
    def json(self) -> str:
        """The arguments as the model writes them; a text is sent as it is, parseable or not."""
        return self.args if isinstance(self.args, str) else json.dumps(self.args, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Say:
    """One scripted reply. `status` other than 200: an error whose message is `text`."""

    text: str = ""
    calls: Sequence[ToolCall] = ()
    reasoning: str = ""
    refusal: str = ""
    status: int = 200
    break_after: int | None = None
    """A stream ends after so many events, without a finish: a provider that died."""


Scripted = str | Say | Callable[[Any], str | Say]


class OpenAIServer(Server):
    """Speaks /v1/chat/completions and /v1/responses (JSON and server-sent events) and /v1/models.

    `replies` come in turn and the last one stays; a callable gets the parsed request. Without any, the last message's
    text is echoed. `chunk_size`: characters to a streamed delta.
    """

    USAGE: ClassVar[dict[str, int]] = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}

    def __init__(self, replies: Sequence[Scripted] = (), *, chunk_size: int = 4) -> None:
        super().__init__()
        self.replies = list(replies)
        self.chunk_size = chunk_size
        self._asked = 0

    @property
    def url(self) -> str:
        """The base URL a client is given."""
        return f"{super().url}/v1"

    @property
    def asked(self) -> list[Any]:
        """The bodies of requests for a reply, parsed."""
        return [request.json for request in self.requests if request.method == "POST"]

    def answer(self, request: Request) -> tuple[int, str, Iterator[bytes]]:
        """A scripted reply in the form that was asked for."""
        if request.method == "GET":
            models = {"object": "list", "data": [{"id": "fake", "object": "model", "created": 0, "owned_by": "tests"}]}
            return 200, "application/json", iter([json.dumps(models).encode()])
        asked = request.json
        say = self._next(asked)
        if say.status != 200:
            error = {"error": {"message": say.text, "type": "invalid_request_error", "param": None, "code": None}}
            return say.status, "application/json", iter([json.dumps(error).encode()])
        form = _Responses(say, asked, self.chunk_size, self._asked) if "/responses" in request.path else None
        speaker = form or _Completions(say, asked, self.chunk_size, self._asked)
        if asked.get("stream"):
            return 200, "text/event-stream", _broken(speaker.events(), say.break_after)
        return 200, "application/json", iter([json.dumps(speaker.whole()).encode()])

    def _next(self, asked: Any) -> Say:
        with self._lock:
            turn = self._asked
            self._asked += 1
        if not self.replies:
            return Say(_last_text(asked))
        reply = self.replies[min(turn, len(self.replies) - 1)]
        said = reply(asked) if callable(reply) else reply
        return Say(said) if isinstance(said, str) else said


def _broken(events: Iterator[bytes], after: int | None) -> Iterator[bytes]:
    for number, event in enumerate(events):
        if number == after:
            raise ConnectionResetError  # closes the connection in the middle of the body
        yield event


def _last_text(asked: Any) -> str:
    given = asked.get("messages") or asked.get("input") or ""
    content = given if isinstance(given, str) else given[-1].get("content") or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _pieces(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _event(data: Any, name: str = "") -> bytes:
    said = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return (f"event: {name}\n" if name else "").encode() + f"data: {said}\n\n".encode()


@dataclass(frozen=True, slots=True)
class _Completions:
    """A reply in the words of /v1/chat/completions; `n` choices say the same."""

    say: Say
    asked: Any
    size: int
    number: int
    """The how-manieth reply of the server it is; every reply has ids of its own."""

    def whole(self) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": self.say.text or None, "refusal": self._refusal()}
        if self.say.reasoning:
            message["reasoning_content"] = self.say.reasoning
        if self.say.calls:
            message["tool_calls"] = [self._call(call) for call in self.say.calls]
        choices = [
            {"index": index, "message": message, "finish_reason": self._finish(), "logprobs": None}
            for index in range(self.asked.get("n") or 1)
        ]
        return {**self._head("chat.completion"), "choices": choices, "usage": OpenAIServer.USAGE}

    def events(self) -> Iterator[bytes]:
        for delta in self._deltas():
            for index in range(self.asked.get("n") or 1):
                yield self._chunk([{"index": index, "delta": delta, "finish_reason": None}])
        for index in range(self.asked.get("n") or 1):
            yield self._chunk([{"index": index, "delta": {}, "finish_reason": self._finish()}])
        if (self.asked.get("stream_options") or {}).get("include_usage"):
            yield self._chunk([], usage=OpenAIServer.USAGE)
        yield _event("[DONE]")

    def _deltas(self) -> Iterator[dict[str, Any]]:
        yield {"role": "assistant", "content": ""}
        for name, text in (
            ("reasoning_content", self.say.reasoning),
            ("content", self.say.text),
            ("refusal", self.say.refusal),
        ):
            for piece in _pieces(text, self.size):
                yield {name: piece}
        for index, call in enumerate(self.say.calls):
            named = {"name": call.name, "arguments": ""}
            yield {"tool_calls": [{"index": index, "id": call.id, "type": "function", "function": named}]}
            for piece in _pieces(call.json, self.size):
                yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}

    def _chunk(self, choices: list[dict[str, Any]], **more: Any) -> bytes:
        return _event({**self._head("chat.completion.chunk"), "choices": choices, **more})

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": f"chatcmpl-{self.number:016x}", "object": kind, "created": 0, "model": "fake"}

    def _finish(self) -> str:
        return "tool_calls" if self.say.calls else "stop"

    def _refusal(self) -> str | None:
        return self.say.refusal or None

    @staticmethod
    def _call(call: ToolCall) -> dict[str, Any]:
        return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.json}}


@dataclass(frozen=True, slots=True)
class _Responses:
    """A reply in the words of /v1/responses."""

    say: Say
    asked: Any
    size: int
    number: int
    """The how-manieth reply of the server it is; every reply has ids of its own."""

    def whole(self) -> dict[str, Any]:
        return self._response("completed", self._output())

    def events(self) -> Iterator[bytes]:
        yield self._event("response.created", 0, response=self._response("in_progress", []))
        number = 0
        for index, item in enumerate(self._output()):
            for name, data in self._item_events(index, item):
                number += 1
                yield self._event(name, number, output_index=index, **data)
        yield self._event("response.completed", number + 1, response=self.whole())

    def _item_events(self, index: int, item: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        begun = {**item, "content": [], "arguments": "", "status": "in_progress"}
        yield "response.output_item.added", {"item": begun}
        at = {"item_id": item["id"]}
        if item["type"] == "message":
            place = {**at, "content_index": 0}
            part = item["content"][0]
            yield "response.content_part.added", {**place, "part": {**part, "text": ""}}
            for piece in _pieces(part["text"], self.size):
                yield "response.output_text.delta", {**place, "delta": piece, "logprobs": []}
            yield "response.output_text.done", {**place, "text": part["text"], "logprobs": []}
            yield "response.content_part.done", {**place, "part": part}
        else:
            for piece in _pieces(item["arguments"], self.size):
                yield "response.function_call_arguments.delta", {**at, "delta": piece}
            yield "response.function_call_arguments.done", {**at, "name": item["name"], "arguments": item["arguments"]}
        yield "response.output_item.done", {"item": item}

    def _output(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        if self.say.text:
            part = {"type": "output_text", "text": self.say.text, "annotations": [], "logprobs": []}
            said = {"type": "message", "id": f"msg_{self.number:016x}", "role": "assistant", "content": [part]}
            items.append({**said, "status": "completed"})
        for index, call in enumerate(self.say.calls):
            named = {"type": "function_call", "id": f"fc_{self.number:015x}{index}", "call_id": call.id}
            items.append({**named, "name": call.name, "arguments": call.json, "status": "completed"})
        return items

    def _response(self, status: str, output: list[dict[str, Any]]) -> dict[str, Any]:
        usage = {"input_tokens": 7, "output_tokens": 5, "total_tokens": 12}
        details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
        return {
            "id": f"resp_{self.number:016x}",
            "object": "response",
            "created_at": 0,
            "model": "fake",
            "status": status,
            "output": output,
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
            "parallel_tool_calls": True,
            "temperature": 1.0,
            "tool_choice": "auto",
            "tools": [],
            "top_p": 1.0,
            "usage": usage | details if status == "completed" else None,
        }

    @staticmethod
    def _event(name: str, number: int, /, **data: Any) -> bytes:
        return _event({"type": name, "sequence_number": number, **data}, name)
