"""The vault: a conversation's referents, sealed in a store, and the numbers that name them.

Every process that works on a conversation has a `Vault` of its own; the store's transactions keep them of one mind.
Identity: an equal canonical form is the same referent; failing that, a part ("Joyce") of exactly one person is a form
of that person; everything else gets the next number of its type, and no number is given twice.
"""

import os
import secrets
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from redactor import taxonomy
from redactor.crypto import (
    ConversationKeys,
    KeyWrap,
    Part,
    TenantKeys,
    join,
    keyed_hash,
    new_key,
    open_sealed,
    scheme_for,
    seal,
    unwrap_key,
    wrap_key,
)
from redactor.exceptions import NotFoundError, PolicyError
from redactor.referents import MONTH, Form, FormKind, Mention, Minted, Referent, decode, encode
from redactor.secret import Secret
from redactor.storage import (
    ConversationRow,
    Reader,
    Store,
    SubjectRow,
    TenantRow,
    Transaction,
    ValueRow,
)

__all__ = ["Form", "Mention", "Minted", "Referent", "Vault", "rewrap"]

Key = tuple[str, int]
"""What names a referent in its conversation: type and index."""


@dataclass(frozen=True, slots=True)
class _Record:
    row: ValueRow
    referent: Referent


@dataclass(slots=True)
class _State:
    """What is known of the store, under one conversation key."""

    keys: ConversationKeys | None = None
    row: ConversationRow | None = None
    seen: int = 0
    records: dict[Key, _Record] = field(default_factory=dict)
    by_hash: dict[tuple[str, bytes], Key] = field(default_factory=dict)
    by_part: dict[tuple[str, str], set[Key]] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)

    @property
    def key_id(self) -> str:
        return self.keys.key_id if self.keys else ""

    def add(self, record: _Record) -> None:
        """Take in a value's row, or its newer form."""
        row, key = record.row, (record.row.type, record.row.index)
        self._drop(key)
        self.records[key] = record
        if row.lookup_hash is not None:
            self.by_hash[row.type, row.lookup_hash] = key
        for part in _parts(record):
            self.by_part.setdefault((row.type, part), set()).add(key)

    def _drop(self, key: Key) -> None:
        old = self.records.pop(key, None)
        if old is None:
            return
        if old.row.lookup_hash is not None:
            self.by_hash.pop((old.row.type, old.row.lookup_hash), None)
        for part in _parts(old):
            self.by_part[old.row.type, part].discard(key)

    def is_past(self, row: ValueRow, now: float) -> bool:
        """Whether a value's time is over, be it swept from the store yet or not."""
        if row.sealed is None or self.row is None:
            return True
        return self.row.last_turn + min(row.expires, self.row.expires) <= now


