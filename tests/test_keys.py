"""Keys that are rotated, destroyed and listed: whatever step a process is killed at, every live value opens."""

import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from redactor import Redactor, rotation
from redactor.audit import Audit
from redactor.audit.checking import pages, verify
from redactor.audit.records import decoded
from redactor.crypto import ConversationKeys, KeyWrap, LocalKey, RememberedWrap, TenantKeys, keyed_hash, new_key
from redactor.exceptions import AuditError, CryptoError, NotFoundError, StorageError
from redactor.keyfile import KeyFile
from redactor.keys import conversation_keys, finish_tenant, latest_keys, opens, rewrap, rotate_tenant, store_key
from redactor.sealing import opened
from redactor.storage import Store, auditing
from redactor.storage.memory import MemoryStore
from redactor.storage.migrations import MIGRATIONS
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer, assert_no_leak

NAMES = [f"{first} {last}" for first in ("Ann", "Bea", "Cleo") for last in ("Lee", "Moss", "Noor")]
FAKE = FakeRecognizer({**dict.fromkeys(NAMES, "PERSON"), "ann@example.com": "EMAIL_ADDRESS"})


@contextmanager
def opened_store(folder: Path) -> Iterator[tuple[SqliteStore, KeyFile]]:
    with closing(SqliteStore(folder / "r.db", timeout=20)) as store:
        yield store, KeyFile(folder / "r.key")


def speak(folder: Path, tenants: tuple[str, ...] = ("acme", "default"), conversations: int = 3) -> None:
    """Conversations with one name each."""
    with opened_store(folder) as (store, key), Redactor(recognizers=[FAKE], store=store, key=key) as redactor:
        for tenant in tenants:
            for number in range(conversations):
                said = f"I am {NAMES[number]}, ann@example.com"
                seen = redactor.conversation(f"c{number}", tenant).redact(said)
                assert seen.text == "I am [PERSON_1], [EMAIL_ADDRESS_1]"


def assert_whole(folder: Path) -> None:
    """Every live value opens, each key under exactly one other; every conversation is found by its host's id."""
    with opened_store(folder) as (store, key):
        files = {state.key_id: LocalKey.from_file(state.path) for state in key.files()}.values()
        values = 0
        for tenant in store.tenants():
            assert sum(unwraps(each, tenant.wrapped_key) for each in files) == 1
            ring = latest_keys(store, key, tenant.tenant)
            each_key = [replace(ring, older=()), *(replace(ring, wrap=older, older=()) for older in ring.older)]
            for row in store.wrapped_conversations(tenant.tenant, "", 1000):
                assert sum(opens(keys, row) for keys in each_key) == 1
                keys = conversation_keys(ring, row)
                assert keys is not None
                for value in store.values(row.public_id):
                    values += bool(opened(keys, tenant.tenant, value).forms)
        assert values
        assert verify(Audit(store, key), store).ok
    with opened_store(folder) as (store, key), Redactor(recognizers=[FAKE], store=store, key=key) as redactor:
        for tenant in store.tenants():
            for number in range(store.live_conversations(tenant.tenant)):
                chat = redactor.conversation(f"c{number}", tenant.tenant)
                assert chat.restore("[PERSON_1]", record=False).text == NAMES[number]


def unwraps(key: KeyWrap, wrapped: bytes) -> bool:
    try:
        return bool(key.unwrap(wrapped))
    except CryptoError:
        return False


def ids(folder: Path) -> list[str]:
    with opened_store(folder) as (store, _):
        return sorted({row.key_id for row in store.tenants()})


def actions(folder: Path) -> list[tuple[str, str]]:
    with opened_store(folder) as (store, _):
        entries = [decoded(row.record).entry for row in pages(store)]
    return [(entry.action, entry.outcome) for entry in entries]


# -- the key-encryption key


