"""Key operations. Each is in the audit log before it happens; each may be stopped anywhere, and run again to finish.

What is sealed stays as it is: only keys are wrapped anew, so a rotation costs what there are tenants or conversations,
not what they hold, and other processes go on meanwhile.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from redactor.audit import Audit, Entry
from redactor.crypto import KeyWrap
from redactor.exceptions import CryptoError, NotFoundError
from redactor.keyfile import KeyFile
from redactor.keys import AUDIT_KEY, finish_tenant, rewrap, rotate_tenant, shred_tenant
from redactor.secret import Secret
from redactor.storage import Reader, Store


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """One key, as a list shows it: no key material."""

    kind: str
    """`key-encryption key`, `store` or `tenant`."""
    name: str
    key_id: str
    """Names the key-encryption key: this one, or the one that wraps this one."""
    keys: int
    """How many keys this one wraps: tenants' or, alive, conversations'."""
    made: float
    """Seconds since the epoch; 0 where nobody noted it."""
    state: str
    """Empty, `in use`, `old`, or what is to be finished."""


class EitherKey:
    """A `KeyWrap` for the time of a change: wraps with the new key, unwraps with either."""

    __slots__ = ("_new", "_old", "key_id")

    def __init__(self, new: KeyWrap, old: KeyWrap) -> None:
        self._new, self._old, self.key_id = new, old, new.key_id

    def wrap(self, key: Secret[bytes]) -> bytes:
        """Encrypt a tenant key with the new key."""
        return self._new.wrap(key)

    def unwrap(self, wrapped: bytes) -> Secret[bytes]:
        """Give the tenant key back. Raises `CryptoError` where neither key wrapped it."""
        try:
            return self._new.unwrap(wrapped)
        except CryptoError:
            return self._old.unwrap(wrapped)


@contextmanager
def _noted(audit: Audit, entry: Entry) -> Iterator[Callable[..., None]]:
    """Write that it begins, and how it ended; what is inside calls the given function with what it did."""
    found: list[str] = []
    audit.write(replace(entry, outcome="begun"))
    yield lambda *what: found.extend(what)
    audit.write(replace(entry, outcome="done", subject=(*entry.subject, *found)))


def rotate_file(store: Store, files: KeyFile) -> int:
    """A new key-encryption key in the file, and every tenant's key wrapped by it; gives how many were.

    The old key stays beside it (`drop_old` deletes it). A rotation that was stopped is finished and no other begun.
    """
    audit = Audit(store, files)
    with _noted(audit, Entry("keys.rotate", subject=(files.key_id,))) as done:
        with store.transaction() as tx:  # one process at a time
            own = tx.store_key(AUDIT_KEY)
            if files.is_renewing() or own is None or own.key_id == files.key_id:
                files.renew()
        count = rewrap(store, files, files.current())
        done(files.key_id, f"{count} tenants")
    return count


def rotate_to(store: Store, old: KeyWrap, new: KeyWrap) -> int:
    """The same with a key that lies elsewhere: every tenant's key wrapped by it; gives how many were."""
    either = EitherKey(new, old)
    with _noted(Audit(store, EitherKey(old, new)), Entry("keys.rotate", subject=(old.key_id,))) as done:
        count = rewrap(store, either, new)
        done(new.key_id, f"{count} tenants")
    return count


def rotate_tenant_key(store: Store, wrap: KeyWrap, tenant: str) -> int:
    """A new key for one tenant, and its conversations' keys wrapped by it; gives how many were."""
    _known(store, tenant)
    with _noted(Audit(store, wrap), Entry("keys.rotate", tenant)) as done:
        count = rotate_tenant(store, wrap, tenant)
        done(f"{count} conversations")
    return count


def unfinished(reader: Reader, wrap: KeyWrap) -> list[str]:
    """What a rotation that was stopped has left to do, in words."""
    own, current = reader.store_keys(), wrap.key_id
    waiting = isinstance(wrap, KeyFile) and wrap.is_renewing()
    left = [f"tenant {row.tenant}" for row in reader.tenants() if row.key_id != current]
    found = ["a new key has not taken its place in the key file"] if waiting else []
    if left or any(row.key_id != current for row in own):
        found.append(f"the keys of {len(left)} tenants are wrapped by an older key-encryption key")
    found += [f"tenant {row.tenant}: conversations wrapped by its old key" for row in reader.tenants() if row.old_key]
    return found


