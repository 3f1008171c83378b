"""Over stores that outlive the process: ids hold, what is forgotten is gone for all, on every kind of store."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import uuid4

import pytest

from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.rotation import rotate_tenant_key
from redactor.storage import Store
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer
from tests.integrations.redactor_gateway.llm import KNOWN
from tests.integrations.redactor_gateway.management.callers import audited, callers, code
from tests.storage.conftest import POSTGRES, REDIS

Open = Callable[[], Store]


def _sqlite(stack: ExitStack, folder: Path) -> Open:
    return lambda: stack.enter_context(closing(SqliteStore(folder / "redactor.db")))


def _postgres(stack: ExitStack, folder: Path) -> Open:
    psycopg = pytest.importorskip("psycopg")
    from redactor.storage.postgres import PostgresStore

    try:
        aside = stack.enter_context(psycopg.connect(POSTGRES, autocommit=True, connect_timeout=2))
    except psycopg.OperationalError:
        pytest.skip("there is no PostgreSQL with the role and database redactor_test (REDACTOR_TEST_POSTGRES)")
    name = f"test_{uuid4().hex[:12]}"
    stack.callback(aside.execute, f"DROP SCHEMA IF EXISTS {name} CASCADE".encode())
    return lambda: stack.enter_context(closing(PostgresStore(POSTGRES, name=name)))


def _redis(stack: ExitStack, folder: Path) -> Open:
    redis = pytest.importorskip("redis")
    from redactor.storage.redis import RedisStore

    aside = stack.enter_context(closing(redis.Redis.from_url(REDIS, socket_connect_timeout=2)))
    try:
        aside.ping()
    except redis.ConnectionError:
        pytest.skip("there is no Redis at 127.0.0.1:6379 (REDACTOR_TEST_REDIS)")
    name = f"test_{uuid4().hex[:12]}"
    stack.callback(lambda: [aside.delete(key) for key in aside.scan_iter(f"{name}*")])
    return lambda: stack.enter_context(closing(RedisStore(REDIS, name=name)))


@pytest.fixture(
    params=[_sqlite, *(pytest.param(each, marks=pytest.mark.soak) for each in (_postgres, _redis))],
    ids=["sqlite", "postgres", "redis"],
)
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same store each time."""
    with ExitStack() as stack:
        yield request.param(stack, tmp_path)


def test_an_id_holds_in_another_process_and_after_the_keys_were_rotated(open_store: Open) -> None:
    wrap = LocalKey.ephemeral()

    def another() -> Redactor:
        return Redactor(recognizers=[FakeRecognizer(KNOWN)], store=open_store(), key=wrap)

    with callers(redactor=another()) as to:
        known = to.begun()
    rotate_tenant_key(open_store(), wrap, "default")
    with callers(redactor=another()) as to, callers(redactor=another()) as beside:
        assert to.ask("GET", "/status", key="chief").json()["persistent"] is True
        page = to.ask("GET", f"/conversations/{known}/transcript").json()
        assert [turn["text"] for turn in page["turns"]] == ["I am [PERSON_1]"]
        assert beside.ask("DELETE", f"/conversations/{known}").status_code == 200
        assert code(to.ask("GET", f"/conversations/{known}/transcript")) == (404, "conversation_not_found")
        asked = {"conversation": "c-42", "text": "[PERSON_1]"}
        assert code(to.ask("POST", "/restore", asked)) == (404, "conversation_not_found")
        assert ("key:shop", "forget", "") in audited(to)
