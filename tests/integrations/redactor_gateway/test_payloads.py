"""Every platform that ships, with a payload of the shape its vendor documents."""

import json
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

import pytest

from redactor import Redactor
from redactor.testing import assert_no_leak
from redactor_gateway.mapping import redact_body
from redactor_gateway.platform import Platform, shipped

Body = Callable[[str], tuple[bytes, str]]


@pytest.mark.parametrize("name", shipped())
def test_no_value_is_left_in_any_platforms_payload(
    name: str, redactor: Redactor, body: Body, canaries: tuple[str, ...]
) -> None:
    raw, media_type = body(name)
    sent, mapped = redact_body(Platform.load(name), raw, media_type, redactor.conversation, redactor)
    assert_no_leak(canaries, sent, repr(mapped), mapped.changes)
    assert mapped.conversations


@pytest.mark.parametrize("name", shipped())
def test_every_platforms_payload_comes_back_as_it_was(name: str, redactor: Redactor, body: Body) -> None:
    raw, media_type = body(name)
    _, mapped = redact_body(Platform.load(name), raw, media_type, redactor.conversation, redactor)
    restored = mapped.restored()
    if name == "sunshine_conversations":  # a part of a name comes back as the fullest name
        raw = raw.replace(b'"Crystal"', b'"Crystal Minh"').replace(b'"Minh"', b'"Crystal Minh"')
    if media_type == "application/json":
        assert restored == json.loads(raw)
    else:
        assert restored == dict(parse_qsl(raw.decode(), keep_blank_values=True))


@pytest.mark.parametrize("name", sorted(set(shipped()) - {"twilio_messaging", "twilio_conversations"}))
def test_ids_that_replies_are_addressed_by_are_kept(name: str, redactor: Redactor, body: Body) -> None:
    raw, media_type = body(name)
    sent, mapped = redact_body(Platform.load(name), raw, media_type, redactor.conversation, redactor)
    kept = [each for each in mapped.changes if each.kind == "protocol"]
    assert all(not each.changed for each in kept), [each.path for each in kept if each.changed]
    assert isinstance(json.loads(sent), dict)


@pytest.mark.parametrize("name", shipped())
def test_a_delivery_that_comes_again_records_nothing_and_reads_the_same(
    name: str, redactor: Redactor, body: Body
) -> None:
    raw, media_type = body(name)
    platform = Platform.load(name)
    sent, mapped = redact_body(platform, raw, media_type, redactor.conversation, redactor)
    again, _ = redact_body(platform, raw, media_type, redactor.conversation, redactor)
    assert again == sent
    turns = sum(1 for each in mapped.changes if each.kind in ("text", "html", "slack_mrkdwn"))
    assert turns


def test_each_message_of_a_batch_belongs_to_its_own_conversation(redactor: Redactor, body: Body) -> None:
    raw, media_type = body("sunshine_conversations")
    platform = Platform.load("sunshine_conversations")
    sent, mapped = redact_body(platform, raw, media_type, redactor.conversation, redactor)
    assert len(mapped.conversations) == 2
    first, second = (event["payload"]["message"]["content"]["text"] for event in json.loads(sent)["events"])
    assert first.startswith("Hi, I'm [PERSON_") and second == "Hi, I'm [PERSON_1]"
    one, two = mapped.conversations
    assert one.restore(second, record=False).text != two.restore(second, record=False).text


def test_two_customers_of_one_whatsapp_delivery_are_never_mixed_up(redactor: Redactor, body: Body) -> None:
    raw, media_type = body("meta_whatsapp")
    payload = json.loads(raw)
    value = payload["entry"][0]["changes"][0]["value"]
    value["contacts"].append({"profile": {"name": "Paula Quill"}, "wa_id": "12125550199"})
    value["messages"].append({"from": "12125550199", "id": "wamid.X", "type": "text", "text": {"body": "hello"}})
    sent, mapped = redact_body(
        Platform.load("meta_whatsapp"), json.dumps(payload).encode(), media_type, redactor.conversation, redactor
    )
    seen = json.loads(sent)["entry"][0]["changes"][0]["value"]
    assert len(mapped.conversations) == 2
    assert [each["profile"]["name"] for each in seen["contacts"]] == ["[PERSON_1]", "[PERSON_1]"]
    senders = [each["from"] for each in seen["messages"]]
    assert senders[0] == senders[1] != senders[2]
    assert [each["wa_id"] for each in seen["contacts"]] == [senders[0], senders[2]]


def test_an_id_that_is_made_of_the_customers_number_is_no_protocol(redactor: Redactor, body: Body) -> None:
    raw, media_type = body("bot_framework")
    payload: dict[str, Mapping[str, str]] = json.loads(raw)
    payload["from"] = {"id": "+12125550143", "name": "Crystal Minh"}
    payload["conversation"] = {"id": "+12125550143-+15005550006", "conversationType": "personal"}
    sent, _ = redact_body(
        Platform.load("bot_framework"), json.dumps(payload).encode(), media_type, redactor.conversation, redactor
    )
    assert_no_leak(["2125550143"], sent)
