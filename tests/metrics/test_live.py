"""Counts of a running Redactor: in the process and in the store the same, and never a value among them."""

import json
import os
import re
import signal
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from redactor import Redactor, Turn
from redactor.crypto import LocalKey
from redactor.exceptions import BlockedError
from redactor.metrics import Label, Metrics
from redactor.metrics.counts import of_message, total
from redactor.metrics.live import public
from redactor.metrics.window import KEPT_DAYS, Window, read
from redactor.policy import Policy
from redactor.storage import Store
from redactor.storage.memory import MemoryStore
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer, assert_no_leak

DAY = 86_400.0
CANARIES: dict[str | re.Pattern[str], str] = {
    "Zebulon Quuxley": "PERSON",
    "7730019284": "ACCOUNT_ID",
    "xyzzy-plugh": "SECRET",
    "4929712388123377": "URL",
}
HOST_ID = "+1 202 555 0173"


class Clock:
    now = 100 * DAY

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "v.db")
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def redactor(store: Store, clock: Clock) -> Redactor:
    return opened(store, clock)


def opened(store: Store, clock: Clock, **settings: Any) -> Redactor:
    return Redactor(
        **{"recognizers": [FakeRecognizer(CANARIES)], **settings},
        store=store,
        key=LocalKey.ephemeral(),
        clock=clock,
    )


def stored(store: Store, clock: Clock, **window: Any) -> Window:
    return read(store, clock.now, **window)


def test_what_the_store_counts_is_what_the_process_counts(redactor: Redactor, store: Store, clock: Clock) -> None:
    chat = redactor.conversation("c")
    chat.redact("I am Zebulon Quuxley, order 7730019284")
    chat.redact("pass\u200bword [PERSON_9]")
    chat.restore("Thanks [PERSON_1], ask [PERSON_7]")
    list(chat.restore_stream(["see https://evil.example/?q=[PER", "SON_1]"]))
    live = redactor.metrics.counts()
    assert stored(store, clock).total() == live
    assert total(live, "message", role="customer") == 2
    assert total(live, "reply") == 2
    signs = {label.name: count for label, count in live.items() if label.kind == "sign"}
    assert signs == {
        "placeholder_like": 1,
        "invisible_characters": 1,
        "invented_placeholder": 1,
        "withheld_in_link": 1,
    }
    assert live[Label("entity", "customer", "PERSON", "fake", 19)] == 1


def test_votes_that_were_not_enough_are_counted_apart(store: Store, clock: Clock) -> None:
    weak = FakeRecognizer({"Zebulon Quuxley": "PERSON"}, score=0.31)
    redactor = opened(store, clock, recognizers=[weak])
    redactor.conversation("c").redact("Zebulon Quuxley")
    counts = stored(store, clock).total()
    assert (total(counts, "entity"), total(counts, "candidate")) == (0, 1)
    assert counts[Label("candidate", "customer", "PERSON", "fake", 6)] == 1


def test_a_history_that_is_resent_is_counted_once(redactor: Redactor, store: Store, clock: Clock) -> None:
    history = [Turn("customer", "I am Zebulon Quuxley"), Turn("customer", "hello")]
    chat = redactor.conversation("c")
    for _ in range(3):
        chat.redact_turns(history)
    assert total(redactor.metrics.counts(), "message") == total(stored(store, clock).total(), "message") == 2


def test_a_message_that_is_refused_is_not_counted(store: Store, clock: Clock) -> None:
    policy = Policy.from_dict({"types": {"PERSON": {"operator": "block"}}})
    redactor = opened(store, clock, policy=policy)
    with pytest.raises(BlockedError):
        redactor.conversation("c").redact("Zebulon Quuxley")
    assert not redactor.metrics.counts()
    assert not stored(store, clock).days


def test_days_tenants_and_versions_are_kept_apart(redactor: Redactor, store: Store, clock: Clock) -> None:
    redactor.conversation("c").redact("Zebulon Quuxley")
    clock.now += DAY
    redactor.conversation("c", tenant="acme").redact("hello")
    window = stored(store, clock)
    assert {day: total(counts, "message") for day, counts in window.days.items()} == {100: 1, 101: 1}
    assert list(stored(store, clock, days=1).days) == [101]
    assert list(stored(store, clock, tenant="default").days) == [100]
    assert window.models == {redactor.model_version: 2}
    assert window.policies == {redactor.policy.version: 2}


