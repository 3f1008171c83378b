"""Any value in and out: a graph's state, a Command, a chain's input, what a tool gives, what a stream shows."""

from typing import Any

from langchain_redactor.asking import Inward, Outward, Spot
from langchain_redactor.bound import Bound
from langchain_redactor.walk import Walk
from redactor.types import Redaction, Role

_NAMED: frozenset[Role] = frozenset({"customer", "system"})


def redact_value(
    value: Any,
    bound: Bound,
    role: Role = "customer",
    *,
    follows: bool = True,
    revised: list[Redaction] | None = None,
    channels: bool | None = None,
) -> Any:
    """A copy of anything that goes inward, without personal values: messages as turns, see `redact_messages`, all else
    as data of `role`.

    `channels`: whether the keys at the top are names of a graph's channels or a chain's variables, and stay; where not
    given, they are for the customer's and the system's role. Raises as `Conversation.redact` does, `BlockedFileError`,
    and `ConfigError` for an object whose type cannot be searched: what could not be checked does not go on.
    """
    way = Inward(bound, follows=follows)
    walk, spot = Walk(way), Spot(role)
    named = role in _NAMED if channels is None else channels
    build = walk.state(value, spot) if named else walk.result(value, spot)
    way.answer()
    if revised is not None:
        revised += way.revised
    return build()


def restore_value(value: Any, bound: Bound, audience: str = "customer") -> Any:
    """A copy of anything that comes out, written for an audience. The value itself, which may be the graph's own state,
    is never changed; objects of unknown types are handed on as they are."""
    way = Outward(bound, audience)
    with bound.chat.at_once():
        build = Walk(way).state(value, Spot())
        way.answer()
    return build()
