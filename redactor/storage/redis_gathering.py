"""What a Redis transaction has written so far, kept in this process, and reads that see it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from redactor.exceptions import StorageError
from redactor.storage.redis_reading import ENDS_ITSELF, RedisReads, field, unpacked

Command = Sequence[str | bytes | int | float]

_NET = 7200.0
"""Seconds Redis keeps a conversation's content past its time. A sweep, which every process does each hour, ends it
first and says so in the audit log; this is for when no process runs. Counted by the server from the last write, so that
clocks need not agree."""

_LONGEST = 10 * 365 * 86400.0


class Server(Protocol):
    """What a transaction needs of the store."""

    def key(self, name: str) -> str:
        """A key's whole name."""

    def ended(self, now: float) -> Sequence[str]:
        """Conversations of which something's time is over."""

    def below(self, key: str, score: float) -> Sequence[str]:
        """Members of an ordered set with a lower score."""

    def count(self, name: str) -> int:
        """One more than ever before."""

    def _get(self, key: str, field: str) -> bytes | None: ...
    def _get_all(self, key: str) -> Mapping[str, bytes]: ...
    def _newer(self, conversation: str, log: str, table: str, version: int) -> Iterable[bytes]: ...
    def _after(self, key: str, member: str, limit: int) -> Sequence[str]: ...


class Gathered(RedisReads):
    """One transaction; `keep` is called before each question."""

    __slots__ = (
        "_adds",
        "_callbacks",
        "_dropped",
        "_fields",
        "_keep",
        "_read",
        "_read_all",
        "_scores",
        "_server",
        "_versions",
    )

    def __init__(self, server: Server, keep: Callable[[], None]) -> None:
        self._server, self._keep = server, keep
        self._dropped: set[str] = set()
        """Keys that are deleted before anything of `_fields` and `_scores` is written."""
        self._fields: dict[str, dict[str, bytes | None]] = {}
        self._scores: dict[str, dict[str, float | None]] = {}
        self._adds: dict[tuple[str, str], int] = {}
        self._read: dict[tuple[str, str], bytes | None] = {}
        self._read_all: dict[str, Mapping[str, bytes]] = {}
        self._versions: dict[str, int] = {}
        self._callbacks: list[Callable[[bool], None]] = []

    def on_end(self, callback: Callable[[bool], None]) -> None:
        self._callbacks.append(callback)

    def end(self, *, committed: bool) -> None:
        """Tell who asked to be told."""
        for callback in self._callbacks:
            callback(committed)

    def commands(self) -> Iterator[Command]:
        """Everything gathered, as Redis is told it."""
        name = self._server.key
        for key in sorted(self._dropped):
            yield "DEL", name(key)
        for key, fields in self._fields.items():
            for at, value in fields.items():
                yield ("HDEL", name(key), at) if value is None else ("HSET", name(key), at, value)
        for key, scores in self._scores.items():
            for member, score in scores.items():
                yield ("ZREM", name(key), member) if score is None else ("ZADD", name(key), score, member)
        for (key, at), count in self._adds.items():
            yield "HINCRBY", name(key), at, count
        for conversation in self._versions:
            row = self.conversation_by_public_id(conversation)
            seconds = min(row.expires + _NET, _LONGEST) if row else _LONGEST
            for key in ENDS_ITSELF:
                yield "PEXPIRE", name(f"{key}:{conversation}"), int(seconds * 1000)

    # -- what the questions are made of

    def _get(self, key: str, field: str) -> bytes | None:
        self._keep()
        fields = self._fields.get(key, {})
        if field in fields:
            return fields[field]
        if key in self._dropped:
            return None
        if key[:2] == "c:" or key[:2] == "k:":  # small, and asked for again and again
            return self._base(key).get(field)
        if (key, field) not in self._read:
            self._read[key, field] = self._server._get(key, field)
        return self._read[key, field]

    def _base(self, key: str) -> Mapping[str, bytes]:
        """A hash as it was before this transaction. Nobody else writes meanwhile: it is asked for once."""
        if key not in self._read_all:
            self._read_all[key] = self._server._get_all(key)
        return self._read_all[key]

    def _get_all(self, key: str) -> Mapping[str, bytes]:
        self._keep()
        base = {} if key in self._dropped else self._base(key)
        both: dict[str, bytes | None] = {**base, **self._fields.get(key, {})}
        return {name: value for name, value in both.items() if value is not None}

    def _newer(self, conversation: str, log: str, table: str, version: int) -> Iterable[bytes]:
        self._keep()
        key = f"{table}:{conversation}"
        written = self._fields.get(key, {})
        gone = {_name(table, value) for value in written.values() if value} | set(written)
        if key not in self._dropped:
            for row in self._server._newer(conversation, log, table, version):
                if _name(table, row) not in gone:
                    yield row
        yield from (row for row in written.values() if row is not None)

    def _after(self, key: str, member: str, limit: int) -> Sequence[str]:
        self._keep()
        changed = self._scores.get(key, {})
        base = set(self._server._after(key, member, limit + len(changed)))
        new = {name for name, score in changed.items() if score is not None and name > member}
        removed = {name for name, score in changed.items() if score is None}
        return sorted((base | new) - removed)[:limit]

    def _below(self, key: str, score: float) -> Sequence[str]:
        """Members of an ordered set with a lower score."""
        self._keep()
        changed = self._scores.get(key, {})
        base = () if key in self._dropped else self._server.below(key, score)
        lower = [name for name, own in changed.items() if own is not None and own < score]
        return [*(name for name in base if name not in changed), *lower]

    def _put(self, key: str, at: str, value: bytes | str | int | None) -> None:
        data = value if value is None or isinstance(value, bytes) else str(value).encode()
        self._fields.setdefault(key, {})[at] = data

    def _drop(self, key: str) -> None:
        self._dropped.add(key)
        self._fields.pop(key, None)
        self._scores.pop(key, None)

    def _version(self, conversation: str) -> int:
        """One higher than before this transaction; counted up on the first write to the conversation."""
        if conversation not in self._versions:
            version = self._get(f"c:{conversation}", "version")
            if version is None:
                raise StorageError("there is no such conversation in the store; put it first")
            self._versions[conversation] = int(version) + 1
            self._put(f"c:{conversation}", "version", int(version) + 1)
        return self._versions[conversation]


def _name(table: str, row: bytes) -> str:
    """The field under which a value or a turn lies in its table."""
    found = unpacked(row)
    return field(found[1], found[2]) if table == "v" else str(found[1])
