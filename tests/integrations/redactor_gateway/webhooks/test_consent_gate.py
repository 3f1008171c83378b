"""The consent gate: who is asked, who is told what, and what never reaches the bot."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from redactor import Redactor
from redactor.exceptions import ConfigError
from redactor.testing import assert_no_leak
from redactor_gateway.webhooks.outbox import Outbox
from tests.integrations.redactor_gateway.conftest import MAIL, NAME, PHONE
from tests.integrations.redactor_gateway.webhooks.scene import (
    SIGNING,
    Recorder,
    route,
    secrets_in,
    serving,
    slack_event,
)

SMS = {"AccountSid": "AC1", "From": f"+{PHONE}", "To": "+15005550006"}
ASKS = {"needs": "grant", "notice": "May a bot read this? YES or STOP", "agreed": "Thank you", "waiting": "YES first"}
ASKS |= {"refused": "No bot then"}
SAYS = {"path": "/api/chat.postMessage", "body": {"channel": "$.event.channel", "text": "{text}"}}


def _dialogue(
    redactor: Redactor, outbox: Outbox, bot: Recorder, folder: Path, said: list[str], **asks: Any
) -> list[str]:
    """What the customer is answered, message by message."""
    bot.reply = (200, "text/xml", b"<Response><Message>bot</Message></Response>")

    async def run() -> list[str]:
        ready = route(folder, bot.url, "twilio_messaging", consent={**ASKS, **asks})
        async with serving(ready, redactor, outbox) as service:
            answers = []
            for number, text in enumerate(said):
                answer = await service.twilio({**SMS, "MessageSid": f"SM{number}", "Body": text})
                assert answer.status_code == 200
                answers.append(answer.text.partition("<Response>")[2].removesuffix("</Response>"))
            return [each.replace("<Message>", "").replace("</Message>", "|").rstrip("|") for each in answers]

    return asyncio.run(run())


def _bodies(bot: Recorder) -> list[str]:
    from urllib.parse import parse_qs

    return [parse_qs(each.body.decode())["Body"][0] for each in bot.posts]


def test_nothing_goes_to_the_bot_before_the_customer_agrees(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    said = [f"I am {NAME}", "hello?", "Yes.", f"I am {NAME}"]
    answers = _dialogue(redactor, outbox, bot, tmp_path, said)
    assert answers == ["May a bot read this? YES or STOP", "YES first", "Thank you", "bot"]
    assert _bodies(bot) == ["I am [PERSON_1]"]
    assert outbox.waiting().waiting == 0


def test_who_refuses_is_answered_and_never_sent_on_until_they_agree(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    said = ["hi", "STOP!", f"but {NAME}", "yes", "now you"]
    answers = _dialogue(redactor, outbox, bot, tmp_path, said)
    assert answers[1:] == ["No bot then", "No bot then", "Thank you", "bot"]
    assert _bodies(bot) == ["now you"]


def test_consent_that_is_withdrawn_ends(redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path) -> None:
    answers = _dialogue(redactor, outbox, bot, tmp_path, ["hi", "yes", "one", "stop", "two"])
    assert answers[2:] == ["bot", "No bot then", "No bot then"]
    assert _bodies(bot) == ["one"]


def test_a_notice_goes_once_before_the_bots_answer(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    answers = _dialogue(redactor, outbox, bot, tmp_path, ["hi", "there", "yes"], needs="notice", notice="A bot reads")
    assert answers == ["A bot reads|bot", "bot", "bot"]
    assert _bodies(bot) == ["hi", "there", "yes"], "a yes nobody asked for is one to the bot"


def test_a_message_that_was_not_passed_on_is_in_no_transcript(
    redactor: Redactor, outbox: Outbox, bot: Recorder, tmp_path: Path
) -> None:
    _dialogue(redactor, outbox, bot, tmp_path, [f"I am {NAME}", "stop"])
    found = redactor.transcripts
    assert not [turn for each in found.conversations().items for turn in found.show(each.public_id)]


def test_where_the_response_says_nothing_the_notice_is_a_call_made_once(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path, canaries: tuple[str, ...]
) -> None:
    async def run() -> None:
        ready = route(tmp_path, bot.url, api=platform_api.url, consent=ASKS, say=SAYS)
        async with serving(ready, redactor, outbox) as service:
            body = slack_event(f"I am {NAME}, {MAIL}")
            assert [(await service.slack(body)).status_code for _ in range(2)] == [200, 200]
            await service.until(lambda: platform_api.posts)
            assert (await service.slack(slack_event("Yes", 2))).status_code == 200
            await service.until(lambda: len(platform_api.posts) == 2)
            await service.slack(slack_event(f"I am {NAME}", 3))
            await service.until(lambda: bot.posts)
            await asyncio.sleep(0.1)

    asyncio.run(run())
    texts = [each.json["text"] for each in platform_api.posts]
    assert texts == ["May a bot read this? YES or STOP", "Thank you"]
    assert {each.json["channel"] for each in platform_api.posts} == {"D012345"}
    assert [each.json["event"]["text"] for each in bot.posts] == ["I am [PERSON_1]"]
    assert_no_leak(canaries, bot.requests)


@pytest.mark.parametrize("around", ["{}", "<p>{}</p>"])
def test_our_own_words_coming_back_are_not_answered(
    around: str, redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path
) -> None:
    async def run() -> None:
        ready = route(tmp_path, bot.url, api=platform_api.url, consent=ASKS, say=SAYS)
        async with serving(ready, redactor, outbox) as service:
            await service.slack(slack_event("hi", 1))
            await service.until(lambda: platform_api.posts)
            await service.slack(slack_event(around.format(platform_api.posts[0].json["text"]), 2))
            await service.slack(slack_event("a person", 3))
            await service.until(lambda: len(platform_api.posts) == 2)
            await asyncio.sleep(0.1)

    asyncio.run(run())
    assert [each.json["text"] for each in platform_api.posts] == ["May a bot read this? YES or STOP", "YES first"]


def _whatsapp(*messages: tuple[str, str, str]) -> bytes:
    """A delivery of several customers' messages: number, id and text of each."""
    said = [{"from": number, "id": key, "type": "text", "text": {"body": text}} for number, key, text in messages]
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"}, "messages": said}
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def test_of_several_customers_in_one_delivery_only_those_go_on_who_agreed(
    redactor: Redactor, outbox: Outbox, bot: Recorder, platform_api: Recorder, tmp_path: Path
) -> None:
    import hmac

    says = {
        "path": "/v20.0/1/messages",
        "body": {
            "messaging_product": "whatsapp",
            "to": "$.entry[*].changes[*].value.messages[*].from",
            "type": "text",
            "text": {"body": "{text}"},
        },
    }
    first, second = PHONE, "12125550188"

    async def run() -> None:
        more = {"consent": ASKS, "say": says}
        ready = route(tmp_path, bot.url, "meta_whatsapp", api=platform_api.url, **more)
        async with serving(ready, redactor, outbox) as service:

            async def deliver(*messages: tuple[str, str, str]) -> None:
                body = _whatsapp(*messages)
                signed = hmac.new(SIGNING.encode(), body, "sha256").hexdigest()
                headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={signed}"}
                url = f"{service.url}/webhooks/support"
                assert (await service.client.post(url, content=body, headers=headers)).status_code == 200

            await deliver((first, "a1", "hi"), (second, "b1", "hello"))
            await service.until(lambda: len(platform_api.posts) == 2)
            await deliver((first, "a2", "yes"))
            await deliver((first, "a3", f"I am {NAME}"), (second, "b2", "still there"))
            await service.until(lambda: bot.posts)
            await service.until(lambda: len(platform_api.posts) == 4)

    asyncio.run(run())
    assert sorted(each.json["to"] for each in platform_api.posts[:2]) == sorted([first, second])
    [got] = bot.posts
    messages = got.json["entry"][0]["changes"][0]["value"]["messages"]
    assert [each["text"]["body"] for each in messages] == ["I am [PERSON_1]"]
    assert_no_leak([first, second, NAME], bot.requests)


def test_a_route_that_cannot_tell_its_customers_anything_is_refused(
    redactor: Redactor, outbox: Outbox, tmp_path: Path
) -> None:
    from redactor_gateway.webhooks.service import Webhooks

    with pytest.raises(ConfigError, match="the customer has to be told"):
        Webhooks(route(tmp_path, "http://127.0.0.1:1", consent=ASKS), redactor, outbox)


def test_a_say_without_a_way_out_is_refused_when_it_is_loaded(tmp_path: Path) -> None:
    with secrets_in(tmp_path), pytest.raises(ConfigError, match="add \\[egress\\]"):
        route(tmp_path, "http://127.0.0.1:1", say=SAYS)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"path": "/api/users.list"}, "say: the platform file of slack allows no such call"),
        ({"form": True, "path": "/api/chat.update"}, "say: the platform file of slack allows no such call"),
        ({"path": "/api/{method}"}, "say.names: expected a JSONPath for method, which stands in the path"),
    ],
)
def test_a_say_that_the_platform_file_does_not_allow_is_refused_when_it_is_loaded(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    with secrets_in(tmp_path), pytest.raises(ConfigError, match=told):
        route(tmp_path, "http://127.0.0.1:1", api="http://127.0.0.1:1", say=SAYS | change)
