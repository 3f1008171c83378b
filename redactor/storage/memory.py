"""Conversations in this process's memory: gone when it ends, and not shared with other processes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeVar

from redactor.exceptions import StorageError
from redactor.storage import BUSY_SECONDS, forking
from redactor.storage.auditing import AuditTables, MemoryAudit, MemoryAuditWrites
from redactor.storage.consents import MemoryConsent, MemoryConsentWrites
from redactor.storage.reviewing import MemoryReviews, MemoryReviewWrites
from redactor.storage.rows import (
    ConsentRow,
    ConversationRow,
    ReviewRow,
    SubjectRow,
    Swept,
    TallyRow,
    TenantRow,
    TurnRow,
    ValueRow,
)
from redactor.storage.search import Listed, Search, entities

K = TypeVar("K")
V = TypeVar("V")
ValueKey = tuple[str, int]
_TallyKey = tuple[str, int, str, str, str, str, str, str, int]
"""A `TallyRow` without its count."""


@dataclass(slots=True)
class _Box:
    """One conversation with all that is in it."""

    row: ConversationRow
    soonest: float
    counters: dict[str, int] = field(default_factory=dict)
    next_seq: int = 1
    values: dict[ValueKey, ValueRow] = field(default_factory=dict)
    lookups: dict[tuple[str, bytes], ValueKey] = field(default_factory=dict)
    value_log: list[tuple[int, ValueKey]] = field(default_factory=list)
    turns: dict[int, TurnRow] = field(default_factory=dict)
    turn_ids: dict[str, int] = field(default_factory=dict)
    turn_log: list[tuple[int, int]] = field(default_factory=list)
    hashes: dict[bytes, tuple[int, ...]] = field(default_factory=dict)
    texts: dict[bytes, tuple[int, ...]] = field(default_factory=dict)
    subjects: dict[bytes, None] = field(default_factory=dict)


class _Tables(AuditTables):
    """What both the store and its transaction can read."""

    __slots__ = ("boxes", "consents", "events", "ids", "numbered", "queue", "subjects", "tallies", "tenants_by_name")

    def __init__(self) -> None:
        super().__init__()
        self.numbered = 0
        """How many turns were ever put; the newest one's number."""
        self.tenants_by_name: dict[str, TenantRow] = {}
        self.ids: dict[tuple[str, bytes], str] = {}
        self.boxes: dict[str, _Box] = {}
        self.subjects: dict[tuple[str, bytes], tuple[str, ...]] = {}
        self.tallies: dict[_TallyKey, int] = {}
        self.consents: dict[tuple[str, bytes], ConsentRow] = {}
        self.events: dict[int, ReviewRow] = {}
        self.queue: dict[tuple[str, int], int] = {}


