"""`redactor storage migrate` moves a file into PostgreSQL."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer

POSTGRES = os.environ.get(
    "REDACTOR_TEST_POSTGRES", "postgresql://redactor_test:redactor_test@127.0.0.1:5432/redactor_test"
)
FAKE = FakeRecognizer({re.compile(r"Ann Lee"): "PERSON"})


@pytest.fixture
def schema() -> Iterator[str]:
    if find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed (pip install '.[postgres]')")
    import psycopg

    name, connection = f"test_{uuid4().hex[:16]}", None
    with suppress(psycopg.OperationalError):
        connection = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=2)
    if connection is None:
        pytest.skip("there is no PostgreSQL with the role and database redactor_test (REDACTOR_TEST_POSTGRES)")
    yield name
    connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE".encode())
    connection.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "old.db"
    with Redactor(recognizers={"fake": FAKE}, store=SqliteStore(path), key=LocalKey.ephemeral()) as redactor:
        redactor.conversation("one").redact("I am Ann Lee", role="customer")
    return path


def test_a_file_is_moved_and_the_rows_are_counted(
    command: Callable[..., Any], file: Path, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TARGET", POSTGRES)
    words = ("storage", "migrate", "--from", f"sqlite:{file}", "--to-env", "TARGET", "--name", schema)
    result = command(*words)
    assert result.code == 0, result.err
    assert re.search(r"^turn +1$", result.out, re.MULTILINE)
    assert "redactor_test:" not in result.out + result.err
    again = command(*words)
    assert again.code == 2
    assert "holds conversations already" in again.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "old.db", "--to", "postgresql:///x"], "expected sqlite:PATH"),
        (["--from", "sqlite:none.db", "--to", "redis://:canary@h/0"], "into PostgreSQL only"),
        (["--from", "sqlite:none.db"], "--to or --to-env"),
        (["--from", "sqlite:none.db", "--to", "postgresql://u:canary@127.0.0.1:1/x"], "there is no store none.db"),
    ],
)
def test_what_is_wrong_is_named(command: Callable[..., Any], words: list[str], said: str) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed (pip install '.[postgres]')")
    result = command("storage", "migrate", *words)
    assert result.code == 2
    assert said in result.err
    assert "canary" not in result.out + result.err
