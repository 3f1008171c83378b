"""The state of a thread as LangGraph keeps it: its messages brought up to date, its snapshots shown to the caller."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import RunnableConfig
from langgraph.channels import BinaryOperatorAggregate, DeltaChannel
from langgraph.types import Command, Overwrite, StateSnapshot

from langchain_redactor import fields
from langchain_redactor.bound import Bound
from langchain_redactor.messages import with_recorded_text
from langchain_redactor.within import redact_inside

Show = Callable[[Any], Any]


def messages_of(state: Any) -> list[BaseMessage]:
    """The messages of a state; none where it keeps none under that name."""
    held = state.get("messages") if isinstance(state, Mapping) else getattr(state, "messages", None)
    return [each for each in held if isinstance(each, BaseMessage)] if isinstance(held, list | tuple) else []


def latest(config: RunnableConfig) -> RunnableConfig:
    """The same thread at its newest checkpoint, wherever a run began."""
    held = {key: value for key, value in config.get("configurable", {}).items() if key != "checkpoint_id"}
    return {**config, "configurable": held}


@dataclass(frozen=True, slots=True)
class Corrections:
    """What of a thread's messages reads otherwise by now: a value became known later, or a person reported it.

    LangGraph's `add_messages` puts a message in the place of the one with its id. A reducer that does not is passed by
    (`Overwrite`), and a channel without one is given all messages.
    """

    channel: Any = field(repr=False)
    messages: list[Any] = field(repr=False)
    """All of the thread, as they read now."""
    stale: list[BaseMessage] = field(repr=False)
    """Those that read otherwise."""

    def into(self, value: Any) -> Any:
        """An input, or a command, that also corrects the thread."""
        if not self.stale:
            return value
        if isinstance(value, Command):
            return replace(value, update=self._added(value.update))
        return self._added(value)

    def alone(self) -> dict[str, Any]:
        """An update that corrects the thread."""
        return {"messages": self.stale if self._merges else self._whole([])}

    @property
    def _reduces(self) -> bool:
        return isinstance(self.channel, BinaryOperatorAggregate | DeltaChannel)

    @property
    def _merges(self) -> bool:
        return self._reduces and _merges_by_id(self.channel)

    def _added(self, update: Any) -> Any:
        if update is None:
            return self.alone()
        if not isinstance(update, Mapping):
            return update
        own = update.get("messages") or []
        own = list(own) if isinstance(own, list | tuple) else [own]
        if self._merges:
            return {**update, "messages": [*self.stale, *own]}
        return update if own and not self._reduces else {**update, "messages": self._whole(own)}

    def _whole(self, own: list[Any]) -> Any:
        if not self._reduces:
            return self.messages
        if own and isinstance(own[0], Overwrite):
            return own[0]
        channel = self.channel.from_checkpoint(self.messages)
        if own:
            channel.update([own])
        return Overwrite(channel.get())


def _merges_by_id(channel: Any) -> bool:
    """Whether a channel's reducer puts a message in the place of the one with its id."""
    before, after = AIMessage("before", id="1"), AIMessage("after", id="1")
    tried = channel.from_checkpoint([before])
    try:
        tried.update([[after]])
    except Exception:  # noqa: BLE001  a reducer of one's own, for other messages
        return False
    return messages_of({"messages": tried.get()}) == [after]


def corrections(channels: Mapping[str, Any], snapshot: StateSnapshot, bound: Bound) -> Corrections:
    """Compare the thread's messages with how their turns read now."""
    held: list[Any] = list(snapshot.values["messages"]) if messages_of(snapshot.values) else []
    now = [_as_it_reads(each, bound) if isinstance(each, BaseMessage) else each for each in held]
    stale = [new for old, new in zip(held, now, strict=True) if new is not old and new != old]
    return Corrections(channels.get("messages"), now, stale)


def _as_it_reads(message: BaseMessage, bound: Bound) -> BaseMessage:
    """What came in has its turns; what was written inside, an LLM's reply above all, is looked at again."""
    turns = fields.marked_turns(message.response_metadata)
    if any(turn and not fields.is_seal(turn) for turn in turns):
        return with_recorded_text(message, bound.chat)
    again: BaseMessage = redact_inside(message, bound, None)
    if turns:
        return again
    metadata = {name: item for name, item in again.response_metadata.items() if name != fields.TURNS}
    return again.model_copy(update={"response_metadata": metadata})


def shown(snapshot: StateSnapshot, show: Show, outward: Show) -> StateSnapshot:
    """A snapshot for the caller: values as `show` gives them, configs with the caller's own thread id."""
    return snapshot._replace(
        values=show(snapshot.values),
        config=outward(snapshot.config),
        parent_config=outward(snapshot.parent_config),
        metadata=outward(snapshot.metadata),
        tasks=tuple(_task(task, show, outward) for task in snapshot.tasks),
        interrupts=tuple(map(show, snapshot.interrupts)),
    )


def _task(task: Any, show: Show, outward: Show) -> Any:
    state = task.state
    inner = shown(state, show, outward) if isinstance(state, StateSnapshot) else outward(state)
    return task._replace(interrupts=tuple(map(show, task.interrupts)), result=show(task.result), state=inner)
