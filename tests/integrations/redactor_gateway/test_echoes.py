"""Echoes: what the business said and the platform tells everybody is the assistant's turn, and known."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from redactor import Conversation, Redactor
from redactor.testing import assert_no_leak
from redactor_gateway.echoes import speakers
from redactor_gateway.mapping import redact_body, redact_payload
from redactor_gateway.outward import restore_reply
from redactor_gateway.platform import Platform
from redactor_gateway.webhooks.pieces import pieces, said_in

Body = Callable[[str], tuple[bytes, str]]
Make = Callable[..., Platform]
ECHOING = (
    "bot_framework", "chatwoot", "intercom", "meta_messenger", "slack", "sunshine_conversations", "zendesk",
)  # fmt: skip
SAID = "Thanks [PERSON_1], order [ACCOUNT_ID_1] is on its way"


def conversation(name: str, redactor: Redactor, body: Body) -> Conversation:
    """The conversation of a platform's golden payload, in which the name and the order number have the number 1."""
    raw, media_type = body(name)
    platform = Platform.load(name)
    keys = [each.key for each in pieces(platform, json.loads(raw))]
    chat = redactor.conversation(keys[0])
    chat.redact("Crystal Minh 8706847615")
    _, mapped = redact_body(platform, raw, media_type, redactor.conversation, redactor)
    assert chat.public_id == mapped.conversations[0].public_id
    return chat


def echoed(name: str, redactor: Redactor, body: Body) -> str:
    raw, media_type = body(f"echoes/{name}")
    sent, mapped = redact_body(Platform.load(name), raw, media_type, redactor.conversation, redactor)
    assert len(mapped.conversations) == 1
    return sent.decode()


def turns(redactor: Redactor, chat: Conversation) -> list[tuple[str, str]]:
    return [(each.role, each.text) for each in redactor.transcripts.show(chat.public_id)]


@pytest.mark.parametrize("name", ECHOING)
def test_what_the_bot_said_is_the_assistants_turn_and_nothing_in_it_is_new(
    name: str, redactor: Redactor, body: Body, canaries: tuple[str, ...]
) -> None:
    chat = conversation(name, redactor, body)
    before = turns(redactor, chat)
    sent = echoed(name, redactor, body)
    assert_no_leak(canaries, sent)
    new = turns(redactor, chat)[len(before) :]
    said = [(role, text.strip()) for role, text in new if "Hi," not in text]
    assert said == [("assistant", SAID)]
    assert all(role != "customer" for role, _ in new), "nobody else spoke"
    assert SAID in sent


@pytest.mark.parametrize("name", ECHOING)
def test_what_went_our_way_out_is_not_recorded_again(name: str, redactor: Redactor, body: Body) -> None:
    chat = conversation(name, redactor, body)
    form, said = ("html", f"<p>{SAID}</p>") if name == "intercom" else ("text", SAID)
    chat.restore(said, form=form)  # type: ignore[arg-type]
    before = turns(redactor, chat)
    for _ in range(2):
        assert SAID in echoed(name, redactor, body)
        assert [each for each in turns(redactor, chat)[len(before) :] if "Thanks" in each[1]] == []


@pytest.mark.parametrize("name", ECHOING)
def test_an_echo_is_no_customers_answer(name: str, body: Body) -> None:
    platform = Platform.load(name)
    for source, is_said in ((name, True), (f"echoes/{name}", False)):
        payload = json.loads(body(source)[0])
        said = [text for each in pieces(platform, payload) for text in said_in(platform, payload, each.place)]
        assert bool(said) is is_said


@pytest.mark.soak
@pytest.mark.parametrize("name", ECHOING)
def test_an_echo_comes_back_as_it_was_and_reads_the_same_twice(name: str, redactor: Redactor, body: Body) -> None:
    conversation(name, redactor, body)
    raw, media_type = body(f"echoes/{name}")
    sent, mapped = redact_body(Platform.load(name), raw, media_type, redactor.conversation, redactor)
    assert mapped.restored() == json.loads(raw)
    assert redact_body(Platform.load(name), raw, media_type, redactor.conversation, redactor)[0] == sent
    assert all(not each.changed for each in mapped.changes if each.kind == "protocol")


