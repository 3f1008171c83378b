"""Stored conversations for people: listed, shown and searched. Nothing here needs, or gives, a raw value.

Conversations go by their public id. The host's own id is stored as a keyed hash only; with the store's key,
`Transcripts.public_id` finds the one from the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from redactor.crypto import KeyWrap, keyed_hash
from redactor.exceptions import ConfigError, NotFoundError
from redactor.keys import tenant_keys
from redactor.storage import Listed, Reader, Search, Store, TurnRow, terms
from redactor.transcripts.recorded import RecordedEntity, decode_entities, decode_timings

T = TypeVar("T")

PAGE = 50
"""Items on a page where nobody says otherwise."""
LONGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A recorded turn as people see it: the redacted text and what was found in it."""

    conversation: str
    """Public id."""
    tenant: str
    seq: int
    """Order within the conversation, from 1."""
    turn_id: str
    role: str
    channel: str
    """Where it was said, in the host's words, such as "whatsapp"; empty where the host did not say."""
    time: float
    """Seconds since the epoch."""
    text: str
    """The redacted text."""
    revision: int
    """How often it was rewritten because something in it became known later."""
    policy_version: str
    model_version: str
    entities: tuple[RecordedEntity, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds per step of its way in."""

    def placeholder(self, entity: RecordedEntity) -> str:
        """What stands in the entity's place."""
        return self.text[entity.start : entity.end]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of what was asked for, and where the rest begins."""

    items: tuple[T, ...]
    cursor: str | None
    """Give it back for the next page; None where this was the last. What is recorded meanwhile moves nothing."""


class Transcripts:
    """What a store has recorded, over all conversations. Made by `Redactor.transcripts`."""

    __slots__ = ("_store", "_wrap")

    def __init__(self, store: Store, wrap: KeyWrap | None = None) -> None:
        """`wrap` is the store's key; only `public_id` needs it."""
        self._store = store
        self._wrap = wrap

    def conversations(self, tenant: str | None = None, *, limit: int = PAGE, cursor: str | None = None) -> Page[Listed]:
        """Conversations, the one spoken in last first. Raises `ConfigError` for a cursor that is none."""
        before = _list_cursor(cursor) if cursor else None
        found = self._store.listed(tenant, limit=_checked(limit) + 1, before=before)
        last = found[limit - 1] if len(found) > limit else None
        return Page(tuple(found[:limit]), f"{last.last!r}/{last.public_id}" if last else None)

    def show(self, public_id: str) -> tuple[StoredTurn, ...]:
        """A conversation's turns in order. Raises `NotFoundError` where there is none of this public id."""
        row = self._store.conversation_by_public_id(public_id)
        if row is None:
            raise NotFoundError("there is no conversation of this public id; list them, or look up the host's id")
        return tuple(stored_turn(turn, row.tenant) for turn in self._store.turns(public_id))

    def search(
        self,
        text: str = "",
        *,
        type: str | None = None,  # noqa: A002
        recognizer: str | None = None,
        operator: str | None = None,
        lowest: float | None = None,
        highest: float | None = None,
        role: str | None = None,
        channel: str | None = None,
        tenant: str | None = None,
        since: float | None = None,
        until: float | None = None,
        conversation: str | None = None,
        policy_version: str | None = None,
        model_version: str | None = None,
        limit: int = PAGE,
        cursor: str | None = None,
    ) -> Page[StoredTurn]:
        """Turns to which all that is given applies, the newest first.

        `text`: words, "phrases" and prefix* of the redacted text, all of which must occur; case and accents do not
        count. What is asked of entities (`type`, `recognizer`, `operator`, scores from `lowest` to `highest`) must
        be true of one entity together. `since` is included, `until` is not: seconds since the epoch. Raises
        `ConfigError` for a text that cannot be read, and for a cursor that is none.
        """
        search = Search(
            terms=terms(text) if text else (),
            type=type,
            recognizer=recognizer,
            operator=operator,
            lowest=lowest,
            highest=highest,
            role=role,
            channel=channel,
            tenant=tenant,
            since=since,
            until=until,
            conversation=conversation,
            policy_version=policy_version,
            model_version=model_version,
        )
        return self.find(search, limit=limit, cursor=cursor)

    def find(self, search: Search, *, limit: int = PAGE, cursor: str | None = None) -> Page[StoredTurn]:
        """`search` for who has one in hand."""
        before = _turn_cursor(cursor) if cursor else None
        found = self._store.search(search, limit=_checked(limit) + 1, before=before)
        more = len(found) > limit
        return Page(tuple(self._with_tenants(found[:limit])), str(found[limit - 1].number) if more else None)

    def every(self, search: Search) -> Iterator[StoredTurn]:
        """All that fits, newest first, a page at a time: what export writes."""
        cursor: str | None = None
        while True:
            page = self.find(search, limit=LONGEST_PAGE, cursor=cursor)
            yield from page.items
            cursor = page.cursor
            if cursor is None:
                return

    def public_id(self, conversation_id: str, tenant: str = "default") -> str:
        """The public id of the conversation a host knows by this id.

        Raises `NotFoundError` where there is none, `ConfigError` without the key, `CryptoError` with a wrong one.
        """
        if self._wrap is None:
            raise ConfigError("the host's ids are stored as keyed hashes; give the store's key to look one up")
        row = None
        if self._store.tenant(tenant) is not None:  # else one would be made
            keys = tenant_keys(self._store, self._wrap, tenant)
            row = self._store.conversation(tenant, keyed_hash(keys.conversations, conversation_id))
        if row is None:
            raise NotFoundError("this tenant has no conversation of that id")
        return row.public_id

    def _with_tenants(self, rows: Sequence[TurnRow]) -> Iterator[StoredTurn]:
        tenants = {public_id: _tenant(self._store, public_id) for public_id in {row.conversation for row in rows}}
        return (stored_turn(row, tenants[row.conversation]) for row in rows)


def _tenant(reader: Reader, public_id: str) -> str:
    row = reader.conversation_by_public_id(public_id)
    return row.tenant if row else ""


def stored_turn(row: TurnRow, tenant: str) -> StoredTurn:
    """A turn as it is shown."""
    return StoredTurn(
        conversation=row.conversation,
        tenant=tenant,
        seq=row.seq,
        turn_id=row.turn_id,
        role=row.role,
        channel=row.channel,
        time=row.time,
        text=row.text,
        revision=row.revision,
        policy_version=row.policy_version,
        model_version=row.model_version,
        entities=decode_entities(row.entities),
        timings=decode_timings(row.timings),
    )


def _checked(limit: int) -> int:
    if not 1 <= limit <= LONGEST_PAGE:
        raise ConfigError(f"a page of {limit}; expected 1 to {LONGEST_PAGE}")
    return limit


def _turn_cursor(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit()):
        raise ConfigError(_NO_CURSOR)
    return min(int(cursor[:20]), 2**63 - 1)


def _list_cursor(cursor: str) -> tuple[float, str]:
    last, _, public_id = cursor.partition("/")
    try:
        return float(last), public_id
    except ValueError:
        pass
    raise ConfigError(_NO_CURSOR)


_NO_CURSOR = "this is no cursor of these pages; give the one that came with the page before"