class Vault:
    """One conversation's values. Safe to share between threads.

    `begin(tx, now)` comes first in a transaction that writes; `mint` does it itself. `refresh(reader)` comes first
    where one only reads.
    """

    __slots__ = (
        "__weakref__",
        "_begun",
        "_clock",
        "_held",
        "_id_hash",
        "_lock",
        "_now",
        "_retention",
        "_scheme",
        "_state",
        "_store",
        "_tenant",
        "_tenant_keys",
        "_written",
        "public_id",
        "stamp",
    )

    def __init__(
        self,
        store: Store,
        tenant: str,
        tenant_keys: TenantKeys,
        row: ConversationRow,
        *,
        clock: Callable[[], float],
        retention: float,
        scheme: str,
    ) -> None:
        """Made by `open`."""
        self.public_id = row.public_id
        """Random; what URLs, logs and rows call the conversation."""
        self.stamp = 0
        """Changes whenever a referent does: what was made from `referents()` at the same stamp still holds."""
        self._store, self._tenant, self._tenant_keys, self._id_hash = store, tenant, tenant_keys, row.id_hash
        self._clock, self._retention, self._scheme = clock, retention, scheme
        self._held: dict[Key, Secret[str]] = {}
        self._restart()
        _vaults.add(self)

    def _restart(self) -> None:
        """Know nothing yet."""
        self._lock = threading.Lock()
        self._state = _State()
        self._begun: Transaction | None = None
        self._written = 0
        self._now = 0.0

    @classmethod
    def open(
        cls,
        store: Store,
        wrap: KeyWrap,
        tenant: str,
        conversation_id: str,
        *,
        clock: Callable[[], float] = time.time,
        retention: float = MONTH,
        fips: bool = False,
    ) -> "Vault":
        """The vault of a conversation, made on first use, its values loaded.

        `conversation_id` is the host's and is stored only as a keyed hash. `retention`: seconds the conversation
        outlives its last turn; no value outlives it. Raises `CryptoError` where `wrap` is not the store's key.
        """
        keys = TenantKeys.of(_tenant_key(store, wrap, tenant))
        id_hash = keyed_hash(keys.conversations, conversation_id)
        row = store.conversation(tenant, id_hash)
        if row is None:
            with store.transaction() as tx:
                row = tx.conversation(tenant, id_hash) or _new_conversation(
                    tx, keys, tenant, id_hash, clock(), retention
                )
        vault = cls(store, tenant, keys, row, clock=clock, retention=retention, scheme=scheme_for(fips))
        vault.refresh(store)
        return vault

    def __repr__(self) -> str:
        return f"Vault({self.public_id!r})"

    @property
    def keys(self) -> ConversationKeys | None:
        """The conversation's keys as last seen; None after `forget`, until something is written again."""
        return self._state.keys

    # -- reading

    def refresh(self, reader: Reader) -> None:
        """Load what is newer than seen, and take the time by which values count as expired until the next refresh.

        While a transaction of this vault is open it holds the newest already, and nothing is loaded.
        """
        state = self._state
        if self._begun is not None:
            return
        now, row = self._clock(), self._row(reader)
        fresh = self._load(reader, row, state)
        with self._lock:
            if self._begun is None and (self._state is state or fresh.seen >= self._state.seen):
                self._state, self._now = fresh, now

    def _row(self, reader: Reader) -> ConversationRow:
        row = reader.conversation(self._tenant, self._id_hash)
        if row is None:
            raise NotFoundError("the conversation is gone from the store; open it again")
        return row

    def _load(self, reader: Reader, row: ConversationRow, state: _State) -> _State:
        """Bring `state` up to `row`, or start a new one where the conversation's key is another."""
        if row.key_id != state.key_id or state.row is None:
            state = _State(keys=self._unwrap(row))
        if row.version <= state.seen:
            return state
        rows = [new for new in reader.values(self.public_id, newer_than=state.seen) if new.key_id == state.key_id]
        counters = reader.counters(self.public_id)
        records = [self._record(state, new) for new in rows if self._is_news(state, new)]
        with self._lock:
            for record in records:
                if self._is_news(state, record.row):
                    state.add(record)
                    self.stamp += 1
            for entity_type, last in counters.items():
                state.counters[entity_type] = max(last, state.counters.get(entity_type, 0))
            if row.version > state.seen:
                state.row, state.seen = row, row.version
        return state

    def _is_news(self, state: _State, row: ValueRow) -> bool:
        known = state.records.get((row.type, row.index))
        return known is None or row.version > known.row.version

    def _unwrap(self, row: ConversationRow) -> ConversationKeys | None:
        if row.wrapped_key is None:
            return None
        key = unwrap_key(self._tenant_keys, row.wrapped_key, row.tenant, row.public_id, row.key_id)
        return ConversationKeys.of(key, row.key_id)

    def _record(self, state: _State, row: ValueRow) -> _Record:
        if row.sealed is None or state.keys is None:
            return _Record(row, Referent(row.type, row.index, expired=True))
        content = open_sealed(state.keys.seal, row.sealed, self._associated(row), row.scheme)
        return _Record(row, decode(row.type, row.index, content))

    def _associated(self, row: ValueRow) -> bytes:
        return join(self._tenant, self.public_id, row.type, str(row.index), row.key_id, row.scheme)

    def referent(self, type: str, index: int) -> Referent | None:  # noqa: A002
        """What a placeholder of this conversation names; None where it was never minted.

        One past its time, or forgotten, is `expired`: without forms.
        """
        with self._lock:
            record = self._state.records.get((type, index))
            if record is not None and not self._state.is_past(record.row, self._now):
                return record.referent
        return Referent(type, index, expired=True) if self.was_minted(type, index) else None

    def referents(self) -> Iterable[Referent]:
        """Every referent that is not expired, in the order of last change."""
        with self._lock:
            state = self._state
            return [r.referent for r in state.records.values() if not state.is_past(r.row, self._now)]

    def was_minted(self, type: str, index: int) -> bool:  # noqa: A002
        """Whether the number was ever given here, be its value expired, forgotten or never stored."""
        return 1 <= index <= self._state.counters.get(type, 0)

    def turn_hash(self, *parts: Part) -> bytes:
        """Keyed hash of a turn. After `forget` there is no key, and it matches nothing."""
        return self._hash("turn", *parts)

    def text_hash(self, text: str) -> bytes:
        """Keyed hash of a redacted text."""
        return self._hash("text", text)

    def _hash(self, *parts: Part) -> bytes:
        keys = self._state.keys
        return keyed_hash(keys.turns if keys else new_key(), *parts)

    # -- writing

    def begin(self, tx: Transaction, now: float) -> None:
        """Make ready to write in `tx`: end what is past its time at `now`, load what is newer, see to a live key.

        `now`: when the turn began, seconds since the epoch. Nothing expires later within the same transaction.
        """
        if self._begun is tx:
            return
        tx.on_end(self._ended)
        tx.expire(now, self.public_id)
        row = self._row(tx)
        if row.wrapped_key is None:
            row = tx.put_conversation(_with_key(self._tenant_keys, replace(row, last_turn=now)))
        if row.expires != self._retention:
            row = tx.put_conversation(replace(row, expires=self._retention))
        state = self._load(tx, row, self._state)
        with self._lock:
            self._state, self._begun, self._now, self._written = state, tx, now, 0

    def _ended(self, committed: bool) -> None:
        state = self._state
        if not committed:
            state = self._load(self._store, self._row(self._store), _State())
        with self._lock:
            if committed:
                state.seen = max(state.seen, self._written)
            else:
                self.stamp += 1
            self._state, self._begun = state, None

    def mint(self, tx: Transaction, mention: Mention, now: float) -> Minted:
        """The placeholder of a mention: its referent's, or the next number of its type.

        A CARD_CVV or SECRET is never stored, whatever `mention.storage` says; each mention gets its own number.
        """
        self.begin(tx, now)
        if mention.type in taxonomy.NEVER_STORED:
            mention = replace(mention, storage="none", label="")
        if mention.storage == "none":
            return self._put_new(tx, mention, None)
        lookup = self._lookup(mention)
        key, kind = self._who(mention, lookup)
        if key is None:
            return self._put_new(tx, mention, lookup)
        return self._put_form(tx, self._state.records[key], mention, kind)

    def _lookup(self, mention: Mention) -> bytes:
        return keyed_hash(self._live_keys().lookup, mention.type, mention.canonical())

    def _live_keys(self) -> ConversationKeys:
        keys = self._state.keys
        if keys is None:
            raise NotFoundError("the conversation was forgotten; begin a transaction first, which makes a new key")
        return keys

    def _who(self, mention: Mention, lookup: bytes) -> tuple[Key | None, FormKind]:
        """The referent a mention belongs to, if it is a known one's, and as what."""
        of = mention.of if mention.of in self._state.records else None
        if mention.kind == "fragment" and of and self._is_alive(of):
            return of, "fragment"
        known = self._state.by_hash.get((mention.type, lookup))
        if known is not None:
            return known, "full"
        if mention.kind == "part" and of and self._is_alive(of):
            return of, "part"
        owners = self._state.by_part.get((mention.type, mention.canonical()), set())
        return (next(iter(owners)), "part") if len(owners) == 1 else (None, "full")

    def _is_alive(self, key: Key) -> bool:
        return self._state.records[key].row.sealed is not None

    def _put_new(self, tx: Transaction, mention: Mention, lookup: bytes | None) -> Minted:
        index = tx.next_index(self.public_id, mention.type)
        referent = Referent(mention.type, index, label=mention.label)
        if mention.storage == "sealed":
            form = Form(mention.text, mention.normal, "full")
            referent = replace(referent, canonical=Secret(mention.canonical()), forms=(form,))
        self._put(tx, referent, lookup, mention.retention)
        self._state.counters[mention.type] = index
        if lookup is not None:
            self._put_subject(tx, mention)
        return Minted(mention.type, index, 0 if referent.forms else None)

    def _put_form(self, tx: Transaction, record: _Record, mention: Mention, kind: FormKind) -> Minted:
        """Note a spelling of a known referent."""
        old = record.referent
        referent = replace(old, label=old.label or mention.label)
        if mention.storage == "sealed" and old.position(mention.text, kind) is None:
            referent = referent.with_form(Form(mention.text, mention.normal, kind))
            if not old.forms:
                referent = replace(referent, canonical=Secret(mention.canonical()))
        if referent != old or record.row.expires != mention.retention:
            self._put(tx, referent, record.row.lookup_hash, mention.retention)
        form = referent.position(mention.text, kind) if mention.storage == "sealed" else None
        return Minted(old.type, old.index, form)

    def _put(self, tx: Transaction, referent: Referent, lookup: bytes | None, retention: float) -> None:
        keys = self._live_keys()
        row = ValueRow(
            conversation=self.public_id,
            type=referent.type,
            index=referent.index,
            lookup_hash=lookup,
            scheme=self._scheme,
            key_id=keys.key_id,
            sealed=None,
            expires=retention,
        )
        sealed = seal(keys.seal, encode(referent), self._associated(row), self._scheme)
        row = tx.put_value(replace(row, sealed=sealed))
        with self._lock:
            self._state.add(_Record(row, referent))
            self._written = row.version
            self.stamp += 1

    def _put_subject(self, tx: Transaction, mention: Mention) -> None:
        entity_type = taxonomy.entity_types().get(mention.type)
        if entity_type is not None and entity_type.subject:
            subject_hash = keyed_hash(self._tenant_keys.subjects, mention.type, mention.canonical())
            tx.put_subject(SubjectRow(self._tenant, subject_hash, self.public_id))

    def forget(self) -> None:
        """Destroy the conversation's key and everything under it; numbers are not used again. Twice is fine."""
        with self._store.transaction() as tx:
            tx.forget(self.public_id)
        self.drop_held()
        self.refresh(self._store)

    # -- values of one turn

    def hold(self, type: str, index: int, value: Secret[str]) -> None:  # noqa: A002
        """Keep a value in this process's memory, for one use before the turn ends. Never stored.

        Raises `PolicyError` for a card's security code, which is not kept in any way.
        """
        if type == "CARD_CVV":
            raise PolicyError("CARD_CVV is never held, not for a tool either; take it out of the policy's tools")
        with self._lock:
            self._held[type, index] = value

    def take(self, type: str, index: int) -> Secret[str] | None:  # noqa: A002
        """Give a held value out, once."""
        with self._lock:
            return self._held.pop((type, index), None)

    def drop_held(self) -> None:
        """The turn has ended."""
        with self._lock:
            self._held.clear()

    def after_fork(self) -> None:
        """In a forked child: start with a lock of its own and load again on the next refresh."""
        self._restart()


