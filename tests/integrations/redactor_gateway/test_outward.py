"""The ways out: values in the fields the customer reads, and nowhere else."""

import json
import re
import time
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

import pytest

from redactor import Conversation, Policy, Redactor
from redactor.audit.records import decoded
from redactor.exceptions import AudienceError, DetectionError
from redactor.storage.memory import MemoryStore
from redactor.testing import in_memory
from redactor.types import Entity
from redactor_gateway.errors import PayloadError, RefusedError
from redactor_gateway.incoming import Incoming
from redactor_gateway.mapping import redact_body
from redactor_gateway.outward import Outgoing, restore_call, restore_reply
from redactor_gateway.platform import Platform

Body = Callable[[str], tuple[bytes, str]]
CHATWOOT = "/api/v1/accounts/1/conversations/9/messages"
JSON, FORM = (b"content-type", b"application/json"), (b"content-type", b"application/x-www-form-urlencoded")


def received(name: str, redactor: Redactor, body: Body) -> tuple[Platform, Conversation]:
    """A platform whose golden payload came in, and its conversation."""
    platform = Platform.load(name)
    raw, media_type = body(name)
    _, mapped = redact_body(platform, raw, media_type, redactor.conversation, redactor)
    return platform, mapped.conversations[0]


def call(platform: Platform, path: str, payload: object, redactor: Redactor, method: str = "POST") -> Outgoing:
    request = Incoming(method, f"https://gateway.example{path}", (JSON,), json.dumps(payload).encode())
    return restore_call(platform, request, redactor.conversation, redactor.conversation_by_public_id)


def test_slack_reads_values_in_its_texts_alone(redactor: Redactor, body: Body) -> None:
    platform, chat = received("slack", redactor, body)
    block = {"type": "section", "block_id": "[PERSON_1]", "text": {"type": "mrkdwn", "text": "Hi [PERSON_1]"}}
    payload = {
        "channel": "D0123456",
        "text": "Thanks [PERSON_1] & co <https://x.example/?q=[PERSON_1]|[PERSON_1]>",
        "username": "[PERSON_1]",
        "blocks": [block],
    }
    sent = call(platform, "/api/chat.postMessage", payload, redactor)
    assert json.loads(sent.body) == {
        **payload,
        "text": "Thanks Crystal Minh & co <https://x.example/?q=[PERSON_1]|Crystal Minh>",
        "blocks": [
            {"type": "section", "block_id": "[PERSON_1]", "text": {"type": "mrkdwn", "text": "Hi Crystal Minh"}}
        ],
    }
    assert sent.conversation is not None and sent.conversation.public_id == chat.public_id


def test_whatsapp_is_answered_by_the_handle_of_its_customer(redactor: Redactor, body: Body) -> None:
    platform, chat = received("meta_whatsapp", redactor, body)
    payload = {
        "messaging_product": "whatsapp",
        "to": f"{chat.public_id}-phone-number-1",
        "context": {"message_id": f"{chat.public_id}-account-id-1"},
        "text": {"body": "Hi [PERSON_1]"},
        "biz_opaque_callback_data": "[PERSON_1]",
    }
    sent = json.loads(call(platform, "/v23.0/106540352242922/messages", payload, redactor).body)
    assert sent["to"] == "12125550143" and sent["text"]["body"] == "Hi Crystal Minh"
    assert sent["context"]["message_id"].startswith("wamid.")
    assert sent["biz_opaque_callback_data"] == "[PERSON_1]"


def test_a_handle_of_another_conversation_is_refused(redactor: Redactor, body: Body) -> None:
    platform, chat = received("meta_whatsapp", redactor, body)
    other = redactor.conversation("other")
    payload = {
        "to": f"{chat.public_id}-phone-number-1",
        "context": {"message_id": f"{other.public_id}-account-id-1"},
        "text": {"body": "Hi"},
    }
    with pytest.raises(RefusedError, match="another conversation"):
        call(platform, "/v23.0/1/messages", payload, redactor)
    with pytest.raises(RefusedError, match="there is not"):
        call(platform, "/v23.0/1/messages", {"to": "0" * 20 + "-phone-number-1"}, redactor)


