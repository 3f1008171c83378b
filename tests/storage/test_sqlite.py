"""What only the SQLite store can get wrong: files, locks, schema, forks."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redactor.exceptions import StorageError
from redactor.storage import (
    ConversationRow,
    Queue,
    Search,
    Store,
    SubjectRow,
    TallyRow,
    TenantRow,
    Transaction,
    TurnRow,
    ValueRow,
    queries,
    terms,
)
from redactor.storage import sqlite as module
from redactor.storage.migrations import MIGRATIONS, Migration, migrate, schema_version
from redactor.storage.queries import Queries
from redactor.storage.sqlite import SqliteStore

TENANT = TenantRow("default", b"wrapped", "kek-1")
CONVERSATION = ConversationRow("default", b"id", "c1", b"WRAPPED-KEY-BYTES", "k1", 100.0, 1000.0)
VALUE = ValueRow("c1", "PERSON", 1, b"lookup", "scheme", "k1", b"SEALED-VALUE-BYTES", 50.0)
TURN = TurnRow("c1", 1, "t1", "customer", "", 1.0, "TURN-TEXT-BYTES", b"i", b"r", b"t", 0, "p", "m", "[]", "[]")

TALLY = TallyRow("default", 10, "customer", "p", "m", "entity", "PERSON", "fake", 19, 1)


def fill(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.put_tenant(TENANT)
        tx.put_conversation(CONVERSATION)
        tx.put_value(VALUE)
        tx.put_turn(TURN)
        tx.put_subject(SubjectRow("default", b"subject", "c1"))


# -- files


def test_files_are_for_their_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        store = SqliteStore(tmp_path / "new" / "v.db")
        fill(store)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
        store.close()
    finally:
        os.umask(old)
    assert modes == {"v.db": 0o600, "v.db-wal": 0o600, "v.db-shm": 0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    for _ in range(3):
        store = SqliteStore(tmp_path / "v.db")
        if store.tenant("default") is None:
            fill(store)
        assert list(store.values("c1")) == [replace(VALUE, version=1)]
        assert list(store.turns("c1")) == [replace(TURN, version=1)]
        store.close()


def test_commits_are_written_through_to_the_disk(sqlite: SqliteStore) -> None:
    with sqlite._connections.lend() as connection:
        pragmas = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


@pytest.mark.parametrize("end", [lambda tx: tx.forget("c1"), lambda tx: tx.expire(1e9)])
def test_nothing_forgotten_stays_in_any_file(
    sqlite: SqliteStore, tmp_path: Path, end: Callable[[Transaction], object]
) -> None:
    fill(sqlite)
    canaries = [b"WRAPPED-KEY-BYTES", b"SEALED-VALUE-BYTES", b"TURN-TEXT-BYTES"]
    assert all(any(canary in path.read_bytes() for path in tmp_path.iterdir()) for canary in canaries)
    with sqlite.transaction() as tx:
        end(tx)
    for path in tmp_path.iterdir():
        assert not [canary for canary in canaries if canary in path.read_bytes()], path.name


def test_a_value_past_its_time_stays_in_no_file(sqlite: SqliteStore, tmp_path: Path) -> None:
    fill(sqlite)
    with sqlite.transaction() as tx:
        assert tx.expire(150.0) == (0, 1)
    for path in tmp_path.iterdir():
        assert b"SEALED-VALUE-BYTES" not in path.read_bytes(), path.name


def test_a_log_that_a_reader_holds_is_emptied_by_a_later_write(sqlite: SqliteStore, tmp_path: Path) -> None:
    sqlite._timeout = 0.05
    fill(sqlite)
    reader = sqlite3.connect(tmp_path / "v.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM value").fetchall()
    with sqlite._connections.lend() as connection:
        connection.execute("PRAGMA busy_timeout = 50")
    with sqlite.transaction() as tx:
        tx.forget("c1")
    assert b"SEALED-VALUE-BYTES" in (tmp_path / "v.db-wal").read_bytes()
    reader.close()
    with sqlite.transaction() as tx:
        tx.put_tenant(TENANT)
    assert not (tmp_path / "v.db-wal").read_bytes()
    assert b"SEALED-VALUE-BYTES" not in (tmp_path / "v.db").read_bytes()


def test_memory_is_asked_for_by_its_own_store() -> None:
    with pytest.raises(StorageError, match="MemoryStore"):
        SqliteStore(":memory:")


def test_a_place_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "v.db"):
        with pytest.raises(StorageError, match="cannot be"):
            SqliteStore(path)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database" * 100)
    with pytest.raises(StorageError, match="NOTADB"):
        SqliteStore(path)
    assert path.read_text() == "not a database" * 100


def test_a_closed_store_says_so(sqlite: SqliteStore) -> None:
    sqlite.close()
    sqlite.close()
    with pytest.raises(StorageError, match="closed"):
        sqlite.tenant("default")
    with pytest.raises(StorageError, match="closed"), sqlite.transaction():
        pass


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_NEEDED", (99, 0, 0))
    with pytest.raises(StorageError, match="too old"):
        SqliteStore(tmp_path / "v.db")


# -- errors


def test_a_database_locked_by_another_process_is_reported_clearly(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "v.db", timeout=0.1)
    other = sqlite3.connect(tmp_path / "v.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    message = r"another process kept the database locked for over 0\.1 s"
    with pytest.raises(StorageError, match=message), store.transaction():
        pass
    assert store.tenant("default") is None
    other.execute("ROLLBACK")
    other.close()
    fill(store)
    store.close()


def test_text_that_cannot_be_stored_is_not_in_the_error(sqlite: SqliteStore) -> None:
    fill(sqlite)
    with pytest.raises(StorageError, match="lone surrogate") as caught, sqlite.transaction() as tx:
        tx.put_turn(replace(TURN, channel="canary-4417\ud800"))
    shown = "".join(traceback.format_exception(caught.value))
    assert "canary" not in shown.replace('channel="canary-4417\\ud800"', "")
    assert caught.value.__context__ is None
    assert list(sqlite.turns("c1")) == [replace(TURN, version=1)]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=()), max_size=40), data=st.binary(max_size=40))
def test_any_text_and_bytes_come_back(sqlite: SqliteStore, text: str, data: bytes) -> None:
    if sqlite.tenant("default") is None:
        fill(sqlite)
    with sqlite.transaction() as tx:
        seq, index = tx.next_seq("c1"), tx.next_index("c1", "PERSON")
        said = tx.put_turn(replace(TURN, seq=seq, turn_id=f"t{seq}", text=text, input_hash=data, text_hash=data))
        kept = tx.put_value(replace(VALUE, index=index, sealed=data, lookup_hash=None))
    assert sqlite.turn("c1", f"t{seq}") == sqlite.last_turn("c1") == said
    assert said.text == text
    assert sqlite.values("c1")[-1] == kept


# -- lookups


QUESTIONS: list[tuple[Callable[[Queries], object], str]] = [
    (lambda reader: reader.tenant("default"), "tenant=?"),
    (lambda reader: reader.conversation("default", b"id"), "tenant=? AND id_hash=?"),
    (lambda reader: reader.conversations_with("default", b"s"), "tenant=? AND subject_hash=?"),
    (lambda reader: reader.counters("c1"), "conversation=?"),
    (lambda reader: reader.values("c1", newer_than=1), "conversation=? AND version>?"),
    (lambda reader: reader.find_value("c1", "PERSON", b"l"), "conversation=? AND type=? AND lookup_hash=?"),
    (lambda reader: reader.turns("c1", newer_than=1), "conversation=? AND version>?"),
    (lambda reader: reader.turn("c1", "t1"), "conversation=? AND turn_id=?"),
    (lambda reader: reader.turn_by_hash("c1", b"i"), "conversation=? AND input_hash=?"),
    (lambda reader: reader.turn_by_hash("c1", b"i"), "conversation=? AND restored_hash=?"),
    (lambda reader: reader.turn_by_text("c1", b"t"), "conversation=? AND text_hash=?"),
    (lambda reader: reader.last_turn("c1"), "conversation=?"),
    (lambda reader: reader.conversation_by_public_id("c1"), "public_id=?"),
    (lambda reader: reader.listed(limit=9, before=(1.0, "c1")), "(last_turn,public_id)<(?,?)"),
    (lambda reader: reader.tallies(1, 2), "day>? AND day<?"),
    (lambda reader: reader.tallies(1, 2, "default"), "day>? AND day<?"),
]


@pytest.mark.parametrize(("ask", "index"), QUESTIONS)
def test_every_question_is_answered_from_an_index(
    sqlite: SqliteStore, ask: Callable[[Queries], object], index: str
) -> None:
    fill(sqlite)
    plans = planned(sqlite, ask)
    assert any(f"({index})" in plan for plan in plans), plans
    assert not [plan for plan in plans if plan.startswith("SCAN") and "(subquery" not in plan], plans


SEARCHES: list[tuple[Search, tuple[str, ...]]] = [
    (Search(type="PERSON", lowest=0.5), ("INDEX entity_searched (type=? AND turn<?)",)),
    (
        Search(since=1.0, until=2.0),
        ("COVERING INDEX searched_time (time>? AND time<?)", "searched USING INTEGER PRIMARY KEY (rowid"),
    ),
    (Search(conversation="c1", role="agent"), ("(conversation=?)", "searched USING INTEGER PRIMARY KEY (rowid=?)")),
    (Search(terms("word")), ("word VIRTUAL TABLE",)),
    (Search(role="agent", channel="web"), ("searched USING INTEGER PRIMARY KEY (rowid<?)",)),
    (Search(recognizer="r"), ("entity USING PRIMARY KEY (turn<?)",)),
    (Search(tenant="acme"), ("searched USING INTEGER PRIMARY KEY (rowid<?)",)),
    (Search(verdict="missed"), ("COVERING INDEX review_said (said=? AND undone=? AND turn<?)",)),
    (Search(reviewer="ann"), ("COVERING INDEX review_actor (actor=? AND undone=? AND turn<?)",)),
    (
        Search(terms("word"), type="PERSON", tenants=("acme", "b"), since=1.0, verdict="correct", reviewer="ann"),
        ("MERGE (INTERSECT)", "word VIRTUAL TABLE", "INDEX entity_searched (type=? AND turn", "INDEX review_"),
    ),
    (Search(terms("word"), role="agent"), ("word VIRTUAL TABLE", "searched USING INTEGER PRIMARY KEY (rowid=?)")),
]


@pytest.mark.parametrize(("search", "indexes"), SEARCHES)
def test_a_search_goes_along_indexes_and_reads_the_texts_of_what_it_gives_only(
    sqlite: SqliteStore, search: Search, indexes: tuple[str, ...]
) -> None:
    fill(sqlite)
    plans = planned(sqlite, lambda reader: reader.search(search, limit=9, before=99))
    for index in indexes:
        assert any(index in plan for plan in plans), plans
    assert any(plan.startswith("SEARCH turn USING INTEGER PRIMARY KEY (rowid") for plan in plans), plans
    assert not [p for p in plans if p.startswith("SCAN") and "VIRTUAL" not in p and "subquery" not in p], plans
    if search.conversation is None:  # one conversation's turns are sorted: they are few
        assert not [plan for plan in plans if "TEMP B-TREE" in plan], plans


def test_long_lists_are_read_side_by_side(sqlite: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_SHORT", 0)
    monkeypatch.setattr(queries, "_LONG", 1)
    fill(sqlite)
    wanted = Search(terms("word"), type="PERSON", role="agent", since=1.0)
    plans = planned(sqlite, lambda reader: reader.search(wanted, limit=9))
    assert plans.count("MERGE (INTERSECT)") == 2
    assert not [plan for plan in plans if "TEMP B-TREE" in plan], plans


QUEUES: list[tuple[Queue, str]] = [
    (Queue(), "COVERING INDEX waiting_risk"),
    (Queue(tenant="acme", role="agent", after=(0.5, 7)), "COVERING INDEX waiting_risk (risk<?)"),
    (Queue(by="lot", tenants=("acme",)), "COVERING INDEX waiting_lot"),
    (Queue(reviewed=1), "INDEX waiting_reviewed (reviews=?)"),
    (Queue(not_by="ann"), "COVERING INDEX review_actor (actor=? AND undone=? AND turn>?)"),
]


@pytest.mark.parametrize(("queue", "index"), QUEUES)
def test_a_queue_goes_along_an_index_and_reads_the_turns_it_gives_only(
    sqlite: SqliteStore, queue: Queue, index: str
) -> None:
    fill(sqlite)
    plans = planned(sqlite, lambda reader: reader.waiting(queue, 9))
    assert any(index in plan for plan in plans), plans
    assert any("turn USING INTEGER PRIMARY KEY (rowid=?)" in plan for plan in plans), plans


def test_a_list_of_one_tenant_comes_from_an_index_and_so_does_its_channel(sqlite: SqliteStore) -> None:
    fill(sqlite)
    plans = planned(sqlite, lambda reader: reader.listed("default", limit=9, channel="web"))
    assert any("conversation USING INDEX conversation_listed (tenant=?)" in plan for plan in plans), plans
    assert any("turn USING COVERING INDEX turn_version (conversation=?)" in plan for plan in plans), plans
    assert not [plan for plan in plans if "ORDER BY" in plan and "TEMP B-TREE" in plan and "DISTINCT" not in plan]


def planned(store: SqliteStore, job: Callable[[Any], object]) -> list[str]:
    """How SQLite answers each statement of a job."""
    statements: list[str] = []
    with store.transaction() as tx, store._connections.lend() as other:
        tx._connection.set_trace_callback(statements.append)
        job(tx)
        tx._connection.set_trace_callback(None)
        assert statements
        ours = [sql for sql in statements if not sql.startswith("--")]  # FTS5's own are traced as comments
        return [row[3] for sql in ours for row in other.execute(f"EXPLAIN QUERY PLAN {sql}")]


WRITES: list[Callable[[Transaction], object]] = [
    lambda tx: tx.expire(0.0),
    lambda tx: tx.expire(120.0, "c1"),
    lambda tx: tx.expire(150.0),
    lambda tx: tx.expire(1e9),
    lambda tx: tx.touch("c1", 5.0),
    lambda tx: tx.put_value(VALUE),
    lambda tx: tx.put_turn(TURN),
    lambda tx: tx.put_conversation(CONVERSATION),
    lambda tx: tx.forget("c1"),
    lambda tx: tx.add_tallies([TALLY, TALLY]),
    lambda tx: tx.drop_tallies(10),
]


@pytest.mark.parametrize("write", WRITES)
def test_no_write_reads_a_whole_table(sqlite: SqliteStore, write: Callable[[Transaction], object]) -> None:
    fill(sqlite)
    plans = planned(sqlite, write)
    assert not [plan for plan in plans if plan.startswith("SCAN")], plans


def test_sweeping_finds_what_has_ended_by_its_index(sqlite: SqliteStore) -> None:
    fill(sqlite)
    assert any("conversation_end" in plan for plan in planned(sqlite, lambda tx: tx.expire(0.0)))


# -- schema


def test_the_schema_is_at_its_latest_version(sqlite: SqliteStore) -> None:
    with sqlite._connections.lend() as connection:
        assert schema_version(connection) == len(MIGRATIONS)


OLD_VERSIONS = [1, 2]
"""Schemas in which a turn had no number."""


def make_old_file(path: Path, version: int, *texts: str) -> None:
    """A database as an older version of this package left it, with one conversation of these turns."""
    SqliteStore(path, migrations=MIGRATIONS[:version]).close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("INSERT INTO tenant VALUES (?, ?, ?)", (TENANT.tenant, TENANT.wrapped_key, TENANT.key_id))
    c = CONVERSATION
    keys = (c.tenant, c.id_hash, c.public_id, c.wrapped_key, c.key_id)
    connection.execute(
        "INSERT INTO conversation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*keys, c.last_turn, c.expires, 50.0, len(texts) + 1, 1),
    )
    v = VALUE
    row = (v.conversation, v.type, v.index, v.lookup_hash, v.scheme, v.key_id, v.sealed, v.expires, 1)
    connection.execute("INSERT INTO value VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    for seq, text in enumerate(texts, 1):
        said = ("c1", seq, f"t{seq}", "customer", "", float(seq), text.encode("utf-8", "surrogatepass"))
        rest = (b"i", b"r", b"t", 0, "p", "m", FOUND, "[]", 1)
        connection.execute("INSERT INTO turn VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*said, *rest))
    connection.close()


FOUND = (
    '[{"type":"PERSON","index":1,"form":0,"start":0,"end":10,"score":0.75,"recognizer":"r","operator":"placeholder"}]'
)


@pytest.mark.parametrize("version", OLD_VERSIONS)
def test_what_an_older_version_recorded_is_kept_and_can_be_searched(tmp_path: Path, version: int) -> None:
    texts = ["[PERSON_1] was here", "and \ud800 again", "a third time"]
    make_old_file(tmp_path / "v.db", version, *texts)
    store = SqliteStore(tmp_path / "v.db")
    rows = store.turns("c1")
    assert [(row.text, row.number, row.timings) for row in rows] == [(text, n, "{}") for n, text in enumerate(texts, 1)]
    assert [row.input_hash for row in rows] == [b"i"] * 3
    assert list(store.values("c1")) == [replace(VALUE, version=1)]
    assert [row.seq for row in store.search(Search(terms("person_1")), limit=9)] == [1]
    assert [row.seq for row in store.search(Search(terms("again")), limit=9)] == [2]
    assert [row.seq for row in store.search(Search(type="PERSON", lowest=0.75, recognizer="r"), limit=9)] == [3, 2, 1]
    with store.transaction() as tx:
        tx.put_turn(replace(TURN, seq=tx.next_seq("c1"), turn_id="t4"))
    assert [row.number for row in store.search(Search(), limit=9)] == [4, 3, 2, 1]
    store.close()


def test_a_new_version_of_the_schema_is_reached_with_the_data_kept(tmp_path: Path) -> None:
    make_old_file(tmp_path / "v.db", 1)
    following: Migration = ("ALTER TABLE tenant ADD COLUMN note TEXT NOT NULL DEFAULT 'none'",)
    new = SqliteStore(tmp_path / "v.db", migrations=(*MIGRATIONS, following))
    with new._connections.lend() as connection:
        assert schema_version(connection) == len(MIGRATIONS) + 1
        assert connection.execute("SELECT note FROM tenant").fetchall() == [("none",)]
    assert list(new.values("c1")) == [replace(VALUE, version=1)]
    new.close()


def test_a_database_from_before_the_statistics_keeps_what_it_holds_and_counts_from_now_on(tmp_path: Path) -> None:
    make_old_file(tmp_path / "v.db", 1)
    store = SqliteStore(tmp_path / "v.db")
    assert list(store.values("c1")) == [replace(VALUE, version=1)]
    assert list(store.tallies(0, 99)) == []
    with store.transaction() as tx:
        tx.add_tallies([TALLY])
    assert list(store.tallies(0, 99)) == [TALLY]
    store.close()


def test_a_schema_from_the_future_asks_for_an_upgrade(tmp_path: Path) -> None:
    future: Migration = ("CREATE TABLE later (x INTEGER) STRICT",)
    SqliteStore(tmp_path / "v.db", migrations=(*MIGRATIONS, future)).close()
    before = (tmp_path / "v.db").read_bytes()
    known = len(MIGRATIONS)
    message = f"schema version {known + 1}.*up to {known}; upgrade chat-redactor"
    with pytest.raises(StorageError, match=message):
        SqliteStore(tmp_path / "v.db")
    assert (tmp_path / "v.db").read_bytes() == before


def test_a_migration_that_fails_leaves_the_old_schema(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "v.db").close()
    broken: Migration = ("CREATE TABLE later (x INTEGER) STRICT", "CREATE TABLE tenant (x INTEGER) STRICT")
    with pytest.raises(StorageError, match="tenant"):
        SqliteStore(tmp_path / "v.db", migrations=(*MIGRATIONS, broken))
    connection = sqlite3.connect(tmp_path / "v.db")
    assert schema_version(connection) == len(MIGRATIONS)
    assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'later'").fetchall()
    connection.close()


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "v.db", isolation_level=None)
    connection.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StorageError, match="other tables"):
        migrate(connection)
    connection.close()
    with pytest.raises(StorageError, match="a file of its own"):
        SqliteStore(tmp_path / "v.db")


def test_eight_that_open_a_new_file_at_once_all_succeed(tmp_path: Path) -> None:
    errors: list[BaseException] = []
    barrier = threading.Barrier(8)

    def open_it() -> None:
        barrier.wait()
        try:
            SqliteStore(tmp_path / "v.db").close()
        except StorageError as error:
            errors.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


# -- processes


def in_child(store: Store, job: Callable[[], bool]) -> int:
    """Run a job in a forked child; 0 where it gave True."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 warns of threads, which is what is tested
        child = os.fork()
    if child == 0:
        try:
            os._exit(0 if job() else 1)
        finally:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_forked_child_makes_its_own_connections(sqlite: SqliteStore) -> None:
    fill(sqlite)

    def job() -> bool:
        with sqlite.transaction() as tx:
            tx.next_index("c1", "PERSON")
        thread = threading.Thread(target=lambda: found.extend(sqlite.values("c1")), daemon=True)
        thread.start()
        thread.join(5)
        return found == [replace(VALUE, version=1)]

    found: list[ValueRow] = []

    assert [in_child(sqlite, job) for _ in range(8)] == [0] * 8
    assert dict(sqlite.counters("c1")) == {"PERSON": 8}


