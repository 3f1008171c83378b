"""The one place that touches what LangChain and LangGraph keep to themselves, and the check that it is as we know it.

A seal that misses its hook would leak silently. So every protected name is listed with its signature; wrappers call
`check` when they are made, and refuse to be made where a name is gone or has another shape.
"""

import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any, cast
from uuid import uuid4

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    BaseCallbackHandler,
    CallbackManagerForRetrieverRun,
    StdOutCallbackHandler,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, ToolException
from langchain_core.tracers.stdout import ConsoleCallbackHandler
from langgraph.prebuilt import ToolNode
from langgraph.pregel.protocol import StreamProtocol
from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from redactor.exceptions import ConfigError

Writer = Callable[[Any], None]
"""Where a tool writes what is streamed while it runs."""

_TOOLS = "langchain_core.tools.base:"
_TRACERS = "langchain_core.tracers.context:"
_RETRIEVERS = "langchain_core.retrievers:"
_NODE = "langgraph.prebuilt.tool_node:"
_CONSTANTS = "langgraph._internal._constants:"

KNOWN: Mapping[str, tuple[str, ...]] = {
    "langchain_core.runnables.config:var_child_runnable_config": ("ContextVar",),
    _TRACERS + "tracing_v2_callback_var": ("ContextVar",),
    _TRACERS + "_configure_hooks": ("list",),
    "langchain_core.utils._signature:_signature_parameters": ("(obj)",),
    _TOOLS + "BaseTool._to_args_and_kwargs": ("(self, tool_input, tool_call_id)",),
    _TOOLS + "BaseTool._filter_injected_args": ("(self, tool_input)",),
    _TOOLS + "BaseTool._run": ("(self, *args, **kwargs)",),
    _TOOLS + "BaseTool._arun": ("(self, *args, **kwargs)",),
    _TOOLS + "BaseTool._injected_args_keys": ("cached_property",),
    _TOOLS + "_format_output": ("(content, artifact, tool_call_id, name, status)",),
    _TOOLS + "_normalize_message_content": ("(obj)",),
    _TOOLS + "_handle_tool_error": ("(e, *, flag)",),
    _TOOLS + "_handle_validation_error": ("(e, *, flag)",),
    _TOOLS + "_get_runnable_config_param": ("(func)",),
    _TOOLS + "ValidationErrorV1": ("type",),
    _RETRIEVERS + "BaseRetriever._get_relevant_documents": ("(self, query, *, run_manager)",),
    _RETRIEVERS + "BaseRetriever._aget_relevant_documents": ("(self, query, *, run_manager)",),
    _RETRIEVERS + "BaseRetriever._expects_other_args": ("ModelPrivateAttr",),
    _RETRIEVERS + "BaseRetriever._new_arg_supported": ("ModelPrivateAttr",),
    "langgraph.errors:_mark_invalid_resume": ("(error)",),
    _CONSTANTS + "CONFIG_KEY_RUNTIME": ("'__pregel_runtime'",),
    _CONSTANTS + "CONFIG_KEY_CHECKPOINTER": ("'__pregel_checkpointer'",),
    _CONSTANTS + "CONFIG_KEY_CACHE": ("'__pregel_cache'",),
    _CONSTANTS + "CONFIG_KEY_STREAM": ("'__pregel_stream'",),
    "langgraph.pregel.protocol:StreamProtocol.__init__": ("(self, __call__, modes)",),
    "langgraph.runtime:Runtime.override": ("(self, **overrides)",),
    "langgraph.pregel._tools:_tool_call_writer": ("ContextVar",),
    _NODE + "_get_all_injected_args": ("(tool)",),
    _NODE + "ToolNode._func": ("(self, input, config, runtime)",),
    _NODE + "ToolNode._afunc": ("(self, input, config, runtime)",),
    "langgraph.pregel._read:PregelNode.copy": ("(self, update)",),
    "langgraph.pregel.main:Pregel.copy": ("(self, update=None)",),
}
"""Each protected name this package uses, and the shapes it may have: a signature without annotations, a constant's
value, or the kind of object. Read off langchain-core 1.7.2, langgraph 1.2.22 and langgraph-prebuilt 1.1.2; the shape
that a later version gives a name goes beside the one known, once what uses it works with both."""

