"""What only stores that many machines share can get wrong: processes at once, and processes that are killed."""

import os
import re
import signal
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from redactor import Conversation, Redaction, Redactor, Turn
from redactor.crypto import KeyWrap, LocalKey
from redactor.exceptions import StorageError
from redactor.history import entities_of
from redactor.storage import ConversationRow, Store, TenantRow, TurnRow, ValueRow
from redactor.testing import FakeRecognizer, assert_no_leak

FAKE = FakeRecognizer({re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b"): "PERSON", re.compile(r"\b\d{6,}\b"): "ACCOUNT_ID"})
NAMES = [f"{first} {last}" for first in ("Ann", "Bea", "Cem", "Dov", "Eli") for last in ("Lee", "Moss", "Roe", "Sun")]
TENANT = TenantRow("default", b"wrapped", "kek-1")
CONVERSATION = ConversationRow("default", b"id", "c1", b"wrapped", "k1", last_turn=100.0, expires=1000.0)
VALUE = ValueRow("c1", "PERSON", 1, None, "scheme", "k1", b"sealed", 50.0)
TURN = TurnRow("c1", 1, "t1", "customer", "", 1.0, "text", b"i", b"r", b"t", 0, "p", "m", "[]", "[]")


@pytest.fixture(params=["postgresql", "redis"])
def server(request: pytest.FixtureRequest) -> Store:
    return cast(Store, request.getfixturevalue(f"{request.param}_store"))


@pytest.fixture
def filled(server: Store) -> Store:
    with server.transaction() as tx:
        tx.put_tenant(TENANT)
        tx.put_conversation(CONVERSATION)
    return server


def forked(work: Callable[[], object]) -> int:
    """A child at work; it ends with 0 where the work came to its end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - it ends here
        traceback.print_exc()
    finally:
        os._exit(code)


def ended(children: Iterable[int]) -> list[int]:
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def opened(store: Store, key: KeyWrap) -> Redactor:
    return Redactor(recognizers={"fake": FAKE}, store=store, key=key)


def message(worker: int, number: int) -> str:
    """People all workers speak of, and an account only this message names."""
    name = NAMES[(number * (worker + 1)) % len(NAMES)]
    return f"I am {name}, order 7{worker}{number:04d}31, and my friend is {NAMES[number % len(NAMES)]}"


def talk(redactor: Redactor, worker: int, messages: int) -> None:
    chat = redactor.conversation("shared")
    for number in range(messages):
        text = message(worker, number)
        seen = sent(chat, text)
        assert_no_leak(NAMES, seen.text)
        if chat.restore(seen).text != text:
            raise AssertionError("what was redacted did not come back")


def sent(chat: Conversation, text: str) -> Redaction:
    """Sent again where others spoke of the same people at the same time, too often in a row."""
    for _ in range(20):
        with suppress(StorageError):
            return chat.redact(text, role="customer")
    return chat.redact(text, role="customer")


def bindings(chat: Conversation) -> list[tuple[str, str]]:
    """Each placeholder of the record with the value it stands for."""
    rows = chat._parts.store.turns(chat.public_id)
    found: set[tuple[str, str]] = set()
    for row in rows:
        for each in entities_of(row):
            token = f"[{each.type}_{each.index}]"
            found.add((token, chat.restore(token, record=False).text))
    return sorted(found)


def assert_one_to_one(chat: Conversation) -> None:
    found = bindings(chat)
    assert found
    assert not [token for token, count in Counter(token for token, _ in found).items() if count > 1]
    assert not [value for value, count in Counter(value for _, value in found).items() if count > 1]
    assert not [value for token, value in found if token == value]


def test_four_processes_on_one_conversation_agree_on_every_placeholder(server: Store) -> None:
    messages, key = 12, LocalKey.ephemeral()
    with opened(server, key) as redactor:
        children = [forked(partial(talk, redactor, worker, messages)) for worker in range(4)]
        assert ended(children) == [0] * 4
        chat = redactor.conversation("shared")
        assert_one_to_one(chat)
        rows = server.turns(chat.public_id)
        assert [row.seq for row in rows] == list(range(1, 4 * messages + 1))
        assert sorted(chat.restore(row.text, record=False).text for row in rows) == sorted(
            message(worker, number) for worker in range(4) for number in range(messages)
        )


def test_four_processes_that_begin_one_conversation_at_once_begin_the_same(server: Store) -> None:
    with opened(server, LocalKey.ephemeral()) as redactor:
        for name in ("one", "two", "three"):
            work = partial(begin, redactor, name)
            assert ended([forked(work) for _ in range(4)]) == [0] * 4
            chat = redactor.conversation(name)
            assert [row.text for row in server.turns(chat.public_id)] == ["I am [PERSON_1]"] * 4
            assert chat.restore("[PERSON_1]", record=False).text == "Ann Lee"


def begin(redactor: Redactor, name: str) -> None:
    sent(redactor.conversation(name), "I am Ann Lee")


def test_a_history_that_four_processes_are_sent_at_once_is_recorded_once(server: Store) -> None:
    history = [Turn("customer", message(0, number), id=f"m{number}") for number in range(6)]
    with opened(server, LocalKey.ephemeral()) as redactor:
        children = [forked(lambda: redactor.conversation("shared").redact_turns(history)) for _ in range(4)]
        assert ended(children) == [0] * 4
        rows = server.turns(redactor.conversation("shared").public_id)
        assert len(rows) == len(history)
        assert_one_to_one(redactor.conversation("shared"))


@pytest.mark.parametrize("rounds", [pytest.param(2, id="short"), pytest.param(60, id="long", marks=pytest.mark.soak)])
def test_a_process_killed_at_any_moment_leaves_whole_turns(server: Store, rounds: int, tmp_path: Path) -> None:
    log = tmp_path / "acknowledged"
    log.touch()

    def work(redactor: Redactor, worker: int) -> None:
        chat = redactor.conversation("shared")
        with log.open("a", buffering=1) as acknowledged:
            for number in range(10_000):
                text = message(worker, number)
                sent(chat, text)
                acknowledged.write(text + "\n")

    with opened(server, LocalKey.ephemeral()) as redactor:
        redactor.conversation("shared").redact("hello", role="customer")
        for round_ in range(rounds):
            children = [forked(partial(work, redactor, 10 * round_ + k)) for k in range(2)]
            time.sleep(0.15 + 0.0137 * round_ % 0.2)
            for child in children:
                os.kill(child, signal.SIGKILL)
            assert ended(children) == [-signal.SIGKILL] * 2
        chat = redactor.conversation("shared")
        chat.redact("and I am Ann Lee", role="customer")  # nobody is held up for long
        assert_one_to_one(chat)
        rows = server.turns(chat.public_id)
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        recorded = Counter(chat.restore(row.text, record=False).text for row in rows)
        lost = Counter(log.read_text().splitlines()) - recorded
        assert not lost


def test_a_process_killed_inside_a_transaction_leaves_nothing_and_holds_nobody_up_for_long(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redactor.storage.redis.LEASE", 0.5)
    read, write = os.pipe()

    def work() -> None:
        with filled.transaction() as tx:
            tx.put_value(replace(VALUE, index=tx.next_index("c1", "PERSON")))
            tx.put_turn(replace(TURN, seq=tx.next_seq("c1")))
            os.write(write, b"open")
            time.sleep(60)

    child = forked(work)
    assert os.read(read, 4) == b"open"
    os.kill(child, signal.SIGKILL)
    assert ended([child]) == [-signal.SIGKILL]
    with filled.transaction() as tx:
        assert tx.next_index("c1", "PERSON") == tx.next_seq("c1") == 1
    assert not filled.values("c1")
    assert not filled.turns("c1")
    os.close(read)
    os.close(write)


def test_four_processes_never_get_the_same_number(filled: Store) -> None:
    read, write = os.pipe()

    def work() -> None:
        for _ in range(25):
            with filled.transaction() as tx:
                number = tx.next_index("c1", "PERSON")
            os.write(write, b"%d\n" % number)

    assert ended([forked(work) for _ in range(4)]) == [0] * 4
    got = os.read(read, 1 << 16).split()
    assert sorted(map(int, got)) == list(range(1, 101))
    os.close(read)
    os.close(write)


def test_a_reader_that_asks_for_what_is_newer_misses_nothing_that_others_commit_meanwhile(filled: Store) -> None:
    each = 20

    def work(worker: int) -> None:
        for number in range(each):
            with filled.transaction() as tx:
                index, seq = tx.next_index("c1", "PERSON"), tx.next_seq("c1")
                tx.put_value(replace(VALUE, index=index))
                if worker % 2:
                    time.sleep(0.001)  # versions are given before, and committed after, those of others
                tx.put_turn(replace(TURN, seq=seq, turn_id=f"t{worker}-{number}"))
                if seq > 1:
                    tx.put_turn(replace(TURN, seq=seq - 1, turn_id=f"again {seq}", revision=1))

    children = [forked(partial(work, worker)) for worker in range(3)]
    turns: dict[int, TurnRow] = {}
    values: dict[int, ValueRow] = {}
    running = set(children)
    while running:
        running -= {child for child in running if os.waitpid(child, os.WNOHANG)[0]}
        turns |= {row.seq: row for row in filled.turns("c1", newer_than=newest(turns.values()))}
        values |= {row.index: row for row in filled.values("c1", newer_than=newest(values.values()))}
        time.sleep(0.0005)
    assert [turns[seq] for seq in sorted(turns)] == list(filled.turns("c1"))
    assert sorted(turns) == sorted(values) == list(range(1, 3 * each + 1))


def newest(rows: Iterable[TurnRow | ValueRow]) -> int:
    return max((row.version for row in rows), default=0)


def test_a_child_inside_its_parents_transaction_is_told_nothing_wrong(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.next_index("c1", "PERSON")
        child = forked(lambda: filled.counters("c1")["PERSON"] if filled.counters("c1") else None)
        assert ended([child]) == [0]
    assert dict(filled.counters("c1")) == {"PERSON": 1}


def test_a_forked_child_makes_its_own_connections_and_its_parent_keeps_its_own(filled: Store) -> None:
    def work() -> None:
        with filled.transaction() as tx:
            tx.next_index("c1", "PERSON")

    for _ in range(3):
        work()
        assert ended([forked(work), forked(work)]) == [0, 0]
    assert dict(filled.counters("c1")) == {"PERSON": 9}


def test_a_closed_store_can_be_closed_again(server: Store) -> None:
    server.close()
    server.close()


def test_text_that_cannot_be_stored_is_not_in_the_error(filled: Store) -> None:
    bad = "canary-4417\ud800"
    try:
        with filled.transaction() as tx:
            kept = tx.put_turn(replace(TURN, channel=bad))
        assert kept.channel == bad
    except StorageError as error:
        assert "canary" not in str(error)
        assert error.__context__ is None
        assert not filled.turns("c1")
