"""Threads, processes, forks and cancelled calls: one conversation, one truth."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from signal import alarm
from threading import Event, Thread
from time import sleep

import pytest

from redactor import Entity, Redaction, Redactor, Turn, state
from redactor.conversation import Conversation
from redactor.crypto import LocalKey
from redactor.policy import Policy
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer

NAMES = [f"{first} {last}" for first in ("Ann", "Bea", "Cleo", "Dora") for last in ("Lee", "Moss", "Noor", "Okoye")]
FAKE = FakeRecognizer(dict.fromkeys(NAMES, "PERSON"))


def _open(folder: Path) -> Redactor:
    store = SqliteStore(folder / "redactor.db")
    return Redactor(recognizers=[FAKE], store=store, key=LocalKey.from_file(folder / "redactor.key"))


def _placeholders(redactor: Redactor, names: Sequence[str]) -> list[tuple[str, str]]:
    chat = redactor.conversation("shared")
    return [(name, str(chat.redact(f"it is {name}.").entities[0].placeholder)) for name in names]


def _assert_one_to_one(pairs: Sequence[tuple[str, str]]) -> None:
    by_name: dict[str, set[str]] = {}
    by_placeholder: dict[str, set[str]] = {}
    for name, placeholder in pairs:
        by_name.setdefault(name, set()).add(placeholder)
        by_placeholder.setdefault(placeholder, set()).add(name)
    assert all(len(found) == 1 for found in by_name.values())
    assert all(len(found) == 1 for found in by_placeholder.values())


def test_64_threads_agree_on_every_placeholder() -> None:
    with Redactor(recognizers=[FAKE]) as redactor, ThreadPoolExecutor(64) as pool:
        jobs = [pool.submit(_placeholders, redactor, NAMES[k % 16 :] + NAMES[: k % 16]) for k in range(64)]
        _assert_one_to_one([pair for job in jobs for pair in job.result()])


_CHILD = """
import json, re, sys
from pathlib import Path
from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer

folder, names = Path(sys.argv[1]), json.loads(sys.argv[2])
store, key = SqliteStore(folder / "redactor.db"), LocalKey.from_file(folder / "redactor.key")
with Redactor(recognizers=[FakeRecognizer({name: "PERSON" for name in names})], store=store, key=key) as redactor:
    chat = redactor.conversation("shared")
    print(json.dumps([(name, chat.redact(f"it is {name}.").entities[0].placeholder) for name in names]))
