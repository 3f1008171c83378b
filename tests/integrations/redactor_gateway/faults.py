"""What breaks, and what happens then: the table of docs/failing.md, run by `test_fault_matrix_*`."""

import gzip
import resource
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from redactor.crypto import LocalKey
from redactor.detection.model import FILES
from redactor.detection.transformer import Transformer, load_model
from redactor.exceptions import ConfigError, CryptoError
from redactor.secret import Secret
from tests.integrations.redactor_gateway.fault_scene import WHOLE, Scene, Setting
from tests.integrations.redactor_gateway.line import chunk
from tests.integrations.redactor_gateway.llm import NAME
from tests.integrations.redactor_gateway.upstream import Raw
from tests.integrations.redactor_gateway.webhooks.scene import Reply

DAY = 86_400.0
FINE = (200, "")
_USUAL = Setting()

Breaks: TypeAlias = Callable[[Scene], AbstractContextManager[object]]
"""Broken in the block, whole again behind it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One row."""

    name: str
    breaks: Breaks
    asked: tuple[int, str] = FINE
    """Status and code that a request gets, for a stream or for a whole reply."""
    midway: str = ""
    """The code that ends a stream under way; '' where it goes on to its end."""
    webhook: int = 200
    """What the platform gets. Over 200 it sends again."""
    setting: Setting = _USUAL
    quick: Collection[str] = ("json", "midway", "webhook")
    """Columns that are run each time; the others with the long proofs."""

    @property
    def asks_the_llm(self) -> bool:
        """Whether a request gets as far as the LLM."""
        return self.asked[0] != 503


def of_column(faults: Sequence[Fault], column: str) -> list[Any]:
    """For `parametrize`."""
    marks = {True: [], False: [pytest.mark.soak]}
    return [pytest.param(each, id=each.name, marks=marks[column in each.quick]) for each in faults]


# recognizers and models


@contextmanager
def raising(scene: Scene) -> Iterator[None]:
    """The recognizer's own error holds what it read."""

    def fails(text: str) -> None:
        raise RuntimeError(f"{text} {NAME}")

    whole, scene.recognizer.before = scene.recognizer.before, fails
    yield
    scene.recognizer.before = whole


@contextmanager
def hanging(scene: Scene) -> Iterator[None]:
    """It ends when the fault does, and not before."""
    over = threading.Event()
    whole, scene.recognizer.before = scene.recognizer.before, lambda _: _wait(over)
    try:
        yield
    finally:
        scene.recognizer.before = whole
        over.set()


def _wait(over: threading.Event) -> None:
    over.wait(20)


def _own_model(folder: Path) -> Transformer:
    """The shipped one, in files of its own: outside what is searched for values, as it holds every name."""
    own = folder.parent / f"{folder.name}-model"
    shutil.copytree(load_model(), own, ignore=shutil.ignore_patterns("__pycache__"))
    return Transformer(own)


def model_file(changed: Callable[[bytes], bytes | None]) -> Breaks:
    """The weights are gone or others when a process first reads them."""

    @contextmanager
    def breaks(scene: Scene) -> Iterator[None]:
        model = scene.recognizer.inner
        assert isinstance(model, Transformer)
        weights = scene.folder.parent / f"{scene.folder.name}-model" / FILES[0]
        whole = weights.read_bytes()
        model._sessions.clear()  # as in a process that was just forked
        broken = changed(whole)
        weights.unlink()
        if broken is not None:
            weights.write_bytes(broken)
        yield
        weights.write_bytes(whole)

    return breaks


def _flipped(whole: bytes) -> bytes:
    """One bit in the middle of the weights: it loads, and finds something else."""
    middle = len(whole) // 2
    return whole[:middle] + bytes([whole[middle] ^ 64]) + whole[middle + 1 :]


# the store, the audit log, the disk


@contextmanager
def replaced(scene: Scene) -> Iterator[None]:
    """Another file lies where the store was."""
    path, aside = scene.folder / "redactor.db", scene.folder / "aside.db"
    path.rename(aside)
    path.write_bytes(b"not a database" * 100)
    yield
    path.unlink()
    aside.rename(path)


