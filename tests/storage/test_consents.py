"""Rows of consent: put, replaced, dropped, and undone with their transaction."""

from dataclasses import replace

import pytest

from redactor.crypto import LocalKey
from redactor.exceptions import StorageError
from redactor.keys import shred_tenant, tenant_keys
from redactor.storage import ConsentRow, Store, TenantRow

ROW = ConsentRow("t", b"\x01" * 32, "ref", "notified", "1", 10.0, None, 10.0)
OTHER = replace(ROW, subject_hash=b"\x02" * 32, state="granted", decided=20.0, changed=20.0)


@pytest.fixture
def keeper(store: Store) -> Store:
    """Each store, with a tenant."""
    with store.transaction() as tx:
        tx.put_tenant(TenantRow("t", b"key", "k"))
    return store


def put(keeper: Store, *rows: ConsentRow) -> None:
    with keeper.transaction() as tx:
        for row in rows:
            tx.put_consent(row)


def test_a_row_is_as_it_was_put_and_the_newest_counts(keeper: Store) -> None:
    put(keeper, ROW, OTHER)
    assert keeper.consent("t", ROW.subject_hash) == ROW
    changed = replace(ROW, state="refused", notice="2", decided=30.0, changed=30.0)
    put(keeper, changed)
    assert keeper.consent("t", ROW.subject_hash) == changed
    assert keeper.consent("t", OTHER.subject_hash) == OTHER
    assert keeper.consent("other", ROW.subject_hash) is None


def test_what_failed_was_not(keeper: Store) -> None:
    put(keeper, ROW)
    with pytest.raises(RuntimeError), keeper.transaction() as tx:
        tx.put_consent(replace(ROW, state="refused"))
        tx.put_consent(OTHER)
        assert tx.consent("t", OTHER.subject_hash) == OTHER
        assert tx.drop_consent("t", ROW.subject_hash)
        raise RuntimeError
    assert keeper.consent("t", ROW.subject_hash) == ROW
    assert keeper.consent("t", OTHER.subject_hash) is None


def test_rows_are_dropped_by_name_and_by_age(keeper: Store) -> None:
    put(keeper, ROW, OTHER)
    with keeper.transaction() as tx:
        assert tx.drop_consents(10.0) == 0
        assert tx.drop_consents(15.0) == 1
        assert tx.drop_consent("t", OTHER.subject_hash)
        assert not tx.drop_consent("t", OTHER.subject_hash)
    assert keeper.consent("t", ROW.subject_hash) is None


def test_age_is_that_of_the_last_change_also_within_one_transaction(keeper: Store) -> None:
    put(keeper, ROW, OTHER)
    with keeper.transaction() as tx:
        tx.put_consent(replace(ROW, changed=30.0))
        tx.put_consent(replace(OTHER, changed=5.0))
        assert tx.drop_consents(25.0) == 1
        assert tx.consent("t", OTHER.subject_hash) is None
        assert tx.drop_consents(25.0) == 0
    assert keeper.consent("t", OTHER.subject_hash) is None
    with keeper.transaction() as tx:
        assert tx.drop_consents(30.0) == 0
        assert tx.drop_consents(31.0) == 1


def test_a_tenants_rows_are_dropped_together_and_no_others(keeper: Store) -> None:
    elsewhere = replace(ROW, tenant="u")
    with keeper.transaction() as tx:
        tx.put_tenant(TenantRow("u", b"key", "k"))
        tx.put_consent(elsewhere)
    put(keeper, ROW, OTHER)
    with pytest.raises(RuntimeError), keeper.transaction() as tx:
        assert tx.drop_consents_of("t") == 2
        assert tx.consent("t", ROW.subject_hash) is None
        raise RuntimeError
    assert keeper.consent("t", ROW.subject_hash) == ROW
    with keeper.transaction() as tx:
        assert tx.drop_consents_of("t") == 2
        assert tx.drop_consents_of("t") == 0
        tx.put_consent(OTHER)
        assert tx.drop_consents(1.0) == 0
    assert keeper.consent("t", ROW.subject_hash) is None
    assert keeper.consent("t", OTHER.subject_hash) == OTHER
    with keeper.transaction() as tx:
        tx.put_consent(ROW)
        assert tx.drop_consents_of("t") == 2
        assert tx.drop_consents(25.0) == 1
    assert keeper.consent("u", ROW.subject_hash) is None
    with keeper.transaction() as tx:
        assert tx.drop_consents(99.0) == 0


def test_a_shredded_tenants_consents_are_gone(store: Store) -> None:
    key = LocalKey.ephemeral()
    for tenant in ("acme", "other"):
        tenant_keys(store, key, tenant)
        with store.transaction() as tx:
            tx.put_consent(replace(ROW, tenant=tenant))
    shred_tenant(store, key, "acme")
    assert store.consent("acme", ROW.subject_hash) is None
    assert store.consent("other", ROW.subject_hash) is not None


def test_the_tenant_comes_first(keeper: Store) -> None:
    with pytest.raises(StorageError), keeper.transaction() as tx:
        tx.put_consent(replace(ROW, tenant="nobody"))


def test_rows_are_listed_a_page_at_a_time(keeper: Store) -> None:
    rows = [replace(ROW, subject_hash=bytes([n]) * 32, ref=f"r{n}") for n in (3, 1, 2)]
    put(keeper, *rows)
    first = keeper.consents("t", 2)
    assert [row.ref for row in first] == ["r1", "r2"]
    assert [row.ref for row in keeper.consents("t", 2, first[-1].ref)] == ["r3"]
    assert first[0] == rows[1]
    assert list(keeper.consents("other", 2)) == []
