"""OpenTelemetry: which spans there are, what they hold, and what of a trace goes on to the upstream and the bot."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from redactor import Redactor
from redactor.testing import assert_no_leak, in_memory
from redactor_gateway import observing
from redactor_gateway.observing import NoSpans
from redactor_gateway.tracing import OpenTelemetry
from tests.integrations.redactor_gateway.llm import CANARIES, KNOWN, NAME, ask
from tests.integrations.redactor_gateway.upstream import ModelServer
from tests.integrations.redactor_gateway.whole import Whole, header, until, whole
from tests.integrations.servers import Say, Scripted

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
ASK = {"model": "gpt-4o", "messages": ask(f"I am {NAME}")}


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    """Where spans end up."""
    return InMemorySpanExporter()


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Iterator[OpenTelemetry]:
    """A provider of the test's own: the process's is set once for all."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield OpenTelemetry(provider)
    provider.shutdown()


@pytest.fixture
def redactor() -> Iterator[Redactor]:
    """Finds the canaries."""
    with in_memory(KNOWN) as made:
        yield made


class Traced:
    """The gateway and its spans."""

    def __init__(self, gateway: Whole, llm: ModelServer, exporter: InMemorySpanExporter) -> None:
        self.gateway, self.llm, self._exporter = gateway, llm, exporter

    def ask(self, body: Any = ASK, **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.gateway.ask("POST", "/v1/chat/completions", body, named).status_code

    @property
    def all(self) -> tuple[ReadableSpan, ...]:
        return self._exporter.get_finished_spans()

    def one(self, name: str) -> ReadableSpan:
        until(lambda: [each for each in self.all if each.name == name])
        [found] = [each for each in self.all if each.name == name]
        return found


@pytest.fixture
def traced(
    redactor: Redactor,
    exporter: InMemorySpanExporter,
    spans: OpenTelemetry,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Traced]:
    """Replies are the test's parameter."""
    replies: list[Scripted] = getattr(request, "param", ["Hi [PERSON_1]."])
    with ModelServer(replies) as llm, whole(redactor, tmp_path, llm, spans=spans, canary=NAME) as gateway:
        yield Traced(gateway, llm, exporter)


def ids(span: ReadableSpan) -> tuple[str, str]:
    """Its trace and its own."""
    assert span.context is not None
    return f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"


def test_a_request_is_a_span_with_its_steps_and_no_content(traced: Traced) -> None:
    assert traced.ask() == 200
    top = traced.one("chat gpt-4o")
    attributes = dict(top.attributes or {})
    assert attributes.pop("redactor.request.id")
    assert attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "http.request.method": "POST",
        "http.route": "/v1/chat/completions",
        "http.response.status_code": 200,
        "redactor.door": "chat",
        "redactor.outcome": "passed",
    }
    assert top.kind is SpanKind.SERVER and top.parent is None
    for name, kind in (("redact", SpanKind.INTERNAL), ("upstream", SpanKind.CLIENT), ("restore", SpanKind.INTERNAL)):
        step = traced.one(name)
        assert step.kind is kind and step.parent is not None
        assert f"{step.parent.span_id:016x}" == ids(top)[1]
        assert not step.attributes
    assert_no_leak(CANARIES, [each.to_json() for each in traced.all])


def test_a_stream_is_one_span_to_its_end(traced: Traced) -> None:
    assert traced.ask({**ASK, "stream": True}) == 200
    assert traced.one("chat gpt-4o").status.status_code is StatusCode.UNSET
    assert sorted(each.name for each in traced.all) == ["chat gpt-4o", "redact", "upstream"]


def test_a_callers_trace_goes_on_and_nothing_else_that_came_with_it(traced: Traced) -> None:
    canary = "Qx7canary"
    traced.ask(traceparent=f"00-{TRACE}-{SPAN}-01", tracestate=f"a={canary}", baggage=f"user={canary}", b3=canary)
    top, call = traced.one("chat gpt-4o"), traced.one("upstream")
    assert ids(top)[0] == TRACE and top.parent is not None and f"{top.parent.span_id:016x}" == SPAN
    [sent] = traced.llm.requests
    assert header(sent, "traceparent") == f"00-{TRACE}-{ids(call)[1]}-01"
    assert header(sent, "tracestate") is None and header(sent, "baggage") is None
    assert_no_leak([canary], traced.llm.requests, [each.to_json() for each in traced.all])