@contextmanager
def locked(scene: Scene) -> Iterator[None]:
    """Another process does not end its transaction."""
    other = sqlite3.connect(scene.folder / "redactor.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def full(scene: Scene) -> Iterator[None]:
    """No file may grow: what a write beyond its end gives is what a full disk gives, but for its number."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


DOWN = "CREATE TRIGGER down BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no more'); END"
UP = "DROP TRIGGER down"


@contextmanager
def unaudited(scene: Scene) -> Iterator[None]:
    """The audit log takes no record."""
    execute(scene.folder / "redactor.db", DOWN)
    yield
    execute(scene.folder / "redactor.db", UP)


def execute(file: Path, statement: str) -> None:
    """One statement, as another process gives it."""
    other = sqlite3.connect(file, timeout=5)
    other.execute(statement)
    other.commit()
    other.close()


def wire(name: str, fault: str) -> Breaks:
    """A connection to the outside is cut, or silent."""
    return lambda scene: getattr(scene.wires[name], fault)()


@contextmanager
def terminated(scene: Scene) -> Iterator[None]:
    """The server ends all sessions, as at its restart."""
    import psycopg

    from tests.storage.conftest import POSTGRES

    name = (scene.folder / "application_name").read_text()
    with psycopg.connect(POSTGRES, autocommit=True) as session:
        session.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", (name,))
    yield


# keys


@contextmanager
def keyless(scene: Scene) -> Iterator[None]:
    """The key file is gone."""
    path, aside = scene.folder / "redactor.key", scene.folder / "aside.key"
    path.rename(aside)
    yield
    aside.rename(path)


class Command:
    """A key that only a command has, as one that asks a KMS; it fails while the file `kms.down` is there."""

    def __init__(self, folder: Path) -> None:
        self._down, self._key = folder / "kms.down", LocalKey.from_file(folder / "kms.key")
        self.key_id = self._key.key_id

    def wrap(self, key: Secret[bytes]) -> bytes:
        self._run()
        return self._key.wrap(key)

    def unwrap(self, wrapped: bytes) -> Secret[bytes]:
        self._run()
        return self._key.unwrap(wrapped)

    def _run(self) -> None:
        if subprocess.run(["test", "!", "-e", self._down], check=False).returncode:
            raise CryptoError("the command that unwraps keys failed (status 1)")


@contextmanager
def kms_down(scene: Scene) -> Iterator[None]:
    """The command fails."""
    (scene.folder / "kms.down").touch()
    yield
    (scene.folder / "kms.down").unlink()


# the clock, the configuration


def jump(seconds: float) -> Breaks:
    """The machine's clock is set."""

    @contextmanager
    def breaks(scene: Scene) -> Iterator[None]:
        scene.offset[0] = seconds
        yield
        scene.offset[0] = 0.0

    return breaks


@contextmanager
def mistaken(scene: Scene) -> Iterator[None]:
    """The configuration cannot be read when it is read again."""
    scene.mistakes.append(ConfigError("gateway.porrt: unknown; did you mean 'port'?"))
    yield
    scene.mistakes.clear()


# who is asked


def others(llm: Callable[[bool], Raw], bot: Reply) -> Breaks:
    """The LLM and the bot answer like this."""

    @contextmanager
    def breaks(scene: Scene) -> Iterator[None]:
        whole, scene.bot.reply, scene.llm.instead = scene.bot.reply, bot, llm
        yield
        scene.bot.reply, scene.llm.instead = whole, None

    return breaks


def both(fault: str) -> Breaks:
    """The connections to the LLM and to the bot."""

    @contextmanager
    def breaks(scene: Scene) -> Iterator[None]:
        with ExitStack() as stack:
            for name in ("llm", "bot"):
                stack.enter_context(getattr(scene.wires[name], fault)())
            yield

    return breaks


def _answer(whole: bytes, pieces: Sequence[bytes], *, cut: bool = False) -> Callable[[bool], Raw]:
    stream = Raw(pieces, media_type="text/event-stream", cut=cut)
    return lambda wants_stream: stream if wants_stream else Raw([whole], cut=cut)


_BEGUN = chunk("Hi [PERSON_1]. Your order")
_ZIPPED = gzip.compress(WHOLE)
_XML = "text/xml"

# the table

_STORE_FAILED = (503, "store_failed")
_DOWN = _STORE_FAILED, "store_failed", 503
_HANGS = (503, "redact_timeout"), "restore_timeout", 503
_MODEL = Setting(recognizer=_own_model)
_QUICK = Setting(seconds=0.4)

_ONCE, _LONG = ("json",), ()

FAULTS: Sequence[Fault] = (
    Fault(
        "A recognizer raises", raising, (503, "detection_failed"), "detection_failed", 503,
        quick=("json", "stream", "midway", "webhook"),
    ),
    Fault("A recognizer hangs", hanging, (503, "redact_timeout"), "restore_timeout", 503, _QUICK),
    *(
        Fault(name, model_file(how), (503, "detection_failed"), "detection_failed", 503, _MODEL, quick)
        for name, how, quick in (
            ("The model's file is missing", lambda whole: None, _LONG),
            ("The model's file is cut off", lambda whole: whole[: len(whole) // 2], _LONG),
            ("A bit of the model's file is flipped", _flipped, _ONCE),
        )
    ),
    Fault("The SQLite file is deleted or replaced", replaced, *_DOWN),
    Fault("Another process keeps the SQLite file locked", locked, *_DOWN),
    Fault("The disk is full", full, *_DOWN),
    Fault("PostgreSQL cannot be reached", wire("store", "cut"), *_DOWN, Setting("postgresql"), ("json", "webhook")),
    Fault("PostgreSQL ends its sessions", terminated, FINE, "", 503, Setting("postgresql"), _LONG),
    Fault("PostgreSQL is silent", wire("store", "silent"), *_HANGS, Setting("postgresql", seconds=0.7), _LONG),
    Fault("Redis cannot be reached", wire("store", "cut"), *_DOWN, Setting("redis"), ("json", "webhook")),
    Fault("Redis is silent", wire("store", "silent"), *_HANGS, Setting("redis", seconds=0.7), _LONG),
    Fault("The audit log cannot be written", unaudited),
    Fault("The key file is gone", keyless, _STORE_FAILED, "", 503, Setting(is_new=True)),
    Fault("The command that unwraps keys fails", kms_down, _STORE_FAILED, "", 503, Setting(key=Command, is_new=True)),
    Fault("The clock jumps forward by a day", jump(DAY), FINE, "", 401),
    Fault("The clock jumps back by a day", jump(-DAY), FINE, "", 401),
    Fault("The configuration is reloaded with a mistake", mistaken),
    Fault("Nobody listens at the LLM and the bot", both("cut"), (503, "upstream_unavailable"), "upstream_cut"),
    Fault("The LLM and the bot are silent", both("silent"), (502, "upstream_timeout"), "upstream_cut", 200, _QUICK),
)  # fmt: skip
"""Faults of what the gateway stands on, each before a request and in the middle of a stream."""

ANSWERS: Sequence[Fault] = (
    Fault(
        "Their answer breaks off",
        others(_answer(WHOLE[:40], [_BEGUN], cut=True), (200, _XML, b"<Response><Mess")),
        (502, "upstream_cut"),
        "upstream_cut",
    ),
    Fault(
        "Their answer is malformed",
        others(_answer(b"<html>[PERSON_1]", [_BEGUN, b"data: {broken\n\n"]), (200, _XML, b"{[PERSON_1]")),
        (502, "malformed_reply"),
        "malformed_stream",
    ),
    Fault(
        "Their answer is compressed, which nobody asked for",
        others(_answer(_ZIPPED, [_ZIPPED]), (200, _XML, _ZIPPED)),
        (502, "malformed_reply"),
        "malformed_stream",
    ),
    Fault(
        "Their answer is larger than is read",
        others(_answer(b"x" * 200_000, [_BEGUN, b"data: " + b"x" * 90_000]), (200, _XML, b"x" * 5_000_000)),
        (502, "reply_too_large"),
        "event_too_large",
    ),
)
"""What an LLM or a bot may answer. The codes are those of a whole reply and of a stream."""

# as docs/failing.md shows it


def shown(faults: Sequence[Fault], heads: Sequence[str]) -> str:
    """The table, in Markdown."""
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for each in faults:
        cells = [each.name, _asked(each.asked), _midway(each.midway), _webhook(each.webhook)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _asked(asked: tuple[int, str]) -> str:
    return "answered" if asked == FINE else f"{asked[0]} `{asked[1]}`"


def _midway(code: str) -> str:
    return f"ends with `{code}`" if code else "goes on"


def _webhook(status: int) -> str:
    return "200, delivered" if status == 200 else f"{status}, sent again"
