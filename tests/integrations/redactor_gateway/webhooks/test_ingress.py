"""The way in: what a platform delivers, what the bot gets, and what is answered."""

import asyncio
import json
import logging
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from slack_sdk.signature import SignatureVerifier
from standardwebhooks import Webhook

from redactor import Redactor
from redactor.exceptions import ConfigError
from redactor.testing import assert_no_leak
from redactor_gateway.webhooks.outbox import Outbox
from redactor_gateway.webhooks.settings import SecretSource, routes_of
from tests.integrations.redactor_gateway.conftest import MAIL, NAME
from tests.integrations.redactor_gateway.webhooks.scene import (
    BOT_SIGNING,
    SIGNING,
    Recorder,
    route,
    serving,
    slack_event,
    slack_headers,
)

TEXT = f"I'm {NAME}, {MAIL}"


def test_a_signed_delivery_reaches_the_bot_redacted_and_signed_for_it(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, canaries: tuple[str, ...]
) -> None:
    async def run() -> None:
        async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
            answer = await service.slack(slack_event(TEXT))
            assert (answer.status_code, answer.content) == (200, b"")
            await service.until(lambda: bot.posts)

    asyncio.run(run())
    got = bot.posts[0]
    assert got.json["event"]["text"] == "I'm [PERSON_1], [EMAIL_ADDRESS_1]"
    assert SignatureVerifier(BOT_SIGNING).is_valid_request(got.body, dict(got.headers))
    assert_no_leak(canaries, bot.requests, tmp_path / "outbox.db")


def test_what_waits_on_the_disk_is_redacted(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, canaries: tuple[str, ...]
) -> None:
    async def run() -> None:
        async with serving(route(tmp_path, bot.url), redactor, outbox, delivers=False) as service:
            assert (await service.slack(slack_event(TEXT))).status_code == 200

    asyncio.run(run())
    held = b"".join(each.read_bytes() for each in tmp_path.glob("outbox.db*"))
    assert b"[PERSON_1]" in held
    assert_no_leak(canaries, held)
    assert outbox.waiting().waiting == 1


