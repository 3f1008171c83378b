"""What only the PostgreSQL store can get wrong: sessions, locks, schema, errors that quote."""

import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redactor.exceptions import ConfigError, RedactorError, StorageError
from redactor.storage import (
    AuditRow,
    ConversationRow,
    Search,
    StoreKeyRow,
    TenantRow,
    Transaction,
    TurnRow,
    ValueRow,
    terms,
)
from redactor.storage.words import words

pytest.importorskip("psycopg", reason="psycopg is not installed (pip install '.[postgres]')")

import psycopg
from psycopg.conninfo import make_conninfo

from redactor.storage.postgres import PostgresStore
from redactor.storage.postgres_connections import Address
from redactor.storage.postgres_migrations import MIGRATIONS, schema_version
from redactor.storage.postgres_queries import indexed_words

TENANT = TenantRow("default", b"wrapped", "kek-1")
CONVERSATION = ConversationRow("default", b"id", "c1", b"wrapped", "k1", 100.0, 1000.0)
VALUE = ValueRow("c1", "PERSON", 1, b"lookup", "scheme", "k1", b"sealed", 50.0)
TURN = TurnRow("c1", 1, "t1", "customer", "", 1.0, "some text", b"i", b"r", b"t", 0, "p", "m", "[]", "[]")


@pytest.fixture
def database(postgres_url: str, schema: str) -> Iterator[PostgresStore]:
    made = PostgresStore(make_conninfo(postgres_url, application_name=schema), name=schema, timeout=5)
    fill(made)
    yield made
    made.close()


def fill(database: PostgresStore) -> None:
    with database.transaction() as tx:
        tx.put_tenant(TENANT)
        tx.put_conversation(CONVERSATION)
        tx.put_conversation(replace(CONVERSATION, id_hash=b"id2", public_id="c2"))


@pytest.fixture
def admin(postgres_url: str, schema: str) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"SET search_path TO {schema}".encode())
        yield connection


def end_sessions(admin: "psycopg.Connection[Any]") -> int:
    """What a restart of the server does to those who were connected."""
    sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = current_schema()"
    return len(admin.execute(sql).fetchall())


