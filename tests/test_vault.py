"""The vault's laws: who is who, what is never kept, what an end means, and one mind among threads and processes."""

import multiprocessing
import random
import re
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redactor import sealing
from redactor.crypto import LocalKey, keyed_hash
from redactor.exceptions import CryptoError, PolicyError, StorageError
from redactor.keys import rewrap, tenant_keys
from redactor.referents import decode, encode
from redactor.secret import Secret
from redactor.storage import Store, ValueRow
from redactor.storage.memory import MemoryStore
from redactor.storage.sqlite import SqliteStore
from redactor.vault import Form, Mention, Minted, Referent, Vault

KEY = LocalKey(Secret(bytes(range(32))))
CANARY = "zanzibar-4417@example.org"
Numbers = list[tuple[str, int, int | None]]


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "v.db")
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vault(store: Store, clock: Clock) -> Vault:
    return reopen(store, "c-42", clock=clock)


def reopen(
    store: Store, conversation: str = "c-42", tenant: str = "default", key: LocalKey = KEY, **more: Any
) -> Vault:
    """A conversation's vault at the time the tests begin."""
    return Vault.open(store, key, tenant, conversation, **{"clock": Clock(), **more})


def mention(entity_type: str, text: str, normal: str | None = None, **more: Any) -> Mention:
    return Mention(entity_type, Secret(text), Secret(text if normal is None else normal), **more)


def mint(store: Store, vault: Vault, *mentions: Mention, now: float = 1000.0) -> Numbers:
    with store.transaction() as tx:
        minted = [vault.mint(tx, m, now) for m in mentions]
    return [(m.type, m.index, m.form) for m in minted]


def people(store: Store, vault: Vault, *names: str) -> list[tuple[int, int | None]]:
    return [(index, form) for _, index, form in mint(store, vault, *(mention("PERSON", name) for name in names))]


# -- who is who

IDENTITY: list[tuple[str, list[str], list[int]]] = [
    ("PERSON", ["Crystal Minh", "crystal minh", "CRYSTAL  MINH", "Minh, Crystal"], [1, 1, 1, 2]),
    ("PERSON", ["Joyce Wu", "Joyce", "Wu", "wu"], [1, 1, 1, 1]),
    ("PERSON", ["Joyce", "Joyce Wu", "Joyce"], [1, 2, 1]),
    ("PERSON", ["Joyce Wu", "Joyce Hill", "Joyce", "Wu", "Hill", "joyce"], [1, 2, 3, 1, 2, 3]),
    ("PERSON", ["Ann Lee Ray", "Ann Ray", "Lee", "Ann Lee"], [1, 1, 1, 2]),
    ("PERSON", ["J. Wu", "J", "Wu"], [1, 2, 1]),
    ("PERSON", ["Mo Salah", "Moe Salah", "Mo Sala"], [1, 2, 3]),
    ("EMAIL_ADDRESS", ["a@x.org", "A@X.org", "a @ x.org", "a@x.or", "aa@x.org"], [1, 1, 1, 2, 3]),
    ("PHONE_NUMBER", ["555-0100", "(555) 0100", "5550100", "555-0101", "+555 0100"], [1, 1, 1, 2, 3]),
    ("ACCOUNT_ID", ["ab-12", "AB 12", "AB13"], [1, 1, 2]),
    ("USERNAME", ["@joyce", "Joyce", "joyce_"], [1, 1, 2]),
    ("STREET_ADDRESS", ["12 Elm St", "12 elm  st,", "13 Elm St"], [1, 1, 2]),
    ("URL", ["http://x.org/A", "http://x.org/a"], [1, 2]),
    ("LITERAL", ["[PERSON_1]", "[person_1]", "[PERSON_1]", " [PERSON_1]"], [1, 2, 1, 3]),
    ("FUTURE_TYPE", ["Some Thing", "some thing", "other"], [1, 1, 2]),
]


@pytest.mark.parametrize(("entity_type", "texts", "numbers"), IDENTITY)
def test_mentions_get_their_referents_number(
    store: Store, vault: Vault, entity_type: str, texts: list[str], numbers: list[int]
) -> None:
    assert [index for _, index, _ in mint(store, vault, *(mention(entity_type, text) for text in texts))] == numbers
    again = reopen(store)
    assert [index for _, index, _ in mint(store, again, *(mention(entity_type, text) for text in texts))][
        -1
    ] == numbers[-1]


def test_identity_is_of_the_text_as_the_view_shows_it(store: Store, vault: Vault) -> None:
    spelled = mention("EMAIL_ADDRESS", "crystal at gmail dot com", "crystal@gmail.com")
    assert mint(store, vault, spelled, mention("EMAIL_ADDRESS", "crystal@gmail.com")) == [
        ("EMAIL_ADDRESS", 1, 0),
        ("EMAIL_ADDRESS", 1, 1),
    ]


def test_a_literal_is_the_text_as_typed_whatever_the_view_shows(store: Store, vault: Vault) -> None:
    wide = mention("LITERAL", "［PERSON_1］", "[PERSON_1]")
    assert [m[1] for m in mint(store, vault, wide, mention("LITERAL", "[PERSON_1]"))] == [1, 2]


