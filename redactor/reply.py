"""A reply on its way to the person who reads it: restored chunk by chunk, and recorded once at its end."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeAlias

from redactor.foreign import ReplyScan
from redactor.restoring import Resolver, scanner
from redactor.types import Entity

File: TypeAlias = Callable[[str, str, Sequence[Entity]], None]
"""Records what was received, what was sent for it, and what was masked as foreign."""


class ReplyStream:
    """An LLM's text as it comes. Joined, what `feed` and `finish` give is what `restore` gives for the joined chunks.

    Made by `Conversation.open_stream`. One stream has one reader, which may record it from another thread.
    """

    __slots__ = ("_hand_out", "_lock", "_received", "_record", "_resolve", "_scan", "_scanner", "_sent", "_told")

    def __init__(
        self,
        resolve: Resolver,
        hand_out: Callable[[int], None],
        record: File | None,
        scan: ReplyScan | None = None,
    ) -> None:
        """`hand_out` is told how many placeholders were told of before, before a restored one leaves."""
        self._resolve, self._scanner, self._scan = resolve, scanner(resolve), scan
        self._lock = threading.Lock()
        self._hand_out, self._told = hand_out, 0
        self._record = record
        self._received: list[str] = []
        self._sent: list[str] = []

    def feed(self, chunk: str) -> str:
        """What can be shown now; held back is only what may still become a placeholder, and where the reply is scanned
        the segment that has begun. Raises `DetectionError` where it cannot be scanned: nothing more comes out then."""
        with self._lock:
            self._received.append(chunk)
            return self._keep(self._scanner.feed(self._scan.feed(chunk) if self._scan else chunk))

    def finish(self) -> str:
        """What was held back. Raises as `feed` does."""
        with self._lock:
            last = self._scanner.feed(self._scan.finish()) if self._scan else ""
            return self._keep(last + self._scanner.finish())

    @property
    def foreign(self) -> tuple[str, ...]:
        """Entity types of what was masked so far because the conversation never held it."""
        return tuple(entity.type for entity in self._scan.given_out()) if self._scan else ()

    @property
    def sent(self) -> str:
        """What was given out so far."""
        with self._lock:
            return "".join(self._sent)

    def record(self) -> None:
        """File what was received, once; of a reply that is scanned only what was looked at."""
        with self._lock:
            text, record, self._record = "".join(self._received), self._record, None
            if self._scan:
                text = text[: self._scan.scanned]
            if record is not None and text:
                record(text, "".join(self._sent), self._scan.given_out() if self._scan else ())

    def _keep(self, piece: str) -> str:
        if len(self._resolve.restored) > self._told:
            self._hand_out(self._told)
            self._told = len(self._resolve.restored)
        self._sent.append(piece)
        return piece
