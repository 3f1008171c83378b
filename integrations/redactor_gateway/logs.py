"""The log of `redactor serve`: a line for each record on standard error, as text or as JSON, without personal values.

What the gateway writes itself holds none. What libraries write may hold anything: it is redacted, what stands in quotes
is left out, and of an exception only its type and where it was raised is written. A record that cannot be checked is
withheld.
"""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import Any, Literal, TextIO

from redactor import Redactor
from redactor.logs import WITHHELD
from redactor.oneway import one_way
from redactor_gateway.observing import ACCESS, seen

Format = Literal["text", "json"]
Level = Literal["debug", "info", "warning", "error"]

_OURS = ("redactor_gateway", "redactor")
_QUIET = {"httpx2": logging.WARNING, "httpcore2": logging.WARNING, "asyncio": logging.WARNING, "uvicorn.access": 100}
"""Loggers that tell addresses or bodies below a level: never lower than that, whatever is asked for."""
_SERVER = ("uvicorn", "uvicorn.error")

_QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'?|\"(?:[^\"\\\n]|\\.)*\"?")
"""What a repr puts in quotes, also where its end was cut off."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""What could end a line, or make it read otherwise than it is."""

_TYPE = re.compile(r"[\w.<>]{1,100}")

_LONGEST = 4000
"""Characters of a library's message that are looked at; what is longer is withheld."""
_KEPT = 256
"""Redacted messages that are known again: one that a client can cause at will costs no detection each time."""
_DEEPEST, _CAUSES = 30, 5
"""Frames of one exception, and exceptions of one chain, that are written."""


@contextmanager
def logging_to_stderr(form: Format, level: Level, redactor: Callable[[], Redactor]) -> Iterator[None]:
    """While in the block every logger writes here and nowhere else. `redactor`: gives the one in force."""
    root, handler = logging.getLogger(), _Handler(sys.stderr)
    handler.addFilter(Careful(redactor))
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    raised, hooks = logging.raiseExceptions, (threading.excepthook, sys.unraisablehook)
    with _handed_to_root([*_QUIET, *_SERVER]):
        root.handlers[:] = [handler]
        root.setLevel(level.upper())
        for name, least in _QUIET.items():
            logging.getLogger(name).setLevel(max(least, root.level))
        logging.raiseExceptions = False  # a failing handler would print its record
        threading.excepthook, sys.unraisablehook = _thread_failed, _unraisable
        logging.captureWarnings(True)
        try:
            yield
        finally:
            logging.captureWarnings(False)
            threading.excepthook, sys.unraisablehook = hooks
            logging.raiseExceptions = raised


@contextmanager
def _handed_to_root(levels: Iterable[str]) -> Iterator[None]:
    """No logger but the root has a handler, and those named have no level of their own; afterwards all is as before."""
    known = [each for each in logging.Logger.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    known = [logging.getLogger(), *dict.fromkeys([*known, *map(logging.getLogger, levels)])]
    before = [(each, each.handlers[:], each.propagate, each.level) for each in known]
    for each in known:
        each.handlers[:], each.propagate = [], True
    for name in levels:
        logging.getLogger(name).setLevel(logging.NOTSET)
    try:
        yield
    finally:
        for each, handlers, propagates, level in before:
            each.handlers[:], each.propagate = handlers, propagates
            each.setLevel(level)


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:
        """Nothing: what could not be written is not shown elsewhere."""


class Careful(logging.Filter):
    """Leaves on a record what may be written. Always True: a record is changed, never dropped; nothing is raised."""

    def __init__(self, redactor: Callable[[], Redactor]) -> None:
        super().__init__()
        self._redactor = redactor
        self._foreign = lru_cache(_KEPT)(self._redacted)

    def filter(self, record: logging.LogRecord) -> bool:
        """Called by the handler, before anything is written."""
        if record.name == ACCESS:
            return True
        try:
            said, where = self._said(record), frames(record.exc_info)
        except Exception:  # noqa: BLE001  logging must not stop the program, nor write what was not checked
            said, where = WITHHELD, ""
        record.msg, record.args = said, None
        record.exc_info = record.exc_text = record.stack_info = None
        record.__dict__["fields"] = {**_about_request(), **({"trace": where} if where else {})}
        return True

    def _said(self, record: logging.LogRecord) -> str:
        said = record.getMessage().strip()
        if record.name.partition(".")[0] in _OURS:
            return said
        return self._foreign(said, self._redactor()) if len(said) <= _LONGEST else WITHHELD

    @staticmethod
    def _redacted(text: str, redactor: Redactor) -> str:
        return one_way(redactor)(_QUOTED.sub("'...'", text))


def _about_request() -> dict[str, str]:
    now = seen()
    if now is None or not now.id:
        return {}
    return {"request": now.id, **({"door": now.door} if now.door else {})}


def frames(given: Any) -> str:
    """Type and place of an exception and of what caused it: no message, no line of code, no value of a variable.

    `given`: an exception, the three values of `sys.exc_info`, or True for the one being handled.
    """
    error = given if isinstance(given, BaseException) else None
    if error is None and given:
        error = (given if isinstance(given, tuple) else sys.exc_info())[1]
    told: list[str] = []
    while error is not None and len(told) < _CAUSES:
        told.append(f"{_kind(error)} at {_places(error.__traceback__)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "; caused by ".join(told)


def _kind(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    return name.removeprefix("builtins.") if _TYPE.fullmatch(name) else "an exception"


def _places(trace: TracebackType | None) -> str:
    """The innermost frame first."""
    found = [
        f"{'/'.join(frame.f_code.co_filename.replace(chr(92), '/').split('/')[-2:])}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ]
    return " < ".join(reversed(found[-_DEEPEST:])) or "nowhere"


def _thread_failed(given: "threading.ExceptHookArgs") -> None:
    logging.getLogger("redactor_gateway").error("a thread ended with an error", exc_info=given.exc_value)


def _unraisable(given: "sys.UnraisableHookArgs") -> None:
    logging.getLogger("redactor_gateway").error("an error could not be raised", exc_info=given.exc_value)


class JsonLines(logging.Formatter):
    """One JSON object (RFC 8259, ASCII) a line."""

    def format(self, record: logging.LogRecord) -> str:
        """`time` (UTC), `level`, `logger`, `event`, and what is known of the request."""
        line = {"time": _time(record), "level": record.levelname.lower(), "logger": record.name[:100]}
        return json.dumps({**line, "event": record.getMessage(), **_fields(record)})


class TextLines(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        """What would end the line, or make it read otherwise, is written as `\\u000a`."""
        fields = "".join(f" {name}={value}" for name, value in _fields(record).items())
        line = f"{_time(record)} {record.levelname} {record.name[:100]}: {record.getMessage()}{fields}"
        return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    found: Mapping[str, Any] = getattr(record, "fields", {})
    return found
