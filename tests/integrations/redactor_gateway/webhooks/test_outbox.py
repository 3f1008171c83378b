"""What every outbox does: the same lines for SQLite and PostgreSQL."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from redactor.exceptions import StorageError
from redactor_gateway.webhooks.outbox import REMEMBERED, Call, Message, SqlOutbox
from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox

NOW = 1_700_000_000.0


@pytest.fixture
def outbox(another: Callable[[], SqlOutbox]) -> SqlOutbox:
    """One kind after the other."""
    return another()


def message(id: str, *lanes: str, route: str = "r") -> Message:  # noqa: A002
    return Message(
        id, route, "forward", b'{"text":"[PERSON_1]"}', "application/json", (("webhook-id", id),), lanes=lanes
    )


def put(outbox: SqlOutbox, id: str, *lanes: str, now: float = NOW) -> None:  # noqa: A002
    assert outbox.put(id.encode(), [message(id, *lanes)], now)


def ids(outbox: SqlOutbox, now: float = NOW, limit: int = 10, holder: str = "h") -> list[str]:
    return [each.message.id for each in outbox.claim(holder, "r", now, now + 30, limit)]


def test_a_message_comes_out_as_it_was_put_in(outbox: SqlOutbox) -> None:
    put(outbox, "a", "c1")
    claimed = outbox.claim("h", "r", NOW, NOW + 30, 10)
    assert [each.message for each in claimed] == [replace(message("a"), lanes=())]
    assert (claimed[0].made, claimed[0].tries) == (NOW, 0)


def test_of_one_lane_only_the_first_is_given_out_until_it_is_done(outbox: SqlOutbox) -> None:
    for name, lane in (("a1", "a"), ("b1", "b"), ("a2", "a"), ("b2", "b")):
        put(outbox, name, lane)
    first = outbox.claim("h", "r", NOW, NOW + 30, 10)
    assert [each.message.id for each in first] == ["a1", "b1"]
    assert ids(outbox) == []
    outbox.done(first[0])
    assert ids(outbox) == ["a2"]


def test_what_is_of_two_lanes_waits_for_both(outbox: SqlOutbox) -> None:
    put(outbox, "a1", "a")
    put(outbox, "b1", "b")
    put(outbox, "ab", "a", "b")
    put(outbox, "a2", "a")
    first = outbox.claim("h", "r", NOW, NOW + 30, 10)
    outbox.done(first[0])
    assert ids(outbox) == []
    outbox.done(first[1])
    assert ids(outbox) == ["ab"]


def test_what_was_put_off_holds_its_lane_up_until_it_is_due(outbox: SqlOutbox) -> None:
    put(outbox, "a1", "a")
    put(outbox, "a2", "a")
    [claimed] = outbox.claim("h", "r", NOW, NOW + 30, 10)
    outbox.put_off(claimed, "h", NOW + 5)
    assert ids(outbox, NOW + 4) == []
    [again] = outbox.claim("h", "r", NOW + 5, NOW + 35, 10)
    assert (again.message.id, again.tries) == ("a1", 1)


def test_what_was_put_aside_is_kept_and_lets_its_lane_go_on(outbox: SqlOutbox) -> None:
    put(outbox, "a1", "a")
    put(outbox, "a2", "a")
    [claimed] = outbox.claim("h", "r", NOW, NOW + 30, 10)
    outbox.put_aside(claimed)
    assert ids(outbox) == ["a2"]
    assert (outbox.waiting().waiting, outbox.waiting().aside) == (1, 1)


def test_a_lease_ends_and_another_takes_over(outbox: SqlOutbox) -> None:
    put(outbox, "a1", "a")
    [mine] = outbox.claim("h", "r", NOW, NOW + 30, 10)
    assert ids(outbox, NOW + 29, holder="other") == []
    assert ids(outbox, NOW + 30, holder="other") == ["a1"]
    outbox.put_off(mine, "h", NOW + 999)  # too late: it is somebody else's now
    assert ids(outbox, NOW + 61, holder="third") == ["a1"]


def test_what_is_reserved_is_for_its_holder_alone_for_a_while(outbox: SqlOutbox) -> None:
    assert outbox.put(b"k", [message("a")], NOW, holder="h", reserved=NOW + 10)
    assert ids(outbox, holder="other") == []
    assert ids(outbox, holder="h") == ["a"]
    assert outbox.put(b"k2", [message("b")], NOW, holder="h", reserved=NOW + 10)
    assert ids(outbox, NOW + 10, holder="other") == ["b"]


def test_a_delivery_is_known_for_seven_days(outbox: SqlOutbox) -> None:
    put(outbox, "a")
    assert not outbox.put(b"a", [message("again")], NOW + REMEMBERED - 1)
    assert outbox.known(b"a", NOW + REMEMBERED - 1) == "a"
    assert outbox.known(b"a", NOW + REMEMBERED) is None
    assert outbox.put(b"a", [message("later")], NOW + REMEMBERED)
    assert outbox.known(b"other", NOW) is None


def test_a_delivery_without_messages_is_known_too(outbox: SqlOutbox) -> None:
    assert outbox.put(b"a", [], NOW)
    assert outbox.known(b"a", NOW) == ""


def test_keys_past_their_time_are_swept(outbox: SqlOutbox) -> None:
    put(outbox, "a")
    assert outbox.begin_call(b"c", NOW) is None
    outbox.sweep(NOW + REMEMBERED)
    with outbox.transaction() as ask:
        assert ask("SELECT count(*) FROM seen") == [(0,)]
        assert ask("SELECT count(*) FROM call") == [(0,)]


def test_of_two_that_put_the_same_delivery_one_does(outbox: SqlOutbox) -> None:
    done: list[bool] = []

    def one(number: int) -> None:
        done.append(outbox.put(b"same", [message(f"m{number}")], NOW))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False] * 7 + [True]
    assert outbox.waiting().waiting == 1


def test_no_two_claim_the_same_message_or_lane(outbox: SqlOutbox) -> None:
    for number in range(30):
        put(outbox, f"m{number:02d}", f"lane{number % 10}")
    found: list[str] = []

    def one(holder: str) -> None:
        found.extend(ids(outbox, limit=4, holder=holder))

    threads = [threading.Thread(target=one, args=(f"h{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(set(found))
    assert set(found) <= {f"m{number:02d}" for number in range(10)}


def test_a_call_is_begun_once_and_its_answer_is_kept(outbox: SqlOutbox) -> None:
    assert outbox.begin_call(b"c", NOW) is None
    assert outbox.begin_call(b"c", NOW) == Call(None)
    outbox.end_call(b"c", Call(200, "application/json", b'{"ok":true}'))
    assert outbox.begin_call(b"c", NOW) == Call(200, "application/json", b'{"ok":true}')
    assert outbox.begin_call(b"c", NOW + REMEMBERED) is None


def test_a_call_that_surely_went_nowhere_may_be_made_again(outbox: SqlOutbox) -> None:
    assert outbox.begin_call(b"c", NOW) is None
    outbox.end_call(b"c", None)
    assert outbox.begin_call(b"c", NOW) is None


def test_nothing_of_what_is_done_is_kept(tmp_path: Path) -> None:
    outbox = SqliteOutbox(tmp_path / "outbox.db")
    put(outbox, "a", "lane")
    outbox.done(outbox.claim("h", "r", NOW, NOW + 30, 1)[0])
    with outbox.transaction() as ask:
        assert ask("SELECT count(*) FROM message") == ask("SELECT count(*) FROM lane") == [(0,)]
    outbox.close()


def test_an_outbox_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    outbox = SqliteOutbox(tmp_path / "outbox.db")
    with outbox.transaction() as ask:
        ask("PRAGMA user_version = 9")
    outbox.close()
    with pytest.raises(StorageError, match="has version 9"):
        SqliteOutbox(tmp_path / "outbox.db")


def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    SqliteOutbox(tmp_path / "outbox.db").close()
    assert (tmp_path / "outbox.db").stat().st_mode & 0o077 == 0
