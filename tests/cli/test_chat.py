"""`chat`: the person reads values, the LLM sees placeholders, the key is never shown."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from redactor.cli.bot import Said
from redactor.cli.session import Session, with_order_tool
from redactor.cli.upstream import Upstream, UpstreamError
from redactor.exceptions import ConfigError
from redactor.redactor import Redactor
from redactor.secret import Secret
from redactor.testing import FakeRecognizer
from redactor.types import Entity

TYPED = "my name is Ann Canary\norder number 8706847615\nann.canary@example.com\nthat's all, bye\n"


def test_the_person_reads_values_again(command: Callable[..., Any]) -> None:
    result = command("chat", stdin=TYPED)
    assert result.code == 0
    assert "Nice to meet you, Ann Canary." in result.out
    assert "Order 8706847615 is" in result.out
    assert "I will write to ann.canary@example.com" in result.out
    assert "[" not in result.out


def test_what_the_llm_sees_is_shown_on_demand_and_holds_no_value(command: Callable[..., Any]) -> None:
    out = command("chat", "--show-llm", stdin=TYPED).out
    seen = [line for line in out.splitlines() if line.startswith("  the LLM ")]
    assert "  the LLM sees: my name is [PERSON_1]" in seen
    assert len(seen) == 8
    assert not any(value in line for line in seen for value in ("Canary", "8706847615", "example.com"))


def test_an_empty_line_is_no_message(command: Callable[..., Any]) -> None:
    assert command("chat", stdin="\n   \n").out.count("\n") == 1


@dataclass
class Endpoint:
    """A made-up OpenAI-compatible server and what it was sent."""

    url: str = ""
    status: int = 200
    kind: str = "text/event-stream"
    answer: bytes = b""
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    found = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.paths.append(self.path)
            found.headers.append(dict(self.headers))
            found.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(found.status)
            self.send_header("Content-Type", found.kind)
            self.end_headers()
            self.wfile.write(found.answer)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield found
    server.shutdown()
    server.server_close()


def _events(*pieces: str) -> bytes:
    lines = [": a comment", ""]
    lines += [f"data: {json.dumps({'choices': [{'delta': {'content': piece}}]})}\n" for piece in pieces]
    lines += [f"data: {json.dumps({'choices': [{'delta': {}}]})}\n", 'data: {"choices": [], "usage": {}}\n']
    return "\n".join([*lines, "data: [DONE]", ""]).encode()


def test_an_upstream_is_sent_placeholders_and_its_stream_reads_restored(
    command: Callable[..., Any], endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    endpoint.answer = _events("Hello [PER", "SON_", "1], all", " is well.")
    result = command("chat", "--upstream", endpoint.url, "--model", "tiny", stdin="my name is Ann Canary\nthanks\n")
    assert result.out == "Hello Ann Canary, all is well.\n" * 2
    assert endpoint.paths == ["/v1/chat/completions"] * 2
    assert "Ann" not in json.dumps(endpoint.asked)
    roles = [message["role"] for message in endpoint.asked[1]["messages"]]
    assert roles == ["system", "user", "assistant", "user"]
    assert endpoint.asked[1]["messages"][2]["content"] == "Hello [PERSON_1], all is well."
    assert endpoint.asked[0]["model"] == "tiny"
    assert endpoint.headers[0]["Authorization"] == "Bearer sk-canary"
    assert "sk-canary" not in result.out + result.err


def test_of_the_resent_history_only_what_is_new_is_detected() -> None:
    asked: list[str] = []
    fake = FakeRecognizer({"Ann Canary": "PERSON", "8706847615": "ACCOUNT_ID", "ann@example.com": "EMAIL_ADDRESS"})

    def counting(text: str, context: Sequence[str]) -> Iterable[Entity]:
        asked.append(text)
        return fake(text, context)

    with Redactor(policy=with_order_tool("default"), recognizers=[counting]) as redactor:
        session = Session(redactor.conversation("c"))
        for typed in ("I am Ann Canary", "order 8706847615", "ann@example.com", "call me, please"):
            session.hear(typed)
            list(session.answer(session.support_bot))
    assert len(asked) == len(set(asked)) == 9  # four messages, four replies, one answer of the tool


def test_a_value_split_over_two_messages_is_rewritten_before_the_llm_sees_it_again() -> None:
    with Redactor(recognizers=[FakeRecognizer({})]) as redactor:
        session = Session(redactor.conversation("c"))
        session.hear("4111 1111")
        session.hear("1111 1111")
    assert not any("1111" in said.text for said in session.messages)


def test_an_answer_that_is_not_streamed_is_read_too(endpoint: Endpoint) -> None:
    endpoint.kind, endpoint.answer = "application/json", b'{"choices": [{"message": {"content": "hello"}}]}'
    assert list(Upstream(endpoint.url, "m")([Said("user", "hi")])) == ["hello"]


def test_a_path_that_names_the_endpoint_is_taken_as_it_is(endpoint: Endpoint) -> None:
    endpoint.answer = _events("x")
    list(Upstream(f"{endpoint.url}/chat/completions?version=2", "m")([Said("user", "hi")]))
    assert endpoint.paths == ["/v1/chat/completions?version=2"]


@pytest.mark.parametrize(
    ("status", "kind", "answer", "said"),
    [
        (401, "text/plain", b"canary", "check OPENAI_API_KEY"),
        (302, "text/plain", b"canary", "302"),
        (500, "text/plain", b"canary", "500"),
        (200, "text/html", b"<p>canary", "not JSON"),
        (200, "application/json", b'{"error": "canary"}', "choices"),
        (200, "text/event-stream", b"data: canary\n", "not JSON"),
    ],
)
def test_an_upstream_that_fails_is_an_error_that_does_not_repeat_it(
    endpoint: Endpoint, status: int, kind: str, answer: bytes, said: str
) -> None:
    endpoint.status, endpoint.kind, endpoint.answer = status, kind, answer
    with pytest.raises(UpstreamError, match=said) as caught:
        list(Upstream(endpoint.url, "m")([Said("user", "hi")]))
    assert "canary" not in str(caught.value)


def test_an_upstream_that_is_not_there_is_named_as_such() -> None:
    with pytest.raises(UpstreamError, match="cannot be reached"):
        list(Upstream("http://127.0.0.1:9/v1", "m")([Said("user", "hi")]))


@pytest.mark.parametrize("url", ["localhost:8000", "file:///etc/passwd", "http://", ""])
def test_an_address_that_is_none_is_refused_early(url: str) -> None:
    with pytest.raises(ConfigError, match="--upstream"):
        Upstream(url, "m")


def test_the_key_is_in_no_repr() -> None:
    assert "canary" not in repr(Upstream("http://localhost/v1", "m", Secret("sk-canary")))
