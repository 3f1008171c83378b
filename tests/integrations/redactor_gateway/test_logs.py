"""The log of `redactor serve`: one line for each record, and no value in it whoever wrote it."""

import asyncio
import gc
import io
import json
import logging
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from redactor import Redactor
from redactor.exceptions import DetectionError
from redactor.logs import WITHHELD
from redactor.testing import assert_no_leak, in_memory
from redactor_gateway.logs import Format, Level, frames, logging_to_stderr
from tests.integrations.redactor_gateway.llm import CANARIES, KNOWN, NAME, ask
from tests.integrations.redactor_gateway.test_serve import free_port, running
from tests.integrations.redactor_gateway.upstream import ModelServer
from tests.integrations.redactor_gateway.whole import until, whole
from tests.integrations.servers import OpenAIServer

UNKNOWN = "Qx7canary"
"""What no recognizer knows."""


@contextmanager
def logged(
    monkeypatch: pytest.MonkeyPatch, form: Format = "json", level: Level = "info", redactor: Redactor | None = None
) -> Iterator[io.StringIO]:
    """What is written to standard error."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    with in_memory(KNOWN) as knowing, logging_to_stderr(form, level, lambda: redactor or knowing):
        yield written


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    """Of a log in JSON; each must be one object."""
    return [json.loads(line) for line in written.getvalue().splitlines()]


def _raise(text: str) -> None:
    secret = text
    raise ValueError(secret)


def test_a_line_is_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    with logged(monkeypatch) as written:
        logging.getLogger("redactor_gateway").warning("route %s: put aside", "support")
    [line] = lines(written)
    assert line.pop("time").endswith("Z")
    assert line == {"level": "warning", "logger": "redactor_gateway", "event": "route support: put aside"}


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_library_writes_no_value(form: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    with logged(monkeypatch, form) as written:
        library = logging.getLogger("some.library")
        library.error("customer %s is %r", NAME, UNKNOWN)
        library.error(f'cut off in the middle: "{UNKNOWN}')
        library.error("extra", extra={"who": NAME, "fields": {"who": NAME}})
        try:
            _raise(f"{NAME} {UNKNOWN}")
        except ValueError:
            library.exception("it failed", stack_info=True)
    assert len(written.getvalue().splitlines()) == 4
    assert_no_leak([*CANARIES, UNKNOWN], written.getvalue())
    assert "ValueError at redactor_gateway/test_logs.py:" in written.getvalue()


def test_a_traceback_says_where_and_not_what() -> None:
    try:
        try:
            _raise(UNKNOWN)
        except ValueError as error:
            raise KeyError(UNKNOWN) from error
    except KeyError as error:
        told = frames(error)
    assert told.startswith("KeyError at redactor_gateway/test_logs.py:")
    assert "; caused by ValueError at" in told and " _raise < " in told
    assert UNKNOWN not in told and "secret" not in told


def test_the_name_of_a_type_that_is_no_name_is_not_written() -> None:
    odd = type(f"{NAME}\n", (Exception,), {})
    assert frames(odd()) == "an exception at nowhere"


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("odd", ["\n", "\r", "\x1b[2K", "\u2028", "\x85", "\u202e", "\0"])
def test_no_text_can_forge_a_line(form: Format, odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    forged = f"well{odd}2026-01-01 ERROR forged"
    with logged(monkeypatch, form) as written:
        logging.getLogger("some.library").error(forged)
        logging.getLogger("redactor_gateway").error(forged)
    assert len(written.getvalue().splitlines()) == 2
    assert odd not in written.getvalue().replace("\n", "", 2) if odd == "\n" else odd not in written.getvalue()


def test_what_cannot_be_checked_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str, context: object) -> list[Any]:
        raise DetectionError("broken", "broken")

    with Redactor(recognizers=[broken]) as redactor, logged(monkeypatch, redactor=redactor) as written:
        logging.getLogger("some.library").error(UNKNOWN)
        logging.getLogger("some.library").error("%d items", UNKNOWN)
        logging.getLogger("some.library").error("a b " * 2000)
    assert [line["event"] for line in lines(written)] == [WITHHELD] * 3


def test_what_a_library_says_again_and_again_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def counting(text: str, context: object) -> list[Any]:
        nonlocal asked
        asked += 1
        return []

    with Redactor(recognizers=[counting]) as redactor, logged(monkeypatch, redactor=redactor) as written:
        for _ in range(5):
            logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    assert asked == 1 and len(lines(written)) == 5


def test_threads_warnings_and_tasks_end_here_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def left_alone() -> None:
        task = asyncio.get_running_loop().create_task(asyncio.to_thread(_raise, UNKNOWN))
        await asyncio.sleep(0.05)
        del task
        gc.collect()

    with logged(monkeypatch) as written:
        thread = threading.Thread(target=_raise, args=(UNKNOWN,))
        thread.start()
        thread.join()
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(f"'{UNKNOWN}' is old", stacklevel=1)
        asyncio.run(left_alone())
    assert {line["logger"] for line in lines(written)} == {"redactor_gateway", "py.warnings", "asyncio"}
    assert_no_leak([UNKNOWN], written.getvalue())


def test_a_logger_with_a_handler_of_its_own_writes_here_too(monkeypatch: pytest.MonkeyPatch) -> None:
    library, own = logging.getLogger("some.library.of.its.own"), io.StringIO()
    library.addHandler(logging.StreamHandler(own))
    library.propagate = False
    with logged(monkeypatch) as written:
        library.error(NAME)
    assert own.getvalue() == "" and [line["event"] for line in lines(written)] == ["[PERSON]"]
    assert len(library.handlers) == 1 and not library.propagate
    library.handlers.clear()


def test_everything_is_as_before_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level, threading.excepthook, sys.unraisablehook
    with logged(monkeypatch, level="debug"):
        assert root.level == logging.DEBUG
        assert not logging.getLogger("httpx2").isEnabledFor(logging.INFO), "it tells addresses"
    assert (root.handlers[:], root.level, threading.excepthook, sys.unraisablehook) == before


@pytest.mark.soak
def test_the_command_writes_one_object_a_line_from_its_start_to_its_end(tmp_path: Path) -> None:
    port = free_port()
    with OpenAIServer(["Hi [PERSON_1]."]) as llm:
        config = tmp_path / "redactor.toml"
        config.write_text(
            f'[gateway]\nlog_level = "info"\nport = {port}\n[gateway.upstreams.llm]\nurl = "{llm.url}"\n'
            f'[store]\nkind = "sqlite"\npath = "{tmp_path / "r.db"}"\n'
        )
        with running(tmp_path, str(config), "--log-format", "json", "--port", str(port)) as process:
            body = {"model": "gpt-4o", "messages": ask(f"I am {NAME}, crystal.minh@example.com")}
            url = f"http://127.0.0.1:{port}/v1/chat/completions?who={UNKNOWN}"
            answer = httpx2.post(url, json=body, timeout=30, trust_env=False, verify=False)
            assert answer.status_code == 200
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            told = process.stderr.read()
    found = [json.loads(line) for line in told.splitlines()]
    assert "chat" in [line.get("door") for line in found]
    assert any("sees placeholders only" in line["event"] for line in found)
    assert_no_leak([NAME, "crystal.minh@example.com", UNKNOWN], told)


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_request_has_a_line_of_our_own_words(form: Format, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (
        logged(monkeypatch, form) as written,
        in_memory(KNOWN) as redactor,
        ModelServer(["Hi [PERSON_1]."]) as llm,
        whole(redactor, tmp_path, llm, canary=NAME) as gateway,
    ):
        body = {"model": "gpt-4o", "messages": ask(f"I am {NAME}")}
        answer = gateway.ask("POST", "/v1/chat/completions", body, {"x-request-id": UNKNOWN}, who=UNKNOWN)
        gateway.ask("GET", f"/v1/models/{UNKNOWN}")
        until(lambda: written.getvalue().count("redactor_gateway.access") == 2)
    assert_no_leak([*CANARIES, UNKNOWN], written.getvalue())
    if form == "json":
        first, second = [line for line in lines(written) if line["logger"] == "redactor_gateway.access"]
        assert first.pop("ms") > 0 and first.pop("time")
        assert first == {
            "level": "info",
            "logger": "redactor_gateway.access",
            "event": "request",
            "request": answer.headers["x-request-id"],
            "method": "POST",
            "door": "chat",
            "status": 200,
            "outcome": "passed",
        }
        assert second["door"] == "models"


def test_by_default_requests_are_not_logged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (
        logged(monkeypatch, level="warning") as written,
        in_memory(KNOWN) as redactor,
        ModelServer() as llm,
        whole(redactor, tmp_path, llm) as gateway,
    ):
        assert gateway.ask("GET", "/livez").status_code == 200
    assert written.getvalue() == ""
