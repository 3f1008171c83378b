"""A compiled graph whose ToolNodes hold sealed tools: a copy, the caller's own graph stays as it is."""

import copy
from collections.abc import Callable
from typing import Any

from langchain_core.runnables import Runnable, RunnableSequence
from langchain_core.runnables.base import RunnableBindingBase
from langchain_core.tools import BaseTool
from langgraph.prebuilt import ToolNode
from langgraph.pregel import Pregel

from langchain_redactor import protected
from langchain_redactor.tools import Rules, check_names
from redactor.exceptions import ConfigError

Seal = Callable[[BaseTool], BaseTool]


def sealed_graph(graph: Any, rules: Rules) -> Any:
    """The graph with the tools of its ToolNodes sealed, also in graphs that are nodes of it.

    Tools that a node's own code calls, and graphs it calls, cannot be seen from here: build those with `seal_tools`.
    Raises `ConfigError` where the graph cannot be copied, or a rule names a tool that none of these nodes holds.
    """
    protected.check()
    names: set[str] = set()

    def seal(tool: BaseTool) -> BaseTool:
        names.add(tool.name)
        return rules.seal(tool)

    changed = _changed(graph, seal)
    if changed is None:
        raise ConfigError(
            f"a {type(graph).__name__} cannot be opened to seal its tools; give a compiled LangGraph graph, or build "
            "the agent with create_redacted_agent, or its tools with seal_tools"
        )
    check_names(rules, names)
    return changed


def _changed(runnable: Any, seal: Seal) -> Any:
    """A copy of what holds tools, with sealed ones; None where there is nothing to open."""
    if isinstance(runnable, ToolNode):
        return protected.with_tools(runnable, seal)
    if isinstance(runnable, Pregel):
        return _graph(runnable, seal)
    if isinstance(runnable, RunnableBindingBase):
        inner = _changed(runnable.bound, seal)
        return None if inner is None else runnable.model_copy(update={"bound": inner})
    return _sequence(runnable, seal)


def _graph(graph: Pregel[Any, Any, Any, Any], seal: Seal) -> Any:
    nodes = {name: _node(node, seal) for name, node in graph.nodes.items()}
    return graph.copy({"nodes": nodes})


def _node(node: Any, seal: Seal) -> Any:
    bound = _changed(node.bound, seal)
    if bound is None:
        return node
    return node.copy({"bound": bound, "subgraphs": [bound] if isinstance(bound, Pregel) else node.subgraphs})


def _sequence(runnable: Any, seal: Seal) -> Any:
    """A chain of steps, LangChain's or LangGraph's."""
    steps = getattr(runnable, "steps", None)
    if not isinstance(steps, list) or not isinstance(runnable, Runnable):
        return None
    changed = [_changed(step, seal) for step in steps]
    if not any(step is not None for step in changed):
        return None
    whole = [old if new is None else new for old, new in zip(steps, changed, strict=True)]
    if isinstance(runnable, RunnableSequence):
        return RunnableSequence(*whole, name=runnable.name)
    other = copy.copy(runnable)
    other.steps = whole  # type: ignore[attr-defined]  # LangGraph's RunnableSeq
    return other