def beside(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


# -- writers beside each other


def test_writers_of_different_conversations_do_not_wait_for_each_other(database: PostgresStore) -> None:
    with database.transaction() as tx:
        tx.touch("c1", 200.0)

        def other() -> None:
            with database.transaction() as tx:
                tx.touch("c2", 300.0)

        thread = beside(other)
        thread.join(3)
        assert not thread.is_alive()
        row = database.conversation("default", b"id2")
        assert row is not None
        assert row.last_turn == 300.0


@pytest.mark.parametrize(
    "look",
    [
        lambda tx: tx.turns("c1"),
        lambda tx: tx.values("c1"),
        lambda tx: tx.counters("c1"),
        lambda tx: tx.last_turn("c1"),
        lambda tx: tx.turn("c1", "t"),
        lambda tx: tx.turn_by_hash("c1", b"t"),
        lambda tx: tx.turn_by_text("c1", b"t"),
        lambda tx: tx.find_value("c1", "PERSON", b"l"),
        lambda tx: tx.conversation("default", b"id"),
        lambda tx: tx.conversation_by_public_id("c1"),
        lambda tx: tx.expire(0.0, "c1"),
        lambda tx: tx.tenant("default"),
        lambda tx: tx.store_key("audit"),
        lambda tx: tx.last_audit(),
        lambda tx: None,
    ],
)
def test_what_a_transaction_has_looked_at_nobody_else_writes(
    database: PostgresStore, look: Callable[[Transaction], object]
) -> None:
    """Also a transaction that has not looked at anything yet: it does not know what others may write."""
    done = threading.Event()

    def other() -> None:
        with database.transaction() as tx:
            tx.touch("c1", 200.0)
        done.set()

    with database.transaction() as tx:
        look(tx)
        thread = beside(other)
        assert not done.wait(0.05)
    thread.join(5)
    assert done.is_set()


def test_of_two_that_look_for_a_conversation_that_is_not_there_one_makes_it(database: PostgresStore) -> None:
    made: list[ConversationRow] = []
    barrier = threading.Barrier(4)

    def begin(number: int) -> None:
        barrier.wait()
        with database.transaction() as tx:
            row = tx.conversation("default", b"new") or tx.put_conversation(
                replace(CONVERSATION, id_hash=b"new", public_id=f"n{number}", wrapped_key=b"%d" % number)
            )
        made.append(row)

    threads = [beside(lambda n=number: begin(n)) for number in range(4)]  # type: ignore[misc]
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len({(row.public_id, row.wrapped_key) for row in made}) == 1


def test_records_of_writers_of_different_conversations_make_one_chain(database: PostgresStore) -> None:
    def append(conversation: str) -> None:
        for _ in range(10):
            with database.transaction() as tx:
                tx.touch(conversation, 200.0)
                last = tx.last_audit()
                tx.add_audit(AuditRow(last.seq + 1 if last else 1, b"record", b"mac"))

    threads = [beside(lambda c=each: append(c)) for each in ("c1", "c2")]  # type: ignore[misc]
    for thread in threads:
        thread.join()
    assert [row.seq for row in database.audit(0, 99)] == list(range(1, 21))


def test_two_that_need_each_others_conversation_are_told_apart(database: PostgresStore) -> None:
    barrier = threading.Barrier(2)
    said: list[str] = []

    def both(first: str, second: str) -> None:
        try:
            with database.transaction() as tx:
                tx.touch(first, 200.0)
                barrier.wait(5)
                tx.touch(second, 200.0)
        except StorageError as error:
            said.append(str(error))

    threads = [beside(lambda: both("c1", "c2")), beside(lambda: both("c2", "c1"))]
    for thread in threads:
        thread.join()
    assert said == ["two transactions waited for each other and this one was undone; send it again"]


def test_a_sweep_passes_over_what_is_written_to_just_now(database: PostgresStore) -> None:
    with database.transaction() as tx:
        swept: list[object] = []
        tx.touch("c1", 100.0)
        thread = beside(lambda: swept.append(sweep(database)))
        thread.join(3)
        assert swept == [(1, 0)]
    assert sweep(database) == (1, 0)


def sweep(database: PostgresStore) -> object:
    with database.transaction() as tx:
        return tx.expire(1e9)


def test_a_statement_that_failed_cannot_be_passed_over(database: PostgresStore) -> None:
    with pytest.raises(StorageError, match="was undone"), database.transaction() as tx:
        tx.put_turn(TURN)
        with pytest.raises(StorageError):
            tx.put_turn(replace(TURN, seq=2))
    assert not database.turns("c1")


def test_more_threads_than_connections_wait_for_one(postgres_url: str, name: str) -> None:
    database = PostgresStore(postgres_url, name=name, connections=2, timeout=20)
    with database.transaction() as tx:
        tx.put_tenant(TENANT)
        tx.put_conversation(CONVERSATION)
        assert database.tenant("default") is None  # a reader's place is not a writer's
    threads = [beside(lambda: (sweep(database), database.values("c1"))) for _ in range(8)]
    for thread in threads:
        thread.join()
    assert len(database._connections._idle) <= 2
    database.close()


# -- sessions


def test_a_server_that_restarted_is_found_again(database: PostgresStore, admin: "psycopg.Connection[Any]") -> None:
    database.tenant("default")
    assert end_sessions(admin)
    assert database.tenant("default") == TENANT
    assert end_sessions(admin)
    with database.transaction() as tx:
        tx.touch("c1", 200.0)
    row = database.conversation("default", b"id")
    assert row is not None
    assert row.last_turn == 200.0


def test_a_session_lost_inside_a_transaction_undoes_it_and_says_so(
    database: PostgresStore, admin: "psycopg.Connection[Any]"
) -> None:
    heard: list[bool] = []
    with pytest.raises(StorageError, match="connection to the database was lost"), database.transaction() as tx:
        tx.on_end(heard.append)
        tx.put_value(VALUE)
        end_sessions(admin)
        tx.values("c1")
    assert heard == [False]
    assert not database.values("c1")


def test_a_session_lost_with_the_commit_leaves_nobody_sure(
    database: PostgresStore, admin: "psycopg.Connection[Any]"
) -> None:
    with pytest.raises(StorageError, match="whether it was written is not known"), database.transaction() as tx:
        tx.put_value(VALUE)
        end_sessions(admin)
    assert not database.values("c1")


def test_a_writer_that_says_nothing_is_ended_by_the_server(
    database: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redactor.storage.postgres._LONGEST_PAUSE", 0.1)
    database._connections.distrust()
    with pytest.raises(StorageError), database.transaction() as tx:
        tx.touch("c1", 200.0)
        time.sleep(0.3)
        tx.touch("c1", 300.0)
    row = database.conversation("default", b"id")
    assert row is not None
    assert row.last_turn == 100.0


def test_commits_reach_the_disk_whatever_the_servers_default(postgres_url: str, name: str) -> None:
    database = PostgresStore(make_conninfo(postgres_url, options="-csynchronous_commit=off"), name=name)
    assert database._all("SHOW synchronous_commit") == [("on",)]
    database.close()


def test_a_closed_store_says_so(database: PostgresStore) -> None:
    database.close()
    database.close()
    with pytest.raises(StorageError, match="closed"):
        database.tenant("default")
    with pytest.raises(StorageError, match="closed"), database.transaction() as tx:
        tx.tenant("default")


# -- addresses and errors

CANARY = "canary-4417"
BAD_URLS = [
    f"postgresql://user:{CANARY}@127.0.0.1:1/nowhere",
    f"postgresql://user:{CANARY}@@127.0.0.1:54:32/nowhere?x",
    f"postgresql://user:{CANARY}@127.0.0.1/nowhere?{CANARY}=1",
    f"postgresql://user:{CANARY}@127.0.0.1:{CANARY}/nowhere",
    f"postgresql://user:{CANARY}@/nowhere?host=/no/such/folder",
    f"postgresql://user:p@{CANARY}@127.0.0.1/nowhere",
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_password_is_in_no_error(url: str) -> None:
    with pytest.raises(RedactorError) as caught:
        PostgresStore(url)
    assert CANARY not in str(caught.value)
    assert caught.value.__context__ is None
    assert CANARY not in "".join(traceback.format_exception_only(caught.value))


def test_an_address_shows_where_it_leads_and_not_how_one_gets_in() -> None:
    url = f"postgresql://somebody:{CANARY}@db.example:6000/talks?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    address = Address.of(url)
    assert repr(address) == "db.example:6000/talks"
    assert address.parameters["sslmode"] == "verify-full"
    assert address.parameters["sslrootcert"] == "/etc/ca.pem"
    assert address.parameters["target_session_attrs"] == "read-write"


def test_what_the_database_quotes_is_in_no_error_and_no_log(
    database: PostgresStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    bad: list[Callable[[Transaction], object]] = [
        lambda tx: [tx.put_value(replace(VALUE, lookup_hash=CANARY.encode(), index=n)) for n in (1, 2)],
        lambda tx: tx.put_turn(replace(TURN, channel=CANARY + "\0")),
        lambda tx: tx.put_turn(replace(TURN, channel=CANARY + "\ud800")),
        lambda tx: tx.put_conversation(replace(CONVERSATION, tenant=CANARY)),
    ]
    for write in bad:
        with pytest.raises(StorageError) as caught, database.transaction() as tx:
            write(tx)
        assert CANARY not in str(caught.value)
        assert CANARY.encode().hex() not in str(caught.value)
        assert caught.value.__context__ is None
    assert CANARY not in caplog.text
    assert not database.values("c1")
    assert not database.turns("c1")


def test_a_locked_row_of_another_process_is_reported_clearly(
    database: PostgresStore, admin: "psycopg.Connection[Any]"
) -> None:
    database._timeout = 0.1
    with admin.transaction():
        admin.execute("SELECT 1 FROM conversation WHERE public_id = 'c1' FOR UPDATE")
        message = r"another process kept the database locked for over 0\.1 s"
        with pytest.raises(StorageError, match=message), database.transaction() as tx:
            tx.touch("c1", 1.0)


# -- schema


def test_the_schema_is_at_its_latest_version(
    database: PostgresStore, admin: "psycopg.Connection[Any]", schema: str
) -> None:
    assert schema_version(admin, schema) == len(MIGRATIONS)


def test_eight_that_open_a_new_schema_at_once_all_succeed(postgres_url: str, name: str) -> None:
    errors: list[BaseException] = []
    barrier = threading.Barrier(8)

    def open_it() -> None:
        barrier.wait()
        try:
            PostgresStore(postgres_url, name=name).close()
        except RedactorError as error:
            errors.append(error)

    threads = [beside(open_it) for _ in range(8)]
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_new_version_is_reached_with_the_data_kept_and_an_old_program_asks_for_an_upgrade(
    postgres_url: str, name: str
) -> None:
    old = PostgresStore(postgres_url, name=name)
    fill(old)
    old.close()
    following = ("ALTER TABLE tenant ADD COLUMN note TEXT NOT NULL DEFAULT 'none'",)
    newer = PostgresStore(postgres_url, name=name, migrations=(*MIGRATIONS, following))
    assert newer.tenant("default") == TENANT
    newer.close()
    known = len(MIGRATIONS)
    with pytest.raises(StorageError, match=f"schema version {known + 1}.*up to {known}; upgrade chat-redactor"):
        PostgresStore(postgres_url, name=name)


def test_a_migration_that_fails_leaves_the_old_schema(
    postgres_url: str, name: str, admin: "psycopg.Connection[Any]"
) -> None:
    PostgresStore(postgres_url, name=name).close()
    broken = ("CREATE TABLE later (x INTEGER)", "CREATE TABLE tenant (x INTEGER)")
    with pytest.raises(StorageError, match="DuplicateTable"):
        PostgresStore(postgres_url, name=name, migrations=(*MIGRATIONS, broken))
    assert schema_version(admin, name) == len(MIGRATIONS)
    assert not admin.execute("SELECT 1 FROM pg_tables WHERE schemaname = %s AND tablename = 'later'", [name]).fetchall()


def test_somebody_elses_schema_is_refused(postgres_url: str, name: str, admin: "psycopg.Connection[Any]") -> None:
    admin.execute(f"CREATE SCHEMA {name}; CREATE TABLE {name}.theirs (x INTEGER)".encode())
    with pytest.raises(StorageError, match="other tables"):
        PostgresStore(postgres_url, name=name)


@pytest.mark.parametrize("bad", ["", "A", "a-b", "a b", 'a"; DROP', "1a", "a" * 41])
def test_a_name_that_is_none_is_refused(postgres_url: str, bad: str) -> None:
    with pytest.raises(ConfigError, match="name"):
        PostgresStore(postgres_url, name=bad)


def test_no_statement_changes_a_record(database: PostgresStore, admin: "psycopg.Connection[Any]") -> None:
    with database.transaction() as tx:
        tx.put_store_key(StoreKeyRow("audit", b"w", "k", 1.0))
        tx.add_audit(AuditRow(1, b"record", b"mac"))
    for sql in ("UPDATE audit SET record = ''", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(psycopg.errors.RaiseException):
            admin.execute(sql.encode())


# -- any content, any words


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=()), max_size=40), data=st.binary(max_size=40))
def test_any_text_and_bytes_come_back(database: PostgresStore, text: str, data: bytes) -> None:
    with database.transaction() as tx:
        seq, index = tx.next_seq("c1"), tx.next_index("c1", "PERSON")
        said = tx.put_turn(replace(TURN, seq=seq, turn_id=f"t{seq}", text=text, input_hash=data, text_hash=data))
        kept = tx.put_value(replace(VALUE, index=index, sealed=data, lookup_hash=None))
        for word in words(text):
            assert said in tx.search(Search(terms(word)), limit=1)
    assert database.turn("c1", f"t{seq}") == database.last_turn("c1") == said
    assert said.text == text
    assert database.values("c1")[-1] == kept


LONG = [
    " ".join(f"w{n}" for n in range(20_000)),
    "again " * 300 + "and then the end",
    " ".join(f"{'x' * 60}{n}" for n in range(9_000)),
]


@pytest.mark.parametrize("text", LONG, ids=["many words", "one word often", "many bytes"])
def test_a_text_too_long_for_the_index_is_found_by_its_last_words_too(database: PostgresStore, text: str) -> None:
    assert indexed_words(text) is None
    with database.transaction() as tx:
        tx.put_turn(replace(TURN, text=text))
    *_, before, last = words(text)
    assert [row.seq for row in database.search(Search(terms(f'"{before} {last}"')), limit=9)] == [1]
    assert [row.seq for row in database.search(Search(terms(f"{last[:-1]}*")), limit=9)] == [1]
    assert not database.search(Search(terms(f'"{last} {before}"')), limit=9)


def test_what_may_fit_but_does_not_is_passed_over_page_by_page(database: PostgresStore) -> None:
    long = "pad " * 300
    with database.transaction() as tx:
        for seq in range(1, 132):
            tx.put_turn(replace(TURN, seq=seq, turn_id=f"t{seq}", text=long + ("needle" if seq < 5 else "")))
    assert [row.seq for row in database.search(Search(terms("needle")), limit=3)] == [4, 3, 2]
