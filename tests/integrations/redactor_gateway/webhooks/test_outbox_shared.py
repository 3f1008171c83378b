"""Two machines with an outbox each: what one has taken in the other knows, and nothing is acknowledged that is not
durable."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from redactor.config import Settings
from redactor.exceptions import StorageError
from redactor_gateway.webhooks.outbox import REMEMBERED, Call, Message
from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox
from redactor_gateway.webhooks.service import open_outbox
from redactor_gateway.webhooks.settings import OutboxSettings
from tests.storage.conftest import REDIS

redis = pytest.importorskip("redis", reason="redis-py is not installed (pip install '.[redis]')")

from redactor.storage.redis import RedisStore  # noqa: E402
from redactor_gateway.webhooks.outbox_shared import SharedKeysOutbox  # noqa: E402

NOW, KEY = 1_800_000_000.0, b"\x07" * 32
CANARY = "canary-4471"


@pytest.fixture
def name() -> str:
    return f"test_{uuid4().hex[:16]}"


@pytest.fixture
def client(name: str) -> Iterator[Any]:
    """The tests' Redis; the test's keys are deleted afterwards. Skips where there is none."""
    made = redis.Redis.from_url(REDIS, socket_connect_timeout=2)
    try:
        made.ping()
    except redis.ConnectionError:
        pytest.skip("there is no Redis at 127.0.0.1:6379 (REDACTOR_TEST_REDIS)")
    yield made
    for key in made.scan_iter(f"{{{name}}}:*", count=1000):
        made.delete(key)
    made.close()


@pytest.fixture
def machine(client: Any, name: str, tmp_path: Path) -> Iterator[Callable[[str], SharedKeysOutbox]]:
    """A machine by its name: again the same file is the same machine, started anew."""
    opened: list[SharedKeysOutbox] = []

    def start(which: str) -> SharedKeysOutbox:
        local = SqliteOutbox(tmp_path / which / "outbox.db", timeout=20)
        opened.append(SharedKeysOutbox(local, RedisStore(REDIS, name=name)))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


def message(id_: str) -> Message:
    return Message(id_, "r", "forward", CANARY.encode(), "application/json", lanes=("c1",))


def test_a_delivery_that_one_machine_took_in_is_known_to_the_other(machine: Callable[[str], SharedKeysOutbox]) -> None:
    one, other = machine("one"), machine("other")
    assert one.known(KEY, NOW) is None
    assert one.put(KEY, [message("m1")], NOW)
    assert other.known(KEY, NOW) == "m1"
    assert not other.put(KEY, [message("m2")], NOW)
    assert not one.put(KEY, [message("m3")], NOW)
    assert (one.waiting().waiting, other.waiting().waiting) == (1, 0)
    assert [each.message.id for each in one.claim("h", "r", NOW, NOW + 30, 9)] == ["m1"]
    assert other.put(b"\x08" * 32, [], NOW)
    assert one.known(b"\x08" * 32, NOW) == ""


def test_what_another_machine_is_just_writing_down_is_not_acknowledged(
    machine: Callable[[str], SharedKeysOutbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redactor_gateway.webhooks.outbox_shared._HOLD", 0.2)
    one, other = machine("one"), machine("other")
    reached, go_on = threading.Event(), threading.Event()
    put = one._local.put

    def slow(*given: Any, **more: Any) -> bool:
        reached.set()
        go_on.wait(5)
        return put(*given, **more)

    monkeypatch.setattr(one._local, "put", slow)
    taking = threading.Thread(target=one.put, args=(KEY, [message("m1")], NOW))
    taking.start()
    reached.wait(5)
    for ask in (lambda: other.known(KEY, NOW), lambda: other.put(KEY, [message("m2")], NOW)):
        with pytest.raises(StorageError, match="another machine"):
            ask()
    assert not other.waiting().waiting
    go_on.set()
    taking.join(5)
    assert other.known(KEY, NOW) == "m1"


def test_a_machine_that_died_before_it_was_durable_leaves_the_delivery_to_others(
    machine: Callable[[str], SharedKeysOutbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redactor_gateway.webhooks.outbox_shared._HOLD", 0.1)
    one, other = machine("one"), machine("other")
    with monkeypatch.context() as dying:
        dying.setattr(one._local, "put", lambda *given, **more: (_ for _ in ()).throw(SystemExit))
        dying.setattr("redactor_gateway.webhooks.outbox_shared._GIVE_UP", "return 0")
        with pytest.raises(SystemExit):
            one.put(KEY, [message("m1")], NOW)
    with pytest.raises(StorageError):
        other.known(KEY, NOW)
    threading.Event().wait(0.15)
    assert other.known(KEY, NOW) is None
    assert other.put(KEY, [message("m2")], NOW)


def test_a_disk_that_is_full_gives_the_delivery_back_at_once(
    machine: Callable[[str], SharedKeysOutbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = machine("one"), machine("other")

    def full(*given: Any, **more: Any) -> bool:
        raise StorageError("the disk is full")

    monkeypatch.setattr(one._local, "put", full)
    with pytest.raises(StorageError, match="disk is full"):
        one.put(KEY, [message("m1")], NOW)
    assert other.known(KEY, NOW) is None
    assert other.put(KEY, [message("m2")], NOW)


def test_a_machine_that_died_before_it_could_tell_tells_when_it_is_asked_again(
    machine: Callable[[str], SharedKeysOutbox], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is durable, so it is acknowledged, though nobody else was told."""
    one, other = machine("one"), machine("other")
    with monkeypatch.context() as down:
        run = RedisStore.run

        def cut(self: RedisStore, script: str, keys: Any, arguments: Any) -> Any:
            if "done:" in script:
                raise StorageError("it cannot be reached")
            return run(self, script, keys, arguments)

        down.setattr(RedisStore, "run", cut)
        assert one.put(KEY, [message("m1")], NOW)
    assert "could not be told" in caplog.text
    assert machine("one").known(KEY, NOW) == "m1"
    assert other.known(KEY, NOW) == "m1"


