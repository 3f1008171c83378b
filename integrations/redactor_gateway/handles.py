"""Handles: what a bot knows a customer or a message by, in the place of a phone number or the like.

A placeholder is not enough there: `[PHONE_NUMBER_1]` is somebody else in every conversation, and a bot that keeps its
state by it would mix up its customers. A handle has the conversation's random public id in it: it differs from every
other conversation's, it says nothing, and it leads back without a table.
"""

import re
from dataclasses import dataclass

from redactor import Conversation
from redactor.exceptions import ConfigError
from redactor_gateway.errors import RefusedError

_PLACEHOLDER = re.compile(r"\[([A-Z][A-Z0-9_]*)_([1-9][0-9]*)\]")
_HANDLE = re.compile(r"([0-9a-f]{20})-([a-z0-9]+(?:-[a-z0-9]+)*)-([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class Handle:
    """A handle, taken apart."""

    conversation: str
    """The public id of the conversation."""
    placeholder: str


def handle(chat: Conversation, redacted: str, entity_type: str) -> str:
    """The handle for what became `redacted`. Raises `ConfigError` where the policy left nothing to lead back by."""
    found = _PLACEHOLDER.fullmatch(redacted)
    if found is None:
        raise ConfigError(
            f"types.{entity_type}.operator: the platform's handles are of this type, and lead back only with the "
            "operator `placeholder`; use it, or a platform file in which the field is of kind `identity`"
        )
    return f"{chat.public_id}-{found[1].lower().replace('_', '-')}-{found[2]}"


def parsed(text: str) -> Handle | None:
    """What a handle says; None for any other text."""
    found = _HANDLE.fullmatch(text)
    return Handle(found[1], f"[{found[2].upper().replace('-', '_')}_{found[3]}]") if found else None


def value_of(chat: Conversation, text: str) -> str:
    """The value behind a handle of this conversation; a text that is none stays. Raises `RefusedError`."""
    found = parsed(text)
    if found is None:
        return text
    if found.conversation != chat.public_id:
        raise RefusedError("a handle of another conversation stands in this call; it was not sent")
    restored = chat.restore(found.placeholder, record=False)
    if not restored.restored:
        raise RefusedError("the value behind a handle is past its retention, or not for the customer; nothing was sent")
    return restored.text
