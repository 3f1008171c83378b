"""A reply on its way out: which of its texts the customer reads, which a tool gets, and how each is restored.

Restored are the strings that people read, for the customer; the arguments of a call, for its tool, as far as the
policy's rule for that tool says. What is the protocol's stays as it is. Errors of an upstream never come here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from redactor import Conversation
from redactor.reply import ReplyStream
from redactor.types import Form
from redactor_gateway import protocol
from redactor_gateway.problems import bad_upstream

_PROTOCOL = (
    frozenset(protocol.STRINGS)
    | protocol.IDS
    | protocol.names(
        """object model system_fingerprint finish_reason stop_reason stop_sequence native_finish_reason service_tier
        previous_response_id signature encrypted_content file_id data b64_json obfuscation owned_by name code
        provider"""
    )
) - {"summary", "function_call", "format"}
"""Fields of a reply whose strings are never an LLM's words."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What the texts of one reply are restored with."""

    chat: Conversation
    scan: bool = False
    form: Form = "text"
    """`json` where the reply's text is to be JSON (a structured output), so that values are escaped in it."""
    recorded: bool = False
    """Whether the conversation goes on after this reply."""
    _said: dict[tuple[str, Form], str] = field(default_factory=dict, repr=False)
    """What was restored already: some APIs send each text three times."""
    _replies: list[str | ReplyStream] = field(default_factory=list, repr=False)
    """The reply's own texts, as far as the next request shows them as such."""

    def text(self, text: str, *, record: bool = False) -> str:
        """What the customer reads."""
        restored = self._restored(text, self.form, record=record and self.recorded)
        if record:
            self._replies.append(restored)
        return restored

    def aside(self, text: str) -> str:
        """What the customer reads beside the answer, such as the reasoning or a citation's title."""
        return self._restored(text, "text", record=False)

    def _restored(self, text: str, form: Form, *, record: bool) -> str:
        if not text:
            return text
        if record or (text, form) not in self._said:
            self._said[text, form] = self.chat.restore(text, "customer", form, record=record, scan=self.scan).text
        return self._said[text, form]

    def arguments(self, text: str, tool: str, form: Form = "json") -> str:
        """What a tool is called with, as it stands in a string."""
        return str(self.chat.restore_value(text, _audience(tool), form)) if tool else text

    def data(self, value: Any, tool: str) -> Any:
        """The same, parsed."""
        return self.chat.restore_value(value, _audience(tool)) if tool else value

    def stream(self, *, record: bool = False, aside: bool = False) -> ReplyStream:
        """For a text that comes in pieces."""
        form: Form = "text" if aside else self.form
        stream = self.chat.open_stream("customer", form, record=record and self.recorded, scan=self.scan)
        if record:
            self._replies.append(stream)
        return stream

    def said(self) -> list[str]:
        """The reply's own texts, as the customer was given them."""
        texts = (each if isinstance(each, str) else each.sent for each in self._replies)
        return [text for text in texts if text]

    def tool_stream(self, tool: str, form: Form = "json") -> "ReplyStream | AsItComes":
        """For arguments that come in pieces; of a call whose tool nobody named they stay as they are."""
        return self.chat.open_stream(_audience(tool), form, record=False) if tool else AsItComes()

    def value(self, value: Any, name: str = "") -> Any:
        """Whatever else stands in a reply: every string of it but the protocol's."""
        if isinstance(value, str):
            return value if not value or name in _PROTOCOL else self.aside(value)
        if isinstance(value, Mapping):
            return {key: None if key == "logprobs" else self.value(item, key) for key, item in value.items()}
        return [self.value(item, name) for item in value] if isinstance(value, list) else value


class AsItComes:
    """A stream in which nothing is restored."""

    def feed(self, chunk: str) -> str:
        """The chunk."""
        return chunk

    def finish(self) -> str:
        """Nothing: nothing is held back."""
        return ""

    def record(self) -> None:
        """Nothing to record."""


def objects(value: Any, where: str) -> list[dict[str, Any]]:
    """A list of objects that the protocol promises. Raises `ProblemError`: what cannot be read is not passed on."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise bad_upstream("malformed_reply", f"the upstream's reply has no list of objects in {where}")
    return value


def _audience(tool: str) -> str:
    return f"tool:{tool}"
