"""Every store there is, and rows to put in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from redactor.storage import Store
from redactor.storage.memory import MemoryStore
from redactor.storage.sqlite import SqliteStore


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """One store after the other: what one passes, all pass."""
    # long enough for 64 threads on a busy machine; tests of the wait itself set their own
    made: Store = MemoryStore(timeout=20) if request.param == "memory" else SqliteStore(tmp_path / "v.db", timeout=20)
    yield made
    made.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "v.db", timeout=0.5)
    yield store
    store.close()
