"""Messages in and out: what was said becomes turns of the conversation, and comes back exactly as it came."""

from typing import Any

from langchain_core.messages import BaseMessage
from langchain_core.prompt_values import PromptValue

from langchain_redactor.asking import Inward, Outward, Spot
from langchain_redactor.bound import Bound
from langchain_redactor.content import with_pieces
from langchain_redactor.fields import marked_turns, reads_as
from langchain_redactor.forms import as_messages
from langchain_redactor.walk import Walk
from redactor import Conversation
from redactor.exceptions import ConfigError
from redactor.types import Redaction


def redact_messages(
    messages: Any,
    bound: Bound,
    *,
    follows: bool = True,
    revised: list[Redaction] | None = None,
) -> list[BaseMessage]:
    """Messages, in any form LangChain takes them, as the model and the checkpoint may hold them: copies.

    Each piece of text is a turn of the conversation, known again by the message's id; the turns' ids are kept in
    `response_metadata["redactor_turns"]`. `follows`: see `Conversation.redact_turns`. `revised` collects the earlier
    turns that these rewrote; the messages themselves are up to date. Raises as `Conversation.redact` does, and
    `BlockedFileError`, `ConfigError`.
    """
    said = messages.to_messages() if isinstance(messages, PromptValue) else as_messages(messages)
    if said is None:
        raise ConfigError(
            "these are no messages as LangChain takes them, so nothing went on; expected messages, (role, text) "
            'tuples, dicts with "role" and "content", or strings'
        )
    way = Inward(bound, follows=follows)
    build = Walk(way).data(said, Spot())
    way.answer()
    if revised is not None:
        revised += way.revised
    copies: list[BaseMessage] = build()
    return copies


def restore_message(message: BaseMessage, bound: Bound, audience: str = "customer") -> BaseMessage:
    """A copy of a message for an audience: what came in exactly as it came, what the LLM wrote with the fullest form
    of each value."""
    way = Outward(bound, audience)
    build = Walk(way).data(message, Spot())
    way.answer()
    restored: BaseMessage = build()
    return restored


def with_recorded_text(message: BaseMessage, chat: Conversation) -> BaseMessage:
    """A message that a checkpoint holds, as its turns read now: a value in it may have become known since. The same
    object where nothing was rewritten."""
    turns = marked_turns(message.response_metadata)
    if not any(turns):
        return message
    content: Any = message.content
    now = with_pieces(content, lambda number, text: _recorded(chat, text, turns, number))
    return message if now == content else message.model_copy(update={"content": now})


def _recorded(chat: Conversation, text: str, turns: list[str], number: int) -> str:
    found = reads_as(chat, text, turns[number]) if number < len(turns) else None
    return text if found is None else found
