"""The audit log: nothing happens before it is written, one chain whoever writes, and nothing is changed unseen."""
# ruff: noqa: S608 - statements are made of constants

import asyncio
import json
import multiprocessing
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Policy, Redactor
from redactor.audit import Audit, Entry, acting, checking, checkpoints
from redactor.audit.checking import export, verify, verify_export
from redactor.audit.checkpoints import Checkpoint, from_public
from redactor.audit.records import FIRST, decoded, digest
from redactor.crypto import LocalKey
from redactor.exceptions import AuditError, ConfigError, CryptoError, RedactorError, StorageError
from redactor.secret import Secret
from redactor.storage import Store
from redactor.storage import auditing as statements
from redactor.storage.memory import MemoryStore
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer, assert_no_leak

KEY = LocalKey(Secret(bytes(range(32))))
NAME, EMAIL = "Crystal Minh", "crystal@example.com"
FAKE = FakeRecognizer({NAME: "PERSON", EMAIL: "EMAIL_ADDRESS"})
FOR_ALL = Policy.from_dict({"defaults": {"audiences": ["customer", "agent", "reviewer", "tool:crm"]}})


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "a.db")
    yield made
    made.close()


@pytest.fixture
def redactor(store: Store) -> Iterator[Redactor]:
    with Redactor(FOR_ALL, [FAKE], store, key=KEY, clock=lambda: 1000.0) as made:
        yield made


def records(store: Store) -> list[dict[str, Any]]:
    return [decoded(row.record).public() for row in checking.pages(store)]


def fill(store: Store, count: int = 6) -> Audit:
    audit = Audit(store, KEY, clock=lambda: 1000.0)
    for number in range(count):
        audit.write(Entry("keys.rotate", f"tenant {number}", subject=("local-1", "[PERSON_1]")))
    return audit


# -- what is written, and when


def test_a_record_says_who_was_shown_what_and_holds_no_value(redactor: Redactor, store: Store) -> None:
    chat = redactor.conversation("+1 212 555 0147", tenant="acme")
    seen = chat.redact(f"I am {NAME}, {EMAIL}")
    with acting("desk:ann"):
        assert chat.restore("Call [PERSON_1] and [PERSON_1] again", "agent").text == f"Call {NAME} and {NAME} again"
    (record,) = records(store)
    assert record == {
        "format": 1,
        "seq": 1,
        "time": 1_000_000,
        "actor": "desk:ann",
        "store": record["store"],
        "prev": FIRST,
        "action": "restore",
        "tenant": "acme",
        "conversation": chat.public_id,
        "subject": ["[PERSON_1]"],
        "audience": "agent",
        "outcome": "restored",
        "versions": {"policy": redactor.policy.version, "model": "fake"},
    }
    chat.restore(seen, "reviewer")
    chat.restore_value({"to": ["[EMAIL_ADDRESS_1]"]}, "reviewer")
    assert [(r["seq"], r["actor"], r["subject"]) for r in records(store)[1:]] == [
        (2, "host", ["[PERSON_1]", "[EMAIL_ADDRESS_1]"]),
        (3, "host", ["[EMAIL_ADDRESS_1]"]),
    ]
    assert_no_leak([NAME, EMAIL, "+1 212 555 0147"], [row.record for row in checking.pages(store)])


def test_what_the_policy_withholds_is_noted_as_nothing_shown(store: Store) -> None:
    with Redactor("default", [FAKE], store, key=KEY) as redactor:
        chat = redactor.conversation("c")
        chat.redact(NAME)
        assert NAME not in chat.restore("[PERSON_1]", "reviewer").text
        assert [(r["subject"], r["outcome"]) for r in records(store)] == [([], "nothing")]


