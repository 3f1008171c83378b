"""The one place that touches what LangChain and LangGraph keep to themselves, and the check that it is as we know it.

A seal that misses its hook would leak silently. So every protected name is listed with its signature; wrappers call
`check` when they are made, and refuse to be made where a name is gone or has another shape.
"""

import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, ToolException
from langgraph.prebuilt import ToolNode
from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from redactor.exceptions import ConfigError

Writer = Callable[[Any], None]
"""Where a tool writes what is streamed while it runs."""

_TOOLS = "langchain_core.tools.base:"
_NODE = "langgraph.prebuilt.tool_node:"

KNOWN: Mapping[str, str] = {
    "langchain_core.runnables.config:var_child_runnable_config": "ContextVar",
    "langchain_core.utils._signature:_signature_parameters": "(obj)",
    _TOOLS + "BaseTool._to_args_and_kwargs": "(self, tool_input, tool_call_id)",
    _TOOLS + "BaseTool._filter_injected_args": "(self, tool_input)",
    _TOOLS + "BaseTool._run": "(self, *args, **kwargs)",
    _TOOLS + "BaseTool._arun": "(self, *args, **kwargs)",
    _TOOLS + "BaseTool._injected_args_keys": "cached_property",
    _TOOLS + "_format_output": "(content, artifact, tool_call_id, name, status)",
    _TOOLS + "_normalize_message_content": "(obj)",
    _TOOLS + "_handle_tool_error": "(e, *, flag)",
    _TOOLS + "_handle_validation_error": "(e, *, flag)",
    _TOOLS + "_get_runnable_config_param": "(func)",
    _TOOLS + "ValidationErrorV1": "type",
    "langgraph.errors:_mark_invalid_resume": "(error)",
    "langgraph._internal._constants:CONFIG_KEY_RUNTIME": "'__pregel_runtime'",
    "langgraph.runtime:Runtime.override": "(self, **overrides)",
    "langgraph.pregel._tools:_tool_call_writer": "ContextVar",
    _NODE + "_get_all_injected_args": "(tool)",
    _NODE + "ToolNode._func": "(self, input, config, runtime)",
    _NODE + "ToolNode._afunc": "(self, input, config, runtime)",
    "langgraph.pregel._read:PregelNode.copy": "(self, update)",
    "langgraph.pregel.main:Pregel.copy": "(self, update=None)",
}
"""Each protected name this package uses, and its shape: a signature without annotations, a constant's value, or the
kind of object. Read off langchain-core 1.7.2, langgraph 1.2.22 and langgraph-prebuilt 1.1.2."""

_PACKAGES = {"langchain_core": ("langchain-core",), "langgraph": ("langgraph", "langgraph-prebuilt")}


@cache
def check() -> None:
    """Compare every protected name with what we know of it. Raises `ConfigError` naming the first that differs, and
    the versions installed; nothing that needs it can be made then."""
    for name, known in KNOWN.items():
        found = shape(name)
        if found != known:
            raise ConfigError(
                f"{name} of {_installed(name)} is {found}, not {known} as this version of chat-redactor knows it; what "
                "it seals could leak, so nothing was made: install a version of langchain that the project supports, "
                "or a newer chat-redactor"
            )


def shape(name: str) -> str:
    """What a protected name is, in the terms of `KNOWN`; "missing" where it is gone."""
    found = _found(name)
    if found is None:
        return "missing"
    if isinstance(found, str):
        return repr(found)
    return signature(found) if inspect.isfunction(found) else type(found).__name__


def signature(function: Callable[..., Any]) -> str:
    """Names, kinds and defaults of the parameters; annotations say nothing about how it is called."""
    full = inspect.signature(function)
    bare = [each.replace(annotation=inspect.Parameter.empty) for each in full.parameters.values()]
    return str(full.replace(parameters=bare, return_annotation=inspect.Signature.empty))


def _found(name: str) -> Any:
    module, _, path = name.partition(":")
    try:
        found: Any = importlib.import_module(module)
    except ImportError:
        return None
    for step in path.split("."):
        found = inspect.getattr_static(found, step, None)
    return found


def _installed(name: str) -> str:
    """The packages a name comes from, with their versions."""
    packages = _PACKAGES[name.partition(".")[0]]
    return ", ".join(f"{package} {metadata.version(package)}" for package in packages)


@cache
def _the(name: str) -> Any:
    """A protected name that `check` knows."""
    check()
    return _found(name)


# the run that is going on


def parent_config() -> RunnableConfig | None:
    """The config of the run that we are inside of; None outside of any."""
    return cast("RunnableConfig | None", _the("langchain_core.runnables.config:var_child_runnable_config").get())


@contextmanager
def running_with(config: RunnableConfig, emit: Callable[[Writer], Writer]) -> Iterator[None]:
    """Until the block ends, this is the config of the run that is going on, and what a tool emits as it goes passes
    through what `emit` makes of its writer."""
    with _setting(_the("langchain_core.runnables.config:var_child_runnable_config"), config):
        current = _the("langgraph.pregel._tools:_tool_call_writer")
        writer = current.get()
        with _setting(current, None if writer is None else emit(writer)):
            yield


@contextmanager
def _setting(variable: ContextVar[Any], value: Any) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


