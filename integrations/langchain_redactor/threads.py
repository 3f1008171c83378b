"""One run of a graph, whichever door it came through: whose conversation it is, what goes in, what comes out, and the
thread's messages kept up to date."""

import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.errors import InvalidUpdateError
from langgraph.graph import END
from langgraph.types import GraphOutput, StateSnapshot

from langchain_redactor import protected
from langchain_redactor.bound import Bound, Files, bound_or_none
from langchain_redactor.caches import has_cache, with_own_caches
from langchain_redactor.checks import check_config
from langchain_redactor.config import ConversationId, conversation_id, inward, outward
from langchain_redactor.errors import Outcome, aattempt, attempt, unframed
from langchain_redactor.events import EventRestorer
from langchain_redactor.nested import Nested, NestedParts, nested_here
from langchain_redactor.parts import PartRestorer
from langchain_redactor.replies import Replies
from langchain_redactor.states import Corrections, corrections, latest, messages_of, shown
from langchain_redactor.values import redact_value, restore_value
from redactor import Conversation, Redactor
from redactor.exceptions import ConfigError
from redactor.policy import ToolRule

T = TypeVar("T")

Finish = Callable[[Any, Bound, str], Any]
"""Makes the caller's structured response of the one in the graph's state, for an audience."""

_RESPONSE = "structured_response"
"""Key of a graph's state where LangChain puts what `response_format` asked for."""

_MARKS = 1024
"""Threads of which it is remembered that their messages are up to date."""


@dataclass(frozen=True, slots=True)
class Run:
    """One call: its conversation, the config of the inner run, and the thread's id as the caller knows it."""

    bound: Bound
    config: RunnableConfig = field(repr=False)
    given_id: str = field(repr=False)
    nested: Nested | None = None
    """Where it is below another redacted run of the conversation."""

    @property
    def public_id(self) -> str:
        """The thread's id inside."""
        return self.bound.chat.public_id

    def outward(self, config: Any) -> Any:
        """A config that comes out, as the caller knows it."""
        return outward(config, self.public_id, self.given_id)


