"""One conversation's recorded turns as this process has seen them: redacted text only, looked up without the store."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count

from redactor.storage import Reader, TurnRow
from redactor.transcripts import RecordedEntity, decode_entities

FIRST = ""
"""What stands in for the previous turn's id before a conversation's first turn."""


_REVISIONS = count(1)


class History:
    """The recorded turns in order, with the two hashes a resent turn is recognised by. Not thread-safe."""

    __slots__ = (
        "_by_hash",
        "_by_id",
        "_compact",
        "_compact_length",
        "_now",
        "_order",
        "_starts",
        "_texts",
        "_version",
        "revision",
    )

    def __init__(self) -> None:
        self._by_id: dict[str, TurnRow] = {}
        self._by_hash: dict[bytes, str] = {}
        self._order: list[str] = []
        self._texts: set[bytes] = set()
        self._now: Counter[bytes] = Counter()
        self._version = 0
        self.revision = next(_REVISIONS)
        """Another number whenever a turn is put in the place of one that read otherwise."""
        self._compact = ""
        self._compact_length = 0
        self._starts: list[int] = []

    def refresh(self, reader: Reader, conversation: str) -> None:
        """Take in what the store has that is newer than seen."""
        for row in reader.turns(conversation, newer_than=self._version):
            self.take(row)

    def take(self, row: TurnRow) -> None:
        """Add a turn, or put its rewritten form in the place of the old one."""
        if row.turn_id not in self._by_id:
            self._order.append(row.turn_id)
        elif self._by_id[row.turn_id].text != row.text:
            self._compact, self._compact_length, self._starts = "", 0, []  # made again when next searched
            self.revision = next(_REVISIONS)
        if row.turn_id in self._by_id:
            self._now[self._by_id[row.turn_id].text_hash] -= 1
        self._by_id[row.turn_id] = row
        self._texts.add(row.text_hash)
        self._now[row.text_hash] += 1
        for key in (row.input_hash, row.restored_hash):
            if key:
                self._by_hash[key] = row.turn_id
        self._version = max(self._version, row.version)

    def known(self, key: bytes) -> TurnRow | None:
        """The turn whose input, or whose restored text, has this hash."""
        turn_id = self._by_hash.get(key)
        return self._by_id[turn_id] if turn_id else None

    def has_text(self, key: bytes) -> bool:
        """Whether a turn reads, or has read, as the redacted text with this hash."""
        return key in self._texts

    def reads(self, key: bytes) -> bool:
        """Whether a turn reads, today, as the redacted text with this hash: nothing in it is known to be personal."""
        return self._now[key] > 0

    def turn(self, turn_id: str) -> TurnRow | None:
        """The turn as it now reads."""
        return self._by_id.get(turn_id)

    def holds(self, row: TurnRow) -> bool:
        """Whether the turn still reads as in this row."""
        return self._by_id.get(row.turn_id) is row

    def latest(self, count: int, before: int = 0) -> list[TurnRow]:
        """The last turns, oldest first, leaving out the `before` newest."""
        stop = len(self._order) - before
        return [self._by_id[turn_id] for turn_id in self._order[max(0, stop - count) : stop]]

    def said_by(self, role: str) -> list[str]:
        """The redacted texts of a role's turns, oldest first."""
        return [row.text for row in self.latest(len(self._order)) if row.role == role]

    def mentioning(self, needles: Iterable[str]) -> list[TurnRow]:
        """Turns whose letters and digits, run together, hold one of these; a cheap sieve before a real search."""
        wanted = [needle for needle in needles if needle]
        if not wanted:
            return []
        haystack, starts = self._haystack()
        found = {bisect_right(starts, at) - 1 for needle in wanted for at in _places(needle, haystack)}
        return [self._by_id[self._order[number]] for number in sorted(found)]

    def _haystack(self) -> tuple[str, list[int]]:
        """All turns' letters and digits, a newline after each turn, and where each turn begins."""
        new = [compact(self._by_id[turn_id].text) + "\n" for turn_id in self._order[len(self._starts) :]]
        for text in new:
            self._starts.append(self._compact_length)
            self._compact_length += len(text)
        self._compact = "".join([self._compact, *new])
        return self._compact, self._starts


def _places(needle: str, haystack: str) -> Iterator[int]:
    at = haystack.find(needle)
    while at >= 0:
        yield at
        at = haystack.find(needle, at + 1)


def compact(text: str) -> str:
    """Letters and digits alone, in lower case."""
    return "".join(character for character in text.casefold() if character.isalnum())


def entities_of(row: TurnRow) -> tuple[RecordedEntity, ...]:
    """What stands where in a recorded turn."""
    return decode_entities(row.entities)