def with_writer(config: RunnableConfig, change: Callable[[Writer], Writer]) -> RunnableConfig:
    """The config with another stream writer; as it is where there is none, outside of graphs."""
    key = _the("langgraph._internal._constants:CONFIG_KEY_RUNTIME")
    held = config.get("configurable") or {}
    runtime = held.get(key)
    if runtime is None:
        return config
    changed = runtime.override(stream_writer=change(runtime.stream_writer))
    return {**config, "configurable": {**held, key: changed}}


# tools


@dataclass(frozen=True, slots=True)
class Injected:
    """Which of a tool's arguments do not come from the LLM."""

    state: frozenset[str]
    """Those that hold the graph's state, or a part of it."""
    store: frozenset[str]
    all: frozenset[str]


def injected(tool: BaseTool) -> Injected:
    """What a graph puts into a tool's arguments by itself."""
    found = _the(_NODE + "_get_all_injected_args")(tool)
    named = frozenset(name for name in (found.store, found.runtime) if name)
    everything = frozenset(found.all_injected_keys) | frozenset(found.state) | named
    return Injected(frozenset(found.state), frozenset({found.store} - {None}), everything | tool._injected_args_keys)


def arguments(tool: BaseTool, given: str | dict[str, Any], call_id: str | None) -> tuple[Any, dict[str, Any]]:
    """Validated and parsed by the tool's own schema. Raises what that raises."""
    args, kwargs = tool._to_args_and_kwargs(given, call_id)
    return args, kwargs


def run(tool: BaseTool, args: Any, kwargs: dict[str, Any], config: RunnableConfig, run_manager: Any) -> Any:
    """The tool's own work, without the callbacks, formatting and error handling of `BaseTool.run`."""
    return tool._run(*args, **kwargs, **_wanted(tool._run, config, run_manager))


async def arun(tool: BaseTool, args: Any, kwargs: dict[str, Any], config: RunnableConfig, run_manager: Any) -> Any:
    """The same, async; a tool that has only a sync door works in a thread."""
    asked = tool._run if type(tool)._arun is BaseTool._arun else tool._arun
    return await tool._arun(*args, **kwargs, **_wanted(asked, config, run_manager))


def _wanted(function: Callable[..., Any], config: RunnableConfig, run_manager: Any) -> dict[str, Any]:
    """What `BaseTool.run` adds to the arguments of a tool that asks for it."""
    wanted: dict[str, Any] = {}
    if "run_manager" in _the("langchain_core.utils._signature:_signature_parameters")(function):
        wanted["run_manager"] = run_manager
    name = _the(_TOOLS + "_get_runnable_config_param")(function)
    return {**wanted, name: config} if name else wanted


def handled(tool: BaseTool, error: Exception) -> tuple[Any] | None:
    """What the tool's own handler makes of an error; None where it has none for it, and it is to be raised."""
    if isinstance(error, validation_errors()):
        flag: Any = tool.handle_validation_error
        return (_the(_TOOLS + "_handle_validation_error")(error, flag=flag),) if flag else None
    flag = tool.handle_tool_error if isinstance(error, ToolException) else None
    return (_the(_TOOLS + "_handle_tool_error")(error, flag=flag),) if flag else None


@cache
def validation_errors() -> tuple[type[Exception], ...]:
    """Pydantic's, of both its versions."""
    return ValidationError, _the(_TOOLS + "ValidationErrorV1")


def modern(error: Exception) -> ValidationError:
    """A validation error as that of Pydantic 2, which ToolNode tells the LLM about."""
    if isinstance(error, ValidationError):
        return error
    lines = [
        InitErrorDetails(
            type=PydanticCustomError(each["type"], "{message}", {"message": each["msg"]}), loc=each["loc"], input=None
        )
        for each in cast("Any", error).errors()
    ]
    return ValidationError.from_exception_data("arguments", lines, hide_input=True)


def is_content(value: Any) -> bool:
    """Whether a message can hold it as it is: a text, or blocks."""
    return _the(_TOOLS + "_normalize_message_content")(value) is not None


def formatted(content: Any, artifact: Any, call_id: str | None, name: str, status: str) -> Any:
    """A tool's output as LangChain hands it on: a message where the tool was called by an LLM."""
    return _the(_TOOLS + "_format_output")(content, artifact, call_id, name, status)


def mark_invalid_resume(error: BaseException) -> None:
    """Mark an error as a person's answer that does not fit: the interrupt can be answered again."""
    _the("langgraph.errors:_mark_invalid_resume")(error)


def with_tools(node: ToolNode, change: Callable[[BaseTool], BaseTool]) -> ToolNode:
    """A copy of a node that runs changed tools. Raises `ConfigError` where the node does not run them the known way."""
    functions = (getattr(node.func, "__func__", None), getattr(node.afunc, "__func__", None))
    if functions != (_the(_NODE + "ToolNode._func"), _the(_NODE + "ToolNode._afunc")):
        raise ConfigError(
            f"a {type(node).__name__} that runs its tools in a way of its own cannot be sealed from outside; "
            "build it with seal_tools(tools, tool_policy)"
        )
    changed = node.__class__.__new__(node.__class__)
    changed.__dict__.update(node.__dict__)
    tools = {name: change(tool) for name, tool in node.tools_by_name.items()}
    changed._tools_by_name = tools
    changed._injected_args = {name: _the(_NODE + "_get_all_injected_args")(tool) for name, tool in tools.items()}
    changed.func, changed.afunc = changed._func, changed._afunc
    return changed
