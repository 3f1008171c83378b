"""One run of a graph, whichever door it came through: whose conversation it is, what goes in, what comes out, and the
thread's messages kept up to date."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.errors import InvalidUpdateError
from langgraph.types import GraphOutput, StateSnapshot

from langchain_redactor import protected
from langchain_redactor.bound import Bound, Files, bound_or_none
from langchain_redactor.config import ConversationId, conversation_id, inward, outward
from langchain_redactor.parts import PartRestorer
from langchain_redactor.replies import Replies
from langchain_redactor.states import latest, messages_of, shown, stale_messages, with_messages
from langchain_redactor.values import redact_value, restore_value
from redactor import Conversation, Redactor
from redactor.exceptions import ConfigError
from redactor.policy import ToolRule

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

    def begin(self, config: Mapping[str, Any] | None) -> Run:
        """Raises `ConfigError` without a conversation, and below a run that has seen the raw input already."""
        above = protected.parent_config()
        held = bound_or_none(above) if above is not None else None
        if above is not None and held is None:
            raise ConfigError(
                "a RedactedAgent was called inside another run, which has traced the raw input already; make the "
                "outermost one redacted: wrap that graph or chain in RedactedAgent or redacted(), and use the inner "
                "graph as it is"
            )
        chat, given = self._conversation(config, held)
        bound = Bound(chat, self.rules, self.files)
        return Run(bound, inward(config, bound, given), given)

    def _conversation(self, config: Mapping[str, Any] | None, held: Bound | None) -> tuple[Conversation, str]:
        """Inside a tool of another RedactedAgent, and without an id of its own, a run belongs to that conversation."""
        if (
            held is not None
            and self.given_id is None
            and not ((config or {}).get("configurable") or {}).get("thread_id")
        ):
            return held.chat, held.chat.public_id
        given = conversation_id(self.given_id, config)
        return self.redactor.conversation(given, self.tenant), given

    # in

    @property
    def keeps_history(self) -> bool:
        """Whether the graph keeps the messages, so that a call brings new ones only."""
        return bool(self.graph.checkpointer)

    def inward(self, run: Run, value: Any) -> Any:
        """The input, redacted; with it come the thread's messages that read otherwise by now."""
        redacted = redact_value(value, run.bound, follows=self.keeps_history)
        if value is None or not self._looks_back(run):
            return redacted
        return with_messages(redacted, self._stale(run, self.graph.get_state(run.config)))

    async def ainward(self, run: Run, value: Any) -> Any:
        """The same, async."""
        redact = partial(redact_value, value, run.bound, follows=self.keeps_history)
        redacted = await self.redactor.in_pool(redact)
        if value is None or not self._looks_back(run):
            return redacted
        snapshot = await self.graph.aget_state(run.config)
        return with_messages(redacted, await self.redactor.in_pool(self._stale, run, snapshot))

    def _looks_back(self, run: Run) -> bool:
        """Whether recorded turns were rewritten since the thread's messages were last compared with them: a value
        became known later, or a person reported it."""
        return self.keeps_history and self._marks.get(run.public_id) != run.bound.chat.revision

    def _stale(self, run: Run, snapshot: StateSnapshot) -> list[Any]:
        revision = run.bound.chat.revision
        stale = stale_messages(snapshot, run.bound.chat)
        self._marks[run.public_id] = revision
        self._marks.move_to_end(run.public_id)
        while len(self._marks) > _MARKS:
            self._marks.popitem(last=False)
        return stale

    # out

    def outward(self, run: Run, value: Any) -> Any:
        """What the graph gave, restored: a copy. A structured response becomes the caller's own type."""
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
        self.replies.record(run.bound, messages_of(getattr(result, "value", result)))
        return self.outward(run, result)

    def parts(self, run: Run, settings: Mapping[str, Any]) -> PartRestorer:
        """What restores a stream's parts."""
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

    def snapshot(self, run: Run, snapshot: StateSnapshot, reveal: bool) -> StateSnapshot:
        """A snapshot for the caller: as it is kept, or restored."""
        show = partial(self.outward, run) if reveal else _as_kept
        return shown(snapshot, show, run.outward)

    # after a run

    def record(self, run: Run, parts: PartRestorer) -> None:
        """The replies that a stream did not show token by token."""
        self.replies.record(run.bound, parts.said)

    def settle(self, run: Run) -> None:
        """Where a run made something known that an earlier message of the thread still shows, put that right now. A
        thread that waits for a person is put right when it goes on."""
        if not self._looks_back(run):
            return
        config = latest(run.config)
        snapshot = self.graph.get_state(config)
        if not snapshot.next and (stale := self._stale(run, snapshot)):
            with self._with_the_next_input(run):
                self.graph.update_state(config, {"messages": stale})

    async def asettle(self, run: Run) -> None:
        """The same, async."""
        if not self._looks_back(run):
            return
        config = latest(run.config)
        snapshot = await self.graph.aget_state(config)
        if not snapshot.next and (stale := await self.redactor.in_pool(self._stale, run, snapshot)):
            with self._with_the_next_input(run):
                await self.graph.aupdate_state(config, {"messages": stale})

    @contextmanager
    def _with_the_next_input(self, run: Run) -> Iterator[None]:
        """Where LangGraph cannot say which node the update would come from, the next input brings it."""
        try:
            yield
        except InvalidUpdateError:
            self._marks.pop(run.public_id, None)


def _as_kept(value: Any) -> Any:
    return value
