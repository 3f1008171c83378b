"""What fails: raw text reaches nobody, the platform is told to come again, and what was acknowledged is not lost."""

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from redactor import Redactor
from redactor.exceptions import AuditError, CryptoError, StorageError
from redactor.storage.memory import MemoryStore
from redactor.testing import assert_no_leak, in_memory
from redactor_gateway.webhooks.outbox import Outbox
from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox
from tests.integrations.redactor_gateway.conftest import NAME
from tests.integrations.redactor_gateway.webhooks.scene import (
    Recorder,
    route,
    serving,
    slack_event,
    slack_headers,
)

POST = "/api/chat.postMessage"
SAID = {"channel": "D012345", "text": "Thanks [PERSON_1]!"}


class Failing(MemoryStore):
    """A store whose transactions fail when told to."""

    error: Exception | None = None

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        if self.error is not None:
            raise self.error
        with super().transaction() as tx:
            yield tx


ERRORS = [StorageError("the disk is full"), CryptoError("no key"), AuditError("no audit"), OSError(28, NAME)]


@pytest.mark.parametrize("error", ERRORS, ids=["vault", "key", "audit", "unexpected"])
def test_a_store_that_fails_lets_nothing_through_and_loses_nothing(
    error: Exception,
    outbox: Outbox,
    bot: Recorder,
    platform_api: Recorder,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = Failing()

    async def run(redactor: Redactor) -> None:
        async with serving(route(tmp_path, bot.url, api=platform_api.url), redactor, outbox) as service:
            await service.slack(slack_event(f"I am {NAME}", 1))
            await service.until(lambda: bot.posts)
            store.error = error
            answer = await service.slack(slack_event(f"I am still {NAME}", 2))
            assert (answer.status_code, answer.content) == (503, b"")
            called = await service.call(POST, SAID)
            assert called.status_code == 503
            assert_no_leak([NAME], called.content, platform_api.requests)
            store.error = None
            assert (await service.slack(slack_event(f"I am still {NAME}", 2))).status_code == 200
            await service.until(lambda: len(bot.posts) == 2)

    with in_memory({NAME: "PERSON"}, store=store) as redactor, caplog.at_level(logging.DEBUG):
        asyncio.run(run(redactor))
    assert bot.posts[1].json["event"]["text"] == "I am still [PERSON_1]"
    assert_no_leak([NAME], bot.requests, [each for each in caplog.records if each.name.startswith("redactor")])


def test_an_outbox_that_fails_for_a_while_is_used_again(
    redactor: Redactor, outbox: SqliteOutbox, bot: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = SqliteOutbox.transaction

    @contextmanager
    def full(self: SqliteOutbox) -> Iterator[Any]:
        if len(str(self)):
            raise StorageError("the disk is full")
        yield

    async def run() -> None:
        async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
            monkeypatch.setattr(SqliteOutbox, "transaction", full)
            assert (await service.slack(slack_event("one", 1))).status_code == 503
            await asyncio.sleep(0.1)
            monkeypatch.setattr(SqliteOutbox, "transaction", whole)
            assert (await service.slack(slack_event("one", 1))).status_code == 200
            await service.until(lambda: bot.posts)

    asyncio.run(run())


def test_a_delivery_that_cannot_be_noted_as_done_comes_again_with_its_id(
    redactor: Redactor, outbox: SqliteOutbox, bot: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = SqliteOutbox.done
    failed: list[Any] = []

    def done(self: SqliteOutbox, claimed: Any) -> None:
        if not failed:
            failed.append(claimed)
            raise StorageError("the disk is full")
        whole(self, claimed)

    monkeypatch.setattr(SqliteOutbox, "done", done)

    async def run() -> None:
        ready = route(tmp_path, bot.url, timeout=0.5)
        async with serving(ready, redactor, outbox, margin=0.1) as service:
            await service.slack(slack_event("one", 1))
            await service.until(lambda: not outbox.waiting().waiting)

    asyncio.run(run())
    assert len(bot.posts) == 2
    assert len({dict(each.headers)["idempotency-key"] for each in bot.posts}) == 1


@pytest.mark.soak
@pytest.mark.parametrize("body", [b"", b"[", b"\xff\xfe", b"null", b"{" * 5000, b'{"event": NaN}'])
def test_a_signed_body_that_cannot_be_read_is_refused(
    body: bytes, redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    async def run() -> int:
        async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
            return (await service.slack(body)).status_code

    assert asyncio.run(run()) == 400
    assert not bot.requests


@pytest.mark.soak
def test_a_platform_that_hangs_up_does_not_stop_what_has_begun(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    async def run() -> None:
        async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
            body = slack_event("hello")
            port = int(service.url.rsplit(":", 1)[1])
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            headers = {**slack_headers(body, time.time()), "host": "x", "content-length": str(len(body))}
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            writer.write(f"POST /webhooks/support HTTP/1.1\r\n{head}\r\n".encode() + body)
            await writer.drain()
            writer.close()
            await service.until(lambda: bot.posts)

    asyncio.run(run())


@pytest.mark.soak
def test_nobody_waits_for_the_answer_to_a_message_that_was_not_taken_in(
    redactor: Redactor, outbox: SqliteOutbox, bot: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: SqliteOutbox, *arguments: object, **named: object) -> bool:
        raise StorageError("the disk is full")

    async def run() -> int:
        async with serving(route(tmp_path, bot.url, "twilio_messaging"), redactor, outbox) as service:
            monkeypatch.setattr(SqliteOutbox, "put", full)
            sms = {"MessageSid": "SM1", "From": "+15005550009", "To": "+15005550006", "Body": NAME}
            status = (await service.twilio(sms)).status_code
            assert not service.webhooks.delivery._expected
            return status

    assert asyncio.run(run()) == 503