def test_restores_for_customers_and_tools_are_counted_and_not_chained(redactor: Redactor, store: Store) -> None:
    chat = redactor.conversation("c")
    seen = chat.redact(f"{NAME} {EMAIL}")
    chat.restore_value(["[PERSON_1]"], "tool:crm")
    chat.restore("Hi [PERSON_1], [PERSON_1]")
    chat.restore(seen)
    assert not records(store)
    want = {("PERSON", "tool:crm"): 1, ("PERSON", "customer"): 3, ("EMAIL_ADDRESS", "customer"): 1}
    now = redactor.metrics.snapshot()["restored"]
    assert {(each["type"], each["audience"]): each["count"] for each in now} == want
    chat.redact("bye")  # what the last restore gave is filed with the next turn
    chat.redact("bye again")
    filed = [row for row in store.tallies(0, 1 << 30) if row.kind == "restored"]
    assert {(row.name, row.recognizer): row.count for row in filed} == want


def test_a_stream_notes_each_value_before_it_gives_it_out(redactor: Redactor, store: Store) -> None:
    chat = redactor.conversation("c")
    chat.redact(f"{NAME} {EMAIL}")
    pieces = []
    for piece in chat.restore_stream(["Hi [PERSON", "_1], mail", " to [EMAIL_ADDRESS_1] ", "and [PERSON_1]"], "agent"):
        told = [name for record in records(store) for name in record["subject"]]
        assert (NAME in piece) <= ("[PERSON_1]" in told)
        assert (EMAIL in piece) <= ("[EMAIL_ADDRESS_1]" in told)
        pieces.append(piece)
    assert "".join(pieces) == f"Hi {NAME}, mail to {EMAIL} and {NAME}"
    assert len(records(store)) == 3


def test_the_async_doors_note_who_acts(redactor: Redactor, store: Store) -> None:
    async def run() -> None:
        chat = redactor.conversation("c")
        await chat.aredact(NAME)
        with acting("desk:ann"):
            await chat.arestore("[PERSON_1]", "agent")

        async def chunks() -> Any:
            yield "[PERSON_1]"

        with acting("desk:bob"):
            assert [piece async for piece in chat.arestore_stream(chunks(), "agent")] == [NAME]

    asyncio.run(run())
    assert [record["actor"] for record in records(store)] == ["desk:ann", "desk:bob"]


def test_erasure_is_noted_and_the_records_outlive_it(redactor: Redactor, store: Store) -> None:
    chat = redactor.conversation("c")
    chat.redact(NAME)
    chat.restore("[PERSON_1]", "agent")
    chat.forget()
    assert [(r["action"], r["conversation"]) for r in records(store)] == [
        ("restore", chat.public_id),
        ("forget", chat.public_id),
    ]
    assert verify(redactor.audit, store).ok


def test_a_sweep_that_ended_something_is_noted(store: Store) -> None:
    now = [1000.0]
    with Redactor(FOR_ALL, [FAKE], store, key=KEY, clock=lambda: now[0]) as redactor:
        redactor.conversation("c").redact(NAME)
        redactor.sweep()
        assert not records(store)
        now[0] = 1e9
        redactor.sweep()
        assert [(r["action"], r["subject"]) for r in records(store)] == [("expire", ["1 conversations", "0 values"])]


def test_what_ends_in_a_turn_because_its_time_is_over_is_noted_with_the_conversation(store: Store) -> None:
    now = [1000.0]
    redactor = Redactor(FOR_ALL, [FAKE], store, key=KEY, clock=lambda: now[0])
    chat = redactor.conversation("c", "acme")
    chat.redact(NAME)
    now[0] = 1e9
    chat.redact(NAME)
    assert [(r["action"], r["tenant"], r["conversation"], r["subject"]) for r in records(store)] == [
        ("expire", "acme", chat.public_id, ["1 conversations", "0 values"])
    ]


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 201, "\ud800"])
def test_an_actor_is_a_plain_name(name: str) -> None:
    with pytest.raises(ConfigError, match="actor"), acting(name):
        pass