def test_no_connection_is_open_while_the_process_forks(sqlite: SqliteStore) -> None:
    fill(sqlite)
    assert sqlite._connections._idle
    assert in_child(sqlite, lambda: not sqlite._connections._idle) == 0
    assert list(sqlite.values("c1")) == [replace(VALUE, version=1)]


def test_a_fork_gets_its_turn_among_busy_readers(sqlite: SqliteStore) -> None:
    fill(sqlite)
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            sqlite.values("c1")

    readers = [threading.Thread(target=read) for _ in range(4)]
    for thread in readers:
        thread.start()
    began = time.monotonic()
    results = [in_child(sqlite, lambda: len(sqlite.values("c1")) == 1) for _ in range(5)]
    seconds = time.monotonic() - began
    stop.set()
    for thread in readers:
        thread.join()
    assert results == [0] * 5
    assert seconds < 4


def test_a_fork_waits_for_the_transaction_of_another_thread(store: Store) -> None:
    with store.transaction() as tx:
        tx.put_tenant(TENANT)
        tx.put_conversation(CONVERSATION)
    started = threading.Event()

    def write() -> None:
        with store.transaction() as tx:
            started.set()
            for index in range(1, 200):
                tx.put_value(replace(VALUE, index=index, lookup_hash=None))

    thread = threading.Thread(target=write)
    thread.start()
    started.wait(10)

    def job() -> bool:
        with store.transaction() as tx:
            tx.next_index("c1", "PERSON")
        return len(store.values("c1")) == 199

    assert in_child(store, job) == 0
    thread.join()


