"""What is taken out of a recorded text is in no file any more: table, index of words, log."""

import random
import sqlite3
import string
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from redactor.storage import ConversationRow, Search, TenantRow, Transaction, TurnRow, indexing, terms
from redactor.storage.sqlite import SqliteStore

CANARY = "zyzzyva4417"
TURN = TurnRow("c1", 1, "t1", "customer", "", 1.0, "", b"i", None, b"t", 0, "p", "m", "[]", "[]")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "v.db")
    yield made
    made.close()


def fill(store: SqliteStore, turns: int, seed: int = 0, planted: int = -1) -> None:
    """Turns of random words in two conversations; one of them holds the canary."""
    randomly = random.Random(seed)
    vocabulary = ["".join(randomly.choices(string.ascii_lowercase, k=randomly.randint(2, 9))) for _ in range(900)]
    with store.transaction() as tx:
        tx.put_tenant(TenantRow("default", b"wrapped", "k"))
        for name in ("c1", "c2"):
            tx.put_conversation(ConversationRow("default", name.encode(), name, b"key", "k1", 100.0, 1000.0))
    for first in range(0, turns, 10):
        with store.transaction() as tx:
            for number in range(first, min(turns, first + 10)):
                held = randomly.choices(vocabulary, k=randomly.randint(1, 60))
                if number == planted:
                    held.insert(len(held) // 2, CANARY)
                name = "c1" if number == planted or randomly.random() < 0.5 else "c2"
                seq = tx.next_seq(name)
                tx.put_turn(replace(TURN, conversation=name, seq=seq, turn_id=f"t{seq}", text=" ".join(held)))


def rewrite(tx: Transaction) -> None:
    for row in tx.search(Search(terms(CANARY)), limit=99):
        tx.put_turn(replace(row, text=row.text.replace(CANARY, "[ACCOUNT_ID_1]")))


def pieces_left(folder: Path) -> dict[str, list[str]]:
    """Per file, the pieces of the canary in it; FTS5 may leave a word's first letters to the word before."""
    pieces = [CANARY[at : at + 6] for at in range(len(CANARY) - 5)]
    return {
        path.name: left
        for path in folder.iterdir()
        if (left := [piece for piece in pieces if piece.encode() in path.read_bytes().lower()])
    }


ENDS: list[Callable[[Transaction], object]] = [
    rewrite,
    lambda tx: tx.forget("c1"),
    lambda tx: tx.expire(1e9, "c1"),
]


@pytest.mark.parametrize("end", ENDS, ids=["rewritten", "forgotten", "expired"])
def test_a_word_that_is_gone_is_in_no_file(
    store: SqliteStore, tmp_path: Path, end: Callable[[Transaction], object]
) -> None:
    fill(store, 150, planted=60)
    assert pieces_left(tmp_path)
    with store.transaction() as tx:
        end(tx)
    assert pieces_left(tmp_path) == {}
    assert not store.search(Search(terms(f"{CANARY[:4]}*")), limit=9)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(12))
def test_a_word_that_is_gone_is_in_no_file_wherever_it_stood(store: SqliteStore, tmp_path: Path, seed: int) -> None:
    turns = random.Random(seed).randint(1, 3000)
    fill(store, turns, seed, planted=random.Random(seed).randrange(turns))
    with store.transaction() as tx:
        ENDS[seed % len(ENDS)](tx)
    assert pieces_left(tmp_path) == {}


def test_the_index_holds_no_second_copy_of_a_text(store: SqliteStore) -> None:
    fill(store, 30, planted=3)
    with store._connections.lend() as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'word%'")}
    assert tables == {"word", "word_data", "word_idx", "word_config"}


def test_a_write_that_changes_no_word_leaves_the_index_alone(store: SqliteStore) -> None:
    fill(store, 20, planted=3)
    with store.transaction() as tx:
        row = tx.search(Search(terms(CANARY)), limit=1)[0]
        with store._connections.lend() as other:
            before = other.execute("SELECT count(*), max(rowid) FROM word_data").fetchall()
        tx.put_turn(replace(row, restored_hash=b"r"))
    assert not store._erasing
    with store._connections.lend() as connection:
        assert connection.execute("SELECT count(*), max(rowid) FROM word_data").fetchall() == before
    assert [each.restored_hash for each in store.search(Search(terms(CANARY)), limit=9)] == [b"r"]


def test_the_index_of_a_newer_sqlite_is_read_by_an_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SqliteStore(tmp_path / "v.db")
    fill(store, 20, planted=3)
    store.close()
    connection = sqlite3.connect(tmp_path / "v.db", isolation_level=None)
    connection.execute("UPDATE word_config SET v = 5 WHERE k = 'version'")
    connection.execute("UPDATE word_data SET block = x'00' WHERE id > 10")  # pages this one could not read
    connection.close()
    monkeypatch.setattr(indexing, "_SECURE_DELETE", (99, 0, 0))
    store = SqliteStore(tmp_path / "v.db")
    assert len(store.search(Search(terms(CANARY)), limit=9)) == 1
    with store.transaction() as tx:
        rewrite(tx)
    assert pieces_left(tmp_path) == {}
    store.close()


def test_vacuum_changes_nothing_that_is_found(store: SqliteStore) -> None:
    fill(store, 40, planted=31)
    with store.transaction() as tx:
        tx.forget("c2")
    found = [row.turn_id for row in store.search(Search(terms(CANARY)), limit=9)]
    with store._connections.lend() as connection:
        connection.execute("VACUUM")
    assert [row.turn_id for row in store.search(Search(terms(CANARY)), limit=9)] == found != []
