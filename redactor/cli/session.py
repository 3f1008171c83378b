"""One chat through the redactor: a person on one side, an LLM on the other, placeholders between."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from redactor.cli.bot import Said, made_up_order, reply
from redactor.conversation import Conversation
from redactor.policy import Policy
from redactor.types import Redaction

Answer = Callable[[list[Said]], Iterable[str]]
"""The LLM: gets all messages as it may see them, gives its reply in pieces."""

_PIECE = 4
"""Characters the built-in bot writes at once, about a token of an LLM."""

ORDER_TOOL = "lookup_order"


class Session:
    """What both sides have said. The list of messages is the only state beside the conversation's own."""

    def __init__(self, chat: Conversation) -> None:
        self._chat = chat
        self.messages: list[Said] = []

    def hear(self, typed: str) -> Redaction:
        """A message of the person; earlier ones that it makes readable are rewritten before the LLM sees them
        again.
        """
        redaction = self._chat.redact(typed, role="customer")
        now = {earlier.turn_id: earlier.text for earlier in redaction.revised}
        self.messages = [
            replace(said, text=now[said.turn_id]) if said.turn_id in now else said for said in self.messages
        ]
        self.messages.append(Said("user", redaction.text, redaction.turn_id))
        return redaction

    def answer(self, llm: Answer) -> Iterator[str]:
        """The LLM's reply as the person reads it, piece by piece; afterwards it stands among the messages."""
        written: list[str] = []

        def pieces() -> Iterator[str]:
            for piece in llm(self.messages):
                written.append(piece)
                yield piece

        yield from self._chat.restore_stream(pieces())
        self.messages.append(Said("assistant", "".join(written)))

    def support_bot(self, messages: list[Said]) -> Iterator[str]:
        """The built-in bot as an LLM."""
        text = reply(messages, self._look_up)
        return (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))

    def _look_up(self, placeholder: str) -> str | None:
        """Hands the order tool the real number, if the policy lets it, and redacts what the tool says."""
        number = str(self._chat.restore_value(placeholder, audience=f"tool:{ORDER_TOOL}"))
        if number == placeholder:
            return None
        return self._chat.redact(made_up_order(number), role="tool").text


def with_order_tool(policy: str) -> Policy:
    """The policy, with one tool more: the made-up order book may have order numbers and nothing else."""
    loaded = Policy.load(policy)
    tools = loaded.model_dump(mode="json")["tools"] | {ORDER_TOOL: {"args": ["ACCOUNT_ID"]}}
    return Policy.from_dict(loaded.model_dump(mode="json", exclude_none=True) | {"tools": tools})
