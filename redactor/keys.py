"""Where the key chain meets the store: keys made on first use, always wrapped, and wrapped anew when one is rotated.

Every step of a rotation is one transaction after which everything opens, so it may be stopped anywhere and run again.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import replace

from redactor.crypto import ConversationKeys, KeyWrap, TenantKeys, new_key, unwrap_key, wrap_key
from redactor.exceptions import CryptoError, NotFoundError
from redactor.secret import Secret
from redactor.storage import ConversationRow, Reader, Store, StoreKeyRow, TenantRow, Transaction

AUDIT_KEY = "audit"
"""Names the store's own key. The key-encryption key that wraps it is the one new tenants are to be wrapped with."""

BATCH = 200
"""Conversations wrapped anew, or forgotten, in one transaction; other writers wait no longer than that takes."""

_HALF = 32


def tenant_keys(store: Store, wrap: KeyWrap, tenant: str) -> TenantKeys:
    """A tenant's keys, made on first use; of two processes that make one at once, both get the first.

    Raises `CryptoError` where `wrap` is not the key the store was made with.
    """
    row = store.tenant(tenant)
    if row is None:
        with store.transaction() as tx:
            row = tx.tenant(tenant) or tx.put_tenant(_new_tenant(tx, wrap, tenant))
    return _opened(wrap, row)


def latest_keys(reader: Reader, wrap: KeyWrap, tenant: str) -> TenantKeys:
    """A tenant's keys as the store holds them now. Whoever wraps a conversation's key asks in the same transaction:
    one wrapped with a key that was rotated away meanwhile would never open again."""
    return _opened(wrap, _tenant(reader, tenant))


def _opened(wrap: KeyWrap, row: TenantRow) -> TenantKeys:
    keys = TenantKeys.of(wrap.unwrap(row.wrapped_key))
    if row.hash_keys is not None:
        both = unwrap_key(keys, row.hash_keys, row.tenant, "hash keys").reveal()
        keys = replace(keys, conversations=Secret(both[:_HALF]), subjects=Secret(both[_HALF:]))
    if row.old_key is not None:
        keys = replace(keys, older=(unwrap_key(keys, row.old_key, row.tenant, "older"),))
    return keys


def _new_tenant(tx: Transaction, wrap: KeyWrap, tenant: str) -> TenantRow:
    wrapped, key_id = _wrapped(tx, wrap, new_key())
    return TenantRow(tenant, wrapped, key_id, made=time.time())


def _wrapped(tx: Transaction, wrap: KeyWrap, key: Secret[bytes]) -> tuple[bytes, str]:
    """A key wrapped, with the id of what wrapped it: never by a key-encryption key that was rotated away."""
    while True:
        key_id, wrapped = wrap.key_id, wrap.wrap(key)
        if wrap.key_id == key_id:  # else a new key came into the file meanwhile
            break
    own = tx.store_key(AUDIT_KEY)
    if own is not None and own.key_id != key_id:
        wrap.unwrap(own.wrapped_key)  # raises for a process that was left behind by a rotation
    return wrapped, key_id


def _tenant(reader: Reader, tenant: str) -> TenantRow:
    row = reader.tenant(tenant)
    if row is None:
        raise NotFoundError("the store has no such tenant; `redactor keys list` names those it has")
    return row


def new_conversation(keys: TenantKeys, tenant: str, id_hash: bytes, *, now: float, retention: float) -> ConversationRow:
    """A conversation with a random public id and a key of its own; still to be put."""
    return with_new_key(keys, ConversationRow(tenant, id_hash, secrets.token_hex(10), None, "", now, retention))


def with_new_key(keys: TenantKeys, row: ConversationRow) -> ConversationRow:
    """The conversation with a fresh random key, wrapped for its place alone."""
    key_id = secrets.token_hex(8)
    wrapped = wrap_key(keys, new_key(), row.tenant, row.public_id, key_id)
    return replace(row, wrapped_key=wrapped, key_id=key_id)


def conversation_keys(keys: TenantKeys, row: ConversationRow) -> ConversationKeys | None:
    """A conversation's keys; None where its key was destroyed. Raises `CryptoError` for a row that was moved."""
    if row.wrapped_key is None:
        return None
    key: Secret[bytes] = unwrap_key(keys, row.wrapped_key, row.tenant, row.public_id, row.key_id)
    return ConversationKeys.of(key, row.key_id)


# -- the store's own key


def store_key(tx: Transaction, wrap: KeyWrap, name: str = AUDIT_KEY) -> Secret[bytes]:
    """A key of the store itself, made on first use."""
    row = tx.store_key(name)
    if row is not None:
        return wrap.unwrap(row.wrapped_key)
    key = new_key()
    wrapped, key_id = _wrapped(tx, wrap, key)
    tx.put_store_key(StoreKeyRow(name, wrapped, key_id, time.time()))
    return key


# -- rotating


