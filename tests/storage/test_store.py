"""What every store must do. A new store joins by being added to the `store` fixture."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.exceptions import StorageError
from redactor.storage import ConversationRow, Store, SubjectRow, TallyRow, TenantRow, Transaction, TurnRow, ValueRow
from redactor.storage.memory import MemoryStore

TENANT = TenantRow("default", b"wrapped", "kek-1")
CONVERSATION = ConversationRow("default", b"id", "c1", b"wrapped", "k1", last_turn=100.0, expires=1000.0)


def value(index: int = 1, **changes: Any) -> ValueRow:
    row = ValueRow("c1", "PERSON", index, b"lookup-%d" % index, "scheme", "k1", b"sealed-%d" % index, 50.0)
    return replace(row, **changes)


def turn(seq: int = 1, **changes: Any) -> TurnRow:
    row = TurnRow(
        conversation="c1",
        seq=seq,
        turn_id=f"t{seq}",
        role="customer",
        channel="web",
        time=100.0,
        text="hello [PERSON_1]",
        input_hash=b"in-%d" % seq,
        restored_hash=None,
        text_hash=b"text",
        revision=0,
        policy_version="p",
        model_version="m",
        entities="[]",
        candidates="[]",
    )
    return replace(row, **changes)


@pytest.fixture
def filled(store: Store) -> Store:
    with store.transaction() as tx:
        put_conversation(tx)
    return store


def put_conversation(tx: Transaction) -> ConversationRow:
    tx.put_tenant(TENANT)
    return tx.put_conversation(CONVERSATION)


def version(store: Store) -> int:
    row = store.conversation("default", b"id")
    assert row is not None
    return row.version


# -- what is put is found


def test_an_empty_store_has_nothing(store: Store) -> None:
    assert store.tenant("default") is None
    assert list(store.tenants()) == []
    assert store.conversation("default", b"id") is None
    assert not store.values("c1")
    assert not store.turns("c1")
    assert dict(store.counters("c1")) == {}
    assert store.find_value("c1", "PERSON", b"x") is None
    assert store.turn("c1", "t1") is store.turn_by_hash("c1", b"x") is store.turn_by_text("c1", b"x") is None
    assert store.last_turn("c1") is None
    assert list(store.conversations_with("default", b"s")) == []


def test_the_first_tenant_wins(store: Store) -> None:
    with store.transaction() as tx:
        assert tx.put_tenant(TENANT) == TENANT
        assert tx.put_tenant(replace(TENANT, wrapped_key=b"other")) == TENANT
    assert store.tenant("default") == TENANT


def test_a_tenants_key_can_be_replaced_and_tenants_are_listed_by_name(store: Store) -> None:
    rewrapped = replace(TENANT, wrapped_key=b"again", key_id="kek-2")
    with store.transaction() as tx:
        tx.put_tenant(TENANT)
        tx.put_tenant(replace(TENANT, tenant="acme"))
        tx.replace_tenant(rewrapped)
    assert [row.tenant for row in store.tenants()] == ["acme", "default"]
    assert store.tenant("default") == rewrapped
    with pytest.raises(StorageError, match="no such tenant"), store.transaction() as tx:
        tx.replace_tenant(replace(TENANT, tenant="nobody"))


def test_a_conversation_is_found_by_tenant_and_hash(filled: Store) -> None:
    assert filled.conversation("default", b"id") == replace(CONVERSATION, version=1)
    assert filled.conversation("default", b"other") is None
    assert filled.conversation("acme", b"id") is None


def test_a_conversation_put_again_keeps_its_public_id(filled: Store) -> None:
    with filled.transaction() as tx:
        row = tx.put_conversation(replace(CONVERSATION, public_id="c2", wrapped_key=b"new", key_id="k2"))
    assert row == replace(CONVERSATION, wrapped_key=b"new", key_id="k2", version=2)
    assert filled.conversation("default", b"id") == row


def test_values_turns_and_subjects_are_found_again(filled: Store) -> None:
    with filled.transaction() as tx:
        stored = tx.put_value(value())
        tx.put_subject(SubjectRow("default", b"subject", "c1"))
        tx.put_subject(SubjectRow("default", b"subject", "c1"))
        said = tx.put_turn(turn(restored_hash=b"out"))
    assert list(filled.values("c1")) == [stored] == [value(version=2)]
    assert filled.find_value("c1", "PERSON", b"lookup-1") == stored
    assert filled.find_value("c1", "EMAIL_ADDRESS", b"lookup-1") is None
    assert list(filled.conversations_with("default", b"subject")) == ["c1"]
    assert list(filled.conversations_with("acme", b"subject")) == []
    assert list(filled.turns("c1")) == [said] == [turn(restored_hash=b"out", version=2)]
    assert filled.turn("c1", "t1") == filled.last_turn("c1") == said
    assert filled.turn_by_hash("c1", b"in-1") == filled.turn_by_hash("c1", b"out") == said
    assert filled.turn_by_text("c1", b"text") == said
    assert filled.turn("c2", "t1") is filled.turn_by_hash("c2", b"in-1") is filled.turn_by_text("c2", b"text") is None


def test_a_transaction_reads_what_it_has_written(filled: Store) -> None:
    with filled.transaction() as tx:
        stored = tx.put_value(value())
        assert tx.find_value("c1", "PERSON", b"lookup-1") == stored
        assert list(tx.values("c1", newer_than=1)) == [stored]
        tx.next_index("c1", "PERSON")
        assert dict(tx.counters("c1")) == {"PERSON": 1}


def test_a_value_put_again_replaces_the_old_one(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_value(value())
    with filled.transaction() as tx:
        tx.put_value(value(lookup_hash=b"new", sealed=b"resealed", scheme="other", key_id="k2", expires=7.0))
    [row] = filled.values("c1")
    assert row == value(lookup_hash=b"new", sealed=b"resealed", scheme="other", key_id="k2", expires=7.0, version=3)
    assert filled.find_value("c1", "PERSON", b"lookup-1") is None
    assert filled.find_value("c1", "PERSON", b"new") == row


def test_two_values_never_share_a_lookup_hash(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_value(value(1, lookup_hash=b"same"))
        tx.put_value(value(1, lookup_hash=b"same", type="USERNAME"))
        tx.put_value(value(2, lookup_hash=None))
        tx.put_value(value(3, lookup_hash=None))
    with pytest.raises(StorageError), filled.transaction() as tx:
        tx.put_value(value(4, lookup_hash=b"same"))
    assert len(filled.values("c1")) == 4


def test_of_turns_with_one_hash_the_latest_is_found(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_turn(turn(1, input_hash=b"x"))
        tx.put_turn(turn(2, restored_hash=b"x"))
        tx.put_turn(turn(3))
    found = filled.turn_by_hash("c1", b"x")
    assert found is not None
    assert found.turn_id == "t2"
    by_text = filled.turn_by_text("c1", b"text")
    assert by_text is not None
    assert by_text.turn_id == "t3"


def test_a_rewritten_turn_is_found_by_its_new_hashes_only(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_turn(turn(1))
        tx.put_turn(turn(2))
    with filled.transaction() as tx:
        tx.put_turn(turn(1, text="new", text_hash=b"new", input_hash=b"in-new", revision=1))
    rewritten = turn(1, text="new", text_hash=b"new", input_hash=b"in-new", revision=1, version=3)
    assert filled.turn_by_text("c1", b"new") == filled.turn("c1", "t1") == rewritten
    assert filled.turn_by_hash("c1", b"in-new") == rewritten
    assert filled.turn_by_hash("c1", b"in-1") is None
    by_text = filled.turn_by_text("c1", b"text")
    assert by_text is not None
    assert by_text.turn_id == "t2"
    last = filled.last_turn("c1")
    assert last is not None
    assert last.turn_id == "t2"


def test_a_turn_put_again_under_another_id_has_only_that(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_turn(turn(1))
        tx.put_turn(turn(1, turn_id="t9"))
    assert filled.turn("c1", "t1") is None
    assert filled.turn("c1", "t9") == turn(1, turn_id="t9", version=2)


def test_a_turn_id_is_not_used_twice(filled: Store) -> None:
    with pytest.raises(StorageError), filled.transaction() as tx:
        tx.put_turn(turn(1))
        tx.put_turn(turn(2, turn_id="t1"))
    assert list(filled.turns("c1")) == []


@pytest.mark.parametrize(
    "write",
    [
        lambda tx: tx.put_value(value()),
        lambda tx: tx.put_turn(turn()),
        lambda tx: tx.put_subject(SubjectRow("default", b"s", "c1")),
        lambda tx: tx.next_index("c1", "PERSON"),
        lambda tx: tx.next_seq("c1"),
        lambda tx: tx.touch("c1", 1.0),
        lambda tx: tx.forget("c1"),
    ],
)
def test_writing_to_an_unknown_conversation_is_refused(store: Store, write: Any) -> None:
    with pytest.raises(StorageError, match="no such conversation"), store.transaction() as tx:
        write(tx)


def test_a_conversation_of_an_unknown_tenant_is_refused(store: Store) -> None:
    with pytest.raises(StorageError), store.transaction() as tx:
        tx.put_conversation(CONVERSATION)


# -- versions


def test_a_version_is_one_higher_with_each_transaction_that_writes(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_value(value(1))
        tx.put_value(value(2))
        tx.put_turn(turn(1))
    assert version(filled) == 2
    with filled.transaction() as tx:
        tx.values("c1")
        tx.expire(0.0)
    assert version(filled) == 2
    with filled.transaction() as tx:
        tx.touch("c1", 200.0)
    assert version(filled) == 3


def test_a_reader_gets_what_is_newer_than_it_has_seen(filled: Store) -> None:
    for index in range(1, 6):
        with filled.transaction() as tx:
            tx.put_value(value(index))
            tx.put_turn(turn(index))
    with filled.transaction() as tx:
        tx.put_value(value(2, sealed=b"again"))
        tx.put_turn(turn(1, revision=1))
    assert [row.index for row in filled.values("c1")] == [1, 3, 4, 5, 2]
    assert [row.index for row in filled.values("c1", newer_than=5)] == [5, 2]
    assert [row.index for row in filled.values("c1", newer_than=7)] == []
    assert [row.seq for row in filled.turns("c1")] == [1, 2, 3, 4, 5]
    assert [row.seq for row in filled.turns("c1", newer_than=5)] == [1, 5]
    assert [row.seq for row in filled.turns("c1", newer_than=6)] == [1]
    assert [row.seq for row in filled.turns_from("c1", 2, 3)] == [2, 3, 4]
    assert [row.seq for row in filled.turns_from("c1", 5, 3)] == [5]
    assert list(filled.turns_from("c9", 1, 3)) == []


def test_conversations_count_their_versions_alone(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_conversation(replace(CONVERSATION, id_hash=b"id2", public_id="c2"))
        tx.put_value(value(conversation="c2"))
    assert version(filled) == 1
    assert [row.version for row in filled.values("c2")] == [1]


# -- numbers


def test_numbers_go_up_from_one_per_type(filled: Store) -> None:
    with filled.transaction() as tx:
        assert [tx.next_index("c1", "PERSON") for _ in range(3)] == [1, 2, 3]
        assert tx.next_index("c1", "EMAIL_ADDRESS") == 1
        assert [tx.next_seq("c1") for _ in range(2)] == [1, 2]
    assert dict(filled.counters("c1")) == {"PERSON": 3, "EMAIL_ADDRESS": 1}


def test_no_number_returns_after_forget_or_expiry(filled: Store) -> None:
    with filled.transaction() as tx:
        assert tx.next_index("c1", "PERSON") == tx.next_seq("c1") == 1
        tx.forget("c1")
    with filled.transaction() as tx:
        assert tx.next_index("c1", "PERSON") == tx.next_seq("c1") == 2
        tx.put_conversation(CONVERSATION)
        tx.expire(1e9)
        assert tx.next_index("c1", "PERSON") == tx.next_seq("c1") == 3
    assert dict(filled.counters("c1")) == {"PERSON": 3}


def test_64_threads_get_64_numbers(filled: Store) -> None:
    got: list[int] = []

    def count() -> None:
        with filled.transaction() as tx:
            got.append(tx.next_index("c1", "PERSON"))

    run_all([count] * 64)
    assert sorted(got) == list(range(1, 65))
    assert version(filled) == 65


# -- all or nothing


def everything(store: Store) -> tuple[object, ...]:
    return (
        list(store.tenants()),
        store.conversation("default", b"id"),
        store.conversation("default", b"id2"),
        sorted(store.values("c1"), key=lambda row: (row.type, row.index)),
        [list(store.values("c1", newer_than=n)) for n in range(1, 5)],
        [list(store.turns("c1", newer_than=n)) for n in range(5)],
        dict(store.counters("c1")),
        list(store.conversations_with("default", b"subject")),
        [store.find_value("c1", "PERSON", b"lookup-%d" % n) for n in range(4)],
        [store.turn_by_hash("c1", b"in-%d" % n) for n in range(4)],
        [store.turn_by_text("c1", text) for text in (b"text", b"new")],
        tallies(store),
    )


def tally(day: int = 10, count: int = 1, **changes: Any) -> TallyRow:
    row = TallyRow("default", day, "customer", "p", "m", "entity", "PERSON", "fake", 19, count)
    return replace(row, **changes)


def tallies(store: Store, first: int = 0, last: int = 999, tenant: str | None = None) -> list[TallyRow]:
    return sorted(store.tallies(first, last, tenant), key=repr)


def write_everything(tx: Transaction) -> None:
    tx.replace_tenant(replace(TENANT, wrapped_key=b"again"))
    tx.put_tenant(replace(TENANT, tenant="acme"))
    tx.put_conversation(replace(CONVERSATION, id_hash=b"id2", public_id="c2"))
    tx.put_conversation(replace(CONVERSATION, expires=5.0))
    tx.put_value(value(1, lookup_hash=b"other", sealed=b"again"))
    tx.put_value(value(3))
    tx.put_turn(turn(1, text_hash=b"new", input_hash=b"in-9"))
    tx.put_turn(turn(tx.next_seq("c1")))
    tx.put_subject(SubjectRow("default", b"subject", "c1"))
    tx.next_index("c1", "PERSON")
    tx.touch("c1", 500.0)
    tx.add_tallies([tally(), tally(11)])
    tx.drop_tallies(11)


@pytest.mark.parametrize("then", ["nothing", "forget", "expire"])
def test_a_transaction_that_fails_leaves_nothing_behind(filled: Store, then: str) -> None:
    with filled.transaction() as tx:
        tx.put_value(value(tx.next_index("c1", "PERSON")))
        tx.put_value(value(tx.next_index("c1", "PERSON")))
        tx.put_turn(turn(tx.next_seq("c1")))
        tx.add_tallies([tally(), tally(9)])
    with filled.transaction() as tx:
        tx.put_value(value(1, scheme="newer"))
    before = everything(filled)
    with pytest.raises(KeyError), filled.transaction() as tx:
        write_everything(tx)
        if then == "forget":
            tx.forget("c1")
        if then == "expire":
            tx.expire(1e9)
        raise KeyError
    assert everything(filled) == before
    with filled.transaction() as tx:
        assert tx.next_index("c1", "PERSON") == 3
        assert tx.next_seq("c1") == 2


def test_callbacks_hear_how_a_transaction_ended(filled: Store) -> None:
    heard: list[bool] = []
    with filled.transaction() as tx:
        tx.on_end(heard.append)
        assert heard == []
    with pytest.raises(KeyError), filled.transaction() as tx:
        tx.on_end(heard.append)
        raise KeyError
    assert heard == [True, False]


def test_a_callback_sees_the_committed_store_before_anyone_else_writes(filled: Store) -> None:
    seen: list[int] = []

    def look(committed: bool) -> None:
        seen.append(len(filled.values("c1")))

    with filled.transaction() as tx:
        tx.on_end(look)
        tx.put_value(value())
    with pytest.raises(KeyError), filled.transaction() as tx:
        tx.on_end(look)
        tx.put_value(value(2))
        raise KeyError
    assert seen == [1, 1]


def test_a_second_transaction_in_the_same_thread_is_refused(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_value(value())
        with pytest.raises(StorageError, match="already has a transaction open"), filled.transaction():
            pass
    assert len(filled.values("c1")) == 1


def test_a_writer_that_waits_too_long_is_told_so(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filled, "_timeout", 0.5)
    started, done = threading.Event(), threading.Event()

    def hold() -> None:
        with filled.transaction():
            started.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    started.wait(10)
    try:
        with pytest.raises(StorageError, match=r"over 0\.5 s"), filled.transaction():
            pass
    finally:
        done.set()
        thread.join()


def test_other_threads_never_see_what_is_not_committed(filled: Store) -> None:
    wrong: list[int] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            rows = filled.values("c1")
            if len(rows) % 2:
                wrong.append(len(rows))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in readers:
        thread.start()
    for index in range(1, 60, 2):
        with filled.transaction() as tx:
            tx.put_value(value(index))
            tx.put_value(value(index + 1))
    stop.set()
    for thread in readers:
        thread.join()
    assert wrong == []
    assert len(filled.values("c1")) == 60


# -- statistics


def test_counts_of_the_same_thing_add_up(filled: Store) -> None:
    different = [tally(name="URL"), tally(role="agent"), tally(bin=3), tally(model_version="m2"), tally(kind="sign")]
    with filled.transaction() as tx:
        tx.add_tallies([tally(count=2), tally(count=3), *different])
    with filled.transaction() as tx:
        tx.add_tallies([tally(count=4)])
    assert tallies(filled) == sorted([tally(count=9), *different], key=repr)


def test_counts_are_read_by_day_and_tenant(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_tenant(replace(TENANT, tenant="acme"))
        tx.add_tallies([tally(9), tally(10), tally(11), tally(10, tenant="acme")])
        assert [row.day for row in tx.tallies(0, 999)] == [9, 10, 10, 11]
    assert tallies(filled, 10, 10) == [tally(10, tenant="acme"), tally(10)]
    assert tallies(filled, 10, 11, "default") == [tally(10), tally(11)]
    assert tallies(filled, tenant="nobody") == []


def test_counts_of_an_unknown_tenant_are_refused(filled: Store) -> None:
    with pytest.raises(StorageError), filled.transaction() as tx:
        tx.add_tallies([tally(tenant="nobody")])
    assert tallies(filled) == []


def test_counts_outlive_their_conversations_until_they_are_dropped(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.add_tallies([tally(9), tally(10)])
        tx.forget("c1")
        tx.expire(1e9)
    assert tallies(filled) == [tally(10), tally(9)]
    with filled.transaction() as tx:
        tx.drop_tallies(10)
    assert tallies(filled) == [tally(10)]


# -- the end of things


def test_forget_destroys_the_key_and_all_that_hung_on_it(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_conversation(replace(CONVERSATION, id_hash=b"id2", public_id="c2"))
        for conversation in ("c1", "c2"):
            tx.put_value(value(tx.next_index(conversation, "PERSON"), conversation=conversation))
            tx.put_turn(turn(conversation=conversation))
            tx.put_subject(SubjectRow("default", b"subject", conversation))
    with filled.transaction() as tx:
        tx.forget("c1")
    row = filled.conversation("default", b"id")
    assert row == replace(CONVERSATION, wrapped_key=None, key_id="", version=3)
    assert not filled.values("c1")
    assert not filled.turns("c1")
    assert filled.find_value("c1", "PERSON", b"lookup-1") is None
    assert filled.turn_by_hash("c1", b"in-1") is filled.turn_by_text("c1", b"text") is None
    assert list(filled.conversations_with("default", b"subject")) == ["c2"]
    assert len(filled.values("c2")) == len(filled.turns("c2")) == 1
    with filled.transaction() as tx:
        tx.forget("c1")
    assert version(filled) == 4


def test_a_value_past_its_time_is_emptied_and_the_others_stay(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_value(value(1, expires=50.0))
        tx.put_value(value(2, expires=60.0))
        assert tx.expire(149.9) == (0, 0)
    with filled.transaction() as tx:
        assert tx.expire(150.0) == (0, 1)
        assert tx.expire(150.0) == (0, 0)
    kept, emptied = filled.values("c1")
    assert kept == value(2, expires=60.0, version=2)
    assert emptied == value(1, expires=50.0, lookup_hash=None, sealed=None, version=3)
    assert filled.find_value("c1", "PERSON", b"lookup-1") is None
    with filled.transaction() as tx:
        assert tx.expire(159.0) == (0, 0)
    assert version(filled) == 3
    with filled.transaction() as tx:
        assert tx.expire(160.0) == (0, 1)


def test_expiry_counts_from_the_last_turn(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_value(value(expires=50.0))
        tx.touch("c1", 140.0)
        tx.touch("c1", 120.0)
        assert tx.expire(189.0) == (0, 0)
        assert tx.expire(190.0) == (0, 1)


def test_a_value_put_again_gets_its_new_time(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_value(value(expires=50.0))
        tx.put_value(value(expires=90.0))
        assert tx.expire(150.0) == (0, 0)
        assert tx.expire(189.0) == (0, 0)
        assert tx.expire(190.0) == (0, 1)


def test_a_conversation_past_its_time_is_forgotten(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_value(value(expires=5000.0))
        tx.put_turn(turn())
        assert tx.expire(1099.0) == (0, 0)
    with filled.transaction() as tx:
        assert tx.expire(1100.0) == (1, 0)
        assert tx.expire(1100.0) == (0, 0)
    row = filled.conversation("default", b"id")
    assert row is not None
    assert row.wrapped_key is None
    assert not filled.values("c1")
    assert not filled.turns("c1")


def test_a_conversations_time_can_be_made_shorter(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_conversation(replace(CONVERSATION, expires=10.0))
        assert tx.expire(110.0) == (1, 0)


def test_one_conversation_can_be_swept_alone(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.put_conversation(replace(CONVERSATION, id_hash=b"id2", public_id="c2"))
        assert tx.expire(1e9, conversation="c2") == (1, 0)
        assert tx.expire(1e9, conversation="unknown") == (0, 0)
        assert tx.expire(1e9) == (1, 0)


# -- any content

TEXTS = st.text(st.characters(exclude_categories=()), max_size=30)  # lone surrogates and NUL too
ROWS = st.lists(st.tuples(TEXTS, st.binary(max_size=20), st.binary(max_size=20) | st.none()), max_size=6)


@given(ROWS)
def test_any_text_and_bytes_come_back_from_memory(rows: list[tuple[str, bytes, bytes | None]]) -> None:
    check_any_content(MemoryStore(), rows)


def check_any_content(store: Store, rows: list[tuple[str, bytes, bytes | None]]) -> None:
    with store.transaction() as tx:
        put_conversation(tx)
        written = [
            tx.put_turn(turn(tx.next_seq("c1"), text=text, input_hash=given, restored_hash=restored))
            for text, given, restored in rows
        ]
        values = [
            tx.put_value(value(tx.next_index("c1", text or "X"), type=text or "X", lookup_hash=None, sealed=sealed))
            for text, sealed, _ in rows
            if not any("\ud800" <= letter <= "\udfff" for letter in text)
        ]
    assert list(store.turns("c1")) == written
    assert sorted(store.values("c1"), key=repr) == sorted(values, key=repr)
    for row in written:
        assert store.turn("c1", row.turn_id) == row
    with store.transaction() as tx:
        tx.forget("c1")


def run_all(jobs: list[Any]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_subject_is_dropped_from_one_conversation_and_undone_with_its_transaction(filled: Store) -> None:
    both = [SubjectRow("default", b"dropped", name) for name in ("c1", "c2")]
    with filled.transaction() as tx:
        tx.put_conversation(replace(CONVERSATION, id_hash=b"id2", public_id="c2"))
        for row in both:
            tx.put_subject(row)
    with pytest.raises(RuntimeError), filled.transaction() as tx:
        tx.drop_subject(both[0])
        assert list(tx.conversations_with("default", b"dropped")) == ["c2"]
        raise RuntimeError
    assert list(filled.conversations_with("default", b"dropped")) == ["c1", "c2"]
    with filled.transaction() as tx:
        tx.drop_subject(both[0])
        tx.drop_subject(both[0])
    assert list(filled.conversations_with("default", b"dropped")) == ["c2"]
    with filled.transaction() as tx:
        tx.put_subject(both[0])
        tx.forget("c2")
    assert list(filled.conversations_with("default", b"dropped")) == ["c1"]