def test_a_customer_who_was_forgotten_is_not_written_to(redactor: Redactor, body: Body) -> None:
    platform, chat = received("meta_whatsapp", redactor, body)
    chat.forget()
    with pytest.raises(RefusedError, match="past its retention"):
        call(platform, "/v23.0/1/messages", {"to": f"{chat.public_id}-phone-number-1"}, redactor)


def test_an_unknown_customers_placeholders_stay(redactor: Redactor, body: Body) -> None:
    platform, _ = received("slack", redactor, body)
    sent = call(platform, "/api/chat.postMessage", {"channel": "D999", "text": "Hi [PERSON_1]"}, redactor)
    assert json.loads(sent.body)["text"] == "Hi [PERSON_1]"


def test_twilios_form_is_restored_in_place(redactor: Redactor, body: Body) -> None:
    platform, _ = received("twilio_messaging", redactor, body)
    seen, _ = redact_body(platform, *body("twilio_messaging"), redactor.conversation, redactor)
    sender = dict(parse_qsl(seen.decode()))["From"]
    assert re.fullmatch(r"whatsapp:[0-9a-f]{20}-phone-number-\d", sender)
    fields = [("To", sender), ("Body", "Hi [PERSON_1]"), ("Tag", "[PERSON_1]"), ("X", "")]
    request = Incoming("POST", "/2010-04-01/Accounts/AC1/Messages.json", (FORM,), urlencode(fields).encode())
    sent = restore_call(platform, request, redactor.conversation, redactor.conversation_by_public_id)
    assert parse_qsl(sent.body.decode(), keep_blank_values=True) == [
        ("To", "whatsapp:+12125550143"), ("Body", "Hi Crystal Minh"), ("Tag", "[PERSON_1]"), ("X", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/chat.postMessage"),
        ("POST", "/api/users.info"),
        ("POST", "/api/../api/chat.postMessage"),
        ("POST", "/api/chat.postMessage/"),
        ("POST", "//api/chat.postMessage"),
        ("POST", "/api%2Fchat.postMessage"),
        ("POST", "api/chat.postMessage"),
    ],
)
def test_every_other_call_is_refused(method: str, path: str, redactor: Redactor) -> None:
    request = Incoming(method, path, (JSON,), b'{"channel":"D1","text":"x"}')
    with pytest.raises(RefusedError, match="allows no such call"):
        restore_call(Platform.load("slack"), request, redactor.conversation, redactor.conversation_by_public_id)


@pytest.mark.parametrize(
    ("name", "path", "payload", "place", "expected"),
    [
        ("intercom", "/conversations/215471/reply", {"body": "<p>[PERSON_1]</p>"}, "body", "<p>Crystal Minh</p>"),
        ("intercom", "/conversations/215471/reply", {"message_type": "note", "body": "[PERSON_1]"}, "body", None),
        (
            "chatwoot",
            "/api/v1/accounts/1/conversations/9/messages",
            {"content": "[PERSON_1]"},
            "content",
            "Crystal Minh",
        ),
        (
            "chatwoot",
            "/api/v1/accounts/1/conversations/9/messages",
            {"content": "[PERSON_1]", "private": True},
            "content",
            None,
        ),
    ],
)
def test_notes_to_colleagues_are_not_restored(
    name: str,
    path: str,
    payload: dict[str, object],
    place: str,
    expected: str | None,
    redactor: Redactor,
    body: Body,
) -> None:
    platform, _ = received(name, redactor, body)
    sent = json.loads(call(platform, path, payload, redactor).body)
    assert sent[place] == (payload[place] if expected is None else expected)


