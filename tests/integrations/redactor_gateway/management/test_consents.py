"""Consents through the management API, by an identifier that stands in no address."""

import pytest

from redactor.testing import assert_no_leak
from tests.integrations.redactor_gateway.management.callers import Callers, audited, code

PERSON = {"identifier": "+1 212 555 0177", "type": "PHONE_NUMBER"}


def state(to: Callers, *, key: str = "shop") -> str:
    found: str = to.post("/consents/lookup", PERSON, key=key)["state"]
    return found


def decide(to: Callers, decision: str, **more: str) -> int:
    return to.ask("PUT", "/consents", {**PERSON, "state": decision, **more}).status_code


def test_a_decision_is_noted_and_audited(to: Callers) -> None:
    assert state(to) == "unknown"
    for decision, then in (("granted", "granted"), ("withdrawn", "refused"), ("granted", "granted"), ("refused",) * 2):
        assert decide(to, decision) == 200
        assert state(to) == then
    written = {"identifier": "+1-212-555-0177", "type": "PHONE_NUMBER"}
    assert to.post("/consents/lookup", written)["state"] == "refused"
    assert to.post("/consents/erase", PERSON) == {"erased": True}
    assert (state(to), to.post("/consents/erase", PERSON)) == ("unknown", {"erased": False})
    actions = [action for _, action, _ in audited(to)]
    assert actions == [f"consent.{each}" for each in ("grant", "withdraw", "grant", "refuse", "erase")]
    assert {actor for actor, _, _ in audited(to)} == {"key:shop"}
    assert_no_leak(["212 555 0177", "2125550177"], [row.record for row in to.redactor.parts.store.audit(0, 100)])


def test_of_several_who_are_about_to_show_a_notice_one_shows_it(to: Callers) -> None:
    seen = to.post("/consents/lookup", PERSON)
    asked = {**PERSON, "notice": "2026-11", "seen": seen}
    assert [to.post("/consents/notice", asked)["show"] for _ in range(3)] == [True, False, False]
    now = to.post("/consents/lookup", PERSON)
    assert (now["state"], now["notice"]) == ("notified", "2026-11")
    assert to.post("/consents/notice", {**asked, "notice": "2026-12", "seen": now})["show"]


def test_consents_are_the_tenants(to: Callers) -> None:
    decide(to, "granted", notice="7")
    assert (state(to, key="desk"), state(to, key="other")) == ("granted", "unknown")


@pytest.mark.parametrize("kind", ["SECRET", "PERSONAL", "LITERAL", ""])
def test_a_type_that_names_nobody_is_refused(to: Callers, kind: str) -> None:
    answer = to.ask("POST", "/consents/lookup", {**PERSON, "type": kind})
    assert code(answer) == (400, "invalid_subject")
    assert_no_leak([PERSON["identifier"]], answer.text)
