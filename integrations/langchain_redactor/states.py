"""The state of a thread as LangGraph keeps it: its messages brought up to date, its snapshots shown to the caller."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from langchain_core.messages import BaseMessage
from langchain_core.runnables import RunnableConfig
from langgraph.types import Command, StateSnapshot

from langchain_redactor.messages import with_recorded_text
from redactor import Conversation

Show = Callable[[Any], Any]


def messages_of(state: Any) -> list[BaseMessage]:
    """The messages of a state; none where it keeps none under that name."""
    held = state.get("messages") if isinstance(state, Mapping) else getattr(state, "messages", None)
    return [each for each in held if isinstance(each, BaseMessage)] if isinstance(held, list | tuple) else []


def latest(config: RunnableConfig) -> RunnableConfig:
    """The same thread at its newest checkpoint, wherever a run began."""
    held = {key: value for key, value in config.get("configurable", {}).items() if key != "checkpoint_id"}
    return {**config, "configurable": held}


def stale_messages(snapshot: StateSnapshot, chat: Conversation) -> list[BaseMessage]:
    """The thread's messages that read otherwise by now: a value became known later, or a person reported it."""
    messages = messages_of(snapshot.values)
    return [now for message in messages if (now := with_recorded_text(message, chat)) is not message]


def with_messages(value: Any, messages: list[BaseMessage]) -> Any:
    """An input that also puts these messages in the place of those with their ids (LangGraph's `add_messages`)."""
    if not messages:
        return value
    if isinstance(value, Command):
        return replace(value, update=_updated(value.update, messages))
    return _updated(value, messages)


def _updated(value: Any, messages: list[BaseMessage]) -> Any:
    if value is None:
        return {"messages": messages}
    if not isinstance(value, Mapping):
        return value
    own = value.get("messages") or []
    return {**value, "messages": [*messages, *(own if isinstance(own, list | tuple) else [own])]}


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
