"""Platforms that take the bot's answer in the response: restored in time, or words of our own."""

import asyncio
import json
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from redactor import Redactor
from redactor.testing import FakeRecognizer, assert_no_leak
from redactor.types import Entity
from redactor_gateway.webhooks.outbox import Outbox
from tests.integrations.redactor_gateway.conftest import MAIL, NAME, OTHER, PHONE
from tests.integrations.redactor_gateway.webhooks.scene import (
    BOT_SIGNING,
    SIGNING,
    Clock,
    Recorder,
    route,
    serving,
    slack_event,
)
from tests.integrations.servers import Request

SMS = {"MessageSid": "SM0001", "AccountSid": "AC1", "From": f"+{PHONE}", "To": "+15005550006", "Body": f"I am {NAME}"}
TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response><Message>Hello [PERSON_1]!</Message></Response>'


def test_twilio_gets_the_bots_answer_with_its_values(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, canaries: tuple[str, ...]
) -> None:
    bot.reply = (200, "text/xml", TWIML)

    async def run() -> Any:
        async with serving(route(tmp_path, bot.url, "twilio_messaging"), redactor, outbox) as service:
            return await service.twilio(SMS)

    answer = asyncio.run(run())
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/xml"
    assert f"<Message>Hello {NAME}!</Message>" in answer.text
    assert_no_leak(canaries, bot.requests)
    got = bot.posts[0]
    signature = dict(got.headers)["x-twilio-signature"]
    assert RequestValidator(BOT_SIGNING).validate(f"{bot.url}/hook", _fields(got), signature)
    assert outbox.waiting().waiting == 0


def _fields(request: Request) -> dict[str, str]:
    from urllib.parse import parse_qsl

    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))


def test_rasa_gets_the_bots_answer_with_its_values(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, canaries: tuple[str, ...]
) -> None:
    def reply(request: Request) -> tuple[int, str, bytes]:
        said = [{"recipient_id": request.json["sender"], "text": "Hello [PERSON_1]"}]
        return 200, "application/json", json.dumps(said).encode()

    bot.reply = reply

    async def run() -> Any:
        async with serving(route(tmp_path, bot.url, "rasa"), redactor, outbox) as service:
            body = json.dumps({"sender": f"+{PHONE}", "message": f"I am {NAME}", "message_id": "m1"})
            url = f"{service.url}/webhooks/support?token={SIGNING}"
            return await service.client.post(url, content=body, headers={"content-type": "application/json"})

    answer = asyncio.run(run())
    assert answer.json() == [{"recipient_id": f"+{PHONE}", "text": f"Hello {NAME}"}]
    assert_no_leak([*canaries, SIGNING], bot.requests)


def test_dialogflow_cx_gets_the_bots_answer_with_its_values(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, canaries: tuple[str, ...]
) -> None:
    said = {"fulfillmentResponse": {"messages": [{"text": {"text": ["Hello [PERSON_1]"]}}]}}
    bot.reply = (200, "application/json", json.dumps(said).encode())
    settings = {"verify": _verify_names("dialogflow_cx", "secret")}

    async def run() -> Any:
        async with serving(route(tmp_path, bot.url, "dialogflow_cx", **settings), redactor, outbox) as service:
            session = "projects/p/locations/l/agents/a/sessions/s1"
            body = {"detectIntentResponseId": "d1", "text": f"I am {NAME}", "sessionInfo": {"session": session}}
            headers = _credentials("dialogflow_cx", settings["verify"])
            return await service.client.post(f"{service.url}/webhooks/support", json=body, headers=headers)

    answer = asyncio.run(run())
    assert answer.json()["fulfillmentResponse"]["messages"][0]["text"]["text"] == [f"Hello {NAME}"]
    assert_no_leak(canaries, bot.requests)


def _verify_names(platform: str, kind: str) -> str:
    from redactor_gateway.platform import Platform

    return next(each.name for each in Platform.load(platform).verify if each.scheme == kind)


def _credentials(platform: str, name: str) -> dict[str, str]:
    import base64

    from redactor_gateway.platform import Platform
    from redactor_gateway.schemes import SharedSecret

    scheme = Platform.load(platform).scheme(name)
    assert isinstance(scheme, SharedSecret) and scheme.header
    basic = "Basic " + base64.b64encode(SIGNING.encode()).decode()
    return {scheme.header: {"basic": basic, "bearer": f"Bearer {SIGNING}", "plain": SIGNING}[scheme.form]}


