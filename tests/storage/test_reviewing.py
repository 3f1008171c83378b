"""Events of reviews, and the turns that wait for a look: the same in every store that keeps transcripts."""

# ruff: noqa: S608 - only names of columns are put into statements

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from redactor.exceptions import StorageError
from redactor.risk import risk_of
from redactor.storage import ConversationRow, Queue, ReviewRow, Search, Store, TenantRow, TurnRow
from redactor.storage.migrations import MIGRATIONS
from redactor.storage.queries import TURN
from redactor.storage.sqlite import SqliteStore

ENTITY = (
    '[{"type":"PERSON","index":1,"form":0,"start":0,"end":10,"score":0.9,"recognizer":"t","operator":"placeholder"}]'
)


def turn(conversation: str, seq: int, text: str, **more: object) -> TurnRow:
    row = TurnRow(
        conversation, seq, f"{conversation}{seq:02d}", "customer", "", 1.0, text, bytes([seq]), None, bytes([seq]), 0,
        "p", "m", "[]", "[]",
    )  # fmt: skip
    return replace(row, **more)  # type: ignore[arg-type]


@pytest.fixture
def kept(store: Store) -> Store:
    """A store with two conversations of two tenants: a harmless turn, one with a number, one with a candidate."""
    with store.transaction() as tx:
        for tenant, public_id in (("t", "a"), ("u", "b")):
            tx.put_tenant(TenantRow(tenant, b"key", "k"))
            tx.put_conversation(ConversationRow(tenant, public_id.encode(), public_id, b"key", "k", 1.0, 1e9))
        tx.put_turn(turn("a", 1, "hello there"))
        tx.put_turn(turn("a", 2, "it is 8706847615", channel="web"))
        vote = '[{"type":"PERSON","start":0,"end":5,"score":0.3,"recognizer":"t"}]'
        tx.put_turn(turn("b", 1, "hello", candidates=vote, role="agent"))
    return store


def waiting(store: Store, **asked: object) -> list[tuple[str, int]]:
    return [(w.turn.conversation, w.turn.seq) for w in store.waiting(Queue(**asked), 10)]  # type: ignore[arg-type]


def test_every_turn_waits_the_riskiest_first(kept: Store) -> None:
    found = kept.waiting(Queue(), 10)
    assert [(each.turn.conversation, each.turn.seq) for each in found] == [("a", 2), ("b", 1), ("a", 1)]
    assert found[0].risk > found[1].risk > found[2].risk == 0.0
    assert (kept.waiting_count(), kept.waiting_count("t"), kept.waiting_count("nobody")) == (3, 2, 0)


def test_the_queue_is_narrowed_and_cut_into_pages(kept: Store) -> None:
    assert waiting(kept, tenant="t") == [("a", 2), ("a", 1)]
    assert waiting(kept, role="agent") == [("b", 1)]
    assert waiting(kept, channel="web") == [("a", 2)]
    assert waiting(kept, tenants=("t", "v")) == [("a", 2), ("a", 1)]
    assert waiting(kept, tenants=("t",), tenant="u") == []
    assert (kept.waiting_count(tenants=("t", "u")), kept.waiting_count(tenants=("u",))) == (3, 1)
    assert (kept.waiting_count(most=2), kept.waiting_count("t", most=9)) == (2, 2)
    first = kept.waiting(Queue(), 1)[0]
    assert waiting(kept, after=(first.risk, first.turn.number)) == [("b", 1), ("a", 1)]
    assert waiting(kept, by="lot") == [("a", 1), ("a", 2), ("b", 1)]
    assert waiting(kept, by="lot", after="a01") == [("a", 2), ("b", 1)]
    assert waiting(kept, reviewed=1) == []
    with kept.transaction() as tx:
        tx.put_turn(turn("a", 1, "[PERSON_1] there", entities=ENTITY))
    assert waiting(kept, type="PERSON") == [("a", 1)]


def test_events_are_given_back_in_their_order_and_a_person_who_is_done_is_not_asked_again(kept: Store) -> None:
    event = ReviewRow("a", "a02", 0, "ann", 5.0, "submit", "{}")
    with kept.transaction() as tx:
        first = tx.put_review(event)
        tx.put_review(replace(event, conversation="b", turn_id="b01", kind="verdict", body='{"verdict":"correct"}'))
    assert kept.reviews("a") == [event] == kept.reviews("a", "a02")
    assert kept.reviews("a", "a01") == []
    assert waiting(kept, not_by="ann") == [("b", 1), ("a", 1)]
    assert waiting(kept, not_by="bob") == [("a", 2), ("b", 1), ("a", 1)]
    assert [row.conversation for row in kept.reviews_after(0, 10)] == ["a", "b"]
    assert [row.conversation for row in kept.reviews_after(first.number, 10)] == ["b"]
    assert [row.conversation for row in kept.reviews_after(0, 10, "u")] == ["b"]
    with kept.transaction() as tx:
        tx.put_review(replace(event, kind="undo", undoes=first.number))
    assert waiting(kept, not_by="ann") == [("a", 2), ("b", 1), ("a", 1)]