def test_a_page_is_answered_by_the_handle_of_whom_it_wrote_to(redactor: Redactor, body: Body) -> None:
    chat = conversation("meta_messenger", redactor, body)
    [event] = json.loads(echoed("meta_messenger", redactor, body))["entry"][0]["messaging"]
    assert event["recipient"]["id"].startswith(chat.public_id)
    assert event["sender"]["id"] == "682498302938465"


def test_an_edited_message_of_slacks_is_its_speakers(redactor: Redactor, body: Body) -> None:
    payload = json.loads(body("slack")[0])
    edited = {"type": "message", "subtype": "message_changed", "channel": "D0123456"}
    ours = {"text": "Thanks Crystal Minh", "bot_id": "B1"}
    payload["event"] = {**edited, "message": ours, "previous_message": {"text": "x"}}
    _, mapped = redact_body(
        Platform.load("slack"), json.dumps(payload).encode(), "application/json", redactor.conversation, redactor
    )
    assert turns(redactor, mapped.conversations[0]) == [("assistant", "Thanks [PERSON_1]")]


def test_a_rule_for_a_piece_of_many_is_for_that_piece_alone(platform: Make) -> None:
    made = platform(
        fields=[{"kind": "text", "paths": ["$.m[*].t"]}, {"kind": "text", "role": "tool", "paths": ["$.tool"]}],
        echo=[{"each": "$.m[?@.by == 'shop']", "role": "agent"}, {"has": ["$.all"]}],
    )
    payload: Any = {"m": [{"by": "shop", "t": "a"}, {"t": "b"}], "tool": "c"}
    rule, tool = made.fields
    roles = speakers(made.echo, payload)
    said = [roles.role(("m", 0, "t"), rule), roles.role(("m", 1, "t"), rule), roles.role(("tool",), tool)]
    assert said == ["agent", "customer", "tool"]
    everywhere = speakers(made.echo, {**payload, "all": 1})
    assert everywhere.role(("m", 0, "t"), rule) == "agent" and everywhere.role(("m", 1, "t"), rule) == "assistant"


def test_placeholders_that_reached_the_customer_stay_those_of_the_conversation(
    platform: Make, redactor: Redactor
) -> None:
    made = platform(fields=[{"kind": "text", "paths": ["$.t"]}], echo=[{"has": ["$.bot"]}])

    def seen(payload: dict[str, Any]) -> Any:
        return redact_payload(made, {"c": "1", **payload}, redactor.conversation, redactor).payload

    assert seen({"t": "I'm Crystal Minh"})["t"] == "I'm [PERSON_1]"
    assert seen({"t": "Hi [PERSON_1] [PERSON_9]", "bot": 1})["t"] == "Hi [PERSON_1] [LITERAL_1]"
    assert seen({"t": "Hi [PERSON_1]"})["t"] == "Hi [LITERAL_2]", "a customer's is somebody's words"


def test_a_reply_in_the_response_is_known_when_it_is_echoed(platform: Make, redactor: Redactor) -> None:
    reply = {"restore": [{"form": "text", "record": True, "paths": ["$.t"]}]}
    made = platform(fields=[{"kind": "text", "paths": ["$.t"]}], echo=[{"has": ["$.bot"]}], reply=reply)
    mapped = redact_payload(made, {"c": "1", "id": "1", "t": "I'm Crystal Minh"}, redactor.conversation, redactor)
    [chat] = mapped.conversations
    replied = restore_reply(made, b'{"t":"Hi [PERSON_1]"}', chat)
    assert len(turns(redactor, chat)) == 1, "nothing is recorded before it is said"
    replied.record()
    replied.record()
    echo: Any = {"c": "1", "id": "2", "bot": 1, **json.loads(replied.body)}
    assert echo["t"] == "Hi Crystal Minh"
    redact_payload(made, echo, redactor.conversation, redactor)
    assert turns(redactor, chat)[1:] == [("assistant", "Hi [PERSON_1]")]
