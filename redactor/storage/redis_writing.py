"""What is written in one Redis transaction: gathered here, sent in one step."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, replace

from redactor.exceptions import StorageError
from redactor.storage.redis_gathering import Gathered
from redactor.storage.redis_reading import ENDS_ITSELF, NOT_HERE, field, packed, unpacked
from redactor.storage.rows import (
    AuditRow,
    CheckpointRow,
    ConsentRow,
    ConversationRow,
    ReviewRow,
    StoreKeyRow,
    SubjectRow,
    Swept,
    TallyRow,
    TenantRow,
    TurnRow,
    ValueRow,
)


class RedisTransaction(Gathered):
    """Made by `RedisStore.transaction`."""

    __slots__ = ()

    # -- consents

    def put_consent(self, row: ConsentRow) -> None:
        if self.tenant(row.tenant) is None:
            raise StorageError("a consent needs its tenant to be put first")
        at = row.subject_hash.hex()
        self._put(f"o:{row.tenant}", at, packed(row))
        self._scores.setdefault(f"q:{row.tenant}", {})[at] = row.changed

    def drop_consent(self, tenant: str, subject_hash: bytes) -> bool:
        if self.consent(tenant, subject_hash) is None:
            return False
        self._drop_consent(tenant, subject_hash.hex())
        return True

    def drop_consents(self, before: float) -> int:
        over = [(row.tenant, at) for row in self.tenants() for at in self._below(f"q:{row.tenant}", before)]
        for tenant, at in over:
            self._drop_consent(tenant, at)
        return len(over)

    def drop_consents_of(self, tenant: str) -> int:
        count = len(self._get_all(f"o:{tenant}"))
        for key in (f"o:{tenant}", f"q:{tenant}"):
            self._drop(key)
        return count

    def _drop_consent(self, tenant: str, at: str) -> None:
        self._put(f"o:{tenant}", at, None)
        self._scores.setdefault(f"q:{tenant}", {})[at] = None

    # -- reviews

    def put_review(self, row: ReviewRow) -> ReviewRow:
        """Raises `StorageError`."""
        raise StorageError(NOT_HERE.format("reviewed"))

    def set_waiting(self, turn: TurnRow, reviews: int | None) -> None:
        """Raises `StorageError`."""
        raise StorageError(NOT_HERE.format("reviewed"))

    # -- tenants, keys, audit

    def put_tenant(self, row: TenantRow) -> TenantRow:
        stored = self.tenant(row.tenant)
        if stored is None:
            self._put("tenant", row.tenant, packed(row))
        return stored or row

    def replace_tenant(self, row: TenantRow) -> None:
        if self.tenant(row.tenant) is None:
            raise StorageError("there is no such tenant to replace")
        self._put("tenant", row.tenant, packed(row))

    def put_store_key(self, row: StoreKeyRow) -> None:
        self._put("key", row.name, packed(row))

    def rewrap_conversation(self, conversation: str, wrapped_key: bytes) -> None:
        row = self.conversation_by_public_id(conversation)
        if row is not None and row.wrapped_key is not None:
            self._version(conversation)
            self._put(f"k:{conversation}", "wrapped", packed([wrapped_key, row.key_id]))

    def add_audit(self, row: AuditRow) -> None:
        last = self.last_audit()
        if row.seq != (last.seq if last else 0) + 1:
            raise StorageError("a record of the audit log must follow the last one")
        self._put("audit", str(row.seq), packed(row))
        self._put("audit", "last", row.seq)

    def add_checkpoint(self, row: CheckpointRow) -> None:
        if self._get("points", str(row.seq)) is not None:
            raise StorageError("there is a checkpoint of this record already")
        self._put("points", str(row.seq), packed(row))

    # -- conversations

    def put_conversation(self, row: ConversationRow) -> ConversationRow:
        if self.tenant(row.tenant) is None:
            raise StorageError("a conversation needs its tenant to be put first")
        known = self.conversation(row.tenant, row.id_hash)
        public_id = known.public_id if known else row.public_id
        if known is None and self._get(f"c:{public_id}", "row") is not None:
            raise StorageError("another conversation has this public id")
        version = self._version(public_id) if known else 1
        row = replace(row, public_id=public_id, version=version)
        self._versions[public_id] = version
        self._put("id", field(row.tenant, row.id_hash), public_id)
        self._put_row(row)
        self._put(f"k:{public_id}", "wrapped", packed([row.wrapped_key, row.key_id]))
        if known is None:
            self._put(f"c:{public_id}", "next_seq", 1)
        self._scores.setdefault(f"a:{row.tenant}", {})[public_id] = 0.0 if row.wrapped_key is not None else None
        self._find_soonest(row)
        return row

    def _put_row(self, row: ConversationRow) -> None:
        self._put(f"c:{row.public_id}", "row", packed(replace(row, wrapped_key=None, key_id="", version=0)))
        self._put(f"c:{row.public_id}", "version", row.version)

    def touch(self, conversation: str, now: float) -> None:
        row = self._written(conversation)
        self._put_row(replace(row, last_turn=max(now, row.last_turn)))
        self._set_soonest(self._written(conversation), self._soonest(conversation))

    def next_index(self, conversation: str, type: str) -> int:  # noqa: A002
        self._version(conversation)
        index = int(self._get(f"n:{conversation}", type) or b"0") + 1
        self._put(f"n:{conversation}", type, index)
        return index

    def next_seq(self, conversation: str) -> int:
        self._version(conversation)
        seq = int(self._get(f"c:{conversation}", "next_seq") or b"1")
        self._put(f"c:{conversation}", "next_seq", seq + 1)
        return seq

    def put_value(self, row: ValueRow) -> ValueRow:
        conversation, at = row.conversation, field(row.type, row.index)
        row = replace(row, version=self._version(conversation))
        old = self._row(ValueRow, f"v:{conversation}", at)
        if old is not None and old.lookup_hash is not None:
            self._put(f"l:{conversation}", field(old.type, old.lookup_hash), None)
        if row.lookup_hash is not None:
            if self._get(f"l:{conversation}", field(row.type, row.lookup_hash)) is not None:
                raise StorageError("another value of this type has the same lookup hash")
            self._put(f"l:{conversation}", field(row.type, row.lookup_hash), at)
        self._put(f"v:{conversation}", at, packed(row))
        self._note("w", conversation, at, row.version)
        if row.sealed is not None:
            self._set_soonest(self._written(conversation), min(self._soonest(conversation), row.expires))
        return row

    def _note(self, log: str, conversation: str, at: str, version: int) -> None:
        """Say that something was written with this version."""
        key = f"{log}:{conversation}"
        names = unpacked(self._fields.get(key, {}).get(str(version)) or b"[]")
        if at not in names:
            self._put(key, str(version), packed([*names, at]))

    def put_subject(self, row: SubjectRow) -> None:
        self._version(row.conversation)
        subject = field(row.tenant, row.subject_hash)
        self._put(f"s:{subject}", row.conversation, b"")
        self._put(f"u:{row.conversation}", subject, b"")

    def drop_subject(self, row: SubjectRow) -> None:
        subject = field(row.tenant, row.subject_hash)
        self._put(f"s:{subject}", row.conversation, None)
        self._put(f"u:{row.conversation}", subject, None)

    def put_turn(self, row: TurnRow) -> TurnRow:
        conversation, at = row.conversation, str(row.seq)
        version = self._version(conversation)
        old = self._row(TurnRow, f"t:{conversation}", at)
        row = replace(row, version=version, number=old.number if old else self._server.count("number"))
        same = self.turn(conversation, row.turn_id)
        if same is not None and same.seq != row.seq:
            raise StorageError("another turn of this conversation has the same id")
        for name in _names(old) if old else ():
            self._change_seqs(conversation, name, lambda seqs: [seq for seq in seqs if seq != row.seq])
        for name in _names(row):
            self._change_seqs(conversation, name, lambda seqs: [*seqs, row.seq])
        self._put(f"t:{conversation}", at, packed(row))
        self._note("x", conversation, at, version)
        last = int(self._get(f"c:{conversation}", "last") or b"0")
        self._put(f"c:{conversation}", "last", max(last, row.seq))
        return row

    def _change_seqs(self, conversation: str, name: str, change: Callable[[list[int]], list[int]]) -> None:
        key = f"l:{conversation}"
        seqs = change(unpacked(self._get(key, name) or b"[]"))
        self._put(key, name, packed(seqs) if seqs else None)

    def add_tallies(self, rows: Iterable[TallyRow]) -> None:
        for row in rows:
            if self.tenant(row.tenant) is None:
                raise StorageError("a tally needs its tenant to be put first")
            key = f"y:{row.day}", packed(astuple(row)[:-1]).decode()
            self._adds[key] = self._adds.get(key, 0) + row.count
            self._put("days", str(row.day), b"")

    def tallies(self, first: int, last: int, tenant: str | None = None) -> Sequence[TallyRow]:
        found = {astuple(row)[:-1]: row.count for row in super().tallies(first, last, tenant)}
        for (_, at), count in self._adds.items():
            key = tuple(unpacked(at.encode()))
            if first <= key[1] <= last and tenant in (None, key[0]):
                found[key] = found.get(key, 0) + count
        return sorted((TallyRow(*[*key, count]) for key, count in found.items()), key=lambda row: row.day)

    def drop_tallies(self, before: int) -> None:
        for day in [day for day in map(int, self._get_all("days")) if day < before]:
            self._drop(f"y:{day}")
            self._put("days", str(day), None)
            for key in [key for key in self._adds if key[0] == f"y:{day}"]:
                del self._adds[key]

    # -- the end of things

    def forget(self, conversation: str) -> None:
        row = self._written(conversation)
        for subject in self._get_all(f"u:{conversation}"):
            self._put(f"s:{subject}", conversation, None)
        for name in (*ENDS_ITSELF, "u"):
            self._drop(f"{name}:{conversation}")
        self._put(f"c:{conversation}", "last", None)
        self._put(f"c:{conversation}", "soonest", repr(row.expires))
        self._scores.setdefault("e", {})[conversation] = None
        self._scores.setdefault(f"a:{row.tenant}", {})[conversation] = None

    def expire(self, now: float, conversation: str | None = None) -> Swept:
        """See `Transaction.expire`. What Redis dropped by itself counts as ended now."""
        self._keep()
        ended = emptied = 0
        changed = self._scores.get("e", {})
        for public_id in [*{*self._server.ended(now), *changed}] if conversation is None else [conversation]:
            row = self.conversation_by_public_id(public_id)
            if row is None or not self._is_awake(public_id, now) or row.last_turn + self._soonest(public_id) > now:
                continue
            if row.last_turn + row.expires <= now:
                self.forget(public_id)
                ended += 1
            else:
                emptied += self._empty_values(row, now)
        return Swept(ended, emptied)

    def _is_awake(self, conversation: str, now: float) -> bool:
        """Whether it was not forgotten: its key is there, or was until Redis dropped it."""
        changed = self._scores.get("e", {})
        return changed[conversation] is not None if conversation in changed else self._has_end(conversation, now)

    def _has_end(self, conversation: str, now: float) -> bool:
        return self._get(f"k:{conversation}", "wrapped") is not None or conversation in self._server.ended(now)

    def _empty_values(self, row: ConversationRow, now: float) -> int:
        over = [v for v in self.values(row.public_id) if v.sealed is not None and row.last_turn + v.expires <= now]
        for value in over:
            self.put_value(replace(value, lookup_hash=None, sealed=None))
        self._find_soonest(self._written(row.public_id))
        return len(over)

    def _find_soonest(self, row: ConversationRow) -> None:
        spans = [value.expires for value in self.values(row.public_id) if value.sealed is not None]
        self._set_soonest(row, min([row.expires, *spans]))

    def _soonest(self, conversation: str) -> float:
        return float(self._get(f"c:{conversation}", "soonest") or b"inf")

    def _set_soonest(self, row: ConversationRow, soonest: float) -> None:
        self._put(f"c:{row.public_id}", "soonest", repr(soonest))
        is_live = self._get(f"k:{row.public_id}", "wrapped") not in (None, packed([None, ""]))
        self._scores.setdefault("e", {})[row.public_id] = row.last_turn + soonest if is_live else None

    def _written(self, conversation: str) -> ConversationRow:
        """The row of a conversation that is being written to."""
        self._version(conversation)
        row = self.conversation_by_public_id(conversation)
        assert row is not None  # noqa: S101 - else `_version` has raised
        return row


def _names(row: TurnRow) -> Iterator[str]:
    """What a turn is found by."""
    yield field("id", row.turn_id)
    yield field("text", row.text_hash)
    for turn_hash in {row.input_hash, row.restored_hash} - {None}:
        if turn_hash is not None:
            yield field("turn", turn_hash)