def test_a_new_key_lies_in_the_file_and_the_old_one_beside_it(tmp_path: Path) -> None:
    speak(tmp_path)
    (old,) = ids(tmp_path)
    with opened_store(tmp_path) as (store, key):
        before = [row.wrapped_key for row in store.tenants()]
        assert rotation.rotate_file(store, key) == 2
        new = key.key_id
        left = b"".join(path.read_bytes() for path in tmp_path.glob("r.db*"))
        assert not [wrapped for wrapped in before if wrapped in left]
    assert new != old
    assert ids(tmp_path) == [new]
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir() if "key" in path.name}
    assert files == {"r.key": 0o600, f"r.key.old-{old}": 0o600}
    assert LocalKey.from_file(tmp_path / f"r.key.old-{old}").key_id == old
    assert actions(tmp_path) == [("keys.rotate", "begun"), ("keys.rotate", "done")]
    assert_whole(tmp_path)


def test_the_old_key_may_go_once_nothing_needs_it(tmp_path: Path) -> None:
    speak(tmp_path)
    shutil.copy(tmp_path / "r.key", tmp_path / "kept.key")
    with opened_store(tmp_path) as (store, key):
        rotation.rotate_file(store, key)
        old = key.files()[1].path
        assert rotation.drop_old(store, key) == [old]
        assert not old.exists()
        assert not unwraps(LocalKey.from_file(tmp_path / "kept.key"), store.tenants()[0].wrapped_key)
    assert actions(tmp_path)[-1] == ("keys.drop", "done")
    assert_whole(tmp_path)


