"""The whole gateway on one port: before a model, and between a platform and its bot; what it tells is collected."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from starlette.routing import BaseRoute

from redactor import Redactor
from redactor_gateway.app import create_app
from redactor_gateway.metrics import Metrics
from redactor_gateway.observing import Spans
from redactor_gateway.serve import listening as configured_server
from redactor_gateway.settings import GatewaySettings
from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox
from redactor_gateway.webhooks.service import Webhooks
from tests.integrations.redactor_gateway.upstream import listening
from tests.integrations.redactor_gateway.webhooks.scene import TOKEN, Recorder, route, slack_event, slack_headers
from tests.integrations.servers import Request, Server


@dataclass(frozen=True)
class Whole:
    """The gateway's address, its webhooks, and who stands around it."""

    url: str
    webhooks: Webhooks
    bot: Recorder
    platform: Recorder

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **query: str
    ) -> httpx2.Response:
        """Any request."""
        raw: Any = {"content": body} if isinstance(body, bytes) else {"json": body} if body is not None else {}
        with httpx2.Client(verify=False, timeout=20.0, trust_env=False) as client:
            return client.request(method, self.url + path, headers=headers, params=query or None, **raw)

    def slack(self, text: str, number: int = 1, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        """A delivery as Slack makes it."""
        body = slack_event(text, number)
        return self.ask("POST", "/webhooks/support", body, {**slack_headers(body, time.time()), **(headers or {})})

    def call(self, text: str, **headers: str) -> httpx2.Response:
        """The bot answers through the gateway."""
        said = {"channel": "D012345", "text": text}
        return self.ask("POST", "/egress/support/api/chat.postMessage", said, {"authorization": TOKEN, **headers})

    def metrics(self, accept: str = "text/plain") -> str:
        """What a scraper reads."""
        return self.ask("GET", "/metrics", headers={"accept": accept}).text


@contextmanager
def whole(
    redactor: Redactor,
    folder: Path,
    llm: Server,
    *,
    metrics: Metrics | None = None,
    spans: Spans | None = None,
    more: Sequence[BaseRoute] = (),
    **settings: Any,
) -> Iterator[Whole]:
    """All of it, while in the block."""
    upstream = {"url": llm.url, "speaks": "both", "retries": 0, "connect_seconds": 2.0, **settings.pop("upstream", {})}
    wanted = GatewaySettings.model_validate({"upstreams": {"llm": upstream}, "port": 0, **settings})
    app = create_app(wanted, redactor, more=more, metrics=metrics, spans=spans)
    outbox = SqliteOutbox(folder / "outbox.db")
    with Recorder() as bot, Recorder((200, "application/json", b'{"ok": true}')) as platform:
        webhooks = Webhooks(route(folder, bot.url, api=platform.url), redactor, outbox)
        webhooks.mount(app)
        server = configured_server(wanted, app)
        server.timeout_graceful_shutdown = 1
        with listening(server) as url:
            yield Whole(url, webhooks, bot, platform)
    outbox.close()


def until(done: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until something is so."""
    ends = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.01)


def header(request: Request, name: str) -> str | None:
    """A header of what was received."""
    return next((value for key, value in request.headers if key.lower() == name), None)
