"""Reveals and decisions, where many are made at once; on both databases the console's tables lie in."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from redactor import Policy, Redactor
from redactor.crypto import LocalKey
from redactor.storage.beside import Beside
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer
from redactor_console.settings import ConsoleSettings
from tests.integrations.redactor_console.conftest import KNOWN, Browser, Clock, SignIn
from tests.integrations.redactor_console.test_drawing import database

__all__ = ["database"]


@pytest.fixture
def redactor(tmp_path: Path, clock: Clock) -> Iterator[Redactor]:
    policy = Policy.from_dict({"defaults": {"audiences": ["customer", "reviewer"]}})
    store, key = SqliteStore(tmp_path / "store.db"), LocalKey.ephemeral()
    with Redactor(policy, recognizers=[FakeRecognizer(KNOWN)], store=store, key=key, clock=clock) as made:
        yield made


@pytest.fixture
def settings() -> ConsoleSettings:
    return ConsoleSettings(reveals_per_hour=3)


@pytest.fixture
def path(redactor: Redactor) -> str:
    chat = redactor.conversation("c-1")
    chat.redact("I am Crystal Minh")
    return f"/conversations/{chat.public_id}/reveal"


def at_once(browser: Browser, path: str, forms: list[dict[str, str]]) -> Counter[int]:
    """Status codes of forms that are sent at the same time."""
    with ThreadPoolExecutor(len(forms)) as pool:
        return Counter(pool.map(lambda form: browser.post(path, form).status_code, forms))


def test_the_limit_holds_for_many_at_once_and_a_form_is_taken_once(
    sign_in: SignIn, path: str, database: Beside
) -> None:
    olga = sign_in("privacy-officer", name="olga")
    same = [{"action": "reveal", "reason": "check", "once": "0" * 32}] * 3
    assert at_once(olga, f"{path}/PERSON_1", same) == {303: 1, 409: 2}
    others = [{"action": "reveal", "reason": "check", "once": f"{number:032x}"} for number in range(1, 5)]
    assert at_once(olga, f"{path}/PERSON_1", others) == {303: 2, 429: 2}
    assert "Crystal Minh" in olga.get(f"{path}/PERSON_1").text
    with database.transaction() as ask:
        assert len(ask("SELECT 1 FROM revealed WHERE outcome = 'allowed'")) == 3


def test_of_two_who_decide_at_once_one_does(sign_in: SignIn, path: str, redactor: Redactor) -> None:
    olga, ida, eva = (sign_in("privacy-officer", name=name) for name in ("olga", "ida", "eva"))
    olga.post(path, {"action": "ask", "reason": "check", "note": "for Crystal Minh"})
    found = re.search(r'action="(/requests/[0-9a-f]+)"', ida.get("/requests").text)
    assert found
    eva.get("/requests")
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(
            lambda each: each[0].post(found[1], {"answer": each[1]}).status_code, [(ida, "allow"), (eva, "refuse")]
        )
        assert sorted(answers) == [303, 409]
    assert "for [PERSON_1]" in olga.get("/requests").text
    assert olga.get("/numbers").status_code == 200
