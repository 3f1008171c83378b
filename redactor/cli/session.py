"""One chat through the redactor: a person on one side, an LLM on the other, placeholders between."""

from collections.abc import Callable, Iterable, Iterator

from redactor.cli.bot import GREETING, Said, made_up_order, reply
from redactor.conversation import Conversation
from redactor.policy import Policy
from redactor.types import Redaction, Turn

Answer = Callable[[list[Said]], Iterable[str]]
"""The LLM: gets all messages as it may see them, gives its reply in pieces."""

_PIECE = 4
"""Characters the built-in bot writes at once, about a token of an LLM."""

ORDER_TOOL = "lookup_order"


class Session:
    """A host that keeps the history as people read it and resends all of it with every message, as most hosts do."""

    def __init__(self, chat: Conversation) -> None:
        self._chat = chat
        self._history: list[Turn] = []
        self.messages: list[Said] = []
        """The history as the LLM sees it, up to the last message of the person."""
        self.wrote = ""
        """The LLM's last reply, as it wrote it."""

    def hear(self, typed: str) -> Redaction:
        """A message of the person. Earlier ones that it makes readable are rewritten before the LLM sees them again."""
        self._history.append(Turn("customer", typed))
        redactions = self._chat.redact_turns(self._history)
        self.messages = [
            Said("user" if turn.role == "customer" else "assistant", redaction.text)
            for turn, redaction in zip(self._history, redactions, strict=True)
            if turn.role != "tool"
        ]
        return redactions[-1]

    def answer(self, llm: Answer) -> Iterator[str]:
        """The LLM's reply as the person reads it, piece by piece."""
        written: list[str] = []
        read: list[str] = []
        for piece in self._chat.restore_stream(_noted(llm(self.messages), written)):
            read.append(piece)
            yield piece
        self.wrote = "".join(written)
        self._history.append(Turn("assistant", "".join(read)))

    def support_bot(self, messages: list[Said]) -> Iterator[str]:
        """The built-in bot as an LLM; before anybody has said anything, it greets."""
        text = reply(messages, self._look_up) if messages else GREETING
        return (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))

    def _look_up(self, placeholder: str) -> str | None:
        """Hands the order tool the real number, if the policy lets it, and redacts what the tool says."""
        number = str(self._chat.restore_value(placeholder, audience=f"tool:{ORDER_TOOL}"))
        if number == placeholder:
            return None
        said = made_up_order(number)
        self._history.append(Turn("tool", said))
        return self._chat.redact(said, role="tool").text


def _noted(pieces: Iterable[str], written: list[str]) -> Iterator[str]:
    for piece in pieces:
        written.append(piece)
        yield piece


def with_order_tool(policy: str) -> Policy:
    """The policy, with one tool more: the made-up order book may have order numbers and nothing else."""
    loaded = Policy.load(policy)
    tools = loaded.model_dump(mode="json")["tools"] | {ORDER_TOOL: {"args": ["ACCOUNT_ID"]}}
    return Policy.from_dict(loaded.model_dump(mode="json", exclude_none=True) | {"tools": tools})