class _Reads(MemoryAudit, MemoryConsent, MemoryReviews):
    __slots__ = ("_tables",)

    _tables: _Tables

    def __init__(self, tables: _Tables) -> None:
        self._tables = tables

    def tenant(self, tenant: str) -> TenantRow | None:
        with self._tables.lock:
            return self._tables.tenants_by_name.get(tenant)

    def tenants(self) -> Sequence[TenantRow]:
        with self._tables.lock:
            return [row for _, row in sorted(self._tables.tenants_by_name.items())]

    def conversation(self, tenant: str, id_hash: bytes) -> ConversationRow | None:
        with self._tables.lock:
            public_id = self._tables.ids.get((tenant, id_hash))
            return self._tables.boxes[public_id].row if public_id is not None else None

    def conversation_by_public_id(self, public_id: str) -> ConversationRow | None:
        with self._box(public_id) as box:
            return box.row if box else None

    def conversations_with(self, tenant: str, subject_hash: bytes) -> Sequence[str]:
        with self._tables.lock:
            return sorted(self._tables.subjects.get((tenant, subject_hash), ()))

    def wrapped_conversations(self, tenant: str, after: str, limit: int) -> Sequence[ConversationRow]:
        with self._tables.lock:
            live = (box.row for box in self._tables.boxes.values() if box.row.wrapped_key is not None)
            rows = [row for row in live if row.tenant == tenant and row.public_id > after]
        return sorted(rows, key=lambda row: row.public_id)[:limit]

    def live_conversations(self, tenant: str) -> int:
        with self._tables.lock:
            return sum(b.row.tenant == tenant and b.row.wrapped_key is not None for b in self._tables.boxes.values())

    def counters(self, conversation: str) -> Mapping[str, int]:
        with self._box(conversation) as box:
            return dict(box.counters) if box else {}

    def values(self, conversation: str, newer_than: int = 0) -> Sequence[ValueRow]:
        with self._box(conversation) as box:
            return [box.values[key] for key in _newer(box.value_log, newer_than)] if box else []

    def find_value(self, conversation: str, type: str, lookup_hash: bytes) -> ValueRow | None:  # noqa: A002
        with self._box(conversation) as box:
            key = box.lookups.get((type, lookup_hash)) if box else None
            return box.values[key] if box and key else None

    def turns(self, conversation: str, newer_than: int = 0) -> Sequence[TurnRow]:
        with self._box(conversation) as box:
            return [box.turns[seq] for seq in sorted(_newer(box.turn_log, newer_than))] if box else []

    def turns_from(self, conversation: str, seq: int, limit: int) -> Sequence[TurnRow]:
        with self._box(conversation) as box:
            return [box.turns[each] for each in sorted(box.turns) if each >= seq][:limit] if box else []

    def turn(self, conversation: str, turn_id: str) -> TurnRow | None:
        with self._box(conversation) as box:
            seq = box.turn_ids.get(turn_id) if box else None
            return box.turns[seq] if box and seq else None

    def turn_by_hash(self, conversation: str, turn_hash: bytes) -> TurnRow | None:
        with self._box(conversation) as box:
            return _latest(box, box.hashes, turn_hash) if box else None

    def turn_by_text(self, conversation: str, text_hash: bytes) -> TurnRow | None:
        with self._box(conversation) as box:
            return _latest(box, box.texts, text_hash) if box else None

    def last_turn(self, conversation: str) -> TurnRow | None:
        with self._box(conversation) as box:
            return box.turns[max(box.turns)] if box and box.turns else None

    def search(self, search: Search, *, limit: int, before: int | None = None) -> Sequence[TurnRow]:
        with self._tables.lock:
            rows = [(row, box.row.tenant) for box in self._tables.boxes.values() for row in box.turns.values()]
        rows = [(row, tenant) for row, tenant in rows if before is None or row.number < before]
        rows.sort(key=lambda found: -found[0].number)
        fitting = (row for row, tenant in rows if search.fits(row, tenant))
        if search.asks_for_reviews:
            fitting = (row for row in fitting if self._has_said(row, search.verdict, search.reviewer))
        return list(islice(fitting, limit))

    def listed(
        self,
        tenant: str | None = None,
        *,
        limit: int,
        before: tuple[float, str] | None = None,
        channel: str | None = None,
        tenants: tuple[str, ...] = (),
    ) -> Sequence[Listed]:
        with self._tables.lock:
            boxes = [box for box in self._tables.boxes.values() if box.row.wrapped_key is not None]
            boxes = [box for box in boxes if tenant in (None, box.row.tenant)]
            boxes = [box for box in boxes if not tenants or box.row.tenant in tenants]
            listed = [_listed(box) for box in boxes if channel is None or _has_channel(box, channel)]
        listed.sort(key=lambda each: (each.last, each.public_id), reverse=True)
        return list(islice((e for e in listed if before is None or (e.last, e.public_id) < before), limit))

    def tallies(self, first: int, last: int, tenant: str | None = None) -> Sequence[TallyRow]:
        with self._tables.lock:
            rows = [TallyRow(*key, count) for key, count in self._tables.tallies.items() if first <= key[1] <= last]
        return sorted((row for row in rows if tenant in (None, row.tenant)), key=lambda row: row.day)

    def _owner(self, conversation: str) -> str:
        return self._tables.boxes[conversation].row.tenant

    def _turn_at(self, key: tuple[str, int]) -> TurnRow:
        return self._tables.boxes[key[0]].turns[key[1]]

    @contextmanager
    def _box(self, conversation: str) -> Iterator[_Box | None]:
        with self._tables.lock:
            yield self._tables.boxes.get(conversation)