@pytest.mark.parametrize("spoiled", ["body", "secret", "time", "missing"])
def test_a_forged_delivery_is_refused_and_never_parsed(
    spoiled: str, redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    body = slack_event(TEXT)

    async def run() -> int:
        async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
            if spoiled == "time":
                return (await service.slack(body, now=1.0)).status_code
            headers = slack_headers(body, time.time(), "another" if spoiled == "secret" else SIGNING)
            if spoiled == "missing":
                headers.pop("x-slack-signature")
            sent = body + b" " if spoiled == "body" else body
            url = f"{service.url}/webhooks/support"
            return (await service.client.post(url, content=sent, headers=headers)).status_code

    assert asyncio.run(run()) == 401
    assert outbox.waiting().waiting == 0 and not bot.requests


def test_a_delivery_that_comes_again_is_acknowledged_and_not_forwarded_again(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    async def run() -> None:
        async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
            body = slack_event(TEXT)
            answers = await asyncio.gather(*(service.slack(body) for _ in range(5)))
            assert {each.status_code for each in answers} == {200}
            await service.until(lambda: bot.posts)
            assert (await service.slack(body, headers={"x-slack-retry-num": "1"})).status_code == 200
            await asyncio.sleep(0.1)

    asyncio.run(run())
    assert len(bot.posts) == 1


def test_a_handshake_is_answered_and_goes_no_further(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"})

    async def run() -> str:
        async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
            return (await service.slack(body.encode())).text

    assert asyncio.run(run()) == json.loads(body)["challenge"]
    assert outbox.waiting().waiting == 0


def test_a_text_that_cannot_be_checked_is_not_acknowledged(
    outbox: Outbox, bot: Recorder, tmp_path: Path, caplog: pytest.LogCaptureFixture, canaries: tuple[str, ...]
) -> None:
    def broken(text: str, context: object) -> list[object]:
        raise RuntimeError(text)

    async def run() -> tuple[int, str | None]:
        with Redactor(recognizers=[broken]) as redactor:  # type: ignore[list-item]
            async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
                answer = await service.slack(slack_event(TEXT))
                return answer.status_code, answer.headers.get("retry-after")

    with caplog.at_level(logging.DEBUG):
        assert asyncio.run(run()) == (503, "1")
    assert outbox.waiting().waiting == 0 and not bot.requests
    assert_no_leak(canaries, [each for each in caplog.records if each.name.startswith("redactor")])


def test_detection_that_hangs_is_answered_within_the_deadline_and_not_acknowledged(
    outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    free = threading.Event()

    def hanging(text: str, context: object) -> list[object]:
        free.wait(5)
        return []

    async def run() -> tuple[int, float]:
        with Redactor(recognizers=[hanging]) as redactor:  # type: ignore[list-item]
            async with serving(route(tmp_path, bot.url, deadline=0.2), redactor, outbox) as service:
                begun = time.monotonic()
                answer = await service.slack(slack_event(TEXT))
                took = time.monotonic() - begun
                free.set()
                return answer.status_code, took

    status, took = asyncio.run(run())
    assert status == 503 and took < 2
    assert outbox.waiting().waiting == 0 and not bot.requests


def test_an_outbox_that_cannot_be_written_is_not_acknowledged(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    async def run() -> int:
        async with serving(route(tmp_path, bot.url), redactor, outbox, delivers=False) as service:
            outbox.close()
            return (await service.slack(slack_event(TEXT))).status_code

    assert asyncio.run(run()) == 503


def test_a_body_over_the_size_is_refused(redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path) -> None:
    async def run() -> int:
        async with serving(route(tmp_path, bot.url, largest_body=2000), redactor, outbox) as service:
            return (await service.slack(slack_event("x" * 3000))).status_code

    assert asyncio.run(run()) == 413


def test_headers_of_the_platform_do_not_go_on_unless_they_are_ids(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    async def run() -> None:
        async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
            extra = {"x-forwarded-for": "203.0.113.9", "cookie": "a=b", "x-slack-retry-num": "2"}
            extra["x-slack-retry-reason"] = f"of {NAME}"
            await service.slack(slack_event(TEXT), headers=extra)
            await service.until(lambda: bot.posts)

    asyncio.run(run())
    names = {name.lower() for name, _ in bot.posts[0].headers}
    assert "x-slack-retry-num" in names and "idempotency-key" in names
    assert not names & {"x-forwarded-for", "cookie", "x-slack-retry-reason"}


def test_conversations_of_two_customers_keep_their_own_placeholders(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    async def run() -> None:
        async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
            await service.slack(slack_event(TEXT, 1, "D1"))
            await service.slack(slack_event(TEXT, 2, "D2"))
            await service.until(lambda: len(bot.posts) == 2)

    asyncio.run(run())
    assert {each.json["event"]["text"] for each in bot.posts} == {"I'm [PERSON_1], [EMAIL_ADDRESS_1]"}


def test_a_bot_of_standard_webhooks_accepts_what_is_signed_for_it(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, canaries: tuple[str, ...]
) -> None:
    theirs = "c3RhbmRhcmQtd2ViaG9va3Mtc2VjcmV0"
    (tmp_path / "theirs").write_text(f"whsec_{theirs}")
    (tmp_path / "theirs").chmod(0o600)
    body = json.dumps({"type": "message.created", "data": {"conversation_id": "c1", "text": TEXT}}).encode()

    async def run() -> int:
        secrets = [{"file": str(tmp_path / "theirs")}]
        ready = route(tmp_path, bot.url, "standard_webhooks", secrets=secrets)
        async with serving(ready, redactor, outbox) as service:
            sent = {"webhook-id": "msg_1", "webhook-timestamp": str(int(time.time()))}
            signed = Webhook(f"whsec_{theirs}").sign("msg_1", datetime.now(tz=UTC), body.decode())
            headers = {"content-type": "application/json", **sent, "webhook-signature": signed}
            url = f"{service.url}/webhooks/support"
            status = (await service.client.post(url, content=body, headers=headers)).status_code
            await service.until(lambda: bot.posts)
            return status

    assert asyncio.run(run()) == 200
    got = bot.posts[0]
    found = Webhook(f"whsec_{BOT_SIGNING}").verify(got.body.decode(), {k.lower(): v for k, v in got.headers})
    assert found["data"]["text"] == "I'm [PERSON_1], [EMAIL_ADDRESS_1]"
    assert dict(got.headers)["webhook-id"] == "msg_1"
    assert_no_leak(canaries, bot.requests)


def test_a_secret_that_everybody_may_read_is_refused(tmp_path: Path) -> None:
    route(tmp_path, "http://127.0.0.1:1")
    (tmp_path / "signing.secret").chmod(0o644)
    source = SecretSource(file=tmp_path / "signing.secret")
    with pytest.raises(ConfigError, match="everybody may read"):
        source.read()
    with pytest.raises(ConfigError, match="expected a secret in the environment variable NO_SUCH_SECRET"):
        SecretSource(env="NO_SUCH_SECRET").read()


def test_a_mistake_in_a_route_is_named_with_what_is_nearest() -> None:
    with pytest.raises(ConfigError, match=r"gateway\.routes\.support\.forwrd: unknown key; did you mean 'forward'"):
        routes_of({"support": {"platform": "slack", "forwrd": "http://127.0.0.1:1", "forward": "http://127.0.0.1:1"}})
