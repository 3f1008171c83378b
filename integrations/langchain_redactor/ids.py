"""Ids of messages and tool calls: those that a machine made stay, others may name a person and are replaced."""

import re

from redactor.detection.entropy import is_random

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_OURS = re.compile(rf"(?:run-|lc_|lc_run-|lc_run--|run--)?{_UUID}(?:-\d{{1,3}})?")
"""What LangChain makes: a UUID, after its prefixes (langchain_core.utils.utils), and the number of a generation."""

_PROVIDERS = re.compile(
    r"(?:chatcmpl|msg|resp|rs|fc|ctc|ws|fs|ci|cu|mcp|toolu|srvtoolu|srvtoolu_bdrk|toolu_bdrk|call|tooluse|gen|req|file"
    r"|run|asst|thread|step)[-_]+(?P<rest>[A-Za-z0-9_-]{16,})"
)
"""What model providers make: a known prefix, and at least 16 characters that are drawn by chance."""

REMOVE_ALL = "__remove_all__"
"""The id by which LangGraph removes all messages (langgraph.graph.message.REMOVE_ALL_MESSAGES)."""

_INTERRUPT = re.compile(r"[0-9a-f]{32}")


def is_machine_made(name: str) -> bool:
    """Whether this id surely says nothing of anybody: a UUID, or LangGraph's own word."""
    return _OURS.fullmatch(name) is not None or name == REMOVE_ALL


def is_drawn(name: str) -> bool:
    """Whether this is a provider's id whose characters are in no order that a language, or a number, has."""
    found = _PROVIDERS.fullmatch(name)
    return found is not None and is_random(found["rest"])


def looks_provided(name: str) -> bool:
    """Whether this has the form of a provider's id, so that it stays if nothing personal is found in it."""
    return _PROVIDERS.fullmatch(name) is not None


def is_interrupt(name: object) -> bool:
    """Whether this is an id that LangGraph gives an interrupt: 128 bits in hexadecimal digits."""
    return isinstance(name, str) and _INTERRUPT.fullmatch(name) is not None