class MemoryStore(_Reads):
    """Everything in dictionaries; a transaction that fails is undone step by step."""

    __slots__ = ("__weakref__", "_timeout", "_writer")

    persistent = False

    def __init__(self, *, timeout: float = BUSY_SECONDS) -> None:
        super().__init__(_Tables())
        self._timeout = timeout
        self._writer: _MemoryTransaction | None = None
        forking.watch(self)

    @contextmanager
    def transaction(self) -> Iterator["_MemoryTransaction"]:
        """Begin to write; see `Store.transaction`."""
        if not self._tables.lock.acquire(timeout=self._timeout):
            raise StorageError(f"another thread kept the memory store for over {self._timeout:g} s")
        try:
            if self._writer is not None:
                raise StorageError("this thread already has a transaction open; use that one")
            yield from self._run(_MemoryTransaction(self._tables))
        finally:
            self._tables.lock.release()

    def _run(self, writer: "_MemoryTransaction") -> Iterator["_MemoryTransaction"]:
        self._writer = writer
        try:
            yield writer
        except BaseException:
            writer.undo()
            writer.end(committed=False)
            raise
        else:
            writer.end(committed=True)
        finally:
            self._writer = None

    def close(self) -> None:
        """Nothing to let go of: the values go with the object."""

    def before_fork(self) -> None:
        """Wait until no other thread is half-way through a write."""
        self._tables.lock.acquire()

    def after_fork(self, *, in_child: bool) -> None:
        """Go on, in the parent and in the child, which has a copy of its own."""
        self._tables.lock.release()