def test_what_is_finished_waits_no_more_and_what_was_rewritten_has_another_risk(kept: Store) -> None:
    row = kept.turn("a", "a02")
    assert row is not None
    with kept.transaction() as tx:
        tx.set_waiting(row, 1)
    assert waiting(kept, reviewed=1) == [("a", 2)]
    with kept.transaction() as tx:
        tx.put_turn(replace(row, text="it is gone", revision=1))
    assert waiting(kept, reviewed=1) == [("a", 2)]
    assert waiting(kept)[0] == ("b", 1)
    with kept.transaction() as tx:
        tx.set_waiting(row, None)
        tx.put_turn(replace(row, text="it is 8706847615 again", revision=2))
    assert ("a", 2) not in waiting(kept)


def test_what_failed_was_not(kept: Store) -> None:
    row = kept.turn("a", "a02")
    assert row is not None
    with pytest.raises(RuntimeError), kept.transaction() as tx:
        tx.put_review(ReviewRow("a", "a02", 0, "ann", 5.0, "submit", "{}"))
        tx.set_waiting(row, None)
        raise RuntimeError
    assert kept.reviews("a") == []
    assert len(waiting(kept)) == 3


def test_both_go_with_their_conversation(kept: Store) -> None:
    with kept.transaction() as tx:
        tx.put_review(ReviewRow("a", "a02", 0, "ann", 5.0, "submit", "{}"))
        tx.forget("a")
    assert kept.reviews("a") == []
    assert waiting(kept) == [("b", 1)]


def test_turns_of_an_older_schema_wait(tmp_path: Path) -> None:
    path = tmp_path / "v.db"
    SqliteStore(path, migrations=MIGRATIONS[:5]).close()
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("INSERT INTO tenant (tenant, wrapped_key, key_id, made) VALUES ('t', x'00', 'k', 0.0)")
        old.execute("INSERT INTO conversation VALUES ('t', x'00', 'a', x'00', 'k', 1.0, 1e9, 1e9, 2, 1)")
        row = turn("a", 1, "it is 8706847615")
        names = TURN.split(", ")[:-1]
        values = {**{name: getattr(row, name) for name in names}, "text": row.text.encode()}
        marks = ", ".join("?" * len(names))
        old.execute(f"INSERT INTO turn ({', '.join(names)}) VALUES ({marks})", list(values.values()))
    with closing(SqliteStore(path)) as store:
        (found,) = store.waiting(Queue(), 10)
        assert found.risk == risk_of(row.text, "[]", "[]").score > 0.3


def test_what_version_6_held_is_found_by_what_version_7_asks(tmp_path: Path) -> None:
    path = tmp_path / "v.db"
    SqliteStore(path, migrations=MIGRATIONS[:6]).close()
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("INSERT INTO tenant (tenant, wrapped_key, key_id, made) VALUES ('t', x'00', 'k', 0.0)")
        old.execute("INSERT INTO conversation VALUES ('t', x'00', 'a', x'00', 'k', 1.0, 1e9, 1e9, 2, 1)")
        row = turn("a", 1, "it is 8706847615", channel="web")
        names = TURN.split(", ")
        values = {**{name: getattr(row, name) for name in names}, "text": row.text.encode(), "number": 5}
        marks = ", ".join("?" * len(names))
        old.execute(f"INSERT INTO turn ({', '.join(names)}) VALUES ({marks})", list(values.values()))
        old.execute("INSERT INTO waiting VALUES (5, 0.5, 'a01', 1)")
        for kind, body, undoes in (("verdict", '{"kind":"correct"}', None), ("submit", "{}", None), ("undo", "{}", 2)):
            sql = "INSERT INTO review (conversation, turn_id, revision, actor, time, kind, body, undoes) VALUES "
            old.execute(f"{sql}('a', 'a01', 0, 'ann', 1.0, ?, ?, ?)", (kind, body, undoes))
    with closing(SqliteStore(path)) as store:
        for search in (Search(verdict="correct"), Search(reviewer="ann"), Search(tenant="t", channel="web", since=1.0)):
            assert [each.number for each in store.search(search, limit=9)] == [5]
        (found,) = store.waiting(Queue(tenant="t", channel="web", reviewed=1, not_by="ann"), 9)
        assert (found.turn.number, found.risk, found.reviews) == (5, 0.5, 1)


def test_redis_says_that_it_keeps_no_reviews(redis_store: Store) -> None:
    with pytest.raises(StorageError, match="cannot be reviewed"):
        redis_store.waiting(Queue(), 10)
    with pytest.raises(StorageError, match="cannot be reviewed"), redis_store.transaction() as tx:
        tx.put_review(ReviewRow("a", "a02", 0, "ann", 5.0, "submit", "{}"))