# -- fail closed


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full, as far as the audit log is concerned."""

    def refuse(self: object, row: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr(statements.AuditStatements, "add_audit", refuse)
    monkeypatch.setattr(statements.MemoryAuditWrites, "add_audit", refuse)


@pytest.mark.usefixtures("refusing")
@pytest.mark.parametrize("audience", ["agent", "reviewer"])
def test_without_the_record_nothing_is_restored(redactor: Redactor, store: Store, audience: str) -> None:
    chat = redactor.conversation("c")
    seen = chat.redact(NAME)
    doors: list[Callable[[], object]] = [
        lambda: chat.restore("[PERSON_1]", audience),
        lambda: chat.restore(seen, audience),
        lambda: chat.restore_turn(seen.turn_id, audience),
        lambda: chat.restore_value({"[PERSON_1]": 1}, audience),
        lambda: asyncio.run(chat.arestore("[PERSON_1]", audience)),
    ]
    for door in doors:
        with pytest.raises(AuditError, match="nothing was done: the disk is full") as caught:
            door()
        assert_no_leak([NAME], caught.value.args, str(caught.value), caught.value.__context__)
    given: list[str] = []
    with pytest.raises(AuditError):
        given.extend(chat.restore_stream(["Hi ", "[PERSON_1]"], audience))
    assert NAME not in "".join(given)
    assert not [row for row in store.turns(chat.public_id) if row.role == "assistant" and row.text != "Hi [PERSON_1]"]
    assert chat.restore("[PERSON_1]").text == NAME  # the customer is not kept waiting by it


@pytest.mark.usefixtures("refusing")
def test_without_the_record_nothing_is_erased_either(redactor: Redactor) -> None:
    chat = redactor.conversation("c")
    chat.redact(NAME)
    with pytest.raises(StorageError, match="disk is full"):
        chat.forget()
    assert chat.restore("[PERSON_1]").text == NAME


def test_a_locked_database_restores_nothing(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.db", timeout=0.1)
    with Redactor(FOR_ALL, [FAKE], store, key=KEY) as redactor:
        chat = redactor.conversation("c")
        chat.redact(NAME)
        with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(AuditError, match="locked"):
                chat.restore("[PERSON_1]", "agent")


def test_names_that_are_no_text_are_refused(store: Store) -> None:
    with pytest.raises(AuditError, match="not text"):
        Audit(store, KEY).write(Entry("restore", subject=("\ud800",)))
    assert store.last_audit() is None


# -- one chain


def test_threads_write_one_chain(store: Store) -> None:
    audit = Audit(store, KEY)
    threads = [
        threading.Thread(target=lambda: [audit.write(Entry("forget", f"t{n}")) for n in range(20)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = verify(audit, store)
    assert (verdict.records, verdict.problems) == (160, [])


def _write(path: Path, count: int) -> None:
    with closing(SqliteStore(path)) as store:
        audit = Audit(store, KEY)
        for number in range(count):
            audit.write(Entry("forget", f"t{number}"))


def test_processes_write_one_chain(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_write, args=(tmp_path / "a.db", 15)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        verdict = verify(Audit(store, KEY), store)
    assert (verdict.records, verdict.problems) == (30, [])


def test_a_record_that_was_undone_leaves_no_gap_and_no_key(store: Store) -> None:
    audit = Audit(store, KEY)
    with pytest.raises(ZeroDivisionError), store.transaction() as tx:
        audit.append(tx, Entry("forget"))
        raise ZeroDivisionError
    assert store.store_key("audit") is None
    assert audit.write(Entry("forget")) == 1
    assert verify(audit, store).ok


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
ENTRIES = st.builds(Entry, TEXT, TEXT, TEXT, st.lists(TEXT, max_size=3).map(tuple), TEXT, TEXT)


@given(st.lists(ENTRIES, min_size=1, max_size=5))
def test_what_is_recorded_reads_back_and_verifies_also_from_an_export(entries: list[Entry]) -> None:
    store = MemoryStore()
    audit = Audit(store, KEY)
    for entry in entries:
        audit.write(entry)
    assert [decoded(row.record).entry for row in checking.pages(store)] == entries
    assert verify(audit, store).ok
    assert verify_export(list(export(audit, store))).ok


def test_records_are_canonical_json() -> None:
    # RFC 8785, section 3.2.2 (literals and strings) and 3.2.3 (sorting), its published example.
    import rfc8785

    value: dict[str, Any] = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert rfc8785.dumps(value) == (
        b'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        b'"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_a_checkpoint_is_kept_by_itself_every_so_many_records(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redactor.audit.log.EVERY", 5)
    audit = fill(store, 12)
    assert [row.seq for row in store.checkpoints()] == [5, 10]
    assert verify(audit, store).checkpoints == 2


# -- tampering


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with six records and a checkpoint at the fourth, closed."""
    with closing(SqliteStore(tmp_path / "a.db")) as store:
        fill(store, 4).checkpoint()
        fill(store, 2)
    return tmp_path / "a.db"


