"""Texts through the management API: what the core does, in JSON, without a value that is not restored."""

import pytest

from redactor import Policy
from redactor.testing import assert_no_leak, in_memory
from tests.integrations.redactor_gateway.llm import CANARIES, KNOWN, MAIL, NAME, ORDER
from tests.integrations.redactor_gateway.management.callers import Callers, audited, callers, code


def test_what_is_redacted_in_a_conversation_is_restored_in_it(to: Callers) -> None:
    made = to.post("/redact", {"conversation": "c-42", "text": f"Hi, I'm {NAME}, order {ORDER}"})
    assert [turn["text"] for turn in made["turns"]] == ["Hi, I'm [PERSON_1], order [ACCOUNT_ID_1]"]
    assert_no_leak(CANARIES, made)
    restored = to.post("/restore", {"conversation": "c-42", "text": "Thanks [PERSON_1]! [PERSON_9]"})
    assert (restored["text"], restored["unknown"]) == (f"Thanks {NAME}! [PERSON_9]", ["[PERSON_9]"])
    html = to.post("/restore", {"conversation": "c-42", "text": "<b>[person_1]</b>", "form": "html", "record": False})
    assert (html["text"], html["turn_id"]) == (f"<b>{NAME}</b>", None)


def test_entities_are_told_by_their_place_in_code_points(to: Callers) -> None:
    text = f"👋🏽 {NAME}"
    entity = to.post("/redact", {"text": text})["turns"][0]["entities"][0]
    assert text[entity["start"] : entity["end"]] == NAME
    assert (entity["type"], entity["placeholder"], entity["operator"]) == ("PERSON", "[PERSON_1]", "placeholder")
    assert 0.0 <= entity["score"] <= 1.0
    found = to.post("/detect", {"text": text, "context": ["Who are you?"]})["entities"]
    assert [(each["start"], each["end"], each["type"]) for each in found] == [(entity["start"], len(text), "PERSON")]
    voted = to.post("/explain", {"text": text})["decisions"]
    assert [(each["outcome"], each["type"]) for each in voted] == [("masked", "PERSON")]
    assert_no_leak(CANARIES, entity, found, voted)


def test_what_has_no_conversation_is_kept_nowhere(to: Callers) -> None:
    made = to.post("/redact", {"text": f"I am {NAME}"})
    assert made["conversation"] is None
    assert made["turns"][0]["turn_id"] is None
    assert not to.redactor.transcripts.conversations("default").items
    nowhere = to.ask("POST", "/restore", {"conversation": "c-42", "text": "[PERSON_1]"})
    assert code(nowhere) == (404, "conversation_not_found")
    assert not to.redactor.transcripts.conversations("default").items


def test_a_history_is_sent_again_and_served_as_before(to: Callers) -> None:
    turns = [{"role": "customer", "text": f"I am {NAME}"}, {"role": "assistant", "text": "Hello [PERSON_1]"}]
    first = to.post("/redact", {"conversation": "c-1", "turns": turns})
    turns.append({"role": "customer", "text": f"My mail: {MAIL}"})
    again = to.post("/redact", {"conversation": "c-1", "turns": turns})
    assert [turn["known"] for turn in again["turns"]] == [True, True, False]
    assert [turn["text"] for turn in again["turns"][:2]] == [turn["text"] for turn in first["turns"]]
    assert again["conversation"] == first["conversation"]


def test_half_a_surrogate_pair_goes_through(to: Callers) -> None:
    made = to.post("/redact", {"conversation": "c-1", "text": f"{NAME} \ud83d"})
    assert made["turns"][0]["text"] == "[PERSON_1] \ud83d"
    assert to.ask("GET", f"/conversations/{made['conversation']}/transcript").status_code == 200


def test_a_conversation_is_the_same_as_that_of_the_header(to: Callers) -> None:
    to.begun("c-42")
    chat = to.redactor.conversation("gateway/shop/named c-42")
    assert chat.restore("[PERSON_1]").text == NAME


@pytest.mark.parametrize("audience", ["agent", "reviewer", "tool:lookup"])
def test_only_an_admin_restores_for_others_than_the_customer(audience: str) -> None:
    policy = Policy.from_dict({"defaults": {"audiences": ["customer", "agent", "reviewer", "tool:lookup"]}})
    with callers(redactor=in_memory(KNOWN, policy=policy)) as to:
        for key in ("shop", "chief"):
            to.begun(key=key)
        asked = {"conversation": "c-42", "text": "[PERSON_1]", "audience": audience}
        assert code(to.ask("POST", "/restore", asked)) == (403, "insufficient_scope")
        assert to.post("/restore", asked, key="chief")["text"] == NAME
        noted = [("key:chief", "restore", audience)] if audience in ("agent", "reviewer") else []
        assert audited(to) == noted


def test_what_the_policy_refuses_is_refused() -> None:
    policy = Policy.from_dict({"types": {"EMAIL_ADDRESS": {"operator": "block"}}})
    with callers(redactor=in_memory(KNOWN, policy=policy)) as to:
        assert code(to.ask("POST", "/redact", {"text": MAIL})) == (400, "blocked_by_policy")


def test_more_texts_than_are_taken_are_refused() -> None:
    with callers(limits={"texts": 2, "request_bytes": 500}) as to:
        turns = [{"role": "customer", "text": "Hi"}] * 3
        assert code(to.ask("POST", "/redact", {"turns": turns})) == (413, "too_many_texts")
        assert code(to.ask("POST", "/detect", {"text": "Hi", "context": ["a"] * 3})) == (413, "too_many_texts")
        assert code(to.ask("POST", "/redact", {"text": "Hi" * 500})) == (413, "request_too_large")
