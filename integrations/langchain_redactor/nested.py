"""A RedactedAgent below another redacted run of the same conversation: what flows there are placeholders.

What it gives goes where nobody redacts any more: into the state of the graph around, into a chain's trace, into a
tool's own code. So placeholders stay in it, but for what the rule of the tool around names; and nothing of it is a turn
of the conversation, which is between the customer and the outermost agent.
"""

from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import BaseMessage, BaseMessageChunk

from langchain_redactor.bound import Bound
from langchain_redactor.handed import Handed, handed_here
from langchain_redactor.within import redact_update

_LONGEST = 128
"""Characters of a stream's text that are looked at again: a placeholder may lie across two chunks."""


@dataclass(frozen=True, slots=True)
class Nested:
    """Who stands around such a run: a tool with its rule, or a node, a hook, a step of a chain."""

    handed: Handed | None = field(default=None, repr=False)

    def inward(self, value: Any, bound: Bound) -> Any:
        """What it is called with. A node's text holds placeholders of the conversation; in a tool's, only those stay
        that the tool was handed."""
        if self.handed is None:
            return redact_update(value, bound)
        return redact_update(value, self.handed.speaking, role="tool")

    def outward(self, value: Any) -> Any:
        """What it gives. The tool around may repeat placeholders that it is handed here."""
        if self.handed is None:
            return value
        self.handed.vouch(repr(value))
        return self.handed.state(value)

    def parts(self) -> "NestedParts":
        """What passes the parts of a stream on."""
        return NestedParts(self.handed)


class NestedParts:
    """The parts of a stream, or its events, with their placeholders."""

    def __init__(self, handed: Handed | None) -> None:
        self._handed = handed
        self._text = ""
        self.said: list[BaseMessage] = []
        """None of it is said to the customer."""

    def feed(self, part: Any) -> list[Any]:
        """The part."""
        if self._handed is not None:
            text = _text_in(part)
            self._text = (self._text + text)[-_LONGEST - len(text) :] if text is not None else ""
            self._handed.vouch(self._text or repr(part))
        return [part]

    def finish(self) -> list[Any]:
        """Nothing was held back."""
        return []

    def close(self) -> None:
        """Nothing is filed."""


def nested_here() -> Nested:
    """The run that would begin here."""
    return Nested(handed_here())


def _text_in(part: Any) -> str | None:
    """The text of a chunk that a part carries, in any of the shapes of `stream` and `astream_events`."""
    if isinstance(part, str):
        return part
    if isinstance(part, BaseMessageChunk):
        return str(part.text)
    held = [part.get("data"), part.get("chunk")] if isinstance(part, dict) else part
    if not isinstance(held, list | tuple):
        return None
    return next((_text_in(each) for each in held if not isinstance(each, str) and _text_in(each) is not None), None)