def test_every_spelling_is_a_form_and_keeps_its_position(store: Store, vault: Vault) -> None:
    assert people(store, vault, "Joyce Wu", "Joyce", "JOYCE WU", "Joyce", "Joyce Wu") == [
        (1, 0),
        (1, 1),
        (1, 2),
        (1, 1),
        (1, 0),
    ]
    referent = reopen(store).referent("PERSON", 1)
    assert referent is not None
    assert [(form.text.reveal(), form.kind) for form in referent.forms] == [
        ("Joyce Wu", "full"),
        ("Joyce", "part"),
        ("JOYCE WU", "full"),
    ]
    assert referent.canonical.reveal() == "joyce wu"


def test_a_part_given_with_its_owner_is_a_form_of_it(store: Store, vault: Vault) -> None:
    people(store, vault, "Joyce Wu", "Joyce Hill")
    titled = mention("PERSON", "Ms Wu", kind="part", of=("PERSON", 1))
    stranger = mention("PERSON", "Ms Poe", kind="part", of=("PERSON", 99))
    assert mint(store, vault, titled, stranger) == [("PERSON", 1, 1), ("PERSON", 3, 0)]


def test_an_equal_name_wins_over_the_owner_a_part_was_given(store: Store, vault: Vault) -> None:
    people(store, vault, "Joyce", "Joyce Wu")
    assert mint(store, vault, mention("PERSON", "Joyce", kind="part", of=("PERSON", 2))) == [("PERSON", 1, 0)]


def test_fragments_are_forms_of_the_whole_value(store: Store, vault: Vault) -> None:
    whole = ("EMAIL_ADDRESS", 1)
    numbers = mint(
        store,
        vault,
        mention("EMAIL_ADDRESS", "john@gmail.com"),
        *(mention("EMAIL_ADDRESS", text, kind="fragment", of=whole) for text in ("john", "@", "gmail.com", "@")),
        mention("EMAIL_ADDRESS", "john"),
    )
    assert [(index, form) for _, index, form in numbers] == [(1, 0), (1, 1), (1, 2), (1, 3), (1, 2), (2, 0)]


def test_a_fragment_of_nothing_known_stands_for_itself(store: Store, vault: Vault) -> None:
    assert mint(store, vault, mention("EMAIL_ADDRESS", "john", kind="fragment")) == [("EMAIL_ADDRESS", 1, 0)]
    referent = vault.referent("EMAIL_ADDRESS", 1)
    assert referent is not None
    assert referent.forms[0].kind == "full"


NEAR = [f"{a}{b}" for a in ("marco", "marko", "mario", "maria", "marie") for b in (" rossi", " rosso", " russo")]


@given(st.lists(st.sampled_from([*NEAR, "marco", "rossi", "Rosso", "MARIA", "maria  rossi"]), max_size=25))
def test_no_two_referents_share_a_number_and_none_has_two(names: list[str]) -> None:
    store = MemoryStore()
    vault = reopen(store, "c")
    full: dict[str, set[int]] = {}
    for name in names:
        with store.transaction() as tx:
            minted = vault.mint(tx, mention("PERSON", name), 1000.0)
        referent = vault.referent("PERSON", minted.index)
        assert referent is not None
        assert minted.form is not None
        assert referent.forms[minted.form].text.reveal() == name
        if referent.forms[minted.form].kind == "full":
            full.setdefault(" ".join(name.casefold().split()), set()).add(minted.index)
    numbers = [index for indexes in full.values() for index in indexes]
    assert len(numbers) == len(set(numbers)) == len(full)
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


@example("\ud83d\ude00", False)  # two lone surrogates are not the character they would make together
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=20), st.booleans())
def test_any_text_comes_back_as_it_was_typed(text: str, fips: bool) -> None:
    store = MemoryStore()
    vault = reopen(store, "c", fips=fips)
    [(_, index, form)] = mint(store, vault, mention("LITERAL", text, label=text))
    again = reopen(store, "c").referent("LITERAL", index)
    assert again is not None
    assert form is not None
    assert again.forms[form].text.reveal() == again.fullest() == again.label == text


def test_a_spelling_is_another_form_where_it_is_another_kind() -> None:
    text = Secret("Joyce")
    referent = Referent("PERSON", 1, text, (Form(text, text, "part"), Form(text, text, "full")))
    assert [referent.position(text, "part"), referent.position(text, "full")] == [0, 1]
    assert referent.position(text, "fragment") is None


