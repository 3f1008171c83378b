"""Conversations that are kept: read, forgotten, and only by who may."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from redactor import Redactor
from redactor.audit.checkpoints import from_public
from redactor.testing import assert_no_leak
from tests.integrations.redactor_gateway.llm import CANARIES, NAME
from tests.integrations.redactor_gateway.management.callers import Callers, audited, callers, code

GONE = (404, "conversation_not_found")


def test_a_transcript_is_read_in_pages_and_redacted(to: Callers) -> None:
    known = to.begun()
    for number in range(4):
        to.post("/redact", {"conversation": "c-42", "text": f"{NAME} says {number}", "id": str(number)})
    found, after = [], 0
    while True:
        page = to.ask("GET", f"/conversations/{known}/transcript?limit=2&after={after}").json()
        found += [turn["text"] for turn in page["turns"]]
        assert_no_leak(CANARIES, page)
        if page["next"] is None:
            break
        after = page["next"]
    assert found == ["I am [PERSON_1]", *(f"[PERSON_1] says {number}" for number in range(4))]
    entity = to.ask("GET", f"/conversations/{known}/transcript").json()["turns"][0]["entities"][0]
    assert (entity["placeholder"], entity["start"], entity["end"]) == ("[PERSON_1]", 5, 15)


def test_what_is_forgotten_is_gone_and_the_receipt_says_so(to: Callers) -> None:
    known = to.begun()
    receipt = to.ask("DELETE", f"/conversations/{known}").json()
    point = from_public({"checkpoint": receipt["checkpoint"], "signature": receipt["signature"]})
    assert point.seq == len(audited(to))
    assert audited(to) == [("key:shop", "forget", "")]
    for method, path in (("GET", f"/conversations/{known}/transcript"), ("DELETE", f"/conversations/{known}")):
        assert code(to.ask(method, path)) == GONE
    assert code(to.ask("POST", "/conversations", {"conversation": "c-42"})) == GONE
    assert code(to.ask("POST", "/restore", {"conversation": "c-42", "text": "[PERSON_1]"})) == GONE
    assert "[PERSON_2]" in to.post("/redact", {"conversation": "c-42", "text": NAME})["turns"][0]["text"]


def test_what_is_past_its_time_is_gone_before_it_is_swept() -> None:
    now = [1_000.0]
    with callers(redactor=Redactor(recognizers=[], clock=lambda: now[0])) as to:
        known = to.begun()
        now[0] += 30 * 86_400 - 60
        assert to.ask("GET", f"/conversations/{known}/transcript").status_code == 200  # sweeps; not again for an hour
        now[0] += 120
        assert code(to.ask("GET", f"/conversations/{known}/transcript")) == GONE
        assert code(to.ask("POST", "/conversations", {"conversation": "c-42"})) == GONE


def test_a_conversation_is_found_by_its_name(to: Callers) -> None:
    known = to.begun()
    assert to.post("/conversations", {"conversation": "c-42"})["conversation"] == known
    assert code(to.ask("POST", "/conversations", {"conversation": "c-43"})) == GONE
    assert len(to.redactor.transcripts.conversations("default").items) == 2  # with that of the ids themselves


# who may


def guesses(known: str) -> list[str]:
    """Ids that were given to nobody, made from one that was."""
    public_id, mark = known[:20], known[20:]
    other = ("1" if mark[0] == "0" else "0") + mark[1:]
    swapped = mark[:-1] + ("1" if mark[-1] == "0" else "0")
    ids = [public_id, public_id + other, public_id + swapped, public_id + mark[:-1], public_id + mark + "0", "0" * 52]
    return [*ids, known.upper(), "lookup", "%2e%2e", public_id + "é" * 16, "", "0"]


def test_no_key_reads_forgets_or_restores_what_is_another_keys(to: Callers) -> None:
    known = to.begun()
    for key, given in (("desk", known), *(("shop", guess) for guess in guesses(known))):
        for method, path in (("GET", f"/conversations/{given}/transcript"), ("DELETE", f"/conversations/{given}")):
            answer = to.ask(method, path, key=key)
            assert answer.status_code == 404
            assert_no_leak(CANARIES, answer.text)
    for key in ("desk", "other"):
        assert code(to.ask("POST", "/restore", {"conversation": "c-42", "text": "[PERSON_1]"}, key=key)) == GONE
        assert code(to.ask("POST", "/conversations", {"conversation": "c-42"}, key=key)) == GONE
    theirs = to.begun(key="desk")
    assert theirs[:20] != known[:20]
    assert len(to.ask("GET", f"/conversations/{known}/transcript").json()["turns"]) == 1
    assert not audited(to)


def test_an_admin_sees_all_of_its_tenant_and_nothing_of_another(to: Callers) -> None:
    known, theirs = to.begun(), to.begun(key="other")
    for given in (known, known[:20]):
        assert to.ask("GET", f"/conversations/{given}/transcript", key="chief").status_code == 200
        assert code(to.ask("GET", f"/conversations/{given}/transcript", key="other")) == GONE
        assert code(to.ask("DELETE", f"/conversations/{given}", key="other")) == GONE
    assert code(to.ask("GET", f"/conversations/{theirs[:20]}/transcript", key="chief")) == GONE
    assert to.ask("DELETE", f"/conversations/{known[:20]}", key="chief").status_code == 200
    assert audited(to) == [("key:chief", "forget", "")]


def test_what_is_there_and_not_theirs_is_answered_as_what_is_not_there(to: Callers) -> None:
    known = to.begun()

    def answer(given: str, key: str) -> tuple[Any, ...]:
        found = to.ask("GET", f"/conversations/{given}/transcript", key=key)
        return found.status_code, found.content, sorted(found.headers)

    assert answer(known, "desk") == answer("0" * 52, "desk") == answer(known, "other") == answer("0" * 20, "chief")


def test_an_id_that_was_not_given_is_refused_before_the_store_is_asked(
    to: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = to.begun()
    to.begun(key="desk")
    asked: list[str] = []
    kind = type(to.redactor.parts.store)
    found: Callable[..., Any] = kind.conversation_by_public_id

    def noting(self: Any, public_id: str) -> Any:
        asked.append(public_id)
        return found(self, public_id)

    monkeypatch.setattr(kind, "conversation_by_public_id", noting)
    for guess in guesses(known):
        to.ask("GET", f"/conversations/{guess}/transcript")
    to.ask("GET", f"/conversations/{known}/transcript", key="desk")
    assert known[:20] not in asked
    to.ask("GET", f"/conversations/{known}/transcript")
    assert known[:20] in asked


def test_the_receipt_is_one_that_the_audit_log_can_be_held_against(to: Callers) -> None:
    receipt = to.ask("DELETE", f"/conversations/{to.begun()}").json()
    receipt["checkpoint"]["seq"] += 1
    with pytest.raises(Exception, match="signature does not fit"):
        from_public(json.loads(json.dumps(receipt)))
