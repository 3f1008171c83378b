"""One call of a chain: whose conversation it belongs to, what goes inward redacted, what comes out restored."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass, field
from typing import Any, Protocol

from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import ensure_config, merge_configs

from langchain_redactor import values
from langchain_redactor.bound import Bound, Files, bound_or_none
from langchain_redactor.checks import check_config
from langchain_redactor.config import ConversationId, as_id, conversation_id, inward
from langchain_redactor.errors import mask
from langchain_redactor.histories import said_key, session_id, with_history_ids
from langchain_redactor.inputs import redact_input, redact_within
from langchain_redactor.nested import Nested, nested_here
from langchain_redactor.protected import parent_config
from langchain_redactor.replies import Replies
from langchain_redactor.settings import redact_settings
from redactor import Conversation, Redactor
from redactor.exceptions import ConfigError


@dataclass(frozen=True, slots=True)
class Conversations:
    """Which conversation a call belongs to, and what holds for all of them."""

    redactor: Redactor = field(repr=False)
    conversation_id: ConversationId = field(default=None, repr=False)
    tenant: str = field(default="default", repr=False)
    files: Files = "block"
    audience: str = "customer"
    replies: Replies = field(default_factory=Replies, repr=False)

    def id(self, config: RunnableConfig, inner: Runnable[Any, Any]) -> str:
        """The host's id of the call's conversation. Raises `ConfigError` where there is none."""
        session = session_id(config, inner) if self.conversation_id is None else None
        return conversation_id(self.conversation_id, config) if session is None else as_id(session)

    def bound(self, given_id: str) -> Bound:
        """The conversation, ready to be bound to a run."""
        return Bound(self.redactor.conversation(given_id, self.tenant), files=self.files)


@dataclass(frozen=True, slots=True)
class Call:
    """One call on its way: what the inner runnable is given, and for whom its output is restored.

    Below a run of ours `audience` is None: what flows there are placeholders, and they stay.
    """

    bound: Bound
    conversations: Conversations
    audience: str | None
    thread_id: str | None = field(repr=False)
    """The caller's own, where one was given: inside it is another."""
    given: Any = field(repr=False)
    config: RunnableConfig = field(repr=False)
    kwargs: dict[str, Any] = field(repr=False)
    nested: Nested = field(default_factory=Nested)

    @property
    def chat(self) -> Conversation:
        """The conversation it belongs to."""
        return self.bound.chat

    def restored(self, output: Any) -> Any:
        """A whole output. A text, or an LLM's message, is a reply: recorded."""
        if self.audience is None:
            return self.nested.outward(output)
        if isinstance(output, str):
            return self.chat.restore(output, self.audience).text
        if isinstance(output, AIMessage):
            self.conversations.replies.record(self.bound, [output])
        return values.restore_value(output, self.bound, self.audience)


def begin(
    conversations: Conversations,
    inner: Runnable[Any, Any],
    given: Any,
    configs: Sequence[RunnableConfig | None],
    kwargs: Mapping[str, Any],
) -> Call:
    """A call with everything redacted that goes inward. Raises `ConfigError` where it cannot be; then nothing was
    done."""
    for each in configs:
        check_config(each)
    around = _run_around(configs)
    config = ensure_config(merge_configs(*configs))
    if around is not None:
        nested = nested_here()
        within, settings = redact_within(given, around, nested), redact_settings(kwargs, around)
        return Call(around, conversations, None, None, within, config, settings, nested)
    given_id = conversations.id(config, inner)
    bound = conversations.bound(given_id)
    redacted = redact_input(given, bound, said_key(inner))
    hidden = with_history_ids(inward(config, bound, given_id), config, bound, given_id, inner)
    thread_id = (config.get("configurable") or {}).get("thread_id")
    settings = redact_settings(kwargs, bound)
    return Call(bound, conversations, conversations.audience, thread_id, redacted, hidden, settings)


def _run_around(configs: Sequence[RunnableConfig | None]) -> Bound | None:
    """The conversation of the run of ours that this call is below; None for an outermost call."""
    given = [found for config in configs if config and (found := bound_or_none(config)) is not None]
    found = given[-1] if given else bound_or_none()
    if found is None and parent_config() is not None:
        raise ConfigError(
            "a redacted runnable was called inside a run that is not redacted, whose trace may hold raw text already; "
            "nothing went on: put redacted() around the outermost runnable, as in redacted(first | second) instead of "
            "first | redacted(second)"
        )
    return found


class PieceRestorer(Protocol):
    """Restores what comes piece by piece: `ChunkRestorer`, `EventRestorer`."""

    def feed(self, piece: Any, /) -> list[Any]:
        """What can be passed on after this piece."""

    def finish(self) -> list[Any]:
        """What was held back."""

    def close(self) -> None:
        """File what was received."""


def restored_stream(pieces: Iterator[Any], restorer: PieceRestorer, chat: Conversation) -> Iterator[Any]:
    """What comes, restored; errors masked. What was received is filed at the end, also where nobody reads on."""
    error: BaseException | None = None
    try:
        with closing(_closable(pieces)):
            for piece in pieces:
                yield from restorer.feed(piece)
            yield from restorer.finish()
    except Exception as raised:  # noqa: BLE001  raised again below, without the frames it came through
        error = mask(raised, chat)
    finally:
        restorer.close()
    if error is not None:
        raise error


async def arestored_stream(
    pieces: AsyncIterator[Any], restorer: PieceRestorer, chat: Conversation, redactor: Redactor
) -> AsyncGenerator[Any, None]:
    """The same, async; the filing is done in the Redactor's pool."""
    error: BaseException | None = None
    try:
        async with aclosing(_closable(pieces)):
            async for piece in pieces:
                for restored in restorer.feed(piece):
                    yield restored
            for restored in restorer.finish():
                yield restored
    except Exception as raised:  # noqa: BLE001  raised again below, without the frames it came through
        error = mask(raised, chat)
    finally:
        await redactor.in_pool(restorer.close)
    if error is not None:
        raise error


class _Silent:
    def close(self) -> None:
        """An iterator that cannot be closed."""

    async def aclose(self) -> None:
        """An iterator that cannot be closed."""


def _closable(pieces: Any) -> Any:
    return pieces if hasattr(pieces, "close") or hasattr(pieces, "aclose") else _Silent()