FULLEST: list[tuple[str, list[tuple[str, str, str]], str]] = [
    ("PERSON", [("joyce wu", "joyce wu", "full"), ("Joyce Wu", "Joyce Wu", "full")], "joyce wu"),
    ("PERSON", [("Joyce Wu", "Joyce Wu", "full"), ("Joyce  M. Wu", "Joyce M. Wu", "full")], "Joyce  M. Wu"),
    ("PERSON", [("Wu", "Wu", "full"), ("Joyce Anne Wu", "x", "part")], "Wu"),
    ("PERSON", [("J Wu", "J Wu", "full"), ("J. Wu", "J. Wu", "full")], "J. Wu"),
    ("EMAIL_ADDRESS", [("a at x.org", "a@x.org", "full"), ("A@X.org", "A@X.org", "full")], "A@X.org"),
    ("EMAIL_ADDRESS", [("a at x.org", "a@x.org", "full"), ("a[at]x.org", "a@x.org", "full")], "a@x.org"),
    ("EMAIL_ADDRESS", [("a at x.org", "a@x.org", "full"), ("a", "a", "fragment")], "a@x.org"),
    ("LITERAL", [("［PERSON_1］", "[PERSON_1]", "full")], "［PERSON_1］"),
    ("CREDIT_CARD", [], ""),
]


@pytest.mark.parametrize(("entity_type", "forms", "fullest"), FULLEST)
def test_the_fullest_form_is_what_people_read(
    entity_type: str, forms: list[tuple[str, str, Any]], fullest: str
) -> None:
    made = tuple(Form(Secret(text), Secret(normal), kind) for text, normal, kind in forms)
    referent = Referent(entity_type, 1, Secret("x"), made)
    assert referent.fullest() == fullest
    assert decode(entity_type, 1, encode(referent)) == referent


# -- what is kept, and what is not


def test_a_hashed_value_is_known_again_but_not_kept(store: Store, vault: Vault) -> None:
    card = mention("CREDIT_CARD", "4111 1111 1111 1111", storage="hashed", label="card ending 1111")
    other = mention("CREDIT_CARD", "5500000000000004", storage="hashed")
    assert mint(store, vault, card, other, card) == [("CREDIT_CARD", n, None) for n in (1, 2, 1)]
    for opened in (vault, reopen(store)):
        referent = opened.referent("CREDIT_CARD", 1)
        assert referent == Referent("CREDIT_CARD", 1, label="card ending 1111")
        assert not referent.canonical
    assert mint(store, reopen(store), card) == [("CREDIT_CARD", 1, None)]


def test_a_value_first_hashed_is_kept_once_it_may_be(store: Store, vault: Vault) -> None:
    mint(store, vault, mention("PERSON", "Joyce Wu", storage="hashed"))
    assert mint(store, vault, mention("PERSON", "Joyce Wu"), mention("PERSON", "Joyce")) == [
        ("PERSON", 1, 0),
        ("PERSON", 1, 1),
    ]


@pytest.mark.parametrize("entity_type", ["CARD_CVV", "SECRET"])
@pytest.mark.parametrize("storage", ["sealed", "hashed", "none"])
def test_security_codes_and_secrets_are_never_stored(
    store: Store, vault: Vault, entity_type: str, storage: Any
) -> None:
    code = mention(entity_type, "123", storage=storage, label="123")
    assert mint(store, vault, code, code) == [(entity_type, 1, None), (entity_type, 2, None)]
    for opened in (vault, reopen(store)):
        assert opened.referent(entity_type, 1) == Referent(entity_type, 1)
    assert all(row.lookup_hash is None for row in store.values(vault.public_id))


def test_a_secret_is_held_for_one_use_and_no_longer_than_the_turn(vault: Vault) -> None:
    vault.hold("SECRET", 1, Secret("hunter2"))
    vault.hold("SECRET", 2, Secret("hunter3"))
    taken = vault.take("SECRET", 1)
    assert taken is not None
    assert taken.reveal() == "hunter2"
    assert vault.take("SECRET", 1) is None
    vault.drop_held()
    assert vault.take("SECRET", 2) is None


def test_a_security_code_is_not_even_held(vault: Vault) -> None:
    with pytest.raises(PolicyError, match="CARD_CVV is never held"):
        vault.hold("CARD_CVV", 1, Secret("123"))
    assert vault.take("CARD_CVV", 1) is None


def test_direct_identifiers_lead_to_the_conversation_until_it_is_forgotten(store: Store) -> None:
    vaults = [reopen(store, name) for name in ("one", "two")]
    for vault in vaults:
        mint(store, vault, mention("EMAIL_ADDRESS", "a@x.org"), mention("PERSON", "Joyce Wu"))
    subject = subject_hash(store, "EMAIL_ADDRESS", "a@x.org")
    assert list(store.conversations_with("default", subject)) == sorted(v.public_id for v in vaults)
    assert not list(store.conversations_with("default", subject_hash(store, "PERSON", "joyce wu")))
    vaults[0].forget()
    assert list(store.conversations_with("default", subject)) == [vaults[1].public_id]


def subject_hash(store: Store, entity_type: str, canonical: str) -> bytes:
    return keyed_hash(tenant_keys(store, KEY, "default").subjects, entity_type, canonical)


# -- what is outside sees nothing


def test_nothing_printed_shows_a_value(store: Store, vault: Vault) -> None:
    planted = mention("EMAIL_ADDRESS", CANARY, label=CANARY)
    mint(store, vault, planted)
    referent = vault.referent("EMAIL_ADDRESS", 1)
    rows = [*store.values(vault.public_id), store.conversation("default", b""), *store.tenants()]
    shown = repr([planted, referent, vault, vault.keys, rows, Minted("EMAIL_ADDRESS", 1, 0)])
    assert referent is not None
    assert CANARY in referent.fullest()
    assert not re.search("zanzibar|4417", shown + repr(vault._seen))


