"""Other people's middleware inside a redacted agent: what its hooks add is redacted before anybody keeps or traces it.

A hook reads what the graph holds, which is redacted; what it fetches (a profile, documents, a prompt made for this
customer) is not. LangChain finds hooks by looking at a middleware's class, injects arguments by their names and reads
marks off the functions; so a sealed middleware is the same object under a subclass made for it, which shares its
attributes, and every hook keeps its signature and marks.

Beyond reach: a model or a tool that a middleware calls by itself with what it fetched by itself.
"""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import cache, wraps
from types import new_class
from typing import Any, TypeAlias, get_args, get_type_hints

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from langgraph.channels import UntrackedValue
from langgraph.prebuilt.tool_node import ToolCallRequest

from langchain_redactor.bound import Bound, bound
from langchain_redactor.inside import aguarded, guarded, in_pool, redact_request, redact_result
from langchain_redactor.middleware import RedactionMiddleware, SealModelCalls
from langchain_redactor.tools import Rules, ToolPolicy, rules_of, seal_tools, sealed
from langchain_redactor.within import ids_of, messages_of, redact_inside, redact_update
from redactor.exceptions import ConfigError

Middleware: TypeAlias = AgentMiddleware[Any, Any, Any]
Hook: TypeAlias = Callable[..., Any]
Seal: TypeAlias = Callable[[str], Hook]
"""A hook's name → the hook in its place, which calls it."""

_NODES = ("before_agent", "before_model", "after_model", "after_agent")
_SEALED = "_redactor_sealed"


def seal_middleware(middleware: Middleware, tool_policy: ToolPolicy | None = None) -> Middleware:
    """The middleware with its hooks and tools sealed: the same attributes, a subclass of its class.
    `tool_policy`: see `seal_tools`; rules for other tools than its own are passed over.

    Raises `ConfigError` for what cannot be sealed.
    """
    kind = type(middleware)
    if isinstance(middleware, SealModelCalls) or getattr(kind, _SEALED, False):
        return middleware
    _refuse_what_cannot_be(middleware)
    made: Middleware = object.__new__(_sealed_class(kind, rules_of(tool_policy)))
    made.__dict__ = middleware.__dict__  # the very same: who holds the original goes on reading and setting it
    for name in _slots(kind):
        if hasattr(middleware, name):
            object.__setattr__(made, name, getattr(middleware, name))
    return made


def _refuse_what_cannot_be(middleware: Middleware) -> None:
    name = type(middleware).__name__
    if isinstance(middleware, RedactionMiddleware):
        raise ConfigError(
            "RedactionMiddleware does not go into a redacted agent, which does all that it does; leave it out"
        )
    hooks = {hook for node in (*_NODES, *_WRAPS) for hook in (node, f"a{node}")}
    if found := sorted(hooks & set(getattr(middleware, "__dict__", {}))):
        raise ConfigError(
            f"{name}: its {found[0]} is set on the object, where it cannot be sealed; define it in a class"
        )


def _slots(kind: type) -> list[str]:
    named = [base.__dict__.get("__slots__", ()) for base in kind.__mro__]
    flat = [name for slots in named for name in ((slots,) if isinstance(slots, str) else slots)]
    return [name for name in flat if name not in ("__dict__", "__weakref__")]


def _sealed_class(kind: type[Middleware], rules: Rules) -> type[Middleware]:
    def fill(body: dict[str, Any]) -> None:
        body |= {"__module__": kind.__module__, "__qualname__": kind.__qualname__, "__doc__": kind.__doc__}
        body |= {_SEALED: True, "__slots__": (), "tools": _sealed_tools(rules)}
        for name in _NODES:
            body |= _overridden(kind, name, _node) | _overridden(kind, f"a{name}", _anode)
        for name, (seal, aseal) in _WRAPS.items():
            body |= _overridden(kind, name, seal) | _overridden(kind, f"a{name}", aseal)

    return new_class(kind.__name__, (kind,), {}, fill)


def _overridden(kind: type[Middleware], name: str, seal: Seal) -> dict[str, Hook]:
    """The sealed hook, where the class has one of its own."""
    hook = getattr(kind, name)
    return {} if hook is getattr(AgentMiddleware, name) else {name: wraps(hook)(seal(name))}


def _hook_of(middleware: Any, name: str) -> Hook:
    """The hook as the middleware's own class has it."""
    hook: Hook = getattr(super(type(middleware), middleware), name)
    return hook


def _sealed_tools(rules: Rules) -> property:
    def read(middleware: Any) -> list[Any]:
        held = middleware.__dict__.get("tools", getattr(super(type(middleware), middleware), "tools", ()))
        return seal_tools(held, rules)

    def write(middleware: Any, tools: Sequence[BaseTool]) -> None:
        middleware.__dict__["tools"] = tools

    return property(read, write)


# hooks that are nodes of the graph