@pytest.mark.parametrize(
    "given",
    [
        f"00-{TRACE}-{SPAN}-01-more",
        f"01-{TRACE}-{SPAN}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{'12125550143':0>32}-{SPAN}-01",
        f"00-{TRACE}-{'12125550143':0>16}-01",
        "Crystal Minh",
        "",
    ],
)
def test_what_is_no_random_traceparent_begins_no_trace(given: str, spans: OpenTelemetry) -> None:
    from redactor_gateway.metrics import Metrics
    from redactor_gateway.observing import Seen

    with spans.request(Seen(Metrics(), spans), {b"traceparent": given.encode()}):
        made = spans.headers()["traceparent"]
    assert TRACE not in made and "12125550143" not in made


@pytest.mark.parametrize("traced", [[Say(f"no, {NAME}", status=400)]], indirect=True)
def test_what_failed_is_told_by_its_code(traced: Traced) -> None:
    assert traced.ask() == 400
    assert traced.ask(b"{") == 400
    until(lambda: len([each for each in traced.all if each.name == "chat"]) == 2)
    found = {(each.attributes or {}).get("error.type") for each in traced.all if each.name == "chat"}
    assert found == {None, "invalid_json"}
    assert all("gen_ai.request.model" not in (each.attributes or {}) for each in traced.all), "the upstream took none"
    assert_no_leak(CANARIES, [each.to_json() for each in traced.all])


def test_an_exception_is_never_recorded(
    redactor: Redactor, spans: OpenTelemetry, exporter: InMemorySpanExporter, tmp_path: Path
) -> None:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def fails(request: Request) -> Response:
        with observing.step("work"):
            raise ValueError(NAME)

    more = [Route("/fails/{what}", fails)]
    with ModelServer() as llm, whole(redactor, tmp_path, llm, spans=spans, more=more) as gateway:
        assert gateway.ask("GET", f"/fails/{NAME}", who=NAME).status_code == 500
    made = {each.name: each for each in exporter.get_finished_spans()}
    top = made["GET /fails/{what}"]
    assert top.status.description == "gateway_failed" and made["work"].status.status_code is StatusCode.ERROR
    assert not any(each.events for each in made.values())
    assert_no_leak(CANARIES, [each.to_json() for each in made.values()])


def test_a_delivery_is_a_trace_of_ours_that_the_bot_can_go_on_with(traced: Traced) -> None:
    given = {"traceparent": f"00-{TRACE}-{SPAN}-01", "tracestate": "a=Qx7canary"}
    assert traced.gateway.slack(f"I am {NAME}", headers=given).status_code == 200
    top, delivery = traced.one("POST /webhooks/support"), traced.one("deliver")
    assert ids(top)[0] != TRACE, "a platform's trace is not gone on with"
    assert dict(top.attributes or {})["redactor.route"] == "support"
    trace, own = ids(delivery)
    assert header(traced.gateway.bot.posts[0], "traceparent") == f"00-{trace}-{own}-01"
    assert traced.gateway.call("Thanks [PERSON_1]").status_code == 200
    assert traced.one("platform").kind is SpanKind.CLIENT
    assert header(traced.gateway.platform.posts[0], "traceparent") is None, "a platform is no part of the trace"
    assert_no_leak([*CANARIES, "Qx7canary"], [each.to_json() for each in traced.all], traced.gateway.bot.requests)


def test_without_opentelemetry_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.delitem(sys.modules, "redactor_gateway.tracing", raising=False)
    found = observing.spans()
    assert isinstance(found, NoSpans) and found.headers() == {}


def test_where_nobody_set_a_provider_nothing_is_passed_on() -> None:
    with observing.spans().step("redact", outward=False):
        assert observing.spans().headers() == {}
        assert observing.trace_headers() == {}