_PACKAGES = {"langchain_core": ("langchain-core",), "langgraph": ("langgraph", "langgraph-prebuilt")}


@cache
def check() -> None:
    """Compare every protected name with what we know of it. Raises `ConfigError` naming the first that differs, and
    the versions installed; nothing that needs it can be made then."""
    for name, known in KNOWN.items():
        found = shape(name)
        if found not in known:
            raise ConfigError(
                f"{name} of {_installed(name)} is {found}, not {' or '.join(known)} as this version of chat-redactor "
                "knows it; what it seals could leak, so nothing was made: install a version of langchain that the "
                "project supports, or a newer chat-redactor"
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
        private = getattr(found, "__private_attributes__", {})  # where pydantic keeps what its models declare
        found = inspect.getattr_static(found, step, private.get(step))
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


def checkpointer(config: Mapping[str, Any]) -> Any:
    """Where the graph whose run this is keeps its threads; None where it keeps none."""
    return (config.get("configurable") or {}).get(_the(_CONSTANTS + "CONFIG_KEY_CHECKPOINTER"))


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
    key = _the(_CONSTANTS + "CONFIG_KEY_RUNTIME")
    held = config.get("configurable") or {}
    runtime = held.get(key)
    if runtime is None:
        return config
    changed = runtime.override(stream_writer=change(runtime.stream_writer))
    return {**config, "configurable": {**held, key: changed}}


@contextmanager
def untraced() -> Iterator[None]:
    """Until the block ends, LangChain and LangSmith add no tracer or handler by themselves to a run that begins here,
    neither from the environment nor from the variables of `collect_runs` and the like."""
    from langsmith.run_helpers import tracing_context  # takes long to load, and LangChain puts it off too

    hooks = [variable for variable, *_ in _the(_TRACERS + "_configure_hooks")]
    with ExitStack() as block:
        for variable in (_the(_TRACERS + "tracing_v2_callback_var"), *hooks):
            block.enter_context(_setting(variable, None))
        block.enter_context(tracing_context(enabled=False))
        yield


def added_handlers() -> list[type[BaseCallbackHandler]]:
    """The kinds of handlers that LangChain adds to a run by itself where it finds none of them
    (`langchain_core.callbacks.manager._configure`)."""
    from langchain_core.tracers.langchain import LangChainTracer  # as above

    hooked = [kind for _, _, kind, variable in _the(_TRACERS + "_configure_hooks") if kind and variable]
    return [ConsoleCallbackHandler, StdOutCallbackHandler, LangChainTracer, *hooked]


def apart(config: RunnableConfig) -> RunnableConfig:
    """The config without what a graph lends to graphs that run inside of it: its checkpointer and its cache, which
    would keep their state, and its stream, which would show it."""
    held = {**(config.get("configurable") or {})}
    for name in ("CONFIG_KEY_CHECKPOINTER", "CONFIG_KEY_CACHE"):
        held.pop(_the(_CONSTANTS + name), None)
    key = _the(_CONSTANTS + "CONFIG_KEY_STREAM")
    if (stream := held.get(key)) is not None:  # with no mode left; graphs inside look here for the tool's writer
        held[key] = StreamProtocol(stream, set())
    return {**config, "configurable": held}


# retrievers


def documents(
    retriever: BaseRetriever, query: str, kwargs: Mapping[str, Any], handlers: list[BaseCallbackHandler]
) -> list[Document]:
    """What it finds, without the run that `invoke` would open. `handlers` are told of runs inside of it."""
    beside = dict(kwargs) if retriever._expects_other_args else {}
    if retriever._new_arg_supported:
        beside["run_manager"] = CallbackManagerForRetrieverRun(
            run_id=uuid4(), handlers=handlers, inheritable_handlers=handlers
        )
    return retriever._get_relevant_documents(query, **beside)


async def adocuments(
    retriever: BaseRetriever, query: str, kwargs: Mapping[str, Any], handlers: list[BaseCallbackHandler]
) -> list[Document]:
    """The same, async."""
    beside = dict(kwargs) if retriever._expects_other_args else {}
    if retriever._new_arg_supported:
        beside["run_manager"] = AsyncCallbackManagerForRetrieverRun(
            run_id=uuid4(), handlers=handlers, inheritable_handlers=handlers
        )
    return await retriever._aget_relevant_documents(query, **beside)


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
