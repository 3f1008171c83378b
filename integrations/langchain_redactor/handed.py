"""What one tool may read of a conversation: the entity types its rule names, and no other."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, cast

from langchain_redactor.asking import Outward, Spot
from langchain_redactor.bound import Bound
from langchain_redactor.walk import Walk
from redactor import Conversation
from redactor.placeholders import find
from redactor.policy import ToolRule

_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z0-9_]*_[0-9]+\]")
"""A placeholder as it is minted, of a policy's own types too."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A conversation as one tool may read it."""

    bound: Bound
    tool: str
    rule: ToolRule = field(default_factory=ToolRule)
    echoes: set[str] = field(default_factory=set, repr=False)
    """Placeholders it was handed: where it repeats one, it is no forgery, and stays."""
    real: set[str] = field(default_factory=set, repr=False)
    """The doors by which it may have been given real values; empty where it has placeholders only."""

    def __post_init__(self) -> None:
        if self.rule.args:
            self.real.add("rule")

    @property
    def audience(self) -> str:
        """The tool, as restoring knows it."""
        return f"tool:{self.tool}"

    @property
    def speaking(self) -> Bound:
        """The conversation for what the tool says."""
        return replace(self.bound, echoes=frozenset(self.echoes))

    def value(self, value: Any) -> Any:
        """Parsed JSON, such as arguments, with what the tool may read restored."""
        restored = self.bound.chat.restore_value(value, self.audience, also=self.rule.args)
        self.vouch(restored)
        self.note(value, restored)
        return restored

    def note(self, value: Any, restored: Any) -> None:
        """Note whether it was given anything real: the policy may name a tool as an audience without any rule."""
        if restored != value:
            self.real.add("policy")

    def vouch(self, value: Any) -> None:
        """Note the placeholders in what the tool is handed."""
        if isinstance(value, str):
            self.echoes.update(_PLACEHOLDER.findall(value))
        elif isinstance(value, Mapping):
            for key, item in value.items():
                self.vouch(key)
                self.vouch(item)
        elif isinstance(value, list | tuple):
            for item in value:
                self.vouch(item)

    def setting(self, key: str, value: Any) -> Any:
        """A value of `configurable`: as the caller gave it where the tool may read all that is personal in it."""
        held = self.bound.settings.get(key)
        if held is None:
            return self.value(value)
        if find(str(self.value(held.redacted))):
            return value
        self.note(value, held.value)
        return held.value

    def state(self, value: Any) -> Any:
        """The graph's state, or a part of it, the same way; a copy."""
        way = _ForTool(replace(self.bound, chat=cast("Conversation", _View(self))), self.audience)
        build = Walk(way).state(value, Spot())
        way.answer()
        return build()


class _ForTool(Outward):
    """State restored for a tool: ids stay those of the graph, which are in its other arguments too."""

    def id(self, name: str) -> str:
        return name


class _View:
    """Stands for the conversation where messages are restored: whatever is asked, the tool's rule says what is told."""

    def __init__(self, handed: Handed) -> None:
        self._handed = handed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handed.bound.chat, name)

    def restore_value(self, value: Any, audience: str = "", form: Any = "text", **_: Any) -> Any:
        """As the tool may read it."""
        handed = self._handed
        restored = handed.bound.chat.restore_value(value, handed.audience, form, also=handed.rule.args)
        handed.note(value, restored)
        return restored

    def restore_recorded(self, text: str, turn_id: str, audience: str = "") -> str:
        """A recorded turn reads like any other text: tools get fullest forms."""
        return str(self.restore_value(text))


_inside: ContextVar[Handed | None] = ContextVar("redactor_inside_tool", default=None)


@contextmanager
def inside(handed: Handed) -> Iterator[None]:
    """Until the block ends, this tool is the one that runs here."""
    token = _inside.set(handed)
    try:
        yield
    finally:
        _inside.reset(token)


def handed_here() -> Handed | None:
    """What the tool that runs here may read; None outside of sealed tools."""
    return _inside.get()
