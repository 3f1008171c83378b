"""Every store there is, and rows to put in it."""
# ruff: noqa: S608 - only names made here are put into statements

import os
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from redactor.storage import Store
from redactor.storage.memory import MemoryStore
from redactor.storage.sqlite import SqliteStore

if TYPE_CHECKING:
    import psycopg

POSTGRES = os.environ.get(
    "REDACTOR_TEST_POSTGRES", "postgresql://redactor_test:redactor_test@127.0.0.1:5432/redactor_test"
)
"""A database whose role may make schemas in it; each test has one of its own."""

REDIS = os.environ.get("REDACTOR_TEST_REDIS", "redis://127.0.0.1:6379/9")
"""A server; each test's keys begin with a name of its own."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test of the common suite is run with every store; searches with those that have them."""
    if "store" in metafunc.fixturenames:
        kinds = ["memory", "sqlite", "postgresql", "redis"]
        if metafunc.module.__name__.endswith(("test_search", "test_reviewing")):
            kinds.remove("redis")  # says so: test_redis.py
        metafunc.parametrize("store", kinds, indirect=True)


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """One store after the other: what one passes, all pass."""
    if request.param in ("postgresql", "redis"):
        yield request.getfixturevalue(f"{request.param}_store")
        return
    # long enough for 64 threads on a busy machine; tests of the wait itself set their own
    made: Store = MemoryStore(timeout=20) if request.param == "memory" else SqliteStore(tmp_path / "v.db", timeout=20)
    yield made
    made.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "v.db", timeout=0.5)
    yield store
    store.close()


@pytest.fixture
def name() -> str:
    """A schema, or the beginning of keys, that nobody else has."""
    return f"test_{uuid4().hex[:16]}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator["psycopg.Connection[Any]"]:
    """A session in the tests' database. Skips where there is none."""
    if find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed (pip install '.[postgres]')")
    import psycopg

    connection = None
    with suppress(psycopg.OperationalError):
        connection = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=2)
    if connection is None:
        pytest.skip("there is no PostgreSQL with the role and database redactor_test (REDACTOR_TEST_POSTGRES)")
    yield connection
    connection.close()


@pytest.fixture
def postgres_url(postgres_server: "psycopg.Connection[Any]", name: str) -> Iterator[str]:
    """Where the tests' database is; the schema of the test's name, if it makes one, is dropped afterwards."""
    yield POSTGRES
    postgres_server.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE".encode())


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: "psycopg.Connection[Any]") -> Iterator[str]:
    """A schema with a store's tables in it: to make them takes longer than most tests."""
    from redactor.storage.postgres import PostgresStore

    schema = f"test_{uuid4().hex[:16]}"
    PostgresStore(POSTGRES, name=schema).close()
    yield schema
    postgres_server.execute(f"DROP SCHEMA {schema} CASCADE".encode())


@pytest.fixture
def schema(postgres_server: "psycopg.Connection[Any]", postgres_tables: str) -> Iterator[str]:
    """The same for one test, empty."""
    yield postgres_tables
    tables = [
        "consent",
        "review",
        "waiting",
        "entity",
        "turn",
        "value",
        "subject",
        "counter",
        "conversation",
        "tally",
        "tenant",
        "store_key",
    ]
    emptied = [f"DELETE FROM {postgres_tables}.{table}" for table in tables]
    for table in ("audit", "audit_checkpoint"):
        name = f"{postgres_tables}.{table}"
        if postgres_server.execute(f"SELECT 1 FROM {name} LIMIT 1".encode()).fetchone():
            emptied += [f"ALTER TABLE {name} {how} TRIGGER USER" for how in ("DISABLE", "ENABLE")]
            emptied.insert(-1, f"DELETE FROM {name}")
    postgres_server.execute("; ".join(emptied).encode())


@pytest.fixture
def postgresql_store(schema: str) -> Iterator[Store]:
    from redactor.storage.postgres import PostgresStore

    made = PostgresStore(POSTGRES, name=schema, timeout=20)
    yield made
    made.close()


@pytest.fixture
def redis_url(name: str) -> Iterator[str]:
    """Where the tests' server is; the test's keys are deleted afterwards. Skips where there is none."""
    if find_spec("redis") is None:
        pytest.skip("redis-py is not installed (pip install '.[redis]')")
    import redis

    client = redis.Redis.from_url(REDIS, socket_connect_timeout=2)
    try:
        client.ping()
    except redis.ConnectionError:
        pytest.skip("there is no Redis at 127.0.0.1:6379 (REDACTOR_TEST_REDIS)")
    yield REDIS
    for key in client.scan_iter(f"{{{name}}}:*", count=1000):
        client.delete(key)
    client.close()


@pytest.fixture
def redis_store(redis_url: str, name: str) -> Iterator[Store]:
    from redactor.storage.redis import RedisStore

    made = RedisStore(redis_url, name=name, timeout=20)
    yield made
    made.close()
