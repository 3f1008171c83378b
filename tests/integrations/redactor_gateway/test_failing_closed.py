"""Whatever fails, the upstream gets nothing that was not checked, and the client gets a clear error without a value."""

import json
import time
from collections.abc import Sequence
from typing import Any

import httpx2
import openai
import pytest

from redactor import Redactor
from redactor.exceptions import AuditError, StorageError
from redactor.policy import Policy
from redactor.testing import assert_no_leak, in_memory
from redactor.types import Entity
from tests.integrations.redactor_gateway.line import BODY, DONE, FINE, chunk, code, line, stream
from tests.integrations.redactor_gateway.llm import CANARIES, KNOWN, MAIL, NAME, OTHER, ask
from tests.integrations.redactor_gateway.upstream import Raw

# what comes in


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (b"", 400, "invalid_json"),
        (b"[1]", 400, "invalid_json"),
        (b'{"a": NaN}', 400, "invalid_json"),
        (b'{"a": ' * 500, 400, "invalid_json"),
        (b"\xff\xfe", 400, "invalid_json"),
        ({"model": "gpt-4o", "messages": "Crystal Minh"}, 400, "invalid_type"),
        ({"model": "gpt-4o", "messages": [], "x": [[]]}, 200, ""),
        (b'{"x": ' + b"[" * 200 + b"]" * 200 + b"}", 400, "nested_too_deep"),
        (b'{"x": "' + b"y" * 5000 + b'"}', 413, "request_too_large"),
        ({"model": "gpt-4o", "messages": ask("x", *ask("y") * 60)}, 413, "too_many_texts"),
    ],
    ids=["empty", "list", "nan", "unended", "bytes", "no list", "odd", "deep", "large", "many"],
)
def test_bodies_that_cannot_be_read_are_refused(body: Any, status: int, word: str) -> None:
    with line(limits={"request_bytes": 30_000 if b"[[" in bytes(str(body), "utf8") else 4_000, "texts": 50}) as to:
        answer = to.ask(body)
        assert answer.status_code == status
        if word:
            assert answer.json()["error"]["code"] == word
            assert not to.upstream.requests


def test_compressed_requests_are_refused() -> None:
    with line() as to:
        assert code(to.ask(content_encoding="gzip")) == (415, "unsupported_encoding")


def test_a_request_without_a_length_may_not_grow_without_end() -> None:
    with line(limits={"request_bytes": 1000}) as to, httpx2.Client(verify=False, trust_env=False) as client:
        pieces = (b"x" * 100 for _ in range(50))
        answer = client.post(f"{to.url}/v1/chat/completions", content=pieces)
        assert answer.status_code == 413


def test_names_of_conversations_have_a_shape() -> None:
    with line() as to:
        assert code(to.ask(x_conversation_id="x" * 300)) == (400, "invalid_conversation_id")
        assert code(to.ask(x_conversation_id="")) == (400, "invalid_conversation_id")
        assert not to.upstream.requests


def test_half_a_character_passes_as_it_came() -> None:
    with line() as to:
        body = b'{"model": "gpt-4o", "messages": [{"role": "user", "content": "\\ud83d Crystal Minh"}]}'
        assert to.ask(body).status_code == 200
        assert to.upstream.requests[0].json["messages"][0]["content"] == "\ud83d [PERSON_1]"


# what is inside


def failing(text: str, context: Sequence[str]) -> list[Entity]:
    if NAME in text:
        raise RuntimeError(text)
    return []


def hanging(text: str, context: Sequence[str]) -> list[Entity]:
    time.sleep(0.7 if NAME in text else 0.0)
    return []


@pytest.mark.parametrize("wants_stream", [False, True])
def test_a_recognizer_that_fails_or_hangs_stops_the_request(wants_stream: bool) -> None:
    for recognizer, word in ((failing, "detection_failed"), (hanging, "redact_timeout")):
        with line(redactor=Redactor(recognizers=[recognizer]), limits={"redact_seconds": 0.3}) as to:
            answer = to.ask({**BODY, "stream": wants_stream})
            assert code(answer) == (503, word)
            assert answer.headers["retry-after"] == "1"
            assert not to.upstream.requests
            assert_no_leak(CANARIES, answer.content, dict(answer.headers))


