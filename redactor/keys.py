"""Where the key chain meets the store: tenants' and conversations' keys, made on first use, always wrapped."""

import secrets
from dataclasses import replace

from redactor.crypto import ConversationKeys, KeyWrap, TenantKeys, new_key, unwrap_key, wrap_key
from redactor.secret import Secret
from redactor.storage import ConversationRow, Store, TenantRow


def tenant_keys(store: Store, wrap: KeyWrap, tenant: str) -> TenantKeys:
    """A tenant's keys, made on first use; of two processes that make one at once, both get the first.

    Raises `CryptoError` where `wrap` is not the key the store was made with.
    """
    row = store.tenant(tenant)
    if row is None:
        made = TenantRow(tenant, wrap.wrap(new_key()), wrap.key_id)
        with store.transaction() as tx:
            row = tx.put_tenant(made)
    return TenantKeys.of(wrap.unwrap(row.wrapped_key))


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


def rewrap(store: Store, old: KeyWrap, new: KeyWrap) -> int:
    """Wrap every tenant's key with another key-encryption key; gives how many were. Values stay as they are.

    One transaction a tenant, so it may be stopped and run again, and writers wait for no more than one.
    """
    count = 0
    for tenant in [row.tenant for row in store.tenants() if row.key_id != new.key_id]:
        with store.transaction() as tx:
            row = tx.tenant(tenant)
            if row is not None and row.key_id != new.key_id:
                tx.replace_tenant(TenantRow(tenant, new.wrap(old.unwrap(row.wrapped_key)), new.key_id))
                count += 1
    return count
