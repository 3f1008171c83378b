"""The benchmark of the console asks every page it names, of a store that is as if the store had written it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks import console
from redactor.storage import ConversationRow, TenantRow
from redactor.storage.sqlite import SqliteStore


@pytest.mark.parametrize("only", ["word", pytest.param("", marks=pytest.mark.soak)])
def test_every_page_is_measured(tmp_path: Path, only: str) -> None:
    result = console.measure(tmp_path, 300, rounds=2, only=only)
    assert set(result) == {case.name for case in console.cases("c") if only in case.name}
    assert all(0 < each["p50"] <= each["p95"] for each in result.values())
    assert len(list(console.markdown(result))) == 2 + len(result)


def test_rows_put_in_bulk_are_those_that_the_store_writes(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "bulk.db")) as bulk, closing(SqliteStore(tmp_path / "own.db")) as own:
        for store in (bulk, own):
            with store.transaction() as tx:
                for tenant in console.TENANTS:
                    tx.put_tenant(TenantRow(tenant, b"key", "k"))
        console.fill(tmp_path / "bulk.db", 100)
        listed = bulk.listed(limit=1000)
        turns = sorted((row for each in listed for row in bulk.turns(each.public_id)), key=lambda row: row.number)
        assert len(turns) == 100
        with own.transaction() as tx:
            for each in listed:
                name = each.public_id
                tx.put_conversation(ConversationRow(each.tenant, name.encode(), name, b"key", "k", each.last, 1e9))
            for row in turns:
                tx.put_turn(row)
    assert tables(tmp_path / "bulk.db") == tables(tmp_path / "own.db")


def tables(path: Path) -> list[list[Any]]:
    """What turns are found by; the risk is drawn."""
    with closing(sqlite3.connect(path)) as connection:
        return [
            connection.execute(sql).fetchall()
            for sql in (
                "SELECT * FROM searched ORDER BY turn",
                "SELECT * FROM entity ORDER BY turn, place",
                "SELECT turn, lot, reviews, tenant, role, channel FROM waiting ORDER BY turn",
                "SELECT rowid FROM word WHERE word MATCH 'please' ORDER BY rowid",
            )
        ]
