"""Tables beside a store: made, brought forward, undone; the same on SQLite and PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from redactor.exceptions import StorageError
from redactor.storage.beside import Beside, Migrations, SqliteBeside

FIRST: Migrations = (
    ("CREATE TABLE note (number {number}, text TEXT NOT NULL, at {real}, raw {octets}, count {integer}){end}",),
)
SECOND: Migrations = (*FIRST, ("ALTER TABLE note ADD COLUMN more TEXT",))

Open = Callable[[Migrations], Beside]


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path, name: str) -> Iterator[Open]:
    made: list[Beside] = []
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""

    def open_(migrations: Migrations) -> Beside:
        if request.param == "sqlite":
            made.append(SqliteBeside(tmp_path / "beside.db", migrations, timeout=5))
        else:
            from redactor.storage.beside_postgres import PostgresBeside

            made.append(PostgresBeside(url, name, migrations, timeout=5))
        return made[-1]

    yield open_
    for each in made:
        each.close()


def test_what_is_written_is_there_and_what_failed_is_not(opened: Open) -> None:
    beside = opened(FIRST)
    with beside.transaction() as ask:
        ask("INSERT INTO note (text, at, raw, count) VALUES (?, ?, ?, ?)", "kept", 0.5, b"\x00", 7)
    with pytest.raises(RuntimeError), beside.transaction() as ask:
        ask("INSERT INTO note (text) VALUES (?)", "undone")
        raise RuntimeError
    with beside.transaction() as ask:
        ((text, at, raw, count),) = ask("SELECT text, at, raw, count FROM note")
    assert (text, at, bytes(raw), count) == ("kept", 0.5, b"\x00", 7)


def test_an_older_version_is_brought_forward_with_its_rows(opened: Open) -> None:
    with opened(FIRST).transaction() as ask:
        ask("INSERT INTO note (text) VALUES (?)", "kept")
    for _ in range(2):
        with opened(SECOND).transaction() as ask:
            assert ask("SELECT text, more FROM note") == [("kept", None)]


def test_a_newer_version_is_refused(opened: Open) -> None:
    opened(SECOND)
    with pytest.raises(StorageError, match="has version 2, and this version of chat-redactor knows up to 1"):
        opened(FIRST)


def test_several_open_it_at_once(opened: Open) -> None:
    threads = [Thread(target=opened, args=(FIRST,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with opened(FIRST).transaction() as ask:
        assert ask("SELECT text FROM note") == []
