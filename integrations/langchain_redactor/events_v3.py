"""`stream_events(version="v3")` and `astream_events(version="v3")` of a graph, restored (experimental in LangGraph).

A v3 run is built over `graph.stream(..., version="v2")`. That stream is restored before the run reads it, so that all
that is made of it holds real values: `run.messages` with its deltas, `run.values`, `run.output`, `run.interrupts`,
`run.subgraphs`, the raw events, and what transformers of the caller's make of them. The graph's own objects are never
touched: its checkpoints keep their placeholders.

Errors keep their placeholders (`run.lifecycle`, a message's or a tool's error event), and so do bytes of media.
Should a later LangGraph read another stream, a run shows placeholders, never a value more.
"""

import asyncio
import copy
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, closing
from typing import Any, TypeVar, cast

from langgraph.pregel import Pregel
from langgraph.stream.run_stream import AsyncGraphRunStream, GraphRunStream

from langchain_redactor.about import About
from langchain_redactor.bound import Bound
from langchain_redactor.errors import mask
from langchain_redactor.message_events import MessageEvents
from langchain_redactor.parts import Namespace, PartRestorer, is_reply
from langchain_redactor.replies import Replies
from langchain_redactor.streaming import ChunkRestorer
from langchain_redactor.values import restore_value

G = TypeVar("G", bound=Pregel[Any, Any, Any, Any])


def restore_run(
    graph: Pregel[Any, Any, Any, Any],
    given: Any,
    config: Any,
    bound: Bound,
    *,
    replies: Replies | None = None,
    thread_id: str | None = None,
    audience: str = "customer",
    restore: Callable[[Any], Any] | None = None,
    **settings: Any,
) -> GraphRunStream:
    """`graph.stream_events(given, config, version="v3", **settings)`, restored. `given` and `config` are redacted
    already; `thread_id` is the caller's own. What was streamed is recorded when the run ends or is aborted."""
    view = _seen_through(graph, lambda: RunRestorer(bound, replies, thread_id, audience, restore), bound)
    return view.stream_events(given, config, version="v3", **settings)


async def arestore_run(
    graph: Pregel[Any, Any, Any, Any],
    given: Any,
    config: Any,
    bound: Bound,
    *,
    replies: Replies | None = None,
    thread_id: str | None = None,
    audience: str = "customer",
    restore: Callable[[Any], Any] | None = None,
    **settings: Any,
) -> AsyncGraphRunStream:
    """The same for `await graph.astream_events(..., version="v3")`."""
    view = _seen_through(graph, lambda: RunRestorer(bound, replies, thread_id, audience, restore), bound)
    return await view.astream_events(given, config, version="v3", **settings)


class RunRestorer:
    """The parts a v3 run is made of, restored: those of `PartRestorer`, and messages and tools as protocol events."""

    def __init__(
        self,
        bound: Bound,
        replies: Replies | None = None,
        thread_id: str | None = None,
        audience: str = "customer",
        restore: Callable[[Any], Any] | None = None,
    ) -> None:
        self._bound, self._audience, self._replies = bound, audience, replies
        self._about = About(bound, thread_id, audience)
        self._parts = PartRestorer(
            bound, version="v2", replies=replies, thread_id=thread_id, audience=audience, restore=restore
        )
        self._messages: dict[tuple[Namespace, str], tuple[MessageEvents, dict[str, Any]]] = {}
        self._tools: dict[tuple[Namespace, str], ChunkRestorer] = {}
        self._filed: list[MessageEvents] = []

    def feed(self, part: dict[str, Any]) -> list[dict[str, Any]]:
        """The parts that can be passed on after this one."""
        if part["type"] == "messages" and isinstance(part["data"][0], dict):
            return self._message(part)
        if part["type"] == "tools" and isinstance(part["data"], dict):
            return self._tool(part)
        return self._parts.feed(part)

    def finish(self) -> list[dict[str, Any]]:
        """What was held back, now that nothing follows."""
        held = [_saying(part, event) for message, part in self._messages.values() for event in message.finish()]
        self._messages.clear()
        return held + self._parts.finish()

    def close(self) -> None:
        """File what was received, also where the run was cut off. Doing it twice is harmless."""
        filed, self._filed = self._filed, []
        for message in filed:
            if message.record() and message.id and self._replies is not None:
                self._replies.streamed(self._bound, message.id)
        self._parts.close()
        if self._replies is not None:
            self._replies.record(self._bound, self._parts.said)

    def _message(self, part: dict[str, Any]) -> list[dict[str, Any]]:
        event, metadata = part["data"]
        key = tuple(part["ns"]), str(metadata.get("run_id", ""))
        if event.get("event") == "message-start" or key not in self._messages:
            message = MessageEvents(self._bound, self._audience, reply=is_reply(key[0], metadata))
            self._filed.append(message)
        else:
            message = self._messages[key][0]
        told = {**part, "data": (event, self._about.metadata(metadata))}
        self._messages[key] = message, told
        if event.get("event") == "message-finish":
            del self._messages[key]
        return [_saying(told, each) for each in message.feed(event)]

    def _tool(self, part: dict[str, Any]) -> list[dict[str, Any]]:
        """A tool's start, output and end. Text that it writes while it runs may be an LLM's."""
        told = part["data"]
        key = tuple(part["ns"]), str(told.get("tool_call_id", ""))
        if told.get("event") == "tool-output-delta":
            stream = self._tools.setdefault(key, ChunkRestorer(self._bound, self._audience, record=False))
            return [{**part, "data": {**told, "delta": each}} for each in stream.feed(told.get("delta"))]
        held = self._tools.pop(key).finish() if key in self._tools else []
        tails = [
            {**part, "data": {"event": "tool-output-delta", "tool_call_id": key[1], "delta": each}} for each in held
        ]
        if told.get("event") == "tool-error":
            return [*tails, part]
        return [*tails, {**part, "data": restore_value(told, self._bound, self._audience)}]


def _saying(part: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    return {**part, "data": (event, dict(part["data"][1]))}


def _seen_through(graph: G, restorer: Callable[[], RunRestorer], bound: Bound) -> G:
    """A copy of the graph whose streams come restored; runs, state and checkpoints are the graph's own."""

    def stream(*args: Any, **kwargs: Any) -> Iterator[Any]:
        return _restored(graph.stream(*args, **kwargs), restorer(), bound)

    def astream(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        return _arestored(graph.astream(*args, **kwargs), restorer(), bound)

    view = copy.copy(graph)
    view.__dict__.update(stream=stream, astream=astream)
    return view


def _restored(parts: Iterator[Any], restorer: RunRestorer, bound: Bound) -> Iterator[Any]:
    failed: BaseException | None = None
    try:
        with closing(cast("Any", parts)):
            for part in parts:
                yield from restorer.feed(part)
        yield from restorer.finish()
    except Exception as error:  # noqa: BLE001  raised again below, masked
        failed = mask(error, bound.chat)
    finally:
        restorer.close()
    if failed is not None:
        raise failed


async def _arestored(parts: AsyncIterator[Any], restorer: RunRestorer, bound: Bound) -> AsyncIterator[Any]:
    failed: BaseException | None = None
    try:
        async with aclosing(cast("Any", parts)):
            async for part in parts:
                for each in restorer.feed(part):
                    yield each
        for each in restorer.finish():
            yield each
    except Exception as error:  # noqa: BLE001  raised again below, masked
        failed = await asyncio.to_thread(mask, error, bound.chat)
    finally:
        # A thread of its own, so that it is filed even where this task is being cancelled.
        await asyncio.shield(asyncio.to_thread(restorer.close))
    if failed is not None:
        raise failed