def _node(name: str) -> Hook:
    def hook(self: Middleware, state: Any, *args: Any, **kwargs: Any) -> Any:
        held = bound()
        return guarded(held, lambda: _update(self, state, _hook_of(self, name)(state, *args, **kwargs), held))

    return hook


def _anode(name: str) -> Hook:
    async def hook(self: Middleware, state: Any, *args: Any, **kwargs: Any) -> Any:
        held = bound()

        async def call() -> Any:
            return await in_pool(held, _update, self, state, await _hook_of(self, name)(state, *args, **kwargs), held)

        return await aguarded(held, call)

    return hook


def _update(middleware: Middleware, state: Any, update: Any, held: Bound) -> Any:
    if update is None:
        return None
    schema: Any = middleware.state_schema
    return redact_update(update, held, ids_of(messages_of(state)), lambda: _live(schema))


@cache
def _live(schema: Hashable) -> frozenset[str]:
    """Names of the state's channels that no checkpoint keeps; they may hold open files and processes."""
    hints = get_type_hints(schema, include_extras=True)
    return frozenset(name for name, hint in hints.items() if _is_untracked(hint))


def _is_untracked(hint: Any) -> bool:
    return hint is UntrackedValue or isinstance(hint, UntrackedValue) or any(map(_is_untracked, get_args(hint)))


# hooks around a model call


class _ModelCall:
    """One model call on its way through a hook: whatever the hook did not change is redacted already."""

    def __init__(self, request: ModelRequest[Any], held: Bound) -> None:
        self._held, self._prompt = held, request.system_message
        self._clean = frozenset(map(id, request.messages))
        self._messages = list(request.messages)  # an id must not be used again while it is remembered
        self._ids = ids_of(request.messages)
        self._given: list[tuple[Any, Any]] = []

    def inward(self, request: ModelRequest[Any]) -> ModelRequest[Any]:
        """What the hook hands on: the next one's trace would show it."""
        return redact_request(request, self._held, self._clean, self._prompt)

    def given(self, response: ModelResponse[Any]) -> ModelResponse[Any]:
        """What the model gave, noted as it is now: a hook may change it in place."""
        self._given += [(each, each.model_copy(deep=True)) for each in response.result]
        self._given.append((response.structured_response, response.structured_response))
        return response

    def outward(self, result: Any) -> Any:
        """What the hook gives back."""
        return redact_result(result, self._held, self._ids, self._is_clean)

    def _is_clean(self, value: Any) -> bool:
        return any(value is given and value == before for given, before in self._given)


# hooks around a tool call


class _ToolCall:
    """One tool call on its way through a hook, likewise."""

    def __init__(self, request: ToolCallRequest, held: Bound) -> None:
        self._held, self._tool, self._arguments = held, request.tool, repr(request.tool_call["args"])
        self._ids = ids_of(messages_of(request.state)) | {str(request.tool_call["id"])}
        self._given: list[tuple[Any, Any]] = []

    def inward(self, request: ToolCallRequest) -> ToolCallRequest:
        """What the hook hands on: arguments that it changed are redacted, a tool that it brought is sealed."""
        tool, call = request.tool, request.tool_call
        if tool is not None and tool is not self._tool:
            request = request.override(tool=sealed(tool))
        if repr(call["args"]) != self._arguments:
            redacted = self._held.chat.redact_value(call["args"], "assistant")
            request = request.override(tool_call={**call, "args": redacted})
        return request

    def given(self, result: Any) -> Any:
        """What the tool gave, noted as it is now."""
        if isinstance(result, ToolMessage):
            self._given.append((result, result.model_copy()))
        return result

    def outward(self, result: Any) -> Any:
        """What the hook gives back."""
        if isinstance(result, list):
            return [self.outward(each) for each in result]
        clean = any(result is given and result == before for given, before in self._given)
        return result if clean else redact_inside(result, self._held, self._ids)


def _around(kind: type[_ModelCall] | type[_ToolCall]) -> tuple[Seal, Seal]:
    """What seals a hook around such a call, sync and async."""

    def seal(name: str) -> Hook:
        def hook(self: Middleware, request: Any, handler: Callable[[Any], Any]) -> Any:
            held = bound()
            on_its_way = kind(request, held)

            def hand_on(changed: Any) -> Any:
                return on_its_way.given(handler(on_its_way.inward(changed)))

            return guarded(held, lambda: on_its_way.outward(_hook_of(self, name)(request, hand_on)))

        return hook

    def aseal(name: str) -> Hook:
        async def hook(self: Middleware, request: Any, handler: Callable[[Any], Awaitable[Any]]) -> Any:
            held = bound()
            on_its_way = kind(request, held)

            async def hand_on(changed: Any) -> Any:
                return on_its_way.given(await handler(await in_pool(held, on_its_way.inward, changed)))

            async def call() -> Any:
                return await in_pool(held, on_its_way.outward, await _hook_of(self, name)(request, hand_on))

            return await aguarded(held, call)

        return hook

    return seal, aseal


_WRAPS = {"wrap_model_call": _around(_ModelCall), "wrap_tool_call": _around(_ToolCall)}
