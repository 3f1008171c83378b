"""pytest plugin: the fixture `redactor_no_leak`, which fails a test whose planted values turn up where they must not.

It is found by its entry point wherever this package is installed, and imports nothing before it is used.
"""

import warnings
from collections.abc import Generator, Iterator
from typing import Any

import pytest


class NoLeak:
    """The values planted in one test, and where they are looked for when it ends.

    Always: captured output, log records, warnings, the exception a test fails with. `watch` adds places.
    """

    def __init__(self) -> None:
        self.canaries: list[str] = []
        self.places: list[object] = []

    def __repr__(self) -> str:
        return f"NoLeak({len(self.canaries)} values)"

    def plant(self, value: str) -> str:
        """Take a note of a value that must not turn up, and give it back."""
        self.canaries.append(value)
        return value

    def watch(self, *places: object) -> None:
        """Look there too: a file or folder (a `Path`), an exception, any object (see `assert_no_leak`)."""
        self.places += places

    def found_in(self, *places: object) -> str:
        """Which value is where, without the value; empty where none is."""
        from redactor.testing import assert_no_leak

        try:
            assert_no_leak(self.canaries, *places)
        except AssertionError as failure:
            return str(failure)
        return ""


_KEY = pytest.StashKey[NoLeak]()


@pytest.fixture
def redactor_no_leak(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[NoLeak]:
    """Plant values in a test: `card = redactor_no_leak.plant("4111 1111 1111 1111")`."""
    no_leak = NoLeak()
    request.node.stash[_KEY] = no_leak
    warned: list[str] = []
    shown = warnings.showwarning

    def show(message: Warning | str, *others: Any, **more: Any) -> None:
        warned.append(str(message))
        shown(message, *others, **more)

    warnings.showwarning = show
    try:
        yield no_leak
    finally:
        warnings.showwarning = shown
    named: dict[str, list[object]] = {
        "a log record": [*caplog.get_records("setup"), *caplog.get_records("call")],
        "a warning": [*warned],
        "a watched place": no_leak.places,
    }
    for name, places in named.items():
        if said := no_leak.found_in(*places):
            pytest.fail(f"{name} holds a planted value: {said}", pytrace=False)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Look for planted values in captured output and in the exception; a report never shows them."""
    report = yield
    no_leak = item.stash.get(_KEY, None)
    if no_leak is None or not no_leak.canaries:
        return report
    leaks = []
    if call.excinfo is not None and (said := no_leak.found_in(call.excinfo.value, str(report.longrepr))):
        leaks.append(f"the exception, or its traceback, holds a planted value: {said}")
    if said := no_leak.found_in(*(text for _, text in report.sections)):
        leaks.append(f"captured output holds a planted value: {said}")
        report.sections = []
    if leaks and (call.when == "teardown" or call.excinfo is not None):
        report.outcome = "failed"
        report.longrepr = "\n".join(leaks)
    return report
