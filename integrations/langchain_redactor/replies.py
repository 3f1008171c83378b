"""Which of a thread's AI messages are in the transcript: each reply is recorded once, however often it is seen."""

import threading
from collections import OrderedDict
from collections.abc import Iterable

from langchain_core.messages import AIMessage, BaseMessage

from langchain_redactor.bound import Bound
from langchain_redactor.fields import TURNS

_THREADS = 1024
"""Threads remembered; of others the transcript itself is asked."""


class Replies:
    """The ids of AI messages that are recorded, per conversation. Safe to use from several threads."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, set[str]] = OrderedDict()
        self._lock = threading.Lock()

    def streamed(self, bound: Bound, message_id: str | None) -> None:
        """A stream has recorded this message, or will when it ends."""
        if message_id:
            self._ids(bound)[0].add(message_id)

    def is_recorded(self, bound: Bound, message_id: str | None) -> bool:
        """Whether a message of this id was recorded by this process."""
        return bool(message_id) and message_id in self._ids(bound)[0]

    def record(self, bound: Bound, messages: Iterable[BaseMessage]) -> None:
        """Record the text of AI messages that are new. `messages` are those of the thread, as the graph keeps them.

        Raises as `Conversation.restore` does: a reply that cannot be recorded does not go on.
        """
        ids, first_time = self._ids(bound)
        for message in messages:
            if not isinstance(message, AIMessage) or TURNS in message.response_metadata:
                continue  # the caller's own, recorded when it came in
            text = message.text
            if message.id in ids or not text:
                continue
            if not (first_time and bound.chat.reads(text)):
                bound.chat.restore(text)
            if message.id:
                ids.add(message.id)

    def _ids(self, bound: Bound) -> tuple[set[str], bool]:
        """The ids, and whether this thread was not seen before: then some may be recorded already."""
        with self._lock:
            name = bound.chat.public_id
            first_time = name not in self._seen
            ids = self._seen.setdefault(name, set())
            self._seen.move_to_end(name)
            while len(self._seen) > _THREADS:
                self._seen.popitem(last=False)
            return ids, first_time
