"""Values are planted and then looked for in everything that is written down."""

import logging
import re
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from redactor import Entity, Redactor, Turn
from redactor.crypto import LocalKey
from redactor.exceptions import RedactorError
from redactor.policy import Policy
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer, assert_no_leak

CANARIES: dict[str | re.Pattern[str], str] = {
    "Zebulon Quuxley": "PERSON",
    "zebulon.quuxley@canary.example": "EMAIL_ADDRESS",
    "7730019284": "ACCOUNT_ID",
    "4929 7123 8812 3377": "CREDIT_CARD",
    "xyzzy-plugh-42": "SECRET",
}
VALUES = [str(value) for value in CANARIES]
SAID = "I'm Zebulon Quuxley, zebulon.quuxley@canary.example, order 7730019284, 4929 7123 8812 3377, code xyzzy-plugh-42"
HOST_ID = "+1 202 555 0173"


def _talk(redactor: Redactor) -> list[object]:
    chat = redactor.conversation(HOST_ID)
    seen = chat.redact(SAID, role="customer")
    reply = chat.restore(f"Dear {seen.text}", audience="customer")
    again = chat.redact_turns(
        [Turn("customer", SAID), Turn("assistant", reply.text), Turn("customer", "Quuxley again")]
    )
    list(chat.restore_stream(["to [PER", "SON_1] ", "Zebulon Quuxley"]))
    return [seen, reply, again, chat, redactor, Turn("customer", SAID)]


def test_nothing_written_down_holds_a_value(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    folder = tmp_path / "store"
    store = SqliteStore(folder / "redactor.db")
    key = LocalKey.from_file(folder / "redactor.key")
    redactor = Redactor(recognizers=[FakeRecognizer(CANARIES)], store=store, key=key)
    shown = [repr(item) for item in _talk(redactor)]
    canaries = [*VALUES, "Quuxley", HOST_ID, "555 0173", "4929712388123377", "7123"]
    assert_no_leak(canaries, folder, temporary, caplog.records, shown)
    rows = store.turns(redactor.conversation(HOST_ID).public_id)
    assert rows
    assert_no_leak(canaries, [(row.text, row.entities, row.candidates) for row in rows])
    redactor.close()
    assert_no_leak(canaries, folder)


def test_the_search_itself_finds_a_planted_value(tmp_path: Path) -> None:
    (tmp_path / "leak.txt").write_text("…Zebulon Quuxley…")
    with pytest.raises(AssertionError):
        assert_no_leak(VALUES, tmp_path)


def test_after_forget_nothing_can_be_decrypted_even_with_the_key(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "redactor.db")
    redactor = Redactor(
        recognizers=[FakeRecognizer(CANARIES)], store=store, key=LocalKey.from_file(tmp_path / "redactor.key")
    )
    chat = redactor.conversation("c")
    seen = chat.redact(SAID, role="customer")
    before = (tmp_path / "redactor.db").read_bytes()
    public_id = chat.public_id
    sealed = [row.sealed for row in store.values(public_id) if row.sealed]
    assert sealed
    chat.forget()
    assert store.values(public_id) == []
    assert store.turns(public_id) == []
    redactor.close()
    for file in tmp_path.glob("redactor.db*"):
        content = file.read_bytes()
        assert not any(value in content for value in sealed), file.name
    assert before
    with Redactor(
        recognizers=[FakeRecognizer(CANARIES)],
        store=SqliteStore(tmp_path / "redactor.db"),
        key=LocalKey.from_file(tmp_path / "redactor.key"),
    ) as later:
        reply = later.conversation("c").restore(seen.text)
        assert_no_leak(VALUES, reply.text)
        assert reply.expired


def _failures(redactor: Redactor) -> Iterator[BaseException]:
    chat = redactor.conversation(HOST_ID)
    attempts: list[Callable[[], object]] = [
        lambda: chat.redact(SAID, role="customer"),
        lambda: chat.redact_turns([Turn("customer", SAID)]),
        lambda: chat.restore(SAID, audience="reviewer"),
        lambda: chat.restore(SAID, audience=SAID),
        lambda: chat.restore_turn(SAID),
        lambda: chat.redact(SAID, role=SAID),  # type: ignore[arg-type]
    ]
    for attempt in attempts:
        try:
            attempt()
        except RedactorError as error:
            yield error


def test_no_error_holds_a_value_of_the_text() -> None:
    def broken(text: str, context: Sequence[str]) -> list[Entity]:
        raise RuntimeError(text)

    blocked = Policy.from_dict({"types": {"PERSON": {"operator": "block"}}})
    makers = [
        Redactor(recognizers=[broken]),
        Redactor(recognizers=[FakeRecognizer(CANARIES)], policy=blocked),
    ]
    for redactor in makers:
        for error in _failures(redactor):
            printed = "".join(traceback.format_exception_only(error))
            assert_no_leak(VALUES, printed, error.args, vars(error), error.__cause__, error.__context__)


def test_the_store_and_the_key_are_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    store = SqliteStore(folder / "redactor.db")
    with Redactor(recognizers=[], store=store, key=LocalKey.from_file(folder / "redactor.key")) as redactor:
        redactor.conversation("c").redact("hello")
        for file in folder.iterdir():
            assert file.stat().st_mode & 0o077 == 0, file.name


def test_detection_writes_nothing_into_the_users_home(tmp_path: Path) -> None:
    """onnxruntime, left alone, puts a device id and a database of events into the cache folder when imported."""
    code = "from redactor import Redactor; Redactor().conversation('c').redact('I am Crystal Minh')"
    surroundings = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=surroundings, check=True)
    assert list(tmp_path.rglob("*")) == []
