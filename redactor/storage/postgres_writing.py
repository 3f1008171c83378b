"""What is written in one PostgreSQL transaction."""
# ruff: noqa: S608 - only lists of columns are put into statements; every value is bound

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from redactor.exceptions import StorageError
from redactor.storage.auditing import AuditStatements
from redactor.storage.consents import ConsentStatements
from redactor.storage.postgres_queries import indexed_words
from redactor.storage.postgres_session import Locked, Session
from redactor.storage.queries import CONVERSATION, TALLY, TENANT, TURN, VALUE, turn_row
from redactor.storage.reviewing import ReviewStatements
from redactor.storage.rows import (
    AuditRow,
    CheckpointRow,
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

_SHARDS = 16
"""Rows a count is spread over. Writers count in the row of their session, so that they seldom wait for each other."""

_TURN = TURN.split(", ")[:-1]
_CHANGED = ", ".join(f"{name} = excluded.{name}" for name in (*_TURN[2:], "words"))


class PostgresTransaction(Session, AuditStatements, ConsentStatements, ReviewStatements):
    """Made by `PostgresStore.transaction`."""

    __slots__ = ()

    # -- tenants, keys, audit

    def put_tenant(self, row: TenantRow) -> TenantRow:
        self._alone_to_write()
        sql = f"INSERT INTO tenant ({TENANT}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        self._all(sql, row.tenant, row.wrapped_key, row.key_id, row.made, row.hash_keys, row.old_key)
        return self.tenant(row.tenant) or row

    def replace_tenant(self, row: TenantRow) -> None:
        self._alone_to_write()
        sql = (
            "UPDATE tenant SET wrapped_key = ?, key_id = ?, made = ?, hash_keys = ?, old_key = ? WHERE tenant = ? "
            "RETURNING tenant"
        )
        if not self._all(sql, row.wrapped_key, row.key_id, row.made, row.hash_keys, row.old_key, row.tenant):
            raise StorageError("there is no such tenant to replace")

    def put_store_key(self, row: StoreKeyRow) -> None:
        self._hold_audit()
        sql = (
            "INSERT INTO store_key (name, wrapped_key, key_id, made) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE "
            "SET wrapped_key = excluded.wrapped_key, key_id = excluded.key_id, made = excluded.made"
        )
        self._all(sql, row.name, row.wrapped_key, row.key_id, row.made)

    def add_audit(self, row: AuditRow) -> None:
        self._hold_audit()
        super().add_audit(row)

    def add_checkpoint(self, row: CheckpointRow) -> None:
        self._hold_audit()
        super().add_checkpoint(row)

    def _note(self, sql: str, *arguments: object) -> None:
        self._write(sql, *arguments)

    def put_review(self, row: ReviewRow) -> ReviewRow:
        self._hold(row.conversation)  # two people are done with one turn one after the other
        return super().put_review(row)

    def _will_erase(self) -> None:
        """What is replaced stays in the table until the server's vacuum: docs/configuration.md."""

    # -- conversations

    def put_conversation(self, row: ConversationRow) -> ConversationRow:
        known = self.conversation(row.tenant, row.id_hash)
        public_id = known.public_id if known else row.public_id
        version = self._version(public_id) if known else 1
        sql = (
            f"INSERT INTO conversation ({CONVERSATION}, soonest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (tenant, id_hash) DO UPDATE SET wrapped_key = excluded.wrapped_key, "
            "key_id = excluded.key_id, last_turn = excluded.last_turn, expires = excluded.expires "
            f"RETURNING {CONVERSATION}"
        )
        arguments = (row.wrapped_key, row.key_id, row.last_turn, row.expires, version, row.expires)
        stored = self._all(sql, row.tenant, row.id_hash, public_id, *arguments)
        self._locked.setdefault(public_id, Locked(1, 1, is_written=True))
        if known:
            self._find_soonest(public_id)
        return ConversationRow(*stored[0])

    def touch(self, conversation: str, now: float) -> None:
        self._version(conversation)
        self._write("UPDATE conversation SET last_turn = greatest(last_turn, ?) WHERE public_id = ?", now, conversation)

    def next_index(self, conversation: str, type: str) -> int:  # noqa: A002
        self._version(conversation)
        locked = self._locked[conversation]
        if locked.counters is None:
            locked.counters = dict(self.counters(conversation))
        index = locked.counters[type] = locked.counters.get(type, 0) + 1
        sql = (
            "INSERT INTO counter (conversation, type, next) VALUES (?, ?, ?) "
            "ON CONFLICT (conversation, type) DO UPDATE SET next = excluded.next"
        )
        self._write(sql, conversation, type, index + 1)
        return index

    def next_seq(self, conversation: str) -> int:
        self._version(conversation)
        locked = self._locked[conversation]
        locked.next_seq += 1
        self._write("UPDATE conversation SET next_seq = ? WHERE public_id = ?", locked.next_seq, conversation)
        return locked.next_seq - 1

    def put_value(self, row: ValueRow) -> ValueRow:
        row = replace(row, version=self._version(row.conversation))
        sql = (
            "WITH sooner AS (UPDATE conversation SET soonest = ? WHERE public_id = ? AND soonest > ?) "
            f"INSERT INTO value ({VALUE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
            'ON CONFLICT (conversation, type, "index") DO UPDATE SET lookup_hash = excluded.lookup_hash, '
            "scheme = excluded.scheme, key_id = excluded.key_id, sealed = excluded.sealed, "
            "expires = excluded.expires, version = excluded.version"
        )
        identity = (row.conversation, row.type, row.index, row.lookup_hash)
        kept = (row.scheme, row.key_id, row.sealed, row.expires, row.version)
        self._write(sql, row.expires, row.conversation, row.expires, *identity, *kept)
        return row

    def put_subject(self, row: SubjectRow) -> None:
        self._version(row.conversation)
        sql = "INSERT INTO subject (tenant, subject_hash, conversation) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        self._write(sql, row.tenant, row.subject_hash, row.conversation)

    def drop_subject(self, row: SubjectRow) -> None:
        sql = "DELETE FROM subject WHERE tenant = ? AND subject_hash = ? AND conversation = ?"
        self._write(sql, row.tenant, row.subject_hash, row.conversation)

    def put_turn(self, row: TurnRow) -> TurnRow:
        version = self._version(row.conversation)
        sql = (
            f"INSERT INTO turn ({', '.join(_TURN)}, words) VALUES ({'?, ' * len(_TURN)}?::tsvector) "
            f"ON CONFLICT (conversation, seq) DO UPDATE SET {_CHANGED} RETURNING {TURN}, xmax = 0"
        )
        text = row.text.encode("utf-8", "surrogatepass")
        given = {**{name: getattr(row, name) for name in _TURN}, "text": text, "version": version}
        *stored, is_new = self._all(sql, *given.values(), indexed_words(row.text))[0]
        turn = turn_row(*stored)
        self._index_entities(turn, is_new=is_new)
        self._let_wait(turn, is_new=is_new)
        return turn

    def _index_entities(self, turn: TurnRow, *, is_new: bool) -> None:
        if not is_new:
            self._write("DELETE FROM entity WHERE turn = ?", turn.number)
        found = json.loads(turn.entities)
        if found:
            columns = [[each[name] for each in found] for name in ("type", "score", "recognizer", "operator")]
            sql = (
                "INSERT INTO entity (turn, place, type, score, recognizer, operator) "
                "SELECT ?, place - 1, type, score, recognizer, operator FROM unnest(?::TEXT[], ?::FLOAT8[], ?::TEXT[], "
                "?::TEXT[]) WITH ORDINALITY AS found (type, score, recognizer, operator, place)"
            )
            self._write(sql, turn.number, *columns)

    def add_tallies(self, rows: Iterable[TallyRow]) -> None:
        """In one order for all writers: two that count the same things cannot wait for each other."""
        counts: dict[tuple[object, ...], int] = {}
        for r in rows:
            key = (r.tenant, r.day, r.role, r.policy_version, r.model_version, r.kind, r.name, r.recognizer, r.bin)
            counts[key] = counts.get(key, 0) + r.count
        if not counts:
            return
        rows_in_order = [(*key, counts[key]) for key in sorted(counts, key=repr)]
        columns = [list(column) for column in zip(*rows_in_order, strict=True)]
        kinds = ("TEXT", "INT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "INT", "BIGINT")
        sql = (
            f"INSERT INTO tally ({TALLY}, shard) SELECT given.*, mod(pg_backend_pid(), {_SHARDS}) FROM "
            f"unnest({', '.join(f'?::{kind}[]' for kind in kinds)}) AS given "
            "ON CONFLICT (day, tenant, role, policy_version, model_version, kind, name, recognizer, bin, shard) "
            "DO UPDATE SET count = tally.count + excluded.count"
        )
        self._write(sql, *columns)

    def drop_tallies(self, before: int) -> None:
        self._write("DELETE FROM tally WHERE day < ?", before)

    # -- the end of things

    def forget(self, conversation: str) -> None:
        self._version(conversation)
        for table in ("value", "subject", "review", "turn"):
            self._write(f"DELETE FROM {table} WHERE conversation = ?", conversation)
        sql = "UPDATE conversation SET wrapped_key = NULL, key_id = '', soonest = expires WHERE public_id = ?"
        self._write(sql, conversation)

    def expire(self, now: float, conversation: str | None = None) -> Swept:
        """See `Transaction.expire`. A sweep of all passes over what somebody writes to just now; so may two at once."""
        ended = emptied = 0
        for public_id, last_turn, expires in self._over(now, conversation):
            if last_turn + expires <= now:
                self.forget(public_id)
                ended += 1
            else:
                emptied += self._empty_values(public_id, last_turn, now)
        return Swept(ended, emptied)

    def _over(self, now: float, conversation: str | None) -> Iterator[tuple[str, float, float]]:
        columns = "public_id, last_turn, expires, version, next_seq"
        is_over = "wrapped_key IS NOT NULL AND last_turn + soonest <= ?"
        if conversation is None:
            sql = f"SELECT {columns}, TRUE FROM conversation WHERE {is_over} ORDER BY public_id"
            rows = self._all(f"{sql} FOR NO KEY UPDATE SKIP LOCKED", now)
        else:
            sql = f"SELECT {columns}, {is_over} FROM conversation WHERE public_id = ? FOR NO KEY UPDATE"
            rows = self._all(sql, now, conversation)
        for public_id, last_turn, expires, version, next_seq, over in rows:
            self._locked.setdefault(public_id, Locked(version, next_seq))
            if over:
                yield public_id, last_turn, expires

    def _empty_values(self, conversation: str, last_turn: float, now: float) -> int:
        sql = (
            "UPDATE value SET lookup_hash = NULL, sealed = NULL, version = ? "
            "WHERE conversation = ? AND sealed IS NOT NULL AND ? + expires <= ? RETURNING 1"
        )
        emptied = len(self._all(sql, self._version(conversation), conversation, last_turn, now))
        self._find_soonest(conversation)
        return emptied

    def _find_soonest(self, conversation: str) -> None:
        sql = (
            "UPDATE conversation SET soonest = least(expires, (SELECT min(v.expires) FROM value v "
            "WHERE v.conversation = ? AND v.sealed IS NOT NULL)) WHERE public_id = ?"
        )
        self._write(sql, conversation, conversation)
