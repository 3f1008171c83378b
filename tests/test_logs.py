"""What is logged holds no planted value, whatever part of a record it was in; nothing raises, and failure withholds."""

import io
import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from redactor.logs import WITHHELD, RedactingFilter, RedactingProcessor
from redactor.redactor import Redactor
from redactor.testing import assert_no_leak

MAIL, CARD = "ann.canary@example.org", "4111 1111 1111 1111"


class _Everything(logging.Formatter):
    """Writes every attribute of a record, as formatters for JSON do."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record) + json.dumps(record.__dict__, default=repr)


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """What the logger `redacted.child` writes through a filter on its parent's handler."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Everything("%(levelname)s %(message)s"))
    handler.addFilter(RedactingFilter())
    parent = logging.getLogger("redacted")
    parent.addHandler(handler)
    parent.setLevel(logging.DEBUG)
    parent.propagate = False
    yield stream
    parent.removeHandler(handler)


LOG = logging.getLogger("redacted.child")


class _Customer:
    def __init__(self) -> None:
        self.mail = MAIL

    def __str__(self) -> str:
        return f"customer {self.mail}"


def _raise() -> None:
    try:
        raise KeyError(MAIL)
    except KeyError as error:
        raise ValueError(f"no customer {CARD}") from error


def test_messages_and_arguments_are_redacted(out: io.StringIO) -> None:
    LOG.info("order for %s paid with %s", MAIL, CARD)
    assert out.getvalue().startswith("INFO order for [EMAIL_ADDRESS] paid with [CREDIT_CARD]")
    LOG.info("%(who)s", {"who": MAIL})
    LOG.info(_Customer())
    assert_no_leak([MAIL, CARD], out.getvalue())


def test_a_value_in_pieces_of_a_message_is_one_value(out: io.StringIO) -> None:
    LOG.info("card %s %s", "4111 1111", "1111 1111")
    assert out.getvalue().startswith("INFO card [CREDIT_CARD]")


def test_tracebacks_stacks_and_extra_fields_are_redacted(out: io.StringIO) -> None:
    try:
        _raise()
    except ValueError:
        LOG.exception("failed", stack_info=True)
    assert "Traceback" in out.getvalue()
    assert "ValueError: no customer [CREDIT_CARD]" in out.getvalue()
    extra = {
        "customer": _Customer(),
        "n": 4111111111111111,
        "deep": {MAIL: [(CARD, b"x " + MAIL.encode())]},
        "tries": 3,
    }
    LOG.info("done", extra=extra)
    assert '"tries": 3' in out.getvalue()
    assert_no_leak([MAIL, CARD, "4111111111111111"], out.getvalue())


def test_what_another_handler_left_on_the_record_is_gone() -> None:
    record = LOG.makeRecord("redacted.child", 20, "f", 1, "for %s", (MAIL,), None)
    logging.Formatter("%(asctime)s %(message)s").format(record)
    RedactingFilter().filter(record)
    assert_no_leak([MAIL], record)


def test_a_failing_recognizer_withholds_the_record_and_raises_nothing() -> None:
    def broken(text: str, context: object) -> list[Any]:
        raise ZeroDivisionError(text)

    with Redactor(recognizers=[broken]) as redactor:
        record = logging.makeLogRecord({"msg": "for %s", "args": (MAIL,), "customer": MAIL, "exc_text": MAIL})
        assert RedactingFilter(redactor).filter(record) is True
        assert record.getMessage() == WITHHELD
        assert_no_leak([MAIL], record)
        event = RedactingProcessor(redactor)(None, "info", {"event": MAIL, "customer": MAIL})
        assert event == {"event": WITHHELD, "level": "info"}


def test_arguments_that_do_not_fit_withhold_the_record(out: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    LOG.info("%d items", MAIL)
    assert WITHHELD in out.getvalue()
    assert_no_leak([MAIL], out.getvalue(), *capsys.readouterr())


def test_an_event_of_structlog_is_redacted_with_its_exception() -> None:
    process = RedactingProcessor()
    event: dict[str, Any] = {"event": f"for {MAIL}", "user": {"card": CARD}, "n": 3, "ok": True, "none": None}
    assert process(None, "info", event) == {
        "event": "for [EMAIL_ADDRESS]",
        "user": {"card": "[CREDIT_CARD]"},
        "n": 3,
        "ok": True,
        "none": None,
    }
    assert event["user"] == {"card": CARD}  # the caller's own is as it was
    try:
        _raise()
    except ValueError as error:
        given: Mapping[str, Any] = {"event": "x", "exc_info": True}
        for each in (given, {"event": "x", "exc_info": error}):
            seen = process(None, "error", dict(each))
            assert seen["exception"].endswith("ValueError: no customer [CREDIT_CARD]")
            assert_no_leak([MAIL, CARD], seen)


def test_structlog_itself_takes_the_processor() -> None:
    structlog = pytest.importorskip("structlog")
    stream = io.StringIO()
    logger = structlog.wrap_logger(
        structlog.PrintLogger(stream), processors=[RedactingProcessor(), structlog.processors.JSONRenderer()]
    )
    logger.info("paid", card=CARD)
    assert json.loads(stream.getvalue()) == {"event": "paid", "card": "[CREDIT_CARD]"}
