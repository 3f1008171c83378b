"""Who is given which message, where many ask at once; on both databases the console's tables lie in."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from redactor import Redactor
from redactor.storage.beside import Beside, SqliteBeside
from redactor_console.database import MIGRATIONS
from redactor_console.settings import ConsoleSettings
from tests.integrations.redactor_console.conftest import SignIn
from tests.integrations.redactor_console.pages.seen import path_of

POSTGRES = os.environ.get(
    "REDACTOR_TEST_POSTGRES", "postgresql://redactor_test:redactor_test@127.0.0.1:5432/redactor_test"
)
NAME = f"test_console_{os.getpid()}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Beside]:
    if request.param == "sqlite":
        made = SqliteBeside(tmp_path / "console.db", MIGRATIONS)
        yield made
        made.close()
        return
    psycopg = pytest.importorskip("psycopg")
    from redactor.storage.beside_postgres import PostgresBeside

    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL runs here")
    with server:
        try:
            beside = PostgresBeside(POSTGRES, NAME, MIGRATIONS)
            yield beside
            beside.close()
        finally:
            server.execute(f"DROP SCHEMA IF EXISTS {NAME} CASCADE")


@pytest.fixture
def settings() -> ConsoleSettings:
    return ConsoleSettings(sample_every=3)


def test_many_who_ask_at_once_are_each_given_another_message(redactor: Redactor, sign_in: SignIn) -> None:
    chat = redactor.conversation("c-1")
    for number in range(8):
        chat.redact(f"message {number}")
    browsers = [sign_in("reviewer", name=f"person{number}") for number in range(6)]
    with ThreadPoolExecutor(len(browsers)) as pool:
        given = list(pool.map(lambda each: path_of(each.get("/queue")), browsers))
    assert "" not in given
    assert len(set(given)) == len(browsers)


def test_a_message_that_is_held_comes_back_after_undo(redactor: Redactor, sign_in: SignIn) -> None:
    redactor.conversation("c-1").redact("hello")
    ann = sign_in("reviewer")
    path = path_of(ann.get("/queue"))
    ann.post(f"{path}/skip", {"revision": "0"})
    assert path_of(ann.get("/queue")) == ""
    ann.post("/queue/undo", {"back": "queue"})
    assert path_of(ann.get("/queue")) == path
