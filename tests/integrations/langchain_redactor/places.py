"""Planted values, and ears at the places where they may turn up: checkpoints, callbacks, tracers, logs.

Imports nothing of LangChain before it is used.
"""

import logging
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redactor.testing import assert_no_leak

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler


@dataclass(frozen=True, slots=True)
class Canaries:
    """Values of one customer. None turns up anywhere by chance; all are valid, so that the shipped model finds them."""

    name: str = "Zebulon Quuxley"
    email: str = "zebulon.quuxley@canary-mail.com"
    phone: str = "+44 20 7946 0958"
    card: str = "4929 7123 8812 3374"
    iban: str = "GB82 WEST 1234 5698 7654 32"
    account: str = "8706847615"

    @property
    def all(self) -> list[str]:
        """The values as the customer wrote them."""
        return [str(getattr(self, each.name)) for each in fields(self)]

    @property
    def traces(self) -> list[str]:
        """What must not turn up: the values, the name's parts, the numbers without blanks and their last half."""
        bare = [value.replace(" ", "") for value in (self.phone, self.card, self.iban)]
        return [*self.all, *self.name.split(), *bare, *(value[-8:] for value in bare)]

    @property
    def types(self) -> dict[str | re.Pattern[str], str]:
        """Each value's entity type."""
        return {
            self.name: "PERSON",
            self.email: "EMAIL_ADDRESS",
            self.phone: "PHONE_NUMBER",
            self.card: "CREDIT_CARD",
            self.iban: "IBAN_CODE",
            self.account: "ACCOUNT_ID",
        }

    @property
    def said(self) -> str:
        """A message with all of them."""
        return (
            f"Hi, I'm {self.name}, {self.email}, phone {self.phone}. My card {self.card} was charged for order "
            f"{self.account}; refund to {self.iban} please."
        )

    def nowhere_in(self, *places: object) -> None:
        """Fail if a value, or a telling part of one, can be found in the places.

        Lists of texts are searched as one text, which is quick, and one by one only to say where a value was found.
        """
        try:
            assert_no_leak(self.traces, *(part for place in places for part in _joined(place)))
        except AssertionError:
            assert_no_leak(self.traces, *places)
            raise


def _joined(place: object) -> list[Any]:
    """A list of texts, of bytes or of tuples of them: all texts as one, all bytes as one. Anything else as it is."""
    if not isinstance(place, list):
        return [place]
    items = [part for item in place for part in (item if type(item) is tuple else (item,))]
    texts = [item for item in items if isinstance(item, str)]
    raw = [item for item in items if isinstance(item, bytes)]
    return ["\n".join(texts), b"\n".join(raw)] if len(texts) + len(raw) == len(items) else [place]


CANARIES = Canaries()

OTHER = Canaries(
    "Philomena Wexcombe",
    "p.wexcombe@elsewhere-mail.com",
    "+44 20 7946 0127",
    "5425 2334 3010 9903",
    "DE89 3704 0044 0532 0130 00",
    "5550198234",
)
"""Another customer, who shares no value with the first."""


class Recorder:
    """Everything LangChain tells callback handlers and tracers, as text, when told and as it reads at the end.

    `handlers` go into a run's config: `{"callbacks": recorder.handlers}`. `everything` is what was told.
    """

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self._live: list[tuple[str, tuple[object, ...]]] = []
        self.handlers: list[BaseCallbackHandler] = [_callback_handler(self), _tracer(self)]

    def take(self, event: str, *what: object) -> None:
        """Keep what an event carries."""
        self.told.append((event, shown(what)))
        self._live.append((event, what))

    @property
    def events(self) -> list[str]:
        """The names of what was told, in order."""
        return [event for event, _ in self.told]

    def of(self, event: str) -> list[str]:
        """What was told under one name."""
        return [text for name, text in self.told if name == event]

    @property
    def everything(self) -> list[tuple[str, str]]:
        """As told, and as the same objects read now, each of them once: a tracer may write them down later."""
        now = {id(part): (event, part) for event, what in self._live for part in _parts(what)}
        return [*self.told, *((f"{event} (later)", shown(part)) for event, part in now.values())]


def _parts(what: tuple[object, ...]) -> Iterator[object]:
    """The objects an event carries: arguments that come packed in a tuple or by name are unpacked."""
    for item in what:
        if isinstance(item, tuple):
            yield from item
        else:
            yield from item.values() if isinstance(item, dict) else [item]


