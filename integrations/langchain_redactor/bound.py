"""The conversation a run belongs to: how what happens inside a graph finds the one it must redact for.

It travels in the run's own config, which LangChain hands to every node, tool, thread and subgraph; never in the
graph's state, which is checkpointed and traced.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, TypeGuard
from uuid import UUID

from langchain_redactor.protected import parent_config
from redactor import Conversation
from redactor.exceptions import ConfigError
from redactor.policy import ToolRule

KEY = "__redactor"
"""Key in `configurable`. Keys that begin with two underscores, and values that are no plain numbers or strings, are
copied into no trace's metadata (langchain_core.runnables.config) and into no checkpoint (langgraph.checkpoint.base)."""

Id: TypeAlias = str | int | UUID
"""A conversation's id as the host knows it: what reads the same each time it is written."""

ASYNC_ID: Final = (
    "an async function cannot say whose conversation it is, for nothing is redacted before that is known; look it up "
    "before the call, put it into the config, and give a plain function that reads it there"
)

Files = Literal["block", "strip", "allow"]
"""What happens to images, audio and files, which nobody can read for personal data: the message is refused, they are
taken out, or they go on as they are."""


def is_id(found: object) -> TypeGuard[Id]:
    """Whether it can be a conversation's id. Another object's text may be its address, which the next customer's object
    may have."""
    return isinstance(found, str | int | UUID) and not isinstance(found, bool)


@dataclass(frozen=True, slots=True)
class Setting:
    """A personal value in `configurable`: what the caller gave, for tools that may read it, and how it is redacted."""

    value: str | int | float = field(repr=False)
    redacted: str


@dataclass(frozen=True, slots=True)
class Bound:
    """One conversation, with what its two directions need."""

    chat: Conversation = field(repr=False)
    rules: Mapping[str, ToolRule] = field(default_factory=dict, repr=False)
    files: Files = "block"
    settings: Mapping[str, Setting] = field(default_factory=dict, repr=False)
    """By their keys; in the config itself a UUID stands for each."""
    echoes: frozenset[str] = frozenset()
    """Placeholders that who writes now was handed, and may repeat."""

    def __repr__(self) -> str:
        return f"<Bound {self.chat.public_id}>"


def bound_or_none(config: Mapping[str, Any] | None = None) -> Bound | None:
    """What is bound to the given config, or to the run that is going on; None where nothing is."""
    held = ((config if config is not None else parent_config()) or {}).get("configurable") or {}
    found = held.get(KEY)
    return found if isinstance(found, Bound) else None


def bound(config: Mapping[str, Any] | None = None) -> Bound:
    """The same, for who cannot go on without: raises `ConfigError` where no conversation is bound."""
    found = bound_or_none(config)
    if found is None:
        raise ConfigError(
            "no conversation is bound to this run, so nothing could be redacted and nothing went on; run the graph "
            "through RedactedAgent, create_redacted_agent or redacted()"
        )
    return found


def current_conversation() -> Conversation:
    """The conversation of the run that is going on, for a node of a graph of your own: `redact_value` what it fetches,
    `restore_value` what it hands to a system that needs the real value. Raises `ConfigError` outside of one."""
    return bound().chat