def test_no_file_holds_a_value_or_the_hosts_conversation_id(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "v.db")
    vault = reopen(store, "whatsapp:+15550100")
    mint(store, vault, mention("EMAIL_ADDRESS", CANARY, label="ending 4417"))
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    store.close()
    content += b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for planted in (b"zanzibar", b"4417", b"5550100", b"whatsapp"):
        assert planted not in content
    assert vault.public_id.encode() in content


def test_another_key_opens_nothing_and_says_so_without_values(store: Store, vault: Vault) -> None:
    mint(store, vault, mention("EMAIL_ADDRESS", CANARY))
    with pytest.raises(CryptoError, match="does not open with key local-") as caught:
        reopen(store, "c-42", tenant="default", key=LocalKey.ephemeral())
    assert "zanzibar" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("how", ["index", "type", "conversation", "tampered"])
def test_a_value_moved_to_another_place_does_not_open(store: Store, vault: Vault, how: str) -> None:
    other = reopen(store, "c-43")
    mint(store, vault, mention("PERSON", "Joyce Wu"), mention("PERSON", "Ann Lee"), mention("USERNAME", CANARY))
    mint(store, other, mention("PERSON", "Bo Ray"))
    first, second, user = sorted(store.values(vault.public_id), key=lambda row: (row.type, row.index))
    [theirs] = store.values(other.public_id)
    stolen = {
        "index": second.sealed,
        "type": user.sealed,
        "conversation": theirs.sealed,
        "tampered": bytes(40),
    }[how]
    with store.transaction() as tx:
        tx.put_value(replace(first, sealed=stolen))
    with pytest.raises(CryptoError, match="moved from its place") as caught:
        reopen(store)
    assert "zanzibar" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "change",
    [{"conversation": "c2"}, {"type": "USERNAME"}, {"index": 2}, {"key_id": "k2"}, {"scheme": "aes-256-gcm"}, {}],
)
def test_a_seal_names_every_part_of_its_place(change: dict[str, Any]) -> None:
    row = ValueRow("c1", "PERSON", 1, b"lookup", "aes-256-gcm-siv", "k1", b"sealed", 50.0)
    tenant = "default" if change else "acme"
    assert sealing.associated_data(tenant, replace(row, **change)) != sealing.associated_data("default", row)
    moved = replace(row, lookup_hash=b"other", sealed=b"other", expires=1.0, version=9)
    assert sealing.associated_data("default", moved) == sealing.associated_data("default", row)


def test_a_conversations_key_does_not_open_in_anothers_place(store: Store, vault: Vault) -> None:
    other = reopen(store, "c-43")
    mine, theirs = vault._row(store), other._row(store)
    with store.transaction() as tx:
        tx.put_conversation(replace(mine, wrapped_key=theirs.wrapped_key, key_id=theirs.key_id))
    with pytest.raises(CryptoError, match="changed or moved"):
        reopen(store)


def test_conversations_and_tenants_are_apart(store: Store, vault: Vault) -> None:
    others = [reopen(store, "c-43"), reopen(store, "c-42", tenant="acme")]
    mint(store, vault, mention("PERSON", "Joyce Wu"))
    for other in others:
        assert other.referent("PERSON", 1) is None
        assert not other.was_minted("PERSON", 1)
        assert people(store, other, "Ann Lee") == [(1, 0)]
        assert other.turn_hash("x") != vault.turn_hash("x")
    assert len({vault.public_id, *(other.public_id for other in others)}) == 3


def test_a_value_is_sealed_by_the_scheme_asked_for_and_opens_by_the_one_recorded(store: Store) -> None:
    mint(store, reopen(store, "c"), mention("PERSON", "Joyce Wu"))
    mint(store, reopen(store, "c", fips=True), mention("PERSON", "Ann Lee"))
    vault = reopen(store, "c")
    assert [row.scheme for row in store.values(vault.public_id)] == ["aes-256-gcm-siv", "aes-256-gcm"]
    assert sorted(referent.fullest() for referent in vault.referents()) == ["Ann Lee", "Joyce Wu"]


def test_rewrapping_gives_tenants_a_new_wrap_and_leaves_values_alone(store: Store, vault: Vault) -> None:
    mint(store, vault, mention("PERSON", "Joyce Wu"))
    reopen(store, "c-42", tenant="acme")
    before, new = list(store.values(vault.public_id)), LocalKey.ephemeral()
    assert rewrap(store, KEY, new) == 2
    assert rewrap(store, KEY, new) == 0
    assert list(store.values(vault.public_id)) == before
    opened = reopen(store, "c-42", tenant="default", key=new).referent("PERSON", 1)
    assert opened is not None
    assert opened.fullest() == "Joyce Wu"
    with pytest.raises(CryptoError):
        reopen(store)


