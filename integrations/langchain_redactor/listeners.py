"""Who hears of what runs inside a sealed tool.

What a tool runs (a chain, a model, a retriever) is a child of the traced run, and LangChain tells every handler of it:
with the real values the tool was handed. So inside a tool that has real values handlers are told its custom events,
redacted, and nothing else. A tool that was handed none keeps its handlers; its custom events are redacted as well,
since what it fetches by itself is raw.
"""

import copy
from collections.abc import Callable
from functools import cache
from types import new_class
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler, BaseCallbackManager
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import get_async_callback_manager_for_config, get_callback_manager_for_config

from langchain_redactor import protected
from langchain_redactor.bound import Bound
from langchain_redactor.interrupts import shown

Handlers = list[BaseCallbackHandler]

_ALWAYS: Any = property(lambda _: True)
_NEVER: Any = property(lambda _: False)


class Deaf(BaseCallbackHandler):
    """A handler that is told nothing."""

    run_inline = True
    ignore_llm = ignore_chat_model = ignore_retry = ignore_chain = ignore_agent = ignore_retriever = _ALWAYS
    ignore_custom_event = _ALWAYS

    def on_text(self, text: str, **_: Any) -> None:
        """The one event that nothing else says to ignore."""


def deaf() -> Handlers:
    """Handlers for a run that nobody is to hear of. LangChain adds some by itself (tracers named by the environment,
    the printers of `set_debug` and `verbose`) where none of the kind is there; these are of those kinds."""
    kinds: list[Any] = protected.added_handlers()
    return [_deaf(kind) for kind in kinds]


@cache
def _deaf(kind: Any) -> BaseCallbackHandler:
    """Deaf, and one of its kind to who asks. What LangChain reads of a tracer is empty; it is not made as a tracer is,
    which would open a connection."""
    nothing: Any = property(lambda _: {})
    more = {
        "order_map": nothing,
        "run_map": nothing,
        "_external_run_ids": nothing,
        "copy_with_metadata_defaults": lambda self, **_: self,
    }
    made: Any = new_class(f"Deaf{kind.__name__}", (Deaf, kind), exec_body=lambda names: names.update(more))
    handler: BaseCallbackHandler = made.__new__(made)
    return handler


class _Passing(Deaf):
    """Deaf but for custom events, which it passes on redacted, to those who would have heard them."""

    ignore_custom_event = _NEVER
    raise_error = True
    """What cannot be redacted fails in the tool."""

    def __init__(self, config: RunnableConfig, bound: Bound) -> None:
        self._config, self._bound = config, bound

    def on_custom_event(self, name: str, data: Any, *, run_id: UUID, **_: Any) -> None:
        """Tags and metadata are those the tool was called with; so is the run, as nobody knows of others inside."""
        name, data = shown([name, data], self._bound)
        manager = get_callback_manager_for_config(self._config)
        manager.on_custom_event(name, data, run_id=manager.parent_run_id or run_id)


class _AsyncPassing(_Passing):
    """The same for an async tool; detection works in the Redactor's pool."""

    async def on_custom_event(self, name: str, data: Any, *, run_id: UUID, **_: Any) -> None:  # type: ignore[override]
        """See above."""
        name, data = await self._bound.chat.in_pool(shown, [name, data], self._bound)
        manager = get_async_callback_manager_for_config(self._config)
        await manager.on_custom_event(name, data, run_id=manager.parent_run_id or run_id)


class _Spared:
    """Stands for a handler that is told of custom events in another way; whatever else is asked, that one answers."""

    __slots__ = ("_handler",)
    ignore_custom_event = True

    def __init__(self, handler: BaseCallbackHandler) -> None:
        object.__setattr__(self, "_handler", handler)

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # who looks for a kind of handler finds it
        return type(self._handler)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._handler, name, value)

    def __eq__(self, other: object) -> bool:
        return self._handler is (other._handler if type(other) is _Spared else other)

    def __hash__(self) -> int:
        return hash(self._handler)


def _spared(handler: BaseCallbackHandler) -> Any:
    """Most handlers do not listen to custom events; they stay themselves."""
    kind: type[Any] = type(handler)
    is_spared = kind is _Spared or kind.on_custom_event is BaseCallbackHandler.on_custom_event
    return handler if is_spared else _Spared(handler)


class Listeners:
    """Who is told of what one call of a tool does. `around`: the config of the tool's own run; `apart`: whether its
    handlers are told custom events only."""

    def __init__(self, around: RunnableConfig, bound: Bound, *, apart: bool, is_async: bool) -> None:
        self._around, self._bound, self._apart = around, bound, apart
        self._kind = _AsyncPassing if is_async else _Passing

    def config(self, config: RunnableConfig) -> RunnableConfig:
        """The config with callbacks that hear what they may."""
        given = config if config.get("callbacks") is not None else self._around
        callbacks = _changed(given.get("callbacks"), self._handlers(given))
        changed: RunnableConfig = {**config, "callbacks": callbacks}
        return protected.apart(changed) if self._apart else changed

    def run_manager(self, run_manager: Any) -> Any:
        """What a tool that asks for it is given: its children are heard the same way."""
        return None if run_manager is None else _changed(run_manager, self._handlers(self._around))

    def _handlers(self, given: RunnableConfig) -> Callable[[Handlers], Handlers]:
        passing = self._kind(given, self._bound)
        if self._apart:
            return lambda _: [passing, *deaf()]
        return lambda handlers: [*map(_spared, handlers), passing]


def _changed(callbacks: Any, change: Callable[[Handlers], Handlers]) -> Any:
    """Handlers, or a copy of a manager or run manager, with other handlers."""
    if callbacks is None or isinstance(callbacks, list):
        return change(callbacks or [])
    changed = callbacks.copy() if isinstance(callbacks, BaseCallbackManager) else copy.copy(callbacks)
    changed.handlers = change(changed.handlers)
    changed.inheritable_handlers = change(changed.inheritable_handlers)
    return changed