class _MemoryTransaction(_Reads, MemoryAuditWrites, MemoryConsentWrites, MemoryReviewWrites):
    __slots__ = ("_callbacks", "_undo", "_versions")

    def __init__(self, tables: _Tables) -> None:
        super().__init__(tables)
        self._undo: list[Callable[[], None]] = []
        self._callbacks: list[Callable[[bool], None]] = []
        self._versions: dict[str, int] = {}

    def on_end(self, callback: Callable[[bool], None]) -> None:
        self._callbacks.append(callback)

    def undo(self) -> None:
        for step in reversed(self._undo):
            step()

    def end(self, *, committed: bool) -> None:
        for callback in self._callbacks:
            callback(committed)

    def put_tenant(self, row: TenantRow) -> TenantRow:
        if row.tenant not in self._tables.tenants_by_name:
            self._put(self._tables.tenants_by_name, row.tenant, row)
        return self._tables.tenants_by_name[row.tenant]

    def replace_tenant(self, row: TenantRow) -> None:
        if row.tenant not in self._tables.tenants_by_name:
            raise StorageError("there is no such tenant to replace")
        self._put(self._tables.tenants_by_name, row.tenant, row)

    def rewrap_conversation(self, conversation: str, wrapped_key: bytes) -> None:
        _, box = self._write(conversation)
        if box.row.wrapped_key is not None:
            self._set_row(box, replace(box.row, wrapped_key=wrapped_key))

    def put_conversation(self, row: ConversationRow) -> ConversationRow:
        if row.tenant not in self._tables.tenants_by_name:
            raise StorageError("a conversation needs its tenant to be put first")
        public_id = self._tables.ids.get((row.tenant, row.id_hash))
        if public_id is None:
            return self._new_conversation(row)
        version, box = self._write(public_id)
        self._set_row(box, replace(row, public_id=public_id, version=version))
        self._set_soonest(box, min([row.expires, *_live_spans(box)]))
        return box.row

    def _new_conversation(self, row: ConversationRow) -> ConversationRow:
        if row.public_id in self._tables.boxes:
            raise StorageError("another conversation has this public id")
        row = replace(row, version=1)
        self._put(self._tables.ids, (row.tenant, row.id_hash), row.public_id)
        self._put(self._tables.boxes, row.public_id, _Box(row, row.expires))
        self._versions[row.public_id] = 1
        return row

    def touch(self, conversation: str, now: float) -> None:
        _, box = self._write(conversation)
        self._set_row(box, replace(box.row, last_turn=max(now, box.row.last_turn)))

    def next_index(self, conversation: str, type: str) -> int:  # noqa: A002
        _, box = self._write(conversation)
        index = box.counters.get(type, 0) + 1
        self._put(box.counters, type, index)
        return index

    def next_seq(self, conversation: str) -> int:
        _, box = self._write(conversation)
        seq = box.next_seq
        self._undo.append(lambda: setattr(box, "next_seq", seq))
        box.next_seq = seq + 1
        return seq

    def put_value(self, row: ValueRow) -> ValueRow:
        version, box = self._write(row.conversation)
        row, key = replace(row, version=version), (row.type, row.index)
        self._index_value(box, box.values.get(key), row)
        self._put(box.values, key, row)
        self._append(box.value_log, (version, key))
        self._set_soonest(box, min(box.soonest, row.expires))
        return row

    def _index_value(self, box: _Box, old: ValueRow | None, new: ValueRow) -> None:
        if old and old.lookup_hash is not None:
            self._drop(box.lookups, (old.type, old.lookup_hash))
        if new.lookup_hash is not None:
            if (new.type, new.lookup_hash) in box.lookups:
                raise StorageError("another value of this type has the same lookup hash")
            self._put(box.lookups, (new.type, new.lookup_hash), (new.type, new.index))

    def put_subject(self, row: SubjectRow) -> None:
        _, box = self._write(row.conversation)
        if row.subject_hash not in box.subjects:
            key = (row.tenant, row.subject_hash)
            self._put(box.subjects, row.subject_hash, None)
            self._put(self._tables.subjects, key, (*self._tables.subjects.get(key, ()), row.conversation))

    def drop_subject(self, row: SubjectRow) -> None:
        _, box = self._write(row.conversation)
        if row.subject_hash in box.subjects:
            key = (row.tenant, row.subject_hash)
            self._drop(box.subjects, row.subject_hash)
            others = tuple(c for c in self._tables.subjects[key] if c != row.conversation)
            self._put(self._tables.subjects, key, others)

    def put_turn(self, row: TurnRow) -> TurnRow:
        version, box = self._write(row.conversation)
        old = box.turns.get(row.seq)
        row = replace(row, version=version, number=old.number if old else self._next_number())
        if box.turn_ids.get(row.turn_id, row.seq) != row.seq:
            raise StorageError("another turn of this conversation has the same id")
        self._index_turn(box, old, row)
        self._put(box.turns, row.seq, row)
        self._append(box.turn_log, (version, row.seq))
        if old is None:
            self.set_waiting(row, 0)
        return row

    def _next_number(self) -> int:
        """Not given back where the transaction is undone: it only orders."""
        self._tables.numbered += 1
        return self._tables.numbered

    def _index_turn(self, box: _Box, old: TurnRow | None, new: TurnRow) -> None:
        if old:
            self._drop(box.turn_ids, old.turn_id)
            for table, key in _turn_keys(box, old):
                self._put(table, key, tuple(seq for seq in table[key] if seq != old.seq))
        self._put(box.turn_ids, new.turn_id, new.seq)
        for table, key in _turn_keys(box, new):
            self._put(table, key, (*table.get(key, ()), new.seq))

    def add_tallies(self, rows: Iterable[TallyRow]) -> None:
        table = self._tables.tallies
        for row in rows:
            if row.tenant not in self._tables.tenants_by_name:
                raise StorageError("a tally needs its tenant to be put first")
            versions = (row.policy_version, row.model_version)
            key = (row.tenant, row.day, row.role, *versions, row.kind, row.name, row.recognizer, row.bin)
            self._put(table, key, table.get(key, 0) + row.count)

    def put_consent(self, row: ConsentRow) -> None:
        if row.tenant not in self._tables.tenants_by_name:
            raise StorageError("a consent needs its tenant to be put first")
        super().put_consent(row)

    def drop_tallies(self, before: int) -> None:
        for key in [key for key in self._tables.tallies if key[1] < before]:
            self._drop(self._tables.tallies, key)

    def forget(self, conversation: str) -> None:
        version, old = self._write(conversation)
        self._forget_reviews(conversation)
        row = replace(old.row, wrapped_key=None, key_id="", version=version)
        box = _Box(row, row.expires, counters=dict(old.counters), next_seq=old.next_seq)
        self._put(self._tables.boxes, conversation, box)
        for subject_hash in old.subjects:
            key = (row.tenant, subject_hash)
            others = tuple(c for c in self._tables.subjects[key] if c != conversation)
            self._put(self._tables.subjects, key, others)

    def expire(self, now: float, conversation: str | None = None) -> Swept:
        ended = emptied = 0
        for public_id in list(self._tables.boxes) if conversation is None else [conversation]:
            box = self._tables.boxes.get(public_id)
            if box is None or box.row.wrapped_key is None or box.row.last_turn + box.soonest > now:
                continue
            if box.row.last_turn + box.row.expires <= now:
                self.forget(public_id)
                ended += 1
            else:
                emptied += self._empty_values(box, now)
        return Swept(ended, emptied)

    def _empty_values(self, box: _Box, now: float) -> int:
        over = [row for row in box.values.values() if row.sealed and box.row.last_turn + row.expires <= now]
        for row in over:
            self.put_value(replace(row, lookup_hash=None, sealed=None))
        self._set_soonest(box, min([box.row.expires, *_live_spans(box)]))
        return len(over)

    def _write(self, conversation: str) -> tuple[int, _Box]:
        """The conversation's box, its version one higher than before this transaction."""
        box = self._tables.boxes.get(conversation)
        if box is None:
            raise StorageError("there is no such conversation in the store; put it first")
        if conversation not in self._versions:
            self._versions[conversation] = box.row.version + 1
            self._set_row(box, replace(box.row, version=box.row.version + 1))
        return self._versions[conversation], box

    def _set_row(self, box: _Box, row: ConversationRow) -> None:
        old = box.row
        self._undo.append(lambda: setattr(box, "row", old))
        box.row = row

    def _set_soonest(self, box: _Box, soonest: float) -> None:
        old = box.soonest
        self._undo.append(lambda: setattr(box, "soonest", old))
        box.soonest = soonest

    def _put(self, table: MutableMapping[K, V], key: K, value: V) -> None:
        if key in table:
            old = table[key]
            self._undo.append(lambda: table.__setitem__(key, old))
        else:
            self._undo.append(lambda: table.__delitem__(key))
        table[key] = value

    def _drop(self, table: MutableMapping[K, V], key: K) -> None:
        old = table.pop(key)
        self._undo.append(lambda: table.__setitem__(key, old))

    def _append(self, log: list[V], entry: V) -> None:
        log.append(entry)
        self._undo.append(lambda: log.__delitem__(-1))


