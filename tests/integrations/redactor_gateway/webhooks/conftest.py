"""An outbox, and servers that stand for the bot and for the platform."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from redactor_gateway.webhooks.outbox import Outbox, SqlOutbox
from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox
from tests.integrations.redactor_gateway.webhooks.scene import Clock, Recorder
from tests.storage.conftest import POSTGRES

if TYPE_CHECKING:
    from redactor_gateway.webhooks.outbox_postgres import PostgresOutbox


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    """A durable one."""
    made = SqliteOutbox(tmp_path / "outbox.db")
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def another(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], SqlOutbox]]:
    """Opens one more way to the same outbox: of one kind after the other; PostgreSQL where there is a server."""
    opened: list[SqliteOutbox | PostgresOutbox] = []
    postgres = _postgres() if request.param == "postgresql" else None
    name = f"test_{uuid4().hex[:12]}"

    def open_one() -> SqlOutbox:
        if postgres is None:
            opened.append(SqliteOutbox(tmp_path / "outbox.db", timeout=20))
        else:
            from redactor_gateway.webhooks.outbox_postgres import PostgresOutbox

            opened.append(PostgresOutbox(POSTGRES, name=name, timeout=20))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()
    if postgres is not None:
        postgres.execute(f"DROP SCHEMA IF EXISTS {name}_outbox CASCADE".encode())
        postgres.close()


def _postgres() -> Any:
    """A session in the tests' database. Skips where there is none."""
    if find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed (pip install '.[postgres]')")
    import psycopg

    with suppress(psycopg.OperationalError):
        return psycopg.connect(POSTGRES, autocommit=True, connect_timeout=2)
    pytest.skip("there is no PostgreSQL with the role and database redactor_test (REDACTOR_TEST_POSTGRES)")


@pytest.fixture
def bot() -> Iterator[Recorder]:
    """The bot."""
    with Recorder() as server:
        yield server


@pytest.fixture
def platform_api() -> Iterator[Recorder]:
    """The platform's API."""
    with Recorder(
        (200, "application/json", b'{"ok": true, "ts": "1700000000.000100", "channel": "D012345"}')
    ) as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    """Time that passes when told."""
    return Clock()