def shown(what: object) -> str:
    """An object as a log line shows it and as LangSmith's client writes it."""
    from langsmith._internal._serde import dumps_json

    return repr(what) + dumps_json(what).decode("utf-8", "replace")


_TOLD = (
    "on_llm_start", "on_chat_model_start", "on_llm_new_token", "on_llm_end", "on_llm_error", "on_stream_event",
    "on_chain_start", "on_chain_end", "on_chain_error", "on_tool_start", "on_tool_end", "on_tool_error",
    "on_retriever_start", "on_retriever_end", "on_retriever_error", "on_text", "on_retry", "on_custom_event",
    "on_agent_action", "on_agent_finish",
)  # fmt: skip


def _callback_handler(recorder: Recorder) -> "BaseCallbackHandler":
    from langchain_core.callbacks import BaseCallbackHandler

    def told(event: str) -> Callable[..., None]:
        def tell(self: object, *args: Any, **kwargs: Any) -> None:
            recorder.take(event, args, kwargs)

        return tell

    kind = type("_Ear", (BaseCallbackHandler,), {"raise_error": True, **{event: told(event) for event in _TOLD}})
    ear: BaseCallbackHandler = kind()
    return ear


def _tracer(recorder: Recorder) -> "BaseCallbackHandler":
    from langchain_core.tracers.base import BaseTracer

    def parts(run: Any) -> tuple[object, ...]:
        return run.name, run.inputs, run.outputs, run.error, run.extra, run.tags, run.events, run.serialized

    class Tracer(BaseTracer):
        """Keeps each run when it begins and when it ends."""

        def _persist_run(self, run: Any) -> None:
            recorder.take("run persisted", *parts(run))

        def _on_run_create(self, run: Any) -> None:
            recorder.take("run created", *parts(run))

        def _on_run_update(self, run: Any) -> None:
            recorder.take("run updated", *parts(run))

    return Tracer()


def checkpoint_bytes(saver: object) -> list[bytes]:
    """All that a checkpointer holds: of InMemorySaver, of SqliteSaver, or of a database file (a `Path`).

    Of SQLite both the files, with what waits in the write-ahead log or was deleted and not overwritten, and the rows:
    a long value lies over several pages, where a search of the file would miss it.
    """
    if isinstance(saver, Path):
        return [*_database_files(saver), *_rows(saver)]
    connection = getattr(saver, "conn", None)
    if isinstance(connection, sqlite3.Connection):
        return [*_of_connection(connection)]
    return [*_leaves([getattr(saver, name) for name in ("storage", "writes", "blobs")])]


def _of_connection(connection: sqlite3.Connection) -> Iterator[bytes]:
    yield from (line.encode() for line in connection.iterdump())
    for _, _, file in connection.execute("PRAGMA database_list").fetchall():
        if file:
            yield from checkpoint_bytes(Path(file))


def _database_files(path: Path) -> Iterator[bytes]:
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-journal")):
        if name.is_file():
            yield name.read_bytes()


def _rows(path: Path) -> Iterator[bytes]:
    connection = sqlite3.connect(path)
    try:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            yield from _leaves(connection.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608 — its own names
    finally:
        connection.close()


def _leaves(item: object) -> Iterator[bytes]:
    if isinstance(item, Mapping):
        for key, value in item.items():
            yield from _leaves(key)
            yield from _leaves(value)
    elif isinstance(item, list | tuple):
        for each in item:
            yield from _leaves(each)
    else:
        yield item if isinstance(item, bytes) else str(item).encode()


class Logged(logging.Handler):
    """Every log line of every logger, as it would be written, with its traceback."""

    def __init__(self) -> None:
        super().__init__(level=1)
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line and what else the record carries."""
        self.lines.append(f"{self.format(record)}\n{record.__dict__!r}")


@contextmanager
def every_log() -> Iterator[Logged]:
    """All loggers at level 1, those that do not propagate too, while it lasts."""
    handler = Logged()
    known = [logging.getLogger(), *logging.root.manager.loggerDict.values()]
    before = [(each, each.level, each.disabled) for each in known if isinstance(each, logging.Logger)]
    for each, _, _ in before:
        each.setLevel(1)
        each.disabled = False
        if each is logging.getLogger() or not each.propagate:
            each.addHandler(handler)
    try:
        yield handler
    finally:
        for each, level, disabled in before:
            each.removeHandler(handler)
            each.setLevel(level)
            each.disabled = disabled