def test_an_old_key_that_is_needed_is_not_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(tmp_path)
    with opened_store(tmp_path) as (store, key):
        with monkeypatch.context() as patch:
            patch.setattr(rotation, "rewrap", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                rotation.rotate_file(store, key)
        with pytest.raises(CryptoError, match="not finished"):
            rotation.drop_old(store, key)
        assert len(key.files()) == 2
        rotation.finish(store, key)
        row = store.tenants()[0]
        with store.transaction() as tx:  # labelled with the new key, wrapped by the old
            old = LocalKey.from_file(key.files()[1].path)
            tx.replace_tenant(replace(row, wrapped_key=old.wrap(key.unwrap(row.wrapped_key))))
        with pytest.raises(CryptoError):
            rotation.drop_old(store, key)
        assert len(key.files()) == 2


def test_rotating_again_and_again_keeps_everything(tmp_path: Path) -> None:
    speak(tmp_path)
    for _ in range(4):
        with opened_store(tmp_path) as (store, key):
            rotation.rotate_file(store, key)
            rotation.rotate_tenant_key(store, key, "acme")
    assert_whole(tmp_path)
    assert len(list(tmp_path.glob("r.key.old-*"))) == 4


def test_a_key_file_that_vanished_is_not_made_anew_beside_older_ones(tmp_path: Path) -> None:
    speak(tmp_path)
    with opened_store(tmp_path) as (store, key):
        rotation.rotate_file(store, key)
    (tmp_path / "r.key").unlink()
    with pytest.raises(CryptoError, match=r"missing.*bring it back"):
        KeyFile(tmp_path / "r.key")


def test_reading_the_files_makes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = KeyFile(tmp_path / "r.key")
    gone = tmp_path / "r.key.old-local-0000"
    monkeypatch.setattr(KeyFile, "_paths", lambda self: [self.path, gone])  # deleted between the two looks
    assert [state.path for state in key.files()] == [key.path]
    (tmp_path / "r.key").unlink()
    with pytest.raises(CryptoError, match="No such file"):
        _ = key.key_id
    assert not list(tmp_path.iterdir())


def test_a_store_whose_old_key_file_is_missing_says_which(tmp_path: Path) -> None:
    speak(tmp_path)
    (tmp_path / "r.key").unlink()
    with (
        opened_store(tmp_path) as (store, key),
        pytest.raises(CryptoError, match=r"bring back the file r.key, or r.key.old-"),
    ):
        latest_keys(store, key, "acme")


def test_a_key_from_elsewhere_takes_the_place_and_the_change_is_resumed(monkeypatch: pytest.MonkeyPatch) -> None:
    store, old, new = MemoryStore(), LocalKey.ephemeral(), LocalKey.ephemeral()
    with Redactor(recognizers=[FAKE], store=store, key=old) as redactor:
        redactor.conversation("c0", "acme").redact(NAMES[0])
        redactor.conversation("c0", "other").redact(NAMES[0])
    count = []

    def once(self: LocalKey, key: Any) -> bytes:
        count.append(key)
        if self is new and len(count) > 1:
            raise KeyboardInterrupt
        return wrap(self, key)

    wrap = LocalKey.wrap
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(LocalKey, "wrap", once)
        rotation.rotate_to(store, old, new)
    assert {row.key_id for row in store.tenants()} == {old.key_id}
    assert rotation.rotate_to(store, old, new) == 2
    assert {row.key_id for row in store.tenants()} == {new.key_id}
    with Redactor(recognizers=[FAKE], store=store, key=new) as redactor:
        assert redactor.conversation("c0", "acme").restore("[PERSON_1]").text == NAMES[0]
        assert verify(redactor.audit, store).ok


def test_a_process_left_behind_makes_no_tenant_with_the_old_key(tmp_path: Path) -> None:
    speak(tmp_path, ("acme",))
    stale = LocalKey.from_file(tmp_path / "r.key")
    with opened_store(tmp_path) as (store, key), Redactor(recognizers=[FAKE], store=store, key=stale) as behind:
        chat = behind.conversation("c0", "acme")
        rotation.rotate_file(store, key)
        with pytest.raises(CryptoError, match="does not open"):
            behind.conversation("c0", "new tenant")
        assert store.tenant("new tenant") is None
        assert chat.redact("Bea Moss").text == "[PERSON_2]"  # what is open goes on


def test_every_key_of_the_store_itself_follows_a_rotation(store: Store) -> None:
    old, new = LocalKey.ephemeral(), LocalKey.ephemeral()
    with store.transaction() as tx:
        keys = {name: store_key(tx, old, name) for name in ("audit", "an integration's")}
    rewrap(store, old, new)
    assert [row.name for row in store.store_keys()] == ["an integration's", "audit"]
    for row in store.store_keys():
        assert (new.unwrap(row.wrapped_key), row.key_id) == (keys[row.name], new.key_id)


def test_a_rotation_that_was_overtaken_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(tmp_path)
    tenants = SqliteStore.tenants

    def overtaken(self: SqliteStore) -> Any:
        rows = tenants(self)
        monkeypatch.undo()
        with opened_store(tmp_path) as (store, key):
            rewrap(store, key, key.current())
            rotation.rotate_file(store, key)
        return rows

    with opened_store(tmp_path) as (store, key):
        monkeypatch.setattr(SqliteStore, "tenants", overtaken)
        with pytest.raises(CryptoError, match="another rotation"):
            rotation.rotate_file(store, key)
        assert not rotation.unfinished(store, key)
    assert_whole(tmp_path)


# -- a tenant's key


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "r.db")
    yield made
    made.close()


