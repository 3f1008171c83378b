"""Talks to any OpenAI-compatible `/chat/completions` endpoint, streamed, with the standard library alone.

The stream is server-sent events (WHATWG HTML, section 9.2): lines `data: {...}`, the last `data: [DONE]`, as
https://platform.openai.com/docs/api-reference/chat/streaming describes them. Redirects are not followed, so
that the key goes nowhere else; no error repeats what the endpoint wrote.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from redactor.cli.bot import Said
from redactor.exceptions import ConfigError, RedactorError
from redactor.secret import Secret

SYSTEM = (
    "Personal data in this conversation is replaced by placeholders such as [PERSON_1] or [EMAIL_ADDRESS_2]. "
    "Treat each as the value it stands for, and write it exactly as it is, brackets included, wherever you would "
    "write the value."
)
"""What the LLM is told; the only words in its context that nobody typed."""

_SECONDS_TO_WAIT = 120.0
"""For the next piece; slow local models take long to begin."""


class UpstreamError(RedactorError):
    """The endpoint could not be reached, refused, or answered in another format."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """An endpoint and a model of it; call it with the messages to get the reply in pieces."""

    url: str
    model: str
    key: Secret[str] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError("--upstream: expected an http or https address, such as http://localhost:8000/v1")

    def __call__(self, messages: Sequence[Said]) -> Iterator[str]:
        parts = urlsplit(self.url)
        try:
            with closing(_connection(parts)) as connection:
                connection.request("POST", _path(parts), self._body(messages), self._headers())
                with connection.getresponse() as response:
                    yield from _pieces(_checked(response))
        except (OSError, HTTPException) as error:
            reason = type(error).__name__
            raise UpstreamError(f"the upstream cannot be reached ({reason}); is the address right?") from None

    def _body(self, messages: Sequence[Said]) -> bytes:
        said = [{"role": "system", "content": SYSTEM}]
        said += [{"role": message.role, "content": message.text} for message in messages]
        return json.dumps({"model": self.model, "messages": said, "stream": True}).encode()

    def _headers(self) -> Mapping[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        return headers | ({"Authorization": f"Bearer {self.key.reveal()}"} if self.key else {})


def _connection(parts: SplitResult) -> HTTPConnection:
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=_SECONDS_TO_WAIT)


def _path(parts: SplitResult) -> str:
    path = parts.path.rstrip("/")
    path = path if path.endswith("/chat/completions") else f"{path}/chat/completions"
    return f"{path}?{parts.query}" if parts.query else path


def _checked(response: HTTPResponse) -> HTTPResponse:
    if response.status == 200:
        return response
    hints = {401: "check OPENAI_API_KEY", 403: "check OPENAI_API_KEY", 404: "check the address and --model"}
    hint = hints.get(response.status, "see its own log")
    raise UpstreamError(f"the upstream answered {response.status}; {hint}")


def _pieces(response: HTTPResponse) -> Iterator[str]:
    if "event-stream" not in response.getheader("Content-Type", ""):
        yield _text_of(_parsed(response.read()), "message")
        return
    for data in _events(response):
        if data == b"[DONE]":
            return
        yield _text_of(_parsed(data), "delta")


def _events(lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line.startswith(b"data:"):
            yield line.removeprefix(b"data:").strip()


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data)
    except ValueError:
        raise UpstreamError("the upstream's answer is not JSON; expected the format of /chat/completions") from None


def _text_of(answer: object, where: str) -> str:
    match answer:
        case {"choices": [{**choice}, *_]}:
            part = choice.get(where)
            return str(part.get("content") or "") if isinstance(part, dict) else ""
        case {"choices": []} | {"usage": _}:
            return ""
    raise UpstreamError("the upstream's answer has no `choices`; expected the format of /chat/completions")