def finish(store: Store, wrap: KeyWrap) -> int:
    """Finish every rotation that was stopped; gives how many keys were wrapped anew."""
    left = unfinished(store, wrap)
    if not left:
        return 0
    count = 0
    with _noted(Audit(store, wrap), Entry("keys.rewrap", subject=(wrap.key_id,))) as done:
        if isinstance(wrap, KeyFile) and wrap.is_renewing():
            with store.transaction() as tx:
                tx.store_key(AUDIT_KEY)  # whatever is asked first keeps every other writer out, on servers too
                wrap.renew()
        count += rewrap(store, wrap, wrap.current() if isinstance(wrap, KeyFile) else wrap)
        count += sum(finish_tenant(store, wrap, row.tenant) for row in store.tenants())
        done(wrap.key_id, f"{count} keys")
    return count


def drop_old(store: Store, files: KeyFile) -> list[Path]:
    """Delete the key files from before, once every stored key opens with the one in use; gives their names.

    Backups of the store from before the rotation do not open any more afterwards. Raises `CryptoError`, and deletes
    nothing, where a key would be lost.
    """
    current = files.current()
    with store.transaction() as tx:
        if unfinished(tx, files):
            raise CryptoError("a rotation is not finished; run `redactor keys rewrap` first. Nothing was deleted")
        for wrapped in [row.wrapped_key for row in tx.tenants()] + [row.wrapped_key for row in tx.store_keys()]:
            current.unwrap(wrapped)  # raises where the label beside it was wrong
        old = tuple(state.key_id for state in files.files()[1:])
        Audit(store, files).append(tx, Entry("keys.drop", subject=old))
    return files.drop_old()


def shred_conversation(store: Store, wrap: KeyWrap, public_id: str) -> None:
    """Destroy a conversation's key and everything under it. Raises `NotFoundError`."""
    with store.transaction() as tx:
        row = tx.conversation_by_public_id(public_id)
        if row is None:
            raise NotFoundError("the store has no conversation with this public id")
        Audit(store, wrap).append(tx, Entry("keys.shred", row.tenant, public_id))
        tx.forget(public_id)


def shred_tenant_key(store: Store, wrap: KeyWrap, tenant: str) -> int:
    """Destroy the keys of all of a tenant's conversations and its own; gives how many conversations it had."""
    _known(store, tenant)
    audit = Audit(store, wrap)
    with _noted(audit, Entry("keys.shred", tenant)) as done:
        count = shred_tenant(
            store, wrap, tenant, lambda tx, public_id: audit.append(tx, Entry("forget", tenant, public_id))
        )
        done(f"{count} conversations")
    return count


def _known(store: Store, tenant: str) -> None:
    if store.tenant(tenant) is None:
        raise NotFoundError("the store has no such tenant; `redactor keys list` names those it has")


def overview(store: Store, wrap: KeyWrap) -> list[KeyInfo]:
    """Every key there is: the key files, the store's own, the tenants'. No key material."""
    own, tenants = store.store_keys(), store.tenants()
    wrapped = [row.key_id for row in tenants] + [row.key_id for row in own]
    found = [
        KeyInfo("key-encryption key", name, key_id, wrapped.count(key_id), made, state)
        for name, key_id, made, state in _key_encryption_keys(wrap)
    ]
    known = {info.key_id for info in found}
    found += [
        KeyInfo("key-encryption key", "not here", key_id, wrapped.count(key_id), 0, "missing")
        for key_id in sorted(set(wrapped) - known)
    ]
    found += [KeyInfo("store", row.name, row.key_id, 0, row.made, "") for row in own]
    for row in tenants:
        state = "rotation to be finished" if row.old_key else ""
        found.append(KeyInfo("tenant", row.tenant, row.key_id, store.live_conversations(row.tenant), row.made, state))
    return found


def _key_encryption_keys(wrap: KeyWrap) -> Iterator[tuple[str, str, float, str]]:
    if not isinstance(wrap, KeyFile):
        yield "given", wrap.key_id, 0.0, "in use"
        return
    for number, state in enumerate(wrap.files()):
        waits = state.path.name == f"{wrap.path.name}.next"
        yield state.path.name, state.key_id, state.made, "waits" if waits else "old" if number else "in use"
