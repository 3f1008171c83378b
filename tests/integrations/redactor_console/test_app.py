"""What holds for every page: who gets in, which headers, what is not found."""

import re
from collections.abc import Sequence
from typing import get_args

import pytest

from redactor_console.accounts.roles import MAY, Role
from redactor_console.pages import PAGES
from redactor_console.web.headers import ALWAYS
from redactor_console.web.visit import Page
from tests.integrations.redactor_console.conftest import Browser, SignIn

PAGES_WITHOUT_PLACES: Sequence[Page] = [page for page in PAGES if "{" not in page.path]
ROLES: Sequence[Role] = get_args(Role)


def test_who_is_not_signed_in_is_sent_to_do_so(anybody: Browser) -> None:
    for page in PAGES:
        for answer in (anybody.get(page.path), anybody.post(page.path)):
            assert answer.status_code in (303, 405), page.path
            assert answer.headers.get("location", "/sign-in") == "/sign-in", page.path


def test_every_page_takes_a_permission_that_somebody_has_and_somebody_has_not() -> None:
    for page in PAGES:
        have = [role for role in ROLES if page.permission in MAY[role]]
        assert have, page.path
        assert page.permission == "read" or set(have) != set(ROLES), page.path


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_pages_and_no_others(sign_in: SignIn, role: Role) -> None:
    """Also those of one conversation or person: who may not go there is told so before it is looked for."""
    browser = sign_in(role)
    refused = "Your role does not allow this."
    for page in PAGES:
        path, is_allowed = re.sub(r"{[^}]*}", "none", page.path), page.permission in MAY[role]
        for method in [name for name, answer in (("GET", page.get), ("POST", page.post)) if answer is not None]:
            if method == "POST" and is_allowed:
                continue  # what it does then is its own test's
            answer = browser.send(method, path)
            assert (answer.status_code != 403) == is_allowed, (method, path)
            assert (refused in answer.text) != is_allowed, (method, path)


def test_without_a_role_there_is_nothing(sign_in: SignIn) -> None:
    browser = sign_in()
    assert {browser.get(page.path).status_code for page in PAGES_WITHOUT_PLACES if page.get} == {403}


def test_every_answer_has_the_headers(anybody: Browser, sign_in: SignIn) -> None:
    for answer in (anybody.get("/sign-in"), anybody.get("/nothing"), sign_in("viewer").get("/")):
        assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS


def test_another_host_name_is_refused(anybody: Browser) -> None:
    assert anybody.get("/sign-in", host="evil.example").status_code == 421


@pytest.mark.parametrize("path", ["/static/0/..%2fapp.py", "/static/0/%2e%2e", "/static/0/none.css", "/no/such/page"])
def test_there_is_nothing_beside_the_pages_and_files(anybody: Browser, path: str) -> None:
    assert anybody.get(path).status_code == 404
