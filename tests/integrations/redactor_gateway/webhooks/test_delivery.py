"""Delivery: the bot gets everything, once, in order of each conversation, however long it was away."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redactor import Redactor
from redactor.testing import assert_no_leak
from redactor_gateway.webhooks.backoff import LONGEST, Breaker, delay
from redactor_gateway.webhooks.outbox import Outbox, SqlOutbox
from tests.integrations.redactor_gateway.conftest import NAME
from tests.integrations.redactor_gateway.webhooks.scene import Clock, Recorder, route, serving, slack_event
from tests.integrations.servers import Request


def texts(bot: Recorder, channel: str) -> list[str]:
    return [each.json["event"]["text"] for each in bot.posts if each.json["event"]["channel"] == channel]


def test_a_bot_that_was_down_for_an_hour_gets_everything_once_and_in_order(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, clock: Clock, canaries: tuple[str, ...]
) -> None:
    bot.is_down = True

    async def run() -> None:
        more: dict[str, Any] = {"clock": clock, "delivers": False}
        async with serving(route(tmp_path, bot.url), redactor, outbox, **more) as service:
            for minute in range(0, 60, 3):
                for channel in ("D1", "D2", "D3"):
                    body = slack_event(f"{minute} of {NAME}", minute * 10 + int(channel[1]), channel)
                    assert (await service.slack(body, clock())).status_code == 200
                await service.webhooks.delivery.run_due()
                clock.pass_(180)
            asked = len(bot.posts)
            assert asked < 20 * 3 * 2, "a bot that is down is not asked for every message"
            bot.is_down = False
            bot.requests.clear()
            while outbox.waiting().waiting:
                clock.pass_(LONGEST)
                await service.webhooks.delivery.run_due()

    asyncio.run(run())
    for channel in ("D1", "D2", "D3"):
        assert texts(bot, channel) == [f"{minute} of [PERSON_1]" for minute in range(0, 60, 3)]
    assert_no_leak(canaries, bot.requests)


def test_a_message_that_is_sent_again_has_the_same_id_and_a_signature_of_now(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, clock: Clock
) -> None:
    bot.fails = 1

    async def run() -> None:
        more: dict[str, Any] = {"clock": clock, "delivers": False}
        async with serving(route(tmp_path, bot.url), redactor, outbox, **more) as service:
            await service.slack(slack_event("hello"), clock())
            await service.webhooks.delivery.run_due()
            clock.pass_(100)
            await service.webhooks.delivery.run_due()

    asyncio.run(run())
    first, second = (dict(each.headers) for each in bot.posts)
    assert first["idempotency-key"] == second["idempotency-key"]
    assert int(second["x-slack-request-timestamp"]) - int(first["x-slack-request-timestamp"]) == 100


def test_one_conversation_that_the_bot_chokes_on_does_not_hold_up_the_others(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, clock: Clock
) -> None:
    def reply(request: Request) -> tuple[int, str, bytes]:
        return (422, "text/plain", b"") if b"poison" in request.body else (200, "text/plain", b"")

    bot.reply = reply

    async def run() -> None:
        more: dict[str, Any] = {"clock": clock, "delivers": False}
        async with serving(route(tmp_path, bot.url), redactor, outbox, **more) as service:
            for number, (text, channel) in enumerate([("poison", "D1"), ("after", "D1"), ("other", "D2")]):
                await service.slack(slack_event(text, number, channel), clock())
            for _ in range(12):
                await service.webhooks.delivery.run_due()
                clock.pass_(LONGEST)

    asyncio.run(run())
    assert texts(bot, "D2") == ["other"]
    assert texts(bot, "D1") == ["poison"] * 5 + ["after"]
    assert (outbox.waiting().waiting, outbox.waiting().aside) == (0, 1)


@pytest.mark.parametrize(
    "status", [503, *(pytest.param(each, marks=pytest.mark.soak) for each in (301, 401, 404, 429, 500))]
)
def test_what_the_bot_cannot_take_now_waits_for_it(
    status: int, redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, clock: Clock
) -> None:
    bot.reply = (status, "text/plain", b"")

    async def run() -> None:
        more: dict[str, Any] = {"clock": clock, "delivers": False}
        async with serving(route(tmp_path, bot.url), redactor, outbox, **more) as service:
            await service.slack(slack_event("hello"), clock())
            for _ in range(20):
                await service.webhooks.delivery.run_due()
                clock.pass_(LONGEST)
            assert (outbox.waiting().waiting, outbox.waiting().aside) == (1, 0)
            clock.pass_(7 * 86400)
            await service.webhooks.delivery.run_due()

    asyncio.run(run())
    assert (outbox.waiting().waiting, outbox.waiting().aside) == (0, 1)
    assert {each.path for each in bot.posts} == {"/hook"}


@pytest.mark.soak
def test_a_redirect_is_not_followed(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path, clock: Clock
) -> None:
    bot.reply = (307, "text/plain", b"")

    async def run() -> None:
        more: dict[str, Any] = {"clock": clock, "delivers": False}
        async with serving(route(tmp_path, bot.url), redactor, outbox, **more) as service:
            await service.slack(slack_event("hello"), clock())
            await service.webhooks.delivery.run_due()

    asyncio.run(run())
    assert outbox.waiting().waiting == 1 and not platform_api.requests


@pytest.mark.soak
def test_proxies_of_the_environment_are_not_used(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def run() -> None:
        async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
            await service.slack(slack_event("hello"))
            await service.until(lambda: bot.posts)

    asyncio.run(run())


@pytest.mark.soak
def test_messages_that_come_while_another_is_sent_stay_in_order(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    async def run() -> None:
        async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
            for number in range(30):
                await service.slack(slack_event(f"message {number}", number, f"D{number % 3}"))
            await service.until(lambda: len(bot.posts) >= 30)

    asyncio.run(run())
    for lane in range(3):
        assert texts(bot, f"D{lane}") == [f"message {number}" for number in range(lane, 30, 3)]


@pytest.mark.soak
def test_a_worker_that_begins_anew_delivers_what_was_left(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    async def run() -> None:
        async with serving(route(tmp_path, bot.url), redactor, outbox, delivers=False) as service:
            await service.slack(slack_event("left behind"))
        assert not bot.posts
        async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
            await service.until(lambda: bot.posts)
            await service.until(lambda: not outbox.waiting().waiting)

    asyncio.run(run())
    assert len(bot.posts) == 1


@pytest.mark.parametrize("door", ["claim", "sweep"])
def test_whatever_an_outbox_raises_delivery_goes_on(
    door: str, redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = getattr(outbox, door)
    fails = iter([RuntimeError(NAME), MemoryError()])

    def broken(*given: Any) -> Any:
        if (error := next(fails, None)) is not None:
            raise error
        return works(*given)

    monkeypatch.setattr(type(outbox), door, lambda _, *given: broken(*given))

    async def run() -> None:
        async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
            for number in range(3):  # each calls the worker
                await service.slack(slack_event("hello", number))
                await asyncio.sleep(0.1)
            await service.until(lambda: len(bot.posts) == 3)

    asyncio.run(run())


@pytest.mark.soak
@pytest.mark.parametrize("seconds", [-3600.0, 3600.0])
def test_a_clock_that_is_set_stops_nothing(
    seconds: float, redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, clock: Clock
) -> None:
    bot.is_down = True

    async def run() -> None:
        more: dict[str, Any] = {"clock": clock, "delivers": False}
        async with serving(route(tmp_path, bot.url), redactor, outbox, **more) as service:
            for number in range(5):
                await service.slack(slack_event("hello", number, f"D{number}"), clock())
            await service.webhooks.delivery.run_due()
            clock.pass_(seconds)
            bot.is_down = False
            await service.webhooks.delivery.run_due()

    asyncio.run(run())
    assert outbox.waiting().waiting == 0


@pytest.mark.soak
def test_two_workers_on_one_outbox_deliver_everything_once_and_in_order(
    redactor: Redactor, another: Callable[[], SqlOutbox], bot: Recorder, tmp_path: Path
) -> None:
    async def run() -> None:
        ready = route(tmp_path, bot.url)
        async with serving(ready, redactor, another()) as one, serving(ready, redactor, another()) as two:
            for number in range(40):
                service = (one, two)[number // 3 % 2]
                await service.slack(slack_event(f"message {number}", number, f"D{number % 4}"))
            await one.until(lambda: len(bot.posts) >= 40)
            await asyncio.sleep(0.1)

    asyncio.run(run())
    assert len(bot.posts) == 40
    for lane in range(4):
        assert texts(bot, f"D{lane}") == [f"message {number}" for number in range(lane, 40, 4)]


@pytest.mark.soak
def test_the_wait_doubles_up_to_a_minute_and_is_spread() -> None:
    chance = random.Random(7).random
    for tries in range(40):
        whole = min(LONGEST, 2.0**tries)
        assert whole / 2 <= delay(tries, chance) <= whole
    assert delay(0, chance, asked=30) == 30
    assert delay(0, chance, asked=9999) == LONGEST


@pytest.mark.soak
def test_a_bot_that_is_down_is_asked_by_one_message_at_a_time() -> None:
    breaker = Breaker(lambda: 1.0)
    for _ in range(3):
        assert breaker.room(0, 8) == 8
        breaker.failed(0)
    assert breaker.room(0.5, 8) == 0
    assert breaker.room(1, 8) == 1
    breaker.worked()
    assert breaker.room(1, 8) == 8