def test_zendesks_public_comment_is_restored_and_its_internal_one_is_not(redactor: Redactor, body: Body) -> None:
    platform, _ = received("zendesk", redactor, body)
    for public, expected in ((True, "Crystal Minh"), (False, "[PERSON_1]")):
        payload = {"ticket": {"comment": {"body": "[PERSON_1]", "public": public}}}
        sent = call(platform, "/api/v2/tickets/35436.json", payload, redactor, "PUT")
        assert json.loads(sent.body)["ticket"]["comment"]["body"] == expected


def test_conversations_in_the_path(redactor: Redactor, body: Body) -> None:
    platform, _ = received("sunshine_conversations", redactor, body)
    path = "/v2/apps/5698/conversations/c616a583e4c240a871818542/messages"
    sent = call(platform, path, {"content": {"type": "text", "text": "[PERSON_1]"}}, redactor)
    assert json.loads(sent.body)["content"]["text"] == "Paula Quill"
    platform, _ = received("bot_framework", redactor, body)
    thread = json.loads(body("bot_framework")[0])["conversation"]["id"].replace(":", "%3A")
    sent = call(platform, f"/v3/conversations/{thread}/activities", {"text": "Hi [PERSON_1]"}, redactor)
    assert json.loads(sent.body)["text"] == "Hi Crystal Minh"


def test_a_call_that_does_not_say_whose_it_is_is_refused(redactor: Redactor) -> None:
    with pytest.raises(RefusedError, match=r"does not say whose it is; expected one customer at \$\.channel"):
        call(Platform.load("slack"), "/api/chat.postMessage", {"text": "x"}, redactor)
    with pytest.raises(PayloadError):
        call(Platform.load("slack"), "/api/chat.postMessage", "text", redactor)


# inline replies


def test_twiml_is_restored_in_its_messages_alone(redactor: Redactor, body: Body) -> None:
    platform, chat = received("twilio_messaging", redactor, body)
    chat.redact("I'm <Crystal Minh>")
    reply = (
        '<?xml version="1.0"?><Response><Message to="[PERSON_1]"><Body>Hi [PERSON_1] &amp; co</Body>'
        "<Media>https://x.example/[PERSON_1]</Media></Message><Message>[PERSON_1]</Message><!-- [PERSON_1] -->"
        "<Redirect>https://x.example/?[PERSON_1]</Redirect></Response>"
    )
    restored = restore_reply(platform, reply.encode(), chat).body.decode()
    assert restored == reply.replace("Hi [PERSON_1]", "Hi Crystal Minh").replace(
        "<Message>[PERSON_1]", "<Message>Crystal Minh"
    )
    with pytest.raises(PayloadError):
        restore_reply(platform, b"<Response>\xff</Response>", chat)


def test_rasas_answer_goes_to_whom_it_is_for(redactor: Redactor, body: Body) -> None:
    platform, chat = received("rasa", redactor, body)
    reply = [
        {
            "recipient_id": f"{chat.public_id}-username-1",
            "text": "Hi [PERSON_1]",
            "image": "https://x.example/[PERSON_1]",
        }
    ]
    restored = json.loads(restore_reply(platform, json.dumps(reply).encode(), chat).body)
    assert restored == [
        {"recipient_id": "+12125550143", "text": "Hi Crystal Minh", "image": "https://x.example/[PERSON_1]"}
    ]


def test_dialogflows_answer(redactor: Redactor, body: Body) -> None:
    platform, chat = received("dialogflow_cx", redactor, body)
    reply = {
        "fulfillment_response": {"messages": [{"text": {"text": ["Hi [PERSON_1]"]}}]},
        "payload": {"n": "[PERSON_1]"},
    }
    restored = json.loads(restore_reply(platform, json.dumps(reply).encode(), chat).body)
    assert restored["fulfillment_response"]["messages"][0]["text"]["text"] == ["Hi Crystal Minh"]
    assert restored["payload"] == {"n": "[PERSON_1]"}


