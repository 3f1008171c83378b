"""Histories that LangChain keeps for a chain: what is read from them and written to them, under which ids."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from langchain_core.chat_history import BaseChatMessageHistory
from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable, RunnableConfig, RunnableSequence
from langchain_core.runnables.config import run_in_executor
from langchain_core.runnables.history import RunnableWithMessageHistory

from langchain_redactor.bound import Bound, bound
from langchain_redactor.fields import TURNS
from langchain_redactor.within import redact_inside


class SealedHistory(BaseChatMessageHistory):
    """A history that gives and takes redacted messages.

    What it gives is looked at again: a value may have become known since, and what was kept before there was any
    redaction is raw. What it takes is redacted already, but for what the LLM itself has brought up.
    """

    def __init__(self, inner: BaseChatMessageHistory) -> None:
        self._inner = inner

    @property
    def messages(self) -> list[BaseMessage]:  # type: ignore[override]
        """As the model may see them. Raises `ConfigError` outside of a run of ours."""
        return _redacted(self._inner.messages, bound())

    async def aget_messages(self) -> list[BaseMessage]:
        """The same, async."""
        return await run_in_executor(None, _redacted, await self._inner.aget_messages(), bound())

    def add_messages(self, messages: Sequence[BaseMessage]) -> None:
        """Keep them."""
        self._inner.add_messages(_redacted(messages, bound()))

    async def aadd_messages(self, messages: Sequence[BaseMessage]) -> None:
        """The same, async."""
        await self._inner.aadd_messages(await run_in_executor(None, _redacted, messages, bound()))

    def clear(self) -> None:
        """Forget them."""
        self._inner.clear()

    async def aclear(self) -> None:
        """The same, async."""
        await self._inner.aclear()


def _redacted(messages: Sequence[BaseMessage], here: Bound) -> list[BaseMessage]:
    redacted: list[BaseMessage] = redact_inside([_unmarked(message) for message in messages], here)
    return redacted


def _unmarked(message: BaseMessage) -> BaseMessage:
    """Without the mark that says it was looked at: what it says may be known to be personal only now."""
    metadata = {key: item for key, item in message.response_metadata.items() if key != TURNS}
    return message.model_copy(update={"response_metadata": metadata})


def with_sealed_history(runnable: Any) -> Any:
    """The chain with its history sealed, in a copy; the same chain where it has none."""
    if history_in(runnable) is None:
        return runnable
    if isinstance(runnable, RunnableWithMessageHistory):
        return runnable.model_copy(update={"get_session_history": _sealing(runnable.get_session_history)})
    if isinstance(runnable, RunnableSequence):
        return RunnableSequence(*map(with_sealed_history, runnable.steps), name=runnable.name)
    name = "bound" if history_in(getattr(runnable, "bound", None)) else "runnable"
    return runnable.model_copy(update={name: with_sealed_history(getattr(runnable, name))})


def _sealing(make: Callable[..., BaseChatMessageHistory]) -> Callable[..., BaseChatMessageHistory]:
    @wraps(make)  # LangChain reads the names of its parameters
    def sealed(*args: Any, **kwargs: Any) -> BaseChatMessageHistory:
        return SealedHistory(make(*args, **kwargs))

    return sealed


def history_in(runnable: Any) -> RunnableWithMessageHistory | None:
    """The RunnableWithMessageHistory that a chain is, begins with, or is wrapped around."""
    if isinstance(runnable, RunnableWithMessageHistory):
        return runnable
    inside = [getattr(runnable, name, None) for name in ("bound", "runnable")] + list(getattr(runnable, "steps", ()))
    found = (history_in(part) for part in inside if isinstance(part, Runnable))
    return next((history for history in found if history is not None), None)


def said_key(runnable: Any) -> str | None:
    """The input's key that holds what is said now, where a history names it."""
    history = history_in(runnable)
    return history.input_messages_key if history is not None else None


def session_id(config: RunnableConfig, runnable: Any) -> Any:
    """The id that a call gives for the history, where the chain has one."""
    return (config.get("configurable") or {}).get("session_id") if history_in(runnable) is not None else None


def with_history_ids(
    config: RunnableConfig, given: RunnableConfig, bound: Bound, given_id: str, runnable: Any
) -> RunnableConfig:
    """The config with ids to keep the history under; `given` is the config as it came.

    What is personal in an id must not become a placeholder: `[EMAIL_ADDRESS_1]` is somebody else in each conversation,
    and two customers would share one history.
    """
    history = history_in(runnable)
    if history is None:
        return config
    before = given.get("configurable") or {}
    names = [spec.id for spec in history.history_factory_config if spec.id in before]
    ids = {name: _id(name, before[name], bound, given_id) for name in names}
    return {**config, "configurable": {**(config.get("configurable") or {}), **ids}}


def _id(name: str, value: Any, bound: Bound, given_id: str) -> Any:
    if str(value) == given_id:
        return bound.chat.public_id
    return value if bound.chat.redact_value(value, "system", hint=name) == value else bound.chat.keyed_id(str(value))
