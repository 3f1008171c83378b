"""The vault: a conversation's referents, sealed in a store, and the numbers that name them.

Every process that works on a conversation has a `Vault` of its own; the store's transactions keep them of one mind.
Identity: an equal canonical form is the same referent; failing that, a part ("Joyce") of exactly one person is a form
of that person; everything else gets the next number of its type, and no number is given twice.
"""

import contextlib
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random

from redactor import taxonomy
from redactor.crypto import ConversationKeys, KeyWrap, Part, TenantKeys, derive, keyed_hash, new_key, scheme_for
from redactor.exceptions import ConfigError, CryptoError, NotFoundError, PolicyError, RedactorError
from redactor.keys import conversation_keys, latest_keys, new_conversation, tenant_keys, with_new_key
from redactor.placeholders import StandIns
from redactor.referents import MONTH, Form, FormKind, Mention, Minted, Referent
from redactor.sealing import opened, sealed
from redactor.secret import Secret
from redactor.seen import Key, Seen, SeenValue
from redactor.standing import Standing
from redactor.storage import ConversationRow, Reader, Store, SubjectRow, Swept, Transaction, ValueRow

__all__ = ["Form", "Mention", "Minted", "Referent", "Vault"]


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
        "_on_expired",
        "_retention",
        "_scheme",
        "_seen",
        "_standing",
        "_store",
        "_tenant",
        "_tenant_keys",
        "_wrap",
        "_written",
        "public_id",
        "stamp",
    )

    def __init__(
        self,
        store: Store,
        wrap: KeyWrap,
        tenant: str,
        tenant_keys: TenantKeys,
        row: ConversationRow,
        *,
        clock: Callable[[], float],
        retention: float,
        scheme: str,
        on_expired: Callable[[Transaction, "Vault", Swept], object],
    ) -> None:
        """Made by `open`."""
        self._on_expired = on_expired
        self.public_id = row.public_id
        """Random; what URLs, logs and rows call the conversation."""
        self.stamp = 0
        """Changes whenever a referent does: what was made from `referents()` at the same stamp still holds."""
        self._wrap = wrap
        self._store, self._tenant, self._tenant_keys, self._id_hash = store, tenant, tenant_keys, row.id_hash
        self._clock, self._retention, self._scheme = clock, retention, scheme
        self._held: dict[Key, Secret[str]] = {}
        self._restart()
        _vaults.add(self)

    def _restart(self) -> None:
        """Know nothing yet."""
        self._lock = threading.Lock()
        self._seen = Seen()
        self._standing = Standing()
        self._begun: Transaction | None = None
        self._written = 0
        self._now = 0.0

    @classmethod
    def open(
        cls,
        store: Store,
        wrap: KeyWrap,
        tenant: str,
        conversation: str | ConversationRow,
        *,
        clock: Callable[[], float] = time.time,
        retention: float = MONTH,
        fips: bool = False,
        on_expired: Callable[[Transaction, "Vault", Swept], object] = lambda tx, vault, swept: None,
    ) -> "Vault":
        """The vault of a conversation, made on first use, its values loaded.

        `conversation` is the host's id, which is stored only as a keyed hash, or the stored row. `retention`: seconds
        the conversation outlives its last turn; no value outlives it. `on_expired` is called in the transaction that
        ends something of the conversation because its time is over. Raises `CryptoError` where `wrap` is not the
        store's key.
        """
        keys = tenant_keys(store, wrap, tenant)
        if isinstance(conversation, str):
            id_hash = keyed_hash(keys.conversations, conversation)
        else:
            id_hash = conversation.id_hash
        row = store.conversation(tenant, id_hash)
        if row is None:
            with store.transaction() as tx:
                row = tx.conversation(tenant, id_hash) or tx.put_conversation(
                    new_conversation(latest_keys(tx, wrap, tenant), tenant, id_hash, now=clock(), retention=retention)
                )
        scheme = scheme_for(fips)
        vault = cls(
            store, wrap, tenant, keys, row, clock=clock, retention=retention, scheme=scheme, on_expired=on_expired
        )
        vault.refresh(store)
        return vault

    def __repr__(self) -> str:
        return f"Vault({self.public_id!r})"

    @property
    def keys(self) -> ConversationKeys | None:
        """The conversation's keys as last seen; None after `forget`, until something is written again."""
        return self._seen.keys

    # -- reading

    def refresh(self, reader: Reader) -> None:
        """Load what is newer than seen, and take the time by which values count as expired until the next refresh.

        While a transaction of this vault is open it holds the newest already, and nothing is loaded.
        """
        seen = self._seen
        if self._begun is not None:
            return
        now, row = self._clock(), self._row(reader)
        if row.last_turn + row.expires <= now:
            row = replace(row, wrapped_key=None, key_id="")  # as it will be once it is swept
        fresh = self._load(reader, row, seen)
        with self._lock:
            if self._begun is None and self._seen is seen:
                self._seen, self._now = fresh, now

    def _row(self, reader: Reader) -> ConversationRow:
        row = reader.conversation(self._tenant, self._id_hash)
        if row is None:
            raise NotFoundError("the conversation is gone from the store; open it again")
        return row

    def _load(self, reader: Reader, row: ConversationRow, seen: Seen) -> Seen:
        """Bring `seen` up to `row`, or start anew where the conversation's key is another."""
        if row.key_id != seen.key_id or seen.row is None:
            seen = Seen(keys=self._open_keys(reader, row))
        if row.version <= seen.version:
            seen.reach(row)
            return seen
        rows = reader.values(self.public_id, newer_than=seen.version)
        news = (new for new in rows if new.key_id == seen.key_id and seen.lacks(new))
        values = [SeenValue(new, opened(seen.keys, self._tenant, new)) for new in news]
        counters = reader.counters(self.public_id)
        with self._lock:
            for value in values:
                if seen.lacks(value.row):
                    seen.add(value)
                    self.stamp += 1
            seen.count(counters)
            seen.reach(row)
        return seen

    def _open_keys(self, reader: Reader, row: ConversationRow) -> ConversationKeys | None:
        """The conversation's keys; where they do not open, the tenant's key may have been rotated meanwhile."""
        with contextlib.suppress(CryptoError):
            return conversation_keys(self._tenant_keys, row)
        return conversation_keys(self._latest_keys(reader), row)

    def _latest_keys(self, reader: Reader) -> TenantKeys:
        self._tenant_keys = latest_keys(reader, self._wrap, self._tenant)
        return self._tenant_keys

    def referent(self, type: str, index: int) -> Referent | None:  # noqa: A002
        """What a placeholder of this conversation names; None where it was never minted.

        One past its time, or forgotten, is `expired`: without forms.
        """
        with self._lock:
            value = self._seen.values.get((type, index))
            if value is not None and not self._seen.is_past(value.row, self._now):
                return value.referent
        return Referent(type, index, expired=True) if self.was_minted(type, index) else None

    def referents(self) -> Iterable[Referent]:
        """Every referent that is not expired, in the order of last change."""
        with self._lock:
            seen = self._seen
            return [value.referent for value in seen.values.values() if not seen.is_past(value.row, self._now)]

    def is_live(self, now: float) -> bool:
        """Whether the conversation has a key and its time is not over."""
        seen = self._seen
        return seen.keys is not None and seen.row is not None and seen.row.last_turn + seen.row.expires > now

    def changed(self, since: int) -> tuple[int, list[Referent]]:
        """The store's version seen so far, and the referents written at version `since` or later that still hold.

        It costs what is new, not what is known.
        """
        with self._lock:
            seen, changed, newest = self._seen, [], since
            for value in reversed(seen.values.values()):
                if value.row.version < since:
                    break
                newest = max(newest, value.row.version)
                if not seen.is_past(value.row, self._now):
                    changed.append(value.referent)
        return newest, changed[::-1]

    def was_minted(self, type: str, index: int) -> bool:  # noqa: A002
        """Whether the number was ever given here, be its value expired, forgotten or never stored."""
        return 1 <= index <= self._seen.counters.get(type, 0)

    @property
    def stand_ins(self) -> StandIns:
        """What the operator `surrogate` wrote here, ready to be found in an LLM's text."""
        self._standing = self._standing.latest(self._seen, self.stamp, self.changed)
        return self._standing.found

    def value_hash(self, type: str, canonical: str, *, linkable: bool = False) -> bytes:  # noqa: A002
        """Keyed hash of a value: the same in this conversation only or, `linkable`, in every one of the tenant."""
        if linkable:
            return keyed_hash(derive(self._tenant_keys.subjects, "linkable hashes"), type, canonical)
        return self._hash("text", f"{type}\0{canonical}")

    def keyed_numbers(self, *parts: Part) -> Random:
        """The conversation's own numbers for one purpose: the same each time, and nobody's without its key."""
        return Random(keyed_hash(self._live_keys().lookup, "stand-in", *parts))

    def turn_hash(self, *parts: Part) -> bytes:
        """Keyed hash of a turn. After `forget` there is no key, and it matches nothing."""
        return self._hash("turn", *parts)

    def text_hash(self, text: str) -> bytes:
        """Keyed hash of a redacted text."""
        return self._hash("text", text)

    def _hash(self, *parts: Part) -> bytes:
        keys = self._seen.keys
        return keyed_hash(keys.turns if keys else new_key(), *parts)

    # -- writing

    def begin(self, tx: Transaction, now: float) -> None:
        """Make ready to write in `tx`: end what is past its time at `now`, load what is newer, see to a live key.

        `now`: when the turn began, seconds since the epoch. Nothing expires later within the same transaction.
        """
        if self._begun is tx:
            return
        tx.on_end(self._ended)
        swept = tx.expire(now, self.public_id)
        if any(swept):
            self._on_expired(tx, self, swept)
        row = self._row(tx)
        if row.wrapped_key is None:
            row = tx.put_conversation(with_new_key(self._latest_keys(tx), replace(row, last_turn=now)))
        if row.expires != self._retention:
            row = tx.put_conversation(replace(row, expires=self._retention))
        seen = self._load(tx, row, self._seen)
        with self._lock:
            # What was past its time is swept; what is minted now counts from this turn, not from the one before.
            seen.row = replace(row, last_turn=max(row.last_turn, now))
            self._seen, self._begun, self._now, self._written = seen, tx, now, 0

    def _ended(self, committed: bool) -> None:
        """What was minted in a transaction that failed is not in the store, so everything is loaded again."""
        seen = self._seen
        if not committed:
            seen = Seen()
            with contextlib.suppress(RedactorError):  # what cannot be read now is read by the next refresh
                seen = self._load(self._store, self._row(self._store), seen)
        with self._lock:
            if committed:
                seen.version = max(seen.version, self._written)
            else:
                self.stamp += 1
            self._seen, self._begun = seen, None

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
        key, kind = self._seen.who(mention, lookup)
        if key is None:
            return self._put_new(tx, mention, lookup)
        return self._put_form(tx, self._seen.values[key], mention, kind)

    def _lookup(self, mention: Mention) -> bytes:
        return keyed_hash(self._live_keys().lookup, mention.type, mention.canonical())

    def _live_keys(self) -> ConversationKeys:
        keys = self._seen.keys
        if keys is None:
            raise NotFoundError("the conversation was forgotten; begin a transaction first, which makes a new key")
        return keys

    def _put_new(self, tx: Transaction, mention: Mention, lookup: bytes | None) -> Minted:
        index = tx.next_index(self.public_id, mention.type)
        referent = Referent(mention.type, index, label=mention.label)
        if mention.storage == "sealed":
            form = Form(mention.text, mention.normal, "full")
            referent = replace(referent, canonical=Secret(mention.canonical()), forms=(form,))
        self._put(tx, referent, lookup, mention.retention)
        self._seen.count({mention.type: index})
        if lookup is not None:
            self._put_subject(tx, mention)
        return Minted(mention.type, index, 0 if referent.forms else None)

    def _put_form(self, tx: Transaction, known: SeenValue, mention: Mention, kind: FormKind) -> Minted:
        """Note a spelling of a known referent."""
        old = known.referent
        referent = replace(old, label=old.label or mention.label)
        if mention.storage == "sealed" and old.position(mention.text, kind) is None:
            referent = referent.with_form(Form(mention.text, mention.normal, kind))
            if not old.forms:
                referent = replace(referent, canonical=Secret(mention.canonical()))
        if referent != old or known.row.expires != mention.retention:
            self._put(tx, referent, known.row.lookup_hash, mention.retention)
        form = referent.position(mention.text, kind) if mention.storage == "sealed" else None
        return Minted(old.type, old.index, form)

    def put_stand_in(self, tx: Transaction, minted: Minted, stand_in: str) -> None:
        """Note what stands in for a referent from now on. `mint` comes first."""
        known = self._seen.values[minted.type, minted.index]
        referent = replace(known.referent, stand_in=Secret(stand_in))
        self._put(tx, referent, known.row.lookup_hash, known.row.expires)

    def correct(self, tx: Transaction, key: Key, mention: Mention, now: float) -> None:
        """Put another value in the place of a referent's: all of its forms read so from now on, and what was kept of
        the old one is gone. `begin` comes first.

        Raises `NotFoundError` for a number that was never given, or whose value is gone, and `ConfigError` where
        nothing was kept that could be wrong.
        """
        self.begin(tx, now)
        known = self._seen.values.get(key)
        if known is None or self._seen.is_past(known.row, now):
            raise NotFoundError("this conversation has no such value (any more)")
        old = known.referent
        if not old.forms:
            raise ConfigError(f"of a {key[0]} no value is kept, so there is none to correct")
        forms = tuple(Form(mention.text, mention.normal, "full") for _ in old.forms)  # turns name them by position
        referent = replace(old, canonical=Secret(mention.canonical()), forms=forms, label=mention.label)
        lookup: bytes | None = self._lookup(mention)
        if self._seen.by_hash.get((key[0], lookup or b""), key) != key:
            lookup = None  # another placeholder is found by this value, and goes on being so
        self._put(tx, referent, lookup, known.row.expires)
        if old.canonical != referent.canonical and not self._is_said_elsewhere(key, old):
            self._drop_subject(tx, old)
        self._put_subject(tx, mention)

    def _is_said_elsewhere(self, key: Key, old: Referent) -> bool:
        values = self._seen.values.items()
        return any(
            other != key and other[0] == key[0] and each.referent.canonical == old.canonical for other, each in values
        )

    def _drop_subject(self, tx: Transaction, old: Referent) -> None:
        hashed = keyed_hash(self._tenant_keys.subjects, old.type, old.canonical.reveal())
        tx.drop_subject(SubjectRow(self._tenant, hashed, self.public_id))

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
        row = tx.put_value(sealed(keys, self._tenant, row, referent))
        with self._lock:
            self._seen.add(SeenValue(row, referent))
            self._written = row.version
            self.stamp += 1

    def _put_subject(self, tx: Transaction, mention: Mention) -> None:
        entity_type = taxonomy.entity_types().get(mention.type)
        if entity_type is not None and entity_type.subject:
            subject_hash = keyed_hash(self._tenant_keys.subjects, mention.type, mention.canonical())
            tx.put_subject(SubjectRow(self._tenant, subject_hash, self.public_id))

    def forget(self, note: Callable[[Transaction], object] = lambda tx: None) -> None:
        """Destroy the conversation's key and everything under it; numbers are not used again. Twice is fine.

        `note` is called first, in the same transaction: where it raises, nothing is destroyed.
        """
        with self._store.transaction() as tx:
            note(tx)
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
        """In a forked child: go on with a lock of its own, and with nothing that was to be used once."""
        self._held = {}
        if self._begun is None:
            self._lock = threading.Lock()
        else:
            self._restart()


_vaults: "weakref.WeakSet[Vault]" = weakref.WeakSet()


def _after_fork() -> None:
    for vault in list(_vaults):
        vault.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
