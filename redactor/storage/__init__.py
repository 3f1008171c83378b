"""Where conversations are kept: one Protocol, several stores behind it, one suite of tests for all of them.

A store sees sealed bytes, keyed hashes and redacted text only. `memory` and `sqlite` are loaded by who needs them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from redactor.storage.auditing import AuditReader, AuditWriter
from redactor.storage.consents import ConsentReader, ConsentWriter
from redactor.storage.reviewing import Queue, ReviewReader, ReviewWriter, Waiting
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
from redactor.storage.search import Listed, Search
from redactor.storage.words import Term, terms

__all__ = [
    "AuditRow",
    "CheckpointRow",
    "ConsentRow",
    "ConversationRow",
    "Listed",
    "Queue",
    "Reader",
    "ReviewRow",
    "Search",
    "Store",
    "StoreKeyRow",
    "SubjectRow",
    "Swept",
    "TallyRow",
    "TenantRow",
    "Term",
    "Transaction",
    "TurnRow",
    "ValueRow",
    "Waiting",
    "terms",
]

BUSY_SECONDS = 10.0
"""How long a writer waits for the others before it gives up with `StorageError`."""


class Reader(AuditReader, ConsentReader, ReviewReader, Protocol):
    """What can be asked. `conversation` is a public id throughout; an unknown one simply has nothing."""

    def tenant(self, tenant: str) -> TenantRow | None:
        """A tenant's row."""

    def tenants(self) -> Sequence[TenantRow]:
        """Every tenant, by name."""

    def conversation(self, tenant: str, id_hash: bytes) -> ConversationRow | None:
        """A conversation's row, its key forgotten or not."""

    def conversation_by_public_id(self, public_id: str) -> ConversationRow | None:
        """The same by the random id that other rows call it by."""

    def conversations_with(self, tenant: str, subject_hash: bytes) -> Sequence[str]:
        """Public ids of the conversations a direct identifier occurs in."""

    def counters(self, conversation: str) -> Mapping[str, int]:
        """Per entity type, the highest number ever given out."""

    def values(self, conversation: str, newer_than: int = 0) -> Sequence[ValueRow]:
        """Values written after a version, oldest write first."""

    def find_value(self, conversation: str, type: str, lookup_hash: bytes) -> ValueRow | None:  # noqa: A002
        """The one value of a type with this lookup hash."""

    def turns(self, conversation: str, newer_than: int = 0) -> Sequence[TurnRow]:
        """Turns written after a version, by seq."""

    def turns_from(self, conversation: str, seq: int, limit: int) -> Sequence[TurnRow]:
        """Turns from this seq on, by seq: a page of them."""

    def turn(self, conversation: str, turn_id: str) -> TurnRow | None:
        """A turn by its id."""

    def turn_by_hash(self, conversation: str, turn_hash: bytes) -> TurnRow | None:
        """The latest turn whose input or restored hash this is."""

    def turn_by_text(self, conversation: str, text_hash: bytes) -> TurnRow | None:
        """The latest turn whose redacted text has this hash."""

    def last_turn(self, conversation: str) -> TurnRow | None:
        """The turn with the highest seq."""

    def search(self, search: Search, *, limit: int, before: int | None = None) -> Sequence[TurnRow]:
        """Turns of all conversations that fit, newest first; `before`: only those with a lower number."""

    def listed(
        self,
        tenant: str | None = None,
        *,
        limit: int,
        before: tuple[float, str] | None = None,
        channel: str | None = None,
        tenants: tuple[str, ...] = (),
    ) -> Sequence[Listed]:
        """Conversations that have a key, last spoken in first; `before`: only those after this (last, public id);
        `channel`: only those with a turn of it; `tenants`: only theirs, where any are named."""

    def tallies(self, first: int, last: int, tenant: str | None = None) -> Sequence[TallyRow]:
        """Counts of the days from `first` to `last`, both included, of one tenant or of all."""


class Transaction(Reader, AuditWriter, ConsentWriter, ReviewWriter, Protocol):
    """What can be written, all of it or nothing. Its reads see its own writes.

    Writing to a conversation that was never put raises `StorageError`.
    """

    def put_tenant(self, row: TenantRow) -> TenantRow:
        """Insert a tenant unless there is one; either way, give the one that is stored."""

    def replace_tenant(self, row: TenantRow) -> None:
        """Put a tenant's rewrapped key in place of the old one."""

    def put_conversation(self, row: ConversationRow) -> ConversationRow:
        """Insert a conversation or replace its key and times; counters go on. Gives the row as stored."""

    def touch(self, conversation: str, now: float) -> None:
        """Move the last turn's time forward. Call `expire` first: what has ended must not come back."""

    def next_index(self, conversation: str, type: str) -> int:  # noqa: A002
        """The next number of an entity type, from 1; never the same twice, whatever was forgotten or expired."""

    def next_seq(self, conversation: str) -> int:
        """The next turn's seq, from 1; never the same twice."""

    def put_value(self, row: ValueRow) -> ValueRow:
        """Insert a value or replace it; gives the row as stored."""

    def put_subject(self, row: SubjectRow) -> None:
        """Note that an identifier occurs in a conversation; again changes nothing."""

    def drop_subject(self, row: SubjectRow) -> None:
        """The identifier occurs in the conversation no more; where it did not, nothing changes."""

    def put_turn(self, row: TurnRow) -> TurnRow:
        """Insert a turn or replace the one with its seq; gives the row as stored."""

    def add_tallies(self, rows: Iterable[TallyRow]) -> None:
        """Add counts to those of the same day, tenant, role, versions, kind, name, recognizer and bin."""

    def drop_tallies(self, before: int) -> None:
        """Delete the counts of the days before this one."""

    def forget(self, conversation: str) -> None:
        """Destroy a conversation's key and delete its values, subjects and turns; its counters and tallies stay."""

    def expire(self, now: float, conversation: str | None = None) -> Swept:
        """Forget conversations and empty values whose time, counted from the last turn, is over; all or one."""

    def on_end(self, callback: Callable[[bool], None]) -> None:
        """Call back with True once committed, with False once rolled back, before the next transaction starts."""


class Store(Reader, Protocol):
    """A place for conversations. Safe to use from many threads; a forked process makes its own connections.

    Reads outside a transaction see committed rows. Inside one, read through it.
    """

    @property
    def persistent(self) -> bool:
        """Whether values outlive this process."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begin to write: one writer at a time, across processes. An exception inside undoes everything.

        Raises `StorageError` when others hold the store for too long, or when this thread already writes.
        """

    def close(self) -> None:
        """Let go of files and connections; again changes nothing."""
