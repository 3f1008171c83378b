"""How the pages look and read: to axe, in narrow, wide, dark, enlarged and printed form, and without a script."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from redactor_console import demo
from tests.integrations.redactor_console.browser.conftest import OpenTab
from tests.integrations.redactor_console.browser.looking import Tab
from tests.integrations.redactor_console.browser.site import Site, serving

pytestmark = pytest.mark.soak

ROLES = ("reviewer", "adjudicator", "privacy-officer", "admin")
PAGES = (
    "/",
    "/queue",
    "/queue?type=PERSON",
    "/adjudication",
    "/conversations",
    "/conversations/{id}",
    "/conversations/{id}/messages/{turn}",
    "/conversations/{id}/reveal",
    "/conversations/{id}/reveal/PERSON_1",
    "/search",
    "/search?type=PERSON",
    "/numbers",
    "/proposals",
    "/exports",
    "/customers",
    "/consents",
    "/requests",
    "/audit",
    "/people",
    "/people/{account}",
    "/me",
    "/me/second-factor",
)
OUTSIDE = ("/sign-in", "/no-such-page")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration, its values found by patterns."""
    with serving(tmp_path_factory.mktemp("site")) as made:
        demo.fill(made.redactor, 12)
        yield made


@pytest.fixture(scope="module")
def cookies(site: Site) -> list[Any]:
    return site.cookies(*ROLES, name="all")


@pytest.fixture(scope="module")
def paths(site: Site) -> list[str]:
    """Every page, of a conversation in which something is hidden."""
    found = next(
        turn for turn in site.redactor.transcripts.search("").items if any(e.type == "PERSON" for e in turn.entities)
    )
    return [path.format(id=found.conversation, turn=found.turn_id, account="id-all") for path in PAGES]


def visit(found: Tab, path: str) -> None:
    """A page; that an answer is an error is told by the browser, which is no fault."""
    before = list(found.said)
    answer = found.page.goto(path)
    assert answer is not None
    assert answer.status == (404 if path == "/no-such-page" else 200), (path, answer.status)
    if answer.status != 200:
        found.said[:] = before


@pytest.mark.parametrize(
    ("width", "dark"), [(320, False), (375, False), (375, True), (1280, False), (1280, True), (3840, False)]
)
def test_axe_finds_nothing_and_nothing_overflows(
    site: Site, cookies: list[Any], paths: list[str], tab: OpenTab, width: int, dark: bool
) -> None:
    wrong: list[str] = []
    found = tab(site.url, cookies=cookies, width=width, height=2160 if width == 3840 else 900, dark=dark)
    for path in (*paths, *OUTSIDE):
        visit(found, path)
        wrong += found.violations()
        if found.overflow() > 0:
            wrong.append(f"{path}: {found.overflow()} px too wide")
    assert wrong == []


def test_enlarged_to_twice_its_size_nothing_overflows(
    site: Site, cookies: list[Any], paths: list[str], tab: OpenTab
) -> None:
    """A browser's zoom of 200% halves the pixels that a page has (WCAG 2.2, 1.4.4 and 1.4.10)."""
    found = tab(site.url, cookies=cookies, width=640, height=450, device_scale_factor=2)
    for path in paths:
        visit(found, path)
        assert found.overflow() <= 0, path


def test_dialogs_have_names_and_keep_the_focus(site: Site, cookies: list[Any], paths: list[str], tab: OpenTab) -> None:
    found = tab(site.url, cookies=cookies)
    page = found.page
    visit(found, "/queue?type=PERSON")
    page.wait_for_selector("#text[tabindex]")
    for key, dialog in (("?", "#keys"), ("t", "#picker")):
        page.keyboard.press(key)
        page.locator(dialog).wait_for()
        assert found.violations() == []
        assert page.evaluate("document.activeElement.closest('dialog') !== null")
        page.keyboard.press("Escape")
        page.locator(dialog).wait_for(state="hidden")
    visit(found, paths[PAGES.index("/conversations/{id}")])
    page.locator("a.chip").first.click()
    page.locator("#why").wait_for()
    assert found.violations() == []


