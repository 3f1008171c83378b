"""The caches of a graph's nodes, one for each conversation.

LangGraph finds what a node gave before by what the node was given. Inside that are placeholders, and `[ACCOUNT_ID_1]`
is another customer's account in the next conversation: one customer would be told what was found out for another.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from langgraph.cache.base import BaseCache, FullKey, Namespace
from langgraph.pregel import Pregel


class OwnCache(BaseCache[Any]):
    """A cache as one conversation sees it. Namespaces stay, so that `clear_cache` finds them."""

    def __init__(self, inner: BaseCache[Any], conversation: str) -> None:
        """`conversation`: its public id."""
        super().__init__(serde=inner.serde)
        self._inner, self._conversation = inner, conversation

    def get(self, keys: Sequence[FullKey]) -> dict[FullKey, Any]:
        """What was kept for this conversation."""
        own = {self._own(key): key for key in keys}
        return {own[key]: value for key, value in self._inner.get(list(own)).items()}

    async def aget(self, keys: Sequence[FullKey]) -> dict[FullKey, Any]:
        """The same, async."""
        own = {self._own(key): key for key in keys}
        return {own[key]: value for key, value in (await self._inner.aget(list(own))).items()}

    def set(self, pairs: Mapping[FullKey, tuple[Any, int | None]]) -> None:
        """Keep it for this conversation."""
        self._inner.set({self._own(key): pair for key, pair in pairs.items()})

    async def aset(self, pairs: Mapping[FullKey, tuple[Any, int | None]]) -> None:
        """The same, async."""
        await self._inner.aset({self._own(key): pair for key, pair in pairs.items()})

    def clear(self, namespaces: Sequence[Namespace] | None = None) -> None:
        """For all conversations."""
        self._inner.clear(namespaces)

    async def aclear(self, namespaces: Sequence[Namespace] | None = None) -> None:
        """The same, async."""
        await self._inner.aclear(namespaces)

    def _own(self, key: FullKey) -> FullKey:
        namespace, name = key
        return namespace, f"{name}:{self._conversation}"


def has_cache(graph: Any) -> bool:
    """Whether the graph, or one that is a node of it, keeps what nodes gave."""
    return isinstance(graph, Pregel) and (
        graph.cache is not None or any(has_cache(node.bound) for node in graph.nodes.values())
    )


def with_own_caches(graph: Any, conversation: str) -> Any:
    """A copy of the graph for one conversation."""
    if not has_cache(graph):
        return graph
    changed: dict[str, Any] = {"nodes": {name: _with_own(node, conversation) for name, node in graph.nodes.items()}}
    if graph.cache is not None:
        changed["cache"] = OwnCache(graph.cache, conversation)
    return graph.copy(changed)


def _with_own(node: Any, conversation: str) -> Any:
    if not has_cache(node.bound):
        return node
    bound = with_own_caches(node.bound, conversation)
    return node.copy({"bound": bound, "subgraphs": [bound]})