def test_a_store_can_be_forked_inside_its_own_transaction(store: Store) -> None:
    with store.transaction() as tx:
        tx.put_tenant(TENANT)
        assert in_child(store, lambda: True) == 0
    assert store.tenant("default") == TENANT


CHILD = """
    import sys
    from redactor.storage.sqlite import SqliteStore
    store = SqliteStore(sys.argv[1])
    for _ in range(60):
        with store.transaction() as tx:
            print(tx.next_index("c1", "PERSON"))
    store.close()
"""


def test_two_processes_never_get_the_same_number(sqlite: SqliteStore, tmp_path: Path) -> None:
    fill(sqlite)
    command = [sys.executable, "-c", textwrap.dedent(CHILD), str(tmp_path / "v.db")]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    got = [int(line) for child in children for line in child.communicate(timeout=60)[0].split()]
    assert sorted(got) == list(range(1, 121))


KILLED = """
    import os, sys
    from redactor.storage.sqlite import SqliteStore
    store = SqliteStore(sys.argv[1])
    with store.transaction() as tx:
        tx.next_index("c1", "PERSON")
        print("open", flush=True)
        sys.stdin.readline()
"""


def test_a_process_killed_inside_a_transaction_holds_nobody_up(sqlite: SqliteStore, tmp_path: Path) -> None:
    fill(sqlite)
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path / "v.db")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    child.send_signal(signal.SIGKILL)
    child.communicate()
    with sqlite.transaction() as tx:
        assert tx.next_index("c1", "PERSON") == 1
