"""Conversations listed, shown and searched: by public id, in pages, without a value."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from redactor import Redactor
from redactor.crypto import LocalKey
from redactor.exceptions import ConfigError, CryptoError, NotFoundError
from redactor.secret import Secret
from redactor.storage import Listed, Store
from redactor.storage.memory import MemoryStore
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer, assert_no_leak
from redactor.transcripts import StoredTurn, Transcripts

VALUES: dict[str | re.Pattern[str], str] = {
    "Zebulon Quuxley": "PERSON",
    "7730019284": "ACCOUNT_ID",
    "+1 202 555 0173": "PHONE_NUMBER",
}
KEY = LocalKey(Secret(bytes(32)))


class Clock:
    """A time that goes on by a second whenever it is asked for."""

    now = 1000.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "v.db")
    yield made
    made.close()


@pytest.fixture
def redactor(make_redactor: Callable[..., Redactor], store: Store) -> Redactor:
    """Two tenants, three conversations."""
    settings: dict[str, Any] = {"recognizers": [FakeRecognizer(VALUES)], "store": store, "key": KEY}
    made = make_redactor(**settings, clock=Clock())
    chat = made.conversation("+1 202 555 0173")
    chat.redact("I am Zebulon Quuxley", channel="whatsapp")
    chat.restore("Hello [PERSON_1]")
    chat.redact("order 7730019284, late")
    made.conversation("other").redact("nothing to see")
    made.conversation("theirs", tenant="acme").redact("late as well", role="agent")
    return made


def test_conversations_are_listed_by_public_id_last_spoken_in_first(redactor: Redactor) -> None:
    page = redactor.transcripts.conversations()
    assert page.cursor is None
    assert [(each.tenant, each.turns, each.types) for each in page.items] == [
        ("acme", 1, ()),
        ("default", 1, ()),
        ("default", 3, ("ACCOUNT_ID", "PERSON")),
    ]
    first = page.items[2]
    assert first.public_id == redactor.conversation("+1 202 555 0173").public_id
    assert first.first is not None
    assert first.first < first.last
    assert [each.tenant for each in redactor.transcripts.conversations("acme").items] == ["acme"]


def test_a_conversation_is_shown_in_order_with_what_was_found(redactor: Redactor) -> None:
    public_id = redactor.transcripts.public_id("+1 202 555 0173")
    first, second, third = redactor.transcripts.show(public_id)
    assert [turn.text for turn in (first, second, third)] == [
        "I am [PERSON_1]",
        "Hello [PERSON_1]",
        "order [ACCOUNT_ID_1], late",
    ]
    assert (first.role, first.channel, first.seq, first.tenant, first.revision) == (
        "customer",
        "whatsapp",
        1,
        "default",
        0,
    )
    (entity,) = first.entities
    assert (entity.type, first.placeholder(entity), entity.score, entity.recognizer) == (
        "PERSON",
        "[PERSON_1]",
        0.95,
        "fake",
    )
    assert (entity.operator, entity.outcome) == ("placeholder", "masked")
    assert {"view", "fake", "memory", "resolve", "mint"} <= set(first.timings)
    assert all(spent >= 0 for spent in first.timings.values())


def test_a_search_says_whose_turn_it_is(redactor: Redactor) -> None:
    found = redactor.transcripts.search("late").items
    assert [(turn.tenant, turn.role) for turn in found] == [("acme", "agent"), ("default", "customer")]
    assert [turn.text for turn in redactor.transcripts.search("late", tenant="acme").items] == ["late as well"]
    assert [turn.seq for turn in redactor.transcripts.search(type="PERSON", lowest=0.9).items] == [1]
    assert redactor.transcripts.search("quuxley").items == ()


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 50])
def test_pages_join_to_the_whole(redactor: Redactor, limit: int) -> None:
    transcripts = redactor.transcripts
    turns: list[StoredTurn] = []
    cursor: str | None = None
    while True:
        page = transcripts.search(limit=limit, cursor=cursor)
        turns += page.items
        cursor = page.cursor
        if cursor is None:
            break
    assert turns == list(transcripts.search().items)
    assert len(turns) == 5
    listed: list[Listed] = []
    cursor = None
    while True:
        some = transcripts.conversations(limit=limit, cursor=cursor)
        listed += some.items
        cursor = some.cursor
        if cursor is None:
            break
    assert listed == list(transcripts.conversations().items)


def test_pages_are_fixed_while_turns_come_in(redactor: Redactor) -> None:
    whole = redactor.transcripts.search().items
    page = redactor.transcripts.search(limit=2)
    redactor.conversation("other").redact("a new turn")
    rest = redactor.transcripts.search(cursor=page.cursor)
    assert page.items + rest.items == whole


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "٣", "1/2"])
def test_what_is_no_cursor_is_refused(redactor: Redactor, cursor: str) -> None:
    with pytest.raises(ConfigError, match="no cursor"):
        redactor.transcripts.search(cursor=cursor)
    with pytest.raises(ConfigError, match="no cursor"):
        redactor.transcripts.conversations(cursor="x/y")


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_a_size(redactor: Redactor, limit: int) -> None:
    with pytest.raises(ConfigError, match="expected 1 to 1000"):
        redactor.transcripts.search(limit=limit)


def test_a_hosts_id_is_looked_up_with_the_key_alone(redactor: Redactor, store: Store) -> None:
    transcripts = redactor.transcripts
    assert transcripts.public_id("theirs", "acme") == redactor.conversation("theirs", "acme").public_id
    for unknown in (("theirs", "default"), ("nobody", "acme"), ("theirs", "unknown tenant")):
        with pytest.raises(NotFoundError, match="no conversation of that id"):
            transcripts.public_id(*unknown)
    assert [row.tenant for row in store.tenants()] == ["acme", "default"]
    with pytest.raises(ConfigError, match="give the store's key"):
        Transcripts(store).public_id("theirs", "acme")
    with pytest.raises(CryptoError):
        Transcripts(store, LocalKey.ephemeral()).public_id("theirs", "acme")


def test_what_is_forgotten_is_not_shown(redactor: Redactor) -> None:
    chat = redactor.conversation("+1 202 555 0173")
    public_id = chat.public_id
    chat.forget()
    assert redactor.transcripts.show(public_id) == ()
    assert len(redactor.transcripts.conversations().items) == 2
    assert len(redactor.transcripts.search("late").items) == 1
    with pytest.raises(NotFoundError, match="public id"):
        redactor.transcripts.show("+1 202 555 0173")


def test_no_value_and_no_hosts_id_is_in_anything_read(redactor: Redactor) -> None:
    transcripts = redactor.transcripts
    shown = [transcripts.show(each.public_id) for each in transcripts.conversations().items]
    assert_no_leak(
        [*map(str, VALUES), "Quuxley"], shown, transcripts.conversations(), transcripts.search(), repr(transcripts)
    )
