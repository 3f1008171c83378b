"""Log records without personal values: a filter for `logging`, a processor for structlog.

Both look at everything a record carries and write it redacted, `[EMAIL_ADDRESS]` for an address. Neither raises. Where
detection fails, the whole record is withheld: what could not be checked is not logged.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from redactor.oneway import one_way, redacted

if TYPE_CHECKING:
    from redactor.redactor import Redactor

WITHHELD = "(withheld: this log record could not be checked for personal data)"
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"taskName"}
"""The attributes `logging` itself gives a record (docs.python.org, LogRecord attributes)."""
_MADE = ("message", "asctime")
"""What a formatter leaves on a record: raw, if another handler has formatted it before."""


class RedactingFilter(logging.Filter):
    """Redacts records: message with its arguments, traceback, stack and extra fields.

    Add it to each handler: a logger's filters do not see what its children log. By default patterns look for personal
    data, with the default policy; give a `Redactor` to have its model and policy do so. The record itself is changed,
    so that no handler after this one sees more.
    """

    def __init__(self, redactor: "Redactor | None" = None) -> None:
        super().__init__()
        self._redact = one_way(redactor)

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: a record is changed, never dropped."""
        try:
            self._clean(record)
        except Exception:  # noqa: BLE001  logging must not stop the program, nor write what was not checked
            _withhold(record)
        return True

    def _clean(self, record: logging.LogRecord) -> None:
        message = self._redact(record.getMessage())
        raised = record.exc_text or _trace(record.exc_info)
        trace = self._redact(raised) if raised else None
        stack = self._redact(record.stack_info) if record.stack_info else None
        extra = {name: redacted(value, self._redact) for name, value in _extra(record).items()}
        record.msg, record.args = message, None
        record.exc_info, record.exc_text, record.stack_info = None, trace, stack  # an exception holds its arguments
        record.__dict__.update(extra)
        for name in _MADE:
            record.__dict__.pop(name, None)


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in record.__dict__.items() if name not in _OWN and name not in _MADE}


def _withhold(record: logging.LogRecord) -> None:
    for name in (*_extra(record), *_MADE):
        record.__dict__.pop(name, None)
    record.msg, record.args = WITHHELD, None
    record.exc_info = record.exc_text = record.stack_info = None


def _trace(given: Any) -> str:
    """The traceback of what `exc_info` may be: an exception, the three values of `sys.exc_info`, or True."""
    if not given:
        return ""
    error = given if isinstance(given, BaseException) else (given if isinstance(given, tuple) else sys.exc_info())[1]
    return "".join(traceback.format_exception(error)).rstrip("\n") if error is not None else ""


class RedactingProcessor:
    """The same for structlog: put it just before the renderer.

    `exc_info` becomes the text `exception`, as structlog's own `format_exc_info` would write it, redacted. What was
    withheld keeps its level and nothing else.
    """

    def __init__(self, redactor: "Redactor | None" = None) -> None:
        self._redact = one_way(redactor)

    def __call__(self, logger: object, name: str, event_dict: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """A processor as structlog calls it: (logger, method's name, event) → event."""
        try:
            event = dict(event_dict)
            if trace := _trace(event.pop("exc_info", None)):
                event["exception"] = trace
            return {str(key): redacted(value, self._redact) for key, value in event.items()}
        except Exception:  # noqa: BLE001  logging must not stop the program, nor write what was not checked
            return {"event": WITHHELD, "level": name}