def _newer(log: Sequence[tuple[int, K]], version: int) -> list[K]:
    """Keys written after a version, in the order of their last write."""
    keys: dict[K, None] = {}
    for written, key in reversed(log):
        if written <= version:
            break
        keys.setdefault(key)
    return list(reversed(keys))


def _has_channel(box: _Box, channel: str) -> bool:
    return any(turn.channel == channel for turn in box.turns.values())


def _listed(box: _Box) -> Listed:
    row, turns = box.row, [box.turns[seq] for seq in sorted(box.turns)]
    types = {entity["type"] for turn in turns for entity in entities(turn)}
    first = turns[0].time if turns else None
    return Listed(row.public_id, row.tenant, len(turns), first, row.last_turn, tuple(sorted(types)))


def _latest(box: _Box, table: Mapping[bytes, tuple[int, ...]], key: bytes) -> TurnRow | None:
    seqs = table.get(key)
    return box.turns[max(seqs)] if seqs else None


def _turn_keys(box: _Box, row: TurnRow) -> Iterator[tuple[dict[bytes, tuple[int, ...]], bytes]]:
    yield box.texts, row.text_hash
    for turn_hash in {row.input_hash, row.restored_hash} - {None}:
        if turn_hash is not None:
            yield box.hashes, turn_hash


def _live_spans(box: _Box) -> Iterator[float]:
    return (row.expires for row in box.values.values() if row.sealed is not None)