def test_without_redis_nothing_is_taken_in(
    machine: Callable[[str], SharedKeysOutbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = machine("one")

    def gone(self: object, *given: object) -> None:
        raise StorageError("it cannot be reached")

    monkeypatch.setattr(RedisStore, "run", gone)
    for ask in (
        lambda: one.known(KEY, NOW),
        lambda: one.put(KEY, [message("m1")], NOW),
        lambda: one.begin_call(KEY, NOW),
    ):
        with pytest.raises(StorageError):
            ask()
    assert not one.waiting().waiting


def test_of_many_that_take_the_same_delivery_in_at_once_one_does(machine: Callable[[str], SharedKeysOutbox]) -> None:
    machines = [machine("one"), machine("other")]
    found: list[object] = []

    def take(number: int) -> None:
        try:
            found.append(machines[number % 2].put(KEY, [message(f"m{number}")], NOW))
        except StorageError:
            found.append("again")  # the platform sends it again

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.count(True) == 1
    assert sum(each.waiting().waiting for each in machines) == 1
    assert machines[0].known(KEY, NOW) == machines[1].known(KEY, NOW) is not None


def test_a_call_is_begun_on_one_machine_only_and_its_answer_is_known_to_all(
    machine: Callable[[str], SharedKeysOutbox],
) -> None:
    one, other = machine("one"), machine("other")
    assert one.begin_call(KEY, NOW) is None
    assert other.begin_call(KEY, NOW) == one.begin_call(KEY, NOW) == Call(None)
    one.end_call(KEY, None)
    assert other.begin_call(KEY, NOW) is None
    made = Call(200, "application/json", b'{"ok": true}\xff')
    other.end_call(KEY, made)
    assert one.begin_call(KEY, NOW) == made
    one.end_call(KEY, None)  # late: what is known stays
    assert one.begin_call(KEY, NOW) == made


def test_an_answer_of_redis_that_was_lost_costs_no_delivery_and_no_call(
    machine: Callable[[str], SharedKeysOutbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client asks again, and finds what it put there itself."""
    one, run = machine("one"), RedisStore.run
    monkeypatch.setattr(RedisStore, "run", lambda self, *given: (run(self, *given), run(self, *given))[1])
    assert one.begin_call(KEY, NOW) is None
    assert one.put(KEY, [message("m1")], NOW)


def test_redis_holds_no_message_and_forgets_by_itself(
    machine: Callable[[str], SharedKeysOutbox], client: Any, name: str
) -> None:
    one = machine("one")
    one.put(KEY, [message("m1")], NOW)
    one.begin_call(KEY, NOW)
    keys = {key for key in client.scan_iter(f"{{{name}}}:*") if b"schema" not in key}
    assert keys == {f"{{{name}}}:{what}:{KEY.hex()}".encode() for what in ("delivery", "call")}
    assert all(0 < client.pttl(key) <= REMEMBERED * 1000 for key in keys)
    assert not any(CANARY.encode() in client.dump(key) for key in keys)


def test_a_redis_store_makes_outboxes_know_each_other(client: Any, name: str, tmp_path: Path) -> None:
    core = Settings.model_validate({"store": {"url": REDIS, "name": name}})
    one, other = (open_outbox(core, OutboxSettings(path=Path(f"{each}.db")), tmp_path) for each in ("one", "other"))
    assert one.put(KEY, [message("m1")], NOW)
    assert other.known(KEY, NOW) == "m1"
    assert CANARY not in repr(one)
    one.close()
    other.close()
