"""What only the Redis store can get wrong: leases, keys that end by themselves, and what it does not do."""

import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.exceptions import ConfigError, RedactorError, StorageError
from redactor.keys import shred_tenant
from redactor.privacy.consent import Consent, Subject
from redactor.storage import ConversationRow, Search, SubjectRow, TenantRow, TurnRow, ValueRow

pytest.importorskip("redis", reason="redis-py is not installed (pip install '.[redis]')")

import redis

from redactor.storage.redis import RedisStore
from redactor.storage.redis_reading import ENDS_ITSELF

TENANT = TenantRow("default", b"wrapped", "kek-1")
CONVERSATION = ConversationRow("default", b"id", "c1", b"wrapped", "k1", 100.0, 1000.0)
VALUE = ValueRow("c1", "PERSON", 1, b"lookup", "scheme", "k1", b"sealed", 50.0)
TURN = TurnRow("c1", 1, "t1", "customer", "", 1.0, "some text", b"i", b"r", b"t", 0, "p", "m", "[]", "[]")


@pytest.fixture
def server(redis_url: str, name: str) -> Iterator[RedisStore]:
    made = RedisStore(redis_url, name=name, timeout=2)
    with made.transaction() as tx:
        tx.put_tenant(TENANT)
        tx.put_conversation(CONVERSATION)
        tx.put_value(replace(VALUE, index=tx.next_index("c1", "PERSON")))
        tx.put_turn(replace(TURN, seq=tx.next_seq("c1")))
        tx.put_subject(SubjectRow("default", b"subject", "c1"))
    yield made
    made.close()


@pytest.fixture
def client(redis_url: str) -> Iterator[Any]:
    made = redis.Redis.from_url(redis_url)
    yield made
    made.close()


# -- one writer at a time


@pytest.mark.parametrize("notices", [True, False])
def test_a_writer_that_slept_too_long_cannot_commit(
    server: RedisStore, monkeypatch: pytest.MonkeyPatch, notices: bool
) -> None:
    """Whether it looks at the clock before it commits or not: the server decides."""
    monkeypatch.setattr("redactor.storage.redis.LEASE", 0.1)
    if not notices:
        monkeypatch.setattr("redactor.storage.redis.Turn.keep", lambda self: None)
    heard: list[bool] = []
    other = RedisStore(f"redis://{server._shown}", name=server._name)
    with pytest.raises(StorageError, match="another took its turn"), server.transaction() as tx:
        tx.on_end(heard.append)
        tx.touch("c1", 500.0)
        time.sleep(0.15)
        with other.transaction() as meanwhile:
            meanwhile.touch("c1", 200.0)
    other.close()
    row = server.conversation("default", b"id")
    assert row is not None
    assert row.last_turn == 200.0
    assert heard == [False]


def test_a_writer_at_work_keeps_its_lease(server: RedisStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redactor.storage.redis.LEASE", 0.2)
    with server.transaction() as tx:
        for _ in range(6):
            time.sleep(0.08)
            tx.tenant("nobody")
        tx.touch("c1", 500.0)
    row = server.conversation("default", b"id")
    assert row is not None
    assert row.last_turn == 500.0


def test_a_commit_whose_answer_was_lost_is_not_taken_for_refused(server: RedisStore) -> None:
    """The client sends it again; it finds its own receipt, and nothing is written twice."""
    ran = server.run

    def twice(script: str, keys: Any, arguments: Any) -> Any:
        ran(script, keys, arguments)
        return ran(script, keys, arguments)

    with server.transaction() as tx:
        tx.next_index("c1", "PERSON")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RedisStore, "run", lambda self, *given: twice(*given))
        with server.transaction() as tx:
            assert tx.next_index("c1", "PERSON") == 3
    assert dict(server.counters("c1")) == {"PERSON": 3}


# -- keys that end


def test_content_ends_by_itself_and_numbers_do_not(server: RedisStore, client: Any) -> None:
    for name in ENDS_ITSELF:
        left = client.pttl(server.key(f"{name}:c1"))
        assert 1000_000 < left <= (1000 + 7200) * 1000
    for name in ("c:c1", "n:c1", "id", "tenant", "s:" + '["default", "7375626a656374"]'):
        assert client.pttl(server.key(name)) == -1


def test_a_conversation_that_redis_ended_is_over_and_its_numbers_go_on(server: RedisStore, client: Any) -> None:
    for name in ENDS_ITSELF:
        client.delete(server.key(f"{name}:c1"))
    row = server.conversation("default", b"id")
    assert row == replace(CONVERSATION, wrapped_key=None, key_id="", version=1)
    assert not server.values("c1")
    assert not server.turns("c1")
    with server.transaction() as tx:
        assert tx.expire(99.0) == (0, 0)
        assert tx.expire(2000.0) == (1, 0)
        assert tx.expire(2000.0) == (0, 0)
        assert tx.next_index("c1", "PERSON") == tx.next_seq("c1") == 2
    assert list(server.conversations_with("default", b"subject")) == []
    assert server.live_conversations("default") == 0


