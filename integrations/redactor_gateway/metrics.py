"""What the gateway counts, for `/metrics`: Prometheus' text format or OpenMetrics, as the scraper asks.

Labels are the gateway's own words, names of the configuration and entity types; nothing of a request is among them.
Each process counts for itself, in a registry of its own.
"""

import asyncio
import threading
import time
from collections import Counter as Counts
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from redactor import Redactor, __version__
from redactor.exceptions import RedactorError

T = TypeVar("T", Counter, Histogram)

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Seconds: from a short text's detection to a long reply."""

_FRESH_SECONDS = 5.0
"""How long a look at the outbox holds: scrapers, however many, do not load the database."""
_LOOK_SECONDS = 2.0
"""For a look at the outbox; what takes longer is told as not readable."""

_OPENMETRICS = "application/openmetrics-text; version=1.0.0"


class Breaker(Protocol):
    """An upstream's breaker."""

    @property
    def is_open(self) -> bool:
        """Whether nobody may call now."""


class Waiting(Protocol):
    """What is in an outbox."""

    @property
    def waiting(self) -> int:
        """Messages for bots."""

    @property
    def aside(self) -> int:
        """Messages that no bot took."""

    @property
    def oldest(self) -> float | None:
        """Seconds since 1970 when the oldest that waits was put in."""


Look = Callable[[], Awaitable[Waiting]]


class Metrics:
    """The counts of one process; thread-safe. They outlive a reload of the configuration."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._lock = threading.Lock()
        self._children: dict[tuple[object, ...], Counter | Histogram] = {}
        self._requests = self._counter("requests", "Requests by door and what came of them.", "door", "outcome")
        self._problems = self._counter("problems", "Problems told to clients, by door and code.", "door", "code")
        self._events = self._counter("events", "What the gateway had to do without.", "event")
        self._entities = self._counter(
            "entities",
            "Entities and placeholders by door, webhook route, entity type and what became of them.",
            *("door", "route", "type", "outcome"),
        )
        self._unknown = self._counter(
            "unknown_placeholders", "Placeholders in replies that nobody was given.", "door", "route"
        )
        self._steps = self._histogram("step_seconds", "Seconds of each step.", "step")
        self._seconds = self._histogram("request_seconds", "Seconds of requests, to the end of a stream.", "door")
        self._state = _State()
        self._registry.register(self._state)
        ProcessCollector(registry=self._registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"redactor_gateway_{name}", text, labels, registry=self._registry)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        return Histogram(f"redactor_gateway_{name}", text, labels, registry=self._registry, buckets=_BUCKETS)

    def _child(self, parent: T, *labels: str) -> T:
        """By its labels. A dictionary's look-up is a third of what the library takes for it."""
        key = (parent, *labels)
        found = self._children.get(key)
        if not isinstance(found, type(parent)):
            found = parent.labels(*labels)
            with self._lock:
                self._children[key] = found
        return found

    def count(self, door: str, outcome: str) -> None:
        """One request came to its end."""
        self._child(self._requests, door, outcome).inc()

    def event(self, what: str) -> None:
        """Something happened that is no request's end."""
        self._child(self._events, what).inc()

    def problem(self, door: str, code: str) -> None:
        """A client was told of a problem."""
        self._child(self._problems, door, code).inc()

    def entity(self, door: str, route: str, type: str, outcome: str) -> None:  # noqa: A002
        """An entity was masked, a placeholder restored, and so on; see `redactor.watching.Outcome`."""
        if outcome == "unknown":  # its type is the LLM's word
            self._child(self._unknown, door, route).inc()
        else:
            self._child(self._entities, door, route, type, outcome).inc()

    def took(self, step: str, seconds: float) -> None:
        """One step was done."""
        self._child(self._steps, step).observe(seconds)

    def lasted(self, door: str, seconds: float) -> None:
        """One request, to the last byte of its answer."""
        self._child(self._seconds, door).observe(seconds)

    def serve(self, redactor: Redactor, upstreams: Mapping[str, Breaker]) -> None:
        """What is in force now."""
        model = redactor.model_version
        self._state.build = {"version": __version__, "model": model, "policy": redactor.policy.version}
        self._state.upstreams = upstreams

    def serve_webhooks(self, counts: "Counts[tuple[str, str]]", look: Look) -> None:
        """The webhooks that are in force now: what they count, by route and outcome, and how to look at their outbox.
        What others counted before them stays."""
        self._state.webhooks.append(counts)
        self._state.look, self._state.until = look, float("-inf")

    async def exposed(self, accept: str) -> tuple[bytes, str]:
        """Everything counted so far, and its media type. `accept`: the header."""
        await self._state.refresh()
        wanted = _OPENMETRICS if "application/openmetrics-text" in accept else ""
        encode, media_type = choose_encoder(wanted)
        return encode(self._registry), media_type


@dataclass(slots=True, eq=False)
class _State(Collector):
    """What is not counted but looked at."""

    build: Mapping[str, str] = field(default_factory=dict)
    upstreams: Mapping[str, Breaker] = field(default_factory=dict)
    webhooks: list["Counts[tuple[str, str]]"] = field(default_factory=list)
    look: Look | None = None
    outbox: Waiting | None = None
    until: float = float("-inf")

    async def refresh(self) -> None:
        """Look at the outbox, if nobody did a moment ago."""
        if self.look is None or time.monotonic() < self.until:
            return
        self.until = time.monotonic() + _FRESH_SECONDS
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                self.outbox = await self.look()
        except (RedactorError, RuntimeError, TimeoutError):
            self.outbox = None

    def collect(self) -> Iterable[Metric]:
        """As the library asks."""
        yield InfoMetricFamily("redactor_gateway_build", "Version, model and policy in force.", dict(self.build))
        broken = GaugeMetricFamily(
            "redactor_gateway_upstream_breaker_open",
            "1 while an upstream is left alone, because it kept failing.",
            labels=["upstream"],
        )
        for name, breaker in self.upstreams.items():
            broken.add_metric([name], float(breaker.is_open))
        yield broken
        if self.look is not None:
            yield self._deliveries()
            yield from self._outbox()

    def _deliveries(self) -> Metric:
        counted = CounterMetricFamily(
            "redactor_gateway_webhooks",
            "Deliveries and calls of webhook routes by outcome.",
            labels=["route", "outcome"],
        )
        total: Counts[tuple[str, str]] = sum((each.copy() for each in self.webhooks), Counts())
        for (route, outcome), number in sorted(total.items()):
            counted.add_metric([route, outcome], number)
        return counted

    def _outbox(self) -> Iterable[Metric]:
        found = self.outbox
        yield GaugeMetricFamily(
            "redactor_gateway_outbox_readable", "0 where the outbox could not be looked at.", float(found is not None)
        )
        if found is None:
            return
        held = GaugeMetricFamily("redactor_gateway_outbox_messages", "Messages in the outbox.", labels=["state"])
        held.add_metric(["waiting"], found.waiting)
        held.add_metric(["aside"], found.aside)
        yield held
        age = max(0.0, time.time() - found.oldest) if found.oldest is not None else 0.0
        yield GaugeMetricFamily("redactor_gateway_outbox_oldest_seconds", "Age of the oldest that waits.", age)
