"""Verdicts by keyboard in a real browser, on texts whose offsets JavaScript and Python count differently."""

import shutil
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import uvicorn
from starlette.applications import Starlette

from redactor import Redactor
from redactor.transcripts import StoredTurn
from redactor_console.settings import ConsoleSettings
from tests.integrations.redactor_console.conftest import SignIn

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not to be had here"),
]

FAMILY = "👨‍👩‍👧‍👦"
TEXT = f"{FAMILY} I am Crystal Minh\r\nשלום דנה <b>e\u0301</b> \ud800 Anna Bolt 8706847615 end"


@pytest.fixture
def settings() -> ConsoleSettings:
    return ConsoleSettings(sample_every=0)


@pytest.fixture
def turn(redactor: Redactor) -> StoredTurn:
    """A message with two hidden places, and a name that nobody found, here and in another conversation."""
    redactor.conversation("c-2").redact("ask Anna Bolt for it")
    redactor.conversation("c-1").redact("hello there")
    redactor.conversation("c-1").redact(TEXT)
    (found,) = redactor.transcripts.search("bolt end").items
    return found


@pytest.fixture
def base(app: Starlette) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def said() -> list[str]:
    """What a page says on its console: nothing."""
    return []


@pytest.fixture
def page(base: str, sign_in: SignIn, said: list[str]) -> Iterator["Page"]:
    """A page of a signed-in reviewer."""
    cookies = [{"name": k, "value": v, "url": base} for k, v in sign_in("reviewer", name="ann").cookies.items()]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(base_url=base)
        context.set_default_timeout(10_000)
        context.add_cookies(cookies)
        found = context.new_page()
        found.on("console", lambda message: said.append(message.text))
        found.on("pageerror", lambda error: said.append(str(error)))
        yield found
        browser.close()
    assert said == []


def selected(page: "Page") -> str:
    return str(page.evaluate("getSelection().toString()"))


