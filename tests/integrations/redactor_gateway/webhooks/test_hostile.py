"""Hostile requests: nothing raises, nothing that is not signed is taken in, nothing is called that is not listed."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor.testing import in_memory
from redactor_gateway.incoming import Incoming
from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox
from redactor_gateway.webhooks.service import Webhooks
from tests.integrations.redactor_gateway.webhooks.scene import TOKEN, route, slack_headers

NOW = 1_700_000_000.0

HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b"x-slack-signature", b"x-slack-request-timestamp", b"content-type", b"authorization", b"x"]),
        st.one_of(st.binary(max_size=40), st.just(b"v0=" + b"0" * 64), st.just(b"1700000000")),
    ),
    max_size=6,
).map(tuple)
UNREADABLE = st.binary(max_size=200).filter(lambda body: body.strip()[:1] not in (b"[", b"{"))
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE"])
PATHS = st.one_of(st.text(max_size=40), st.sampled_from(["/api/chat.postMessage", "/api//", "/%00", "/api/%2e%2e/x"]))


Ask = Callable[[Incoming, Incoming], tuple[int, int, int]]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """What both ways answer, and how many messages wait then. The platform's API does not exist."""
    with (
        tempfile.TemporaryDirectory() as folder,
        in_memory({}) as redactor,
        closing(SqliteOutbox(Path(folder) / "outbox.db")) as outbox,
        asyncio.Runner() as runner,
    ):
        ready = route(Path(folder), "http://127.0.0.1:9", api="http://127.0.0.1:9")
        webhooks = Webhooks(ready, redactor, outbox, clock=lambda: NOW)

        def both(request: Incoming, call: Incoming) -> tuple[int, int, int]:
            inward = runner.run(webhooks.ways_in["support"].answer(request)).status
            outward = runner.run(webhooks.ways_out["support"].answer(call)).status
            return inward, outward, outbox.waiting().waiting

        yield both
        runner.run(webhooks.stop())


@settings(max_examples=40, deadline=None)
@given(METHODS, HEADERS, st.binary(max_size=200), PATHS)
def test_what_is_not_signed_is_refused_whatever_it_holds(
    ask: Ask, method: str, headers: tuple[tuple[bytes, bytes], ...], body: bytes, path: str
) -> None:
    request = Incoming(method, f"https://gateway.example/webhooks/support?{path}", headers, body)
    call = Incoming(method, f"https://slack.example{path}", headers, body)
    inward, outward, waiting = ask(request, call)
    assert (inward, waiting) == (401, 0)
    assert outward == 401


@settings(max_examples=40, deadline=None)
@given(METHODS, UNREADABLE, PATHS, st.sampled_from([b"application/json", b"text/plain", b"\xff"]))
def test_what_is_signed_and_cannot_be_read_is_refused(
    ask: Ask, method: str, body: bytes, path: str, media_type: bytes
) -> None:
    signed = {**slack_headers(body, NOW), "content-type": ""}
    headers = tuple((name.encode(), value.encode()) for name, value in signed.items() if value)
    headers += ((b"content-type", media_type),)
    request = Incoming(method, "https://gateway.example/webhooks/support", headers, body)
    call = Incoming(method, f"https://slack.example{path}", (*headers, (b"authorization", TOKEN.encode())), body)
    inward, outward, waiting = ask(request, call)
    assert inward in (400, 405) and waiting == 0
    assert outward in (400, 403)
