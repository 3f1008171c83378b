"""Feeds marked conversations through the one door, in order, and lets a bot that echoes answer them.

Nothing here looks at the marks: they are only compared afterwards (`redactor.evaluation.scores`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from redactor.conversation import Conversation
from redactor.detection.view import view
from redactor.evaluation.dialogs import Dialog, Message
from redactor.redactor import Redactor
from redactor.taxonomy import canonical
from redactor.types import Redaction

REVERSIBLE = frozenset({"placeholder", "surrogate"})
"""Operators whose value comes back in a reply; for the others there is nothing to give back."""


@dataclass(frozen=True, slots=True)
class ReplayedTurn:
    """One message on its way: what was typed, what the LLM sees of it, what a person reads when it comes
    back.
    """

    message: Message
    redaction: Redaction
    """Its final state: a turn that a later one rewrote stands here as rewritten."""
    reads: str = field(repr=False)
    """The redacted text as the customer would read it in a reply."""
    echoed: int = 0
    """How many reversible placeholders the echoing bot wrote back for this turn."""
    restored: int = 0
    """How many of them the customer read as the value."""
    exact: bool | None = None
    """Whether the recorded turn restores to the text as it was typed; None where the policy lets it not."""


@dataclass(frozen=True, slots=True)
class ReplayedDialog:
    """A conversation after the replay."""

    dialog: Dialog
    turns: tuple[ReplayedTurn, ...]


def replay(redactor: Redactor, dialogs: Iterable[Dialog]) -> Iterator[ReplayedDialog]:
    """Each dialog as one conversation of its own, forgotten afterwards.

    The bot answers when the dialog is over, so that its replies are nobody's context. Any error of the
    redactor ends the replay: a message that was not checked does not count as checked.
    """
    for dialog in dialogs:
        chat = redactor.conversation(f"replay-{uuid4()}")
        try:
            yield ReplayedDialog(dialog, tuple(_replayed(chat, dialog)))
        finally:
            chat.forget()


def _replayed(chat: Conversation, dialog: Dialog) -> Iterator[ReplayedTurn]:
    redactions = _final(chat, dialog.messages)
    spelled = [_spelled(message, redaction) for message, redaction in zip(dialog.messages, redactions, strict=True)]
    names = _most_names(spelled)
    for message, redaction, values in zip(dialog.messages, redactions, spelled, strict=True):
        reads, answers = _echo(chat, redaction.text, list(values))
        came_back = (_is_value(answers[p], *value, names.get(p, 0)) for p, value in values.items())
        yield ReplayedTurn(
            message=message,
            redaction=redaction,
            reads=reads,
            echoed=len(values),
            restored=sum(came_back),
            exact=_is_exact(chat, message, redaction),
        )


def _is_exact(chat: Conversation, message: Message, redaction: Redaction) -> bool | None:
    if any(entity.operator not in REVERSIBLE | {"keep"} for entity in redaction.entities):
        return None
    return chat.restore_turn(redaction.turn_id).text == message.text


def _final(chat: Conversation, messages: Sequence[Message]) -> list[Redaction]:
    """What each message looks like after the last one: later turns may rewrite earlier ones."""
    order: list[str] = []
    state: dict[str, Redaction] = {}
    for message in messages:
        redaction = chat.redact(message.text, role=message.role)
        order.append(redaction.turn_id)
        state[redaction.turn_id] = redaction
        state.update((earlier.turn_id, earlier) for earlier in redaction.revised)
    return [state[turn_id] for turn_id in order]


def _spelled(message: Message, redaction: Redaction) -> dict[str, tuple[str, str]]:
    """Each placeholder of a turn that stands for a value that may come back: its entity type and its spelling there."""
    return {
        entity.placeholder: (entity.type, message.text[entity.start : entity.end])
        for entity in redaction.entities
        if entity.operator in REVERSIBLE and entity.placeholder
    }


def _most_names(spelled: Iterable[Mapping[str, tuple[str, str]]]) -> Mapping[str, int]:
    """How many names the fullest spelling of each person has in the conversation."""
    names: Counter[str] = Counter()
    for values in spelled:
        for placeholder, (entity_type, spelling) in values.items():
            if entity_type == "PERSON":
                names[placeholder] = max(names[placeholder], len(spelling.split()))
    return names


def _echo(chat: Conversation, seen: str, placeholders: Sequence[str]) -> tuple[str, Mapping[str, str | None]]:
    """Restores a reply that names each placeholder in a sentence of its own and then repeats the message.

    Returns the message as it reads when it comes back, and for each placeholder what the customer reads in its place.
    The message stands last: whatever it holds, it cannot be taken for one of the sentences before it.
    """
    said = [f"Item {number} is {placeholder}, right?\n" for number, placeholder in enumerate(placeholders, 1)]
    restored = chat.restore("".join(said) + "You wrote: " + seen, record=False).text
    pattern = "".join(rf"Item {number} is (.*?), right\?\n" for number in range(1, len(said) + 1))
    match = re.match(pattern + "You wrote: (.*)", restored, re.DOTALL)
    if match is None:
        return restored, dict.fromkeys(placeholders)
    *answers, reads = match.groups()
    return reads, dict(zip(placeholders, answers, strict=True))


def _is_value(answer: str | None, entity_type: str, spelling: str, names: int) -> bool:
    """Whether a person reads the value that was typed here, in this or in its plain spelling.

    A person's fullest name stands for a part of it: every name typed here is among those of the answer, which are as
    many as the conversation has heard of this person.
    """
    if answer is None:
        return False
    read, typed = (canonical(entity_type, view(text).text) for text in (answer, spelling))
    if entity_type != "PERSON":
        return read == typed
    return set(typed.split()) <= set(read.split()) and len(answer.split()) >= names
