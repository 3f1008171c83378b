"""What one process has seen of a conversation's values: the rows, opened, and the ways to find one. Not thread-safe."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from redactor.crypto import ConversationKeys
from redactor.referents import FormKind, Mention, Referent
from redactor.storage import ConversationRow, ValueRow
from redactor.taxonomy import parts

Key = tuple[str, int]
"""What names a referent in its conversation: type and index."""


@dataclass(frozen=True, slots=True)
class SeenValue:
    """A value's row and what was sealed in it."""

    row: ValueRow
    referent: Referent


@dataclass(slots=True)
class Seen:
    """Everything seen under one conversation key; another key starts another `Seen`."""

    keys: ConversationKeys | None = None
    row: ConversationRow | None = None
    version: int = 0
    """The store's version up to which nothing is missing."""
    values: dict[Key, SeenValue] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    by_hash: dict[tuple[str, bytes], Key] = field(default_factory=dict)
    _by_part: dict[tuple[str, str], set[Key]] = field(default_factory=dict)

    @property
    def key_id(self) -> str:
        """Names the key; empty where there is none."""
        return self.keys.key_id if self.keys else ""

    def lacks(self, row: ValueRow) -> bool:
        """Whether the row is newer than what was seen of it."""
        known = self.values.get((row.type, row.index))
        return known is None or row.version > known.row.version

    def add(self, value: SeenValue) -> None:
        """Take in a value, or its newer form."""
        row, key = value.row, (value.row.type, value.row.index)
        self._drop(key)
        self.values[key] = value
        if row.lookup_hash is not None:
            self.by_hash[row.type, row.lookup_hash] = key
        for part in _parts(value):
            self._by_part.setdefault((row.type, part), set()).add(key)

    def _drop(self, key: Key) -> None:
        old = self.values.pop(key, None)
        if old is None:
            return
        if old.row.lookup_hash is not None:
            self.by_hash.pop((old.row.type, old.row.lookup_hash), None)
        for part in _parts(old):
            self._by_part[old.row.type, part].discard(key)

    def reach(self, row: ConversationRow) -> None:
        """Nothing older than `row` is missing any more."""
        if row.version >= self.version:
            self.row, self.version = row, row.version

    def count(self, counters: Mapping[str, int]) -> None:
        """Note the highest number given out per type."""
        for entity_type, last in counters.items():
            self.counters[entity_type] = max(last, self.counters.get(entity_type, 0))

    def owner(self, entity_type: str, part: str) -> Key | None:
        """The one referent a part names; None where it fits none or several."""
        owners = self._by_part.get((entity_type, part), set())
        return next(iter(owners)) if len(owners) == 1 else None

    def who(self, mention: Mention, lookup: bytes) -> tuple[Key | None, FormKind]:
        """The referent a mention belongs to, if it is a known one's, and as what; `lookup`: its lookup hash."""
        of = mention.of if self.is_kept(mention.of) else None
        if of and mention.kind == "fragment":
            return of, "fragment"
        if known := self.by_hash.get((mention.type, lookup)):
            return known, "full"
        if of and mention.kind == "part":
            return of, "part"
        owner = self.owner(mention.type, mention.canonical())
        return owner, "part" if owner else "full"

    def is_kept(self, key: Key | None) -> bool:
        """Whether something of the value is still stored."""
        return key in self.values and self.values[key].row.sealed is not None

    def is_past(self, row: ValueRow, now: float) -> bool:
        """Whether a value's time is over, be it swept from the store yet or not."""
        return row.sealed is None or self.row is None or self.row.last_turn + row.expires <= now


def _parts(value: SeenValue) -> frozenset[str]:
    return parts(value.row.type, value.referent.canonical.reveal())
