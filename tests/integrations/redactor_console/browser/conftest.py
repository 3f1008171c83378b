"""Real browsers: Debian's chromium, by Playwright."""

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.integrations.redactor_console.browser.looking import Tab, open_tab

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    """The browser; a test that needs it skips where it or Playwright is missing."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("chromium is not to be had here")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


OpenTab = Callable[..., Tab]


@pytest.fixture
def tab(chromium: "Browser") -> Iterator[OpenTab]:
    """`tab(url, cookies=..., width=1280, dark=False)` → a window of its own, whose console must stay empty."""
    opened: list[Tab] = []

    def opening(url: str, **how: Any) -> Tab:
        opened.append(open_tab(chromium, url, **how))
        return opened[-1]

    yield opening
    for each in opened:
        each.page.context.close()
    assert [said for each in opened for said in each.said] == []