def test_what_is_forgotten_leaves_no_key_behind(server: RedisStore, client: Any) -> None:
    with server.transaction() as tx:
        tx.forget("c1")
    left = {key.decode().split(":", 1)[1] for key in client.scan_iter(f"{{{server._name}}}:*")}
    left = {key for key in left if not key.startswith("receipt")}
    assert left == {"schema", "tenant", "id", "c:c1", "n:c1", "number"}
    dump = b"".join(client.dump(key) for key in client.scan_iter(f"{{{server._name}}}:*"))
    assert b"sealed" not in dump


def test_a_consent_is_noted_once_and_leaves_no_key_behind(server: RedisStore, client: Any) -> None:
    who, key = Subject("+1 212 555 0177", "PHONE_NUMBER", "acme"), LocalKey.ephemeral()
    with Redactor(recognizers=[], store=server, key=key) as redactor:
        consent = Consent(redactor)
        seen = consent.state(who)
        with ThreadPoolExecutor(8) as pool:
            noted = list(pool.map(lambda _: consent.note_notice(who, "1", seen), range(8)))
        assert sorted(noted) == [False] * 7 + [True]
        consent.refuse(who)
        hashed = consent._hash(who).hex().encode()

        def found() -> list[bytes]:
            keys = [key for key in client.scan_iter(f"{{{server._name}}}:*") if b"receipt" not in key]
            return [key for key in keys if hashed in key or hashed in client.dump(key)]

        assert len(found()) == 2
        assert all(client.pttl(key) == -1 for key in found()), "who refused must stay refused"
        assert consent.erase(who)
        assert not found()
        consent.grant(who)
        assert shred_tenant(server, key, "acme") == 0
        assert not found()
        assert consent.state(who).state == "unknown"


# -- what it does not do


def test_what_needs_an_index_of_everything_says_which_store_has_one(server: RedisStore) -> None:
    with pytest.raises(StorageError, match="use SQLite or PostgreSQL"):
        server.search(Search(), limit=9)
    with pytest.raises(StorageError, match="use SQLite or PostgreSQL"), server.transaction() as tx:
        tx.listed(limit=9)


def test_a_server_that_may_drop_keys_is_refused(server: RedisStore, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"maxmemory": 1000, "maxmemory_policy": "allkeys-lru"}
    monkeypatch.setattr(redis.Redis, "info", lambda self, section: found)
    with pytest.raises(StorageError, match="noeviction"):
        RedisStore(f"redis://{server._shown}", name=server._name)
    found["maxmemory_policy"] = "noeviction"
    RedisStore(f"redis://{server._shown}", name=server._name).close()


def test_what_a_newer_version_wrote_asks_for_an_upgrade(server: RedisStore, client: Any) -> None:
    client.set(server.key("schema"), b"2")
    with pytest.raises(StorageError, match="upgrade"):
        RedisStore(f"redis://{server._shown}", name=server._name)


CANARY = "canary-4417"


@pytest.mark.parametrize(
    "url",
    [
        f"redis://user:{CANARY}@127.0.0.1:1/0",
        f"redis://user:{CANARY}@127.0.0.1:{CANARY}/0",
        f"http://user:{CANARY}@127.0.0.1/0",
        f"redis://user:{CANARY}@127.0.0.1:6379/9",
    ],
)
def test_a_password_is_in_no_error(redis_url: str, url: str) -> None:
    with pytest.raises(RedactorError) as caught:
        RedisStore(url)
    assert CANARY not in "".join(traceback.format_exception(caught.value)).replace(repr(url), "")
    assert caught.value.__context__ is None


def test_a_store_shows_where_it_leads_and_not_how_one_gets_in(server: RedisStore) -> None:
    assert repr(server).startswith("RedisStore('")
    with pytest.raises(ConfigError, match="name"):
        RedisStore("redis://127.0.0.1/9", name="a:b")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=()), max_size=40),
    data=st.binary(max_size=40),
    kind=st.text(min_size=1, max_size=9),
)
def test_any_text_and_bytes_come_back(server: RedisStore, text: str, data: bytes, kind: str) -> None:
    with server.transaction() as tx:
        seq, index = tx.next_seq("c1"), tx.next_index("c1", kind)
        said = tx.put_turn(replace(TURN, seq=seq, turn_id=f"t{seq}", text=text, input_hash=data, text_hash=data))
        kept = tx.put_value(replace(VALUE, type=kind, index=index, sealed=data, lookup_hash=None))
    assert server.turn("c1", f"t{seq}") == server.last_turn("c1") == said
    assert said.text == text
    assert server.values("c1", newer_than=kept.version - 1) == [kept]
    assert server.turns("c1", newer_than=said.version - 1) == [said]