def tamper(path: Path, *sql: str, values: tuple[object, ...] = ()) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            database.execute(f"DROP TRIGGER {name}")
        for statement in sql:
            database.execute(statement, values)


def problems(path: Path, *points: Checkpoint) -> list[str]:
    with closing(SqliteStore(path)) as store:
        return verify(Audit(store, KEY), store, points).problems


def test_an_untouched_log_has_no_problems(path: Path) -> None:
    assert problems(path) == []


@pytest.mark.parametrize("seq", [1, 2, 3])
@pytest.mark.parametrize("column", ["record", "mac"])
def test_every_changed_byte_is_found(seq: int, column: str) -> None:
    store = MemoryStore()
    audit, rows = fill(store, 3), store._tables.records
    row = rows[seq]
    for at in range(len(getattr(row, column))):
        changed = bytearray(getattr(row, column))
        changed[at] ^= 1 << at % 8
        new = bytes(changed)
        rows[seq] = replace(row, record=new) if column == "record" else replace(row, mac=new)
        assert f"record {seq} was changed: its keyed hash does not fit" in verify(audit, store).problems
    rows[seq] = row
    assert verify(audit, store).ok


@pytest.mark.parametrize("column", ["record", "mac"])
def test_a_change_in_the_file_is_found(path: Path, column: str) -> None:
    tamper(path, f"UPDATE audit SET {column} = CAST(substr({column}, 2) AS BLOB) WHERE seq = 6")
    assert "record 6 was changed: its keyed hash does not fit" in problems(path)


@pytest.mark.parametrize("seq", [1, 2, 3, 5])
def test_a_record_that_is_gone_is_found(path: Path, seq: int) -> None:
    tamper(path, f"DELETE FROM audit WHERE seq = {seq}")
    assert problems(path) == [f"records {seq} to {seq} are missing"]


def test_a_record_that_is_gone_and_was_signed_is_found_twice(path: Path) -> None:
    tamper(path, "DELETE FROM audit WHERE seq = 4")
    assert problems(path) == [
        "records 4 to 4 are missing",
        "a checkpoint was signed at record 4, which is not in the log",
    ]


def test_records_that_changed_places_are_found(path: Path) -> None:
    tamper(
        path,
        "UPDATE audit SET seq = 100 WHERE seq = 2",
        "UPDATE audit SET seq = 2 WHERE seq = 3",
        "UPDATE audit SET seq = 3 WHERE seq = 100",
    )
    assert {"record 2 says that it is record 3: moved", "record 3 says that it is record 2: moved"} <= set(
        problems(path)
    )


def test_a_record_that_was_put_in_again_is_found(path: Path) -> None:
    tamper(path, "INSERT INTO audit SELECT 7, record, mac FROM audit WHERE seq = 3")
    found = problems(path)
    assert "record 7 says that it is record 3: moved" in found
    assert "record 7 does not follow the record before it: one of them was changed" in found


