"""A conversation that ends with the request it came in, and how it may go on with the next.

Who holds the history himself sends it again with every message. Put away, a passing conversation is sealed whole, under
a key of the host's choice: made from the very texts it was redacted from, that key is gone when they are, and only who
sends the same texts again can open it. What the vault never stores is not put away, either.
"""

import pickle
from dataclasses import dataclass, field

from redactor.asides import Redacted
from redactor.conversation import Conversation
from redactor.crypto import join, new_key, open_sealed, seal
from redactor.knowledge import Parts
from redactor.secret import Secret
from redactor.storage.memory import MemoryStore

_ABOUT = "a passing conversation"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A conversation that was put away, and the key it opens with."""

    content: bytes = field(repr=False)
    key: Secret[bytes]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a passing conversation consists of: its store and the key of it, the customer's last messages, asides."""

    store: MemoryStore
    key: Secret[bytes]
    messages: tuple[str, ...] = ()
    """Ids of their turns."""
    asides: Redacted = field(default_factory=Redacted)

    @classmethod
    def new(cls) -> "Kept":
        """Of one that begins."""
        return cls(MemoryStore(), new_key())

    @classmethod
    def opened(cls, away: Sealed, tenant: str) -> "Kept":
        """Of one that was put away, a copy. Raises `CryptoError` where the key or the tenant is another."""
        content = open_sealed(away.key, away.content, join(_ABOUT, tenant))
        tables, key, messages, asides = pickle.loads(content)  # noqa: S301  sealed by us, under the caller's key
        return cls(MemoryStore.loaded(tables), Secret(key), messages, asides)


class Passing(Conversation):
    """Made by `Redactor.passing_conversation`."""

    def __init__(self, parts: Parts, tenant: str, kept: Kept) -> None:
        self._kept = kept
        super().__init__(parts, tenant, "passing")
        self._state.lately.resume(kept.messages)
        self._state.resume_asides(kept.asides)

    def put_away(self, key: Secret[bytes]) -> bytes | None:
        """The conversation as it is now, sealed under a key of 32 bytes, for `passing_conversation(again=...)`.

        None where the customer's last messages hold a guess whose value the vault never stores: only who reads those
        messages again knows it. A secret that is held for a tool is left out: the customer's next turn ends it.
        """
        with self._ready() as state:
            messages = state.lately.messages()
            if messages is None:
                return None
            all_of_it = (self._kept.store.dumped(), self._kept.key.reveal(), tuple(messages), state.redacted_asides())
            return seal(key, pickle.dumps(all_of_it, pickle.HIGHEST_PROTOCOL), join(_ABOUT, self.tenant))
