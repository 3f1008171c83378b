"""Pictures of the review console's demonstration for its page: `python docs/console_screenshots.py`.

Needs the extra `test` and a chromium; writes docs/images/console_*.png. What they show was never anybody's.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
LARGEST = 150_000
"""Bytes of a picture."""


@dataclass(frozen=True)
class Shot:
    """A picture of a page, before which something may be pressed."""

    path: str
    width: int = 1280
    height: int = 680
    dark: bool = False
    keys: tuple[str, ...] = field(default=())


SHOTS: Mapping[str, Shot] = {
    "queue": Shot("/queue?type=PERSON", keys=("c", "j")),
    "conversation": Shot("/conversations"),
    "search": Shot("/search?type=STREET_ADDRESS"),
    "numbers": Shot("/numbers", dark=True),
    "proposals": Shot("/proposals"),
    "customers": Shot("/customers"),
    "audit": Shot("/audit"),
    "queue_narrow": Shot("/queue?type=PERSON", width=375, height=720, dark=True),
}


@contextmanager
def demonstration() -> Iterator[str]:
    """The running console; gives the link that signs in."""
    command = [str(Path(sys.executable).with_name("redactor")), "console", "--demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            link = ""
            for line in process.stdout or ():
                found = re.search(r"http://\S+/sign-in/link/\S+", line)
                link = found[0] if found else link
                if link and "review console on" in line:
                    break
            yield link
        finally:
            process.terminate()


def photographed(page: Page, base: str, name: str, shot: Shot) -> None:
    """One picture, written."""
    page.goto(base + shot.path)
    if name == "conversation":
        page.locator("tr", has_text="STREET_ADDRESS").locator("a").first.click()
    if shot.keys:
        page.wait_for_selector("#text[tabindex]")
    for key in shot.keys:
        page.keyboard.press(key)
        page.wait_for_timeout(300)
    target = IMAGES / f"console_{name}.png"
    page.screenshot(path=target)
    size = target.stat().st_size
    print(target.name, size)
    if size > LARGEST:
        raise SystemExit(f"{target.name} is larger than {LARGEST} bytes")


def main() -> None:
    """All of them."""
    IMAGES.mkdir(exist_ok=True)
    with demonstration() as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        base = link.partition("/sign-in/")[0]
        first = browser.new_context()
        page = first.new_page()
        page.goto(link)
        page.get_by_role("button").click()
        page.wait_for_url(base + "/")
        cookies: list[Any] = first.cookies()
        for name, shot in SHOTS.items():
            context = browser.new_context(
                viewport={"width": shot.width, "height": shot.height}, color_scheme="dark" if shot.dark else "light"
            )
            context.add_cookies(cookies)
            photographed(context.new_page(), base, name, shot)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