def test_a_window_can_be_as_long_as_it_takes_for_so_many_messages(
    redactor: Redactor, store: Store, clock: Clock
) -> None:
    for _ in range(4):
        redactor.conversation("c").redact("hello")
        redactor.conversation("c").redact("hello again")
        clock.now += DAY
    assert [len(stored(store, clock, messages=count).days) for count in (1, 2, 3, 8, 99)] == [1, 1, 2, 4, 4]


def test_counts_outlive_conversations_that_are_forgotten_or_expire(
    redactor: Redactor, store: Store, clock: Clock
) -> None:
    chat = redactor.conversation("c")
    chat.redact("I am Zebulon Quuxley")
    redactor.conversation("d").redact("hello")
    chat.forget()
    clock.now += 60 * DAY
    assert redactor.sweep().conversations == 1
    assert total(stored(store, clock).total(), "message") == 2


def test_a_sweep_drops_counts_that_nobody_compares_with_any_more(
    redactor: Redactor, store: Store, clock: Clock
) -> None:
    redactor.conversation("c").redact("hello")
    clock.now += KEPT_DAYS * DAY
    redactor.sweep()
    assert len(store.tallies(0, 9999)) == 1
    clock.now += DAY
    redactor.sweep()
    assert not store.tallies(0, 9999)


def test_no_value_is_in_anything_that_is_counted(redactor: Redactor, store: Store, clock: Clock) -> None:
    chat = redactor.conversation(HOST_ID)
    chat.redact("I'm Zebulon Quuxley, 7730019284, xyzzy-plugh, 4929712388123377")
    chat.restore("Dear [PERSON_1], Zebulon Quuxley, [SECRET_1] 7730019284")
    places = [redactor.metrics.snapshot(), redactor.metrics.counts(), stored(store, clock), store.tallies(0, 9999)]
    assert_no_leak([*map(str, CANARIES), "Quuxley", HOST_ID, "555 0173", chat.public_id], *places)


def test_a_snapshot_is_plain_data_with_a_histogram_for_each_type_and_recognizer(
    make_redactor: Callable[..., Redactor],
) -> None:
    redactor = make_redactor()
    redactor.conversation("c").redact("I am Ann Example, order 12345678")
    snapshot = redactor.metrics.snapshot()
    assert json.loads(json.dumps(snapshot)) == snapshot
    assert snapshot["messages"] == [{"role": "customer", "count": 1}]
    assert {"role": "customer", "type": "PERSON", "count": 1} in snapshot["holding"]
    person = next(row for row in snapshot["entities"] if row["type"] == "PERSON")
    assert set(person) == {"role", "type", "recognizer", "scores"}
    assert (len(person["scores"]), sum(person["scores"])) == (20, 1)


def test_two_processes_snapshots_add_up() -> None:
    one, other, both = Metrics(), Metrics(), Metrics()
    first, second = of_message("customer", "a", [], []), of_message("agent", "\u202eb", [], [])
    one.add(first)
    other.add(second)
    both.add(first)
    both.add(second)
    assert public(one.counts() + other.counts()) == both.snapshot()


def test_threads_lose_no_count() -> None:
    metrics = Metrics()
    counted = of_message("customer", "", [], [])

    def add() -> None:
        for _ in range(500):
            metrics.add(counted)

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert total(metrics.counts(), "message") == 4000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_worker_counts_from_nothing(make_redactor: Callable[..., Redactor]) -> None:
    redactor = make_redactor()
    redactor.conversation("c").redact("hello")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 warns of threads in a process that forks
        child = os.fork()
    if child == 0:
        os._exit(0 if not redactor.metrics.counts() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert total(redactor.metrics.counts(), "message") == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_conversation_from_before_the_fork_counts_in_the_worker(make_redactor: Callable[..., Redactor]) -> None:
    redactor = make_redactor()
    chat = redactor.conversation("c")
    chat.redact("hello")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        chat.redact("hello again")
        os._exit(total(redactor.metrics.counts(), "message"))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_while_another_thread_counts_leaves_no_lock_behind() -> None:
    metrics, over = Metrics(), threading.Event()
    counted = Counter({Label("sign", "customer", str(number)): 1 for number in range(20_000)})

    def count() -> None:
        while not over.is_set():
            metrics.add(counted)

    thread = threading.Thread(target=count)
    thread.start()
    try:
        for _ in range(5):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                child = os.fork()
            if child == 0:
                signal.alarm(5)  # a lock that nobody lets go ends the child
                metrics.add(Counter())
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        over.set()
        thread.join()
