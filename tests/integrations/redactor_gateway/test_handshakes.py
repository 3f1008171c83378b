"""Handshakes are answered only to who proves who it is, and nothing but letters and digits is sent back."""

import pytest

from redactor.secret import Secret
from redactor_gateway.handshakes import Answer, handshake
from redactor_gateway.incoming import Incoming
from redactor_gateway.platform import Platform

SLACK, META, INTERCOM = (Platform.load(name) for name in ("slack", "meta_whatsapp", "intercom"))
TOKENS = [Secret("old"), Secret("verify me")]


def test_slacks_challenge_is_echoed_where_it_is_signed() -> None:
    payload = {"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}
    assert handshake(SLACK, Incoming("POST", ""), payload, verified=True) == Answer(200, payload["challenge"])
    assert handshake(SLACK, Incoming("POST", ""), payload, verified=False) is None


@pytest.mark.parametrize("challenge", ["<script>", "a\r\nb", "", "x" * 513, "é"])
def test_nothing_that_could_be_markup_is_echoed(challenge: str) -> None:
    payload = {"type": "url_verification", "challenge": challenge}
    assert handshake(SLACK, Incoming("POST", ""), payload, verified=True) == Answer(400)


def test_a_message_is_no_handshake() -> None:
    assert handshake(SLACK, Incoming("POST", ""), {"type": "event_callback"}, verified=True) is None
    assert handshake(META, Incoming("POST", "https://g.example/?hub.mode=subscribe"), {}, verified=True) is None


def meta(token: str, mode: str = "subscribe") -> Answer | None:
    url = f"https://g.example/hook?hub.mode={mode}&hub.verify_token={token}&hub.challenge=1158201444"
    return handshake(META, Incoming("GET", url), verified=False, tokens=TOKENS)


def test_metas_challenge_is_echoed_to_who_knows_the_token() -> None:
    assert meta("verify%20me") == meta("old") == Answer(200, "1158201444")
    assert meta("wrong") == meta("") == Answer(403)
    assert meta("old&hub.verify_token=old") == Answer(403)
    assert meta("old", "other") is None


def test_without_a_token_of_ours_nobody_knows_it() -> None:
    url = "https://g.example/hook?hub.mode=subscribe&hub.verify_token=&hub.challenge=1"
    assert handshake(META, Incoming("GET", url), verified=False, tokens=[Secret("")]) == Answer(403)
    assert handshake(META, Incoming("GET", url), verified=False) == Answer(403)


def test_intercoms_ping_is_taken() -> None:
    assert handshake(INTERCOM, Incoming("POST", ""), {"topic": "ping"}, verified=True) == Answer(200)
    assert handshake(INTERCOM, Incoming("POST", ""), {"topic": "conversation.user.created"}, verified=True) is None


def test_no_repr_shows_what_is_echoed() -> None:
    assert "canary" not in repr(Answer(200, "canary"))
