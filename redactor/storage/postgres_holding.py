"""What a PostgreSQL transaction has looked at, nobody else writes until it ends.

The core reads first and writes what follows from it: the next turn's seq and hash from the turns before, a value's
number from the values known, a wrapped key from the tenant's, an audit record from the last one. One writer at a time
makes that safe in SQLite. Here writers of different conversations go on beside each other, and these locks, all ended
by the commit, keep apart those that could disturb each other:

- a conversation: locked by its row, or by its hash while it has none, with the first look at anything in it;
- tenants and keys: read under a lock that all share, changed under the same lock held alone. A transaction that
  *begins* with one of them, or with the audit log, holds it alone from the start, and needs no other lock;
- the audit log: one appends at a time, from looking at its end to the commit; taken after the conversation's lock.

READ COMMITTED is the right isolation with them: each statement sees what was committed before it, so also what the
writer waited for has written. Versions of a conversation are given under its lock: whoever sees one sees all before.
"""
# ruff: noqa: S608 - only a list of columns is put into statements; every value is bound

from collections.abc import Mapping, Sequence

from redactor.storage.postgres_queries import PostgresQueries
from redactor.storage.queries import CONVERSATION
from redactor.storage.rows import (
    AuditRow,
    CheckpointRow,
    ConsentRow,
    ConversationRow,
    StoreKeyRow,
    TenantRow,
    TurnRow,
    ValueRow,
)

LOCKED = f"SELECT {CONVERSATION}, next_seq FROM conversation WHERE"


class HoldingQueries(PostgresQueries):
    """The questions inside a transaction: each sees to its lock first."""

    __slots__ = ()

    def _alone(self) -> bool:
        """Begin, if nothing has begun yet, with the whole store to oneself; whether it is so."""
        raise NotImplementedError

    def _hold_audit(self) -> None:
        raise NotImplementedError

    def _hold_hash(self, tenant: str, id_hash: bytes) -> None:
        raise NotImplementedError

    def _hold(self, conversation: str) -> None:
        """Lock a conversation's row, if there is one; again costs nothing."""
        raise NotImplementedError

    def _lock(self, sql: str, *arguments: object) -> ConversationRow | None:
        """Read a conversation's row under its lock."""
        raise NotImplementedError

    def tenant(self, tenant: str) -> TenantRow | None:
        self._alone()
        return super().tenant(tenant)

    def tenants(self) -> Sequence[TenantRow]:
        self._alone()
        return super().tenants()

    def wrapped_conversations(self, tenant: str, after: str, limit: int) -> Sequence[ConversationRow]:
        self._alone()
        return super().wrapped_conversations(tenant, after, limit)

    def live_conversations(self, tenant: str) -> int:
        self._alone()
        return super().live_conversations(tenant)

    def store_key(self, name: str) -> StoreKeyRow | None:
        self._hold_audit()
        return super().store_key(name)

    def store_keys(self) -> Sequence[StoreKeyRow]:
        self._hold_audit()
        return super().store_keys()

    def audit(self, after: int, limit: int) -> Sequence[AuditRow]:
        self._hold_audit()
        return super().audit(after, limit)

    def last_audit(self) -> AuditRow | None:
        self._hold_audit()
        return super().last_audit()

    def checkpoints(self, since: int = 0) -> Sequence[CheckpointRow]:
        self._hold_audit()
        return super().checkpoints(since)

    def consent(self, tenant: str, subject_hash: bytes) -> ConsentRow | None:
        self._hold_audit()  # who looks at one here changes it, and the audit log says so: one at a time
        return super().consent(tenant, subject_hash)

    def conversation(self, tenant: str, id_hash: bytes) -> ConversationRow | None:
        sql = f"{LOCKED} tenant = ? AND id_hash = ? FOR NO KEY UPDATE"
        row = self._lock(sql, tenant, id_hash)
        if row is None:  # nobody may make it until this transaction has decided whether it does
            self._hold_hash(tenant, id_hash)
            row = self._lock(sql, tenant, id_hash)
        return row

    def conversation_by_public_id(self, public_id: str) -> ConversationRow | None:
        return self._lock(f"{LOCKED} public_id = ? FOR NO KEY UPDATE", public_id)

    def counters(self, conversation: str) -> Mapping[str, int]:
        self._hold(conversation)
        return super().counters(conversation)

    def values(self, conversation: str, newer_than: int = 0) -> Sequence[ValueRow]:
        self._hold(conversation)
        return super().values(conversation, newer_than)

    def find_value(self, conversation: str, type: str, lookup_hash: bytes) -> ValueRow | None:  # noqa: A002
        self._hold(conversation)
        return super().find_value(conversation, type, lookup_hash)

    def turns(self, conversation: str, newer_than: int = 0) -> Sequence[TurnRow]:
        self._hold(conversation)
        return super().turns(conversation, newer_than)

    def turns_from(self, conversation: str, seq: int, limit: int) -> Sequence[TurnRow]:
        self._hold(conversation)
        return super().turns_from(conversation, seq, limit)

    def turn(self, conversation: str, turn_id: str) -> TurnRow | None:
        self._hold(conversation)
        return super().turn(conversation, turn_id)

    def turn_by_hash(self, conversation: str, turn_hash: bytes) -> TurnRow | None:
        self._hold(conversation)
        return super().turn_by_hash(conversation, turn_hash)

    def turn_by_text(self, conversation: str, text_hash: bytes) -> TurnRow | None:
        self._hold(conversation)
        return super().turn_by_text(conversation, text_hash)

    def last_turn(self, conversation: str) -> TurnRow | None:
        self._hold(conversation)
        return super().last_turn(conversation)