def test_a_reply_that_nobody_reads_goes_as_it_is(redactor: Redactor, chat: Conversation) -> None:
    assert restore_reply(Platform.load("slack"), b"[PERSON_1]", chat).body == b"[PERSON_1]"
    assert restore_reply(Platform.load("rasa"), b'[{"text":"[PERSON_1]"}]', None).body == b'[{"text":"[PERSON_1]"}]'
    assert restore_reply(Platform.load("rasa"), b" ", chat).body == b" "


# what the conversation never held

TWIML = "<Response><Message>[PERSON_1], ask Paula Quill</Message><Message>Paula &amp; Quill</Message></Response>"


@pytest.mark.parametrize(
    ("name", "path", "text", "expected"),
    [
        ("slack", "/api/chat.postMessage", "[PERSON_1], ask Paula Quill", "Crystal Minh, ask (name hidden)"),
        (
            "slack",
            "/api/chat.postMessage",
            "[PERSON_1] <https://x.example/Paula Quill|Paula Quill>",
            "Crystal Minh <https://x.example/(name hidden)|(name hidden)>",
        ),
        ("slack", "/api/chat.postMessage", "<https://x.example|[PERSON_1]>", "<https://x.example|Crystal Minh>"),
    ],
)
def test_what_the_conversation_never_held_is_masked_before_the_customer_reads_it(
    name: str, path: str, text: str, expected: str, redactor: Redactor, body: Body
) -> None:
    platform, chat = received(name, redactor, body)
    request = Incoming("POST", path, (JSON,), json.dumps({"channel": "D0123456", "text": text}).encode())
    sent = restore_call(platform, request, redactor.conversation, redactor.conversation_by_public_id, scan=True)
    assert json.loads(sent.body)["text"] == expected
    sent.record()
    assert "Paula" not in str(redactor.transcripts.show(chat.public_id))


def test_what_the_conversation_never_held_is_masked_in_the_response(redactor: Redactor, body: Body) -> None:
    platform, chat = received("twilio_messaging", redactor, body)
    replied = restore_reply(platform, TWIML.encode(), chat, scan=True)
    masked = TWIML.replace("[PERSON_1]", "Crystal Minh").replace("Paula Quill", "(name hidden)")
    assert replied.body.decode() == masked
    platform, chat = received("rasa", redactor, body)
    replied = restore_reply(platform, b'[{"text":"Paula Quill","buttons":[{"title":"Paula Quill"}]}]', chat, scan=True)
    assert json.loads(replied.body) == [{"text": "(name hidden)", "buttons": [{"title": "(name hidden)"}]}]


def test_a_reply_that_cannot_be_scanned_does_not_go_out(body: Body) -> None:
    def failing(text: str, context: object) -> list[Entity]:
        if "order" in text:
            raise RuntimeError(text)
        return []

    with Redactor(recognizers=[failing]) as redactor:
        chat = redactor.conversation("c")
        with pytest.raises(DetectionError):
            restore_reply(Platform.load("rasa"), b'[{"text":"fine. Your order"}]', chat, scan=True)
        request = Incoming("POST", "/api/chat.postMessage", (JSON,), b'{"channel":"D1","text":"order"}')
        with pytest.raises(DetectionError):
            restore_call(
                Platform.load("slack"), request, redactor.conversation, redactor.conversation_by_public_id, scan=True
            )


# notes to colleagues

NOTES = [
    ("chatwoot", "POST", CHATWOOT, {"content": "[PERSON_1], [ACCOUNT_ID_1]", "private": True}),
    ("zendesk", "PUT", "/api/v2/tickets/35436.json", {"ticket": {"comment": {"body": "[PERSON_1]", "public": False}}}),
    ("intercom", "POST", "/conversations/215471/reply", {"message_type": "note", "body": "[PERSON_1] [ACCOUNT_ID_1]"}),
]


