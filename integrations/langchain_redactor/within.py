"""What is added inside a graph: by a middleware, a node, the LLM itself. It meets text that is redacted already.

Text from outside has no placeholders, whatever it looks like; text from inside is made of what the LLM reads (a
summary, a tool call that a person edited, a prompt that quotes the customer) and of what was fetched. So all of it is
redacted the way an LLM's text is: placeholders of this conversation stay, anything else is looked for as usual. It is
no turn of the conversation, and what was redacted once costs nothing when it comes again.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from langchain_core.messages import BaseMessage
from langgraph.types import Command, Overwrite, Send

from langchain_redactor.asking import Inward, Slot, Spot, as_it_is
from langchain_redactor.bound import Bound
from langchain_redactor.walk import Walk
from redactor.json_text import Build
from redactor.types import Role

ROLE: Role = "assistant"
"""Whose text may hold placeholders."""

_PLAIN = (str, bytes, int, float, Mapping, list, tuple, set, frozenset, BaseMessage, Command, Send, Overwrite)


class _Within(Inward):
    """Redact what was added. Ids that the graph has already stay: it merges messages by them."""

    def __init__(self, bound: Bound, kept: Collection[str] | None, role: Role = ROLE) -> None:
        super().__init__(bound)
        self._kept, self._role = kept, role

    def text(self, text: str, spot: Spot) -> Build:
        """Any string, whoever's message it is in. The graph's own ids stay wherever they stand: middleware keeps books
        by them."""
        if self._kept and text in self._kept:
            return as_it_is(text)
        return super().text(text, spot._replace(role=self._role))

    def number(self, number: int | float, spot: Spot) -> Build:
        """Any number."""
        return super().number(number, spot._replace(role=self._role))

    def id(self, name: str) -> str:
        """`kept` None: all ids are the graph's own."""
        return name if self._kept is None or name in self._kept else super().id(name)

    def piece(self, text: str, spot: Spot, turn: str, message: str | None) -> Slot:
        """A message's text. What reads as one of this conversation's turns is that turn; anything else is none."""
        slot = super().piece(text, spot._replace(role=self._role), turn, message)
        while self._turns:
            self._aside(self._turns.pop()[0])
        return slot


def redact_inside(value: Any, bound: Bound, kept: Collection[str] | None = (), role: Role = ROLE) -> Any:
    """A copy of anything that was added inside a graph, redacted. `kept`: ids that stay; None for all. `role`: whose
    text it is. Raises as `langchain_redactor.values.redact_value` does."""
    way = _Within(bound, kept, role)
    build = Walk(way).data(value, Spot(role))
    way.answer()
    return build()


def redact_update(
    update: Any,
    bound: Bound,
    kept: Collection[str] = (),
    live: Callable[[], frozenset[str]] = frozenset,
    role: Role = ROLE,
) -> Any:
    """What a node gives back for the graph's state. `live`: names of channels that no checkpoint keeps; objects that
    are no data (a process, a connection) pass there. `role`: whose text it is."""
    if not isinstance(update, Mapping):
        return redact_inside(update, bound, kept, role)
    passing = {name: item for name, item in update.items() if _passes(name, item, live)}
    way = _Within(bound, kept, role)
    build = Walk(way).state({name: item for name, item in update.items() if name not in passing}, Spot(role))
    way.answer()
    redacted = build()
    return {name: passing[name] if name in passing else redacted[name] for name in update}


def _passes(name: Any, item: Any, live: Callable[[], frozenset[str]]) -> bool:
    if name == "jump_to":  # the name of a node, for the graph alone (langchain.agents.middleware.types.JumpTo)
        return True
    return item is not None and not isinstance(item, _PLAIN) and name in live()


def messages_of(state: Any) -> list[Any]:
    """The messages of a graph's state, whatever kind of object that is."""
    held = state.get("messages") if isinstance(state, Mapping) else getattr(state, "messages", state)
    return list(held) if isinstance(held, list | tuple) else []


def ids_of(messages: Collection[Any]) -> frozenset[str]:
    """The ids by which a graph knows its messages and their calls."""
    found = {each.id for each in messages if isinstance(each, BaseMessage)}
    found |= {call.get("id") for each in messages for call in getattr(each, "tool_calls", ())}
    found |= {getattr(each, "tool_call_id", None) for each in messages}
    return frozenset(filter(None, found))
