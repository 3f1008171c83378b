"""What a person can ask for: found by a keyed hash, copied, corrected, erased; written down first, or not done."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from redactor import Redactor
from redactor.audit import checking
from redactor.audit.checking import own_public_key
from redactor.crypto import LocalKey
from redactor.exceptions import AuditError, ConfigError, NotFoundError
from redactor.privacy import receipts
from redactor.privacy.consent import Consent, Subject
from redactor.privacy.erasure import prove_erased, store_files
from redactor.privacy.reports import copy_of
from redactor.privacy.rights import Found, Rights, indexed_types
from redactor.reviews import Reviews, Verdict
from redactor.storage import AuditRow, Store
from redactor.storage.memory import MemoryStore
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer, assert_no_leak
from tests.storage.conftest import (  # noqa: F401  fixtures
    name,
    postgres_server,
    postgres_tables,
    postgresql_store,
    redis_store,
    redis_url,
    schema,
)

MAIL, WRONG, NAME, OTHER = "crystal.minh@example.org", "cristal@example.net", "Crystal Minh", "bob.q@example.com"
UNSEEN = "Quuxworthy"
NOW = 1_800_000_000.0
CRYSTAL = Subject(MAIL, "EMAIL_ADDRESS")
REFERENCE = "DSR-2027-0007"
FINDS = FakeRecognizer({NAME: "PERSON", MAIL: "EMAIL_ADDRESS", OTHER: "EMAIL_ADDRESS", WRONG: "EMAIL_ADDRESS"})
DAY = 86_400.0


class Clock:
    """A time that tests move."""

    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = SqliteStore(tmp_path / "v.db")
    yield made
    made.close()


@pytest.fixture
def memory_store() -> Store:
    return MemoryStore()


@pytest.fixture
def redactor(store: Store, clock: Clock) -> Iterator[Redactor]:
    with Redactor(recognizers=[FINDS], store=store, key=LocalKey.ephemeral(), clock=clock) as made:
        yield made


@pytest.fixture
def rights(redactor: Redactor) -> Rights:
    return Rights(redactor)


@pytest.fixture
def spoken(redactor: Redactor) -> dict[str, str]:
    """Crystal's conversation, Bob's in which she is named, and one of another tenant."""
    hers = redactor.conversation("hers")
    hers.redact(f"I am {NAME}, {MAIL}", channel="whatsapp")
    hers.redact("How can I help, [PERSON_1]?", "assistant", channel="whatsapp")
    his = redactor.conversation("his")
    his.redact(f"{OTHER} here")
    his.redact(f"Copy {MAIL} in", "agent")
    redactor.conversation("hers", tenant="acme").redact(f"{MAIL} again")
    Consent(redactor).grant(CRYSTAL, "v2")
    return {"hers": hers.public_id, "his": his.public_id}


def actions(redactor: Redactor) -> list[str]:
    return [str(each["action"]) for each in records(redactor)]


def records(redactor: Redactor) -> list[dict[str, Any]]:
    rows: list[AuditRow] = list(checking.pages(redactor.parts.store))
    return [json.loads(row.record) for row in rows]


def test_a_person_is_found_with_what_is_kept_and_who_said_the_identifier(
    rights: Rights, redactor: Redactor, spoken: dict[str, str]
) -> None:
    found = rights.find(CRYSTAL, reference=REFERENCE)
    held = {each.conversation: each for each in found.conversations}
    assert held.keys() == set(spoken.values())
    hers, his = held[spoken["hers"]], held[spoken["his"]]
    assert (hers.turns, hers.roles, hers.channels) == (2, {"customer": 1, "assistant": 1}, ("whatsapp",))
    assert hers.types == {"PERSON": 1, "EMAIL_ADDRESS": 1}
    assert (hers.values, hers.placeholder, hers.said_by) == (2, "[EMAIL_ADDRESS_1]", {"customer": 1})
    assert hers.ends == NOW + redactor.policy.retention_seconds("PERSON")
    assert (his.placeholder, his.said_by) == ("[EMAIL_ADDRESS_2]", {"agent": 1})
    assert (found.stance.state, found.stance.notice) == ("granted", "v2")
    assert_no_leak([MAIL, NAME, OTHER], found)


def test_separators_and_case_do_not_matter_but_tenant_and_type_do(rights: Rights, spoken: dict[str, str]) -> None:
    assert len(rights.find(Subject("CRYSTAL.minh@Example.org ", "EMAIL_ADDRESS")).conversations) == 2
    assert len(rights.find(Subject(MAIL, "EMAIL_ADDRESS", "acme")).conversations) == 1
    assert rights.find(Subject(MAIL, "USERNAME")).conversations == ()
    with pytest.raises(NotFoundError):
        rights.find(Subject(MAIL, "EMAIL_ADDRESS", "slip"))
    with pytest.raises(ConfigError, match="EMAIL_ADDRESS"):
        rights.find(Subject(NAME, "PERSON"))


def test_a_number_that_the_host_told_finds_its_conversation(rights: Rights, redactor: Redactor) -> None:
    redactor.conversation("c").redact_known("+1 212 555 0177", "PHONE_NUMBER")
    (held,) = rights.find(Subject("+1-212-555-0177", "PHONE_NUMBER")).conversations
    assert (held.placeholder, held.said_by, held.turns) == ("[PHONE_NUMBER_1]", {}, 0)


def test_each_door_is_in_the_audit_log_with_its_case_and_no_value(
    rights: Rights, redactor: Redactor, spoken: dict[str, str]
) -> None:
    person = rights.find(CRYSTAL, reference=REFERENCE).person
    rights.copy(person, [spoken["hers"]], reference=REFERENCE)
    rights.correct(person, spoken["hers"], "[PERSON_1]", "Christel Minh", reference=REFERENCE)
    receipt = rights.erase(person, [spoken["hers"]], reference=REFERENCE)
    written = [each for each in records(redactor) if REFERENCE in each["subject"]]
    assert [each["action"] for each in written] == [
        "privacy.find",
        "privacy.copy",
        "privacy.copy",
        "privacy.correct",
        "forget",
        "privacy.erase",
    ]
    assert written[-1]["seq"] == receipt.body["audit"]
    assert_no_leak([MAIL, NAME, OTHER, "Christel"], written, receipt.public())


def test_a_copy_is_what_the_person_may_read(rights: Rights, redactor: Redactor, spoken: dict[str, str]) -> None:
    redactor.conversation("hers").redact("My PIN is 1234", "customer")
    person = rights.find(CRYSTAL).person
    talks, receipt = rights.copy(person, [spoken["hers"]])
    made = copy_of(talks, Consent(redactor).state(person), redactor.policy, tenant="default", now=NOW)
    (talk,) = made["conversations"]
    assert [each["text"] for each in talk["turns"]][:2] == [f"I am {NAME}, {MAIL}", f"How can I help, {NAME}?"]
    assert [each["type"] for each in made["categories"]] == ["PERSON", "EMAIL_ADDRESS"]
    assert made["categories"][1]["given_to"] == ["customer"]
    assert made["consent"]["state"] == "granted"
    assert receipt.body["counts"] == {"conversations": 1, "turns": 3}
    assert_no_leak([MAIL, NAME], repr(talks), receipt)
    given, _ = rights.copy(person, [spoken["hers"]], given=True)
    assert [each.role for each in given[0].turns] == ["customer", "customer"]


def test_without_the_audit_log_nothing_is_given_and_nothing_erased(
    rights: Rights, redactor: Redactor, spoken: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = rights.find(CRYSTAL).person

    def broken(*_: object) -> int:
        raise AuditError("the disk is full")

    monkeypatch.setattr("redactor.audit.log.Audit.append", broken)
    for door in (
        lambda: rights.find(CRYSTAL),
        lambda: rights.copy(person),
        lambda: rights.erase(person),
        lambda: rights.correct(person, spoken["hers"], "[PERSON_1]", "Else"),
    ):
        with pytest.raises(AuditError):
            door()
    monkeypatch.undo()
    found = rights.find(CRYSTAL)
    assert len(found.conversations) == 2
    assert found.stance.state == "granted"
    assert rights.copy(person, [spoken["hers"]])[0][0].turns[0].text == f"I am {NAME}, {MAIL}"


def test_a_plan_destroys_nothing_and_says_what_erasing_then_does(
    rights: Rights, redactor: Redactor, spoken: dict[str, str]
) -> None:
    person = rights.find(CRYSTAL).person
    plan = rights.plan(person)
    assert set(plan.conversations) == set(spoken.values())
    assert plan.counts["turns"] == 4
    assert len(rights.find(CRYSTAL).conversations) == 2
    receipt = rights.erase(person)
    assert receipt.body["counts"] == plan.counts
    gone = rights.find(CRYSTAL)
    assert (gone.conversations, gone.stance.state) == ((), "unknown")
    assert len(rights.find(Subject(MAIL, "EMAIL_ADDRESS", "acme")).conversations) == 1
    with pytest.raises(NotFoundError):
        redactor.conversation("hers").restore_turn("0")


def test_only_the_chosen_conversations_are_erased(rights: Rights, spoken: dict[str, str]) -> None:
    person = rights.find(CRYSTAL).person
    receipt = rights.erase(person, [spoken["hers"]], consent=False)
    assert receipt.body["conversations"] == [spoken["hers"]]
    found = rights.find(CRYSTAL)
    assert [each.conversation for each in found.conversations] == [spoken["his"]]
    assert found.stance.state == "granted"
    assert len(rights.find(Subject(OTHER, "EMAIL_ADDRESS")).conversations) == 1


def test_a_conversation_of_somebody_else_is_refused(rights: Rights, redactor: Redactor, spoken: dict[str, str]) -> None:
    person = rights.find(CRYSTAL).person
    strange = redactor.conversation("strange").public_id
    doors = (
        lambda: rights.erase(person, [spoken["hers"], strange]),
        lambda: rights.copy(person, [strange]),
        lambda: rights.plan(person, [strange]),
        lambda: rights.correct(person, strange, "[PERSON_1]", "Else"),
    )
    for door in doors:
        with pytest.raises(NotFoundError):
            door()
    assert len(rights.find(CRYSTAL).conversations) == 2


@pytest.mark.parametrize("reference", ["Crystal Minh", "x" * 65, "a\nb", f"DSR-{MAIL}", "crystal.minh-example.org"])
def test_a_reference_has_no_room_for_a_name_or_the_identifier(
    rights: Rights, redactor: Redactor, reference: str
) -> None:
    redactor.conversation("c")  # the tenant is there
    with pytest.raises(ConfigError) as refused:
        rights.find(CRYSTAL, reference=reference)
    assert_no_leak([MAIL, NAME, reference], refused.value)


def test_what_is_over_is_swept_before_it_is_shown(
    rights: Rights, clock: Clock, redactor: Redactor, spoken: dict[str, str]
) -> None:
    clock.now += 400 * DAY
    assert rights.find(CRYSTAL).conversations == ()


def test_a_sweep_has_a_receipt(rights: Rights, clock: Clock, redactor: Redactor, spoken: dict[str, str]) -> None:
    clock.now += 400 * DAY
    receipt = rights.sweep(consent_days=365)
    assert receipt.body["counts"]["conversations"] == 3
    assert receipt.body["counts"]["consents"] == 1
    assert rights.sweep(consent_days=365).body["counts"] == {"conversations": 0, "values": 0, "consents": 0}
    assert actions(redactor)[-1] == "privacy.sweep"


def test_receipts_are_signed_by_the_stores_key_and_no_other(
    rights: Rights, redactor: Redactor, spoken: dict[str, str]
) -> None:
    receipt = rights.erase(rights.find(CRYSTAL).person, reference=REFERENCE)
    key = redactor.audit.key()
    assert key is not None
    public = json.loads(json.dumps(receipt.public()))
    assert receipts.read(public, own_public_key(key)) == receipt
    changes: list[dict[str, object]] = [{"reference": "x"}, {"audit": 1}, {"conversations": []}, {"public_key": "00"}]
    for change in changes:
        with pytest.raises(AuditError):
            receipts.read({**public, "receipt": {**public["receipt"], **change}})
    with pytest.raises(AuditError, match="another store"):
        receipts.read(public, "00" * 32)
    nothings: list[object] = [None, [], {"receipt": 1}, {"receipt": {}, "signature": "zz"}]
    for nothing in nothings:
        with pytest.raises(AuditError):
            receipts.read(nothing)
    checkpoint = redactor.audit.checkpoint().public()
    with pytest.raises(AuditError):
        receipts.read({"receipt": checkpoint["checkpoint"], "signature": checkpoint["signature"]})


# -- corrections


def test_a_corrected_value_is_what_every_place_restores_to(
    rights: Rights, redactor: Redactor, store: Store, spoken: dict[str, str]
) -> None:
    chat = redactor.conversation("late")
    first = chat.redact(f"Write to {WRONG}")
    person = rights.find(Subject(WRONG, "EMAIL_ADDRESS")).person
    receipt = rights.correct(person, chat.public_id, "[EMAIL_ADDRESS_1]", f" {MAIL} ")
    assert receipt.body["kind"] == "correct"
    for handle in (chat, redactor.conversation_by_public_id(chat.public_id)):
        assert handle.restore(first).text == f"Write to {MAIL}"
        assert handle.restore("To [EMAIL_ADDRESS_1].", record=False).text == f"To {MAIL}."
    assert chat.redact(f"Yes, {MAIL}").text == "Yes, [EMAIL_ADDRESS_1]"
    assert chat.redact(f"Not {WRONG}").text == "Not [EMAIL_ADDRESS_2]"


def test_who_was_corrected_is_found_by_the_right_identifier_only(rights: Rights, redactor: Redactor) -> None:
    chat = redactor.conversation("late")
    chat.redact(f"Write to {WRONG}")
    person = rights.find(Subject(WRONG, "EMAIL_ADDRESS")).person
    rights.correct(person, chat.public_id, "[EMAIL_ADDRESS_1]", MAIL)
    assert rights.find(Subject(WRONG, "EMAIL_ADDRESS")).conversations == ()
    (held,) = rights.find(CRYSTAL).conversations
    assert (held.conversation, held.placeholder) == (chat.public_id, "[EMAIL_ADDRESS_1]")


def test_a_corrected_identifiers_hash_is_in_no_file(redactor: Redactor, rights: Rights, tmp_path: Path) -> None:
    chat = redactor.conversation("late")
    chat.redact(f"Write to {WRONG}")
    person = rights.find(Subject(WRONG, "EMAIL_ADDRESS")).person
    assert _holds(tmp_path, person.hash)
    rights.correct(person, chat.public_id, "[EMAIL_ADDRESS_1]", MAIL)
    assert not _holds(tmp_path, person.hash)


def _holds(folder: Path, content: bytes) -> bool:
    return any(content in each.read_bytes() for each in folder.glob("v.db*"))


def test_two_placeholders_may_come_to_the_same_value(redactor: Redactor, rights: Rights) -> None:
    chat = redactor.conversation("late")
    chat.redact(f"{WRONG}, no: {MAIL}")
    chat.correct("[EMAIL_ADDRESS_1]", MAIL)
    assert chat.restore("[EMAIL_ADDRESS_1] [EMAIL_ADDRESS_2]", record=False).text == f"{MAIL} {MAIL}"
    assert chat.redact(f"again {MAIL}").text == "again [EMAIL_ADDRESS_2]"
    chat.correct("[EMAIL_ADDRESS_2]", OTHER)
    assert len(rights.find(CRYSTAL).conversations) == 1, "the first still names her"


def test_another_handle_learns_the_corrected_value(redactor: Redactor) -> None:
    chat, other = redactor.conversation("c"), None
    chat.redact(f"I am {NAME}")
    other = redactor.conversation_by_public_id(chat.public_id)
    other.redact("hello")
    chat.correct("[PERSON_1]", "Zaphod Beeblebrox")
    assert other.redact("Zaphod Beeblebrox it is").text == "[PERSON_1] it is"


def test_turns_that_showed_the_right_value_in_clear_are_rewritten(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    chat.redact(f"I am {NAME}")
    shown = chat.redact("Zaphod Beeblebrox, to be exact")
    (changed,) = chat.correct("[PERSON_1]", "Zaphod Beeblebrox")
    assert (changed.turn_id, changed.text) == (shown.turn_id, "[PERSON_1], to be exact")


@pytest.mark.parametrize("placeholder", ["PERSON_1", "[PERSON_0]", "Crystal Minh", "[LITERAL_1]", "[SECRET_1]", ""])
def test_what_is_no_placeholder_of_a_kept_value_cannot_be_corrected(redactor: Redactor, placeholder: str) -> None:
    chat = redactor.conversation("c")
    chat.redact(f"I am {NAME}")
    with pytest.raises(ConfigError) as refused:
        chat.correct(placeholder, UNSEEN)
    assert_no_leak([NAME, UNSEEN], refused.value)


def test_what_was_never_given_or_is_gone_cannot_be_corrected(redactor: Redactor, clock: Clock) -> None:
    chat = redactor.conversation("c")
    chat.redact(f"I am {NAME}")
    with pytest.raises(NotFoundError):
        chat.correct("[PERSON_2]", "Zaphod")
    with pytest.raises(ConfigError):
        chat.correct("[PERSON_1]", " -- ")
    clock.now += 400 * DAY
    with pytest.raises(NotFoundError):
        chat.correct("[PERSON_1]", "Zaphod")
    chat.forget()
    with pytest.raises(NotFoundError):
        chat.correct("[PERSON_1]", "Zaphod")


@pytest.mark.parametrize("kind", ["memory_store", "postgresql_store", "redis_store"])
def test_the_other_stores_find_correct_and_erase_too(request: pytest.FixtureRequest, kind: str) -> None:
    store: Store = request.getfixturevalue(kind)
    with Redactor(recognizers=[FINDS], store=store, key=LocalKey.ephemeral()) as redactor:
        rights, chat = Rights(redactor), redactor.conversation("c")
        chat.redact(f"{WRONG} and {OTHER}")
        Consent(redactor).refuse(CRYSTAL)
        wrong = rights.find(Subject(WRONG, "EMAIL_ADDRESS")).person
        rights.correct(wrong, chat.public_id, "[EMAIL_ADDRESS_1]", MAIL)
        assert rights.find(Subject(WRONG, "EMAIL_ADDRESS")).conversations == ()
        person = rights.find(CRYSTAL).person
        assert rights.copy(person)[0][0].turns[0].text == f"{MAIL} and {OTHER}"
        (row,) = store.consents("default", 10)
        assert row.state == "refused"
        counts = rights.erase(person).body["counts"]
        assert counts == {"conversations": 1, "turns": 1, "values": 2, "reviews": 0, "consents": 1}
        assert rights.find(CRYSTAL).conversations == ()
        assert list(store.consents("default", 10)) == []


# -- proof


def _searched(path: Path, tmp_path: Path, *values: str) -> int:
    """How often values occur in copies of a store's files, asked as files and as databases."""
    folder = tmp_path / "copy"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for each in store_files(path):
        shutil.copy(each, folder)
    return len(prove_erased(values, [folder / path.name]).found) + len(prove_erased(values, [folder]).found)


