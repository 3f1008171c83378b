"""The walk through the whole console in a real browser: from the first account to the audit log."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redactor.testing import assert_no_leak
from tests.integrations.redactor_console.browser.conftest import OpenTab
from tests.integrations.redactor_console.browser.looking import Tab
from tests.integrations.redactor_console.browser.site import Look, Site, invite, serving, sign_in, sign_out, take_link

if TYPE_CHECKING:
    from playwright.sync_api import Page

MISSED, NAME, ACCOUNT = "Zerafina Quillfeather", "Crystal Minh", "8706847615"


@pytest.fixture
def site(tmp_path: Path, cheap: None) -> Iterator[Site]:
    """Three conversations; nobody has found a name in two of them."""
    with serving(tmp_path) as made:
        for name, lines in {
            "c-1": ("Hello", f"I am {NAME}, account {ACCOUNT}", "Thank you"),
            "c-2": (f"{MISSED} wrote from +1 and account 12345678 and so on", "All is well"),
            "c-3": (f"please tell {MISSED} that it has come",),
        }.items():
            chat = made.redactor.conversation(name)
            for line in lines:
                made.clock.now += 1.0
                chat.redact(line, channel="shop")
        made.clock.now += 60.0
        yield made


def test_the_queue_by_keyboard_alone_down_to_a_name_that_is_hidden_everywhere(site: Site, tab: OpenTab) -> None:
    found = tab(site.url, cookies=site.cookies("reviewer", name="ann"))
    _queue(found.page, site)
    assert found.violations() == []


@pytest.mark.soak
def test_from_the_first_admin_to_the_audit_log(site: Site, tab: OpenTab) -> None:
    found = tab(site.url)
    page = found.page
    wrong: list[str] = []

    def look() -> None:
        wrong.extend(found.violations())

    take_link(page, site, site.first_admin("root"), "root", look)
    roles = {"ann": "reviewer", "vic": "viewer", "olga": "privacy-officer", "ada": "adjudicator"}
    links = {name: invite(page, name, role) for name, role in roles.items()}
    look()
    sign_out(page)
    for name, link in links.items():
        take_link(page, site, link, name)
        sign_out(page)

    sign_in(page, site, "ann", look)
    _queue(page, site)
    _submit_all(page)
    sign_out(page)

    public_id = site.redactor.conversation("c-1").public_id
    sign_in(page, site, "vic")
    _denied(found, public_id)
    sign_out(page)

    sign_in(page, site, "olga")
    _revealed(page, public_id, look)
    _searched(page)
    sign_out(page)

    sign_in(page, site, "ada")
    exported = _exported(page)
    assert exported
    assert_no_leak([MISSED, NAME, ACCOUNT], exported)
    sign_out(page)

    sign_in(page, site, "olga")
    _erased(page, site, look)
    row = site.redactor.parts.store.conversation_by_public_id(public_id)
    assert row is not None
    assert row.wrapped_key is None
    page.get_by_role("link", name="Audit").click()
    page.get_by_role("button", name="Verify the whole log").click()
    page.get_by_role("heading", name="Nothing was changed").wait_for()
    look()
    assert wrong == []
    actions = {cell.strip() for cell in page.locator("tbody td:nth-child(4)").all_inner_texts()}
    assert {"console.reveal", "privacy.erase"} <= actions
    assert_no_leak([MISSED, NAME], page.content())


def _queue(page: "Page", site: Site) -> None:
    """Everything by keys: verdicts, one of them taken back, then on to the message with the missed name."""
    page.goto("/queue")
    for _ in range(8):
        page.wait_for_selector("#text[tabindex]")
        if page.locator("#text .chip").count():
            _judge(page)
        if MISSED in page.locator("#text").inner_text():
            break
        _press_and_leave(page, "s")
    _hide_everywhere(page)
    texts = [turn.text for turn in site.redactor.transcripts.search("").items]
    assert len(texts) == 6
    assert_no_leak([MISSED], texts)


def _judge(page: "Page") -> None:
    said = page.locator("#said")
    page.keyboard.press("n")
    said.get_by_text("Not personal.").wait_for()
    page.keyboard.press("u")
    said.get_by_text("Taken back.").wait_for()
    page.wait_for_selector("#text[tabindex]")
    page.keyboard.press("c")
    said.get_by_text("Correct.").wait_for()


def _press_and_leave(page: "Page", key: str) -> None:
    """A key that submits; the page it leads to is another one."""
    page.evaluate("document.body.dataset.old = 'yes'")
    page.keyboard.press(key)
    page.wait_for_selector("body:not([data-old])")


def _hide_everywhere(page: "Page") -> None:
    first, _ = MISSED.split()
    page.keyboard.press("m")
    for _ in range(12):
        if page.evaluate("getSelection().toString()") == first:
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate("getSelection().toString()") == MISSED
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    page.locator("#picker").wait_for()
    page.keyboard.type("person")
    page.keyboard.press("Enter")
    page.locator("#text .chip", has_text="PERSON").first.wait_for()
    assert MISSED not in page.content()


def _submit_all(page: "Page") -> None:
    """By keyboard, until nothing waits."""
    for _ in range(8):
        if not page.locator("#text").count():
            break
        page.wait_for_selector("#text[tabindex]")
        _press_and_leave(page, "s")
    page.get_by_text("Nothing waits for you here.").wait_for()


def _denied(found: Tab, public_id: str) -> None:
    page = found.page
    page.goto(f"/conversations/{public_id}")
    assert page.get_by_role("link", name=re.compile("Reveal")).count() == 0
    answer = page.goto(f"/conversations/{public_id}/reveal/PERSON_1")
    assert answer is not None
    assert answer.status == 403
    assert NAME not in page.content()
    assert all("403" in said for said in found.said), found.said
    found.said.clear()  # chromium tells every answer that is an error
    page.goto("/")


def _revealed(page: "Page", public_id: str, look: Look) -> None:
    page.goto(f"/conversations/{public_id}")
    page.locator("a.chip").first.click()
    page.get_by_role("link", name="Reveal its value").click()
    page.get_by_label("Why").select_option(index=1)
    page.get_by_role("button", name="Reveal it").click()
    assert page.locator("output").inner_text() == NAME
    look()
    page.get_by_role("button", name="Hide it now").click()
    assert NAME not in page.content()


def _searched(page: "Page") -> None:
    page.get_by_role("link", name="Search").click()
    page.get_by_label("Words").fill("account")
    page.get_by_role("button", name="Search").click()
    page.locator(".hit mark").first.wait_for()
    assert page.locator(".hit").count() == 2
    page.get_by_label("Words").fill(MISSED)
    page.get_by_role("button", name="Search").click()
    page.get_by_text("No message fits.").wait_for()
    assert "Quill" not in page.url


def _exported(page: "Page") -> str:
    page.goto("/exports")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export").click()
    return Path(waiting.value.path()).read_text(encoding="utf-8")


def _erased(page: "Page", site: Site, look: Look) -> None:
    page.get_by_role("link", name="Customers").click()
    find = page.get_by_role("region", name="Find somebody")
    find.get_by_label("The identifier is").select_option("ACCOUNT_ID")
    find.get_by_label("Identifier", exact=True).fill(ACCOUNT)
    find.get_by_role("button", name="Find").click()
    page.get_by_role("heading", name="What is kept").wait_for()
    look()
    page.get_by_role("button", name="Erase …").click()
    page.get_by_role("heading", name="Erase").wait_for()
    look()
    page.get_by_label("A code of your second factor").fill(site.code("olga"))
    page.get_by_role("button", name="Erase for good").click()
    page.get_by_role("heading", name="Receipt").wait_for()
    look()
