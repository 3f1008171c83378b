"""Chains that see placeholders only: `redacted(chain, redactor=...)`."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any

from langchain_core.prompts import BasePromptTemplate
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.graph import Graph
from langchain_core.runnables.utils import ConfigurableFieldSpec
from langchain_core.utils.pydantic import TypeBaseModel

from langchain_redactor import protected
from langchain_redactor.bound import Files
from langchain_redactor.calls import (
    Call,
    Conversations,
    PieceRestorer,
    arestored_stream,
    begin,
    restored_stream,
)
from langchain_redactor.checks import check_config, check_ground
from langchain_redactor.config import ConversationId
from langchain_redactor.errors import Outcome, aattempt, attempt, unframed
from langchain_redactor.events import EventRestorer
from langchain_redactor.histories import with_sealed_history
from langchain_redactor.streaming import ChunkRestorer
from redactor import Redactor
from redactor.exceptions import ConfigError


def redacted(
    chain: Runnable[Any, Any],
    *,
    redactor: Redactor,
    conversation_id: ConversationId = None,
    tenant: str = "default",
    files: Files = "block",
    audience: str = "customer",
) -> "RedactedRunnable":
    """A chain whose model, history, callbacks and traces see placeholders, while its caller reads real values.

    `conversation_id`: an id, or a function that reads it from the call's config; left out, it is the config's
    `thread_id` (for a RunnableWithMessageHistory its `session_id`). `files`: what happens to images, audio and
    documents, which nobody reads for personal data. `audience`: who reads the output.

    Put it around everything: what stands before it, `prompt | redacted(model)`, has been traced as it was typed.
    Raises `ConfigError` for what cannot be wrapped.
    """
    check_ground(redactor, conversation_id, tenant, files, audience)
    conversations = Conversations(redactor, conversation_id, tenant, files, audience)
    return RedactedRunnable(with_sealed_history(chain), conversations)


class RedactedRunnable(Runnable[Any, Any]):
    """A runnable with redaction around it; made by `redacted`.

    It opens no run of its own, so that tracing begins inside, with redacted input. Whatever is composed with it
    (`|`, `pipe`, `assign`, `with_retry`, `with_fallbacks`, `with_listeners`, ...) goes inside, too, and works on
    placeholders. What is given with a call (`config`, `stop=[...]`) is redacted like the input.

    A text, and an LLM's message, that comes out is recorded as the assistant's reply; other values are restored only.
    Inside another run of ours it belongs to that run's conversation and leaves placeholders where they are. Inside
    any other run it refuses with `ConfigError`, for that run's trace holds the input as it came.
    """

    def __init__(
        self,
        inner: Runnable[Any, Any],
        conversations: Conversations,
        configs: Sequence[RunnableConfig] = (),
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """`configs` and `settings`: what `with_config` and `bind` gave; kept here, because inside they would be
        traced as they are."""
        _check(inner)
        if not isinstance(conversations, Conversations):
            raise ConfigError("a RedactedRunnable is made by redacted(chain, redactor=...), not by its class")
        self._inner = inner
        self._conversations = conversations
        self._configs = tuple(configs)
        self._settings = dict(settings or {})

    def __repr__(self) -> str:
        return f"redacted({self._inner.get_name()})"

    # calls

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:  # noqa: A002
        """The chain's output, restored. Raises the chain's errors, masked; `ConfigError` where the call belongs to no
        conversation, and what `Conversation.redact` raises: then nothing went on."""
        begun = self._begin(input, config, kwargs)
        del input, config, kwargs
        call = begun.get()
        run = lambda: call.restored(self._inner.invoke(call.given, call.config, **call.kwargs))  # noqa: E731
        return attempt(call.chat, run).get()

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:  # noqa: A002
        """`invoke`, async; redaction runs in the Redactor's pool."""
        begun = await self._abegin(input, config, kwargs)
        del input, config, kwargs
        call = begun.get()

        async def run() -> Any:
            output = await self._inner.ainvoke(call.given, call.config, **call.kwargs)
            return await self._redactor.in_pool(call.restored, output)

        return (await aattempt(call.chat, run)).get()

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Any]:  # noqa: A002
        """The output as it comes. Held back is only what may still become a placeholder."""
        begun = self._begin(input, config, kwargs)
        del input, config, kwargs
        call = begun.get()
        pieces = self._inner.stream(call.given, call.config, **call.kwargs)
        yield from restored_stream(pieces, _chunks(call), call.chat)

    async def astream(
        self,
        input: Any,  # noqa: A002
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[Any]:
        """`stream`, async."""
        begun = await self._abegin(input, config, kwargs)
        del input, config, kwargs
        call = begun.get()
        pieces = self._inner.astream(call.given, call.config, **call.kwargs)
        async with aclosing(arestored_stream(pieces, _chunks(call), call.chat, self._redactor)) as restored:
            async for piece in restored:
                yield piece

    def astream_events(  # type: ignore[override]
        self,
        input: Any,  # noqa: A002
        config: RunnableConfig | None = None,
        *,
        version: str = "v2",
        **kwargs: Any,
    ) -> AsyncIterator[Any]:
        """The events of the runs inside, restored, in version "v2"; with the filters of LangChain."""
        if version != "v2":
            raise ConfigError(f"a redacted runnable gives events of version 'v2', not {version!r:.12}")
        return self._events(input, config, kwargs)

    async def _events(self, given: Any, config: RunnableConfig | None, kwargs: dict[str, Any]) -> AsyncIterator[Any]:
        filters = {name: kwargs.pop(name) for name in list(kwargs) if name.startswith(("include_", "exclude_"))}
        begun = await self._abegin(given, config, kwargs)
        del given, config, kwargs
        call = begun.get()
        events = self._inner.astream_events(call.given, call.config, version="v2", **filters, **call.kwargs)
        async with aclosing(arestored_stream(events, _events(call), call.chat, self._redactor)) as restored:
            async for event in restored:
                yield event

    def astream_log(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: its patches cut placeholders in pieces. Raises `ConfigError`."""
        raise ConfigError("a redacted runnable has no astream_log; use astream_events(version='v2') or astream")

    def _begin(self, given: Any, config: RunnableConfig | None, kwargs: dict[str, Any]) -> Outcome[Call]:
        beside = {**self._settings, **kwargs}
        return unframed(partial(begin, self._conversations, self._inner, given, (*self._configs, config), beside))

    async def _abegin(self, given: Any, config: RunnableConfig | None, kwargs: dict[str, Any]) -> Outcome[Call]:
        return await self._redactor.in_pool(self._begin, given, config, kwargs)

    @property
    def _redactor(self) -> Redactor:
        return self._conversations.redactor

    # what is composed with it goes inside

    def _around(self, inner: Runnable[Any, Any]) -> "RedactedRunnable":
        return RedactedRunnable(inner, self._conversations, self._configs, self._settings)

    def __or__(self, other: Any) -> "RedactedRunnable":  # type: ignore[override]
        return self._around(self._inner | _inside(other))

    def __ror__(self, other: Any) -> Any:
        raise ConfigError(
            "what stands before a redacted runnable sees and traces raw text; put redacted() around the whole: "
            "redacted(first | second) instead of first | redacted(second)"
        )

    def pipe(self, *others: Any, name: str | None = None) -> "RedactedRunnable":  # type: ignore[override]
        """The others behind, inside: they see placeholders."""
        return self._around(self._inner.pipe(*map(_inside, others), name=name))

    def assign(self, **kwargs: Any) -> "RedactedRunnable":  # type: ignore[override]
        """Inside: what is assigned is made from placeholders."""
        return self._around(self._inner.assign(**kwargs))

    def pick(self, keys: str | list[str]) -> "RedactedRunnable":  # type: ignore[override]
        """Of the output inside."""
        return self._around(self._inner.pick(keys))

    def map(self) -> "RedactedRunnable":
        """Over a list, inside."""
        return self._around(self._inner.map())

    def bind(self, **kwargs: Any) -> "RedactedRunnable":
        """Arguments for each call, redacted for the conversation of that call."""
        return RedactedRunnable(self._inner, self._conversations, self._configs, {**self._settings, **kwargs})

    def with_config(self, config: RunnableConfig | None = None, **kwargs: Any) -> "RedactedRunnable":
        """A config for each call, redacted for the conversation of that call, which it may name."""
        check_config(config)
        added: RunnableConfig = {**(config or {}), **kwargs}  # type: ignore[typeddict-item]
        return RedactedRunnable(self._inner, self._conversations, (*self._configs, added), self._settings)

    def with_retry(self, **kwargs: Any) -> "RedactedRunnable":
        """The chain inside is retried; its input is taken in once."""
        return self._around(self._inner.with_retry(**kwargs))

    def with_fallbacks(self, fallbacks: Sequence[Any], **kwargs: Any) -> "RedactedRunnable":  # type: ignore[override]
        """The fallbacks run inside: they see placeholders."""
        return self._around(self._inner.with_fallbacks([_inside(each) for each in fallbacks], **kwargs))

    def with_listeners(self, **kwargs: Any) -> "RedactedRunnable":
        """The listeners see the run inside: placeholders."""
        return self._around(self._inner.with_listeners(**kwargs))

    def with_alisteners(self, **kwargs: Any) -> "RedactedRunnable":
        """The listeners see the run inside: placeholders."""
        return self._around(self._inner.with_alisteners(**kwargs))

    def with_types(self, **kwargs: Any) -> "RedactedRunnable":
        """Of the chain inside."""
        return self._around(self._inner.with_types(**kwargs))

    # what the chain says of itself

    def get_name(self, suffix: str | None = None, *, name: str | None = None) -> str:
        """The chain's name."""
        return self._inner.get_name(suffix, name=name)

    @property
    def InputType(self) -> Any:
        """The chain's."""
        return self._inner.InputType

    @property
    def OutputType(self) -> Any:
        """The chain's."""
        return self._inner.OutputType

    def get_input_schema(self, config: RunnableConfig | None = None) -> TypeBaseModel:
        """The chain's."""
        return self._inner.get_input_schema(config)

    def get_output_schema(self, config: RunnableConfig | None = None) -> TypeBaseModel:
        """The chain's."""
        return self._inner.get_output_schema(config)

    @property
    def config_specs(self) -> list[ConfigurableFieldSpec]:
        """The chain's."""
        return self._inner.config_specs

    def get_graph(self, config: RunnableConfig | None = None) -> Graph:
        """The chain's."""
        return self._inner.get_graph(config)

    def get_prompts(self, config: RunnableConfig | None = None) -> list[BasePromptTemplate[Any]]:
        """The chain's."""
        return self._inner.get_prompts(config)


def _chunks(call: Call) -> PieceRestorer:
    if call.audience is None:
        return call.nested.parts()
    return ChunkRestorer(call.bound, call.audience, call.conversations.replies)


def _events(call: Call) -> PieceRestorer:
    if call.audience is None:
        return call.nested.parts()
    replies = call.conversations.replies
    return EventRestorer(call.bound, replies, thread_id=call.thread_id, audience=call.audience)


def _check(inner: Any) -> None:
    protected.check()
    if not isinstance(inner, Runnable):
        raise ConfigError(
            f"expected a LangChain runnable to put redaction around, not a {type(inner).__name__}; make one of a "
            "function or a dict by RunnableLambda(...) or RunnableParallel(...), and give a graph to RedactedAgent"
        )
    if isinstance(inner, RedactedRunnable):
        raise ConfigError("the runnable is redacted already; put redacted() around it once")
    if _is_graph(inner):
        raise ConfigError("a LangGraph graph keeps a state of its own; put RedactedAgent around it, not redacted()")


def _is_graph(runnable: Any) -> bool:
    from langgraph.pregel import Pregel  # who has no graph need not load it

    while not isinstance(runnable, Pregel) and hasattr(runnable, "bound"):
        runnable = runnable.bound
    return isinstance(runnable, Pregel)


def _inside(other: Any) -> Any:
    """What is put inside needs no redaction of its own; with settings or a config of its own it keeps them."""
    plain = isinstance(other, RedactedRunnable) and not other._configs and not other._settings
    return other._inner if plain else other