def test_a_tenants_new_key_leaves_conversations_values_and_people_to_be_found(store: Store) -> None:
    key = LocalKey.ephemeral()
    redactor = Redactor(recognizers=[FAKE], store=store, key=key)
    redactor.conversation("c0", "acme").redact("Ann Lee, ann@example.com")
    public = redactor.conversation("c0", "acme").public_id
    before, row = latest_keys(store, key, "acme"), store.tenant("acme")
    conversation = store.wrapped_conversations("acme", "", 10)[0]
    assert rotation.rotate_tenant_key(store, key, "acme") == 1
    after = latest_keys(store, key, "acme")
    assert row is not None
    assert before.wrap not in (after.wrap, *after.older)
    assert (before.conversations, before.subjects) == (after.conversations, after.subjects)
    rewrapped = store.wrapped_conversations("acme", "", 10)[0]
    assert rewrapped.wrapped_key != conversation.wrapped_key
    assert not opens(before, rewrapped)
    assert not opens(after, conversation)
    assert rotation.rotate_tenant_key(store, key, "acme") == 1  # the second time the hashing keys lie apart already
    later = Redactor(recognizers=[FAKE], store=store, key=key)
    chat = later.conversation("c0", "acme")
    assert chat.public_id == public
    assert chat.restore("[PERSON_1] [EMAIL_ADDRESS_1]").text == "Ann Lee ann@example.com"
    subject = keyed_hash(before.subjects, "EMAIL_ADDRESS", "ann@example.com")
    assert store.conversations_with("acme", subject) == [public]
    assert later.conversation("c1", "acme").redact("Bea Moss").text == "[PERSON_1]"


def test_open_conversations_go_on_through_a_rotation_of_their_tenants_key(store: Store) -> None:
    key = LocalKey.ephemeral()
    redactor = Redactor(recognizers=[FAKE], store=store, key=key)
    chat = redactor.conversation("c0", "acme")
    chat.redact("Ann Lee")
    rotation.rotate_tenant_key(store, key, "acme")
    assert chat.redact("Ann Lee, Bea Moss").text == "[PERSON_1], [PERSON_2]"
    rotation.rotate_tenant_key(store, key, "acme")
    chat.forget()  # and begins again, under a key that the tenant's latest one wraps
    assert chat.redact("Cleo Noor").text == "[PERSON_3]"
    later = Redactor(recognizers=[FAKE], store=store, key=key)
    assert later.conversation("c0", "acme").restore("[PERSON_3]").text == "Cleo Noor"


def test_a_handle_follows_a_conversation_that_began_again_elsewhere_after_a_rotation(store: Store) -> None:
    key = LocalKey.ephemeral()
    one, other = (Redactor(recognizers=[FAKE], store=store, key=key) for _ in range(2))
    chat, same = one.conversation("c0", "acme"), other.conversation("c0", "acme")
    chat.redact("Ann Lee")
    same.redact("Ann Lee")
    rotation.rotate_tenant_key(store, key, "acme")
    chat.forget()
    chat.redact("Bea Moss")
    assert same.restore("[PERSON_2]").text == "Bea Moss"


def test_a_key_that_opens_with_neither_is_named_and_the_old_one_kept(store: Store) -> None:
    key = LocalKey.ephemeral()
    redactor = Redactor(recognizers=[FAKE], store=store, key=key)
    for number in range(3):
        redactor.conversation(f"c{number}", "acme").redact(NAMES[number])
    broken = store.wrapped_conversations("acme", "", 1)[0].public_id
    with store.transaction() as tx:
        tx.rewrap_conversation(broken, bytes(40))
    for _ in range(2):
        with pytest.raises(CryptoError, match=f"1 conversations .{broken}.*old key was kept"):
            rotation.rotate_tenant_key(store, key, "acme")
    rotation.shred_conversation(store, key, broken)
    rotation.finish(store, key)
    assert not rotation.unfinished(store, key)
    assert sum(opens(latest_keys(store, key, "acme"), row) for row in store.wrapped_conversations("acme", "", 9)) == 2


