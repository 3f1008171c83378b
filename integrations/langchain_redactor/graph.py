"""RedactedAgent: a compiled agent or graph behind one door, outside of which values are real and inside of which there
are placeholders only.

The input of a graph is checkpointed and traced before any node of it runs, so no middleware can redact it in time:
what is redacted here is redacted before the graph is called, and what is restored is a copy.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from langchain_core.runnables.config import ContextThreadPoolExecutor
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import StateSnapshot

from langchain_redactor import protected
from langchain_redactor.bound import Files
from langchain_redactor.checks import check_config, check_graph, check_ground, check_lifetimes
from langchain_redactor.config import ConversationId
from langchain_redactor.errors import Outcome, aattempt, attempt
from langchain_redactor.events import EventRestorer
from langchain_redactor.events_v3 import arestore_run, restore_run
from langchain_redactor.kept import KEPT
from langchain_redactor.nested import NestedParts
from langchain_redactor.parts import PartRestorer
from langchain_redactor.threads import Finish, Run, Threads
from langchain_redactor.tools import rules_of, with_sealed_tools
from redactor import Redactor
from redactor.exceptions import ConfigError

_CONCURRENT = 8
"""Calls of a batch that run at once, where no config names `max_concurrency`."""

Config = Mapping[str, Any] | None


class RedactedAgent:
    """A compiled agent or graph whose model, checkpoints, callbacks and traces hold placeholders only.

    Takes and gives what the graph takes and gives, with real values; each call names its conversation by
    `configurable.thread_id`, or `conversation_id` does. `audience`: whom the output is restored for. `files`: what
    happens to images, audio and files. Made by `create_redacted_agent`, or around a graph of your own: tools in its
    ToolNodes are sealed by `tool_policy`, and what other nodes fetch is theirs to redact (`current_conversation`).

    Raises `ConfigError` at construction where values would not live as long as the checkpoints that name them. Calls
    raise what the graph raises, masked, and `RedactorError`s where a message could not be redacted: it did not go on.
    """

    def __init__(
        self,
        graph: Any,
        *,
        redactor: Redactor,
        tool_policy: Mapping[str, Any] | None = None,
        conversation_id: ConversationId = None,
        tenant: str = "default",
        files: Files = "block",
        audience: str = "customer",
        finish: Finish | None = None,
    ) -> None:
        """`finish` is given by `create_redacted_agent`, for structured output."""
        protected.check()
        check_graph(graph)
        check_ground(redactor, conversation_id, tenant, files, audience)
        check_lifetimes(graph.checkpointer, redactor)
        rules = rules_of(tool_policy, redactor)
        self._threads = Threads(
            with_sealed_tools(graph, rules), redactor, rules, conversation_id, tenant, files, audience, finish
        )

    def __repr__(self) -> str:
        return f"<RedactedAgent around {type(self.inner).__name__}>"

    @property
    def inner(self) -> Any:
        """The graph itself. What is run through it directly is not redacted."""
        return self._threads.graph

    # one call

    def invoke(self, input: Any, config: Config = None, **settings: Any) -> Any:  # noqa: A002
        """Run the graph. `settings` are those of the graph's own `invoke`."""
        outcome = self._threads.attempt(config, partial(self._invoke, value=input, settings=settings))
        del input, config, settings
        return outcome.get()

    def _invoke(self, run: Run, value: Any, settings: Mapping[str, Any]) -> Any:
        threads = self._threads
        result = threads.graph_of(run).invoke(threads.inward(run, value), run.config, **settings)
        given = threads.result(run, result, settings)
        threads.settle(run)
        return given

    async def ainvoke(self, input: Any, config: Config = None, **settings: Any) -> Any:  # noqa: A002
        """`invoke`, async."""
        outcome = await self._threads.aattempt(config, partial(self._ainvoke, value=input, settings=settings))
        del input, config, settings
        return outcome.get()

    async def _ainvoke(self, run: Run, value: Any, settings: Mapping[str, Any]) -> Any:
        threads = self._threads
        result = await threads.graph_of(run).ainvoke(await threads.ainward(run, value), run.config, **settings)
        given = await threads.redactor.in_pool(threads.result, run, result, settings)
        await threads.asettle(run)
        return given

    # many calls

    def batch(
        self, inputs: Sequence[Any], config: Any = None, *, return_exceptions: bool = False, **settings: Any
    ) -> list[Any]:
        """Several calls at once, each with its own config and so its own conversation.

        With `return_exceptions`, a call that failed gives its masked exception in its place.
        """
        configs = _configs(config, len(inputs))
        with ContextThreadPoolExecutor(_concurrency(configs)) as pool:
            calls = [pool.submit(self._one_of_many, *each, settings) for each in zip(inputs, configs, strict=True)]
            outcomes = [call.result() for call in calls]
        del inputs, config, configs, calls
        return _given(outcomes, return_exceptions)

    def _one_of_many(self, value: Any, config: Config, settings: Mapping[str, Any]) -> Outcome[Any]:
        try:
            return Outcome(self.invoke(value, config, **settings))
        except Exception as error:  # noqa: BLE001  masked by `invoke`; raised again, or handed out
            return Outcome(error=error.with_traceback(None))

    async def abatch(
        self, inputs: Sequence[Any], config: Any = None, *, return_exceptions: bool = False, **settings: Any
    ) -> list[Any]:
        """`batch`, async."""
        configs = _configs(config, len(inputs))
        limit = asyncio.Semaphore(_concurrency(configs))

        async def one(value: Any, each: Config) -> Outcome[Any]:
            async with limit:
                try:
                    return Outcome(await self.ainvoke(value, each, **settings))
                except Exception as error:  # noqa: BLE001  masked by `ainvoke`; raised again, or handed out
                    return Outcome(error=error.with_traceback(None))

        outcomes = await asyncio.gather(*map(one, inputs, configs))
        del inputs, config, configs
        return _given(outcomes, return_exceptions)

    # streams

    def stream(self, input: Any, config: Config = None, **settings: Any) -> Iterator[Any]:  # noqa: A002
        """Stream the graph's parts, restored as they come: every `stream_mode`, with `subgraphs`, version 1 and 2."""
        threads = self._threads
        begun = threads.attempt(config, partial(threads.taken_in, value=input))
        del input, config
        run, redacted = begun.get()
        given = threads.graph_of(run).stream(redacted, run.config, **settings)
        parts = threads.parts(run, settings)
        try:
            more = True
            while more:
                step = attempt(run.bound.chat, partial(_next, given, parts))
                more, shown = step.get()
                yield from shown
        finally:
            given.close()
            parts.close()
        threads.record(run, parts)
        threads.settle(run)

    async def astream(self, input: Any, config: Config = None, **settings: Any) -> AsyncIterator[Any]:  # noqa: A002
        """`stream`, async."""
        threads = self._threads
        begun = await threads.aattempt(config, partial(threads.ataken_in, value=input))
        del input, config
        run, redacted = begun.get()
        given = threads.graph_of(run).astream(redacted, run.config, **settings)
        parts = threads.parts(run, settings)
        try:
            more = True
            while more:
                step = await aattempt(run.bound.chat, partial(_anext, given, parts))
                more, shown = step.get()
                for part in shown:
                    yield part
        finally:
            await given.aclose()
            await threads.redactor.in_pool(parts.close)
        await threads.redactor.in_pool(threads.record, run, parts)
        await threads.asettle(run)

    def stream_events(self, input: Any, config: Config = None, *, version: str = "v3", **settings: Any) -> Any:  # noqa: A002
        """LangGraph's experimental run stream (version "v3"), restored: `run.messages`, `run.values`, `run.output`."""
        threads = self._threads
        _only(version, "v3")
        begun = threads.attempt(config, partial(threads.taken_in, value=input))
        del input, config
        run, redacted = begun.get()
        told = threads.of_version_3(run)
        return restore_run(threads.graph_of(run), redacted, run.config, run.bound, **told, **settings)

    def astream_events(self, input: Any, config: Config = None, *, version: str = "v2", **settings: Any) -> Any:  # noqa: A002
        """Version "v2": an async iterator of events. Version "v3": to be awaited, see `stream_events`."""
        _only(version, "v2", "v3")
        call = self._run_v3 if version == "v3" else self._events_v2
        return call(input, config, settings)

    async def _run_v3(self, value: Any, config: Config, settings: Mapping[str, Any]) -> Any:
        threads = self._threads
        begun = await threads.aattempt(config, partial(threads.ataken_in, value=value))
        del value, config
        run, redacted = begun.get()
        told = threads.of_version_3(run)
        return await arestore_run(threads.graph_of(run), redacted, run.config, run.bound, **told, **settings)

    async def _events_v2(self, value: Any, config: Config, settings: Mapping[str, Any]) -> AsyncIterator[Any]:
        threads = self._threads
        begun = await threads.aattempt(config, partial(threads.ataken_in, value=value))
        del value, config
        run, redacted = begun.get()
        given = threads.graph_of(run).astream_events(redacted, run.config, version="v2", **settings)
        events = threads.events(run)
        try:
            more = True
            while more:
                step = await aattempt(run.bound.chat, partial(_anext, given, events))
                more, shown = step.get()
                for event in shown:
                    yield event
        finally:
            await given.aclose()
            await threads.redactor.in_pool(events.close)
        await threads.asettle(run)

    # the thread's state

    def _begun(self, config: Config) -> Run:
        begun = self._threads.begin(config)
        del config
        return begun.get()

    async def _abegun(self, config: Config) -> Run:
        begun = await self._threads.redactor.in_pool(self._threads.begin, config)
        del config
        return begun.get()

    def get_state(self, config: Config, *, reveal: bool = False, subgraphs: bool = False) -> StateSnapshot:
        """The thread's state as it is kept: redacted. With `reveal`, restored for the agent's audience."""
        run = self._begun(config)
        return self._threads.snapshot(run, self.inner.get_state(run.config, subgraphs=subgraphs), reveal)

    async def aget_state(self, config: Config, *, reveal: bool = False, subgraphs: bool = False) -> StateSnapshot:
        """`get_state`, async."""
        run = await self._abegun(config)
        return self._threads.snapshot(run, await self.inner.aget_state(run.config, subgraphs=subgraphs), reveal)

    def get_state_history(self, config: Config, *, reveal: bool = False, **settings: Any) -> Iterator[StateSnapshot]:
        """The states before it, newest first; `settings` are the graph's own (`filter`, `before`, `limit`)."""
        run = self._begun(config)
        for snapshot in self.inner.get_state_history(run.config, **self._before(settings)):
            yield self._threads.snapshot(run, snapshot, reveal)

    async def aget_state_history(
        self, config: Config, *, reveal: bool = False, **settings: Any
    ) -> AsyncIterator[StateSnapshot]:
        """`get_state_history`, async."""
        run = await self._abegun(config)
        async for snapshot in self.inner.aget_state_history(run.config, **self._before(settings)):
            yield self._threads.snapshot(run, snapshot, reveal)

    def _before(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        before = settings.get("before")
        return dict(settings) if before is None else {**settings, "before": self._begun(before).config}

    def update_state(self, config: Config, values: Any, as_node: str | None = None, **settings: Any) -> Any:
        """Change the thread's state; `values` are redacted before they are kept."""
        begun = self._threads.attempt(config, partial(self._threads.taken_in, value=values))
        del config, values
        run, redacted = begun.get()
        changed = attempt(run.bound.chat, partial(self.inner.update_state, run.config, redacted, as_node, **settings))
        return run.outward(changed.get())

    async def aupdate_state(self, config: Config, values: Any, as_node: str | None = None, **settings: Any) -> Any:
        """`update_state`, async."""
        begun = await self._threads.aattempt(config, partial(self._threads.ataken_in, value=values))
        del config, values
        run, redacted = begun.get()
        update = partial(self.inner.aupdate_state, run.config, redacted, as_node, **settings)
        return run.outward((await aattempt(run.bound.chat, update)).get())

    def forget(self, config: Config) -> None:
        """Destroy the conversation's key and values, and delete the thread from the checkpointer."""
        run = self._begun(config)
        run.bound.chat.forget()
        KEPT.forget(run.public_id)
        saver = self.inner.checkpointer
        if isinstance(saver, BaseCheckpointSaver):
            saver.delete_thread(run.public_id)


def _next(given: Iterator[Any], parts: PartRestorer | NestedParts) -> tuple[bool, list[Any]]:
    """Whether there is more, and what can be shown after the next part; at the end, what was held back."""
    for part in given:
        return True, parts.feed(part)
    return False, parts.finish()


async def _anext(
    given: AsyncIterator[Any], parts: PartRestorer | EventRestorer | NestedParts
) -> tuple[bool, list[Any]]:
    async for part in given:
        return True, parts.feed(part)
    return False, parts.finish()


def _given(outcomes: Sequence[Outcome[Any]], return_exceptions: bool) -> list[Any]:
    return [outcome.error if return_exceptions and outcome.error else outcome.get() for outcome in outcomes]


def _configs(config: Any, count: int) -> list[Config]:
    """One config for each call."""
    if isinstance(config, str) or not isinstance(config, Sequence):
        config = [config] * count
    if len(config) != count:
        raise ConfigError(
            f"a batch of {count} inputs came with {len(config)} configs; give one for each, or one for all"
        )
    for each in config:
        check_config(each)
    return list(config)


def _concurrency(configs: Sequence[Config]) -> int:
    """How many calls run at once."""
    named = [each["max_concurrency"] for each in configs if each and each.get("max_concurrency")]
    return int(min(named, default=_CONCURRENT))


def _only(version: str, *known: str) -> None:
    if version not in known:
        raise ConfigError(f"version: found {version!r}, expected {' or '.join(known)}")
