"""What every store finds: one suite for all of them."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor.storage import ConversationRow, ReviewRow, Search, Store, TenantRow, Transaction, TurnRow, queries, terms
from redactor.storage.memory import MemoryStore
from redactor.storage.sqlite import SqliteStore
from redactor.storage.words import words


def entity(type: str = "PERSON", score: float = 0.9, recognizer: str = "r", operator: str = "placeholder") -> Any:  # noqa: A002
    return {"type": type, "score": score, "recognizer": recognizer, "operator": operator, "start": 0, "end": 1}


def make(store: Store, *conversations: str, tenant: str = "default") -> None:
    with store.transaction() as tx:
        tx.put_tenant(TenantRow(tenant, b"wrapped", "k"))
        for name in conversations:
            tx.put_conversation(ConversationRow(tenant, name.encode(), name, b"key", "k1", 100.0, 1000.0))


def say(tx: Transaction, text: str, conversation: str = "c1", entities: Sequence[Any] = (), **more: Any) -> TurnRow:
    seq = tx.next_seq(conversation)
    row = {
        "turn_id": f"{conversation}-{seq}",
        "role": "customer",
        "channel": "web",
        "time": 100.0,
        "input_hash": b"i%d" % seq,
        "restored_hash": None,
        "text_hash": b"t",
        "revision": 0,
        "policy_version": "p1",
        "model_version": "m1",
        "candidates": "[]",
    }
    return tx.put_turn(
        TurnRow(conversation=conversation, seq=seq, text=text, entities=json.dumps(list(entities)), **{**row, **more})
    )


def found(store: Store, search: Search, **more: Any) -> list[str]:
    return [row.turn_id for row in store.search(search, **{"limit": 100, **more})]


@pytest.fixture
def filled(store: Store) -> Store:
    """Two tenants, three conversations, six turns."""
    make(store, "c1", "c2")
    make(store, "d1", tenant="acme")
    low, high = entity(score=0.3), entity("EMAIL_ADDRESS", 0.9, "patterns", "hash")
    with store.transaction() as tx:
        say(tx, "I want a refund for my order", entities=[low, high], time=10.0)
        say(tx, "Refunds take three days, [PERSON_1]", role="agent", time=20.0, entities=[entity(score=0.8)])
        say(tx, "the order number is wrong", "c2", channel="mail", time=30.0)
        say(tx, "number of the order", "c2", policy_version="p2", model_version="m2", time=40.0)
        say(tx, "refund, please", "d1", time=50.0, entities=[entity("PERSON", 0.9, "patterns")])
        say(tx, "rien à déclarer", "d1", role="assistant", time=60.0)
    return store


SEARCHES: list[tuple[Search, list[str]]] = [
    (Search(), ["d1-2", "d1-1", "c2-2", "c2-1", "c1-2", "c1-1"]),
    (Search(terms("refund")), ["d1-1", "c1-1"]),
    (Search(terms("REFUND*")), ["d1-1", "c1-2", "c1-1"]),
    (Search(terms("order number")), ["c2-2", "c2-1"]),
    (Search(terms('"order number"')), ["c2-1"]),
    (Search(terms('"order num"*')), ["c2-1"]),
    (Search(terms('"order n" num*')), []),
    (Search(terms("person_1")), ["c1-2"]),
    (Search(terms("[PERSON_1]")), ["c1-2"]),
    (Search(terms("person*")), ["c1-2"]),
    (Search(terms("a declarer")), ["d1-2"]),
    (Search(terms("nowhere")), []),
    (Search(type="PERSON"), ["d1-1", "c1-2", "c1-1"]),
    (Search(type="PERSON", lowest=0.8), ["d1-1", "c1-2"]),
    (Search(type="PERSON", highest=0.8), ["c1-2", "c1-1"]),
    (Search(lowest=0.3, highest=0.3), ["c1-1"]),
    (Search(type="PERSON", recognizer="patterns"), ["d1-1"]),
    (Search(recognizer="patterns"), ["d1-1", "c1-1"]),
    (Search(operator="hash"), ["c1-1"]),
    (Search(operator="hash", type="PERSON"), []),
    (Search(role="agent"), ["c1-2"]),
    (Search(channel="mail"), ["c2-1"]),
    (Search(tenant="acme"), ["d1-2", "d1-1"]),
    (Search(tenant="nobody"), []),
    (Search(tenants=("acme",)), ["d1-2", "d1-1"]),
    (Search(tenants=("acme", "default"), type="PERSON"), ["d1-1", "c1-2", "c1-1"]),
    (Search(tenants=("acme",), tenant="default"), []),
    (Search(tenants=("acme",), conversation="c1"), []),
    (Search(since=20.0, until=40.0), ["c2-1", "c1-2"]),
    (Search(until=10.0), []),
    (Search(conversation="c2"), ["c2-2", "c2-1"]),
    (Search(conversation="c2", tenant="acme"), []),
    (Search(policy_version="p2"), ["c2-2"]),
    (Search(model_version="m1", tenant="default"), ["c2-1", "c1-2", "c1-1"]),
    (Search(terms("refund"), type="PERSON", tenant="acme", role="customer", since=1.0), ["d1-1"]),
    (Search(conversation="c1", role="agent", since=15.0, tenant="default"), ["c1-2"]),
]


@pytest.mark.parametrize(("search", "expected"), SEARCHES)
def test_a_search_finds_what_fits_newest_first(
    filled: Store, search: Search, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(filled, search) == expected
    monkeypatch.setattr(queries, "_SHORT", 0)  # every list is long
    monkeypatch.setattr(queries, "_LONG", 1)
    assert found(filled, search) == expected


def test_pages_join_to_the_whole_whatever_is_recorded_meanwhile(filled: Store) -> None:
    everything = found(filled, Search())
    read: list[str] = []
    before = None
    while page := list(filled.search(Search(), limit=2, before=before)):
        read += [row.turn_id for row in page]
        before = page[-1].number
        with filled.transaction() as tx:
            say(tx, "one more")
    assert read == everything


def judged(tx: Transaction, turn: str, actor: str, verdict: str = "", **more: Any) -> ReviewRow:
    kind, body = ("verdict", json.dumps({"kind": verdict})) if verdict else ("submit", "{}")
    row = ReviewRow(turn.partition("-")[0], turn, 0, actor, 1.0, **{"kind": kind, "body": body, **more})
    return tx.put_review(row)


def test_turns_are_found_by_what_was_said_of_them_and_by_whom(filled: Store) -> None:
    with filled.transaction() as tx:
        judged(tx, "c1-1", "ann", "correct")
        judged(tx, "c1-1", "ann", "not_personal")
        judged(tx, "c1-2", "bob", "correct")
        judged(tx, "c2-1", "bob")
        judged(tx, "d1-1", "bob", kind="skip")
        taken_back = judged(tx, "d1-2", "ann", "correct")
        judged(tx, "d1-2", "ann", kind="undo", undoes=taken_back.number)
    assert found(filled, Search(verdict="correct")) == ["c1-2", "c1-1"]
    assert found(filled, Search(verdict="not_personal")) == ["c1-1"]
    assert found(filled, Search(reviewer="bob")) == ["c2-1", "c1-2"]
    assert found(filled, Search(reviewer="ann")) == ["c1-1"]
    assert found(filled, Search(reviewer="ann", verdict="correct")) == ["c1-1"]
    assert found(filled, Search(reviewer="bob", verdict="not_personal")) == []
    assert found(filled, Search(terms("refunds"), verdict="correct", role="agent")) == ["c1-2"]
    before = filled.search(Search(verdict="correct"), limit=1)[0].number
    assert found(filled, Search(verdict="correct"), before=before) == ["c1-1"]
    with filled.transaction() as tx:
        tx.forget("c1")
    assert found(filled, Search(verdict="correct")) == []


def test_a_rewritten_turn_is_found_by_what_it_says_now_and_keeps_its_place(filled: Store) -> None:
    row = filled.turn("c2", "c2-1")
    assert row is not None
    with filled.transaction() as tx:
        entities = json.dumps([entity("ACCOUNT_ID")])
        fields = {name: getattr(row, name) for name in row.__slots__}
        changed = tx.put_turn(TurnRow(**{**fields, "text": "the [ACCOUNT_ID_1] is wrong", "entities": entities}))
    assert changed.number == row.number
    assert found(filled, Search(terms("number"))) == ["c2-2"]
    assert found(filled, Search(terms("account_id_1"), type="ACCOUNT_ID")) == ["c2-1"]
    assert found(filled, Search())[3] == "c2-1"


@pytest.mark.parametrize("end", ["forget", "expire"])
def test_what_was_forgotten_or_has_expired_is_found_no_more(filled: Store, end: str) -> None:
    with filled.transaction() as tx:
        tx.put_conversation(ConversationRow("default", b"c1", "c1", b"key", "k1", 5000.0, 1000.0))
        if end == "forget":
            tx.forget("c2")
            tx.forget("d1")
        else:
            tx.expire(2000.0)
    assert found(filled, Search()) == ["c1-2", "c1-1"]
    assert found(filled, Search(terms("order"))) == ["c1-1"]
    assert found(filled, Search(type="PERSON")) == ["c1-2", "c1-1"]
    assert [each.public_id for each in filled.listed(limit=9)] == ["c1"]


def test_what_was_undone_is_not_found(filled: Store) -> None:
    with pytest.raises(KeyError), filled.transaction() as tx:
        say(tx, "refund again", entities=[entity()])
        tx.forget("c1")
        raise KeyError
    assert found(filled, Search(terms("refund"))) == ["d1-1", "c1-1"]
    assert found(filled, Search(type="EMAIL_ADDRESS")) == ["c1-1"]


def test_a_search_inside_a_transaction_sees_its_writes(filled: Store) -> None:
    with filled.transaction() as tx:
        say(tx, "brand new")
        assert [row.turn_id for row in tx.search(Search(terms("brand")), limit=9)] == ["c1-3"]


def test_conversations_are_listed_by_their_last_turn(filled: Store) -> None:
    with filled.transaction() as tx:
        tx.touch("c2", 300.0)
        tx.touch("d1", 200.0)
    c2, d1, c1 = filled.listed(limit=9)
    assert (c2.public_id, c2.tenant, c2.turns, c2.first, c2.last, c2.types) == ("c2", "default", 2, 30.0, 300.0, ())
    assert (d1.public_id, d1.tenant, d1.first, d1.types) == ("d1", "acme", 50.0, ("PERSON",))
    assert (c1.public_id, c1.types) == ("c1", ("EMAIL_ADDRESS", "PERSON"))
    assert [each.public_id for each in filled.listed("default", limit=9)] == ["c2", "c1"]
    assert [each.public_id for each in filled.listed(channel="mail", limit=9)] == ["c2"]
    assert [each.public_id for each in filled.listed("acme", channel="mail", limit=9)] == []
    assert [each.public_id for each in filled.listed(tenants=("acme", "other"), limit=9)] == ["d1"]
    assert [each.public_id for each in filled.listed("default", tenants=("acme",), limit=9)] == []
    assert list(filled.listed(limit=1, before=(c2.last, c2.public_id))) == [d1]
    assert list(filled.listed(limit=9, before=(c1.last, c1.public_id))) == []


def test_a_conversation_without_turns_is_listed_and_one_is_found_by_its_public_id(store: Store) -> None:
    make(store, "c1")
    (listed,) = store.listed(limit=9)
    assert (listed.turns, listed.first, listed.types) == (0, None, ())
    row = store.conversation_by_public_id("c1")
    assert row is not None
    assert (row.tenant, row.id_hash) == ("default", b"c1")
    assert store.conversation_by_public_id("c9") is None


# -- laws

ANY_TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from(list("ab \"'*-_[]é")), max_size=30)


def check_every_word_finds_its_turn(store: Store, texts: list[str]) -> None:
    make(store, "c1")
    with store.transaction() as tx:
        rows = [say(tx, text) for text in texts]
        for row in rows:
            for word in re.split(r'[\s"*“”„‟«»]+', row.text):
                if words(word):
                    assert row in tx.search(Search(terms(word)), limit=100)
            for word in words(row.text):
                assert row in tx.search(Search(terms(word)), limit=100)
                assert row in tx.search(Search(terms(f"{word[:3]}*")), limit=100)
        tx.forget("c1")


@given(st.lists(ANY_TEXT, max_size=5))
def test_every_word_of_a_text_finds_its_turn_in_memory(texts: list[str]) -> None:
    check_every_word_finds_its_turn(MemoryStore(), texts)


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    return SqliteStore(tmp_path_factory.mktemp("words") / "v.db")


@settings(max_examples=25)
@given(st.lists(ANY_TEXT, max_size=4))
def test_every_word_of_a_text_finds_its_turn_in_sqlite(one_file: SqliteStore, texts: list[str]) -> None:
    check_every_word_finds_its_turn(one_file, texts)


SHORT = st.lists(st.sampled_from(["a", "b", "ab", "ba", "Á", "a-b"]), min_size=1, max_size=5).map(" ".join)
QUERY = st.builds(lambda text, star: f'"{text}"' + "*" * star, SHORT, st.booleans()) | SHORT


@settings(max_examples=30)
@given(st.lists(SHORT, max_size=5), st.lists(QUERY, max_size=3))
def test_both_stores_find_the_same(one_file: SqliteStore, texts: list[str], queries: list[str]) -> None:
    stores: list[Store] = [MemoryStore(), one_file]
    for store in stores:
        make(store, "c1")
        with store.transaction() as tx:
            tx.forget("c1")
            for text in texts:
                say(tx, text)
    for query in queries:
        by_memory, by_file = ([row.text for row in s.search(Search(terms(query)), limit=9)] for s in stores)
        assert by_memory == by_file


# -- size


def fill_many(store: Store, turns: int, per_conversation: int = 20) -> None:
    """Turns of common and rare words, in small conversations."""
    with store.transaction() as tx:
        tx.put_tenant(TenantRow("default", b"wrapped", "k"))
        for number in range(turns):
            name = f"c{number // per_conversation}"
            if number % per_conversation == 0:
                tx.put_conversation(ConversationRow("default", name.encode(), name, b"key", "k1", float(number), 1e9))
            people = [entity(score=(number % 90 + 10) / 100)] if number % 3 else []
            say(tx, f"common words and w{number} w{number % 100}", name, people, time=float(number))


def test_a_page_of_many_turns_reads_little(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "v.db")
    fill_many(store, 400)
    rare = Search(terms("w399"), type="PERSON", since=1.0)
    plain = Search()
    with store._connections.lend() as connection:
        for search, most in ((rare, 20_000), (plain, 3_000)):
            steps = 0

            def step() -> int:
                nonlocal steps
                steps += 1
                return 0

            connection.set_progress_handler(step, 10)
            assert len(store.search(search, limit=10)) == (0 if search is rare else 10)
            connection.set_progress_handler(None, 0)
            assert steps * 10 < most
    store.close()