def test_a_slow_finisher_does_not_end_the_rotation_after_its_own(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    key = LocalKey.ephemeral()
    Redactor(recognizers=[FAKE], store=store, key=key).conversation("c0", "acme").redact(NAMES[0])

    def begin() -> None:
        with monkeypatch.context() as patch:
            patch.setattr("redactor.keys.finish_tenant", lambda *_: 0)
            rotate_tenant(store, key, "acme")

    begin()
    transaction, count = type(store).transaction, 0

    def counted(self: Any) -> Any:
        nonlocal count
        count += 1
        if count == 3:  # after the pages, before the end
            finish_tenant(store, key, "acme")
            begin()
        return transaction(self)

    monkeypatch.setattr(type(store), "transaction", counted)
    finish_tenant(store, key, "acme")
    assert count > 3
    assert opens(latest_keys(store, key, "acme"), store.wrapped_conversations("acme", "", 9)[0])
    assert rotation.unfinished(store, key)


# -- destroying


def test_a_shredded_conversation_is_gone_and_its_numbers_are_not_used_again(tmp_path: Path) -> None:
    speak(tmp_path, ("acme",), 2)
    with opened_store(tmp_path) as (store, key), Redactor(recognizers=[FAKE], store=store, key=key) as redactor:
        chat = redactor.conversation("c0", "acme")
        rotation.shred_conversation(store, key, chat.public_id)
        assert chat.restore("[PERSON_1]").expired == ("[PERSON_1]",)
        assert chat.redact("Cleo Noor").text == "[PERSON_2]"
        assert redactor.conversation("c1", "acme").restore("[PERSON_1]").text == NAMES[1]
        with pytest.raises(NotFoundError):
            rotation.shred_conversation(store, key, "0" * 20)
    assert actions(tmp_path) == [("keys.shred", "done")]


def test_a_shredded_tenant_is_gone_and_others_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redactor.keys.BATCH", 2)
    speak(tmp_path, conversations=5)
    with opened_store(tmp_path) as (store, key), Redactor(recognizers=[FAKE], store=store, key=key) as redactor:
        gone = store.tenant("acme")
        chat = redactor.conversation("c0", "acme")
        assert gone is not None
        assert rotation.shred_tenant_key(store, key, "acme") == 5
        assert store.live_conversations("acme") == 0
        assert gone.wrapped_key not in b"".join(path.read_bytes() for path in tmp_path.glob("r.db*"))
        assert chat.restore("[PERSON_1]").expired == ("[PERSON_1]",)
        assert chat.redact("Cleo Noor").text == "[PERSON_2]"
        assert redactor.conversation("c0", "default").restore("[PERSON_1]").text == NAMES[0]
        with pytest.raises(NotFoundError, match="no such tenant"):
            rotation.shred_tenant_key(store, key, "nobody")
    assert actions(tmp_path) == [("keys.shred", "begun"), *[("forget", "done")] * 5, ("keys.shred", "done")]


# -- no record, no operation


def test_without_the_record_no_key_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(tmp_path)

    def refuse(self: object, row: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr(auditing.AuditStatements, "add_audit", refuse)
    with opened_store(tmp_path) as (store, key):
        before = (store.tenants(), [store.wrapped_conversations(t, "", 9) for t in ("acme", "default")])
        public = before[1][0][0].public_id
        operations: list[Callable[[], object]] = [
            lambda: rotation.rotate_file(store, key),
            lambda: rotation.rotate_to(store, key, LocalKey.ephemeral()),
            lambda: rotation.rotate_tenant_key(store, key, "acme"),
            lambda: rotation.shred_tenant_key(store, key, "acme"),
            lambda: rotation.shred_conversation(store, key, public),
            lambda: rotation.drop_old(store, key),
        ]
        for operation in operations:
            with pytest.raises((AuditError, StorageError), match="disk is full"):
                operation()
        assert (store.tenants(), [store.wrapped_conversations(t, "", 9) for t in ("acme", "default")]) == before
        assert len(key.files()) == 1


def test_what_is_listed_is_no_key_material(tmp_path: Path) -> None:
    speak(tmp_path)
    with opened_store(tmp_path) as (store, key):
        rotation.rotate_file(store, key)
        found = rotation.overview(store, key)
        secrets = [state.path.read_bytes().strip().decode() for state in key.files()]
        wrapped = [row.wrapped_key.hex() for row in store.tenants()]
        assert_no_leak([*secrets, *wrapped], repr(found), found)
    assert [(each.kind, each.name, each.keys, each.state) for each in found] == [
        ("key-encryption key", "r.key", 3, "in use"),
        ("key-encryption key", key.files()[1].path.name, 0, "old"),
        ("store", "audit", 0, ""),
        ("tenant", "acme", 3, ""),
        ("tenant", "default", 3, ""),
    ]
    assert all(abs(each.made - time.time()) < 3600 for each in found)


def test_a_store_from_before_opens_and_can_be_rotated(tmp_path: Path) -> None:
    key = KeyFile(tmp_path / "r.key")
    tenant_key = new_key()
    SqliteStore(tmp_path / "r.db", migrations=MIGRATIONS[:3]).close()
    with closing(sqlite3.connect(tmp_path / "r.db", isolation_level=None)) as database:
        sql = "INSERT INTO tenant (tenant, wrapped_key, key_id) VALUES (?, ?, ?)"
        database.execute(sql, ("acme", key.wrap(tenant_key), key.key_id))
    speak(tmp_path, ("acme",))
    with opened_store(tmp_path) as (store, key):
        assert latest_keys(store, key, "acme") == TenantKeys.of(tenant_key)
        assert rotation.overview(store, key)[-1].made == 0
        rotation.rotate_file(store, key)
        rotation.rotate_tenant_key(store, key, "acme")
    assert_whole(tmp_path)


def test_a_remembered_wrap_follows_a_rotation(tmp_path: Path) -> None:
    speak(tmp_path)
    with opened_store(tmp_path) as (store, key):
        remembered = RememberedWrap(KeyFile(tmp_path / "r.key"))
        before = latest_keys(store, remembered, "acme")
        rotation.rotate_file(store, key)
        assert latest_keys(store, remembered, "acme") == before
        assert remembered.key_id == key.key_id


# -- killed at any step


def _steps(kill_at: int, folder: Path) -> Callable[[], None]:
    """Kill this process before the given one of all steps that leave a trace: files, begins and ends of writes."""
    count = 0

    def step() -> None:
        nonlocal count
        if count == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1

    def stepping(function: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*arguments: Any, **named: Any) -> Any:
            step()
            done = function(*arguments, **named)
            step()
            return done

        return stepped

    for name in ("link", "open", "fsync"):
        setattr(os, name, stepping(getattr(os, name)))
    for name in ("replace", "unlink"):
        setattr(Path, name, stepping(getattr(Path, name)))
    run = SqliteStore._run

    def killed_run(self: SqliteStore, *arguments: Any) -> Any:
        step()
        with contextmanager(run)(self, *arguments) as tx:
            yield tx
            step()
        step()

    SqliteStore._run = killed_run  # type: ignore[method-assign, assignment]
    return step


OPERATIONS: dict[str, Callable[[SqliteStore, KeyFile], object]] = {
    "rotate a tenant": lambda store, key: rotation.rotate_tenant_key(store, key, "acme"),
    "rotate and drop": lambda store, key: (rotation.rotate_file(store, key), rotation.drop_old(store, key)),
}


def _killed(folder: Path, operation: str, kill_at: int) -> bool:
    """Whether a forked child was killed before it was done."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    code = 1
    try:
        _steps(kill_at, folder)
        with opened_store(folder) as (store, key):
            OPERATIONS[operation](store, key)
        code = 0
    finally:
        os._exit(code)


def _kill_at_steps(tmp_path: Path, operation: str, first: int, every: int) -> None:
    speak(tmp_path / "new", conversations=2)
    step, killed = first, True
    while killed:
        folder = tmp_path / f"{step}"
        shutil.copytree(tmp_path / "new", folder)
        killed = _killed(folder, operation, step)
        assert_whole(folder)
        with opened_store(folder) as (store, key):
            rotation.finish(store, key)
            assert not rotation.unfinished(store, key)
        assert_whole(folder)
        step += every
    assert step > 20


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_killed_at_some_steps_everything_opens_and_the_rotation_can_be_finished(
    tmp_path: Path, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redactor.keys.BATCH", 1)
    _kill_at_steps(tmp_path, operation, first=1, every=7)


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_killed_at_any_step_everything_opens_and_the_rotation_can_be_finished(
    tmp_path: Path, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redactor.keys.BATCH", 1)
    _kill_at_steps(tmp_path, operation, first=0, every=1)


_REDACTING = """
import sys
from pathlib import Path
from redactor import Redactor
from redactor.keyfile import KeyFile
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer

folder = Path(sys.argv[1])
names = [f"Name{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(26 * 26)]
store, key = SqliteStore(folder / "r.db", timeout=30), KeyFile(folder / "r.key")
with Redactor(recognizers=[FakeRecognizer({name: "PERSON" for name in names})], store=store, key=key) as redactor:
    print("ready", flush=True)
    for n, name in enumerate(names):
        seen = redactor.conversation(f"live{n % 7}", f"tenant{n % 3}").redact(f"it is {name}")
        tenant = f"fresh tenant {n}" if n % 20 == 0 else "acme"
        fresh = redactor.conversation(f"fresh{n}", tenant).redact(f"it is {name}")
        print(name, seen.text[6:], fresh.text[6:], flush=True)
        if n >= 20 and (folder / "stop").exists():
            break
"""


def _rotate_while_redacting(tmp_path: Path, rounds: int, seed: int) -> None:
    speak(tmp_path)
    command = [sys.executable, "-c", _REDACTING, str(tmp_path)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    seeded, killed = random.Random(seed), 0
    for number in range(rounds):
        pid = os.fork()
        if not pid:
            code = 1
            try:
                with opened_store(tmp_path) as (store, key):
                    rotation.finish(store, key)
                    rotation.rotate_file(store, key)
                    rotation.rotate_tenant_key(store, key, ("acme", "tenant0")[number % 2])
                code = 0
            finally:
                os._exit(code)
        time.sleep(seeded.uniform(0.0, 0.15))
        os.kill(pid, signal.SIGKILL)
        killed += os.waitpid(pid, 0)[1] == signal.SIGKILL
    (tmp_path / "stop").touch()
    said = [line.split() for line in child.communicate(timeout=60)[0].splitlines()]
    assert child.returncode == 0
    assert killed > rounds / 4
    with opened_store(tmp_path) as (store, key):
        rotation.finish(store, key)
        assert not rotation.unfinished(store, key)
        rotation.drop_old(store, key)
        assert verify(Audit(store, key), store).ok
        names = FakeRecognizer({name: "PERSON" for name, _, _ in said})
        with Redactor(recognizers=[names], store=store, key=key) as redactor:
            for number, (name, seen, fresh) in enumerate(said):
                live = redactor.conversation(f"live{number % 7}", f"tenant{number % 3}")
                assert live.restore(seen, record=False).text == name
                tenant = f"fresh tenant {number}" if number % 20 == 0 else "acme"
                again = redactor.conversation(f"fresh{number}", tenant)
                assert again.restore(fresh, record=False).text == name


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_rotations_are_killed_while_another_process_keeps_redacting(tmp_path: Path) -> None:
    _rotate_while_redacting(tmp_path, rounds=3, seed=1)


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_sixty_rotations_are_killed_while_another_process_keeps_redacting(tmp_path: Path) -> None:
    _rotate_while_redacting(tmp_path, rounds=60, seed=2)


def test_keys_of_a_conversation_do_not_change_with_what_wraps_them(tmp_path: Path) -> None:
    speak(tmp_path, ("acme",), 1)

    def now() -> ConversationKeys | None:
        with opened_store(tmp_path) as (store, key):
            row = store.wrapped_conversations("acme", "", 1)[0]
            return conversation_keys(latest_keys(store, key, "acme"), row)

    before = now()
    with opened_store(tmp_path) as (store, key):
        rotation.rotate_file(store, key)
        rotation.rotate_tenant_key(store, key, "acme")
    assert before == now()