def press(page: "Page", *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def open_message(page: "Page", turn: StoredTurn) -> None:
    page.goto(f"/conversations/{turn.conversation}/messages/{turn.turn_id}")
    page.wait_for_selector("#text [aria-current]")


def test_the_page_holds_the_text_character_by_character(page: "Page", turn: StoredTurn) -> None:
    open_message(page, turn)
    script = "async (at) => (await import(at)).textOf(document.getElementById('text'))"
    at = page.evaluate("document.querySelector('script[src$=\"queue.js\"]').src").replace("queue.js", "offsets.js")
    assert page.evaluate(script, at) == turn.text.replace("\ud800", "\ufffd")


def test_verdicts_by_keyboard(page: "Page", turn: StoredTurn) -> None:
    open_message(page, turn)
    press(page, "c")
    sync_api.expect(page.locator("#said")).to_have_text("Correct.")
    press(page, "j", "t")
    page.keyboard.type("user")
    press(page, "Enter")
    sync_api.expect(page.locator("#said")).to_have_text("Wrong type, it is USERNAME.")
    marks = page.locator("#text .mark")
    assert marks.all_inner_texts() == ["correct", "wrong type, it is USERNAME"]
    page.reload()
    assert marks.all_inner_texts() == ["correct", "wrong type, it is USERNAME"]
    press(page, "u")
    sync_api.expect(page.locator("#said")).to_have_text("Taken back.")
    assert marks.all_inner_texts() == ["correct", ""]


def test_a_missed_name_is_selected_by_keyboard_and_hidden_everywhere(
    redactor: Redactor, page: "Page", turn: StoredTurn
) -> None:
    open_message(page, turn)
    press(page, "m")
    assert selected(page) == "שלום"  # the first word behind the chip
    press(page, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight")
    assert selected(page) == "Anna"
    press(page, "Shift+ArrowRight")
    assert selected(page) == "Anna Bolt"
    press(page, "e", "Enter")
    assert page.locator("#picker-of").inner_text() == "Anna Bolt"
    press(page, "1")
    sync_api.expect(page.locator("#said")).to_have_text("Hidden in 2 conversations.")
    assert "[PERSON_2] [ACCOUNT_ID_1] end" in redactor.transcripts.show(turn.conversation)[-1].text
    assert redactor.transcripts.search("ask").items[0].text == "ask [PERSON_1] for it"


def test_a_missed_name_is_selected_by_mouse(redactor: Redactor, page: "Page", turn: StoredTurn) -> None:
    open_message(page, turn)
    page.evaluate(
        """() => {
          const last = [...document.getElementById('text').childNodes].find((each) => each.data?.includes('דנה'));
          getSelection().setBaseAndExtent(last, last.data.indexOf('דנה') + 3, last, last.data.indexOf('דנה'));
        }"""
    )
    page.click("#missed")
    page.keyboard.type("person")
    press(page, "Enter")
    sync_api.expect(page.locator("#said")).to_have_text("Hidden in this conversation.")
    text = redactor.transcripts.show(turn.conversation)[-1].text
    assert "שלום [PERSON_2] <b>e\u0301</b> \ud800 Anna Bolt" in text


def test_a_boundary_is_widened_by_keyboard(redactor: Redactor, page: "Page", turn: StoredTurn) -> None:
    open_message(page, turn)
    press(page, "b")
    assert selected(page).startswith("[PERSON_1]")
    press(page, "Shift+ArrowUp")  # its end one character back: the anchor stays
    press(page, "Escape", "b", "Shift+ArrowRight", "Enter")
    sync_api.expect(page.locator("#said")).to_have_text("Wrong boundary.")
    assert "שלום" not in redactor.transcripts.show(turn.conversation)[-1].text


def test_what_the_server_refuses_is_taken_off_the_page(
    redactor: Redactor, page: "Page", turn: StoredTurn, said: list[str]
) -> None:
    open_message(page, turn)
    at = turn.text.index("Anna")
    redactor.conversation_by_public_id(turn.conversation).report_missed(turn.turn_id, at, at + 9, "PERSON")
    with page.expect_response("**/verdicts"):
        press(page, "c")
    sync_api.expect(page.locator("#said")).to_contain_text("rewritten since you opened it")
    assert page.locator("#text .mark").first.inner_text() == ""
    assert all("status of 400" in each for each in said)
    said.clear()


def test_the_queue_without_a_mouse(page: "Page", turn: StoredTurn) -> None:
    page.goto("/queue")
    seen = []
    for _ in range(3):
        seen.append(page.locator("#judged").inner_text())
        with page.expect_navigation():
            press(page, "Enter" if page.locator("#text .chip").count() else "s")
    assert len(set(seen)) == 2  # two are the first of their conversations
    sync_api.expect(page.locator("#main")).to_contain_text("Nothing waits for you here.")


def test_why_something_is_hidden(page: "Page", turn: StoredTurn) -> None:
    page.goto(f"/conversations/{turn.conversation}#t-2")
    press(page, "j", "Enter")
    sync_api.expect(page.locator("#why")).to_contain_text("PERSON, masked with placeholder as [PERSON_1]")
    press(page, "Escape")
    assert page.evaluate("document.activeElement.className") == "chip"


def test_without_a_script_forms_do_the_same(base: str, sign_in: SignIn, redactor: Redactor, turn: StoredTurn) -> None:
    cookies = [{"name": k, "value": v, "url": base} for k, v in sign_in("reviewer", name="ann").cookies.items()]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(base_url=base, java_script_enabled=False)
        context.set_default_timeout(10_000)
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(f"/conversations/{turn.conversation}/messages/{turn.turn_id}")
        # What only a script can do is not offered.
        assert not page.locator("#missed").is_visible()
        assert not page.locator('button[data-key="b"]').first.is_visible()
        page.click("#e-0 button[value=correct]")
        assert page.locator("#text .mark").all_inner_texts() == ["correct", ""]
        page.locator("summary", has_text="Choose words").click()
        words = page.locator("select[name=first] option").all_inner_texts()
        for name, word in (("first", "Anna"), ("last", "Bolt")):
            page.select_option(f"select[name={name}]", index=[each.split()[-1] for each in words].index(word))
        page.click(".by-words button")
        assert "[PERSON_2] [ACCOUNT_ID_1] end" in redactor.transcripts.show(turn.conversation)[-1].text
        page.click("button[data-key=s]")
        page.goto("/queue")
        first = page.locator("#message").get_attribute("data-path")
        page.click("button[data-key=x]")
        assert page.locator("#message").get_attribute("data-path") != first
        page.click("button[data-key=u]")
        assert page.locator("#message").get_attribute("data-path") == first
        browser.close()
