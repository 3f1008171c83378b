"""What is recorded is redacted, is known when it comes again, and replays to what was typed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.crypto import LocalKey
from redactor.exceptions import NotFoundError, StorageError
from redactor.secret import Secret
from redactor.storage import Store, Transaction, TurnRow
from redactor.storage.memory import MemoryStore
from redactor.storage.sqlite import SqliteStore
from redactor.taxonomy import entity_types
from redactor.transcripts import (
    Candidate,
    RecordedEntity,
    decode_candidates,
    decode_entities,
    decode_timings,
    encode_candidates,
    encode_entities,
    encode_timings,
    explained,
    file_restored,
    look_up,
    look_up_redacted,
    record,
    replay,
    rewrite,
)
from redactor.types import Decision, Entity
from redactor.vault import Mention, Vault

NOW = 1000.0


class Versions(TypedDict):
    policy_version: str
    model_version: str


VERSIONS: Versions = {"policy_version": "p1", "model_version": "m1"}


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "v.db")
    yield made
    made.close()


@pytest.fixture
def vault(store: Store) -> Vault:
    return open_vault(store)


def open_vault(store: Store, **more: Any) -> Vault:
    return Vault.open(store, LocalKey(Secret(bytes(32))), "default", "c", **{"clock": lambda: NOW, **more})


Piece = str | tuple[str, str] | tuple[str, str, str]
"""Clear text, or (type, text as typed), or (type, text, storage)."""


def say(store: Store, vault: Vault, *pieces: Piece, role: str = "customer", previous: str = "", **more: Any) -> TurnRow:
    """Mint and record one turn in one transaction, as a conversation does."""
    redacted, typed, entities = "", "", []
    with store.transaction() as tx:
        for piece in pieces:
            if isinstance(piece, str):
                redacted, typed = redacted + piece, typed + piece
                continue
            kind, text, *storage = piece
            secret = Secret(text)
            mention = Mention(kind, secret, secret, **({"storage": storage[0]} if storage else {}), **more)  # type: ignore[arg-type]
            minted = vault.mint(tx, mention, NOW)
            name = f"[{minted.type}_{minted.index}]"
            span = (len(redacted), len(redacted) + len(name))
            entities.append(RecordedEntity(kind, minted.index, minted.form, *span, 0.9, "fake", "placeholder"))
            redacted, typed = redacted + name, typed + text
        return record(
            tx,
            vault,
            role=role,
            text=typed,
            redacted=redacted,
            previous_turn_id=previous,
            now=NOW,
            entities=entities,
            **VERSIONS,
        )


def find(
    store: Store, vault: Vault, text: str, previous: str = "", role: str = "customer", **more: str
) -> TurnRow | None:
    versions: dict[str, str] = {"policy_version": "p1", "model_version": "m1", **more}
    return look_up(store, vault, role, previous, text, versions["policy_version"], versions["model_version"])


# -- record


def test_a_recorded_turn_holds_the_redacted_text_and_no_value(store: Store, vault: Vault) -> None:
    row = say(store, vault, "I am ", ("PERSON", "Joyce Wu"), ", ", ("CARD_CVV", "4417"), "!")
    assert row.text == "I am [PERSON_1], [CARD_CVV_1]!"
    assert (row.seq, row.revision, row.role, row.restored_hash) == (1, 0, "customer", None)
    assert store.turn(vault.public_id, row.turn_id) == row
    assert not [planted for planted in ("Joyce", "Wu", "4417") if planted in repr(row)]


def test_turns_are_numbered_and_move_the_conversations_time(store: Store, vault: Vault) -> None:
    rows = [say(store, vault, f"hello {number}") for number in range(3)]
    assert [row.seq for row in rows] == [1, 2, 3]
    assert len({row.turn_id for row in rows}) == 3
    with store.transaction() as tx:
        last = record(tx, vault, role="agent", text="x", redacted="x", previous_turn_id="", now=2000.0, **VERSIONS)
        assert tx.expire(NOW + 30 * 86400.0) == (0, 0)
    assert last.time == 2000.0
    assert store.last_turn(vault.public_id) == last


def test_a_turn_can_be_given_its_id_and_channel(store: Store, vault: Vault) -> None:
    with store.transaction() as tx:
        row = record(
            tx,
            vault,
            role="agent",
            text="x",
            redacted="x",
            previous_turn_id="",
            now=NOW,
            turn_id="t9",
            channel="web",
            **VERSIONS,
        )
    assert (row.turn_id, row.channel) == ("t9", "web")


# -- look up


def test_a_resent_turn_is_known_only_if_everything_is_the_same(store: Store, vault: Vault) -> None:
    row = say(store, vault, "I am ", ("PERSON", "Joyce Wu"), previous="t0")
    text = "I am Joyce Wu"
    assert find(store, vault, text, previous="t0") == row
    assert find(store, open_vault(store), text, previous="t0") == row
    different: list[TurnRow | None] = [
        find(store, vault, text + " ", previous="t0"),
        find(store, vault, text, previous="t1"),
        find(store, vault, text, previous="t0", role="agent"),
        find(store, vault, text, previous="t0", policy_version="p2"),
        find(store, vault, text, previous="t0", model_version="m2"),
        find(store, vault, row.text, previous="t0"),
        find(store, Vault.open(store, LocalKey(Secret(bytes(32))), "default", "other"), text, previous="t0"),
    ]
    assert different == [None] * 7


def test_the_conversations_own_redacted_text_is_known(store: Store, vault: Vault) -> None:
    row = say(store, vault, "I am ", ("PERSON", "Joyce Wu"))
    assert look_up_redacted(store, vault, "I am [PERSON_1]") == row
    assert look_up_redacted(store, vault, "I am Joyce Wu") is None


def test_a_restored_reply_is_known_when_it_is_resent(store: Store, vault: Vault) -> None:
    said = say(store, vault, ("PERSON", "Joyce Wu"))
    reply = say(store, vault, "Hi [PERSON_1]!", role="assistant", previous=said.turn_id)
    with store.transaction() as tx:
        filed = file_restored(tx, vault, reply, said.turn_id, "Hi Joyce Wu!")
    assert filed == replace(reply, restored_hash=filed.restored_hash, version=filed.version)
    for text in ("Hi Joyce Wu!", "Hi [PERSON_1]!"):
        assert find(store, vault, text, previous=said.turn_id, role="assistant") == filed
    assert find(store, vault, "Hi Joyce Wu!", previous="", role="assistant") is None
    assert find(store, vault, "Hi Joyce Wu!", previous=said.turn_id) is None


def test_nothing_is_known_after_forget(store: Store, vault: Vault) -> None:
    row = say(store, vault, "hello")
    vault.forget()
    assert find(store, vault, "hello") is None
    assert look_up_redacted(store, vault, "hello") is None
    changes: list[Callable[[Transaction], TurnRow]] = [
        lambda tx: file_restored(tx, vault, row, "", "hello"),
        lambda tx: rewrite(tx, vault, row, "x", []),
    ]
    for change in changes:
        with pytest.raises(NotFoundError, match="no longer stored"), store.transaction() as tx:
            change(tx)
    again = say(store, vault, "hello")
    assert again.seq == 2
    assert find(store, vault, "hello") == again


# -- rewrite


def test_a_rewritten_turn_is_known_by_its_old_input_and_its_new_text(store: Store, vault: Vault) -> None:
    row = say(store, vault, "joyce here")
    with store.transaction() as tx:
        joyce = Mention("PERSON", Secret("joyce"), Secret("joyce"))
        minted = vault.mint(tx, joyce, NOW)
        entity = RecordedEntity("PERSON", minted.index, minted.form, 0, 10, 1.0, "memory", "placeholder")
        new = rewrite(tx, vault, row, "[PERSON_1] here", [entity])
    assert (new.revision, new.seq, new.turn_id) == (1, row.seq, row.turn_id)
    assert (new.input_hash, new.candidates) == (row.input_hash, row.candidates)
    assert find(store, vault, "joyce here") == look_up_redacted(store, vault, "[PERSON_1] here") == new
    assert look_up_redacted(store, vault, "joyce here") is None
    assert replay(vault, new) == "joyce here"


def test_a_turn_rewritten_by_another_process_is_not_overwritten(store: Store, vault: Vault) -> None:
    row = say(store, vault, "joyce here")
    with store.transaction() as tx:
        rewrite(tx, vault, row, "first", [], [Candidate("PERSON", 0, 5, 0.2, "fake")])
    with pytest.raises(StorageError, match="another process"), store.transaction() as tx:
        rewrite(tx, vault, row, "second", [])
    stored = store.turn(vault.public_id, row.turn_id)
    assert stored is not None
    assert stored.text == "first"
    assert decode_candidates(stored.candidates) == (Candidate("PERSON", 0, 5, 0.2, "fake"),)


def test_filing_a_restored_reply_does_not_undo_a_rewrite(store: Store, vault: Vault) -> None:
    row = say(store, vault, "joyce here")
    with store.transaction() as tx:
        rewrite(tx, vault, row, "[PERSON_1] here", [])
        assert file_restored(tx, vault, row, "", "joyce here").text == "[PERSON_1] here"


# -- replay

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=12)
PIECES = st.lists(
    st.one_of(
        ANY_TEXT,
        st.tuples(st.sampled_from(["PERSON", "EMAIL_ADDRESS", "LITERAL"]), ANY_TEXT.filter(bool)),
    ),
    max_size=8,
)


@given(st.lists(PIECES, max_size=4))
def test_a_replayed_turn_is_exactly_what_was_typed(turns: list[list[Any]]) -> None:
    store = MemoryStore()
    vault = open_vault(store)
    rows = [say(store, vault, *pieces) for pieces in turns]
    for opened in (vault, open_vault(store)):
        for row, pieces in zip(rows, turns, strict=True):
            assert replay(opened, row) == "".join(piece if isinstance(piece, str) else piece[1] for piece in pieces)


def test_each_place_replays_the_form_that_stood_there(store: Store, vault: Vault) -> None:
    first = say(store, vault, ("PERSON", "Joyce Wu"), " and ", ("PERSON", "joyce"), " and ", ("PERSON", "JOYCE WU"))
    assert first.text == "[PERSON_1] and [PERSON_1] and [PERSON_1]"
    assert replay(vault, first) == "Joyce Wu and joyce and JOYCE WU"


def test_what_was_not_kept_replays_as_its_label(store: Store, vault: Vault) -> None:
    code = say(store, vault, "code ", ("SECRET", "hunter2"), ".")
    card = say(store, vault, "card ", ("CREDIT_CARD", "4111111111111111", "hashed"), ".", label="card ending 1111")
    plain = say(store, vault, "card ", ("CREDIT_CARD", "5500000000000004", "hashed"), ".")
    assert replay(vault, code) == "code (secret hidden)."
    assert replay(vault, card) == "card (card ending 1111)."
    assert replay(vault, plain) == "card (card number hidden)."


@pytest.mark.parametrize("entity_type", sorted(entity_types()))
def test_an_expired_value_replays_as_its_types_label(entity_type: str) -> None:
    store = MemoryStore()
    row = say(store, open_vault(store), "it is ", (entity_type, "zanzibar-4417"), ".", retention=10.0, label="zan")
    later = open_vault(store, clock=lambda: NOW + 10.0)
    assert replay(later, row) == f"it is ({entity_types()[entity_type].label})."


def test_what_the_operator_masked_stands_as_it_stands(store: Store, vault: Vault) -> None:
    entity = RecordedEntity("CREDIT_CARD", None, None, 5, 13, 0.9, "fake", "mask")
    with store.transaction() as tx:
        row = record(
            tx,
            vault,
            role="customer",
            text="card 4111111111111111.",
            redacted="card ****1111.",
            previous_turn_id="",
            now=NOW,
            entities=[entity],
            **VERSIONS,
        )
    assert replay(vault, row) == "card ****1111."


def test_the_caller_may_decide_what_is_written(store: Store, vault: Vault) -> None:
    row = say(store, vault, "I am ", ("PERSON", "Joyce Wu"), ".")
    assert replay(vault, row, lambda entity, index: f"<{entity.type} {index}>") == "I am <PERSON 1>."


# -- the stored JSON

FLOATS = st.floats(0, 1)
ENTITIES = st.builds(
    RecordedEntity,
    type=st.sampled_from(["PERSON", "X"]),
    index=st.none() | st.integers(1),
    form=st.none() | st.integers(0),
    start=st.integers(0),
    end=st.integers(0),
    score=FLOATS,
    recognizer=ANY_TEXT.filter(lambda text: not any("\ud800" <= letter <= "\udfff" for letter in text)),
    operator=st.sampled_from(["placeholder", "mask"]),
    outcome=st.sampled_from(["masked", "kept"]),
    reason=st.sampled_from(["", "a fixed sentence"]),
)
CANDIDATES = st.builds(
    Candidate, type=st.just("X"), start=st.integers(0), end=st.integers(0), score=FLOATS, recognizer=st.just("r")
)


@given(st.lists(ENTITIES, max_size=4), st.lists(CANDIDATES, max_size=4))
def test_what_is_encoded_is_decoded(entities: list[RecordedEntity], candidates: list[Candidate]) -> None:
    assert decode_entities(encode_entities(entities)) == tuple(entities)
    assert decode_candidates(encode_candidates(candidates)) == tuple(candidates)


def test_the_stored_names_are_the_documented_ones() -> None:
    entity = RecordedEntity("PERSON", 1, 0, 2, 12, 0.5, "fake", "placeholder")
    assert encode_entities([entity]) == (
        '[{"type":"PERSON","index":1,"form":0,"start":2,"end":12,"score":0.5,"recognizer":"fake","operator":"placeholder"}]'
    )


def test_what_is_as_ever_is_not_written() -> None:
    plain = RecordedEntity("PERSON", 1, 0, 2, 12, 0.5, "fake", "placeholder")
    assert "reason" not in encode_entities([plain])
    assert encode_entities([replace(plain, outcome="kept", reason="why")]).endswith(
        ',"outcome":"kept","reason":"why"}]'
    )


@given(st.dictionaries(st.sampled_from(["view", "patterns", "mint"]), st.floats(0, 1e5)))
def test_timings_are_kept_to_the_microsecond(timings: dict[str, float]) -> None:
    kept = decode_timings(encode_timings(timings))
    assert kept.keys() == timings.keys()
    assert all(abs(kept[step] - timings[step]) <= 0.0006 for step in timings)


# -- why


def test_each_entity_is_told_the_decision_on_the_vote_that_named_it() -> None:
    recorded = [
        RecordedEntity("PERSON", 1, 0, 0, 10, 0.9, "fake", "placeholder"),
        RecordedEntity("PERSON", 2, 0, 11, 21, 0.9, "fake", "placeholder"),
        RecordedEntity("LITERAL", 1, 0, 30, 40, 1.0, "placeholders", "placeholder"),
        RecordedEntity("PERSON", 1, 0, 50, 60, 1.0, "memory:part", "placeholder"),
    ]
    votes = [(0, 5, "masked", "masked"), (6, 9, "masked", "united with evidence"), (6, 9, "merged", "part of another")]
    decisions = [
        Decision(Entity(start, end, "PERSON", 0.9, "fake"), outcome, reason)  # type: ignore[arg-type]
        for start, end, outcome, reason in votes
    ]
    told = explained(recorded, [(0, 5), (6, 9), (12, 20), (30, 36)], decisions)
    assert [each.reason for each in told] == [
        "",
        "united with evidence",
        "it would read as a placeholder, and came from outside",
        "known from another message of the conversation",
    ]
    assert [replace(each, reason="") for each in told] == recorded
