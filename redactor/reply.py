"""A reply on its way to the person who reads it: restored chunk by chunk, and recorded once at its end."""

from collections.abc import Callable

from redactor.restoring import Resolver, scanner


class ReplyStream:
    """An LLM's text as it comes. Joined, what `feed` and `finish` give is what `restore` gives for the joined chunks.

    Made by `Conversation.open_stream`. Not thread-safe: one stream, one reader.
    """

    __slots__ = ("_hand_out", "_received", "_record", "_resolve", "_scanner", "_sent", "_told")

    def __init__(
        self, resolve: Resolver, hand_out: Callable[[int], None], record: Callable[[str, str], None] | None
    ) -> None:
        """`hand_out` is told how many placeholders were told of before, before a restored one leaves; `record` gets
        what was received and what was sent."""
        self._resolve, self._scanner = resolve, scanner(resolve)
        self._hand_out, self._told = hand_out, 0
        self._record = record
        self._received: list[str] = []
        self._sent: list[str] = []

    def feed(self, chunk: str) -> str:
        """What can be shown now; held back is only what may still become a placeholder."""
        self._received.append(chunk)
        return self._keep(self._scanner.feed(chunk))

    def finish(self) -> str:
        """What was held back."""
        return self._keep(self._scanner.finish())

    def record(self) -> None:
        """File what was received, once."""
        text, record, self._record = "".join(self._received), self._record, None
        if record is not None and text:
            record(text, "".join(self._sent))

    def _keep(self, piece: str) -> str:
        if len(self._resolve.restored) > self._told:
            self._hand_out(self._told)
            self._told = len(self._resolve.restored)
        self._sent.append(piece)
        return piece