def test_gaps_that_were_closed_are_found(path: Path) -> None:
    tamper(path, "DELETE FROM audit WHERE seq = 5", "UPDATE audit SET seq = 5 WHERE seq = 6")
    assert "record 5 says that it is record 6: moved" in problems(path)


def test_a_cut_off_end_is_found_beside_a_checkpoint_kept_elsewhere(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        kept = Audit(store, KEY).checkpoint()
    tamper(path, "DELETE FROM audit WHERE seq > 5", "DELETE FROM audit_checkpoint WHERE seq > 5")
    assert problems(path) == []  # as it once was: nothing in the file can tell
    (problem,) = problems(path, kept)
    assert problem == "a checkpoint was signed at record 6, and the log ends at 5: its end was cut off"
    tamper(path, "DELETE FROM audit", "DELETE FROM audit_checkpoint")
    assert "cut off" in problems(path, kept)[0]
    tamper(path, "DELETE FROM store_key")
    assert "taken away" in problems(path, kept)[0]


def test_an_end_that_was_written_anew_is_found_beside_the_old_checkpoint(path: Path) -> None:
    shutil.copy(path, path.with_name("before.db"))
    with closing(SqliteStore(path)) as store:
        kept = fill(store, 1).checkpoint()
    with closing(SqliteStore(path.with_name("before.db"))) as store:
        Audit(store, KEY).write(Entry("forget", "another"))
    assert problems(path.with_name("before.db"), kept) == ["record 7 is another than the one signed in a checkpoint"]


@pytest.mark.parametrize("column", ["content", "signature"])
def test_a_changed_or_moved_checkpoint_is_found(path: Path, column: str) -> None:
    tamper(path, f"UPDATE audit_checkpoint SET {column} = CAST(substr({column}, 2) AS BLOB)")
    assert problems(path) == ["the checkpoint kept at record 4 was changed"]
    tamper(path, "DELETE FROM audit_checkpoint")
    with closing(SqliteStore(path)) as store:
        Audit(store, KEY).checkpoint()
    tamper(path, "UPDATE audit_checkpoint SET seq = 3")
    assert problems(path) == ["the checkpoint kept at record 3 was moved there from record 6"]


def test_a_log_of_another_store_is_found(path: Path, tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "b.db")) as other:
        kept = fill(other, 6).checkpoint()
        rows = [(row.record, row.mac, row.seq) for row in checking.pages(other)]
    assert "another store" in problems(path, kept)[0]
    for row in rows:
        tamper(path, "UPDATE audit SET record = ?, mac = ? WHERE seq = ?", values=row)
    found = problems(path)
    assert "record 1 was changed: its keyed hash does not fit" in found
    assert "record 1 is of another store" in found


def test_a_log_whose_key_is_gone_is_never_gone_on_with(path: Path) -> None:
    tamper(path, "DELETE FROM store_key")
    assert problems(path) == ["the key of the audit log is gone from the store"]
    with closing(SqliteStore(path)) as store, pytest.raises(AuditError, match="key is gone"):
        Audit(store, KEY).write(Entry("forget"))


def test_another_key_is_an_error_and_no_verdict(path: Path) -> None:
    with closing(SqliteStore(path)) as store, pytest.raises(CryptoError, match="does not open"):
        verify(Audit(store, LocalKey.ephemeral()), store)


