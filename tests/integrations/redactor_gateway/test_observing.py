"""Everything an operator sees of the gateway, searched for what customers, programs and bots said."""

import io
import json
import logging
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from redactor import Redactor
from redactor.testing import assert_no_leak, in_memory
from redactor_gateway.logs import Format, logging_to_stderr
from redactor_gateway.tracing import OpenTelemetry
from tests.integrations.redactor_gateway.llm import CANARIES, KNOWN, NAME, ask
from tests.integrations.redactor_gateway.upstream import ModelServer
from tests.integrations.redactor_gateway.whole import Whole, until, whole
from tests.integrations.servers import Say

ODD = [f"Qx{number}canary{number}Zk" for number in range(12)]
"""Values that no recognizer knows: whatever shows one showed what it was given."""

WHERE = {"path": 0, "query": 1, "header": 2, "body": 3, "method": 4, "raised": 5, "upstream": 6, "trace": 7, "odd": 8}


def odd(where: str) -> str:
    """The canary of a place."""
    return ODD[WHERE[where]]


HEADERS = {
    "x-conversation-id": odd("header"),
    "x-request-id": odd("header"),
    "authorization": f"Bearer {odd('header')}",
    "user-agent": odd("header"),
    "cookie": f"who={odd('header')}",
    "x-forwarded-for": odd("header"),
    "tracestate": f"a={odd('trace')}",
    "baggage": f"who={odd('trace')}",
}


async def crashes(request: Request) -> Response:
    """A handler with a mistake; every variable holds a value."""
    value = f"{request.path_params['what']} {NAME} {odd('raised')}"
    logging.getLogger("some.library").debug("working on %r", value)
    raise RuntimeError(value)


def _drive(gateway: Whole) -> None:
    """Every way through the gateway, each with values wherever there is room for one."""
    said: dict[str, Any] = {"model": "gpt-4o", "user": odd("body"), "messages": ask(f"I am {NAME}; {odd('body')}")}
    said["metadata"] = {odd("body"): odd("body")}
    chat = "/v1/chat/completions"
    assert gateway.ask("POST", chat, said, HEADERS, q=odd("query")).status_code == 200
    assert gateway.ask("POST", chat, {**said, "stream": True}, HEADERS, q=odd("query")).status_code == 200
    assert gateway.ask("POST", chat, said, HEADERS).status_code == 400, "the upstream's error"
    assert gateway.ask("POST", chat, said, HEADERS).status_code == 502, "no JSON"
    assert gateway.ask("POST", chat, {**said, "stream": True}, HEADERS).status_code == 200, "a stream that is cut"
    assert gateway.ask("POST", chat, f'{{"a": "{odd("body")}'.encode(), HEADERS).status_code == 400
    for path in (f"/v1/{odd('path')}", f"/v1/models/{odd('path')}", f"/webhooks/{odd('path')}", f"/{quote(NAME)}"):
        gateway.ask("GET", path, headers=HEADERS, q=odd("query"))
    gateway.ask(odd("method").upper(), chat, said)
    assert gateway.ask("GET", f"/crashes/{odd('path')}", headers=HEADERS, q=odd("query")).status_code == 500
    assert gateway.slack(f"I am {NAME}; {odd('body')}", headers=HEADERS).is_success
    until(lambda: gateway.webhooks.counts["support", "delivered"])
    assert gateway.slack("x", 2, {"x-slack-signature": f"v0={odd('header')}"}).status_code == 401
    assert gateway.call(f"Thanks [PERSON_1]; {odd('body')}").status_code == 200
    assert gateway.call(odd("body"), authorization=odd("header")).status_code == 401
    at = f"/egress/support/api/{odd('path')}"
    assert gateway.ask("POST", at, said, {"authorization": "Bearer xoxb-bot-token"}).status_code == 403
    gateway.bot.is_down = True
    assert gateway.slack(f"again {odd('body')}", 3).is_success
    until(lambda: gateway.webhooks.counts["support", "put_off"])
    _no_http(gateway.url)


def _no_http(url: str) -> None:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 5) as raw:
        raw.sendall(f"{odd('odd')} / {NAME}\r\n{odd('odd')}\r\n\r\n".encode())
        raw.recv(1000)


def _replies() -> list[Any]:
    return [
        f"Hi [PERSON_1], {odd('upstream')}",
        f"Hi [PERSON_1], {odd('upstream')}",
        Say(f"{odd('upstream')} {NAME}", status=400),
        Say(f"{odd('upstream')}", status=200),
        Say(f"Hi {odd('upstream')} {NAME}", break_after=3),
    ]


class Odd(ModelServer):
    """Its fourth answer is no JSON."""

    def answer(self, request: Any) -> Any:
        found = super().answer(request)
        if self._asked == 4:
            return 200, "application/json", iter([f"{odd('upstream')} {NAME}".encode()])
        return found


@pytest.mark.parametrize("form", ["json", pytest.param("text", marks=pytest.mark.soak)])
def test_nothing_an_operator_sees_holds_what_was_said(
    form: Format, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written, exporter, provider = io.StringIO(), InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(sys, "stderr", written)
    known = {**KNOWN, NAME: "PERSON"}
    with (
        in_memory(known) as redactor,
        logging_to_stderr(form, "debug", lambda: redactor),
        Odd(_replies()) as llm,
        whole(
            redactor,
            tmp_path,
            llm,
            spans=OpenTelemetry(provider),
            more=[Route("/crashes/{what}", crashes)],
            canary=NAME,
        ) as gateway,
    ):
        _drive(gateway)
        counted = gateway.metrics() + gateway.metrics("application/openmetrics-text")
    spans = [each.to_json() for each in exporter.get_finished_spans()]
    log = written.getvalue()
    places = {"/metrics": counted, "log": log, "spans": "\n".join(spans)}
    for name, place in places.items():
        (tmp_path / name.strip("/")).write_text(place)
        assert_no_leak([*CANARIES, *ODD], place)
        assert place, name
    assert "RuntimeError at redactor_gateway/test_observing.py:" in log, "what went wrong is told nevertheless"
    assert 'outcome="cut"' in counted and 'code="malformed_reply"' in counted
    if form == "json":
        assert all(isinstance(json.loads(line), dict) for line in log.splitlines())


def test_the_search_finds_what_is_there(redactor: Redactor) -> None:
    with pytest.raises(AssertionError, match="canary"):
        assert_no_leak(ODD, f"GET /{odd('path')}")
