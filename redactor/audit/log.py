"""Writes the audit log. Writers of all threads and processes take turns in the store's transactions: one chain."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from redactor.audit.checkpoints import EVERY, Checkpoint, made
from redactor.audit.records import FIRST, Entry, Record, digest
from redactor.crypto import KeyWrap, derive, keyed_hash
from redactor.exceptions import AuditError, ConfigError, RedactorError
from redactor.keys import AUDIT_KEY, store_key
from redactor.secret import Secret
from redactor.storage import AuditRow, CheckpointRow, Store, Transaction

_ACTOR = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}")

_actor: ContextVar[str] = ContextVar("redactor_audit_actor", default="host")


def actor() -> str:
    """Who the work of this thread or task is done for; `host` where nobody said."""
    return _actor.get()


@contextmanager
def acting(name: str) -> Iterator[None]:
    """Name who the work inside is done for, in the audit log: a person's account, a job. Also across `await`.

    Raises `ConfigError` for an empty name, one over 200 characters, or one with control characters.
    """
    if not _ACTOR.fullmatch(name):
        raise ConfigError("an actor is a name of 1 to 200 characters without control characters")
    token = _actor.set(name)
    try:
        yield
    finally:
        _actor.reset(token)


class Audit:
    """The audit log of one store."""

    __slots__ = ("_clock", "_key", "_store", "_wrap")

    def __init__(self, store: Store, wrap: KeyWrap, clock: Callable[[], float] = time.time) -> None:
        """`clock`: seconds since the epoch. Nothing is read or written until the first record."""
        self._store, self._wrap, self._clock = store, wrap, clock
        self._key: Secret[bytes] | None = None

    def __repr__(self) -> str:
        return f"Audit({self._store!r})"

    def write(self, entry: Entry) -> int:
        """Append a record and see it committed; gives its number.

        Raises `AuditError` where it cannot be written: then what it tells of must not happen.
        """
        reason = ""
        try:
            with self._store.transaction() as tx:
                return self.append(tx, entry)
        except AuditError:
            raise
        except RedactorError as error:
            reason = str(error)
        raise AuditError(f"the audit log cannot be written, so nothing was done: {reason}")

    def append(self, tx: Transaction, entry: Entry) -> int:
        """Append a record in a transaction of which it tells: both are committed, or neither is."""
        key = self._own_key(tx)
        last = tx.last_audit()
        seq, prev = (last.seq + 1, digest(last.record)) if last else (1, FIRST)
        record = Record(seq, int(self._clock() * 1000), actor(), entry, store_id(key), prev)
        content = record.encoded()
        tx.add_audit(AuditRow(seq, content, mac(key, content)))
        if seq % EVERY == 0:
            _keep(tx, made(key, store_id(key), seq, digest(content), record.time))
        return seq

    def checkpoint(self) -> Checkpoint:
        """Sign the log's end as it is now, keep the checkpoint in the store, and give it, to be kept elsewhere.

        Raises `AuditError` where the log is empty.
        """
        with self._store.transaction() as tx:
            key, last = self._own_key(tx), tx.last_audit()
            if last is None:
                raise AuditError("the audit log is empty; there is nothing to sign yet")
            point = made(key, store_id(key), last.seq, digest(last.record), int(self._clock() * 1000))
            _keep(tx, point)
        return point

    def key(self) -> Secret[bytes] | None:
        """The key the log is made with; None where nothing was ever recorded."""
        row = self._store.store_key(AUDIT_KEY)
        return self._wrap.unwrap(row.wrapped_key) if row is not None else None

    def _own_key(self, tx: Transaction) -> Secret[bytes]:
        if self._key is None:
            if tx.store_key(AUDIT_KEY) is None and tx.last_audit() is not None:
                raise AuditError(
                    "the audit log's key is gone from the store while its records are there; "
                    "bring it back from a backup: a new key would hide what was changed"
                )
            self._key = store_key(tx, self._wrap)
            tx.on_end(self._ended)
        return self._key

    def _ended(self, committed: bool) -> None:
        """A key that was made in a transaction that failed is in no store."""
        if not committed:
            self._key = None


def _keep(tx: Transaction, point: Checkpoint) -> None:
    if point.seq not in {row.seq for row in tx.checkpoints(since=point.seq)}:
        tx.add_checkpoint(CheckpointRow(point.seq, point.content, point.signature))


def store_id(key: Secret[bytes]) -> str:
    """Names a store without telling anything of its key."""
    return derive(key, "store id").reveal().hex()[:16]


def mac(key: Secret[bytes], content: bytes) -> bytes:
    """What only the key's holder can write beside a record (HMAC-SHA-256)."""
    return keyed_hash(derive(key, "records"), content)
