"""What was found in a text, kept for the next time the same client sends it: a nameless request carries its whole
history, and only its end is new.

Kept are spans under a keyed hash of what a recognizer was shown: the text, and the redacted turns before it. Nothing
of a text is kept, and a client whose API key is another never meets what was kept for this one.
"""

import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from redactor.types import Entity, Recognizer

_BYTES = 16
"""Of a hash; two texts among a million collide with a chance of one in 10^26."""

_EACH = 8
"""Spans that a text may have on the average of all that are kept; most have none."""


class Spans:
    """Spans of all clients, the least lately needed given up first. Thread-safe."""

    def __init__(self, most: int) -> None:
        """`most`: texts of which spans are kept, per recognizer; 0 keeps none."""
        self._most, self._lock = most, threading.Lock()
        self._secret = secrets.token_bytes(32)
        self._kept: OrderedDict[bytes, tuple[Entity, ...]] = OrderedDict()
        self._count = 0
        """Of spans in all."""

    def __len__(self) -> int:
        return len(self._kept)

    def remembering(self, client: str) -> Callable[[str, Recognizer], Recognizer]:
        """For `Redactor.passing_conversation`: each recognizer is asked only for what this client has not sent yet."""
        key = hmac.digest(self._secret, client.encode(), "sha256")

        def instead(name: str, asked: Recognizer) -> Recognizer:
            return _Remembering(asked, name, key, self) if self._most else asked

        return instead

    def find(self, digest: bytes) -> tuple[Entity, ...] | None:
        """What was kept under a hash."""
        with self._lock:
            if digest in self._kept:
                self._kept.move_to_end(digest)
            return self._kept.get(digest)

    def keep(self, digest: bytes, found: tuple[Entity, ...]) -> None:
        """Keep it from now on."""
        with self._lock:
            self._count += len(found) - len(self._kept.get(digest, ()))
            self._kept[digest] = found
            while len(self._kept) > self._most or self._count > _EACH * self._most:
                self._count -= len(self._kept.popitem(last=False)[1])


class _Remembering:
    """A recognizer that is asked once. What else it says of itself (its version, its thresholds) it still says."""

    def __init__(self, asked: Recognizer, name: str, key: bytes, spans: Spans) -> None:
        self._asked, self._name, self._key, self._spans = asked, name, key, spans

    def __getattr__(self, name: str) -> Any:
        return getattr(self._asked, name)

    def __call__(self, text: str, context: Sequence[str]) -> Sequence[Entity]:
        digest = hmac.digest(self._key, _shown(self._name, text, *context), "sha256")[:_BYTES]
        found = self._spans.find(digest)
        if found is None:
            found = tuple(self._asked(text, context))
            self._spans.keep(digest, found)
        return found


def _shown(*texts: str) -> bytes:
    """Texts in one, so that no other texts give the same."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    return b"".join(len(each).to_bytes(8, "big") + each for each in encoded)