def rewrap(store: Store, old: KeyWrap, new: KeyWrap) -> int:
    """Wrap the store's own keys and every tenant's with another key-encryption key; gives how many tenants' were.

    Values stay as they are. One transaction a tenant, so it may be stopped and run again, and writers wait for no
    more than one.
    """
    with store.transaction() as tx:
        for key in tx.store_keys():
            if key.key_id != new.key_id:
                tx.put_store_key(replace(key, wrapped_key=new.wrap(old.unwrap(key.wrapped_key)), key_id=new.key_id))
    count = 0
    for tenant in [row.tenant for row in store.tenants() if row.key_id != new.key_id]:
        with store.transaction() as tx:
            own = tx.store_key(AUDIT_KEY)
            if own is not None and own.key_id != new.key_id:
                raise CryptoError("another rotation began meanwhile and wraps the rest; run `redactor keys rewrap`")
            row = tx.tenant(tenant)
            if row is not None and row.key_id != new.key_id:
                tx.replace_tenant(replace(row, wrapped_key=new.wrap(old.unwrap(row.wrapped_key)), key_id=new.key_id))
                count += 1
    return count


def rotate_tenant(store: Store, wrap: KeyWrap, tenant: str) -> int:
    """Give a tenant a new key and wrap its conversations' keys anew; gives how many were. Values stay as they are.

    The keys that hash conversation ids and identifiers stay, wrapped by the new key: what they hashed is not kept, so
    it could never be found under other ones. A rotation that was stopped is finished and no other begun.
    """
    with store.transaction() as tx:
        row = _tenant(tx, tenant)
        if row.old_key is None:
            tx.replace_tenant(_renewed(tx, wrap, row, keep_old=True))
    return finish_tenant(store, wrap, tenant)


def _renewed(tx: Transaction, wrap: KeyWrap, row: TenantRow, *, keep_old: bool) -> TenantRow:
    """The tenant with a fresh key that wraps the hashing keys and, to be used until all is wrapped anew, the old."""
    keys, key = _opened(wrap, row), new_key()
    fresh = keys.following(key)
    wrapped, key_id = _wrapped(tx, wrap, key)
    both = Secret(keys.conversations.reveal() + keys.subjects.reveal())
    hash_keys = wrap_key(fresh, both, row.tenant, "hash keys")
    old_key = wrap_key(fresh, keys.wrap, row.tenant, "older") if keep_old else None
    return TenantRow(row.tenant, wrapped, key_id, time.time(), hash_keys, old_key)


def finish_tenant(store: Store, wrap: KeyWrap, tenant: str) -> int:
    """Wrap anew what a rotation of the tenant's key has not come to yet, then destroy the old key.

    Raises `CryptoError`, and keeps the old key, where a conversation's key does not open.
    """
    old_key = _tenant(store, tenant).old_key
    if old_key is None:
        return 0
    count, after, damaged = 0, "", list[str]()
    while True:
        with store.transaction() as tx:
            keys = latest_keys(tx, wrap, tenant)
            rows = tx.wrapped_conversations(tenant, after, BATCH)
            for row in rows:
                done = _rewrap_conversation(tx, keys, row)
                count += done is True
                damaged += [row.public_id] if done is None else []
        if not rows:
            break
        after = rows[-1].public_id
    if damaged:
        raise CryptoError(
            f"the keys of {len(damaged)} conversations ({damaged[0]}, ...) open with neither key of their tenant; "
            "the old key was kept. Bring them back from a backup, or shred them, and run this again"
        )
    with store.transaction() as tx:
        latest = _tenant(tx, tenant)
        if latest.old_key == old_key:  # else another rotation began after this one's was finished
            tx.replace_tenant(replace(latest, old_key=None))
    return count


def _rewrap_conversation(tx: Transaction, keys: TenantKeys, row: ConversationRow) -> bool | None:
    """True: wrapped anew; False: it was already; None: it does not open."""
    context = (row.tenant, row.public_id, row.key_id)
    wrapped = row.wrapped_key or b""
    if opens(replace(keys, older=()), row):
        return False
    try:
        key = unwrap_key(keys, wrapped, *context)
    except CryptoError:
        return None
    tx.rewrap_conversation(row.public_id, wrap_key(keys, key, *context))
    return True


def opens(keys: TenantKeys, row: ConversationRow) -> bool:
    """Whether the conversation's key opens with these keys of its tenant."""
    try:
        return conversation_keys(keys, row) is not None
    except CryptoError:
        return False


# -- destroying


def shred_tenant(
    store: Store, wrap: KeyWrap, tenant: str, note: Callable[[Transaction, str], object] = lambda tx, public_id: None
) -> int:
    """Forget every conversation of a tenant and who of its people agreed, and put a new key in place of its own; gives
    how many conversations were forgotten.

    `note` is called before each is, in the same transaction. Stopped half-way, the rest is still there and it may be
    run again. The hashing keys stay, so that numbers of placeholders are not used again.
    """
    count, rows = 0, list[ConversationRow]()
    while True:
        with store.transaction() as tx:
            row = _tenant(tx, tenant)
            rows = list(tx.wrapped_conversations(tenant, "", BATCH))
            for each in rows:
                note(tx, each.public_id)
                tx.forget(each.public_id)
            count += len(rows)
            if len(rows) < BATCH:
                tx.drop_consents_of(tenant)
                tx.replace_tenant(_renewed(tx, wrap, row, keep_old=False))
                return count