@dataclass(slots=True)
class Threads:
    """The threads of one graph."""

    graph: Any
    redactor: Redactor
    rules: Mapping[str, ToolRule]
    given_id: ConversationId = field(default=None, repr=False)
    tenant: str = "default"
    files: Files = "block"
    audience: str = "customer"
    finish: Finish | None = None
    replies: Replies = field(default_factory=Replies, repr=False)
    _marks: OrderedDict[str, int] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _caches: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._caches = has_cache(self.graph)

    def begin(self, config: Mapping[str, Any] | None) -> Outcome[Run]:
        """A call's run; `ConfigError` without a conversation, and below a run that has seen the raw input already."""
        return unframed(partial(self._begin, config))

    def attempt(self, config: Mapping[str, Any] | None, call: Callable[[Run], T]) -> Outcome[T]:
        """Begin, and call it with the run. What either raises is masked."""
        begun = self.begin(config)
        if begun.error is not None:
            return Outcome(error=begun.error)
        run = begun.get()
        return attempt(run.bound.chat, partial(call, run))

    async def aattempt(self, config: Mapping[str, Any] | None, call: Callable[[Run], Awaitable[T]]) -> Outcome[T]:
        """The same, async."""
        begun = await self.redactor.in_pool(self.begin, config)
        if begun.error is not None:
            return Outcome(error=begun.error)
        run = begun.get()
        return await aattempt(run.bound.chat, partial(call, run))

    def _begin(self, config: Mapping[str, Any] | None) -> Run:
        check_config(config)
        above = protected.parent_config()
        held = bound_or_none(above) if above is not None else None
        if above is not None and held is None:
            raise ConfigError(
                "a RedactedAgent was called inside another run, which has traced the raw input already; make the "
                "outermost one redacted: wrap that graph or chain in RedactedAgent or redacted(), and use the inner "
                "graph as it is"
            )
        chat, given = self._conversation(config, held)
        nested = None if held is None or chat.public_id != held.chat.public_id else nested_here()
        if held is not None and nested is None and nested_here().handed is None:
            raise ConfigError(
                "a RedactedAgent was called inside another redacted run with a conversation id of its own, so what it "
                "gives could not be told from the other's values; leave its thread_id and conversation_id out: it "
                "belongs to the conversation around it"
            )
        bound = Bound(chat, self.rules, self.files, {} if held is None or nested is None else held.settings)
        inner = inward(config, bound, given)
        return Run(bound, inner if nested is None else _below(above, inner), given, nested)

    def _conversation(self, config: Mapping[str, Any] | None, held: Bound | None) -> tuple[Conversation, str]:
        """Below another redacted run, and without an id of its own, a run belongs to that conversation; it may be
        given the config of the run around."""
        named = ((config or {}).get("configurable") or {}).get("thread_id")
        if held is not None and self.given_id is None and named in (None, "", held.chat.public_id):
            return held.chat, held.chat.public_id
        given = conversation_id(self.given_id, config)
        return self.redactor.conversation(given, self.tenant), given

    def graph_of(self, run: Run) -> Any:
        """The graph for this run: what its nodes' caches hold is the conversation's own."""
        return with_own_caches(self.graph, run.public_id) if self._caches else self.graph

    # in

    @property
    def keeps_history(self) -> bool:
        """Whether the graph keeps the messages, so that a call brings new ones only."""
        return bool(self.graph.checkpointer)

    def taken_in(self, run: Run, value: Any) -> tuple[Run, Any]:
        """The run, and its input redacted."""
        return run, self.inward(run, value)

    async def ataken_in(self, run: Run, value: Any) -> tuple[Run, Any]:
        """The same, async."""
        return run, await self.ainward(run, value)

    def inward(self, run: Run, value: Any) -> Any:
        """The input, redacted; with it come the thread's messages that read otherwise by now."""
        redacted = self._redacted(run, value)
        if value is None or not self._looks_back(run):
            return redacted
        return self._corrected(run, self.graph.get_state(run.config)).into(redacted)

    async def ainward(self, run: Run, value: Any) -> Any:
        """The same, async."""
        redacted = await self.redactor.in_pool(self._redacted, run, value)
        if value is None or not self._looks_back(run):
            return redacted
        snapshot = await self.graph.aget_state(run.config)
        return (await self.redactor.in_pool(self._corrected, run, snapshot)).into(redacted)

    def _redacted(self, run: Run, value: Any) -> Any:
        if run.nested is not None:
            return run.nested.inward(value, run.bound)
        return redact_value(value, run.bound, follows=self.keeps_history)

    def _looks_back(self, run: Run) -> bool:
        """Whether recorded turns were rewritten since the thread's messages were last compared with them: a value
        became known later, or a person reported it. A run that goes back to an earlier checkpoint finds them as they
        were."""
        if not self.keeps_history:
            return False
        goes_back = "checkpoint_id" in run.config.get("configurable", {})
        return goes_back or self._marks.get(run.public_id) != run.bound.chat.revision

    def _corrected(self, run: Run, snapshot: StateSnapshot) -> Corrections:
        revision = run.bound.chat.revision
        found = corrections(self.graph.channels, snapshot, run.bound)
        with self._lock:
            self._marks[run.public_id] = revision
            self._marks.move_to_end(run.public_id)
            while len(self._marks) > _MARKS:
                self._marks.popitem(last=False)
        return found

    # out

    def outward(self, run: Run, value: Any) -> Any:
        """What the graph gave, restored: a copy. A structured response becomes the caller's own type."""
        if run.nested is not None:
            return run.nested.outward(value)
        if isinstance(value, GraphOutput):
            return replace(value, value=self.outward(run, value.value), interrupts=self.outward(run, value.interrupts))
        if self.finish is None or not isinstance(value, Mapping) or value.get(_RESPONSE) is None:
            return restore_value(value, run.bound, self.audience)
        held = {key: item for key, item in value.items() if key != _RESPONSE}
        response = self.finish(value[_RESPONSE], run.bound, self.audience)
        return {**restore_value(held, run.bound, self.audience), _RESPONSE: response}

    def state(self, run: Run, payload: Any) -> Any:
        """A state, or what nodes add to it, as a stream shows it."""
        if not isinstance(payload, Mapping) or _RESPONSE in payload:
            return self.outward(run, payload)
        updates = {node: each for node, each in payload.items() if isinstance(each, Mapping) and _RESPONSE in each}
        others = {key: each for key, each in payload.items() if key not in updates}
        restored = {**self.outward(run, others), **{node: self.outward(run, each) for node, each in updates.items()}}
        return {key: restored[key] for key in payload} if updates else restored

    def result(self, run: Run, result: Any, settings: Mapping[str, Any]) -> Any:
        """What `invoke` gave, its replies recorded."""
        mode = settings.get("stream_mode", "values")
        if mode != "values" and isinstance(result, list):
            with closing(self.parts(run, {**settings, "stream_mode": mode})) as parts:
                return [part for given in result for part in parts.feed(given)] + parts.finish()
        if run.nested is None:
            self.replies.record(run.bound, messages_of(getattr(result, "value", result)))
        return self.outward(run, result)

    def parts(self, run: Run, settings: Mapping[str, Any]) -> PartRestorer | NestedParts:
        """What restores a stream's parts."""
        if run.nested is not None:
            return run.nested.parts()
        return PartRestorer(
            run.bound,
            modes=settings.get("stream_mode") or self.graph.stream_mode,
            subgraphs=bool(settings.get("subgraphs")),
            version=settings.get("version", "v1"),
            thread_id=run.given_id,
            audience=self.audience,
            replies=self.replies,
            restore=partial(self.state, run),
        )

    def events(self, run: Run) -> EventRestorer | NestedParts:
        """What restores the events of version 2."""
        if run.nested is not None:
            return run.nested.parts()
        return EventRestorer(run.bound, self.replies, thread_id=run.given_id, audience=self.audience)

    def of_version_3(self, run: Run) -> dict[str, Any]:
        """What restores a run stream is told. Raises `ConfigError` below another redacted run."""
        if run.nested is not None:
            raise ConfigError(
                "a run stream (version 'v3') cannot be used below another redacted run; use invoke, stream, or the "
                "events of version 'v2'"
            )
        restore = partial(self.state, run)
        return {"replies": self.replies, "thread_id": run.given_id, "audience": self.audience, "restore": restore}

    def snapshot(self, run: Run, snapshot: StateSnapshot, reveal: bool) -> StateSnapshot:
        """A snapshot for the caller: as it is kept, or restored."""
        show = partial(self.outward, run) if reveal else _as_kept
        return shown(snapshot, show, run.outward)

    # after a run

    def record(self, run: Run, parts: PartRestorer | NestedParts) -> None:
        """The replies that a stream did not show token by token."""
        self.replies.record(run.bound, parts.said)

    def settle(self, run: Run) -> None:
        """Where a run made something known that an earlier message of the thread still shows, put that right now. A
        thread that waits for a person is put right when it goes on."""
        if not self._looks_back(run):
            return
        config = latest(run.config)
        snapshot = self.graph.get_state(config)
        if snapshot.next or not (found := self._corrected(run, snapshot)).stale:
            return
        with self._with_the_next_input(run):
            self.graph.update_state(config, found.alone())
        if self.graph.get_state(config).next:  # the update counts as its node's, after which others would run
            self.graph.update_state(config, None, END)

    async def asettle(self, run: Run) -> None:
        """The same, async."""
        if not self._looks_back(run):
            return
        config = latest(run.config)
        snapshot = await self.graph.aget_state(config)
        if snapshot.next or not (found := await self.redactor.in_pool(self._corrected, run, snapshot)).stale:
            return
        with self._with_the_next_input(run):
            await self.graph.aupdate_state(config, found.alone())
        if (await self.graph.aget_state(config)).next:
            await self.graph.aupdate_state(config, None, END)

    @contextmanager
    def _with_the_next_input(self, run: Run) -> Iterator[None]:
        """Where LangGraph cannot say which node the update would come from, the next input brings it."""
        try:
            yield
        except InvalidUpdateError:
            with self._lock:
                self._marks.pop(run.public_id, None)


def _below(above: RunnableConfig | None, config: RunnableConfig) -> RunnableConfig:
    """The config of a run below another: it goes on in that one's task, as LangGraph's own subgraphs do, so that its
    questions to people reach them."""
    held = (above or {}).get("configurable") or {}
    return {**config, "configurable": {**held, **config.get("configurable", {})}}


def _as_kept(value: Any) -> Any:
    return value