def _told(redactor: Redactor) -> Found:
    """A conversation with a value nobody found, reviewed; found by the address."""
    chat = redactor.conversation("c")
    shown = chat.redact(f"I am {UNSEEN}, {MAIL}")
    Reviews(redactor).judge(chat.public_id, shown.turn_id, Verdict("clean"))
    return Rights(redactor).find(CRYSTAL)


def test_after_erasing_no_file_of_the_store_holds_a_byte_of_it(tmp_path: Path) -> None:
    path = tmp_path / "store" / "v.db"
    path.parent.mkdir()
    with (
        closing(SqliteStore(path)) as store,
        Redactor(recognizers=[FINDS], store=store, key=LocalKey.ephemeral()) as redactor,
    ):
        found = _told(redactor)
        assert found.conversations[0].reviews == 1
        assert _searched(path, tmp_path, UNSEEN) > 0, "what was missed stands in clear"
        receipt = Rights(redactor).erase(found.person)
        assert receipt.body["counts"]["reviews"] == 1
        assert _searched(path, tmp_path, UNSEEN, MAIL) == 0
        person = found.person.hash.hex()
    assert prove_erased([UNSEEN, MAIL, person], store_files(path)).found == []


def test_the_types_people_are_found_by_name_one_person() -> None:
    assert {"EMAIL_ADDRESS", "PHONE_NUMBER", "ACCOUNT_ID"} <= set(indexed_types())
    assert "PERSON" not in indexed_types()