"""


def test_two_processes_on_one_file_agree_on_every_placeholder(tmp_path: Path) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", _CHILD, tmp_path, json.dumps(NAMES[offset:] + NAMES[:offset])],
            stdout=subprocess.PIPE,
            text=True,
        )
        for offset in (0, 8)
    ]
    said = [child.communicate(timeout=60)[0] for child in children]
    assert [child.returncode for child in children] == [0, 0]
    _assert_one_to_one([(name, placeholder) for output in said for name, placeholder in json.loads(output)])


def _handles(folder: Path, *found: Sequence[str], policy: str | Policy = "default") -> list[Conversation]:
    """The same conversation in Redactors of their own, as in processes, that each find these names."""
    key = LocalKey.ephemeral()
    fakes = [FakeRecognizer(dict.fromkeys(names, "PERSON")) for names in found]
    stores = [SqliteStore(folder / "redactor.db") for _ in found]
    both = zip(fakes, stores, strict=True)
    return [Redactor(policy, [fake], store, key=key).conversation("c") for fake, store in both]


def _once(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, job: Callable[[], object]) -> list[object]:
    """Do a job after the function `name` was called once; what it gave."""
    real, gave = getattr(owner, name), list[object]()

    def called(*args: object, **kwargs: object) -> object:
        result = real(*args, **kwargs)
        if not gave:
            gave.append(None)
            gave[0] = job()
        return result

    monkeypatch.setattr(owner, name, called)
    return gave


def test_what_another_process_came_to_know_while_a_turn_was_looked_at_is_masked_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = _handles(tmp_path, [], ["Ann Lee"])
    one.redact("hello")
    _once(monkeypatch, state, "plan", lambda: other.redact("I am Ann Lee"))
    seen = one.redact("Ann Lee wants a refund")
    assert seen.text == "[PERSON_1] wants a refund"
    assert one.restore(seen).text == "Ann Lee wants a refund"


def test_a_value_reported_while_a_turn_was_looked_at_is_masked_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = _handles(tmp_path, [], [])
    first = one.redact("It was Zebulon Quux")
    _once(monkeypatch, state, "plan", lambda: other.report_missed(first.turn_id, 7, 19, "PERSON"))
    assert one.redact("Zebulon Quux again").text == "[PERSON_1] again"


def test_a_stand_in_that_was_made_while_its_words_came_in_is_told_apart_from_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = Policy.from_dict({"types": {"PERSON": {"operator": "surrogate"}}})
    one, other = _handles(tmp_path, [], ["Ann Lee"], policy=policy)
    one.redact("hello")
    monkeypatch.setattr("redactor.operators.make", lambda *args: "Laura Bennett")
    _once(monkeypatch, state, "plan", lambda: other.redact("I am Ann Lee"))
    seen = one.redact("my neighbour Laura Bennett called")
    assert "Laura" not in seen.text
    assert one.restore(seen.text, record=False).text == "my neighbour Laura Bennett called"
    assert one.restore("Laura Bennett", record=False).text == "Ann Lee"


def test_a_history_that_two_processes_are_sent_at_once_is_recorded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = _handles(tmp_path, ["Ann Lee"], ["Ann Lee"])
    sent = [Turn("customer", "I am Ann Lee"), Turn("assistant", "Hi"), Turn("customer", "Ann Lee is here", id="m3")]
    one.redact_turns(sent[:1])
    _once(monkeypatch, state, "plan", lambda: other.redact_turns(sent))
    mine = one.redact_turns(sent)
    assert [each.turn_id for each in mine] == [each.turn_id for each in other.redact_turns(sent)]
    assert [row.text for row in one._parts.store.turns(one.public_id)] == [each.text for each in mine]


def test_a_turn_that_comes_in_elsewhere_while_a_reply_is_recorded_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = _handles(tmp_path, ["Ann Lee"], ["Bea Moss"])
    one.redact("I am Ann Lee")
    gave = _once(monkeypatch, one._state, "new_turn", lambda: other.redact("and Bea Moss"))
    one.restore("Thanks [PERSON_1]!")
    (seen,) = gave
    assert isinstance(seen, Redaction)
    assert one.restore(seen).text == "and Bea Moss"


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forked_workers_go_on_after_first_use(tmp_path: Path) -> None:
    with _open(tmp_path) as redactor:
        chat = redactor.conversation("shared")
        asyncio.run(chat.aredact("it is Ann Lee."))  # the pool's threads and the connection exist now
        workers = [_fork(partial(_placeholders, redactor, NAMES[k:])) for k in range(8)]
        assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in workers] == [0] * 8
        assert chat.redact("Ann Lee").text == "[PERSON_1]"
        _assert_one_to_one(_placeholders(redactor, NAMES))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_lock_held_while_forking_does_not_stop_the_child(tmp_path: Path) -> None:
    with _open(tmp_path) as redactor:
        chat = redactor.conversation("shared")
        held, done = Event(), Event()

        def hold() -> None:
            with chat._ready():
                held.set()
                done.wait(30)

        thread = Thread(target=hold)
        thread.start()
        held.wait(30)
        child = _fork(lambda: [alarm(20), chat.redact("it is Ann Lee.")])
        done.set()
        thread.join()
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _fork(work: Callable[[], object]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        code = 0 if work() else 2
    finally:
        os._exit(code)


def _slow(text: str, context: Sequence[str]) -> Iterator[Entity]:
    sleep(0.02)
    yield from FAKE(text, context)


@pytest.mark.parametrize("delay", [0.0, 0.001, 0.01, 0.019, 0.021, 0.03])
def test_a_cancelled_call_leaves_a_whole_turn_or_none(delay: float) -> None:
    async def cancel() -> int:
        redactor = Redactor(recognizers={"slow": _slow})
        chat = redactor.conversation("c")
        task = asyncio.create_task(chat.aredact("I am Ann Lee"))
        await asyncio.sleep(delay)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        redactor.close()  # waits for what the pool still does
        turns = redactor._store.turns(chat.public_id)
        assert all(turn.text == "I am [PERSON_1]" for turn in turns)
        return len(turns)

    assert asyncio.run(cancel()) in (0, 1)


def test_a_cancelled_stream_is_recorded_as_far_as_it_came() -> None:
    async def cancel() -> list[str]:
        redactor = Redactor(recognizers=[FAKE])
        chat = redactor.conversation("c")
        await chat.aredact("Ann Lee")

        async def chunks() -> AsyncIterator[str]:
            yield "Thanks "
            yield "[PERSON_1]"
            await asyncio.sleep(60)

        async def read() -> None:
            async for _ in chat.arestore_stream(chunks()):
                pass

        task = asyncio.create_task(read())
        await asyncio.sleep(0.05)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        redactor.close()
        return [turn.text for turn in redactor._store.turns(chat.public_id)]

    assert asyncio.run(cancel()) == ["[PERSON_1]", "Thanks [PERSON_1]"]
