"""What makes two deliveries the same."""

import json
from collections.abc import Callable

from redactor.secret import Secret
from redactor.testing import assert_no_leak
from redactor_gateway.incoming import Incoming
from redactor_gateway.platform import Platform
from redactor_gateway.replays import delivery_key

KEY = Secret(b"k" * 32)
Body = Callable[[str], tuple[bytes, str]]


def key_of(name: str, payload: object, *, route: str = "r", headers: tuple[tuple[bytes, bytes], ...] = ()) -> bytes:
    raw = json.dumps(payload).encode()
    return delivery_key(Platform.load(name), Incoming("POST", "", headers, raw), json.loads(raw), route, KEY)


def test_the_platforms_own_id_decides() -> None:
    assert key_of("slack", {"event_id": "Ev1", "a": 1}) == key_of("slack", {"event_id": "Ev1", "a": 2})
    assert key_of("slack", {"event_id": "Ev1"}) != key_of("slack", {"event_id": "Ev2"})
    assert key_of("slack", {"event_id": "Ev1"}) != key_of("slack", {"event_id": "Ev1"}, route="other")


def test_an_id_may_stand_in_a_header() -> None:
    header = ((b"Webhook-Id", b"msg_1"),)
    assert key_of("standard_webhooks", {"a": 1}, headers=header) == key_of("standard_webhooks", {}, headers=header)
    assert key_of("standard_webhooks", {"a": 1}) != key_of("standard_webhooks", {})


def test_of_a_batch_every_message_counts(body: Body) -> None:
    payload = json.loads(body("meta_whatsapp")[0])
    first = key_of("meta_whatsapp", payload)
    assert_no_leak(["12125550143"], first)
    payload["entry"][0]["changes"][0]["value"]["messages"][1]["id"] = "wamid.other"
    assert key_of("meta_whatsapp", payload) != first


def test_without_ids_the_bytes_decide() -> None:
    assert key_of("rasa", {"sender": "1", "message": "a"}) == key_of("rasa", {"sender": "1", "message": "a"})
    assert key_of("rasa", {"sender": "1", "message": "a"}) != key_of("rasa", {"sender": "1", "message": "b"})


def test_two_ids_are_never_read_as_one() -> None:
    platform = Platform.load("twilio_conversations")

    def key(kind: str, sid: str) -> bytes:
        payload = {"EventType": kind, "ConversationSid": sid, "MessageSid": "m"}
        return delivery_key(platform, Incoming("POST", ""), payload, "r", KEY)

    assert key("ab", "c") != key("a", "bc")