@pytest.mark.parametrize("error", [StorageError("down"), AuditError("down"), RuntimeError(NAME)])
def test_a_store_that_fails_stops_the_request(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    with line() as to:

        def down(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr("redactor.conversation.Conversation.redact_turns", down)
        answer = to.ask(x_conversation_id="t")
        assert answer.status_code in (500, 503)
        assert not to.upstream.requests
        assert_no_leak(CANARIES, answer.content)


def test_a_message_that_the_policy_blocks_is_refused() -> None:
    policy: Any = {"name": "strict", "types": {"PERSON": {"operator": "block"}}}
    with line(redactor=in_memory(KNOWN, policy=Policy.from_dict(policy))) as to:
        answer = to.ask()
        assert code(answer) == (400, "blocked_by_policy")
        assert not to.upstream.requests


# what comes back


@pytest.mark.parametrize(
    ("answer", "status", "word"),
    [
        (Raw([b"<html>[PERSON_1]</html>"], media_type="text/html"), 502, "malformed_reply"),
        (Raw([b"[]"]), 502, "malformed_reply"),
        (Raw([b'{"choices": "[PERSON_1]"}']), 502, "malformed_reply"),
        (Raw([b'{"id": "x", '], cut=True), 502, "upstream_cut"),
        (Raw([b"x" * 3000]), 502, "reply_too_large"),
        (Raw([b'{"error": {"message": "[PERSON_1]"}}'], status=307), 502, "upstream_redirected"),
        (Raw([b"teapot of [PERSON_1]"], status=418), 418, "upstream_error"),
        (Raw([b"{}"], seconds=1.5), 502, "upstream_timeout"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_replies_that_cannot_be_read_are_not_passed_on(answer: Raw, status: int, word: str) -> None:
    with line(answer, limits={"reply_bytes": 2000}, upstream={"read_seconds": 0.8}) as to:
        told = to.ask()
        assert code(told) == (status, word)
        assert_no_leak([*CANARIES, "[PERSON_1]"], told.content)


def test_errors_of_an_upstream_are_never_restored() -> None:
    error = {"error": {"message": "too long: I am [PERSON_1]", "type": "invalid_request_error", "code": "x"}}
    with line(Raw([json.dumps(error).encode()], status=400)) as to:
        answer = to.ask()
        assert (answer.status_code, answer.json()) == (400, error)


@pytest.mark.parametrize(
    ("answer", "said", "word"),
    [
        (stream(chunk("Hi [PERSON_1]. Bye [PER")), f"Hi {NAME}. ", "upstream_cut"),
        (stream(chunk("Hi [PERSON_1]. Bye"), cut=True), f"Hi {NAME}. ", "upstream_cut"),
        (
            stream(chunk("Hi [PERSON_1]. Bye"), b"data: {broken [PERSON_1]\n\n", DONE),
            f"Hi {NAME}. ",
            "malformed_stream",
        ),
        (stream(chunk("Hi [PERSON_1]. Bye"), b"data: \xff\xfe\n\n"), f"Hi {NAME}. ", "malformed_stream"),
        (stream(chunk("Hi [PERSON_1]. Bye"), b"data: " + b"x" * 9000), f"Hi {NAME}. ", "event_too_large"),
        (stream(chunk("Hi [PERSON_1]. Bye"), *[b": " + b"x" * 4000 + b"\n\n"] * 9), f"Hi {NAME}. ", "reply_too_large"),
        (stream(b'data: {"choices": [1]}\n\n'), "", "malformed_reply"),
        (stream(chunk("Hi [PERSON_1]. Bye"), b"", pause=1.5), f"Hi {NAME}. ", "upstream_cut"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_stream_that_breaks_ends_with_an_error(answer: Raw, said: str, word: str) -> None:
    limits = {"event_bytes": 5000, "reply_bytes": 4000}
    with line(answer, limits=limits, upstream={"read_seconds": 0.8}) as to:
        told = to.ask({**BODY, "stream": True})
        events = [json.loads(each[6:]) for each in told.text.split("\n\n") if each.startswith("data: ")]
        text = "".join(each["choices"][0]["delta"]["content"] for each in events[:-1])
        assert text.startswith(said)
        assert "[PER" not in text
        assert events[-1]["error"]["code"] == word
        assert "[DONE]" not in told.text
        client = openai.OpenAI(base_url=f"{to.url}/v1", api_key="k", max_retries=0)
        with pytest.raises(openai.APIError), client:
            list(client.chat.completions.create(**BODY, stream=True))


def test_errors_within_a_stream_are_never_restored() -> None:
    error = b'data: {"error": {"message": "quota of [PERSON_1]"}}\n\n'
    with line(stream(chunk("Hi."), error, chunk(OTHER))) as to:
        told = to.ask({**BODY, "stream": True})
        assert told.text.endswith('data: {"error":{"message":"quota of [PERSON_1]"}}\n\n')
        assert_no_leak(CANARIES, told.content)


def test_a_reply_that_cannot_be_scanned_ends_with_an_error() -> None:
    def fails_later(text: str, context: Sequence[str]) -> list[Entity]:
        if "forty" in text:
            raise RuntimeError(text)
        return []

    with line(
        stream(chunk("Hi there. "), chunk("It is forty two. "), chunk("", "stop"), DONE),
        redactor=Redactor(recognizers=[fails_later]),
    ) as to:
        told = to.ask({**BODY, "stream": True})
        assert "forty" not in told.text
        assert '"code":"detection_failed"' in told.text
        assert "[DONE]" not in told.text


def test_an_upstream_that_ignores_the_wish_for_a_stream_is_restored_too() -> None:
    with line(FINE) as to:
        told = to.ask({**BODY, "stream": True})
        assert told.json()["choices"][0]["message"]["content"] == f"Hi {NAME}."


def test_comments_keep_the_stream_alive_without_the_upstreams_words() -> None:
    with line(stream(b": for [PERSON_1]\n\n", chunk("Hi.", "stop"), DONE)) as to:
        assert to.ask({**BODY, "stream": True}).text.startswith(": keep-alive\n\n")


def test_nothing_that_comes_behind_the_end_is_passed_on() -> None:
    with line(stream(chunk("Hi.", "stop") + DONE + chunk(OTHER) + b"data: {broken\n\n")) as to:
        told = to.ask({**BODY, "stream": True})
        assert told.text.endswith("data: [DONE]\n\n")
        assert_no_leak([OTHER, "broken"], told.content)


def test_logs_at_their_loudest_hold_no_value(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    cut = stream(chunk("Hi [PERSON_1]. Bye"), cut=True)
    with line(FINE, cut, Raw([b"oops of [PERSON_1]"], status=500), redactor=in_memory(KNOWN)) as to:
        for body in (BODY, {**BODY, "stream": True}, BODY, b"{broken Crystal Minh"):
            to.ask(body, x_conversation_id=MAIL, authorization=f"Bearer {NAME}")
    with line(redactor=Redactor(recognizers=[failing])) as to:
        to.ask()
    assert caplog.records
    assert_no_leak(CANARIES, caplog.records, caplog.text)