def test_single_keys_can_be_turned_off(site: Site, tab: OpenTab) -> None:
    found = tab(site.url, cookies=site.cookies("reviewer", name="keyless"))
    page = found.page
    visit(found, "/me")
    page.get_by_label("single keys").uncheck()
    page.get_by_role("button", name="Keep").click()
    visit(found, "/queue")
    page.wait_for_selector("#text[tabindex]")
    page.keyboard.press("?")
    page.keyboard.press("k")
    assert page.locator("#keys").is_hidden()
    assert page.locator("#clean").is_hidden()


def test_forced_colours_keep_what_colour_says(site: Site, cookies: list[Any], paths: list[str], tab: OpenTab) -> None:
    found = tab(site.url, cookies=cookies, forced_colors="active")
    visit(found, paths[PAGES.index("/conversations/{id}")])
    style = "(each, name) => getComputedStyle(each)[name]"
    assert found.page.locator("a.chip").first.evaluate(style, "borderTopWidth") == "2px"
    assert found.page.locator(".top nav [aria-current]").evaluate(style, "outlineStyle") == "solid"
    visit(found, "/queue?type=PERSON")
    found.page.locator("#text a.chip[aria-current]").wait_for()
    assert found.page.locator("#text a.chip[aria-current]").evaluate(style, "outlineWidth") in ("3px", "4px")


def test_the_printed_conversation_has_all_its_text_and_no_button(
    site: Site, cookies: list[Any], paths: list[str], tab: OpenTab
) -> None:
    found = tab(site.url, cookies=cookies, dark=True)
    visit(found, paths[PAGES.index("/conversations/{id}")])
    found.page.emulate_media(media="print")
    assert found.page.locator("main button:visible, .top:visible").count() == 0
    assert found.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    ink = "(each) => getComputedStyle(each).color"
    assert found.page.locator(".turn .text").first.evaluate(ink) == "rgb(0, 0, 0)"
    assert found.page.locator("a.chip").first.evaluate(ink) == "rgb(0, 0, 0)"
    assert len(found.page.pdf()) > 5_000


def test_without_a_script_everything_but_selecting_works(site: Site, tab: OpenTab, tmp_path: Path) -> None:
    site.redactor.conversation("c-plain").redact("It is Zerafina Quillfeather and account 8706847615")
    (turn,) = site.redactor.transcripts.search("zerafina").items
    cookies = site.cookies("reviewer", "privacy-officer", name="plain")
    found = tab(site.url, cookies=cookies, java_script_enabled=False)
    page = found.page
    visit(found, f"/conversations/{turn.conversation}/messages/{turn.turn_id}")
    assert page.locator(".scripted:visible").count() == 0
    page.get_by_role("button", name="Not personal").click()
    assert "not personal" in page.locator("#text .mark").inner_text()
    page.get_by_role("button", name="Undo").click()
    assert page.locator("#text .mark").inner_text() == ""
    page.locator(".by-words summary").click()
    page.get_by_label("First word").select_option(label="3. Zerafina")
    page.get_by_label("Last word").select_option(label="4. Quillfeather")
    page.get_by_label("Its type, where it was missed").select_option("PERSON")
    page.get_by_role("button", name="Say so").click()
    assert "Zerafina" not in page.content()
    page.get_by_role("button", name="Submit").click()
    page.goto("/search")
    page.get_by_label("Words").fill("account_id_1")
    page.get_by_role("button", name="Search").click()
    assert page.locator(".hit").count() > 0
    page.goto(f"/conversations/{turn.conversation}")
    page.locator("a.chip").first.click()
    assert "/messages/" in page.url
    page.get_by_role("link", name="Reveal the value of PERSON 1").click()
    page.get_by_label("Why").select_option(index=1)
    page.get_by_role("button", name="Reveal it").click()
    assert page.locator("output").inner_text() == "Zerafina Quillfeather"
    page.get_by_role("button", name="Sign out").click()
    assert page.url.endswith("/sign-in")
