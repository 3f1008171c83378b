"""A bot, a platform and the service between them, on real sockets; each keeps the bytes it is sent."""

import asyncio
import hashlib
import hmac
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import uvicorn
from starlette.applications import Starlette

from redactor import Redactor
from redactor_gateway.webhooks.outbox import Outbox
from redactor_gateway.webhooks.route import Route, routes_of
from redactor_gateway.webhooks.service import Webhooks
from redactor_gateway.webhooks.settings import routes_of as settings_of
from tests.integrations.servers import Request, Server

SIGNING, BOT_SIGNING, TOKEN = "platform-signing-secret", "Ym90LXNpZ25pbmctc2VjcmV0IQ==", "Bearer xoxb-bot-token"
"""The bot's is base64, which the schemes that want it read and the others take as it is."""


@dataclass
class Clock:
    """Seconds since 1970, which pass only when told."""

    now: float = field(default_factory=lambda: float(int(time.time())))

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds


Reply = tuple[int, str, bytes]


class Recorder(Server):
    """Answers as it is told; `fails` answers are errors first."""

    def __init__(self, reply: "Reply | Callable[[Request], Reply]" = (200, "application/json", b"{}")) -> None:
        super().__init__()
        self.reply = reply
        self.fails = 0
        self.is_down = False

    def answer(self, request: Request) -> tuple[int, str, Iterator[bytes]]:
        if self.is_down:
            return 503, "text/plain", iter([])
        if self.fails:
            self.fails -= 1
            return 500, "text/plain", iter([b"no"])
        status, kind, body = self.reply(request) if callable(self.reply) else self.reply
        return status, kind, iter([body] if body else [])

    @property
    def posts(self) -> list[Request]:
        return [each for each in self.requests if each.method == "POST"]


def slack_event(text: str, number: int = 1, channel: str = "D012345") -> bytes:
    """An Events API delivery of one message."""
    event = {"type": "message", "channel": channel, "channel_type": "im", "user": "U061F7AUR", "text": text}
    return json.dumps(
        {
            "type": "event_callback",
            "team_id": "T012345",
            "api_app_id": "A012345",
            "event_id": f"Ev{number:08d}",
            "event_time": 1_700_000_000 + number,
            "event": {**event, "ts": f"17000000{number:02d}.000100"},
        }
    ).encode()


def slack_headers(body: bytes, now: float, secret: str = SIGNING) -> dict[str, str]:
    """As Slack signs."""
    stamp = str(int(now))
    signed = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, "sha256").hexdigest()
    return {
        "content-type": "application/json",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={signed}",
    }


def twilio_form(fields: Mapping[str, str]) -> bytes:
    return urlencode(fields).encode()


def twilio_headers(url: str, fields: Mapping[str, str], secret: str = SIGNING) -> dict[str, str]:
    """As Twilio signs a form."""
    import base64

    base = url + "".join(name + fields[name] for name in sorted(fields))
    signed = base64.b64encode(hmac.new(secret.encode(), base.encode(), hashlib.sha1).digest()).decode()
    return {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signed}


@contextmanager
def secrets_in(folder: Path) -> Iterator[dict[str, Any]]:
    """Files with the secrets of a route, as its settings name them."""
    named = {"signing": SIGNING, "bot": BOT_SIGNING, "token": TOKEN}
    for name, secret in named.items():
        path = folder / f"{name}.secret"
        path.write_text(secret)
        path.chmod(0o600)
    yield {name: {"file": str(folder / f"{name}.secret")} for name in named}


def route(folder: Path, bot: str, platform: str = "slack", api: str | None = None, **more: Any) -> dict[str, Route]:
    """One route named `support`; `api`: where the platform's API is."""
    with secrets_in(folder) as files:
        settings: dict[str, Any] = {"platform": platform, "secrets": [files["signing"]], "forward": f"{bot}/hook"}
        settings |= {"bot_secret": files["bot"]}
        if api is not None:
            settings["egress"] = {"base": api, "authorization": [files["token"]], **more.pop("egress", {})}
        return routes_of(settings_of({"support": {**settings, **more}}))


@dataclass
class Service:
    """The service under test, listening."""

    url: str
    webhooks: Webhooks
    client: httpx2.AsyncClient

    async def slack(
        self, body: bytes, now: float | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        """Deliver as Slack does."""
        given = {**slack_headers(body, time.time() if now is None else now), **(headers or {})}
        return await self.client.post(f"{self.url}/webhooks/support", content=body, headers=given)

    async def twilio(self, fields: Mapping[str, str]) -> httpx2.Response:
        """Deliver as Twilio does."""
        url = f"{self.url}/webhooks/support"
        return await self.client.post(url, content=twilio_form(fields), headers=twilio_headers(url, fields))

    async def call(self, path: str, body: Any, **headers: str) -> httpx2.Response:
        """Call the platform's API as the bot does."""
        given = {"authorization": TOKEN, "content-type": "application/json", **headers}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.client.post(f"{self.url}/egress/support{path}", content=content, headers=given)

    async def until(self, done: Callable[[], object], seconds: float = 5.0) -> None:
        """Wait until something is so."""
        ends = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < ends, "it did not happen"
            await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(
    routes: Mapping[str, Route], redactor: Redactor, outbox: Outbox, *, delivers: bool = True, **more: Any
) -> AsyncIterator[Service]:
    """The service, mounted on an application of its own. Without `delivers` the worker runs only when told."""
    webhooks = Webhooks(routes, redactor, outbox, **more)
    with listening(Starlette(routes=webhooks.http_routes)) as server:
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        if delivers:
            await webhooks.start()
        try:
            async with httpx2.AsyncClient(trust_env=False, verify=False, timeout=20) as client:
                yield Service(f"http://127.0.0.1:{port}", webhooks, client)
        finally:
            await webhooks.stop()
            server.should_exit = True
            await task


@contextmanager
def listening(app: Starlette) -> Iterator[uvicorn.Server]:
    """A server for an application; no signal handlers, nothing logged."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    if threading.current_thread() is threading.main_thread():
        server.capture_signals = _nothing  # type: ignore[method-assign]
    yield server


@contextmanager
def _nothing() -> Iterator[None]:
    yield
