"""Readiness says what does not work, and never why."""

import pytest

from redactor import Redactor
from redactor.exceptions import AuditError, StorageError
from redactor_gateway.ready import Readiness
from tests.integrations.redactor_gateway.llm import NAME, knowing


@pytest.mark.parametrize(
    ("broken", "error", "check"),
    [
        ("redactor.redactor.Redactor.detect", RuntimeError(NAME), "detection"),
        ("redactor.conversation.Conversation.redact_value", StorageError("disk full"), "vault"),
        ("redactor.audit.Audit.append", AuditError("no audit"), "audit"),
    ],
)
def test_what_does_not_work_is_named(
    broken: str, error: Exception, check: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    with knowing() as redactor:
        now = [0.0]
        ready = Readiness(redactor, f"I am {NAME}", lambda: now[0])
        with monkeypatch.context() as patched:
            patched.setattr(broken, fails)
            assert {each.name: each.is_well for each in ready.checks()}[check] is False
        assert all(each.is_well for each in ready.checks())  # what failed is asked again at once
        monkeypatch.setattr(broken, fails)
        assert all(each.is_well for each in ready.checks())
        now[0] = 60.0
        assert not all(each.is_well for each in ready.checks())


def test_however_many_probes_there_are_one_value_is_all_they_leave() -> None:
    with knowing() as redactor:
        now = [0.0]
        ready = Readiness(redactor, f"I am {NAME}", lambda: now[0])
        for _ in range(3):
            assert all(each.is_well for each in ready.checks())
            now[0] += 60.0
        store, chat = redactor.parts.store, redactor.conversation("gateway/readiness", "gateway-readiness")
        assert len(store.values(chat.public_id)) == 1
        assert (store.turns(chat.public_id), store.last_audit()) == ([], None)


def test_a_redactor_that_finds_nothing_is_not_ready() -> None:
    with Redactor(recognizers=[lambda text, context: []]) as redactor:
        checks = {each.name: each.is_well for each in Readiness(redactor, "canary@example.com").checks()}
        assert checks["detection"] is False
