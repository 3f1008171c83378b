"""The service inside the gateway's application, and where its messages wait."""

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from redactor import Redactor
from redactor.config import Settings
from redactor.exceptions import ConfigError
from redactor_gateway.app import create_app
from redactor_gateway.settings import GatewaySettings
from redactor_gateway.webhooks.outbox import Outbox
from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox
from redactor_gateway.webhooks.service import Webhooks, configured, open_outbox
from redactor_gateway.webhooks.settings import OutboxSettings
from tests.integrations.redactor_gateway.conftest import NAME
from tests.integrations.redactor_gateway.webhooks.scene import SIGNING, Recorder, route, slack_event, slack_headers


def test_the_gateways_application_serves_webhooks_beside_its_own_doors(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    async def run() -> tuple[int, int, int]:
        webhooks = Webhooks(route(tmp_path, bot.url), redactor, outbox)
        app = create_app(GatewaySettings(), redactor, more=webhooks.http_routes)
        transport = httpx2.ASGITransport(app=app)
        async with webhooks.running(), httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
            body = slack_event(f"I am {NAME}")
            taken = await client.post("/webhooks/support", content=body, headers=slack_headers(body, time.time()))
            other = await client.post("/webhooks/other", content=body)
            way_out = await client.post("/egress/support/api/chat.postMessage", content=b"{}")
            for _ in range(200):
                if bot.posts:
                    break
                await asyncio.sleep(0.02)
            return taken.status_code, other.status_code, way_out.status_code

    assert asyncio.run(run()) == (200, 404, 404), "a route without [egress] has no way out"
    assert bot.posts[0].json["event"]["text"] == "I am [PERSON_1]"


def test_routes_of_the_file_are_served_and_delivered_while_the_application_runs(
    redactor: Redactor, bot: Recorder, tmp_path: Path
) -> None:
    (tmp_path / "signing").write_text(SIGNING)
    (tmp_path / "signing").chmod(0o600)
    support = {"platform": "slack", "secrets": [{"file": "signing"}], "forward": f"{bot.url}/hook"}
    gateway = {"routes": {"support": support}, "outbox": {"path": "waiting.db"}}

    async def run(webhooks: Webhooks) -> int:
        app = create_app(GatewaySettings(), redactor)
        webhooks.mount(app)
        transport = httpx2.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client,
        ):
            body = slack_event("hello")
            headers = slack_headers(body, time.time())
            status = (await client.post("/webhooks/support", content=body, headers=headers)).status_code
            for _ in range(200):
                if bot.posts:
                    break
                await asyncio.sleep(0.02)
            return status

    with configured(gateway, Settings(), redactor, tmp_path) as webhooks:
        assert webhooks is not None and asyncio.run(run(webhooks)) == 200
    assert bot.posts and (tmp_path / "waiting.db").is_file()


def test_a_delivery_that_never_comes_to_its_end_gives_its_place_back(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redactor_gateway.webhooks.service.BODY_SECONDS", 0.05)

    async def run() -> int:
        webhooks = Webhooks(route(tmp_path, bot.url), redactor, outbox)
        app = create_app(GatewaySettings(), redactor, more=webhooks.http_routes)
        scope = {"type": "http", "method": "POST", "path": "/webhooks/support", "query_string": b"", "headers": []}
        told: list[Any] = []

        async def silence() -> Any:
            await asyncio.sleep(3600)

        async def send(message: Any) -> None:
            told.append(message)

        async with asyncio.timeout(5):
            await app({**scope, "scheme": "http", "server": ("gateway", 80)}, silence, send)
            await webhooks.retire()  # waits for whatever is under way
        return int(told[0]["status"])

    assert asyncio.run(run()) == 408


def test_a_file_without_routes_needs_no_outbox(redactor: Redactor, tmp_path: Path) -> None:
    with configured({}, Settings(), redactor, tmp_path) as webhooks:
        assert webhooks is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("gateway", "said"),
    [
        ({"routes": {"a b": {}}}, r"gateway\.routes: expected names"),
        (
            {"routes": {"a": {"platform": "slak", "secrets": [{"env": "X"}], "forward": "http://b"}}},
            "did you mean 'slack'",
        ),
        ({"routes": {"a": {"platform": "slack", "forward": "http://b"}}}, r"gateway\.routes\.a: secrets"),
        ({"routes": {"a": {"platform": "slack", "forward": "ftp://b"}}}, r"gateway\.routes\.a\.forward"),
        ({"routes": {"a": {"platform": "slack", "forward": "http://169.254.169.254"}}}, "link-local"),
    ],
)
def test_a_mistake_in_the_file_is_told_before_anything_is_served(
    gateway: dict[str, Any], said: str, redactor: Redactor, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=said), configured(gateway, Settings(), redactor, tmp_path):
        pass


def test_messages_wait_beside_the_store(tmp_path: Path) -> None:
    core = Settings.model_validate({"store": {"kind": "sqlite", "path": "data.db"}, "folder": tmp_path})
    outbox = open_outbox(core)
    outbox.close()
    assert (tmp_path / "outbox.db").is_file()
    own = open_outbox(core, OutboxSettings(path=Path("other.db")), tmp_path)
    own.close()
    assert isinstance(own, SqliteOutbox) and (tmp_path / "other.db").is_file()


def test_webhooks_on_a_store_that_is_lost_with_the_process_are_refused() -> None:
    with pytest.raises(ConfigError, match="outlives the process"):
        open_outbox(Settings.model_validate({"store": {"kind": "memory"}}))
