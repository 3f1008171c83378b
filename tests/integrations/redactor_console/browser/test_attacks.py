"""What somebody outside may try: markup in every field that a chat platform hands on, and paths that lead elsewhere."""

import csv
import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from redactor import Turn
from tests.integrations.redactor_console.browser.conftest import OpenTab
from tests.integrations.redactor_console.browser.looking import Tab
from tests.integrations.redactor_console.browser.site import Site, serving
from tests.integrations.redactor_console.browser.test_looks import PAGES, ROLES, visit

pytestmark = pytest.mark.soak

MARKUPS = (
    "<script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 2'>",
    "\"><svg onload='window.ran = 3'>",
    "'><a href='javascript:window.ran = 4' autofocus onfocus='window.ran = 5'>click</a>",
    "{{ 7 * 7 }}{% raw %}${window.ran = 6}",
    "</title></textarea></select><iframe srcdoc='<script>parent.ran = 7</script>'></iframe>",
    '[PERSON_1"><img src=x onerror=window.ran=8>]',
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=https://evil.example/'>",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Markup as text, as a hidden value, as conversation, turn, channel and tenant."""
    with serving(tmp_path_factory.mktemp("site")) as made:
        for number, markup in enumerate(MARKUPS):
            tenant = markup if number < 2 else "default"
            chat = made.redactor.conversation(f"{markup} {number}", tenant)
            chat.redact(f"{markup} I am Crystal Minh", channel=markup[:60])
            chat.redact_known(markup, "PERSON")
            chat.redact_turns([Turn("customer", f"once more {markup} 8706847615", id=markup)])
        yield made


@pytest.fixture(scope="module")
def cookies(site: Site) -> list[Any]:
    return site.cookies(*ROLES, name="all")


def test_markup_of_customers_stays_text_on_every_page(site: Site, cookies: list[Any], tab: OpenTab) -> None:
    found = tab(site.url, cookies=cookies)
    page = found.page
    page.on("dialog", lambda dialog: found.said.append(f"dialog: {dialog.message}"))
    page.on("request", lambda asked: _watched(found, site, asked.url))
    turns = site.redactor.transcripts.search("", limit=100).items
    assert len(turns) >= 2 * len(MARKUPS)
    paths = {
        path.format(id=turn.conversation, turn=turn.turn_id, account="id-all")
        for turn in turns[:: 1 if len(turns) < 30 else 5]
        for path in PAGES
        if "{" in path or turn is turns[0]
    }
    for path in sorted(paths):
        if "/reveal/" not in path:
            visit(found, path)
            _is_text(found.page, path)


def _watched(found: Tab, site: Site, url: str) -> None:
    if not url.startswith(site.url):
        found.said.append(f"asked for {url}")


def _is_text(page: Any, path: str) -> None:
    assert page.evaluate("window.ran") is None, path
    foreign = "main :is(script, img, iframe, base, meta, svg[onload], a[href^='javascript'], [onerror], [onfocus])"
    assert page.locator(foreign).count() == 0, path
    assert "49" not in page.title()


def test_a_revealed_value_is_text(site: Site, cookies: list[Any], tab: OpenTab) -> None:
    found = tab(site.url, cookies=cookies)
    page = found.page
    public_id = site.redactor.conversation(f"{MARKUPS[2]} 2").public_id
    visit(found, f"/conversations/{public_id}/reveal/PERSON_2")
    page.get_by_label("Why").select_option(index=1)
    page.get_by_role("button", name="Reveal it").click()
    assert page.locator("output").inner_text() == MARKUPS[2]
    _is_text(page, "reveal")


@pytest.mark.parametrize(
    "path",
    [
        "/static/0/../app.py",
        "/static/0/..%2fapp.py",
        "/static/0/..%5c..%5capp.py",
        "/static/0/%2e%2e/%2e%2e/settings.py",
        "/static/0/console.css%00.py",
        "/static/../../../../etc/passwd",
        "/static/0//etc/passwd",
        "//evil.example/static/0/console.css",
        "/conversations/..%2f..%2fpeople",
        "/views/..%2fpeople",
        "/sign-in/link/" + "a" * 20_000,
        "/static/0/" + "a" * 70_000,
    ],
    ids=lambda path: path[:40],
)
def test_a_path_leads_to_no_other_file_and_to_no_error_of_ours(site: Site, path: str) -> None:
    status, body = _asked(site, path)
    assert status in (303, 400, 403, 404)
    assert not any(each in body for each in (b"import ", b"root:", b"Traceback"))


def test_a_host_that_is_not_ours_is_refused(site: Site) -> None:
    assert _asked(site, "/sign-in", host="evil.example")[0] == 421


def _asked(site: Site, path: str, host: str = "") -> tuple[int, bytes]:
    """A path as it is: no client of ours tidies it up."""
    parts = urlsplit(site.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", host or parts.netloc)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_download_of_what_customers_wrote_runs_in_no_spreadsheet(
    site: Site, cookies: list[Any], tab: OpenTab
) -> None:
    for formula in ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1"):
        site.redactor.conversation("c-formula").redact(f"{formula} formulas", channel=formula[:20])
    page = tab(site.url, cookies=cookies).page
    page.goto("/search")
    page.get_by_label("Words").fill("formulas")
    page.get_by_role("button", name="Search").click()
    page.locator(".hit").first.wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download CSV").click()
    with Path(waiting.value.path()).open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert len(cells) > 20
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []
