"""OpenTelemetry's spans, without content. The package's one door to `opentelemetry`, loaded where that is installed.

Names and attributes are those of the GenAI and HTTP semantic conventions that say nothing of what was said
(https://opentelemetry.io/docs/specs/semconv/gen-ai/). Exceptions are never recorded: they may hold values.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from redactor import __version__
from redactor_gateway.observing import Seen

_PARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")
"""https://www.w3.org/TR/trace-context/#traceparent-header, version 00."""

_NUMBER = re.compile(rb"0*[0-9]*")
"""An id without a single letter is no random one, and may be somebody's number: it is not taken over."""

_OPERATIONS = {
    "chat": "chat",
    "messages": "chat",
    "responses": "chat",
    "completions": "text_completion",
    "embeddings": "embeddings",
}
"""Door → `gen_ai.operation.name`."""


class OpenTelemetry:
    """Spans of the process's tracer provider, or of the one given."""

    def __init__(self, provider: trace.TracerProvider | None = None) -> None:
        self._tracer = trace.get_tracer("redactor_gateway", __version__, provider)
        self._is_given = provider is not None

    def request(self, seen: Seen, headers: Mapping[bytes, bytes]) -> AbstractContextManager[None]:
        """The span of a request, in the caller's trace where its `traceparent` is one."""
        return self._request(seen, headers) if self._is_on else nullcontext()

    def step(self, name: str, *, outward: bool) -> AbstractContextManager[None]:
        """The span of a step; one that raises is marked, without a word of what was raised."""
        return self._step(name, outward) if self._is_on else nullcontext()

    @property
    def _is_on(self) -> bool:
        """Whether spans go anywhere: until somebody sets a provider the library has a stand-in, which costs time and
        keeps nothing."""
        return self._is_given or not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)

    @contextmanager
    def _request(self, seen: Seen, headers: Mapping[bytes, bytes]) -> Iterator[None]:
        with self._tracer.start_as_current_span(
            "request",
            _parent(headers.get(b"traceparent", b"")),
            SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            finally:
                if span.is_recording():
                    _describe(span, seen)

    @contextmanager
    def _step(self, name: str, outward: bool) -> Iterator[None]:
        kind = SpanKind.CLIENT if outward else SpanKind.INTERNAL
        with self._tracer.start_as_current_span(
            name, kind=kind, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except Exception:
                span.set_status(Status(StatusCode.ERROR))
                raise

    def headers(self) -> dict[str, str]:
        """`traceparent` of the span that is open, written anew; never `tracestate` or `baggage`."""
        found = trace.get_current_span().get_span_context()
        if not found.is_valid:
            return {}
        return {"traceparent": f"00-{found.trace_id:032x}-{found.span_id:016x}-{found.trace_flags & 1:02x}"}


def _parent(header: bytes) -> Context:
    """The caller's span, or none. What else it carries (`tracestate`, `baggage`) is left behind."""
    found = _PARENT.fullmatch(header)
    if found is None or _NUMBER.fullmatch(found[1]) or _NUMBER.fullmatch(found[2]):
        return Context()
    trace_id, span_id, flags = (int(part, 16) for part in found.groups())
    return trace.set_span_in_context(
        NonRecordingSpan(SpanContext(trace_id, span_id, True, TraceFlags(flags & 1))), Context()
    )


def _describe(span: Span, seen: Seen) -> None:
    operation = _OPERATIONS.get(seen.door, "")
    span.update_name(f"{operation} {seen.model}".rstrip() if operation else f"{seen.method} {seen.template}".rstrip())
    found = {
        "http.request.method": seen.method,
        "http.route": seen.template,
        "redactor.request.id": seen.id,
        "redactor.door": seen.door,
        "redactor.route": seen.route,
        "redactor.outcome": seen.outcome,
        "gen_ai.operation.name": operation,
        "gen_ai.provider.name": seen.provider,
        "gen_ai.request.model": seen.model,
        "error.type": seen.code,
    }
    span.set_attributes({name: value for name, value in found.items() if value})
    span.set_attribute("http.response.status_code", seen.status)
    if seen.code or seen.status >= 500:
        span.set_status(Status(StatusCode.ERROR, seen.code))