@pytest.mark.parametrize(("name", "method", "path", "payload"), NOTES, ids=[note[0] for note in NOTES])
def test_a_note_is_restored_for_agents_as_the_policy_says_and_audited(
    name: str, method: str, path: str, payload: dict[str, object], body: Body
) -> None:
    policy = Policy.from_dict(
        {"name": "desk", "extends": "default", "types": {"PERSON": {"audiences": ["customer", "agent"]}}}
    )
    store = MemoryStore()
    with in_memory({"Crystal Minh": "PERSON", "8706847615": "ACCOUNT_ID"}, policy=policy, store=store) as redactor:
        platform, chat = received(name, redactor, body)
        request = Incoming(method, path, (JSON,), json.dumps(payload).encode())
        ways = (platform, request, redactor.conversation, redactor.conversation_by_public_id)
        before = len(redactor.transcripts.show(chat.public_id))
        assert restore_call(*ways).body == request.body
        sent = restore_call(*ways, scan=True, note_audience="agent")
        sent.record()
        assert "Crystal Minh" in sent.body.decode() and "8706847615" not in sent.body.decode()
        assert len(redactor.transcripts.show(chat.public_id)) == before, "a note is no turn"
        entries = [decoded(each.record).entry for each in store.audit(0, 100)]
    assert [each.subject for each in entries if each.audience == "agent"] == [("[PERSON_1]",)]


def test_a_policy_that_names_no_agents_shows_them_labels(redactor: Redactor, body: Body) -> None:
    platform, _ = received("chatwoot", redactor, body)
    request = Incoming("POST", CHATWOOT, (JSON,), b'{"content":"[PERSON_1]","private":true}')
    ways = (platform, request, redactor.conversation, redactor.conversation_by_public_id)
    shown = json.loads(restore_call(*ways, note_audience="agent").body)["content"]
    assert shown.replace("\\", "") == "(name hidden)"
    with pytest.raises(AudienceError):
        restore_call(*ways, note_audience="everybody")


@pytest.mark.parametrize("private", ["true", 1, "yes", []])
def test_what_a_platform_may_read_as_a_note_is_not_restored(private: object, redactor: Redactor, body: Body) -> None:
    platform, _ = received("chatwoot", redactor, body)
    sent = call(platform, CHATWOOT, {"content": "[PERSON_1]", "private": private}, redactor)
    assert json.loads(sent.body)["content"] == "[PERSON_1]"
    platform, _ = received("zendesk", redactor, body)
    note = {"ticket": {"comment": {"body": "[PERSON_1]", "public": "false"}}}
    sent = call(platform, "/api/v2/tickets/35436.json", note, redactor, "PUT")
    assert json.loads(sent.body)["ticket"]["comment"]["body"] == "[PERSON_1]"


def test_nothing_is_recorded_before_the_platform_took_it(redactor: Redactor, body: Body) -> None:
    platform, chat = received("slack", redactor, body)
    before = len(redactor.transcripts.show(chat.public_id))
    sent = call(platform, "/api/chat.postMessage", {"channel": "D0123456", "text": "Hi [PERSON_1]"}, redactor)
    assert len(redactor.transcripts.show(chat.public_id)) == before
    sent.record()
    sent.record()
    assert [each.text for each in redactor.transcripts.show(chat.public_id)[before:]] == ["Hi [PERSON_1]"]


@pytest.mark.parametrize("piece", ["<!--", "<![CDATA[", "<?", "a"])
@pytest.mark.parametrize("before", ["<Response>", "<Response/>"], ids=["inside", "behind"])
def test_xml_that_never_ends_is_refused_at_once(piece: str, before: str, redactor: Redactor) -> None:
    whole = f"{before}<a{piece * 15_000}".encode() if piece == "a" else f"{before}{piece * 7_000}".encode()
    began = time.process_time()
    with pytest.raises(PayloadError, match="does not end"):
        restore_reply(Platform.load("twilio_messaging"), whole, redactor.conversation("c"))
    assert time.process_time() - began < 0.5