def rewrap(store: Store, old: KeyWrap, new: KeyWrap) -> int:
    """Wrap every tenant's key with another key-encryption key; gives how many were. Values stay as they are.

    One transaction a tenant, so it may be stopped and run again, and writers wait for no more than one.
    """
    count = 0
    for tenant in [row.tenant for row in store.tenants() if row.key_id != new.key_id]:
        with store.transaction() as tx:
            row = tx.tenant(tenant)
            if row is not None and row.key_id != new.key_id:
                wrapped = new.wrap(old.unwrap(row.wrapped_key))
                tx.replace_tenant(TenantRow(tenant, wrapped, new.key_id))
                count += 1
    return count


def _tenant_key(store: Store, wrap: KeyWrap, tenant: str) -> Secret[bytes]:
    """The tenant's key, made on first use; of two who make one at once, both get the first."""
    row = store.tenant(tenant)
    if row is None:
        made = TenantRow(tenant, wrap.wrap(new_key()), wrap.key_id)
        with store.transaction() as tx:
            row = tx.put_tenant(made)
    return wrap.unwrap(row.wrapped_key)


def _new_conversation(
    tx: Transaction, keys: TenantKeys, tenant: str, id_hash: bytes, now: float, retention: float
) -> ConversationRow:
    row = ConversationRow(tenant, id_hash, secrets.token_hex(10), None, "", now, retention)
    return tx.put_conversation(_with_key(keys, row))


def _with_key(keys: TenantKeys, row: ConversationRow) -> ConversationRow:
    key_id = secrets.token_hex(8)
    wrapped = wrap_key(keys, new_key(), row.tenant, row.public_id, key_id)
    return replace(row, wrapped_key=wrapped, key_id=key_id)


def _parts(record: _Record) -> frozenset[str]:
    return taxonomy.parts(record.row.type, record.referent.canonical.reveal())


_vaults: "weakref.WeakSet[Vault]" = weakref.WeakSet()


def _after_fork() -> None:
    for vault in list(_vaults):
        vault.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
