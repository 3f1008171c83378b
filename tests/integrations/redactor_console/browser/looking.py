"""A browser's window, what it says, and what axe finds in its page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_WATCH = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));"""
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""What axe calls the rules of WCAG 2.2, levels A and AA."""


@dataclass
class Tab:
    """A page, and what its console said: errors, warnings, and what its content security policy refused."""

    page: "Page"
    said: list[str] = field(default_factory=list)

    def violations(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA. It is asked in a script of its own, whose words do not count."""
        from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

        before = list(self.said)
        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": list(TAGS)}})
        self.said[:] = before
        return [
            f"{self.page.url.split('/', 3)[3][:40]}: {each['id']}: {node['target']} {node['failureSummary']}"
            for each in found.response["violations"]
            for node in each["nodes"]
        ]

    def overflow(self) -> int:
        """Pixels by which the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def open_tab(
    browser: "Browser",
    url: str,
    *,
    cookies: Sequence[Any] = (),
    width: int = 1280,
    height: int = 900,
    dark: bool = False,
    **more: Any,
) -> Tab:
    """A new window on a console, of somebody who has these cookies. What `more` holds goes to Playwright."""
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", **more
    )
    context.set_default_timeout(15_000)
    context.add_init_script(_WATCH)
    context.add_cookies(list(cookies))
    tab = Tab(context.new_page())
    tab.page.on("console", lambda message: _heard(tab.said, message.type, message.text))
    tab.page.on("pageerror", lambda error: tab.said.append(str(error)))
    return tab


def _heard(said: list[str], kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        said.append(text)