@pytest.mark.soak
def test_a_bot_that_is_too_slow_is_answered_for_and_gets_the_message_nevertheless(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    def slow(request: Request) -> tuple[int, str, bytes]:
        time.sleep(0.6)
        return 200, "text/xml", TWIML

    bot.reply = slow

    async def run() -> tuple[str, float]:
        ready = route(tmp_path, bot.url, "twilio_messaging", deadline=0.3, answers={"late": "One moment & more"})
        async with serving(ready, redactor, outbox) as service:
            begun = time.monotonic()
            text = (await service.twilio(SMS)).text
            took = time.monotonic() - begun
            await service.until(lambda: not outbox.waiting().waiting)
            return text, took

    text, took = asyncio.run(run())
    assert "<Message>One moment &amp; more</Message>" in text and took < 0.6
    assert len(bot.posts) == 1


@pytest.mark.soak
def test_a_bot_that_is_down_is_answered_for_and_gets_the_message_later(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path, clock: Clock
) -> None:
    bot.is_down = True

    async def run() -> str:
        ready = route(tmp_path, bot.url, "twilio_messaging", deadline=0.3)
        async with serving(ready, redactor, outbox, clock=clock) as service:
            text = (await service.twilio(SMS)).text
            assert outbox.waiting().waiting == 1
            bot.is_down = False
            clock.pass_(60)
            await service.until(lambda: not outbox.waiting().waiting)
            return text

    assert "We have your message" in asyncio.run(run())
    assert len({dict(each.headers)["idempotency-key"] for each in bot.posts}) == 1


@pytest.mark.soak
def test_a_platform_that_asks_again_gets_the_same_answer_and_the_bot_is_not_asked_again(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    def slow(request: Request) -> tuple[int, str, bytes]:
        time.sleep(0.2)
        return 200, "text/xml", TWIML

    bot.reply = slow

    async def run() -> list[str]:
        async with serving(route(tmp_path, bot.url, "twilio_messaging"), redactor, outbox) as service:
            first = await asyncio.gather(service.twilio(SMS), service.twilio(SMS))
            return [each.text for each in (*first, await service.twilio(SMS))]

    answers = asyncio.run(run())
    assert len(set(answers)) == 1 and NAME in answers[0]
    assert len(bot.posts) == 1


@pytest.mark.soak
def test_the_order_of_a_conversation_holds_for_answers_in_the_response(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    async def run() -> None:
        bot.reply = (200, "text/xml", TWIML)
        async with serving(route(tmp_path, bot.url, "twilio_messaging"), redactor, outbox) as service:
            tasks = []
            for number in range(6):
                said = {**SMS, "MessageSid": f"SM{number}", "Body": f"number {number}"}
                tasks.append(asyncio.create_task(service.twilio(said)))
                await asyncio.sleep(0.05)
            await asyncio.gather(*tasks)

    asyncio.run(run())
    assert [_fields(each)["Body"] for each in bot.posts] == [f"number {number}" for number in range(6)]


@pytest.mark.soak
@pytest.mark.parametrize("reply", [(200, "text/xml", b"\xff<Response>"), (200, "text/xml", b"x" * 70_000)])
def test_an_answer_that_cannot_be_read_is_not_passed_on(
    reply: tuple[int, str, bytes], redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    bot.reply = reply

    async def run() -> Any:
        async with serving(route(tmp_path, bot.url, "twilio_messaging"), redactor, outbox) as service:
            return await service.twilio(SMS)

    answer = asyncio.run(run())
    assert answer.status_code == 200 and "We have your message" in answer.text


@pytest.mark.soak
def test_what_the_bot_says_of_another_conversation_stays_a_placeholder(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    bot.reply = (200, "text/xml", b"<Response><Message>[PERSON_1] [EMAIL_ADDRESS_1]</Message></Response>")

    async def run() -> str:
        async with serving(route(tmp_path, bot.url, "twilio_messaging"), redactor, outbox) as service:
            await service.twilio({**SMS, "Body": f"{MAIL}", "From": "+15005550009", "MessageSid": "SM9"})
            return (await service.twilio(SMS)).text

    text = asyncio.run(run())
    assert NAME in text and MAIL not in text


@pytest.mark.soak
def test_a_message_the_policy_refuses_is_answered_and_goes_nowhere(
    outbox: Outbox, bot: Recorder, tmp_path: Path, canaries: tuple[str, ...]
) -> None:
    from redactor import Policy
    from redactor.testing import in_memory

    policy = Policy.from_dict({"name": "strict", "extends": "default", "types": {"PERSON": {"operator": "block"}}})

    async def run() -> tuple[str, str]:
        with in_memory({NAME: "PERSON"}, policy=policy) as redactor:
            async with serving(route(tmp_path, bot.url, "twilio_messaging"), redactor, outbox) as service:
                return (await service.twilio(SMS)).text, (await service.twilio({**SMS, "MessageSid": "SM2"})).text

    first, _ = asyncio.run(run())
    assert "must not be sent here" in first
    assert not bot.requests and outbox.waiting().waiting == 0


@pytest.mark.soak
def test_a_route_that_takes_no_answer_in_the_response_says_so_when_it_is_loaded(tmp_path: Path) -> None:
    from redactor.exceptions import ConfigError

    with pytest.raises(ConfigError, match=r"gateway\.routes\.support: mode: slack takes no answer"):
        route(tmp_path, "http://127.0.0.1:1", mode="inline")


@pytest.mark.soak
def test_slack_has_no_words_in_the_response(redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path) -> None:
    bot.reply = (200, "text/plain", b"[PERSON_1] is not said here")

    async def run() -> bytes:
        async with serving(route(tmp_path, bot.url), redactor, outbox) as service:
            return (await service.slack(slack_event(NAME))).content

    assert asyncio.run(run()) == b""


@pytest.mark.soak
@pytest.mark.parametrize(("status", "body"), [(200, b'{"body": "I am [PERSON_1]!"}'), (403, b"no [PERSON_1]")])
def test_a_hook_before_a_message_is_published_gets_it_back_changed_or_refused(
    status: int, body: bytes, redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    shipped = files("redactor_gateway").joinpath("platforms", "twilio_conversations.toml").read_text("utf-8")
    reply = '[reply]\nbody = "json"\n[[reply.restore]]\nform = "text"\npaths = ["$.body"]\n'
    own = tmp_path / "own.toml"
    own.write_text(shipped if "[reply]" in shipped else f"{shipped}\n{reply}")
    bot.reply = (status, "application/json", body)
    hook = {"EventType": "onMessageAdd", "ConversationSid": "CH1", "Author": f"+{PHONE}", "Body": f"I am {NAME}"}

    async def run() -> Any:
        async with serving(route(tmp_path, bot.url, str(own)), redactor, outbox) as service:
            return await service.twilio(hook)

    answer = asyncio.run(run())
    assert answer.status_code == status
    assert answer.json() == {"body": f"I am {NAME}!"} if status == 200 else answer.content == b""
    assert_no_leak([NAME, PHONE], bot.requests)
    assert outbox.waiting().waiting == 0


@pytest.mark.soak
def test_what_the_conversation_never_held_is_masked_in_the_answer_and_what_cannot_be_scanned_is_answered_for(
    outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    def recognizer(text: str, context: Sequence[str] = ()) -> list[Entity]:
        if "unreadable" in text:
            raise RuntimeError(text)
        return FakeRecognizer({NAME: "PERSON", OTHER: "PERSON"})(text)

    def said(text: str) -> tuple[int, str, bytes]:
        return 200, "text/xml", TWIML.replace(b"Hello [PERSON_1]!", text.encode())

    async def run() -> list[str]:
        ready = route(tmp_path, bot.url, "twilio_messaging", answers={"late": "One moment"})
        with Redactor(recognizers=[recognizer]) as redactor:
            async with serving(ready, redactor, outbox) as service:
                answers = []
                for number, text in enumerate([f"[PERSON_1], ask {OTHER}", "[PERSON_1] is unreadable"]):
                    bot.reply = said(text)
                    answers.append((await service.twilio({**SMS, "MessageSid": f"SM1{number}"})).text)
                return answers

    first, second = asyncio.run(run())
    assert f"<Message>{NAME}, ask (name hidden)</Message>" in first
    assert "<Message>One moment</Message>" in second and "unreadable" not in second
