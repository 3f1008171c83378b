"""A person's consent: decided by one pure function, kept under a keyed hash, and every change of it audited."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from redactor import Redactor
from redactor.config import Settings
from redactor.crypto import LocalKey
from redactor.exceptions import AuditError, ConfigError
from redactor.privacy.consent import (
    DAY_SECONDS,
    STATES,
    Consent,
    ConsentSettings,
    Course,
    Stance,
    State,
    Subject,
    decide,
)
from redactor.storage import Store
from redactor.storage.memory import MemoryStore
from redactor.storage.migrations import MIGRATIONS
from redactor.storage.sqlite import SqliteStore
from redactor.testing import assert_no_leak

CANARY = "+1 212 555 0177"
WHO = Subject(CANARY, "PHONE_NUMBER")
NOW = 1_800_000_000.0
ASKING = ConsentSettings(needs="grant")
TELLING = ConsentSettings()
ACTIONS = ["consent.notice", "consent.grant", "consent.withdraw", "consent.refuse", "consent.erase"]


class Clock:
    """A time that tests move."""

    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "v.db")
    yield made
    made.close()


@pytest.fixture
def redactor(store: Store, clock: Clock) -> Redactor:
    return Redactor(recognizers=[], store=store, key=LocalKey.ephemeral(), clock=clock)


@pytest.fixture
def consent(redactor: Redactor) -> Consent:
    return Consent(redactor)


def actions(redactor: Redactor) -> list[str]:
    from redactor.audit.records import decoded

    rows = redactor.parts.store.audit(0, 100)
    return [decoded(row.record).entry.action for row in rows]


# what follows from a state


@pytest.mark.parametrize(
    ("stance", "settings", "course"),
    [
        (Stance(), TELLING, Course(True, TELLING.notice, notices=True)),
        (Stance("notified", "1", NOW), TELLING, Course(True)),
        (Stance("granted", "1", NOW, NOW), TELLING, Course(True)),
        (Stance("refused", "1", NOW, NOW), TELLING, Course(False, TELLING.refused)),
        (Stance(), ASKING, Course(False, ASKING.notice, notices=True)),
        (Stance("notified", "1", NOW), ASKING, Course(False, ASKING.waiting)),
        (Stance("granted", "1", NOW, NOW), ASKING, Course(True)),
        (Stance("refused", "1", NOW, NOW), ASKING, Course(False, ASKING.refused)),
        (Stance("granted", "0", NOW, NOW), ASKING, Course(False, ASKING.notice, notices=True)),
        (Stance("notified", "0", NOW), TELLING, Course(True, TELLING.notice, notices=True)),
        (Stance("refused", "0", NOW, NOW), ASKING, Course(False, ASKING.refused)),
    ],
)
def test_a_state_says_what_to_do(stance: Stance, settings: ConsentSettings, course: Course) -> None:
    assert decide(stance, settings, NOW) == course


def test_a_grant_may_end() -> None:
    settings = ConsentSettings(needs="grant", valid_days=30)
    granted = Stance("granted", "1", NOW, NOW)
    assert decide(granted, settings, NOW + 30 * DAY_SECONDS - 1).to_llm
    assert decide(granted, settings, NOW + 30 * DAY_SECONDS).notices


states: st.SearchStrategy[State] = st.sampled_from(STATES)
stances = st.builds(Stance, states, st.sampled_from(["", "0", "1"]), st.just(NOW), st.none() | st.just(NOW))
settings = st.builds(ConsentSettings, needs=st.sampled_from(["notice", "grant"]), valid_days=st.none() | st.just(1))


@given(stances, settings, st.floats(NOW, NOW + 3 * DAY_SECONDS))
def test_nobody_who_refused_or_has_not_agreed_where_they_must_reaches_an_llm(
    stance: Stance, settings: ConsentSettings, now: float
) -> None:
    course = decide(stance, settings, now)
    if course.to_llm:
        assert stance.state != "refused"
        assert settings.needs == "notice" or stance.state == "granted"
    else:
        assert course.answer
    assert not course.notices or course.answer == settings.notice


@pytest.mark.parametrize("wrong", [{"need": "grant"}, {"needs": "all"}, {"notice": ""}, {"valid_days": 0}])
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ConsentSettings.model_validate(wrong)


# what is kept


def test_a_person_goes_from_unknown_to_refused_and_every_step_is_audited(
    consent: Consent, redactor: Redactor, clock: Clock
) -> None:
    assert consent.state(WHO) == Stance()
    assert consent.note_notice(WHO, "1", Stance())
    clock.now += 1
    assert consent.grant(WHO) == consent.state(WHO) == Stance("granted", "1", NOW, NOW + 1)
    clock.now += 1
    assert consent.withdraw(WHO) == Stance("refused", "1", NOW, NOW + 2)
    assert consent.refuse(WHO, "2").notice == "2"
    assert consent.erase(WHO)
    assert consent.state(WHO) == Stance()
    assert not consent.erase(WHO)
    assert actions(redactor) == ACTIONS


def test_one_person_is_the_same_in_every_spelling_and_in_one_tenant(consent: Consent) -> None:
    consent.grant(WHO)
    assert consent.state(Subject("+1-212-555-0177", "PHONE_NUMBER")).state == "granted"
    assert consent.state(Subject(CANARY, "USERNAME")).state == "unknown"
    assert consent.state(Subject(CANARY, "PHONE_NUMBER", tenant="other")).state == "unknown"


def test_the_notice_is_shown_once(consent: Consent) -> None:
    seen = consent.state(WHO)
    shown: list[bool] = []
    threads = [threading.Thread(target=lambda: shown.append(consent.note_notice(WHO, "1", seen))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(shown) == [False] * 7 + [True]
    assert consent.note_notice(WHO, "2", consent.state(WHO))


def test_an_answer_that_came_meanwhile_stands(consent: Consent) -> None:
    seen = consent.state(WHO)
    consent.grant(WHO, "1")
    assert not consent.note_notice(WHO, "1", seen)
    assert consent.state(WHO).state == "granted"
    consent.refuse(WHO)
    assert not consent.note_notice(WHO, "2", consent.state(WHO))


def test_forgetting_a_conversation_leaves_the_consent(consent: Consent, redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    chat.redact_known(CANARY, "PHONE_NUMBER")
    consent.refuse(WHO)
    chat.forget()
    redactor.sweep()
    assert consent.state(WHO).state == "refused"


def test_a_consent_is_deleted_when_nobody_changed_it_for_long(
    consent: Consent, redactor: Redactor, clock: Clock
) -> None:
    consent.grant(WHO)
    clock.now += 10 * DAY_SECONDS
    consent.grant(Subject("ann@example.com", "EMAIL_ADDRESS", tenant="other"))
    assert consent.expire(11) == 0
    assert consent.expire(9) == 1
    assert consent.state(WHO) == Stance()
    assert actions(redactor) == ["consent.grant", "consent.grant", "consent.expire"]
    with pytest.raises(ConfigError):
        consent.expire(0)


def test_a_sweep_deletes_consents_where_it_is_told_after_how_many_days(clock: Clock) -> None:
    with Redactor(recognizers=[], consent_days=10, clock=clock) as redactor, Redactor(recognizers=[]) as other:
        consent = Consent(redactor)
        consent.refuse(WHO)
        clock.now += 9 * DAY_SECONDS
        redactor.sweep()
        assert consent.state(WHO).state == "refused"
        clock.now += 2 * DAY_SECONDS
        redactor.sweep()
        assert consent.state(WHO) == Stance()
        assert actions(redactor) == ["consent.refuse", "consent.expire"]
        Consent(other).refuse(WHO)
        other._clock = lambda: NOW * 2
        other.sweep()
        assert Consent(other).state(WHO).state == "refused"
    with pytest.raises(ConfigError, match="consent_days"):
        Redactor(recognizers=[], consent_days=0)


def test_the_days_are_taken_from_the_settings() -> None:
    with Redactor.from_settings(Settings(consent_days=10), MemoryStore(), LocalKey.ephemeral()) as redactor:
        Consent(redactor).refuse(WHO)
        redactor._clock = lambda: time.time() + 11 * DAY_SECONDS
        redactor.sweep()
        assert Consent(redactor).state(WHO) == Stance()


def test_the_state_outlives_the_process(tmp_path: Path) -> None:
    key = LocalKey.from_file(tmp_path / "key")
    with Redactor(recognizers=[], store=SqliteStore(tmp_path / "v.db"), key=key) as redactor:
        Consent(redactor).refuse(WHO)
    with Redactor(recognizers=[], store=SqliteStore(tmp_path / "v.db"), key=key) as redactor:
        assert Consent(redactor).state(WHO).state == "refused"


def test_the_identifier_is_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with Redactor(recognizers=[], store=SqliteStore(folder / "v.db"), key=LocalKey.ephemeral()) as redactor:
        consent = Consent(redactor)
        consent.note_notice(WHO, "1", Stance())
        consent.grant(WHO)
        assert_no_leak([CANARY, "2125550177"], repr(WHO), consent.state(WHO), repr(consent), folder)
        row = redactor.parts.store.consent("default", consent._hash(WHO))
        assert row is not None
        consent.erase(WHO)
        assert_no_leak([row.subject_hash.hex()], redactor.parts.store.audit(0, 10))
    assert row.subject_hash not in b"".join(path.read_bytes() for path in folder.iterdir())


@pytest.mark.parametrize(
    "subject",
    [
        Subject(CANARY, "PHONE_NUMBRE"),
        Subject("PHONE_NUMBER", CANARY),
        Subject("", "PHONE_NUMBER"),
        Subject(" +", "PHONE_NUMBER"),
        Subject(CANARY, "PHONE_NUMBER", tenant=""),
        Subject(CANARY, "SECRET"),
    ],
)
def test_a_subject_that_cannot_be_is_refused(consent: Consent, subject: Subject) -> None:
    for door in (consent.state, consent.grant, consent.refuse, consent.withdraw, consent.erase):
        with pytest.raises(ConfigError) as refused:
            door(subject)
        assert_no_leak([CANARY], refused.value)


def test_without_a_record_nothing_changes(
    consent: Consent, redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> int:
        raise AuditError("no")

    consent.grant(WHO)
    monkeypatch.setattr(type(redactor.audit), "append", fails)
    with pytest.raises(AuditError):
        consent.refuse(WHO)
    with pytest.raises(AuditError):
        consent.erase(WHO)
    assert consent.state(WHO).state == "granted"


def test_a_store_of_the_version_before_is_migrated(tmp_path: Path) -> None:
    key = LocalKey.from_file(tmp_path / "key")
    SqliteStore(tmp_path / "v.db", migrations=MIGRATIONS[:4]).close()
    with Redactor(recognizers=[], store=SqliteStore(tmp_path / "v.db"), key=key) as redactor:
        assert Consent(redactor).grant(WHO).state == "granted"