def test_records_are_not_changed_or_deleted_by_mistake(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for table in ("audit", "audit_checkpoint"):
            for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET seq = seq + 100"):
                with pytest.raises(sqlite3.IntegrityError, match="only ever appended"):
                    database.execute(statement)


# -- exports and checkpoints, without the key


@pytest.fixture
def exported(path: Path) -> list[str]:
    with closing(SqliteStore(path)) as store:
        return list(export(Audit(store, KEY), store))


def test_an_export_is_json_lines_with_a_checkpoint_last(exported: list[str]) -> None:
    lines = [json.loads(line) for line in exported]
    assert [line["record"]["seq"] for line in lines[:-1]] == [1, 2, 3, 4, 5, 6]
    assert lines[-1]["checkpoint"]["seq"] == 6
    verdict = verify_export(exported, public=lines[-1]["checkpoint"]["public_key"])
    assert verdict.public() == {
        "ok": True,
        "records": 6,
        "head": lines[-1]["checkpoint"]["head"],
        "checkpoints": 1,
        "found": 0,
        "problems": [],
    }


@given(st.data())
def test_any_change_of_an_export_is_found(data: st.DataObject) -> None:
    store = MemoryStore()
    lines = list(export(fill(store, 5), store))
    kept = [from_public(json.loads(lines[-1]))]
    change = data.draw(st.sampled_from(["flip", "drop", "swap", "repeat", "cut"]))
    at = data.draw(st.integers(0, len(lines) - 2))
    if change == "flip":
        record = json.loads(lines[at])
        name = data.draw(st.sampled_from(["actor", "action", "tenant", "outcome", "prev", "time", "seq"]))
        old = record["record"][name]
        record["record"][name] = old + 1 if isinstance(old, int) else old[:-1] + ("a" if old[-1] != "a" else "b")
        lines[at] = json.dumps(record)
    elif change == "drop":
        del lines[at]
    elif change == "swap":
        lines[at], lines[(at + 1) % 5] = lines[(at + 1) % 5], lines[at]
    elif change == "repeat":
        lines.insert(at, lines[at])
    else:
        lines = lines[: at + 1]
    assert not verify_export(lines, kept).ok


def test_an_export_signed_by_somebody_else_is_found_by_the_public_key(exported: list[str]) -> None:
    public = json.loads(exported[-1])["checkpoint"]["public_key"]
    other = MemoryStore()
    forged = list(export(fill(other), other))
    assert verify_export(forged).ok
    assert "another store" in verify_export(forged, public=public).problems[0]


def test_records_after_the_last_checkpoint_of_an_export_are_not_trusted(exported: list[str]) -> None:
    last = json.loads(exported[-2])["record"]
    content = decoded_bytes(last)
    added = {**last, "seq": 7, "prev": digest(content)}
    lines = [*exported[:-1], json.dumps({"record": added, "mac": ""}) + "\n", exported[-1]]
    assert "no checkpoint was signed at record 7" in verify_export(lines).problems[0]


def decoded_bytes(record: dict[str, Any]) -> bytes:
    from redactor.audit.records import from_public as read

    return read(record).encoded()


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"record": 1}', '{"checkpoint": {}}', "[" * 100_000, '"\\ud800"'])
def test_what_is_no_export_is_an_error(line: str) -> None:
    with pytest.raises(AuditError, match="expected"):
        verify_export([line])


def test_every_changed_bit_of_a_checkpoint_is_found(store: Store) -> None:
    point = fill(store).checkpoint()
    assert from_public(json.loads(json.dumps(point.public()))) == point
    for at in range(len(point.content) + len(point.signature)):
        content, signature = bytearray(point.content), bytearray(point.signature)
        if at < len(content):
            content[at] ^= 1 << at % 8
        else:
            signature[at - len(content)] ^= 1 << at % 8
        with pytest.raises(AuditError):
            checkpoints.read(bytes(content), bytes(signature))


def test_an_empty_log_has_nothing_to_sign(store: Store) -> None:
    with pytest.raises(AuditError, match="empty"):
        Audit(store, KEY).checkpoint()
    assert verify(Audit(store, KEY), store).records == 0


def test_a_checkpoint_of_the_same_end_is_kept_once(store: Store) -> None:
    audit = fill(store)
    audit.checkpoint()
    audit.checkpoint()
    assert len(store.checkpoints()) == 1
    assert verify(audit, store).ok


def test_errors_are_ours() -> None:
    assert issubclass(AuditError, RedactorError)