def test_two_that_rewrap_at_once_do_not_wrap_twice(store: Store, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    stale, new = list(store.tenants()), LocalKey.ephemeral()
    assert rewrap(store, KEY, new) == 1
    monkeypatch.setattr(type(store), "tenants", lambda self: stale)
    assert rewrap(store, KEY, new) == 0
    assert reopen(store, key=new).public_id == vault.public_id


def test_rewrapping_with_a_wrong_old_key_changes_nothing(store: Store, vault: Vault) -> None:
    before = list(store.tenants())
    with pytest.raises(CryptoError):
        rewrap(store, LocalKey.ephemeral(), LocalKey.ephemeral())
    assert list(store.tenants()) == before


# -- known, unknown, expired, forgotten


def test_a_number_never_given_is_unknown(store: Store, vault: Vault) -> None:
    people(store, vault, "Joyce Wu")
    for entity_type, index in (("PERSON", 2), ("PERSON", 0), ("PERSON", -1), ("EMAIL_ADDRESS", 1)):
        assert vault.referent(entity_type, index) is None
        assert not vault.was_minted(entity_type, index)


def test_a_value_past_its_time_is_expired_swept_or_not(store: Store, vault: Vault, clock: Clock) -> None:
    mint(store, vault, mention("PERSON", "Joyce Wu", retention=50.0, label="x"), mention("PERSON", "Ann Lee"))
    clock.now = 1049.0
    vault.refresh(store)
    assert len(list(vault.referents())) == 2
    clock.now = 1050.0
    for swept in (False, True):
        if swept:
            with store.transaction() as tx:
                tx.expire(clock.now)
        for opened in (vault, reopen(store, "c-42", clock=clock)):
            opened.refresh(store)
            assert opened.referent("PERSON", 1) == Referent("PERSON", 1, expired=True)
            assert opened.was_minted("PERSON", 1)
            assert [referent.index for referent in opened.referents()] == [2]
    assert people(store, vault, "Joyce Wu", "Joyce", "Wu") == [(3, 0), (3, 1), (3, 2)]


def test_a_value_that_expired_unswept_does_not_come_back_with_the_next_turn(
    store: Store, vault: Vault, clock: Clock
) -> None:
    mint(store, vault, mention("PERSON", "Joyce Wu", retention=50.0))
    clock.now = 1060.0
    with store.transaction() as tx:
        vault.begin(tx, clock.now)
        tx.touch(vault.public_id, clock.now)
    vault.refresh(store)
    referent = vault.referent("PERSON", 1)
    assert referent is not None
    assert referent.expired


@pytest.mark.parametrize("kind", ["part", "fragment"])
def test_a_piece_of_an_expired_value_gets_a_number_of_its_own(store: Store, vault: Vault, kind: Any) -> None:
    mint(store, vault, mention("PERSON", "Joyce Wu", retention=50.0))
    piece = mention("PERSON", "Joyce", kind=kind, of=("PERSON", 1))
    assert mint(store, vault, piece, now=1050.0) == [("PERSON", 2, 0)]


def test_nothing_expires_between_two_refreshes(store: Store, vault: Vault, clock: Clock) -> None:
    mint(store, vault, mention("PERSON", "Joyce Wu", retention=50.0))
    vault.refresh(store)
    clock.now = 1e9
    referent = vault.referent("PERSON", 1)
    assert referent is not None
    assert referent.fullest() == "Joyce Wu"


def test_each_turn_gives_values_their_whole_time_again(store: Store, vault: Vault, clock: Clock) -> None:
    mint(store, vault, mention("PERSON", "Joyce Wu", retention=50.0))
    for clock.now in (1040.0, 1080.0, 1120.0):
        with store.transaction() as tx:
            vault.begin(tx, clock.now)
            tx.touch(vault.public_id, clock.now)
        vault.refresh(store)
        assert len(list(vault.referents())) == 1


def test_a_turn_that_mints_moves_the_time_of_older_values_too(store: Store, vault: Vault, clock: Clock) -> None:
    mint(store, vault, mention("PERSON", "Joyce Wu", retention=50.0))
    with store.transaction() as tx:
        vault.mint(tx, mention("PERSON", "Ann Lee"), 1040.0)
        tx.touch(vault.public_id, 1040.0)
    for clock.now, live in ((1089.0, 2), (1090.0, 1)):
        vault.refresh(store)
        assert len(list(vault.referents())) == live


def test_a_conversation_past_its_time_is_as_forgotten(store: Store, vault: Vault, clock: Clock) -> None:
    people(store, vault, "Joyce Wu")
    old, before = vault.turn_hash("x"), vault.keys
    clock.now += 31 * 86400
    vault.refresh(store)
    assert not vault.keys
    assert vault.turn_hash("x") != old
    assert vault.referent("PERSON", 1) == Referent("PERSON", 1, expired=True)
    assert [index for _, index, _ in mint(store, vault, mention("PERSON", "Joyce Wu"), now=clock.now)] == [2]
    assert vault.keys not in (None, before)


def test_another_retention_applies_from_the_next_turn_on(store: Store, vault: Vault, clock: Clock) -> None:
    people(store, vault, "Joyce Wu")
    shorter = reopen(store, "c-42", clock=clock, retention=10.0)
    people(store, shorter, "Joyce Wu")
    with store.transaction() as tx:
        assert tx.expire(1010.0) == (1, 0)


def test_forget_leaves_nothing_that_opens_and_no_number_returns(store: Store, vault: Vault) -> None:
    people(store, vault, "Joyce Wu", "Ann Lee")
    old_hash, sealed = vault.turn_hash("x"), list(store.values(vault.public_id))
    vault.hold("SECRET", 1, Secret("hunter2"))
    vault.forget()
    assert vault.take("SECRET", 1) is None
    vault.forget()
    assert vault.keys is None
    assert list(vault.referents()) == []
    assert vault.referent("PERSON", 2) == Referent("PERSON", 2, expired=True)
    assert not vault.was_minted("PERSON", 3)
    assert people(store, vault, "Ann Lee") == [(3, 0)]
    assert vault.turn_hash("x") not in (old_hash, vault.turn_hash("y"))
    with store.transaction() as tx:
        for row in sealed:
            tx.put_value(row)
    again = reopen(store)
    assert [referent.index for referent in again.referents()] == [3]


def test_what_a_backup_held_does_not_open_after_forget_even_with_the_key(store: Store, vault: Vault) -> None:
    people(store, vault, "Joyce Wu")
    [backup] = store.values(vault.public_id)
    vault.forget()
    people(store, vault, "Ann Lee")
    live = vault.keys
    assert live is not None
    with store.transaction() as tx:
        tx.put_value(replace(backup, key_id=live.key_id))
    with pytest.raises(CryptoError):
        reopen(store)


def test_another_handle_notices_that_the_conversation_was_forgotten(store: Store, vault: Vault) -> None:
    other = reopen(store)
    people(store, vault, "Joyce Wu")
    other.refresh(store)
    old = other.keys
    vault.forget()
    assert people(store, other, "Joyce Wu") == [(2, 0)]
    assert other.keys not in (None, old)
    vault.refresh(store)
    assert vault.keys == other.keys
    assert {row.key_id for row in store.values(vault.public_id)} == {vault.keys.key_id if vault.keys else ""}


class Overtaken:
    """A reader during whose first answer something else happens."""

    def __init__(self, store: Store, meanwhile: Callable[[], object]) -> None:
        self._store, self._meanwhile = store, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def conversation(self, tenant: str, id_hash: bytes) -> Any:
        row = self._store.conversation(tenant, id_hash)
        self._meanwhile()
        return row


def test_a_refresh_that_forget_overtakes_does_not_bring_the_old_key_back(store: Store, vault: Vault) -> None:
    people(store, vault, "Joyce Wu")
    old = vault.keys

    def meanwhile() -> None:
        vault.forget()
        people(store, vault, "Ann Lee")

    vault.refresh(Overtaken(store, meanwhile))
    assert vault.keys not in (None, old)
    assert [referent.index for referent in vault.referents()] == [2]


def test_a_refresh_that_a_failed_transaction_overtakes_shows_nothing_of_it(store: Store, vault: Vault) -> None:
    people(store, vault, "Joyce Wu")

    def meanwhile() -> None:
        with pytest.raises(KeyError), store.transaction() as tx:
            vault.mint(tx, mention("PERSON", "Ann Lee"), 1000.0)
            raise KeyError

    vault.refresh(Overtaken(store, meanwhile))
    assert not vault.was_minted("PERSON", 2)
    assert [referent.index for referent in vault.referents()] == [1]


def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        store = SqliteStore(tmp_path / "v.db")
        vault = reopen(store)
        assert people(store, vault, f"Name{number} Last{number}") == [(number, 0)]
        if number == 2:
            vault.forget()
        store.close()


# -- transactions


def test_what_a_failed_transaction_minted_is_unknown_afterwards(store: Store, vault: Vault) -> None:
    people(store, vault, "Joyce Wu")
    stamp = vault.stamp
    with pytest.raises(KeyError), store.transaction() as tx:
        assert vault.mint(tx, mention("PERSON", "Ann Lee"), 1000.0).index == 2
        vault.mint(tx, mention("PERSON", "Joyce"), 1000.0)
        raise KeyError
    assert not vault.was_minted("PERSON", 2)
    assert vault.referent("PERSON", 2) is None
    known = vault.referent("PERSON", 1)
    assert known is not None
    assert len(known.forms) == 1
    assert vault.stamp != stamp
    assert people(store, vault, "Bo Ray", "Ann Lee", "Joyce") == [(2, 0), (3, 0), (1, 1)]


def test_a_failed_transaction_after_forget_leaves_no_key_that_was_never_stored(store: Store, vault: Vault) -> None:
    vault.forget()
    with pytest.raises(KeyError), store.transaction() as tx:
        vault.mint(tx, mention("PERSON", "Ann Lee"), 1000.0)
        raise KeyError
    assert vault.keys is None
    assert people(store, vault, "Ann Lee") == [(1, 0)]
    other = reopen(store)
    assert other.keys == vault.keys


def test_a_vault_goes_on_after_a_store_that_failed_it(
    vault: Vault, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(store, vault, "Joyce Wu")

    def broken(*_: object) -> None:
        raise StorageError("gone")

    with monkeypatch.context() as patch, pytest.raises(KeyError), store.transaction() as tx:
        vault.begin(tx, 1000.0)
        patch.setattr(Vault, "_row", broken)
        raise KeyError
    vault.refresh(store)
    known = vault.referent("PERSON", 1)
    assert known is not None
    assert known.fullest() == "Joyce Wu"


def test_readers_keep_what_they_know_while_another_thread_mints(store: Store, vault: Vault) -> None:
    people(store, vault, "Joyce Wu")
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            vault.refresh(store)
            referent = vault.referent("PERSON", 1)
            if referent is None or referent.fullest() != "Joyce Wu":
                wrong.append(referent)

    thread = threading.Thread(target=read)
    thread.start()
    for number in range(24):
        try:
            with store.transaction() as tx:
                vault.mint(tx, mention("EMAIL_ADDRESS", f"a{number}@x.org"), 1000.0)
                if number % 3 == 0:
                    raise KeyError
        except KeyError:
            pass
    stop.set()
    thread.join()
    assert wrong == []
    assert len(list(vault.referents())) == 17


def test_refreshing_reads_only_what_is_new(store: Store, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    people(store, vault, "Joyce Wu", "Ann Lee")
    other = reopen(store)
    opened: list[int] = []

    def note(entity_type: str, index: int, content: bytes) -> Referent:
        opened.append(index)
        return decode(entity_type, index, content)

    monkeypatch.setattr(sealing, "decode", note)
    vault.refresh(store)
    other.refresh(store)
    assert opened == []
    people(store, vault, "Bo Ray")
    other.refresh(store)
    vault.refresh(store)
    assert opened == [3]


def test_what_this_vault_wrote_is_not_read_back(store: Store, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    people(store, vault, "Joyce Wu")
    monkeypatch.setattr(type(store), "values", None)
    vault.refresh(store)
    assert len(list(vault.referents())) == 1


# -- many at once


def run_at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    barrier = threading.Barrier(len(jobs))

    def start(job: Callable[[], Any]) -> Any:
        barrier.wait(30)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result() for future in [pool.submit(start, job) for job in jobs]]


@pytest.mark.parametrize("shared", [True, False], ids=["one vault", "a vault each"])
def test_64_threads_are_of_one_mind(store: Store, shared: bool) -> None:
    """Each mints its own value and one that all have."""
    common = reopen(store, "c")

    def job(number: int) -> Numbers:
        vault = common if shared else reopen(store, "c")
        return mint(store, vault, mention("EMAIL_ADDRESS", f"own{number}@x.org"), mention("EMAIL_ADDRESS", "all@x.org"))

    found = run_at_once([lambda n=n: job(n) for n in range(64)])  # type: ignore[misc]
    assert len({own[1] for own, _ in found}) == 64
    [everybodys] = {all_[1] for _, all_ in found}
    assert {own[1] for own, _ in found} | {everybodys} == set(range(1, 66))
    check_store(store, "c", 65)


def check_store(store: Store, conversation: str, count: int) -> dict[str, int]:
    """Every value restores, none has two numbers."""
    referents = list(reopen(store, conversation).referents())
    numbers = {referent.fullest(): referent.index for referent in referents}
    assert len(numbers) == len(referents) == len({referent.index for referent in referents}) == count
    return numbers


def test_two_that_open_a_conversation_at_once_agree_on_its_key(store: Store) -> None:
    vaults = run_at_once([lambda: reopen(store, "c", tenant="new")] * 16)
    assert len({vault.public_id for vault in vaults}) == 1
    assert len({vault.keys.key_id for vault in vaults}) == 1
    assert len({vault.turn_hash("x") for vault in vaults}) == 1


def mint_in_process(path: str, number: int) -> list[int]:
    """What one of several processes does: its own values and the common ones, in its own order."""
    store = SqliteStore(path)
    vault = reopen(store, "c")
    texts = [f"own{number}-{i}@x.org" for i in range(15)] + [f"all{i}@x.org" for i in range(15)]
    random.Random(number).shuffle(texts)
    found = {text: mint(store, vault, mention("EMAIL_ADDRESS", text))[0][1] for text in texts}
    store.close()
    return [found[f"all{i}@x.org"] for i in range(15)]


def test_two_processes_on_one_file_are_of_one_mind(tmp_path: Path) -> None:
    """They start on an empty place, so they also make the file, the tenant and the conversation at once."""
    path = str(tmp_path / "v.db")
    children = [
        subprocess.Popen(
            [sys.executable, __file__, "mint", path, str(number)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in (1, 2)
    ]
    outputs = [child.communicate(timeout=60) for child in children]
    assert [child.returncode for child in children] == [0, 0], outputs
    first, second = (output[0].split() for output in outputs)
    assert first == second
    store = SqliteStore(path)
    assert set(check_store(store, "c", 45).values()) == set(range(1, 46))
    store.close()


def test_a_forked_child_and_its_parent_are_of_one_mind(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "v.db")
    vault = reopen(store, "c")
    people(store, vault, "Joyce Wu")
    vault.hold("SECRET", 1, Secret("hunter2"))
    context = multiprocessing.get_context("fork")
    queue: Any = context.SimpleQueue()

    def job(number: int) -> None:
        queue.put((people(store, vault, "Joyce", "Ann Lee", f"Own{number}")[:2], vault.take("SECRET", 1) is None))

    children = [context.Process(target=job, args=(number,)) for number in range(4)]
    for child in children:
        child.start()
    results = [queue.get() for _ in children]
    for child in children:
        child.join(30)
    assert [child.exitcode for child in children] == [0] * 4
    assert len({result[0][1][0] for result in results}) == 1
    assert all(result[0][0][0] == 1 and result[1] for result in results)
    vault.refresh(store)
    assert len(list(vault.referents())) == 6
    check_store(store, "c", 6)
    store.close()


def turmoil(store: Store, steps: int) -> None:
    """Threads that mint, fail, forget and read at random, some on one vault, some on their own.

    Once committed, a number names one text for ever, and what is read is that text or nothing.
    """
    common = reopen(store, "c")
    named: dict[int, str] = {}
    wrong: list[object] = []

    def job(number: int) -> None:
        vault, dice = common if number % 2 else reopen(store, "c"), random.Random(number + 100)
        for _ in range(steps):
            step(vault, dice)

    def step(vault: Vault, dice: random.Random) -> None:
        roll = dice.random()
        if roll < 0.06:
            vault.forget()
        elif roll < 0.5:
            vault.refresh(store)
            seen = [(referent.index, referent.fullest()) for referent in vault.referents()]
            if vault is not common:  # which may show what another thread has not committed yet
                wrong.extend(pair for pair in seen if named.get(pair[0], pair[1]) != pair[1])
        else:
            write(vault, [f"v{dice.randrange(30)}@x.org" for _ in range(3)], fails=roll > 0.8)

    def write(vault: Vault, texts: list[str], *, fails: bool) -> None:
        try:
            with store.transaction() as tx:
                found = {text: vault.mint(tx, mention("EMAIL_ADDRESS", text), 1000.0).index for text in texts}
                if fails:
                    raise KeyError
                # No other thread writes before the commit.
                wrong.extend(pair for pair in found.items() if named.setdefault(pair[1], pair[0]) != pair[0])
        except KeyError:
            pass

    run_at_once([lambda n=n: job(n) for n in range(8)])  # type: ignore[misc]
    assert wrong == []
    live = reopen(store, "c")
    assert {referent.index: referent.fullest() for referent in live.referents()}.items() <= named.items()
    assert max(named) > 30  # something was forgotten, and numbers went on


def test_numbers_keep_their_meaning_in_turmoil(store: Store) -> None:
    turmoil(store, 40)


@pytest.mark.soak
def test_numbers_keep_their_meaning_in_long_turmoil(store: Store) -> None:
    turmoil(store, 3000)


# -- killed in the middle


def write_until_killed(path: str, start: int) -> None:
    """Mint values for ever; print each only once its transaction is committed."""
    store = SqliteStore(path)
    vault = reopen(store, "c")
    for number in range(start, 10**9):
        own, shared = f"own{number}@x.org", f"shared{number % 50}@x.org"
        minted = mint(store, vault, mention("EMAIL_ADDRESS", own), mention("EMAIL_ADDRESS", shared))
        print(own, minted[0][1], shared, minted[1][1], flush=True)  # noqa: T201 - read by the parent


def kill_rounds(path: Path, rounds: int) -> None:
    acknowledged: dict[str, int] = {}
    for round_ in range(rounds):
        for text, index in killed_writer(path, round_, random.Random(round_).uniform(0.0, 0.15)):
            assert acknowledged.setdefault(text, index) == index
        store = SqliteStore(path)
        vault = reopen(store, "c")
        referents = list(vault.referents())
        numbers = {referent.fullest(): referent.index for referent in referents}
        assert len(numbers) == len(referents) == len(set(numbers.values()))
        assert acknowledged.items() <= numbers.items()
        store.close()
    assert len(acknowledged) > rounds


def killed_writer(path: Path, round_: int, seconds: float) -> Iterator[tuple[str, int]]:
    """Let a writer start, kill it after a while, give what it had acknowledged."""
    command = [sys.executable, __file__, "write", str(path), str(round_ * 10**6)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    first = child.stdout.readline()
    timer = threading.Timer(seconds, lambda: child.send_signal(signal.SIGKILL))
    timer.start()
    rest = child.stdout.read()
    timer.join()
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()
    for line in (first + rest[: rest.rfind("\n") + 1]).splitlines():
        own, own_index, shared, shared_index = line.split()
        yield own, int(own_index)
        yield shared, int(shared_index)


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    kill_rounds(tmp_path / "v.db", 3)


@pytest.mark.soak
def test_what_was_acknowledged_survives_kill_9_fifty_times(tmp_path: Path) -> None:
    kill_rounds(tmp_path / "v.db", 50)


if __name__ == "__main__":
    if sys.argv[1] == "mint":
        print(*mint_in_process(sys.argv[2], int(sys.argv[3])))  # noqa: T201 - read by the parent
    else:
        write_until_killed(sys.argv[2], int(sys.argv[3]))
