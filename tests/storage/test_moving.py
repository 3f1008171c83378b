"""A store that is moved is the same store elsewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from redactor import Redactor
from redactor.audit import Entry
from redactor.crypto import KeyWrap, LocalKey
from redactor.exceptions import StorageError
from redactor.storage import Reader, Search, terms
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer

pytest.importorskip("psycopg", reason="psycopg is not installed (pip install '.[postgres]')")

from redactor.storage.moving import move
from redactor.storage.postgres import PostgresStore

FAKE = FakeRecognizer({re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b"): "PERSON"})
KEY = LocalKey.ephemeral()


def opened(store: SqliteStore | PostgresStore, key: KeyWrap = KEY) -> Redactor:
    return Redactor(recognizers={"fake": FAKE}, store=store, key=key)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two conversations, one that was forgotten, records and statistics."""
    path = tmp_path / "old.db"
    with opened(SqliteStore(path)) as redactor:
        for name in ("one", "two", "gone"):
            chat = redactor.conversation(name)
            chat.redact("I am Ann Lee, a lone \ud800 and a \0 too", role="customer")
            chat.restore("Thanks [PERSON_1]!")
            chat.redact("and Bea Moss", role="customer")
        chat.forget()
        redactor.audit.write(Entry("test"))
    return path


@pytest.fixture
def moved(file: Path, postgres_url: str, name: str) -> Iterator[PostgresStore]:
    counts = move(file, postgres_url, name)
    assert counts["conversation"] == 3
    assert counts["turn"] == 6
    store = PostgresStore(postgres_url, name=name)
    yield store
    store.close()


def held(store: Reader) -> list[object]:
    listed = store.listed(limit=9)
    rows = [store.conversation_by_public_id(each.public_id) for each in listed]
    return [
        store.tenants(),
        [(each.public_id, each.turns, each.first, each.last, each.types) for each in listed],
        rows,
        [sorted(store.values(each.public_id), key=repr) for each in listed],
        [store.turns(each.public_id) for each in listed],
        [dict(store.counters(each.public_id)) for each in listed],
        [(row.number, row.text) for row in store.search(Search(), limit=99)],
        [row.number for row in store.search(Search(terms("ann* person_1")), limit=99)],
        [row.number for row in store.search(Search(type="PERSON"), limit=99)],
        sorted(store.tallies(0, 1 << 20), key=repr),
        store.audit(0, 99),
        store.store_key("audit"),
    ]


def test_everything_is_there_as_it_was(file: Path, moved: PostgresStore) -> None:
    old = SqliteStore(file)
    assert held(moved) == held(old)
    old.close()


def test_talks_go_on_where_they_were(moved: PostgresStore) -> None:
    with opened(moved) as redactor:
        chat = redactor.conversation("one")
        assert chat.restore("[PERSON_2]", record=False).text == "Bea Moss"
        assert chat.redact("Bea Moss and Cem Roe", role="customer").text == "[PERSON_2] and [PERSON_3]"
        again = redactor.conversation("gone")
        assert again.restore("[PERSON_1]", record=False).text != "Ann Lee"
        assert again.redact("Dov Sun", role="customer").text == "[PERSON_3]"  # no number returns
        numbers = [row.number for row in moved.search(Search(), limit=99)]
        assert numbers == sorted(set(numbers), reverse=True)
        redactor.audit.write(Entry("test"))
        assert [row.seq for row in moved.audit(0, 99)] == list(range(1, len(moved.audit(0, 99)) + 1))


def test_a_target_that_holds_something_is_left_alone(file: Path, moved: PostgresStore, postgres_url: str) -> None:
    before = held(moved)
    with pytest.raises(StorageError, match="holds conversations already"):
        move(file, postgres_url, moved._name)
    assert held(moved) == before


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path, postgres_url: str, name: str) -> None:
    with pytest.raises(StorageError, match="there is no store"):
        move(tmp_path / "none.db", postgres_url, name)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_held_moves_nothing(file: Path, postgres_url: str, name: str) -> None:
    with opened(SqliteStore(file)) as redactor:
        redactor.conversation("nul").redact("hello", role="customer", channel="canary-4417\0")
    with pytest.raises(StorageError, match="nothing was moved") as caught:
        move(file, postgres_url, name)
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None
    store = PostgresStore(postgres_url, name=name)
    assert not store.tenants()
    store.close()
